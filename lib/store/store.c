#include "store_state.h"

#include "journal.h"
#include "restore.h"
#include "verify.h"

#include <stdlib.h>

enum { SEEN_SIGNATURES = 1 << 15 };

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

static enum roam_err open_ordered(struct store *store, const char *path, struct roam_diag *diag)
{
    store->seen = seen_create(SEEN_SIGNATURES);
    if (store->seen == NULL) return ROAM_E_NOMEM;
    store->tables.recent = &store->recent;
    ROAM_TRY(recent_init(&store->recent));
    ROAM_TRY(checkpoint_open(&store->checkpoint, &store->tables, path, diag));
    const struct ordered_parts parts = {&store->tables, store->checkpoint, &store->constants, store->seen,
                                        &store->options};
    ROAM_TRY(ordered_open(&store->ordered, &parts, diag));
    return admission_open(&store->admission, &store->tables, &store->constants, store->seen, diag);
}

static enum roam_err open_parts(struct store *store, const char *path, struct roam_diag *diag)
{
    const struct store_options *options = &store->options;
    ROAM_TRY(folder_lock(&store->lock, path, !options->read_only, diag));
    ROAM_TRY(tables_open(&store->file, path, options->read_only ? TABLES_READ : TABLES_WRITE, diag));
    store->tables = store->file;
    if (!options->read_only) ROAM_TRY(restore_forget(&store->file, diag));
    ROAM_TRY(load(store, diag));
    if (options->read_only) return ROAM_OK;
    if (options->ordered) return open_ordered(store, path, diag);
    if (journal_is_left(path))
        return roam_diag(diag, ROAM_E_MISMATCH,
                         "%s: its last blocks are in the journal: start the node that orders them", path);
    return committer_start(&store->committer, &store->tables, &store->constants, options, diag);
}

enum roam_err store_open(struct store **out, const char *path, const struct store_options *options,
                         struct roam_diag *diag)
{
    ROAM_ASSERT(options->env != NULL && options->threads >= 1 && options->block_txs_max >= 1 &&
                options->block_txs_max <= LEDGER_BLOCK_TXS_MAX && !(options->read_only && options->ordered));
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
    ordered_close(store->ordered);
    admission_close(store->admission);
    checkpoint_close(store->checkpoint);
    if (store->tables.recent != NULL) recent_release(&store->recent);
    seen_destroy(store->seen);
    constants_release(&store->constants);
    tables_close(&store->file);
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
    if (store->checkpoint != NULL) checkpoint_explain(store->checkpoint, diag);
}

enum roam_err store_block_execute(struct store *store, const struct store_block *block,
                                  struct ledger_receipt *receipts, struct ledger_head *head,
                                  struct roam_diag *diag)
{
    return ordered_execute(store->ordered, block, receipts, head, diag);
}

enum roam_err store_block_commit(struct store *store, struct roam_diag *diag)
{
    return ordered_commit(store->ordered, diag);
}

void store_block_abort(struct store *store) { ordered_abort(store->ordered); }

enum roam_err store_admit(struct store *store, const struct ledger_bytes *txs, size_t count, size_t *refused,
                          enum ledger_outcome *outcome)
{
    return admission_look(store->admission, txs, count, refused, outcome);
}

uint64_t store_height(struct store *store) { return ordered_height(store->ordered); }

enum roam_err store_file_view(struct view *view, struct store *store, struct roam_diag *diag)
{
    *view = (struct view){0};
    if (store->checkpoint != NULL) ROAM_TRY(checkpoint_flush(store->checkpoint, diag));
    return view_begin(view, &store->file, false) == ROAM_OK ? ROAM_OK : view_explain(view, diag);
}

enum roam_err store_create_like(const char *path, const char *source, struct roam_diag *diag)
{
    struct store *store;
    const struct store_options options = {
        .env = &roam_env_system, .threads = 1, .block_txs_max = 1, .read_only = true};
    ROAM_TRY(store_open(&store, source, &options, diag));
    struct store_genesis genesis = {.genesis = store->constants.genesis};
    for (size_t i = 0; i < genesis.genesis.circuit_count; i++) genesis.vk[i] = &store->constants.key[i]->vk;
    enum roam_err err = store_create(path, &genesis, diag);
    store_close(store);
    return err;
}
