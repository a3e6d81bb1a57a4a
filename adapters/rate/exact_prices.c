#include "exact_prices.h"

static enum roam_err too_fine(struct roam_diag *diag)
{
    return roam_diag(
        diag, ROAM_E_UNSUPPORTED,
        "the prices have no common denominator below 2^%d, or there are prices of 2^%d atoms or more",
        USAGE_SCALE_BITS, USAGE_PRICE_BITS);
}

enum roam_err exact_prices_set(struct usage_rate_card *card, const struct fraction price[][USAGE_COLUMNS],
                               int count, struct roam_diag *diag)
{
    u128 scale = 1, atoms;
    for (int i = 0; i < count; i++)
        for (int c = 0; c < USAGE_COLUMNS; c++)
            if (!u128_lcm(&scale, scale, price[i][c].under)) return too_fine(diag);
    if (scale >> USAGE_SCALE_BITS != 0) return too_fine(diag);
    card->scale = (uint64_t)scale;
    for (int i = 0; i < count; i++) {
        for (int c = 0; c < USAGE_COLUMNS; c++) {
            if (!u128_mul(&atoms, price[i][c].over, scale / price[i][c].under)) return too_fine(diag);
            if (atoms >> USAGE_PRICE_BITS != 0) return too_fine(diag);
            card->slot[i].price[c] = (uint64_t)atoms;
        }
    }
    return ROAM_OK;
}

bool exact_price_with_tax(struct fraction out[USAGE_COLUMNS], struct fraction net,
                          struct fraction tax_percent)
{
    struct fraction factor;
    out[USAGE_NET] = net;
    return fraction_add(&factor, tax_percent, fraction_of(100, 1)) &&
           fraction_mul(&factor, factor, fraction_of(1, 100)) && fraction_mul(&out[USAGE_GROSS], net, factor);
}
