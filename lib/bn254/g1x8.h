/* Points of G1, eight at once, by complete formulas: every lane may hold any point. Only for processors of
 * level CPU_IFMA. Private to lib/bn254. */
#ifndef BN254_G1X8_H
#define BN254_G1X8_H

#include "g1.h"
#include "tower8.h"

#if defined(__x86_64__)
/* Homogeneous, x = X/Z, y = Y/Z, infinity (0, 1, 0); coordinates below 4p. */
typedef struct {
    mont8 x, y, z;
} g1x8;

/* out = a b + sign c d, in one reduction: below 4p, for ab below 178p^2 and cd below 24p^2 */
MONT8_INLINE void g1x8_sum_of_products(mont8 *out, const mont8 *a, const mont8 *b, const mont8 *c,
                                       const mont8 *d, bool plus)
{
    struct mont8_wide t, u;
    mont8_wide_zero(&t);
    mont8_wide_add(&t, a, b);
    if (plus) {
        mont8_wide_add(&t, c, d);
    } else {
        mont8_wide_zero(&u);
        mont8_wide_add(&u, c, d);
        mont8_wide_difference(&t, &u);
    }
    mont8_wide_reduce(out, &t, plus ? 0 : 1, &fp8_params);
}

/* out = (a0 + a1)(b0 + b1) - p0 - p1: below 5p, for coordinates below 4p and p0, p1 below 1.2p */
MONT8_INLINE void g1x8_cross(mont8 *out, const mont8 *a0, const mont8 *a1, const mont8 *b0, const mont8 *b1,
                             const mont8 *p0, const mont8 *p1)
{
    mont8 a, b;
    mont8_add(&a, a0, a1);
    mont8_add(&b, b0, b1);
    mont8_mul(out, &a, &b, &fp8_params);
    mont8_add(&a, p0, p1);
    mont8_sub(out, out, &a, 3, &fp8_params);
}

MONT8_INLINE void g1x8_times_9(mont8 *out, const mont8 *a)
{
    mont8 eight;
    mont8_shift(&eight, a, 3);
    mont8_add(out, &eight, a);
}

/* Complete addition as in curve_mul.inc.h, with 3b = 9: minus = Y1 Y2 - 9 Z1 Z2, plus = Y1 Y2 + 9 Z1 Z2,
 * X3 = xy minus - 9 yz xz,  Y3 = plus minus + 27 X1 X2 xz,  Z3 = yz plus + 3 X1 X2 xy. */
TOWER8_FUNCTION void g1x8_add(g1x8 *out, const g1x8 *p, const g1x8 *q)
{
    mont8 xx, yy, zz, xy, yz, xz, plus, minus;
    mont8_mul(&xx, &p->x, &q->x, &fp8_params);
    mont8_mul(&yy, &p->y, &q->y, &fp8_params);
    mont8_mul(&zz, &p->z, &q->z, &fp8_params);
    g1x8_cross(&xy, &p->x, &p->y, &q->x, &q->y, &xx, &yy);
    g1x8_cross(&yz, &p->y, &p->z, &q->y, &q->z, &yy, &zz);
    g1x8_cross(&xz, &p->x, &p->z, &q->x, &q->z, &xx, &zz);
    mont8_add(&plus, &xx, &xx);
    mont8_add(&xx, &plus, &xx); /* 4p */
    g1x8_times_9(&zz, &zz);     /* 11p */
    g1x8_times_9(&xz, &xz);     /* 45p */
    mont8_settle(&xz);
    mont8_add(&plus, &yy, &zz);                   /* 13p */
    mont8_sub(&minus, &yy, &zz, 11, &fp8_params); /* 13p */
    g1x8_sum_of_products(&out->x, &xy, &minus, &yz, &xz, false);
    g1x8_sum_of_products(&out->y, &plus, &minus, &xz, &xx, true);
    g1x8_sum_of_products(&out->z, &yz, &plus, &xx, &xy, true);
}

/* With t = 9 Z^2 and minus = Y^2 - 3t: X3 = 2XY minus,  Y3 = minus (Y^2 + t) + 8 Y^2 t,  Z3 = 8 Y^3 Z. */
TOWER8_FUNCTION void g1x8_double(g1x8 *p)
{
    mont8 yy, t, xy, yz, plus, minus;
    mont8_sqr(&yy, &p->y, &fp8_params);
    mont8_sqr(&t, &p->z, &fp8_params);
    mont8_mul(&xy, &p->x, &p->y, &fp8_params);
    mont8_mul(&yz, &p->y, &p->z, &fp8_params);
    g1x8_times_9(&t, &t);
    mont8_settle(&t);
    mont8_add(&plus, &yy, &t); /* 2.3p */
    mont8_add(&minus, &t, &t);
    mont8_add(&minus, &minus, &t);
    mont8_sub(&minus, &yy, &minus, 4, &fp8_params); /* 5.2p */
    mont8_shift(&yy, &yy, 3);                       /* 10p */
    mont8_add(&xy, &xy, &xy);
    g1x8_sum_of_products(&p->y, &minus, &plus, &yy, &t, true);
    mont8_mul(&p->x, &xy, &minus, &fp8_params);
    mont8_mul(&p->z, &yy, &yz, &fp8_params);
}

/* The same for q with Z = 1 and settled coordinates, not at infinity. */
TOWER8_FUNCTION void g1x8_add_affine(g1x8 *out, const g1x8 *p, const mont8 *x, const mont8 *y)
{
    mont8 xx, yy, zz, xy, yz, xz, plus, minus;
    mont8_mul(&xx, &p->x, x, &fp8_params);
    mont8_mul(&yy, &p->y, y, &fp8_params);
    g1x8_cross(&xy, &p->x, &p->y, x, y, &xx, &yy);
    mont8_mul(&yz, y, &p->z, &fp8_params);
    mont8_add(&yz, &yz, &p->y); /* 5.1p */
    mont8_mul(&xz, x, &p->z, &fp8_params);
    mont8_add(&xz, &xz, &p->x);            /* 5.1p */
    mont8_combine(&xx, 2, &xx, 1, &xx, 0); /* 4p */
    g1x8_times_9(&zz, &p->z);              /* 36p */
    g1x8_times_9(&xz, &xz);                /* 46p */
    mont8_settle(&zz);
    mont8_settle(&xz);
    mont8_add(&plus, &yy, &zz);                  /* 2.3p */
    mont8_sub(&minus, &yy, &zz, 2, &fp8_params); /* 3.2p */
    g1x8_sum_of_products(&out->x, &xy, &minus, &yz, &xz, false);
    g1x8_sum_of_products(&out->y, &plus, &minus, &xz, &xx, true);
    g1x8_sum_of_products(&out->z, &yz, &plus, &xx, &xy, true);
}

/* To Jacobian coordinates: (XZ, YZ^2, Z). */
TOWER8_FUNCTION void g1x8_store(g1 out[8], const g1x8 *p)
{
    mont8 x, y;
    fp lanes[3][8];
    mont8_mul(&x, &p->x, &p->z, &fp8_params);
    mont8_sqr(&y, &p->z, &fp8_params);
    mont8_mul(&y, &p->y, &y, &fp8_params);
    mont8_to_fp(lanes[0], &x);
    mont8_to_fp(lanes[1], &y);
    mont8_to_fp(lanes[2], &p->z);
    for (int k = 0; k < 8; k++) out[k] = (g1){lanes[0][k], lanes[1][k], lanes[2][k]};
}

#endif
#endif
