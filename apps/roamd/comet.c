/* The engine under CometBFT: serves the application to it, and sends it parcels of what waits. */
#include "node_parts.h"

#include "abci_server.h"
#include "app.h"
#include "comet_rpc.h"
#include "node_store.h"
#include "parcel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IDLE_MS = 50, AFTER_FAILURE_MS = 200, RPC_MS = 10000 };

struct comet {
    struct node *node;
    char snapshots[2 * CONFIG_TEXT]; /* their folder */
    struct node_store ledger;
    struct node_app *app;
    struct abci_server *server;
    struct comet_rpc *rpc; /* of the thread */
    pthread_t thread;
    bool has_thread;
    atomic_bool stopping;
    bool failing;       /* the last message was not taken */
    bool known;         /* the engine's chain is this ledger's */
    atomic_bool broken; /* blocks cannot be made durable */
    uint64_t swept_ms;
    uint64_t sent_ms; /* when the last parcel went that was not full */
    uint8_t parcel[PARCEL_SIZE_MAX];
};

static void committed(void *context, const struct ledger_head *head, const struct ledger_receipt *receipts,
                      size_t count)
{
    node_settled(((struct comet *)context)->node, head, receipts, count);
}

static void sleep_ms(unsigned ms)
{
    const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static void failed(void *context, const char *why)
{
    struct comet *comet = context;
    log_event(LOG_ERROR, "block not durable", "cause", why, NULL);
    atomic_store(&comet->broken, true);
    atomic_store(&comet->node->healthy, false);
}

static void log_connection(void *context, const char *text)
{
    (void)context;
    log_event(LOG_INFO, "abci", "text", text, NULL);
}

/* Says once that the engine cannot be reached, and once that it can. */
static void note(struct comet *comet, enum roam_err err, const struct roam_diag *diag)
{
    if (err != ROAM_OK && !comet->failing) log_event(LOG_WARN, "engine", "error", diag->text, NULL);
    if (err == ROAM_OK && comet->failing) log_event(LOG_INFO, "engine", "text", "takes messages again", NULL);
    comet->failing = err != ROAM_OK;
    if (comet->failing) sleep_ms(AFTER_FAILURE_MS);
}

/* What is broken stays so, whenever that is found out. */
static void note_chain(struct comet *comet, bool known)
{
    comet->known = known;
    atomic_store(&comet->node->healthy, known);
    if (atomic_load(&comet->broken)) atomic_store(&comet->node->healthy, false);
}

/* True if the engine runs this ledger's chain; another one is never sent anything. */
static bool is_this_chain(struct comet *comet)
{
    struct comet_status status;
    struct roam_diag diag = {""};
    const char *name = comet->node->genesis.chain_name;
    if (comet->known) return true;
    const enum roam_err err = comet_rpc_status(comet->rpc, &status, &diag);
    note(comet, err, &diag);
    if (err != ROAM_OK) return false;
    note_chain(comet, strcmp(status.chain_id, name) == 0);
    if (comet->known) return true;
    log_event(LOG_ERROR, "engine", "error", "another chain", "chain", status.chain_id, "ledger", name, NULL);
    sleep_ms(RPC_MS);
    return false;
}

/* What is not taken is packed again after repeat_ms. */
static void send_parcel(struct comet *comet, size_t size)
{
    struct metrics *metrics = &comet->node->metrics;
    struct comet_checked checked;
    struct roam_diag diag = {""};
    enum roam_err err = comet_rpc_broadcast(comet->rpc, COMET_ASYNC, comet->parcel, size, &checked, &diag);
    if (err == ROAM_E_EXISTS) err = ROAM_OK; /* it has it already */
    atomic_fetch_add(&metrics->parcels, 1);
    atomic_fetch_add(&metrics->parcel_bytes, size);
    if (err != ROAM_OK) atomic_fetch_add(&metrics->send_failures, 1);
    note(comet, err, &diag);
}

/* What comes after a pause goes at once; what comes soon after gathers, since consensus costs by the parcel.
 */
static void linger(struct comet *comet)
{
    const uint64_t since_ms = node_now_ms() - comet->sent_ms, linger_ms = comet->node->config.linger_ms;
    if (since_ms < linger_ms) sleep_ms((unsigned)(linger_ms - since_ms));
}

bool comet_has_engine(struct comet *comet) { return abci_server_connections(comet->server) > 0; }

/* Without an engine nobody is answered: whoever waits had better ask another node. */
static void sweep(struct comet *comet)
{
    const uint64_t now_ms = node_now_ms();
    if (!comet_has_engine(comet)) inbox_give_up(comet->node->inbox);
    if (now_ms - comet->swept_ms < IDLE_MS) return;
    comet->swept_ms = now_ms;
    inbox_sweep(comet->node->inbox);
}

/* There may always be something to send: sweeping must not wait for a pause. */
static void *run(void *context)
{
    struct comet *comet = context;
    struct inbox *inbox = comet->node->inbox;
    size_t size;
    while (!atomic_load(&comet->stopping)) {
        if (inbox_wait(inbox, IDLE_MS)) linger(comet);
        if (is_this_chain(comet) && inbox_pack(inbox, comet->parcel, &size)) {
            send_parcel(comet, size);
            const bool full = size > comet->node->config.parcel_bytes / 2;
            comet->sent_ms = full ? 0 : node_now_ms();
        }
        sweep(comet);
    }
    return NULL;
}

/* "unix://abci.sock" begins at the home. */
static enum roam_err abci_address(const struct config *config, char out[3 * CONFIG_TEXT],
                                  struct roam_diag *diag)
{
    static const char scheme[] = "unix://";
    char path[2 * CONFIG_TEXT];
    if (strncmp(config->abci, scheme, sizeof scheme - 1) != 0) {
        strcpy(out, config->abci);
        return ROAM_OK;
    }
    ROAM_TRY(config_path(config, config->abci + sizeof scheme - 1, path, diag));
    strcpy(out, scheme);
    strcat(out, path);
    return ROAM_OK;
}

static enum roam_err start(struct comet *comet, struct roam_diag *diag)
{
    char address[3 * CONFIG_TEXT];
    const struct config *config = &comet->node->config;
    ROAM_TRY(config_path(config, config->snapshots, comet->snapshots, diag));
    comet->ledger = (struct node_store){.store = comet->node->store, .snapshots = comet->snapshots};
    const struct node_app_options options = {.ledger = node_ledger_of_store(&comet->ledger),
                                             .context = comet,
                                             .committed = committed,
                                             .failed = failed};
    ROAM_TRY(node_app_create(&comet->app, &options));
    ROAM_TRY(abci_address(config, address, diag));
    const struct abci_app app = node_app_abci(comet->app);
    const struct abci_server_options served = {.address = address, .log = log_connection};
    ROAM_TRY(abci_server_start(&comet->server, &app, &served, diag));
    ROAM_TRY(comet_rpc_open(&comet->rpc, config->rpc, RPC_MS, COMET_RPC_RESPONSE_MAX, diag));
    if (pthread_create(&comet->thread, NULL, run, comet) != 0) return ROAM_E_NOMEM;
    comet->has_thread = true;
    log_event(LOG_INFO, "engine", "address", abci_server_address(comet->server), NULL);
    return ROAM_OK;
}

enum roam_err comet_start(struct comet **out, struct node *node, struct roam_diag *diag)
{
    struct comet *comet = calloc(1, sizeof *comet);
    if (comet == NULL) return ROAM_E_NOMEM;
    comet->node = node;
    const enum roam_err err = start(comet, diag);
    if (err == ROAM_OK)
        *out = comet;
    else
        comet_stop(comet);
    return err;
}

void comet_stop(struct comet *comet)
{
    if (comet == NULL) return;
    atomic_store(&comet->stopping, true);
    if (comet->has_thread) ROAM_ASSERT(pthread_join(comet->thread, NULL) == 0);
    abci_server_stop(comet->server);
    comet_rpc_close(comet->rpc);
    node_app_destroy(comet->app);
    node_store_release(&comet->ledger);
    free(comet);
}
