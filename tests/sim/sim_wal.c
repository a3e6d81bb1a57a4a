/* What an engine keeps over a restart, and how it takes up where it was: its own votes, so that it never
 * votes twice; those of others, which brought it to its round; its lock; the decided blocks; how far their
 * results were taken in. */
#include "sim.h"

#include "hex.h"

#include <stdlib.h>
#include <string.h>

enum {
    KIND_VOTE = 'V',
    KIND_HEARD = 'H', /* the vote of another */
    KIND_LOCK = 'L',
    KIND_PROPOSAL = 'P',
    KIND_DECIDED = 'D',
    KIND_STATE = 'S',
    KIND_BASE = 'B'
};
enum { WAL_RECORD_MAX = 64 << 20 };

static void append(struct sim_node *node, uint8_t kind, struct roam_buf *payload)
{
    disk_append(&node->engine_disk, kind, payload->data, payload->size);
    buf_release(payload);
}

/* After that nothing of it is forgotten, if the node does not die first. */
static void sync_or_die(struct sim_node *node)
{
    if (node_dies(node, "before the engine's disk is synced")) return;
    ROAM_ASSERT(disk_sync(&node->engine_disk));
    (void)node_dies(node, "after the engine's disk is synced");
}

static void write_slot(struct roam_buf *out, int32_t round, const struct sim_block *block)
{
    buf_u64(out, (uint64_t)round);
    buf_u64(out, block != NULL);
    if (block != NULL) block_write(out, block);
}

/* The votes that it stands on were heard before. */
static void append_lock(struct sim_node *node)
{
    const struct sim_engine *e = &node->engine;
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    buf_u64(&out, e->height);
    write_slot(&out, e->locked_round, e->locked);
    const bool same = e->valid == e->locked && e->valid_round == e->locked_round;
    buf_u64(&out, same);
    if (!same) write_slot(&out, e->valid_round, e->valid);
    append(node, KIND_LOCK, &out);
}

/* As CometBFT: not synced by itself, but there whenever a later vote or proposal of the node's own is. Were
 * it forgotten, the cluster could stand still for ever: who was left behind in a round follows when he is
 * shown the votes that ended it, and if a voter has lost its disks, nobody says them again. */
void wal_heard(struct sim_node *node, const struct sim_vote *vote)
{
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    vote_write(&out, vote);
    append(node, KIND_HEARD, &out);
}

void wal_vote(struct sim_node *node, const struct sim_vote *vote)
{
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    if (vote->type == VOTE_PRECOMMIT && !id_is_nil(&vote->block)) append_lock(node);
    vote_write(&out, vote);
    append(node, KIND_VOTE, &out);
    sync_or_die(node);
    if (vote->type == VOTE_PRECOMMIT && !id_is_nil(&vote->block))
        (void)node_may_die(node, node->sim->faults.lock_crash, "when it is locked");
}

void wal_proposal(struct sim_node *node)
{
    const struct sim_proposal *p = &node->engine.proposal;
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    buf_u64(&out, p->height);
    buf_u64(&out, (uint64_t)p->round);
    write_slot(&out, p->polka_round, p->block);
    append(node, KIND_PROPOSAL, &out);
    sync_or_die(node);
}

void wal_base(struct sim_node *node, const struct sim_decided *decided)
{
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    decided_write(&out, decided);
    append(node, KIND_BASE, &out);
    sync_or_die(node);
}

void wal_decided(struct sim_node *node, const struct sim_decided *decided)
{
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    decided_write(&out, decided);
    append(node, KIND_DECIDED, &out);
    sync_or_die(node);
}

void wal_state(struct sim_node *node)
{
    const struct sim_engine *e = &node->engine;
    struct roam_buf out;
    buf_init(&out, WAL_RECORD_MAX);
    buf_u64(&out, e->height - 1);
    buf_bytes(&out, e->app_hash, 32);
    buf_u64(&out, e->proof_block);
    append(node, KIND_STATE, &out);
    sync_or_die(node);
}

/* What was read for the height that is not decided yet. */
struct memory {
    struct sim_vote vote[2 * SIM_ROUNDS_MAX];
    size_t votes;
    struct sim_votes heard;
    uint64_t lock_height, proposal_height, state_height;
    struct sim_block *locked, *valid, *proposal;
    int32_t locked_round, valid_round, proposal_round, polka_round;
    uint8_t app_hash[32];
    bool proof_block;
};

