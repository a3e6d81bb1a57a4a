#include "usage.h"

#include "fr.h"

static enum roam_err at_most(uint64_t value, uint64_t maximum, const char *field, struct roam_diag *diag)
{
    if (value <= maximum) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "%s is %llu, at most %llu is allowed", field,
                     (unsigned long long)value, (unsigned long long)maximum);
}

static enum roam_err slot_at_most(uint64_t value, uint64_t maximum, int slot, const char *field,
                                  struct roam_diag *diag)
{
    if (value <= maximum) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "slot %d: %s is %llu, at most %llu is allowed", slot, field,
                     (unsigned long long)value, (unsigned long long)maximum);
}

static enum roam_err net_at_most_gross(const uint64_t amount[USAGE_COLUMNS], const char *field,
                                       struct roam_diag *diag)
{
    if (amount[USAGE_NET] <= amount[USAGE_GROSS]) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "%s: net %llu is above gross %llu", field,
                     (unsigned long long)amount[USAGE_NET], (unsigned long long)amount[USAGE_GROSS]);
}

/* The value is a secret: it stays out of the explanation. */
static enum roam_err salt_check(const uint8_t salt[32], struct roam_diag *diag)
{
    fr ignored;
    if (fr_from_le(&ignored, salt) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE,
                     "salt is not a canonical field element (32 little-endian bytes below r)");
}

enum roam_err usage_record_check(const struct usage_record *record, struct roam_diag *diag)
{
    const uint64_t quantity_max = (UINT64_C(1) << USAGE_QUANTITY_BITS) - 1;
    for (int i = 0; i < USAGE_SLOTS; i++)
        ROAM_TRY(slot_at_most(record->quantity[i], quantity_max, i, "quantity", diag));
    ROAM_TRY(at_most(record->service_ppm, USAGE_PPM, "service_ppm", diag));
    ROAM_TRY(at_most(record->renewable, quantity_max, "renewable", diag));
    ROAM_TRY(at_most(record->co2_mg, quantity_max, "co2_mg", diag));
    return salt_check(record->salt, diag);
}

static enum roam_err slot_check(const struct usage_slot *slot, int i, struct roam_diag *diag)
{
    const uint64_t price_max = (UINT64_C(1) << USAGE_PRICE_BITS) - 1;
    ROAM_TRY(slot_at_most(slot->price[USAGE_GROSS], price_max, i, "gross price", diag));
    ROAM_TRY(slot_at_most(slot->price[USAGE_NET], slot->price[USAGE_GROSS], i, "net price", diag));
    ROAM_TRY(slot_at_most(slot->step, (1u << USAGE_STEP_BITS) - 1, i, "step", diag));
    if (slot->step == 0) return roam_diag(diag, ROAM_E_RANGE, "slot %d: step is 0, 1 means no rounding", i);
    return slot_at_most(slot->group, USAGE_GROUPS, i, "group", diag);
}

static enum roam_err fixed_check(const u128 fixed[USAGE_COLUMNS], struct roam_diag *diag)
{
    const u128 gross = fixed[USAGE_GROSS], net = fixed[USAGE_NET];
    if (gross >> USAGE_FIXED_BITS == 0 && net <= gross) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE,
                     "fixed is net 0x%llx%016llx, gross 0x%llx%016llx atoms; net <= gross < 2^%d is allowed",
                     (unsigned long long)(net >> 64), (unsigned long long)net,
                     (unsigned long long)(gross >> 64), (unsigned long long)gross, USAGE_FIXED_BITS);
}

static enum roam_err limits_check(const struct usage_rate_card *card, struct roam_diag *diag)
{
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        ROAM_TRY(at_most(card->maximum[c], USAGE_MONEY_MAX, "maximum", diag));
        ROAM_TRY(at_most(card->minimum[c], card->maximum[c], "minimum", diag));
    }
    ROAM_TRY(net_at_most_gross(card->minimum, "minimum", diag));
    return net_at_most_gross(card->maximum, "maximum", diag);
}

enum roam_err usage_rate_card_check(const struct usage_rate_card *card, struct roam_diag *diag)
{
    for (int i = 0; i < USAGE_SLOTS; i++) ROAM_TRY(slot_check(&card->slot[i], i, diag));
    ROAM_TRY(fixed_check(card->fixed, diag));
    ROAM_TRY(limits_check(card, diag));
    if (card->scale == 0)
        return roam_diag(diag, ROAM_E_RANGE, "scale is 0, at least 1 atom makes a minor unit");
    ROAM_TRY(at_most(card->scale, (UINT64_C(1) << USAGE_SCALE_BITS) - 1, "scale", diag));
    ROAM_TRY(at_most((uint64_t)card->rounding, USAGE_ROUND_HALF_EVEN, "rounding", diag));
    ROAM_TRY(at_most(card->service_threshold_ppm, USAGE_PPM, "service_threshold_ppm", diag));
    ROAM_TRY(at_most(card->service_credit_ppm, USAGE_PPM, "service_credit_ppm", diag));
    return salt_check(card->salt, diag);
}
