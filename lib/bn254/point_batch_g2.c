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
#define PHI_NEGATES(d) ((d) >= 2 ? 1U : 0U)
/* Odd parts: row 0 if k1 + k3 is odd, row 1 if k0 is even, row 2 if k0 + k3 is odd, row 3 if k0 + k1 + k2 is
 * even. */
#define ODD_FLIPS                                                                                            \
    {                                                                                                        \
        10, 17, 9, 23                                                                                        \
    }
enum { PARTS = 2, DIMS = 4, WINDOWS = 17, VECTORS = 64 };

static const struct split_lattice lattice = {G2_LATTICE};

/* psi (x, y) = (conj(x) x1, conj(y) y1); psi^2 = (x2 x, -y); psi^3 = (conj(x) x1 x2, -conj(y) y1) */
static const fp2 psi_x1 = {FROBENIUS_2}, psi_y1 = {FROBENIUS_3};
static const fp psi_x2 = {{FROBENIUS_SQR_2}};

struct phi8_constants {
    fp2x8 x1, y1, x3;
    mont8 x2;
};

KERNEL void c8_mul(fp2x8 *out, const fp2x8 *a, const fp2x8 *b) { fp2x8_mul(out, a, b); }
KERNEL void c8_sqr(fp2x8 *out, const fp2x8 *a) { fp2x8_sqr(out, a, 6); }

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
    fp2 x3;
    fp2_mul_fp(&x3, &psi_x1, &psi_x2);
    constants8(&out->x1, &psi_x1, to_lanes);
    constants8(&out->y1, &psi_y1, to_lanes);
    constants8(&out->x3, &x3, to_lanes);
    constant8(&out->x2, &psi_x2, to_lanes);
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
    if (d == 2) fp2x8_mul_fp(x, x, &constants->x2);
    if (d % 2 == 0) return;
    conj_mul(x, d == 1 ? &constants->x1 : &constants->x3);
    conj_mul(y, &constants->y1);
}

#include "point_lanes.inc.h"
#endif

#include "point_batch.inc.h"
