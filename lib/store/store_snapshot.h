/* Snapshots: the whole committed state of an ordered store in a file, from which another host of the ledger
 * begins without executing the blocks before. A snapshot holds the head, all records and all receipts; not
 * the blocks, so that store_replay of a restored store has nothing to begin from.
 *
 * The file is one stream, handed out in chunks of STORE_CHUNK_SIZE bytes:
 *   "rsn1" size:u32 head, then entries table:u8 key_size:u16 value_size:u16 key value in the order of tables
 * and keys, then the byte 0. Integers are little-endian. A chunk is checked against the metadata when it
 * comes, the state as a whole, at the end, against the app hash that consensus vouches for. */
#ifndef STORE_SNAPSHOT_H
#define STORE_SNAPSHOT_H

#include "store.h"

enum {
    STORE_SNAPSHOT_FORMAT = 1,
    STORE_CHUNK_SIZE = 8 << 20,
    STORE_CHUNKS_MAX = 1 << 16,
    STORE_SNAPSHOTS_MAX = 16 /* that a list has */
};

struct store_snapshot {
    uint64_t height;
    uint32_t chunks;
    uint8_t hash[32];  /* SHA-256 of the metadata */
    uint8_t *metadata; /* SHA-256 of each chunk, one behind the other; allocated */
};
void store_snapshot_release(struct store_snapshot *snapshot);

/* Writes FOLDER/HEIGHT.snapshot and, beside it, its metadata; the folder must exist. Reads one instant,
 * beside everything else. ROAM_E_EXISTS (there is one of this height), ROAM_E_IO, ROAM_E_NOMEM, ROAM_E_LIMIT.
 */
ROAM_MUST_USE enum roam_err store_snapshot_write(struct store *store, const char *folder, uint64_t *height,
                                                 struct roam_diag *diag);
/* The folder's snapshots, latest first; *count of them, each to be released. Files that are no snapshots are
 * passed over. ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_snapshot_list(struct store_snapshot list[STORE_SNAPSHOTS_MAX],
                                                size_t *count, const char *folder, struct roam_diag *diag);
/* One chunk; *bytes is allocated. ROAM_E_NOTFOUND, ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_snapshot_chunk(uint8_t **bytes, size_t *size, const char *folder,
                                                 uint64_t height, uint32_t chunk, struct roam_diag *diag);
/* Removes all but the `keep` latest, and what writing that was broken off has left. Not beside
 * store_snapshot_write. */
void store_snapshot_prune(const char *folder, size_t keep);

struct store_restore;

/* Begins to fill an ordered store that is at height 0. snapshot is copied. If the work ends before
 * store_restore_chunk says that it is done, for whatever reason, the store is at height 0 again when it is
 * opened next, or when another restoration begins. ROAM_E_EXISTS (the store is not empty), ROAM_E_FORMAT (the
 * snapshot contradicts itself), ROAM_E_LIMIT, ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_restore_begin(struct store_restore **out, struct store *store,
                                                const struct store_snapshot *snapshot,
                                                const uint8_t app_hash[32], struct roam_diag *diag);
/* Chunks come in order, beginning with 0. *done: it was the last one, and the store is at the snapshot's
 * height, durably. ROAM_E_VERIFY: these bytes are not that chunk; nothing happened, ask another peer.
 * ROAM_E_MISMATCH: the snapshot as a whole is not the state that the app hash stands for. ROAM_E_FORMAT,
 * ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err store_restore_chunk(struct store_restore *restore, uint32_t chunk,
                                                const uint8_t *bytes, size_t size, bool *done,
                                                struct roam_diag *diag);
/* NULL is allowed. */
void store_restore_end(struct store_restore *restore);

#endif
