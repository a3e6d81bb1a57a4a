/* Tendermint's algorithm (Buchman, Kwon, Milosevic, arXiv 1807.04938, algorithm 1), with CometBFT's steps: a
 * height begins when there is something to order, or to show the app hash of the block before. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

enum { PROPOSE_MS = 300, VOTE_MS = 150, COMMIT_MS = 80, ROUND_MS = 100 };

unsigned engine_proposer(const struct sim *sim, uint64_t height, int32_t round)
{
    return (unsigned)((height + (uint64_t)round) % sim->nodes);
}

unsigned engine_quorum(const struct sim *sim)
{
    return sim->options.plant == PLANT_QUORUM_HALF ? sim->nodes / 2 + 1 : 2 * sim->nodes / 3 + 1;
}

void engine_init(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    *e = (struct sim_engine){.height = 1, .locked_round = -1, .valid_round = -1, .proof_block = true};
    e->last_time_ms = SIM_BASE_MS - 1;
    votes_init(&e->votes, node->sim->nodes, engine_quorum(node->sim));
    e->votes.count_repeats = node->sim->options.plant == PLANT_VOTES_TWICE;
}

static void timeout(struct sim_node *node, uint64_t in_ms, enum sim_step step)
{
    const struct sim_engine *e = &node->engine;
    sim_at(node->sim, in_ms,
           (struct sim_event){.kind = EVENT_TIMEOUT,
                              .node = node->index,
                              .life = node->life,
                              .height = e->height,
                              .round = e->round,
                              .step = (int32_t)step});
}

static uint64_t growing(const struct sim_engine *e, uint64_t first_ms)
{
    return first_ms + (uint64_t)e->round * ROUND_MS;
}

void engine_know(struct sim_node *node, struct sim_block *block)
{
    struct sim_engine *e = &node->engine;
    if (block->height != e->height || engine_known(node, &block->id) != NULL) return;
    if (e->known_count == SIM_KNOWN_MAX) {
        struct sim_block *oldest = e->known[0];
        e->known_count--;
        memmove(e->known, e->known + 1, e->known_count * sizeof *e->known);
        block_drop(oldest);
    }
    e->known[e->known_count++] = block_share(block);
}

struct sim_block *engine_known(const struct sim_node *node, const struct sim_id *id)
{
    const struct sim_engine *e = &node->engine;
    for (size_t i = 0; i < e->known_count; i++)
        if (id_equal(&e->known[i]->id, id)) return e->known[i];
    if (e->valid != NULL && id_equal(&e->valid->id, id)) return e->valid;
    if (e->locked != NULL && id_equal(&e->locked->id, id)) return e->locked;
    return NULL;
}

struct sim_decided *chain_at(const struct sim_engine *e, uint64_t height)
{
    ROAM_ASSERT(height > e->chain_base && height < e->height);
    return &e->chain[height - e->chain_base - 1];
}

static void forget_height(struct sim_engine *e)
{
    for (size_t i = 0; i < e->known_count; i++) block_drop(e->known[i]);
    e->known_count = e->processed_count = 0;
    block_set(&e->locked, NULL);
    block_set(&e->valid, NULL);
    block_set(&e->proposal.block, NULL);
    e->locked_round = e->valid_round = -1;
    votes_clear(&e->votes);
}

void engine_release(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    forget_height(e);
    for (uint64_t height = e->chain_base + 1; height < e->height; height++)
        block_drop(chain_at(e, height)->block);
    free(e->chain);
}

static void begin_round(struct sim_node *node, int32_t round)
{
    struct sim_engine *e = &node->engine;
    block_set(&e->proposal.block, NULL);
    e->round = round;
    e->step = STEP_NEW_ROUND;
    e->waits_prevote = e->waits_precommit = e->polka_done = false;
    node->sim->totals.rounds++;
}

/* The chain has grown: what belonged to the height before goes. */
void engine_new_height(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    forget_height(e);
    begin_round(node, 0);
    e->step = STEP_NEW_HEIGHT;
    timeout(node, COMMIT_MS, STEP_NEW_HEIGHT);
}

