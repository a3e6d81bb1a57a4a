/* What the parts of the application share. Private to lib/node. */
#ifndef NODE_APP_PARTS_H
#define NODE_APP_PARTS_H

#include "app.h"
#include "hex.h"
#include "plan.h"

#include <stdatomic.h>

enum { NODE_APP_VERSION = 1 };

struct node_app {
    struct node_app_options options;
    const struct node_ledger *ledger; /* of the options */
    struct ledger_genesis genesis;
    roam_id ledger_id;
    atomic_uint_least64_t chain_height; /* of the last block, whether it held something or not */
    /* Of the consensus connection: the block that was executed. */
    struct plan plan;
    struct ledger_head head;
    struct ledger_receipt receipts[LEDGER_BLOCK_TXS_MAX];
};

static inline struct abci_bytes abci_text(const char *text)
{
    return (struct abci_bytes){(const uint8_t *)text, __builtin_strlen(text)};
}

/* Stops the engine: abci_fail, and options.failed. */
void app_fail(struct node_app *app, struct abci_call *call, int64_t height, const char *why);
/* True if each of these transactions has a receipt that accepted it. */
bool app_were_accepted(struct node_app *app, const struct ledger_bytes *txs, size_t count);

/* True if these are the validators of the ledger's genesis, with their powers. */
bool app_begins_with(const struct node_app *app, const struct abci_validator_updates *validators);
/* What the executed block, not committed yet, changes of the validators: CometBFT has it in force two blocks
 * later. ROAM_E_NOMEM, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err app_validator_updates(struct node_app *app, struct abci_call *call,
                                                  struct abci_validator_updates *out);

void app_prepare_proposal(void *context, struct abci_call *call, const struct abci_block *in,
                          struct abci_list *txs);
bool app_process_proposal(void *context, struct abci_call *call, const struct abci_block *in);
void app_finalize(void *context, struct abci_call *call, const struct abci_block *in,
                  struct abci_finalize_response *out);
/* Fill the functions of snapshots, if the ledger has them. */
void app_snapshot_functions(struct abci_app *out, const struct node_app *app);
void app_query(void *context, struct abci_call *call, const struct abci_query_request *in,
               struct abci_query_response *out);

#endif
