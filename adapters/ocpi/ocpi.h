/* OCPI 2.2.1 and 2.3.0: a charge detail record (CDR) and its tariff, priced exactly and turned into a usage
 * record and a rate card.
 *
 * Quantities are in base units as in usage.h: energy 0.1 Wh, time 1/25 s. OCPI numbers have four decimals, so
 * a volume of 0.0001 kWh is 1 and one of 0.0001 h is 9; a volume with more decimals is refused. Prices and
 * tax rates may have up to nine and four. All arithmetic is on integers and fractions of integers.
 * docs/ocpi.md states each choice that the specification leaves open.
 *
 * Everything here is public data; time is variable. Numbers given as JSON strings are refused. */
#ifndef ROAM_OCPI_H
#define ROAM_OCPI_H

#include "decimal.h"
#include "usage.h"
#include "zone.h"

enum {
    OCPI_ID_SIZE = 40,
    OCPI_ELEMENTS_MAX = 64,
    OCPI_COMPONENTS_MAX = 128, /* of all elements */
    OCPI_PERIODS_MAX = 4096,
    OCPI_SIGNED_VALUES_MAX = 64,
    OCPI_DECIMALS = 4
};

/* What a price component prices; the last two only for elements with a reservation restriction. */
enum ocpi_dimension {
    OCPI_ENERGY,
    OCPI_TIME,
    OCPI_PARKING_TIME,
    OCPI_FLAT,
    OCPI_RESERVATION_TIME,
    OCPI_RESERVATION_FLAT,
    OCPI_DIMENSIONS
};

struct ocpi_component {
    enum ocpi_dimension dimension;
    struct decimal price; /* per kWh, hour or session */
    struct decimal vat;   /* percent; 0 if absent */
    uint64_t step;        /* base units, 0 = no rounding */
};

enum ocpi_reservation { OCPI_NO_RESERVATION, OCPI_RESERVATION, OCPI_RESERVATION_EXPIRES };

/* An absent bound is at its neutral end. Bounds of current and power are in units of 10^-4 A and kW. */
struct ocpi_restrictions {
    int start_minute, end_minute;     /* local time of day; from 0, until 1440 */
    int64_t start_day, end_day;       /* local days since 1970; from, until */
    uint64_t min_energy, max_energy;  /* 0.1 Wh used before the period; from, below */
    int64_t min_current, max_current; /* of the period: its maximum from, its minimum below */
    int64_t min_power, max_power;
    int64_t min_duration_s, max_duration_s; /* of the session before the period; from, below */
    uint8_t weekdays;                       /* bit 0 = Monday; 0 = all */
    enum ocpi_reservation reservation;
};

struct ocpi_element {
    struct ocpi_restrictions restrictions;
    int component[OCPI_DIMENSIONS]; /* index into the tariff's components, -1 if it has none */
};

enum ocpi_tax { OCPI_TAX_EXCLUDED, OCPI_TAX_INCLUDED, OCPI_TAX_NONE };

/* A minimum or maximum price; gross only if the tariff states it. */
struct ocpi_limit {
    bool is_set, has_gross;
    struct decimal amount[USAGE_COLUMNS];
};

struct ocpi_tariff {
    char id[OCPI_ID_SIZE], currency[4];
    enum ocpi_tax tax;
    struct ocpi_limit minimum, maximum;
    int64_t start_ns, end_ns; /* validity since 1970 UTC: from, until */
    size_t element_count, component_count;
    struct ocpi_element element[OCPI_ELEMENTS_MAX];
    struct ocpi_component component[OCPI_COMPONENTS_MAX];
};

struct ocpi_period {
    int64_t start_ns;
    uint64_t energy, time, parking, reservation;            /* volumes; 0 if absent */
    int64_t max_current, min_current, max_power, min_power; /* 10^-4 A and kW; see the flags */
    bool has_max_current, has_min_current, has_max_power, has_min_power;
    char tariff_id[OCPI_ID_SIZE]; /* "" if absent */
};

enum ocpi_cost {
    OCPI_TOTAL_COST,
    OCPI_FIXED_COST,
    OCPI_ENERGY_COST,
    OCPI_TIME_COST,
    OCPI_PARKING_COST,
    OCPI_RESERVATION_COST,
    OCPI_COSTS
};

/* An amount that the CDR states. */
struct ocpi_stated {
    bool is_set, has_gross;
    struct decimal amount[USAGE_COLUMNS];
};

