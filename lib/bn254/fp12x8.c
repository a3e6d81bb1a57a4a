#include "fp12x8.h"

#if defined(__x86_64__)
/* Karatsuba as in fp6.c and fp12.c, but the differences are taken of products that are not reduced yet: 18,
 * 12 or 13 products in Fp2 and 12 reductions.
 *
 * Columns: |c0| <= W and |c1| <= 2W of a product with W = 9 * 2^52, so at most 50W in an fp6x8_wide and 158W
 * in what is reduced, below 2^63.
 * Values: a coefficient of a product is a sum of six products of elements below 2p, up to five of them times
 * xi = 9 + u, so it is above -(1 + 5 * 11) * 4 p^2 > -3p 2^260 and below 97 * 4 p^2 < 5p 2^260; with a line a
 * sum of three, up to two of them times xi, of elements below 2p and 4p, above -23 * 8 p^2 > -3p 2^260. In a
 * square the factors of s are below 4p: s is above -368 p^2 and below 640 p^2, m + xi m within -12 .. 388 p^2
 * or -76 - 108 .. 224 p^2, so the least value is above -7p 2^260 and the largest below 8p 2^260. */
enum { TIMES = 8 };

struct fp6x8_wide {
    struct fp2x8_wide c0, c1, c2;
};

TOWER8_FUNCTION void multiply(struct fp2x8_wide *t, const fp2x8 *a, const fp2x8 *b)
{
    fp2x8_wide_mul(t, a, b);
}

/* (a0 + a1)(b0 + b1) */
TOWER8_FUNCTION void multiply_sums(struct fp2x8_wide *t, const fp2x8 *a0, const fp2x8 *a1, const fp2x8 *b0,
                                   const fp2x8 *b1)
{
    fp2x8 a, b;
    fp2x8_add(&a, a0, a1);
    fp2x8_add(&b, b0, b1);
    fp2x8_wide_mul(t, &a, &b);
}

/* One column of both coordinates. */
struct column {
    __m512i c0, c1;
};

MONT8_INLINE struct column column_of(const struct fp2x8_wide *t, int i)
{
    return (struct column){t->c0.column[i], t->c1.column[i]};
}

MONT8_INLINE void set_column(struct fp2x8_wide *t, int i, struct column x)
{
    t->c0.column[i] = x.c0;
    t->c1.column[i] = x.c1;
}

MONT8_INLINE struct column column_add(struct column x, struct column y)
{
    return (struct column){_mm512_add_epi64(x.c0, y.c0), _mm512_add_epi64(x.c1, y.c1)};
}

MONT8_INLINE struct column column_sub(struct column x, struct column y)
{
    return (struct column){_mm512_sub_epi64(x.c0, y.c0), _mm512_sub_epi64(x.c1, y.c1)};
}

/* xi x = (9 x0 - x1) + (9 x1 + x0) u */
MONT8_INLINE struct column column_xi(struct column x)
{
    const struct column nine = {_mm512_add_epi64(_mm512_slli_epi64(x.c0, 3), x.c0),
                                _mm512_add_epi64(_mm512_slli_epi64(x.c1, 3), x.c1)};
    return (struct column){_mm512_sub_epi64(nine.c0, x.c1), _mm512_add_epi64(nine.c1, x.c0)};
}

/* out = t - u - v, one of the coefficients reduced */
TOWER8_FUNCTION void settle_difference(fp2x8 *out, const struct fp2x8_wide *t, const struct fp2x8_wide *u,
                                       const struct fp2x8_wide *v)
{
    struct fp2x8_wide sum;
    MONT8_UNROLL
    for (int i = 0; i < 10; i++)
        set_column(&sum, i, column_sub(column_sub(column_of(t, i), column_of(u, i)), column_of(v, i)));
    fp2x8_wide_settle(out, &sum, TIMES);
}

/* out = t - u - xi v */
TOWER8_FUNCTION void settle_difference_xi(fp2x8 *out, const struct fp2x8_wide *t, const struct fp2x8_wide *u,
                                          const struct fp2x8_wide *v)
{
    struct fp2x8_wide sum;
    MONT8_UNROLL
    for (int i = 0; i < 10; i++)
        set_column(&sum, i,
                   column_sub(column_sub(column_of(t, i), column_of(u, i)), column_xi(column_of(v, i))));
    fp2x8_wide_settle(out, &sum, TIMES);
}

/* out = t + u */
TOWER8_FUNCTION void settle_sum(fp2x8 *out, const struct fp2x8_wide *t, const struct fp2x8_wide *u)
{
    struct fp2x8_wide sum;
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) set_column(&sum, i, column_add(column_of(t, i), column_of(u, i)));
    fp2x8_wide_settle(out, &sum, TIMES);
}

