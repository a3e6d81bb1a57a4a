/* A cluster in one thread: nodes with the real application, ledger and entrance, a model of the engine that
 * orders, a network, disks, clocks and clients. Time is virtual; all that happens follows from the seed. */
#ifndef SIM_H
#define SIM_H

#include "abci_dispatch.h"
#include "app.h"
#include "inbox.h"
#include "sim_bank.h"
#include "sim_block.h"
#include "sim_disk.h"
#include "sim_ledger.h"
#include "sim_queue.h"
#include "sim_votes.h"

enum { SIM_CLIENTS_MAX = BANK_PAIRS, SIM_MEMPOOL_MAX = 256, SIM_CACHE = 128, SIM_KNOWN_MAX = 16 };
#define SIM_BASE_MS  UINT64_C(1700000000000) /* the genesis's time */
#define SIM_CHAOS_MS 30000
#define SIM_SKEW_MS  500 /* of a good clock, at most */

struct sim;
struct sim_node;

enum sim_crash { CRASH_NONE, CRASH_ENGINE, CRASH_PROCESSES, CRASH_POWER };

/* The engine of a node: Tendermint's algorithm as CometBFT 0.38 runs it. */
enum sim_step { STEP_NEW_HEIGHT, STEP_NEW_ROUND, STEP_PROPOSE, STEP_PREVOTE, STEP_PRECOMMIT };
struct sim_proposal {
    uint64_t height;
    int32_t round, polka_round; /* of the votes that the proposer re-proposes for; -1: new */
    struct sim_block *block;    /* NULL: none */
};
struct sim_engine {
    uint64_t height; /* being decided */
    int32_t round;
    enum sim_step step;
    struct sim_proposal proposal; /* of the round */
    struct sim_block *locked, *valid;
    int32_t locked_round, valid_round;
    bool waits_prevote, waits_precommit, polka_done; /* of the round: what happens once */
    struct sim_votes votes;
    struct sim_block *known[SIM_KNOWN_MAX]; /* blocks of the height, the newest last */
    size_t known_count;
    struct sim_id processed[SIM_KNOWN_MAX]; /* ProcessProposal's verdicts at this height */
    bool verdict[SIM_KNOWN_MAX];
    size_t processed_count;
    /* Of the block before. */
    struct sim_id last_id;
    uint64_t last_time_ms;
    uint8_t app_hash[32];
    bool stays_out[SIM_PARCELS_MAX]; /* of the last block's parcels: the pool does not take it again */
    bool proof_block;                /* the app hash changed: an empty block shows it */
    struct sim_decided *chain;       /* chain_at */
    size_t chain_capacity;
    uint64_t chain_base; /* heights up to here are not there: it began with a snapshot */
};

/* A snapshot that peers have. */
enum { SIM_OFFERS_MAX = 32 };
struct sim_offer {
    uint64_t height;
    uint32_t chunks;
    uint8_t hash[32];
    uint8_t *metadata;
    unsigned peers; /* a bit for each */
    bool honest, rejected;
};
/* A node that joins by a snapshot: its engine does nothing else. */
struct sim_sync {
    bool active;
    struct sim_offer offer[SIM_OFFERS_MAX];
    size_t offer_count;
    int current;                /* the offer that is being restored, or -1 */
    struct sim_decided trusted; /* the block of its height */
    uint8_t app_hash[32];       /* after it */
    uint32_t next;              /* chunk */
    unsigned bad_peers;
    uint64_t since_ms, asked_ms, progress_ms;
};

struct sim_node {
    struct sim *sim;
    unsigned index;
    bool byzantine, odd;  /* odd: the one node that a plant is in */
    bool up, app_up;      /* the engine, the application's process */
    uint64_t life;        /* of the engine; grows when it ends */
    enum sim_crash crash; /* to be done when the present call ends */
    uint64_t frozen_until_ms;
    int64_t skew_ms;
    struct sim_disk engine_disk, ledger_disk;
    uint64_t committed_height; /* that Commit answered for */
    uint64_t mute_height;      /* up to here it does not vote: it has lost its votes */
    bool joins;                /* by a snapshot, when it starts with nothing */
    bool starts_over;          /* with empty disks, after its end */
    struct sim_sync sync;
    /* The application's process. */
    struct sim_ledger *ledger;
    struct node_app *app;
    struct abci_app abci;
    struct abci_call call;
    struct inbox *inbox;
    /* The engine's process. */
    struct sim_engine engine;
    struct sim_parcel *mempool[SIM_MEMPOOL_MAX];
    size_t mempool_count;
    struct sim_id cache[SIM_CACHE]; /* parcels that were looked at */
    size_t cache_next;
};

