#include "parallel.h"

#include "err.h"

#include <pthread.h>

struct run {
    pthread_t thread;
    bool started;
    void (*task)(void *context, struct share share);
    void *context;
    struct share share;
};

static void *run_share(void *argument)
{
    struct run *run = argument;
    run->task(run->context, run->share);
    return NULL;
}

void parallel_run(unsigned count, void (*task)(void *context, struct share share), void *context)
{
    struct run runs[PARALLEL_MAX];
    ROAM_ASSERT(count >= 1 && count <= PARALLEL_MAX);
    for (unsigned i = 1; i < count; i++) {
        runs[i] = (struct run){.task = task, .context = context, .share = {i, count}};
        runs[i].started = pthread_create(&runs[i].thread, NULL, run_share, &runs[i]) == 0;
    }
    task(context, (struct share){0, count});
    for (unsigned i = 1; i < count; i++) {
        if (runs[i].started)
            ROAM_ASSERT(pthread_join(runs[i].thread, NULL) == 0);
        else
            run_share(&runs[i]);
    }
}
