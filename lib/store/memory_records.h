/* Records in memory, for a replay: a table of hashed keys. Private to lib/store. */
#ifndef STORE_MEMORY_RECORDS_H
#define STORE_MEMORY_RECORDS_H

#include "ledger.h"

struct memory_record {
    uint32_t key_size, value_size;
    uint8_t bytes[]; /* key, value */
};

struct memory_records {
    struct memory_record **slots; /* open-addressed, 2^k of them; NULL = free */
    size_t slot_count, count;
    bool out_of_memory; /* a put was lost */
};

void memory_records_init(struct memory_records *records);
void memory_records_release(struct memory_records *records);
/* NULL if absent. */
const struct memory_record *memory_records_find(const struct memory_records *records, const void *key,
                                                size_t key_size);
/* context: struct memory_records. Fits ledger_overlay_walk; a value NULL must not come, for no record is ever
 * deleted. */
void memory_records_put(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                        size_t value_size);
struct ledger_kv memory_records_kv(struct memory_records *records);

#endif
