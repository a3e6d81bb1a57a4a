/* The hash that names a circuit's key at the start of phase 2. Private to lib/groth16. */
#ifndef CIRCUIT_HASH_H
#define CIRCUIT_HASH_H

#include "ptau.h"
#include "zkey.h"

/* BLAKE2b of alpha1 beta1 beta2 gamma2 delta1 delta2, then, each after its u32 count, big-endian: IC, the
 * points (tau^(n+i) - tau^i) G1 that H spans, C, A, B1, B2; all uncompressed. key must be as setup leaves it.
 *
 * For a domain of more than 2^14 snarkjs hashes the second list in chunks of 2^14 and so one point more than
 * it has counted, i = n - 1. If the ptau file has just the circuit's power that point lies behind the end of
 * its section, and what snarkjs makes of the bytes there is nothing that one could define:
 * ROAM_E_UNSUPPORTED, use a ptau file of one power more. ROAM_E_POINT, ROAM_E_RANGE. */
ROAM_MUST_USE enum roam_err circuit_hash(uint8_t out[64], const struct zkey *key, const struct ptau *ptau,
                                         struct roam_diag *diag);

/* That refusal alone, before any work. */
ROAM_MUST_USE enum roam_err circuit_hash_check(size_t domain_size, const struct ptau *ptau,
                                               struct roam_diag *diag);

#endif
