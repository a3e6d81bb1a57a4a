#include "memtable.h"
#include "store_state.h"

#include <stdlib.h>
#include <string.h>

struct replay {
    struct view view;
    struct memtable *records;
    bool out_of_memory; /* a record was lost */
    struct hosted_ledger hosted;
    struct ledger_bytes txs[LEDGER_BLOCK_TXS_MAX];
    struct ledger_receipt receipts[LEDGER_BLOCK_TXS_MAX];
    struct roam_diag *diag;
};

static enum roam_err differs(const struct replay *replay, uint64_t height, const char *what)
{
    return roam_diag(replay->diag, ROAM_E_MISMATCH, "block %llu: %s", (unsigned long long)height, what);
}

/* The first block above *height, which becomes its height; *count 0: there is none. */
static enum roam_err load_block(struct replay *replay, uint64_t *height, struct block_reader *block,
                                size_t *count)
{
    enum roam_err err = block_next(block, &replay->view, height);
    *count = 0;
    if (err == ROAM_E_NOTFOUND) return ROAM_OK;
    if (err == ROAM_OK && block->left == 0) err = ROAM_E_COUNT;
    if (err == ROAM_OK && block->left > LEDGER_BLOCK_TXS_MAX) err = ROAM_E_LIMIT;
    if (err == ROAM_OK) *count = block->left;
    for (size_t i = 0; err == ROAM_OK && i < *count; i++) err = block_read_tx(block, &replay->txs[i]);
    return err == ROAM_OK || err == ROAM_E_IO ? err : differs(replay, *height, roam_err_text(err));
}

/* context: struct replay. No record is ever deleted. */
static void put_record(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                       size_t value_size)
{
    struct replay *replay = context;
    ROAM_ASSERT(value != NULL);
    if (!memtable_put(replay->records, TABLE_RECORDS, key, key_size, value, value_size))
        replay->out_of_memory = true;
}

static size_t get_record(void *context, const uint8_t *key, size_t key_size, uint8_t value[LEDGER_VALUE_MAX])
{
    const struct replay *replay = context;
    const struct memtable_entry *entry = memtable_find(replay->records, TABLE_RECORDS, key, key_size);
    if (entry == NULL) return SIZE_MAX;
    memcpy(value, memtable_value(entry).mv_data, entry->value_size);
    return entry->value_size;
}

static bool receipts_equal(struct replay *replay, size_t count)
{
    uint8_t mine[LEDGER_RECEIPT_SIZE], key[KEY_U64_SIZE];
    MDB_val stored;
    for (size_t i = 0; i < count; i++) {
        ledger_receipt_serialize(mine, &replay->receipts[i]);
        key_u64(key, replay->receipts[i].index);
        if (!view_get(&replay->view, TABLE_RECEIPTS, key, sizeof key, &stored) ||
            stored.mv_size != sizeof mine || memcmp(stored.mv_data, mine, sizeof mine) != 0)
            return false;
    }
    return true;
}

/* Executes a block that was loaded. */
static enum roam_err replay_block(struct replay *replay, uint64_t height, const struct block_reader *block,
                                  size_t count)
{
    struct ledger *ledger = replay->hosted.ledger;
    struct ledger_head head;
    if (block->time_s < ledger_head(ledger)->time_s) return differs(replay, height, "time goes back");
    ledger_block_begin(ledger, height, block->time_s);
    if (ledger_execute(ledger, replay->txs, count, replay->receipts) != ROAM_OK)
        return differs(replay, height, "changes more records than a block may");
    ledger_block_end(ledger, &head);
    ledger_overlay_walk(ledger, replay, put_record);
    ledger_block_commit(ledger);
    if (replay->out_of_memory) return ROAM_E_NOMEM;
    if (!receipts_equal(replay, count)) return differs(replay, height, "receipts differ");
    if (memcmp(head.app_hash, block->app_hash, sizeof head.app_hash) != 0)
        return differs(replay, height, "app hash differs");
    return ROAM_OK;
}

static enum roam_err compare_record(void *context, const MDB_val *key, const MDB_val *value)
{
    const struct replay *replay = context;
    const struct memtable_entry *mine =
        memtable_find(replay->records, TABLE_RECORDS, key->mv_data, key->mv_size);
    if (mine != NULL && mine->value_size == value->mv_size &&
        memcmp(memtable_value(mine).mv_data, value->mv_data, value->mv_size) == 0)
        return ROAM_OK;
    return roam_diag(replay->diag, ROAM_E_MISMATCH, "record '%c' %s", *(const char *)key->mv_data,
                     mine == NULL ? "follows from no transaction" : "differs");
}

static enum roam_err compare_end(struct replay *replay, const struct ledger_head *head)
{
    ROAM_TRY(view_scan(&replay->view, TABLE_RECORDS, replay, compare_record));
    if (view_count(&replay->view, TABLE_RECORDS) == memtable_count(replay->records) &&
        memcmp(ledger_head(replay->hosted.ledger)->app_hash, head->app_hash, sizeof head->app_hash) == 0)
        return ROAM_OK;
    return differs(replay, head->height, "records or app hash are not those of the head");
}

static enum roam_err run_replay(struct replay *replay, const struct store *store, uint64_t *blocks)
{
    struct ledger_head head;
    struct ledger_config config = {.env = store->options.env,
                                   .overlay_records_max = STORE_BLOCK_RECORDS_MAX,
                                   .threads = store->options.threads,
                                   .kv = {replay, get_record}};
    ROAM_TRY(head_load(&head, &replay->view, &store->constants, replay->diag));
    ROAM_TRY(block_log_is_whole(&replay->view, replay->diag));
    ROAM_TRY(hosted_ledger_open(&replay->hosted, &config, &store->constants, NULL, replay->diag));
    ledger_genesis_walk(&store->constants.genesis, replay, put_record);
    if (replay->out_of_memory) return ROAM_E_NOMEM;
    uint64_t height = 0;
    size_t count;
    struct block_reader block;
    ROAM_TRY(load_block(replay, &height, &block, &count));
    for (*blocks = 0; count > 0; ++*blocks) {
        ROAM_TRY(replay_block(replay, height, &block, count));
        ROAM_TRY(load_block(replay, &height, &block, &count));
    }
    return compare_end(replay, &head);
}

enum roam_err store_replay(struct store *store, uint64_t *blocks, struct roam_diag *diag)
{
    struct replay *replay = calloc(1, sizeof *replay);
    if (replay == NULL) return ROAM_E_NOMEM;
    replay->diag = diag;
    replay->records = memtable_create();
    enum roam_err err = replay->records != NULL ? store_file_view(&replay->view, store, diag) : ROAM_E_NOMEM;
    if (err == ROAM_OK) err = run_replay(replay, store, blocks);
    if (view_status(&replay->view) != ROAM_OK) err = view_explain(&replay->view, diag);
    view_abort(&replay->view);
    hosted_ledger_close(&replay->hosted);
    memtable_destroy(replay->records);
    free(replay);
    return err;
}
