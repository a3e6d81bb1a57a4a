/* The hashes that chain phase 1 contributions. Private to lib/groth16.
 *
 * response = H(challenge, all points of the file after the contribution, compressed, the contribution's keys)
 * next challenge = H(response, the same points uncompressed) */
#ifndef PTAU_HASH_H
#define PTAU_HASH_H

#include "blake2b_stream.h"
#include "ptau.h"

/* Adds the points of sections 2 to 6 to the hash. ROAM_E_POINT or ROAM_E_RANGE if one is malformed. */
ROAM_MUST_USE enum roam_err ptau_hash_powers(struct blake2b_stream *hash, const struct ptau *ptau,
                                             bool compressed);
/* The response from the state before the keys. */
void ptau_finish_response(uint8_t out[BLAKE2B_SIZE], struct blake2b_stream *hash,
                          const struct ptau_contribution *contribution);

#endif
