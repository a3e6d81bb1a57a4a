/* roam's side of a paired comparison. bench_serve FOLDER reads one command a line and answers each with a
 * line "NANOSECONDS RESULT"; peer.mjs, the other side, understands the same commands, and table.py speaks to
 * both in turn. Short operations are repeated and their mean is told; 0 where nothing is timed.
 *
 *   level              the level of the processor (cpu.h), and the compiler
 *   data LOG           writes 2^LOG points, scalars and field elements to FOLDER, for both sides
 *   msm LOG THREADS    the sum's x
 *   ntt LOG THREADS    value 1 of the output
 *   pairing            -
 *   poseidon T         the hash of 1 .. T - 1
 *   circuit NAME       times a development setup, writes NAME.zkey, .wtns and .vk.json; the number of
 *                      constraints and the domain's size
 * and then for this circuit:
 *   witness            -
 *   prove THREADS      -
 *   steps THREADS      a proof's steps: "step=ns", with | between them
 *   save               writes NAME.proof.json and .public.json; -
 *   check FILE         true if the proof.json holds for the witness's public signals; what is wrong with it
 *   verify             true if the last proof holds
 *   verify_batch N     time for each of N different proofs; true if all hold */
#include "bench_subject.h"
#include "serve.h"

#include "file.h"
#include "hex.h"
#include "msm.h"
#include "ntt.h"
#include "poseidon.h"
#include "snark_json.h"
#include "wtns_file.h"

enum { FILE_MAX_BYTES = 1 << 30, LINE = SERVE_LINE };

static const char *folder;
static struct subject subject;
static size_t data_count;
static g1_affine *points;
static fr_int *scalars;
static fr *values;

static void path_of(char path[LINE], const char *name, const char *end)
{
    snprintf(path, LINE, "%.700s/%.100s%s", folder, name, end);
}

static void save(const char *name, const char *end, const void *data, size_t size)
{
    char path[LINE];
    struct roam_diag diag = {""};
    path_of(path, name, end);
    bench_require(file_write(path, data, size, &diag) == ROAM_OK, diag.text);
}

static void save_buf(const char *end, enum roam_err err, struct roam_buf *buf)
{
    bench_require(err == ROAM_OK, "cannot write a file's text");
    save(subject.name, end, buf->data, buf->size);
    buf_release(buf);
}

static struct roam_buf new_buf(void)
{
    struct roam_buf buf;
    buf_init(&buf, FILE_MAX_BYTES);
    return buf;
}

/* (i + 1) generator; scalars and values uniform */
static void make_data(size_t count)
{
    struct roam_prng prng = {1};
    g1 *walk = subject_memory(count * sizeof *walk);
    fp *scratch = subject_memory(count * sizeof *scratch);
    points = subject_memory(count * sizeof *points);
    scalars = subject_memory(count * sizeof *scalars);
    values = subject_memory(count * sizeof *values);
    g1_from_affine(&walk[0], &g1_generator);
    for (size_t i = 1; i < count; i++) g1_add_affine_vartime(&walk[i], &walk[i - 1], &g1_generator);
    g1_to_affine_batch_vartime(points, walk, scratch, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t wide[64];
        prng_bytes(&prng, wide, sizeof wide);
        fr_from_wide(&values[i], wide);
        fr_to_limbs(scalars[i].limb, &values[i]);
    }
    free(walk);
    free(scratch);
    data_count = count;
}

static double run_data(unsigned log_size)
{
    bench_require(log_size <= 24 && data_count == 0, "data: once, LOG at most 24");
    make_data((size_t)1 << log_size);
    save("points", "", points, data_count * sizeof *points);
    save("scalars", "", scalars, data_count * sizeof *scalars);
    save("values", "", values, data_count * sizeof *values);
    return 0;
}

static double run_msm(char *result, unsigned log_size, unsigned threads)
{
    double ns;
    g1 sum;
    g1_affine affine;
    uint8_t bytes[32];
    size_t count = (size_t)1 << log_size;
    bench_require(count <= data_count, "msm: more points than data made");
    void *scratch = subject_memory(g1_msm_scratch_size(count, threads));
    TIME(ns, g1_msm_vartime(&sum, points, scalars, count, threads, scratch));
    g1_to_affine(&affine, &sum);
    fp_to_be(bytes, &affine.x);
    hex_encode(result, bytes, sizeof bytes);
    free(scratch);
    return ns;
}

static double run_ntt(char *result, unsigned log_size, unsigned threads)
{
    double ns;
    size_t count = (size_t)1 << log_size;
    struct ntt_domain domain;
    uint8_t bytes[32];
    bench_require(count <= data_count, "ntt: more values than data made");
    fr *work = subject_memory(count * sizeof *work);
    void *memory = subject_memory(ntt_domain_scratch_size(log_size));
    ntt_domain_init(&domain, log_size, memory);
    memcpy(work, values, count * sizeof *work);
    ntt_forward(&domain, work, threads);
    fr_to_be(bytes, &work[1]);
    hex_encode(result, bytes, sizeof bytes);
    TIME(ns, ntt_forward(&domain, work, threads));
    free(work);
    free(memory);
    return ns;
}

static double run_pairing(void)
{
    double ns;
    fp12 out;
    TIME(ns, pairing(&out, &g1_generator, &g2_generator));
    return ns;
}

static double run_poseidon(char *result, unsigned t)
{
    double ns;
    fr out, inputs[POSEIDON_INPUTS_MAX];
    bench_require(t >= 2 && t <= POSEIDON_T_MAX, "poseidon: T is 2 .. 17");
    for (unsigned i = 0; i + 1 < t; i++) fr_from_u64(&inputs[i], i + 1);
    TIME(ns, poseidon(&out, inputs, t - 1));
    fr_to_decimal(result, &out);
    return ns;
}

