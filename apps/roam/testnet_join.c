#include "testnet_join.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "comet_rpc.h"
#include "hex.h"
#include "process.h"
#include "store_snapshot.h"

enum {
    RPC_MS = 5000,
    POLL_MS = 100,
    REST_MS = 2000,        /* a chain without a block for so long rests */
    STANDSTILL_MS = 120000 /* without any sign of work */
};

static void pause_ms(unsigned ms)
{
    const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static bool runs(const struct testnet *testnet, unsigned node)
{
    return process_lives(testnet->roamd[node], "roamd") && process_lives(testnet->comet[node], "cometbft");
}

/* The first two nodes that run. */
static enum roam_err choose_servers(struct testnet_start *start, const struct testnet *testnet,
                                    struct roam_diag *diag)
{
    unsigned found = 0;
    for (unsigned i = 0; i < testnet->nodes && found < 2; i++)
        if (runs(testnet, i)) start->server[found++] = i;
    if (found == 1) start->server[1] = start->server[0];
    if (found > 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_NOTFOUND, "no node of %s runs: start them with roam testnet up",
                     testnet->home);
}

static enum roam_err open_rpc(struct comet_rpc **out, const struct testnet *testnet, unsigned node,
                              struct roam_diag *diag)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", testnet_port(testnet->port_base, node, PORT_RPC));
    return comet_rpc_open(out, url, RPC_MS, COMET_RPC_RESPONSE_MAX, diag);
}

static enum roam_err ask_engine(struct comet_status *out, const struct testnet *testnet, unsigned node,
                                struct roam_diag *diag)
{
    struct comet_rpc *rpc;
    ROAM_TRY(open_rpc(&rpc, testnet, node, diag));
    const enum roam_err err = comet_rpc_status(rpc, out, diag);
    comet_rpc_close(rpc);
    return err;
}

/* The height of the latest snapshot that a node has, not above `most`; 0: none. */
static uint64_t latest_snapshot(const struct testnet *testnet, unsigned node, uint64_t most)
{
    char folder[TESTNET_PATH];
    struct store_snapshot list[STORE_SNAPSHOTS_MAX];
    size_t count;
    uint64_t latest = 0;
    snprintf(folder, sizeof folder, "%s/%u/snapshots", testnet->home, node);
    if (store_snapshot_list(list, &count, folder, NULL) != ROAM_OK) return 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].height <= most && list[i].height > latest) latest = list[i].height;
        store_snapshot_release(&list[i]);
    }
    return latest;
}

/* *height: of a snapshot that the node has made now, or 0 if its ledger is at its beginning. */
static enum roam_err make_snapshot(uint64_t *height, const struct testnet *testnet, unsigned node,
                                   const struct roam_progress *progress, struct roam_diag *diag)
{
    struct testnet_status before;
    testnet_ask(&before, testnet, node);
    if (before.app_hash[0] == '\0') return roam_diag(diag, ROAM_E_IO, "node %u does not answer", node);
    *height = 0;
    if (before.height == 0) return ROAM_OK;
    kill(testnet->roamd[node], SIGUSR1);
    for (unsigned waited_ms = 0; (*height = latest_snapshot(testnet, node, UINT64_MAX)) < before.height;
         waited_ms += POLL_MS) {
        if (waited_ms > STANDSTILL_MS || !runs(testnet, node))
            return roam_diag(diag, ROAM_E_IO, "node %u makes no snapshot; see %s/%u/roamd.log", node,
                             testnet->home, node);
        if (!progress_step(progress, "making a snapshot", waited_ms, STANDSTILL_MS)) return ROAM_E_CANCELLED;
        pause_ms(POLL_MS);
    }
    return ROAM_OK;
}

