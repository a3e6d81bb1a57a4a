#include "app.h"

#include "app_parts.h"
#include "endian.h"

#include <stdlib.h>
#include <string.h>

enum roam_err node_app_create(struct node_app **out, const struct node_app_options *options)
{
    struct node_app *app = calloc(1, sizeof *app);
    if (app == NULL) return ROAM_E_NOMEM;
    app->options = *options;
    app->ledger = &app->options.ledger;
    app->ledger->genesis(app->ledger->context, &app->genesis);
    ledger_genesis_id(&app->ledger_id, &app->genesis);
    *out = app;
    return ROAM_OK;
}

void node_app_destroy(struct node_app *app) { free(app); }

bool app_were_accepted(struct node_app *app, const struct ledger_bytes *txs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct ledger_receipt receipt;
        roam_id id;
        tx_id_of_bytes(&id, txs[i].bytes, txs[i].size);
        if (app->ledger->accepted(app->ledger->context, &id, &receipt) != ROAM_OK) return false;
    }
    return true;
}

static void info(void *context, struct abci_call *call, const struct abci_info_request *in,
                 struct abci_info_response *out)
{
    struct node_app *app = context;
    struct ledger_head *head = abci_take(call, sizeof *head);
    (void)in;
    if (head == NULL) return;
    if (app->ledger->head(app->ledger->context, head) != ROAM_OK) {
        abci_fail(call, "the ledger's state cannot be read");
        return;
    }
    out->data = abci_text("roam");
    out->version = abci_text("1");
    out->app_version = NODE_APP_VERSION;
    out->last_height = (int64_t)head->height;
    out->last_app_hash = (struct abci_bytes){head->app_hash, sizeof head->app_hash};
}

/* A chain is one ledger: its id is the ledger's name, and its application state the ledger's id in
 * hexadecimal, as a JSON string. */
static bool is_this_ledger(const struct node_app *app, const struct abci_init_chain_request *in)
{
    char state[2 + 64 + 1] = "\"";
    const char *name = app->genesis.chain_name;
    hex_encode(state + 1, app->ledger_id.byte, 32);
    state[65] = '"';
    return in->chain_id.size == strlen(name) && memcmp(in->chain_id.at, name, in->chain_id.size) == 0 &&
           in->app_state.size == 66 && memcmp(in->app_state.at, state, 66) == 0;
}

static void init_chain(void *context, struct abci_call *call, const struct abci_init_chain_request *in,
                       struct abci_init_chain_response *out)
{
    struct node_app *app = context;
    struct ledger_head *head = abci_take(call, sizeof *head);
    if (head == NULL) return;
    if (!is_this_ledger(app, in))
        abci_fail(call, "chain \"%.*s\" with state %.*s is not this node's ledger \"%s\"",
                  (int)in->chain_id.size, (const char *)in->chain_id.at, (int)in->app_state.size,
                  (const char *)in->app_state.at, app->genesis.chain_name);
    else if (app->genesis.validator_count > 0 && !app_begins_with(app, &in->validators))
        abci_fail(call,
                  "the chain's %zu validators are not the %u of the ledger's genesis, with their powers",
                  in->validators.count, app->genesis.validator_count);
    else if (in->initial_height != 1)
        abci_fail(call, "initial height is %lld, a ledger begins with 1", (long long)in->initial_height);
    else if (app->ledger->head(app->ledger->context, head) != ROAM_OK || head->height != 0)
        abci_fail(call, "the chain is new, but this node's ledger is not empty");
    else
        out->app_hash = (struct abci_bytes){head->app_hash, sizeof head->app_hash};
}

static void refuse(struct abci_call *call, struct abci_tx_result *out, enum ledger_outcome outcome)
{
    uint8_t *data = abci_take(call, 2);
    if (data == NULL) return;
    store_le16(data, (uint16_t)outcome);
    out->code = NODE_TX_REFUSED;
    out->data = (struct abci_bytes){data, 2};
    out->log = abci_text(ledger_outcome_text(outcome));
}

/* The parcel's transactions; NULL if it is none, or without memory. */
static struct ledger_bytes *read_parcel(struct abci_call *call, struct abci_bytes parcel, size_t *count)
{
    struct parcel_reader reader;
    if (parcel_read_begin(&reader, parcel.at, parcel.size, count) != ROAM_OK) return NULL;
    struct ledger_bytes *txs = abci_take(call, *count * sizeof *txs);
    if (txs == NULL) return NULL;
    for (size_t i = 0; parcel_read_next(&reader, &txs[i].bytes, &txs[i].size);) i++;
    return txs;
}

static void check_tx(void *context, struct abci_call *call, const struct abci_check_tx_request *in,
                     struct abci_tx_result *out)
{
    struct node_app *app = context;
    size_t count, refused;
    enum ledger_outcome outcome;
    const struct ledger_bytes *txs = read_parcel(call, in->tx, &count);
    if (txs == NULL) {
        out->code = NODE_TX_MALFORMED;
        out->log = abci_text("not a parcel of transactions");
    } else if (app->ledger->admit(app->ledger->context, txs, count, &refused, &outcome) != ROAM_OK) {
        abci_fail(call, "the ledger's state cannot be read");
    } else if (refused < count) {
        refuse(call, out, outcome);
    } else if (app_were_accepted(app, txs, count)) {
        out->code = NODE_TX_KNOWN;
        out->log = abci_text("all its transactions were accepted before");
    }
}

void app_fail(struct node_app *app, struct abci_call *call, int64_t height, const char *why)
{
    abci_fail(call, "block %lld: %s", (long long)height, why);
    if (app->options.failed != NULL) app->options.failed(app->options.context, why);
}

static void commit(void *context, struct abci_call *call, struct abci_commit_response *out)
{
    struct node_app *app = context;
    struct roam_diag diag = {""};
    (void)out;
    if (app->plan.count == 0) return;
    if (app->ledger->commit(app->ledger->context, &diag) != ROAM_OK) {
        app_fail(app, call, (int64_t)app->head.height, diag.text);
        return;
    }
    if (app->options.committed != NULL)
        app->options.committed(app->options.context, &app->head, app->receipts, app->plan.count);
}

struct abci_app node_app_abci(struct node_app *app)
{
    struct abci_app functions = {.context = app,
                                 .info = info,
                                 .init_chain = init_chain,
                                 .query = app_query,
                                 .check_tx = check_tx,
                                 .prepare_proposal = app_prepare_proposal,
                                 .process_proposal = app_process_proposal,
                                 .finalize = app_finalize,
                                 .commit = commit};
    app_snapshot_functions(&functions, app);
    return functions;
}
