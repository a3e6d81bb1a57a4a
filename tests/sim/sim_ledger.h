/* A ledger on a simulated disk: lib/ledger with its records in memory; a block is one record of the disk,
 * with what it changed, and commit answers when that is synced. A start reads the disk, and takes the state
 * for good only if records and receipts lead to the app hash that was written. */
#ifndef SIM_LEDGER_H
#define SIM_LEDGER_H

#include "ledger_box.h"
#include "node_ledger.h"
#include "sim_disk.h"
#include "sim_plant.h"

struct sim_ledger;

/* Says whether the process dies at this point. */
typedef bool sim_ledger_dies(void *context, const char *where);

struct sim_ledger_options {
    const struct ledger_genesis *genesis;
    const struct ledger_circuit *circuits;
    struct sim_disk *disk; /* outlives it */
    enum sim_plant plant;
    bool snapshots; /* are made */
    uint64_t seed;
    void *context;
    sim_ledger_dies *dies;
};

/* Reads the disk. ROAM_E_MISMATCH: what it holds does not fit together (diag says how). */
ROAM_MUST_USE enum roam_err sim_ledger_open(struct sim_ledger **out, const struct sim_ledger_options *options,
                                            struct roam_diag *diag);
void sim_ledger_close(struct sim_ledger *ledger);

struct node_ledger sim_ledger_node(struct sim_ledger *ledger);
/* What a node's entrance looks at: ledger_admit, and then the points. */
enum ledger_outcome sim_ledger_admit(struct sim_ledger *ledger, const struct ledger_bytes *tx);

/* Committed: height; receipts; records and head, for audits. */
uint64_t sim_ledger_height(const struct sim_ledger *ledger);
const struct ledger_receipt *sim_ledger_receipts(const struct sim_ledger *ledger, size_t *count);
const struct ledger_box *sim_ledger_box(const struct sim_ledger *ledger);
/* Of the block that was executed and waits for commit; *count 0 if there is none. */
const struct ledger_receipt *sim_ledger_executed(const struct sim_ledger *ledger, size_t *count);
/* True if its first blocks are not there, for it began with a snapshot. */
bool sim_ledger_was_restored(const struct sim_ledger *ledger);
/* Executes everything on the disk again from genesis; NULL, or what differs. */
const char *sim_ledger_replay(const struct sim_ledger_options *options);

#endif
