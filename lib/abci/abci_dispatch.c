#include "abci_dispatch.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *abci_take(struct abci_call *call, size_t size)
{
    void *taken = proto_arena_take(&call->memory, size);
    if (taken == NULL) abci_fail(call, "no memory for %zu bytes of a response", size);
    return taken;
}

/* The first failure is kept. */
void abci_fail(struct abci_call *call, const char *format, ...)
{
    if (call->failed) return;
    call->failed = true;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(call->why, sizeof call->why, format, arguments);
    va_end(arguments);
}

void abci_exception(const struct abci_call *call, struct abci_response *out)
{
    *out = (struct abci_response){.method = ABCI_EXCEPTION};
    out->exception = (struct abci_bytes){(const uint8_t *)call->why, strlen(call->why)};
}

static void echo(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                 struct abci_response *out)
{
    (void)app, (void)call;
    out->echo = in->echo;
}

static void nothing(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                    struct abci_response *out)
{
    (void)app, (void)call, (void)in, (void)out;
}

static void info(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                 struct abci_response *out)
{
    if (app->info != NULL) app->info(app->context, call, &in->info, &out->info);
}

static void init_chain(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                       struct abci_response *out)
{
    if (app->init_chain != NULL) app->init_chain(app->context, call, &in->init_chain, &out->init_chain);
}

static void query(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                  struct abci_response *out)
{
    if (app->query != NULL) app->query(app->context, call, &in->query, &out->query);
}

static void check_tx(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                     struct abci_response *out)
{
    if (app->check_tx != NULL) app->check_tx(app->context, call, &in->check_tx, &out->check_tx);
}

static void commit(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                   struct abci_response *out)
{
    (void)in;
    if (app->commit != NULL) app->commit(app->context, call, &out->commit);
}

static void list_snapshots(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                           struct abci_response *out)
{
    (void)in;
    if (app->list_snapshots == NULL) return;
    app->list_snapshots(app->context, call, &out->snapshots.at, &out->snapshots.count);
}

static void offer_snapshot(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                           struct abci_response *out)
{
    out->offer = ABCI_OFFER_ABORT;
    if (app->offer_snapshot == NULL) return;
    out->offer = (int32_t)app->offer_snapshot(app->context, call, &in->offer.snapshot, in->offer.app_hash);
}

static void load_chunk(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                       struct abci_response *out)
{
    if (app->load_chunk != NULL) app->load_chunk(app->context, call, &in->load_chunk, &out->chunk);
}

static void apply_chunk(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                        struct abci_response *out)
{
    out->apply_chunk.result = ABCI_APPLY_ABORT;
    if (app->apply_chunk != NULL) app->apply_chunk(app->context, call, &in->apply_chunk, &out->apply_chunk);
}

/* The transactions at the beginning of the list that fit into max_tx_bytes, counted as CometBFT counts them:
 * as a repeated field of a message. */
static struct abci_list those_that_fit(struct abci_list txs, int64_t max_tx_bytes)
{
    struct abci_list fit = {txs.at, 0};
    uint64_t left = max_tx_bytes > 0 ? (uint64_t)max_tx_bytes : 0;
    for (; fit.count < txs.count; fit.count++) {
        const uint64_t size = txs.at[fit.count].size, all = 1 + proto_varint_size(size) + size;
        if (all > left) break;
        left -= all;
    }
    return fit;
}

static void prepare_proposal(const struct abci_app *app, struct abci_call *call,
                             const struct abci_request *in, struct abci_response *out)
{
    if (app->prepare_proposal != NULL)
        app->prepare_proposal(app->context, call, &in->block, &out->txs);
    else
        out->txs = those_that_fit(in->block.txs, in->block.max_tx_bytes);
}

static void process_proposal(const struct abci_app *app, struct abci_call *call,
                             const struct abci_request *in, struct abci_response *out)
{
    const bool good = app->process_proposal == NULL || app->process_proposal(app->context, call, &in->block);
    out->verdict = good ? ABCI_ACCEPT : ABCI_REJECT;
}

static void extend_vote(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                        struct abci_response *out)
{
    if (app->extend_vote != NULL) app->extend_vote(app->context, call, &in->block, &out->extend_vote);
}

static void verify_vote(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                        struct abci_response *out)
{
    bool good = in->verify_vote.extension.size == 0;
    if (app->verify_vote != NULL) good = app->verify_vote(app->context, call, &in->verify_vote);
    out->verdict = good ? ABCI_ACCEPT : ABCI_REJECT;
}

static void finalize(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                     struct abci_response *out)
{
    app->finalize(app->context, call, &in->block, &out->finalize);
    if (out->finalize.result_count != in->block.txs.count)
        abci_fail(call, "the application gave %zu results for %zu transactions", out->finalize.result_count,
                  in->block.txs.count);
}

static void insert_tx(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                      struct abci_response *out)
{
    out->code = app->insert_tx != NULL ? app->insert_tx(app->context, call, in->tx) : 1;
}

static void reap_txs(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                     struct abci_response *out)
{
    if (app->reap_txs != NULL) app->reap_txs(app->context, call, &in->reap, &out->txs);
}

static void (*const methods[])(const struct abci_app *app, struct abci_call *call,
                               const struct abci_request *in, struct abci_response *out) = {
    [ABCI_ECHO] = echo,
    [ABCI_FLUSH] = nothing,
    [ABCI_INFO] = info,
    [ABCI_INIT_CHAIN] = init_chain,
    [ABCI_QUERY] = query,
    [ABCI_CHECK_TX] = check_tx,
    [ABCI_COMMIT] = commit,
    [ABCI_LIST_SNAPSHOTS] = list_snapshots,
    [ABCI_OFFER_SNAPSHOT] = offer_snapshot,
    [ABCI_LOAD_CHUNK] = load_chunk,
    [ABCI_APPLY_CHUNK] = apply_chunk,
    [ABCI_PREPARE_PROPOSAL] = prepare_proposal,
    [ABCI_PROCESS_PROPOSAL] = process_proposal,
    [ABCI_EXTEND_VOTE] = extend_vote,
    [ABCI_VERIFY_VOTE] = verify_vote,
    [ABCI_FINALIZE] = finalize,
    [ABCI_INSERT_TX] = insert_tx,
    [ABCI_REAP_TXS] = reap_txs,
};

void abci_dispatch(const struct abci_app *app, struct abci_call *call, const struct abci_request *in,
                   struct abci_response *out)
{
    *out = (struct abci_response){.method = in->method};
    methods[in->method](app, call, in, out);
    if (call->failed) abci_exception(call, out);
}
