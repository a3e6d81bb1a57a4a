/* A proved batch on its way to the ledger: made by the visited operator, submitted by `roam settle submit`.
 */
#ifndef ROAM_SETTLEMENT_H
#define ROAM_SETTLEMENT_H

#include "progress.h"
#include "settle.h"
#include "tx.h"
#include "zk_prover.h"

/* One session of a batch: what its operator knows and what the ledger recorded. */
struct settlement_session {
    uint64_t serial;
    struct settle_session opened;
};

/* The statement, its proof, and the opening of the ESG commitment, which an auditor is given. */
struct settlement {
    roam_id agreement;
    uint16_t size, count;
    uint64_t serials[SETTLE_SIZE_MAX];
    struct settle_public public;
    fr esg_salt;
    groth16_proof proof;
};

/* Proves count sessions in `size` places with the prover of that circuit. ROAM_E_MISMATCH if the key is of
 * another circuit; errors of settle_public_signals; ROAM_E_NOMEM; ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err settlement_prove(struct settlement *out, const roam_id *agreement,
                                             const struct usage_rate_card *card,
                                             const struct settlement_session *sessions, size_t count,
                                             unsigned size, const struct zk_prover *prover, unsigned threads,
                                             const struct roam_progress *progress, struct roam_diag *diag);

/* The transaction of a settlement; it refers to s->serials. */
void settlement_tx(struct tx *out, struct settlement *s);

#endif
