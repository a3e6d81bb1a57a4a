/* The engine's calls of the application, in CometBFT's order. */
#include "sim.h"

#include "digest.h"
#include "endian.h"
#include "parcel.h"

#include <stdlib.h>
#include <string.h>

enum { PROPOSAL_BYTES_MAX = 1 << 20 };

struct txs {
    struct abci_bytes at[SIM_MEMPOOL_MAX];
    struct sim_parcel *made[SIM_PARCELS_MAX]; /* planted: parcels in another order */
    size_t made_count;
};

static void block_request(struct abci_request *in, int32_t method, const struct sim_block *block,
                          struct txs *txs)
{
    *txs = (struct txs){.made_count = 0};
    *in = (struct abci_request){.method = method};
    for (size_t i = 0; i < block->parcel_count; i++)
        txs->at[i] = (struct abci_bytes){block->parcel[i]->bytes, block->parcel[i]->size};
    in->block.txs = (struct abci_list){txs->at, block->parcel_count};
    in->block.hash = (struct abci_bytes){block->id.byte, 32};
    in->block.height = (int64_t)block->height;
    in->block.time =
        (struct abci_time){(int64_t)(block->time_ms / 1000), (int32_t)(block->time_ms % 1000) * 1000000};
    in->block.max_tx_bytes = PROPOSAL_BYTES_MAX;
}

/* The parcel's transactions, the last one first. */
static struct sim_parcel *reversed(const struct abci_bytes *parcel)
{
    struct parcel_reader reader;
    struct ledger_bytes tx[64];
    size_t count, size;
    uint8_t *bytes;
    if (parcel_read_begin(&reader, parcel->at, parcel->size, &count) != ROAM_OK || count > 64) return NULL;
    for (size_t i = count; i-- > 0;) parcel_read_next(&reader, &tx[i].bytes, &tx[i].size);
    bytes = malloc(parcel->size);
    ROAM_ASSERT(bytes != NULL);
    parcel_write_begin(bytes, &size);
    for (size_t i = 0; i < count; i++)
        ROAM_ASSERT(parcel_write_add(bytes, parcel->size, &size, tx[i].bytes, tx[i].size));
    struct sim_parcel *made = parcel_new(bytes, size);
    free(bytes);
    return made;
}

static void plant_in_request(struct sim_node *node, struct abci_request *in, struct txs *txs)
{
    const enum sim_plant plant = node->sim->options.plant;
    const size_t count = in->block.txs.count;
    if (!node->odd) return;
    if (plant == PLANT_LOCAL_CLOCK) in->block.time.s = (int64_t)(node_clock_ms(node) / 1000);
    if (plant == PLANT_SHUFFLE && count > 1) {
        const struct abci_bytes first = txs->at[0];
        txs->at[0] = txs->at[count - 1];
        txs->at[count - 1] = first;
    }
    for (size_t i = 0; plant == PLANT_REORDER && i < count; i++) {
        struct sim_parcel *made = reversed(&txs->at[i]);
        if (made == NULL) continue;
        txs->at[i] = (struct abci_bytes){made->bytes, made->size};
        txs->made[txs->made_count++] = made;
    }
}

/* CometBFT keeps what was executed with code 0 in mind, and does not let the same bytes in again: a parcel of
 * refusals must be able to come again. */
static bool stays_out(const struct sim_node *node, const struct abci_tx_result *result)
{
    if (node->sim->options.plant == PLANT_REFUSED_GOOD) return true;
    if (result->code != 0) return false;
    for (size_t at = 8; at + 2 <= result->data.size; at += 2)
        if (load_le16(result->data.at + at) == LEDGER_ACCEPTED) return true;
    return false;
}

static bool finalize(struct sim_node *node, const struct sim_block *block)
{
    struct abci_request in;
    struct abci_response out;
    struct txs txs;
    struct sim_engine *e = &node->engine;
    block_request(&in, ABCI_FINALIZE, block, &txs);
    plant_in_request(node, &in, &txs);
    const bool good = node_call(node, &in, &out);
    if (good) {
        ROAM_ASSERT(out.finalize.app_hash.size == 32);
        e->proof_block = memcmp(e->app_hash, out.finalize.app_hash.at, 32) != 0;
        memcpy(e->app_hash, out.finalize.app_hash.at, 32);
        check_executed(node, block, &out.finalize);
        for (size_t i = 0; i < block->parcel_count; i++)
            e->stays_out[i] = stays_out(node, &out.finalize.results[i]);
    }
    for (size_t i = 0; i < txs.made_count; i++) parcel_drop(txs.made[i]);
    return good;
}

