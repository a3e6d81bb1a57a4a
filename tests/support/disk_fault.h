/* A disk that fails, or a process that dies, at a chosen write or sync.
 *
 * The functions behind this header stand before the C library's pwrite, writev, ftruncate, fsync and
 * fdatasync for the whole program, LMDB included. Until a fault is armed they only pass on. */
#ifndef TEST_DISK_FAULT_H
#define TEST_DISK_FAULT_H

#include <stdbool.h>

enum disk_fault_kind {
    DISK_ERROR,       /* nothing is written, an error is reported */
    DISK_SHORT,       /* half is written and reported; a sync or a cut fails */
    DISK_LIE,         /* all is done, an error is reported */
    DISK_KILL_BEFORE, /* SIGKILL: nothing is written */
    DISK_KILL_TORN,   /* half is written */
    DISK_KILL_AFTER,  /* all is done */
    DISK_FAULTS
};

struct disk_fault {
    enum disk_fault_kind kind;
    long at; /* number of the call, from 1 */
    bool on; /* every later call fails too */
    int error;
};

void disk_fault_arm(const struct disk_fault *fault);
/* True if the fault was reached. */
bool disk_fault_disarm(void);

/* Writes since the last sync that are not known to be on the disk; a write to a file opened with O_DSYNC is.
 */
long disk_unsynced_writes(void);
/* All writes so far. */
long disk_writes(void);

#endif
