/* Looks at transactions before they are ordered: a ledger object over the latest committed records. Private
 * to lib/store. */
#ifndef STORE_ADMISSION_H
#define STORE_ADMISSION_H

#include "hosting.h"
#include "seen.h"

struct admission;

/* Everything given must outlive it. ROAM_E_NOMEM, ROAM_E_IO and the errors of ledger_init. */
ROAM_MUST_USE enum roam_err admission_open(struct admission **out, const struct tables *tables,
                                           const struct store_constants *constants, struct seen *seen,
                                           struct roam_diag *diag);
/* NULL is allowed. */
void admission_close(struct admission *admission);

/* store_admit. Any thread. ROAM_E_IO. */
ROAM_MUST_USE enum roam_err admission_look(struct admission *admission, const struct ledger_bytes *txs,
                                           size_t count, size_t *refused, enum ledger_outcome *outcome);

#endif
