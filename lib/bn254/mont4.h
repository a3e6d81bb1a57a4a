/* Arithmetic modulo a prime p < 2^256/5 in Montgomery form, four 64-bit limbs, least significant first.
 *
 * The functions are inlined with a constant modulus, so that one text serves Fp and Fr. An element x is held
 * as x * R mod p with R = 2^256, fully reduced after every operation. The spare bits above p spare carries:
 * see mont4_sum_of_products_by, the one kernel behind all products. A wider kernel, for many elements at
 * once, would stand beside it. Outputs may be inputs. Constant time unless the name says otherwise. Private
 * to lib/bn254. */
#ifndef BN254_MONT4_H
#define BN254_MONT4_H

#include "checked.h"
#include "ct.h"
#include "endian.h"
#include "err.h"
#include "modinv.h"

#include <string.h>

#define MONT4_INLINE static inline __attribute__((always_inline))

/* Before loops that must be unrolled, for limbs to stay in registers. */
#if defined(__clang__)
#define MONT4_UNROLL _Pragma("clang loop unroll(full)")
#else
#define MONT4_UNROLL _Pragma("GCC unroll 8")
#endif

struct mont4_modulus {
    uint64_t p[4];
    uint64_t inv;                 /* -1/p mod 2^64 */
    uint64_t r1[4], r2[4], r3[4]; /* R, R^2, R^3 mod p; r1 is the Montgomery form of one */
};

/* a && b and a || b without a branch */
MONT4_INLINE bool both(bool a, bool b) { return (unsigned)a & (unsigned)b; }
MONT4_INLINE bool either(bool a, bool b) { return (unsigned)a | (unsigned)b; }

MONT4_INLINE void mont4_copy(uint64_t out[4], const uint64_t a[4])
{
    /* Not a loop: compilers would go through vector registers. */
    out[0] = a[0];
    out[1] = a[1];
    out[2] = a[2];
    out[3] = a[3];
}

/* out = a - b mod 2^256; returns the borrow, 0 or 1. */
MONT4_INLINE uint64_t limbs4_sub(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        u128 t = (u128)a[i] - b[i] - borrow;
        out[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
    return borrow;
}

/* out = a + b mod 2^256; returns the carry. */
MONT4_INLINE uint64_t limbs4_add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4])
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        u128 t = (u128)a[i] + b[i] + carry;
        out[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    return carry;
}

MONT4_INLINE bool limbs4_less(const uint64_t a[4], const uint64_t b[4])
{
    uint64_t difference[4];
    return limbs4_sub(difference, a, b);
}

/* mask must be 0 or all ones: out = mask ? a : b */
MONT4_INLINE void limbs4_select(uint64_t out[4], uint64_t mask, const uint64_t a[4], const uint64_t b[4])
{
    for (int i = 0; i < 4; i++) out[i] = ct_select(mask, a[i], b[i]);
}

MONT4_INLINE bool mont4_is_zero(const uint64_t a[4]) { return (a[0] | a[1] | a[2] | a[3]) == 0; }

MONT4_INLINE bool mont4_equal(const uint64_t a[4], const uint64_t b[4])
{
    return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3])) == 0;
}

/* low and *carry become the two words of a * b + c + *carry. */
MONT4_INLINE uint64_t limb_mul_add(uint64_t a, uint64_t b, uint64_t c, uint64_t *carry)
{
    u128 t = (u128)a * b + c + *carry;
    *carry = (uint64_t)(t >> 64);
    return (uint64_t)t;
}

/* t += factor * v; the sum must fit. */
MONT4_INLINE void limbs5_add_product_plain(uint64_t t[5], uint64_t factor, const uint64_t v[4])
{
    uint64_t carry = 0;
    for (int j = 0; j < 4; j++) t[j] = limb_mul_add(factor, v[j], t[j], &carry);
    t[4] += carry;
}

#if defined(__x86_64__) && !defined(MONT4_PORTABLE)
#include "mont4_x64.h"

/* Whether mulx, adcx and adox may be used; set before main, see mont4.c. */
extern bool mont4_adx;
#else
enum { mont4_adx = false };

#define limbs5_set_product_adx limbs5_add_product_plain
#define limbs5_add_product_adx limbs5_add_product_plain

/* t -= p unless t < p */
MONT4_INLINE void limbs4_reduce_once(uint64_t t[4], const struct mont4_modulus *m)
{
    uint64_t s[4];
    uint64_t borrow = limbs4_sub(s, t, m->p);
    limbs4_select(t, (uint64_t)0 - borrow, t, s);
}

MONT4_INLINE void mont4_add(uint64_t out[4], const uint64_t a[4], const uint64_t b[4],
                            const struct mont4_modulus *m)
{
    uint64_t t[4];
    limbs4_add(t, a, b);
    limbs4_reduce_once(t, m);
    mont4_copy(out, t);
}

