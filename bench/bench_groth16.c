/* Groth16 on circuits that resemble range checks: three of four constraints make a bit, the others multiply
 * sums. n is the size of the domain, filled; one thread. Prints name,n,ns_per_op; for batches per proof. */
#include "bench.h"

#include "../tests/unit/groth16_fixture.h"
#include "prove.h"
#include "setup.h"

enum { BATCH = 64, VERIFY_RUNS = 51, PROVE_NS = 1000000000 };

static void *aligned_memory(size_t size)
{
    void *memory = aligned_alloc(64, (size / 64 + 1) * 64);
    ROAM_ASSERT(memory != NULL);
    return memory;
}

struct subject {
    struct fixture f;
    struct zkey key;
    groth16_proof proof;
};

static void bench_prove(struct subject *s, const struct roam_env *env)
{
    struct bench bench = {.runs = 0};
    struct groth16_prove_options options = {.threads = 1};
    void *scratch = aligned_memory(groth16_prove_scratch_size(&s->key, 1));
    for (uint64_t start = bench_now_ns(); bench_now_ns() - start < PROVE_NS || bench.runs < 3;) {
        bench_start(&bench);
        ROAM_ASSERT(groth16_prove(&s->proof, &s->key, s->f.witness, s->key.wire_count, &options, env, scratch,
                                  NULL) == ROAM_OK);
        bench_stop(&bench, 1);
    }
    bench_print(&bench, "groth16_prove", s->key.domain_size);
    free(scratch);
}

static void bench_verify(const struct subject *s, const struct groth16_prepared_vk *vk)
{
    struct bench bench = {.runs = 0};
    for (int i = 0; i < VERIFY_RUNS; i++) {
        bench_start(&bench);
        ROAM_ASSERT(groth16_verify(vk, &s->proof, s->f.witness + 1, vk->vk->input_count) == ROAM_OK);
        bench_stop(&bench, 1);
    }
    bench_print(&bench, "groth16_verify", vk->vk->input_count);
}

static void bench_batch(const struct subject *s, const struct groth16_prepared_vk *vk,
                        const struct roam_env *env)
{
    struct bench bench = {.runs = 0};
    static groth16_proof proofs[BATCH];
    enum roam_err verdicts[BATCH];
    size_t count = vk->vk->input_count;
    fr *inputs = calloc(BATCH * count, sizeof *inputs);
    ROAM_ASSERT(inputs != NULL);
    for (size_t j = 0; j < BATCH; j++) {
        proofs[j] = s->proof;
        memcpy(inputs + j * count, s->f.witness + 1, count * sizeof *inputs);
    }
    void *scratch = aligned_memory(groth16_batch_scratch_size(BATCH, count));
    for (int i = 0; i < VERIFY_RUNS / 5; i++) {
        bench_start(&bench);
        ROAM_ASSERT(groth16_verify_batch(verdicts, vk, proofs, inputs, BATCH, env, scratch) == ROAM_OK);
        bench_stop(&bench, BATCH);
    }
    bench_print(&bench, "groth16_verify_batch", BATCH);
    free(scratch);
    free(inputs);
}

static void bench_size(unsigned log_domain, struct roam_prng *prng)
{
    enum { OUTPUTS = 1, INPUTS = 6 };
    static struct groth16_prepared_vk prepared;
    struct subject s;
    struct groth16_vk vk;
    struct bench bench = {.runs = 0};
    struct roam_env env = roam_env_seeded(prng);
    fixture_random(&s.f, prng, OUTPUTS, INPUTS, (1u << log_domain) - OUTPUTS - INPUTS - 1);
    bench_start(&bench);
    ROAM_ASSERT(setup_dev(&s.key, &s.f.system, &env, NULL, NULL) == ROAM_OK);
    bench_stop(&bench, 1);
    bench_print(&bench, "groth16_setup_dev", s.key.domain_size);
    bench_prove(&s, &env);
    ROAM_ASSERT(zkey_vk(&vk, &s.key) == ROAM_OK);
    groth16_prepare(&prepared, &vk);
    if (log_domain == 10) {
        bench_verify(&s, &prepared);
        bench_batch(&s, &prepared, &env);
    }
    zkey_release(&s.key);
    fixture_release(&s.f);
}

/* Further sizes as arguments: bench_groth16 18 */
int main(int argc, char **argv)
{
    struct roam_prng prng = {1};
    bench_size(10, &prng);
    bench_size(14, &prng);
    for (int i = 1; i < argc; i++) bench_size((unsigned)strtoul(argv[i], NULL, 10), &prng);
    return 0;
}
