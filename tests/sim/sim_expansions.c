/* What a record adds to the commitment of a ledger's state is a function of its bytes alone (lthash.h), and
 * the same records are added and taken away by every node: expansions are remembered by their records. In
 * front of lthash_add and lthash_remove (--wrap). */
#include "ledger.h"

#include <sodium.h>
#include <string.h>

enum { SLOTS = 1 << 10 };

struct slot {
    size_t key_size, value_size; /* key_size 0: free */
    uint8_t key[LEDGER_KEY_MAX], value[LEDGER_VALUE_MAX];
    struct lthash expansion;
};
static struct slot slots[SLOTS];

__typeof__(lthash_add) __real_lthash_add, __wrap_lthash_add;
__typeof__(lthash_remove) __real_lthash_remove, __wrap_lthash_remove;

static const struct lthash *expansion(const void *key, size_t key_size, const void *value, size_t value_size)
{
    static const uint8_t hash_key[crypto_shorthash_KEYBYTES];
    uint64_t of_key, of_value;
    crypto_shorthash((uint8_t *)&of_key, key, key_size, hash_key);
    crypto_shorthash((uint8_t *)&of_value, value, value_size, hash_key);
    struct slot *slot = &slots[(of_key ^ of_value) % SLOTS];
    if (slot->key_size == key_size && slot->value_size == value_size &&
        memcmp(slot->key, key, key_size) == 0 && memcmp(slot->value, value, value_size) == 0)
        return &slot->expansion;
    ROAM_ASSERT(key_size > 0 && key_size <= LEDGER_KEY_MAX && value_size <= LEDGER_VALUE_MAX);
    slot->key_size = key_size;
    slot->value_size = value_size;
    memcpy(slot->key, key, key_size);
    memcpy(slot->value, value, value_size);
    lthash_init(&slot->expansion);
    __real_lthash_add(&slot->expansion, key, key_size, value, value_size);
    return &slot->expansion;
}

void __wrap_lthash_add(struct lthash *state, const void *key, size_t key_size, const void *value,
                       size_t value_size)
{
    const struct lthash *more = expansion(key, key_size, value, value_size);
    for (size_t i = 0; i < LTHASH_COUNTERS; i++)
        state->counter[i] = (uint16_t)(state->counter[i] + more->counter[i]);
}

void __wrap_lthash_remove(struct lthash *state, const void *key, size_t key_size, const void *value,
                          size_t value_size)
{
    const struct lthash *less = expansion(key, key_size, value, value_size);
    for (size_t i = 0; i < LTHASH_COUNTERS; i++)
        state->counter[i] = (uint16_t)(state->counter[i] - less->counter[i]);
}
