/* The application of a validator that lies: it executes blocks as every other one, and what it proposes is
 * never right. For a test in which it stands in for one roamd of a cluster.
 *
 *     byzantine_app HOME      roamd's home: opens HOME/ledger, serves HOME/abci.sock, until SIGTERM
 *
 * For each proposal it prints its kind and height. The kinds take turns; one that needs a transaction when
 * there is none is replaced by the first:
 *
 *   malformed   bytes that are no parcel
 *   signature   a waiting parcel whose last transaction's last signature is wrong
 *   budget      a waiting parcel so often that the block passes its budget
 *   known       a parcel that was accepted before */
#include "abci_server.h"
#include "app.h"
#include "endian.h"
#include "node_store.h"
#include "parcel.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum kind { MALFORMED, SIGNATURE, BUDGET, KNOWN, KINDS };
static const char *const kind_name[KINDS] = {"malformed", "signature", "budget", "known"};

static struct abci_app honest;
static uint8_t known[PARCEL_SIZE_MAX]; /* of the consensus connection, like all below */
static size_t known_size;
static unsigned turn;

static void *take(struct abci_call *call, size_t size)
{
    void *room = abci_take(call, size);
    ROAM_ASSERT(room != NULL);
    return room;
}

static struct abci_list one(struct abci_call *call, const void *bytes, size_t size)
{
    struct abci_bytes *list = take(call, sizeof *list);
    uint8_t *copy = take(call, size);
    memcpy(copy, bytes, size);
    *list = (struct abci_bytes){copy, size};
    return (struct abci_list){list, 1};
}

static struct abci_list wrong_signature(struct abci_call *call, const struct abci_bytes *parcel)
{
    const struct abci_list list = one(call, parcel->at, parcel->size);
    ((uint8_t *)(uintptr_t)list.at->at)[parcel->size - 1] ^= 1;
    return list;
}

static bool fits(struct store_budget *budget, const struct abci_bytes *parcel)
{
    struct parcel_reader reader;
    struct ledger_bytes tx;
    size_t count;
    ROAM_ASSERT(parcel_read_begin(&reader, parcel->at, parcel->size, &count) == ROAM_OK);
    while (parcel_read_next(&reader, &tx.bytes, &tx.size))
        if (!store_budget_take(budget, &tx)) return false;
    return true;
}

static struct abci_list above_budget(struct abci_call *call, const struct abci_bytes *parcel)
{
    struct store_budget budget = store_budget_full();
    struct abci_bytes *list = take(call, (LEDGER_BLOCK_TXS_MAX + 1) * sizeof *list);
    size_t count = 0;
    do list[count++] = *parcel;
    while (fits(&budget, parcel));
    return (struct abci_list){list, count};
}

/* CometBFT takes no proposal above its own limit; each parcel costs a few bytes more. */
static bool fits_engine(const struct abci_list *list, int64_t bytes_max)
{
    size_t size = 0;
    for (size_t i = 0; i < list->count; i++) size += list->at[i].size + 8;
    return size <= (size_t)bytes_max;
}

static bool propose(enum kind kind, struct abci_call *call, const struct abci_block *in,
                    struct abci_list *out)
{
    const bool waiting = in->txs.count > 0;
    if (kind == MALFORMED) *out = one(call, "rpc1 but no more", 16);
    if (kind == KNOWN && known_size > 0) *out = one(call, known, known_size);
    if (kind == SIGNATURE && waiting) *out = wrong_signature(call, in->txs.at);
    if (kind == BUDGET && waiting) *out = above_budget(call, in->txs.at);
    return out->count > 0 && fits_engine(out, in->max_tx_bytes);
}

static void prepare_proposal(void *context, struct abci_call *call, const struct abci_block *in,
                             struct abci_list *txs)
{
    enum kind kind = (enum kind)(turn++ % KINDS);
    (void)context;
    if (!propose(kind, call, in, txs)) {
        *txs = (struct abci_list){0};
        kind = MALFORMED;
        ROAM_ASSERT(propose(kind, call, in, txs));
    }
    printf("%s %lld\n", kind_name[kind], (long long)in->height);
}

static bool process_proposal(void *context, struct abci_call *call, const struct abci_block *in)
{
    (void)context, (void)call, (void)in;
    return true;
}

static void finalize(void *context, struct abci_call *call, const struct abci_block *in,
                     struct abci_finalize_response *out)
{
    honest.finalize(context, call, in, out);
    for (size_t i = 0; i < out->result_count; i++)
        if (out->results[i].code == NODE_TX_GOOD && in->txs.at[i].size <= sizeof known) {
            memcpy(known, in->txs.at[i].at, in->txs.at[i].size);
            known_size = in->txs.at[i].size;
        }
}

static void failed(void *context, const char *why)
{
    (void)context;
    fprintf(stderr, "byzantine_app: %s\n", why);
}

static enum roam_err serve(struct node_store *ledger, const char *home, struct roam_diag *diag)
{
    char address[512];
    sigset_t signals;
    int signal_number;
    struct node_app *app;
    struct abci_server *server;
    const struct node_app_options options = {.ledger = node_ledger_of_store(ledger), .failed = failed};
    ROAM_TRY(node_app_create(&app, &options));
    honest = node_app_abci(app);
    struct abci_app liar = honest;
    liar.prepare_proposal = prepare_proposal;
    liar.process_proposal = process_proposal;
    liar.finalize = finalize;
    snprintf(address, sizeof address, "unix://%s/abci.sock", home);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    enum roam_err err =
        abci_server_start(&server, &liar, &(struct abci_server_options){.address = address}, diag);
    if (err == ROAM_OK) {
        (void)sigwait(&signals, &signal_number);
        abci_server_stop(server);
    }
    node_app_destroy(app);
    return err;
}

int main(int count, char **arguments)
{
    char path[512];
    struct roam_diag diag = {""};
    struct node_store ledger = {0};
    const struct store_options options = {
        .env = &roam_env_system, .threads = 1, .block_txs_max = LEDGER_BLOCK_TXS_MAX, .ordered = true};
    if (count != 2) return 2;
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    snprintf(path, sizeof path, "%s/ledger", arguments[1]);
    enum roam_err err = store_open(&ledger.store, path, &options, &diag);
    if (err == ROAM_OK) err = serve(&ledger, arguments[1], &diag);
    store_close(ledger.store);
    if (err != ROAM_OK) fprintf(stderr, "byzantine_app: %s: %s\n", diag.text, roam_err_text(err));
    return err == ROAM_OK ? 0 : 1;
}
