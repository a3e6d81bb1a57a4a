/* Multi-scalar multiplication and number-theoretic transform: time of one whole call for n points or values.
 *
 * bench_msm [LOG_MIN LOG_MAX STEP], by default 8 18 2. The names end in the number of threads; msm_g1_wires
 * has scalars as a circuit's wires are: of sixteen, fourteen bits, one of 32 bits, one full. */
#include "bench.h"

#include "env.h"
#include "msm.h"
#include "ntt.h"

#include <string.h>

enum { RUNS_MIN = 3, ENOUGH_NS = 300 * 1000 * 1000 };

static void *allocate(size_t size)
{
    void *memory = aligned_alloc(64, (size + 64) / 64 * 64);
    if (memory == NULL) {
        fprintf(stderr, "bench_msm: no memory for %zu bytes\n", size);
        exit(1);
    }
    return memory;
}

static void random_fr(fr *out, struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    fr_from_wide(out, wide);
}

static fr_int *random_scalars(size_t count, bool wires)
{
    struct roam_prng prng = {1};
    fr_int *scalars = allocate(count * sizeof *scalars);
    for (size_t i = 0; i < count; i++) {
        fr scalar;
        random_fr(&scalar, &prng);
        if (wires && i % 16 > 0) fr_from_u64(&scalar, prng_u64(&prng) >> (i % 16 == 1 ? 32 : 63));
        fr_to_limbs(scalars[i].limb, &scalar);
    }
    return scalars;
}

/* (i + 1) generator */
static g1_affine *g1_points(size_t count)
{
    g1_affine *points = allocate(count * sizeof *points);
    g1 *walk = allocate(count * sizeof *walk);
    fp *scratch = allocate(count * sizeof *scratch);
    g1_from_affine(&walk[0], &g1_generator);
    for (size_t i = 1; i < count; i++) g1_add_affine_vartime(&walk[i], &walk[i - 1], &g1_generator);
    g1_to_affine_batch_vartime(points, walk, scratch, count);
    free(walk);
    free(scratch);
    return points;
}

static g2_affine *g2_points(size_t count)
{
    g2_affine *points = allocate(count * sizeof *points);
    g2 *walk = allocate(count * sizeof *walk);
    fp2 *scratch = allocate(count * sizeof *scratch);
    g2_from_affine(&walk[0], &g2_generator);
    for (size_t i = 1; i < count; i++) g2_add_affine_vartime(&walk[i], &walk[i - 1], &g2_generator);
    g2_to_affine_batch_vartime(points, walk, scratch, count);
    free(walk);
    free(scratch);
    return points;
}

static bool wanted(const struct bench *bench, uint64_t begun_ns)
{
    return bench->runs < RUNS_MIN || (bench->runs < BENCH_RUNS_MAX && bench_now_ns() - begun_ns < ENOUGH_NS);
}

static void bench_g1(const char *name, const g1_affine *points, const fr_int *scalars, size_t count,
                     unsigned threads)
{
    struct bench bench = {.runs = 0};
    void *scratch = allocate(g1_msm_scratch_size(count, threads));
    g1 sum;
    for (uint64_t begun_ns = bench_now_ns(); wanted(&bench, begun_ns);) {
        bench_start(&bench);
        g1_msm_vartime(&sum, points, scalars, count, threads, scratch);
        bench_stop(&bench, 1);
    }
    bench_print(&bench, name, count);
    free(scratch);
}

static void bench_g2(const char *name, const g2_affine *points, const fr_int *scalars, size_t count,
                     unsigned threads)
{
    struct bench bench = {.runs = 0};
    void *scratch = allocate(g2_msm_scratch_size(count, threads));
    g2 sum;
    for (uint64_t begun_ns = bench_now_ns(); wanted(&bench, begun_ns);) {
        bench_start(&bench);
        g2_msm_vartime(&sum, points, scalars, count, threads, scratch);
        bench_stop(&bench, 1);
    }
    bench_print(&bench, name, count);
    free(scratch);
}

static void bench_ntt(const char *name, unsigned log_size, unsigned threads)
{
    struct bench bench = {.runs = 0};
    struct ntt_domain domain;
    size_t size = (size_t)1 << log_size;
    fr *values = allocate(size * sizeof *values);
    void *memory = allocate(ntt_domain_scratch_size(log_size));
    ntt_domain_init(&domain, log_size, memory);
    struct roam_prng prng = {1};
    for (size_t i = 0; i < size; i++) random_fr(&values[i], &prng);
    for (uint64_t begun_ns = bench_now_ns(); wanted(&bench, begun_ns);) {
        bench_start(&bench);
        ntt_forward(&domain, values, threads);
        bench_stop(&bench, 1);
    }
    bench_print(&bench, name, size);
    free(values);
    free(memory);
}

int main(int argc, char **argv)
{
    unsigned low = 8, high = 18, step = 2;
    bool given = argc == 4 && sscanf(argv[1], "%u", &low) == 1 && sscanf(argv[2], "%u", &high) == 1 &&
                 sscanf(argv[3], "%u", &step) == 1;
    if ((argc != 1 && !given) || high > 22 || step == 0) {
        fprintf(stderr, "usage: bench_msm [LOG_MIN LOG_MAX STEP], LOG_MAX up to 22, STEP from 1 on\n");
        return 2;
    }
    size_t most = (size_t)1 << high;
    g1_affine *points1 = g1_points(most);
    g2_affine *points2 = g2_points(most);
    fr_int *scalars = random_scalars(most, false), *wires = random_scalars(most, true);
    for (unsigned k = low; k <= high; k += step) {
        bench_g1("msm_g1_1t", points1, scalars, (size_t)1 << k, 1);
        bench_g1("msm_g1_2t", points1, scalars, (size_t)1 << k, 2);
        bench_g1("msm_g1_wires_1t", points1, wires, (size_t)1 << k, 1);
        bench_g2("msm_g2_1t", points2, scalars, (size_t)1 << k, 1);
        bench_g2("msm_g2_2t", points2, scalars, (size_t)1 << k, 2);
        bench_ntt("ntt_1t", k, 1);
        bench_ntt("ntt_2t", k, 2);
    }
    free(points1);
    free(points2);
    free(scalars);
    free(wires);
    return 0;
}
