/* Group commit: any number of callers wait for one thread that makes blocks of what has come. Private to
 * lib/store. */
#ifndef STORE_COMMITTER_H
#define STORE_COMMITTER_H

#include "draft.h"
#include "hosting.h"

struct committer;

/* Everything given must outlive the committer. ROAM_E_NOMEM, ROAM_E_IO and the errors of ledger_init. */
ROAM_MUST_USE enum roam_err committer_start(struct committer **out, const struct tables *tables,
                                            const struct store_constants *constants,
                                            const struct store_options *options, struct roam_diag *diag);
/* Finishes what was submitted. NULL is allowed. */
void committer_stop(struct committer *committer);

/* Queues the submissions (tx and receipt set), in order, and waits for all: the errors of store_submit_many.
 */
ROAM_MUST_USE enum roam_err committer_submit(struct committer *committer, struct submission *submissions,
                                             size_t count);
/* Why blocks fail; diag is left alone if they do not. */
void committer_explain(struct committer *committer, struct roam_diag *diag);

#endif
