/* roam zk: proofs, keys and circuits, in snarkjs's file formats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "cli.h"
#include "ct.h"
#include "r1cs_file.h"
#include "registry.h"
#include "snark_json.h"
#include "wtns_file.h"
#include "witness.h"
#include "zk_files.h"
#include "zk_prover.h"

static enum roam_err thread_option(struct cli *cli, unsigned *out)
{
    uint64_t threads;
    ROAM_TRY(cli_u64(cli, "threads", 2, 1, 64, &threads));
    *out = (unsigned)threads;
    return ROAM_OK;
}

static enum roam_err write_proof(struct cli *cli, const groth16_proof *proof, const fr *inputs, size_t count)
{
    struct roam_buf text;
    buf_init(&text, ZK_JSON_MAX);
    enum roam_err err = snark_proof_print(&text, proof);
    if (err == ROAM_OK) err = file_write(cli->operand[2], text.data, text.size, &cli->diag);
    text.size = 0;
    if (err == ROAM_OK) err = snark_public_print(&text, inputs, count);
    if (err == ROAM_OK) err = file_write(cli->operand[3], text.data, text.size, &cli->diag);
    buf_release(&text);
    return err;
}

static enum roam_err prove_with(struct cli *cli, const struct zk_prover *prover, const fr *witness,
                                size_t wire_count, unsigned threads)
{
    groth16_proof proof;
    ROAM_TRY(zk_prover_prove(&proof, prover, witness, wire_count, threads, &cli->progress, &cli->diag));
    cli_put_u64(cli, "public_signals", prover->key.public_count);
    cli_put_bool(cli, "insecure", zkey_is_insecure(&prover->key));
    return write_proof(cli, &proof, witness + 1, prover->key.public_count);
}

static enum roam_err zk_prove(struct cli *cli)
{
    unsigned threads;
    struct zk_prover prover;
    fr *witness;
    size_t wire_count;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(zk_prover_load(&prover, cli->operand[0], cli_get(cli, "tables"), &cli->diag));
    enum roam_err err = wtns_load(&witness, &wire_count, cli->operand[1], &cli->diag);
    if (err == ROAM_OK) {
        err = prove_with(cli, &prover, witness, wire_count, threads);
        wtns_release(witness, wire_count);
    }
    zk_prover_release(&prover);
    return err;
}

static void put_tables(struct cli *cli, const struct groth16_tables *tables)
{
    static const char *const names[GROTH16_SUMS] = {"H", "A", "C", "B1", "B2"};
    json_t *list = json_array();
    for (int i = 0; i < GROTH16_SUMS; i++)
        if (tables->shape[i].count > 0) json_array_append_new(list, json_string(names[i]));
    cli_put(cli, "tables", list);
    cli_put_u64(cli, "bytes", groth16_tables_size(tables));
}

static enum roam_err zk_tables(struct cli *cli)
{
    unsigned threads;
    uint64_t max_mb;
    struct zkey key;
    struct groth16_tables tables;
    ROAM_TRY(thread_option(cli, &threads));
    ROAM_TRY(cli_u64(cli, "max-mb", GROTH16_TABLES_DEFAULT_BYTES >> 20, 1, 1 << 20, &max_mb));
    ROAM_TRY(zkey_load(&key, cli->operand[0], false, &cli->diag));
    enum roam_err err = groth16_tables_make(&tables, &key, (size_t)max_mb << 20, threads, &cli->progress);
    if (err == ROAM_OK) {
        put_tables(cli, &tables);
        if (groth16_tables_size(&tables) == 0)
            err = roam_diag(&cli->diag, ROAM_E_LIMIT, "no table of this key fits in %llu MB; give --max-mb",
                            (unsigned long long)max_mb);
        else
            err = groth16_tables_save(&tables, cli->operand[1], &cli->diag);
        groth16_tables_release(&tables);
    }
    zkey_release(&key);
    return err;
}

static enum roam_err zk_verify(struct cli *cli)
{
    static struct groth16_prepared_vk prepared;
    static struct zk_vk key;
    static fr inputs[GROTH16_INPUTS_MAX];
    size_t count;
    groth16_proof proof;
    ROAM_TRY(zk_vk_read(&key, cli->operand[0], &cli->diag));
    ROAM_TRY(zk_public_read(inputs, &count, cli->operand[1], &cli->diag));
    ROAM_TRY(zk_proof_read(&proof, cli->operand[2], &cli->diag));
    ROAM_TRY(groth16_vk_lint(&key.vk, &cli->diag));
    if (key.vk.insecure && cli_flag(cli, "production"))
        return roam_diag(&cli->diag, ROAM_E_INSECURE, "%s: a development key", cli->operand[0]);
    groth16_prepare(&prepared, &key.vk);
    enum roam_err err = groth16_verify(&prepared, &proof, inputs, count);
    if (err == ROAM_E_COUNT)
        return roam_diag(&cli->diag, err, "%zu public signals, the key has %zu", count, key.vk.input_count);
    if (err != ROAM_OK && err != ROAM_E_VERIFY) return err;
    cli_put_bool(cli, "valid", err == ROAM_OK);
    cli_put_bool(cli, "insecure", key.vk.insecure);
    return err == ROAM_OK ? err
                          : roam_diag(&cli->diag, err, "the proof does not hold for these public signals");
}

static enum roam_err zk_vkey(struct cli *cli)
{
    struct zkey key;
    ROAM_TRY(zkey_load(&key, cli->operand[0], false, &cli->diag));
    enum roam_err err = zk_vk_write(&key, cli->operand[1], &cli->diag);
    cli_put_bool(cli, "insecure", zkey_is_insecure(&key));
    zkey_release(&key);
    return err;
}

static enum roam_err zk_lint(struct cli *cli)
{
    static struct zk_vk key;
    ROAM_TRY(zk_vk_read(&key, cli->operand[0], &cli->diag));
    ROAM_TRY(groth16_vk_lint(&key.vk, &cli->diag));
    cli_put_u64(cli, "public_signals", key.vk.input_count);
    cli_put_bool(cli, "insecure", key.vk.insecure);
    cli_put_bool(cli, "sound", true);
    return ROAM_OK;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void put_gadgets(struct cli *cli, const struct builder *counted)
{
    json_t *list = json_array();
    for (size_t i = 0; i < counted->gadget_count; i++) {
        const struct r1cs_gadget_cost *g = &counted->gadget[i];
        json_array_append_new(list, json_pack("{s:s,s:I,s:I,s:I,s:I,s:I}", "gadget", g->name, "uses",
                                              (json_int_t)g->uses, "constraints", (json_int_t)g->constraints,
                                              "terms_a", (json_int_t)g->terms[0], "terms_b",
                                              (json_int_t)g->terms[1], "terms_c", (json_int_t)g->terms[2]));
    }
    cli_put(cli, "gadgets", list);
}

static void put_domain(struct cli *cli, uint64_t constraints, uint64_t public_count)
{
    unsigned log_domain = 0;
    while ((UINT64_C(1) << log_domain) < constraints + public_count + 1) log_domain++;
    cli_put_u64(cli, "domain_log2", log_domain);
}

static enum roam_err info_circuit(struct cli *cli, const char *name)
{
    struct builder counted;
    ROAM_TRY(circuit_count(&counted, name, &cli->diag));
    cli_put_text(cli, "circuit", name);
    cli_put_u64(cli, "constraints", counted.constraint_count);
    cli_put_u64(cli, "wires", counted.wire_count);
    cli_put_u64(cli, "public_signals", counted.public_count);
    cli_put_u64(cli, "terms", counted.term_count);
    put_domain(cli, counted.constraint_count, counted.public_count);
    if (cli_flag(cli, "by-gadget")) put_gadgets(cli, &counted);
    return ROAM_OK;
}

static enum roam_err info_r1cs(struct cli *cli, const char *path)
{
    struct r1cs_system system;
    ROAM_TRY(r1cs_load(&system, path, &cli->diag));
    cli_put_u64(cli, "constraints", system.constraint_count);
    cli_put_u64(cli, "wires", system.wire_count);
    cli_put_u64(cli, "public_outputs", system.output_count);
    cli_put_u64(cli, "public_inputs", system.public_input_count);
    cli_put_u64(cli, "terms", system.term_count);
    put_domain(cli, system.constraint_count, r1cs_public_count(&system));
    r1cs_release(&system);
    return ROAM_OK;
}

static enum roam_err info_zkey(struct cli *cli, const char *path)
{
    struct zkey key;
    ROAM_TRY(zkey_load(&key, path, false, &cli->diag));
    cli_put_u64(cli, "wires", key.wire_count);
    cli_put_u64(cli, "public_signals", key.public_count);
    cli_put_u64(cli, "domain_log2", key.log_domain);
    cli_put_bool(cli, "insecure", zkey_is_insecure(&key));
    cli_put_hex(cli, "circuit_hash", key.circuit_hash, sizeof key.circuit_hash);
    cli_put(cli, "contributions", zk_contributions_json(&key));
    zkey_release(&key);
    return ROAM_OK;
}

static enum roam_err zk_info(struct cli *cli)
{
    const char *what = cli->operand[0];
    if (ends_with(what, ".r1cs")) return info_r1cs(cli, what);
    if (ends_with(what, ".zkey")) return info_zkey(cli, what);
    return info_circuit(cli, what);
}

static enum roam_err zk_circuit(struct cli *cli)
{
    struct r1cs_system system;
    struct roam_buf bytes;
    ROAM_TRY(circuit_build(&system, cli->operand[0], &cli->diag));
    buf_init(&bytes, SIZE_MAX / 2);
    enum roam_err err = r1cs_serialize(&bytes, &system);
    if (err == ROAM_OK) err = file_write(cli->operand[1], bytes.data, bytes.size, &cli->diag);
    cli_put_u64(cli, "constraints", system.constraint_count);
    cli_put_u64(cli, "bytes", bytes.size);
    buf_release(&bytes);
    r1cs_release(&system);
    return err;
}

static enum roam_err zk_witness(struct cli *cli)
{
    fr *witness;
    size_t count;
    struct roam_buf bytes;
    ROAM_TRY(witness_from_file(&witness, &count, cli->operand[0], cli->operand[1], &cli->diag));
    buf_init(&bytes, SIZE_MAX / 2);
    enum roam_err err = wtns_serialize(&bytes, witness, count);
    if (err == ROAM_OK) err = file_write(cli->operand[2], bytes.data, bytes.size, &cli->diag);
    cli_put_u64(cli, "wires", count);
    if (bytes.data != NULL) roam_wipe(bytes.data, bytes.size);
    buf_release(&bytes);
    wtns_release(witness, count);
    return err;
}

static enum roam_err zk_check(struct cli *cli)
{
    struct r1cs_system system;
    fr *witness;
    size_t count;
    ROAM_TRY(r1cs_load(&system, cli->operand[0], &cli->diag));
    enum roam_err err = wtns_load(&witness, &count, cli->operand[1], &cli->diag);
    if (err == ROAM_OK) {
        uint32_t failing = 0;
        if (count != system.wire_count)
            err = roam_diag(&cli->diag, ROAM_E_COUNT, "%zu values, the circuit has %u wires", count,
                            system.wire_count);
        else if ((err = r1cs_check(&system, witness, &failing)) != ROAM_OK)
            err = roam_diag(&cli->diag, err, "constraint %u is not satisfied", failing);
        wtns_release(witness, count);
    }
    r1cs_release(&system);
    if (err == ROAM_OK) cli_put_bool(cli, "valid", true);
    return err;
}

static const struct cli_option prove_options[] = {
    {"threads", "N", "threads to use (default: 2)", false},
    {"tables", "FILE", "tables of this key (roam zk tables)", false},
    {0},
};
static const struct cli_option tables_options[] = {
    {"threads", "N", "threads to use (default: 2)", false},
    {"max-mb", "N", "memory and file at most (default: 256)", false},
    {0},
};
static const struct cli_option verify_options[] = {
    {"production", NULL, "refuse development keys", false},
    {0},
};
static const struct cli_option info_options[] = {
    {"by-gadget", NULL, "where the constraints of a named circuit go", false},
    {0},
};

const struct cli_command cmd_zk[] = {
    {"zk", "prove", "CIRCUIT.zkey WITNESS.wtns PROOF.json PUBLIC.json", "Make a Groth16 proof.",
     prove_options, zk_prove},
    {"zk", "tables", "CIRCUIT.zkey OUT.tables",
     "Make tables with which proofs of a small circuit take about two thirds of the time.", tables_options,
     zk_tables},
    {"zk", "verify", "VKEY.json PUBLIC.json PROOF.json", "Check a Groth16 proof.", verify_options, zk_verify},
    {"zk", "vkey", "CIRCUIT.zkey VKEY.json", "Write the verification key of a proving key.", NULL, zk_vkey},
    {"zk", "lint", "VKEY.json", "Make every check a verification key must pass before it is trusted.", NULL,
     zk_lint},
    {"zk", "info", "FILE.r1cs|FILE.zkey|NAME", "Describe a circuit, by file or by name (b5groam, settle-N).",
     info_options, zk_info},
    {"zk", "circuit", "NAME OUT.r1cs", "Write one of roam's circuits.", NULL, zk_circuit},
    {"zk", "witness", "NAME INPUT.json OUT.wtns", "Compute the witness of one of roam's circuits.", NULL,
     zk_witness},
    {"zk", "check", "CIRCUIT.r1cs WITNESS.wtns", "Check a witness against a circuit.", NULL, zk_check},
    {0},
};
