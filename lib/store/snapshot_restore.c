/* Filling a store from a snapshot. While it lasts the meta table has "restoring": what is found with it is
 * thrown away. */
#include "store_snapshot.h"

#include "block.h"
#include "digest.h"
#include "endian.h"
#include "restore.h"
#include "snapshot_files.h"
#include "store_state.h"

#include <stdlib.h>
#include <string.h>

static const char restoring[] = "restoring";

struct store_restore {
    struct store *store;
    struct store_snapshot snapshot;
    uint8_t app_hash[32];
    uint32_t next; /* chunk */
    uint8_t *rest; /* of the last chunk: an entry's beginning */
    size_t rest_size;
    bool has_head, has_end;
    struct ledger_head head;    /* as the snapshot says */
    struct lthash state;        /* of the records so far */
    struct merkle_log receipts; /* so far */
};

enum roam_err restore_forget(const struct tables *tables, struct roam_diag *diag)
{
    static const enum table filled[] = {TABLE_RECORDS, TABLE_RECEIPTS, TABLE_RECEIPT_BY_TX, TABLE_NODES};
    struct view view;
    MDB_val found;
    if (view_begin(&view, tables, true) != ROAM_OK) return view_explain(&view, diag);
    if (!view_get(&view, TABLE_META, restoring, sizeof restoring - 1, &found)) {
        const enum roam_err err = view_explain(&view, diag);
        view_abort(&view);
        return err;
    }
    for (size_t i = 0; i < sizeof filled / sizeof *filled; i++) view_clear(&view, filled[i]);
    view_delete(&view, TABLE_META, restoring, sizeof restoring - 1);
    const enum roam_err err = constants_put_records(&view, diag);
    if (err != ROAM_OK) {
        view_abort(&view);
        return err;
    }
    return view_commit(&view) == ROAM_OK ? ROAM_OK : view_explain(&view, diag);
}

static enum roam_err check_offer(const struct store_snapshot *snapshot, struct roam_diag *diag)
{
    uint8_t hash[32];
    if (snapshot->chunks == 0 || snapshot->chunks > STORE_CHUNKS_MAX || snapshot->height == 0)
        return roam_diag(diag, ROAM_E_LIMIT, "a snapshot of %u chunks", snapshot->chunks);
    sha256(hash, snapshot->metadata, (size_t)snapshot->chunks * 32);
    if (memcmp(hash, snapshot->hash, sizeof hash) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "the snapshot's hash is not that of its chunks' digests");
}

static enum roam_err begin(struct store_restore *restore, struct roam_diag *diag)
{
    struct store *store = restore->store;
    struct view view;
    if (ordered_height(store->ordered) != 0)
        return roam_diag(diag, ROAM_E_EXISTS, "the store is at height %llu, only an empty one is filled",
                         (unsigned long long)ordered_height(store->ordered));
    ROAM_TRY(restore_forget(&store->tables, diag));
    if (view_begin(&view, &store->tables, true) != ROAM_OK) return view_explain(&view, diag);
    view_put(&view, TABLE_META, restoring, sizeof restoring - 1, "1", 1);
    return view_commit(&view) == ROAM_OK ? ROAM_OK : view_explain(&view, diag);
}

static enum roam_err copy_snapshot(struct store_snapshot *out, const struct store_snapshot *in)
{
    const size_t size = (size_t)in->chunks * 32;
    *out = *in;
    out->metadata = malloc(size);
    if (out->metadata == NULL) return ROAM_E_NOMEM;
    memcpy(out->metadata, in->metadata, size);
    return ROAM_OK;
}

enum roam_err store_restore_begin(struct store_restore **out, struct store *store,
                                  const struct store_snapshot *snapshot, const uint8_t app_hash[32],
                                  struct roam_diag *diag)
{
    ROAM_TRY(check_offer(snapshot, diag));
    struct store_restore *restore = calloc(1, sizeof *restore);
    if (restore == NULL) return ROAM_E_NOMEM;
    restore->store = store;
    memcpy(restore->app_hash, app_hash, sizeof restore->app_hash);
    lthash_init(&restore->state);
    merkle_log_init(&restore->receipts);
    enum roam_err err = copy_snapshot(&restore->snapshot, snapshot);
    if (err == ROAM_OK) err = begin(restore, diag);
    if (err == ROAM_OK)
        *out = restore;
    else
        store_restore_end(restore);
    return err;
}

