#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "file.h"

struct zone zone_fixed(int32_t offset_s) { return (struct zone){.standard_s = offset_s}; }

void zone_release(struct zone *zone)
{
    free(zone->change);
    *zone = (struct zone){0};
}

/* UTC of a switch in a year, given the offset that holds before it. */
static int64_t switch_utc_s(const struct zone_switch *rule, int year, int32_t offset_before_s)
{
    int64_t first = civil_days(year, rule->month, 1);
    int sunday_based = (civil_weekday(first) + 1) % 7;
    int day = 1 + (rule->weekday - sunday_based + 7) % 7 + 7 * (rule->week - 1);
    while (day > civil_month_length(year, rule->month)) day -= 7;
    return (first + day - 1) * 86400 + rule->time_s - offset_before_s;
}

static int32_t rule_offset_s(const struct zone *zone, int64_t utc_s)
{
    if (!zone->has_daylight) return zone->standard_s;
    int64_t local_s = utc_s + zone->standard_s;
    int64_t days = local_s / 86400 - (local_s % 86400 < 0);
    int year, month, day;
    civil_from_days(&year, &month, &day, days);
    int64_t begin = switch_utc_s(&zone->to_daylight, year, zone->standard_s);
    int64_t end = switch_utc_s(&zone->to_standard, year, zone->daylight_s);
    bool daylight = begin < end ? begin <= utc_s && utc_s < end : utc_s < end || begin <= utc_s;
    return daylight ? zone->daylight_s : zone->standard_s;
}

int32_t zone_offset_s(const struct zone *zone, int64_t utc_s)
{
    size_t low = 0, high = zone->change_count; /* changes before low are at or before utc_s */
    if (high == 0 || utc_s > zone->change[high - 1].from_s) return rule_offset_s(zone, utc_s);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->change[middle].from_s <= utc_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? zone->before_s : zone->change[low - 1].offset_s;
}

static bool is_zone_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    size_t size = strlen(name);
    return size > 0 && size < 64 && strspn(name, allowed) == size && name[0] != '/' &&
           name[size - 1] != '/' && strstr(name, "//") == NULL;
}

enum roam_err zone_load(struct zone *out, const char *name, struct roam_diag *diag)
{
    enum { ZONE_FILE_MAX = 1 << 20 };
    char path[4096];
    const char *folder = getenv("TZDIR");
    uint8_t *data;
    size_t size;
    if (!is_zone_name(name)) return roam_diag(diag, ROAM_E_FORMAT, "\"%.60s\" is not a time zone name", name);
    int length = snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "/usr/share/zoneinfo", name);
    if (length < 0 || (size_t)length >= sizeof path)
        return roam_diag(diag, ROAM_E_LIMIT, "TZDIR is too long");
    ROAM_TRY(file_read(&data, &size, path, ZONE_FILE_MAX, diag));
    enum roam_err err = zone_parse(out, data, size, diag);
    free(data);
    return err;
}
