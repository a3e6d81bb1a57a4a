#include "hosting.h"

#include "endian.h"

#include <stdlib.h>
#include <string.h>

static size_t kv_get(void *context, const uint8_t *key, size_t key_size, uint8_t value[LEDGER_VALUE_MAX])
{
    struct view *view = context;
    MDB_val found;
    if (!view_get(view, TABLE_RECORDS, key, key_size, &found)) return SIZE_MAX;
    if (found.mv_size > LEDGER_VALUE_MAX) {
        view->cause = MDB_CORRUPTED;
        return SIZE_MAX;
    }
    memcpy(value, found.mv_data, found.mv_size);
    return found.mv_size;
}

struct ledger_kv view_kv(struct view *view) { return (struct ledger_kv){view, kv_get}; }

/* Level 0, the leaves, is not kept: it follows from the receipts. */
static void node_put(void *context, unsigned level, uint64_t index, const uint8_t hash[32])
{
    uint8_t key[KEY_NODE_SIZE];
    if (level == 0) return;
    key_node(key, level, index);
    view_put(context, TABLE_NODES, key, sizeof key, hash, MERKLE_HASH_SIZE);
}

static bool node_get(void *context, unsigned level, uint64_t index, uint8_t hash[32])
{
    uint8_t key[KEY_NODE_SIZE];
    MDB_val found;
    if (level == 0) {
        key_u64(key, index);
        if (!view_get(context, TABLE_RECEIPTS, key, KEY_U64_SIZE, &found)) return false;
        merkle_leaf_hash(hash, found.mv_data, found.mv_size);
        return true;
    }
    key_node(key, level, index);
    if (!view_get(context, TABLE_NODES, key, sizeof key, &found) || found.mv_size != MERKLE_HASH_SIZE)
        return false;
    memcpy(hash, found.mv_data, MERKLE_HASH_SIZE);
    return true;
}

struct merkle_store view_nodes(struct view *view) { return (struct merkle_store){view, node_put, node_get}; }

enum roam_err receipt_load(struct ledger_receipt *out, struct view *view, uint64_t index)
{
    uint8_t key[KEY_U64_SIZE];
    MDB_val found;
    key_u64(key, index);
    if (!view_get(view, TABLE_RECEIPTS, key, sizeof key, &found))
        return view_status(view) != ROAM_OK ? ROAM_E_IO : ROAM_E_NOTFOUND;
    if (found.mv_size != LEDGER_RECEIPT_SIZE || ledger_receipt_parse(out, found.mv_data) != ROAM_OK)
        return ROAM_E_IO;
    return ROAM_OK;
}

enum roam_err receipt_index(uint64_t *out, struct view *view, const roam_id *tx)
{
    MDB_val found;
    if (!view_get(view, TABLE_RECEIPT_BY_TX, tx->byte, sizeof tx->byte, &found))
        return view_status(view) != ROAM_OK ? ROAM_E_IO : ROAM_E_NOTFOUND;
    if (found.mv_size != 8) return ROAM_E_IO;
    *out = load_le64(found.mv_data);
    return ROAM_OK;
}

enum roam_err block_next(struct block_reader *out, struct view *view, uint64_t *height)
{
    uint8_t bytes[KEY_U64_SIZE];
    MDB_val key = {sizeof bytes, bytes}, found;
    *out = (struct block_reader){0};
    key_u64(bytes, *height + 1);
    if (!view_seek(view, TABLE_BLOCKS, &key, &found))
        return view_status(view) != ROAM_OK ? ROAM_E_IO : ROAM_E_NOTFOUND;
    if (key.mv_size != KEY_U64_SIZE) return ROAM_E_FORMAT;
    *height = load_be64(key.mv_data);
    return block_read_begin(out, found.mv_data, found.mv_size);
}

enum roam_err block_log_is_whole(struct view *view, struct roam_diag *diag)
{
    MDB_val height;
    if (!view_get(view, TABLE_META, "restored", 8, &height)) return view_explain(view, diag);
    if (height.mv_size != KEY_U64_SIZE) return roam_diag(diag, ROAM_E_MISMATCH, "\"restored\" is malformed");
    return roam_diag(diag, ROAM_E_UNSUPPORTED,
                     "the store was filled from the snapshot of height %llu and has no blocks before",
                     (unsigned long long)load_be64(height.mv_data));
}

enum roam_err head_load(struct ledger_head *out, struct view *view, const struct store_constants *constants,
                        struct roam_diag *diag)
{
    MDB_val found;
    uint8_t app_hash[32];
    bool good = view_get(view, TABLE_META, "head", 4, &found) &&
                head_parse(out, found.mv_data, found.mv_size) == ROAM_OK;
    if (view_status(view) != ROAM_OK) return view_explain(view, diag);
    if (!good) return roam_diag(diag, ROAM_E_MISMATCH, "head is missing or malformed");
    ledger_app_hash(app_hash, &constants->ledger, out);
    if (memcmp(app_hash, out->app_hash, sizeof app_hash) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_MISMATCH, "head of height %llu: its app hash is not that of its parts",
                     (unsigned long long)out->height);
}

static void set_circuits(struct ledger_config *config, const struct store_constants *constants)
{
    config->genesis = constants->genesis;
    for (size_t i = 0; i < constants->genesis.circuit_count; i++) {
        config->circuit[i].size = constants->genesis.circuit[i].size;
        config->circuit[i].vk = &constants->key[i]->prepared;
    }
}

enum roam_err hosted_ledger_open(struct hosted_ledger *out, struct ledger_config *config,
                                 const struct store_constants *constants, const struct ledger_head *head,
                                 struct roam_diag *diag)
{
    set_circuits(config, constants);
    size_t size = (ledger_memory_size(config) + 63) / 64 * 64;
    *out = (struct hosted_ledger){.memory = aligned_alloc(64, size)};
    if (out->memory == NULL) return roam_diag(diag, ROAM_E_NOMEM, "no %zu bytes for the ledger", size);
    enum roam_err err = ledger_init(&out->ledger, out->memory, config, head, diag);
    if (err != ROAM_OK) hosted_ledger_close(out);
    return err;
}

void hosted_ledger_close(struct hosted_ledger *hosted)
{
    free(hosted->memory);
    *hosted = (struct hosted_ledger){0};
}
