/* The processes of a node: the application with ledger and entrance, and the engine beside it. */
#include "sim.h"

#include "hex.h"

#include <stdlib.h>
#include <string.h>

enum {
    ENTRANCE_MS = 60,
    PARCEL_BYTES = TX_SIZE_MAX + 4096,
    REPEAT_MS = 1500,
    GIVE_UP_MS = 8000,
    INBOX_BYTES = 1 << 20,
    INBOX_TXS = 256,
    CALL_MEMORY_MAX = 64 << 20
};

uint64_t node_clock_ms(const struct sim_node *node)
{
    return (uint64_t)((int64_t)(SIM_BASE_MS + node->sim->now_ms) + node->skew_ms);
}

bool node_may_die(struct sim_node *node, unsigned thousandths, const char *where)
{
    struct sim *sim = node->sim;
    if (node->crash != CRASH_NONE) return true;
    if (sim->healed || node->byzantine || !sim_chance(sim, thousandths)) return false;
    node->crash = (enum sim_crash)(CRASH_ENGINE + prng_below(&sim->prng, 3));
    sim->totals.crash_points++;
    sim_trace(sim, "node %u dies %s", node->index, where);
    return true;
}

bool node_dies(struct sim_node *node, const char *where)
{
    return node_may_die(node, node->sim->faults.crash_point, where);
}

static bool ledger_dies(void *context, const char *where)
{
    struct sim_node *node = context;
    struct sim *sim = node->sim;
    const bool syncs = node->ledger_disk.pending > 0;
    if (node->crash == CRASH_NONE && syncs && !sim->healed && !node->byzantine &&
        sim_chance(sim, sim->faults.sync_error)) {
        node->ledger_disk.sync_fails = true;
        node->crash = (enum sim_crash)(CRASH_PROCESSES + prng_below(&sim->prng, 2));
        sim->totals.sync_errors++;
        return false;
    }
    if (!node_dies(node, where)) return false;
    if (node->crash == CRASH_ENGINE) node->crash = CRASH_PROCESSES;
    return true;
}

bool node_call(struct sim_node *node, const struct abci_request *in, struct abci_response *out)
{
    proto_arena_reset(&node->call.memory);
    node->call.failed = false;
    abci_dispatch(&node->abci, &node->call, in, out);
    if (!node->call.failed) return true;
    if (node->crash == CRASH_NONE) {
        sim_break(node->sim, "node %u: application gives up: %s", node->index, node->call.why);
        node->crash = CRASH_PROCESSES;
    }
    return false;
}

static uint64_t inbox_now_ms(void *context)
{
    const struct sim_node *node = context;
    return node->sim->now_ms;
}

static enum roam_err was_accepted(void *context, const roam_id *tx, struct ledger_receipt *out)
{
    const struct sim_node *node = context;
    const struct node_ledger ledger = sim_ledger_node(node->ledger);
    return ledger.accepted(ledger.context, tx, out);
}

/* Planted: a transaction that has become inadmissible goes on in the company that it came in. */
static enum roam_err admit(void *context, const struct ledger_bytes *tx, enum ledger_outcome *outcome)
{
    const struct sim_node *node = context;
    const struct node_ledger ledger = sim_ledger_node(node->ledger);
    size_t refused;
    *outcome = LEDGER_ACCEPTED;
    if (node->sim->options.plant == PLANT_KEEP_COMPANY) return ROAM_OK;
    return ledger.admit(ledger.context, tx, 1, &refused, outcome);
}

static void committed(void *context, const struct ledger_head *head, const struct ledger_receipt *receipts,
                      size_t count)
{
    struct sim_node *node = context;
    node->committed_height = head->height;
    check_committed(node);
    inbox_settle(node->inbox, receipts, count);
}

static struct sim_ledger_options ledger_options(struct sim_node *node)
{
    struct sim *sim = node->sim;
    return (struct sim_ledger_options){.genesis = &sim->genesis,
                                       .circuits = &sim->circuit,
                                       .disk = &node->ledger_disk,
                                       .plant = sim->options.plant,
                                       .snapshots = sim->faults.snapshots,
                                       .seed = sim->options.seed ^ node->index,
                                       .context = node,
                                       .dies = ledger_dies};
}

static bool app_start(struct sim_node *node)
{
    struct roam_diag diag = {""};
    const struct sim_ledger_options options = ledger_options(node);
    if (sim_ledger_open(&node->ledger, &options, &diag) != ROAM_OK) {
        sim_break(node->sim, "node %u: its ledger cannot be opened: %s", node->index, diag.text);
        return false;
    }
    const struct node_app_options app = {
        .ledger = sim_ledger_node(node->ledger), .context = node, .committed = committed};
    const struct inbox_options inbox = {.bytes_max = INBOX_BYTES,
                                        .txs_max = INBOX_TXS,
                                        .parcel_bytes = PARCEL_BYTES,
                                        .repeat_ms = REPEAT_MS,
                                        .give_up_ms = GIVE_UP_MS,
                                        .context = node,
                                        .now_ms = inbox_now_ms,
                                        .accepted = was_accepted,
                                        .admit = admit};
    ROAM_ASSERT(node_app_create(&node->app, &app) == ROAM_OK);
    ROAM_ASSERT(inbox_create(&node->inbox, &inbox) == ROAM_OK);
    node->abci = node_app_abci(node->app);
    node->app_up = true;
    check_started(node);
    return true;
}

