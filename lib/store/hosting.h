/* What a ledger object needs from a store: its genesis and keys, its records, its receipt log. Private to
 * lib/store. */
#ifndef STORE_HOSTING_H
#define STORE_HOSTING_H

#include "format.h"
#include "store.h"
#include "tables.h"

/* A verification key of the ledger, ready for use. */
struct store_key {
    struct groth16_vk vk;
    struct groth16_prepared_vk prepared;
    g1_affine ic[];
};

/* What never changes in a ledger. */
struct store_constants {
    struct ledger_genesis genesis;
    roam_id ledger;
    struct store_key *key[LEDGER_CIRCUITS_MAX]; /* genesis.circuit_count of them */
};
/* Checks genesis and keys and puts them into an empty store, with the head of height 0. The errors of
 * store_create. */
ROAM_MUST_USE enum roam_err constants_create(struct view *view, const struct store_genesis *genesis,
                                             struct roam_diag *diag);
/* Puts the records that the genesis in the store begins with. ROAM_E_IO, ROAM_E_MISMATCH. */
ROAM_MUST_USE enum roam_err constants_put_records(struct view *view, struct roam_diag *diag);
/* The errors of store_open. Release what was loaded in any case. */
ROAM_MUST_USE enum roam_err constants_load(struct store_constants *out, struct view *view,
                                           struct roam_diag *diag);
void constants_release(struct store_constants *constants);

/* ROAM_E_IO, ROAM_E_MISMATCH (the app hash is not that of the other fields). */
ROAM_MUST_USE enum roam_err head_load(struct ledger_head *out, struct view *view,
                                      const struct store_constants *constants, struct roam_diag *diag);

/* The records and the receipt log as seen through a view. */
struct ledger_kv view_kv(struct view *view);
struct merkle_store view_nodes(struct view *view);
/* ROAM_E_NOTFOUND, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err receipt_load(struct ledger_receipt *out, struct view *view, uint64_t index);
/* Index of the receipt that the table names for this transaction: ROAM_E_NOTFOUND, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err receipt_index(uint64_t *out, struct view *view, const roam_id *tx);
/* The first block above *height, which becomes its height: blocks that change nothing are not kept.
 * ROAM_E_NOTFOUND (there is none), ROAM_E_FORMAT, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err block_next(struct block_reader *out, struct view *view, uint64_t *height);
/* ROAM_E_UNSUPPORTED: the first blocks are not there, since the store was filled from a snapshot.
 * ROAM_E_MISMATCH, ROAM_E_IO. */
ROAM_MUST_USE enum roam_err block_log_is_whole(struct view *view, struct roam_diag *diag);

/* A ledger object in memory of its own. */
struct hosted_ledger {
    struct ledger *ledger;
    void *memory;
};
/* config: kv, receipt_nodes, env, threads and overlay_records_max are the caller's, genesis and circuits are
 * filled in. head NULL: at genesis. ROAM_E_NOMEM and the errors of ledger_init. */
ROAM_MUST_USE enum roam_err hosted_ledger_open(struct hosted_ledger *out, struct ledger_config *config,
                                               const struct store_constants *constants,
                                               const struct ledger_head *head, struct roam_diag *diag);
void hosted_ledger_close(struct hosted_ledger *hosted);

#endif
