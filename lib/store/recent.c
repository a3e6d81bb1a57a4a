#include "recent.h"

/* How often this thread has a lock shared. */
static _Thread_local unsigned shared;

enum roam_err recent_init(struct recent *recent)
{
    *recent = (struct recent){.active = memtable_create()};
    ROAM_ASSERT(pthread_mutex_init(&recent->turn, NULL) == 0 &&
                pthread_rwlock_init(&recent->lock, NULL) == 0);
    return recent->active != NULL ? ROAM_OK : ROAM_E_NOMEM;
}

void recent_release(struct recent *recent)
{
    memtable_destroy(recent->active);
    memtable_destroy(recent->frozen);
    pthread_rwlock_destroy(&recent->lock);
    pthread_mutex_destroy(&recent->turn);
}

/* Within a lock that the thread has already it does not wait for its turn, which would be behind one that
 * waits for this thread. */
void recent_lock_shared(struct recent *recent)
{
    const bool first = shared++ == 0;
    if (first) pthread_mutex_lock(&recent->turn);
    pthread_rwlock_rdlock(&recent->lock);
    if (first) pthread_mutex_unlock(&recent->turn);
}

void recent_lock_alone(struct recent *recent)
{
    pthread_mutex_lock(&recent->turn);
    pthread_rwlock_wrlock(&recent->lock);
    pthread_mutex_unlock(&recent->turn);
}

void recent_unlock(struct recent *recent)
{
    if (shared > 0) shared--;
    pthread_rwlock_unlock(&recent->lock);
}

bool recent_freeze(struct recent *recent)
{
    struct memtable *fresh = memtable_create();
    if (fresh == NULL) return false;
    recent_lock_alone(recent);
    struct memtable *written = recent->frozen;
    recent->frozen = recent->active;
    recent->active = fresh;
    recent_unlock(recent);
    memtable_destroy(written);
    return true;
}

void recent_fail(struct recent *recent, int cause)
{
    recent_lock_alone(recent);
    if (recent->cause == 0) recent->cause = cause;
    recent_unlock(recent);
}

const struct memtable_entry *recent_find(const struct recent *recent, enum table table, const void *key,
                                         size_t key_size)
{
    const struct memtable_entry *entry = memtable_find(recent->active, table, key, key_size);
    if (entry == NULL && recent->frozen != NULL) entry = memtable_find(recent->frozen, table, key, key_size);
    return entry;
}
