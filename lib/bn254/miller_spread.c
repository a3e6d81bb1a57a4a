#include "miller.h"

#include "mont8.h"

#if defined(__x86_64__)
#include "fp12_spread.h"
#include "g2_psi.h"

static const char ate_steps[G2_LINES + 1] = ATE_STEPS;

/* Lanes of `state` between steps: X, Y, Z of T in homogeneous coordinates, and the last line in lanes
 * LINE, LINE + 1, LINE + 2; settled. */
enum { LINE = 4 };
/* The points that are added: Q, -Q, psi(Q), -psi^2(Q), with lanes yQ, xQ, xQ, yQ, yP, -xP. */
enum { PLUS, MINUS, PSI, MINUS_PSI_SQR, POINTS };

struct pair {
    fp2x8 state;
    fp2x8 added[POINTS];
    fp2x8 at; /* lanes 4 and 5: yP, -3xP */
};

/* Prepared lines of up to MILLER_FIXED_MAX points: lanes 2j and 2j + 1 are x/y and 1/y of P_j, times 16 for
 * lines that are loaded as they are. */
struct fixed_pairs {
    const g2_prepared *q[MILLER_FIXED_MAX];
    size_t count;
    mont8 at;
};

/* The product in every lane: below 2.3p for a product of bounds of at most 21p^2. */
MONT8_INLINE void multiply(fp2x8 *out, const fp2x8 *a, const fp2x8 *b)
{
    struct fp2x8_wide t;
    fp2x8_wide_mul(&t, a, b);
    mont8_wide_reduce(&out->c0, &t.c0, 1, &fp8_params);
    mont8_wide_reduce(&out->c1, &t.c1, 1, &fp8_params);
}

MONT8_INLINE __m512i permuted(__m512i place, __m512i a) { return _mm512_permutexvar_epi64(place, a); }

/* xi times the squares and products of X, Y, Z, but 9 times that in lane 2: one part of the element */
MONT8_INLINE void mul_xi_but_lane_2(fp2x8 *out, const fp2x8 *a)
{
    const __mmask8 others = 0xfb;
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i a0 = a->c0.limb[i], a1 = a->c1.limb[i];
        const __m512i nine_a0 = _mm512_add_epi64(_mm512_slli_epi64(a0, 3), a0);
        const __m512i nine_a1 = _mm512_add_epi64(_mm512_slli_epi64(a1, 3), a1);
        const __m512i biased = _mm512_add_epi64(nine_a0, mont8_all(3 * fp8_params.p[i]));
        out->c0.limb[i] = _mm512_mask_sub_epi64(biased, others, biased, a1);
        const __m512i biased_1 = _mm512_add_epi64(nine_a1, mont8_all(fp8_params.p[i]));
        out->c1.limb[i] = _mm512_mask_add_epi64(biased_1, others, biased_1, a0);
    }
    mont8_settle_limbs(&out->c0);
    mont8_settle_limbs(&out->c1);
}

/* Factors of the second products, one part: lanes XY, B + 3E, B, E, YZ, A and B - 3E, B + 3E, YZ, E, yP,
 * -3xP. */
MONT8_INLINE void double_factors(mont8 *left, mont8 *right, const mont8 *w, const mont8 *at)
{
    const __m512i left_place = _mm512_setr_epi64(3, 1, 1, 2, 4, 0, 7, 7);
    const __m512i right_place = _mm512_setr_epi64(1, 1, 4, 2, 7, 7, 7, 7);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i e = permuted(_mm512_set1_epi64(2), w->limb[i]);
        const __m512i e3 = _mm512_add_epi64(_mm512_add_epi64(e, e), e);
        const __m512i minus = _mm512_sub_epi64(mont8_all(4 * fp8_params.p[i]), e3);
        __m512i l = permuted(left_place, w->limb[i]), r = permuted(right_place, w->limb[i]);
        left->limb[i] = _mm512_mask_add_epi64(l, 0x02, l, e3);
        r = _mm512_mask_add_epi64(r, 0x02, r, e3);
        r = _mm512_mask_add_epi64(r, 0x01, r, minus);
        right->limb[i] = _mm512_mask_mov_epi64(r, 0x30, at->limb[i]);
    }
    mont8_carry(left);
    mont8_carry(right);
}

