/* Makes snapshots of the ledger now and then, for nodes that join. */
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
    pthread_cond_t stop;
    bool stopping;
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

static void *run(void *context)
{
    struct snapshots *snapshots = context;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&snapshots->mutex);
    while (!snapshots->stopping) {
        next.tv_sec += snapshots->node->config.snapshot_every_s;
        while (!snapshots->stopping &&
               pthread_cond_timedwait(&snapshots->stop, &snapshots->mutex, &next) != ETIMEDOUT) {
        }
        if (snapshots->stopping) break;
        pthread_mutex_unlock(&snapshots->mutex);
        make(snapshots);
        pthread_mutex_lock(&snapshots->mutex);
    }
    pthread_mutex_unlock(&snapshots->mutex);
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
                pthread_cond_init(&snapshots->stop, &monotonic) == 0);
    if (err == ROAM_OK && pthread_create(&snapshots->thread, NULL, run, snapshots) != 0) err = ROAM_E_NOMEM;
    if (err == ROAM_OK)
        *out = snapshots;
    else
        free(snapshots);
    return err;
}

void snapshots_stop(struct snapshots *snapshots)
{
    if (snapshots == NULL) return;
    pthread_mutex_lock(&snapshots->mutex);
    snapshots->stopping = true;
    pthread_cond_signal(&snapshots->stop);
    pthread_mutex_unlock(&snapshots->mutex);
    ROAM_ASSERT(pthread_join(snapshots->thread, NULL) == 0);
    free(snapshots);
}
