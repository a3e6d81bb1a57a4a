/* A node's ledger in a store. */
#ifndef NODE_STORE_H
#define NODE_STORE_H

#include "node_ledger.h"

struct node_store {
    struct store *store;           /* opened with store_options.ordered */
    const char *snapshots;         /* folder; NULL: none are handed out */
    struct store_restore *restore; /* in progress; NULL to begin with */
};

/* Both outlive what is returned. */
struct node_ledger node_ledger_of_store(struct node_store *node_store);
/* Gives up a restoration in progress. */
void node_store_release(struct node_store *node_store);

#endif
