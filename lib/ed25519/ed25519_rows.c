#include "ed25519_x8.h"

#include "endian.h"

#include <sodium.h>

static void to_words(uint64_t out[4], const uint8_t bytes[32])
{
    for (size_t i = 0; i < 4; i++) out[i] = load_le64(bytes + 8 * i);
}

/* h = SHA-512(R, key, message) mod L */
static void challenge(uint8_t h[32], const struct ed25519_item *item)
{
    crypto_hash_sha512_state state;
    uint8_t digest[crypto_hash_sha512_BYTES];
    crypto_hash_sha512_init(&state);
    crypto_hash_sha512_update(&state, item->signature, 32);
    crypto_hash_sha512_update(&state, item->public_key, 32);
    crypto_hash_sha512_update(&state, item->message, item->message_size);
    crypto_hash_sha512_final(&state, digest);
    crypto_core_ed25519_scalar_reduce(h, digest);
}

static void set_row(struct ed25519_x8 *rows, size_t k, const struct ed25519_item *item)
{
    uint8_t h[32];
    challenge(h, item);
    to_words(rows->r[k], item->signature);
    to_words(rows->s[k], item->signature + 32);
    to_words(rows->key[k], item->public_key);
    to_words(rows->h[k], h);
}

/* Rows without an item stay zero, which is no valid signature. */
unsigned ed25519_x8_vartime(const struct ed25519_item *items, size_t count)
{
    struct ed25519_x8 rows = {0};
    for (size_t k = 0; k < count; k++) set_row(&rows, k, &items[k]);
    return ed25519_x8_rows_vartime(&rows);
}
