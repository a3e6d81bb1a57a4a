#include "recent.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Address space for the file. Pages that do not exist cost nothing; where less is to be had, half is tried.
 */
static const size_t map_size_max = (size_t)1 << 40, map_size_min = (size_t)1 << 30;

static const char *const table_name[TABLE_COUNT] = {"meta",     "records",       "blocks",
                                                    "receipts", "receipt_by_tx", "nodes"};

static enum roam_err explain(struct roam_diag *diag, const char *path, int cause)
{
    enum roam_err err = cause == ENOENT || cause == MDB_NOTFOUND ? ROAM_E_NOTFOUND : ROAM_E_IO;
    return roam_diag(diag, err, "%s: %s", path, mdb_strerror(cause));
}

static int file_size(uint64_t *size, const char *path)
{
    char file[PATH_MAX];
    struct stat info;
    int length = snprintf(file, sizeof file, "%s/data.mdb", path);
    if (length < 0 || (size_t)length >= sizeof file) return ENAMETOOLONG;
    if (stat(file, &info) != 0) return errno;
    *size = (uint64_t)info.st_size;
    return 0;
}

static int try_env_open(MDB_env **out, const char *path, unsigned flags, size_t map_size)
{
    MDB_env *env;
    int cause = mdb_env_create(&env);
    if (cause != 0) return cause;
    cause = mdb_env_set_mapsize(env, map_size);
    if (cause == 0) cause = mdb_env_set_maxdbs(env, TABLE_COUNT);
    if (cause == 0) cause = mdb_env_set_maxreaders(env, 1024);
    if (cause == 0) cause = mdb_env_open(env, path, flags, 0600);
    if (cause == 0)
        *out = env;
    else
        mdb_env_close(env);
    return cause;
}

/* The map is at least twice the file: a store that has filled its map grows on at the next start. */
static int env_open(MDB_env **out, const char *path, unsigned flags, enum tables_mode mode)
{
    size_t map_size = map_size_max;
    uint64_t size = 0;
    int cause = mode == TABLES_CREATE ? 0 : file_size(&size, path);
    if (cause != 0) return cause;
    while (map_size / 2 < size) map_size *= 2;
    cause = try_env_open(out, path, flags, map_size);
    while ((cause == ENOMEM || cause == EINVAL) && map_size > map_size_min) {
        map_size /= 2;
        cause = try_env_open(out, path, flags, map_size);
    }
    return cause;
}

static int open_all(struct tables *tables, enum tables_mode mode)
{
    MDB_txn *txn;
    int cause = mdb_txn_begin(tables->env, NULL, mode == TABLES_CREATE ? 0 : MDB_RDONLY, &txn);
    if (cause != 0) return cause;
    for (int i = 0; cause == 0 && i < TABLE_COUNT; i++)
        cause = mdb_dbi_open(txn, table_name[i], mode == TABLES_CREATE ? MDB_CREATE : 0, &tables->dbi[i]);
    if (cause == 0) return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return cause;
}

/* Reading a mapped page behind the end of the file would end the process. The last pages may be missing by
 * right, if they were free when they would have been written; if a part of the file was cut off, zeros stand
 * in its place now, which are no page that LMDB takes. */
static int ensure_length(const struct tables *tables)
{
    MDB_envinfo info;
    MDB_stat page;
    struct stat file;
    int fd, cause = mdb_env_info(tables->env, &info);
    if (cause == 0) cause = mdb_env_stat(tables->env, &page);
    if (cause == 0) cause = mdb_env_get_fd(tables->env, &fd);
    if (cause != 0) return cause;
    off_t need = (off_t)(info.me_last_pgno + 1) * (off_t)page.ms_psize;
    if (fstat(fd, &file) != 0 || (file.st_size < need && ftruncate(fd, need) != 0)) return errno;
    return 0;
}

