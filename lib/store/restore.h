/* Private to lib/store. */
#ifndef STORE_RESTORE_H
#define STORE_RESTORE_H

#include "hosting.h"

/* Throws away what a restoration left that was not finished: the ledger is at height 0 again. ROAM_E_IO,
 * ROAM_E_MISMATCH. */
ROAM_MUST_USE enum roam_err restore_forget(const struct tables *tables, struct roam_diag *diag);

#endif
