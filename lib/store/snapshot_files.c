#include "snapshot_files.h"

#include "digest.h"
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const uint8_t snapshot_magic[SNAPSHOT_MAGIC_SIZE] = {'r', 's', 'n', '1'};

enum roam_err snapshot_path(char path[PATH_MAX], const char *folder, uint64_t height,
                            enum snapshot_file which, struct roam_diag *diag)
{
    const char *end = which == SNAPSHOT_STREAM ? "snapshot" : "digests";
    if (snprintf(path, PATH_MAX, "%s/%" PRIu64 ".%s", folder, height, end) < PATH_MAX) return ROAM_OK;
    return roam_diag(diag, ROAM_E_LIMIT, "path %s is too long", folder);
}

bool snapshot_exists(const char *folder, uint64_t height)
{
    char path[PATH_MAX];
    return snapshot_path(path, folder, height, SNAPSHOT_DIGESTS, NULL) == ROAM_OK && access(path, F_OK) == 0;
}

void store_snapshot_release(struct store_snapshot *snapshot)
{
    free(snapshot->metadata);
    *snapshot = (struct store_snapshot){0};
}

/* The height in a name that ends so, or 0. */
static uint64_t height_of(const char *name, const char *name_end)
{
    char *end;
    if (name[0] < '1' || name[0] > '9') return 0;
    errno = 0;
    const uint64_t height = strtoull(name, &end, 10);
    return errno == 0 && strcmp(end, name_end) == 0 ? height : 0;
}

static int later_first(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

/* Heights of the folder's snapshots, latest first, as many as there is room for; earlier ones are left out.
 */
static enum roam_err list_heights(uint64_t *heights, size_t room, size_t *count, const char *folder,
                                  struct roam_diag *diag)
{
    DIR *directory = opendir(folder);
    *count = 0;
    if (directory == NULL) return roam_diag(diag, ROAM_E_IO, "%s: %s", folder, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const uint64_t height = height_of(entry->d_name, ".digests");
        if (height == 0) continue;
        if (*count < room)
            heights[(*count)++] = height;
        else if (room > 0 && height > heights[room - 1])
            heights[room - 1] = height;
        qsort(heights, *count, sizeof *heights, later_first);
    }
    closedir(directory);
    return ROAM_OK;
}

static enum roam_err load_snapshot(struct store_snapshot *out, const char *folder, uint64_t height,
                                   struct roam_diag *diag)
{
    char path[PATH_MAX];
    size_t size;
    *out = (struct store_snapshot){.height = height};
    ROAM_TRY(snapshot_path(path, folder, height, SNAPSHOT_DIGESTS, diag));
    ROAM_TRY(file_read(&out->metadata, &size, path, (size_t)STORE_CHUNKS_MAX * 32, diag));
    out->chunks = (uint32_t)(size / 32);
    sha256(out->hash, out->metadata, size);
    if (size > 0 && size % 32 == 0) return ROAM_OK;
    store_snapshot_release(out);
    return roam_diag(diag, ROAM_E_FORMAT, "%s is not a list of digests", path);
}

enum roam_err store_snapshot_list(struct store_snapshot list[STORE_SNAPSHOTS_MAX], size_t *count,
                                  const char *folder, struct roam_diag *diag)
{
    uint64_t heights[STORE_SNAPSHOTS_MAX];
    size_t found;
    *count = 0;
    ROAM_TRY(list_heights(heights, STORE_SNAPSHOTS_MAX, &found, folder, diag));
    for (size_t i = 0; i < found; i++)
        if (load_snapshot(&list[*count], folder, heights[i], NULL) == ROAM_OK) ++*count;
    return ROAM_OK;
}

static enum roam_err read_slice(uint8_t *bytes, size_t *size, const char *path, uint32_t chunk,
                                struct roam_diag *diag)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return roam_diag(diag, errno == ENOENT ? ROAM_E_NOTFOUND : ROAM_E_IO, "%s: %s", path,
                         strerror(errno));
    ssize_t n = 0;
    for (*size = 0; *size < STORE_CHUNK_SIZE; *size += (size_t)n) {
        n = pread(fd, bytes + *size, STORE_CHUNK_SIZE - *size,
                  (off_t)chunk * STORE_CHUNK_SIZE + (off_t)*size);
        if (n <= 0) break;
    }
    const int cause = n < 0 ? errno : 0;
    close(fd);
    if (cause != 0) return roam_diag(diag, ROAM_E_IO, "%s: %s", path, strerror(cause));
    return *size > 0 ? ROAM_OK : roam_diag(diag, ROAM_E_NOTFOUND, "%s has no chunk %u", path, chunk);
}

enum roam_err store_snapshot_chunk(uint8_t **bytes, size_t *size, const char *folder, uint64_t height,
                                   uint32_t chunk, struct roam_diag *diag)
{
    char path[PATH_MAX];
    ROAM_TRY(snapshot_path(path, folder, height, SNAPSHOT_STREAM, diag));
    *bytes = malloc(STORE_CHUNK_SIZE);
    if (*bytes == NULL) return ROAM_E_NOMEM;
    const enum roam_err err = read_slice(*bytes, size, path, chunk, diag);
    if (err != ROAM_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return err;
}

/* The height in the name of a snapshot's stream or digests, whole or not, or 0. */
static uint64_t height_of_part(const char *name)
{
    static const char *const ends[] = {".digests", ".digests.tmp", ".snapshot", ".snapshot.tmp"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const uint64_t height = height_of(name, ends[i]);
        if (height != 0) return height;
    }
    return 0;
}

static bool is_among(uint64_t height, const uint64_t *heights, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (heights[i] == height) return true;
    return false;
}

/* A snapshot loses its digests or its stream first; without either it is none, and the next time takes the
 * rest. */
void store_snapshot_prune(const char *folder, size_t keep)
{
    uint64_t kept[STORE_SNAPSHOTS_MAX];
    size_t count;
    ROAM_ASSERT(keep <= STORE_SNAPSHOTS_MAX);
    if (list_heights(kept, keep, &count, folder, NULL) != ROAM_OK) return;
    DIR *directory = opendir(folder);
    if (directory == NULL) return;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const uint64_t height = height_of_part(entry->d_name);
        if (height != 0 && !is_among(height, kept, count)) unlinkat(dirfd(directory), entry->d_name, 0);
    }
    closedir(directory);
}
