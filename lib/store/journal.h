/* Blocks on the disk before they are in the file: two append-only files in the store's folder, "journal.0"
 * and "journal.1", one being filled while the blocks of the other go to the file. Private to lib/store.
 *
 * An entry is "rjn1" size:u32 height:u64 digest:32 bytes, little-endian; the digest is SHA-256 of size,
 * height and bytes. Reading ends at the first entry that is not whole, which is the one that was being
 * written when the process or the machine died. Heights rise within a file, and all of one file come before
 * all of the other. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "err.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct journal {
    char path[2][PATH_MAX];
    int fd[2];       /* -1: not open */
    unsigned active; /* which one is filled */
    off_t end;       /* of the active one */
    int cause;       /* errno of a failure */
};

/* True if the folder has a journal with something in it. */
bool journal_is_left(const char *folder);

/* Opens or makes both files, durably. ROAM_E_IO, ROAM_E_LIMIT (path too long). Close in any case. */
ROAM_MUST_USE enum roam_err journal_open(struct journal *journal, const char *folder, struct roam_diag *diag);
/* Files that are empty are removed. */
void journal_close(struct journal *journal);

/* Visits the entries of both files in order of height, until it returns an error, which is passed on.
 * ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err journal_read(struct journal *journal, void *context,
                                         enum roam_err (*visit)(void *context, uint64_t height,
                                                                const uint8_t *bytes, size_t size));
/* Durable when it returns ROAM_OK; ROAM_E_IO: see cause, the entry may be there or not, and nothing may be
 * appended any more. */
ROAM_MUST_USE enum roam_err journal_append(struct journal *journal, uint64_t height, const uint8_t *bytes,
                                           size_t size);
/* The other file, which is empty, is filled from now on. */
void journal_turn(struct journal *journal);
/* Empties the file that is not filled, or both; ROAM_E_IO. */
ROAM_MUST_USE enum roam_err journal_empty_other(struct journal *journal);
ROAM_MUST_USE enum roam_err journal_empty_both(struct journal *journal);

#endif
