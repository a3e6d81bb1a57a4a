/* Groth16 proofs from a proving key and a witness (eprint 2016/260, section 3.2; the coset form of snarkjs):
 *   A = alpha + sum w_i A_i + r delta,  B = beta + sum w_i B_i + s delta,
 *   C = sum_(private) w_i C_i + sum_j (a b - c)(x_j) H_j + s A + r B - r s delta,
 * where a, b, c are the polynomials that take the values A w, B w and their products on the domain, x_j the
 * odd points of the domain of twice the size (quotient.h). H carries what division by the vanishing
 * polynomial would do. */
#ifndef GROTH16_PROVE_H
#define GROTH16_PROVE_H

#include "progress.h"
#include "quotient.h"
#include "r1cs.h"
#include "tables.h"

/* A key made ready for proving; immutable, shared by threads. It borrows the key, the tables and its memory.
 */
struct groth16_prover {
    const struct zkey *key;
    struct quotient_plan quotient;
    const struct groth16_tables *tables; /* NULL: none */
};

/* Working memory of a prover, in bytes: 36 for each term of A and B and some 120 for each element of the
 * domain, of which a part is never touched (quotient.h). */
size_t groth16_prover_size(const struct zkey *key);
/* memory: of the size above, aligned to 64 bytes. tables: of this key, or NULL. Takes a small part of the
 * time of a proof. */
void groth16_prover_init(struct groth16_prover *out, const struct zkey *key,
                         const struct groth16_tables *tables, void *memory);

struct groth16_prove_options {
    unsigned threads;                     /* 1 .. 64 */
    const struct r1cs_system *system;     /* if not NULL the witness is checked against it first */
    const struct roam_progress *progress; /* may be NULL */
};

/* Working memory of one proof, in bytes: some 160 for each element of a large domain, and 50 more if there is
 * more than one thread. */
size_t groth16_proof_scratch_size(const struct groth16_prover *prover, unsigned threads);

/* Proves knowledge of witness[0 .. wire_count), whose wires 1 .. public_count are the public inputs. r and s
 * are drawn from env, so every proof is fresh; with a seeded env it is reproducible. scratch: memory of the
 * size above, aligned to 64 bytes; what depends on the witness is wiped from it. ROAM_E_COUNT (wire_count is
 * not the key's, or `system` is of another shape), ROAM_E_RANGE (witness[0] is not 1), ROAM_E_VERIFY (does
 * not satisfy `system`; the constraint in diag), ROAM_E_CANCELLED. Without `system` a false witness gives a
 * proof that does not verify. Time: the multi-scalar multiplications take time that depends on the witness;
 * r, s and what is multiplied by them do not. */
ROAM_MUST_USE enum roam_err groth16_prove_with(groth16_proof *out, const struct groth16_prover *prover,
                                               const fr *witness, size_t wire_count,
                                               const struct groth16_prove_options *options,
                                               const struct roam_env *env, void *scratch,
                                               struct roam_diag *diag);

/* The same for one proof alone: makes the prover within scratch, of the size below. */
size_t groth16_prove_scratch_size(const struct zkey *key, unsigned threads);
ROAM_MUST_USE enum roam_err groth16_prove(groth16_proof *out, const struct zkey *key, const fr *witness,
                                          size_t wire_count, const struct groth16_prove_options *options,
                                          const struct roam_env *env, void *scratch, struct roam_diag *diag);

#endif
