#include "verify.h"

#include "digest.h"
#include "store_state.h"

#include <string.h>

static enum roam_err add_record(void *context, const MDB_val *key, const MDB_val *value)
{
    lthash_add(context, key->mv_data, key->mv_size, value->mv_data, value->mv_size);
    return ROAM_OK;
}

enum roam_err verify_records(struct view *view, const struct ledger_head *head, struct roam_diag *diag)
{
    struct lthash state;
    lthash_init(&state);
    ROAM_TRY(view_scan(view, TABLE_RECORDS, &state, add_record));
    if (memcmp(&state, &head->state, sizeof state) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH, "the %llu records are not those of the head at height %llu",
                     (unsigned long long)view_count(view, TABLE_RECORDS), (unsigned long long)head->height);
}

/* The receipt log, built again. */
struct log_check {
    struct view *view;
    struct merkle_log log;
    bool nodes_differ;
    struct roam_diag *diag;
};

static void compare_node(void *context, unsigned level, uint64_t index, const uint8_t hash[32])
{
    struct log_check *check = context;
    const struct merkle_store nodes = view_nodes(check->view);
    uint8_t stored[MERKLE_HASH_SIZE];
    if (!nodes.get(nodes.context, level, index, stored) || memcmp(stored, hash, sizeof stored) != 0)
        check->nodes_differ = true;
}

/* The table by transaction names this receipt, or a later one, or an earlier one that accepted. */
static bool is_indexed(struct view *view, const struct ledger_receipt *receipt)
{
    uint64_t index;
    struct ledger_receipt named;
    if (receipt_index(&index, view, &receipt->tx) != ROAM_OK || receipt_load(&named, view, index) != ROAM_OK)
        return false;
    return index == receipt->index ||
           (receipt->outcome != LEDGER_ACCEPTED && roam_id_equal(&named.tx, &receipt->tx) &&
            (index > receipt->index || named.outcome == LEDGER_ACCEPTED));
}

static enum roam_err check_receipt(struct log_check *check, uint64_t index,
                                   const struct ledger_receipt *receipt)
{
    uint8_t bytes[LEDGER_RECEIPT_SIZE], leaf[MERKLE_HASH_SIZE];
    const struct merkle_store compare = {.context = check, .put = compare_node};
    ledger_receipt_serialize(bytes, receipt);
    merkle_leaf_hash(leaf, bytes, sizeof bytes);
    merkle_log_append(&check->log, leaf, &compare);
    if (receipt->index == index && is_indexed(check->view, receipt) && !check->nodes_differ) return ROAM_OK;
    return roam_diag(check->diag, ROAM_E_MISMATCH, "receipt %llu: %s", (unsigned long long)index,
                     check->nodes_differ ? "hashes of the log above it differ"
                                         : "index or table by transaction");
}

/* One transaction of the block log and its receipt. */
static enum roam_err check_transaction(struct log_check *check, uint64_t height,
                                       const struct block_reader *block, const struct ledger_bytes *tx)
{
    struct ledger_receipt receipt;
    roam_id id, whole;
    uint64_t index = check->log.size;
    enum roam_err err = receipt_load(&receipt, check->view, index);
    if (err != ROAM_OK)
        return roam_diag(check->diag, ROAM_E_MISMATCH, "receipt %llu of height %llu: %s",
                         (unsigned long long)index, (unsigned long long)height, roam_err_text(err));
    tx_id_of_bytes(&id, tx->bytes, tx->size);
    sha256(whole.byte, tx->bytes, tx->size);
    if (receipt.height != height || receipt.time_s != block->time_s ||
        !roam_id_equal(&receipt.tx, receipt.type == 0 ? &whole : &id))
        return roam_diag(check->diag, ROAM_E_MISMATCH,
                         "receipt %llu is not that of its transaction at height %llu",
                         (unsigned long long)index, (unsigned long long)height);
    return check_receipt(check, index, &receipt);
}

/* What the block log has come to. */
struct log_end {
    uint64_t height, time_s;
    uint8_t app_hash[32];
};

/* The block behind `end`, which becomes its own. ROAM_E_NOTFOUND: there is none. */
static enum roam_err check_block(struct log_check *check, struct log_end *end)
{
    struct block_reader block;
    struct ledger_bytes tx;
    enum roam_err err = block_next(&block, check->view, &end->height);
    if (err == ROAM_E_NOTFOUND) return err;
    while (err == ROAM_OK && block.left > 0) {
        err = block_read_tx(&block, &tx);
        if (err == ROAM_OK) ROAM_TRY(check_transaction(check, end->height, &block, &tx));
    }
    if (err == ROAM_OK && block.time_s < end->time_s) err = ROAM_E_RANGE;
    end->time_s = block.time_s;
    memcpy(end->app_hash, block.app_hash, sizeof end->app_hash);
    if (err == ROAM_OK) return ROAM_OK;
    return roam_diag(check->diag, ROAM_E_MISMATCH, "block %llu: %s", (unsigned long long)end->height,
                     roam_err_text(err));
}

static enum roam_err check_log(struct view *view, const struct ledger_head *head, struct roam_diag *diag)
{
    struct log_check check = {.view = view, .diag = diag};
    struct log_end end = {0};
    uint8_t root[32], head_root[32];
    enum roam_err err;
    merkle_log_init(&check.log);
    memcpy(end.app_hash, head->app_hash, sizeof end.app_hash); /* of an empty log */
    while ((err = check_block(&check, &end)) == ROAM_OK) {
    }
    if (err != ROAM_E_NOTFOUND) return err;
    merkle_log_root(root, &check.log);
    merkle_log_root(head_root, &head->receipts);
    if (check.log.size == head->receipts.size && memcmp(root, head_root, sizeof root) == 0 &&
        memcmp(end.app_hash, head->app_hash, sizeof end.app_hash) == 0 && end.height == head->height &&
        view_count(view, TABLE_RECEIPTS) == head->receipts.size)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH,
                     "%llu receipts of the blocks up to height %llu are not those of the head",
                     (unsigned long long)check.log.size, (unsigned long long)end.height);
}

enum roam_err store_verify(struct store *store, struct roam_diag *diag)
{
    struct view view;
    struct ledger_head head;
    ROAM_TRY(store_file_view(&view, store, diag));
    enum roam_err err = head_load(&head, &view, &store->constants, diag);
    if (err == ROAM_OK) err = verify_records(&view, &head, diag);
    if (err == ROAM_OK) err = block_log_is_whole(&view, diag);
    if (err == ROAM_OK) err = check_log(&view, &head, diag);
    if (view_status(&view) != ROAM_OK) err = view_explain(&view, diag);
    view_abort(&view);
    return err;
}