void store_restore_end(struct store_restore *restore)
{
    if (restore == NULL) return;
    store_snapshot_release(&restore->snapshot);
    free(restore->rest);
    free(restore);
}

/* The stream's next bytes. */
struct stream {
    const uint8_t *at;
    size_t left;
};

static const uint8_t *take(struct stream *in, size_t size)
{
    if (in->left < size) return NULL;
    in->at += size;
    in->left -= size;
    return in->at - size;
}

/* ROAM_E_NOTFOUND: more bytes are needed. */
static enum roam_err read_head(struct store_restore *restore, struct stream *in)
{
    struct stream ahead = *in;
    const uint8_t *begin = take(&ahead, SNAPSHOT_MAGIC_SIZE + 4);
    if (begin == NULL) return ROAM_E_NOTFOUND;
    const size_t size = load_le32(begin + SNAPSHOT_MAGIC_SIZE);
    if (memcmp(begin, snapshot_magic, SNAPSHOT_MAGIC_SIZE) != 0 || size > HEAD_SIZE_MAX) return ROAM_E_FORMAT;
    const uint8_t *head = take(&ahead, size);
    if (head == NULL) return ROAM_E_NOTFOUND;
    ROAM_TRY(head_parse(&restore->head, head, size));
    restore->has_head = true;
    *in = ahead;
    return ROAM_OK;
}

static enum roam_err add_receipt(struct store_restore *restore, struct view *view, const uint8_t *key,
                                 size_t key_size, const uint8_t *value, size_t value_size)
{
    struct ledger_receipt receipt;
    uint8_t leaf[MERKLE_HASH_SIZE];
    const struct merkle_store nodes = view_nodes(view);
    if (key_size != KEY_U64_SIZE || value_size != LEDGER_RECEIPT_SIZE ||
        ledger_receipt_parse(&receipt, value) != ROAM_OK || receipt.index != restore->receipts.size ||
        load_be64(key) != receipt.index)
        return ROAM_E_FORMAT;
    merkle_leaf_hash(leaf, value, value_size);
    merkle_log_append(&restore->receipts, leaf, &nodes);
    block_write_receipt(view, &receipt);
    return ROAM_OK;
}

static enum roam_err add_entry(struct store_restore *restore, struct view *view, enum table table,
                               const uint8_t *key, size_t key_size, const uint8_t *value, size_t value_size)
{
    if (table == TABLE_RECEIPTS) return add_receipt(restore, view, key, key_size, value, value_size);
    if (table != TABLE_RECORDS || key_size == 0 || key_size > LEDGER_KEY_MAX || value_size == 0 ||
        value_size > LEDGER_VALUE_MAX)
        return ROAM_E_FORMAT;
    lthash_add(&restore->state, key, key_size, value, value_size);
    view_put(view, TABLE_RECORDS, key, key_size, value, value_size);
    return ROAM_OK;
}

/* One entry, or the end. ROAM_E_NOTFOUND: more bytes are needed. */
static enum roam_err read_entry(struct store_restore *restore, struct view *view, struct stream *in)
{
    struct stream ahead = *in;
    if (in->left > 0 && in->at[0] == 0) {
        restore->has_end = true;
        (void)take(in, 1);
        return ROAM_OK;
    }
    const uint8_t *header = take(&ahead, SNAPSHOT_ENTRY_HEADER_SIZE);
    if (header == NULL) return ROAM_E_NOTFOUND;
    const size_t key_size = load_le16(header + 1), value_size = load_le16(header + 3);
    const uint8_t *entry = take(&ahead, key_size + value_size);
    if (entry == NULL) return ROAM_E_NOTFOUND;
    ROAM_TRY(add_entry(restore, view, (enum table)header[0], entry, key_size, entry + key_size, value_size));
    *in = ahead;
    return ROAM_OK;
}