static void read_slot(int32_t *round, struct sim_block **block, struct sim_cursor *cursor)
{
    *round = (int32_t)cursor_u64(cursor);
    block_set(block, NULL);
    if (cursor_u64(cursor) != 0) *block = block_read(cursor);
}

static void begin_at(struct sim_engine *e, uint64_t height)
{
    ROAM_ASSERT(e->height == 1);
    e->height = height;
    e->chain_base = height - 1;
}

static void read_record(struct sim_node *node, struct memory *m, const struct sim_record *record)
{
    struct sim_cursor cursor = {record->payload, record->size};
    struct sim_decided decided;
    struct sim_vote heard;
    switch (record->kind) {
    case KIND_VOTE:
        ROAM_ASSERT(m->votes < 2 * SIM_ROUNDS_MAX);
        vote_read(&m->vote[m->votes++], &cursor);
        break;
    case KIND_HEARD:
        vote_read(&heard, &cursor);
        votes_add(&m->heard, &heard);
        break;
    case KIND_LOCK:
        m->lock_height = cursor_u64(&cursor);
        read_slot(&m->locked_round, &m->locked, &cursor);
        if (cursor_u64(&cursor) != 0) {
            m->valid_round = m->locked_round;
            block_set(&m->valid, m->locked);
        } else {
            read_slot(&m->valid_round, &m->valid, &cursor);
        }
        break;
    case KIND_PROPOSAL:
        m->proposal_height = cursor_u64(&cursor);
        m->proposal_round = (int32_t)cursor_u64(&cursor);
        read_slot(&m->polka_round, &m->proposal, &cursor);
        break;
    case KIND_BASE:
    case KIND_DECIDED:
        decided_read(&decided, &cursor);
        if (record->kind == KIND_BASE) begin_at(&node->engine, decided.block->height);
        chain_add(node, &decided);
        block_drop(decided.block);
        m->votes = 0;
        votes_clear(&m->heard);
        break;
    default:
        m->state_height = cursor_u64(&cursor);
        memcpy(m->app_hash, cursor_bytes(&cursor, 32), 32);
        m->proof_block = cursor_u64(&cursor) != 0;
    }
}

/* The votes that brought it to its round: two thirds of the round before, or of this one. */
static bool knows_why(const struct sim_engine *e)
{
    return e->round == 0 || votes_any(&e->votes, e->round - 1, VOTE_PRECOMMIT) ||
           votes_any(&e->votes, e->round, VOTE_PREVOTE) || votes_any(&e->votes, e->round, VOTE_PRECOMMIT);
}

/* What was on its way when the node died is sent after all, with what the others are told. */
static void take_votes(struct sim_node *node, struct memory *m)
{
    struct sim_engine *e = &node->engine;
    e->votes = m->heard;
    m->heard.rounds = 0;
    for (size_t i = 0; i < m->votes; i++) {
        const struct sim_vote *vote = &m->vote[i];
        if (vote->height != e->height) continue;
        votes_add(&e->votes, vote);
        check_vote(node, vote);
        e->round = vote->round;
        e->step = vote->type == VOTE_PREVOTE ? STEP_PREVOTE : STEP_PRECOMMIT;
    }
    ROAM_ASSERT(knows_why(e));
}

static void take_lock(struct sim_engine *e, const struct memory *m)
{
    if (m->lock_height != e->height) return;
    block_set(&e->locked, m->locked);
    block_set(&e->valid, m->valid);
    e->locked_round = m->locked_round;
    e->valid_round = m->valid_round;
}

static void take_proposal(struct sim_node *node, const struct memory *m)
{
    struct sim_engine *e = &node->engine;
    if (m->proposal_height != e->height || m->proposal_round < e->round) return;
    if (m->proposal_round > e->round) {
        e->round = m->proposal_round;
        e->step = STEP_NEW_ROUND;
    }
    engine_know(node, m->proposal);
    e->proposal = (struct sim_proposal){e->height, e->round, m->polka_round, block_share(m->proposal)};
}

