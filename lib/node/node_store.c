#include "node_store.h"

static struct store *store_of(void *context) { return ((struct node_store *)context)->store; }

static void get_genesis(void *context, struct ledger_genesis *out)
{
    store_genesis_get(store_of(context), out);
}

static enum roam_err get_head(void *context, struct ledger_head *out)
{
    return store_head_get(store_of(context), out);
}

static enum roam_err admit(void *context, const struct ledger_bytes *txs, size_t count, size_t *refused,
                           enum ledger_outcome *outcome)
{
    return store_admit(store_of(context), txs, count, refused, outcome);
}

static enum roam_err accepted(void *context, const roam_id *tx, struct ledger_receipt *out)
{
    ROAM_TRY(store_receipt_by_tx(store_of(context), tx, out));
    return out->outcome == LEDGER_ACCEPTED ? ROAM_OK : ROAM_E_NOTFOUND;
}

static enum roam_err prove(void *context, uint64_t index, struct merkle_proof *proof,
                           struct ledger_head *head)
{
    return store_receipt_prove(store_of(context), index, proof, head);
}

static enum roam_err execute(void *context, const struct store_block *block, struct ledger_receipt *receipts,
                             struct ledger_head *head, struct roam_diag *diag)
{
    return store_block_execute(store_of(context), block, receipts, head, diag);
}

static enum roam_err commit(void *context, struct roam_diag *diag)
{
    return store_block_commit(store_of(context), diag);
}

static void abort_block(void *context) { store_block_abort(store_of(context)); }

static enum roam_err validator(void *context, const roam_id *key, struct ledger_validator *out)
{
    const struct ledger *ledger = store_read_begin(store_of(context));
    if (ledger == NULL) return ROAM_E_IO;
    const enum roam_err err = ledger_get_validator(out, ledger, key);
    store_read_end(store_of(context));
    return err;
}

static size_t snapshots(void *context, struct store_snapshot list[STORE_SNAPSHOTS_MAX])
{
    const struct node_store *node_store = context;
    size_t count = 0;
    if (node_store->snapshots == NULL) return 0;
    return store_snapshot_list(list, &count, node_store->snapshots, NULL) == ROAM_OK ? count : 0;
}

static enum roam_err snapshot_chunk(void *context, uint64_t height, uint32_t chunk, uint8_t **bytes,
                                    size_t *size)
{
    const struct node_store *node_store = context;
    if (node_store->snapshots == NULL) return ROAM_E_NOTFOUND;
    return store_snapshot_chunk(bytes, size, node_store->snapshots, height, chunk, NULL);
}

static enum roam_err restore(void *context, const struct store_snapshot *snapshot, const uint8_t app_hash[32],
                             struct roam_diag *diag)
{
    struct node_store *node_store = context;
    node_store_release(node_store);
    return store_restore_begin(&node_store->restore, node_store->store, snapshot, app_hash, diag);
}

static enum roam_err restore_chunk(void *context, uint32_t chunk, const uint8_t *bytes, size_t size,
                                   bool *done, struct roam_diag *diag)
{
    struct node_store *node_store = context;
    if (node_store->restore == NULL) return roam_diag(diag, ROAM_E_UNSUPPORTED, "no snapshot was offered");
    const enum roam_err err = store_restore_chunk(node_store->restore, chunk, bytes, size, done, diag);
    if (*done || (err != ROAM_OK && err != ROAM_E_VERIFY)) node_store_release(node_store);
    return err;
}

void node_store_release(struct node_store *node_store)
{
    store_restore_end(node_store->restore);
    node_store->restore = NULL;
}

struct node_ledger node_ledger_of_store(struct node_store *node_store)
{
    return (struct node_ledger){.context = node_store,
                                .genesis = get_genesis,
                                .head = get_head,
                                .admit = admit,
                                .accepted = accepted,
                                .prove = prove,
                                .execute = execute,
                                .commit = commit,
                                .abort = abort_block,
                                .validator = validator,
                                .snapshots = snapshots,
                                .snapshot_chunk = snapshot_chunk,
                                .restore = restore,
                                .restore_chunk = restore_chunk};
}
