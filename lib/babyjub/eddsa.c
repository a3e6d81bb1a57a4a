#include "eddsa.h"

#include "ct.h"
#include "digest.h"
#include "edwards_mul.h"
#include "endian.h"
#include "poseidon.h"

#include <string.h>

static const char secret_tag[] = "roam/eddsa-babyjub/secret/1", prefix_tag[] = "roam/eddsa-babyjub/prefix/1",
                  nonce_tag[] = "roam/eddsa-babyjub/nonce/1";

/* tag with its NUL, so that no tag continues into what follows */
static struct bytes_view tag_view(const char *tag) { return (struct bytes_view){tag, strlen(tag) + 1}; }

static void mul_base(bjj_point *out, const bjj_scalar *scalar)
{
    struct edwards p;
    edwards_mul_base(&p, scalar);
    edwards_to_point(out, &p);
    roam_wipe(&p, sizeof p);
}

void eddsa_key_from_seed(eddsa_key *out, const uint8_t seed[32])
{
    uint8_t hash[64];
    sha512_pieces(hash, (struct bytes_view[]){tag_view(secret_tag), {seed, 32}}, 2);
    bjj_scalar_reduce(&out->secret, hash);
    uint64_t *limb = out->secret.limb;
    limb[0] |= 1 & ~ct_mask_nonzero(limb[0] | limb[1] | limb[2] | limb[3]); /* 0 becomes 1 */
    sha512_pieces(hash, (struct bytes_view[]){tag_view(prefix_tag), {seed, 32}}, 2);
    memcpy(out->prefix, hash, sizeof out->prefix);
    mul_base(&out->public_key, &out->secret);
    roam_wipe(hash, sizeof hash);
}

void eddsa_key_wipe(eddsa_key *key) { roam_wipe(key, sizeof *key); }

/* h = Poseidon(R8.x, R8.y, A.x, A.y, message), as an integer below r */
static void make_challenge(bjj_scalar *out, const bjj_point *r8, const bjj_point *public_key,
                           const fr *message)
{
    fr hash;
    poseidon(&hash, (fr[]){r8->x, r8->y, public_key->x, public_key->y, *message}, 5);
    fr_to_limbs(out->limb, &hash);
}

static void make_nonce(bjj_scalar *out, const eddsa_key *key, const fr *message, const struct roam_env *env)
{
    uint8_t random[32], message_bytes[32], hash[64];
    env_random(env, random, sizeof random);
    fr_to_le(message_bytes, message);
    sha512_pieces(
        hash,
        (struct bytes_view[]){
            tag_view(nonce_tag), {key->prefix, sizeof key->prefix}, {random, 32}, {message_bytes, 32}},
        4);
    bjj_scalar_reduce(out, hash);
    roam_wipe(hash, sizeof hash);
    roam_wipe(random, sizeof random);
}

/* S = nonce + 8 h secret mod l */
void eddsa_sign(eddsa_signature *out, const eddsa_key *key, const fr *message, const struct roam_env *env)
{
    bjj_scalar nonce, h, product;
    make_nonce(&nonce, key, message, env);
    mul_base(&out->r8, &nonce);
    make_challenge(&h, &out->r8, &key->public_key, message);
    bjj_scalar_mul(&product, &key->secret, &h);
    for (int i = 0; i < 3; i++) bjj_scalar_add(&product, &product, &product);
    bjj_scalar_add(&out->s, &nonce, &product);
    roam_wipe(&nonce, sizeof nonce);
    roam_wipe(&product, sizeof product);
}

enum roam_err eddsa_public_key_check_vartime(const bjj_point *public_key)
{
    if (bjj_equal(public_key, &bjj_identity)) return ROAM_E_POINT;
    return bjj_is_in_subgroup_vartime(public_key) ? ROAM_OK : ROAM_E_POINT;
}

/* What can be told without the equation. */
static enum roam_err check_form(const bjj_point *public_key, const eddsa_signature *signature)
{
    if (!bjj_scalar_is_canonical(&signature->s)) return ROAM_E_RANGE;
    return bjj_is_on_curve(&signature->r8) && bjj_is_on_curve(public_key) ? ROAM_OK : ROAM_E_POINT;
}

/* S Base8 - 8 h A lies in the subgroup for every A, so equality puts R8 there too; only a signature that
 * fails has to be looked at again, to say why. */
enum roam_err eddsa_verify_vartime(const bjj_point *public_key, const fr *message,
                                   const eddsa_signature *signature)
{
    ROAM_TRY(check_form(public_key, signature));
    bjj_scalar h;
    struct edwards key, r8;
    make_challenge(&h, &signature->r8, public_key, message);
    edwards_from_point(&key, public_key);
    edwards_verify_combination_vartime(&r8, &signature->s, h.limb, &key);
    if (edwards_equals_point(&r8, &signature->r8)) return ROAM_OK;
    return bjj_is_in_subgroup_vartime(&signature->r8) ? ROAM_E_VERIFY : ROAM_E_POINT;
}

void eddsa_signature_pack(uint8_t bytes[EDDSA_SIGNATURE_SIZE], const eddsa_signature *signature)
{
    bjj_pack(bytes, &signature->r8);
    for (int i = 0; i < 4; i++) store_le64(bytes + 32 + 8 * i, signature->s.limb[i]);
}

enum roam_err eddsa_signature_unpack(eddsa_signature *out, const uint8_t bytes[EDDSA_SIGNATURE_SIZE])
{
    eddsa_signature signature;
    for (int i = 0; i < 4; i++) signature.s.limb[i] = load_le64(bytes + 32 + 8 * i);
    if (!bjj_scalar_is_canonical(&signature.s)) return ROAM_E_RANGE;
    ROAM_TRY(bjj_unpack_vartime(&signature.r8, bytes));
    *out = signature;
    return ROAM_OK;
}
