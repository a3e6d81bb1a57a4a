#include "edwards_mul.h"

#include "checked.h"
#include "ct.h"
#include "edwards_tables.h"

enum { TABLE = 8, NAF_MAX = 258, ODD_MULTIPLES = 8 };

/* Signed digits of 4 bits without carries: with bias = sum of 8 * 16^i, the i-th nibble of scalar + bias less
 * 8 is the digit, -8..7. Returns the carry of the sum. */
static uint64_t add_bias(uint64_t out[4], const uint64_t scalar[4])
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 sum = (u128)scalar[i] + 0x8888888888888888 + carry;
        out[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    return carry;
}

static inline unsigned nibble(const uint64_t limbs[4], unsigned i)
{
    return (unsigned)(limbs[i / 16] >> (4 * (i % 16))) & 15;
}

/* Splits a biased nibble in magnitude 0..8 and sign, without branches. */
static inline unsigned digit_magnitude(unsigned biased, uint64_t *negative)
{
    unsigned sign = (biased >> 3) ^ 1; /* biased < 8 */
    *negative = sign;
    return ((biased - 8) ^ (0 - sign)) + sign;
}

static inline uint64_t mask_equal(unsigned a, unsigned b) { return ~ct_mask_nonzero(a ^ b); }

static inline void take_fr(fr *out, uint64_t mask, const fr *in)
{
    for (int i = 0; i < 4; i++) out->limb[i] = ct_select(mask, in->limb[i], out->limb[i]);
}

static inline void take_affine(struct edwards_affine *out, uint64_t mask, const struct edwards_affine *in)
{
    take_fr(&out->y_plus_x, mask, &in->y_plus_x);
    take_fr(&out->y_minus_x, mask, &in->y_minus_x);
    take_fr(&out->t2d, mask, &in->t2d);
}

/* digit * point from the table of 1..8 times the point, reading all of it. */
static void lookup_affine(struct edwards_affine *out, const struct edwards_affine table[TABLE],
                          unsigned biased)
{
    uint64_t negative;
    unsigned magnitude = digit_magnitude(biased, &negative);
    *out = (struct edwards_affine){fr_one, fr_one, fr_zero};
    for (unsigned i = 0; i < TABLE; i++) take_affine(out, mask_equal(magnitude, i + 1), &table[i]);
    edwards_affine_negate_if(out, negative);
}

static void lookup_cached(struct edwards_cached *out, const struct edwards_cached table[TABLE],
                          unsigned biased)
{
    uint64_t negative;
    unsigned magnitude = digit_magnitude(biased, &negative);
    *out = (struct edwards_cached){.a = {fr_one, fr_one, fr_zero}};
    fr_double(&out->z2, &fr_one);
    for (unsigned i = 0; i < TABLE; i++) {
        uint64_t mask = mask_equal(magnitude, i + 1);
        take_affine(&out->a, mask, &table[i].a);
        take_fr(&out->z2, mask, &table[i].z2);
    }
    edwards_affine_negate_if(&out->a, negative);
}

void edwards_mul(struct edwards *out, const struct edwards *p, const uint64_t scalar[4])
{
    struct edwards_cached table[TABLE], chosen;
    struct edwards sum = *p;
    edwards_cached_from(&table[0], p);
    for (unsigned i = 1; i < TABLE; i++) {
        edwards_add_cached(&sum, &sum, &table[0], false);
        edwards_cached_from(&table[i], &sum);
    }
    uint64_t biased[4];
    edwards_identity(&sum);
    lookup_cached(&chosen, table, 8 + (unsigned)add_bias(biased, scalar)); /* the carry, digit 64 */
    edwards_add_cached(&sum, &sum, &chosen, false);
    for (unsigned i = 64; i-- > 0;) {
        edwards_double_times(&sum, &sum, 4);
        lookup_cached(&chosen, table, nibble(biased, i));
        edwards_add_cached(&sum, &sum, &chosen, false);
    }
    *out = sum;
    roam_wipe(biased, sizeof biased);
    roam_wipe(&chosen, sizeof chosen);
}

/* l < 1.52 * 2^250 and the bias of 63 digits is below 2.14 * 2^250, so their sum stays below 2^252: no
 * digit 63. */
