/* Memory that is given out in order and taken back all at once. */
#ifndef ROAM_ARENA_H
#define ROAM_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct roam_arena {
    uint8_t *memory;
    size_t size, used;
};

/* The arena borrows memory; it never allocates or frees. */
static inline struct roam_arena arena_over(void *memory, size_t size)
{
    return (struct roam_arena){memory, size, 0};
}
/* Aligned to 64 bytes, zeroed; NULL when the arena is used up. */
void *arena_take(struct roam_arena *arena, size_t size);

#endif
