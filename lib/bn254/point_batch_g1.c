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
/* Odd parts: row 0 if the second is even, row 1 if the sum of both is odd. */
#define ODD_FLIPS                                                                                            \
    {                                                                                                        \
        6, 3                                                                                                 \
    }
enum { PARTS = 1, DIMS = 2, WINDOWS = 32, VECTORS = 128 };

static const struct split_lattice lattice = {G1_LATTICE};
static const fp beta = {{G1_BETA}};

/* As in g1.c. */
static void phi_affine(g1_affine *out, const g1_affine *p)
{
    fp_mul(&out->x, &p->x, &beta);
    out->y = p->y;
}

struct phi8_constants {
    mont8 beta;
};

KERNEL void c8_mul(mont8 *out, const mont8 *a, const mont8 *b) { mont8_mul(out, a, b, &fp8_params); }
KERNEL void c8_sqr(mont8 *out, const mont8 *a) { mont8_sqr(out, a, &fp8_params); }
KERNEL void c8_mul_minus(mont8 *out, const mont8 *a, const mont8 *b, const mont8 *c, const mont8 *d)
{
    struct mont8_wide plus, minus;
    mont8_wide_zero(&plus);
    mont8_wide_zero(&minus);
    mont8_wide_add(&plus, a, b);
    mont8_wide_add(&minus, c, d);
    mont8_wide_difference(&plus, &minus);
    mont8_wide_reduce(out, &plus, 1, &fp8_params);
}

KERNEL void c8_mul_minus_sqr(mont8 *out, const mont8 *a, const mont8 *b, const mont8 *c)
{
    struct mont8_wide plus, minus;
    mont8_wide_zero(&plus);
    mont8_wide_add(&plus, a, b);
    mont8_wide_sqr(&minus, c);
    mont8_wide_difference(&plus, &minus);
    mont8_wide_reduce(out, &plus, 1, &fp8_params);
}

MONT8_INLINE void c8_norm(mont8 *norm, const mont8 *a) { *norm = *a; }
MONT8_INLINE void c8_from_norm(mont8 *a, const mont8 *inverse) { *a = *inverse; }

MONT8_TARGET static void phi8_begin(struct phi8_constants *out, const mont8 *to_lanes)
{
    const uint64_t *element[8];
    for (int k = 0; k < 8; k++) element[k] = beta.limb;
    mont8_gather(&out->beta, element);
    mont8_mul(&out->beta, &out->beta, to_lanes, &fp8_params);
}

MONT8_INLINE void phi8(mont8 *x, mont8 *y, int d, const struct phi8_constants *constants)
{
    (void)y;
    if (d == 1) c8_mul(x, x, &constants->beta);
}

#include "point_lanes.inc.h"
#endif

#include "point_batch.inc.h"