void edwards_mul_base(struct edwards *out, const bjj_scalar *scalar)
{
    uint64_t biased[4];
    struct edwards_affine chosen;
    struct edwards sum;
    add_bias(biased, scalar->limb);
    edwards_identity(&sum);
    for (unsigned i = 0; i < BASE_DIGITS; i++) {
        lookup_affine(&chosen, base_comb[i], nibble(biased, i));
        edwards_add_affine(&sum, &sum, &chosen, false);
    }
    *out = sum;
    roam_wipe(biased, sizeof biased);
    roam_wipe(&chosen, sizeof chosen);
}

/* Width-w non-adjacent form: digits odd and below 2^(w-1), or 0. Returns the number of digits. */
static int naf(int8_t digits[NAF_MAX], const uint64_t scalar[4], unsigned width)
{
    uint64_t k[5] = {scalar[0], scalar[1], scalar[2], scalar[3], 0};
    int count = 0, at = 0;
    uint64_t carry = 0;
    for (int i = 0; i < NAF_MAX; i++) digits[i] = 0;
    while (at < NAF_MAX - 1) {
        unsigned limb = (unsigned)at / 64, shift = (unsigned)at % 64;
        uint64_t window = k[limb] >> shift;
        if (shift > 0 && limb < 4) window |= k[limb + 1] << (64 - shift);
        if (((window + carry) & 1) == 0) {
            at++;
            continue;
        }
        int digit = (int)((window & ((1u << width) - 1)) + carry);
        carry = digit >> (width - 1) & 1;
        digits[at] = (int8_t)(digit - (int)(carry << width));
        count = at + 1;
        at += (int)width;
    }
    return count;
}

static void odd_multiples(struct edwards_cached table[ODD_MULTIPLES], const struct edwards *p)
{
    struct edwards_cached twice;
    struct edwards multiple;
    edwards_double(&multiple, p, true);
    edwards_cached_from(&twice, &multiple);
    multiple = *p;
    edwards_cached_from(&table[0], p);
    for (int i = 1; i < ODD_MULTIPLES; i++) {
        edwards_add_cached(&multiple, &multiple, &twice, false);
        edwards_cached_from(&table[i], &multiple);
    }
}

static void add_naf_digit(struct edwards *sum, const struct edwards_cached table[ODD_MULTIPLES], int digit)
{
    if (digit > 0) edwards_add_cached(sum, sum, &table[digit / 2], false);
    if (digit < 0) edwards_add_cached(sum, sum, &table[-digit / 2], true);
}

void edwards_mul_vartime(struct edwards *out, const struct edwards *p, const uint64_t scalar[4])
{
    struct edwards_cached table[ODD_MULTIPLES];
    int8_t digits[NAF_MAX];
    odd_multiples(table, p);
    struct edwards sum;
    edwards_identity(&sum);
    for (int i = naf(digits, scalar, 5); i-- > 0;) {
        edwards_double(&sum, &sum, digits[i] != 0 || i == 0);
        add_naf_digit(&sum, table, digits[i]);
    }
    *out = sum;
}

/* One run of doublings for both; h lies 3 bits higher, so its 8 multiplies p, not the scalar modulo l. */
void edwards_verify_combination_vartime(struct edwards *out, const bjj_scalar *s, const uint64_t h[4],
                                        const struct edwards *p)
{
    struct edwards_cached table[ODD_MULTIPLES];
    int8_t s_digits[NAF_MAX], h_digits[NAF_MAX];
    odd_multiples(table, p);
    int s_count = naf(s_digits, s->limb, 8), h_count = naf(h_digits, h, 5);
    struct edwards sum;
    edwards_identity(&sum);
    for (int i = s_count > h_count + 3 ? s_count : h_count + 3; i-- > 0;) {
        int of_s = s_digits[i], of_h = i >= 3 ? h_digits[i - 3] : 0;
        edwards_double(&sum, &sum, of_s != 0 || of_h != 0 || i == 0);
        add_naf_digit(&sum, table, -of_h);
        if (of_s > 0) edwards_add_affine(&sum, &sum, &base_odd[of_s / 2], false);
        if (of_s < 0) edwards_add_affine(&sum, &sum, &base_odd[-of_s / 2], true);
    }
    *out = sum;
}
