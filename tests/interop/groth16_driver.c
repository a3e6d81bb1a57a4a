/* Runs lib/groth16 from the command line for groth16_snarkjs.sh. Exit status 0 or the error's number; the
 * explanation goes to standard error. */
#include "file.h"
#include "groth16_fixture.h"
#include "phase2.h"
#include "prove.h"
#include "ptau.h"
#include "r1cs_file.h"
#include "setup.h"
#include "snark_json.h"
#include "wtns_file.h"

#include <stdio.h>

enum { THREADS = 2, BEACON_ITERATIONS = 10 };
static const size_t file_max = (size_t)1 << 32;
static const uint8_t beacon[4] = {1, 2, 3, 4};
static struct roam_diag diag;

static enum roam_err save(const char *path, struct roam_buf *buf)
{
    enum roam_err err = file_write(path, buf->data, buf->size, &diag);
    buf_release(buf);
    return err;
}

static struct roam_buf new_buf(void)
{
    struct roam_buf buf;
    buf_init(&buf, file_max);
    return buf;
}

/* fixture constraints r1cs wtns */
static enum roam_err make_fixture(char **argv)
{
    struct fixture f;
    struct roam_prng prng = {1};
    struct roam_buf buf = new_buf();
    fixture_random(&f, &prng, 1, 2, (uint32_t)strtoul(argv[0], NULL, 10));
    ROAM_TRY(r1cs_serialize(&buf, &f.system));
    ROAM_TRY(save(argv[1], &buf));
    ROAM_TRY(wtns_serialize(&buf, f.witness, f.system.wire_count));
    ROAM_TRY(save(argv[2], &buf));
    fixture_release(&f);
    return ROAM_OK;
}

static enum roam_err save_key(const char *path, struct zkey *key)
{
    struct roam_buf buf = new_buf();
    ROAM_TRY(zkey_serialize(&buf, key));
    zkey_release(key);
    return save(path, &buf);
}

/* dev r1cs zkey */
static enum roam_err make_dev(char **argv)
{
    struct r1cs_system system;
    struct zkey key;
    ROAM_TRY(r1cs_load(&system, argv[0], &diag));
    ROAM_TRY(setup_dev(&key, &system, &roam_env_system, NULL, &diag));
    r1cs_release(&system);
    return save_key(argv[1], &key);
}

static enum roam_err open_ptau(struct roam_map *map, struct ptau *ptau, const char *path)
{
    ROAM_TRY(file_map(map, path, &diag));
    return ptau_parse(ptau, map->data, map->size, &diag);
}

static void close_ptau(struct roam_map *map, struct ptau *ptau)
{
    ptau_release(ptau);
    file_unmap(map);
}

/* ptau-new power ptau */
static enum roam_err make_ptau(char **argv)
{
    struct roam_buf buf = new_buf();
    ROAM_TRY(ptau_new(&buf, (unsigned)strtoul(argv[0], NULL, 10), &diag));
    return save(argv[1], &buf);
}

/* ptau-contribute|ptau-beacon|ptau-prepare old new */
static enum roam_err extend_ptau(const char *how, char **argv)
{
    struct roam_map map;
    struct ptau ptau;
    struct roam_buf buf = new_buf();
    struct roam_sink sink = buf_sink(&buf);
    ROAM_TRY(open_ptau(&map, &ptau, argv[0]));
    if (strcmp(how, "ptau-contribute") == 0)
        ROAM_TRY(ptau_contribute(&buf, &ptau, "someone", "typed", &roam_env_system, THREADS, NULL, &diag));
    else if (strcmp(how, "ptau-beacon") == 0)
        ROAM_TRY(ptau_beacon(&buf, &ptau, "beacon", beacon, sizeof beacon, BEACON_ITERATIONS, THREADS, NULL,
                             &diag));
    else
        ROAM_TRY(ptau_prepare(&sink, &ptau, THREADS, NULL, &diag));
    close_ptau(&map, &ptau);
    return save(argv[1], &buf);
}

