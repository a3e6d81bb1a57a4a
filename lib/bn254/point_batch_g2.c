#include "point_batch.h"

#include "ct.h"

#define POINT   g2
#define AFFINE  g2_affine
#define G(name) g2_##name
#define COORD   fp2
#define K(name) fp2_##name

#if defined(__x86_64__)
#include "fp8.h"
#include "g2_psi.h"
#include "mont4.h"
#include "split.h"

/* Called, not inlined: the compiler would take minutes, and little is gained. */
#define KERNEL         __attribute__((noinline)) MONT8_TARGET static

#define COORD8         fp2x8
#define phi_affine     g2_affine_psi
#define PHI_NEGATES(d) ((d) / 2 % 2 == 1 ? 1U : 0U)
/* The image that is omega^turns times a part of a scalar's: omega is psi^4, omega^2 is -psi^2. */
#define OMEGA(part, turns) ((part) + (turns)*4 % 6)
/* Odd parts: row 0 if k1 + k3 is odd, row 1 if k0 is even, row 2 if k0 + k3 is odd, row 3 if k0 + k1 + k2 is
 * even. */
#define ODD_FLIPS                                                                                            \
    {                                                                                                        \
        10, 17, 9, 23                                                                                        \
    }
enum { PARTS = 2, DIMS = 4, WINDOWS = 17, VECTORS = 64 };
enum { OMEGA_PARTS = 2, OMEGA_PLACES = 70, TERMS_MAX = 2 };

static const struct split_lattice lattice = {G2_LATTICE};

/* psi (x, y) = (conj(x) x1, conj(y) y1); psi^2 = (x2 x, -y); psi^6 = -1 */
static const fp2 psi_x1 = {FROBENIUS_2}, psi_y1 = {FROBENIUS_3};
static const fp psi_x2 = {{FROBENIUS_SQR_2}};

struct phi8_constants {
    fp2x8 odd[3]; /* x1, x1 x2 and x1 x2^2 */
    fp2x8 y1;
    mont8 even[2]; /* x2 and its square */
};

/* Keeps the compiler from holding more in registers than there are. */
MONT8_INLINE void keep_in_memory(struct mont8_wide *t)
{
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) __asm__ volatile("" : "+m"(t->column[i]));
}

/* fp2x8_mul in an order for which registers do. */
MONT8_INLINE void c8_mul_limbs(fp2x8 *out, const fp2x8 *a, const fp2x8 *b)
{
    struct mont8_wide low, high, both;
    mont8 a_sum, b_sum;
    mont8_wide_zero(&low);
    mont8_wide_add(&low, &a->c0, &b->c0);
    keep_in_memory(&low);
    mont8_wide_zero(&high);
    mont8_wide_add(&high, &a->c1, &b->c1);
    both = low;
    mont8_wide_sum(&both, &high);
    keep_in_memory(&both);
    mont8_wide_difference(&low, &high);
    mont8_add(&a_sum, &a->c0, &a->c1);
    mont8_add(&b_sum, &b->c0, &b->c1);
    mont8_wide_reduce_limbs(&out->c0, &low, 1, &fp8_params);
    mont8_wide_zero(&high);
    mont8_wide_add(&high, &a_sum, &b_sum);
    mont8_wide_difference(&high, &both);
    mont8_wide_reduce_limbs(&out->c1, &high, 0, &fp8_params);
}

/* For a below 6p: below 3p for a below 4.2p. (a0 + a1)(a0 - a1) and 2 a0 a1. */
MONT8_INLINE void c8_sqr_limbs(fp2x8 *out, const fp2x8 *a)
{
    struct mont8_wide t;
    mont8 sum, difference;
    mont8_add(&sum, &a->c0, &a->c1);
    mont8_sub(&difference, &a->c0, &a->c1, 6, &fp8_params);
    mont8_wide_zero(&t);
    mont8_wide_add(&t, &a->c0, &a->c1);
    mont8_wide_sum(&t, &t);
    mont8_wide_reduce_limbs(&out->c1, &t, 0, &fp8_params);
    mont8_wide_zero(&t);
    mont8_wide_add(&t, &sum, &difference);
    mont8_wide_reduce_limbs(&out->c0, &t, 0, &fp8_params);
}

