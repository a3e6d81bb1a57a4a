/* One charging session, and the OCPI 2.2.1 CDR of it. */
#ifndef GEN_RECORDS_CDR_H
#define GEN_RECORDS_CDR_H

#include "gen_records.h"
#include "gen_records_meter.h"
#include "ocpi.h"

/* Volumes are in 10^-4 kWh and 10^-4 h. */
struct period {
    int64_t start_s;
    uint64_t energy, time, parking;
};

enum { PERIODS_MAX = 4 };

struct session {
    unsigned number;            /* from 1 */
    unsigned driver, connector; /* from 1 */
    const char *power_type;     /* of the connector, as OCPI names it */
    int64_t start_s, end_s;     /* since 1970 UTC */
    uint64_t energy;            /* 0.1 Wh */
    size_t period_count;
    struct period period[PERIODS_MAX];
};

/* What all sessions of the site share. */
struct site {
    struct ocpi_tariff tariff; /* parsed from tariff_json */
    json_t *tariff_json;
    struct zone zone;
};

/* "2026-03-26T08:14:05Z" as a JSON string. */
json_t *utc_json(int64_t utc_s);

/* The price with and without tax, in 10^-4 of the currency, as an OCPI 2.2.1 Price. */
json_t *money_json(uint64_t net, uint64_t gross);

/* Signs the readings before and after the session, which moves the meter on, and states the totals that
 * ocpi_price finds. *out is the caller's. ROAM_E_NOMEM, and the errors of ocpi_cdr_parse and ocpi_price. */
ROAM_MUST_USE enum roam_err make_cdr(json_t **out, const struct session *session, struct meter *meter,
                                     const struct site *site, struct roam_diag *diag);

#endif
