#include "sim_snapshot.h"

#include "digest.h"
#include "endian.h"
#include "sim_block.h"
#include "sim_ledger_parts.h"

#include <stdlib.h>
#include <string.h>

enum { KEEP_EVERY = 2, STREAM_MAX = 16 << 20 };

static int by_key(const void *a, const void *b)
{
    const struct record_entry *x = *(const struct record_entry *const *)a,
                              *y = *(const struct record_entry *const *)b;
    const size_t common = x->key_size < y->key_size ? x->key_size : y->key_size;
    const int order = memcmp(x->key, y->key, common);
    return order != 0 ? order : (x->key_size > y->key_size) - (x->key_size < y->key_size);
}

static void write_records(struct roam_buf *out, const struct record_map *map)
{
    const struct record_entry **sorted = malloc((map->count + 1) * sizeof *sorted);
    size_t count = 0;
    ROAM_ASSERT(sorted != NULL);
    for (size_t i = 0; i < map->capacity; i++)
        if (map->entries[i].key_size != 0) sorted[count++] = &map->entries[i];
    qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 0; i < count; i++) {
        buf_u64(out, sorted[i]->key_size);
        buf_bytes(out, sorted[i]->key, sorted[i]->key_size);
        buf_u64(out, sorted[i]->value_size);
        buf_bytes(out, sorted[i]->value, sorted[i]->value_size);
    }
    free(sorted);
}

static void write_stream(struct roam_buf *out, const struct sim_ledger *l)
{
    buf_u64(out, l->box.head.height);
    buf_u64(out, l->box.head.time_s);
    buf_u64(out, l->receipt_count);
    for (size_t i = 0; i < l->receipt_count; i++) {
        uint8_t bytes[LEDGER_RECEIPT_SIZE];
        ledger_receipt_serialize(bytes, &l->receipts[i]);
        buf_bytes(out, bytes, sizeof bytes);
    }
    write_records(out, &l->box.records);
}

void snapshot_keep(struct sim_ledger *l)
{
    if (!l->options.snapshots || ++l->commits % KEEP_EVERY != 0) return;
    if (l->kept_count == SIM_SNAPSHOTS_KEPT) {
        buf_release(&l->kept[0].stream);
        memmove(l->kept, l->kept + 1, --l->kept_count * sizeof *l->kept);
    }
    struct sim_snapshot *kept = &l->kept[l->kept_count++];
    kept->height = l->box.head.height;
    buf_init(&kept->stream, STREAM_MAX);
    write_stream(&kept->stream, l);
}

void snapshot_release(struct sim_ledger *l)
{
    for (size_t i = 0; i < l->kept_count; i++) buf_release(&l->kept[i].stream);
    l->kept_count = 0;
    if (!l->restore.begun) return;
    l->restore.begun = false;
    free(l->restore.offered.metadata);
    buf_release(&l->restore.stream);
}

static size_t chunk_of(const uint8_t *stream, size_t size, uint32_t chunk, const uint8_t **at)
{
    const size_t from = (size_t)chunk * SIM_CHUNK_SIZE;
    *at = stream;
    if (from >= size) return 0;
    *at += from;
    return size - from < SIM_CHUNK_SIZE ? size - from : SIM_CHUNK_SIZE;
}

void snapshot_describe(struct store_snapshot *out, uint64_t height, const uint8_t *stream, size_t size)
{
    const uint8_t *at;
    out->height = height;
    out->chunks = (uint32_t)((size + SIM_CHUNK_SIZE - 1) / SIM_CHUNK_SIZE);
    out->metadata = malloc((size_t)out->chunks * 32);
    ROAM_ASSERT(out->metadata != NULL);
    for (uint32_t i = 0; i < out->chunks; i++) {
        const size_t part = chunk_of(stream, size, i, &at);
        sha256(out->metadata + 32 * (size_t)i, at, part);
    }
    sha256(out->hash, out->metadata, (size_t)out->chunks * 32);
}

static size_t list(void *context, struct store_snapshot out[STORE_SNAPSHOTS_MAX])
{
    const struct sim_ledger *l = context;
    for (size_t i = 0; i < l->kept_count; i++) {
        const struct sim_snapshot *kept = &l->kept[l->kept_count - 1 - i];
        snapshot_describe(&out[i], kept->height, kept->stream.data, kept->stream.size);
    }
    return l->kept_count;
}

static enum roam_err chunk(void *context, uint64_t height, uint32_t number, uint8_t **bytes, size_t *size)
{
    const struct sim_ledger *l = context;
    const uint8_t *at;
    for (size_t i = 0; i < l->kept_count; i++) {
        if (l->kept[i].height != height) continue;
        *size = chunk_of(l->kept[i].stream.data, l->kept[i].stream.size, number, &at);
        if (*size == 0) return ROAM_E_NOTFOUND;
        *bytes = malloc(*size);
        ROAM_ASSERT(*bytes != NULL);
        memcpy(*bytes, at, *size);
        return ROAM_OK;
    }
    return ROAM_E_NOTFOUND;
}

static enum roam_err restore(void *context, const struct store_snapshot *offered, const uint8_t app_hash[32],
                             struct roam_diag *diag)
{
    struct sim_ledger *l = context;
    uint8_t hash[32];
    snapshot_release(l);
    if (offered->chunks == 0 || offered->height == 0) return roam_diag(diag, ROAM_E_LIMIT, "nothing");
    sha256(hash, offered->metadata, (size_t)offered->chunks * 32);
    if (memcmp(hash, offered->hash, sizeof hash) != 0) return roam_diag(diag, ROAM_E_FORMAT, "hash");
    if (l->box.head.height != 0) return roam_diag(diag, ROAM_E_EXISTS, "the ledger is not empty");
    l->restore = (struct sim_restore){.begun = true, .offered = *offered};
    l->restore.offered.metadata = malloc((size_t)offered->chunks * 32);
    ROAM_ASSERT(l->restore.offered.metadata != NULL);
    memcpy(l->restore.offered.metadata, offered->metadata, (size_t)offered->chunks * 32);
    memcpy(l->restore.app_hash, app_hash, 32);
    buf_init(&l->restore.stream, STREAM_MAX);
    return ROAM_OK;
}

