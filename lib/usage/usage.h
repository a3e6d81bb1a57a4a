/* The usage record, the rate card and the rating rule, in integers.
 *
 * This page is the one definition of how a fee follows from usage. The circuit `settle` proves the same rule;
 * a test holds the two together. No floating point, no clock, no locale.
 *
 * Quantities are integers in base units, the same in every sector:
 *   energy 0.1 Wh; time 1/25 s (OCPI volumes of 0.0001 h and steps of 1 s are both exact); data octets;
 * events 1. Money is integer minor units of the agreement's currency, with the agreement's number of
 * decimals. Prices are in atoms; `scale` atoms make one minor unit, so that a price per kWh and a price per
 * hour are exact in one card. */
#ifndef ROAM_USAGE_H
#define ROAM_USAGE_H

#include "checked.h"
#include "err.h"

enum {
    USAGE_SLOTS = 8,
    USAGE_GROUPS = 3, /* rounding groups 1..3; group 0 is never rounded */
    USAGE_QUANTITY_BITS = 48,
    USAGE_PRICE_BITS = 56,
    USAGE_STEP_BITS = 24,
    USAGE_SCALE_BITS = 40,
    USAGE_FIXED_BITS = 80,
    USAGE_MONEY_BITS = 56, /* holds, fees, minima and maxima of one session */
    USAGE_SERVICE_BITS = 20,
    USAGE_PPM = 1000000
};
#define USAGE_MONEY_MAX ((UINT64_C(1) << USAGE_MONEY_BITS) - 1)

/* Numbers are part of the rate card's commitment and frozen. */
enum usage_rounding {
    USAGE_ROUND_DOWN = 0,     /* towards zero */
    USAGE_ROUND_UP = 1,       /* away from zero */
    USAGE_ROUND_HALF_UP = 2,  /* to nearest, ties up */
    USAGE_ROUND_HALF_EVEN = 3 /* to nearest, ties to the even minor unit */
};

enum usage_column { USAGE_NET = 0, USAGE_GROSS = 1, USAGE_COLUMNS = 2 };

/* What a device measured in one session, cumulative since its start. */
struct usage_record {
    uint64_t quantity[USAGE_SLOTS]; /* < 2^48, base units; unused slots 0 */
    uint8_t last_mask; /* bit i: slot i is the last one used in its rounding group and carries the round-up;
                          at most one bit in each group, none in group 0 */
    uint32_t service_ppm; /* the agreed service measure (availability, ...), 0..10^6 */
    uint64_t renewable;   /* energy from renewable sources, 0.1 Wh, < 2^48 */
    uint64_t co2_mg;      /* milligrams of CO2 equivalent, < 2^48 */
    uint8_t evidence[32]; /* SHA-256 of the native record, its top three bits cleared in the commitment */
    uint8_t salt[32];     /* at least 128 random bits; a canonical field element, little-endian */
};

struct usage_slot {
    uint64_t price[USAGE_COLUMNS]; /* atoms per base unit, < 2^56; gross >= net */
    uint32_t step;                 /* base units, 1 .. 2^24 - 1; 1 = no rounding */
    uint8_t group;                 /* 0..USAGE_GROUPS */
    bool is_energy;                /* counts as energy in ESG sums */
};

struct usage_rate_card {
    struct usage_slot slot[USAGE_SLOTS]; /* unused: price 0, step 1, group 0 */
    u128 fixed[USAGE_COLUMNS];           /* atoms per session, < 2^80; gross >= net */
    uint64_t minimum[USAGE_COLUMNS];     /* minor units, <= maximum; gross >= net */
    uint64_t maximum[USAGE_COLUMNS]; /* minor units, <= USAGE_MONEY_MAX (which means none); gross >= net */
    uint64_t scale;                  /* atoms per minor unit, 1 .. 2^40 - 1 */
    enum usage_rounding rounding;
    uint32_t service_threshold_ppm; /* a smaller service measure misses the agreement; 0 = never missed */
    uint32_t service_credit_ppm;    /* part of the fee that is not owed then, 0..10^6 */
    uint8_t salt[32];               /* as in usage_record */
};

/* The fee of one session, step by step; every amount in minor units. */
struct usage_fee {
    uint64_t billed[USAGE_SLOTS];  /* quantities after step rounding, base units */
    uint64_t rated[USAGE_COLUMNS]; /* after scaling and money rounding */
    uint64_t fee[USAGE_COLUMNS];   /* after minimum, maximum and service credit */
    uint64_t payable;              /* min(fee[GROSS], hold) */
    uint64_t payable_tax;          /* payable - min(fee[NET], hold): when the hold cuts, tax yields first */
    bool service_missed;
};

/* ROAM_E_RANGE with the field and its value in diag if any bound above is broken. */
ROAM_MUST_USE enum roam_err usage_record_check(const struct usage_record *record, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err usage_rate_card_check(const struct usage_rate_card *card, struct roam_diag *diag);

/* Rates one session.
 *
 *   1. For each group g in 1..3: Q = sum of its quantities; if one of its slots carries last, step = that
 * slot's step and that slot is billed e = (-Q mod step) more. Other slots are billed their quantity.
 *   2. For each column: S = sum billed * price + fixed; rated = S / scale, rounded by `rounding`.
 *   3. fee = clamp(rated, minimum, maximum).
 *   4. If service_ppm < service_threshold_ppm: fee = floor(fee * (10^6 - service_credit_ppm) / 10^6).
 *   5. payable = min(fee[GROSS], hold), payable_tax = payable - min(fee[NET], hold).
 *
 * hold_minor <= USAGE_MONEY_MAX. record and card are checked first (the errors above); ROAM_E_RANGE also for
 * two last bits in one group or one in group 0; ROAM_E_OVERFLOW if rated passes USAGE_MONEY_MAX. */
ROAM_MUST_USE enum roam_err usage_rate(struct usage_fee *out, const struct usage_rate_card *card,
                                       const struct usage_record *record, uint64_t hold_minor,
                                       struct roam_diag *diag);

/* Energy of a record, 0.1 Wh: the sum of the quantities of the card's energy slots. */
uint64_t usage_energy(const struct usage_rate_card *card, const struct usage_record *record);

#endif