enum sim_message_kind {
    MESSAGE_STATE,
    MESSAGE_PARCEL,
    MESSAGE_DECIDED,
    MESSAGE_OFFERS_ASK,
    MESSAGE_OFFER, /* of a snapshot; parcel: its metadata */
    MESSAGE_CHUNK_ASK,
    MESSAGE_CHUNK /* parcel: its bytes */
};
struct sim_message {
    unsigned shares;
    enum sim_message_kind kind;
    unsigned from;
    bool report; /* tells where the sender is, and asks for what it lacks */
    uint64_t height;
    int32_t round;      /* report: the sender's */
    uint32_t chunk;     /* which one, */
    struct sim_id hash; /* of which snapshot */
    struct sim_proposal proposal;
    struct sim_block *block; /* another block of the height; DECIDED: the one */
    struct sim_parcel *parcel;
    size_t vote_count;
    struct sim_vote vote[];
};

/* Faults of a run, drawn from its seed; chances in thousandths. */
struct sim_faults {
    unsigned loss, vote_loss[2], lock_crash, twice, crash_point, sync_error, ack_loss, rot;
    uint64_t delay_ms, clog_ms; /* most messages come within the first, some within the second */
    uint64_t partition_every_ms, crash_every_ms, freeze_every_ms, clock_every_ms; /* 0: never */
    uint64_t disk_loss_every_ms;
    bool snapshots; /* are made */
    unsigned byz_silent, byz_equivocate, byz_bad, byz_split;
};

struct sim_net {
    bool cut[SIM_NODES_MAX][SIM_NODES_MAX]; /* from, to */
    uint64_t cut_until_ms;
    uint64_t flap_ms; /* 0: steady */
};

/* What Byzantine nodes have agreed on: a round in which one half is to see one block, the rest another. */
struct sim_plot {
    uint64_t height;
    int32_t round;
    unsigned half; /* a bit for each node */
    struct sim_id block[2];
};

struct sim_client {
    struct sim *sim;
    unsigned index;
    const struct bank_pair *script;
    size_t step, attempts; /* attempts: of the step */
    uint64_t request;      /* the one that is waited for */
    bool done[BANK_STEP_TXS];
    bool settled, expired, closed, finished; /* closed: by expiry */
    uint64_t due_ms;                         /* a request is given up, or the next is made */
};

/* What was done and what came of it. */
#define SIM_TOTALS(X)                                                                                        \
    X(events)                                                                                                \
    X(messages)                                                                                              \
    X(lost)                                                                                                  \
    X(twice)                                                                                                 \
    X(partitions)                                                                                            \
    X(freezes)                                                                                               \
    X(clock_jumps)                                                                                           \
    X(power_losses)                                                                                          \
    X(kills)                                                                                                 \
    X(engine_kills)                                                                                          \
    X(crash_points)                                                                                          \
    X(sync_errors)                                                                                           \
    X(rotten)                                                                                                \
    X(torn)                                                                                                  \
    X(byz_votes)                                                                                             \
    X(byz_proposals)                                                                                         \
    X(rejected)                                                                                              \
    X(disks_lost)                                                                                            \
    X(restored)                                                                                              \
    X(chunks_refused)                                                                                        \
    X(snapshots_rejected)                                                                                    \
    X(blocks)                                                                                                \
    X(rounds)                                                                                                \
    X(txs)                                                                                                   \
    X(accepted)                                                                                              \
    X(refused)                                                                                               \
    X(acks)                                                                                                  \
    X(turned)                                                                                                \
    X(acks_lost)                                                                                             \
    X(retries)                                                                                               \
    X(replayed)                                                                                              \
    X(virtual_ms)                                                                                            \
    X(rest_ms)
