/* Memory for ledger objects, which want some MiB of zeros for each start of a node and touch little of it:
 * pages that the system gives zeroed when they are touched. The ledger's arenas are told so (arena_take,
 * --wrap), and do not zero them again. */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

/* All zero, aligned to a page; out of memory aborts. For one arena. */
void *sim_memory_take(size_t size);
/* NULL is allowed. */
void sim_memory_give(void *memory);

#endif
