#include "prover_state.h"

#include <stdlib.h>

static size_t round_up_64(size_t size) { return (size + 63) / 64 * 64; }

size_t engine_bytes(const struct zkey *key) { return round_up_64(groth16_prover_size(key)); }

/* What groth16_prove takes for both, less the engine: at least groth16_proof_scratch_size of an engine made.
 */
size_t proof_scratch_bytes(const struct zkey *key, unsigned threads)
{
    return round_up_64(groth16_prove_scratch_size(key, threads) - groth16_prover_size(key));
}

static enum roam_err engine_init(void *context, const struct zkey *key)
{
    struct roam_prover *prover = context;
    prover->scratch_bytes = proof_scratch_bytes(key, prover->threads);
    prover->engine_memory = aligned_alloc(64, engine_bytes(key));
    if (prover->engine_memory == NULL) return ROAM_E_NOMEM;
    groth16_prover_init(&prover->engine, key, NULL, prover->engine_memory);
    ROAM_ASSERT(groth16_proof_scratch_size(&prover->engine, prover->threads) <= prover->scratch_bytes);
    return ROAM_OK;
}

enum roam_err engine_load(struct roam_prover *prover, const uint8_t *zkey, size_t zkey_size, bool mapped,
                          struct roam_diag *diag)
{
    const struct zkey_terms_user user = {prover, engine_init};
    ROAM_TRY(zkey_parse_to_prove(&prover->key, zkey, zkey_size, mapped, &user, diag));
    prover->engine.key = &prover->key;
    return ROAM_OK;
}

static enum roam_err load_or_make(struct roam_prover *prover, const char *path, struct roam_diag *diag)
{
    uint64_t left = prover->ceiling_bytes - prover->size.prover_bytes - prover->size.proof_bytes;
    size_t most = left < GROTH16_TABLES_DEFAULT_BYTES ? (size_t)left : GROTH16_TABLES_DEFAULT_BYTES;
    if (groth16_tables_load(&prover->tables, &prover->key, path, NULL) == ROAM_OK) return ROAM_OK;
    ROAM_TRY(groth16_tables_make(&prover->tables, &prover->key, most, prover->threads, NULL));
    enum roam_err err = groth16_tables_save(&prover->tables, path, diag);
    if (err != ROAM_OK) groth16_tables_release(&prover->tables);
    return err;
}

enum roam_err engine_take_tables(struct roam_prover *prover, const char *path, struct roam_diag *diag)
{
    struct roam_prover_size size = prover->size;
    ROAM_TRY(load_or_make(prover, path, diag));
    prover->engine.tables = &prover->tables;
    size_t scratch = round_up_64(groth16_proof_scratch_size(&prover->engine, prover->threads));
    size.prover_bytes += groth16_tables_size(&prover->tables);
    size.proof_bytes = size.proof_bytes - prover->scratch_bytes + scratch;
    prover->has_tables = size.prover_bytes + size.proof_bytes <= prover->ceiling_bytes;
    if (prover->has_tables) {
        prover->size = size;
        prover->scratch_bytes = scratch;
    } else {
        prover->engine.tables = NULL;
        groth16_tables_release(&prover->tables);
    }
    return ROAM_OK;
}

static bool cancelled(const struct roam_prover_control *control)
{
    return control != NULL && control->cancel != NULL &&
           __atomic_load_n(&control->cancel->requested, __ATOMIC_ACQUIRE) != 0;
}

static bool step(void *context, const char *what, uint64_t done, uint64_t total)
{
    const struct roam_prover_control *control = context;
    if (cancelled(control)) return false;
    return control->progress == NULL || control->progress(control->context, what, done, total);
}

void roam_prover_cancel_request(struct roam_prover_cancel *cancel)
{
    __atomic_store_n(&cancel->requested, 1, __ATOMIC_RELEASE);
}

void roam_prover_cancel_clear(struct roam_prover_cancel *cancel)
{
    __atomic_store_n(&cancel->requested, 0, __ATOMIC_RELEASE);
}

enum roam_err proof_run(groth16_proof *out, const struct roam_prover *prover, const fr *witness,
                        const struct roam_prover_control *control, void *scratch, struct roam_diag *diag)
{
    struct roam_prover_control own = control != NULL ? *control : (struct roam_prover_control){0};
    struct roam_progress progress = {&own, step};
    struct groth16_prove_options options = {.threads = prover->threads, .progress = &progress};
    ROAM_TRY(groth16_prove_with(out, &prover->engine, witness, prover->key.wire_count, &options,
                                &roam_env_system, scratch, diag));
    return cancelled(control) ? ROAM_E_CANCELLED : ROAM_OK;
}
