#include "fp12.h"

#include "fp_inline.h"

const fp12 fp12_one = {.c0 = {.c0 = {.c0 = {{FP_R1}}}}};

/* At index i - 1 for i = 1 .. 5: xi^(i (p-1)/6) and its norm to Fp, which are (w^i)^p / w^i and
 * (w^i)^(p^2) / w^i. */
static const fp2 frobenius_factor[5] = {
    {FROBENIUS_1}, {FROBENIUS_2}, {FROBENIUS_3}, {FROBENIUS_4}, {FROBENIUS_5}};
static const fp frobenius_sqr_factor[5] = {
    {{FROBENIUS_SQR_1}}, {{FROBENIUS_SQR_2}}, {{FROBENIUS_SQR_3}}, {{FROBENIUS_SQR_4}}, {{FROBENIUS_SQR_5}}};

/* Karatsuba over Fp6 */
void fp12_mul(fp12 *out, const fp12 *a, const fp12 *b)
{
    fp6 low, high, sum_a, sum_b;
    fp6_mul(&low, &a->c0, &b->c0);
    fp6_mul(&high, &a->c1, &b->c1);
    fp6_add(&sum_a, &a->c0, &a->c1);
    fp6_add(&sum_b, &b->c0, &b->c1);
    fp6_mul(&sum_a, &sum_a, &sum_b);
    fp6_sub(&sum_a, &sum_a, &low);
    fp6_sub(&out->c1, &sum_a, &high);
    fp6_mul_v(&high, &high);
    fp6_add(&out->c0, &low, &high);
}

/* With m = a0 a1: c1 = 2 m, c0 = (a0 + a1)(a0 + v a1) - m - v m */
void fp12_sqr(fp12 *out, const fp12 *a)
{
    fp6 m, sum, twisted;
    fp6_mul(&m, &a->c0, &a->c1);
    fp6_add(&sum, &a->c0, &a->c1);
    fp6_mul_v(&twisted, &a->c1);
    fp6_add(&twisted, &twisted, &a->c0);
    fp6_mul(&sum, &sum, &twisted);
    fp6_sub(&sum, &sum, &m);
    fp6_add(&out->c1, &m, &m);
    fp6_mul_v(&m, &m);
    fp6_sub(&out->c0, &sum, &m);
}

/* (a + b s)^2 = (a^2 + xi b^2) + 2 a b s in Fp4 = Fp2[s]/(s^2 - xi) */
static void fp4_sqr(fp2 *low, fp2 *high, const fp2 *a, const fp2 *b)
{
    fp2 xi_b, twice_b;
    fp2_mul_xi(&xi_b, b);
    fp2_double(&twice_b, b);
    fp2_sum_of_2_products(low, (const fp2 *const[]){a, b}, (const fp2 *const[]){a, &xi_b});
    fp2_mul(high, a, &twice_b);
}

/* out = 3 t - 2 z */
static void triple_minus_double(fp2 *out, const fp2 *t, const fp2 *z)
{
    fp2 d;
    fp2_sub(&d, t, z);
    fp2_double(&d, &d);
    fp2_add(out, &d, t);
}

/* out = 3 t + 2 z */
static void triple_plus_double(fp2 *out, const fp2 *t, const fp2 *z)
{
    fp2 d;
    fp2_add(&d, t, z);
    fp2_double(&d, &d);
    fp2_add(out, &d, t);
}

/* Granger and Scott (eprint 2009/565): with s = w^3 and A, B, C in Fp4 = Fp2[s], a = A + B w + C w^2,
 * membership in the cyclotomic subgroup turns a^2 into A^2, B^2 and C^2 with multiples of the conjugates of
 * A, B, C. */
void fp12_cyclotomic_sqr(fp12 *out, const fp12 *a)
{
    fp2 a0, a1, b0, b1, c0, c1;
    fp4_sqr(&a0, &a1, &a->c0.c0, &a->c1.c1);
    fp4_sqr(&b0, &b1, &a->c1.c0, &a->c0.c2);
    fp4_sqr(&c0, &c1, &a->c0.c1, &a->c1.c2);
    fp2_mul_xi(&c1, &c1);
    triple_minus_double(&out->c0.c0, &a0, &a->c0.c0);
    triple_plus_double(&out->c1.c1, &a1, &a->c1.c1);
    triple_minus_double(&out->c0.c1, &b0, &a->c0.c1);
    triple_plus_double(&out->c1.c2, &b1, &a->c1.c2);
    triple_minus_double(&out->c0.c2, &c0, &a->c0.c2);
    triple_plus_double(&out->c1.c0, &c1, &a->c1.c0);
}

