#include "reader.h"

#include <stdlib.h>
#include <string.h>

void readers_init(struct readers *readers)
{
    *readers = (struct readers){0};
    ROAM_ASSERT(pthread_mutex_init(&readers->mutex, NULL) == 0);
}

void readers_release(struct readers *readers)
{
    ROAM_ASSERT(readers->begun == NULL);
    for (struct reader *reader = readers->idle, *next; reader != NULL; reader = next) {
        next = reader->next;
        hosted_ledger_close(&reader->hosted);
        free(reader);
    }
    pthread_mutex_destroy(&readers->mutex);
}

static void push(struct readers *readers, struct reader **list, struct reader *reader)
{
    pthread_mutex_lock(&readers->mutex);
    reader->next = *list;
    *list = reader;
    pthread_mutex_unlock(&readers->mutex);
}

/* An idle reader or a new one; NULL if there is no memory. */
static struct reader *take_idle(struct readers *readers)
{
    pthread_mutex_lock(&readers->mutex);
    struct reader *reader = readers->idle;
    if (reader != NULL) readers->idle = reader->next;
    pthread_mutex_unlock(&readers->mutex);
    return reader != NULL ? reader : calloc(1, sizeof *reader);
}

/* Brings the reader to the present head. */
static enum roam_err refresh(struct reader *reader, const struct tables *tables,
                             const struct store_constants *constants)
{
    struct ledger_head head;
    struct ledger_config config = {
        .env = &roam_env_system, .overlay_records_max = 1, .threads = 1, .kv = view_kv(&reader->view)};
    ROAM_TRY(view_begin(&reader->view, tables, false));
    ROAM_TRY(head_load(&head, &reader->view, constants, NULL));
    if (reader->hosted.ledger != NULL &&
        memcmp(ledger_head(reader->hosted.ledger)->app_hash, head.app_hash, sizeof head.app_hash) == 0)
        return ROAM_OK;
    hosted_ledger_close(&reader->hosted);
    return hosted_ledger_open(&reader->hosted, &config, constants, &head, NULL);
}

enum roam_err reader_begin(struct reader **out, struct readers *readers, const struct tables *tables,
                           const struct store_constants *constants)
{
    struct reader *reader = take_idle(readers);
    if (reader == NULL) return ROAM_E_NOMEM;
    enum roam_err err = refresh(reader, tables, constants);
    if (err != ROAM_OK) {
        view_abort(&reader->view);
        push(readers, &readers->idle, reader);
        return err;
    }
    reader->owner = pthread_self();
    push(readers, &readers->begun, reader);
    *out = reader;
    return ROAM_OK;
}

void reader_end(struct readers *readers)
{
    pthread_mutex_lock(&readers->mutex);
    struct reader **link = &readers->begun;
    while (*link != NULL && !pthread_equal((*link)->owner, pthread_self())) link = &(*link)->next;
    struct reader *reader = *link;
    ROAM_ASSERT(reader != NULL);
    *link = reader->next;
    pthread_mutex_unlock(&readers->mutex);
    view_abort(&reader->view);
    push(readers, &readers->idle, reader);
}
