#include "g2x8.h"

#if defined(__x86_64__)
/* a b, below 3p, for bounds of a and b with a product of at most 84p^2 */
TOWER8_FUNCTION void multiply(fp2x8 *out, const fp2x8 *a, const fp2x8 *b) { fp2x8_mul(out, a, b); }
/* a^2, below 2p, for a below 4p */
TOWER8_FUNCTION void square(fp2x8 *out, const fp2x8 *a) { fp2x8_sqr(out, a, 4); }

/* a b - c d, reduced once: settled, for a b below 42p^2, c below 4p and d below 4p */
TOWER8_FUNCTION void multiply_difference(fp2x8 *out, const fp2x8 *a, const fp2x8 *b, const fp2x8 *c,
                                         const fp2x8 *d)
{
    struct fp2x8_wide t, u;
    fp2x8_wide_mul(&t, a, b);
    fp2x8_wide_mul(&u, c, d);
    fp2x8_wide_difference(&t, &u);
    fp2x8_wide_settle(out, &t, 1);
}

/* t = (a0 + a1)(a0 - a1 + times p) and 2 a0 a1, for a below times p */
MONT8_INLINE void square_wide(struct fp2x8_wide *t, const fp2x8 *a, uint64_t times)
{
    mont8 sum, difference, twice;
    mont8_add(&sum, &a->c0, &a->c1);
    mont8_sub(&difference, &a->c0, &a->c1, times, &fp8_params);
    mont8_add(&twice, &a->c0, &a->c0);
    mont8_wide_zero(&t->c0);
    mont8_wide_add(&t->c0, &sum, &difference);
    mont8_wide_zero(&t->c1);
    mont8_wide_add(&t->c1, &twice, &a->c1);
}

/* s^2 - 12 e^2: settled, for s below 6p and e settled: above -12 * 2.02 * 2.01 p^2 > -p 2^260 and below
 * 144p^2 */
TOWER8_FUNCTION void square_difference(fp2x8 *out, const fp2x8 *s, const fp2x8 *e)
{
    struct fp2x8_wide t, u;
    square_wide(&u, e, 1);
    square_wide(&t, s, 6);
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) {
        __m512i *c0 = &t.c0.column[i], *c1 = &t.c1.column[i];
        *c0 = _mm512_sub_epi64(*c0, mont8_small_multiple(u.c0.column[i], 12));
        *c1 = _mm512_sub_epi64(*c1, mont8_small_multiple(u.c1.column[i], 12));
    }
    fp2x8_wide_settle(out, &t, 1);
}

/* With A = X^2, B = Y^2, C = Z^2, E = 3b C, F = 3E, H = 2YZ:
 * X3 = 2XY (B - F),  Y3 = (B + F)^2 - 12 E^2,  Z3 = 4 B H;  line H yP - 3A xP w + (B - E) w^3. */
MONT8_TARGET void g2x8_double_step(struct line8 *line, g2x8 *t, const struct line_at8 *p)
{
    static const fp2 b3 = {G2_3B};
    fp2x8 a, b, e, xy, yz, u;
    square(&a, &t->x); /* 2p */
    square(&b, &t->y); /* 2p */
    square(&e, &t->z); /* 2p */
    fp2x8_from_fp2(&u, &b3);
    multiply(&e, &e, &u);
    fp2x8_settle(&e);
    multiply(&yz, &t->y, &t->z); /* 3p */
    multiply(&xy, &t->x, &t->y); /* 3p */

    fp2x8_combine(&u, 2, &b, -6, &e, 7); /* 11p */
    multiply(&t->x, &xy, &u);
    fp2x8_combine(&u, 1, &b, 3, &e, 0); /* 6p */
    square_difference(&t->y, &u, &e);
    fp2x8_shift(&u, &b, 3); /* 16p */
    multiply(&t->z, &u, &yz);

    fp2x8_mul_fp(&line->l0, &yz, &p->y2);
    fp2x8_mul_fp(&line->l1, &a, &p->minus_x3);
    fp2x8_combine(&line->l3, 1, &b, -1, &e, 2); /* 4p */
}

/* With theta = Y - yQ Z, lambda = X - xQ Z, E = lambda^3, G = X lambda^2, H = E + Z theta^2 - 2G:
 * X3 = lambda H,  Y3 = theta (G - H) - E Y,  Z3 = Z E;
 * line lambda yP - theta xP w + (theta xQ - lambda yQ) w^3. */
