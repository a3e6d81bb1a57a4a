/* Proposals and blocks. */
#include "app_parts.h"

#include "endian.h"

/* True if all of the plan's transactions from `first` on are admissible, and one was not accepted before. */
static bool are_admissible(struct node_app *app, size_t first)
{
    const struct ledger_bytes *txs = &app->plan.txs[first];
    const size_t count = app->plan.count - first;
    size_t refused;
    enum ledger_outcome outcome;
    return app->ledger->admit(app->ledger->context, txs, count, &refused, &outcome) == ROAM_OK &&
           refused == count && !app_were_accepted(app, txs, count);
}

/* Adds the parcel if it fits, all its transactions are admissible and not all of them were accepted before.
 */
static bool add_admissible(struct node_app *app, const struct abci_bytes *parcel)
{
    struct plan *plan = &app->plan;
    const struct store_budget budget = plan->budget;
    const size_t first = plan->count;
    if (plan_add(plan, parcel) == 0) return false;
    if (are_admissible(app, first)) return true;
    plan->budget = budget;
    plan->count = first;
    return false;
}

void app_prepare_proposal(void *context, struct abci_call *call, const struct abci_block *in,
                          struct abci_list *txs)
{
    struct node_app *app = context;
    struct abci_bytes *chosen = abci_take(call, in->txs.count * sizeof *chosen + 1);
    if (chosen == NULL) return;
    *txs = (struct abci_list){.at = chosen};
    plan_begin(&app->plan);
    for (size_t i = 0; i < in->txs.count; i++)
        if (add_admissible(app, &in->txs.at[i])) chosen[txs->count++] = in->txs.at[i];
}

bool app_process_proposal(void *context, struct abci_call *call, const struct abci_block *in)
{
    struct node_app *app = context;
    (void)call;
    plan_begin(&app->plan);
    for (size_t i = 0; i < in->txs.count; i++)
        if (!add_admissible(app, &in->txs.at[i])) return false;
    return true;
}

/* The header's time in whole seconds; a ledger's time never goes back. */
static uint64_t block_time(const struct abci_block *in, uint64_t last_s)
{
    const uint64_t time_s = in->time.s > 0 ? (uint64_t)in->time.s : 0;
    return time_s > last_s ? time_s : last_s;
}

static bool set_result(struct abci_call *call, struct abci_tx_result *result,
                       const struct ledger_receipt *receipts, size_t count)
{
    if (count == 0) {
        result->code = NODE_TX_MALFORMED;
        return true;
    }
    const size_t size = 8 + 2 * count;
    uint8_t *data = abci_take(call, size);
    if (data == NULL) return false;
    /* CometBFT keeps what was executed well in its cache and drops it when it comes again; what was refused
     * may come again and be accepted. */
    result->code = NODE_TX_REFUSED;
    store_le64(data, receipts[0].index);
    for (size_t i = 0; i < count; i++) {
        store_le16(data + 8 + 2 * i, receipts[i].outcome);
        if (receipts[i].outcome == LEDGER_ACCEPTED) result->code = NODE_TX_GOOD;
    }
    result->data = (struct abci_bytes){data, size};
    return true;
}

/* A block without transactions leaves the head as it is, so that an idle chain comes to rest. */
static enum roam_err execute(struct node_app *app, const struct abci_block *in, struct roam_diag *diag)
{
    void *ledger = app->ledger->context;
    app->ledger->abort(ledger);
    ROAM_TRY(app->ledger->head(ledger, &app->head));
    if (app->plan.count == 0) return ROAM_OK;
    const struct store_block block = {.height = (uint64_t)in->height,
                                      .time_s = block_time(in, app->head.time_s),
                                      .txs = app->plan.txs,
                                      .count = app->plan.count};
    return app->ledger->execute(ledger, &block, app->receipts, &app->head, diag);
}

void app_finalize(void *context, struct abci_call *call, const struct abci_block *in,
                  struct abci_finalize_response *out)
{
    struct node_app *app = context;
    struct roam_diag diag = {""};
    size_t *counts = abci_take(call, in->txs.count * sizeof *counts + 1);
    struct abci_tx_result *results = abci_take(call, in->txs.count * sizeof *results + 1);
    if (counts == NULL || results == NULL) return;
    plan_begin(&app->plan);
    for (size_t i = 0; i < in->txs.count; i++) counts[i] = plan_add(&app->plan, &in->txs.at[i]);
    if (execute(app, in, &diag) != ROAM_OK) {
        app_fail(app, call, in->height, diag.text);
        return;
    }
    for (size_t i = 0, at = 0; i < in->txs.count; at += counts[i++]) {
        results[i] = (struct abci_tx_result){0};
        if (!set_result(call, &results[i], &app->receipts[at], counts[i])) return;
    }
    atomic_store(&app->chain_height, (uint64_t)in->height);
    if (app_validator_updates(app, call, &out->validators) != ROAM_OK) {
        app_fail(app, call, in->height, "the validators cannot be read");
        return;
    }
    out->results = results;
    out->result_count = in->txs.count;
    out->app_hash = (struct abci_bytes){app->head.app_hash, sizeof app->head.app_hash};
}
