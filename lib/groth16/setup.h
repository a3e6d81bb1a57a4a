/* Proving keys for a constraint system: from a prepared powers-of-tau file, to start phase 2 from, or at once
 * with secrets that this process knows, for development. */
#ifndef SETUP_H
#define SETUP_H

#include "env.h"
#include "progress.h"
#include "r1cs.h"
#include "zkey.h"

/* A key for development, in one step. tau, alpha, beta and delta are drawn from env, used and wiped: whoever
 * runs this could forge proofs, so the key carries CEREMONY_INSECURE_NAME and every verification key made of
 * it says `insecure`. snarkjs proves and verifies with it. One thread: about 2 s for 2^14 constraints, 30 s
 * for 2^18. On success *out is the caller's to zkey_release. ROAM_E_LIMIT (more rows than
 * 2^ZKEY_LOG_DOMAIN_MAX), ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err setup_dev(struct zkey *out, const struct r1cs_system *system,
                                      const struct roam_env *env, const struct roam_progress *progress,
                                      struct roam_diag *diag);

struct ptau;
/* The start of phase 2, equal to `snarkjs groth16 setup`: delta is 1, no contributions. Anyone with the same
 * two files gets the same key. Points of ptau that are used are checked to be on their curves; that they are
 * what they claim is ptau_verify's task. ROAM_E_LIMIT (ptau too small for the system), ROAM_E_UNSUPPORTED
 * (ptau is not prepared), ROAM_E_POINT, ROAM_E_RANGE, ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err setup_from_ptau(struct zkey *out, const struct r1cs_system *system,
                                            const struct ptau *ptau, unsigned threads,
                                            const struct roam_progress *progress, struct roam_diag *diag);

#endif
