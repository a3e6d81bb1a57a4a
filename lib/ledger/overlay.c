#include "overlay.h"

#include <string.h>

static size_t slot_count_for(size_t capacity)
{
    size_t count = 16;
    while (count < 2 * capacity) count *= 2;
    return count;
}

/* arena_take aligns each piece to 64 bytes. */
static size_t piece(size_t count, size_t size) { return (count * size + 63) / 64 * 64; }

size_t overlay_memory_size(size_t capacity)
{
    return piece(capacity, sizeof(struct overlay_record)) + piece(capacity, sizeof(struct overlay_saved)) +
           2 * piece(capacity, sizeof(struct overlay_place)) +
           piece(slot_count_for(capacity), sizeof(uint32_t));
}

static void *take(struct roam_arena *arena, size_t count, size_t size)
{
    void *memory = arena_take(arena, count * size);
    ROAM_ASSERT(memory != NULL);
    return memory;
}

void overlay_init(struct overlay *overlay, struct roam_arena *arena, size_t capacity,
                  const struct roam_env *env)
{
    memset(overlay, 0, sizeof *overlay);
    overlay->capacity = capacity;
    overlay->records = take(arena, capacity, sizeof *overlay->records);
    overlay->journal = take(arena, capacity, sizeof *overlay->journal);
    overlay->order = take(arena, capacity, sizeof *overlay->order);
    overlay->order_spare = take(arena, capacity, sizeof *overlay->order_spare);
    overlay->slot_count = slot_count_for(capacity);
    overlay->slots = take(arena, overlay->slot_count, sizeof *overlay->slots);
    env_random(env, overlay->hash_key, sizeof overlay->hash_key);
}

/* The slot of the key, or the free slot where it would go. Keyed, so that nobody can choose keys that
 * collide. */
static size_t slot_of(const struct overlay *overlay, const struct record_key *key)
{
    uint64_t hash;
    crypto_shorthash((uint8_t *)&hash, key->byte, key->size, overlay->hash_key);
    size_t slot = (size_t)hash & (overlay->slot_count - 1);
    while (overlay->slots[slot] != 0) {
        const struct record_key *other = &overlay->records[overlay->slots[slot] - 1].key;
        if (other->size == key->size && memcmp(other->byte, key->byte, key->size) == 0) break;
        slot = (slot + 1) & (overlay->slot_count - 1);
    }
    return slot;
}

void overlay_clear(struct overlay *overlay)
{
    memset(overlay->slots, 0, overlay->slot_count * sizeof *overlay->slots);
    overlay->count = 0;
    overlay_forget(overlay);
}

const struct overlay_value *overlay_find(const struct overlay *overlay, const struct record_key *key)
{
    const uint32_t number = overlay->slots[slot_of(overlay, key)];
    return number == 0 ? NULL : &overlay->records[number - 1].now;
}

static struct overlay_record *insert(struct overlay *overlay, size_t slot, const struct record_key *key,
                                     const struct overlay_value *committed)
{
    ROAM_ASSERT(overlay->count < overlay->capacity);
    struct overlay_record *record = &overlay->records[overlay->count++];
    overlay->slots[slot] = (uint32_t)overlay->count;
    record->key = *key;
    record->mark = overlay->mark;
    record->committed = *committed;
    return record;
}

static void save(struct overlay *overlay, struct overlay_record *record)
{
    if (record->mark == overlay->mark) return;
    ROAM_ASSERT(overlay->journal_count < overlay->capacity);
    overlay->journal[overlay->journal_count++] =
        (struct overlay_saved){(uint32_t)(record - overlay->records), record->now};
    record->mark = overlay->mark;
}

void overlay_put(struct overlay *overlay, const struct record_key *key, const struct overlay_value *committed,
                 const uint8_t *value, size_t size)
{
    ROAM_ASSERT(size > 0 && size <= LEDGER_VALUE_MAX);
    const size_t slot = slot_of(overlay, key);
    struct overlay_record *record;
    if (overlay->slots[slot] == 0) {
        record = insert(overlay, slot, key, committed);
    } else {
        record = &overlay->records[overlay->slots[slot] - 1];
        save(overlay, record);
    }
    record->now.size = (uint16_t)size;
    memcpy(record->now.byte, value, size);
}

size_t overlay_room(const struct overlay *overlay)
{
    const size_t used = overlay->count > overlay->journal_count ? overlay->count : overlay->journal_count;
    return overlay->capacity - used;
}

struct overlay_mark overlay_mark(struct overlay *overlay)
{
    overlay->mark++;
    return (struct overlay_mark){overlay->count, overlay->journal_count};
}

void overlay_rollback(struct overlay *overlay, struct overlay_mark mark)
{
    while (overlay->journal_count > mark.journal_count) {
        const struct overlay_saved *saved = &overlay->journal[--overlay->journal_count];
        overlay->records[saved->record].now = saved->value;
    }
    while (overlay->count > mark.count) {
        overlay->slots[slot_of(overlay, &overlay->records[overlay->count - 1].key)] = 0;
        overlay->count--;
    }
    overlay->mark++; /* what is changed next is saved again */
}

void overlay_forget(struct overlay *overlay)
{
    overlay->journal_count = 0;
    overlay->mark++;
}
