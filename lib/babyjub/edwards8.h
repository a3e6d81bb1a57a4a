/* Eight points at once on the curve of edwards.h, with its formulas, in the lanes of mont8.h. Coordinates are
 * exact and below 2r. Only for processors of level CPU_IFMA. Private to lib/babyjub. */
#ifndef BABYJUB_EDWARDS8_H
#define BABYJUB_EDWARDS8_H

#include "edwards.h"
#include "fr8.h"

#if defined(__x86_64__)
struct edwards8 {
    mont8 x, y, z, t;
};

/* Points with z = 1, below 18r. */
struct edwards8_affine {
    mont8 y_plus_x, y_minus_x, t2d;
};

MONT8_INLINE void edwards8_identity(struct edwards8 *out)
{
    mont8_broadcast(&out->x, (const uint64_t[5]){0});
    mont8_broadcast(&out->y, fr8_one);
    out->z = out->y;
    out->t = out->x;
}

/* The coordinates from e = b - a, h = b + a, f and g, where a, b are below 2r and f, g below 6r. */
MONT8_INLINE void edwards8_complete(struct edwards8 *out, const mont8 *a, const mont8 *b, const mont8 *f,
                                    const mont8 *g)
{
    mont8 e, h;
    mont8_sub(&e, b, a, 2, &fr8_params);
    mont8_add(&h, b, a);
    mont8_mul(&out->x, &e, f, &fr8_params);
    mont8_mul(&out->y, g, &h, &fr8_params);
    mont8_mul(&out->z, f, g, &fr8_params);
    mont8_mul(&out->t, &e, &h, &fr8_params);
}

/* p += q, or p -= q in the lanes of negate. */
MONT8_INLINE void edwards8_add_affine(struct edwards8 *p, const struct edwards8_affine *q, __mmask8 negate)
{
    mont8 a, b, c, plus, minus, factor;
    mont8_sub(&a, &p->y, &p->x, 2, &fr8_params);
    mont8_add(&b, &p->y, &p->x);
    mont8_select(&factor, negate, &q->y_minus_x, &q->y_plus_x);
    mont8_mul(&a, &a, &factor, &fr8_params);
    mont8_select(&factor, negate, &q->y_plus_x, &q->y_minus_x);
    mont8_mul(&b, &b, &factor, &fr8_params);
    mont8_mul(&c, &p->t, &q->t2d, &fr8_params);
    for (int i = 0; i < 5; i++) { /* 2z + c and 2z - c + 2r; those of -c in the lanes of negate */
        __m512i z2 = _mm512_add_epi64(p->z.limb[i], p->z.limb[i]);
        __m512i sum = _mm512_add_epi64(z2, c.limb[i]);
        __m512i difference =
            _mm512_sub_epi64(_mm512_add_epi64(z2, mont8_all(2 * fr8_params.p[i])), c.limb[i]);
        plus.limb[i] = _mm512_mask_mov_epi64(sum, negate, difference);
        minus.limb[i] = _mm512_mask_mov_epi64(difference, negate, sum);
    }
    mont8_carry(&plus);
    mont8_carry(&minus);
    edwards8_complete(p, &a, &b, &minus, &plus);
}

/* p += q; d2 is 2 d' in every lane */
MONT8_INLINE void edwards8_add(struct edwards8 *p, const struct edwards8 *q, const mont8 *d2)
{
    mont8 a, b, c, z2, t, f, g;
    mont8_sub(&a, &p->y, &p->x, 2, &fr8_params);
    mont8_sub(&t, &q->y, &q->x, 2, &fr8_params);
    mont8_mul(&a, &a, &t, &fr8_params);
    mont8_add(&b, &p->y, &p->x);
    mont8_add(&t, &q->y, &q->x);
    mont8_mul(&b, &b, &t, &fr8_params);
    mont8_mul(&c, &p->t, &q->t, &fr8_params);
    mont8_mul(&c, &c, d2, &fr8_params);
    mont8_mul(&z2, &p->z, &q->z, &fr8_params);
    mont8_add(&z2, &z2, &z2);
    mont8_sub(&f, &z2, &c, 2, &fr8_params);
    mont8_add(&g, &z2, &c);
    edwards8_complete(p, &a, &b, &f, &g);
}
#endif
#endif