KERNEL void c8_mul(fp2x8 *out, const fp2x8 *a, const fp2x8 *b)
{
    fp2x8 product;
    c8_mul_limbs(&product, a, b);
    mont8_carry(&product.c0);
    mont8_carry(&product.c1);
    *out = product;
}

KERNEL void fp8_mul(mont8 *out, const mont8 *a, const mont8 *b) { mont8_mul(out, a, b, &fp8_params); }

/* c0^2 + c1^2 */
KERNEL void norm8(mont8 *out, const fp2x8 *a)
{
    struct mont8_wide square, other;
    mont8_wide_sqr(&square, &a->c0);
    mont8_wide_sqr(&other, &a->c1);
    mont8_wide_sum(&square, &other);
    mont8_wide_reduce(out, &square, 0, &fp8_params);
}

/* out = conj(a) b, for a below 5p and b in Fp */
KERNEL void conj_mul_fp(fp2x8 *out, const fp2x8 *a, const mont8 *b)
{
    mont8 minus, zero;
    for (int i = 0; i < 5; i++) zero.limb[i] = _mm512_setzero_si512();
    mont8_sub(&minus, &zero, &a->c1, 5, &fp8_params);
    mont8_mul(&out->c0, &a->c0, b, &fp8_params);
    mont8_mul(&out->c1, &minus, b, &fp8_params);
}

/* 1/a = conj(a) / norm(a) */
struct denominator8 {
    fp2x8 value;
    mont8 norm;
};

MONT8_INLINE void denominator8_set(struct denominator8 *d, const fp2x8 *value)
{
    d->value = *value;
    norm8(&d->norm, value);
}
MONT8_INLINE const mont8 *denominator8_norm(const struct denominator8 *d) { return &d->norm; }
MONT8_INLINE void denominator8_inverse(fp2x8 *out, const struct denominator8 *d, const mont8 *norm_inverse)
{
    conj_mul_fp(out, &d->value, norm_inverse);
}

MONT8_TARGET static void constant8(mont8 *out, const fp *value, const mont8 *to_lanes)
{
    const uint64_t *element[8];
    for (int k = 0; k < 8; k++) element[k] = value->limb;
    mont8_gather(out, element);
    mont8_mul(out, out, to_lanes, &fp8_params);
}

static void constants8(fp2x8 *out, const fp2 *value, const mont8 *to_lanes)
{
    constant8(&out->c0, &value->c0, to_lanes);
    constant8(&out->c1, &value->c1, to_lanes);
}

static void phi8_begin(struct phi8_constants *out, const mont8 *to_lanes)
{
    fp2 odd = psi_x1;
    fp even = psi_x2;
    constants8(&out->y1, &psi_y1, to_lanes);
    for (int i = 0; i < 3; i++, fp2_mul_fp(&odd, &odd, &psi_x2)) constants8(&out->odd[i], &odd, to_lanes);
    for (int i = 0; i < 2; i++, fp_mul(&even, &even, &psi_x2)) constant8(&out->even[i], &even, to_lanes);
}

/* conj(a) b, for a below 2p */
MONT8_INLINE void conj_mul(fp2x8 *a, const fp2x8 *b)
{
    mont8 zero;
    for (int i = 0; i < 5; i++) zero.limb[i] = _mm512_setzero_si512();
    mont8_sub(&a->c1, &zero, &a->c1, 2, &fp8_params);
    fp2x8_mul(a, a, b);
}

MONT8_INLINE void phi8(fp2x8 *x, fp2x8 *y, int d, const struct phi8_constants *constants)
{
    if (d % 2 == 1) {
        conj_mul(x, &constants->odd[d / 2]);
        conj_mul(y, &constants->y1);
    } else if (d > 0) {
        fp2x8_mul_fp(x, x, &constants->even[d / 2 - 1]);
    }
}

#include "point_lanes.inc.h"
#endif

#include "point_batch.inc.h"
