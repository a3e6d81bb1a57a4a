/* Executes blocks that come from outside and writes them. Private to lib/store. */
#ifndef STORE_ORDERED_H
#define STORE_ORDERED_H

#include "checkpoint.h"
#include "hosting.h"
#include "seen.h"
#include "store_blocks.h"

struct ordered;

/* What it is opened with; everything outlives it. */
struct ordered_parts {
    const struct tables *tables; /* with what is recent */
    struct checkpoint *checkpoint;
    const struct store_constants *constants;
    struct seen *seen;
    const struct store_options *options;
};
/* Executes what the journal has beyond the file. ROAM_E_NOMEM, ROAM_E_IO, the errors of ledger_init,
 * ROAM_E_MISMATCH (a block of the journal does not lead where it did). */
ROAM_MUST_USE enum roam_err ordered_open(struct ordered **out, const struct ordered_parts *parts,
                                         struct roam_diag *diag);
/* NULL is allowed. */
void ordered_close(struct ordered *ordered);

/* Goes on from the head that is in the file now. The errors of ordered_open; then it is only to be closed. */
ROAM_MUST_USE enum roam_err ordered_reload(struct ordered *ordered, struct roam_diag *diag);

ROAM_MUST_USE enum roam_err ordered_execute(struct ordered *ordered, const struct store_block *block,
                                            struct ledger_receipt *receipts, struct ledger_head *head,
                                            struct roam_diag *diag);
ROAM_MUST_USE enum roam_err ordered_commit(struct ordered *ordered, struct roam_diag *diag);
void ordered_abort(struct ordered *ordered);
/* Any thread. */
uint64_t ordered_height(const struct ordered *ordered);

#endif
