/* Point arithmetic of Baby Jubjub on the isomorphic curve  -x'^2 + y^2 = 1 + d' x'^2 y^2  with
 *   x' = x * sqrt(-168700),   d' = -168696 / 168700,
 * which needs one multiplication less for every addition. d' is not a square and -1 is one, so that the
 * formulas of Hisil, Wong, Carter and Dawson (Asiacrypt 2008, section 3.1) are complete. Private to
 * lib/babyjub.
 *
 * Constant time but for the two comparisons. */
#ifndef BABYJUB_EDWARDS_H
#define BABYJUB_EDWARDS_H

#include "babyjub.h"

/* Extended: x' = x/z, y = y/z, t = x y / z. */
struct edwards {
    fr x, y, z, t;
};

/* What an addition needs of its second operand. t2d = 2 d' t, z2 = 2 z. */
struct edwards_affine {
    fr y_plus_x, y_minus_x, t2d; /* z = 1 */
};
struct edwards_cached {
    struct edwards_affine a;
    fr z2;
};

/* The coefficients of babyjub.h: 168700 and 168696. */
static const fr edwards_a = {
    {0x95accf61fff261e0, 0x24780d659df7d378, 0xe0ac11b07e906ae8, 0x0f35db2216d3def3}};
static const fr edwards_d = {
    {0x2735f484aff261f5, 0x70ba1b579a2e0f63, 0xff41c9a91e2caa8c, 0x07704a8e8fe6025f}};

/* sqrt(-168700), its inverse, 2 d' */
static const fr edwards_scale = {
    {0xe77f2cb3269fc386, 0x2ffbbf36ea0da89f, 0x3afc6b3516e0d90f, 0x12bc88bf75913573}};
static const fr edwards_unscale = {
    {0xe20e74d43e4fe829, 0xa8d667e4f5a39962, 0x406eb7865831de44, 0x1f91608db0da6c67}};
static const fr edwards_2d = {
    {0x74951b58b09ee319, 0x7948709cb6cd1cd7, 0xd6b6a48830a3748d, 0x305b9e606e11e0f8}};

static inline void edwards_identity(struct edwards *out)
{
    *out = (struct edwards){.x = fr_zero, .y = fr_one, .z = fr_one, .t = fr_zero};
}

static inline void edwards_from_point(struct edwards *out, const bjj_point *p)
{
    fr_mul(&out->x, &p->x, &edwards_scale);
    out->y = p->y;
    out->z = fr_one;
    fr_mul(&out->t, &out->x, &out->y);
}

static inline void edwards_to_point(bjj_point *out, const struct edwards *p)
{
    fr inverse;
    fr_inv(&inverse, &p->z);
    fr_mul(&out->y, &p->y, &inverse);
    fr_mul(&inverse, &inverse, &edwards_unscale);
    fr_mul(&out->x, &p->x, &inverse);
}

static inline bool edwards_is_identity(const struct edwards *p)
{
    return fr_is_zero(&p->x) && fr_equal(&p->y, &p->z);
}

static inline bool edwards_equals_point(const struct edwards *p, const bjj_point *q)
{
    fr x, y;
    fr_mul(&x, &q->x, &edwards_scale);
    fr_mul(&x, &x, &p->z);
    fr_mul(&y, &q->y, &p->z);
    return fr_equal(&x, &p->x) && fr_equal(&y, &p->y);
}

/* Of an affine point, z = 1. */
static inline void edwards_affine_from(struct edwards_affine *out, const struct edwards *p)
{
    fr_add(&out->y_plus_x, &p->y, &p->x);
    fr_sub(&out->y_minus_x, &p->y, &p->x);
    fr_mul(&out->t2d, &p->t, &edwards_2d);
}

static inline void edwards_cached_from(struct edwards_cached *out, const struct edwards *p)
{
    edwards_affine_from(&out->a, p);
    fr_double(&out->z2, &p->z);
}

/* The negative, chosen by negate = 0 or 1. */
static inline void edwards_affine_negate_if(struct edwards_affine *p, uint64_t negate)
{
    fr plus = p->y_plus_x, minus = p->y_minus_x, t;
    fr_select(&p->y_plus_x, negate, &minus, &plus);
    fr_select(&p->y_minus_x, negate, &plus, &minus);
    fr_neg(&t, &p->t2d);
    fr_select(&p->t2d, negate, &t, &p->t2d);
}

/* out = (e f, g h, f g, e h) */
static inline void edwards_complete(struct edwards *out, const fr *e, const fr *f, const fr *g, const fr *h,
                                    bool want_t)
{
    fr_mul(&out->x, e, f);
    fr_mul(&out->y, g, h);
    fr_mul(&out->z, f, g);
    if (want_t) fr_mul(&out->t, e, h);
}

/* out = p + q, or p - q if negate, where z2 = 2 p.z q.z */
static inline void edwards_add_parts(struct edwards *out, const struct edwards *p,
                                     const struct edwards_affine *q, const fr *z2, bool negate)
{
    fr a, b, c, e, f, g, h;
    fr_sub(&a, &p->y, &p->x);
    fr_mul(&a, &a, negate ? &q->y_plus_x : &q->y_minus_x);
    fr_add(&b, &p->y, &p->x);
    fr_mul(&b, &b, negate ? &q->y_minus_x : &q->y_plus_x);
    fr_mul(&c, &p->t, &q->t2d);
    if (negate) fr_neg(&c, &c);
    fr_sub(&e, &b, &a);
    fr_sub(&f, z2, &c);
    fr_add(&g, z2, &c);
    fr_add(&h, &b, &a);
    edwards_complete(out, &e, &f, &g, &h, true);
}

/* Time depends on negate. */
static inline void edwards_add_affine(struct edwards *out, const struct edwards *p,
                                      const struct edwards_affine *q, bool negate)
{
    fr z2;
    fr_double(&z2, &p->z);
    edwards_add_parts(out, p, q, &z2, negate);
}

static inline void edwards_add_cached(struct edwards *out, const struct edwards *p,
                                      const struct edwards_cached *q, bool negate)
{
    fr z2;
    fr_mul(&z2, &p->z, &q->z2);
    edwards_add_parts(out, p, &q->a, &z2, negate);
}

static inline void edwards_add(struct edwards *out, const struct edwards *p, const struct edwards *q)
{
    struct edwards_cached cached;
    edwards_cached_from(&cached, q);
    edwards_add_cached(out, p, &cached, false);
}

/* Without want_t, out->t is left unset: a doubling does not need it. */
static inline void edwards_double(struct edwards *out, const struct edwards *p, bool want_t)
{
    fr xx, yy, zz, e, f, g, h;
    fr_sqr(&xx, &p->x);
    fr_sqr(&yy, &p->y);
    fr_sqr(&zz, &p->z);
    fr_add(&e, &p->x, &p->y);
    fr_sqr(&e, &e);
    fr_add(&h, &xx, &yy);
    fr_sub(&e, &e, &h); /* 2 x y */
    fr_sub(&g, &yy, &xx);
    fr_sub(&f, &g, &zz);
    fr_sub(&f, &f, &zz);
    fr_neg(&h, &h);
    edwards_complete(out, &e, &f, &g, &h, want_t);
}

/* out = 2^count p, count >= 1 */
static inline void edwards_double_times(struct edwards *out, const struct edwards *p, unsigned count)
{
    edwards_double(out, p, count == 1);
    while (--count > 0) edwards_double(out, out, count == 1);
}

#endif
