/* One block: executed, written, synced. Private to lib/store. */
#ifndef STORE_BLOCK_H
#define STORE_BLOCK_H

#include "draft.h"
#include "tables.h"

/* Executes the draft (not empty) as the next block of the ledger, whose records are those of the view, and
 * commits the view. ROAM_OK: durable, draft->receipts filled. ROAM_E_IO: the ledger is as before. The view
 * has ended either way. */
ROAM_MUST_USE enum roam_err block_commit(struct ledger *ledger, struct view *view, struct draft *draft,
                                         const struct roam_env *env);

#endif
