#include "journal.h"

#include "digest.h"
#include "endian.h"
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAGIC_SIZE = 4, NUMBERS_SIZE = 4 + 8, DIGEST_SIZE = 32, HEADER_SIZE = MAGIC_SIZE + NUMBERS_SIZE + 32 };
static const char magic[] = "rjn1";

static enum roam_err path_of(char out[PATH_MAX], const char *folder, unsigned which, struct roam_diag *diag)
{
    const int length = snprintf(out, PATH_MAX, "%s/journal.%u", folder, which);
    if (length >= 0 && length < PATH_MAX) return ROAM_OK;
    return roam_diag(diag, ROAM_E_LIMIT, "%s: the path is too long", folder);
}

bool journal_is_left(const char *folder)
{
    char path[PATH_MAX];
    struct stat info;
    for (unsigned which = 0; which < 2; which++)
        if (path_of(path, folder, which, NULL) == ROAM_OK && stat(path, &info) == 0 && info.st_size > 0)
            return true;
    return false;
}

static bool sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return synced;
}

enum roam_err journal_open(struct journal *journal, const char *folder, struct roam_diag *diag)
{
    *journal = (struct journal){.fd = {-1, -1}};
    for (unsigned which = 0; which < 2; which++) {
        ROAM_TRY(path_of(journal->path[which], folder, which, diag));
        journal->fd[which] = open(journal->path[which], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (journal->fd[which] < 0)
            return roam_diag(diag, ROAM_E_IO, "%s: %s", journal->path[which], strerror(errno));
    }
    if (!sync_folder(folder)) return roam_diag(diag, ROAM_E_IO, "%s: %s", folder, strerror(errno));
    return ROAM_OK;
}

void journal_close(struct journal *journal)
{
    for (unsigned which = 0; which < 2; which++) {
        struct stat info;
        if (journal->fd[which] < 0) continue;
        if (fstat(journal->fd[which], &info) == 0 && info.st_size == 0) unlink(journal->path[which]);
        close(journal->fd[which]);
        journal->fd[which] = -1;
    }
}

static void digest_of(uint8_t digest[DIGEST_SIZE], const uint8_t numbers[NUMBERS_SIZE], const uint8_t *bytes,
                      size_t size)
{
    const struct bytes_view pieces[] = {{numbers, NUMBERS_SIZE}, {bytes, size}};
    sha256_pieces(digest, pieces, 2);
}

/* What is left of a file, entry by entry. */
struct rest {
    const uint8_t *at;
    size_t size;
};

/* False at the end, or at an entry that is not whole. */
static bool next_entry(struct rest *rest, uint64_t *height, const uint8_t **bytes, size_t *size)
{
    uint8_t digest[DIGEST_SIZE];
    const uint8_t *numbers = rest->at + MAGIC_SIZE, *stored = numbers + NUMBERS_SIZE;
    if (rest->size < HEADER_SIZE || memcmp(rest->at, magic, MAGIC_SIZE) != 0) return false;
    *size = load_le32(numbers);
    *height = load_le64(numbers + 4);
    *bytes = rest->at + HEADER_SIZE;
    if (rest->size - HEADER_SIZE < *size) return false;
    digest_of(digest, numbers, *bytes, *size);
    if (memcmp(digest, stored, DIGEST_SIZE) != 0) return false;
    rest->at += HEADER_SIZE + *size;
    rest->size -= HEADER_SIZE + *size;
    return true;
}

static uint64_t first_height(const struct roam_map *map)
{
    struct rest rest = {map->data, map->size};
    uint64_t height;
    const uint8_t *bytes;
    size_t size;
    return next_entry(&rest, &height, &bytes, &size) ? height : UINT64_MAX;
}

static enum roam_err read_one(const struct roam_map *map, void *context,
                              enum roam_err (*visit)(void *context, uint64_t height, const uint8_t *bytes,
                                                     size_t size))
{
    struct rest rest = {map->data, map->size};
    uint64_t height;
    const uint8_t *bytes;
    size_t size;
    while (next_entry(&rest, &height, &bytes, &size)) ROAM_TRY(visit(context, height, bytes, size));
    return ROAM_OK;
}

enum roam_err journal_read(struct journal *journal, void *context,
                           enum roam_err (*visit)(void *context, uint64_t height, const uint8_t *bytes,
                                                  size_t size))
{
    struct roam_map map[2] = {{0}, {0}};
    enum roam_err err = file_map(&map[0], journal->path[0], NULL);
    if (err == ROAM_OK) err = file_map(&map[1], journal->path[1], NULL);
    const unsigned first = err == ROAM_OK && first_height(&map[1]) < first_height(&map[0]);
    if (err == ROAM_OK) err = read_one(&map[first], context, visit);
    if (err == ROAM_OK) err = read_one(&map[1 - first], context, visit);
    file_unmap(&map[0]);
    file_unmap(&map[1]);
    return err;
}

static bool write_all(int fd, const uint8_t *bytes, size_t size, off_t at)
{
    while (size > 0) {
        const ssize_t done = pwrite(fd, bytes, size, at);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            if (done == 0) errno = EIO;
            return false;
        }
        bytes += done;
        size -= (size_t)done;
        at += done;
    }
    return true;
}

enum roam_err journal_append(struct journal *journal, uint64_t height, const uint8_t *bytes, size_t size)
{
    uint8_t header[HEADER_SIZE], *numbers = header + MAGIC_SIZE;
    const int fd = journal->fd[journal->active];
    ROAM_ASSERT(size <= UINT32_MAX && journal->cause == 0);
    memcpy(header, magic, MAGIC_SIZE);
    store_le32(numbers, (uint32_t)size);
    store_le64(numbers + 4, height);
    digest_of(numbers + NUMBERS_SIZE, numbers, bytes, size);
    if (write_all(fd, header, sizeof header, journal->end) &&
        write_all(fd, bytes, size, journal->end + (off_t)sizeof header) && fdatasync(fd) == 0) {
        journal->end += (off_t)(sizeof header + size);
        return ROAM_OK;
    }
    journal->cause = errno;
    return ROAM_E_IO;
}

void journal_turn(struct journal *journal)
{
    journal->active = 1 - journal->active;
    journal->end = 0;
}

static enum roam_err empty(struct journal *journal, unsigned which)
{
    if (ftruncate(journal->fd[which], 0) == 0) return ROAM_OK;
    journal->cause = errno;
    return ROAM_E_IO;
}

enum roam_err journal_empty_other(struct journal *journal) { return empty(journal, 1 - journal->active); }

enum roam_err journal_empty_both(struct journal *journal)
{
    journal->end = 0;
    ROAM_TRY(empty(journal, 0));
    return empty(journal, 1);
}
