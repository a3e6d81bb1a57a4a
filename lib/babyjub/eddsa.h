/* EdDSA-Poseidon over Baby Jubjub, verified as circomlib's eddsaposeidon does:
 *   h = Poseidon(R8.x, R8.y, A.x, A.y, message),   S * Base8 = R8 + 8 h A,   S < l.
 * Stricter than circomlibjs: A and R8 must lie in the subgroup of order l and A must not be the identity. R8
 * outside the subgroup cannot satisfy the equation; A outside it could, with a key that two verifiers may
 * judge apart. */
#ifndef BABYJUB_EDDSA_H
#define BABYJUB_EDDSA_H

#include "babyjub.h"
#include "env.h"

typedef struct {
    bjj_point r8;
    bjj_scalar s;
} eddsa_signature;

typedef struct {
    bjj_scalar secret;    /* wiped by eddsa_key_wipe */
    uint8_t prefix[32];   /* key of the deterministic nonce */
    bjj_point public_key; /* secret * Base8 */
} eddsa_key;

enum { EDDSA_SIGNATURE_SIZE = 64 }; /* packed R8, S little-endian */

/* Derives a key from 32 secret bytes: SHA-512 with a domain tag gives secret (mod l, never 0) and prefix.
 * Constant time. */
void eddsa_key_from_seed(eddsa_key *out, const uint8_t seed[32]);
void eddsa_key_wipe(eddsa_key *key);

/* Nonce = SHA-512(tag, prefix, random 32 bytes from env, message) mod l: hedged, safe if either source fails.
 * Constant time in the key. */
void eddsa_sign(eddsa_signature *out, const eddsa_key *key, const fr *message, const struct roam_env *env);

/* On the curve, in the subgroup, not the identity: ROAM_OK or ROAM_E_POINT. A key that passed once may be
 * cached. */
ROAM_MUST_USE enum roam_err eddsa_public_key_check_vartime(const bjj_point *public_key);

/* ROAM_OK only if valid. public_key must have passed the check above (here only the curve is checked again).
 * ROAM_E_RANGE (S >= l), ROAM_E_POINT (R8 off the curve or outside the subgroup), ROAM_E_VERIFY. */
ROAM_MUST_USE enum roam_err eddsa_verify_vartime(const bjj_point *public_key, const fr *message,
                                                 const eddsa_signature *signature);

struct eddsa_item {
    bjj_point public_key;
    fr message;
    eddsa_signature signature;
};

/* Checks count signatures together with random coefficients below 2^127 from env, drawn after all items are
 * fixed, in one multi-scalar multiplication; on failure bisects. verdicts[i] gets exactly what
 * eddsa_verify_vartime gives for item i. Returns ROAM_OK if all are valid, else the first verdict that is
 * not. scratch: eddsa_batch_scratch_size(count). */
size_t eddsa_batch_scratch_size(size_t count);
ROAM_MUST_USE enum roam_err eddsa_verify_batch_vartime(enum roam_err *verdicts,
                                                       const struct eddsa_item *items, size_t count,
                                                       const struct roam_env *env, void *scratch);

void eddsa_signature_pack(uint8_t bytes[EDDSA_SIGNATURE_SIZE], const eddsa_signature *signature);
/* ROAM_E_RANGE or ROAM_E_POINT as bjj_unpack_vartime; S >= l is ROAM_E_RANGE. Variable time. */
ROAM_MUST_USE enum roam_err eddsa_signature_unpack(eddsa_signature *out,
                                                   const uint8_t bytes[EDDSA_SIGNATURE_SIZE]);

/* As eddsa_signature_unpack, for many: errs[i] and, if that is ROAM_OK, out[i] for bytes[i]. Several times
 * faster than one by one on processors with AVX-512 IFMA. */
void eddsa_signatures_unpack(eddsa_signature *out, enum roam_err *errs, const uint8_t *const *bytes,
                             size_t count);
/* Public keys of 32 bytes likewise: ROAM_OK, or what bjj_unpack_vartime gives, or ROAM_E_POINT from
 * eddsa_public_key_check_vartime. Variable time. */
void eddsa_public_keys_unpack(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count);

#endif
