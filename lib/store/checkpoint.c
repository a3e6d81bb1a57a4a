#include "checkpoint.h"

#include "journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Written when the changes come to this much, or after this long. While one lot is written another gathers;
 * when that is full too, blocks wait. */
enum { GATHER_BYTES = 12 << 20, GATHER_MS = 2000 };
enum { RELEASE_EVERY = 16 }; /* lots */

struct checkpoint {
    struct tables file;    /* the tables without what is recent */
    struct tables visible; /* with it */
    struct recent *recent;
    pthread_t thread;
    bool has_thread;

    pthread_mutex_t mutex; /* guards what follows, and that journal and memory have the same blocks */
    pthread_cond_t wake, written;
    struct journal journal;
    uint64_t begun, finished; /* lots: frozen, and in the file */
    uint64_t wanted;          /* this lot is waited for */
    bool recovering;          /* the journal's blocks are being executed: it stays as it is */
    bool stopping;
    int cause; /* of the first failure */
};

static bool is_due(const struct checkpoint *c)
{
    return c->begun > c->finished || c->begun < c->wanted || c->stopping;
}

static void wait_until_due(struct checkpoint *c)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += GATHER_MS / 1000;
    while (!is_due(c) && pthread_cond_timedwait(&c->wake, &c->mutex, &until) != ETIMEDOUT) {
    }
}

/* In order of table and key: neighbours share pages. */
static int write_entries(const struct checkpoint *c, const struct memtable *memtable)
{
    struct view view;
    const size_t count = memtable_count(memtable);
    const struct memtable_entry **entries = memtable_sorted(memtable);
    if (entries == NULL) return ENOMEM;
    if (view_begin(&view, &c->file, true) == ROAM_OK) {
        for (size_t i = 0; i < count; i++) {
            const MDB_val value = memtable_value(entries[i]);
            view_put(&view, (enum table)entries[i]->table, entries[i]->bytes, entries[i]->key_size,
                     value.mv_data, value.mv_size);
        }
        const enum roam_err err = view_commit(&view);
        ROAM_ASSERT((err == ROAM_OK) == (view.cause == 0));
    }
    free(entries);
    return view.cause;
}

static void fail(struct checkpoint *c, int cause)
{
    if (c->cause == 0) c->cause = cause;
    recent_fail(c->recent, cause);
}

/* What has gathered becomes a lot; while it waits or is written there is no other. */
static void freeze(struct checkpoint *c)
{
    ROAM_ASSERT(c->begun == c->finished);
    if (!recent_freeze(c->recent))
        fail(c, ENOMEM);
    else if (!c->recovering)
        journal_turn(&c->journal);
    c->begun++;
}

/* Without the mutex while it writes. */
static void write_lot(struct checkpoint *c)
{
    pthread_mutex_unlock(&c->mutex);
    int cause = write_entries(c, c->recent->frozen);
    /* Else all that was ever read stays resident. */
    if (c->begun % RELEASE_EVERY == 0) tables_release_pages(&c->file);
    pthread_mutex_lock(&c->mutex);
    if (cause == 0 && !c->recovering && journal_empty_other(&c->journal) != ROAM_OK) cause = c->journal.cause;
    if (cause != 0) fail(c, cause);
}

static bool is_empty(const struct checkpoint *c) { return memtable_count(c->recent->active) == 0; }

static void *run(void *context)
{
    struct checkpoint *c = context;
    pthread_mutex_lock(&c->mutex);
    do {
        wait_until_due(c);
        if (c->cause == 0 && c->begun == c->finished && !is_empty(c)) freeze(c);
        if (c->cause == 0 && c->begun > c->finished) write_lot(c);
        c->finished = c->begun;
        pthread_cond_broadcast(&c->written);
    } while (c->cause == 0 && !(c->stopping && is_empty(c)));
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

static void init_waiting(struct checkpoint *c)
{
    pthread_condattr_t monotonic;
    ROAM_ASSERT(pthread_mutex_init(&c->mutex, NULL) == 0 && pthread_condattr_init(&monotonic) == 0 &&
                pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&c->wake, &monotonic) == 0 && pthread_cond_init(&c->written, NULL) == 0);
}