struct sim_totals {
#define X(name) unsigned long long name;
    SIM_TOTALS(X)
#undef X
};
void sim_totals_add(struct sim_totals *to, const struct sim_totals *from);

/* What was seen first at a height. */
struct sim_height {
    bool has_block, has_hash;
    struct sim_id block;
    uint8_t app_hash[32], results[32];
};
struct sim_ack {
    roam_id tx;
    struct ledger_receipt receipt;
};
/* All votes that a node ever sent. */
struct sim_sent {
    struct sim_vote *votes;
    size_t count, capacity;
};
struct sim_check {
    struct sim_height *height;
    size_t height_capacity;
    struct ledger_receipt *receipts; /* the log as the first node had it */
    size_t receipt_count, receipt_capacity;
    struct sim_ack *acks;
    size_t ack_count, ack_capacity;
    struct sim_sent sent[SIM_NODES_MAX]; /* by whom */
    uint64_t audited_height, last_height[SIM_NODES_MAX];
};

struct sim_options {
    uint64_t seed;
    enum sim_plant plant;
    bool verbose;
};

struct sim {
    struct sim_options options;
    const struct bank *bank;
    struct ledger_genesis genesis;
    struct ledger_circuit circuit;
    struct roam_prng prng, byz_prng;
    uint64_t now_ms, heal_ms, end_ms;
    bool healed;
    struct sim_queue queue;
    struct sim_faults faults;
    struct sim_net net;
    struct sim_plot plot;
    unsigned nodes, byzantine, clients;
    uint64_t told_height; /* of the latest block that a client was told of */
    uint64_t unrest_ms;   /* when a node was seen last that had not caught up */
    bool rechecks; /* pools look again after each block at what they have (CometBFT's mempool.recheck) */
    struct sim_node node[SIM_NODES_MAX];
    struct sim_client client[SIM_CLIENTS_MAX];
    struct sim_check check;
    struct sim_totals totals;
    uint64_t digest;
    bool broken;
    char why[256];
};

/* True with this chance in thousandths. */
static inline bool sim_chance(struct sim *sim, unsigned thousandths)
{
    return prng_below(&sim->prng, 1000) < thousandths;
}

