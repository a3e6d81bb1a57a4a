/* roam's prover beside other provers: every proof is made from the same files, warm. bench_prover FOLDER
 * serves (serve.h):
 *
 *   level               the level of the processor (cpu.h), and the compiler
 *   load NAME           time to read NAME.zkey and NAME.wtns; the number of wires and the domain's size
 *   prove THREADS       from the witness file's bytes to the proof's JSON text; true if the proof holds
 *   tables              makes tables of the key; their size in bytes
 *   prove_tabled THREADS  as prove, with them
 *   save                writes NAME.proof.json and NAME.public.json; -
 *   pairs N             pairing check of N pairs whose product is one; true
 *   msm_g2 LOG THREADS  a sum over 2^LOG points of G2; its x
 *   ptau_new LOG        writes ptau, a file of powers of tau with a contribution; -
 *   ptau_prepare THREADS  time to prepare it for phase 2; writes prepared.ptau */
#include "serve.h"

#include "file.h"
#include "hex.h"
#include "msm.h"
#include "prove.h"
#include "ptau.h"
#include "snark_json.h"
#include "wtns_file.h"

#include <stdint.h>

enum { THREADS_MAX = 64, JSON_MAX = 1 << 20, PAIRS_MAX = 256, LOG_MAX = 22 };
#define FILE_MAX ((size_t)8 << 30)

static const char *folder;

/* What `load` read. */
static struct {
    char name[64];
    struct zkey key;
    struct groth16_vk vk;
    struct groth16_prepared_vk prepared;
    struct roam_map wtns;
    struct groth16_prover prover, tabled;
    struct groth16_tables tables;
    void *prover_memory, *scratch;
    struct roam_buf proof, public; /* JSON texts */
} loaded;

static void *allocate(size_t size)
{
    void *memory = aligned_alloc(64, (size + 64) / 64 * 64);
    bench_require(memory != NULL, "no memory");
    return memory;
}

static void path_of(char path[SERVE_LINE], const char *name, const char *end)
{
    snprintf(path, SERVE_LINE, "%.700s/%.100s%s", folder, name, end);
}

static void save(const char *name, const char *end, const struct roam_buf *bytes)
{
    char path[SERVE_LINE];
    struct roam_diag diag = {""};
    path_of(path, name, end);
    bench_require(file_write(path, bytes->data, bytes->size, &diag) == ROAM_OK, diag.text);
}

static void release(void)
{
    if (loaded.scratch == NULL) return;
    groth16_tables_release(&loaded.tables);
    zkey_release(&loaded.key);
    file_unmap(&loaded.wtns);
    free(loaded.prover_memory);
    free(loaded.scratch);
    buf_release(&loaded.proof);
    buf_release(&loaded.public);
}

static double run_load(char *result, const char *name)
{
    char zkey[SERVE_LINE], wtns[SERVE_LINE];
    struct roam_diag diag = {""};
    release();
    snprintf(loaded.name, sizeof loaded.name, "%s", name);
    path_of(zkey, name, ".zkey");
    path_of(wtns, name, ".wtns");
    uint64_t start_ns = bench_now_ns();
    bench_require(zkey_load(&loaded.key, zkey, false, &diag) == ROAM_OK, diag.text);
    bench_require(file_map(&loaded.wtns, wtns, &diag) == ROAM_OK, diag.text);
    loaded.prover_memory = allocate(groth16_prover_size(&loaded.key));
    groth16_prover_init(&loaded.prover, &loaded.key, NULL, loaded.prover_memory);
    uint64_t end_ns = bench_now_ns();
    bench_require(zkey_vk(&loaded.vk, &loaded.key) == ROAM_OK, "no verification key");
    groth16_prepare(&loaded.prepared, &loaded.vk);
    loaded.scratch = allocate(groth16_proof_scratch_size(&loaded.prover, THREADS_MAX));
    buf_init(&loaded.proof, JSON_MAX);
    buf_init(&loaded.public, JSON_MAX);
    snprintf(result, SERVE_LINE, "%u %zu", loaded.key.wire_count, loaded.key.domain_size);
    return (double)(end_ns - start_ns);
}

