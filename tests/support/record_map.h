/* Committed records in memory: what a host keeps for a ledger. A hash table of fixed-size entries that grows.
 */
#ifndef TEST_RECORD_MAP_H
#define TEST_RECORD_MAP_H

#include "ledger.h"

struct record_entry {
    uint8_t key[LEDGER_KEY_MAX], value[LEDGER_VALUE_MAX];
    size_t key_size, value_size; /* key_size 0: free */
};

struct record_map {
    struct record_entry *entries;
    size_t capacity, count;
};

void record_map_init(struct record_map *map);
void record_map_release(struct record_map *map);
struct ledger_kv record_map_kv(struct record_map *map);
/* Fits ledger_overlay_walk. */
void record_map_put(void *map, const uint8_t *key, size_t key_size, const uint8_t *value, size_t value_size);

#endif
