#include <stdio.h>
#include <string.h>

#include "fraction.h"
#include "ocpi.h"

struct differences {
    struct ocpi_difference *out;
    size_t count;
};

/* The magnitude in 10^-4, half to even. */
static u128 to_four_decimals(const struct decimal *value)
{
    u128 under = 1, over = value->digits;
    int shift = value->decimals - OCPI_DECIMALS;
    for (; shift > 0; shift--) under *= 10;
    for (; shift < 0; shift++)
        if (!u128_mul(&over, over, 10)) return ~(u128)0;
    return fraction_round_half_even(fraction_of(over, under));
}

static void print_stated(char text[48], u128 magnitude, bool negative)
{
    char number[48];
    if (magnitude > UINT64_MAX)
        snprintf(text, 48, "out of range");
    else
        snprintf(text, 48, "%s%.40s", negative ? "-" : "",
                 decimal_print_u64(number, (uint64_t)magnitude, OCPI_DECIMALS));
}

static void compare(struct differences *d, const char *field, const char *part, const struct decimal *stated,
                    uint64_t computed)
{
    u128 magnitude = to_four_decimals(stated);
    bool negative = stated->negative && magnitude > 0;
    if (!negative && magnitude == computed) return;
    ROAM_ASSERT(d->count < OCPI_DIFFERENCES_MAX);
    struct ocpi_difference *difference = &d->out[d->count++];
    *difference = (struct ocpi_difference){.field = field, .part = part};
    print_stated(difference->stated, magnitude, negative);
    decimal_print_u64(difference->computed, computed, OCPI_DECIMALS);
}

/* Milliseconds as hours in four decimals. */
static uint64_t hours(uint64_t ms) { return (uint64_t)fraction_round_half_even(fraction_of(ms, 360)); }

size_t ocpi_compare(struct ocpi_difference out[OCPI_DIFFERENCES_MAX], const struct ocpi_price *price,
                    const struct ocpi_cdr *cdr)
{
    static const char *const fields[OCPI_COSTS] = {"total_cost",         "total_fixed_cost",
                                                   "total_energy_cost",  "total_time_cost",
                                                   "total_parking_cost", "total_reservation_cost"};
    struct differences d = {out, 0};
    const struct decimal energy = {cdr->total_energy, OCPI_DECIMALS, false};
    for (int i = 0; i < OCPI_COSTS; i++) {
        const struct ocpi_stated *stated = &cdr->cost[i];
        if (stated->is_set)
            compare(&d, fields[i], "net", &stated->amount[USAGE_NET], price->cost[i][USAGE_NET]);
        if (stated->is_set && stated->has_gross)
            compare(&d, fields[i], "gross", &stated->amount[USAGE_GROSS], price->cost[i][USAGE_GROSS]);
    }
    if (cdr->has_energy) compare(&d, "total_energy", "", &energy, price->energy);
    compare(&d, "total_time", "", &cdr->total_time, hours(price->time_ms));
    if (cdr->has_total_parking_time)
        compare(&d, "total_parking_time", "", &cdr->total_parking_time, hours(price->parking_ms));
    return d.count;
}
