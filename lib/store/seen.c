#include "seen.h"

#include "endian.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Two tables of digests: when the newer one is half full, the older one is emptied and they change places. So
 * the last slots / 2 digests are always found. */
enum { TABLES = 2 };

struct seen {
    pthread_mutex_t mutex;
    size_t slots, count[TABLES];   /* slots: a power of two */
    uint8_t (*digest[TABLES])[32]; /* all zero: free */
    unsigned newer;
};

struct seen *seen_create(size_t capacity)
{
    struct seen *seen = calloc(1, sizeof *seen);
    if (seen == NULL) return NULL;
    ROAM_ASSERT(pthread_mutex_init(&seen->mutex, NULL) == 0);
    for (seen->slots = 64; seen->slots / 2 < capacity; seen->slots *= 2) {
    }
    for (int t = 0; t < TABLES; t++) seen->digest[t] = calloc(seen->slots, 32);
    if (seen->digest[0] != NULL && seen->digest[1] != NULL) return seen;
    seen_destroy(seen);
    return NULL;
}

void seen_destroy(struct seen *seen)
{
    if (seen == NULL) return;
    for (int t = 0; t < TABLES; t++) free(seen->digest[t]);
    pthread_mutex_destroy(&seen->mutex);
    free(seen);
}

static void empty(struct seen *seen, unsigned table)
{
    memset(seen->digest[table], 0, seen->slots * 32);
    seen->count[table] = 0;
}

/* Where the digest is in the table, or would be. */
static uint8_t *find(const struct seen *seen, unsigned table, const uint8_t digest[32])
{
    static const uint8_t none[32];
    size_t at = (size_t)load_le64(digest) & (seen->slots - 1);
    while (memcmp(seen->digest[table][at], none, 32) != 0 && memcmp(seen->digest[table][at], digest, 32) != 0)
        at = (at + 1) & (seen->slots - 1);
    return seen->digest[table][at];
}

static bool is_in(const struct seen *seen, unsigned table, const uint8_t digest[32])
{
    return memcmp(find(seen, table, digest), digest, 32) == 0;
}

void seen_add(struct seen *seen, const uint8_t digest[32])
{
    pthread_mutex_lock(&seen->mutex);
    if (!is_in(seen, seen->newer, digest)) {
        if (seen->count[seen->newer] == seen->slots / 2) {
            seen->newer ^= 1;
            empty(seen, seen->newer);
        }
        memcpy(find(seen, seen->newer, digest), digest, 32);
        seen->count[seen->newer]++;
    }
    pthread_mutex_unlock(&seen->mutex);
}

bool seen_has(struct seen *seen, const uint8_t digest[32])
{
    pthread_mutex_lock(&seen->mutex);
    bool found = is_in(seen, 0, digest) || is_in(seen, 1, digest);
    pthread_mutex_unlock(&seen->mutex);
    return found;
}

static bool memo_has(void *context, const uint8_t digest[32]) { return seen_has(context, digest); }

static void memo_add(void *context, const uint8_t digest[32]) { seen_add(context, digest); }

struct ledger_memo seen_memo(struct seen *seen) { return (struct ledger_memo){seen, memo_has, memo_add}; }
