/* Groth16 over BN254 (Groth 2016, eprint 2016/260, section 3): proofs, verification, batches.
 * The keys and formats are snarkjs's; see zkey.h, ptau.h, snark_json.h. Proving is in prove.h. */
#ifndef GROTH16_H
#define GROTH16_H

#include "env.h"
#include "g1_comb8.h"
#include "pairing.h"

typedef struct {
    g1_affine a;
    g2_affine b;
    g1_affine c;
} groth16_proof;

enum { GROTH16_PROOF_SIZE = 256, GROTH16_INPUTS_MAX = 1024 };

/* A verification key as read; ic has input_count + 1 points and is the caller's memory. */
struct groth16_vk {
    g1_affine alpha;
    g2_affine beta, gamma, delta;
    size_t input_count;
    g1_affine *ic;
    bool insecure; /* made by a development ceremony */
};

/* Every check that a key must pass before it is trusted: points on the curve and in the subgroup, none at
 * infinity (ROAM_E_POINT); beta, gamma and delta different from each other, else anyone can forge; delta,
 * beta and alpha not the generators, else phase 2 or 1 of the ceremony never ran; IC points different from
 * each other (ROAM_E_INSECURE; all up to sign). gamma is the generator in every key that snarkjs makes, which
 * is as good as any other. ROAM_OK, or one of these errors with the reason in diag. A development key is not
 * refused here: callers look at `insecure`. */
ROAM_MUST_USE enum roam_err groth16_vk_lint(const struct groth16_vk *vk, struct roam_diag *diag);

/* A key ready for verification: e(alpha, beta), the lines of beta, gamma and delta and, for keys with few
 * inputs on processors that use them, tables of the ic points, all computed once. vk must have passed the
 * lint and must outlive it. Immutable afterwards, shared by threads. */
enum { GROTH16_IC_COMBS = 9 };
struct groth16_prepared_vk {
    const struct groth16_vk *vk;
    fp12 alpha_beta; /* e(alpha, beta) */
    g2_prepared beta_neg, gamma_neg, delta_neg;
    size_t comb_count; /* input_count + 1 or 0 */
    struct g1_comb8 ic_comb[GROTH16_IC_COMBS];
};
void groth16_prepare(struct groth16_prepared_vk *out, const struct groth16_vk *vk);

/* Points on the curve, B in the subgroup, none at infinity: ROAM_OK or ROAM_E_POINT. */
ROAM_MUST_USE enum roam_err groth16_proof_check(const groth16_proof *proof);

/* Checks one proof: the points (ROAM_E_POINT), the number of inputs (ROAM_E_COUNT), the equation
 * (ROAM_E_VERIFY). Inputs are field elements, canonical by type: parsers refuse values >= r with
 * ROAM_E_RANGE. Time: variable, all inputs are public. A valid proof can be changed into another valid proof
 * of the same statement by anyone: never use proof bytes to detect replays. */
ROAM_MUST_USE enum roam_err groth16_verify(const struct groth16_prepared_vk *vk, const groth16_proof *proof,
                                           const fr *inputs, size_t input_count);

/* Checks count proofs under one key at once: the sum of r_j times the equations, r_j != 0 with 128 random
 * bits from env, drawn after everything is fixed. verdicts[j] gets what groth16_verify gives for proof j
 * (bisection on failure). inputs: count rows of vk->input_count. scratch: memory of the size below. ROAM_OK
 * if all hold, else the first verdict that is not ROAM_OK. */
size_t groth16_batch_scratch_size(size_t count, size_t input_count);
ROAM_MUST_USE enum roam_err groth16_verify_batch(enum roam_err *verdicts,
                                                 const struct groth16_prepared_vk *vk,
                                                 const groth16_proof *proofs, const fr *inputs, size_t count,
                                                 const struct roam_env *env, void *scratch);

/* 256 bytes: A.x A.y B.x.c0 B.x.c1 B.y.c0 B.y.c1 C.x C.y, 32 big-endian bytes each, canonical. */
void groth16_proof_serialize(uint8_t bytes[GROTH16_PROOF_SIZE], const groth16_proof *proof);
/* ROAM_E_RANGE (coordinate >= p) or ROAM_E_POINT (as groth16_proof_check). */
ROAM_MUST_USE enum roam_err groth16_proof_parse(groth16_proof *out, const uint8_t bytes[GROTH16_PROOF_SIZE]);
/* The same of up to GROTH16_PARSE_MAX together, each with its verdict. */
enum { GROTH16_PARSE_MAX = 8 };
void groth16_proofs_parse(groth16_proof *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count);

/* Binary form of a key: 4 bytes magic "rvk1", 1 byte flags (bit 0: insecure), u32 LE input_count, then alpha,
 * beta, gamma, delta, ic as above. size for n inputs is groth16_vk_size(n). */
size_t groth16_vk_size(size_t input_count);
void groth16_vk_serialize(uint8_t *bytes, const struct groth16_vk *vk);
/* ic: memory for ic_capacity points. ROAM_E_FORMAT, ROAM_E_RANGE, ROAM_E_POINT, ROAM_E_LIMIT. */
ROAM_MUST_USE enum roam_err groth16_vk_parse(struct groth16_vk *out, g1_affine *ic, size_t ic_capacity,
                                             const uint8_t *bytes, size_t size);

#endif
