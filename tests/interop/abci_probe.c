/* An ABCI application that uses what kvstore does not: vote extensions, state sync, the application's own
 * mempool. It prints a line for each such call. Its state is the height and the number of transactions, 16
 * bytes, and is kept in memory only.
 *
 *   abci_probe ADDRESS */
#include "abci_server.h"
#include "endian.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { STATE_SIZE = 16, PIECE = 8, EVERY = 20, SNAPSHOTS = 1000, POOL = 64, TX_MAX = 64 };

struct tx {
    uint8_t data[TX_MAX];
    size_t size;
    bool passed_on;
};
struct probe {
    pthread_mutex_t lock;
    uint64_t height, count;
    uint8_t state[STATE_SIZE], coming[STATE_SIZE];
    uint8_t snapshots[SNAPSHOTS][STATE_SIZE]; /* of height EVERY * (index + 1) */
    uint64_t snapshot_count, offered;
    struct tx pool[POOL];
    size_t pooled;
};
static struct probe probe = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void write_state(uint64_t height, uint64_t count)
{
    probe.height = height;
    probe.count = count;
    store_be64(probe.state, height);
    store_be64(probe.state + PIECE, count);
}

static struct abci_bytes copy(struct abci_call *call, const void *data, size_t size)
{
    void *to = abci_take(call, size);
    if (to == NULL) return (struct abci_bytes){0};
    return (struct abci_bytes){memcpy(to, data, size), size};
}

static void info(void *context, struct abci_call *call, const struct abci_info_request *in,
                 struct abci_info_response *out)
{
    (void)context, (void)in;
    pthread_mutex_lock(&probe.lock);
    out->last_height = (int64_t)probe.height;
    out->last_app_hash = copy(call, probe.state, probe.height > 0 ? STATE_SIZE : 0);
    pthread_mutex_unlock(&probe.lock);
}

static void finalize(void *context, struct abci_call *call, const struct abci_block *in,
                     struct abci_finalize_response *out)
{
    (void)context;
    out->results = abci_take(call, in->txs.count * sizeof *out->results);
    out->result_count = in->txs.count;
    pthread_mutex_lock(&probe.lock);
    write_state((uint64_t)in->height, probe.count + in->txs.count);
    probe.pooled = in->txs.count > 0 ? 0 : probe.pooled;
    if (probe.height % EVERY == 0 && probe.snapshot_count < SNAPSHOTS)
        memcpy(probe.snapshots[probe.snapshot_count++], probe.state, STATE_SIZE);
    out->app_hash = copy(call, probe.state, STATE_SIZE);
    pthread_mutex_unlock(&probe.lock);
    if (in->txs.count > 0) printf("finalize %" PRId64 " txs %zu\n", in->height, in->txs.count);
}

/* Vote extensions: the height as text. */
static void extend_vote(void *context, struct abci_call *call, const struct abci_block *in,
                        struct abci_extend_vote_response *out)
{
    char text[32];
    (void)context;
    const int size = snprintf(text, sizeof text, "height %" PRId64, in->height);
    out->extension = copy(call, text, (size_t)size);
    printf("extend %" PRId64 "\n", in->height);
}

static bool verify_vote(void *context, struct abci_call *call, const struct abci_verify_vote_request *in)
{
    char text[32];
    (void)context, (void)call;
    const int size = snprintf(text, sizeof text, "height %" PRId64, in->height);
    const bool good = in->extension.size == (size_t)size && memcmp(in->extension.at, text, (size_t)size) == 0;
    printf("verify %" PRId64 " %s\n", in->height, good ? "good" : "bad");
    return good;
}

static void print_extensions(const struct abci_block *in)
{
    for (size_t i = 0; i < in->last_commit.vote_count; i++) {
        const struct abci_vote *vote = &in->last_commit.votes[i];
        if (vote->extension.size > 0)
            printf("prepare %" PRId64 " has extension %.*s, signature of %zu\n", in->height,
                   (int)vote->extension.size, (const char *)vote->extension.at,
                   vote->extension_signature.size);
    }
}

static void prepare_proposal(void *context, struct abci_call *call, const struct abci_block *in,
                             struct abci_list *txs)
{
    struct abci_bytes *list = abci_take(call, POOL * sizeof *list);
    (void)context;
    print_extensions(in);
    if (in->txs.count > 0 || list == NULL) {
        *txs = in->txs;
        return;
    }
    pthread_mutex_lock(&probe.lock);
    for (size_t i = 0; i < probe.pooled; i++) list[i] = copy(call, probe.pool[i].data, probe.pool[i].size);
    *txs = (struct abci_list){list, probe.pooled};
    pthread_mutex_unlock(&probe.lock);
}

/* The application's own mempool. */
static bool add(struct abci_bytes tx, bool passed_on)
{
    bool room;
    pthread_mutex_lock(&probe.lock);
    room = probe.pooled < POOL && tx.size <= TX_MAX && tx.size > 0;
    if (room) {
        struct tx *place = &probe.pool[probe.pooled++];
        memcpy(place->data, tx.at, tx.size);
        place->size = tx.size;
        place->passed_on = passed_on;
    }
    pthread_mutex_unlock(&probe.lock);
    return room;
}

