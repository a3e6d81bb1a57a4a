#include "fp12_spread.h"

#if defined(__x86_64__)
/* Operands of the products in memory order: c0, c1 and their sum, as Karatsuba's three products want them. */
struct operand {
    mont8 part[3];
};

MONT8_INLINE void operand_from(struct operand *out, const fp2x8 *a)
{
    out->part[0] = a->c0;
    out->part[1] = a->c1;
    mont8_add(&out->part[2], &a->c0, &a->c1);
}

MONT8_TARGET void fp2x8_factors_from(struct fp2x8_factors *out, const fp2x8 *a)
{
    mont8 sum;
    mont8_add(&sum, &a->c0, &a->c1);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        _mm512_storeu_si512(out->c0[i], a->c0.limb[i]);
        _mm512_storeu_si512(out->c1[i], a->c1.limb[i]);
        _mm512_storeu_si512(out->sum[i], sum.limb[i]);
    }
}

/* Lane k from lane place[k] of low, or for 8 .. 15 from lane place[k] - 8 of high. */
MONT8_INLINE void choose(mont8 *out, __m512i place, const mont8 *low, const mont8 *high)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_permutex2var_epi64(low->limb[i], place, high->limb[i]);
}

/* c0 + c1 u from the sums of Karatsuba's products a0 b0, a1 b1 and (a0 + a1)(b0 + b1). Settled, for sums of
 * at least -times p 2^260. */
MONT8_INLINE void settle_products(fp2x8 *out, struct mont8_wide product[3], uint64_t times)
{
    struct fp2x8_wide t = {product[0], product[2]};
    mont8_wide_difference(&t.c1, &product[0]);
    mont8_wide_difference(&t.c1, &product[1]);
    mont8_wide_difference(&t.c0, &product[1]);
    fp2x8_wide_settle(out, &t, times);
}

/* t += a b, b the same in all lanes */
MONT8_INLINE void wide_add_scaled(struct mont8_wide *t, const mont8 *a, const uint64_t (*b)[8], int lane)
{
    MONT8_UNROLL
    for (int j = 0; j < 5; j++) {
        const __m512i factor = mont8_all(b[j][lane]);
        MONT8_UNROLL
        for (int i = 0; i < 5; i++) {
            __m512i *column = &t->column[i + j];
            column[0] = _mm512_madd52lo_epu64(column[0], a->limb[i], factor);
            column[1] = _mm512_madd52hi_epu64(column[1], a->limb[i], factor);
        }
    }
}

/* Lane k of a w^j comes from lane k - j of a, or of xi a if that is negative. */
static const long long shifted[6][8] = {{0, 1, 2, 3, 4, 5, 6, 7},     {13, 0, 1, 2, 3, 4, 6, 7},
                                        {12, 13, 0, 1, 2, 3, 6, 7},   {11, 12, 13, 0, 1, 2, 6, 7},
                                        {10, 11, 12, 13, 0, 1, 6, 7}, {9, 10, 11, 12, 13, 0, 6, 7}};

/* One of the three products of a (b_0 w^{e_0} + b_1 w^{e_1} + ..), with b_i in lane first + i. */
MONT8_INLINE void multiply_part(struct mont8_wide *t, const mont8 *a, const mont8 *xi_a,
                                const uint64_t (*b)[8], int first, int count, const int *exponents)
{
    mont8 turned;
    mont8_wide_zero(t);
    for (int i = 0; i < count; i++) {
        choose(&turned, _mm512_loadu_si512(shifted[exponents[i]]), a, xi_a);
        wide_add_scaled(t, &turned, b, first + i);
    }
}

/* The sum is of at most six products of values below 11.2p and 1.01p, or of three of values below 11.2p and
 * 1.2p: above -68p^2 and below 136p^2. */
MONT8_INLINE void multiply(fp2x8 *out, const fp2x8 *a, const struct fp2x8_factors *b, int first, int count,
                           const int *exponents)
{
    fp2x8 xi;
    struct operand left, left_xi;
    struct mont8_wide product[3];
    fp2x8_mul_xi(&xi, a);
    operand_from(&left, a);
    operand_from(&left_xi, &xi);
    multiply_part(&product[0], &left.part[0], &left_xi.part[0], b->c0, first, count, exponents);
    multiply_part(&product[1], &left.part[1], &left_xi.part[1], b->c1, first, count, exponents);
    multiply_part(&product[2], &left.part[2], &left_xi.part[2], b->sum, first, count, exponents);
    settle_products(out, product, 1);
}

