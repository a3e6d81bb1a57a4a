/* Snapshots for others. Byzantine nodes offer states that never were, and give chunks that are not those that
 * were asked for. */
#include "sim.h"

#include "sim_snapshot.h"

#include <stdlib.h>
#include <string.h>

static bool lies(struct sim_node *node)
{
    struct sim *sim = node->sim;
    return node->byzantine && prng_below(&sim->byz_prng, 1000) < sim->faults.byz_bad;
}

/* A chunk of the application's; NULL if it has none. */
static struct sim_parcel *load(struct sim_node *node, uint64_t height, uint32_t chunk)
{
    struct abci_request in = {.method = ABCI_LOAD_CHUNK};
    struct abci_response out;
    in.load_chunk = (struct abci_load_chunk_request){height, STORE_SNAPSHOT_FORMAT, chunk};
    if (!node_call(node, &in, &out) || out.chunk.size == 0) return NULL;
    return parcel_new(out.chunk.at, out.chunk.size);
}

/* The stream of a snapshot with one byte changed. */
static struct roam_buf false_stream(struct sim_node *node, uint64_t height)
{
    struct roam_buf stream;
    struct sim_parcel *chunk;
    buf_init(&stream, 16 << 20);
    for (uint32_t i = 0; (chunk = load(node, height, i)) != NULL; i++) {
        buf_bytes(&stream, chunk->bytes, chunk->size);
        parcel_drop(chunk);
    }
    if (stream.size > 0) stream.data[height * 1009 % stream.size] ^= 1;
    return stream;
}

static void send_offer(struct sim_node *node, unsigned to, const struct store_snapshot *snapshot)
{
    struct sim_message *message = message_new(MESSAGE_OFFER, node->index, 0);
    message->height = snapshot->height;
    memcpy(message->hash.byte, snapshot->hash, 32);
    message->parcel = parcel_new(snapshot->metadata, (size_t)snapshot->chunks * 32);
    net_send(node->sim, message, to);
    message_drop(message);
}

static void offer_false(struct sim_node *node, unsigned to, uint64_t height)
{
    struct store_snapshot snapshot;
    struct roam_buf stream = false_stream(node, height);
    if (stream.size > 0) {
        snapshot_describe(&snapshot, height, stream.data, stream.size);
        send_offer(node, to, &snapshot);
        store_snapshot_release(&snapshot);
    }
    buf_release(&stream);
}

static void offer_all(struct sim_node *node, unsigned to)
{
    const struct abci_request in = {.method = ABCI_LIST_SNAPSHOTS};
    struct abci_response out;
    struct store_snapshot list[STORE_SNAPSHOTS_MAX];
    uint64_t heights[STORE_SNAPSHOTS_MAX];
    if (!node_call(node, &in, &out)) return;
    const size_t count = out.snapshots.count;
    for (size_t i = 0; i < count; i++) {
        const struct abci_snapshot *s = &out.snapshots.at[i];
        list[i] = (struct store_snapshot){
            .height = s->height, .chunks = s->chunks, .metadata = (uint8_t *)(uintptr_t)s->metadata.at};
        memcpy(list[i].hash, s->hash.at, 32);
        heights[i] = s->height;
        send_offer(node, to, &list[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (lies(node)) offer_false(node, to, heights[i]);
}

/* The chunk of the state that never was, if that is what was offered. */
static struct sim_parcel *false_chunk(struct sim_node *node, const struct sim_message *asked)
{
    struct store_snapshot snapshot;
    struct sim_parcel *chunk = NULL;
    struct roam_buf stream = false_stream(node, asked->height);
    const size_t from = (size_t)asked->chunk * SIM_CHUNK_SIZE;
    if (from < stream.size) {
        snapshot_describe(&snapshot, asked->height, stream.data, stream.size);
        const size_t left = stream.size - from;
        if (memcmp(snapshot.hash, asked->hash.byte, 32) == 0)
            chunk = parcel_new(stream.data + from, left < SIM_CHUNK_SIZE ? left : SIM_CHUNK_SIZE);
        store_snapshot_release(&snapshot);
    }
    buf_release(&stream);
    return chunk;
}

/* Changed, cut off, or another one. */
static struct sim_parcel *spoil(struct sim_node *node, const struct sim_message *asked,
                                struct sim_parcel *chunk)
{
    struct sim *sim = node->sim;
    struct sim_parcel *other = NULL;
    switch (prng_below(&sim->byz_prng, 4)) {
    case 0:
        other = load(node, asked->height, asked->chunk + 1);
        break;
    case 1:
        other = load(node, asked->height > 2 ? asked->height - 2 : 1, asked->chunk);
        break;
    case 2:
        other = parcel_new(chunk->bytes, prng_below(&sim->byz_prng, chunk->size));
        break;
    default:
        other = parcel_new(chunk->bytes, chunk->size);
        other->bytes[prng_below(&sim->byz_prng, chunk->size)] ^= 1;
    }
    if (other == NULL) return chunk;
    parcel_drop(chunk);
    return other;
}

static void send_chunk(struct sim_node *node, const struct sim_message *asked)
{
    struct sim_parcel *chunk = node->byzantine ? false_chunk(node, asked) : NULL;
    if (chunk == NULL) {
        chunk = load(node, asked->height, asked->chunk);
        if (chunk != NULL && lies(node)) chunk = spoil(node, asked, chunk);
    }
    if (chunk == NULL) return;
    struct sim_message *message = message_new(MESSAGE_CHUNK, node->index, 0);
    message->height = asked->height;
    message->chunk = asked->chunk;
    message->parcel = chunk;
    net_send(node->sim, message, asked->from);
    message_drop(message);
}

void sync_serve(struct sim_node *node, const struct sim_message *asked)
{
    if (asked->kind == MESSAGE_OFFERS_ASK) offer_all(node, asked->from);
    if (asked->kind == MESSAGE_CHUNK_ASK) send_chunk(node, asked);
}
