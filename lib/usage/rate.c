#include "usage.h"

/* The slot of group that carries its round-up, or -1. */
static enum roam_err find_last(int *last, const struct usage_rate_card *card,
                               const struct usage_record *record, int group, struct roam_diag *diag)
{
    *last = -1;
    for (int i = 0; i < USAGE_SLOTS; i++) {
        if ((record->last_mask >> i & 1) == 0 || card->slot[i].group != group) continue;
        if (group == 0) return roam_diag(diag, ROAM_E_RANGE, "last_mask marks slot %d of group 0", i);
        if (*last >= 0)
            return roam_diag(diag, ROAM_E_RANGE, "last_mask marks slots %d and %d of group %d", *last, i,
                             group);
        *last = i;
    }
    return ROAM_OK;
}

static uint64_t group_total(const struct usage_rate_card *card, const struct usage_record *record, int group)
{
    uint64_t total = 0; /* below 8 * 2^48 */
    for (int i = 0; i < USAGE_SLOTS; i++)
        if (card->slot[i].group == group) total += record->quantity[i];
    return total;
}

/* Step 1: the group's total goes up to a multiple of the last slot's step, on that slot. */
static enum roam_err bill_quantities(uint64_t billed[USAGE_SLOTS], const struct usage_rate_card *card,
                                     const struct usage_record *record, struct roam_diag *diag)
{
    for (int i = 0; i < USAGE_SLOTS; i++) billed[i] = record->quantity[i];
    for (int group = 0; group <= USAGE_GROUPS; group++) {
        int last;
        ROAM_TRY(find_last(&last, card, record, group, diag));
        if (last < 0) continue;
        uint64_t over = group_total(card, record, group) % card->slot[last].step;
        if (over > 0) billed[last] += card->slot[last].step - over;
    }
    return ROAM_OK;
}

static bool rounds_up(enum usage_rounding rounding, u128 quotient, u128 remainder, u128 scale)
{
    switch (rounding) {
    case USAGE_ROUND_DOWN:
        return false;
    case USAGE_ROUND_UP:
        return remainder > 0;
    case USAGE_ROUND_HALF_UP:
        return 2 * remainder >= scale;
    case USAGE_ROUND_HALF_EVEN:
        return 2 * remainder > scale || (2 * remainder == scale && (quotient & 1) == 1);
    }
    return false;
}

/* Step 2. The sum stays below 8 * 2^49 * 2^56 + 2^80 < 2^109. */
static enum roam_err rate_column(uint64_t *rated, const struct usage_rate_card *card,
                                 const uint64_t billed[USAGE_SLOTS], int column, struct roam_diag *diag)
{
    u128 sum = card->fixed[column];
    for (int i = 0; i < USAGE_SLOTS; i++) sum += (u128)billed[i] * card->slot[i].price[column];
    u128 quotient = sum / card->scale;
    quotient += rounds_up(card->rounding, quotient, sum % card->scale, card->scale);
    if (quotient > USAGE_MONEY_MAX)
        return roam_diag(diag, ROAM_E_OVERFLOW, "%s fee is 2^%d minor units or more",
                         column == USAGE_NET ? "net" : "gross", USAGE_MONEY_BITS);
    *rated = (uint64_t)quotient;
    return ROAM_OK;
}

/* Steps 3 and 4. fee * 10^6 stays below 2^76. */
static uint64_t limit_and_credit(const struct usage_rate_card *card, int column, uint64_t rated,
                                 bool service_missed)
{
    uint64_t fee = rated;
    if (fee < card->minimum[column]) fee = card->minimum[column];
    if (fee > card->maximum[column]) fee = card->maximum[column];
    if (!service_missed) return fee;
    return (uint64_t)((u128)fee * (USAGE_PPM - card->service_credit_ppm) / USAGE_PPM);
}

static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

enum roam_err usage_rate(struct usage_fee *out, const struct usage_rate_card *card,
                         const struct usage_record *record, uint64_t hold_minor, struct roam_diag *diag)
{
    struct usage_fee fee = {0};
    ROAM_TRY(usage_record_check(record, diag));
    ROAM_TRY(usage_rate_card_check(card, diag));
    if (hold_minor > USAGE_MONEY_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "hold is %llu minor units, below 2^%d is allowed",
                         (unsigned long long)hold_minor, USAGE_MONEY_BITS);
    ROAM_TRY(bill_quantities(fee.billed, card, record, diag));
    fee.service_missed = record->service_ppm < card->service_threshold_ppm;
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        ROAM_TRY(rate_column(&fee.rated[c], card, fee.billed, c, diag));
        fee.fee[c] = limit_and_credit(card, c, fee.rated[c], fee.service_missed);
    }
    fee.payable = smaller(fee.fee[USAGE_GROSS], hold_minor);
    fee.payable_tax = fee.payable - smaller(fee.fee[USAGE_NET], hold_minor);
    *out = fee;
    return ROAM_OK;
}

uint64_t usage_energy(const struct usage_rate_card *card, const struct usage_record *record)
{
    uint64_t energy = 0;
    for (int i = 0; i < USAGE_SLOTS; i++)
        if (card->slot[i].is_energy) energy += record->quantity[i];
    return energy;
}
