/* The part of `settle` that a batch has once: the rate card. Private to lib/circuits.
 *
 * Proved: the fields open the card's commitment and lie in the ranges of its packs; group and rounding are
 * 2-bit numbers; the credit is at most 10^6. tax = gross - net has a range of its own, so net <= gross.
 * Not proved: that gross amounts are below 2^56 (here: 2^57), step < 2^24 (here: at most 2^24), minimum <=
 * maximum, threshold <= 10^6. Both operators hold the card and check it with usage_rate_card_check before
 * they agree to its commitment; what the ledger relies on, 0 <= tax <= payable <= hold, follows for every
 * card. */
#ifndef SETTLE_CARD_H
#define SETTLE_CARD_H

#include "builder.h"
#include "gadget_dot.h"
#include "usage.h"

enum {
    SETTLE_COLUMN_SHIFT = 112, /* a pair of columns is net + tax * 2^112 */
    SETTLE_PLACE_SHIFT = 80,   /* group k's total of quantities is at 2^(80 (k - 1)) */
    SETTLE_STEP_SHIFT = 32,    /* group k's step - 1 is at 2^(32 (k - 1)) */
    SETTLE_COUNT_AT = 96,      /* the number of last slots of group k is at 2^(96 + 4 (k - 1)), ... */
    SETTLE_COUNT_SHIFT = 4,
    SETTLE_STRAY_AT = 108 /* ... that of group 0 at 2^108 */
};

struct settle_limits {
    lc minimum, maximum;
    lc maximum_low; /* the lowest bit of maximum */
};

struct settle_card {
    /* By slot i of group k: */
    lc in_group[USAGE_SLOTS][USAGE_GROUPS]; /* 1 for [i][k - 1], else 0 */
    lc step_less_1[USAGE_SLOTS];
    lc is_energy[USAGE_SLOTS];
    struct dot_vector price;                    /* pair of columns */
    struct dot_vector last_price[USAGE_GROUPS]; /* price at [k - 1], else 0 */
    struct dot_vector place;                    /* 2^(80 (k - 1)); 0 for group 0 */
    struct dot_vector last; /* (step - 1) 2^(32 (k - 1)) + 2^(96 + 4 (k - 1)); 2^108 for group 0 */

    lc fixed;        /* pair of columns */
    lc scale, bias;  /* rated = floor((sum + bias) / scale) ... */
    lc ties_to_even; /* ... unless this is 1 and the remainder 0: then scale is even and halves go to even */
    lc threshold, credit;
    struct settle_limits limits[USAGE_COLUMNS];
};

void settle_card_circuit(struct builder *b, struct settle_card *out, const struct usage_rate_card *card,
                         lc commitment);

#endif
