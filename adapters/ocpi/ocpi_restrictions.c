#include <string.h>

#include "civil.h"
#include "ocpi_read.h"

/* "13:30" */
static enum roam_err find_minute(int *out, const json_t *object, const char *key, struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_find_string(&text, object, key, diag));
    if (text == NULL) return ROAM_OK;
    int hour = -1, minute = -1;
    if (strlen(text) == 5 && text[2] == ':') {
        hour = civil_digits(text, 2);
        minute = civil_digits(text + 3, 2);
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: %s \"%.20s\" is not hh:mm", key, text);
    *out = hour * 60 + minute;
    return ROAM_OK;
}

/* "2015-12-24" */
static enum roam_err find_day(int64_t *out, const json_t *object, const char *key, struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_find_string(&text, object, key, diag));
    if (text == NULL) return ROAM_OK;
    char moment[20] = "0000-00-00T00:00:00";
    if (strlen(text) == 10) memcpy(moment, text, 10);
    if (civil_parse(out, moment) != ROAM_OK)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: %s \"%.20s\" is not a date", key, text);
    *out /= 86400; /* exact */
    return ROAM_OK;
}

static enum roam_err find_fixed(int64_t *out, const struct exact_json *json, const json_t *object,
                                const char *key, struct roam_diag *diag)
{
    struct decimal value;
    bool present;
    ROAM_TRY(exact_json_find_decimal(&value, &present, json, object, key, diag));
    return present ? ocpi_fixed(out, &value, key, diag) : ROAM_OK;
}

static enum roam_err find_energy(uint64_t *out, const struct exact_json *json, const json_t *object,
                                 const char *key, struct roam_diag *diag)
{
    struct decimal value;
    bool present;
    ROAM_TRY(exact_json_find_decimal(&value, &present, json, object, key, diag));
    if (!present || decimal_to_u64(out, &value, OCPI_DECIMALS) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "OCPI: %s is negative or has more than %d decimals", key,
                     OCPI_DECIMALS);
}

static enum roam_err find_seconds(int64_t *out, const struct exact_json *json, const json_t *object,
                                  const char *key, struct roam_diag *diag)
{
    struct decimal value;
    uint64_t seconds;
    bool present;
    ROAM_TRY(exact_json_find_decimal(&value, &present, json, object, key, diag));
    if (!present) return ROAM_OK;
    if (decimal_to_u64(&seconds, &value, 0) != ROAM_OK || seconds > INT32_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "OCPI: %s is not a number of seconds", key);
    *out = (int64_t)seconds;
    return ROAM_OK;
}

static enum roam_err find_weekdays(uint8_t *out, const json_t *object, struct roam_diag *diag)
{
    static const char *const names[7] = {"MONDAY", "TUESDAY",  "WEDNESDAY", "THURSDAY",
                                         "FRIDAY", "SATURDAY", "SUNDAY"};
    const json_t *list;
    ROAM_TRY(json_find_array(&list, object, "day_of_week", diag));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        int day = 0;
        while (day < 7 && (name == NULL || strcmp(name, names[day]) != 0)) day++;
        if (day == 7)
            return roam_diag(diag, ROAM_E_FORMAT, "OCPI: day_of_week \"%.20s\"", name != NULL ? name : "");
        *out = (uint8_t)(*out | 1 << day);
    }
    return ROAM_OK;
}

static enum roam_err find_reservation(enum ocpi_reservation *out, const json_t *object,
                                      struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_find_string(&text, object, "reservation", diag));
    if (text == NULL) return ROAM_OK;
    *out = strcmp(text, "RESERVATION") == 0 ? OCPI_RESERVATION : OCPI_RESERVATION_EXPIRES;
    if (*out == OCPI_RESERVATION || strcmp(text, "RESERVATION_EXPIRES") == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "OCPI: reservation \"%.30s\"", text);
}

static enum roam_err find_times(struct ocpi_restrictions *out, const json_t *object, struct roam_diag *diag)
{
    ROAM_TRY(find_minute(&out->start_minute, object, "start_time", diag));
    ROAM_TRY(find_minute(&out->end_minute, object, "end_time", diag));
    if (out->end_minute == 0) out->end_minute = 1440; /* "To stop at end of the day use: 00:00" */
    ROAM_TRY(find_day(&out->start_day, object, "start_date", diag));
    ROAM_TRY(find_day(&out->end_day, object, "end_date", diag));
    return find_weekdays(&out->weekdays, object, diag);
}

enum roam_err ocpi_read_restrictions(struct ocpi_restrictions *out, const struct exact_json *json,
                                     const json_t *restrictions, struct roam_diag *diag)
{
    *out = (struct ocpi_restrictions){.end_minute = 1440,
                                      .start_day = INT64_MIN,
                                      .end_day = INT64_MAX,
                                      .max_energy = UINT64_MAX,
                                      .min_current = INT64_MIN,
                                      .max_current = INT64_MAX,
                                      .min_power = INT64_MIN,
                                      .max_power = INT64_MAX,
                                      .max_duration_s = INT64_MAX};
    if (restrictions == NULL) return ROAM_OK;
    ROAM_TRY(find_times(out, restrictions, diag));
    ROAM_TRY(find_energy(&out->min_energy, json, restrictions, "min_kwh", diag));
    ROAM_TRY(find_energy(&out->max_energy, json, restrictions, "max_kwh", diag));
    ROAM_TRY(find_fixed(&out->min_current, json, restrictions, "min_current", diag));
    ROAM_TRY(find_fixed(&out->max_current, json, restrictions, "max_current", diag));
    ROAM_TRY(find_fixed(&out->min_power, json, restrictions, "min_power", diag));
    ROAM_TRY(find_fixed(&out->max_power, json, restrictions, "max_power", diag));
    ROAM_TRY(find_seconds(&out->min_duration_s, json, restrictions, "min_duration", diag));
    ROAM_TRY(find_seconds(&out->max_duration_s, json, restrictions, "max_duration", diag));
    return find_reservation(&out->reservation, restrictions, diag);
}