MONT8_TARGET void g2x8_add_step(struct line8 *line, g2x8 *t, const g2x8_affine *q, const struct line_at8 *p)
{
    fp2x8 theta, lambda, e, g, h, u;
    multiply(&theta, &q->y, &t->z);
    fp2x8_sub(&theta, &t->y, &theta, 3);
    fp2x8_settle(&theta);
    multiply(&lambda, &q->x, &t->z);
    fp2x8_sub(&lambda, &t->x, &lambda, 3);
    fp2x8_settle(&lambda);

    square(&u, &lambda);
    multiply(&e, &u, &lambda); /* 3p */
    multiply(&g, &u, &t->x);   /* 3p */
    square(&h, &theta);
    multiply(&h, &h, &t->z);
    fp2x8_add(&h, &h, &e);
    fp2x8_combine(&h, 1, &h, -2, &g, 6);
    fp2x8_settle(&h);
    multiply(&t->x, &lambda, &h);
    fp2x8_sub(&g, &g, &h, 2); /* 5p */
    multiply_difference(&t->y, &g, &theta, &e, &t->y);
    multiply(&t->z, &t->z, &e);

    fp2x8_mul_fp(&line->l0, &lambda, &p->y);
    fp2x8_mul_fp(&line->l1, &theta, &p->minus_x);
    multiply_difference(&line->l3, &theta, &q->x, &lambda, &q->y);
}

/* -a for a below 2p: settled */
MONT8_INLINE void negate(mont8 *out, const mont8 *a)
{
    mont8 zero = {{_mm512_setzero_si512()}};
    mont8_sub(&zero, &zero, a, 2, &fp8_params);
    mont8_settle(&zero);
    *out = zero;
}

MONT8_TARGET void g2x8_neg(g2x8_affine *out, const g2x8_affine *q)
{
    out->x = q->x;
    negate(&out->y.c0, &q->y.c0);
    negate(&out->y.c1, &q->y.c1);
}

/* out = conj(a) factor, settled */
TOWER8_FUNCTION void conj_multiply(fp2x8 *out, const fp2x8 *a, const fp2 *factor)
{
    fp2x8 conj = {.c0 = a->c0}, all;
    negate(&conj.c1, &a->c1);
    fp2x8_from_fp2(&all, factor);
    multiply(out, &conj, &all);
    fp2x8_settle(out);
}

MONT8_TARGET void g2x8_psi(g2x8_affine *out, const g2x8_affine *q)
{
    static const fp2 psi_x = {FROBENIUS_2}, psi_y = {FROBENIUS_3};
    conj_multiply(&out->x, &q->x, &psi_x);
    conj_multiply(&out->y, &q->y, &psi_y);
}

MONT8_TARGET void g2x8_minus_psi_sqr(g2x8_affine *out, const g2x8_affine *q)
{
    static const fp norm_of_g_2 = {{FROBENIUS_SQR_2}};
    mont8 factor;
    mont8_from_fp(&factor, &norm_of_g_2);
    fp2x8_mul_fp(&out->x, &q->x, &factor); /* settled: below (1 + 4/84) p */
    out->y = q->y;
}

MONT8_TARGET void g2x8_from_affine(g2x8 *out, const g2x8_affine *q)
{
    out->x = q->x;
    out->y = q->y;
    fp2x8_from_fp2(&out->z, &fp2_one);
}

MONT8_TARGET void g2x8_ate_step(struct line8 *line, g2x8 *t, const g2x8_affine *q, const struct line_at8 *p,
                                char step)
{
    g2x8_affine image;
    if (step == '2') {
        g2x8_double_step(line, t, p);
        return;
    }
    if (step == '+') image = *q;
    if (step == '-') g2x8_neg(&image, q);
    if (step == 'f') g2x8_psi(&image, q);
    if (step == 'g') g2x8_minus_psi_sqr(&image, q);
    g2x8_add_step(line, t, &image, p);
}

/* The lanes where a z = b; a below 4p, z below 4p, b below 4p */
MONT8_TARGET static __mmask8 equal_projective(const fp2x8 *a, const fp2x8 *z, const fp2x8 *b)
{
    fp2x8 difference;
    multiply(&difference, a, z);
    fp2x8_sub(&difference, &difference, b, 4);
    fp2x8_settle(&difference);
    return mont8_is_zero(&difference.c0) & mont8_is_zero(&difference.c1);
}

MONT8_TARGET uint8_t g2x8_is_minus_psi_cube(const g2x8 *t, const g2x8_affine *q)
{
    g2x8_affine image;
    fp2x8 z = t->z;
    g2x8_minus_psi_sqr(&image, q);
    g2x8_psi(&image, &image);
    fp2x8_settle(&z);
    __mmask8 infinite = mont8_is_zero(&z.c0) & mont8_is_zero(&z.c1);
    return equal_projective(&image.x, &t->z, &t->x) & equal_projective(&image.y, &t->z, &t->y) &
           (__mmask8)~infinite;
}
#endif
