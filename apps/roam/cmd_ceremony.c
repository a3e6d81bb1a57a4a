/* roam ceremony: proving keys and where their trust comes from.
 *
 * A production key is made in two phases, each by many parties in turn, and is sound if one of them forgot
 * its secret: phase 1, powers of tau, for all circuits up to a size (files .ptau); phase 2, for one circuit
 * (files .zkey). Files are snarkjs's, so parties may use either program. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "digest.h"
#include "file.h"
#include "hex.h"
#include "phase2.h"
#include "ptau.h"
#include "r1cs_file.h"
#include "registry.h"
#include "setup.h"
#include "zk_files.h"

/* A circuit by file or by name. */
static enum roam_err load_circuit(struct cli *cli, const char *what, struct r1cs_system *out)
{
    size_t length = strlen(what);
    if (length > 5 && strcmp(what + length - 5, ".r1cs") == 0) return r1cs_load(out, what, &cli->diag);
    return circuit_build(out, what, &cli->diag);
}

static enum roam_err thread_option(struct cli *cli, unsigned *out)
{
    uint64_t threads;
    ROAM_TRY(cli_u64(cli, "threads", 2, 1, 64, &threads));
    *out = (unsigned)threads;
    return ROAM_OK;
}

/* The finished key: written, described, released. */
static enum roam_err write_key(struct cli *cli, struct zkey *key, const char *path)
{
    enum roam_err err = zk_key_write(key, path, &cli->diag);
    cli_put_u64(cli, "wires", key->wire_count);
    cli_put_u64(cli, "domain_log2", key->log_domain);
    cli_put_bool(cli, "insecure", zkey_is_insecure(key));
    cli_put(cli, "contributions", zk_contributions_json(key));
    zkey_release(key);
    return err;
}

static enum roam_err ceremony_dev(struct cli *cli)
{
    struct r1cs_system system;
    struct zkey key;
    ROAM_TRY(load_circuit(cli, cli->operand[0], &system));
    enum roam_err err = setup_dev(&key, &system, &roam_env_system, &cli->progress, &cli->diag);
    r1cs_release(&system);
    return err == ROAM_OK ? write_key(cli, &key, cli->operand[1]) : err;
}

/* A .ptau file in memory. */
struct ptau_file {
    struct roam_map map;
    struct ptau ptau;
};

static enum roam_err ptau_open(struct cli *cli, struct ptau_file *file, const char *path)
{
    ROAM_TRY(file_map(&file->map, path, &cli->diag));
    enum roam_err err = ptau_parse(&file->ptau, file->map.data, file->map.size, &cli->diag);
    if (err != ROAM_OK) file_unmap(&file->map);
    return err;
}

static void ptau_close(struct ptau_file *file)
{
    ptau_release(&file->ptau);
    file_unmap(&file->map);
}

static json_t *ptau_contributions(const struct ptau *ptau)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ptau->contribution_count; i++) {
        const struct ptau_contribution *c = &ptau->contributions[i];
        uint8_t hash[64] = {0};
        json_t *entry = json_pack("{s:s?,s:s}", "name", c->note.name, "kind",
                                  c->note.kind == CEREMONY_BEACON ? "beacon" : "person");
        if (ptau_response_hash(hash, c) == ROAM_OK)
            json_object_set_new(entry, "hash", json_bytes(hash, sizeof hash));
        json_array_append_new(list, entry);
    }
    return list;
}

static void put_ptau(struct cli *cli, const struct ptau *ptau)
{
    cli_put_u64(cli, "power", ptau->power);
    cli_put_bool(cli, "prepared", ptau->prepared);
    cli_put(cli, "contributions", ptau_contributions(ptau));
}

/* Writes what a maker made, if it did, and shows its record. */
static enum roam_err write_ptau(struct cli *cli, struct roam_buf *bytes, enum roam_err err, const char *path)
{
    struct ptau made;
    if (err == ROAM_OK) err = file_write(path, bytes->data, bytes->size, &cli->diag);
    if (err == ROAM_OK) err = ptau_parse(&made, bytes->data, bytes->size, &cli->diag);
    if (err == ROAM_OK) {
        put_ptau(cli, &made);
        ptau_release(&made);
    }
    buf_release(bytes);
    return err;
}

static enum roam_err ceremony_ptau_new(struct cli *cli)
{
    uint64_t power;
    struct roam_buf bytes;
    ROAM_TRY(cli_u64(cli, "power", 0, PTAU_POWER_MIN, PTAU_POWER_MAX, &power));
    buf_init(&bytes, SIZE_MAX / 2);
    return write_ptau(cli, &bytes, ptau_new(&bytes, (unsigned)power, &cli->diag), cli->operand[0]);
}

