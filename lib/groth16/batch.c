#include "groth16.h"

#include "arena.h"
#include "input_sum.h"
#include "msm.h"

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
    fr *r;               /* [live] */
    g1_affine *scaled_a; /* [live] r_k A_k */
    g1 *products;        /* [live] the same before they are normalised */
    fp *inverses;        /* [live] */
    g1_affine *points;   /* room for the sum of the C_k */
    fr_int *scalars;
    g1_affine *pair_g1; /* [live + FIXED_PAIRS] */
    g2_affine *pair_g2;
    fr *input_sums; /* [input_count] */
    void *msm;
};

static size_t aligned(size_t size) { return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

size_t groth16_batch_scratch_size(size_t count, size_t input_count)
{
    size_t pairs = count + FIXED_PAIRS;
    return ALIGNMENT + aligned(count * sizeof(size_t)) + aligned(count * sizeof(fr)) +
           aligned(count * sizeof(g1)) + aligned(count * sizeof(fp)) +
           2 * aligned(count * sizeof(g1_affine)) + aligned(count * sizeof(fr_int)) +
           aligned(pairs * sizeof(g1_affine)) + aligned(pairs * sizeof(g2_affine)) +
           aligned(input_count * sizeof(fr)) + aligned(g1_msm_scratch_size(count, 1));
}

static void take_memory(struct batch *batch, size_t count, void *scratch)
{
    size_t input_count = batch->vk->vk->input_count, pairs = count + FIXED_PAIRS;
    struct roam_arena arena = arena_over(scratch, groth16_batch_scratch_size(count, input_count));
    batch->place = arena_take(&arena, count * sizeof *batch->place);
    batch->r = arena_take(&arena, count * sizeof *batch->r);
    batch->scaled_a = arena_take(&arena, count * sizeof *batch->scaled_a);
    batch->products = arena_take(&arena, count * sizeof *batch->products);
    batch->inverses = arena_take(&arena, count * sizeof *batch->inverses);
    batch->points = arena_take(&arena, count * sizeof *batch->points);
    batch->scalars = arena_take(&arena, count * sizeof *batch->scalars);
    batch->pair_g1 = arena_take(&arena, pairs * sizeof *batch->pair_g1);
    batch->pair_g2 = arena_take(&arena, pairs * sizeof *batch->pair_g2);
    batch->input_sums = arena_take(&arena, input_count * sizeof *batch->input_sums);
    batch->msm = arena_take(&arena, g1_msm_scratch_size(count, 1));
    ROAM_ASSERT(batch->msm != NULL);
}

/* r = a + b lambda with 64 random bits each in a and b, not both 0: as many values as 128-bit integers have,
 * but multiplication by r, which splits scalars just so, takes a quarter of the doublings of a full one. */
static void draw(fr *r, const struct roam_env *env)
{
    static const uint64_t lambda_limbs[4] = {0x8b17ea66b99c90dd, 0x5bfc41088d8daaa7, 0xb3c4d79d41a91758, 0};
    uint64_t halves[2];
    fr lambda, a;
    do env_random(env, (uint8_t *)halves, sizeof halves);
    while ((halves[0] | halves[1]) == 0);
    ROAM_ASSERT(fr_from_limbs(&lambda, lambda_limbs) == ROAM_OK);
    fr_from_u64(&a, halves[0]);
    fr_from_u64(r, halves[1]);
    fr_mul(r, r, &lambda);
    fr_add(r, r, &a);
}

static void scale_a(struct batch *batch, const struct roam_env *env)
{
    for (size_t k = 0; k < batch->live; k++) {
        draw(&batch->r[k], env);
        g1_from_affine(&batch->products[k], &batch->proofs[batch->place[k]].a);
        g1_mul_vartime(&batch->products[k], &batch->products[k], &batch->r[k]);
    }
    g1_to_affine_batch_vartime(batch->scaled_a, batch->products, batch->inverses, batch->live);
}

/* -(sum r_k alpha): the term of e(alpha, beta) */
static void alpha_term(g1_affine *out, const struct batch *batch, const fr *r_sum)
{
    g1 sum;
    fr negative;
    fr_neg(&negative, r_sum);
    input_sum_vartime(&sum, &batch->vk->vk->alpha, &negative, 1);
    g1_to_affine(out, &sum);
}

/* -(sum r_k IC_0 + sum_i (sum_k r_k x_ki) IC_i) */
static void input_term(g1_affine *out, struct batch *batch, const fr *r_sum, size_t begin, size_t end)
{
    size_t count = batch->vk->vk->input_count;
    const g1_affine *ic = batch->vk->vk->ic;
    g1 sum, constant;
    memset(batch->input_sums, 0, count * sizeof *batch->input_sums);
    for (size_t k = begin; k < end; k++)
        for (size_t i = 0; i < count; i++) {
            fr term;
            fr_mul(&term, &batch->r[k], &batch->inputs[batch->place[k] * count + i]);
            fr_add(&batch->input_sums[i], &batch->input_sums[i], &term);
        }
    input_sum_vartime(&sum, ic + 1, batch->input_sums, count);
    input_sum_vartime(&constant, ic, r_sum, 1);
    g1_add_vartime(&sum, &sum, &constant);
    g1_neg(&sum, &sum);
    g1_to_affine(out, &sum);
}

/* -(sum r_k C_k) */
static void c_term(g1_affine *out, struct batch *batch, size_t begin, size_t end)
{
    g1 sum;
    for (size_t k = begin; k < end; k++) {
        batch->points[k - begin] = batch->proofs[batch->place[k]].c;
        fr_to_limbs(batch->scalars[k - begin].limb, &batch->r[k]);
    }
    g1_msm_vartime(&sum, batch->points, batch->scalars, end - begin, 1, batch->msm);
    g1_neg(&sum, &sum);
    g1_to_affine(out, &sum);
}

/* prod e(r_k A_k, B_k) = e(sum r_k alpha, beta) e(sum r_k L_k, gamma) e(sum r_k C_k, delta) over [begin, end)
 */
static bool holds(struct batch *batch, size_t begin, size_t end)
{
    size_t count = end - begin;
    const struct groth16_vk *vk = batch->vk->vk;
    fr r_sum = fr_zero;
    for (size_t k = begin; k < end; k++) {
        fr_add(&r_sum, &r_sum, &batch->r[k]);
        batch->pair_g1[k - begin] = batch->scaled_a[k];
        batch->pair_g2[k - begin] = batch->proofs[batch->place[k]].b;
    }
    alpha_term(&batch->pair_g1[count], batch, &r_sum);
    input_term(&batch->pair_g1[count + 1], batch, &r_sum, begin, end);
    c_term(&batch->pair_g1[count + 2], batch, begin, end);
    batch->pair_g2[count] = vk->beta;
    batch->pair_g2[count + 1] = vk->gamma;
    batch->pair_g2[count + 2] = vk->delta;
    return pairing_check(batch->pair_g1, batch->pair_g2, count + FIXED_PAIRS);
}

/* Halves a range that does not hold until single proofs are left. If the left half holds, the right one does
 * not. */
static void judge(struct batch *batch, size_t begin, size_t end, bool known_bad)
{
    if (begin == end) return;
    bool good = !known_bad && holds(batch, begin, end);
    if (good || end - begin == 1) {
        for (size_t k = begin; k < end; k++)
            batch->verdicts[batch->place[k]] = good ? ROAM_OK : ROAM_E_VERIFY;
        return;
    }
    size_t middle = begin + (end - begin) / 2;
    judge(batch, begin, middle, false);
    bool left_good = true;
    for (size_t k = begin; k < middle; k++)
        left_good = left_good && batch->verdicts[batch->place[k]] == ROAM_OK;
    judge(batch, middle, end, left_good);
}

enum roam_err groth16_verify_batch(enum roam_err *verdicts, const struct groth16_prepared_vk *vk,
                                   const groth16_proof *proofs, const fr *inputs, size_t count,
                                   const struct roam_env *env, void *scratch)
{
    if (count == 0) return ROAM_OK;
    struct batch batch = {.vk = vk, .proofs = proofs, .inputs = inputs, .verdicts = verdicts};
    take_memory(&batch, count, scratch);
    for (size_t j = 0; j < count; j++) {
        verdicts[j] = groth16_proof_check(&proofs[j]);
        if (verdicts[j] == ROAM_OK) batch.place[batch.live++] = j;
    }
    scale_a(&batch, env);
    judge(&batch, 0, batch.live, false);
    for (size_t j = 0; j < count; j++)
        if (verdicts[j] != ROAM_OK) return verdicts[j];
    return ROAM_OK;
}