/* ptau-verify ptau */
static enum roam_err check_ptau(char **argv)
{
    struct roam_map map;
    struct ptau ptau;
    ROAM_TRY(open_ptau(&map, &ptau, argv[0]));
    enum roam_err err = ptau_verify(&ptau, &roam_env_system, THREADS, NULL, &diag);
    close_ptau(&map, &ptau);
    return err;
}

static enum roam_err initial_key(struct zkey *key, const char *r1cs, const char *powers)
{
    struct r1cs_system system;
    struct roam_map map;
    struct ptau ptau;
    ROAM_TRY(r1cs_load(&system, r1cs, &diag));
    ROAM_TRY(open_ptau(&map, &ptau, powers));
    ROAM_TRY(setup_from_ptau(key, &system, &ptau, THREADS, NULL, &diag));
    close_ptau(&map, &ptau);
    r1cs_release(&system);
    return ROAM_OK;
}

/* setup r1cs ptau zkey */
static enum roam_err make_initial(char **argv)
{
    struct zkey key;
    ROAM_TRY(initial_key(&key, argv[0], argv[1]));
    return save_key(argv[2], &key);
}

/* contribute|beacon old new */
static enum roam_err extend_key(const char *how, char **argv)
{
    struct zkey key;
    ROAM_TRY(zkey_load(&key, argv[0], true, &diag));
    if (strcmp(how, "contribute") == 0)
        ROAM_TRY(phase2_contribute(&key, "someone", "typed", &roam_env_system, THREADS, NULL, &diag));
    else
        ROAM_TRY(
            phase2_beacon(&key, "beacon", beacon, sizeof beacon, BEACON_ITERATIONS, THREADS, NULL, &diag));
    return save_key(argv[1], &key);
}

/* check-key r1cs ptau zkey */
static enum roam_err check_key(char **argv)
{
    struct zkey key, initial;
    ROAM_TRY(zkey_load(&key, argv[2], true, &diag));
    ROAM_TRY(initial_key(&initial, argv[0], argv[1]));
    enum roam_err err = phase2_verify(&key, &initial, &roam_env_system, THREADS, NULL, &diag);
    zkey_release(&key);
    zkey_release(&initial);
    return err;
}

/* vkey zkey json */
static enum roam_err export_vkey(char **argv)
{
    struct zkey key;
    struct groth16_vk vk;
    struct roam_buf buf = new_buf();
    ROAM_TRY(zkey_load(&key, argv[0], false, &diag));
    ROAM_TRY(zkey_vk(&vk, &key));
    ROAM_TRY(groth16_vk_lint(&vk, &diag));
    ROAM_TRY(snark_vk_print(&buf, &vk));
    zkey_release(&key);
    return save(argv[1], &buf);
}

/* prove zkey wtns proof public */
static enum roam_err make_proof(char **argv)
{
    struct zkey key;
    fr *witness;
    size_t count;
    groth16_proof proof;
    struct groth16_prove_options options = {.threads = THREADS};
    struct roam_buf buf = new_buf();
    ROAM_TRY(zkey_load(&key, argv[0], false, &diag));
    ROAM_TRY(wtns_load(&witness, &count, argv[1], &diag));
    size_t size = groth16_prove_scratch_size(&key, THREADS);
    void *scratch = aligned_alloc(64, (size + 63) / 64 * 64);
    if (scratch == NULL) return ROAM_E_NOMEM;
    ROAM_TRY(groth16_prove(&proof, &key, witness, count, &options, &roam_env_system, scratch, &diag));
    free(scratch);
    ROAM_TRY(snark_proof_print(&buf, &proof));
    ROAM_TRY(save(argv[2], &buf));
    ROAM_TRY(snark_public_print(&buf, witness + 1, key.public_count));
    wtns_release(witness, count);
    zkey_release(&key);
    return save(argv[3], &buf);
}

static enum roam_err load_text(uint8_t **text, size_t *size, const char *path)
{
    return file_read(text, size, path, 1 << 20, &diag);
}

