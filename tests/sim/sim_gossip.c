/* What engines tell each other again and again, so that nothing that was lost stays lost. */
#include "sim.h"

#include <string.h>

enum { GOSSIP_MS = 150, VOTES_MAX = 128 };

static size_t list_votes(const struct sim_engine *e, struct sim_vote *out)
{
    const int32_t round[] = {e->round, e->round - 1, e->valid_round, e->locked_round,
                             e->proposal.block != NULL ? e->proposal.polka_round : -1};
    size_t count = 0;
    for (size_t i = 0; i < sizeof round / sizeof *round; i++) {
        bool again = round[i] < 0;
        for (size_t k = 0; k < i; k++) again = again || round[k] == round[i];
        if (!again) count += votes_list(&e->votes, round[i], out + count, VOTES_MAX - count);
    }
    return count;
}

static struct sim_message *report(struct sim_node *node)
{
    struct sim_engine *e = &node->engine;
    struct sim_vote votes[VOTES_MAX];
    const size_t count = list_votes(e, votes);
    struct sim_message *message = message_new(MESSAGE_STATE, node->index, count);
    message->report = true;
    message->height = e->height;
    message->round = e->round;
    message->vote_count = count;
    if (count > 0) memcpy(message->vote, votes, count * sizeof *votes);
    message->proposal = e->proposal;
    if (e->proposal.block != NULL) block_share(e->proposal.block);
    block_set(&message->block, e->valid);
    return message;
}

static void gossip_parcel(struct sim_node *node)
{
    struct sim *sim = node->sim;
    if (node->mempool_count == 0) return;
    struct sim_message *message = message_new(MESSAGE_PARCEL, node->index, 0);
    message->parcel = parcel_share(node->mempool[prng_below(&sim->prng, node->mempool_count)]);
    net_send_all(sim, message);
    message_drop(message);
}

void engine_gossip(struct sim_node *node)
{
    struct sim *sim = node->sim;
    sim_at(sim, GOSSIP_MS + prng_below(&sim->prng, 50),
           (struct sim_event){.kind = EVENT_GOSSIP, .node = node->index, .life = node->life});
    struct sim_message *message = report(node);
    for (unsigned to = 0; to < sim->nodes; to++)
        if (to != node->index && sim_chance(sim, 500)) net_send(sim, message, to);
    message_drop(message);
    gossip_parcel(node);
}

/* Tells who is in an earlier round how that one was voted in. */
static void help_round(struct sim_node *node, const struct sim_message *asked)
{
    const struct sim_engine *e = &node->engine;
    struct sim_vote votes[VOTES_MAX];
    if (asked->height != e->height || asked->round >= e->round) return;
    const size_t count = votes_list(&e->votes, asked->round, votes, VOTES_MAX);
    if (count == 0) return;
    struct sim_message *message = message_new(MESSAGE_STATE, node->index, count);
    message->height = e->height;
    message->vote_count = count;
    memcpy(message->vote, votes, count * sizeof *votes);
    net_send(node->sim, message, asked->from);
    message_drop(message);
}

/* Tells who is behind what was decided at his height. */
static void help(struct sim_node *node, const struct sim_message *asked)
{
    const struct sim_engine *e = &node->engine;
    if (asked->height <= e->chain_base || asked->height >= e->height) return;
    const struct sim_decided *decided = chain_at(e, asked->height);
    struct sim_message *message = message_new(MESSAGE_DECIDED, node->index, decided->vote_count);
    message->height = asked->height;
    block_set(&message->block, decided->block);
    for (size_t i = 0; i < decided->vote_count; i++) message->vote[i] = decided->vote[i];
    message->vote_count = decided->vote_count;
    net_send(node->sim, message, asked->from);
    message_drop(message);
}

static void take_proposal(struct sim_node *node, const struct sim_proposal *p)
{
    struct sim_engine *e = &node->engine;
    if (p->block == NULL || p->height != e->height) return;
    engine_know(node, p->block);
    if (p->round != e->round || e->proposal.block != NULL) return;
    e->proposal = *p;
    block_share(p->block);
}

/* A commit stands for itself, whatever else its voters said. */
static void take_decided(struct sim_node *node, const struct sim_message *message)
{
    bool voted[SIM_NODES_MAX] = {false};
    unsigned count = 0;
    for (size_t i = 0; i < message->vote_count; i++) {
        const struct sim_vote *vote = &message->vote[i];
        if (vote->type != VOTE_PRECOMMIT || vote->height != message->height ||
            !id_equal(&vote->block, &message->block->id))
            continue;
        count += !voted[vote->voter];
        voted[vote->voter] = true;
    }
    if (count >= node->engine.votes.quorum || node->engine.votes.count_repeats)
        apply_decided(node, message->block, message->vote, message->vote_count);
}

void engine_receive(struct sim_node *node, const struct sim_message *message)
{
    const struct sim_engine *e = &node->engine;
    if (message->kind == MESSAGE_PARCEL) mempool_add(node, message->parcel);
    if (message->kind == MESSAGE_DECIDED && message->height == e->height) take_decided(node, message);
    if (message->kind == MESSAGE_STATE && message->height == e->height) {
        for (size_t i = 0; i < message->vote_count; i++)
            if (votes_add(&node->engine.votes, &message->vote[i])) wal_heard(node, &message->vote[i]);
        if (message->block != NULL) engine_know(node, message->block);
        take_proposal(node, &message->proposal);
    }
    if (message->report) help(node, message);
    if (message->report) help_round(node, message);
    sync_serve(node, message);
    engine_run(node);
}