struct ocpi_signed_value {
    char *data; /* decoded, allocated */
    size_t size;
};

struct ocpi_cdr {
    struct ocpi_stated cost[OCPI_COSTS];
    struct decimal total_time;         /* hours */
    struct decimal total_parking_time; /* hours */
    struct ocpi_signed_value signed_value[OCPI_SIGNED_VALUES_MAX];
    size_t signed_count;
    char *public_key; /* as written, allocated; NULL if absent */
    size_t period_count;
    struct ocpi_period *period; /* ascending */
    int64_t start_ns, end_ns;
    uint64_t total_energy; /* 0.1 Wh */
    uint8_t digest[32];    /* SHA-256 of the CDR's bytes */
    char id[OCPI_ID_SIZE], currency[4];
    char country[4];          /* of the location; "" if absent */
    char time_zone[64];       /* of the location, where a sender gives it; "" if absent */
    char meter_id[256];       /* "" if absent */
    char signed_encoding[37]; /* "" without signed data */
    bool is_credit;
    bool has_energy; /* some period states a volume of energy */
    bool has_total_parking_time;
};

/* Parses a Tariff object: price limits of both versions, tax_included of 2.3.0 (absent means NO).
 * ROAM_E_FORMAT; ROAM_E_UNSUPPORTED for a negative price or tax and for another component type; ROAM_E_RANGE
 * for a number with too many decimals or digits, a gross limit below its net one or a minimum above the
 * maximum; ROAM_E_LIMIT; ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err ocpi_tariff_parse(struct ocpi_tariff *out, const char *text, size_t size,
                                              struct roam_diag *diag);

/* The first of a CDR's own tariffs that is valid at its start; ROAM_E_NOTFOUND if none is, else as above. */
ROAM_MUST_USE enum roam_err ocpi_tariff_of_cdr(struct ocpi_tariff *out, const char *cdr_text, size_t size,
                                               struct roam_diag *diag);

/* Parses a CDR object, prices of both versions. Release *out after success.
 * ROAM_E_FORMAT; ROAM_E_UNSUPPORTED for a negative volume and an unknown dimension; ROAM_E_RANGE for volumes
 * with more than four decimals or past 2^48 base units, an end before the start, and periods outside of them;
 * ROAM_E_LIMIT; ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err ocpi_cdr_parse(struct ocpi_cdr *out, const char *text, size_t size,
                                           struct roam_diag *diag);
void ocpi_cdr_release(struct ocpi_cdr *cdr);

/* The time zone of a CDR's location: its time_zone if given, else that of its country (zone_of_country).
 * Release *out with zone_release. ROAM_E_NOTFOUND if neither tells, and the errors of zone_load. */
ROAM_MUST_USE enum roam_err ocpi_zone(struct zone *out, const struct ocpi_cdr *cdr, struct roam_diag *diag);

/* What a session used of each price component. */
struct ocpi_usage {
    uint64_t quantity[OCPI_COMPONENTS_MAX]; /* measured, before steps; 1 or 0 for flat fees */
    int last[OCPI_DIMENSIONS]; /* the component that carries the dimension's round-up, -1 if none */
    uint64_t energy, unpriced_energy;
};

/* Finds the price components of every period: for each dimension the first element that has one and whose
 * restrictions hold at the start of the period. The first flat fee that is met counts, once for the session
 * and once for its reservation. Volumes of 0 count as absent. ROAM_E_UNSUPPORTED for a credit CDR and for a
 * period with another tariff; ROAM_E_MISMATCH for another currency; ROAM_E_RANGE if the tariff is not valid
 * at the start or a total passes 2^48 base units. */
ROAM_MUST_USE enum roam_err ocpi_match(struct ocpi_usage *out, const struct ocpi_cdr *cdr,
                                       const struct ocpi_tariff *tariff, const struct zone *zone,
                                       struct roam_diag *diag);

/* Amounts are in 10^-4 of the currency, each rounded once from the exact sum, half to even. */
struct ocpi_price {
    uint64_t cost[OCPI_COSTS][USAGE_COLUMNS]; /* total after minimum and maximum price, the parts before */
    uint64_t billed[OCPI_DIMENSIONS];         /* quantities after steps */
    uint64_t energy;                          /* measured, 0.1 Wh */
    uint64_t time_ms, parking_ms;             /* from the first period to the end; of that not charging */
};

