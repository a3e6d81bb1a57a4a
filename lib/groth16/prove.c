#include "prove.h"

#include "arena.h"
#include "ct.h"
#include "parallel.h"
#include "point_batch.h"

#include <stdatomic.h>

/* Two threads or more work on two sums at a time: those are independent, so nothing is lost where threads
 * meet. The longest come first, so that both end at about the same time. */
enum { GROUPS_MAX = 2, STEPS = GROTH16_SUMS + 2 };

static const enum groth16_sum sum_order[GROTH16_SUMS] = {GROTH16_SUM_H, GROTH16_SUM_B2, GROTH16_SUM_A,
                                                         GROTH16_SUM_C, GROTH16_SUM_B1};

static const char *const sum_names[GROTH16_SUMS] = {"summing H", "summing A", "summing C", "summing B in G1",
                                                    "summing B in G2"};

/* One proof in the making. */
struct proving {
    const struct groth16_prover *prover;
    const fr *witness;
    const struct groth16_prove_options *options;
    fr_int *wires;     /* [wire_count] the witness as integers */
    fr_int *quotients; /* [domain_size] the scalars of H */
    void *group_memory[GROUPS_MAX];
    g1 g1_sum[GROTH16_SUM_B2];
    g2 b2_sum;
    atomic_uint next; /* place in sum_order; the first is group 0's */
    atomic_bool cancelled;
    fr r, s;
};

static size_t max(size_t a, size_t b) { return a > b ? a : b; }

static unsigned group_count(unsigned threads) { return threads < GROUPS_MAX ? threads : GROUPS_MAX; }

/* Group 0 has one more than the other if the number is odd. */
static unsigned threads_of(unsigned threads, unsigned group)
{
    unsigned groups = group_count(threads);
    return (threads + groups - 1 - group) / groups;
}

size_t groth16_prover_size(const struct zkey *key)
{
    return quotient_plan_size(key->term_count, key->log_domain);
}

void groth16_prover_init(struct groth16_prover *out, const struct zkey *key,
                         const struct groth16_tables *tables, void *memory)
{
    out->key = key;
    out->tables = tables;
    quotient_plan_init(&out->quotient, key->terms, key->term_count, key->log_domain, memory);
}

static bool has_table(const struct groth16_prover *prover, enum groth16_sum sum)
{
    return prover->tables != NULL && prover->tables->shape[sum].count > 0;
}

static size_t private_count(const struct zkey *key) { return key->wire_count - key->public_count - 1; }

static size_t sum_count(const struct zkey *key, enum groth16_sum sum)
{
    if (sum == GROTH16_SUM_H) return key->domain_size;
    return sum == GROTH16_SUM_C ? private_count(key) : key->wire_count;
}

static size_t sum_memory(const struct groth16_prover *prover, enum groth16_sum sum, unsigned threads)
{
    size_t count = sum_count(prover->key, sum);
    if (sum == GROTH16_SUM_B2)
        return has_table(prover, sum) ? g2_msm_table_scratch_size(prover->tables->shape[sum], threads)
                                      : g2_msm_scratch_size(count, threads);
    return has_table(prover, sum) ? g1_msm_table_scratch_size(prover->tables->shape[sum], threads)
                                  : g1_msm_scratch_size(count, threads);
}

/* Group 0 computes the quotient first, and the last multiples. */
static size_t group_size(const struct groth16_prover *prover, unsigned threads, unsigned group)
{
    size_t size = 0;
    for (int sum = 0; sum < GROTH16_SUMS; sum++)
        size = max(size, sum_memory(prover, (enum groth16_sum)sum, threads_of(threads, group)));
    if (group > 0) return size;
    size = max(size, quotient_scratch_size(&prover->quotient));
    return max(size, max(g1_batch_scratch_size(), g2_batch_scratch_size()));
}

size_t groth16_proof_scratch_size(const struct groth16_prover *prover, unsigned threads)
{
    size_t size = (prover->key->wire_count + prover->key->domain_size) * sizeof(fr_int);
    for (unsigned group = 0; group < group_count(threads); group++)
        size += group_size(prover, threads, group);
    return size + (size_t)(2 + GROUPS_MAX) * 64;
}

static void take_memory(struct proving *p, void *scratch)
{
    const struct groth16_prover *prover = p->prover;
    unsigned threads = p->options->threads;
    struct roam_arena arena = arena_over(scratch, groth16_proof_scratch_size(prover, threads));
    p->wires = arena_take(&arena, prover->key->wire_count * sizeof *p->wires);
    p->quotients = arena_take(&arena, prover->key->domain_size * sizeof *p->quotients);
    for (unsigned group = 0; group < group_count(threads); group++) {
        p->group_memory[group] = arena_take(&arena, group_size(prover, threads, group));
        ROAM_ASSERT(p->group_memory[group] != NULL);
    }
}

