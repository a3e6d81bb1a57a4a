#include "record_map.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash(const uint8_t *key, size_t size)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < size; i++) h = (h ^ key[i]) * UINT64_C(1099511628211);
    return h;
}

static struct record_entry *find(const struct record_map *map, const uint8_t *key, size_t key_size)
{
    size_t place = (size_t)hash(key, key_size) & (map->capacity - 1);
    while (map->entries[place].key_size != 0) {
        const struct record_entry *entry = &map->entries[place];
        if (entry->key_size == key_size && memcmp(entry->key, key, key_size) == 0) break;
        place = (place + 1) & (map->capacity - 1);
    }
    return &map->entries[place];
}

static void allocate(struct record_map *map, size_t capacity)
{
    map->entries = calloc(capacity, sizeof *map->entries);
    ROAM_ASSERT(map->entries != NULL);
    map->capacity = capacity;
    map->count = 0;
}

void record_map_init(struct record_map *map) { allocate(map, 1024); }

void record_map_release(struct record_map *map)
{
    free(map->entries);
    map->entries = NULL;
}

static void grow(struct record_map *map)
{
    const struct record_map old = *map;
    allocate(map, 2 * old.capacity);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.entries[i].key_size != 0)
            record_map_put(map, old.entries[i].key, old.entries[i].key_size, old.entries[i].value,
                           old.entries[i].value_size);
    free(old.entries);
}

void record_map_put(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                    size_t value_size)
{
    struct record_map *map = context;
    struct record_entry *entry = find(map, key, key_size);
    if (entry->key_size == 0) {
        memcpy(entry->key, key, key_size);
        entry->key_size = key_size;
        map->count++;
    }
    memcpy(entry->value, value, value_size);
    entry->value_size = value_size;
    if (2 * map->count > map->capacity) grow(map);
}

static size_t get(void *context, const uint8_t *key, size_t key_size, uint8_t value[LEDGER_VALUE_MAX])
{
    const struct record_entry *entry = find(context, key, key_size);
    if (entry->key_size == 0) return SIZE_MAX;
    memcpy(value, entry->value, entry->value_size);
    return entry->value_size;
}

struct ledger_kv record_map_kv(struct record_map *map) { return (struct ledger_kv){map, get}; }
