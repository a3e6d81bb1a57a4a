/* Civil time zones from TZif files (RFC 9636), without the process-wide state of tzset. */
#ifndef ROAM_ZONE_H
#define ROAM_ZONE_H

#include "err.h"

struct zone_change {
    int64_t from_s;   /* seconds since 1970 UTC */
    int32_t offset_s; /* local time - UTC from then on */
};

/* One yearly switch of the rule after the last change: day by month, week and weekday, as "M3.5.0/2". */
struct zone_switch {
    int month, week, weekday; /* 1..12; 1..5, 5 = last; 0 = Sunday */
    int32_t time_s;           /* local time of day before the switch, may be negative or pass one day */
};

struct zone {
    struct zone_change *change; /* ascending */
    size_t change_count;
    int32_t before_s;               /* before the first change */
    int32_t standard_s, daylight_s; /* of the rule */
    bool has_daylight;
    struct zone_switch to_daylight, to_standard;
};

/* A zone with one offset for all time. Needs no release. */
struct zone zone_fixed(int32_t offset_s);

/* Parses the bytes of a version 2 or later TZif file. ROAM_E_FORMAT, ROAM_E_VERSION for version 1,
 * ROAM_E_UNSUPPORTED for a rule that switches by day number ("J60"), ROAM_E_NOMEM. Release *out after
 * success. */
ROAM_MUST_USE enum roam_err zone_parse(struct zone *out, const uint8_t *data, size_t size,
                                       struct roam_diag *diag);

/* Loads "Europe/Amsterdam" from the system's database: folder $TZDIR, else /usr/share/zoneinfo. ROAM_E_FORMAT
 * for a name with characters other than letters, digits, '_', '+', '-' and single '/', ROAM_E_NOTFOUND,
 * zone_parse's. */
ROAM_MUST_USE enum roam_err zone_load(struct zone *out, const char *name, struct roam_diag *diag);
void zone_release(struct zone *zone);

/* Local time - UTC in seconds at a moment of the years 1..9999. */
int32_t zone_offset_s(const struct zone *zone, int64_t utc_s);

/* The zone name of a country (ISO 3166-1 alpha-3 or alpha-2) whose whole territory keeps one civil time; NULL
 * for countries with several, and for unknown ones. */
const char *zone_of_country(const char *country);

#endif
