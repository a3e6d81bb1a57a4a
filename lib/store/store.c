#include "store_state.h"

#include "verify.h"

#include <stdlib.h>

static enum roam_err fill_tables(const struct tables *tables, const struct store_genesis *genesis,
                                 struct roam_diag *diag)
{
    struct view view;
    if (view_begin(&view, tables, true) != ROAM_OK) return view_explain(&view, diag);
    enum roam_err err = constants_create(&view, genesis, diag);
    if (err != ROAM_OK) {
        view_abort(&view);
        return err;
    }
    if (view_commit(&view) != ROAM_OK) return view_explain(&view, diag);
    return ROAM_OK;
}

enum roam_err store_create(const char *path, const struct store_genesis *genesis, struct roam_diag *diag)
{
    struct new_folder folder;
    struct tables tables;
    ROAM_TRY(new_folder_begin(&folder, path, diag));
    enum roam_err err = tables_open(&tables, folder.temporary, TABLES_CREATE, diag);
    if (err == ROAM_OK) {
        err = fill_tables(&tables, genesis, diag);
        tables_close(&tables);
    }
    if (err == ROAM_OK) return new_folder_finish(&folder, diag);
    new_folder_abandon(&folder);
    return err;
}

/* Reads what every use needs, and checks small stores whole. */
static enum roam_err load(struct store *store, struct roam_diag *diag)
{
    struct view view;
    struct ledger_head head;
    if (view_begin(&view, &store->tables, false) != ROAM_OK) return view_explain(&view, diag);
    enum roam_err err = constants_load(&store->constants, &view, diag);
    if (err == ROAM_OK) err = head_load(&head, &view, &store->constants, diag);
    if (err == ROAM_OK && view_count(&view, TABLE_RECORDS) <= STORE_OPEN_CHECK_RECORDS)
        err = verify_records(&view, &head, diag);
    view_abort(&view);
    return err;
}

static enum roam_err open_parts(struct store *store, const char *path, struct roam_diag *diag)
{
    const struct store_options *options = &store->options;
    ROAM_TRY(folder_lock(&store->lock, path, !options->read_only, diag));
    ROAM_TRY(tables_open(&store->tables, path, options->read_only ? TABLES_READ : TABLES_WRITE, diag));
    ROAM_TRY(load(store, diag));
    if (options->read_only) return ROAM_OK;
    return committer_start(&store->committer, &store->tables, &store->constants, options, diag);
}

enum roam_err store_open(struct store **out, const char *path, const struct store_options *options,
                         struct roam_diag *diag)
{
    ROAM_ASSERT(options->env != NULL && options->threads >= 1 && options->block_txs_max >= 1 &&
                options->block_txs_max <= LEDGER_BLOCK_TXS_MAX);
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) return ROAM_E_NOMEM;
    store->options = *options;
    store->lock.descriptor = -1;
    readers_init(&store->readers);
    enum roam_err err = open_parts(store, path, diag);
    if (err == ROAM_OK)
        *out = store;
    else
        store_close(store);
    return err;
}

void store_close(struct store *store)
{
    if (store == NULL) return;
    readers_release(&store->readers);
    committer_stop(store->committer);
    constants_release(&store->constants);
    tables_close(&store->tables);
    folder_unlock(&store->lock);
    free(store);
}

enum roam_err store_submit(struct store *store, const uint8_t *bytes, size_t size,
                           struct ledger_receipt *receipt)
{
    return store_submit_many(store, &(struct ledger_bytes){bytes, size}, 1, receipt);
}

enum roam_err store_submit_many(struct store *store, const struct ledger_bytes *txs, size_t count,
                                struct ledger_receipt *receipts)
{
    if (store->committer == NULL) return ROAM_E_UNSUPPORTED;
    for (size_t i = 0; i < count; i++)
        if (txs[i].size > TX_SIZE_MAX) return ROAM_E_LIMIT;
    if (count == 0) return ROAM_OK;
    struct submission *submissions = calloc(count, sizeof *submissions);
    if (submissions == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        submissions[i].tx = txs[i];
        submissions[i].receipt = &receipts[i];
    }
    enum roam_err err = committer_submit(store->committer, submissions, count);
    free(submissions);
    return err;
}

void store_failure(struct store *store, struct roam_diag *diag)
{
    if (store->committer != NULL) committer_explain(store->committer, diag);
}
