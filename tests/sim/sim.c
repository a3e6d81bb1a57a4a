/* One run: a cluster is drawn from the seed, faults and clients do what they do, then the faults end and all
 * that is left must come to its end. */
#include "sim.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LIVENESS_MS = 90000, QUIET_MS = 10000 };

void sim_break(struct sim *sim, const char *format, ...)
{
    va_list arguments;
    if (sim->broken) return;
    sim->broken = true;
    va_start(arguments, format);
    vsnprintf(sim->why, sizeof sim->why, format, arguments);
    va_end(arguments);
    sim_trace(sim, "BROKEN: %s", sim->why);
}

void sim_trace(struct sim *sim, const char *format, ...)
{
    va_list arguments;
    if (!sim->options.verbose) return;
    printf("%8llu ", (unsigned long long)sim->now_ms);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

void sim_digest(struct sim *sim, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sim->digest = (sim->digest ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
}

void sim_at(struct sim *sim, uint64_t in_ms, struct sim_event event)
{
    event.at_ms = sim->now_ms + in_ms;
    queue_put(&sim->queue, &event);
}

static void draw_nodes(struct sim *sim)
{
    sim->nodes = 4 + (unsigned)prng_below(&sim->prng, 4);
    sim->byzantine = (unsigned)prng_below(&sim->prng, (sim->nodes - 1) / 3 + 1);
    sim->rechecks = sim_chance(sim, 750) || sim->options.plant == PLANT_STALE_STAYS;
    for (unsigned i = 0; i < sim->nodes; i++) {
        node_init(&sim->node[i], sim, i);
        sim->node[i].byzantine = i < sim->byzantine;
        sim->node[i].odd = i + 1 == sim->nodes;
        sim->node[i].skew_ms = faults_skew(sim, i);
    }
}

static void begin(struct sim *sim, const struct sim_options *options)
{
    *sim = (struct sim){.options = *options, .bank = bank_get(), .digest = UINT64_C(14695981039346656037)};
    sim->prng.state = options->seed;
    sim->byz_prng.state = prng_u64(&sim->prng);
    sim->genesis = sim->bank->market.genesis;
    sim->circuit = (struct ledger_circuit){MARKET_CIRCUIT_SIZE, &sim->bank->market.forger.prepared};
    queue_init(&sim->queue);
    faults_draw(sim);
    draw_nodes(sim);
    /* One may come late. */
    const unsigned late = sim_chance(sim, sim->faults.snapshots ? 600 : 200) ? sim->nodes - 1 : sim->nodes;
    if (late < sim->nodes) sim->node[late].joins = sim->faults.snapshots;
    for (unsigned i = 0; i < sim->nodes && !sim->broken; i++) {
        if (i != late) node_start(&sim->node[i]);
        sim_at(sim, 10 + 7 * i, (struct sim_event){.kind = EVENT_ENTRANCE, .node = i});
    }
    sim_at(sim, prng_below(&sim->prng, SIM_CHAOS_MS),
           (struct sim_event){.kind = EVENT_RESTART, .node = late % sim->nodes});
    sim->clients = 1 + (unsigned)prng_below(&sim->prng, 2) + sim_chance(sim, 200);
    for (unsigned i = 0; i < sim->clients; i++) client_init(&sim->client[i], sim, i);
    sim_at(sim, 1000, (struct sim_event){.kind = EVENT_FAULT});
    sim->heal_ms = SIM_CHAOS_MS / 3 + prng_below(&sim->prng, SIM_CHAOS_MS);
    sim->end_ms = sim->heal_ms + LIVENESS_MS;
    sim_at(sim, sim->heal_ms, (struct sim_event){.kind = EVENT_HEAL});
}

static void heal(struct sim *sim)
{
    sim_trace(sim, "faults end");
    sim->healed = true;
    net_heal(sim);
    for (unsigned i = 0; i < sim->nodes; i++) {
        sim->node[i].frozen_until_ms = 0;
        node_start(&sim->node[i]);
    }
}

static bool is_behind(const struct sim_node *node)
{
    enum { SOME = 3 };
    return node->sync.active || node->engine.height + SOME < node->sim->totals.blocks;
}

static void node_event(struct sim *sim, const struct sim_event *event)
{
    struct sim_node *node = &sim->node[event->node];
    if (sim->now_ms < node->frozen_until_ms) {
        struct sim_event later = *event;
        if (event->message != NULL) ((struct sim_message *)event->message)->shares++;
        later.at_ms = node->frozen_until_ms;
        queue_put(&sim->queue, &later);
        return;
    }
    if (node->up && is_behind(node)) sim->unrest_ms = sim->now_ms;
    switch (event->kind) {
    case EVENT_MESSAGE:
        if (!node->up) break;
        if (node->sync.active)
            sync_receive(node, event->message);
        else
            engine_receive(node, event->message);
        break;
    case EVENT_TIMEOUT:
        if (node->up && event->life == node->life) engine_timeout(node, event);
        break;
    case EVENT_GOSSIP:
        if (!node->up || event->life != node->life) break;
        if (node->sync.active)
            sync_tick(node);
        else
            engine_gossip(node);
        break;
    case EVENT_ENTRANCE:
        node_entrance(node);
        break;
    default:
        node_start(node);
    }
    if (node->crash != CRASH_NONE) node_crash(node);
}

static void happen(struct sim *sim, const struct sim_event *event)
{
    sim->now_ms = event->at_ms;
    sim->totals.events++;
    if (event->kind == EVENT_CLIENT)
        client_event(&sim->client[event->node]);
    else if (event->kind == EVENT_CLIENT_LATE)
        client_late(&sim->client[event->node], event->height, (enum client_way)event->step);
    else if (event->kind == EVENT_FAULT)
        faults_event(sim);
    else if (event->kind == EVENT_HEAL)
        heal(sim);
    else
        node_event(sim, event);
    if (event->message != NULL) message_drop(event->message);
}

/* All that clients sent has its end, and all honest nodes have the same ledger. Where pools do not look
 * again, what is not new stays in them, and blocks without anything in them are made for ever. */
static bool at_rest(const struct sim *sim)
{
    const struct sim_node *first = &sim->node[sim->byzantine];
    if (!sim->healed || !clients_done(sim)) return false;
    for (unsigned i = sim->byzantine; i < sim->nodes; i++) {
        const struct sim_node *node = &sim->node[i];
        if (!node->up || sim_ledger_height(node->ledger) < sim->told_height ||
            (sim->rechecks && node->mempool_count > 0))
            return false;
        if (sim->rechecks ? node->engine.height != first->engine.height
                          : memcmp(node->engine.app_hash, first->engine.app_hash, 32) != 0)
            return false;
    }
    return !sim->rechecks || sim->totals.blocks + 1 == first->engine.height;
}

void sim_totals_add(struct sim_totals *to, const struct sim_totals *from)
{
#define X(name) to->name += from->name;
    SIM_TOTALS(X)
#undef X
}

static void count_torn(struct sim *sim)
{
    for (unsigned i = 0; i < sim->nodes; i++)
        sim->totals.torn += sim->node[i].ledger_disk.torn + sim->node[i].engine_disk.torn;
    sim->totals.virtual_ms = sim->now_ms;
}

/* Where a run that does not end stands. */
static void trace_nodes(struct sim *sim)
{
    for (unsigned i = 0; i < sim->nodes; i++) {
        const struct sim_node *node = &sim->node[i];
        const struct sim_engine *e = &node->engine;
        sim_trace(sim, "node %u%s%s: height %llu, round %d, step %d, locked in %d, valid in %d, pool %zu", i,
                  node->byzantine ? " byzantine" : "", node->up ? "" : " down", (unsigned long long)e->height,
                  (int)e->round, (int)e->step, (int)e->locked_round, (int)e->valid_round,
                  node->mempool_count);
    }
}

static void run_until(struct sim *sim, uint64_t end_ms, bool stops_at_rest)
{
    struct sim_event event;
    while (!sim->broken && !(stops_at_rest && at_rest(sim)) && sim->now_ms < end_ms &&
           queue_take(&sim->queue, &event))
        happen(sim, &event);
}

/* When entrances have given up what they still have, no more blocks are made: a few at most show what the
 * last transactions led to. */
static void check_quiet(struct sim *sim)
{
    if (!sim->rechecks) return;
    run_until(sim, sim->now_ms + QUIET_MS, false);
    const unsigned long long blocks = sim->totals.blocks;
    run_until(sim, sim->now_ms + QUIET_MS / 2, false);
    if (sim->totals.blocks != blocks)
        sim_break(sim, "blocks are made with nothing to order, at height %llu", sim->totals.blocks);
}

/* Blocks come from the heap again and again, in place of fresh pages from the system, but for the largest: of
 * them little is touched. */
void sim_prepare(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
    (void)bank_get();
}

bool sim_run(struct sim *sim, const struct sim_options *options)
{
    begin(sim, options);
    run_until(sim, sim->end_ms, true);
    if (sim->healed) sim->totals.rest_ms = sim->now_ms - sim->heal_ms;
    if (!sim->broken && !at_rest(sim)) {
        unsigned waiting = 0;
        trace_nodes(sim);
        for (unsigned i = 0; i < sim->clients; i++) waiting += !sim->client[i].finished;
        if (waiting == 0)
            sim_break(sim, "%d s after the faults ended the nodes have not come to rest, at height %llu",
                      LIVENESS_MS / 1000, sim->totals.blocks);
        sim_break(sim, "%d s after the faults ended %u of %u clients still wait", LIVENESS_MS / 1000, waiting,
                  sim->clients);
    }
    if (!sim->broken) check_quiet(sim);
    if (!sim->broken) check_end(sim);
    count_torn(sim);
    sim_digest(sim, &sim->now_ms, sizeof sim->now_ms);
    sim_digest(sim, &sim->totals, sizeof sim->totals);
    return !sim->broken;
}

void sim_release(struct sim *sim)
{
    struct sim_event event;
    for (unsigned i = 0; i < sim->nodes; i++) node_release(&sim->node[i]);
    while (queue_take(&sim->queue, &event))
        if (event.message != NULL) message_drop(event.message);
    queue_release(&sim->queue);
    check_release(sim);
}
