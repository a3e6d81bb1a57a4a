/* One task cut into shares for several threads. */
#ifndef ROAM_PARALLEL_H
#define ROAM_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MAX = 64 };

/* Part `index` of `count` equal parts of something. */
struct share {
    unsigned index, count;
};

/* Calls task(context, share) for every share and returns when all are done. The first runs on the calling
 * thread, each other on a thread of its own, or on the calling one too if the system gives no thread: tasks
 * must not wait for each other. 1 <= count <= PARALLEL_MAX. */
void parallel_run(unsigned count, void (*task)(void *context, struct share share), void *context);

/* Where a share of the range [0, size) begins; it ends where the next one begins. */
static inline size_t share_begin(struct share share, size_t size)
{
    return size / share.count * share.index + size % share.count * share.index / share.count;
}
static inline size_t share_end(struct share share, size_t size)
{
    return share_begin((struct share){share.index + 1, share.count}, size);
}

#endif