static void send_vote(struct sim_node *node, enum sim_vote_type type, const struct sim_id *block)
{
    struct sim_engine *e = &node->engine;
    const struct sim_block *voted = engine_known(node, block);
    struct sim_vote vote = {.height = e->height,
                            .round = e->round,
                            .type = (uint8_t)type,
                            .voter = (uint8_t)node->index,
                            .block = *block,
                            .time_ms = node_clock_ms(node)};
    const uint64_t after_ms = voted != NULL ? voted->time_ms : e->last_time_ms;
    if (vote.time_ms <= after_ms) vote.time_ms = after_ms + 1;
    e->step = type == VOTE_PREVOTE ? STEP_PREVOTE : STEP_PRECOMMIT;
    if (e->height <= node->mute_height) return;
    wal_vote(node, &vote);
    if (node->crash != CRASH_NONE) return;
    votes_add(&e->votes, &vote);
    check_vote(node, &vote);
    if (node->byzantine) {
        byz_vote(node, &vote);
        return;
    }
    struct sim_message *message = message_new(MESSAGE_STATE, node->index, 1);
    message->height = e->height;
    message->vote[message->vote_count++] = vote;
    net_send_all(node->sim, message);
    message_drop(message);
}

static void vote_nil(struct sim_node *node, enum sim_vote_type type)
{
    const struct sim_id nil = {{0}};
    send_vote(node, type, &nil);
}

static void send_proposal(struct sim_node *node)
{
    struct sim_message *message = message_new(MESSAGE_STATE, node->index, 0);
    message->height = node->engine.height;
    message->proposal = node->engine.proposal;
    block_share(message->proposal.block);
    net_send_all(node->sim, message);
    message_drop(message);
}

static void propose(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    const bool again = e->valid != NULL && !byz_forgets(node);
    struct sim_block *block = again ? block_share(e->valid) : apply_prepare(node);
    if (block == NULL) return;
    engine_know(node, block);
    e->proposal = (struct sim_proposal){e->height, e->round, again ? e->valid_round : -1, block};
    wal_proposal(node);
    if (node->crash != CRASH_NONE) return;
    if (node->byzantine)
        byz_propose(node, block);
    else
        send_proposal(node);
}

static void enter_propose(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    e->step = STEP_PROPOSE;
    timeout(node, growing(e, PROPOSE_MS), STEP_PROPOSE);
    if (e->proposal.block == NULL && engine_proposer(node->sim, e->height, e->round) == node->index &&
        e->height > node->mute_height)
        propose(node);
}

/* Line 22 and line 28: a prevote for the proposal, if the lock allows it. */
static bool prevote_proposal(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    const struct sim_proposal *p = &e->proposal;
    const struct sim_id nil = {{0}};
    if (e->step > STEP_PROPOSE || e->step == STEP_NEW_HEIGHT || p->block == NULL) return false;
    if (p->polka_round >= 0 &&
        (p->polka_round >= e->round || !votes_for(&e->votes, p->polka_round, VOTE_PREVOTE, &p->block->id)))
        return false;
    const bool same = e->locked != NULL && id_equal(&e->locked->id, &p->block->id);
    const bool free_to = e->locked_round == -1 || same ||
                         (p->polka_round >= 0 && e->locked_round <= p->polka_round) ||
                         node->sim->options.plant == PLANT_NO_LOCK;
    const bool good = free_to && apply_processed(node, p->block);
    if (node->crash != CRASH_NONE) return false;
    send_vote(node, VOTE_PREVOTE, good ? &p->block->id : &nil);
    return true;
}

