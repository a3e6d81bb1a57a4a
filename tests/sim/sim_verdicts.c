/* Verdicts on signatures, keys and proofs that every node of every run would come to again, remembered for
 * the whole process: what is kept is a function of the bytes that it is kept by, and of nothing else. In
 * front of the functions that decide (--wrap), so that nodes run the code that they run elsewhere. */
#include "commitment.h"
#include "digest.h"
#include "eddsa.h"
#include "endian.h"
#include "groth16.h"

#include <sodium.h>
#include <string.h>

/* The function itself, and what the linker puts in front of it. */
#define DECLARE(name) __typeof__(name) __real_##name, __wrap_##name
DECLARE(crypto_core_ed25519_is_valid_point);
DECLARE(crypto_sign_verify_detached);
DECLARE(eddsa_verify_vartime);
DECLARE(eddsa_verify_batch_vartime);
DECLARE(eddsa_public_keys_unpack);
DECLARE(eddsa_signatures_unpack);
DECLARE(groth16_proof_check);
DECLARE(groth16_verify);
DECLARE(groth16_verify_batch);
DECLARE(groth16_proofs_parse);
DECLARE(settle_batch_digest);
DECLARE(settle_batch_digests);

enum { SLOTS = 1 << 13, VALUE_MAX = sizeof(groth16_proof) };

/* Which function; the key of a value is the hash of this and its arguments. */
enum what {
    POINT,
    SIGNATURE,
    EDDSA,
    EDDSA_KEY,
    EDDSA_SIGNATURE,
    PROOF,
    PROOF_POINTS,
    PROOF_BYTES,
    BATCH_DIGEST
};

struct slot {
    uint8_t key[32];
    enum roam_err err;
    uint8_t value[VALUE_MAX];
};
static struct slot slots[SLOTS];

struct key {
    uint8_t byte[32];
};

static struct key key_of(enum what what, struct bytes_view a, struct bytes_view b, struct bytes_view c)
{
    const struct bytes_view pieces[] = {{&what, sizeof what}, a, b, c};
    struct key key;
    sha256_pieces(key.byte, pieces, sizeof pieces / sizeof *pieces);
    return key;
}

static struct slot *slot_of(const struct key *key) { return &slots[load_le64(key->byte) % SLOTS]; }

static bool recall(const struct key *key, enum roam_err *err, void *value, size_t size)
{
    const struct slot *slot = slot_of(key);
    const bool known = memcmp(slot->key, key->byte, sizeof slot->key) == 0;
    if (!known) return false;
    *err = slot->err;
    if (size > 0) memcpy(value, slot->value, size);
    return true;
}

static void keep(const struct key *key, enum roam_err err, const void *value, size_t size)
{
    struct slot *slot = slot_of(key);
    ROAM_ASSERT(size <= VALUE_MAX);
    memcpy(slot->key, key->byte, sizeof slot->key);
    slot->err = err;
    if (size > 0) memcpy(slot->value, value, size);
}

static enum roam_err first_error(const enum roam_err *verdicts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (verdicts[i] != ROAM_OK) return verdicts[i];
    return ROAM_OK;
}

static const struct bytes_view none = {"", 0};

int __wrap_crypto_core_ed25519_is_valid_point(const unsigned char *point)
{
    const struct key key = key_of(POINT, (struct bytes_view){point, 32}, none, none);
    enum roam_err err;
    int valid;
    if (recall(&key, &err, &valid, sizeof valid)) return valid;
    valid = __real_crypto_core_ed25519_is_valid_point(point);
    keep(&key, ROAM_OK, &valid, sizeof valid);
    return valid;
}

int __wrap_crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *message,
                                       unsigned long long size, const unsigned char *public_key)
{
    const struct key key = key_of(SIGNATURE, (struct bytes_view){signature, crypto_sign_BYTES},
                                  (struct bytes_view){public_key, crypto_sign_PUBLICKEYBYTES},
                                  (struct bytes_view){message, size});
    enum roam_err err;
    int invalid;
    if (recall(&key, &err, &invalid, sizeof invalid)) return invalid;
    invalid = __real_crypto_sign_verify_detached(signature, message, size, public_key);
    keep(&key, ROAM_OK, &invalid, sizeof invalid);
    return invalid;
}

enum roam_err __wrap_eddsa_verify_vartime(const bjj_point *public_key, const fr *message,
                                          const eddsa_signature *signature)
{
    const struct key key = key_of(EDDSA, (struct bytes_view){public_key, sizeof *public_key},
                                  (struct bytes_view){message, sizeof *message},
                                  (struct bytes_view){signature, sizeof *signature});
    enum roam_err err;
    if (recall(&key, &err, NULL, 0)) return err;
    err = __real_eddsa_verify_vartime(public_key, message, signature);
    keep(&key, err, NULL, 0);
    return err;
}

static struct key key_of_item(const struct eddsa_item *item)
{
    return key_of(EDDSA, (struct bytes_view){&item->public_key, sizeof item->public_key},
                  (struct bytes_view){&item->message, sizeof item->message},
                  (struct bytes_view){&item->signature, sizeof item->signature});
}