/* What broke, the first time; ends the run. */
void sim_break(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_trace(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds to what two runs of one seed are compared by. */
void sim_digest(struct sim *sim, const void *bytes, size_t size);
void sim_at(struct sim *sim, uint64_t in_ms, struct sim_event event);

/* sim_faults.c */
void faults_draw(struct sim *sim);
int64_t faults_skew(struct sim *sim, unsigned index); /* of a node's clock */
void faults_event(struct sim *sim);
/* Of the nodes that are not Byzantine these count among the bad: all together they are fewer than a third.
 * Their clocks go wild, and they alone may lose what no replay brings back: who did has no vote until others
 * have decided what it may have voted on, and with a third of them no block would be made. */
bool faults_expendable(const struct sim *sim, unsigned index);

/* sim_net.c: a message takes its way, or is lost on it. The caller keeps its share. */
struct sim_message *message_new(enum sim_message_kind kind, unsigned from, size_t votes);
void message_drop(struct sim_message *message);
void net_send(struct sim *sim, struct sim_message *message, unsigned to);
void net_send_all(struct sim *sim, struct sim_message *message);
void net_partition(struct sim *sim);
void net_heal(struct sim *sim);

/* sim_node.c: the processes of a node. */
void node_init(struct sim_node *node, struct sim *sim, unsigned index);
void node_release(struct sim_node *node);
void node_start(struct sim_node *node);
/* All that is on its disks is gone. */
void node_wipe(struct sim_node *node);
/* Does what node->crash says. */
void node_crash(struct sim_node *node);
uint64_t node_clock_ms(const struct sim_node *node);
/* False: an exception, and the node crashes. The answer lives until the next call. */
bool node_call(struct sim_node *node, const struct abci_request *in, struct abci_response *out);
/* True if the process dies at this point. */
bool node_dies(struct sim_node *node, const char *where);
/* The same with a chance of the caller's. */
bool node_may_die(struct sim_node *node, unsigned thousandths, const char *where);
void node_entrance(struct sim_node *node);

/* sim_mempool.c */
void mempool_add(struct sim_node *node, struct sim_parcel *parcel);
void mempool_update(struct sim_node *node, const struct sim_block *block);
void mempool_clear(struct sim_node *node);

/* sim_engine.c and its parts. */
void engine_init(struct sim_node *node);
void engine_release(struct sim_node *node);
void engine_new_height(struct sim_node *node);
void engine_run(struct sim_node *node); /* all that can be done now */
void engine_timeout(struct sim_node *node, const struct sim_event *event);
void engine_receive(struct sim_node *node, const struct sim_message *message);
void engine_gossip(struct sim_node *node);
unsigned engine_proposer(const struct sim *sim, uint64_t height, int32_t round);
unsigned engine_quorum(const struct sim *sim); /* as planted */
bool engine_block_valid(const struct sim_node *node, const struct sim_block *block);
/* The decided block of a height that is there: chain_base < height < engine.height. */
struct sim_decided *chain_at(const struct sim_engine *e, uint64_t height);
void engine_know(struct sim_node *node, struct sim_block *block);
struct sim_block *engine_known(const struct sim_node *node, const struct sim_id *id);
/* sim_apply.c */
void apply_decided(struct sim_node *node, struct sim_block *block, const struct sim_vote *votes,
                   size_t count);
/* Executes and commits; false if it did not come to its end. */
bool apply_block(struct sim_node *node, const struct sim_block *block);
bool apply_processed(struct sim_node *node, const struct sim_block *block);
struct sim_block *apply_prepare(struct sim_node *node);
void chain_add(struct sim_node *node, const struct sim_decided *decided);
/* sim_wal.c: what an engine must not forget. */
void wal_vote(struct sim_node *node, const struct sim_vote *vote);
void wal_heard(struct sim_node *node, const struct sim_vote *vote);
void wal_proposal(struct sim_node *node);
void wal_decided(struct sim_node *node, const struct sim_decided *decided);
void wal_state(struct sim_node *node);
/* The engine begins behind this block. */
void wal_base(struct sim_node *node, const struct sim_decided *decided);
/* Reads the disk, shakes hands with the application and takes up where it was. */
void wal_start(struct sim_node *node);

/* sim_sync.c: state sync; sim_sync_serve.c: for others. */
void sync_start(struct sim_node *node);
void sync_release(struct sim_node *node);
void sync_tick(struct sim_node *node);
void sync_receive(struct sim_node *node, const struct sim_message *message);
void sync_serve(struct sim_node *node, const struct sim_message *asked);

/* sim_byzantine.c */
void byz_vote(struct sim_node *node, const struct sim_vote *vote);
/* True if it proposes a new block where the rules want the one that was voted for. */
bool byz_forgets(struct sim_node *node);
void byz_propose(struct sim_node *node, struct sim_block *block);

/* sim_client.c */
void client_init(struct sim_client *client, struct sim *sim, unsigned index);
void client_event(struct sim_client *client);
/* What is sent: that which may never be executed goes a way of its own. */
enum client_way { EVERYTHING, NEEDED, OPTIONAL };
/* request: the one that was current when this was planned. */
void client_late(struct sim_client *client, uint64_t request, enum client_way way);
bool clients_done(const struct sim *sim);

/* sim_check.c */
void check_release(struct sim *sim);
void check_vote(struct sim_node *node, const struct sim_vote *vote);
void check_decided(struct sim_node *node, const struct sim_decided *decided);
void check_executed(struct sim_node *node, const struct sim_block *block,
                    const struct abci_finalize_response *out);
void check_committed(struct sim_node *node);
void check_ack(struct sim_node *node, const roam_id *tx, const struct ledger_receipt *receipt);
/* A client is told that a transaction has become inadmissible. */
void check_turned(struct sim_node *node, const roam_id *tx, const struct ledger_receipt *refusal);
void check_started(struct sim_node *node);
/* A snapshot was taken. */
void check_restored(struct sim_node *node);
void check_end(struct sim *sim);
void check_money(struct sim *sim, u128 money);

/* Once in a process, before the first run. */
void sim_prepare(void);
/* One run. False: something broke, sim->why says what. Release in any case. */
bool sim_run(struct sim *sim, const struct sim_options *options);
void sim_release(struct sim *sim);

#endif
