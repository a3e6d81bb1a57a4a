/* A ledger on a simulated disk, inside. Private to the simulator. */
#ifndef SIM_LEDGER_PARTS_H
#define SIM_LEDGER_PARTS_H

#include "buf.h"
#include "sim_ledger.h"
#include "sim_snapshot.h"

enum {
    KIND_BLOCK = 'B',
    KIND_SNAPSHOT = 'N', /* app hash and stream: where a disk begins that has no first block */
    OVERLAY_RECORDS = 1024,
    LEVELS_MAX = 24,
    PAYLOAD_MAX = 64 << 20,
    ADMITTED_MAX = 256
};

struct level {
    uint8_t (*hash)[MERKLE_HASH_SIZE];
    size_t count, capacity;
};

struct sim_ledger {
    struct sim_ledger_options options;
    struct ledger_box box;
    struct ledger_receipt *receipts;
    size_t receipt_count, receipt_capacity;
    struct level level[LEVELS_MAX]; /* inner hashes of the receipt log */
    /* The block that was executed and waits for commit. */
    bool executed, failed, restored;
    struct ledger_head next;
    struct roam_buf payload;
    struct ledger_receipt *fresh;
    size_t fresh_count;
    roam_id admitted[ADMITTED_MAX]; /* planted */
    size_t admitted_count;
    /* Snapshots, the latest last, and one that comes in. */
    struct sim_snapshot kept[SIM_SNAPSHOTS_KEPT];
    size_t kept_count;
    unsigned commits;
    struct sim_restore restore;
};

/* Inner hashes of the receipt log. */
void sim_ledger_node_put(void *context, unsigned level, uint64_t index, const uint8_t hash[32]);
void sim_ledger_add_receipt(struct sim_ledger *l, const struct ledger_receipt *receipt);

/* With nothing in it, and no ledger object yet. */
struct sim_ledger *sim_ledger_new(const struct sim_ledger_options *options);
/* Drops what is in memory, and reads the disk. */
enum roam_err sim_ledger_reload(struct sim_ledger *l, struct roam_diag *diag);
/* The commitment to all records, from the records. */
void sim_ledger_sum(struct sim_ledger *l);
/* Nothing works from now on. */
enum roam_err sim_ledger_fail(struct sim_ledger *l, struct roam_diag *diag, const char *why);

#endif