/* Bytes of a stream that may be anything. */
static const uint8_t *some(struct sim_cursor *cursor, uint64_t size)
{
    return size <= cursor->left ? cursor_bytes(cursor, (size_t)size) : NULL;
}

static bool number(struct sim_cursor *cursor, uint64_t *out)
{
    const uint8_t *at = some(cursor, 8);
    if (at != NULL) *out = load_le64(at);
    return at != NULL;
}

static bool take_receipt(struct sim_ledger *l, struct sim_cursor *cursor)
{
    const struct merkle_store nodes = {l, sim_ledger_node_put, NULL};
    const uint8_t *bytes = some(cursor, LEDGER_RECEIPT_SIZE);
    struct ledger_receipt receipt;
    uint8_t leaf[MERKLE_HASH_SIZE];
    if (bytes == NULL || ledger_receipt_parse(&receipt, bytes) != ROAM_OK) return false;
    merkle_leaf_hash(leaf, bytes, LEDGER_RECEIPT_SIZE);
    merkle_log_append(&l->box.head.receipts, leaf, &nodes);
    sim_ledger_add_receipt(l, &receipt);
    return true;
}

static bool take_record(struct sim_ledger *l, struct sim_cursor *cursor)
{
    uint64_t key_size, value_size;
    const uint8_t *key, *value;
    if (!number(cursor, &key_size) || key_size == 0 || key_size > LEDGER_KEY_MAX ||
        (key = some(cursor, key_size)) == NULL)
        return false;
    if (!number(cursor, &value_size) || value_size > LEDGER_VALUE_MAX ||
        (value = some(cursor, value_size)) == NULL)
        return false;
    record_map_put(&l->box.records, key, (size_t)key_size, value, (size_t)value_size);
    return true;
}

bool snapshot_take(struct sim_ledger *l, const uint8_t *stream, size_t size)
{
    struct sim_cursor cursor = {stream, size};
    uint64_t receipts;
    if (!number(&cursor, &l->box.head.height) || !number(&cursor, &l->box.head.time_s) ||
        !number(&cursor, &receipts))
        return false;
    for (uint64_t i = 0; i < receipts; i++)
        if (!take_receipt(l, &cursor)) return false;
    while (cursor.left > 0)
        if (!take_record(l, &cursor)) return false;
    return true;
}

/* The stream is complete: it must lead to the app hash that consensus vouches for. */
static enum roam_err judge(const struct sim_ledger *l, uint8_t app_hash[32])
{
    const struct sim_restore *r = &l->restore;
    struct sim_ledger *beside = sim_ledger_new(&l->options);
    enum roam_err err = ROAM_E_FORMAT;
    roam_id id;
    if (snapshot_take(beside, r->stream.data, r->stream.size)) {
        sim_ledger_sum(beside);
        ledger_genesis_id(&id, l->options.genesis);
        ledger_app_hash(app_hash, &id, &beside->box.head);
        const bool same =
            memcmp(app_hash, r->app_hash, 32) == 0 && beside->box.head.height == r->offered.height;
        err = same || l->options.plant == PLANT_RESTORE_ANY ? ROAM_OK : ROAM_E_MISMATCH;
    }
    sim_ledger_close(beside);
    return err;
}

static enum roam_err finish(struct sim_ledger *l, struct roam_diag *diag)
{
    struct sim_restore *r = &l->restore;
    struct roam_buf payload;
    uint8_t app_hash[32];
    const enum roam_err err = judge(l, app_hash);
    if (err != ROAM_OK) return roam_diag(diag, err, "the snapshot is not the state");
    buf_init(&payload, STREAM_MAX + 32);
    buf_bytes(&payload, app_hash, 32);
    buf_bytes(&payload, r->stream.data, r->stream.size);
    disk_append(l->options.disk, KIND_SNAPSHOT, payload.data, payload.size);
    buf_release(&payload);
    if (l->options.dies(l->options.context, "before a snapshot is synced") || !disk_sync(l->options.disk))
        return sim_ledger_fail(l, diag, "the process died, or its disk");
    return sim_ledger_reload(l, diag);
}

static enum roam_err restore_chunk(void *context, uint32_t index, const uint8_t *bytes, size_t size,
                                   bool *done, struct roam_diag *diag)
{
    struct sim_ledger *l = context;
    struct sim_restore *r = &l->restore;
    uint8_t digest[32];
    *done = false;
    if (!r->begun || index != r->next) return roam_diag(diag, ROAM_E_UNSUPPORTED, "chunk %u", index);
    sha256(digest, bytes, size);
    if (memcmp(digest, r->offered.metadata + 32 * (size_t)index, 32) != 0 &&
        l->options.plant != PLANT_CHUNK_UNSEEN)
        return roam_diag(diag, ROAM_E_VERIFY, "these bytes are not chunk %u", index);
    buf_bytes(&r->stream, bytes, size);
    if (++r->next < r->offered.chunks) return ROAM_OK;
    const enum roam_err err = finish(l, diag);
    snapshot_release(l);
    *done = err == ROAM_OK;
    return err;
}

void snapshot_functions(struct node_ledger *out)
{
    out->snapshots = list;
    out->snapshot_chunk = chunk;
    out->restore = restore;
    out->restore_chunk = restore_chunk;
}
