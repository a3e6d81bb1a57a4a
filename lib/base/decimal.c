#include "decimal.h"

#include <stdio.h>
#include <string.h>

enum { DECIMALS_MAX = 36 };

static u128 power_of_ten(int exponent)
{
    u128 power = 1;
    while (exponent-- > 0) power *= 10;
    return power;
}

static void normalise(struct decimal *value)
{
    while (value->decimals > 0 && value->digits % 10 == 0) {
        value->digits /= 10;
        value->decimals--;
    }
    if (value->digits == 0) value->negative = false;
}

static bool digit_at(const char *text, size_t size, size_t i)
{
    return i < size && text[i] >= '0' && text[i] <= '9';
}

/* Digits at *i, appended to value; with decimals counted when fraction is set. False if there is none. */
static enum roam_err take_digits(struct decimal *value, bool fraction, const char *text, size_t size,
                                 size_t *i)
{
    if (!digit_at(text, size, *i)) return ROAM_E_FORMAT;
    for (; digit_at(text, size, *i); ++*i) {
        if (value->digits >= power_of_ten(DECIMALS_MAX - 1)) return ROAM_E_RANGE;
        value->digits = value->digits * 10 + (unsigned)(text[*i] - '0');
        value->decimals += fraction;
    }
    return ROAM_OK;
}

static enum roam_err take_exponent(int *exponent, const char *text, size_t size, size_t *i)
{
    *exponent = 0;
    if (*i == size || (text[*i] != 'e' && text[*i] != 'E')) return ROAM_OK;
    ++*i;
    bool negative = *i < size && text[*i] == '-';
    if (*i < size && (text[*i] == '-' || text[*i] == '+')) ++*i;
    if (!digit_at(text, size, *i)) return ROAM_E_FORMAT;
    for (; digit_at(text, size, *i); ++*i) {
        *exponent = *exponent * 10 + (text[*i] - '0');
        if (*exponent > 1000) return ROAM_E_RANGE;
    }
    if (negative) *exponent = -*exponent;
    return ROAM_OK;
}

static enum roam_err scale_up(struct decimal *value)
{
    for (; value->decimals < 0; value->decimals++) {
        if (value->digits >= power_of_ten(DECIMALS_MAX - 1)) return ROAM_E_RANGE;
        value->digits *= 10;
    }
    return ROAM_OK;
}

enum roam_err decimal_parse(struct decimal *out, const char *text, size_t size)
{
    struct decimal value = {0};
    size_t i = 0;
    int exponent;
    if (i < size && text[i] == '-') {
        value.negative = true;
        i++;
    }
    ROAM_TRY(take_digits(&value, false, text, size, &i));
    if (i < size && text[i] == '.') {
        i++;
        ROAM_TRY(take_digits(&value, true, text, size, &i));
    }
    ROAM_TRY(take_exponent(&exponent, text, size, &i));
    if (i != size) return ROAM_E_FORMAT;
    value.decimals -= value.digits == 0 ? value.decimals : exponent;
    ROAM_TRY(scale_up(&value));
    normalise(&value);
    if (value.decimals > DECIMALS_MAX) return ROAM_E_RANGE;
    *out = value;
    return ROAM_OK;
}

enum roam_err decimal_to_u64(uint64_t *out, const struct decimal *value, int decimals)
{
    if (value->negative || value->decimals > decimals || decimals > DECIMALS_MAX) return ROAM_E_RANGE;
    u128 scaled;
    if (!u128_mul(&scaled, value->digits, power_of_ten(decimals - value->decimals)) || scaled > UINT64_MAX)
        return ROAM_E_RANGE;
    *out = (uint64_t)scaled;
    return ROAM_OK;
}

char *decimal_print_u64(char text[48], uint64_t amount, int decimals)
{
    ROAM_ASSERT(decimals >= 0 && decimals <= 18);
    uint64_t unit = (uint64_t)power_of_ten(decimals);
    if (decimals == 0)
        snprintf(text, 48, "%llu", (unsigned long long)amount);
    else
        snprintf(text, 48, "%llu.%0*llu", (unsigned long long)(amount / unit), decimals,
                 (unsigned long long)(amount % unit));
    return text;
}
