/* A cluster on this machine: its record HOME/testnet.json, and what its nodes say. */
#ifndef ROAM_TESTNET_H
#define ROAM_TESTNET_H

#include "err.h"

#include <sys/types.h>

enum { TESTNET_NODES_MAX = 16, TESTNET_PATH = 1024 };

/* Ports of node i begin at base + 10 i. */
enum testnet_port { PORT_P2P, PORT_RPC, PORT_HTTP };
static inline unsigned testnet_port(unsigned base, unsigned node, enum testnet_port which)
{
    return base + 10 * node + (unsigned)which;
}

struct testnet {
    char home[TESTNET_PATH / 2]; /* absolute */
    char cometbft[TESTNET_PATH]; /* the program that it was made with */
    unsigned nodes, port_base;
    unsigned validators;                 /* of the chain's beginning: the first of the nodes */
    char node_id[TESTNET_NODES_MAX][64]; /* of CometBFT */
    pid_t roamd[TESTNET_NODES_MAX], comet[TESTNET_NODES_MAX];
};

/* testnet->home is set. ROAM_E_IO, ROAM_E_NOTFOUND, ROAM_E_FORMAT. */
ROAM_MUST_USE enum roam_err testnet_save(const struct testnet *testnet, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err testnet_load(struct testnet *testnet, struct roam_diag *diag);

/* ROAM_E_BUSY if another program listens on a node's port, on any of the cluster's. A node that starts beside
 * it would leave the callers to the other one's answers. */
ROAM_MUST_USE enum roam_err testnet_port_free(const struct testnet *testnet, unsigned node,
                                              enum testnet_port which, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err testnet_ports_free(const struct testnet *testnet, struct roam_diag *diag);

struct testnet_status {
    char url[64]; /* of roamd */
    bool roamd_lives, comet_lives;
    uint64_t height; /* 0 if it does not answer */
    char app_hash[65];
};
void testnet_ask(struct testnet_status *out, const struct testnet *testnet, unsigned node);
/* Waits until all living nodes answer. ROAM_E_IO. */
ROAM_MUST_USE enum roam_err testnet_wait(const struct testnet *testnet, unsigned timeout_ms,
                                         struct roam_diag *diag);

#endif