/* Clients are answered with what is executed, but not durable. */
static void answer_early(struct sim_node *node)
{
    size_t count;
    const struct ledger_receipt *receipts = sim_ledger_executed(node->ledger, &count);
    if (count > 0) inbox_settle(node->inbox, receipts, count);
}

bool apply_block(struct sim_node *node, const struct sim_block *block)
{
    const struct abci_request commit = {.method = ABCI_COMMIT};
    struct abci_response out;
    if (node_dies(node, "before a block is executed") || !finalize(node, block)) return false;
    if (node->sim->options.plant == PLANT_ANSWER_EARLY) answer_early(node);
    if (node_dies(node, "when a block is executed")) return false;
    return node_call(node, &commit, &out);
}

/* Clients are answered with what a proposal would come to. */
static void answer_proposed(struct sim_node *node, const struct sim_block *block)
{
    struct abci_request in;
    struct abci_response out;
    struct txs txs;
    const struct node_ledger ledger = sim_ledger_node(node->ledger);
    block_request(&in, ABCI_FINALIZE, block, &txs);
    if (!node_call(node, &in, &out)) return;
    answer_early(node);
    ledger.abort(ledger.context);
}

bool apply_processed(struct sim_node *node, const struct sim_block *block)
{
    struct sim_engine *e = &node->engine;
    struct abci_request in;
    struct abci_response out;
    struct txs txs;
    if (!engine_block_valid(node, block)) return false;
    if (node->sim->options.plant == PLANT_SKIP_PROCESS) return true;
    for (size_t i = 0; i < e->processed_count; i++)
        if (id_equal(&e->processed[i], &block->id)) return e->verdict[i];
    block_request(&in, ABCI_PROCESS_PROPOSAL, block, &txs);
    if (!node_call(node, &in, &out)) return false;
    const bool good = out.verdict == ABCI_ACCEPT;
    node->sim->totals.rejected += !good;
    if (!good && block->honest && !node->byzantine)
        sim_break(node->sim, "node %u rejects the proposal of honest node %u at height %llu", node->index,
                  block->proposer, (unsigned long long)block->height);
    if (good && node->sim->options.plant == PLANT_ANSWER_PROPOSED) answer_proposed(node, block);
    if (e->processed_count < SIM_KNOWN_MAX) {
        e->verdict[e->processed_count] = good;
        e->processed[e->processed_count++] = block->id;
    }
    return good;
}

static int by_time(const void *a, const void *b)
{
    const uint64_t x = ((const struct sim_vote *)a)->time_ms, y = ((const struct sim_vote *)b)->time_ms;
    return x < y ? -1 : x > y;
}

/* CometBFT's block time: the median of the times of the votes for the block before. */
static uint64_t time_of_votes(const struct sim_vote *votes, size_t count)
{
    struct sim_vote sorted[SIM_NODES_MAX];
    if (count == 0) return SIM_BASE_MS;
    memcpy(sorted, votes, count * sizeof *votes);
    qsort(sorted, count, sizeof *sorted, by_time);
    return sorted[(count - 1) / 2].time_ms;
}

/* Two thirds, each once, for the block before. */
static bool commit_valid(const struct sim_node *node, const struct sim_block *block)
{
    const struct sim_engine *e = &node->engine;
    bool voted[SIM_NODES_MAX] = {false};
    if (block->height == 1) return block->commit_count == 0;
    for (size_t i = 0; i < block->commit_count; i++) {
        const struct sim_vote *vote = &block->commit[i];
        if (vote->type != VOTE_PRECOMMIT || vote->height + 1 != block->height || voted[vote->voter] ||
            !id_equal(&vote->block, &e->last_id))
            return false;
        voted[vote->voter] = true;
    }
    return block->commit_count >= node->engine.votes.quorum || e->votes.count_repeats;
}

