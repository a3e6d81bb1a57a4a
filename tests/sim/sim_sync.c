/* How a node without a past joins, as CometBFT's state sync does: it asks who has snapshots, offers its
 * application one after the other, fetches the chunks from whoever has them, and begins behind the block of
 * the snapshot. The app hash is one that a light client vouches for; the simulator knows what was decided. */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISCOVERY_MS = 700, CHUNK_MS = 400, CHUNKS_MS = 4000, TICK_MS = 120, PATIENCE_MS = 15000 };

static void forget_offers(struct sim_sync *sync)
{
    for (size_t i = 0; i < sync->offer_count; i++) free(sync->offer[i].metadata);
    sync->offer_count = 0;
}

void sync_release(struct sim_node *node)
{
    forget_offers(&node->sync);
    block_set(&node->sync.trusted.block, NULL);
    node->sync = (struct sim_sync){.active = false};
}

void sync_start(struct sim_node *node)
{
    node->sync = (struct sim_sync){.active = true, .current = -1, .since_ms = node->sim->now_ms};
    sim_trace(node->sim, "node %u looks for snapshots", node->index);
}

static struct sim_message *ask(const struct sim_node *node, enum sim_message_kind kind)
{
    return message_new(kind, node->index, 0);
}

static void ask_all(struct sim_node *node)
{
    struct sim_message *message = ask(node, MESSAGE_OFFERS_ASK);
    net_send_all(node->sim, message);
    message_drop(message);
}

static bool is_peer(const struct sim_sync *sync, const struct sim_offer *offer, unsigned peer)
{
    return ((offer->peers & ~sync->bad_peers) >> peer & 1) != 0;
}

static void ask_chunk(struct sim_node *node)
{
    struct sim *sim = node->sim;
    struct sim_sync *sync = &node->sync;
    const struct sim_offer *offer = &sync->offer[sync->current];
    unsigned peer = (unsigned)prng_below(&sim->prng, sim->nodes);
    while (!is_peer(sync, offer, peer)) peer = (peer + 1) % sim->nodes;
    struct sim_message *message = ask(node, MESSAGE_CHUNK_ASK);
    message->height = offer->height;
    message->chunk = sync->next;
    memcpy(message->hash.byte, offer->hash, 32);
    sync->asked_ms = sim->now_ms;
    net_send(sim, message, peer);
    message_drop(message);
}

/* What a light client would find at this height: the block with its votes, and the app hash that the header
 * after it has. */
static bool look_up(const struct sim *sim, uint64_t height, struct sim_decided *decided, uint8_t app_hash[32])
{
    for (unsigned i = sim->byzantine; i < sim->nodes; i++) {
        const struct sim_engine *e = &sim->node[i].engine;
        if (!sim->node[i].up || sim->node[i].sync.active || height + 1 >= e->height ||
            height <= e->chain_base)
            continue;
        *decided = *chain_at(e, height);
        memcpy(app_hash, chain_at(e, height + 1)->block->app_hash, 32);
        return true;
    }
    return false;
}

/* A snapshot that an honest node has must be taken. */
static void reject(struct sim_node *node, const char *when)
{
    struct sim_offer *offer = &node->sync.offer[node->sync.current];
    sim_trace(node->sim, "node %u rejects the snapshot of %llu %s", node->index,
              (unsigned long long)offer->height, when);
    if (offer->honest)
        sim_break(node->sim, "node %u rejects an honest node's snapshot of height %llu %s", node->index,
                  (unsigned long long)offer->height, when);
    offer->rejected = true;
    node->sync.current = -1;
    node->sim->totals.snapshots_rejected++;
}

static void offer_to_app(struct sim_node *node)
{
    struct sim_sync *sync = &node->sync;
    const struct sim_offer *offer = &sync->offer[sync->current];
    struct abci_request in = {.method = ABCI_OFFER_SNAPSHOT};
    struct abci_response out;
    in.offer.snapshot = (struct abci_snapshot){.height = offer->height,
                                               .format = STORE_SNAPSHOT_FORMAT,
                                               .chunks = offer->chunks,
                                               .hash = {offer->hash, sizeof offer->hash},
                                               .metadata = {offer->metadata, (size_t)offer->chunks * 32}};
    in.offer.app_hash = (struct abci_bytes){sync->app_hash, sizeof sync->app_hash};
    if (!node_call(node, &in, &out)) return;
    sync->next = 0;
    sync->bad_peers = 0;
    sync->progress_ms = node->sim->now_ms;
    if (out.offer == ABCI_OFFER_ACCEPT)
        ask_chunk(node);
    else
        reject(node, "when it is offered");
}

/* The latest one, any of these. */
static void choose(struct sim_node *node)
{
    struct sim_sync *sync = &node->sync;
    struct sim_decided chosen = {.block = NULL};
    size_t count = 0;
    for (size_t i = 0; i < sync->offer_count; i++) {
        const struct sim_offer *offer = &sync->offer[i];
        struct sim_decided decided;
        uint8_t app_hash[32];
        if (offer->rejected || !look_up(node->sim, offer->height, &decided, app_hash)) continue;
        const struct sim_offer *best = sync->current >= 0 ? &sync->offer[sync->current] : NULL;
        if (best != NULL && offer->height < best->height) continue;
        count = best == NULL || offer->height > best->height ? 1 : count + 1;
        if (prng_below(&node->sim->prng, count) != 0) continue;
        sync->current = (int)i;
        chosen = decided;
        memcpy(sync->app_hash, app_hash, 32);
    }
    if (sync->current < 0) return;
    block_share(chosen.block);
    block_drop(sync->trusted.block);
    sync->trusted = chosen;
    offer_to_app(node);
}