/* out = t + xi u */
TOWER8_FUNCTION void settle_sum_xi(fp2x8 *out, const struct fp2x8_wide *t, const struct fp2x8_wide *u)
{
    struct fp2x8_wide sum;
    MONT8_UNROLL
    for (int i = 0; i < 10; i++) set_column(&sum, i, column_add(column_of(t, i), column_xi(column_of(u, i))));
    fp2x8_wide_settle(out, &sum, TIMES);
}

MONT8_INLINE void fp6x8_add(fp6x8 *out, const fp6x8 *a, const fp6x8 *b)
{
    fp2x8_add(&out->c0, &a->c0, &b->c0);
    fp2x8_add(&out->c1, &a->c1, &b->c1);
    fp2x8_add(&out->c2, &a->c2, &b->c2);
}

/* p0 + xi (s12 - p1 - p2), s01 - p0 - p1 + xi p2, s02 - p0 - p2 + p1: all in one pass through memory */
TOWER8_FUNCTION void fp6x8_multiply(struct fp6x8_wide *t, const fp6x8 *a, const fp6x8 *b)
{
    struct fp2x8_wide p0, p1, p2, s12, s01, s02;
    multiply(&p0, &a->c0, &b->c0);
    multiply(&p1, &a->c1, &b->c1);
    multiply(&p2, &a->c2, &b->c2);
    multiply_sums(&s12, &a->c1, &a->c2, &b->c1, &b->c2);
    multiply_sums(&s01, &a->c0, &a->c1, &b->c0, &b->c1);
    multiply_sums(&s02, &a->c0, &a->c2, &b->c0, &b->c2);
    for (int i = 0; i < 10; i++) {
        const struct column q0 = column_of(&p0, i), q1 = column_of(&p1, i), q2 = column_of(&p2, i);
        const struct column t12 = column_sub(column_sub(column_of(&s12, i), q1), q2);
        const struct column t01 = column_sub(column_sub(column_of(&s01, i), q0), q1);
        const struct column t02 = column_sub(column_sub(column_of(&s02, i), q0), q2);
        set_column(&t->c0, i, column_add(q0, column_xi(t12)));
        set_column(&t->c1, i, column_add(t01, column_xi(q2)));
        set_column(&t->c2, i, column_add(t02, q1));
    }
}

/* a (b0 + b1 v) */
TOWER8_FUNCTION void fp6x8_multiply_01(struct fp6x8_wide *t, const fp6x8 *a, const fp2x8 *b0, const fp2x8 *b1)
{
    struct fp2x8_wide p0, p1, p21, p20, s01;
    multiply(&p0, &a->c0, b0);
    multiply(&p1, &a->c1, b1);
    multiply(&p21, &a->c2, b1);
    multiply(&p20, &a->c2, b0);
    multiply_sums(&s01, &a->c0, &a->c1, b0, b1);
    for (int i = 0; i < 10; i++) {
        const struct column q0 = column_of(&p0, i), q1 = column_of(&p1, i);
        set_column(&t->c0, i, column_add(q0, column_xi(column_of(&p21, i))));
        set_column(&t->c1, i, column_sub(column_sub(column_of(&s01, i), q0), q1));
        set_column(&t->c2, i, column_add(q1, column_of(&p20, i)));
    }
}

/* c0 = low + v high, c1 = sum - low - high */
static void combine(fp12x8 *out, const struct fp6x8_wide *low, const struct fp6x8_wide *high,
                    const struct fp6x8_wide *sum)
{
    settle_difference(&out->c1.c0, &sum->c0, &low->c0, &high->c0);
    settle_difference(&out->c1.c1, &sum->c1, &low->c1, &high->c1);
    settle_difference(&out->c1.c2, &sum->c2, &low->c2, &high->c2);
    settle_sum_xi(&out->c0.c0, &low->c0, &high->c2);
    settle_sum(&out->c0.c1, &low->c1, &high->c0);
    settle_sum(&out->c0.c2, &low->c2, &high->c1);
}

MONT8_TARGET void fp12x8_mul(fp12x8 *out, const fp12x8 *a, const fp12x8 *b)
{
    struct fp6x8_wide low, high, sum;
    fp6x8 a_sum, b_sum;
    fp6x8_multiply(&low, &a->c0, &b->c0);
    fp6x8_multiply(&high, &a->c1, &b->c1);
    fp6x8_add(&a_sum, &a->c0, &a->c1);
    fp6x8_add(&b_sum, &b->c0, &b->c1);
    fp6x8_multiply(&sum, &a_sum, &b_sum);
    combine(out, &low, &high, &sum);
}