/* *height: the chain's, at least `wanted` if it gets there soon. */
static enum roam_err wait_for_chain(uint64_t *height, const struct testnet *testnet, unsigned node,
                                    uint64_t wanted, struct roam_diag *diag)
{
    struct comet_status status;
    for (unsigned waited_ms = 0; waited_ms <= REST_MS; waited_ms += POLL_MS) {
        ROAM_TRY(ask_engine(&status, testnet, node, diag));
        *height = (uint64_t)status.latest_height;
        if (*height >= wanted) break;
        pause_ms(POLL_MS);
    }
    return ROAM_OK;
}

static enum roam_err trust(struct testnet_start *start, const struct testnet *testnet, struct roam_diag *diag)
{
    static struct comet_commit commit; /* large */
    struct comet_header header;
    struct comet_rpc *rpc;
    ROAM_TRY(open_rpc(&rpc, testnet, start->server[0], diag));
    const enum roam_err err = comet_rpc_commit(rpc, (int64_t)start->height, &header, &commit, diag);
    comet_rpc_close(rpc);
    ROAM_TRY(err);
    hex_encode(start->trust_hash, commit.block_id.hash.byte, 32);
    return ROAM_OK;
}

enum roam_err testnet_start_choose(struct testnet_start *out, const struct testnet *testnet,
                                   const struct roam_progress *progress, struct roam_diag *diag)
{
    uint64_t made = 0, chain = 0;
    *out = (struct testnet_start){0};
    ROAM_TRY(choose_servers(out, testnet, diag));
    ROAM_TRY(make_snapshot(&made, testnet, out->server[0], progress, diag));
    if (made == 0) return ROAM_OK;
    ROAM_TRY(wait_for_chain(&chain, testnet, out->server[0], made + 2, diag));
    for (unsigned i = 0; i < testnet->nodes; i++) {
        const uint64_t latest = runs(testnet, i) ? latest_snapshot(testnet, i, chain < 2 ? 0 : chain - 2) : 0;
        if (latest > out->height) out->height = latest;
    }
    return out->height == 0 ? ROAM_OK : trust(out, testnet, diag);
}

/* How far a node is: its ledger's height, and the size of its file, which grows while a snapshot is restored.
 */
struct state {
    struct testnet_status ledger;
    bool takes_part;
    uint64_t file_size;
};

static void ask(struct state *out, const struct testnet *testnet, unsigned node)
{
    char file[TESTNET_PATH];
    struct stat info;
    struct comet_status engine;
    testnet_ask(&out->ledger, testnet, node);
    out->takes_part = ask_engine(&engine, testnet, node, NULL) == ROAM_OK && !engine.catching_up;
    snprintf(file, sizeof file, "%s/%u/ledger/data.mdb", testnet->home, node);
    out->file_size = stat(file, &info) == 0 ? (uint64_t)info.st_size : 0;
}

static bool follows(const struct state *joiner, const struct testnet_status *other)
{
    if (!joiner->takes_part || joiner->ledger.app_hash[0] == '\0') return false;
    return strcmp(joiner->ledger.app_hash, other->app_hash) == 0 ||
           (other->height > 0 && joiner->ledger.height > 0 && joiner->ledger.height + 2 >= other->height);
}

enum roam_err testnet_follow(uint64_t *height, const struct testnet *testnet, unsigned node,
                             const struct testnet_start *start, const struct roam_progress *progress,
                             struct roam_diag *diag)
{
    struct state joiner, last = {0};
    struct testnet_status other;
    for (unsigned still_ms = 0;; still_ms += POLL_MS) {
        testnet_ask(&other, testnet, start->server[0]);
        ask(&joiner, testnet, node);
        *height = joiner.ledger.height;
        if (follows(&joiner, &other)) return ROAM_OK;
        if (joiner.ledger.height != last.ledger.height || joiner.file_size != last.file_size) still_ms = 0;
        if (still_ms > STANDSTILL_MS || !runs(testnet, node))
            return roam_diag(diag, ROAM_E_IO, "node %u does not follow; see its logs in %s/%u", node,
                             testnet->home, node);
        last = joiner;
        if (!progress_step(progress, "catching up", *height, other.height + 1)) return ROAM_E_CANCELLED;
        pause_ms(POLL_MS);
    }
}