static double run_tables(char *result)
{
    uint64_t start_ns = bench_now_ns();
    groth16_tables_release(&loaded.tables);
    bench_require(groth16_tables_make(&loaded.tables, &loaded.key, GROTH16_TABLES_DEFAULT_BYTES, 1, NULL) ==
                      ROAM_OK,
                  "cannot make tables");
    uint64_t end_ns = bench_now_ns();
    loaded.tabled = loaded.prover;
    loaded.tabled.tables = &loaded.tables;
    free(loaded.scratch);
    size_t size = groth16_proof_scratch_size(&loaded.prover, THREADS_MAX),
           tabled = groth16_proof_scratch_size(&loaded.tabled, THREADS_MAX);
    loaded.scratch = allocate(size > tabled ? size : tabled);
    snprintf(result, SERVE_LINE, "%zu", groth16_tables_size(&loaded.tables));
    return (double)(end_ns - start_ns);
}

static double run_prove(char *result, const struct groth16_prover *prover, unsigned threads)
{
    const struct groth16_prove_options options = {.threads = threads};
    struct roam_diag diag = {""};
    groth16_proof proof;
    fr *witness;
    size_t count;
    loaded.proof.size = loaded.public.size = 0;
    uint64_t start_ns = bench_now_ns();
    bench_require(wtns_parse(&witness, &count, loaded.wtns.data, loaded.wtns.size, &diag) == ROAM_OK,
                  diag.text);
    bench_require(groth16_prove_with(&proof, prover, witness, count, &options, &roam_env_system,
                                     loaded.scratch, &diag) == ROAM_OK,
                  diag.text);
    bench_require(snark_proof_print(&loaded.proof, &proof) == ROAM_OK &&
                      snark_public_print(&loaded.public, witness + 1, loaded.vk.input_count) == ROAM_OK,
                  "cannot print the proof");
    uint64_t end_ns = bench_now_ns();
    bool good = groth16_verify(&loaded.prepared, &proof, witness + 1, loaded.vk.input_count) == ROAM_OK;
    wtns_release(witness, count);
    strcpy(result, good ? "true" : "false");
    return (double)(end_ns - start_ns);
}

static double run_save(void)
{
    save(loaded.name, ".proof.json", &loaded.proof);
    save(loaded.name, ".public.json", &loaded.public);
    return 0;
}

/* p_i = (i + 1) G, all with the generator of G2 but the last, whose p makes the sum infinity. */
static double run_pairs(char *result, unsigned count)
{
    static g1_affine p[PAIRS_MAX];
    static g2_affine q[PAIRS_MAX];
    g1 walk, sum;
    double ns;
    bool good = true;
    bench_require(count >= 2 && count <= PAIRS_MAX, "pairs: N is 2 .. 256");
    g1_from_affine(&walk, &g1_generator);
    sum = walk;
    for (unsigned i = 0; i < count; i++) {
        q[i] = g2_generator;
        g1_to_affine(&p[i], &walk);
        if (i > 0 && i + 1 < count) g1_add_affine_vartime(&sum, &sum, &p[i]);
        g1_add_affine_vartime(&walk, &walk, &g1_generator);
    }
    g1_neg(&sum, &sum);
    g1_to_affine(&p[count - 1], &sum);
    TIME(ns, good &= pairing_check(p, q, count));
    strcpy(result, good ? "true" : "false");
    return ns;
}

/* (i + 1) generator */
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

