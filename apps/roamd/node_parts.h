/* The parts of a node, and its two engines. Private to roamd. */
#ifndef ROAMD_NODE_PARTS_H
#define ROAMD_NODE_PARTS_H

#include "node.h"
#include "store_blocks.h"

struct comet;    /* under CometBFT: comet.c */
struct embedded; /* alone: embedded.c */
struct snapshots;

struct node {
    struct config config;
    struct store *store;
    struct ledger_genesis genesis;
    roam_id ledger_id;
    struct inbox *inbox;
    struct metrics metrics;
    atomic_bool healthy;
    struct comet *comet; /* one of them is NULL */
    struct embedded *embedded;
    struct snapshots *snapshots; /* under CometBFT */
};

/* A block is durable: counts it and answers those who wait for it. */
void node_settled(struct node *node, const struct ledger_head *head, const struct ledger_receipt *receipts,
                  size_t count);

ROAM_MUST_USE enum roam_err comet_start(struct comet **out, struct node *node, struct roam_diag *diag);
void comet_stop(struct comet *comet);
/* Whether CometBFT is connected. Any thread. */
bool comet_has_engine(struct comet *comet);

ROAM_MUST_USE enum roam_err embedded_start(struct embedded **out, struct node *node, struct roam_diag *diag);
void embedded_stop(struct embedded *embedded);

ROAM_MUST_USE enum roam_err snapshots_start(struct snapshots **out, struct node *node,
                                            struct roam_diag *diag);
/* One more, soon. NULL is allowed here and below. */
void snapshots_ask(struct snapshots *snapshots);
void snapshots_stop(struct snapshots *snapshots);

#endif
