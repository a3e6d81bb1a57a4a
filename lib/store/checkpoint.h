/* Blocks become durable in a journal and visible in memory at once; their changes reach the file in the
 * background, those of many blocks in one write. Private to lib/store.
 *
 * The file alone is the state after some earlier block. The journal has all blocks since; who opens the store
 * executes them again (ordered.c). A file of the journal is emptied when the changes of all its blocks are
 * durable in the tables. */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "recent.h"

struct checkpoint;

/* Opens the journal in the store's folder and starts the thread that writes. tables->recent must be set; both
 * outlive it. ROAM_E_IO, ROAM_E_NOMEM, ROAM_E_LIMIT. */
ROAM_MUST_USE enum roam_err checkpoint_open(struct checkpoint **out, const struct tables *tables,
                                            const char *folder, struct roam_diag *diag);
/* Writes what is left. NULL is allowed. */
void checkpoint_close(struct checkpoint *checkpoint);

/* Before anything is added: visits the blocks that the journal has, in order (journal_read). */
ROAM_MUST_USE enum roam_err checkpoint_recover(struct checkpoint *checkpoint, void *context,
                                               enum roam_err (*visit)(void *context, uint64_t height,
                                                                      const uint8_t *bytes, size_t size),
                                               struct roam_diag *diag);

/* A block, as it is kept in the table of blocks. */
struct checkpoint_block {
    uint64_t height;
    const uint8_t *bytes;
    size_t size;
    bool journaled; /* it came from the journal */
};
/* Makes the block durable, then calls put with a view that puts into memory. Waits while more is in memory
 * than shall be. Not from several threads at once. ROAM_E_IO: of this block nothing may be, or all; nothing
 * more is taken, and nothing is read any more. */
ROAM_MUST_USE enum roam_err checkpoint_add(struct checkpoint *checkpoint,
                                           const struct checkpoint_block *block, void *context,
                                           void (*put)(void *context, struct view *view),
                                           struct roam_diag *diag);
/* Why nothing is taken any more; diag is left alone if that is not so. */
void checkpoint_explain(struct checkpoint *checkpoint, struct roam_diag *diag);
/* Returns when everything that was added before is in the file. ROAM_E_IO. */
ROAM_MUST_USE enum roam_err checkpoint_flush(struct checkpoint *checkpoint, struct roam_diag *diag);

#endif
