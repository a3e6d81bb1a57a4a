/* RFC 3339 times in UTC. */
#include <stdio.h>
#include <string.h>

#include "comet_json.h"

/* A year begins on 1 March here, so that the day that comes and goes is its last. Days since 1 March of the
 * year 0: 365 a year, a day more every 4th, less every 100th, more every 400th; (153 m + 2) / 5 days before
 * month m, as months have 31 30 31 30 31 days, twice and again. 1970-01-01 is day 719468. */
enum { EPOCH_DAY = 719468, DAYS_OF_400_YEARS = 146097 };

static int64_t days_from_date(int64_t year, int64_t month, int64_t day)
{
    if (month <= 2) year--;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 1 -
           EPOCH_DAY;
}

static bool is_date(int year, int month, int day)
{
    static const int length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1 || month < 1 || month > 12) return false;
    return day >= 1 && day <= length[month - 1] + (leap && month == 2);
}

/* `count` digits at text, or -1 */
static int digits(const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = 10 * value + text[i] - '0';
    }
    return value;
}

/* ".5" -> 500000000; the text may be empty */
static bool parse_fraction(int32_t *out, const char *text, size_t size)
{
    *out = 0;
    if (size == 0) return true;
    if (size < 2 || size > 10 || text[0] != '.') return false;
    const int value = digits(text + 1, (int)size - 1);
    *out = value;
    for (size_t i = size; i < 10; i++) *out *= 10;
    return value >= 0;
}

enum roam_err comet_time_parse(struct comet_time *out, const char *text, size_t size)
{
    static const char form[] = "0000-00-00T00:00:00";
    const size_t fixed = sizeof form - 1;
    if (size < fixed + 1 || text[size - 1] != 'Z') return ROAM_E_FORMAT;
    for (size_t i = 0; i < fixed; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return ROAM_E_FORMAT;
    const int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    const int64_t hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
    if (!is_date(year, month, day) || hour > 23 || minute > 59 || second > 59) return ROAM_E_FORMAT;
    if (!parse_fraction(&out->nanoseconds, text + fixed, size - 1 - fixed)) return ROAM_E_FORMAT;
    out->seconds = 86400 * days_from_date(year, month, day) + 3600 * hour + 60 * minute + second;
    return ROAM_OK;
}

void comet_time_print(char text[COMET_TIME_TEXT_SIZE], struct comet_time time)
{
    const int64_t since = time.seconds - COMET_TIME_NONE.seconds, clock = since % 86400;
    const int64_t days = since / 86400 + 306;      /* since 1 March of the year 0 */
    int64_t year = days * 400 / DAYS_OF_400_YEARS; /* or one more or less */
    while (days_from_date(year, 3, 1) + EPOCH_DAY > days) year--;
    while (days_from_date(year + 1, 3, 1) + EPOCH_DAY <= days) year++;
    const int64_t day_of_year = days - (days_from_date(year, 3, 1) + EPOCH_DAY);
    const int64_t month = (5 * day_of_year + 2) / 153, day = day_of_year - (153 * month + 2) / 5 + 1;
    int length =
        snprintf(text, COMET_TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%09d",
                 (int)(year + (month >= 10)) % 10000, (int)(month + 2) % 12 + 1, (int)day % 100,
                 (int)(clock / 3600), (int)(clock / 60 % 60), (int)(clock % 60), (int)time.nanoseconds);
    while (text[length - 1] == '0') length--;
    if (text[length - 1] == '.') length--;
    memcpy(text + length, "Z", 2);
}
