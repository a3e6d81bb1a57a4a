#include "store_state.h"

const struct ledger *store_read_begin(struct store *store)
{
    struct reader *reader;
    if (reader_begin(&reader, &store->readers, &store->tables, &store->constants) != ROAM_OK) return NULL;
    return reader->hosted.ledger;
}

void store_read_end(struct store *store) { reader_end(&store->readers); }

enum roam_err store_head_get(struct store *store, struct ledger_head *out)
{
    struct view view;
    ROAM_TRY(view_begin(&view, &store->tables, false));
    enum roam_err err = head_load(out, &view, &store->constants, NULL);
    view_abort(&view);
    return err;
}

enum roam_err store_record_get(struct store *store, const uint8_t *key, size_t key_size,
                               uint8_t value[LEDGER_VALUE_MAX], size_t *value_size)
{
    struct view view;
    ROAM_TRY(view_begin(&view, &store->tables, false));
    const struct ledger_kv kv = view_kv(&view);
    *value_size = kv.get(kv.context, key, key_size, value);
    enum roam_err err = view_status(&view);
    if (err == ROAM_OK && *value_size == SIZE_MAX) err = ROAM_E_NOTFOUND;
    view_abort(&view);
    return err;
}

void store_genesis_get(struct store *store, struct ledger_genesis *out) { *out = store->constants.genesis; }

enum roam_err store_receipt_by_index(struct store *store, uint64_t index, struct ledger_receipt *out)
{
    struct view view;
    ROAM_TRY(view_begin(&view, &store->tables, false));
    enum roam_err err = receipt_load(out, &view, index);
    view_abort(&view);
    return err;
}

enum roam_err store_receipt_by_tx(struct store *store, const roam_id *tx, struct ledger_receipt *out)
{
    struct view view;
    uint64_t index;
    ROAM_TRY(view_begin(&view, &store->tables, false));
    enum roam_err err = receipt_index(&index, &view, tx);
    if (err == ROAM_OK) err = receipt_load(out, &view, index);
    view_abort(&view);
    return err;
}

enum roam_err store_receipt_prove(struct store *store, uint64_t index, struct merkle_proof *proof,
                                  struct ledger_head *head)
{
    struct view view;
    ROAM_TRY(view_begin(&view, &store->tables, false));
    const struct merkle_store nodes = view_nodes(&view);
    enum roam_err err = head_load(head, &view, &store->constants, NULL);
    if (err == ROAM_OK && index >= head->receipts.size)
        err = ROAM_E_NOTFOUND;
    else if (err == ROAM_OK && merkle_inclusion_prove(proof, index, head->receipts.size, &nodes) != ROAM_OK)
        err = ROAM_E_IO;
    else if (err == ROAM_E_MISMATCH)
        err = ROAM_E_IO;
    view_abort(&view);
    return err;
}