bool engine_block_valid(const struct sim_node *node, const struct sim_block *block)
{
    const struct sim_engine *e = &node->engine;
    const bool time_good = block->time_ms > e->last_time_ms &&
                           (block->time_ms == time_of_votes(block->commit, block->commit_count) ||
                            node->sim->options.plant == PLANT_PROPOSER_TIME);
    return block->height == e->height && id_equal(&block->previous, &e->last_id) &&
           memcmp(block->app_hash, e->app_hash, 32) == 0 && commit_valid(node, block) && time_good;
}

static struct sim_block *block_of_state(const struct sim_node *node)
{
    const struct sim_engine *e = &node->engine;
    struct sim_block *block = block_new();
    block->height = e->height;
    block->proposer = (uint8_t)node->index;
    block->previous = e->last_id;
    memcpy(block->app_hash, e->app_hash, 32);
    if (e->height > 1) {
        const struct sim_decided *last = chain_at(e, e->height - 1);
        block->commit_count = last->vote_count;
        memcpy(block->commit, last->vote, last->vote_count * sizeof *last->vote);
    }
    block->time_ms = time_of_votes(block->commit, block->commit_count);
    if (node->sim->options.plant == PLANT_PROPOSER_TIME && node_clock_ms(node) > e->last_time_ms)
        block->time_ms = node_clock_ms(node);
    return block;
}

struct sim_block *apply_prepare(struct sim_node *node)
{
    struct sim_block *block = block_of_state(node);
    struct abci_request in;
    struct abci_response out;
    struct txs txs;
    block_request(&in, ABCI_PREPARE_PROPOSAL, block, &txs);
    for (size_t i = 0; i < node->mempool_count; i++)
        txs.at[i] = (struct abci_bytes){node->mempool[i]->bytes, node->mempool[i]->size};
    in.block.txs.count = node->mempool_count;
    if (!node_call(node, &in, &out)) {
        block_drop(block);
        return NULL;
    }
    for (size_t i = 0; i < out.txs.count; i++) {
        size_t k = 0;
        while (k < node->mempool_count && node->mempool[k]->bytes != out.txs.at[i].at) k++;
        ROAM_ASSERT(k < node->mempool_count);
        block_add(block, parcel_share(node->mempool[k]));
    }
    block->honest = !node->byzantine;
    block_seal(block);
    return block;
}

void chain_add(struct sim_node *node, const struct sim_decided *decided)
{
    struct sim_engine *e = &node->engine;
    ROAM_ASSERT(decided->block->height == e->height);
    if (e->height - e->chain_base > e->chain_capacity) {
        e->chain_capacity = 2 * e->chain_capacity + 32;
        e->chain = realloc(e->chain, e->chain_capacity * sizeof *e->chain);
        ROAM_ASSERT(e->chain != NULL);
    }
    e->chain[e->height - e->chain_base - 1] = *decided;
    block_share(decided->block);
    e->last_id = decided->block->id;
    e->last_time_ms = decided->block->time_ms;
    e->height++;
}

void apply_decided(struct sim_node *node, struct sim_block *block, const struct sim_vote *votes, size_t count)
{
    struct sim_decided decided = {.block = block_share(block), .vote_count = count};
    memcpy(decided.vote, votes, count * sizeof *votes);
    sim_trace(node->sim, "node %u decides %llu: %zu parcels, %02x%02x", node->index,
              (unsigned long long)block->height, block->parcel_count, block->id.byte[0], block->id.byte[1]);
    if (!engine_block_valid(node, block))
        sim_break(node->sim, "node %u: a block that is not valid was decided at height %llu", node->index,
                  (unsigned long long)block->height);
    check_decided(node, &decided);
    wal_decided(node, &decided);
    if (node->crash == CRASH_NONE && !node->sim->broken) {
        chain_add(node, &decided);
        if (apply_block(node, block)) {
            wal_state(node);
            if (node->crash == CRASH_NONE) {
                mempool_update(node, block);
                engine_new_height(node);
            }
        }
    }
    block_drop(decided.block);
}
