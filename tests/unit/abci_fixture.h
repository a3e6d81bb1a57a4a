/* A server on a unix socket in a folder of its own, with an application that answers so that tests see the
 * order, and waits where they want it to. */
#ifndef TEST_ABCI_FIXTURE_H
#define TEST_ABCI_FIXTURE_H

#include "prop.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "abci_peer.h"
#include "abci_server.h"

struct served {
    char folder[32], address[64];
    struct abci_server *server;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int inside, let_go; /* finalize is in progress; it may return */
    char last_log[600];
};

static inline struct abci_bytes bytes_of(const char *text)
{
    return (struct abci_bytes){(const uint8_t *)text, strlen(text)};
}

/* The answer repeats the transaction; "fail" fails, "memory" asks for more than there is. */
static inline void served_check_tx(void *context, struct abci_call *call,
                                   const struct abci_check_tx_request *in, struct abci_tx_result *out)
{
    (void)context;
    uint8_t *data = abci_take(call, in->tx.size);
    if (data != NULL && in->tx.size > 0) memcpy(data, in->tx.at, in->tx.size);
    out->data = (struct abci_bytes){data, in->tx.size};
    if (in->tx.size == 4 && memcmp(in->tx.at, "fail", 4) == 0) {
        abci_fail(call, "%s number %d", "failure", 7);
        abci_fail(call, "a second failure");
    }
    if (in->tx.size == 6 && memcmp(in->tx.at, "memory", 6) == 0) (void)abci_take(call, SIZE_MAX / 2);
}

/* height zero bytes */
static inline void served_query(void *context, struct abci_call *call, const struct abci_query_request *in,
                                struct abci_query_response *out)
{
    (void)context;
    out->value = (struct abci_bytes){abci_take(call, (size_t)in->height), (size_t)in->height};
}

/* max_gas transactions of a mebibyte, all in one place */
static inline void served_reap_txs(void *context, struct abci_call *call, const struct abci_reap_request *in,
                                   struct abci_list *txs)
{
    static const uint8_t mebibyte[1 << 20];
    struct abci_bytes *list = abci_take(call, (size_t)in->max_gas * sizeof *list);
    (void)context;
    for (size_t i = 0; i < in->max_gas; i++) list[i] = (struct abci_bytes){mebibyte, sizeof mebibyte};
    *txs = (struct abci_list){list, (size_t)in->max_gas};
}

/* Waits until it is let go. A block of two transactions gets one result too few. */
static inline void served_finalize(void *context, struct abci_call *call, const struct abci_block *in,
                                   struct abci_finalize_response *out)
{
    struct served *served = context;
    struct abci_tx_result *results = abci_take(call, 8 * sizeof *results);
    pthread_mutex_lock(&served->lock);
    served->inside++;
    pthread_cond_broadcast(&served->changed);
    while (served->let_go == 0) pthread_cond_wait(&served->changed, &served->lock);
    pthread_mutex_unlock(&served->lock);
    out->results = results;
    out->result_count = in->txs.count - (in->txs.count == 2);
    out->app_hash = bytes_of("app hash");
}

static inline void served_log(void *context, const char *text)
{
    struct served *served = context;
    pthread_mutex_lock(&served->lock);
    snprintf(served->last_log, sizeof served->last_log, "%s", text);
    pthread_mutex_unlock(&served->lock);
}

static inline void served_assert_log(struct served *served, const char *text)
{
    char last[sizeof served->last_log];
    pthread_mutex_lock(&served->lock);
    memcpy(last, served->last_log, sizeof last);
    pthread_mutex_unlock(&served->lock);
    assert_string_equal(last, text);
}

static inline enum roam_err served_start(struct served *served, const char *address, size_t frame_max,
                                         struct roam_diag *diag)
{
    const struct abci_app app = {.context = served,
                                 .check_tx = served_check_tx,
                                 .query = served_query,
                                 .finalize = served_finalize,
                                 .reap_txs = served_reap_txs};
    const struct abci_server_options options = {address, frame_max, served, served_log};
    return abci_server_start(&served->server, &app, &options, diag);
}

static inline void served_open(struct served *served, size_t frame_max)
{
    *served = (struct served){.folder = "/tmp/roam-abci-XXXXXX",
                              .lock = PTHREAD_MUTEX_INITIALIZER,
                              .changed = PTHREAD_COND_INITIALIZER,
                              .let_go = 1};
    assert_non_null(mkdtemp(served->folder));
    snprintf(served->address, sizeof served->address, "unix://%s/socket", served->folder);
    assert_int_equal(served_start(served, served->address, frame_max, NULL), ROAM_OK);
    assert_string_equal(abci_server_address(served->server), served->address);
}

/* The socket must be gone, or the folder is not empty. */
static inline void served_close(struct served *served)
{
    abci_server_stop(served->server);
    assert_int_equal(rmdir(served->folder), 0);
}

static inline void served_hold(struct served *served, bool hold)
{
    pthread_mutex_lock(&served->lock);
    served->let_go = !hold;
    pthread_cond_broadcast(&served->changed);
    pthread_mutex_unlock(&served->lock);
}

static inline void served_wait_inside(struct served *served, int calls)
{
    pthread_mutex_lock(&served->lock);
    while (served->inside < calls) pthread_cond_wait(&served->changed, &served->lock);
    pthread_mutex_unlock(&served->lock);
}

/* Connections come and end soon after the peer's own calls return. */
static inline void served_wait_connections(struct served *served, unsigned count)
{
    for (int i = 0; i < 5000 && abci_server_connections(served->server) != count; i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    assert_int_equal(abci_server_connections(served->server), count);
}

static inline double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
