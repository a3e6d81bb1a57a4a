#include "point_batch.h"

#include "ct.h"

#define POINT   g1
#define AFFINE  g1_affine
#define G(name) g1_##name
#define COORD   fp
#define K(name) fp_##name

#if defined(__x86_64__)
#include "fp8.h"
#include "mont4.h"
#include "split.h"

/* Called, not inlined: the compiler would take minutes, and little is gained. */
#define KERNEL         __attribute__((noinline)) MONT8_TARGET static

#define COORD8         mont8
#define PHI_NEGATES(d) 0U
/* The image that is omega^turns times a part of a scalar's. */
#define OMEGA(part, turns) ((part) + (turns))
/* Odd parts: row 0 if the second is even, row 1 if the sum of both is odd. */
#define ODD_FLIPS                                                                                            \
    {                                                                                                        \
        6, 3                                                                                                 \
    }
enum { PARTS = 1, DIMS = 2, WINDOWS = 32, VECTORS = 128 };
enum { OMEGA_PARTS = 1, OMEGA_PLACES = 132, TERMS_MAX = 4 };

static const struct split_lattice lattice = {G1_LATTICE};
static const fp beta = {{G1_BETA}};

/* As in g1.c. */
static void phi_affine(g1_affine *out, const g1_affine *p)
{
    fp_mul(&out->x, &p->x, &beta);
    out->y = p->y;
}

struct phi8_constants {
    mont8 beta[2]; /* and its square */
};

MONT8_INLINE void c8_mul_limbs(mont8 *out, const mont8 *a, const mont8 *b)
{
    struct mont8_wide t;
    mont8_wide_zero(&t);
    mont8_wide_add(&t, a, b);
    mont8_wide_reduce_limbs(out, &t, 0, &fp8_params);
}

MONT8_INLINE void c8_sqr_limbs(mont8 *out, const mont8 *a)
{
    struct mont8_wide t;
    mont8_wide_sqr(&t, a);
    mont8_wide_reduce_limbs(out, &t, 0, &fp8_params);
}

KERNEL void c8_mul(mont8 *out, const mont8 *a, const mont8 *b) { mont8_mul(out, a, b, &fp8_params); }
#define fp8_mul c8_mul

/* Its own norm. */
struct denominator8 {
    mont8 value;
};

MONT8_INLINE void denominator8_set(struct denominator8 *d, const mont8 *value) { d->value = *value; }
MONT8_INLINE const mont8 *denominator8_norm(const struct denominator8 *d) { return &d->value; }
MONT8_INLINE void denominator8_inverse(mont8 *out, const struct denominator8 *d, const mont8 *norm_inverse)
{
    (void)d;
    *out = *norm_inverse;
}

MONT8_TARGET static void phi8_begin(struct phi8_constants *out, const mont8 *to_lanes)
{
    const uint64_t *element[8];
    for (int k = 0; k < 8; k++) element[k] = beta.limb;
    mont8_gather(&out->beta[0], element);
    mont8_mul(&out->beta[0], &out->beta[0], to_lanes, &fp8_params);
    mont8_mul(&out->beta[1], &out->beta[0], &out->beta[0], &fp8_params);
}

MONT8_INLINE void phi8(mont8 *x, mont8 *y, int d, const struct phi8_constants *constants)
{
    (void)y;
    if (d > 0) c8_mul(x, x, &constants->beta[d - 1]);
}

#include "point_lanes.inc.h"
#endif

#include "point_batch.inc.h"