MONT8_TARGET void fp12_spread_mul(fp12_spread *out, const fp12_spread *a, const fp12_spread *b)
{
    static const int exponents[6] = {0, 1, 2, 3, 4, 5};
    struct fp2x8_factors factors;
    fp2x8_factors_from(&factors, &b->w);
    multiply(&out->w, &a->w, &factors, 0, 6, exponents);
}

MONT8_TARGET void fp12_spread_mul_line(fp12_spread *out, const fp12_spread *a,
                                       const struct fp2x8_factors *line, int first)
{
    static const int exponents[3] = {0, 1, 3};
    multiply(&out->w, &a->w, line, first, 3, exponents);
}

MONT8_TARGET void fp12_spread_mul_monic_line(fp12_spread *out, const fp12_spread *a,
                                             const struct fp2x8_factors *line, int first)
{
    static const int exponents[2] = {1, 3};
    fp2x8 product;
    multiply(&product, &a->w, line, first, 2, exponents);
    fp2x8_add(&product, &product, &a->w);
    fp2x8_settle(&product);
    out->w = product;
}

/* Coefficient k of a^2 is the sum of a_i a_j over i + j = k and of xi a_i a_j over i + j = k + 6: four
 * products, when those of different coefficients are made once and doubled. At index n, k the n-th of them:
 * the left factor is in a, or 8 on in xi a, the right one in a, or 8 on in 2a. Lane 6 is zero. */
static const long long square_left[4][8] = {{0, 0, 1, 0, 2, 0, 6, 6},
                                            {11, 10, 12, 1, 13, 1, 6, 6},
                                            {9, 11, 0, 12, 0, 2, 6, 6},
                                            {10, 6, 11, 6, 1, 6, 6, 6}};
static const long long square_right[4][8] = {{0, 9, 1, 11, 2, 13, 6, 6},
                                             {3, 13, 4, 10, 5, 12, 6, 6},
                                             {13, 12, 10, 13, 12, 11, 6, 6},
                                             {12, 6, 13, 6, 11, 6, 6, 6}};

/* Sums of four products of values below 11.2p and 2.02p: above -91p^2 and below 182p^2. */
MONT8_TARGET void fp12_spread_sqr(fp12_spread *out, const fp12_spread *a)
{
    fp2x8 xi, twice;
    struct operand low, left_high, right_high;
    struct mont8_wide product[3];
    fp2x8_mul_xi(&xi, &a->w);
    fp2x8_add(&twice, &a->w, &a->w);
    operand_from(&low, &a->w);
    operand_from(&left_high, &xi);
    operand_from(&right_high, &twice);
    MONT8_UNROLL
    for (int part = 0; part < 3; part++) {
        mont8 left, right;
        mont8_wide_zero(&product[part]);
        for (int n = 0; n < 4; n++) {
            choose(&left, _mm512_loadu_si512(square_left[n]), &low.part[part], &left_high.part[part]);
            choose(&right, _mm512_loadu_si512(square_right[n]), &low.part[part], &right_high.part[part]);
            mont8_wide_add(&product[part], &left, &right);
        }
    }
    settle_products(&out->w, product, 2);
}

/* The limbs of 40p in even lanes and of 10p in odd ones. */
MONT8_INLINE __m512i cyclotomic_bias(int i)
{
    return _mm512_mask_mov_epi64(mont8_all(40 * fp8_params.p[i]), 0xaa, mont8_all(10 * fp8_params.p[i]));
}

