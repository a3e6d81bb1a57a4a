#include "sim.h"

#include <stdlib.h>

struct sim_message *message_new(enum sim_message_kind kind, unsigned from, size_t votes)
{
    struct sim_message *message = calloc(1, sizeof *message + votes * sizeof *message->vote);
    ROAM_ASSERT(message != NULL);
    message->shares = 1;
    message->kind = kind;
    message->from = from;
    return message;
}

void message_drop(struct sim_message *message)
{
    if (--message->shares > 0) return;
    block_drop(message->proposal.block);
    block_drop(message->block);
    if (message->parcel != NULL) parcel_drop(message->parcel);
    free(message);
}

static bool is_cut(const struct sim *sim, unsigned from, unsigned to)
{
    const struct sim_net *net = &sim->net;
    if (sim->healed || sim->now_ms >= net->cut_until_ms || !net->cut[from][to]) return false;
    return net->flap_ms == 0 || sim->now_ms / net->flap_ms % 2 == 0;
}

static uint64_t delay_ms(struct sim *sim)
{
    if (sim->healed) return 1 + prng_below(&sim->prng, 20);
    const bool clogged = sim->faults.clog_ms > 0 && sim_chance(sim, 30);
    return 1 + prng_below(&sim->prng, clogged ? sim->faults.clog_ms : sim->faults.delay_ms);
}

static void put(struct sim *sim, struct sim_message *message, unsigned to)
{
    message->shares++;
    sim_at(sim, delay_ms(sim), (struct sim_event){.kind = EVENT_MESSAGE, .node = to, .message = message});
}

static bool has_vote(const struct sim_message *message, enum sim_vote_type type)
{
    for (size_t i = 0; i < message->vote_count; i++)
        if (message->vote[i].type == type && !id_is_nil(&message->vote[i].block)) return true;
    return false;
}

/* In some runs most of the votes of a kind are lost, so that nodes are locked for long, or know of no lock.
 */
static bool is_lost(struct sim *sim, const struct sim_message *message, unsigned to)
{
    const struct sim_faults *f = &sim->faults;
    if (is_cut(sim, message->from, to)) return true;
    if (sim->healed) return false;
    for (int type = 0; type < 2; type++)
        if (f->vote_loss[type] > 0 && has_vote(message, (enum sim_vote_type)type) &&
            sim_chance(sim, f->vote_loss[type]))
            return true;
    return sim_chance(sim, f->loss);
}

void net_send(struct sim *sim, struct sim_message *message, unsigned to)
{
    sim->totals.messages++;
    if (is_lost(sim, message, to)) {
        sim->totals.lost++;
        return;
    }
    put(sim, message, to);
    if (sim->healed || !sim_chance(sim, sim->faults.twice)) return;
    sim->totals.twice++;
    put(sim, message, to);
}

void net_send_all(struct sim *sim, struct sim_message *message)
{
    for (unsigned to = 0; to < sim->nodes; to++)
        if (to != message->from) net_send(sim, message, to);
}

void net_heal(struct sim *sim) { sim->net = (struct sim_net){.cut_until_ms = 0}; }

/* Two sides, at random. */
static void split(struct sim *sim, struct sim_net *net)
{
    bool side[SIM_NODES_MAX];
    for (unsigned i = 0; i < sim->nodes; i++) side[i] = sim_chance(sim, 500);
    for (unsigned i = 0; i < sim->nodes; i++)
        for (unsigned j = 0; j < sim->nodes; j++) net->cut[i][j] = side[i] != side[j];
}

/* Each hears its neighbours alone. */
static void ring(struct sim *sim, struct sim_net *net)
{
    for (unsigned i = 0; i < sim->nodes; i++)
        for (unsigned j = 0; j < sim->nodes; j++) {
            const unsigned apart = (i + sim->nodes - j) % sim->nodes;
            net->cut[i][j] = apart != 1 && apart != sim->nodes - 1;
        }
}

/* One node hears nobody, or nobody hears it, or both. */
static void alone(struct sim *sim, struct sim_net *net)
{
    const unsigned node = (unsigned)prng_below(&sim->prng, sim->nodes);
    const uint64_t ways = 1 + prng_below(&sim->prng, 3);
    for (unsigned i = 0; i < sim->nodes; i++) {
        net->cut[node][i] = (ways & 1) != 0;
        net->cut[i][node] = (ways & 2) != 0;
    }
}

/* Some ways in one direction only. */
static void one_way(struct sim *sim, struct sim_net *net)
{
    for (unsigned i = 0; i < sim->nodes; i++)
        for (unsigned j = 0; j < sim->nodes; j++) net->cut[i][j] = sim_chance(sim, 300);
}

void net_partition(struct sim *sim)
{
    static void (*const kinds[])(struct sim * sim, struct sim_net * net) = {split, ring, alone, one_way};
    sim->net = (struct sim_net){.cut_until_ms = sim->now_ms + 200 + prng_below(&sim->prng, 6000)};
    if (sim_chance(sim, 250)) sim->net.flap_ms = 50 + prng_below(&sim->prng, 1000);
    kinds[prng_below(&sim->prng, 4)](sim, &sim->net);
    sim->totals.partitions++;
    sim_trace(sim, "partition until %llu", (unsigned long long)sim->net.cut_until_ms);
}