/* The new state, one part: 2v_0, v_1 - 12 v_3, 8 v_2, -, 2 v_4, v_5, w_1 - w_2. */
MONT8_INLINE void double_state(mont8 *out, const mont8 *v, const mont8 *w)
{
    const __m512i shifts = _mm512_setr_epi64(1, 0, 3, 0, 1, 0, 0, 0);
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i ee = permuted(_mm512_set1_epi64(3), v->limb[i]);
        const __m512i ee12 = _mm512_add_epi64(_mm512_slli_epi64(ee, 3), _mm512_slli_epi64(ee, 2));
        const __m512i b = permuted(_mm512_set1_epi64(1), w->limb[i]);
        const __m512i e = permuted(_mm512_set1_epi64(2), w->limb[i]);
        const __m512i bias = mont8_all(30 * fp8_params.p[i]);
        __m512i t = _mm512_sllv_epi64(v->limb[i], shifts);
        t = _mm512_mask_add_epi64(t, 0x02, t, _mm512_sub_epi64(bias, ee12));
        t = _mm512_mask_add_epi64(t, 0x40, bias, _mm512_sub_epi64(b, e));
        out->limb[i] = t;
    }
    mont8_settle_limbs(out);
}

/* The formulas of double_step in miller.c, all multiplied by xi so that no product with 3b is needed:
 * xi 3b = 9, so with A, B, XY, YZ times xi and E = 9 Z^2,
 * X3 = 2XY (B - 3E),  Y3 = (B + 3E)^2 - 12 E^2,  Z3 = 8 B YZ;  line 2YZ yP - 3A xP w + (B - E) w^3. */
MONT8_TARGET static void double_step(struct pair *pair)
{
    const __m512i left_place = _mm512_setr_epi64(0, 1, 2, 0, 1, 7, 7, 7);
    const __m512i right_place = _mm512_setr_epi64(0, 1, 2, 1, 2, 7, 7, 7);
    fp2x8 left, right, w, v;
    fp2x8_permute(&left, left_place, &pair->state);
    fp2x8_permute(&right, right_place, &pair->state);
    multiply(&v, &left, &right); /* X^2, Y^2, Z^2, XY, YZ: below 2.1p */
    mul_xi_but_lane_2(&w, &v);
    double_factors(&left.c0, &right.c0, &w.c0, &pair->at.c0);
    double_factors(&left.c1, &right.c1, &w.c1, &pair->at.c1);
    multiply(&v, &left, &right);
    double_state(&pair->state.c0, &v.c0, &w.c0);
    double_state(&pair->state.c1, &v.c1, &w.c1);
}

/* Lane k from lane place[k] of low, or for 8 .. 15 from lane place[k] - 8 of high. */
MONT8_INLINE void choose(fp2x8 *out, __m512i place, const fp2x8 *low, const fp2x8 *high)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        out->c0.limb[i] = _mm512_permutex2var_epi64(low->c0.limb[i], place, high->c0.limb[i]);
        out->c1.limb[i] = _mm512_permutex2var_epi64(low->c1.limb[i], place, high->c1.limb[i]);
    }
}

/* One part of the factors E + Z theta^2 - 2G, 3G - E - Z theta^2, E, E from lanes E, G, Z theta^2 of v */
MONT8_INLINE void add_factors(mont8 *out, const mont8 *v)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i e = permuted(_mm512_set1_epi64(0), v->limb[i]);
        const __m512i g = permuted(_mm512_set1_epi64(1), v->limb[i]);
        const __m512i z = permuted(_mm512_set1_epi64(2), v->limb[i]);
        const __m512i h = _mm512_sub_epi64(_mm512_add_epi64(e, z), _mm512_add_epi64(g, g));
        const __m512i t = _mm512_mask_sub_epi64(h, 0x02, g, h);
        out->limb[i] = _mm512_mask_mov_epi64(_mm512_add_epi64(t, mont8_all(3 * fp8_params.p[i])), 0xfc, e);
    }
    mont8_carry(out);
}

/* The new state, one part: v_0, v_1 - v_3, v_2, -, u_4, u_5, u_2 - u_3. */
MONT8_INLINE void add_state(mont8 *out, const mont8 *v, const mont8 *u)
{
    MONT8_UNROLL
    for (int i = 0; i < 5; i++) {
        const __m512i bias = mont8_all(3 * fp8_params.p[i]);
        __m512i t = _mm512_mask_add_epi64(v->limb[i], 0x30, u->limb[i], bias);
        const __m512i y = _mm512_sub_epi64(bias, permuted(_mm512_set1_epi64(3), v->limb[i]));
        const __m512i u2 = permuted(_mm512_set1_epi64(2), u->limb[i]);
        const __m512i u3 = permuted(_mm512_set1_epi64(3), u->limb[i]);
        t = _mm512_mask_add_epi64(t, 0x02, t, y);
        out->limb[i] = _mm512_mask_add_epi64(t, 0x40, bias, _mm512_sub_epi64(u2, u3));
    }
    mont8_settle_limbs(out);
}