static void sum_g1(struct proving *p, enum groth16_sum sum, const g1_affine *points, const fr_int *scalars,
                   unsigned threads, void *memory)
{
    const struct groth16_tables *tables = p->prover->tables;
    g1 *out = &p->g1_sum[sum];
    if (has_table(p->prover, sum))
        g1_msm_table_vartime(out, tables->g1[sum], tables->shape[sum], scalars, threads, memory);
    else
        g1_msm_vartime(out, points, scalars, sum_count(p->prover->key, sum), threads, memory);
}

static void sum_b2(struct proving *p, unsigned threads, void *memory)
{
    const struct groth16_tables *tables = p->prover->tables;
    const struct zkey *key = p->prover->key;
    if (has_table(p->prover, GROTH16_SUM_B2))
        g2_msm_table_vartime(&p->b2_sum, tables->b2, tables->shape[GROTH16_SUM_B2], p->wires, threads,
                             memory);
    else
        g2_msm_vartime(&p->b2_sum, key->b2, p->wires, key->wire_count, threads, memory);
}

static void do_sum(struct proving *p, enum groth16_sum sum, unsigned group)
{
    const struct zkey *key = p->prover->key;
    unsigned threads = threads_of(p->options->threads, group);
    void *memory = p->group_memory[group];
    if (sum == GROTH16_SUM_H) {
        quotient_scalars(p->quotients, &p->prover->quotient, p->witness, threads, memory);
        sum_g1(p, sum, key->h, p->quotients, threads, memory);
    }
    if (sum == GROTH16_SUM_A) sum_g1(p, sum, key->a, p->wires, threads, memory);
    if (sum == GROTH16_SUM_B1) sum_g1(p, sum, key->b1, p->wires, threads, memory);
    if (sum == GROTH16_SUM_C) sum_g1(p, sum, key->c, p->wires + key->public_count + 1, threads, memory);
    if (sum == GROTH16_SUM_B2) sum_b2(p, threads, memory);
}

/* Group 0 begins with H, for which it has the memory. Progress is told from its thread, the calling one. */
static void run_group(void *context, struct share share)
{
    struct proving *p = context;
    unsigned place = share.index == 0 ? 0 : atomic_fetch_add(&p->next, 1);
    for (; place < GROTH16_SUMS && !atomic_load(&p->cancelled); place = atomic_fetch_add(&p->next, 1)) {
        enum groth16_sum sum = sum_order[place];
        if (share.index == 0 && !progress_step(p->options->progress, sum_names[sum], place + 1, STEPS))
            atomic_store(&p->cancelled, true);
        else
            do_sum(p, sum, share.index);
    }
}

static void draw(fr *out, const struct roam_env *env)
{
    uint8_t bytes[64];
    env_random(env, bytes, sizeof bytes);
    fr_from_wide(out, bytes);
    roam_wipe(bytes, sizeof bytes);
}

/* With a = alpha + sum w_i A_i and b = beta + sum w_i B_i, both in G1,
 *   A = a + r delta,   C = ... + s A + r (b + s delta) - r s delta = ... + s a + r b + r s delta:
 * four multiples of points, taken together. */
static void blind_g1(struct proving *p, const struct zkey *key)
{
    enum { R_DELTA, RS_DELTA, S_A, R_B, MULTIPLES };
    g1 *a = &p->g1_sum[GROTH16_SUM_A], *b = &p->g1_sum[GROTH16_SUM_B1], *c = &p->g1_sum[GROTH16_SUM_C];
    g1_affine points[MULTIPLES] = {key->delta1, key->delta1}, multiples[MULTIPLES];
    fr scalars[MULTIPLES] = {p->r, p->r, p->s, p->r};
    fr_mul(&scalars[RS_DELTA], &p->r, &p->s);
    g1_add_affine_vartime(a, a, &key->alpha1);
    g1_add_affine_vartime(b, b, &key->beta1);
    g1_to_affine(&points[S_A], a);
    g1_to_affine(&points[R_B], b);
    g1_batch_mul(multiples, points, scalars, MULTIPLES, p->group_memory[0]);
    g1_add_affine_vartime(a, a, &multiples[R_DELTA]);
    g1_add_vartime(c, c, &p->g1_sum[GROTH16_SUM_H]);
    g1_add_affine_vartime(c, c, &multiples[RS_DELTA]);
    g1_add_affine_vartime(c, c, &multiples[S_A]);
    g1_add_affine_vartime(c, c, &multiples[R_B]);
    roam_wipe(points, sizeof points);
    roam_wipe(multiples, sizeof multiples);
    roam_wipe(scalars, sizeof scalars);
}