static void check_tx(void *context, struct abci_call *call, const struct abci_check_tx_request *in,
                     struct abci_tx_result *out)
{
    (void)context, (void)call;
    printf("check of %zu\n", in->tx.size);
    if (!add(in->tx, false)) out->code = 1;
}

static uint32_t insert_tx(void *context, struct abci_call *call, struct abci_bytes tx)
{
    (void)context, (void)call;
    printf("insert of %zu\n", tx.size);
    return add(tx, true) ? 0 : 1;
}

static void reap_txs(void *context, struct abci_call *call, const struct abci_reap_request *in,
                     struct abci_list *txs)
{
    struct abci_bytes *list = abci_take(call, POOL * sizeof *list);
    (void)context, (void)in;
    pthread_mutex_lock(&probe.lock);
    for (size_t i = 0; i < probe.pooled && list != NULL; i++) {
        if (probe.pool[i].passed_on) continue;
        probe.pool[i].passed_on = true;
        list[txs->count++] = copy(call, probe.pool[i].data, probe.pool[i].size);
    }
    txs->at = list;
    pthread_mutex_unlock(&probe.lock);
    if (txs->count > 0) printf("reap %zu\n", txs->count);
}

/* State sync: two pieces of eight bytes. */
static void list_snapshots(void *context, struct abci_call *call, const struct abci_snapshot **out,
                           size_t *count)
{
    struct abci_snapshot *snapshot = abci_take(call, sizeof *snapshot);
    (void)context;
    pthread_mutex_lock(&probe.lock);
    const uint64_t number = probe.snapshot_count;
    *count = number > 0 && snapshot != NULL;
    if (*count > 0)
        *snapshot = (struct abci_snapshot){
            EVERY * number, 1, 2, copy(call, probe.snapshots[number - 1], STATE_SIZE), {NULL, 0}};
    pthread_mutex_unlock(&probe.lock);
    *out = snapshot;
    printf("list %zu\n", *count);
}

static void load_chunk(void *context, struct abci_call *call, const struct abci_load_chunk_request *in,
                       struct abci_bytes *chunk)
{
    (void)context;
    pthread_mutex_lock(&probe.lock);
    if (in->height / EVERY <= probe.snapshot_count && in->height >= EVERY && in->chunk < 2)
        *chunk = copy(call, probe.snapshots[in->height / EVERY - 1] + PIECE * (size_t)in->chunk, PIECE);
    pthread_mutex_unlock(&probe.lock);
    printf("load %" PRIu64 " piece %u\n", in->height, in->chunk);
}

static enum abci_offer_result offer_snapshot(void *context, struct abci_call *call,
                                             const struct abci_snapshot *snapshot, struct abci_bytes app_hash)
{
    (void)context, (void)call;
    const bool good = snapshot->chunks == 2 && snapshot->hash.size == STATE_SIZE &&
                      app_hash.size == STATE_SIZE && memcmp(snapshot->hash.at, app_hash.at, STATE_SIZE) == 0;
    printf("offer %" PRIu64 " %s\n", snapshot->height, good ? "good" : "bad");
    return good ? ABCI_OFFER_ACCEPT : ABCI_OFFER_REJECT;
}

static void apply_chunk(void *context, struct abci_call *call, const struct abci_apply_chunk_request *in,
                        struct abci_apply_chunk_response *out)
{
    (void)context, (void)call;
    printf("apply piece %u of %zu\n", in->index, in->chunk.size);
    if (in->index > 1 || in->chunk.size != PIECE) return;
    memcpy(probe.coming + PIECE * (size_t)in->index, in->chunk.at, PIECE);
    out->result = ABCI_APPLY_ACCEPT;
    pthread_mutex_lock(&probe.lock);
    if (in->index == 1) write_state(load_be64(probe.coming), load_be64(probe.coming + PIECE));
    pthread_mutex_unlock(&probe.lock);
}

int main(int argc, char **argv)
{
    const struct abci_app app = {.info = info,
                                 .check_tx = check_tx,
                                 .prepare_proposal = prepare_proposal,
                                 .extend_vote = extend_vote,
                                 .verify_vote = verify_vote,
                                 .finalize = finalize,
                                 .list_snapshots = list_snapshots,
                                 .offer_snapshot = offer_snapshot,
                                 .load_chunk = load_chunk,
                                 .apply_chunk = apply_chunk,
                                 .insert_tx = insert_tx,
                                 .reap_txs = reap_txs};
    struct abci_server *server;
    struct roam_diag diag = {0};
    sigset_t signals;
    int signal;
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (argc != 2 ||
        abci_server_start(&server, &app, &(struct abci_server_options){.address = argv[1]}, &diag) != ROAM_OK)
        return fprintf(stderr, "abci_probe: %s\n", diag.text), 1;
    sigwait(&signals, &signal);
    abci_server_stop(server);
    return 0;
}
