#include "ocpi_unit_price.h"

#include "exact_prices.h"

static u128 power_of_ten(int exponent)
{
    u128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

static struct fraction of_decimal(const struct decimal *value)
{
    return fraction_of(value->digits, power_of_ten(value->decimals));
}

/* Base units in the unit that the price is for: 1 kWh, 1 h, 1 session. */
static unsigned units_of(enum ocpi_dimension dimension)
{
    switch (dimension) {
    case OCPI_ENERGY:
        return 10000;
    case OCPI_TIME:
    case OCPI_PARKING_TIME:
    case OCPI_RESERVATION_TIME:
        return 3600 * 25;
    default:
        return 1;
    }
}

bool ocpi_unit_price(struct fraction out[USAGE_COLUMNS], const struct ocpi_component *component,
                     enum ocpi_tax tax, int decimals)
{
    struct fraction stated, net;
    const struct fraction minor = fraction_of(power_of_ten(decimals), units_of(component->dimension));
    const struct fraction vat = tax == OCPI_TAX_NONE ? fraction_of(0, 1) : of_decimal(&component->vat);
    if (!fraction_mul(&stated, of_decimal(&component->price), minor)) return false;
    if (tax != OCPI_TAX_INCLUDED) return exact_price_with_tax(out, stated, vat);
    /* gross is stated: net = gross * 100 / (100 + vat) */
    if (!fraction_add(&net, vat, fraction_of(100, 1))) return false;
    out[USAGE_GROSS] = stated;
    return fraction_mul(&net, fraction_of(100, 1), (struct fraction){net.under, net.over}) &&
           fraction_mul(&out[USAGE_NET], stated, net);
}

uint64_t ocpi_round_up(const struct ocpi_usage *usage, const struct ocpi_tariff *tariff,
                       enum ocpi_dimension dimension)
{
    if (usage->last[dimension] < 0 || tariff->component[usage->last[dimension]].step == 0) return 0;
    uint64_t total = 0, step = tariff->component[usage->last[dimension]].step;
    for (size_t i = 0; i < tariff->component_count; i++)
        if (tariff->component[i].dimension == dimension) total += usage->quantity[i];
    return total % step == 0 ? 0 : step - total % step;
}

/* Which total a dimension belongs to. */
static enum ocpi_cost cost_of(enum ocpi_dimension dimension)
{
    switch (dimension) {
    case OCPI_ENERGY:
        return OCPI_ENERGY_COST;
    case OCPI_TIME:
        return OCPI_TIME_COST;
    case OCPI_PARKING_TIME:
        return OCPI_PARKING_COST;
    case OCPI_FLAT:
        return OCPI_FIXED_COST;
    default:
        return OCPI_RESERVATION_COST;
    }
}

/* Exact sums, by cost and column. */
struct sums {
    struct fraction cost[OCPI_COSTS][USAGE_COLUMNS];
};

static bool add_component(struct sums *sums, const struct ocpi_tariff *tariff, int i, uint64_t billed)
{
    const struct ocpi_component *component = &tariff->component[i];
    struct fraction price[USAGE_COLUMNS], term;
    if (billed == 0) return true;
    if (!ocpi_unit_price(price, component, tariff->tax, OCPI_DECIMALS)) return false;
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        struct fraction *total = &sums->cost[OCPI_TOTAL_COST][c];
        struct fraction *part = &sums->cost[cost_of(component->dimension)][c];
        if (!fraction_mul(&term, price[c], fraction_of(billed, 1))) return false;
        if (!fraction_add(total, *total, term) || !fraction_add(part, *part, term)) return false;
    }
    return true;
}

static bool sum_costs(struct sums *sums, struct ocpi_price *out, const struct ocpi_usage *usage,
                      const struct ocpi_tariff *tariff)
{
    uint64_t extra[OCPI_DIMENSIONS];
    for (int d = 0; d < OCPI_DIMENSIONS; d++) extra[d] = ocpi_round_up(usage, tariff, (enum ocpi_dimension)d);
    for (int i = 0; i < OCPI_COSTS; i++)
        for (int c = 0; c < USAGE_COLUMNS; c++) sums->cost[i][c] = fraction_of(0, 1);
    for (size_t i = 0; i < tariff->component_count; i++) {
        enum ocpi_dimension dimension = tariff->component[i].dimension;
        uint64_t billed = usage->quantity[i] + (usage->last[dimension] == (int)i ? extra[dimension] : 0);
        out->billed[dimension] += billed;
        if (!add_component(sums, tariff, (int)i, billed)) return false;
    }
    return true;
}

static uint64_t limit_of(const struct ocpi_limit *limit, int column)
{
    uint64_t amount;
    enum roam_err err = decimal_to_u64(&amount, &limit->amount[column], OCPI_DECIMALS);
    ROAM_ASSERT(err == ROAM_OK); /* ocpi_read_tariff has seen to it */
    return amount;
}

/* A minimum without a gross amount holds for both; a maximum without one leaves the gross total free. */
static u128 clamp_total(u128 total, const struct ocpi_tariff *tariff, int column)
{
    if (tariff->minimum.is_set && total < limit_of(&tariff->minimum, column))
        return limit_of(&tariff->minimum, column);
    bool has_maximum = tariff->maximum.is_set && (column == USAGE_NET || tariff->maximum.has_gross);
    if (has_maximum && total > limit_of(&tariff->maximum, column)) return limit_of(&tariff->maximum, column);
    return total;
}

static enum roam_err round_costs(struct ocpi_price *out, const struct sums *sums,
                                 const struct ocpi_tariff *tariff, struct roam_diag *diag)
{
    for (int i = 0; i < OCPI_COSTS; i++) {
        for (int c = 0; c < USAGE_COLUMNS; c++) {
            u128 amount = fraction_round_half_even(sums->cost[i][c]);
            if (i == OCPI_TOTAL_COST) amount = clamp_total(amount, tariff, c);
            if (amount > UINT64_MAX)
                return roam_diag(diag, ROAM_E_OVERFLOW, "OCPI: an amount of 2^64 or more");
            out->cost[i][c] = (uint64_t)amount;
        }
    }
    return ROAM_OK;
}

/* Parking in milliseconds: 1/25 s are 40. */
static void measure(struct ocpi_price *out, const struct ocpi_cdr *cdr, const struct ocpi_usage *usage)
{
    out->energy = usage->energy;
    out->time_ms = (uint64_t)(cdr->end_ns - cdr->period[0].start_ns) / 1000000;
    for (size_t i = 0; i < cdr->period_count; i++) out->parking_ms += cdr->period[i].parking * 40;
}

enum roam_err ocpi_price(struct ocpi_price *out, const struct ocpi_cdr *cdr, const struct ocpi_tariff *tariff,
                         const struct zone *zone, struct roam_diag *diag)
{
    struct ocpi_usage usage;
    struct ocpi_price price = {0};
    struct sums sums;
    ROAM_TRY(ocpi_match(&usage, cdr, tariff, zone, diag));
    if (!sum_costs(&sums, &price, &usage, tariff))
        return roam_diag(diag, ROAM_E_OVERFLOW, "OCPI: the exact price leaves 128 bits");
    ROAM_TRY(round_costs(&price, &sums, tariff, diag));
    measure(&price, cdr, &usage);
    *out = price;
    return ROAM_OK;
}