/* What the bytes hold; the beginning of an entry that goes on in the next chunk is kept. */
static enum roam_err read_stream(struct store_restore *restore, struct view *view, struct stream in)
{
    enum roam_err err = ROAM_OK;
    if (!restore->has_head) err = read_head(restore, &in);
    while (err == ROAM_OK && !restore->has_end) err = read_entry(restore, view, &in);
    if (err == ROAM_OK && in.left > 0) return ROAM_E_FORMAT;
    if (err != ROAM_OK && err != ROAM_E_NOTFOUND) return err;
    uint8_t *rest = malloc(in.left + 1);
    if (rest == NULL) return ROAM_E_NOMEM;
    memcpy(rest, in.at, in.left);
    free(restore->rest);
    restore->rest = rest;
    restore->rest_size = in.left;
    return ROAM_OK;
}

static bool is_whole(const struct store_restore *restore)
{
    const struct ledger_head *head = &restore->head;
    uint8_t app_hash[32], root[32], head_root[32];
    ledger_app_hash(app_hash, &restore->store->constants.ledger, head);
    merkle_log_root(root, &restore->receipts);
    merkle_log_root(head_root, &head->receipts);
    return restore->has_head && restore->has_end && head->height == restore->snapshot.height &&
           memcmp(app_hash, restore->app_hash, sizeof app_hash) == 0 &&
           memcmp(app_hash, head->app_hash, sizeof app_hash) == 0 &&
           memcmp(&restore->state, &head->state, sizeof head->state) == 0 &&
           restore->receipts.size == head->receipts.size && memcmp(root, head_root, sizeof root) == 0;
}

/* The head goes with the last entries, in one transaction. */
static enum roam_err finish(struct store_restore *restore, struct view *view, struct roam_diag *diag)
{
    uint8_t bytes[HEAD_SIZE_MAX], height[KEY_U64_SIZE];
    if (!is_whole(restore))
        return roam_diag(diag, ROAM_E_MISMATCH, "the snapshot of height %llu is not the ledger's state",
                         (unsigned long long)restore->snapshot.height);
    view_put(view, TABLE_META, "head", 4, bytes, head_serialize(bytes, &restore->head));
    key_u64(height, restore->head.height);
    view_put(view, TABLE_META, "restored", 8, height, sizeof height);
    view_delete(view, TABLE_META, restoring, sizeof restoring - 1);
    return ROAM_OK;
}

static enum roam_err apply(struct store_restore *restore, struct view *view, const uint8_t *bytes,
                           size_t size, struct roam_diag *diag)
{
    uint8_t *joined = malloc(restore->rest_size + size);
    if (joined == NULL) return ROAM_E_NOMEM;
    if (restore->rest_size > 0) memcpy(joined, restore->rest, restore->rest_size);
    memcpy(joined + restore->rest_size, bytes, size);
    enum roam_err err = read_stream(restore, view, (struct stream){joined, restore->rest_size + size});
    free(joined);
    if (err == ROAM_OK && restore->next + 1 == restore->snapshot.chunks) err = finish(restore, view, diag);
    if (err != ROAM_OK) return roam_diag(diag, err, "chunk %u of the snapshot", restore->next);
    return view_explain(view, diag);
}

static bool is_chunk(const struct store_restore *restore, uint32_t chunk, const uint8_t *bytes, size_t size)
{
    uint8_t digest[32];
    if (chunk != restore->next || chunk >= restore->snapshot.chunks || size == 0 || size > STORE_CHUNK_SIZE)
        return false;
    sha256(digest, bytes, size);
    return memcmp(digest, restore->snapshot.metadata + (size_t)chunk * 32, sizeof digest) == 0;
}

enum roam_err store_restore_chunk(struct store_restore *restore, uint32_t chunk, const uint8_t *bytes,
                                  size_t size, bool *done, struct roam_diag *diag)
{
    struct view view;
    *done = false;
    if (!is_chunk(restore, chunk, bytes, size))
        return roam_diag(diag, ROAM_E_VERIFY, "these %zu bytes are not chunk %u", size, restore->next);
    if (view_begin(&view, &restore->store->tables, true) != ROAM_OK) return view_explain(&view, diag);
    enum roam_err err = apply(restore, &view, bytes, size, diag);
    if (err != ROAM_OK) {
        view_abort(&view);
        return err;
    }
    if (view_commit(&view) != ROAM_OK) return view_explain(&view, diag);
    if (++restore->next < restore->snapshot.chunks) return ROAM_OK;
    ROAM_TRY(ordered_reload(restore->store->ordered, diag));
    *done = true;
    return ROAM_OK;
}
