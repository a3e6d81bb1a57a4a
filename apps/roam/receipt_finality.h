/* The proof in a receipt file that the validators of a CometBFT chain have agreed on the receipt's head. */
#ifndef ROAM_RECEIPT_FINALITY_H
#define ROAM_RECEIPT_FINALITY_H

#include "cli.h"
#include "comet_proof.h"

/* The option rows; finality_wanted and finality_check read them. */
#define OPTIONS_FINALITY                                                                                     \
    {"genesis", "FILE", "the chain's genesis.json: check that its validators agreed on the head", false},    \
        {"validators-hash", "HEX", "or the hash of the validators to believe", false},                       \
        {"chain-id", "ID", "with it: the chain's name", false},                                              \
    {                                                                                                        \
        "trusting-period", "DAYS", "believe validators only so long after they were made known", false       \
    }

/* Is there an anchor among the options? ROAM_E_FORMAT if it is not whole. */
ROAM_MUST_USE enum roam_err finality_wanted(struct cli *cli, bool *wanted);
/* Verifies the proof from the anchor, compares what it proves with app_hash, and puts the finding into the
 * result. */
ROAM_MUST_USE enum roam_err finality_check(struct cli *cli, const struct comet_proof *proof,
                                           const uint8_t app_hash[32]);

/* Fetches from the node that --rpc names the proof for the state after block `height`, verified from
 * --genesis, as the JSON that a receipt file carries; the caller decrefs it. ROAM_E_VERIFY if it proves
 * another app hash. */
ROAM_MUST_USE enum roam_err finality_fetch(struct cli *cli, int64_t height, const uint8_t app_hash[32],
                                           json_t **out);

#endif