struct beacon {
    uint8_t value[CEREMONY_BEACON_MAX];
    size_t size;
    unsigned log_iterations;
};

static enum roam_err beacon_options(struct cli *cli, struct beacon *out)
{
    const char *text = cli_get(cli, "value");
    uint64_t log_iterations;
    out->size = strlen(text) / 2;
    if (out->size == 0 || out->size > sizeof out->value)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "--value: 1 to %zu bytes in hexadecimal",
                         sizeof out->value);
    ROAM_TRY(cli_hex(cli, "--value", text, out->value, out->size));
    ROAM_TRY(cli_u64(cli, "iterations-log2", 10, 10, 63, &log_iterations));
    out->log_iterations = (unsigned)log_iterations;
    return ROAM_OK;
}

static const char *entropy_of(const struct cli *cli)
{
    const char *entropy = cli_get(cli, "entropy");
    return entropy == NULL ? "" : entropy;
}

static enum roam_err ceremony_ptau_contribute(struct cli *cli)
{
    unsigned threads;
    struct ptau_file file;
    struct roam_buf bytes;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(ptau_open(cli, &file, cli->operand[0]));
    buf_init(&bytes, SIZE_MAX / 2);
    enum roam_err err = ptau_contribute(&bytes, &file.ptau, cli_get(cli, "name"), entropy_of(cli),
                                        &roam_env_system, threads, &cli->progress, &cli->diag);
    ptau_close(&file);
    return write_ptau(cli, &bytes, err, cli->operand[1]);
}

static enum roam_err ceremony_ptau_beacon(struct cli *cli)
{
    unsigned threads;
    struct ptau_file file;
    struct roam_buf bytes;
    struct beacon beacon;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(beacon_options(cli, &beacon));
    ROAM_TRY(ptau_open(cli, &file, cli->operand[0]));
    buf_init(&bytes, SIZE_MAX / 2);
    enum roam_err err = ptau_beacon(&bytes, &file.ptau, cli_get(cli, "name"), beacon.value, beacon.size,
                                    beacon.log_iterations, threads, &cli->progress, &cli->diag);
    ptau_close(&file);
    return write_ptau(cli, &bytes, err, cli->operand[1]);
}

/* Too large to be held in memory: written as it is made. */
static enum roam_err prepare_file(struct cli *cli, const struct ptau *ptau, const char *path,
                                  unsigned threads)
{
    struct roam_file_out out;
    ROAM_TRY(file_out_begin(&out, path, &cli->diag));
    struct roam_sink sink = file_out_sink(&out);
    return file_out_end(&out, ptau_prepare(&sink, ptau, threads, &cli->progress, &cli->diag), &cli->diag);
}

static enum roam_err ceremony_ptau_prepare(struct cli *cli)
{
    unsigned threads;
    struct ptau_file file;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(ptau_open(cli, &file, cli->operand[0]));
    enum roam_err err = prepare_file(cli, &file.ptau, cli->operand[1], threads);
    ptau_close(&file);
    ROAM_TRY(err);
    ROAM_TRY(ptau_open(cli, &file, cli->operand[1]));
    put_ptau(cli, &file.ptau);
    ptau_close(&file);
    return ROAM_OK;
}

/* Verifies a file from anywhere and says whether it is one of the published ones. */
static enum roam_err ceremony_ptau_verify(struct cli *cli)
{
    unsigned threads;
    struct ptau_file file;
    uint8_t hash[64];
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(ptau_open(cli, &file, cli->operand[0]));
    blake2b_512(hash, &(struct bytes_view){file.map.data, file.map.size}, 1);
    enum roam_err err = ptau_verify(&file.ptau, &roam_env_system, threads, &cli->progress, &cli->diag);
    if (err == ROAM_OK) {
        const char *published = ptau_public_file(hash);
        cli_put_bool(cli, "valid", true);
        put_ptau(cli, &file.ptau);
        cli_put_hex(cli, "blake2b", hash, sizeof hash);
        cli_put_text(cli, "published_as", published == NULL ? "none of the known public files" : published);
    }
    ptau_close(&file);
    return err;
}

static enum roam_err initial_key(struct cli *cli, const char *circuit, const char *ptau, unsigned threads,
                                 struct zkey *out)
{
    struct r1cs_system system;
    struct ptau_file file;
    ROAM_TRY(ptau_open(cli, &file, ptau));
    enum roam_err err = load_circuit(cli, circuit, &system);
    if (err == ROAM_OK) {
        err = setup_from_ptau(out, &system, &file.ptau, threads, &cli->progress, &cli->diag);
        r1cs_release(&system);
    }
    ptau_close(&file);
    return err;
}

