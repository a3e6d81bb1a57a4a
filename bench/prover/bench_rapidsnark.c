/* rapidsnark's side: its shared library, loaded at run time through the C interface of its prover.h and
 * verifier.h. bench_rapidsnark LIBRARY FOLDER serves (serve.h), with as many threads as the process may use
 * processors (taskset):
 *
 *   load NAME    maps NAME.zkey and NAME.wtns and makes a prover of the key
 *   prove        from the witness file's bytes to the proof's JSON text; -
 *   save         writes NAME.rapidsnark.json and NAME.rapidsnark_public.json; the path of the first
 *   verify       NAME.proof.json for NAME.public.json and NAME.vk.json, read from text each time; true or
 * false */
#include "serve.h"

#include "file.h"

#include <dlfcn.h>
#include <sched.h>

enum { MESSAGE = 256, TEXT_MAX = 1 << 20 };

typedef unsigned long long rapid_size; /* as its headers have it */

static struct {
    int (*create)(void **prover, const void *zkey, rapid_size zkey_size, char *message, rapid_size capacity);
    void (*destroy)(void *prover);
    int (*prove)(void *prover, const void *wtns, rapid_size wtns_size, char *proof, rapid_size *proof_size,
                 char *public, rapid_size *public_size, char *message, rapid_size capacity);
    int (*verify)(const char *proof, const char *public, const char *key, char *message,
                  unsigned long capacity);
} rapid;

/* The C library counts every processor there is, and rapidsnark takes its word. This one, exported, is found
 * first. */
__attribute__((visibility("default"))) int get_nprocs(void);
int get_nprocs(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

static const char *folder;
static char name[64];
static void *prover;
static struct roam_map zkey, wtns;
static char proof[TEXT_MAX], public[TEXT_MAX];
static rapid_size proof_size, public_size;

/* A function's address, into the pointer at `function`. */
static void find(void *function, void *library, const char *symbol)
{
    void *address = dlsym(library, symbol);
    bench_require(address != NULL, dlerror());
    memcpy(function, &address, sizeof address);
}

static void open_library(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    bench_require(library != NULL, dlerror());
    find(&rapid.create, library, "groth16_prover_create");
    find(&rapid.destroy, library, "groth16_prover_destroy");
    find(&rapid.prove, library, "groth16_prover_prove");
    find(&rapid.verify, library, "groth16_verify");
}

static void path_of(char path[SERVE_LINE], const char *end)
{
    snprintf(path, SERVE_LINE, "%.700s/%s%s", folder, name, end);
}

static void map(struct roam_map *file, const char *end)
{
    char path[SERVE_LINE];
    struct roam_diag diag = {""};
    path_of(path, end);
    bench_require(file_map(file, path, &diag) == ROAM_OK, diag.text);
}

static double run_load(const char *which)
{
    char message[MESSAGE] = "";
    if (prover != NULL) {
        rapid.destroy(prover);
        file_unmap(&zkey);
        file_unmap(&wtns);
    }
    snprintf(name, sizeof name, "%s", which);
    map(&zkey, ".zkey");
    map(&wtns, ".wtns");
    uint64_t start_ns = bench_now_ns();
    bench_require(rapid.create(&prover, zkey.data, zkey.size, message, MESSAGE) == 0, message);
    return (double)(bench_now_ns() - start_ns);
}

static double run_prove(void)
{
    char message[MESSAGE] = "";
    proof_size = public_size = TEXT_MAX;
    uint64_t start_ns = bench_now_ns();
    int err =
        rapid.prove(prover, wtns.data, wtns.size, proof, &proof_size, public, &public_size, message, MESSAGE);
    bench_require(err == 0, message);
    return (double)(bench_now_ns() - start_ns);
}

static void save(char path[SERVE_LINE], const char *end, const char *text, rapid_size size)
{
    struct roam_diag diag = {""};
    path_of(path, end);
    bench_require(file_write(path, text, (size_t)size, &diag) == ROAM_OK, diag.text);
}

/* Its proofs do not name the curve, which roam demands. */
static double run_save(char *result)
{
    static const char curve[] = ",\"curve\":\"bn128\"}";
    bench_require(proof_size > 1 && proof_size + sizeof curve <= TEXT_MAX && proof[proof_size - 1] == '}',
                  "save: no proof");
    memcpy(proof + proof_size - 1, curve, sizeof curve);
    save(result, ".rapidsnark_public.json", public, public_size);
    save(result, ".rapidsnark.json", proof, strlen(proof));
    return 0;
}

static char *text_of(const char *end)
{
    char path[SERVE_LINE];
    uint8_t *text;
    size_t size;
    struct roam_diag diag = {""};
    path_of(path, end);
    bench_require(file_read(&text, &size, path, TEXT_MAX, &diag) == ROAM_OK, diag.text);
    return (char *)text;
}

static double run_verify(char *result)
{
    double ns;
    bool good = true;
    char message[MESSAGE] = "";
    char *their_proof = text_of(".proof.json"), *inputs = text_of(".public.json"), *key = text_of(".vk.json");
    TIME(ns, good &= rapid.verify(their_proof, inputs, key, message, MESSAGE) == 0);
    free(their_proof);
    free(inputs);
    free(key);
    strcpy(result, good ? "true" : "false");
    return ns;
}

static double run(char result[SERVE_LINE], const char *command, const char *text)
{
    if (strcmp(command, "load") == 0) return run_load(text);
    bench_require(prover != NULL, "unknown command, or one before 'load'");
    if (strcmp(command, "prove") == 0) return run_prove();
    if (strcmp(command, "save") == 0) return run_save(result);
    if (strcmp(command, "verify") == 0) return run_verify(result);
    bench_require(false, "unknown command");
    return 0;
}

int main(int argc, char **argv)
{
    bench_require(argc == 3, "usage: bench_rapidsnark LIBRARY FOLDER");
    open_library(argv[1]);
    folder = argv[2];
    serve(run);
    return 0;
}
