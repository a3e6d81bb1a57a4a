/* Nodes that do not keep to the rules: they keep silent, vote twice, and propose to each what they like. They
 * cannot sign for others. */
#include "parcel.h"
#include "sim.h"

#include <stdlib.h>
#include <string.h>

static bool byz_chance(struct sim *sim, unsigned thousandths)
{
    return prng_below(&sim->byz_prng, 1000) < thousandths;
}

bool byz_forgets(struct sim_node *node) { return node->byzantine && byz_chance(node->sim, 500); }

static void another_block(struct sim_node *node, struct sim_vote *vote)
{
    const struct sim_engine *e = &node->engine;
    struct sim *sim = node->sim;
    vote->block = (struct sim_id){{0}};
    if (e->known_count > 0 && byz_chance(sim, 700))
        vote->block = e->known[prng_below(&sim->byz_prng, e->known_count)]->id;
    else if (byz_chance(sim, 200))
        prng_bytes(&sim->byz_prng, vote->block.byte, sizeof vote->block.byte);
}

void byz_vote(struct sim_node *node, const struct sim_vote *vote)
{
    struct sim *sim = node->sim;
    const struct sim_faults *faults = &sim->faults;
    for (unsigned to = 0; to < sim->nodes; to++) {
        if (to == node->index || byz_chance(sim, faults->byz_silent)) continue;
        struct sim_message *message = message_new(MESSAGE_STATE, node->index, 1);
        message->height = vote->height;
        message->vote[message->vote_count++] = *vote;
        if (sim->plot.height == vote->height && sim->plot.round == vote->round) {
            message->vote[0].block = sim->plot.block[sim->plot.half >> to & 1];
        } else if (byz_chance(sim, faults->byz_equivocate)) {
            another_block(node, &message->vote[0]);
            message->vote[0].time_ms += prng_below(&sim->byz_prng, 7200000) - UINT64_C(3600000);
            sim->totals.byz_votes++;
        }
        check_vote(node, &message->vote[0]);
        net_send(sim, message, to);
        message_drop(message);
    }
}

static struct sim_parcel *parcel_of(const struct ledger_bytes *good, const struct ledger_bytes *bad)
{
    size_t size;
    uint8_t *bytes = malloc(PARCEL_SIZE_MAX);
    ROAM_ASSERT(bytes != NULL);
    parcel_write_begin(bytes, &size);
    if (good != NULL) ROAM_ASSERT(parcel_write_add(bytes, PARCEL_SIZE_MAX, &size, good->bytes, good->size));
    ROAM_ASSERT(parcel_write_add(bytes, PARCEL_SIZE_MAX, &size, bad->bytes, bad->size));
    struct sim_parcel *parcel = parcel_new(bytes, size);
    free(bytes);
    return parcel;
}

static struct sim_parcel *random_bytes(struct sim *sim)
{
    uint8_t bytes[64];
    const size_t size = 1 + (size_t)prng_below(&sim->byz_prng, sizeof bytes);
    prng_bytes(&sim->byz_prng, bytes, size);
    if (size > 8 && byz_chance(sim, 500)) memcpy(bytes, "rpc1\10\0\0\0", 8);
    return parcel_new(bytes, size);
}

/* A parcel that no honest node lets pass. */
static struct sim_parcel *bad_parcel(struct sim *sim, const struct sim_block *block)
{
    const struct bank *bank = sim->bank;
    const struct ledger_bytes *good = &bank->pair[0].step[0].tx[0].bytes;
    switch (prng_below(&sim->byz_prng, 6)) {
    case 0:
        return parcel_of(NULL, &bank->other_ledger);
    case 1:
        return parcel_of(NULL, &bank->unsigned_tx);
    case 2:
        return parcel_of(good, &bank->unknown_operator);
    case 3:
        if (block->parcel_count > 0)
            return parcel_new(block->parcel[0]->bytes, prng_below(&sim->byz_prng, block->parcel[0]->size));
        return parcel_new(bank->full, 3);
    default:
        return random_bytes(sim);
    }
}

static void spoil_header(struct sim *sim, struct sim_block *block)
{
    switch (prng_below(&sim->byz_prng, 5)) {
    case 0:
        block->app_hash[prng_below(&sim->byz_prng, 32)] ^= 1;
        break;
    case 1:
        block->time_ms += 1 + prng_below(&sim->byz_prng, 100000);
        break;
    case 2:
        block->previous.byte[0] ^= 1;
        break;
    case 3:
        if (block->commit_count > 0) block->commit_count--;
        block->time_ms++;
        break;
    default:
        block->height += 1;
    }
}

