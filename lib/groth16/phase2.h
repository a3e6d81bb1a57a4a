/* Phase 2 of the ceremony: the secret delta of one circuit's key, to which any number of parties and at last
 * a public beacon contribute in turn. Equal to snarkjs 0.7.6's `zkey contribute`, `beacon` and `verify`; a
 * key is sound if one contributor forgot its secret. */
#ifndef PHASE2_H
#define PHASE2_H

#include "ceremony_seed.h"
#include "zkey.h"

/* Adds a contribution to key: delta times a fresh secret x, C and H divided by it. entropy is mixed with
 * env's randomness. x and all that it was made from is wiped. ROAM_E_LIMIT (name), ROAM_E_NOMEM,
 * ROAM_E_CANCELLED (key is then not usable any more). */
ROAM_MUST_USE enum roam_err phase2_contribute(struct zkey *key, const char *name, const char *entropy,
                                              const struct roam_env *env, unsigned threads,
                                              const struct roam_progress *progress, struct roam_diag *diag);
/* The same with the secret drawn from a public beacon, as the last contribution. */
ROAM_MUST_USE enum roam_err phase2_beacon(struct zkey *key, const char *name, const uint8_t *beacon,
                                          size_t beacon_size, unsigned log_iterations, unsigned threads,
                                          const struct roam_progress *progress, struct roam_diag *diag);

/* Checks that key came from `initial` (setup_from_ptau of the same circuit and ceremony) by its recorded
 * contributions: every transcript, proof of knowledge and beacon, delta, the unchanged parts, and C and H by
 * random linear combination. A key without contributions is refused. ROAM_E_VERIFY with the first thing that
 * is wrong, ROAM_E_MISMATCH (another circuit), ROAM_E_INSECURE (a development key), ROAM_E_POINT (a B2 out of
 * the group), ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err phase2_verify(const struct zkey *key, const struct zkey *initial,
                                          const struct roam_env *env, unsigned threads,
                                          const struct roam_progress *progress, struct roam_diag *diag);

/* The hash that a contributor publishes to be found in the record. */
void phase2_contribution_hash(uint8_t out[64], const struct zkey_contribution *contribution);

/* For makers of keys: draws the secret x of the next contribution from rng and makes its public part, all but
 * delta_after and note. */
void phase2_draw(struct zkey_contribution *out, fr *x, const struct zkey *key, struct snark_rng *rng);

#endif
