#include "sim_memory.h"

#include "arena.h"
#include "err.h"

#include <stdbool.h>
#include <sys/mman.h>

enum { REGIONS_MAX = 64 };

struct region {
    uint8_t *at;
    size_t size;
    bool taken;
};
static struct region regions[REGIONS_MAX];
static size_t region_count;

void *sim_memory_take(size_t size)
{
    for (size_t i = 0; i < region_count; i++)
        if (!regions[i].taken && regions[i].size == size) {
            regions[i].taken = true;
            return regions[i].at;
        }
    ROAM_ASSERT(region_count < REGIONS_MAX);
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ROAM_ASSERT(at != MAP_FAILED && madvise(at, size, MADV_NOHUGEPAGE) == 0);
    regions[region_count++] = (struct region){at, size, true};
    return at;
}

static struct region *region_of(const void *memory)
{
    for (size_t i = 0; i < region_count; i++)
        if (regions[i].at == memory) return &regions[i];
    return NULL;
}

void sim_memory_give(void *memory)
{
    if (memory == NULL) return;
    struct region *region = region_of(memory);
    ROAM_ASSERT(region != NULL && region->taken);
    ROAM_ASSERT(madvise(region->at, region->size, MADV_DONTNEED) == 0); /* zero when it is touched again */
    region->taken = false;
}

__typeof__(arena_take) __real_arena_take, __wrap_arena_take;

void *__wrap_arena_take(struct roam_arena *arena, size_t size)
{
    const struct region *region = region_of(arena->memory);
    if (region == NULL || !region->taken) return __real_arena_take(arena, size);
    const size_t padding = (size_t)(-(uintptr_t)(arena->memory + arena->used) & 63);
    if (padding > arena->size - arena->used || size > arena->size - arena->used - padding) return NULL;
    uint8_t *taken = arena->memory + arena->used + padding;
    arena->used += padding + size;
    return taken;
}