/* The formulas of add_step in miller.c. */
MONT8_TARGET static void add_step(struct pair *pair, const fp2x8 *q)
{
    const __m512i all_z = _mm512_set1_epi64(2), y_x = _mm512_setr_epi64(1, 0, 7, 7, 7, 7, 7, 7);
    fp2x8 left, right, slope, u, v;
    fp2x8_permute(&left, all_z, &pair->state);
    multiply(&v, &left, q);
    fp2x8_permute(&slope, y_x, &pair->state);
    fp2x8_sub(&slope, &slope, &v, 3);
    fp2x8_settle(&slope); /* theta, lambda */

    fp2x8_permute(&left, _mm512_setr_epi64(0, 1, 0, 1, 1, 0, 7, 7), &slope);
    fp2x8_select(&right, 0xfc, &slope, q);
    multiply(&u, &left, &right); /* theta^2, lambda^2, theta xQ, lambda yQ, lambda yP, -theta xP */
    fp2x8_settle(&u);

    fp2x8_permute(&left, _mm512_setr_epi64(1, 1, 0, 7, 7, 7, 7, 7), &u);
    choose(&right, _mm512_setr_epi64(9, 0, 2, 7, 7, 7, 7, 7), &pair->state, &slope);
    multiply(&v, &left, &right); /* E, G, Z theta^2 */
    fp2x8_settle(&v);

    choose(&left, _mm512_setr_epi64(9, 8, 2, 1, 7, 7, 7, 7), &pair->state, &slope);
    add_factors(&right.c0, &v.c0);
    add_factors(&right.c1, &v.c1);
    multiply(&v, &left, &right); /* lambda H, theta (G - H), Z E, Y E */
    add_state(&pair->state.c0, &v.c0, &u.c0);
    add_state(&pair->state.c1, &v.c1, &u.c1);
}

MONT8_TARGET static void set_added(fp2x8 *out, const g2_affine *q, const fp *minus_x, const fp *y)
{
    const fp2 at[2] = {{*y, fp_zero}, {*minus_x, fp_zero}};
    const fp2 *const lanes[8] = {&q->y, &q->x, &q->x, &q->y, &at[0], &at[1], &fp2_zero, &fp2_zero};
    fp2x8_gather_fp2(out, lanes);
}

MONT8_TARGET static void pair_start(struct pair *pair, const g1_affine *p, const g2_affine *q)
{
    g2_affine image;
    fp2 at[2] = {{p->y, fp_zero}, {fp_zero, fp_zero}};
    fp minus_x;
    fp_neg(&minus_x, &p->x);
    fp_double(&at[1].c0, &minus_x);
    fp_add(&at[1].c0, &at[1].c0, &minus_x);
    const fp2 *const start[8] = {&q->x,     &q->y,     &fp2_one,  &fp2_zero,
                                 &fp2_zero, &fp2_zero, &fp2_zero, &fp2_zero};
    const fp2 *const lanes[8] = {&fp2_zero, &fp2_zero, &fp2_zero, &fp2_zero,
                                 &at[0],    &at[1],    &fp2_zero, &fp2_zero};
    fp2x8_gather_fp2(&pair->state, start);
    fp2x8_gather_fp2(&pair->at, lanes);
    set_added(&pair->added[PLUS], q, &minus_x, &p->y);
    g2_affine_neg(&image, q);
    set_added(&pair->added[MINUS], &image, &minus_x, &p->y);
    g2_affine_psi(&image, q);
    set_added(&pair->added[PSI], &image, &minus_x, &p->y);
    g2_affine_minus_psi_sqr(&image, q);
    set_added(&pair->added[MINUS_PSI_SQR], &image, &minus_x, &p->y);
}

static void take_step(struct pair *pair, char step)
{
    if (step == '2') double_step(pair);
    if (step == '+') add_step(pair, &pair->added[PLUS]);
    if (step == '-') add_step(pair, &pair->added[MINUS]);
    if (step == 'f') add_step(pair, &pair->added[PSI]);
    if (step == 'g') add_step(pair, &pair->added[MINUS_PSI_SQR]);
}

/* As in miller.c: T = -psi^3(Q). */
MONT8_TARGET static bool ends_in_group(const struct pair *pair, const g2_affine *q)
{
    fp c0[8], c1[8];
    fp2 t[3], x, y;
    g2_affine image;
    mont8_to_fp(c0, &pair->state.c0);
    mont8_to_fp(c1, &pair->state.c1);
    for (int k = 0; k < 3; k++) t[k] = (fp2){c0[k], c1[k]};
    g2_affine_minus_psi_sqr(&image, q);
    g2_affine_psi(&image, &image);
    fp2_mul(&x, &image.x, &t[2]);
    fp2_mul(&y, &image.y, &t[2]);
    return fp2_equal(&x, &t[0]) && fp2_equal(&y, &t[1]) && !fp2_is_zero(&t[2]);
}

