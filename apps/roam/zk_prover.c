#include "zk_prover.h"

#include <stdlib.h>

static void *memory_of(size_t size) { return aligned_alloc(64, (size + 63) / 64 * 64); }

static enum roam_err take_terms(void *context, const struct zkey *key)
{
    struct zk_prover *out = context;
    out->memory = memory_of(groth16_prover_size(key));
    if (out->memory == NULL) return ROAM_E_NOMEM;
    groth16_prover_init(&out->prover, key, NULL, out->memory);
    return ROAM_OK;
}

/* Once the key is where it stays. */
static enum roam_err take_tables(struct zk_prover *out, const char *path, struct roam_diag *diag)
{
    out->prover.key = &out->key;
    if (path == NULL) return ROAM_OK;
    ROAM_TRY(groth16_tables_load(&out->tables, &out->key, path, diag));
    out->prover.tables = &out->tables;
    return ROAM_OK;
}

enum roam_err zk_prover_init(struct zk_prover *out, struct zkey *key)
{
    *out = (struct zk_prover){.key = *key};
    enum roam_err err = take_terms(out, &out->key); /* which is where the key stays */
    if (err == ROAM_OK)
        zkey_release_terms(&out->key);
    else
        zk_prover_release(out);
    return err;
}

enum roam_err zk_prover_load(struct zk_prover *out, const char *zkey_path, const char *tables_path,
                             struct roam_diag *diag)
{
    struct roam_map map;
    const struct zkey_terms_user user = {out, take_terms};
    *out = (struct zk_prover){.memory = NULL};
    ROAM_TRY(file_map(&map, zkey_path, diag));
    enum roam_err err = zkey_parse_to_prove(&out->key, map.data, map.size, true, &user, diag);
    file_unmap(&map);
    if (err == ROAM_OK) err = take_tables(out, tables_path, diag);
    if (err != ROAM_OK) zk_prover_release(out);
    return err;
}

void zk_prover_release(struct zk_prover *prover)
{
    groth16_tables_release(&prover->tables);
    zkey_release(&prover->key);
    free(prover->memory);
    prover->memory = NULL;
}

enum roam_err zk_prover_prove(groth16_proof *out, const struct zk_prover *prover, const fr *witness,
                              size_t wire_count, unsigned threads, const struct roam_progress *progress,
                              struct roam_diag *diag)
{
    const struct groth16_prove_options options = {.threads = threads, .progress = progress};
    void *scratch = memory_of(groth16_proof_scratch_size(&prover->prover, threads));
    if (scratch == NULL) return ROAM_E_NOMEM;
    enum roam_err err = groth16_prove_with(out, &prover->prover, witness, wire_count, &options,
                                           &roam_env_system, scratch, diag);
    free(scratch);
    return err;
}
