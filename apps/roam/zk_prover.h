/* A proving key ready to make proofs, with all the memory that takes. */
#ifndef ROAM_ZK_PROVER_H
#define ROAM_ZK_PROVER_H

#include "prove.h"

struct zk_prover {
    struct zkey key; /* without its terms */
    struct groth16_tables tables;
    struct groth16_prover prover;
    void *memory;
};

/* Takes over the key; on an error, ROAM_E_NOMEM, it is released. */
ROAM_MUST_USE enum roam_err zk_prover_init(struct zk_prover *out, struct zkey *key);
/* From a file. tables_path: tables of this key, or NULL. zkey_load's and groth16_tables_load's errors. */
ROAM_MUST_USE enum roam_err zk_prover_load(struct zk_prover *out, const char *zkey_path,
                                           const char *tables_path, struct roam_diag *diag);
void zk_prover_release(struct zk_prover *prover);

/* groth16_prove_with; ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err zk_prover_prove(groth16_proof *out, const struct zk_prover *prover,
                                            const fr *witness, size_t wire_count, unsigned threads,
                                            const struct roam_progress *progress, struct roam_diag *diag);

#endif