static double run_circuit(char *result, const char *name)
{
    if (subject.witness != NULL) subject_release(&subject);
    subject_init(&subject, name, bench_now_ns);
    struct roam_buf zkey = new_buf(), wtns = new_buf(), vk = new_buf();
    save_buf(".zkey", zkey_serialize(&zkey, &subject.key), &zkey);
    save_buf(".wtns", wtns_serialize(&wtns, subject.witness, subject.wire_count), &wtns);
    save_buf(".vk.json", snark_vk_print(&vk, &subject.vk), &vk);
    snprintf(result, LINE, "%u %zu", subject.constraint_count, subject.key.domain_size);
    return (double)subject.setup_ns;
}

static double run_save(void)
{
    struct roam_buf proof = new_buf(), public = new_buf();
    save_buf(".proof.json", snark_proof_print(&proof, &subject.proof), &proof);
    save_buf(".public.json", snark_public_print(&public, subject.witness + 1, subject.vk.input_count),
             &public);
    return 0;
}

static double run_verify(char *result)
{
    double ns;
    bool good = true;
    TIME(ns, good &= subject_accepts(&subject, &subject.proof));
    strcpy(result, good ? "true" : "false");
    return ns;
}

static double run_check(char *result, const char *path)
{
    uint8_t *text;
    size_t size;
    groth16_proof proof;
    struct roam_diag diag = {""};
    bench_require(file_read(&text, &size, path, 1 << 20, &diag) == ROAM_OK, diag.text);
    bool parsed = snark_proof_parse(&proof, (const char *)text, size, &diag) == ROAM_OK;
    free(text);
    snprintf(result, LINE, "%s", !parsed ? diag.text : subject_accepts(&subject, &proof) ? "true" : "false");
    return 0;
}

static double run_verify_batch(char *result, unsigned count)
{
    double ns;
    bool good = true;
    size_t width = subject.vk.input_count;
    groth16_proof *proofs = subject_memory(count * sizeof *proofs);
    fr *inputs = subject_memory(count * width * sizeof *inputs);
    enum roam_err *verdicts = subject_memory(count * sizeof *verdicts);
    void *scratch = subject_memory(groth16_batch_scratch_size(count, width));
    for (unsigned i = 0; i < count; i++) {
        subject_prove(&subject, 1, NULL);
        proofs[i] = subject.proof;
        memcpy(inputs + i * width, subject.witness + 1, width * sizeof *inputs);
    }
    TIME(ns, good &= groth16_verify_batch(verdicts, &subject.prepared, proofs, inputs, count,
                                          &roam_env_system, scratch) == ROAM_OK);
    strcpy(result, good ? "true" : "false");
    free(proofs);
    free(inputs);
    free(verdicts);
    free(scratch);
    return ns / count;
}

struct steps {
    char *text;
    uint64_t last_ns;
    size_t size;
};

static bool note_step(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct steps *steps = context;
    uint64_t now_ns = bench_now_ns();
    char took[32] = "";
    (void)total;
    if (done > 0) snprintf(took, sizeof took, "=%llu|", (unsigned long long)(now_ns - steps->last_ns));
    steps->size += (size_t)snprintf(steps->text + steps->size, LINE - steps->size, "%s%s", took, what);
    steps->last_ns = bench_now_ns();
    return true;
}

static double run_steps(char *result, unsigned threads)
{
    struct steps steps = {.text = result};
    const struct roam_progress progress = {.context = &steps, .step = note_step};
    uint64_t start_ns = bench_now_ns();
    subject_prove(&subject, threads, &progress);
    uint64_t end_ns = bench_now_ns();
    snprintf(result + steps.size, LINE - steps.size, "=%llu", (unsigned long long)(end_ns - steps.last_ns));
    return (double)(end_ns - start_ns);
}

static double run_prove(unsigned threads)
{
    uint64_t start_ns = bench_now_ns();
    subject_prove(&subject, threads, NULL);
    return (double)(bench_now_ns() - start_ns);
}

static double run_witness(void)
{
    double ns;
    TIME(ns, subject_witness(&subject));
    return ns;
}

static double run(char *result, const char *command, const char *text)
{
    unsigned a = 0, b = 1;
    if (strcmp(command, "circuit") == 0) return run_circuit(result, text);
    if (strcmp(command, "check") == 0) return run_check(result, text);
    sscanf(text, "%u %u", &a, &b);
    bench_require(a <= SUBJECT_THREADS_MAX && b >= 1 && b <= SUBJECT_THREADS_MAX, "arguments too large");
    if (strcmp(command, "data") == 0) return run_data(a);
    if (strcmp(command, "msm") == 0) return run_msm(result, a, b);
    if (strcmp(command, "ntt") == 0) return run_ntt(result, a, b);
    if (strcmp(command, "pairing") == 0) return run_pairing();
    if (strcmp(command, "poseidon") == 0) return run_poseidon(result, a);
    if (strcmp(command, "level") == 0) return serve_level(result);
    bench_require(subject.witness != NULL, "unknown command, or one before 'circuit'");
    if (strcmp(command, "witness") == 0) return run_witness();
    if (strcmp(command, "prove") == 0) return run_prove(a);
    if (strcmp(command, "steps") == 0) return run_steps(result, a);
    if (strcmp(command, "save") == 0) return run_save();
    if (strcmp(command, "verify") == 0) return run_verify(result);
    if (strcmp(command, "verify_batch") == 0) return run_verify_batch(result, a);
    bench_require(false, "unknown command");
    return 0;
}

int main(int argc, char **argv)
{
    bench_require(argc == 2, "usage: bench_serve FOLDER");
    folder = argv[1];
    serve(run);
    return 0;
}
