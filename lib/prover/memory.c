#include "prover_state.h"

#include <stdlib.h>

enum roam_prover_err prover_check_ceiling(const struct roam_prover_size *size, uint64_t ceiling_bytes,
                                          unsigned proofs, struct roam_diag *diag)
{
    uint64_t needed = size->prover_bytes + proofs * size->proof_bytes;
    if (needed <= ceiling_bytes) return ROAM_PROVER_OK;
    (void)roam_diag(
        diag, ROAM_E_LIMIT,
        "%llu bytes are needed, %llu for the key and %llu for each of %u proofs at once; the ceiling is "
        "%llu",
        (unsigned long long)needed, (unsigned long long)size->prover_bytes,
        (unsigned long long)size->proof_bytes, proofs, (unsigned long long)ceiling_bytes);
    return ROAM_PROVER_E_CEILING;
}

/* Counts one more proof and hands over the idle block, if there is one. A proof that is let in with the idle
 * block there uses that block, so what is allocated never passes what the ceiling allowed to some number of
 * proofs. */
static enum roam_prover_err enter(void **idle, struct roam_prover *prover, struct roam_diag *diag)
{
    pthread_mutex_lock(&prover->lock);
    enum roam_prover_err err =
        prover_check_ceiling(&prover->size, prover->ceiling_bytes, prover->running + 1, diag);
    if (err == ROAM_PROVER_OK) {
        prover->running++;
        *idle = prover->idle;
        prover->idle = NULL;
    }
    pthread_mutex_unlock(&prover->lock);
    return err;
}

void prover_give_back(struct roam_prover *prover, void *scratch)
{
    pthread_mutex_lock(&prover->lock);
    prover->running--;
    void *surplus = prover->idle;
    prover->idle = scratch;
    pthread_mutex_unlock(&prover->lock);
    free(surplus);
}

enum roam_prover_err prover_borrow(void **scratch, struct roam_prover *prover, struct roam_diag *diag)
{
    void *block = NULL;
    PROVER_TRY(enter(&block, prover, diag));
    if (block == NULL) block = aligned_alloc(64, prover->scratch_bytes);
    if (block == NULL) {
        prover_give_back(prover, NULL);
        (void)roam_diag(diag, ROAM_E_NOMEM, "no %zu bytes for the proof", prover->scratch_bytes);
        return ROAM_PROVER_E_NOMEM;
    }
    *scratch = block;
    return ROAM_PROVER_OK;
}
