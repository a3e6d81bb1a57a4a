#include "memory_records.h"

#include <stdlib.h>
#include <string.h>

void memory_records_init(struct memory_records *records) { *records = (struct memory_records){0}; }

void memory_records_release(struct memory_records *records)
{
    for (size_t i = 0; i < records->slot_count; i++) free(records->slots[i]);
    free(records->slots);
    memory_records_init(records);
}

/* FNV-1a */
static uint64_t hash_of(const uint8_t *key, size_t key_size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < key_size; i++) hash = (hash ^ key[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Where the key is, or would be. There is always a free slot. */
static size_t slot_of(const struct memory_records *records, const uint8_t *key, size_t key_size)
{
    size_t mask = records->slot_count - 1, at = (size_t)hash_of(key, key_size) & mask;
    for (;; at = (at + 1) & mask) {
        const struct memory_record *record = records->slots[at];
        if (record == NULL || (record->key_size == key_size && memcmp(record->bytes, key, key_size) == 0))
            return at;
    }
}

static bool grow(struct memory_records *records)
{
    struct memory_records larger = *records;
    larger.slot_count = records->slot_count == 0 ? 1024 : 2 * records->slot_count;
    larger.slots = calloc(larger.slot_count, sizeof *larger.slots);
    if (larger.slots == NULL) return false;
    for (size_t i = 0; i < records->slot_count; i++) {
        struct memory_record *record = records->slots[i];
        if (record != NULL) larger.slots[slot_of(&larger, record->bytes, record->key_size)] = record;
    }
    free(records->slots);
    *records = larger;
    return true;
}

const struct memory_record *memory_records_find(const struct memory_records *records, const void *key,
                                                size_t key_size)
{
    return records->slot_count == 0 ? NULL : records->slots[slot_of(records, key, key_size)];
}

void memory_records_put(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                        size_t value_size)
{
    struct memory_records *records = context;
    ROAM_ASSERT(value != NULL);
    struct memory_record *record = malloc(sizeof *record + key_size + value_size);
    bool room = 2 * records->count < records->slot_count || grow(records);
    if (record == NULL || !room) {
        free(record);
        records->out_of_memory = true;
        return;
    }
    *record = (struct memory_record){(uint32_t)key_size, (uint32_t)value_size};
    memcpy(record->bytes, key, key_size);
    memcpy(record->bytes + key_size, value, value_size);
    struct memory_record **slot = &records->slots[slot_of(records, key, key_size)];
    if (*slot == NULL) records->count++;
    free(*slot);
    *slot = record;
}

static size_t get(void *context, const uint8_t *key, size_t key_size, uint8_t value[LEDGER_VALUE_MAX])
{
    const struct memory_record *record = memory_records_find(context, key, key_size);
    if (record == NULL) return SIZE_MAX;
    memcpy(value, record->bytes + record->key_size, record->value_size);
    return record->value_size;
}

struct ledger_kv memory_records_kv(struct memory_records *records)
{
    return (struct ledger_kv){records, get};
}
