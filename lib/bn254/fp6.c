#include "fp6.h"

#include "fp_inline.h"

const fp6 fp6_zero, fp6_one = {{{{FP_R1}}, {{0}}}, {{{0}}, {{0}}}, {{{0}}, {{0}}}};

void fp6_add(fp6 *out, const fp6 *a, const fp6 *b)
{
    fp2_add(&out->c0, &a->c0, &b->c0);
    fp2_add(&out->c1, &a->c1, &b->c1);
    fp2_add(&out->c2, &a->c2, &b->c2);
}

void fp6_sub(fp6 *out, const fp6 *a, const fp6 *b)
{
    fp2_sub(&out->c0, &a->c0, &b->c0);
    fp2_sub(&out->c1, &a->c1, &b->c1);
    fp2_sub(&out->c2, &a->c2, &b->c2);
}

void fp6_neg(fp6 *out, const fp6 *a)
{
    fp2_neg(&out->c0, &a->c0);
    fp2_neg(&out->c1, &a->c1);
    fp2_neg(&out->c2, &a->c2);
}

/* a0 b1 + a1 b0 = (a0 + a1)(b0 + b1) - p0 - p1, where p0 = a0 b0 and p1 = a1 b1 are known. */
static void cross_terms(fp2 *out, const fp2 *a0, const fp2 *a1, const fp2 *b0, const fp2 *b1, const fp2 *p0,
                        const fp2 *p1)
{
    fp2 sum_a, sum_b;
    fp2_add(&sum_a, a0, a1);
    fp2_add(&sum_b, b0, b1);
    fp2_mul(out, &sum_a, &sum_b);
    fp2_sub(out, out, p0);
    fp2_sub(out, out, p1);
}

/* c0 = p0 + xi (a1 b2 + a2 b1), c1 = (a0 b1 + a1 b0) + xi p2, c2 = (a0 b2 + a2 b0) + p1 with pi = ai bi */
void fp6_mul(fp6 *out, const fp6 *a, const fp6 *b)
{
    fp2 p0, p1, p2, t0, t1, t2;
    fp2_mul(&p0, &a->c0, &b->c0);
    fp2_mul(&p1, &a->c1, &b->c1);
    fp2_mul(&p2, &a->c2, &b->c2);
    cross_terms(&t0, &a->c1, &a->c2, &b->c1, &b->c2, &p1, &p2);
    cross_terms(&t1, &a->c0, &a->c1, &b->c0, &b->c1, &p0, &p1);
    cross_terms(&t2, &a->c0, &a->c2, &b->c0, &b->c2, &p0, &p2);
    fp2_mul_xi(&t0, &t0);
    fp2_add(&out->c0, &t0, &p0);
    fp2_mul_xi(&p2, &p2);
    fp2_add(&out->c1, &t1, &p2);
    fp2_add(&out->c2, &t2, &p1);
}

/* fp6_mul for b2 = 0; here sums of two products with one reduction beat Karatsuba. */
void fp6_mul_01(fp6 *out, const fp6 *a, const fp2 *b0, const fp2 *b1)
{
    fp2 xi_b1, c0, c1;
    fp2_mul_xi(&xi_b1, b1);
    fp2_sum_of_2_products(&c0, (const fp2 *const[]){&a->c0, &a->c2}, (const fp2 *const[]){b0, &xi_b1});
    fp2_sum_of_2_products(&c1, (const fp2 *const[]){&a->c0, &a->c1}, (const fp2 *const[]){b1, b0});
    fp2_sum_of_2_products(&out->c2, (const fp2 *const[]){&a->c1, &a->c2}, (const fp2 *const[]){b1, b0});
    out->c0 = c0;
    out->c1 = c1;
}

void fp6_mul_fp2(fp6 *out, const fp6 *a, const fp2 *b)
{
    fp2 factor = *b;
    fp2_mul(&out->c0, &a->c0, &factor);
    fp2_mul(&out->c1, &a->c1, &factor);
    fp2_mul(&out->c2, &a->c2, &factor);
}

void fp6_mul_v(fp6 *out, const fp6 *a)
{
    fp2 top = a->c2;
    out->c2 = a->c1;
    out->c1 = a->c0;
    fp2_mul_xi(&out->c0, &top);
}

/* out = square - b c */
static void cofactor(fp2 *out, const fp2 *square, const fp2 *b, const fp2 *c)
{
    fp2 product;
    fp2_mul(&product, b, c);
    fp2_sub(out, square, &product);
}

/* With s0 = a0^2 - xi a1 a2, s1 = xi a2^2 - a0 a1, s2 = a1^2 - a0 a2:
 * a (s0 + s1 v + s2 v^2) = a0 s0 + xi (a2 s1 + a1 s2), an element of Fp2. */
void fp6_inv(fp6 *out, const fp6 *a)
{
    fp2 s0, s1, s2, t, xi_a2;
    fp2_mul_xi(&xi_a2, &a->c2);
    fp2_sqr(&s0, &a->c0);
    cofactor(&s0, &s0, &a->c1, &xi_a2);
    fp2_mul(&s1, &xi_a2, &a->c2);
    cofactor(&s1, &s1, &a->c0, &a->c1);
    fp2_sqr(&s2, &a->c1);
    cofactor(&s2, &s2, &a->c0, &a->c2);

    fp2 norm;
    fp2_mul(&norm, &a->c2, &s1);
    fp2_mul(&t, &a->c1, &s2);
    fp2_add(&norm, &norm, &t);
    fp2_mul_xi(&norm, &norm);
    fp2_mul(&t, &a->c0, &s0);
    fp2_add(&norm, &norm, &t);
    fp2_inv(&norm, &norm);
    fp2_mul(&out->c0, &s0, &norm);
    fp2_mul(&out->c1, &s1, &norm);
    fp2_mul(&out->c2, &s2, &norm);
}

bool fp6_equal(const fp6 *a, const fp6 *b)
{
    return both(both(fp2_equal(&a->c0, &b->c0), fp2_equal(&a->c1, &b->c1)), fp2_equal(&a->c2, &b->c2));
}
