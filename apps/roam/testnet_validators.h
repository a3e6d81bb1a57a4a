/* Keys of the validators that a measuring ledger names: LEDGER/validators/I.json as CometBFT keeps them,
 * I.owner.json of the operator that owns it, and governor.json. */
#ifndef ROAM_TESTNET_VALIDATORS_H
#define ROAM_TESTNET_VALIDATORS_H

#include "market.h"
#include "testnet.h"

/* ROAM_E_IO, ROAM_E_EXISTS. */
ROAM_MUST_USE enum roam_err testnet_write_keys(const char *ledger, const struct market *market,
                                               struct roam_diag *diag);
/* Gives node I the key of the genesis's validator I. ROAM_E_NOTFOUND, ROAM_E_FORMAT, ROAM_E_MISMATCH (it is
 * the key of another), ROAM_E_IO. */
ROAM_MUST_USE enum roam_err testnet_give_key(const struct testnet *testnet, unsigned node, const char *ledger,
                                             const struct ledger_genesis *genesis, struct roam_diag *diag);

#endif
