/* A committed state that is being read: a snapshot of the file with a ledger object over it. Private to
 * lib/store. */
#ifndef STORE_READER_H
#define STORE_READER_H

#include "hosting.h"

#include <pthread.h>

/* Stays where it is. The ledger object is kept between reads, for it takes some MiB, and made anew only when
 * the head has changed. */
struct reader {
    struct reader *next;
    pthread_t owner;
    struct view view;
    struct hosted_ledger hosted;
};

/* All readers of a store. */
struct readers {
    pthread_mutex_t mutex;
    struct reader *begun; /* last begun first */
    struct reader *idle;
};
void readers_init(struct readers *readers);
/* None may be reading. */
void readers_release(struct readers *readers);

/* A reader for the calling thread. ROAM_E_IO, ROAM_E_NOMEM, ROAM_E_MISMATCH. */
ROAM_MUST_USE enum roam_err reader_begin(struct reader **out, struct readers *readers,
                                         const struct tables *tables,
                                         const struct store_constants *constants);
/* Ends the one that this thread began last. */
void reader_end(struct readers *readers);

#endif
