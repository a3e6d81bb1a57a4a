/* The tables of a store in LMDB. Private to lib/store.
 *
 *   table          key                          value
 *   meta           "version" "genesis" "head"   see format.h
 *                  "restoring"                  there while a snapshot is being restored
                  "restored"                   the snapshot's height:u64, for ever after
 *                  "key" index:u8               groth16_vk_serialize
 *   records        the ledger's                 the ledger's
 *   blocks         height:u64                   see format.h; heights may have gaps
 *   receipts       index:u64                    ledger_receipt_serialize
 *   receipt_by_tx  transaction id               index:u64
 *   nodes          level:u8 index:u64           hash of the receipt log, level >= 1
 *
 * Integers in keys are big-endian, so that tables are in their order. */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "err.h"

#include <lmdb.h>
#include <stdbool.h>

enum table {
    TABLE_META,
    TABLE_RECORDS,
    TABLE_BLOCKS,
    TABLE_RECEIPTS,
    TABLE_RECEIPT_BY_TX,
    TABLE_NODES,
    TABLE_COUNT
};

struct recent;
struct memtable;

struct tables {
    MDB_env *env;
    MDB_dbi dbi[TABLE_COUNT];
    struct recent *recent; /* what is not in the file yet (recent.h); NULL: all is */
};

enum tables_mode { TABLES_CREATE, TABLES_WRITE, TABLES_READ };

/* path: an existing folder. ROAM_E_NOTFOUND (no store in it), ROAM_E_IO. */
ROAM_MUST_USE enum roam_err tables_open(struct tables *out, const char *path, enum tables_mode mode,
                                        struct roam_diag *diag);
void tables_close(struct tables *tables);
/* Forgets the reads of processes that died; while they count, pages are not used again and the file grows. */
void tables_forget_dead_readers(const struct tables *tables);

/* Gives the kernel the pages that were read, after a scan of everything: they stay in its cache as long as it
 * likes. */
void tables_release_pages(const struct tables *tables);

/* A transaction that remembers its first error, so that a series of gets and puts is checked once, at its
 * end. After an error every call does nothing and every get finds nothing. A view belongs to the thread that
 * began or resumed it.
 *
 * Gets see what is recent before the file. All else is the file's alone, and not for views that see what is
 * recent. */
struct view {
    const struct tables *tables;
    MDB_txn *txn;
    struct recent *recent; /* seen by this view, whose lock it holds; NULL: only the file is */
    struct memtable *into; /* where this view puts; NULL: into the file */
    int cause;             /* LMDB's or the system's error number; 0 if none */
};

/* write: of the file. ROAM_E_IO; view->cause tells why. */
ROAM_MUST_USE enum roam_err view_begin(struct view *view, const struct tables *tables, bool write);
/* A view that puts into what is recent, and waits until there is no other; ended by view_abort, which takes
 * nothing back. ROAM_E_IO. */
ROAM_MUST_USE enum roam_err view_begin_recent(struct view *view, const struct tables *tables);
/* A reading view that sees nothing for a while, and then the state of that time. ROAM_E_IO. */
void view_pause(struct view *view);
ROAM_MUST_USE enum roam_err view_resume(struct view *view);
/* ROAM_OK when everything put is durable; else ROAM_E_IO and nothing was put, unless the sync itself failed.
 */
ROAM_MUST_USE enum roam_err view_commit(struct view *view);
void view_abort(struct view *view);
/* ROAM_OK or ROAM_E_IO. */
ROAM_MUST_USE enum roam_err view_status(const struct view *view);
enum roam_err view_explain(const struct view *view, struct roam_diag *diag);

/* False if absent. The value's bytes stay valid until the next put or the end of the view. */
bool view_get(struct view *view, enum table table, const void *key, size_t key_size, MDB_val *value);
void view_put(struct view *view, enum table table, const void *key, size_t key_size, const void *value,
              size_t value_size);
/* Room for a value that the caller fills before the next call; NULL after an error. */
void *view_put_room(struct view *view, enum table table, const void *key, size_t key_size, size_t value_size);
void view_delete(struct view *view, enum table table, const void *key, size_t key_size);
/* The first entry whose key is not below *key; *key becomes its key. False if there is none. */
bool view_seek(struct view *view, enum table table, MDB_val *key, MDB_val *value);
/* Takes all entries away. */
void view_clear(struct view *view, enum table table);
/* Number of entries. */
uint64_t view_count(struct view *view, enum table table);
/* Calls visit for every entry in key order until it returns an error, which is passed on; ROAM_E_IO. */
ROAM_MUST_USE enum roam_err view_scan(struct view *view, enum table table, void *context,
                                      enum roam_err (*visit)(void *context, const MDB_val *key,
                                                             const MDB_val *value));

#endif
