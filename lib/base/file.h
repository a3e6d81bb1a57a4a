/* Whole files: read with a limit, replaced atomically. */
#ifndef ROAM_FILE_H
#define ROAM_FILE_H

#include "sink.h"

#include <limits.h>

/* Reads a regular file. *data is allocated, ends with a NUL that *size does not count, and is the caller's to
 * free. ROAM_E_NOTFOUND, ROAM_E_IO, ROAM_E_LIMIT (longer than maximum_size), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err file_read(uint8_t **data, size_t *size, const char *path, size_t maximum_size,
                                      struct roam_diag *diag);

/* Writes path.tmp, syncs it, renames it over path and syncs the folder: after a crash path is the old file or
 * the new one. */
ROAM_MUST_USE enum roam_err file_write(const char *path, const void *data, size_t size,
                                       struct roam_diag *diag);

/* The same for a file that is written piece by piece: until file_out_end all is in path.tmp, and nothing of
 * it is left if the work fails. */
struct roam_file_out {
    const char *path; /* the caller's */
    char temporary[PATH_MAX];
    int fd;
    int cause; /* errno of the first failure, or 0 */
};
/* ROAM_E_LIMIT (path too long), ROAM_E_IO. */
ROAM_MUST_USE enum roam_err file_out_begin(struct roam_file_out *out, const char *path,
                                           struct roam_diag *diag);
/* Writes to the file, which must outlive it; ROAM_E_IO. */
struct roam_sink file_out_sink(struct roam_file_out *out);
/* With work == ROAM_OK syncs the file and puts it in place; otherwise removes it and returns work. ROAM_E_IO.
 */
ROAM_MUST_USE enum roam_err file_out_end(struct roam_file_out *out, enum roam_err work,
                                         struct roam_diag *diag);

/* Makes a new file with these permissions and syncs it; ROAM_E_EXISTS if there is one, which stays as it is.
 */
ROAM_MUST_USE enum roam_err file_write_new(const char *path, const void *data, size_t size, unsigned mode,
                                           struct roam_diag *diag);

/* A read-only mapping of a whole file; empty files map to data == NULL, size == 0. */
struct roam_map {
    const uint8_t *data;
    size_t size;
};
ROAM_MUST_USE enum roam_err file_map(struct roam_map *map, const char *path, struct roam_diag *diag);
void file_unmap(struct roam_map *map);
/* Gives back the memory of the pages that lie wholly within [begin, begin + size) of the mapping; they are
 * read again if they are touched again. */
void file_map_forget(const void *begin, size_t size);

#endif
