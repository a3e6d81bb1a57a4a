#include "groth16.h"

#include "mont8.h"
#include "arena.h"
#include "g1_short8.h"
#include "ic_sum.h"
#include "msm.h"
#include "proof_points.h"

#include <string.h>

enum { ALIGNMENT = 64, FIXED_PAIRS = 3 };

/* Proofs whose points are bad take no part: `live` counts the others, and place[k] is the number of the k-th.
 */
struct batch {
    const struct groth16_prepared_vk *vk;
    const groth16_proof *proofs;
    const fr *inputs;
    enum roam_err *verdicts;
    size_t live;
    size_t *place;
    struct g1_short *halves; /* [live] r_k in two parts */
    fr *r;                   /* [live] */
    g1_affine *scaled_a;     /* [live] r_k A_k */
    g1 *products;            /* [live] the same before they are normalised */
    fp *inverses;            /* [live] */
    g1_affine *points;       /* [live] room for points of G1, and for B and whether it is in the subgroup */
    g2_affine *twist_points;
    bool *in_group;
    fr_int *scalars;
    fr *input_sums; /* [input_count + 1] */
    void *msm;
};

static size_t aligned(size_t size) { return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

size_t groth16_batch_scratch_size(size_t count, size_t input_count)
{
    return ALIGNMENT + aligned(count * sizeof(size_t)) + aligned(count * sizeof(struct g1_short)) +
           aligned(count * sizeof(fr)) + 2 * aligned(count * sizeof(g1_affine)) +
           aligned(count * sizeof(g1)) + aligned(count * sizeof(fp)) + aligned(count * sizeof(g2_affine)) +
           aligned(count * sizeof(bool)) + aligned(count * sizeof(fr_int)) +
           aligned((input_count + 1) * sizeof(fr)) + aligned(g1_msm_scratch_size(count, 1));
}

static void take_memory(struct batch *batch, size_t count, void *scratch)
{
    size_t input_count = batch->vk->vk->input_count;
    struct roam_arena arena = arena_over(scratch, groth16_batch_scratch_size(count, input_count));
    batch->place = arena_take(&arena, count * sizeof *batch->place);
    batch->halves = arena_take(&arena, count * sizeof *batch->halves);
    batch->r = arena_take(&arena, count * sizeof *batch->r);
    batch->scaled_a = arena_take(&arena, count * sizeof *batch->scaled_a);
    batch->products = arena_take(&arena, count * sizeof *batch->products);
    batch->inverses = arena_take(&arena, count * sizeof *batch->inverses);
    batch->points = arena_take(&arena, count * sizeof *batch->points);
    batch->twist_points = arena_take(&arena, count * sizeof *batch->twist_points);
    batch->in_group = arena_take(&arena, count * sizeof *batch->in_group);
    batch->scalars = arena_take(&arena, count * sizeof *batch->scalars);
    batch->input_sums = arena_take(&arena, (input_count + 1) * sizeof *batch->input_sums);
    batch->msm = arena_take(&arena, g1_msm_scratch_size(count, 1));
    ROAM_ASSERT(batch->msm != NULL);
}

/* r = a + b lambda with 64 random bits each in a and b, not both 0: as many values as 128-bit integers have,
 * but multiplication by r, which splits scalars just so, takes a quarter of the doublings of a full one. */
static void draw(fr *r, struct g1_short *halves, const struct roam_env *env)
{
    static const uint64_t lambda_limbs[4] = {0x8b17ea66b99c90dd, 0x5bfc41088d8daaa7, 0xb3c4d79d41a91758, 0};
    fr lambda, a;
    do env_random(env, (uint8_t *)halves, sizeof *halves);
    while ((halves->a | halves->b) == 0);
    ROAM_ASSERT(fr_from_limbs(&lambda, lambda_limbs) == ROAM_OK);
    fr_from_u64(&a, halves->a);
    fr_from_u64(r, halves->b);
    fr_mul(r, r, &lambda);
    fr_add(r, r, &a);
}

static void scale_a(struct batch *batch)
{
    for (size_t k = 0; k < batch->live; k++) batch->points[k] = batch->proofs[batch->place[k]].a;
    if (mont8_available)
        g1_short8_mul(batch->products, batch->points, batch->halves, batch->live);
    else
        for (size_t k = 0; k < batch->live; k++) {
            g1_from_affine(&batch->products[k], &batch->points[k]);
            g1_mul_vartime(&batch->products[k], &batch->products[k], &batch->r[k]);
        }
    g1_to_affine_batch_vartime(batch->scaled_a, batch->products, batch->inverses, batch->live);
}

/* sum r_k alpha: the term of e(alpha, beta) */
static void alpha_term(g1_affine *out, const struct batch *batch, const fr *r_sum)
{
    g1 sum;
    g1_from_affine(&sum, &batch->vk->vk->alpha);
    g1_mul_vartime(&sum, &sum, r_sum);
    g1_to_affine(out, &sum);
}

/* sum r_k IC_0 + sum_i (sum_k r_k x_ki) IC_i */
static void input_term(g1_affine *out, struct batch *batch, const fr *r_sum, size_t begin, size_t end)
{
    size_t count = batch->vk->vk->input_count;
    fr *sums = batch->input_sums + 1;
    g1 sum;
    batch->input_sums[0] = *r_sum;
    memset(sums, 0, count * sizeof *sums);
    for (size_t k = begin; k < end; k++)
        for (size_t i = 0; i < count; i++) {
            fr term;
            fr_mul(&term, &batch->r[k], &batch->inputs[batch->place[k] * count + i]);
            fr_add(&sums[i], &sums[i], &term);
        }
    ic_sum_vartime(&sum, batch->vk, 0, batch->input_sums);
    g1_to_affine(out, &sum);
}

/* sum r_k C_k */
static void c_term(g1_affine *out, struct batch *batch, size_t begin, size_t end)
{
    g1 sum;
    for (size_t k = begin; k < end; k++) batch->points[k - begin] = batch->proofs[batch->place[k]].c;
    if (mont8_available) {
        g1_short8_sum(&sum, batch->points, batch->halves + begin, end - begin);
    } else {
        for (size_t k = begin; k < end; k++) fr_to_limbs(batch->scalars[k - begin].limb, &batch->r[k]);
        g1_msm_vartime(&sum, batch->points, batch->scalars, end - begin, 1, batch->msm);
    }
    g1_to_affine(out, &sum);
}

/* prod e(r_k A_k, B_k) = e(sum r_k alpha, beta) e(sum r_k L_k, gamma) e(sum r_k C_k, delta) over [begin,
 * end). in_group, unless NULL, is told which B are in the subgroup; without all of them the answer means
 * nothing. */
static bool holds(struct batch *batch, size_t begin, size_t end, bool *in_group)
{
    const struct groth16_prepared_vk *vk = batch->vk;
    const g2_prepared *lines[FIXED_PAIRS] = {&vk->beta_neg, &vk->gamma_neg, &vk->delta_neg};
    g1_affine fixed[FIXED_PAIRS];
    fr r_sum = fr_zero;
    fp12 product;
    for (size_t k = begin; k < end; k++) {
        fr_add(&r_sum, &r_sum, &batch->r[k]);
        batch->twist_points[k - begin] = batch->proofs[batch->place[k]].b;
    }
    alpha_term(&fixed[0], batch, &r_sum);
    input_term(&fixed[1], batch, &r_sum, begin, end);
    c_term(&fixed[2], batch, begin, end);
    pairing_miller_mixed(&product, in_group, batch->scaled_a + begin, batch->twist_points, end - begin, fixed,
                         lines, FIXED_PAIRS);
    pairing_final_exp(&product, &product);
    return fp12_is_one(&product);
}

/* Takes out the proofs whose B is not in the subgroup; returns whether there were any. */
static bool drop_outside(struct batch *batch)
{
    size_t kept = 0;
    for (size_t k = 0; k < batch->live; k++) {
        if (!batch->in_group[k]) {
            batch->verdicts[batch->place[k]] = ROAM_E_POINT;
            continue;
        }
        batch->place[kept] = batch->place[k];
        batch->halves[kept] = batch->halves[k];
        batch->r[kept] = batch->r[k];
        batch->scaled_a[kept++] = batch->scaled_a[k];
    }
    bool dropped = kept < batch->live;
    batch->live = kept;
    return dropped;
}

/* Halves a range that does not hold until single proofs are left. If the left half holds, the right one does
 * not. */
static void judge(struct batch *batch, size_t begin, size_t end, bool good)
{
    if (good || end - begin == 1) {
        for (size_t k = begin; k < end; k++)
            batch->verdicts[batch->place[k]] = good ? ROAM_OK : ROAM_E_VERIFY;
        return;
    }
    size_t middle = begin + (end - begin) / 2;
    bool left_good = holds(batch, begin, middle, NULL);
    judge(batch, begin, middle, left_good);
    judge(batch, middle, end, !left_good && holds(batch, middle, end, NULL));
}

enum roam_err groth16_verify_batch(enum roam_err *verdicts, const struct groth16_prepared_vk *vk,
                                   const groth16_proof *proofs, const fr *inputs, size_t count,
                                   const struct roam_env *env, void *scratch)
{
    if (count == 0) return ROAM_OK;
    struct batch batch = {.vk = vk, .proofs = proofs, .inputs = inputs, .verdicts = verdicts};
    take_memory(&batch, count, scratch);
    for (size_t j = 0; j < count; j++) {
        verdicts[j] = proof_check_but_group(&proofs[j]);
        if (verdicts[j] != ROAM_OK) continue;
        draw(&batch.r[batch.live], &batch.halves[batch.live], env);
        batch.place[batch.live++] = j;
    }
    scale_a(&batch);
    bool good = batch.live > 0 && holds(&batch, 0, batch.live, batch.in_group);
    if (drop_outside(&batch)) good = batch.live > 0 && holds(&batch, 0, batch.live, NULL);
    if (batch.live > 0) judge(&batch, 0, batch.live, good);
    for (size_t j = 0; j < count; j++)
        if (verdicts[j] != ROAM_OK) return verdicts[j];
    return ROAM_OK;
}
