/* The records that a block has changed, in memory, with savepoints. Private to lib/ledger.
 *
 * Records are kept in the order of their first change, found through a hash table of their numbers. After
 * mark(), the first change of a record that was there before saves its old value in a journal; rollback()
 * plays the journal back and drops the newer records from the end (with linear probing the last insertions
 * may be undone in reverse order). */
#ifndef LEDGER_OVERLAY_H
#define LEDGER_OVERLAY_H

#include <sodium.h>

#include "arena.h"
#include "record_codec.h"

struct overlay_value {
    uint16_t size; /* 0: absent (no record has an empty value) */
    uint8_t byte[LEDGER_VALUE_MAX];
};

struct overlay_record {
    struct record_key key;
    uint32_t mark; /* the savepoint since which `now` is saved or new */
    struct overlay_value committed, now;
};

struct overlay_saved {
    uint32_t record;
    struct overlay_value value;
};

/* A record's place in key order: the first eight bytes, big-endian, decide almost always. */
struct overlay_place {
    uint64_t prefix;
    uint32_t record;
};

struct overlay {
    size_t capacity, count, journal_count;
    uint32_t mark;
    struct overlay_record *records;            /* [capacity] */
    struct overlay_saved *journal;             /* [capacity] */
    struct overlay_place *order, *order_spare; /* [capacity] */
    uint32_t *slots;                           /* [slot_count]: record number + 1, 0 = free */
    size_t slot_count;                         /* a power of two >= 2 * capacity */
    uint8_t hash_key[crypto_shorthash_KEYBYTES];
};

struct overlay_mark {
    size_t count, journal_count;
};

/* Takes its memory from the arena; random sets the hash key. */
void overlay_init(struct overlay *overlay, struct roam_arena *arena, size_t capacity,
                  const struct roam_env *env);
size_t overlay_memory_size(size_t capacity);
void overlay_clear(struct overlay *overlay);

/* The changed value, or NULL if the record is not changed in this block. */
const struct overlay_value *overlay_find(const struct overlay *overlay, const struct record_key *key);
/* Sets a record's value. committed: its value before the block, looked at only if the record is not in the
 * overlay. There must be room. */
void overlay_put(struct overlay *overlay, const struct record_key *key, const struct overlay_value *committed,
                 const uint8_t *value, size_t size);
/* How many puts there is surely room for. */
size_t overlay_room(const struct overlay *overlay);

/* Savepoints nest: a rollback to an older mark undoes the newer ones too. forget drops all savepoints and
 * their journal. */
struct overlay_mark overlay_mark(struct overlay *overlay);
void overlay_rollback(struct overlay *overlay, struct overlay_mark mark);
void overlay_forget(struct overlay *overlay);

/* Fills order[0..count) with the records in key order. */
void overlay_sort(struct overlay *overlay);

#endif