enum roam_err checkpoint_open(struct checkpoint **out, const struct tables *tables, const char *folder,
                              struct roam_diag *diag)
{
    struct checkpoint *c = calloc(1, sizeof *c);
    if (c == NULL) return ROAM_E_NOMEM;
    c->visible = c->file = *tables;
    c->file.recent = NULL;
    c->recent = tables->recent;
    c->recovering = true;
    init_waiting(c);
    enum roam_err err = journal_open(&c->journal, folder, diag);
    if (err == ROAM_OK && pthread_create(&c->thread, NULL, run, c) != 0) err = ROAM_E_NOMEM;
    c->has_thread = err == ROAM_OK;
    if (err == ROAM_OK)
        *out = c;
    else
        checkpoint_close(c);
    return err;
}

void checkpoint_close(struct checkpoint *c)
{
    if (c == NULL) return;
    pthread_mutex_lock(&c->mutex);
    c->stopping = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->mutex);
    if (c->has_thread) ROAM_ASSERT(pthread_join(c->thread, NULL) == 0);
    journal_close(&c->journal);
    pthread_cond_destroy(&c->written);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->mutex);
    free(c);
}

static enum roam_err explain(const struct checkpoint *c, struct roam_diag *diag)
{
    return view_explain(&(struct view){.cause = c->cause}, diag);
}

void checkpoint_explain(struct checkpoint *c, struct roam_diag *diag)
{
    pthread_mutex_lock(&c->mutex);
    (void)explain(c, diag);
    pthread_mutex_unlock(&c->mutex);
}

/* With the mutex: until all that is in memory now is written. */
static enum roam_err flush(struct checkpoint *c, struct roam_diag *diag)
{
    const uint64_t lot = c->begun + !is_empty(c);
    c->wanted = lot;
    pthread_cond_signal(&c->wake);
    while (c->finished < lot && c->cause == 0) pthread_cond_wait(&c->written, &c->mutex);
    return explain(c, diag);
}

enum roam_err checkpoint_flush(struct checkpoint *c, struct roam_diag *diag)
{
    pthread_mutex_lock(&c->mutex);
    const enum roam_err err = flush(c, diag);
    pthread_mutex_unlock(&c->mutex);
    return err;
}

enum roam_err checkpoint_recover(struct checkpoint *c, void *context,
                                 enum roam_err (*visit)(void *context, uint64_t height, const uint8_t *bytes,
                                                        size_t size),
                                 struct roam_diag *diag)
{
    enum roam_err err = journal_read(&c->journal, context, visit);
    if (err != ROAM_OK) return roam_diag(diag, err, "the journal's blocks: %s", roam_err_text(err));
    pthread_mutex_lock(&c->mutex);
    err = flush(c, diag);
    if (err == ROAM_OK && journal_empty_both(&c->journal) != ROAM_OK)
        err = roam_diag(diag, ROAM_E_IO, "the journal: %s", strerror(c->journal.cause));
    c->recovering = err != ROAM_OK;
    pthread_mutex_unlock(&c->mutex);
    return err;
}

static void put_all(struct checkpoint *c, void *context, void (*put)(void *context, struct view *view))
{
    struct view view;
    if (view_begin_recent(&view, &c->visible) == ROAM_OK) put(context, &view);
    view_abort(&view);
    if (view.cause != 0) fail(c, view.cause);
}

enum roam_err checkpoint_add(struct checkpoint *c, const struct checkpoint_block *block, void *context,
                             void (*put)(void *context, struct view *view), struct roam_diag *diag)
{
    pthread_mutex_lock(&c->mutex);
    while (c->cause == 0 && c->begun > c->finished && memtable_bytes(c->recent->active) >= GATHER_BYTES)
        pthread_cond_wait(&c->written, &c->mutex);
    if (c->cause == 0 && !block->journaled &&
        journal_append(&c->journal, block->height, block->bytes, block->size) != ROAM_OK)
        fail(c, c->journal.cause);
    if (c->cause == 0) put_all(c, context, put);
    /* Here, not in the thread: nothing is being executed now, for whose end others would wait behind it. */
    if (c->cause == 0 && c->begun == c->finished && memtable_bytes(c->recent->active) >= GATHER_BYTES)
        freeze(c);
    if (c->begun > c->finished) pthread_cond_signal(&c->wake);
    const enum roam_err err = explain(c, diag);
    pthread_mutex_unlock(&c->mutex);
    return err;
}
