/* A node that joins a running local cluster: what it begins from, and how far it is. */
#ifndef ROAM_TESTNET_JOIN_H
#define ROAM_TESTNET_JOIN_H

#include "progress.h"
#include "testnet.h"

/* From a snapshot, or from the first block. A snapshot can be used when the chain is two blocks further. */
struct testnet_start {
    uint64_t height;     /* of the snapshot; 0: none can be used */
    char trust_hash[65]; /* of the chain's block at that height */
    unsigned server[2];  /* nodes that are asked for headers; the same one if no other runs */
};
/* Has a running node make a snapshot of now, and chooses the latest one that can be used. A chain that rests
 * does not get two blocks further: then it is an older one, or none. ROAM_E_NOTFOUND (no node runs),
 * ROAM_E_IO (a node does not answer, or makes no snapshot), ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err testnet_start_choose(struct testnet_start *out, const struct testnet *testnet,
                                                 const struct roam_progress *progress,
                                                 struct roam_diag *diag);

/* Waits until the node takes part and is at most two blocks behind start->server[0]; *height is its ledger's
 * then. ROAM_E_IO (it stopped, or does not get further), ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err testnet_follow(uint64_t *height, const struct testnet *testnet, unsigned node,
                                           const struct testnet_start *start,
                                           const struct roam_progress *progress, struct roam_diag *diag);

#endif
