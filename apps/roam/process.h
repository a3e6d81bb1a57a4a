/* Programs that a command starts. */
#ifndef ROAM_PROCESS_H
#define ROAM_PROCESS_H

#include "err.h"

#include <sys/types.h>

/* Runs a program (found on PATH if its name has no slash) with its output to a file, or to /dev/null if log
 * is NULL, and waits for it. ROAM_E_NOTFOUND (no such program), ROAM_E_IO (it failed; diag says how). */
ROAM_MUST_USE enum roam_err process_run(char *const arguments[], const char *log, struct roam_diag *diag);
/* The same without waiting, in a session of its own, so that it outlives this program; environment: one more
 * "NAME=value", or NULL. */
ROAM_MUST_USE enum roam_err process_start(pid_t *out, char *const arguments[], const char *environment,
                                          const char *log, struct roam_diag *diag);
/* What a program printed, without the newline at its end; it must succeed. ROAM_E_LIMIT: more than size. */
ROAM_MUST_USE enum roam_err process_read(char *const arguments[], char *out, size_t size,
                                         struct roam_diag *diag);
/* True if the process lives and its program is called this. */
bool process_lives(pid_t pid, const char *program);
/* Sends the signal and waits at most timeout_ms until the process has ended; true if it has. */
bool process_end(pid_t pid, const char *program, int signal_number, unsigned timeout_ms);

#endif
