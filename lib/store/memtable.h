/* Entries of a store's tables in memory: an open-addressed set of hashed keys. Private to lib/store.
 *
 * Whoever sends transactions chooses keys to some degree, so the hash is keyed (SipHash, libsodium). */
#ifndef STORE_MEMTABLE_H
#define STORE_MEMTABLE_H

#include "tables.h"

#include <stddef.h>
#include <stdint.h>

struct memtable_entry {
    uint32_t hash, value_size;
    uint16_t key_size;
    uint8_t table;
    uint8_t bytes[]; /* key, value */
};

struct memtable;
/* NULL: no memory. */
struct memtable *memtable_create(void);
/* NULL is allowed. */
void memtable_destroy(struct memtable *memtable);

/* NULL if absent. The entry stays until the key is put again or the memtable ends. */
const struct memtable_entry *memtable_find(const struct memtable *memtable, enum table table, const void *key,
                                           size_t key_size);
static inline MDB_val memtable_value(const struct memtable_entry *entry)
{
    return (MDB_val){entry->value_size, (void *)(uintptr_t)(entry->bytes + entry->key_size)};
}
/* False, and nothing has changed: no memory. */
bool memtable_put(struct memtable *memtable, enum table table, const void *key, size_t key_size,
                  const void *value, size_t value_size);

size_t memtable_count(const struct memtable *memtable);
/* Memory that its entries take. */
size_t memtable_bytes(const struct memtable *memtable);
/* All entries in order of table and key; allocated, the caller's to free. NULL: no memory, or none. */
const struct memtable_entry **memtable_sorted(const struct memtable *memtable);

#endif