/* verify vkey public proof; prints the arguments of the contract */
static enum roam_err check_proof(char **argv)
{
    static g1_affine ic[GROTH16_INPUTS_MAX + 1];
    static fr inputs[GROTH16_INPUTS_MAX];
    struct groth16_vk vk;
    struct groth16_prepared_vk prepared;
    groth16_proof proof;
    uint8_t *text;
    size_t size, count;
    struct roam_buf buf = new_buf();
    ROAM_TRY(load_text(&text, &size, argv[0]));
    ROAM_TRY(snark_vk_parse(&vk, ic, GROTH16_INPUTS_MAX + 1, (const char *)text, size, &diag));
    free(text);
    ROAM_TRY(groth16_vk_lint(&vk, &diag));
    ROAM_TRY(load_text(&text, &size, argv[1]));
    ROAM_TRY(snark_public_parse(inputs, GROTH16_INPUTS_MAX, &count, (const char *)text, size, &diag));
    free(text);
    ROAM_TRY(load_text(&text, &size, argv[2]));
    ROAM_TRY(snark_proof_parse(&proof, (const char *)text, size, &diag));
    free(text);
    groth16_prepare(&prepared, &vk);
    ROAM_TRY(groth16_verify(&prepared, &proof, inputs, count));
    ROAM_TRY(snark_calldata_print(&buf, &proof, inputs, count));
    printf("%.*s\n", (int)buf.size, (const char *)buf.data);
    buf_release(&buf);
    return ROAM_OK;
}

/* same-sections a b id ..: ROAM_E_MISMATCH if one differs */
static enum roam_err compare(int argc, char **argv)
{
    struct roam_map a_map, b_map;
    struct binfile a, b;
    struct binfile_cursor x, y;
    ROAM_TRY(file_map(&a_map, argv[0], &diag));
    ROAM_TRY(file_map(&b_map, argv[1], &diag));
    char type[5] = {0};
    memcpy(type, a_map.data, 4);
    ROAM_TRY(binfile_parse(&a, type, 1, a_map.data, a_map.size, &diag));
    ROAM_TRY(binfile_parse(&b, type, 1, b_map.data, b_map.size, &diag));
    for (int i = 2; i < argc; i++) {
        uint32_t id = (uint32_t)strtoul(argv[i], NULL, 10);
        ROAM_TRY(binfile_section(&x, &a, id, &diag));
        ROAM_TRY(binfile_section(&y, &b, id, &diag));
        if (x.left != y.left || memcmp(x.at, y.at, x.left) != 0)
            return roam_diag(&diag, ROAM_E_MISMATCH, "section %u differs", id);
    }
    file_unmap(&a_map);
    file_unmap(&b_map);
    return ROAM_OK;
}

static enum roam_err run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int arguments;
        enum roam_err (*run)(char **argv);
    } commands[] = {{"fixture", 3, make_fixture},   {"dev", 2, make_dev},       {"ptau-new", 2, make_ptau},
                    {"ptau-verify", 1, check_ptau}, {"setup", 3, make_initial}, {"check-key", 3, check_key},
                    {"vkey", 2, export_vkey},       {"prove", 4, make_proof},   {"verify", 3, check_proof}};
    if (argc < 1) return ROAM_E_FORMAT;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[0], commands[i].name) == 0)
            return argc == commands[i].arguments + 1 ? commands[i].run(argv + 1) : ROAM_E_COUNT;
    if (strcmp(argv[0], "same-sections") == 0 && argc > 3) return compare(argc - 1, argv + 1);
    if (argc != 3) return ROAM_E_COUNT;
    return strncmp(argv[0], "ptau-", 5) == 0 ? extend_ptau(argv[0], argv + 1) : extend_key(argv[0], argv + 1);
}

int main(int argc, char **argv)
{
    enum roam_err err = run(argc - 1, argv + 1);
    if (err != ROAM_OK) fprintf(stderr, "%s: %s\n", roam_err_text(err), diag.text);
    return (int)err;
}
