#include "lthash.h"

#include "digest.h"
#include "endian.h"

#include <string.h>

void lthash_init(struct lthash *state) { memset(state, 0, sizeof *state); }

static void expand(uint8_t out[LTHASH_SIZE], const void *key, size_t key_size, const void *value,
                   size_t value_size)
{
    uint8_t sizes[16], seed[32];
    store_le64(sizes, key_size);
    store_le64(sizes + 8, value_size);
    blake2b_256(seed, (struct bytes_view[]){{sizes, sizeof sizes}, {key, key_size}, {value, value_size}}, 3);
    chacha20_stream(out, LTHASH_SIZE, seed);
}

void lthash_add(struct lthash *state, const void *key, size_t key_size, const void *value, size_t value_size)
{
    uint8_t bytes[LTHASH_SIZE];
    expand(bytes, key, key_size, value, value_size);
    for (size_t i = 0; i < LTHASH_COUNTERS; i++)
        state->counter[i] = (uint16_t)(state->counter[i] + load_le16(bytes + 2 * i));
}

void lthash_remove(struct lthash *state, const void *key, size_t key_size, const void *value,
                   size_t value_size)
{
    uint8_t bytes[LTHASH_SIZE];
    expand(bytes, key, key_size, value, value_size);
    for (size_t i = 0; i < LTHASH_COUNTERS; i++)
        state->counter[i] = (uint16_t)(state->counter[i] - load_le16(bytes + 2 * i));
}

void lthash_digest(uint8_t out[32], const struct lthash *state)
{
    uint8_t bytes[LTHASH_SIZE];
    lthash_serialize(bytes, state);
    blake2b_256(out, &(struct bytes_view){bytes, sizeof bytes}, 1);
}

void lthash_serialize(uint8_t out[LTHASH_SIZE], const struct lthash *state)
{
    for (size_t i = 0; i < LTHASH_COUNTERS; i++) store_le16(out + 2 * i, state->counter[i]);
}

void lthash_parse(struct lthash *state, const uint8_t bytes[LTHASH_SIZE])
{
    for (size_t i = 0; i < LTHASH_COUNTERS; i++) state->counter[i] = load_le16(bytes + 2 * i);
}
