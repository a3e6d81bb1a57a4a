#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct folder_lock *held;

static enum roam_err explain(struct roam_diag *diag, const char *path, int cause)
{
    enum roam_err err = cause == ENOENT || cause == ENOTDIR     ? ROAM_E_NOTFOUND
                        : cause == EEXIST || cause == ENOTEMPTY ? ROAM_E_EXISTS
                                                                : ROAM_E_IO;
    return roam_diag(diag, err, "%s: %s", path, strerror(cause));
}

/* Enters the lock into the list of this process; false if the folder is there already. */
static bool enter(struct folder_lock *lock)
{
    bool free = true;
    pthread_mutex_lock(&held_mutex);
    for (const struct folder_lock *other = held; other != NULL; other = other->next)
        if (other->device == lock->device && other->inode == lock->inode) free = false;
    if (free) {
        lock->next = held;
        held = lock;
    }
    pthread_mutex_unlock(&held_mutex);
    return free;
}

static void leave(struct folder_lock *lock)
{
    pthread_mutex_lock(&held_mutex);
    struct folder_lock **link = &held;
    while (*link != lock) link = &(*link)->next;
    *link = lock->next;
    pthread_mutex_unlock(&held_mutex);
}

static enum roam_err lock_descriptor(struct folder_lock *lock, const char *path, bool write,
                                     struct roam_diag *diag)
{
    struct stat info;
    if (fstat(lock->descriptor, &info) != 0) return explain(diag, path, errno);
    lock->device = info.st_dev;
    lock->inode = info.st_ino;
    if (!enter(lock)) return roam_diag(diag, ROAM_E_BUSY, "%s: open in this process already", path);
    if (!write || flock(lock->descriptor, LOCK_EX | LOCK_NB) == 0) return ROAM_OK;
    int cause = errno;
    leave(lock);
    if (cause != EWOULDBLOCK) return explain(diag, path, cause);
    return roam_diag(diag, ROAM_E_BUSY, "%s: another process writes to it", path);
}

enum roam_err folder_lock(struct folder_lock *lock, const char *path, bool write, struct roam_diag *diag)
{
    *lock = (struct folder_lock){.descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (lock->descriptor < 0) return explain(diag, path, errno);
    enum roam_err err = lock_descriptor(lock, path, write, diag);
    if (err == ROAM_OK) return ROAM_OK;
    close(lock->descriptor);
    lock->descriptor = -1;
    return err;
}

void folder_unlock(struct folder_lock *lock)
{
    if (lock->descriptor < 0) return;
    leave(lock);
    close(lock->descriptor);
    lock->descriptor = -1;
}

static enum roam_err sync_folder(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return ROAM_E_IO;
    bool good = fsync(descriptor) == 0;
    return close(descriptor) == 0 && good ? ROAM_OK : ROAM_E_IO;
}

/* ROAM_OK if path does not exist or is an empty folder. */
static enum roam_err check_vacant(const char *path, struct roam_diag *diag)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        if (errno == ENOENT) return ROAM_OK;
        return explain(diag, path, errno == ENOTDIR ? EEXIST : errno);
    }
    size_t entries = 0;
    while (readdir(folder) != NULL) entries++;
    closedir(folder);
    return entries <= 2 ? ROAM_OK : roam_diag(diag, ROAM_E_EXISTS, "%s: not an empty folder", path);
}

enum roam_err new_folder_begin(struct new_folder *folder, const char *path, struct roam_diag *diag)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    if (length + sizeof ".tmp/data.mdb" > PATH_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "path of %zu bytes is too long", length);
    snprintf(folder->path, sizeof folder->path, "%.*s", (int)length, path);
    snprintf(folder->temporary, sizeof folder->temporary, "%.*s.tmp", (int)length, path);
    ROAM_TRY(check_vacant(folder->path, diag));
    new_folder_abandon(folder);
    if (mkdir(folder->temporary, 0700) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_IO, "%s: %s", folder->temporary, strerror(errno));
}

enum roam_err new_folder_finish(struct new_folder *folder, struct roam_diag *diag)
{
    char parent[PATH_MAX];
    memcpy(parent, folder->path, sizeof parent);
    enum roam_err err = sync_folder(folder->temporary);
    if (err != ROAM_OK)
        roam_diag(diag, err, "%s: cannot be synced", folder->temporary);
    else if (rename(folder->temporary, folder->path) != 0)
        err = explain(diag, folder->path, errno);
    if (err != ROAM_OK) {
        new_folder_abandon(folder);
        return err;
    }
    return sync_folder(dirname(parent));
}

void new_folder_abandon(struct new_folder *folder)
{
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char file[PATH_MAX + 16];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(file, sizeof file, "%s/%s", folder->temporary, files[i]);
        unlink(file);
    }
    rmdir(folder->temporary);
}
