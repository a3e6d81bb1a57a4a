/* Memory that runs out: while alloc_fail_at is set, that allocation of the libraries, counted from 1, is
 * refused. For programs linked with wrap_alloc_dep; one file of a program includes it. */
#ifndef TEST_ALLOC_FAULT_H
#define TEST_ALLOC_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);

static atomic_long allocations;
static atomic_long alloc_fail_at; /* 0: never */

static bool alloc_is_refused(void)
{
    long at = atomic_load(&alloc_fail_at);
    return at != 0 && atomic_fetch_add(&allocations, 1) + 1 == at;
}

static inline void alloc_fault_arm(long at)
{
    atomic_store(&allocations, 0);
    atomic_store(&alloc_fail_at, at);
}
/* True if the allocation was refused. */
static inline bool alloc_fault_disarm(void)
{
    const long at = atomic_exchange(&alloc_fail_at, 0);
    return at != 0 && atomic_load(&allocations) >= at;
}

void *__wrap_malloc(size_t size) { return alloc_is_refused() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size)
{
    return alloc_is_refused() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *memory, size_t size)
{
    return alloc_is_refused() ? NULL : __real_realloc(memory, size);
}
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return alloc_is_refused() ? NULL : __real_aligned_alloc(alignment, size);
}

#endif
