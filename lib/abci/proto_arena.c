#include "proto_arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MIN = 16384, ALIGN = 16 };

struct proto_block {
    struct proto_block *next;
    size_t size;
    _Alignas(ALIGN) uint8_t memory[];
};

static bool add_block(struct proto_arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(struct proto_block)) return false;
    struct proto_block *block = malloc(sizeof *block + size);
    if (block == NULL) return false;
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->memory = block->memory;
    arena->size = size;
    arena->used = 0;
    return true;
}

/* Blocks double, so that there are few. */
static bool grow(struct proto_arena *arena, size_t size)
{
    const bool borrowed = arena->memory != NULL && arena->blocks == NULL;
    size_t block = arena->size < BLOCK_MIN ? BLOCK_MIN : arena->size;
    if (borrowed || size > SIZE_MAX - ALIGN) return false;
    if (arena->blocks != NULL && block <= SIZE_MAX / 2) block *= 2;
    return add_block(arena, size + ALIGN > block ? size + ALIGN : block);
}

static size_t padding(const struct proto_arena *arena)
{
    return (size_t)(-((uintptr_t)arena->memory + arena->used) & (ALIGN - 1));
}

static bool fits(const struct proto_arena *arena, size_t size)
{
    const size_t left = arena->size - arena->used;
    return arena->memory != NULL && padding(arena) <= left && size <= left - padding(arena);
}

void *proto_arena_take(struct proto_arena *arena, size_t size)
{
    if (arena->taken > arena->maximum || size > arena->maximum - arena->taken) return NULL;
    if (!fits(arena, size) && !grow(arena, size)) return NULL;
    uint8_t *taken = arena->memory + arena->used + padding(arena);
    arena->used += padding(arena) + size;
    arena->taken += size;
    return memset(taken, 0, size);
}

static void free_blocks(struct proto_arena *arena)
{
    for (struct proto_block *block = arena->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    arena->blocks = NULL;
    arena->memory = NULL;
    arena->size = 0;
}

void proto_arena_reset(struct proto_arena *arena)
{
    size_t total = 0;
    arena->used = arena->taken = 0;
    if (arena->blocks == NULL || arena->blocks->next == NULL) return;
    for (struct proto_block *block = arena->blocks; block != NULL; block = block->next) total += block->size;
    free_blocks(arena);
    (void)add_block(arena, total); /* without it the next use grows anew */
}

void proto_arena_release(struct proto_arena *arena)
{
    free_blocks(arena);
    arena->used = arena->taken = 0;
}
