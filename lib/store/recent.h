/* Changes of blocks that are durable but not in the file yet: two memtables in front of the tables. Private
 * to lib/store.
 *
 * Writing the file block by block would rewrite a page for most changes. Here those of many blocks gather in
 * `active`; now and then it becomes `frozen` and is written to the file in key order (checkpoint.h). It stays
 * until the next one, for what changed a moment ago is read again soon. Reading asks active, frozen and the
 * file, in this order. */
#ifndef STORE_RECENT_H
#define STORE_RECENT_H

#include "memtable.h"

#include <pthread.h>

struct recent {
    pthread_mutex_t turn;             /* held while one waits for the lock: readers stand behind who puts */
    pthread_rwlock_t lock;            /* every view holds it while it lasts: shared to read, alone to put */
    struct memtable *active, *frozen; /* frozen: NULL if none */
    int cause;                        /* after a failure nothing is read: what is here may be torn */
};

/* ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err recent_init(struct recent *recent);
void recent_release(struct recent *recent);

/* Shared: may nest within a thread, and the same thread unlocks. However many read without a pause, who wants
 * the lock alone gets it when those that have it have ended. */
void recent_lock_shared(struct recent *recent);
void recent_lock_alone(struct recent *recent);
void recent_unlock(struct recent *recent);

/* active becomes frozen, in place of one that is in the file, and a new one takes its place. False: no
 * memory. */
bool recent_freeze(struct recent *recent);
void recent_fail(struct recent *recent, int cause);

/* By the holder of the lock: the entry in active or frozen, or NULL. */
const struct memtable_entry *recent_find(const struct recent *recent, enum table table, const void *key,
                                         size_t key_size);

#endif
