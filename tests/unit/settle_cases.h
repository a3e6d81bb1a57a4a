/* Rate cards, records and holds for tests of `settle`: edge values first of all, and fees that land on chosen
 * places (ties, limits, the bound of the rule), by the choice of the fixed fee. */
#ifndef TEST_SETTLE_CASES_H
#define TEST_SETTLE_CASES_H

#include "env.h"
#include "settle.h"

struct settle_case {
    struct usage_rate_card card;
    struct settle_session session;
};

/* Below 2^bits: an edge value, or random of random length. */
static inline uint64_t case_u64(struct roam_prng *prng, unsigned bits)
{
    uint64_t max = UINT64_MAX >> (64 - bits);
    switch (prng_below(prng, 8)) {
    case 0:
        return 0;
    case 1:
        return prng_below(prng, 3);
    case 2:
        return max - prng_below(prng, 2);
    case 3:
        return (UINT64_C(1) << prng_below(prng, bits)) - prng_below(prng, 2);
    default:
        return prng_u64(prng) >> (64 - bits) >> prng_below(prng, bits);
    }
}

static inline void case_salt(struct roam_prng *prng, uint8_t salt[32])
{
    prng_bytes(prng, salt, 32);
    salt[31] &= 0x0f;
}

static inline void case_slot(struct roam_prng *prng, struct usage_slot *slot)
{
    unsigned bits = prng_below(prng, 4) == 0 ? USAGE_PRICE_BITS : 30;
    slot->price[USAGE_GROSS] = case_u64(prng, bits);
    slot->price[USAGE_NET] = prng_below(prng, slot->price[USAGE_GROSS] + 1);
    if (prng_below(prng, 3) == 0) slot->price[USAGE_NET] = slot->price[USAGE_GROSS];
    slot->step = (uint32_t)case_u64(prng, USAGE_STEP_BITS);
    if (slot->step == 0) slot->step = 1;
    slot->group = (uint8_t)prng_below(prng, USAGE_GROUPS + 1);
    slot->is_energy = prng_below(prng, 2) == 1;
}

static inline void case_card(struct roam_prng *prng, struct usage_rate_card *card)
{
    static const uint32_t credits[4] = {0, USAGE_PPM, 1, USAGE_PPM - 1};
    *card = (struct usage_rate_card){0};
    for (int i = 0; i < USAGE_SLOTS; i++) case_slot(prng, &card->slot[i]);
    card->scale = case_u64(prng, USAGE_SCALE_BITS);
    if (card->scale == 0) card->scale = 1;
    card->rounding = (enum usage_rounding)prng_below(prng, 4);
    card->service_threshold_ppm = (uint32_t)prng_below(prng, USAGE_PPM + 1);
    card->service_credit_ppm = credits[prng_below(prng, 4)];
    if (prng_below(prng, 2) == 0) card->service_credit_ppm = (uint32_t)prng_below(prng, USAGE_PPM + 1);
    case_salt(prng, card->salt);
}

static inline void case_record(struct roam_prng *prng, struct usage_record *record,
                               const struct usage_rate_card *card)
{
    *record = (struct usage_record){0};
    unsigned bits = prng_below(prng, 3) == 0 ? USAGE_QUANTITY_BITS : 24;
    for (int i = 0; i < USAGE_SLOTS; i++) record->quantity[i] = case_u64(prng, bits);
    for (unsigned k = 1; k <= USAGE_GROUPS; k++) {
        unsigned i = (unsigned)prng_below(prng, USAGE_SLOTS);
        if (card->slot[i].group == k) record->last_mask |= (uint8_t)(1u << i);
    }
    record->service_ppm = card->service_threshold_ppm;
    if (prng_below(prng, 3) == 0) record->service_ppm = (uint32_t)prng_below(prng, USAGE_PPM + 1);
    if (prng_below(prng, 3) == 0 && record->service_ppm > 0) record->service_ppm--;
    record->renewable = case_u64(prng, USAGE_QUANTITY_BITS);
    record->co2_mg = case_u64(prng, USAGE_QUANTITY_BITS);
    prng_bytes(prng, record->evidence, sizeof record->evidence);
    case_salt(prng, record->salt);
}

