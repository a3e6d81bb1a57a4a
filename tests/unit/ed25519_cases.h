/* Signed messages with libsodium's verdict on them, put before both the lanes and the dispatch over them. */
#ifndef TEST_ED25519_CASES_H
#define TEST_ED25519_CASES_H

#include "prop.h"

#include <string.h>

#include <sodium.h>

#include "ed25519_many.h"
#include "ed25519_x8.h"
#include "mont8.h"

enum { MESSAGE_MAX = 300 };

struct signed_message {
    uint8_t signature[64], key[32], message[MESSAGE_MAX];
    size_t size;
};

static inline bool sodium_accepts(const struct signed_message *m)
{
    return crypto_sign_verify_detached(m->signature, m->message, m->size, m->key) == 0;
}

static inline void random_scalar(uint8_t out[32], struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    crypto_core_ed25519_scalar_reduce(out, wide);
}

static inline void make_signed(struct signed_message *out, struct roam_prng *prng)
{
    uint8_t seed[32], secret[64];
    prng_bytes(prng, seed, sizeof seed);
    out->size = prng_below(prng, MESSAGE_MAX + 1);
    prng_bytes(prng, out->message, out->size);
    crypto_sign_seed_keypair(out->key, secret, seed);
    crypto_sign_detached(out->signature, NULL, out->message, out->size, secret);
}

/* SHA-512(R, key, message) modulo the group's order */
static inline void challenge_of(uint8_t h[32], const struct signed_message *m)
{
    uint8_t text[64 + MESSAGE_MAX], digest[64];
    memcpy(text, m->signature, 32);
    memcpy(text + 32, m->key, 32);
    memcpy(text + 64, m->message, m->size);
    crypto_hash_sha512(digest, text, 64 + m->size);
    crypto_core_ed25519_scalar_reduce(h, digest);
}

/* Verdicts of all in this order, at most 64; want is libsodium's on each. */
static inline void check_verdicts(const struct signed_message *const *messages, const bool *want,
                                  size_t count)
{
    struct ed25519_item items[64] = {{0}};
    bool valid[65] = {false};
    valid[count] = true;
    for (size_t i = 0; i < count; i++) {
        const struct signed_message *m = messages[i];
        items[i] = (struct ed25519_item){m->signature, m->key, m->message, m->size};
        valid[i] = !want[i];
    }
    ed25519_verify_many_vartime(valid, items, count);
    assert_memory_equal(valid, want, count * sizeof *valid);
    assert_true(valid[count]);
    for (size_t i = 0; i < count; i++) {
        count_property++;
        count_negative += !want[i];
    }
    for (size_t i = 0; mont8_available && i < count; i += 8) {
        const size_t size = count - i < 8 ? count - i : 8;
        unsigned accepted = 0;
        for (size_t k = 0; k < size; k++) accepted |= (unsigned)want[i + k] << k;
        assert_int_equal(ed25519_x8_vartime(items + i, size), accepted);
    }
}

#endif
