#include "g2.h"

#include "fp_inline.h"
#include "ct.h"
#include "g2_psi.h"
#include "split.h"

const g2_affine g2_generator = {{G2_GENERATOR_X}, {G2_GENERATOR_Y}};
const g2 g2_infinity = {{{{FP_R1}}, {{0}}}, {{{FP_R1}}, {{0}}}, {{{0}}, {{0}}}};

static const fp2 curve_b = {G2_B};

#define POINT   g2
#define AFFINE  g2_affine
#define G(name) g2_##name
#define COORD   fp2
#define K(name) fp2_##name
#include "curve_jacobian.inc.h"

bool g2_affine_is_on_curve(const g2_affine *p) { return on_curve(p); }

/* psi = (conj(x) g_2, conj(y) g_3) with g_i = xi^(i (p-1)/6): the p-power map, carried over from the curve
 * that the twist belongs to. It multiplies the points of G2 by p. */
static const fp2 psi_x = {FROBENIUS_2}, psi_y = {FROBENIUS_3};

void g2_affine_psi(g2_affine *out, const g2_affine *p)
{
    fp2_conj(&out->x, &p->x);
    fp2_mul(&out->x, &out->x, &psi_x);
    fp2_conj(&out->y, &p->y);
    fp2_mul(&out->y, &out->y, &psi_y);
}

/* For Jacobian and homogeneous coordinates alike. */
static void phi_projective(g2 *out, const g2 *p)
{
    fp2_conj(&out->x, &p->x);
    fp2_mul(&out->x, &out->x, &psi_x);
    fp2_conj(&out->y, &p->y);
    fp2_mul(&out->y, &out->y, &psi_y);
    fp2_conj(&out->z, &p->z);
}

/* x p for the curve's parameter x = 4965661367192848881, whose digits are X_DIGITS. */
static void mul_by_x(g2 *out, const g2_affine *p)
{
    static const signed char digits[] = {X_DIGITS};
    g2 odd[4], twice, t; /* p, 3p, 5p, 7p */
    g2_from_affine(&odd[0], p);
    g2_double(&twice, &odd[0]);
    for (int i = 1; i < 4; i++) g2_add_vartime(&odd[i], &odd[i - 1], &twice);
    t = odd[digits[0] / 2];
    for (size_t i = 1; i < sizeof digits; i++) {
        g2_double(&t, &t);
        if (digits[i] > 0) g2_add_vartime(&t, &t, &odd[digits[i] / 2]);
        if (digits[i] < 0) {
            g2_neg(&twice, &odd[-digits[i] / 2]);
            g2_add_vartime(&t, &t, &twice);
        }
    }
    *out = t;
}

/* In the group exactly if (x + 1) p + psi(x p) + psi^2(x p) = psi^3(2 x p); tools/gen_bn254_constants.py
 * checks the argument (eprint 2022/348). */
bool g2_affine_is_valid_vartime(const g2_affine *p)
{
    if (!on_curve(p)) return false;
    g2 xp, image, sum;
    mul_by_x(&xp, p);
    g2_add_affine_vartime(&sum, &xp, p);
    phi_projective(&image, &xp);
    g2_add_vartime(&sum, &sum, &image);
    phi_projective(&image, &image);
    g2_add_vartime(&sum, &sum, &image);
    phi_projective(&image, &image);
    g2_double(&image, &image);
    return g2_equal(&sum, &image);
}

static const struct split_lattice lattice = {G2_LATTICE};
enum { DIMS = 4, WINDOWS = 17 };

#define phi_affine g2_affine_psi

static void mul_3b(fp2 *out, const fp2 *a)
{
    static const fp2 b3 = {G2_3B};
    fp2_mul(out, a, &b3);
}

#include "curve_mul.inc.h"
