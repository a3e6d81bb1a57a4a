/* Snapshots as files of a folder. Private to lib/store. */
#ifndef STORE_SNAPSHOT_FILES_H
#define STORE_SNAPSHOT_FILES_H

#include "store_snapshot.h"

#include <limits.h>

enum { SNAPSHOT_MAGIC_SIZE = 4, SNAPSHOT_ENTRY_HEADER_SIZE = 5 };
extern const uint8_t snapshot_magic[SNAPSHOT_MAGIC_SIZE];

/* HEIGHT.snapshot and HEIGHT.digests */
enum snapshot_file { SNAPSHOT_STREAM, SNAPSHOT_DIGESTS };
/* ROAM_E_LIMIT: too long. */
ROAM_MUST_USE enum roam_err snapshot_path(char path[PATH_MAX], const char *folder, uint64_t height,
                                          enum snapshot_file which, struct roam_diag *diag);
bool snapshot_exists(const char *folder, uint64_t height);

#endif
