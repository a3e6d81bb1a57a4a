/* Private to lib/ledger. */
#ifndef LEDGER_GENESIS_H
#define LEDGER_GENESIS_H

#include "ledger.h"

/* ROAM_E_RANGE (number of validators, a power), ROAM_E_POINT (a key), ROAM_E_EXISTS (two equal keys). */
ROAM_MUST_USE enum roam_err genesis_check(const struct ledger_genesis *genesis, struct roam_diag *diag);
/* The commitment to the records of ledger_genesis_walk. */
void genesis_state(struct lthash *out, const struct ledger_genesis *genesis);

#endif