/* a - b, plus p where that borrows */
MONT4_INLINE void mont4_sub(uint64_t out[4], const uint64_t a[4], const uint64_t b[4],
                            const struct mont4_modulus *m)
{
    uint64_t t[4], back[4];
    uint64_t borrow = (uint64_t)0 - limbs4_sub(t, a, b);
    for (int i = 0; i < 4; i++) back[i] = m->p[i] & borrow;
    limbs4_add(out, t, back);
}
#endif

MONT4_INLINE void mont4_neg(uint64_t out[4], const uint64_t a[4], const struct mont4_modulus *m)
{
    static const uint64_t zero[4];
    mont4_sub(out, zero, a, m);
}

enum { MONT4_SUM_MAX = 4 };

/* out = (a[0] * b[0] + ... + a[count-1] * b[count-1]) / R, 1 <= count <= 4.
 *
 * Round i adds the a[k] * b[k][i], and the multiple of p that clears the lowest limb, which is then dropped.
 * With a[k] < p the running value stays below (count + 1) p <= 5p < 2^256: four limbs, five within a round.
 * For reduced factors the result before the last subtraction is below count p^2/R + p < 2p; for count = 1 any
 * b < R will do. */
MONT4_INLINE void mont4_sum_of_products_by(uint64_t out[4], int count, const uint64_t *const a[],
                                           const uint64_t *const b[], const struct mont4_modulus *m, bool adx)
{
    uint64_t t[5] = {0};
    MONT4_UNROLL for (int i = 0; i < 4; i++)
    {
        MONT4_UNROLL for (int k = 0; k < count; k++)
        {
            if (!adx)
                limbs5_add_product_plain(t, b[k][i], a[k]);
            else if (i == 0 && k == 0)
                limbs5_set_product_adx(t, b[k][i], a[k]);
            else
                limbs5_add_product_adx(t, b[k][i], a[k]);
        }
        uint64_t q = t[0] * m->inv;
        if (adx)
            limbs5_add_product_adx(t, q, m->p);
        else
            limbs5_add_product_plain(t, q, m->p);
        mont4_copy(t, t + 1);
        t[4] = 0;
    }
    limbs4_reduce_once(t, m);
    mont4_copy(out, t);
}

MONT4_INLINE void mont4_sum_of_products(uint64_t out[4], int count, const uint64_t *const a[],
                                        const uint64_t *const b[], const struct mont4_modulus *m)
{
    if (mont4_adx)
        mont4_sum_of_products_by(out, count, a, b, m, true);
    else
        mont4_sum_of_products_by(out, count, a, b, m, false);
}

/* out = a * b / R for a < p and any b < R */
MONT4_INLINE void mont4_mul(uint64_t out[4], const uint64_t a[4], const uint64_t b[4],
                            const struct mont4_modulus *m)
{
    mont4_sum_of_products(out, 1, (const uint64_t *const[]){a}, (const uint64_t *const[]){b}, m);
}

MONT4_INLINE void mont4_sqr(uint64_t out[4], const uint64_t a[4], const struct mont4_modulus *m)
{
    mont4_mul(out, a, a, m);
}

/* Left to right, four bits of the exponent at a time. Variable time in the exponent alone. */
static inline void mont4_pow_vartime(uint64_t out[4], const uint64_t base[4], const uint64_t exponent[4],
                                     const struct mont4_modulus *m)
{
    uint64_t power[16][4], t[4];
    mont4_copy(power[0], m->r1);
    for (int i = 1; i < 16; i++) mont4_mul(power[i], power[i - 1], base, m);
    mont4_copy(t, m->r1);
    for (int bit = 252; bit >= 0; bit -= 4) {
        for (int i = 0; i < 4; i++) mont4_sqr(t, t, m);
        uint64_t digit = exponent[bit / 64] >> (bit % 64) & 15;
        if (digit != 0) mont4_mul(t, t, power[digit], m);
    }
    mont4_copy(out, t);
}

/* From a R, 1/(a R) * R^3 / R is the form of 1/a. */
static inline void mont4_inv(uint64_t out[4], const uint64_t a[4], const struct mont4_modulus *m)
{
    uint64_t inverse[4];
    modinv(inverse, a, m->p, (uint64_t)0 - m->inv);
    mont4_mul(out, m->r3, inverse, m);
}

static inline void mont4_inv_vartime(uint64_t out[4], const uint64_t a[4], const struct mont4_modulus *m)
{
    uint64_t inverse[4];
    modinv_vartime(inverse, a, m->p, (uint64_t)0 - m->inv);
    mont4_mul(out, m->r3, inverse, m);
}

MONT4_INLINE void mont4_to_limbs(uint64_t limbs[4], const uint64_t a[4], const struct mont4_modulus *m)
{
    static const uint64_t one[4] = {1};
    mont4_mul(limbs, a, one, m);
}