static void app_stop(struct sim_node *node)
{
    if (!node->app_up) return;
    node->app_up = false;
    inbox_destroy(node->inbox);
    node_app_destroy(node->app);
    sim_ledger_close(node->ledger);
    node->inbox = NULL;
    node->app = NULL;
    node->ledger = NULL;
}

static void init_disks(struct sim_node *node)
{
    const enum sim_plant plant = node->sim->options.plant;
    disk_init(&node->engine_disk);
    disk_init(&node->ledger_disk);
    node->engine_disk.never_syncs = plant == PLANT_WAL_NO_SYNC;
    node->ledger_disk.never_syncs = plant == PLANT_LEDGER_NO_SYNC;
    node->ledger_disk.drops_last = plant == PLANT_RECOVERY_SHORT;
}

/* A signer's memory is elsewhere (CometBFT's priv_validator_state.json): how far it has voted is known. */
void node_wipe(struct sim_node *node)
{
    struct sim *sim = node->sim;
    const struct sim_sent *sent = &sim->check.sent[node->index];
    for (size_t i = 0; i < sent->count; i++)
        if (sent->votes[i].height > node->mute_height) node->mute_height = sent->votes[i].height;
    disk_release(&node->engine_disk);
    disk_release(&node->ledger_disk);
    init_disks(node);
    node->committed_height = 0;
    node->starts_over = false;
    node->joins = sim->faults.snapshots;
    sim->totals.disks_lost++;
    sim_trace(sim, "node %u has lost its disks", node->index);
}

void node_init(struct sim_node *node, struct sim *sim, unsigned index)
{
    *node = (struct sim_node){.sim = sim, .index = index};
    init_disks(node);
    node->call.memory = proto_arena_growing(CALL_MEMORY_MAX);
}

static void engine_stop(struct sim_node *node)
{
    if (!node->up) return;
    node->up = false;
    node->life++;
    engine_release(node);
    sync_release(node);
    mempool_clear(node);
}

void node_release(struct sim_node *node)
{
    engine_stop(node);
    app_stop(node);
    disk_release(&node->engine_disk);
    disk_release(&node->ledger_disk);
    proto_arena_release(&node->call.memory);
}

static bool is_blank(struct sim_disk *disk)
{
    struct sim_record record;
    disk_read_begin(disk);
    return !disk_read(disk, &record);
}

/* It died when the snapshot was there, and its engine did not know it yet. */
static void clear_ledger(struct sim_node *node)
{
    app_stop(node);
    node_wipe(node);
}

void node_start(struct sim_node *node)
{
    struct sim *sim = node->sim;
    if (node->up) return;
    const bool begins = node->joins && is_blank(&node->engine_disk);
    if (begins && node->ledger_disk.size > 0) clear_ledger(node);
    if (!node->app_up && !app_start(node)) return;
    sim_trace(sim, "node %u starts, ledger at %llu", node->index,
              (unsigned long long)sim_ledger_height(node->ledger));
    engine_init(node);
    node->up = true;
    if (begins)
        sync_start(node);
    else
        wal_start(node);
    sim_at(sim, prng_below(&sim->prng, 100),
           (struct sim_event){.kind = EVENT_GOSSIP, .node = node->index, .life = node->life});
}

static void lose_power(struct sim_node *node)
{
    struct sim *sim = node->sim;
    sim->totals.power_losses++;
    disk_lose_power(&node->engine_disk, &sim->prng);
    disk_lose_power(&node->ledger_disk, &sim->prng);
    /* Where the engine's blocks begin with a snapshot, a ledger that rots is lost: the node starts over. */
    if (node->engine.chain_base > 0 && !faults_expendable(sim, node->index)) return;
    if (!sim_chance(sim, sim->faults.rot)) return;
    disk_rot(&node->ledger_disk, &sim->prng);
    node->committed_height = 0;
    sim->totals.rotten++;
}

void node_crash(struct sim_node *node)
{
    struct sim *sim = node->sim;
    const enum sim_crash crash = node->crash;
    node->crash = CRASH_NONE;
    node->ledger_disk.sync_fails = false;
    sim_trace(sim, "node %u crashes (%d)", node->index, (int)crash);
    sim_digest(sim, &sim->now_ms, sizeof sim->now_ms);
    engine_stop(node);
    if (crash == CRASH_ENGINE)
        sim->totals.engine_kills++;
    else
        app_stop(node);
    if (crash == CRASH_PROCESSES) sim->totals.kills++;
    if (crash == CRASH_POWER) lose_power(node);
    if (node->starts_over) node_wipe(node);
    sim_at(sim, sim->healed ? 100 : 100 + prng_below(&sim->prng, 5000),
           (struct sim_event){.kind = EVENT_RESTART, .node = node->index});
}

/* What waits goes to the engine; if there is none it is lost, and packed again later. */
void node_entrance(struct sim_node *node)
{
    static uint8_t bytes[PARCEL_BYTES];
    size_t size;
    sim_at(node->sim, ENTRANCE_MS, (struct sim_event){.kind = EVENT_ENTRANCE, .node = node->index});
    if (!node->app_up) return;
    while (inbox_pack(node->inbox, bytes, &size)) {
        if (!node->up || node->sync.active) continue;
        struct sim_parcel *parcel = parcel_new(bytes, size);
        mempool_add(node, parcel);
        parcel_drop(parcel);
    }
    inbox_sweep(node->inbox);
    if (node->up && !node->sync.active) engine_run(node);
}