/* Limbs of 3 (v - y) - 2a in even lanes, where y belongs to lane place, and of 6u + 2a in odd ones. */
MONT8_INLINE void cyclotomic_combine(mont8 *out, const mont8 *v, const mont8 *y, const mont8 *u,
                                     const mont8 *a, __m512i place)
{
    const __mmask8 even = 0x55;
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i of_y = _mm512_permutexvar_epi64(place, y->limb[i]);
        __m512i t = _mm512_mask_sub_epi64(_mm512_add_epi64(u->limb[i], u->limb[i]), even, v->limb[i], of_y);
        t = _mm512_add_epi64(t, _mm512_add_epi64(t, t));
        const __m512i twice_a = _mm512_add_epi64(a->limb[i], a->limb[i]);
        t = _mm512_mask_sub_epi64(_mm512_add_epi64(t, twice_a), even, t, twice_a);
        out->limb[i] = _mm512_add_epi64(t, cyclotomic_bias(i));
    }
    mont8_settle_limbs(out);
}

/* Granger and Scott (eprint 2009/565), see fp12.c: three squares (a + b s)^2 = (a^2 + xi b^2) + 2 a b s in
 * Fp4 for (a, b) = (a_0, a_3), (a_1, a_4), (a_2, a_5). With m = a b the first part is
 * (a + b)(a + xi b) - m - xi m. The products of sums are made in lanes 0, 2, 4, the m's in lanes 3, 5, 1,
 * where the results belong.
 *
 * Factors are below 2.02p, so v is within -0.1 .. 1.1p, y = v + xi v within -2p .. 12.2p: even lanes are
 * above -39p and below 9p, odd ones above -10p and below 68p before the multiples of p are added. */
MONT8_TARGET void fp12_spread_cyclotomic_sqr(fp12_spread *out, const fp12_spread *a)
{
    const __m512i b_place = _mm512_setr_epi64(3, 6, 4, 6, 5, 6, 6, 6);
    const __m512i left_place = _mm512_setr_epi64(0, 2, 1, 0, 2, 1, 6, 6);
    const __m512i right_place = _mm512_setr_epi64(0, 5, 1, 3, 2, 4, 6, 6);
    const __m512i m_place = _mm512_setr_epi64(3, 6, 5, 6, 1, 6, 6, 6);
    const __mmask8 sums = 0x15, xi_lane = 0x02;
    fp2x8 left, right, b, u, y;
    struct fp2x8_wide t;
    fp2x8_permute(&left, left_place, &a->w);
    fp2x8_permute(&right, right_place, &a->w);
    fp2x8_permute(&b, b_place, &a->w);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i b0 = b.c0.limb[i], b1 = b.c1.limb[i];
        const __m512i xi_b0 = _mm512_sub_epi64(_mm512_add_epi64(_mm512_slli_epi64(b0, 3), b0), b1);
        const __m512i xi_b1 = _mm512_add_epi64(_mm512_add_epi64(_mm512_slli_epi64(b1, 3), b1), b0);
        const __m512i biased = _mm512_add_epi64(xi_b0, mont8_all(2 * fp8_params.p[i]));
        left.c0.limb[i] = _mm512_mask_add_epi64(left.c0.limb[i], sums, left.c0.limb[i], b0);
        left.c1.limb[i] = _mm512_mask_add_epi64(left.c1.limb[i], sums, left.c1.limb[i], b1);
        right.c0.limb[i] = _mm512_mask_add_epi64(right.c0.limb[i], sums, right.c0.limb[i], biased);
        right.c1.limb[i] = _mm512_mask_add_epi64(right.c1.limb[i], sums, right.c1.limb[i], xi_b1);
    }
    mont8_carry(&left.c0);
    mont8_carry(&left.c1);
    mont8_carry(&right.c0);
    mont8_carry(&right.c1);
    fp2x8_wide_mul(&t, &left, &right);
    fp2x8 v;
    mont8_wide_reduce(&v.c0, &t.c0, 0, &fp8_params);
    mont8_wide_reduce(&v.c1, &t.c1, 0, &fp8_params);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i v0 = v.c0.limb[i], v1 = v.c1.limb[i];
        const __m512i xi_v0 = _mm512_sub_epi64(_mm512_add_epi64(_mm512_slli_epi64(v0, 3), v0), v1);
        const __m512i xi_v1 = _mm512_add_epi64(_mm512_add_epi64(_mm512_slli_epi64(v1, 3), v1), v0);
        u.c0.limb[i] = _mm512_mask_mov_epi64(v0, xi_lane, xi_v0);
        u.c1.limb[i] = _mm512_mask_mov_epi64(v1, xi_lane, xi_v1);
        y.c0.limb[i] = _mm512_add_epi64(v0, xi_v0);
        y.c1.limb[i] = _mm512_add_epi64(v1, xi_v1);
    }
    cyclotomic_combine(&out->w.c0, &v.c0, &y.c0, &u.c0, &a->w.c0, m_place);
    cyclotomic_combine(&out->w.c1, &v.c1, &y.c1, &u.c1, &a->w.c1, m_place);
}

