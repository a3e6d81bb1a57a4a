/* A store whose blocks come from outside, ordered by a consensus engine: opened with store_options.ordered.
 * Nobody submits to it; everything that reads works as in store.h.
 *
 *     store_block_execute(s, &block, receipts, &head)   in memory: the file is as it was
 *     store_block_commit(s)                             durable, or store_block_abort(s): as if it had not
 * been
 *
 * Heights may have gaps, so that blocks without transactions need not be executed: the head stays as it was.
 * Calls of these three must not overlap in time; any thread may make them. */
#ifndef STORE_BLOCKS_H
#define STORE_BLOCKS_H

#include "store.h"

struct store_block {
    uint64_t height; /* above the head's */
    uint64_t time_s; /* not before the head's */
    const struct ledger_bytes *txs;
    size_t count; /* > 0 */
};

/* What the transactions of one block may come to, the same in every host of a chain: how many, and how many
 * records they may change, counted from their sizes alone. */
struct store_budget {
    size_t txs, records;
};
enum { STORE_BLOCK_RECORDS_MAX = 65536 };
struct store_budget store_budget_full(void);
/* Takes the room of one transaction; false, and nothing is taken, if there is none left. */
bool store_budget_take(struct store_budget *budget, const struct ledger_bytes *tx);

/* Executes the block, in place of one that was executed and not committed, and fills receipts[0 .. count) and
 * the head that it leads to. The bytes are not needed afterwards. ROAM_E_LIMIT (above the budget, a
 * transaction above TX_SIZE_MAX), ROAM_E_RANGE (height or time), ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_block_execute(struct store *store, const struct store_block *block,
                                                struct ledger_receipt *receipts, struct ledger_head *head,
                                                struct roam_diag *diag);
/* Makes the executed block durable: it is in the journal, synced, and everybody sees its changes when this
 * returns. They are written to the file in the background; while more waits for that than shall be in memory,
 * this waits too, and also for reads that have begun. ROAM_E_IO, now or because what was committed before
 * could not be written: only a new start knows what the disk holds, the block whole or nothing of it and all
 * blocks before; the store answers ROAM_E_IO from then on, to those who read as well. */
ROAM_MUST_USE enum roam_err store_block_commit(struct store *store, struct roam_diag *diag);
/* Forgets the executed block, if there is one. */
void store_block_abort(struct store *store);

/* ledger_admit in the committed state: *refused gets what it returns. Signatures that are found valid are not
 * checked again when the transaction is executed. Any thread, any time. ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_admit(struct store *store, const struct ledger_bytes *txs, size_t count,
                                        size_t *refused, enum ledger_outcome *outcome);
/* The committed height; during a commit what is read may be a moment ahead of it. Any thread, any time. */
uint64_t store_height(struct store *store);

#endif
