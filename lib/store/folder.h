/* The folder of a store: how it comes into being, and who may open it. Private to lib/store. */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include "err.h"

#include <limits.h>
#include <sys/types.h>

/* LMDB forbids to open a file twice in one process, and two processes must not write: a lock holds the
 * folder's place in the list of this process and, for a writer, flock(2) on the folder. */
struct folder_lock {
    struct folder_lock *next;
    int descriptor; /* -1: not held */
    dev_t device;
    ino_t inode;
};
/* ROAM_E_NOTFOUND, ROAM_E_IO, ROAM_E_BUSY. The lock stays where it is while it is held. */
ROAM_MUST_USE enum roam_err folder_lock(struct folder_lock *lock, const char *path, bool write,
                                        struct roam_diag *diag);
void folder_unlock(struct folder_lock *lock);

/* A folder being made beside its final place, so that it appears complete or not at all. */
struct new_folder {
    char path[PATH_MAX], temporary[PATH_MAX];
};
/* Makes the temporary folder; what is left of an earlier try is removed. ROAM_E_EXISTS (path exists and is
 * not an empty folder), ROAM_E_IO, ROAM_E_LIMIT (path too long). */
ROAM_MUST_USE enum roam_err new_folder_begin(struct new_folder *folder, const char *path,
                                             struct roam_diag *diag);
/* Syncs it and moves it into place, durably. ROAM_E_EXISTS, ROAM_E_IO; then it is gone. */
ROAM_MUST_USE enum roam_err new_folder_finish(struct new_folder *folder, struct roam_diag *diag);
void new_folder_abandon(struct new_folder *folder);

#endif
