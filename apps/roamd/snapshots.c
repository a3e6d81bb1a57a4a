/* Makes snapshots of the ledger now and then, and when asked, for nodes that join. */
#include "node_parts.h"

#include "store_snapshot.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct snapshots {
    struct node *node;
    char folder[2 * CONFIG_TEXT];
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool stopping, asked;
};

static void make(struct snapshots *snapshots)
{
    struct roam_diag diag = {""};
    uint64_t height = 0;
    if (store_height(snapshots->node->store) == 0) return;
    const uint64_t begin_ms = node_now_ms();
    const enum roam_err err = store_snapshot_write(snapshots->node->store, snapshots->folder, &height, &diag);
    if (err == ROAM_OK)
        log_event(LOG_INFO, "snapshot", "height", LOG_NUMBER(height), "ms",
                  LOG_NUMBER(node_now_ms() - begin_ms), NULL);
    else if (err != ROAM_E_EXISTS)
        log_event(LOG_WARN, "snapshot", "error", diag.text, NULL);
    store_snapshot_prune(snapshots->folder, snapshots->node->config.snapshots_kept);
}

/* Waits until the next one is due or asked for; false: stop. every_s 0: none is due. */
static bool wait_for_next(struct snapshots *snapshots, struct timespec *next)
{
    const unsigned every_s = snapshots->node->config.snapshot_every_s;
    int cause = 0;
    pthread_mutex_lock(&snapshots->mutex);
    while (!snapshots->stopping && !snapshots->asked && cause != ETIMEDOUT)
        cause = every_s == 0 ? pthread_cond_wait(&snapshots->changed, &snapshots->mutex)
                             : pthread_cond_timedwait(&snapshots->changed, &snapshots->mutex, next);
    if (cause == ETIMEDOUT) next->tv_sec += every_s;
    snapshots->asked = false;
    const bool goes_on = !snapshots->stopping;
    pthread_mutex_unlock(&snapshots->mutex);
    return goes_on;
}

static void *run(void *context)
{
    struct snapshots *snapshots = context;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    next.tv_sec += snapshots->node->config.snapshot_every_s;
    while (wait_for_next(snapshots, &next)) make(snapshots);
    return NULL;
}

enum roam_err snapshots_start(struct snapshots **out, struct node *node, struct roam_diag *diag)
{
    pthread_condattr_t monotonic;
    struct snapshots *snapshots = calloc(1, sizeof *snapshots);
    if (snapshots == NULL) return ROAM_E_NOMEM;
    snapshots->node = node;
    enum roam_err err = config_path(&node->config, node->config.snapshots, snapshots->folder, diag);
    if (err == ROAM_OK && mkdir(snapshots->folder, 0755) != 0 && errno != EEXIST)
        err = roam_diag(diag, ROAM_E_IO, "%s: %s", snapshots->folder, strerror(errno));
    ROAM_ASSERT(pthread_mutex_init(&snapshots->mutex, NULL) == 0 && pthread_condattr_init(&monotonic) == 0 &&
                pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&snapshots->changed, &monotonic) == 0);
    if (err == ROAM_OK && pthread_create(&snapshots->thread, NULL, run, snapshots) != 0) err = ROAM_E_NOMEM;
    if (err == ROAM_OK)
        *out = snapshots;
    else
        free(snapshots);
    return err;
}

/* Sets *what, which the thread waits for. */
static void tell(struct snapshots *snapshots, bool *what)
{
    pthread_mutex_lock(&snapshots->mutex);
    *what = true;
    pthread_cond_signal(&snapshots->changed);
    pthread_mutex_unlock(&snapshots->mutex);
}

void snapshots_ask(struct snapshots *snapshots)
{
    if (snapshots != NULL) tell(snapshots, &snapshots->asked);
}

void snapshots_stop(struct snapshots *snapshots)
{
    if (snapshots == NULL) return;
    tell(snapshots, &snapshots->stopping);
    ROAM_ASSERT(pthread_join(snapshots->thread, NULL) == 0);
    free(snapshots);
}
