/* The faults of a run: drawn from the seed, and made by chance until they end. */
#include "sim.h"

enum { WILD_SKEW_MS = 3600000 };

/* Each kind of fault is there in about half of the runs. */
static unsigned some(struct sim *sim, unsigned maximum)
{
    return sim_chance(sim, 500) ? (unsigned)prng_below(&sim->prng, maximum + 1) : 0;
}

static bool is_about_snapshots(enum sim_plant plant)
{
    return plant == PLANT_CHUNK_UNSEEN || plant == PLANT_RESTORE_ANY;
}

void faults_draw(struct sim *sim)
{
    struct sim_faults *f = &sim->faults;
    f->loss = some(sim, 300);
    f->vote_loss[VOTE_PREVOTE] = sim_chance(sim, 250) ? some(sim, 700) : 0;
    f->vote_loss[VOTE_PRECOMMIT] = sim_chance(sim, 300) ? some(sim, 950) : 0;
    f->twice = some(sim, 500);
    f->lock_crash = f->vote_loss[VOTE_PRECOMMIT] > 0 ? (unsigned)prng_below(&sim->prng, 300) : 0;
    f->delay_ms = 10 + prng_below(&sim->prng, 120);
    f->clog_ms = some(sim, 4000);
    f->crash_point = some(sim, 6);
    f->sync_error = some(sim, 10);
    f->ack_loss = some(sim, 300);
    f->rot = some(sim, 500);
    f->partition_every_ms = sim_chance(sim, 600) ? 2000 + prng_below(&sim->prng, 10000) : 0;
    f->crash_every_ms = sim_chance(sim, 700) ? 1500 + prng_below(&sim->prng, 10000) : 0;
    f->freeze_every_ms = sim_chance(sim, 400) ? 3000 + prng_below(&sim->prng, 10000) : 0;
    f->clock_every_ms = sim_chance(sim, 400) ? 3000 + prng_below(&sim->prng, 10000) : 0;
    f->snapshots = sim_chance(sim, 300) || is_about_snapshots(sim->options.plant);
    f->disk_loss_every_ms = f->snapshots ? 5000 + prng_below(&sim->prng, 30000) : 0;
    f->byz_silent = some(sim, 600);
    f->byz_equivocate = some(sim, 900);
    f->byz_split = some(sim, 900);
    f->byz_bad = 300 + (unsigned)prng_below(&sim->prng, 701);
}

bool faults_expendable(const struct sim *sim, unsigned index)
{
    return index >= sim->byzantine && index < (sim->nodes - 1) / 3;
}

int64_t faults_skew(struct sim *sim, unsigned index)
{
    const int64_t most = faults_expendable(sim, index) ? WILD_SKEW_MS : SIM_SKEW_MS;
    return (int64_t)prng_below(&sim->prng, 2 * (uint64_t)most + 1) - most;
}

static struct sim_node *any_honest(struct sim *sim)
{
    const unsigned honest = sim->nodes - sim->byzantine;
    return &sim->node[sim->byzantine + prng_below(&sim->prng, honest)];
}

static bool is_due(struct sim *sim, uint64_t every_ms)
{
    return every_ms > 0 && prng_below(&sim->prng, every_ms) < 500;
}

static void crash_some(struct sim *sim)
{
    const bool all = sim_chance(sim, 100);
    for (unsigned i = all ? sim->byzantine : sim->nodes - 1; i < sim->nodes; i++) {
        struct sim_node *node = all ? &sim->node[i] : any_honest(sim);
        if (!node->up) continue;
        node->crash = (enum sim_crash)(CRASH_ENGINE + prng_below(&sim->prng, 3));
        node_crash(node);
    }
}

static void lose_disks(struct sim *sim)
{
    struct sim_node *node = &sim->node[sim->byzantine];
    if (!faults_expendable(sim, sim->byzantine) || !node->up) return;
    node->starts_over = true;
    node->crash = CRASH_POWER;
    node_crash(node);
}

/* Every half second: what is due by chance. */
void faults_event(struct sim *sim)
{
    const struct sim_faults *f = &sim->faults;
    if (sim->healed) return;
    sim_at(sim, 500, (struct sim_event){.kind = EVENT_FAULT});
    if (is_due(sim, f->partition_every_ms)) net_partition(sim);
    if (is_due(sim, f->crash_every_ms)) crash_some(sim);
    if (is_due(sim, f->disk_loss_every_ms)) lose_disks(sim);
    if (is_due(sim, f->freeze_every_ms)) {
        any_honest(sim)->frozen_until_ms = sim->now_ms + prng_below(&sim->prng, 6000);
        sim->totals.freezes++;
    }
    if (is_due(sim, f->clock_every_ms)) {
        struct sim_node *node = any_honest(sim);
        node->skew_ms = faults_skew(sim, node->index);
        sim->totals.clock_jumps++;
    }
}