/* lanes of the mask negated: settled */
MONT8_INLINE void negate_lanes(mont8 *a, __mmask8 lanes)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++)
        a->limb[i] = _mm512_mask_sub_epi64(a->limb[i], lanes, mont8_all(2 * fp8_params.p[i]), a->limb[i]);
    mont8_carry(a);
    mont8_settle(a);
}

MONT8_TARGET void fp12_spread_conj(fp12_spread *out, const fp12_spread *a)
{
    *out = *a;
    negate_lanes(&out->w.c0, 0x2a);
    negate_lanes(&out->w.c1, 0x2a);
}

MONT8_TARGET void fp12_spread_frobenius(fp12_spread *out, const fp12_spread *a)
{
    static const fp2 factor[8] = {{{{FP_R1}}, {{0}}}, {FROBENIUS_1}, {FROBENIUS_2},  {FROBENIUS_3},
                                  {FROBENIUS_4},      {FROBENIUS_5}, {{{0}}, {{0}}}, {{{0}}, {{0}}}};
    const fp2 *lanes[8];
    fp2x8 factors;
    struct fp2x8_wide t;
    for (int k = 0; k < 8; k++) lanes[k] = &factor[k];
    fp2x8_gather_fp2(&factors, lanes);
    *out = *a;
    negate_lanes(&out->w.c1, 0xff);
    fp2x8_wide_mul(&t, &out->w, &factors);
    fp2x8_wide_settle(&out->w, &t, 1);
}

MONT8_TARGET void fp12_spread_frobenius_sqr(fp12_spread *out, const fp12_spread *a)
{
    static const fp factor[8] = {{{FP_R1}},
                                 {{FROBENIUS_SQR_1}},
                                 {{FROBENIUS_SQR_2}},
                                 {{FROBENIUS_SQR_3}},
                                 {{FROBENIUS_SQR_4}},
                                 {{FROBENIUS_SQR_5}},
                                 {{0}},
                                 {{0}}};
    const fp *lanes[8];
    mont8 factors;
    for (int k = 0; k < 8; k++) lanes[k] = &factor[k];
    mont8_gather_fp(&factors, lanes);
    fp2x8_mul_fp(&out->w, &a->w, &factors);
    fp2x8_settle(&out->w);
}

/* 1/a = conj(a) / (a conj(a)); the divisor lies in Fp6 */
void fp12_spread_inv(fp12_spread *out, const fp12_spread *a)
{
    fp12_spread conj, t;
    fp12 norm;
    fp12_spread_conj(&conj, a);
    fp12_spread_mul(&t, a, &conj);
    fp12_spread_store(&norm, &t);
    fp6_inv(&norm.c0, &norm.c0);
    fp12_spread_load(&t, &norm);
    fp12_spread_mul(out, &conj, &t);
}

MONT8_TARGET void fp12_spread_load(fp12_spread *out, const fp12 *a)
{
    const fp2 *const lanes[8] = {&a->c0.c0, &a->c1.c0, &a->c0.c1, &a->c1.c1,
                                 &a->c0.c2, &a->c1.c2, &fp2_zero, &fp2_zero};
    fp2x8_gather_fp2(&out->w, lanes);
}

MONT8_TARGET void fp12_spread_store(fp12 *out, const fp12_spread *a)
{
    fp2 *const lanes[6] = {&out->c0.c0, &out->c1.c0, &out->c0.c1, &out->c1.c1, &out->c0.c2, &out->c1.c2};
    fp c0[8], c1[8];
    mont8_to_fp(c0, &a->w.c0);
    mont8_to_fp(c1, &a->w.c1);
    for (int k = 0; k < 6; k++) *lanes[k] = (fp2){c0[k], c1[k]};
}
#endif
