/* The files of a local cluster's CometBFT nodes. Private to `roam testnet`. */
#ifndef ROAM_TESTNET_CONFIG_H
#define ROAM_TESTNET_CONFIG_H

#include "ledger.h"
#include "testnet.h"

/* Writes config.toml and genesis.json into every HOME/I/comet, whose keys exist. ROAM_E_IO, ROAM_E_FORMAT (a
 * key file of CometBFT). */
ROAM_MUST_USE enum roam_err testnet_write_files(const struct testnet *testnet,
                                                const struct ledger_genesis *genesis, struct roam_diag *diag);

#endif