/* Sum of billed * price of one column, as usage_rate finds it. */
static inline u128 case_sum(const struct usage_rate_card *card, const struct usage_record *record, int column)
{
    u128 sum = 0;
    struct usage_rate_card open = *card;
    struct usage_fee fee;
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        open.minimum[c] = open.maximum[c] = 0;
        open.fixed[c] = 0;
        for (int i = 0; i < USAGE_SLOTS; i++) open.slot[i].price[c] = 0;
    }
    if (usage_rate(&fee, &open, record, 0, NULL) != ROAM_OK) return 0;
    for (int i = 0; i < USAGE_SLOTS; i++) sum += (u128)fee.billed[i] * card->slot[i].price[column];
    return sum;
}

/* Sets `fixed` of a column so that the sum is target * scale + rest, as near as a fixed fee below 2^80 can.
 */
static inline void case_aim(struct usage_rate_card *card, const struct usage_record *record, int column,
                            uint64_t target, uint64_t rest)
{
    u128 sum = case_sum(card, record, column), aim = (u128)target * card->scale + rest;
    u128 fixed = aim > sum ? aim - sum : 0;
    card->fixed[column] = fixed >> USAGE_FIXED_BITS == 0 ? fixed : rest;
}

static inline uint64_t case_near(struct roam_prng *prng, uint64_t value, uint64_t max)
{
    uint64_t near = value + prng_below(prng, 5) - 2;
    if (near <= max) return near;
    return value <= max ? value : max;
}

static inline uint64_t case_rest(struct roam_prng *prng, uint64_t scale)
{
    uint64_t choice[6] = {0, scale / 2, scale / 2 + 1, scale / 2 - 1, scale - 1, prng_below(prng, scale)};
    uint64_t rest = choice[prng_below(prng, 6)];
    return rest < scale ? rest : 0;
}

static inline void case_limits(struct roam_prng *prng, struct usage_rate_card *card, const uint64_t target[2])
{
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        card->minimum[c] = prng_below(prng, 2) == 0 ? 0 : case_near(prng, target[c], USAGE_MONEY_MAX);
        card->maximum[c] =
            prng_below(prng, 2) == 0 ? USAGE_MONEY_MAX : case_near(prng, target[c], USAGE_MONEY_MAX);
        if (prng_below(prng, 8) == 0) card->minimum[c] = card->maximum[c];
        if (card->minimum[c] > card->maximum[c]) card->minimum[c] = card->maximum[c];
    }
    for (int c = 0; c < 2; c++) {
        uint64_t *amount = c == 0 ? card->minimum : card->maximum;
        if (amount[USAGE_NET] > amount[USAGE_GROSS]) amount[USAGE_NET] = amount[USAGE_GROSS];
    }
    if (card->minimum[USAGE_NET] > card->maximum[USAGE_NET])
        card->minimum[USAGE_NET] = card->maximum[USAGE_NET];
}

/* A whole case. usage_rate accepts it, or refuses with ROAM_E_OVERFLOW. */
static inline void case_any(struct roam_prng *prng, struct settle_case *out)
{
    struct usage_rate_card *card = &out->card;
    case_card(prng, card);
    case_record(prng, &out->session.record, card);
    uint64_t target[2];
    target[USAGE_GROSS] = case_u64(prng, USAGE_MONEY_BITS);
    if (prng_below(prng, 16) == 0) target[USAGE_GROSS] = USAGE_MONEY_MAX + prng_below(prng, 2);
    target[USAGE_NET] =
        prng_below(prng, 2) == 0 ? target[USAGE_GROSS] : prng_below(prng, target[USAGE_GROSS] + 1);
    for (int c = 0; c < USAGE_COLUMNS; c++)
        case_aim(card, &out->session.record, c, target[c], case_rest(prng, card->scale));
    if (card->fixed[USAGE_NET] > card->fixed[USAGE_GROSS]) card->fixed[USAGE_NET] = card->fixed[USAGE_GROSS];
    case_limits(prng, card, target);

    struct usage_fee fee;
    uint64_t hold = case_u64(prng, USAGE_MONEY_BITS);
    if (usage_rate(&fee, card, &out->session.record, 0, NULL) == ROAM_OK && prng_below(prng, 2) == 0)
        hold = case_near(prng, fee.fee[prng_below(prng, 2)], USAGE_MONEY_MAX);
    out->session.hold_minor = hold;
}

#endif
