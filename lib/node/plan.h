/* The transactions of a block, taken from its parcels within the block's budget. Private to lib/node. */
#ifndef NODE_PLAN_H
#define NODE_PLAN_H

#include "abci.h"
#include "parcel.h"
#include "store_blocks.h"

struct plan {
    struct store_budget budget;
    size_t count;
    struct ledger_bytes txs[LEDGER_BLOCK_TXS_MAX];
};

void plan_begin(struct plan *plan);
/* Adds the parcel's transactions and says how many, or 0, and nothing is added: it is malformed or does not
 * fit. */
size_t plan_add(struct plan *plan, const struct abci_bytes *parcel);

#endif
