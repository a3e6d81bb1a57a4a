/* snarkjs's JSON forms of proofs, public signals and verification keys. Written byte for byte as snarkjs
 * writes them.
 *
 * Numbers are decimal strings. A point is [x, y, "1"], an Fp2 element [c0, c1], a G2 point [[..], [..], ["1",
 * "0"]]. Stricter than snarkjs: numbers must be canonical (no leading zero, less than the modulus), the third
 * coordinate must be one (so no infinity), `protocol` "groth16" and, but for proofs, `curve` "bn128" must be
 * there, no member may come twice. Members that are not known are ignored. */
#ifndef SNARK_JSON_H
#define SNARK_JSON_H

#include "buf.h"
#include "groth16.h"

/* What all parsers return: ROAM_OK; ROAM_E_FORMAT (no JSON, or not this shape); ROAM_E_RANGE (a number that
 * is not canonical); ROAM_E_POINT (a point not in its group, or at infinity); ROAM_E_UNSUPPORTED (another
 * protocol or curve); ROAM_E_COUNT and ROAM_E_LIMIT as said below. diag names the member. */

ROAM_MUST_USE enum roam_err snark_proof_parse(groth16_proof *out, const char *text, size_t size,
                                              struct roam_diag *diag);
ROAM_MUST_USE enum roam_err snark_proof_print(struct roam_buf *out, const groth16_proof *proof);

/* An array of *count numbers; ROAM_E_LIMIT if there are more than capacity. */
ROAM_MUST_USE enum roam_err snark_public_parse(fr *inputs, size_t capacity, size_t *count, const char *text,
                                               size_t size, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err snark_public_print(struct roam_buf *out, const fr *inputs, size_t count);

/* ic: memory for ic_capacity points, kept in *out; ROAM_E_LIMIT if the key has more or more than
 * GROTH16_INPUTS_MAX inputs, ROAM_E_COUNT if IC has not nPublic + 1 points. `insecure` is taken from the
 * member of that name that snark_vk_print adds for keys of a development ceremony; vk_alphabeta_12 is not
 * read, groth16_prepare computes it. */
ROAM_MUST_USE enum roam_err snark_vk_parse(struct groth16_vk *out, g1_affine *ic, size_t ic_capacity,
                                           const char *text, size_t size, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err snark_vk_print(struct roam_buf *out, const struct groth16_vk *vk);

/* The arguments of the Solidity verifier's verifyProof as snarkjs prints them: hexadecimal, each Fp2 as [c1,
 * c0]. */
ROAM_MUST_USE enum roam_err snark_calldata_print(struct roam_buf *out, const groth16_proof *proof,
                                                 const fr *inputs, size_t count);

#endif
