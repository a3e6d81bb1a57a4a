/* Memory for decoded messages: given out in order, taken back all at once. It grows by allocation, or lives
 * in memory of the caller and never allocates. After a reset it holds one block as large as all of the last
 * use, so that uses of like size allocate no more. */
#ifndef PROTO_ARENA_H
#define PROTO_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct proto_block;
struct proto_arena {
    uint8_t *memory; /* where the next bytes come from */
    size_t size, used;
    struct proto_block *blocks; /* allocated, the present one first; NULL if the memory is the caller's */
    size_t taken, maximum; /* bytes given out since the reset, and how many may be; maximum may be changed */
};

/* Grows up to maximum_size bytes given out. */
static inline struct proto_arena proto_arena_growing(size_t maximum_size)
{
    return (struct proto_arena){.maximum = maximum_size};
}
/* Over memory of the caller, which must not be NULL. */
static inline struct proto_arena proto_arena_over(void *memory, size_t size)
{
    return (struct proto_arena){.memory = (uint8_t *)memory, .size = size, .maximum = size};
}
/* Aligned to 16 bytes, zeroed; NULL past the maximum or if there is no memory. Size 0 gives a place too. */
void *proto_arena_take(struct proto_arena *arena, size_t size);
/* Takes everything back. */
void proto_arena_reset(struct proto_arena *arena);
/* Frees what was allocated. */
void proto_arena_release(struct proto_arena *arena);

#endif