/* The application must be where the light client says. */
static void finish(struct sim_node *node)
{
    struct sim *sim = node->sim;
    struct sim_sync *sync = &node->sync;
    const uint64_t height = sync->offer[sync->current].height;
    struct abci_request in = {.method = ABCI_INFO};
    struct abci_response out;
    if (!node_call(node, &in, &out)) return;
    if ((uint64_t)out.info.last_height != height ||
        memcmp(out.info.last_app_hash.at, sync->app_hash, 32) != 0)
        sim_break(sim, "node %u: what was restored is not the state at height %llu", node->index,
                  (unsigned long long)height);
    sim->totals.restored++;
    node->committed_height = height;
    check_restored(node);
    wal_base(node, &sync->trusted);
    sync->active = false;
    if (node->crash != CRASH_NONE) return;
    sync_release(node);
    node->joins = false;
    wal_start(node);
}

static void take_chunk(struct sim_node *node, const struct sim_message *message)
{
    struct sim_sync *sync = &node->sync;
    struct abci_request in = {.method = ABCI_APPLY_CHUNK};
    struct abci_response out;
    char sender[8];
    const struct sim_offer *offer = &sync->offer[sync->current];
    if (message->height != offer->height || message->chunk != sync->next ||
        !is_peer(sync, offer, message->from))
        return;
    snprintf(sender, sizeof sender, "%u", message->from);
    in.apply_chunk.index = message->chunk;
    in.apply_chunk.chunk = (struct abci_bytes){message->parcel->bytes, message->parcel->size};
    in.apply_chunk.sender = (struct abci_bytes){(const uint8_t *)sender, strlen(sender)};
    if (!node_call(node, &in, &out)) return;
    if (out.apply_chunk.result == ABCI_APPLY_ACCEPT) {
        sync->progress_ms = node->sim->now_ms;
        if (++sync->next == offer->chunks)
            finish(node);
        else
            ask_chunk(node);
        return;
    }
    if (out.apply_chunk.result != ABCI_APPLY_RETRY) {
        reject(node, "when its chunks have come");
        return;
    }
    ROAM_ASSERT(out.apply_chunk.refetch_count == 1 && out.apply_chunk.refetch[0] == sync->next);
    if (out.apply_chunk.reject_senders.count > 0) sync->bad_peers |= 1u << message->from;
    node->sim->totals.chunks_refused++;
    sync->asked_ms = 0;
}

static bool same_offer(const struct sim_offer *offer, const struct sim_message *message)
{
    return offer->height == message->height && memcmp(offer->hash, message->hash.byte, 32) == 0 &&
           (size_t)offer->chunks * 32 == message->parcel->size;
}

static void take_offer(struct sim_node *node, const struct sim_message *message)
{
    struct sim_sync *sync = &node->sync;
    const unsigned peer = 1u << message->from;
    const bool honest = message->from >= node->sim->byzantine;
    for (size_t i = 0; i < sync->offer_count; i++)
        if (same_offer(&sync->offer[i], message)) {
            sync->offer[i].peers |= peer;
            sync->offer[i].honest |= honest;
            return;
        }
    if (sync->offer_count == SIM_OFFERS_MAX || message->parcel->size % 32 != 0) return;
    struct sim_offer *offer = &sync->offer[sync->offer_count++];
    *offer = (struct sim_offer){.height = message->height,
                                .chunks = (uint32_t)(message->parcel->size / 32),
                                .metadata = malloc(message->parcel->size + 1),
                                .peers = peer,
                                .honest = honest};
    ROAM_ASSERT(offer->metadata != NULL);
    memcpy(offer->hash, message->hash.byte, 32);
    memcpy(offer->metadata, message->parcel->bytes, message->parcel->size);
}

void sync_receive(struct sim_node *node, const struct sim_message *message)
{
    if (message->kind == MESSAGE_OFFER) take_offer(node, message);
    if (message->kind == MESSAGE_CHUNK && node->sync.current >= 0) take_chunk(node, message);
}

/* Nobody has anything that it can take: it executes all blocks from the first on. */
static void give_up(struct sim_node *node)
{
    sim_trace(node->sim, "node %u finds no snapshot", node->index);
    sync_release(node);
    node->joins = false;
    wal_start(node);
}

/* Somebody is left who may have it, and it comes: old snapshots are not kept for ever. */
static bool is_there(const struct sim *sim, const struct sim_sync *sync)
{
    return (sync->offer[sync->current].peers & ~sync->bad_peers) != 0 &&
           sim->now_ms < sync->progress_ms + CHUNKS_MS;
}

void sync_tick(struct sim_node *node)
{
    struct sim *sim = node->sim;
    struct sim_sync *sync = &node->sync;
    sim_at(sim, TICK_MS, (struct sim_event){.kind = EVENT_GOSSIP, .node = node->index, .life = node->life});
    if (sync->current >= 0 && !is_there(sim, sync)) {
        sync->offer[sync->current].rejected = true;
        sync->current = -1;
    }
    if (sync->current >= 0) {
        if (sim->now_ms >= sync->asked_ms + CHUNK_MS) ask_chunk(node);
        return;
    }
    if (sim->now_ms >= sync->since_ms + PATIENCE_MS) {
        give_up(node);
        return;
    }
    ask_all(node);
    if (sim->now_ms >= sync->since_ms + DISCOVERY_MS) choose(node);
}
