/* The pool of an engine, as CometBFT's: parcels that CheckTx let pass, and a memory of those that were looked
 * at, which a parcel leaves only if it was found bad. */
#include "sim.h"

#include <string.h>

static struct sim_id *cached(struct sim_node *node, const struct sim_id *hash)
{
    for (size_t i = 0; i < SIM_CACHE; i++)
        if (id_equal(&node->cache[i], hash)) return &node->cache[i];
    return NULL;
}

static void cache(struct sim_node *node, const struct sim_id *hash)
{
    if (cached(node, hash) != NULL) return;
    node->cache[node->cache_next] = *hash;
    node->cache_next = (node->cache_next + 1) % SIM_CACHE;
}

static void uncache(struct sim_node *node, const struct sim_id *hash)
{
    struct sim_id *found = cached(node, hash);
    if (found != NULL) *found = (struct sim_id){{0}};
}

static bool passes(struct sim_node *node, const struct sim_parcel *parcel, bool again)
{
    struct abci_request in = {.method = ABCI_CHECK_TX};
    struct abci_response out;
    in.check_tx.tx = (struct abci_bytes){parcel->bytes, parcel->size};
    in.check_tx.recheck = again;
    if (!node_call(node, &in, &out)) return false;
    return out.check_tx.code == 0 ||
           (again && out.check_tx.code == NODE_TX_KNOWN && node->sim->options.plant == PLANT_STALE_STAYS);
}

static void tell(struct sim_node *node, struct sim_parcel *parcel)
{
    struct sim_message *message = message_new(MESSAGE_PARCEL, node->index, 0);
    message->parcel = parcel_share(parcel);
    net_send_all(node->sim, message);
    message_drop(message);
}

void mempool_add(struct sim_node *node, struct sim_parcel *parcel)
{
    if (node->mempool_count == SIM_MEMPOOL_MAX || cached(node, &parcel->hash) != NULL) return;
    if (!passes(node, parcel, false)) return;
    cache(node, &parcel->hash);
    node->mempool[node->mempool_count++] = parcel_share(parcel);
    tell(node, parcel);
}

/* After a block: what it had goes and, if pools look again, what is not good any more. */
void mempool_update(struct sim_node *node, const struct sim_block *block)
{
    size_t kept = 0;
    for (size_t i = 0; i < block->parcel_count; i++)
        if (node->engine.stays_out[i])
            cache(node, &block->parcel[i]->hash);
        else
            uncache(node, &block->parcel[i]->hash);
    for (size_t i = 0; i < node->mempool_count; i++) {
        struct sim_parcel *parcel = node->mempool[i];
        bool keep = true;
        for (size_t k = 0; k < block->parcel_count; k++)
            keep = keep && !id_equal(&block->parcel[k]->hash, &parcel->hash);
        if (keep && node->sim->rechecks && !passes(node, parcel, true)) {
            uncache(node, &parcel->hash);
            keep = false;
        }
        if (keep)
            node->mempool[kept++] = parcel;
        else
            parcel_drop(parcel);
    }
    node->mempool_count = kept;
}

void mempool_clear(struct sim_node *node)
{
    for (size_t i = 0; i < node->mempool_count; i++) parcel_drop(node->mempool[i]);
    node->mempool_count = 0;
    memset(node->cache, 0, sizeof node->cache);
}
