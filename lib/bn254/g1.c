#include "g1.h"

#include "fp_inline.h"
#include "ct.h"
#include "split.h"

const g1_affine g1_generator = {{{FP_R1}}, {{G1_GENERATOR_Y}}};
const g1 g1_infinity = {{{FP_R1}}, {{FP_R1}}, {{0}}};

static const fp curve_b = {{G1_B}};

#define POINT   g1
#define AFFINE  g1_affine
#define G(name) g1_##name
#define COORD   fp
#define K(name) fp_##name
#include "curve_jacobian.inc.h"

bool g1_affine_is_valid(const g1_affine *p) { return on_curve(p); }

/* phi(x, y) = (beta x, y) for a third root of unity beta */
static const fp beta = {{G1_BETA}};
static const struct split_lattice lattice = {G1_LATTICE};
enum { DIMS = 2, WINDOWS = 32 };

static void phi_affine(g1_affine *out, const g1_affine *p)
{
    fp_mul(&out->x, &p->x, &beta);
    out->y = p->y;
}

static void phi_projective(g1 *out, const g1 *p)
{
    fp_mul(&out->x, &p->x, &beta);
    out->y = p->y;
    out->z = p->z;
}

/* 9 a */
static void mul_3b(fp *out, const fp *a)
{
    fp eight;
    fp_double(&eight, a);
    fp_double(&eight, &eight);
    fp_double(&eight, &eight);
    fp_add(out, &eight, a);
}

#include "curve_mul.inc.h"