/* Line 36: two thirds prevote for a block. */
static bool lock(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    struct sim_id id;
    if (e->polka_done || e->step < STEP_PREVOTE || !votes_decided(&e->votes, e->round, VOTE_PREVOTE, &id))
        return false;
    struct sim_block *block = engine_known(node, &id);
    if (block == NULL || !engine_block_valid(node, block)) return false;
    e->polka_done = true;
    block_set(&e->valid, block);
    e->valid_round = e->round;
    if (e->step != STEP_PREVOTE) return true;
    block_set(&e->locked, block);
    e->locked_round = e->round;
    send_vote(node, VOTE_PRECOMMIT, &id);
    return true;
}

/* Line 44 and lines 34 and 47. */
static bool count_votes(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    const struct sim_id nil = {{0}};
    if (e->step == STEP_PREVOTE && votes_for(&e->votes, e->round, VOTE_PREVOTE, &nil)) {
        vote_nil(node, VOTE_PRECOMMIT);
        return true;
    }
    if (e->step == STEP_PREVOTE && !e->waits_prevote && votes_any(&e->votes, e->round, VOTE_PREVOTE)) {
        e->waits_prevote = true;
        timeout(node, growing(e, VOTE_MS), STEP_PREVOTE);
        return true;
    }
    if (!e->waits_precommit && votes_any(&e->votes, e->round, VOTE_PRECOMMIT)) {
        e->waits_precommit = true;
        timeout(node, growing(e, VOTE_MS), STEP_PRECOMMIT);
        return true;
    }
    return false;
}

/* Line 49: two thirds precommit a block, in any round. */
static bool decide(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    for (int32_t round = 0; round < e->votes.rounds; round++) {
        struct sim_id id;
        struct sim_vote votes[SIM_NODES_MAX];
        if (!votes_decided(&e->votes, round, VOTE_PRECOMMIT, &id)) continue;
        struct sim_block *block = engine_known(node, &id);
        if (block == NULL) return false;
        const size_t count = votes_take(&e->votes, round, VOTE_PRECOMMIT, &id, votes);
        apply_decided(node, block, votes, count);
        return true;
    }
    return false;
}

/* Line 55, as CometBFT: two thirds voted in a later round. */
static bool skip_rounds(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    for (int32_t round = e->votes.rounds - 1; round > e->round; round--)
        if (votes_any(&e->votes, round, VOTE_PREVOTE) || votes_any(&e->votes, round, VOTE_PRECOMMIT)) {
            begin_round(node, round);
            return true;
        }
    return false;
}

/* A round after the first begins at once, a height when there is something to order. */
static bool begin(struct sim_node *node)
{
    const struct sim_engine *e = &node->engine;
    if (e->step != STEP_NEW_ROUND) return false;
    if (e->round == 0 && !e->proof_block && node->mempool_count == 0) return false;
    enter_propose(node);
    return true;
}

void engine_run(struct sim_node *node)
{
    static bool (*const rules[])(struct sim_node * node) = {decide, skip_rounds,      begin,
                                                            lock,   prevote_proposal, count_votes};
    for (size_t i = 0; i < sizeof rules / sizeof *rules;) {
        if (node->crash != CRASH_NONE || node->sim->broken) return;
        i = rules[i](node) ? 0 : i + 1;
    }
}

void engine_timeout(struct sim_node *node, const struct sim_event *event)
{
    struct sim_engine *e = &node->engine;
    if (event->height != e->height || event->round != e->round) return;
    const enum sim_step step = (enum sim_step)event->step;
    if (step == STEP_NEW_HEIGHT && e->step == STEP_NEW_HEIGHT) e->step = STEP_NEW_ROUND;
    if (step == STEP_PROPOSE && e->step == STEP_PROPOSE) vote_nil(node, VOTE_PREVOTE);
    if (step == STEP_PREVOTE && e->step == STEP_PREVOTE) vote_nil(node, VOTE_PRECOMMIT);
    if (step == STEP_PRECOMMIT && e->round + 1 < SIM_ROUNDS_MAX) begin_round(node, e->round + 1);
    engine_run(node);
}