static enum roam_err ceremony_setup(struct cli *cli)
{
    unsigned threads;
    struct zkey key;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(initial_key(cli, cli->operand[0], cli->operand[1], threads, &key));
    return write_key(cli, &key, cli->operand[2]);
}

static enum roam_err ceremony_contribute(struct cli *cli)
{
    unsigned threads;
    struct zkey key;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(zkey_load(&key, cli->operand[0], true, &cli->diag));
    enum roam_err err = phase2_contribute(&key, cli_get(cli, "name"), entropy_of(cli), &roam_env_system,
                                          threads, &cli->progress, &cli->diag);
    if (err == ROAM_OK) return write_key(cli, &key, cli->operand[1]);
    zkey_release(&key);
    return err;
}

static enum roam_err ceremony_beacon(struct cli *cli)
{
    unsigned threads;
    struct zkey key;
    struct beacon beacon;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(beacon_options(cli, &beacon));
    ROAM_TRY(zkey_load(&key, cli->operand[0], true, &cli->diag));
    enum roam_err err = phase2_beacon(&key, cli_get(cli, "name"), beacon.value, beacon.size,
                                      beacon.log_iterations, threads, &cli->progress, &cli->diag);
    if (err == ROAM_OK) return write_key(cli, &key, cli->operand[1]);
    zkey_release(&key);
    return err;
}

static enum roam_err ceremony_verify(struct cli *cli)
{
    unsigned threads;
    struct zkey key, initial;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(zkey_load(&key, cli->operand[2], true, &cli->diag));
    enum roam_err err = initial_key(cli, cli->operand[0], cli->operand[1], threads, &initial);
    if (err == ROAM_OK) {
        err = phase2_verify(&key, &initial, &roam_env_system, threads, &cli->progress, &cli->diag);
        zkey_release(&initial);
    }
    if (err == ROAM_OK) {
        cli_put_bool(cli, "valid", true);
        cli_put(cli, "contributions", zk_contributions_json(&key));
    }
    zkey_release(&key);
    return err;
}

#define OPTION_THREADS                                                                                       \
    {                                                                                                        \
        "threads", "N", "threads to use (default: 2)", false                                                 \
    }
static const struct cli_option new_options[] = {{"power", "N", "for circuits of up to 2^N rows", true}, {0}};
static const struct cli_option thread_options[] = {OPTION_THREADS, {0}};
static const struct cli_option contribute_options[] = {
    {"name", "NAME", "who contributes, as it will stand in the record", true},
    {"entropy", "TEXT", "mixed with the system's randomness", false},
    OPTION_THREADS,
    {0},
};
static const struct cli_option beacon_option_table[] = {
    {"name", "NAME", "where the beacon comes from", true},
    {"value", "HEX", "the public random value", true},
    {"iterations-log2", "N", "hashed 2^N times, 10 to 63 (default: 10)", false},
    OPTION_THREADS,
    {0},
};

const struct cli_command cmd_ceremony[] = {
    {"ceremony", "dev", "CIRCUIT.r1cs|NAME OUT.zkey",
     "Make a development key in one step; it is marked as insecure.", NULL, ceremony_dev},
    {"ceremony", "ptau-new", "OUT.ptau", "Phase 1: begin.", new_options, ceremony_ptau_new},
    {"ceremony", "ptau-contribute", "IN.ptau OUT.ptau", "Phase 1: contribute.", contribute_options,
     ceremony_ptau_contribute},
    {"ceremony", "ptau-beacon", "IN.ptau OUT.ptau", "Phase 1: end with a public beacon.", beacon_option_table,
     ceremony_ptau_beacon},
    {"ceremony", "ptau-prepare", "IN.ptau OUT.ptau", "Phase 1: compute what phase 2 starts from.",
     thread_options, ceremony_ptau_prepare},
    {"ceremony", "ptau-verify", "FILE.ptau",
     "Phase 1: check a file, made here or elsewhere, before it is used.", thread_options,
     ceremony_ptau_verify},
    {"ceremony", "setup", "CIRCUIT.r1cs|NAME FILE.ptau OUT.zkey", "Phase 2: begin, from a prepared phase 1.",
     thread_options, ceremony_setup},
    {"ceremony", "contribute", "IN.zkey OUT.zkey", "Phase 2: contribute.", contribute_options,
     ceremony_contribute},
    {"ceremony", "beacon", "IN.zkey OUT.zkey", "Phase 2: end with a public beacon.", beacon_option_table,
     ceremony_beacon},
    {"ceremony", "verify", "CIRCUIT.r1cs|NAME FILE.ptau KEY.zkey",
     "Phase 2: check that a key came from circuit and phase 1 by its recorded contributions.", thread_options,
     ceremony_verify},
    {0},
};
