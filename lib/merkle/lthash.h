/* A commitment to a set of records that costs the same for every change: LtHash (Bellare and Micciancio's
 * AdHash over lattices; Lewi et al., eprint 2019/227). The state is 1,024 16-bit counters; a record adds the
 * expansion of its hash, taking it away subtracts it. Order does not matter. Finding two sets with one state
 * is as hard as short vectors in a lattice: about 200 bits for these sizes. Expansion: BLAKE2b-256(key size,
 * value size, key, value; sizes as 8 bytes, little-endian) keys ChaCha20 (nonce 0), whose first 2,048 bytes
 * are added as little-endian counters. */
#ifndef MERKLE_LTHASH_H
#define MERKLE_LTHASH_H

#include <stddef.h>
#include <stdint.h>

enum { LTHASH_COUNTERS = 1024, LTHASH_SIZE = 2 * LTHASH_COUNTERS };

struct lthash {
    uint16_t counter[LTHASH_COUNTERS];
};

void lthash_init(struct lthash *state);
/* A record is a key and a value; both lengths are bound into the hash. */
void lthash_add(struct lthash *state, const void *key, size_t key_size, const void *value, size_t value_size);
void lthash_remove(struct lthash *state, const void *key, size_t key_size, const void *value,
                   size_t value_size);
/* BLAKE2b-256 of the serialized state. */
void lthash_digest(uint8_t out[32], const struct lthash *state);
void lthash_serialize(uint8_t out[LTHASH_SIZE], const struct lthash *state);
void lthash_parse(struct lthash *state, const uint8_t bytes[LTHASH_SIZE]);

#endif