MONT4_INLINE void mont4_from_limbs_unchecked(uint64_t out[4], const uint64_t limbs[4],
                                             const struct mont4_modulus *m)
{
    mont4_mul(out, m->r2, limbs, m);
}

/* Whether limbs < p shows in the time, the value does not. */
static inline enum roam_err mont4_from_limbs(uint64_t out[4], const uint64_t limbs[4],
                                             const struct mont4_modulus *m)
{
    if (!limbs4_less(limbs, m->p)) return ROAM_E_RANGE;
    mont4_from_limbs_unchecked(out, limbs, m);
    return ROAM_OK;
}

static inline enum roam_err mont4_from_le(uint64_t out[4], const uint8_t bytes[32],
                                          const struct mont4_modulus *m)
{
    uint64_t limbs[4];
    for (int i = 0; i < 4; i++) limbs[i] = load_le64(bytes + 8 * i);
    return mont4_from_limbs(out, limbs, m);
}

static inline enum roam_err mont4_from_be(uint64_t out[4], const uint8_t bytes[32],
                                          const struct mont4_modulus *m)
{
    uint64_t limbs[4];
    for (int i = 0; i < 4; i++) limbs[i] = load_be64(bytes + 24 - 8 * i);
    return mont4_from_limbs(out, limbs, m);
}

static inline void mont4_to_le(uint8_t bytes[32], const uint64_t a[4], const struct mont4_modulus *m)
{
    uint64_t limbs[4];
    mont4_to_limbs(limbs, a, m);
    for (int i = 0; i < 4; i++) store_le64(bytes + 8 * i, limbs[i]);
}

static inline void mont4_to_be(uint8_t bytes[32], const uint64_t a[4], const struct mont4_modulus *m)
{
    uint64_t limbs[4];
    mont4_to_limbs(limbs, a, m);
    for (int i = 0; i < 4; i++) store_be64(bytes + 24 - 8 * i, limbs[i]);
}

/* low + high * R, in Montgomery form low * R^2 / R + high * R^3 / R */
static inline void mont4_from_wide(uint64_t out[4], const uint8_t bytes[64], const struct mont4_modulus *m)
{
    uint64_t low[4], high[4];
    for (int i = 0; i < 4; i++) {
        low[i] = load_le64(bytes + 8 * i);
        high[i] = load_le64(bytes + 32 + 8 * i);
    }
    mont4_mul(low, m->r2, low, m);
    mont4_mul(high, m->r3, high, m);
    mont4_add(out, low, high, m);
}

/* limbs = limbs * factor + term; returns what leaves the top. */
static inline uint64_t limbs4_mul_add_small(uint64_t limbs[4], uint64_t factor, uint64_t term)
{
    for (int i = 0; i < 4; i++) limbs[i] = limb_mul_add(limbs[i], factor, 0, &term);
    return term;
}

/* limbs = limbs / divisor; returns the remainder. */
static inline uint64_t limbs4_div_small(uint64_t limbs[4], uint64_t divisor)
{
    u128 remainder = 0;
    for (int i = 3; i >= 0; i--) {
        remainder = remainder << 64 | limbs[i];
        limbs[i] = (uint64_t)(remainder / divisor);
        remainder %= divisor;
    }
    return (uint64_t)remainder;
}

static inline enum roam_err mont4_from_decimal(uint64_t out[4], const char *text, size_t size,
                                               const struct mont4_modulus *m)
{
    if (size == 0 || (text[0] == '0' && size > 1)) return ROAM_E_FORMAT;
    for (size_t i = 0; i < size; i++)
        if (text[i] < '0' || text[i] > '9') return ROAM_E_FORMAT;
    uint64_t limbs[4] = {0};
    for (size_t i = 0; i < size; i++)
        if (limbs4_mul_add_small(limbs, 10, (uint64_t)(text[i] - '0')) != 0) return ROAM_E_RANGE;
    return mont4_from_limbs(out, limbs, m);
}

static inline char *mont4_to_decimal(char text[80], const uint64_t a[4], const struct mont4_modulus *m)
{
    uint64_t limbs[4];
    mont4_to_limbs(limbs, a, m);
    char digits[80];
    size_t at = sizeof digits;
    digits[--at] = '\0';
    do digits[--at] = (char)('0' + limbs4_div_small(limbs, 10));
    while (!mont4_is_zero(limbs));
    return memcpy(text, digits + at, sizeof digits - at);
}

/* The smaller of a and -a as integers. */
static inline void mont4_smaller_of_pair(uint64_t out[4], const uint64_t a[4], const struct mont4_modulus *m)
{
    uint64_t negated[4], x[4], y[4];
    mont4_neg(negated, a, m);
    mont4_to_limbs(x, a, m);
    mont4_to_limbs(y, negated, m);
    mont4_copy(out, limbs4_less(x, y) ? a : negated);
}

#endif
