#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum roam_err open_regular(int *fd, struct stat *info, const char *path, struct roam_diag *diag)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return roam_diag(diag, errno == ENOENT ? ROAM_E_NOTFOUND : ROAM_E_IO, "%s: %s", path,
                         strerror(errno));
    if (fstat(*fd, info) == 0 && S_ISREG(info->st_mode)) return ROAM_OK;
    close(*fd);
    return roam_diag(diag, ROAM_E_IO, "%s: not a regular file", path);
}

static enum roam_err read_all(int fd, uint8_t *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t got = read(fd, data + done, size - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return ROAM_E_IO;
        done += (size_t)got;
    }
    return ROAM_OK;
}

enum roam_err file_read(uint8_t **data, size_t *size, const char *path, size_t maximum_size,
                        struct roam_diag *diag)
{
    int fd;
    struct stat info;
    ROAM_TRY(open_regular(&fd, &info, path, diag));
    enum roam_err err = ROAM_OK;
    uint8_t *bytes = NULL;
    if ((uint64_t)info.st_size > maximum_size)
        err = roam_diag(diag, ROAM_E_LIMIT, "%s: %lld bytes, at most %zu are read", path,
                        (long long)info.st_size, maximum_size);
    else if ((bytes = malloc((size_t)info.st_size + 1)) == NULL)
        err = ROAM_E_NOMEM;
    else if ((err = read_all(fd, bytes, (size_t)info.st_size)) != ROAM_OK)
        err = roam_diag(diag, err, "%s: changed or failed while read", path);
    close(fd);
    if (err != ROAM_OK) {
        free(bytes);
        return err;
    }
    bytes[info.st_size] = 0;
    *data = bytes;
    *size = (size_t)info.st_size;
    return ROAM_OK;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t put = write(fd, data + done, size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        done += (size_t)put;
    }
    return true;
}

static enum roam_err sync_folder_of(const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return ROAM_E_IO;
    bool good = fsync(fd) == 0;
    return close(fd) == 0 && good ? ROAM_OK : ROAM_E_IO;
}

enum roam_err file_out_begin(struct roam_file_out *out, const char *path, struct roam_diag *diag)
{
    *out = (struct roam_file_out){.path = path};
    int length = snprintf(out->temporary, sizeof out->temporary, "%s.tmp", path);
    if (length < 0 || (size_t)length >= sizeof out->temporary)
        return roam_diag(diag, ROAM_E_LIMIT, "%s: path too long", path);
    out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC, 0666);
    return out->fd >= 0 ? ROAM_OK : roam_diag(diag, ROAM_E_IO, "%s: %s", path, strerror(errno));
}

/* good, after keeping the cause if it is the first failure */
static bool noted(struct roam_file_out *out, bool good)
{
    if (!good && out->cause == 0) out->cause = errno;
    return good;
}

static enum roam_err file_out_write(void *context, const void *data, size_t size)
{
    struct roam_file_out *out = context;
    return noted(out, write_all(out->fd, data, size)) ? ROAM_OK : ROAM_E_IO;
}

struct roam_sink file_out_sink(struct roam_file_out *out) { return (struct roam_sink){out, file_out_write}; }

enum roam_err file_out_end(struct roam_file_out *out, enum roam_err work, struct roam_diag *diag)
{
    bool good = work == ROAM_OK && noted(out, fsync(out->fd) == 0);
    good = noted(out, close(out->fd) == 0) && good;
    if (good && noted(out, rename(out->temporary, out->path) == 0) &&
        noted(out, sync_folder_of(out->path) == ROAM_OK))
        return ROAM_OK;
    unlink(out->temporary);
    return out->cause == 0 ? work : roam_diag(diag, ROAM_E_IO, "%s: %s", out->path, strerror(out->cause));
}

enum roam_err file_write(const char *path, const void *data, size_t size, struct roam_diag *diag)
{
    struct roam_file_out out;
    ROAM_TRY(file_out_begin(&out, path, diag));
    return file_out_end(&out, file_out_write(&out, data, size), diag);
}

static enum roam_err write_and_sync(const char *path, unsigned mode, const uint8_t *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_EXCL, mode);
    if (fd < 0) return errno == EEXIST ? ROAM_E_EXISTS : ROAM_E_IO;
    bool good = write_all(fd, data, size) && fsync(fd) == 0;
    return close(fd) == 0 && good ? ROAM_OK : ROAM_E_IO;
}

enum roam_err file_write_new(const char *path, const void *data, size_t size, unsigned mode,
                             struct roam_diag *diag)
{
    enum roam_err err = write_and_sync(path, mode, data, size);
    int cause = errno;
    if (err == ROAM_E_IO) unlink(path);
    if (err == ROAM_OK) err = sync_folder_of(path);
    return err == ROAM_OK ? err : roam_diag(diag, err, "%s: %s", path, strerror(cause));
}

enum roam_err file_map(struct roam_map *map, const char *path, struct roam_diag *diag)
{
    int fd;
    struct stat info;
    ROAM_TRY(open_regular(&fd, &info, path, diag));
    *map = (struct roam_map){NULL, (size_t)info.st_size};
    void *data = map->size == 0 ? NULL : mmap(NULL, map->size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (data == MAP_FAILED) return roam_diag(diag, ROAM_E_IO, "%s: %s", path, strerror(errno));
    map->data = data;
    return ROAM_OK;
}

void file_map_forget(const void *begin, size_t size)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)begin;
    uintptr_t first = (at + page - 1) / page * page, end = (at + size) / page * page;
    if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
}

void file_unmap(struct roam_map *map)
{
    if (map->data != NULL) munmap((void *)(uintptr_t)map->data, map->size);
    *map = (struct roam_map){NULL, 0};
}
