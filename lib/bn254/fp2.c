#include "fp_inline.h"

const fp2 fp2_zero, fp2_one = {{{FP_R1}}, {{0}}};

void(fp2_add)(fp2 *out, const fp2 *a, const fp2 *b) { fp2_add_inline(out, a, b); }
void(fp2_sub)(fp2 *out, const fp2 *a, const fp2 *b) { fp2_sub_inline(out, a, b); }
void(fp2_double)(fp2 *out, const fp2 *a) { fp2_add_inline(out, a, a); }

void fp2_neg(fp2 *out, const fp2 *a)
{
    fp_neg(&out->c0, &a->c0);
    fp_neg(&out->c1, &a->c1);
}

void fp2_conj(fp2 *out, const fp2 *a)
{
    out->c0 = a->c0;
    fp_neg(&out->c1, &a->c1);
}

/* out = a[0] b[0] or a[0] b[0] + a[1] b[1], with one reduction for each coordinate. */
MONT4_INLINE void sum_of_products(fp2 *out, int count, const fp2 *const a[], const fp2 *const b[])
{
    fp minus_a1[MONT4_SUM_MAX / 2], c0;
    const uint64_t *left[MONT4_SUM_MAX], *right[MONT4_SUM_MAX];
    MONT4_UNROLL for (int k = 0; k < count; k++)
    {
        mont4_neg(minus_a1[k].limb, a[k]->c1.limb, &fp_params);
        left[2 * k] = a[k]->c0.limb, right[2 * k] = b[k]->c0.limb;
        left[2 * k + 1] = minus_a1[k].limb, right[2 * k + 1] = b[k]->c1.limb;
    }
    mont4_sum_of_products(c0.limb, 2 * count, left, right, &fp_params);
    MONT4_UNROLL for (int k = 0; k < count; k++)
    {
        right[2 * k] = b[k]->c1.limb;
        left[2 * k + 1] = a[k]->c1.limb, right[2 * k + 1] = b[k]->c0.limb;
    }
    mont4_sum_of_products(out->c1.limb, 2 * count, left, right, &fp_params);
    out->c0 = c0;
}

/* a0 b0 - a1 b1 and a0 b1 + a1 b0: two sums of two products are as fast as Karatsuba's three products. */
void fp2_mul(fp2 *out, const fp2 *a, const fp2 *b)
{
    sum_of_products(out, 1, (const fp2 *const[]){a}, (const fp2 *const[]){b});
}

void fp2_sum_of_2_products(fp2 *out, const fp2 *const a[2], const fp2 *const b[2])
{
    sum_of_products(out, 2, a, b);
}

/* (a0 + a1)(a0 - a1) + 2 a0 a1 u */
void fp2_sqr(fp2 *out, const fp2 *a)
{
    fp sum, difference, twice;
    fp_add(&sum, &a->c0, &a->c1);
    fp_sub(&difference, &a->c0, &a->c1);
    fp_double(&twice, &a->c0);
    fp_mul(&out->c1, &twice, &a->c1);
    fp_mul(&out->c0, &sum, &difference);
}

void fp2_mul_fp(fp2 *out, const fp2 *a, const fp *b)
{
    fp factor = *b;
    fp_mul(&out->c0, &a->c0, &factor);
    fp_mul(&out->c1, &a->c1, &factor);
}

/* (9 a0 - a1) + (9 a1 + a0) u */
void fp2_mul_xi(fp2 *out, const fp2 *a)
{
    fp2 t, eight;
    fp2_double(&eight, a);
    fp2_double(&eight, &eight);
    fp2_double(&eight, &eight);
    fp2_add(&t, &eight, a);
    fp_sub(&t.c0, &t.c0, &a->c1);
    fp_add(&out->c1, &t.c1, &a->c0);
    out->c0 = t.c0;
}

/* a0^2 + a1^2, which lies in Fp */
static void norm(fp *out, const fp2 *a)
{
    fp s0, s1;
    fp_sqr(&s0, &a->c0);
    fp_sqr(&s1, &a->c1);
    fp_add(out, &s0, &s1);
}

/* 1/a = conj(a) / norm(a) */
void fp2_inv(fp2 *out, const fp2 *a)
{
    fp t;
    norm(&t, a);
    fp_inv(&t, &t);
    fp2_conj(out, a);
    fp2_mul_fp(out, out, &t);
}

void fp2_inv_vartime(fp2 *out, const fp2 *a)
{
    fp t;
    norm(&t, a);
    fp_inv_vartime(&t, &t);
    fp2_conj(out, a);
    fp2_mul_fp(out, out, &t);
}

#define FIELD    fp2
#define FN(name) fp2_##name
#include "batch_inv.inc.h"

/* A root of c0, which lies in Fp: of c0 itself or, as u^2 = -1, u times one of -c0. One of the two is a
 * square. */
static enum roam_err sqrt_of_fp(fp2 *out, const fp *c0)
{
    fp2 root = fp2_zero;
    if (fp_sqrt_vartime(&root.c0, c0) != ROAM_OK) {
        fp_neg(&root.c1, c0);
        ROAM_TRY(fp_sqrt_vartime(&root.c1, &root.c1));
    }
    *out = root;
    return ROAM_OK;
}

/* (x + y u)^2 = a means x^2 - y^2 = a0 and 2 x y = a1. The norm of a is (x^2 + y^2)^2, so x^2 = (a0 +-
 * sqrt(norm))/2 with the sign that makes it a square, and y = a1 / (2 x). */
enum roam_err fp2_sqrt_vartime(fp2 *out, const fp2 *a)
{
    static const fp half = {{FP_HALF}};
    if (fp_is_zero(&a->c1)) return sqrt_of_fp(out, &a->c0);
    fp root, x, x_sqr;
    norm(&root, a);
    ROAM_TRY(fp_sqrt_vartime(&root, &root));
    fp_add(&x_sqr, &a->c0, &root);
    fp_mul(&x_sqr, &x_sqr, &half);
    if (fp_sqrt_vartime(&x, &x_sqr) != ROAM_OK) {
        fp_sub(&x_sqr, &x_sqr, &root);
        ROAM_TRY(fp_sqrt_vartime(&x, &x_sqr));
    }
    fp_double(&root, &x);
    fp_inv_vartime(&root, &root);
    fp_mul(&out->c1, &a->c1, &root);
    out->c0 = x;
    return ROAM_OK;
}

bool fp2_equal(const fp2 *a, const fp2 *b)
{
    return both(fp_equal(&a->c0, &b->c0), fp_equal(&a->c1, &b->c1));
}

bool fp2_is_zero(const fp2 *a) { return both(fp_is_zero(&a->c0), fp_is_zero(&a->c1)); }

void fp2_select(fp2 *out, uint64_t choose, const fp2 *a, const fp2 *b)
{
    fp_select(&out->c0, choose, &a->c0, &b->c0);
    fp_select(&out->c1, choose, &a->c1, &b->c1);
}