/* Scalars are those of the file that bench_serve's `data` wrote. */
static double run_msm_g2(char *result, unsigned log_size, unsigned threads)
{
    double ns;
    g2 sum;
    g2_affine affine;
    uint8_t bytes[32];
    char path[SERVE_LINE];
    struct roam_map scalars;
    struct roam_diag diag = {""};
    size_t count = (size_t)1 << log_size;
    path_of(path, "scalars", "");
    bench_require(file_map(&scalars, path, &diag) == ROAM_OK, diag.text);
    bench_require(log_size <= LOG_MAX && scalars.size >= count * sizeof(fr_int), "msm_g2: too few scalars");
    g2_affine *points = g2_points(count);
    void *scratch = allocate(g2_msm_scratch_size(count, threads));
    TIME(ns,
         g2_msm_vartime(&sum, points, (const fr_int *)(const void *)scalars.data, count, threads, scratch));
    g2_to_affine(&affine, &sum);
    fp_to_be(bytes, &affine.x.c0);
    hex_encode(result, bytes, sizeof bytes);
    file_unmap(&scalars);
    free(points);
    free(scratch);
    return ns;
}

static double run_ptau_new(unsigned power)
{
    struct roam_buf fresh, contributed;
    struct ptau ptau;
    struct roam_diag diag = {""};
    buf_init(&fresh, FILE_MAX);
    buf_init(&contributed, FILE_MAX);
    bench_require(ptau_new(&fresh, power, &diag) == ROAM_OK, diag.text);
    bench_require(ptau_parse(&ptau, fresh.data, fresh.size, &diag) == ROAM_OK, diag.text);
    bench_require(ptau_contribute(&contributed, &ptau, "bench", "", &roam_env_system, 2, NULL, &diag) ==
                      ROAM_OK,
                  diag.text);
    save("ptau", "", &contributed);
    ptau_release(&ptau);
    buf_release(&fresh);
    buf_release(&contributed);
    return 0;
}

static double run_ptau_prepare(unsigned threads)
{
    char path[SERVE_LINE];
    struct roam_map file;
    struct roam_buf prepared;
    struct ptau ptau;
    struct roam_diag diag = {""};
    path_of(path, "ptau", "");
    buf_init(&prepared, FILE_MAX);
    struct roam_sink sink = buf_sink(&prepared);
    bench_require(file_map(&file, path, &diag) == ROAM_OK, diag.text);
    bench_require(ptau_parse(&ptau, file.data, file.size, &diag) == ROAM_OK, diag.text);
    uint64_t start_ns = bench_now_ns();
    bench_require(ptau_prepare(&sink, &ptau, threads, NULL, &diag) == ROAM_OK, diag.text);
    uint64_t end_ns = bench_now_ns();
    save("prepared.ptau", "", &prepared);
    buf_release(&prepared);
    ptau_release(&ptau);
    file_unmap(&file);
    return (double)(end_ns - start_ns);
}

static double run(char result[SERVE_LINE], const char *command, const char *text)
{
    unsigned a = 1, b = 1;
    if (strcmp(command, "level") == 0) return serve_level(result);
    if (strcmp(command, "load") == 0) return run_load(result, text);
    sscanf(text, "%u %u", &a, &b);
    if (strcmp(command, "pairs") == 0) return run_pairs(result, a);
    if (strcmp(command, "ptau_new") == 0) return run_ptau_new(a);
    if (strcmp(command, "msm_g2") == 0) return run_msm_g2(result, a, b);
    bench_require(a >= 1 && a <= THREADS_MAX, "THREADS is 1 .. 64");
    if (strcmp(command, "ptau_prepare") == 0) return run_ptau_prepare(a);
    bench_require(loaded.scratch != NULL, "unknown command, or one before 'load'");
    if (strcmp(command, "prove") == 0) return run_prove(result, &loaded.prover, a);
    if (strcmp(command, "tables") == 0) return run_tables(result);
    if (strcmp(command, "prove_tabled") == 0 && loaded.tables.memory != NULL)
        return run_prove(result, &loaded.tabled, a);
    if (strcmp(command, "save") == 0) return run_save();
    bench_require(false, "unknown command");
    return 0;
}

int main(int argc, char **argv)
{
    bench_require(argc == 2, "usage: bench_prover FOLDER");
    folder = argv[1];
    serve(run);
    return 0;
}
