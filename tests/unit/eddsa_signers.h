/* Signed messages, good and subtly wrong, for the EdDSA tests. */
#ifndef TEST_EDDSA_SIGNERS_H
#define TEST_EDDSA_SIGNERS_H

#include "babyjub_points.h"

#include "eddsa.h"
#include "poseidon.h"

struct signer {
    eddsa_key key;
    fr message;
    eddsa_signature signature;
};

static inline void make_signer(struct signer *out, struct roam_prng *prng)
{
    uint8_t seed[32];
    struct roam_env env = roam_env_seeded(prng);
    prng_bytes(prng, seed, sizeof seed);
    eddsa_key_from_seed(&out->key, seed);
    random_element(&out->message, prng);
    eddsa_sign(&out->signature, &out->key, &out->message, &env);
}

/* Signs with R8 = nonce * Base8 + shift: made so by the key's owner that only R8 itself is wrong. */
static inline void sign_shifted(eddsa_signature *out, const eddsa_key *key, const fr *message,
                                const bjj_point *shift)
{
    const bjj_scalar nonce = {{12345}};
    bjj_scalar h;
    fr hash;
    bjj_mul(&out->r8, &bjj_base8, nonce.limb);
    bjj_add(&out->r8, &out->r8, shift);
    poseidon(&hash, (fr[]){out->r8.x, out->r8.y, key->public_key.x, key->public_key.y, *message}, 5);
    fr_to_limbs(h.limb, &hash);
    bjj_scalar_mul(&h, &(bjj_scalar){{8}}, &h);
    bjj_scalar_mul(&h, &key->secret, &h);
    bjj_scalar_add(&out->s, &nonce, &h);
}

/* k times a point of order 8. */
static inline void torsion_point(bjj_point *out, uint64_t k)
{
    torsion(out);
    bjj_mul(out, out, (const uint64_t[4]){k});
}

/* No carry leaves the top limb: both are below 2^252. */
static inline void add_order(bjj_scalar *s)
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t sum;
        uint64_t first = __builtin_add_overflow(s->limb[i], bjj_order[i], &sum);
        carry = first + __builtin_add_overflow(sum, carry, &s->limb[i]);
    }
}

#endif