/* More than a block may hold, of a transaction that is as good as any. */
static void add_full(struct sim *sim, struct sim_block *block)
{
    struct sim_parcel *full = parcel_new(sim->bank->full, sim->bank->full_size);
    block_add(block, parcel_share(full));
    block_add(block, full);
}

/* Allowed, but not what an honest node would do: what was decided before, or less, in another order. */
static void shuffle(struct sim_node *node, struct sim_block *block)
{
    struct sim *sim = node->sim;
    const struct sim_engine *e = &node->engine;
    if (block->parcel_count > 1) {
        struct sim_parcel *first = block->parcel[0];
        block->parcel[0] = block->parcel[block->parcel_count - 1];
        block->parcel[block->parcel_count - 1] = first;
    }
    if (block->parcel_count > 0 && byz_chance(sim, 300)) parcel_drop(block->parcel[--block->parcel_count]);
    const uint64_t blocks = e->height - 1 - e->chain_base;
    if (blocks == 0 || !byz_chance(sim, 600)) return;
    const struct sim_block *old = chain_at(e, e->chain_base + 1 + prng_below(&sim->byz_prng, blocks))->block;
    for (size_t i = 0; i < old->parcel_count; i++) block_add(block, parcel_share(old->parcel[i]));
}

static struct sim_block *variant(struct sim_node *node, const struct sim_block *block)
{
    struct sim *sim = node->sim;
    struct sim_block *copy = block_copy(block);
    copy->honest = false;
    if (!byz_chance(sim, sim->faults.byz_bad))
        shuffle(node, copy);
    else if (byz_chance(sim, 400))
        spoil_header(sim, copy);
    else if (byz_chance(sim, 30))
        add_full(sim, copy);
    else
        block_add(copy, bad_parcel(sim, block));
    block_seal(copy);
    sim->totals.byz_proposals++;
    return copy;
}

/* The same, but for the order of the votes in it: as good as the other. */
static struct sim_block *twin(const struct sim_block *block)
{
    struct sim_block *copy = block_copy(block);
    copy->honest = false;
    for (size_t i = 0; i < block->commit_count; i++)
        copy->commit[i] = block->commit[block->commit_count - 1 - i];
    block_seal(copy);
    return copy;
}

/* One half gets one block, the rest the other, and all who plot vote so. */
static void split(struct sim_node *node, struct sim_block *block)
{
    struct sim *sim = node->sim;
    const struct sim_engine *e = &node->engine;
    struct sim_block *pair[2] = {block, twin(block)};
    sim->plot = (struct sim_plot){e->height,
                                  e->round,
                                  (unsigned)prng_below(&sim->byz_prng, 1u << sim->nodes),
                                  {pair[0]->id, pair[1]->id}};
    for (unsigned to = 0; to < sim->nodes; to++) {
        if (to == node->index) continue;
        struct sim_message *message = message_new(MESSAGE_STATE, node->index, 0);
        message->height = e->height;
        message->proposal = e->proposal;
        message->proposal.block = block_share(pair[sim->plot.half >> to & 1]);
        net_send(sim, message, to);
        message_drop(message);
    }
    engine_know(node, pair[1]);
    block_drop(pair[1]);
    sim->totals.byz_proposals++;
}

void byz_propose(struct sim_node *node, struct sim_block *block)
{
    struct sim *sim = node->sim;
    const struct sim_faults *faults = &sim->faults;
    if (byz_chance(sim, faults->byz_split)) {
        split(node, block);
        return;
    }
    struct sim_block *other = variant(node, block);
    const bool to_all = byz_chance(sim, 500);
    for (unsigned to = 0; to < sim->nodes; to++) {
        if (to == node->index || byz_chance(sim, faults->byz_silent)) continue;
        struct sim_message *message = message_new(MESSAGE_STATE, node->index, 0);
        const bool lies = to_all || byz_chance(sim, faults->byz_equivocate);
        message->height = node->engine.height;
        message->proposal = node->engine.proposal;
        message->proposal.block = block_share(lies ? other : block);
        net_send(sim, message, to);
        message_drop(message);
    }
    if (other->height == node->engine.height) engine_know(node, other);
    block_drop(other);
}
