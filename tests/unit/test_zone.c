/* Calendar and time zones against the C library, which reads the same database by other code. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "prop.h"

#include "civil.h"
#include "zone.h"

/* 1900 to 2199, past the last transition of any file. */
static int64_t random_time(struct roam_prng *prng)
{
    return INT64_C(-2208988800) + (int64_t)prng_below(prng, UINT64_C(300) * 31556952);
}

static void calendar(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 20000; i++) {
        time_t seconds = (time_t)random_time(&prng);
        struct tm tm;
        char text[40];
        int year, month, day;
        int64_t parsed;
        assert_non_null(gmtime_r(&seconds, &tm));
        int64_t days = civil_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
        assert_int_equal(days * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec, seconds);
        assert_int_equal(civil_weekday(days), (tm.tm_wday + 6) % 7);
        civil_from_days(&year, &month, &day, days);
        assert_true(year == tm.tm_year + 1900 && month == tm.tm_mon + 1 && day == tm.tm_mday);
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
        assert_int_equal(civil_parse(&parsed, text), ROAM_OK);
        assert_int_equal(parsed, seconds);
        count_property++;
    }
}

static void malformed_times(void **state)
{
    (void)state;
    static const char *const texts[] = {"2023-02-29T00:00:00", "1900-02-29T00:00:00", "2024-13-01T00:00:00",
                                        "2024-00-01T00:00:00", "2024-01-00T00:00:00", "2024-04-31T00:00:00",
                                        "2024-01-01T24:00:00", "2024-01-01T00:60:00", "2024-01-01T00:00:60",
                                        "0999-01-01T00:00:00", "2024/01-01T00:00:00", "2024-01-01 00:00:00",
                                        "2024-01-01T00.00:00", "2024-01-01T00:00:0x", "+024-01-01T00:00:00"};
    int64_t seconds;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(civil_parse(&seconds, texts[i]), ROAM_E_FORMAT);
        count_negative++;
    }
    assert_int_equal(civil_parse(&seconds, "2000-02-29T23:59:59"), ROAM_OK);
}

static void compare_zone(const char *name, struct roam_prng *prng)
{
    struct zone zone;
    struct roam_diag diag = {0};
    if (zone_load(&zone, name, &diag) != ROAM_OK) fail_msg("%s: %s", name, diag.text);
    setenv("TZ", name, 1);
    tzset();
    for (int i = 0; i < 1500; i++) {
        struct tm tm;
        time_t at = (time_t)random_time(prng);
        if (i < 1000 && zone.change_count > 1) { /* at a change, a second before, a second after */
            at = (time_t)zone.change[1 + (size_t)i / 3 % (zone.change_count - 1)].from_s + i % 3 - 1;
            if (at < INT64_C(-2208988800)) continue;
        }
        assert_non_null(localtime_r(&at, &tm));
        if (zone_offset_s(&zone, at) != tm.tm_gmtoff)
            fail_msg("%s at %lld: %d, expected %ld", name, (long long)at, zone_offset_s(&zone, at),
                     tm.tm_gmtoff);
        count_property++;
    }
    zone_release(&zone);
}

static void zones(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Amsterdam",
                                        "Europe/London",
                                        "Europe/Dublin",
                                        "Europe/Istanbul",
                                        "America/New_York",
                                        "America/St_Johns",
                                        "America/Sao_Paulo",
                                        "America/Nuuk",
                                        "Australia/Lord_Howe",
                                        "Pacific/Auckland",
                                        "Pacific/Chatham",
                                        "Asia/Kolkata",
                                        "Asia/Tokyo",
                                        "Asia/Tehran",
                                        "Africa/Casablanca",
                                        "Etc/GMT+12",
                                        "UTC"};
    struct roam_prng prng = prop_prng();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone zone;
        enum roam_err err = zone_load(&zone, names[i], NULL);
        if (err == ROAM_E_NOTFOUND) {
            print_message("skipped: no time zone %s\n", names[i]);
            continue;
        }
        assert_int_equal(err, ROAM_OK);
        zone_release(&zone);
        compare_zone(names[i], &prng);
    }
    struct zone fixed = zone_fixed(-3600);
    assert_int_equal(zone_offset_s(&fixed, random_time(&prng)), -3600);
}

