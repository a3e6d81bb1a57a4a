/* Groth16 keys whose toxic waste is known, so that a proof can be made for any public inputs: A = a G1, B = b
 * G2 and C = ((a b - alpha beta - x gamma) / delta) G1 where x is the inputs' combination of the ic
 * exponents. The ledger's tests need proofs that verify, not what they prove. */
#ifndef MARKET_FORGER_H
#define MARKET_FORGER_H

#include "groth16.h"

enum { FORGER_INPUTS = 6 };

struct forger {
    struct groth16_vk vk;
    g1_affine ic[FORGER_INPUTS + 1];
    struct groth16_prepared_vk prepared;
    g1_affine a;
    g2_affine b;
    fr ab_less_alpha_beta, gamma, delta_inverse, ic_exponent[FORGER_INPUTS + 1];
};

/* Pointers inside: do not copy. */
void forger_init(struct forger *forger, uint64_t seed);
void forger_prove(groth16_proof *proof, const struct forger *forger, const fr inputs[FORGER_INPUTS]);

#endif
