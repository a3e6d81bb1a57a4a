/* Writing a snapshot: one pass over the tables at one instant. */
#include "store_snapshot.h"

#include "buf.h"
#include "digest.h"
#include "endian.h"
#include "file.h"
#include "snapshot_files.h"
#include "store_state.h"

#include <stdlib.h>
#include <string.h>

/* Bytes gather to chunks, each of which goes to the file and leaves its digest. */
struct writing {
    struct roam_sink file;
    struct roam_buf digests;
    uint8_t *chunk; /* [STORE_CHUNK_SIZE] */
    size_t filled;
    const struct tables *tables;
    enum table table;
};

static enum roam_err end_chunk(struct writing *w)
{
    uint8_t digest[32];
    sha256(digest, w->chunk, w->filled);
    ROAM_TRY(buf_append(&w->digests, digest, sizeof digest));
    ROAM_TRY(sink_write(&w->file, w->chunk, w->filled));
    w->filled = 0;
    tables_release_pages(w->tables);
    return ROAM_OK;
}

static enum roam_err put(struct writing *w, const void *bytes, size_t size)
{
    for (const uint8_t *at = bytes; size > 0;) {
        const size_t room = STORE_CHUNK_SIZE - w->filled, some = size < room ? size : room;
        memcpy(w->chunk + w->filled, at, some);
        w->filled += some;
        at += some;
        size -= some;
        if (w->filled == STORE_CHUNK_SIZE) ROAM_TRY(end_chunk(w));
    }
    return ROAM_OK;
}

static enum roam_err put_entry(void *context, const MDB_val *key, const MDB_val *value)
{
    struct writing *w = context;
    uint8_t head[SNAPSHOT_ENTRY_HEADER_SIZE] = {(uint8_t)w->table};
    if (key->mv_size > UINT16_MAX || value->mv_size > UINT16_MAX) return ROAM_E_LIMIT;
    store_le16(head + 1, (uint16_t)key->mv_size);
    store_le16(head + 3, (uint16_t)value->mv_size);
    ROAM_TRY(put(w, head, sizeof head));
    ROAM_TRY(put(w, key->mv_data, key->mv_size));
    return put(w, value->mv_data, value->mv_size);
}

static enum roam_err put_state(struct writing *w, struct view *view, const struct ledger_head *head)
{
    static const enum table tables[] = {TABLE_RECORDS, TABLE_RECEIPTS};
    uint8_t bytes[HEAD_SIZE_MAX], size[4];
    const size_t head_size = head_serialize(bytes, head);
    store_le32(size, (uint32_t)head_size);
    ROAM_TRY(put(w, snapshot_magic, sizeof snapshot_magic));
    ROAM_TRY(put(w, size, sizeof size));
    ROAM_TRY(put(w, bytes, head_size));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        w->table = tables[i];
        ROAM_TRY(view_scan(view, tables[i], w, put_entry));
    }
    ROAM_TRY(put(w, "", 1));
    return w->filled > 0 ? end_chunk(w) : ROAM_OK;
}

/* The stream first, then its digests: a snapshot is there when both are. */
static enum roam_err write_files(struct writing *w, struct view *view, const struct ledger_head *head,
                                 const char *folder, struct roam_diag *diag)
{
    char path[PATH_MAX];
    struct roam_file_out file;
    ROAM_TRY(snapshot_path(path, folder, head->height, SNAPSHOT_STREAM, diag));
    ROAM_TRY(file_out_begin(&file, path, diag));
    w->file = file_out_sink(&file);
    ROAM_TRY(file_out_end(&file, put_state(w, view, head), diag));
    ROAM_TRY(snapshot_path(path, folder, head->height, SNAPSHOT_DIGESTS, diag));
    return file_write(path, w->digests.data, w->digests.size, diag);
}

static enum roam_err write_at(struct writing *w, struct view *view, const struct store *store,
                              const char *folder, uint64_t *height, struct roam_diag *diag)
{
    struct ledger_head head;
    ROAM_TRY(head_load(&head, view, &store->constants, diag));
    *height = head.height;
    if (snapshot_exists(folder, head.height))
        return roam_diag(diag, ROAM_E_EXISTS, "%s has a snapshot of height %llu", folder,
                         (unsigned long long)head.height);
    return write_files(w, view, &head, folder, diag);
}

enum roam_err store_snapshot_write(struct store *store, const char *folder, uint64_t *height,
                                   struct roam_diag *diag)
{
    struct view view;
    struct writing w = {.chunk = malloc(STORE_CHUNK_SIZE), .tables = &store->file};
    if (w.chunk == NULL) return ROAM_E_NOMEM;
    buf_init(&w.digests, (size_t)STORE_CHUNKS_MAX * 32);
    enum roam_err err = store_file_view(&view, store, diag);
    if (err == ROAM_OK) err = write_at(&w, &view, store, folder, height, diag);
    if (view_status(&view) != ROAM_OK) err = view_explain(&view, diag);
    view_abort(&view);
    tables_forget_dead_readers(&store->file);
    buf_release(&w.digests);
    free(w.chunk);
    return err;
}