/* Karatsuba over Fp6: the line is l0 + (l1 + l3 v) w. */
void fp12_mul_line(fp12 *out, const fp12 *a, const fp2 *l0, const fp2 *l1, const fp2 *l3)
{
    fp6 low, high, sum;
    fp2 l01;
    fp6_mul_fp2(&low, &a->c0, l0);
    fp6_mul_01(&high, &a->c1, l1, l3);
    fp6_add(&sum, &a->c0, &a->c1);
    fp2_add(&l01, l0, l1);
    fp6_mul_01(&sum, &sum, &l01, l3);
    fp6_sub(&sum, &sum, &low);
    fp6_sub(&out->c1, &sum, &high);
    fp6_mul_v(&high, &high);
    fp6_add(&out->c0, &low, &high);
}

/* a + a (l1 + l3 v) w */
void fp12_mul_monic_line(fp12 *out, const fp12 *a, const fp2 *l1, const fp2 *l3)
{
    fp6 from_c0, from_c1;
    fp6_mul_01(&from_c0, &a->c0, l1, l3);
    fp6_mul_01(&from_c1, &a->c1, l1, l3);
    fp6_mul_v(&from_c1, &from_c1);
    fp6_add(&out->c0, &a->c0, &from_c1);
    fp6_add(&out->c1, &a->c1, &from_c0);
}

void fp12_conj(fp12 *out, const fp12 *a)
{
    out->c0 = a->c0;
    fp6_neg(&out->c1, &a->c1);
}

static void frobenius_term(fp2 *out, const fp2 *a, int i)
{
    fp2_conj(out, a);
    if (i > 0) fp2_mul(out, out, &frobenius_factor[i - 1]);
}

void fp12_frobenius(fp12 *out, const fp12 *a)
{
    frobenius_term(&out->c0.c0, &a->c0.c0, 0);
    frobenius_term(&out->c1.c0, &a->c1.c0, 1);
    frobenius_term(&out->c0.c1, &a->c0.c1, 2);
    frobenius_term(&out->c1.c1, &a->c1.c1, 3);
    frobenius_term(&out->c0.c2, &a->c0.c2, 4);
    frobenius_term(&out->c1.c2, &a->c1.c2, 5);
}

void fp12_frobenius_sqr(fp12 *out, const fp12 *a)
{
    out->c0.c0 = a->c0.c0;
    fp2_mul_fp(&out->c1.c0, &a->c1.c0, &frobenius_sqr_factor[0]);
    fp2_mul_fp(&out->c0.c1, &a->c0.c1, &frobenius_sqr_factor[1]);
    fp2_mul_fp(&out->c1.c1, &a->c1.c1, &frobenius_sqr_factor[2]);
    fp2_mul_fp(&out->c0.c2, &a->c0.c2, &frobenius_sqr_factor[3]);
    fp2_mul_fp(&out->c1.c2, &a->c1.c2, &frobenius_sqr_factor[4]);
}

/* 1/a = conj(a) / (a0^2 - v a1^2) */
void fp12_inv(fp12 *out, const fp12 *a)
{
    fp6 norm, t;
    fp6_mul(&norm, &a->c0, &a->c0);
    fp6_mul(&t, &a->c1, &a->c1);
    fp6_mul_v(&t, &t);
    fp6_sub(&norm, &norm, &t);
    fp6_inv(&norm, &norm);
    fp6_mul(&out->c0, &a->c0, &norm);
    fp6_neg(&norm, &norm);
    fp6_mul(&out->c1, &a->c1, &norm);
}

void fp12_pow_vartime(fp12 *out, const fp12 *a, const uint64_t exponent[4])
{
    fp12 base = *a, t = fp12_one;
    for (int i = 255; i >= 0; i--) {
        fp12_sqr(&t, &t);
        if (exponent[i / 64] >> (i % 64) & 1) fp12_mul(&t, &t, &base);
    }
    *out = t;
}

bool fp12_equal(const fp12 *a, const fp12 *b)
{
    return both(fp6_equal(&a->c0, &b->c0), fp6_equal(&a->c1, &b->c1));
}
bool fp12_is_one(const fp12 *a) { return fp12_equal(a, &fp12_one); }
