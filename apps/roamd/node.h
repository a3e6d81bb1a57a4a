/* A running node: the store, the engine that orders its blocks, the entrance. */
#ifndef ROAMD_NODE_H
#define ROAMD_NODE_H

#include "config.h"
#include "inbox.h"
#include "metrics.h"
#include "store.h"

struct node; /* the parts: node_parts.h */

/* Opens the ledger and starts the engine. The errors of store_open and of the parts; ROAM_E_INSECURE: a
 * development key and a production ledger. */
ROAM_MUST_USE enum roam_err node_start(struct node **out, const struct config *config,
                                       struct roam_diag *diag);
/* Finishes what is being executed, answers those who wait, and closes. NULL is allowed. */
void node_stop(struct node *node);

/* Makes a snapshot soon, under CometBFT. */
void node_snapshot(struct node *node);

struct store *node_store(struct node *node);
struct inbox *node_inbox(struct node *node);
struct metrics *node_metrics(struct node *node);
/* False when the node can no longer make blocks durable. */
bool node_healthy(struct node *node);
/* False when nothing orders what is submitted: CometBFT is not connected. */
bool node_has_engine(struct node *node);
/* Of the ledger, looked up once. */
const struct ledger_genesis *node_genesis(const struct node *node);
const roam_id *node_ledger_id(const struct node *node);

/* *refused is the first transaction that may not be submitted, and *outcome why, or count. ROAM_E_IO,
 * ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err node_admit(struct node *node, const struct ledger_bytes *txs, size_t count,
                                       size_t *refused, enum ledger_outcome *outcome);

/* Milliseconds of a clock that never goes back. */
uint64_t node_now_ms(void);

#endif
