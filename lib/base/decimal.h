/* Exact decimal numbers as records and tariffs write them: "0.25", "-1.5E-3". Never floating point. */
#ifndef ROAM_DECIMAL_H
#define ROAM_DECIMAL_H

#include "err.h"
#include "checked.h"

/* value = sign * digits * 10^-decimals, digits < 10^36, 0 <= decimals <= 36; zero is never negative. */
struct decimal {
    u128 digits;
    int decimals;
    bool negative;
};

/* JSON number syntax, leading and trailing zeros allowed, normalised to the fewest decimals.
 * ROAM_E_FORMAT if the text is anything else; ROAM_E_RANGE if it does not fit. */
ROAM_MUST_USE enum roam_err decimal_parse(struct decimal *out, const char *text, size_t size);

/* digits such that value = digits * 10^-decimals exactly; ROAM_E_RANGE if it would need more decimals, is
 * negative or passes 64 bits. */
ROAM_MUST_USE enum roam_err decimal_to_u64(uint64_t *out, const struct decimal *value, int decimals);

/* Writes amount * 10^-decimals with exactly that many decimals; text must hold 48 characters. Returns text.
 */
char *decimal_print_u64(char text[48], uint64_t amount, int decimals);

#endif