/* Prices a CDR. ocpi_match's errors; ROAM_E_OVERFLOW if an exact sum leaves 128 bits or an amount 64. */
ROAM_MUST_USE enum roam_err ocpi_price(struct ocpi_price *out, const struct ocpi_cdr *cdr,
                                       const struct ocpi_tariff *tariff, const struct zone *zone,
                                       struct roam_diag *diag);

/* Where the CDR's stated totals differ from the price, in four decimals. */
struct ocpi_difference {
    const char *field; /* "total_cost", ...; static */
    const char *part;  /* "net", "gross", or "" for quantities; static */
    char stated[48], computed[48];
};
enum { OCPI_DIFFERENCES_MAX = 2 * OCPI_COSTS + 3 };

/* Fills out and returns how many there are. Totals that the CDR does not state are not compared; total_energy
 * only if some period states energy. */
size_t ocpi_compare(struct ocpi_difference out[OCPI_DIFFERENCES_MAX], const struct ocpi_price *price,
                    const struct ocpi_cdr *cdr);

/* What an agreement adds to a tariff. */
struct ocpi_terms {
    int decimals; /* of the currency's minor unit, 0..4 */
    enum usage_rounding rounding;
    uint32_t service_threshold_ppm, service_credit_ppm;
};

/* The rate card of a tariff: usage_rate over this card and the record of ocpi_usage_record gives fees equal
 * to ocpi_price's total, for decimals = 4 and USAGE_ROUND_HALF_EVEN to the last digit. The salt is left 0 for
 * the caller.
 *
 * Slots are the distinct (dimension, price, tax, step) in the order of the tariff; flat fees are quantities
 * of 1 in group 0, free flat fees have no slot; if energy can go unpriced, one more slot of price 0 counts
 * it.
 *
 * ROAM_E_LIMIT if more than USAGE_SLOTS are needed. ROAM_E_UNSUPPORTED where usage.h cannot say the same: all
 * four of ENERGY, TIME, PARKING_TIME and reservation TIME have steps (three rounding groups); a step beyond
 * 2^24 base units; prices whose common denominator passes 2^40 or that then pass 2^56 atoms; a price limit
 * with more decimals than the currency. ROAM_E_RANGE for terms outside their ranges. */
ROAM_MUST_USE enum roam_err ocpi_rate_card(struct usage_rate_card *out, const struct ocpi_tariff *tariff,
                                           const struct ocpi_terms *terms, struct roam_diag *diag);

/* A location's energy mix. */
struct ocpi_energy_mix {
    uint32_t renewable_ppm; /* share of renewable sources */
    struct decimal co2_g_per_kwh;
};

/* Parses an EnergyMix object, or an object with a member energy_mix. is_green_energy means all renewable and
 * no CO2; otherwise the shares of GENERAL_GREEN, SOLAR, WIND and WATER (each rounded down to ppm) and the
 * CARBON_DIOXIDE amount, 0 where absent. ROAM_E_FORMAT, ROAM_E_RANGE (negative, or shares of more than 100 in
 * all), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err ocpi_energy_mix_parse(struct ocpi_energy_mix *out, const char *text, size_t size,
                                                  struct roam_diag *diag);

/* The usage record of a CDR for the rate card of its tariff. The salt is left 0 for the caller.
 *
 * With signed data, which must be OCMF: all records verify under the CDR's public key, and the energy between
 * their Begin and End readings, the CDR's total_energy and the sum of its periods are equal; a stated
 * meter_id is the meter's or the gateway's serial number. evidence = SHA-256 of the records (ocmf_session).
 * Without: evidence = the CDR's digest, and total_energy equals the sum of the periods if they state energy.
 *
 * mix may be NULL. renewable is rounded down, co2_mg up. service_ppm is what the agreement measures, 0..10^6.
 * ocpi_match's errors, ocmf_session's; ROAM_E_MISMATCH for what does not agree; ROAM_E_UNSUPPORTED for
 * another encoding method; ROAM_E_FORMAT for signed data without a public key; ROAM_E_LIMIT as above. */
ROAM_MUST_USE enum roam_err ocpi_usage_record(struct usage_record *out, const struct ocpi_cdr *cdr,
                                              const struct ocpi_tariff *tariff, const struct zone *zone,
                                              const struct ocpi_energy_mix *mix, uint32_t service_ppm,
                                              struct roam_diag *diag);

#endif