enum roam_err tables_open(struct tables *out, const char *path, enum tables_mode mode, struct roam_diag *diag)
{
    unsigned flags = MDB_NOTLS | (mode == TABLES_READ ? MDB_RDONLY : 0);
    *out = (struct tables){0};
    int cause = env_open(&out->env, path, flags, mode);
    if (cause != 0) return explain(diag, path, cause);
    if (mode == TABLES_WRITE) cause = ensure_length(out);
    if (cause == 0) cause = open_all(out, mode);
    if (cause == 0) {
        tables_forget_dead_readers(out);
        return ROAM_OK;
    }
    tables_close(out);
    return explain(diag, path, cause);
}

void tables_close(struct tables *tables)
{
    if (tables->env != NULL) mdb_env_close(tables->env);
    *tables = (struct tables){0};
}

void tables_forget_dead_readers(const struct tables *tables)
{
    int dead;
    (void)mdb_reader_check(tables->env, &dead); /* on failure they stay, which costs room only */
}

/* LMDB does not say where it has mapped its file; the kernel does. The mapping is a shared one, so that no
 * change is lost. */
void tables_release_pages(const struct tables *tables)
{
    char line[PATH_MAX + 128];
    struct stat file;
    int fd;
    if (mdb_env_get_fd(tables->env, &fd) != 0 || fstat(fd, &file) != 0) return;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long begin, end, inode;
        unsigned device_major, device_minor;
        if (sscanf(line, "%lx-%lx %*s %*s %x:%x %lu", &begin, &end, &device_major, &device_minor, &inode) ==
                5 &&
            inode == file.st_ino && makedev(device_major, device_minor) == file.st_dev)
            (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    fclose(maps);
}

static MDB_val val_of(const void *data, size_t size) { return (MDB_val){size, (void *)(uintptr_t)data}; }

/* True if the call succeeded; an entry that is not there is no error but no success either. */
static bool note(struct view *view, int cause)
{
    if (cause != 0 && cause != MDB_NOTFOUND && view->cause == 0) view->cause = cause;
    return cause == 0;
}

static void let_go(struct view *view)
{
    if (view->recent != NULL) recent_unlock(view->recent);
    view->recent = NULL;
}

/* The lock is held before the file is looked at: what leaves recent is in the file by then. */
static void see_recent(struct view *view, bool alone)
{
    view->recent = view->tables->recent;
    if (view->recent == NULL) return;
    if (alone)
        recent_lock_alone(view->recent);
    else
        recent_lock_shared(view->recent);
    if (view->recent->cause != 0) note(view, view->recent->cause);
}

enum roam_err view_begin(struct view *view, const struct tables *tables, bool write)
{
    *view = (struct view){.tables = tables};
    if (!write) see_recent(view, false);
    if (view->cause == 0) note(view, mdb_txn_begin(tables->env, NULL, write ? 0 : MDB_RDONLY, &view->txn));
    if (view->cause != 0) let_go(view);
    return view_status(view);
}

enum roam_err view_begin_recent(struct view *view, const struct tables *tables)
{
    *view = (struct view){.tables = tables};
    see_recent(view, true);
    view->into = view->recent->active;
    if (view->cause == 0) note(view, mdb_txn_begin(tables->env, NULL, MDB_RDONLY, &view->txn));
    if (view->cause != 0) let_go(view);
    return view_status(view);
}

void view_pause(struct view *view)
{
    if (view->txn != NULL) mdb_txn_reset(view->txn);
    let_go(view);
}

enum roam_err view_resume(struct view *view)
{
    see_recent(view, false);
    if (view->cause == 0) note(view, mdb_txn_renew(view->txn));
    if (view->cause != 0) let_go(view);
    return view_status(view);
}

enum roam_err view_commit(struct view *view)
{
    if (view->cause != 0) {
        view_abort(view);
        return ROAM_E_IO;
    }
    note(view, mdb_txn_commit(view->txn));
    view->txn = NULL;
    return view_status(view);
}

void view_abort(struct view *view)
{
    if (view->txn != NULL) mdb_txn_abort(view->txn);
    view->txn = NULL;
    let_go(view);
}

enum roam_err view_status(const struct view *view) { return view->cause == 0 ? ROAM_OK : ROAM_E_IO; }

enum roam_err view_explain(const struct view *view, struct roam_diag *diag)
{
    if (view->cause == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_IO, "store's file: %s", mdb_strerror(view->cause));
}

bool view_get(struct view *view, enum table table, const void *key, size_t key_size, MDB_val *value)
{
    MDB_val k = val_of(key, key_size);
    if (view->cause != 0) return false;
    const struct memtable_entry *entry =
        view->recent != NULL ? recent_find(view->recent, table, key, key_size) : NULL;
    if (entry == NULL) return note(view, mdb_get(view->txn, view->tables->dbi[table], &k, value));
    *value = memtable_value(entry);
    return true;
}

void view_put(struct view *view, enum table table, const void *key, size_t key_size, const void *value,
              size_t value_size)
{
    MDB_val k = val_of(key, key_size), v = val_of(value, value_size);
    if (view->cause != 0) return;
    if (view->into == NULL)
        note(view, mdb_put(view->txn, view->tables->dbi[table], &k, &v, 0));
    else if (!memtable_put(view->into, table, key, key_size, value, value_size))
        note(view, ENOMEM);
}

void *view_put_room(struct view *view, enum table table, const void *key, size_t key_size, size_t value_size)
{
    MDB_val k = val_of(key, key_size), v = {value_size, NULL};
    ROAM_ASSERT(view->recent == NULL);
    if (view->cause != 0) return NULL;
    return note(view, mdb_put(view->txn, view->tables->dbi[table], &k, &v, MDB_RESERVE)) ? v.mv_data : NULL;
}

void view_delete(struct view *view, enum table table, const void *key, size_t key_size)
{
    MDB_val k = val_of(key, key_size);
    ROAM_ASSERT(view->recent == NULL);
    if (view->cause == 0) note(view, mdb_del(view->txn, view->tables->dbi[table], &k, NULL));
}

void view_clear(struct view *view, enum table table)
{
    ROAM_ASSERT(view->recent == NULL);
    if (view->cause == 0) note(view, mdb_drop(view->txn, view->tables->dbi[table], 0));
}

bool view_seek(struct view *view, enum table table, MDB_val *key, MDB_val *value)
{
    MDB_cursor *cursor;
    ROAM_ASSERT(view->recent == NULL);
    if (view->cause != 0 || !note(view, mdb_cursor_open(view->txn, view->tables->dbi[table], &cursor)))
        return false;
    const bool found = note(view, mdb_cursor_get(cursor, key, value, MDB_SET_RANGE));
    mdb_cursor_close(cursor);
    return found;
}

uint64_t view_count(struct view *view, enum table table)
{
    MDB_stat stat;
    ROAM_ASSERT(view->recent == NULL);
    if (view->cause != 0 || !note(view, mdb_stat(view->txn, view->tables->dbi[table], &stat))) return 0;
    return stat.ms_entries;
}

enum roam_err view_scan(struct view *view, enum table table, void *context,
                        enum roam_err (*visit)(void *context, const MDB_val *key, const MDB_val *value))
{
    MDB_cursor *cursor;
    MDB_val key, value;
    enum roam_err err = view_status(view);
    ROAM_ASSERT(view->recent == NULL);
    if (err != ROAM_OK) return err;
    if (!note(view, mdb_cursor_open(view->txn, view->tables->dbi[table], &cursor))) return ROAM_E_IO;
    while (err == ROAM_OK && note(view, mdb_cursor_get(cursor, &key, &value, MDB_NEXT)))
        err = visit(context, &key, &value);
    mdb_cursor_close(cursor);
    return err != ROAM_OK ? err : view_status(view);
}
