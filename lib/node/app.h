/* The ledger as an application under CometBFT: the meaning of its transactions, proposals and blocks.
 *
 * A transaction of CometBFT is a parcel (parcel.h) of the ledger's transactions. What is checked where:
 *   CheckTx           the parcel's frame; every transaction by ledger_admit; not all of
 *                     them accepted before
 *   PrepareProposal   the same in the committed state, and the block's budget (store_budget):
 *                     what fails is left out
 *   ProcessProposal   the same: what fails rejects the proposal. It depends on the committed
 *                     state and the proposal alone, so that honest nodes agree
 *   FinalizeBlock     all rules, with device signatures and proofs verified together
 *   Commit            durable before it answers
 *
 * A parcel's result has code 0, or NODE_TX_REFUSED if the rules refused all of its transactions, and data
 * "first receipt's index u64, then each outcome u16", little-endian. A parcel that no honest proposer lets
 * pass (malformed, above the budget) has NODE_TX_MALFORMED and changes nothing.
 * A block without transactions changes nothing, not even the head: the ledger's height is that of the last
 * block that had some. Block time is the header's, in whole seconds, never before the last one's.
 *
 * If the ledger's genesis names validators, the chain must begin with exactly these, and each change that
 * votes bring about is given to CometBFT with its block.
 *
 * Query paths: "/receipt" (data: a transaction's id) gives the serialised receipt, with `prove` also an
 * operation "roam:receipt": key is its index, data the parts of the head (ledger_parts_hash) and the hashes
 * of the inclusion proof. */
#ifndef NODE_APP_H
#define NODE_APP_H

#include "abci.h"
#include "node_ledger.h"

struct node_app;

/* Of CheckTx and of results; CheckTx's data for NODE_TX_REFUSED is the outcome as u16. Numbers are frozen. */
enum node_tx_code { NODE_TX_GOOD = 0, NODE_TX_MALFORMED = 1, NODE_TX_REFUSED = 2, NODE_TX_KNOWN = 3 };

struct node_app_options {
    struct node_ledger ledger;
    /* After each block is durable, on the thread that serves Commit: its receipts. May be NULL. */
    void *context;
    void (*committed)(void *context, const struct ledger_head *head, const struct ledger_receipt *receipts,
                      size_t count);
    /* A block could not be executed or made durable; nothing more will be. May be NULL. */
    void (*failed)(void *context, const char *why);
};

/* ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err node_app_create(struct node_app **out, const struct node_app_options *options);
void node_app_destroy(struct node_app *app);
/* The functions to be served; app outlives their use. */
struct abci_app node_app_abci(struct node_app *app);

#endif
