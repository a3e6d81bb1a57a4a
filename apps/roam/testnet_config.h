/* The files of a local cluster's CometBFT nodes. Private to `roam testnet`. */
#ifndef ROAM_TESTNET_CONFIG_H
#define ROAM_TESTNET_CONFIG_H

#include "ledger.h"
#include "testnet.h"
#include "testnet_join.h"

/* Writes config.toml and genesis.json into every HOME/I/comet, whose keys exist. ROAM_E_IO, ROAM_E_FORMAT (a
 * key file of CometBFT). */
ROAM_MUST_USE enum roam_err testnet_write_files(const struct testnet *testnet,
                                                const struct ledger_genesis *genesis, struct roam_diag *diag);
/* The same for one node more, which shall begin so; its genesis.json is node 0's. Also ROAM_E_NOTFOUND. */
ROAM_MUST_USE enum roam_err testnet_write_joiner(const struct testnet *testnet, unsigned node,
                                                 const struct testnet_start *start, struct roam_diag *diag);

#endif