/* With m = a0 a1: c1 = 2 m, c0 = (a0 + a1)(a0 + v a1) - m - v m */
MONT8_TARGET void fp12x8_sqr(fp12x8 *out, const fp12x8 *a)
{
    struct fp6x8_wide m, s;
    fp6x8 sum, twisted;
    fp6x8_multiply(&m, &a->c0, &a->c1);
    fp6x8_add(&sum, &a->c0, &a->c1);
    fp2x8_mul_xi(&twisted.c0, &a->c1.c2);
    fp2x8_settle(&twisted.c0);
    twisted.c1 = a->c1.c0;
    twisted.c2 = a->c1.c1;
    fp6x8_add(&twisted, &twisted, &a->c0);
    fp6x8_multiply(&s, &sum, &twisted);
    settle_sum(&out->c1.c0, &m.c0, &m.c0);
    settle_sum(&out->c1.c1, &m.c1, &m.c1);
    settle_sum(&out->c1.c2, &m.c2, &m.c2);
    settle_difference(&out->c0.c1, &s.c1, &m.c1, &m.c0);
    settle_difference(&out->c0.c2, &s.c2, &m.c2, &m.c1);
    settle_difference_xi(&out->c0.c0, &s.c0, &m.c0, &m.c2);
}

/* The line is l0 + (l1 + l3 v) w. */
MONT8_TARGET void fp12x8_mul_line(fp12x8 *out, const fp12x8 *a, const struct line8 *line)
{
    struct fp6x8_wide low, high, sum;
    fp6x8 a_sum;
    fp2x8 l01;
    multiply(&low.c0, &a->c0.c0, &line->l0);
    multiply(&low.c1, &a->c0.c1, &line->l0);
    multiply(&low.c2, &a->c0.c2, &line->l0);
    fp6x8_multiply_01(&high, &a->c1, &line->l1, &line->l3);
    fp6x8_add(&a_sum, &a->c0, &a->c1);
    fp2x8_add(&l01, &line->l0, &line->l1);
    fp6x8_multiply_01(&sum, &a_sum, &l01, &line->l3);
    combine(out, &low, &high, &sum);
}

/* The coefficients in the order of fp12's memory. */
enum { COEFFICIENTS = 6 };

MONT8_TARGET void fp12x8_load(fp12x8 *out, const fp12 *const in[8])
{
    for (int i = 0; i < COEFFICIENTS; i++) {
        const fp2 *lanes[8];
        for (int k = 0; k < 8; k++) lanes[k] = (i < 3 ? &in[k]->c0.c0 : &in[k]->c1.c0) + i % 3;
        fp2x8_gather_fp2((i < 3 ? &out->c0.c0 : &out->c1.c0) + i % 3, lanes);
    }
}

MONT8_TARGET void fp12x8_store(fp12 out[8], const fp12x8 *a)
{
    for (int i = 0; i < COEFFICIENTS; i++) {
        const fp2x8 *from = (i < 3 ? &a->c0.c0 : &a->c1.c0) + i % 3;
        fp c0[8], c1[8];
        mont8_to_fp(c0, &from->c0);
        mont8_to_fp(c1, &from->c1);
        for (int k = 0; k < 8; k++) *((i < 3 ? &out[k].c0.c0 : &out[k].c1.c0) + i % 3) = (fp2){c0[k], c1[k]};
    }
}

MONT8_TARGET void fp12x8_one(fp12x8 *out)
{
    const fp12 *const ones[8] = {&fp12_one, &fp12_one, &fp12_one, &fp12_one,
                                 &fp12_one, &fp12_one, &fp12_one, &fp12_one};
    fp12x8_load(out, ones);
}

MONT8_TARGET static void permute(fp12x8 *out, __m512i place, const fp12x8 *a)
{
    fp2x8_permute(&out->c0.c0, place, &a->c0.c0);
    fp2x8_permute(&out->c0.c1, place, &a->c0.c1);
    fp2x8_permute(&out->c0.c2, place, &a->c0.c2);
    fp2x8_permute(&out->c1.c0, place, &a->c1.c0);
    fp2x8_permute(&out->c1.c1, place, &a->c1.c1);
    fp2x8_permute(&out->c1.c2, place, &a->c1.c2);
}

MONT8_TARGET void fp12x8_product(fp12 *out, const fp12x8 *a)
{
    fp12x8 t = *a, other;
    fp12 lanes[8];
    for (long long distance = 4; distance > 0; distance /= 2) {
        const __m512i index = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
        permute(&other, _mm512_xor_si512(index, _mm512_set1_epi64(distance)), &t);
        fp12x8_mul(&t, &t, &other);
    }
    fp12x8_store(lanes, &t);
    *out = lanes[0];
}
#endif
