#include "disk_fault.h"

#include "err.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/uio.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

static struct disk_fault fault; /* written only while not armed */
static atomic_bool armed;
static atomic_long calls, writes, unsynced;

void disk_fault_arm(const struct disk_fault *wanted)
{
    fault = *wanted;
    atomic_store(&calls, 0);
    atomic_store(&armed, true);
}

bool disk_fault_disarm(void)
{
    atomic_store(&armed, false);
    return atomic_load(&calls) >= fault.at;
}

static bool is_faulty(void)
{
    if (!atomic_load(&armed)) return false;
    long call = atomic_fetch_add(&calls, 1) + 1;
    return call == fault.at || (fault.on && call > fault.at);
}

/* One call: pieces for writev, data for pwrite, neither for a sync or for a cut at `at`. */
struct io {
    int fd;
    bool cuts;
    const void *data;
    size_t size;
    off_t at;
    const struct iovec *pieces;
    int piece_count;
};

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    ROAM_ASSERT(function != NULL);
    return function;
}

static ssize_t real_pwrite(const struct io *io, size_t size)
{
    ssize_t (*function)(int, const void *, size_t, off_t) = NULL;
    *(void **)&function = real("pwrite");
    return function(io->fd, io->data, size, io->at);
}

static ssize_t real_writev(const struct io *io, int count)
{
    ssize_t (*function)(int, const struct iovec *, int) = NULL;
    *(void **)&function = real("writev");
    return function(io->fd, io->pieces, count);
}

static ssize_t real_fsync(const struct io *io, const char *name)
{
    int (*function)(int) = NULL;
    *(void **)&function = real(name);
    return function(io->fd);
}

static ssize_t real_ftruncate(const struct io *io)
{
    int (*function)(int, off_t) = NULL;
    *(void **)&function = real("ftruncate");
    return function(io->fd, io->at);
}

long disk_unsynced_writes(void) { return atomic_load(&unsynced); }

long disk_writes(void) { return atomic_load(&writes); }

static void count(const struct io *io)
{
    if (io->cuts) return;
    if (io->data == NULL && io->pieces == NULL) {
        atomic_store(&unsynced, 0);
        return;
    }
    atomic_fetch_add(&writes, 1);
    if (!(fcntl(io->fd, F_GETFL) & O_DSYNC)) atomic_fetch_add(&unsynced, 1);
}

static ssize_t run_all(const struct io *io, const char *name)
{
    if (io->cuts) return real_ftruncate(io);
    if (io->pieces != NULL) return real_writev(io, io->piece_count);
    return io->data != NULL ? real_pwrite(io, io->size) : real_fsync(io, name);
}

static ssize_t run_half(const struct io *io)
{
    if (io->pieces != NULL) return real_writev(io, (io->piece_count + 1) / 2);
    return io->data != NULL ? real_pwrite(io, io->size / 2) : -1;
}

static ssize_t run(const struct io *io, const char *name)
{
    ssize_t done = -1;
    count(io);
    if (!is_faulty()) return run_all(io, name);
    if (fault.kind == DISK_SHORT || fault.kind == DISK_KILL_TORN) done = run_half(io);
    if (fault.kind == DISK_LIE || fault.kind == DISK_KILL_AFTER) (void)run_all(io, name);
    if (fault.kind >= DISK_KILL_BEFORE) raise(SIGKILL);
    errno = fault.error;
    return done;
}

/* Under both names: headers with 64-bit offsets call pwrite pwrite64, LMDB does not. */
VISIBLE ssize_t plain_pwrite(int fd, const void *data, size_t size, off_t at) __asm__("pwrite");
ssize_t plain_pwrite(int fd, const void *data, size_t size, off_t at)
{
    return run(&(struct io){.fd = fd, .data = data, .size = size, .at = at}, "pwrite");
}
VISIBLE ssize_t wide_pwrite(int fd, const void *data, size_t size, off_t at) __asm__("pwrite64");
ssize_t wide_pwrite(int fd, const void *data, size_t size, off_t at)
{
    return run(&(struct io){.fd = fd, .data = data, .size = size, .at = at}, "pwrite");
}

VISIBLE int plain_ftruncate(int fd, off_t size) __asm__("ftruncate");
int plain_ftruncate(int fd, off_t size)
{
    return (int)run(&(struct io){.fd = fd, .cuts = true, .at = size}, "ftruncate");
}
VISIBLE int wide_ftruncate(int fd, off_t size) __asm__("ftruncate64");
int wide_ftruncate(int fd, off_t size)
{
    return (int)run(&(struct io){.fd = fd, .cuts = true, .at = size}, "ftruncate");
}

VISIBLE ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    return run(&(struct io){.fd = fd, .pieces = pieces, .piece_count = count}, "writev");
}

VISIBLE int fdatasync(int fd) { return (int)run(&(struct io){.fd = fd}, "fdatasync"); }
VISIBLE int fsync(int fd) { return (int)run(&(struct io){.fd = fd}, "fsync"); }