/* A batch is verified as it is if one of its items is new. */
enum roam_err __wrap_eddsa_verify_batch_vartime(enum roam_err *verdicts, const struct eddsa_item *items,
                                                size_t count, const struct roam_env *env, void *scratch)
{
    size_t known = 0;
    for (; known < count; known++) {
        const struct key key = key_of_item(&items[known]);
        if (!recall(&key, &verdicts[known], NULL, 0)) break;
    }
    if (known == count) return first_error(verdicts, count);
    const enum roam_err err = __real_eddsa_verify_batch_vartime(verdicts, items, count, env, scratch);
    for (size_t i = 0; i < count; i++) {
        const struct key key = key_of_item(&items[i]);
        keep(&key, verdicts[i], NULL, 0);
    }
    return err;
}

void __wrap_eddsa_public_keys_unpack(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes,
                                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct key key = key_of(EDDSA_KEY, (struct bytes_view){bytes[i], 32}, none, none);
        if (recall(&key, &errs[i], &out[i], sizeof out[i])) continue;
        __real_eddsa_public_keys_unpack(&out[i], &errs[i], &bytes[i], 1);
        keep(&key, errs[i], &out[i], sizeof out[i]);
    }
}

void __wrap_eddsa_signatures_unpack(eddsa_signature *out, enum roam_err *errs, const uint8_t *const *bytes,
                                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct key key =
            key_of(EDDSA_SIGNATURE, (struct bytes_view){bytes[i], EDDSA_SIGNATURE_SIZE}, none, none);
        if (recall(&key, &errs[i], &out[i], sizeof out[i])) continue;
        __real_eddsa_signatures_unpack(&out[i], &errs[i], &bytes[i], 1);
        keep(&key, errs[i], &out[i], sizeof out[i]);
    }
}

enum roam_err __wrap_groth16_proof_check(const groth16_proof *proof)
{
    const struct key key = key_of(PROOF_POINTS, (struct bytes_view){proof, sizeof *proof}, none, none);
    enum roam_err err;
    if (recall(&key, &err, NULL, 0)) return err;
    err = __real_groth16_proof_check(proof);
    keep(&key, err, NULL, 0);
    return err;
}

/* Verifying keys are made once in a process: where one lies is which one it is. */
static struct key key_of_proof(const struct groth16_prepared_vk *vk, const groth16_proof *proof,
                               const fr *inputs, size_t count)
{
    return key_of(PROOF, (struct bytes_view){&vk, sizeof vk}, (struct bytes_view){proof, sizeof *proof},
                  (struct bytes_view){inputs, count * sizeof *inputs});
}

enum roam_err __wrap_groth16_verify(const struct groth16_prepared_vk *vk, const groth16_proof *proof,
                                    const fr *inputs, size_t count)
{
    const struct key key = key_of_proof(vk, proof, inputs, count);
    enum roam_err err;
    if (recall(&key, &err, NULL, 0)) return err;
    err = __real_groth16_verify(vk, proof, inputs, count);
    keep(&key, err, NULL, 0);
    return err;
}

enum roam_err __wrap_groth16_verify_batch(enum roam_err *verdicts, const struct groth16_prepared_vk *vk,
                                          const groth16_proof *proofs, const fr *inputs, size_t count,
                                          const struct roam_env *env, void *scratch)
{
    const size_t each = vk->vk->input_count;
    size_t known = 0;
    for (; known < count; known++) {
        const struct key key = key_of_proof(vk, &proofs[known], inputs + known * each, each);
        if (!recall(&key, &verdicts[known], NULL, 0)) break;
    }
    if (known == count) return first_error(verdicts, count);
    const enum roam_err err = __real_groth16_verify_batch(verdicts, vk, proofs, inputs, count, env, scratch);
    for (size_t i = 0; i < count; i++) {
        const struct key key = key_of_proof(vk, &proofs[i], inputs + i * each, each);
        keep(&key, verdicts[i], NULL, 0);
    }
    return err;
}

void __wrap_groth16_proofs_parse(groth16_proof *out, enum roam_err *errs, const uint8_t *const *bytes,
                                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct key key =
            key_of(PROOF_BYTES, (struct bytes_view){bytes[i], GROTH16_PROOF_SIZE}, none, none);
        if (recall(&key, &errs[i], &out[i], sizeof out[i])) continue;
        __real_groth16_proofs_parse(&out[i], &errs[i], &bytes[i], 1);
        keep(&key, errs[i], &out[i], sizeof out[i]);
    }
}

static struct key key_of_batch(const struct settle_place *places, size_t count, size_t size)
{
    return key_of(BATCH_DIGEST, (struct bytes_view){&count, sizeof count},
                  (struct bytes_view){&size, sizeof size},
                  (struct bytes_view){places, count * sizeof *places});
}

void __wrap_settle_batch_digest(fr *out, const struct settle_place *places, size_t count, size_t size)
{
    const struct key key = key_of_batch(places, count, size);
    enum roam_err err;
    if (recall(&key, &err, out, sizeof *out)) return;
    __real_settle_batch_digest(out, places, count, size);
    keep(&key, ROAM_OK, out, sizeof *out);
}

void __wrap_settle_batch_digests(fr *out, const struct settle_batch *batches, size_t batch_count, size_t size)
{
    for (size_t i = 0; i < batch_count; i++) {
        const struct key key = key_of_batch(batches[i].places, batches[i].count, size);
        enum roam_err err;
        if (recall(&key, &err, &out[i], sizeof out[i])) continue;
        __real_settle_batch_digests(&out[i], &batches[i], 1, size);
        keep(&key, ROAM_OK, &out[i], sizeof out[i]);
    }
}
