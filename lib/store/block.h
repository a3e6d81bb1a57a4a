/* One block: executed, written, synced. Private to lib/store. */
#ifndef STORE_BLOCK_H
#define STORE_BLOCK_H

#include "draft.h"
#include "tables.h"

/* Puts what the ledger's ended block changed, its receipts and the new head; all but the block log. */
void block_write(struct view *view, const struct ledger *ledger, const struct ledger_head *head,
                 const struct ledger_receipt *receipts, size_t count);

/* Puts a receipt, and its place in the table by transaction. */
void block_write_receipt(struct view *view, const struct ledger_receipt *receipt);

/* Executes the draft (not empty) as the next block of the ledger, whose records are those of the view, and
 * commits the view. ROAM_OK: durable, draft->receipts filled. ROAM_E_IO: the ledger is as before. The view
 * has ended either way. */
ROAM_MUST_USE enum roam_err block_commit(struct ledger *ledger, struct view *view, struct draft *draft,
                                         const struct roam_env *env);

#endif
