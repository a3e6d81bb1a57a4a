/* How long work reports how far it is, and is told to stop. */
#ifndef ROAM_PROGRESS_H
#define ROAM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct roam_progress {
    void *context;
    /* Called now and then, from the calling thread only. Returns false to cancel: the work then ends with
     * ROAM_E_CANCELLED and leaves nothing behind. */
    bool (*step)(void *context, const char *what, uint64_t done, uint64_t total);
};

/* True if the work may go on; a NULL progress never cancels. */
bool progress_step(const struct roam_progress *progress, const char *what, uint64_t done, uint64_t total);

#endif
