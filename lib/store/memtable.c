#include "memtable.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MIN = 1024, PIECE_SIZE = 1 << 20 };

/* Entries lie one after the other in pieces, which go when the memtable goes. */
struct piece {
    struct piece *next;
    size_t used, size;
    _Alignas(8) uint8_t bytes[];
};

struct memtable {
    struct memtable_entry **slots; /* 2^k of them; NULL = free */
    size_t slot_count, count, bytes;
    struct piece *pieces; /* the one being filled first */
    uint8_t key[crypto_shorthash_KEYBYTES];
};

struct memtable *memtable_create(void)
{
    struct memtable *memtable = calloc(1, sizeof *memtable);
    if (memtable == NULL) return NULL;
    memtable->slot_count = SLOTS_MIN;
    memtable->slots = calloc(memtable->slot_count, sizeof(struct memtable_entry *));
    crypto_shorthash_keygen(memtable->key);
    if (memtable->slots != NULL) return memtable;
    free(memtable);
    return NULL;
}

void memtable_destroy(struct memtable *memtable)
{
    if (memtable == NULL) return;
    for (struct piece *piece = memtable->pieces, *next; piece != NULL; piece = next) {
        next = piece->next;
        free(piece);
    }
    free(memtable->slots);
    free(memtable);
}

static uint32_t hash_of(const struct memtable *memtable, enum table table, const void *key, size_t key_size)
{
    uint8_t hash[crypto_shorthash_BYTES];
    uint32_t low;
    crypto_shorthash(hash, key, key_size, memtable->key);
    memcpy(&low, hash, sizeof low);
    return low + (uint32_t)table;
}

/* Where the key is, or would be. There is always a free slot. */
static size_t slot_of(const struct memtable *memtable, uint32_t hash, enum table table, const void *key,
                      size_t key_size)
{
    const size_t mask = memtable->slot_count - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        const struct memtable_entry *entry = memtable->slots[at];
        if (entry == NULL || (entry->hash == hash && entry->table == table && entry->key_size == key_size &&
                              memcmp(entry->bytes, key, key_size) == 0))
            return at;
    }
}

static bool grow(struct memtable *memtable)
{
    const size_t slot_count = 2 * memtable->slot_count;
    struct memtable_entry **slots = calloc(slot_count, sizeof(struct memtable_entry *));
    if (slots == NULL) return false;
    for (size_t i = 0; i < memtable->slot_count; i++) {
        struct memtable_entry *entry = memtable->slots[i];
        if (entry == NULL) continue;
        size_t at = entry->hash & (slot_count - 1);
        while (slots[at] != NULL) at = (at + 1) & (slot_count - 1);
        slots[at] = entry;
    }
    free(memtable->slots);
    memtable->slots = slots;
    memtable->slot_count = slot_count;
    return true;
}

static struct memtable_entry *take(struct memtable *memtable, size_t size)
{
    size = (size + 7) / 8 * 8;
    struct piece *piece = memtable->pieces;
    if (piece == NULL || piece->size - piece->used < size) {
        const size_t room = size > PIECE_SIZE ? size : PIECE_SIZE;
        piece = malloc(sizeof *piece + room);
        if (piece == NULL) return NULL;
        *piece = (struct piece){.next = memtable->pieces, .size = room};
        memtable->pieces = piece;
    }
    struct memtable_entry *entry = (void *)(piece->bytes + piece->used);
    piece->used += size;
    memtable->bytes += size;
    return entry;
}

const struct memtable_entry *memtable_find(const struct memtable *memtable, enum table table, const void *key,
                                           size_t key_size)
{
    if (memtable->count == 0) return NULL;
    return memtable->slots[slot_of(memtable, hash_of(memtable, table, key, key_size), table, key, key_size)];
}

bool memtable_put(struct memtable *memtable, enum table table, const void *key, size_t key_size,
                  const void *value, size_t value_size)
{
    const uint32_t hash = hash_of(memtable, table, key, key_size);
    if (2 * memtable->count >= memtable->slot_count && !grow(memtable)) return false;
    struct memtable_entry **slot = &memtable->slots[slot_of(memtable, hash, table, key, key_size)];
    struct memtable_entry *entry = *slot;
    if (entry == NULL || entry->value_size != value_size) {
        entry = take(memtable, sizeof *entry + key_size + value_size);
        if (entry == NULL) return false;
        *entry = (struct memtable_entry){hash, (uint32_t)value_size, (uint16_t)key_size, (uint8_t)table};
        memcpy(entry->bytes, key, key_size);
        memtable->count += *slot == NULL;
        *slot = entry;
    }
    memcpy(entry->bytes + key_size, value, value_size);
    return true;
}

size_t memtable_count(const struct memtable *memtable) { return memtable->count; }

size_t memtable_bytes(const struct memtable *memtable) { return memtable->bytes; }

static int compare(const void *a, const void *b)
{
    const struct memtable_entry *x = *(struct memtable_entry *const *)a,
                                *y = *(struct memtable_entry *const *)b;
    if (x->table != y->table) return x->table < y->table ? -1 : 1;
    const int order = memcmp(x->bytes, y->bytes, x->key_size < y->key_size ? x->key_size : y->key_size);
    return order != 0 ? order : (x->key_size > y->key_size) - (x->key_size < y->key_size);
}

const struct memtable_entry **memtable_sorted(const struct memtable *memtable)
{
    const struct memtable_entry **entries = malloc(memtable->count * sizeof(struct memtable_entry *));
    size_t count = 0;
    if (entries == NULL || memtable->count == 0) {
        free(entries);
        return NULL;
    }
    for (size_t i = 0; i < memtable->slot_count; i++)
        if (memtable->slots[i] != NULL) entries[count++] = memtable->slots[i];
    qsort(entries, count, sizeof(struct memtable_entry *), compare);
    return entries;
}