static void countries(void **state)
{
    (void)state;
    assert_string_equal(zone_of_country("NLD"), "Europe/Amsterdam");
    assert_string_equal(zone_of_country("NL"), "Europe/Amsterdam");
    static const char *const without[] = {"",    "N",   "USA", "CAN", "ESP", "PRT",
                                          "RUS", "AUS", "nld", "XXX", "NLDX"};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        assert_null(zone_of_country(without[i]));
        count_negative++;
    }
}

static void refused_names(void **state)
{
    (void)state;
    struct zone zone;
    static const char *const names[] = {
        "", "../../etc/passwd", "/etc/passwd", "Europe/", "Europe//Paris", "Europe/P.ris", "a b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(zone_load(&zone, names[i], NULL), ROAM_E_FORMAT);
    assert_int_equal(zone_load(&zone, "Europe/Atlantis", NULL), ROAM_E_NOTFOUND);
    count_negative += 8;
}

/* A TZif of one type and no change, with the given footer. */
static enum roam_err parse_footer(struct zone *out, const char *footer)
{
    uint8_t data[200] = {0};
    for (int part = 0; part < 2; part++) {
        uint8_t *header = data + part * 51;
        memcpy(header, "TZif2", 5);
        header[39] = 1; /* one type */
        header[43] = 1; /* one character of names */
    }
    size_t size = (size_t)snprintf((char *)data + 102, sizeof data - 102, "\n%s\n", footer);
    return zone_parse(out, data, 102 + size, NULL);
}

static void footers(void **state)
{
    (void)state;
    struct zone zone;
    assert_int_equal(parse_footer(&zone, "CET-1CEST,M3.5.0,M10.5.0/3"), ROAM_OK);
    assert_int_equal(zone_offset_s(&zone, 1711846799), 3600); /* 2024-03-31T00:59:59Z */
    assert_int_equal(zone_offset_s(&zone, 1711846800), 7200);
    assert_int_equal(zone_offset_s(&zone, 1729990799), 7200); /* 2024-10-27T00:59:59Z */
    assert_int_equal(zone_offset_s(&zone, 1729990800), 3600);
    assert_int_equal(parse_footer(&zone, "<+0330>-3:30"), ROAM_OK);
    assert_int_equal(zone_offset_s(&zone, 0), 12600);
    assert_int_equal(parse_footer(&zone, ""), ROAM_OK);
    static const char *const refused[] = {"C",
                                          "CET",
                                          "CET-200",
                                          "CET-1CEST",
                                          "CET-1CEST,J60,J300",
                                          "CET-1CEST,M13.1.0,M10.5.0",
                                          "CET-1CEST,M3.6.0,M10.5.0",
                                          "CET-1CEST,M3.5.7,M10.5.0",
                                          "CET-1CEST,M3.5.0",
                                          "CET-1CEST,M3.5.0,M10.5.0/3x",
                                          "<CET-1",
                                          "CET-1x"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(parse_footer(&zone, refused[i]), ROAM_E_UNSUPPORTED);
        count_negative++;
    }
}

static void malformed_files(void **state)
{
    (void)state;
    struct zone zone;
    uint8_t data[] = "TZif1........................................";
    assert_int_equal(zone_parse(&zone, data, 44, NULL), ROAM_E_VERSION);
    assert_int_equal(zone_parse(&zone, data, 43, NULL), ROAM_E_FORMAT);
    data[4] = '2';
    assert_int_equal(zone_parse(&zone, data, 44, NULL), ROAM_E_FORMAT);
    data[0] = 'X';
    assert_int_equal(zone_parse(&zone, data, 44, NULL), ROAM_E_FORMAT);
    count_negative += 4;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(calendar),       cmocka_unit_test(malformed_times),
                                       cmocka_unit_test(zones),          cmocka_unit_test(countries),
                                       cmocka_unit_test(refused_names),  cmocka_unit_test(footers),
                                       cmocka_unit_test(malformed_files)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
