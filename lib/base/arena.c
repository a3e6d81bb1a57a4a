#include "arena.h"

#include <string.h>

void *arena_take(struct roam_arena *arena, size_t size)
{
    uintptr_t place = (uintptr_t)(arena->memory + arena->used);
    size_t padding = (size_t)(-place & 63);
    if (padding > arena->size - arena->used || size > arena->size - arena->used - padding) return NULL;
    uint8_t *taken = arena->memory + arena->used + padding;
    arena->used += padding + size;
    memset(taken, 0, size);
    return taken;
}
