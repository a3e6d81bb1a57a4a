/* Eight points at once of the curve -x^2 + y^2 = 1 + d x^2 y^2 over the field of fe8.h, in extended
 * coordinates x = X/Z, y = Y/Z, T = XY/Z (Hisil, Wong, Carter, Dawson, Asiacrypt 2008). -1 is a square
 * modulo p and d is not, so that the sum's formulas hold for all points, equal ones and torsion among them.
 * Only for processors of level CPU_IFMA. Private to lib/ed25519. */
#ifndef ED25519_GE8_H
#define ED25519_GE8_H

#include "fe8.h"

#if defined(__x86_64__)
/* t is undefined after operations that were told to leave it out. */
struct ge8 {
    mont8 x, y, z, t;
};

/* y + x, y - x, 2 d t and 2 z; z2 is not used of points with z = 1. */
struct ge8_cached {
    mont8 y_plus_x, y_minus_x, t2d, z2;
};

MONT8_INLINE void ge8_identity(struct ge8 *out)
{
    fe8_small(&out->x, 0);
    fe8_small(&out->y, 1);
    out->z = out->y;
    out->t = out->x;
}

/* x = E/G and y = H/F, T only if wanted: X = E F, Y = G H, Z = F G, T = E H. */
MONT8_INLINE void ge8_complete(struct ge8 *out, const mont8 *e, const mont8 *f, const mont8 *g,
                               const mont8 *h, bool with_t)
{
    fe8_mul(&out->x, e, f);
    fe8_mul(&out->y, g, h);
    fe8_mul(&out->z, f, g);
    if (with_t) fe8_mul(&out->t, e, h);
}

/* p = 2p: x = 2xy / (1 + d x^2 y^2) and y = (y^2 + x^2) / (1 - d x^2 y^2), with 1 + d x^2 y^2 = y^2 - x^2. */
MONT8_INLINE void ge8_double(struct ge8 *p, bool with_t)
{
    mont8 e, f, g, h, xx, yy, sum;
    fe8_add(&e, &p->x, &p->y);
    fe8_sqr_raw(&e, &e);
    fe8_sqr_raw(&xx, &p->x);
    fe8_sqr_raw(&yy, &p->y);
    fe8_sqr_raw(&f, &p->z);
    fe8_add_limbs(&sum, &xx, &yy);
    fe8_sub(&e, &e, &sum);
    fe8_add(&h, &xx, &yy);
    fe8_sub(&g, &yy, &xx);
    fe8_add_limbs(&f, &f, &f);
    fe8_add_limbs(&f, &f, &xx);
    fe8_sub(&f, &f, &yy);
    ge8_complete(p, &e, &f, &g, &h, with_t);
}

/* p += q, or p -= q in the lanes of negate: x = (x1 y2 + y1 x2) / (1 + d x1 x2 y1 y2) and
 * y = (y1 y2 + x1 x2) / (1 - d x1 x2 y1 y2). affine: q has z = 1. p's t must be there. */
MONT8_INLINE void ge8_add(struct ge8 *p, const struct ge8_cached *q, __mmask8 negate, bool affine,
                          bool with_t)
{
    mont8 a, b, c, z2, e, f, g, h, factor;
    fe8_sub(&a, &p->y, &p->x);
    fe8_add(&b, &p->y, &p->x);
    mont8_select(&factor, negate, &q->y_minus_x, &q->y_plus_x);
    fe8_mul_raw(&a, &a, &factor);
    mont8_select(&factor, negate, &q->y_plus_x, &q->y_minus_x);
    fe8_mul_raw(&b, &b, &factor);
    fe8_mul_raw(&c, &p->t, &q->t2d);
    if (affine)
        fe8_add_limbs(&z2, &p->z, &p->z);
    else
        fe8_mul_raw(&z2, &p->z, &q->z2);
    fe8_sub(&e, &b, &a);
    fe8_add(&h, &b, &a);
    fe8_sub(&a, &z2, &c);
    fe8_add(&b, &z2, &c);
    mont8_select(&f, negate, &a, &b);
    mont8_select(&g, negate, &b, &a);
    ge8_complete(p, &e, &f, &g, &h, with_t);
}

/* The lanes in which the point x, y has an order that divides 8. 2 Q is (0, 1) or (0, -1), the points with
 * 2 P neutral, exactly where x y = 0 for Q; so 8 P is neutral exactly where x y = 0 for 2 P, and by the
 * numerators of ge8_double where x y (x^2 + y^2) = 0 for P. */
MONT8_INLINE __mmask8 ge8_small_order(const mont8 *x, const mont8 *y)
{
    mont8 product, square, sum;
    fe8_mul(&product, x, y);
    fe8_sqr(&square, x);
    fe8_sqr(&sum, y);
    fe8_add(&sum, &sum, &square);
    fe8_mul(&product, &product, &sum);
    return fe8_is_zero(&product);
}
#endif
#endif