static void read_all(struct sim_node *node, struct memory *m)
{
    struct sim_record record;
    disk_read_begin(&node->engine_disk);
    while (disk_read(&node->engine_disk, &record)) read_record(node, m, &record);
    /* What an earlier process wrote and did not sync is relied on from now on. */
    ROAM_ASSERT(disk_sync(&node->engine_disk));
    if (node->sim->options.plant == PLANT_LOSE_WAL) m->votes = 0;
    if (node->sim->options.plant == PLANT_LOSE_LOCK) m->lock_height = 0;
}

static bool init_chain(struct sim_node *node)
{
    char state[67] = "\"";
    struct abci_request in = {.method = ABCI_INIT_CHAIN};
    struct abci_response out;
    struct abci_init_chain_request *chain = &in.init_chain;
    hex_encode(state + 1, node->sim->bank->market.ledger.byte, 32);
    state[65] = '"';
    chain->chain_id = (struct abci_bytes){(const uint8_t *)node->sim->genesis.chain_name,
                                          strlen(node->sim->genesis.chain_name)};
    chain->app_state = (struct abci_bytes){(const uint8_t *)state, 66};
    chain->initial_height = 1;
    if (!node_call(node, &in, &out)) return false;
    memcpy(node->engine.app_hash, out.init_chain.app_hash.at, 32);
    return true;
}

/* Executes the blocks that the application lacks; each header says what those before it led to. */
static bool replay(struct sim_node *node, uint64_t from)
{
    struct sim_engine *e = &node->engine;
    uint64_t last = e->height - 1;
    if (node->sim->options.plant == PLANT_REPLAY_SKIP && last > from) last--;
    for (uint64_t height = from + 1; height <= last; height++) {
        const struct sim_block *block = chain_at(e, height)->block;
        if (memcmp(block->app_hash, e->app_hash, 32) != 0)
            sim_break(node->sim, "node %u: block %llu was made on another app hash than a replay leads to",
                      node->index, (unsigned long long)height);
        if (!apply_block(node, block)) return false;
        node->sim->totals.replayed++;
    }
    return true;
}

/* Blocks that would have to be executed again are not there: the operator clears the node's disks. */
static void start_over(struct sim_node *node)
{
    node->starts_over = true;
    node->crash = CRASH_PROCESSES;
}

/* CometBFT's handshake: the application tells how far it is and is given what it lacks. */
static bool shake_hands(struct sim_node *node, const struct memory *m)
{
    struct sim_engine *e = &node->engine;
    struct abci_request in = {.method = ABCI_INFO};
    struct abci_response out;
    const uint64_t stored = e->height - 1;
    if (!node_call(node, &in, &out)) return false;
    const uint64_t height = (uint64_t)out.info.last_height;
    memcpy(e->app_hash, out.info.last_app_hash.at, 32);
    if (e->chain_base > 0 && height <= e->chain_base) {
        start_over(node);
        return false;
    }
    if (height > stored) {
        sim_break(node->sim, "node %u: the application is at %llu, the engine's blocks end at %llu",
                  node->index, (unsigned long long)height, (unsigned long long)stored);
        return false;
    }
    if (height == 0 && !init_chain(node)) return false;
    e->proof_block = stored == 0 || chain_at(e, stored)->block->parcel_count > 0;
    if (!replay(node, height)) return false;
    e->proof_block = stored == 0 || memcmp(e->app_hash, chain_at(e, stored)->block->app_hash, 32) != 0;
    if (m->state_height == stored && stored > 0 && memcmp(m->app_hash, e->app_hash, 32) != 0)
        sim_break(node->sim, "node %u: after a restart the app hash at height %llu is another", node->index,
                  (unsigned long long)stored);
    if (m->state_height < stored) wal_state(node);
    return node->crash == CRASH_NONE;
}

void wal_start(struct sim_node *node)
{
    struct memory *m = calloc(1, sizeof *m);
    ROAM_ASSERT(m != NULL);
    struct sim_engine *e = &node->engine;
    m->heard = e->votes;
    read_all(node, m);
    if (shake_hands(node, m)) {
        const uint64_t height = e->height;
        engine_new_height(node);
        ROAM_ASSERT(e->height == height);
        take_lock(e, m);
        take_votes(node, m);
        take_proposal(node, m);
    }
    block_drop(m->locked);
    block_drop(m->valid);
    block_drop(m->proposal);
    votes_clear(&m->heard);
    free(m);
    if (node->crash != CRASH_NONE) node_crash(node);
}
