/* The secrets of one phase 1 contribution and its proofs of knowing them. Private to lib/groth16. */
#ifndef PTAU_KEY_H
#define PTAU_KEY_H

#include "ptau.h"

struct ptau_secrets {
    fr tau, alpha, beta;
};

enum ptau_secret { PTAU_TAU, PTAU_ALPHA, PTAU_BETA };

/* Draws secrets and keys from rng in snarkjs's order; the keys answer the challenge. Wipe the secrets. */
void ptau_draw(struct ptau_secrets *secrets, struct ptau_contribution *out, const uint8_t challenge[64],
               struct snark_rng *rng);
/* The base in G2 on which key must have proved knowledge. */
void ptau_key_base(g2_affine *out, enum ptau_secret which, const uint8_t challenge[64], const g1_affine *g1_s,
                   const g1_affine *g1_sx);
/* The challenge that the first contribution of a ceremony of this power answers: the hash of a file of
 * generators. ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err ptau_first_challenge(uint8_t challenge[64], unsigned power,
                                                 const struct roam_progress *progress);

#endif
