#include "input_sum.h"

/* Straus: all points share the doublings. Scalars are written in odd signed digits of WIDTH bits (wNAF), at
 * most one nonzero digit in WIDTH places, and multiples 1, 3 .. 2^(WIDTH-1) - 1 of every point are made
 * first. */
enum { WIDTH = 5, MULTIPLES = 1 << (WIDTH - 2), DIGITS = 256, POINTS_AT_ONCE = 8 };

static void shift_right(uint64_t k[4])
{
    for (int i = 0; i < 4; i++) k[i] = k[i] >> 1 | (i < 3 ? k[i + 1] << 63 : 0);
}

/* k -= digit, for k + 2^WIDTH < 2^256 */
static void subtract_digit(uint64_t k[4], int digit)
{
    uint64_t amount = (uint64_t)(digit < 0 ? -digit : digit), carry = amount;
    for (int i = 0; i < 4; i++) {
        uint64_t before = k[i];
        k[i] = digit < 0 ? before + carry : before - carry;
        carry = digit < 0 ? k[i] < before : k[i] > before;
    }
}

static void to_digits(int8_t digits[DIGITS], const fr *scalar)
{
    uint64_t k[4];
    fr_to_limbs(k, scalar);
    for (int i = 0; i < DIGITS; i++) {
        int digit = 0;
        if (k[0] & 1) {
            digit = (int)(k[0] & ((1 << WIDTH) - 1));
            if (digit >= 1 << (WIDTH - 1)) digit -= 1 << WIDTH;
            subtract_digit(k, digit);
        }
        digits[i] = (int8_t)digit;
        shift_right(k);
    }
}

static void odd_multiples(g1 out[MULTIPLES], const g1_affine *point)
{
    g1 twice;
    g1_from_affine(&out[0], point);
    g1_double(&twice, &out[0]);
    for (int i = 1; i < MULTIPLES; i++) g1_add_vartime(&out[i], &out[i - 1], &twice);
}

static void add_digit(g1 *sum, const g1_affine multiples[MULTIPLES], int digit)
{
    if (digit == 0) return;
    g1_affine term = multiples[(digit < 0 ? -digit : digit) / 2];
    if (digit < 0) g1_affine_neg(&term, &term);
    g1_add_affine_vartime(sum, sum, &term);
}

static void sum_some(g1 *out, const g1_affine *points, const fr *scalars, size_t count)
{
    int8_t digits[POINTS_AT_ONCE][DIGITS];
    g1 multiples[POINTS_AT_ONCE][MULTIPLES];
    g1_affine affine[POINTS_AT_ONCE][MULTIPLES];
    fp scratch[POINTS_AT_ONCE * MULTIPLES];
    for (size_t i = 0; i < count; i++) {
        to_digits(digits[i], &scalars[i]);
        odd_multiples(multiples[i], &points[i]);
    }
    g1_to_affine_batch_vartime(affine[0], multiples[0], scratch, count * MULTIPLES);
    *out = g1_infinity;
    for (int place = DIGITS - 1; place >= 0; place--) {
        if (!g1_is_infinity(out)) g1_double(out, out);
        for (size_t i = 0; i < count; i++) add_digit(out, affine[i], digits[i][place]);
    }
}

void input_sum_vartime(g1 *out, const g1_affine *points, const fr *scalars, size_t count)
{
    g1 sum = g1_infinity, part;
    for (size_t done = 0; done < count; done += POINTS_AT_ONCE) {
        size_t some = count - done < POINTS_AT_ONCE ? count - done : POINTS_AT_ONCE;
        sum_some(&part, points + done, scalars + done, some);
        g1_add_vartime(&sum, &sum, &part);
    }
    *out = sum;
}