MONT8_TARGET static void fixed_start(struct fixed_pairs *fixed, const struct miller_terms *terms)
{
    fp y_inv[MILLER_FIXED_MAX], x_over_y[MILLER_FIXED_MAX];
    const fp *lanes[8];
    fixed->count = terms->fixed_count;
    for (size_t j = 0; j < fixed->count; j++) y_inv[j] = terms->fixed_p[terms->fixed_place[j]].y;
    fp_batch_inv_vartime(y_inv, x_over_y, fixed->count);
    for (size_t j = 0; j < MILLER_FIXED_MAX; j++) {
        lanes[2 * j] = lanes[2 * j + 1] = &fp_zero;
        if (j >= fixed->count) continue;
        fixed->q[j] = terms->fixed_q[terms->fixed_place[j]];
        fp_mul(&x_over_y[j], &terms->fixed_p[terms->fixed_place[j]].x, &y_inv[j]);
        lanes[2 * j] = &x_over_y[j];
        lanes[2 * j + 1] = &y_inv[j];
    }
    mont8_gather_fp(&fixed->at, lanes);
    mont8_shift(&fixed->at, &fixed->at, 4);
    mont8_settle(&fixed->at);
}

/* Line i of every fixed point at its P; below (1 + 1/84) p */
MONT8_TARGET static void fixed_lines(struct fp2x8_factors *out, const struct fixed_pairs *fixed, size_t i)
{
    const uint64_t *c0[8], *c1[8];
    fp2x8 lines;
    for (size_t j = 0; j < MILLER_FIXED_MAX; j++) {
        const g2_prepared *q = fixed->q[j < fixed->count ? j : 0];
        c0[2 * j] = q->line[i].slope.c0.limb;
        c1[2 * j] = q->line[i].slope.c1.limb;
        c0[2 * j + 1] = q->line[i].constant.c0.limb;
        c1[2 * j + 1] = q->line[i].constant.c1.limb;
    }
    mont8_gather(&lines.c0, c0);
    mont8_gather(&lines.c1, c1);
    fp2x8_mul_fp(&lines, &lines, &fixed->at);
    fp2x8_factors_from(out, &lines);
}

MONT8_TARGET void miller_spread(fp12 *out, const struct miller_terms *terms)
{
    struct pair pairs[MILLER_SPREAD_MAX];
    struct fixed_pairs fixed;
    struct fp2x8_factors line;
    fp12_spread f;
    ROAM_ASSERT(terms->count <= MILLER_SPREAD_MAX && terms->fixed_count <= MILLER_FIXED_MAX);
    for (size_t j = 0; j < terms->count; j++)
        pair_start(&pairs[j], &terms->p[terms->place[j]], &terms->q[terms->place[j]]);
    fixed_start(&fixed, terms);
    fp12_spread_load(&f, &fp12_one);
    for (size_t i = 0; i < G2_LINES; i++) {
        if (ate_steps[i] == '2' && i > 0) fp12_spread_sqr(&f, &f);
        for (size_t j = 0; j < terms->count; j++) {
            take_step(&pairs[j], ate_steps[i]);
            fp2x8_factors_from(&line, &pairs[j].state);
            fp12_spread_mul_line(&f, &f, &line, LINE);
        }
        if (fixed.count > 0) fixed_lines(&line, &fixed, i);
        for (size_t j = 0; j < fixed.count; j++) fp12_spread_mul_monic_line(&f, &f, &line, 2 * (int)j);
    }
    for (size_t j = 0; j < terms->count && terms->in_group != NULL; j++)
        if (!ends_in_group(&pairs[j], &terms->q[terms->place[j]])) terms->in_group[terms->place[j]] = false;
    fp12_spread_store(out, &f);
}

#define GT          fp12_spread
#define GT_OP(name) fp12_spread_##name
#include "final_exp.inc.h"

void final_exp_spread(fp12 *out, const fp12 *f)
{
    fp12_spread t;
    fp12_spread_load(&t, f);
    easy_part(&t, &t);
    hard_part(&t, &t);
    fp12_spread_store(out, &t);
}
#else
void miller_spread(fp12 *out, const struct miller_terms *terms)
{
    (void)out, (void)terms;
    ROAM_ASSERT(mont8_available);
}

void final_exp_spread(fp12 *out, const fp12 *f)
{
    (void)out, (void)f;
    ROAM_ASSERT(mont8_available);
}
#endif
