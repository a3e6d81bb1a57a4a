#include "exact_prices.h"
#include "ocpi_slots.h"
#include "ocpi_unit_price.h"

/* Exact prices of all slots, in minor units per base unit. */
static enum roam_err exact_prices(struct fraction price[USAGE_SLOTS][USAGE_COLUMNS],
                                  const struct ocpi_slots *slots, const struct ocpi_tariff *tariff,
                                  int decimals, struct roam_diag *diag)
{
    for (int i = 0; i < slots->count; i++) {
        price[i][USAGE_NET] = price[i][USAGE_GROSS] = fraction_of(0, 1);
        if (slots->component[i] < 0) continue;
        if (!ocpi_unit_price(price[i], &tariff->component[slots->component[i]], tariff->tax, decimals))
            return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: an exact price leaves 128 bits");
    }
    return ROAM_OK;
}

static enum roam_err fill_slot(struct usage_slot *out, const struct ocpi_component *component,
                               const struct ocpi_slots *slots, struct roam_diag *diag)
{
    if (component->step >> USAGE_STEP_BITS != 0)
        return roam_diag(diag, ROAM_E_UNSUPPORTED,
                         "OCPI: a step of %llu base units, a rate card holds less than 2^%d",
                         (unsigned long long)component->step, USAGE_STEP_BITS);
    out->step = component->step == 0 ? 1 : (uint32_t)component->step;
    out->group = slots->group[component->dimension];
    out->is_energy = component->dimension == OCPI_ENERGY;
    return ROAM_OK;
}

static enum roam_err fill_slots(struct usage_rate_card *out, const struct ocpi_tariff *tariff, int decimals,
                                struct roam_diag *diag)
{
    struct ocpi_slots slots;
    struct fraction price[USAGE_SLOTS][USAGE_COLUMNS];
    ROAM_TRY(ocpi_slots(&slots, tariff, diag));
    for (int i = 0; i < USAGE_SLOTS; i++) {
        out->slot[i] = (struct usage_slot){.step = 1, .is_energy = i == slots.unpriced};
        if (i >= slots.count || slots.component[i] < 0) continue;
        ROAM_TRY(fill_slot(&out->slot[i], &tariff->component[slots.component[i]], &slots, diag));
    }
    ROAM_TRY(exact_prices(price, &slots, tariff, decimals, diag));
    return exact_prices_set(out, (const struct fraction(*)[USAGE_COLUMNS])price, slots.count, diag);
}

/* Absent limits are neutral. A maximum without a gross amount leaves the gross fee free; a minimum holds for
 * both. */
static enum roam_err fill_limit(uint64_t out[USAGE_COLUMNS], const struct ocpi_limit *limit, uint64_t neutral,
                                bool needs_gross, int decimals, struct roam_diag *diag)
{
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        out[c] = neutral;
        if (!limit->is_set || (c == USAGE_GROSS && needs_gross && !limit->has_gross)) continue;
        if (decimal_to_u64(&out[c], &limit->amount[c], decimals) != ROAM_OK || out[c] > USAGE_MONEY_MAX)
            return roam_diag(
                diag, ROAM_E_UNSUPPORTED,
                "OCPI: a price limit that is no whole number of units of 10^-%d, or 2^%d of them", decimals,
                USAGE_MONEY_BITS);
    }
    return ROAM_OK;
}

enum roam_err ocpi_rate_card(struct usage_rate_card *out, const struct ocpi_tariff *tariff,
                             const struct ocpi_terms *terms, struct roam_diag *diag)
{
    struct usage_rate_card card = {.rounding = terms->rounding,
                                   .service_threshold_ppm = terms->service_threshold_ppm,
                                   .service_credit_ppm = terms->service_credit_ppm};
    if (terms->decimals < 0 || terms->decimals > OCPI_DECIMALS)
        return roam_diag(diag, ROAM_E_RANGE, "a currency with %d decimals, 0 to %d are expected",
                         terms->decimals, OCPI_DECIMALS);
    ROAM_TRY(fill_slots(&card, tariff, terms->decimals, diag));
    ROAM_TRY(fill_limit(card.minimum, &tariff->minimum, 0, false, terms->decimals, diag));
    ROAM_TRY(fill_limit(card.maximum, &tariff->maximum, USAGE_MONEY_MAX, true, terms->decimals, diag));
    ROAM_TRY(usage_rate_card_check(&card, diag));
    *out = card;
    return ROAM_OK;
}
