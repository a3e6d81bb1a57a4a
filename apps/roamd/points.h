/* The curve points of what is submitted, looked at together. */
#ifndef ROAMD_POINTS_H
#define ROAMD_POINTS_H

#include "ledger.h"

/* *malformed: the place of the first transaction that tx_parse refuses, or count. ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err points_check(const struct ledger_bytes *txs, size_t count, size_t *malformed);

#endif