static void blind_g2(struct proving *p, const struct zkey *key)
{
    g2_affine multiple;
    g2_batch_mul(&multiple, &key->delta2, &p->s, 1, p->group_memory[0]);
    g2_add_affine_vartime(&p->b2_sum, &p->b2_sum, &key->beta2);
    g2_add_affine_vartime(&p->b2_sum, &p->b2_sum, &multiple);
    roam_wipe(&multiple, sizeof multiple);
}

static enum roam_err prove(groth16_proof *out, struct proving *p, const struct roam_env *env)
{
    const struct zkey *key = p->prover->key;
    if (!progress_step(p->options->progress, "reading the witness", 0, STEPS)) return ROAM_E_CANCELLED;
    for (size_t i = 0; i < key->wire_count; i++) fr_to_limbs(p->wires[i].limb, &p->witness[i]);
    atomic_store(&p->next, 1);
    parallel_run(group_count(p->options->threads), run_group, p);
    if (atomic_load(&p->cancelled) || !progress_step(p->options->progress, "blinding", STEPS - 1, STEPS))
        return ROAM_E_CANCELLED;
    draw(&p->r, env);
    draw(&p->s, env);
    blind_g1(p, key);
    blind_g2(p, key);
    g1_to_affine(&out->a, &p->g1_sum[GROTH16_SUM_A]);
    g2_to_affine(&out->b, &p->b2_sum);
    g1_to_affine(&out->c, &p->g1_sum[GROTH16_SUM_C]);
    return ROAM_OK;
}

static enum roam_err check_witness(const struct zkey *key, const fr *witness, size_t wire_count,
                                   const struct r1cs_system *system, struct roam_diag *diag)
{
    uint32_t failing;
    if (wire_count != key->wire_count)
        return roam_diag(diag, ROAM_E_COUNT, "the witness has %zu values, the key %u wires", wire_count,
                         key->wire_count);
    if (!fr_equal(&witness[0], &fr_one))
        return roam_diag(diag, ROAM_E_RANGE, "value 0 of the witness is not 1");
    if (system == NULL) return ROAM_OK;
    if (system->wire_count != key->wire_count || r1cs_public_count(system) != key->public_count)
        return roam_diag(diag, ROAM_E_COUNT, "the constraints have %u wires, %u public, the key %u and %u",
                         system->wire_count, r1cs_public_count(system), key->wire_count, key->public_count);
    enum roam_err err = r1cs_check(system, witness, &failing);
    return err == ROAM_OK ? err : roam_diag(diag, err, "the witness does not satisfy constraint %u", failing);
}

enum roam_err groth16_prove_with(groth16_proof *out, const struct groth16_prover *prover, const fr *witness,
                                 size_t wire_count, const struct groth16_prove_options *options,
                                 const struct roam_env *env, void *scratch, struct roam_diag *diag)
{
    ROAM_ASSERT(options->threads >= 1);
    ROAM_TRY(check_witness(prover->key, witness, wire_count, options->system, diag));
    struct proving p = {.prover = prover, .witness = witness, .options = options};
    take_memory(&p, scratch);
    enum roam_err err = prove(out, &p, env);
    roam_wipe(scratch, groth16_proof_scratch_size(prover, options->threads));
    roam_wipe(&p, sizeof p);
    return err;
}

static size_t round_up_64(size_t size) { return (size + 63) / 64 * 64; }

/* What groth16_proof_scratch_size takes of a prover. */
static struct groth16_prover shape_of(const struct zkey *key)
{
    return (struct groth16_prover){.key = key, .quotient.domain.size = key->domain_size};
}

size_t groth16_prove_scratch_size(const struct zkey *key, unsigned threads)
{
    struct groth16_prover shape = shape_of(key);
    return round_up_64(groth16_prover_size(key)) + groth16_proof_scratch_size(&shape, threads);
}

enum roam_err groth16_prove(groth16_proof *out, const struct zkey *key, const fr *witness, size_t wire_count,
                            const struct groth16_prove_options *options, const struct roam_env *env,
                            void *scratch, struct roam_diag *diag)
{
    struct groth16_prover prover;
    groth16_prover_init(&prover, key, NULL, scratch);
    return groth16_prove_with(out, &prover, witness, wire_count, options, env,
                              (uint8_t *)scratch + round_up_64(groth16_prover_size(key)), diag);
}
