/* The ledger as a node's application sees it: a durable store (node_store.h), or a simulator's.
 *
 * execute, commit and abort are those of store_blocks.h: one block at a time, their calls do not overlap. The
 * others may be called from any thread at any time and see the committed state. */
#ifndef NODE_LEDGER_H
#define NODE_LEDGER_H

#include "store_blocks.h"
#include "store_snapshot.h"

struct node_ledger {
    void *context;
    void (*genesis)(void *context, struct ledger_genesis *out);
    ROAM_MUST_USE enum roam_err (*head)(void *context, struct ledger_head *out);
    /* store_admit */
    ROAM_MUST_USE enum roam_err (*admit)(void *context, const struct ledger_bytes *txs, size_t count,
                                         size_t *refused, enum ledger_outcome *outcome);
    /* The receipt that accepted the transaction; ROAM_E_NOTFOUND if none did. */
    ROAM_MUST_USE enum roam_err (*accepted)(void *context, const roam_id *tx, struct ledger_receipt *out);
    /* store_receipt_prove */
    ROAM_MUST_USE enum roam_err (*prove)(void *context, uint64_t index, struct merkle_proof *proof,
                                         struct ledger_head *head);
    ROAM_MUST_USE enum roam_err (*execute)(void *context, const struct store_block *block,
                                           struct ledger_receipt *receipts, struct ledger_head *head,
                                           struct roam_diag *diag);
    ROAM_MUST_USE enum roam_err (*commit)(void *context, struct roam_diag *diag);
    void (*abort)(void *context);
    /* A validator, ROAM_E_NOTFOUND if there never was one of this key. May be NULL if the genesis names none.
     */
    ROAM_MUST_USE enum roam_err (*validator)(void *context, const roam_id *key, struct ledger_validator *out);

    /* Snapshots (store_snapshot.h), for a node that joins; all four may be NULL. They are called beside the
     * others, but restore and restore_chunk only while nothing is executed. */
    size_t (*snapshots)(void *context, struct store_snapshot list[STORE_SNAPSHOTS_MAX]);
    ROAM_MUST_USE enum roam_err (*snapshot_chunk)(void *context, uint64_t height, uint32_t chunk,
                                                  uint8_t **bytes, size_t *size);
    /* store_restore_begin, store_restore_chunk */
    ROAM_MUST_USE enum roam_err (*restore)(void *context, const struct store_snapshot *snapshot,
                                           const uint8_t app_hash[32], struct roam_diag *diag);
    ROAM_MUST_USE enum roam_err (*restore_chunk)(void *context, uint32_t chunk, const uint8_t *bytes,
                                                 size_t size, bool *done, struct roam_diag *diag);
};

#endif
