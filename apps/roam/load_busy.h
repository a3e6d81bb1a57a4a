/* How busy the machine was, and with whose work. */
#ifndef ROAM_LOAD_BUSY_H
#define ROAM_LOAD_BUSY_H

#include <stdint.h>
#include <sys/types.h>

enum { LOAD_BUSY_PIDS = 32 };

struct load_busy {
    pid_t pids[LOAD_BUSY_PIDS];
    uint64_t begin_ns, all, cluster, load; /* ticks of processor time at the beginning */
};

/* pids: of the cluster; a 0 or LOAD_BUSY_PIDS of them end the list. */
void load_busy_begin(struct load_busy *busy, const pid_t *pids);
/* Processors that were kept busy on average since then by the cluster, by this process and by all others. */
void load_busy_end(const struct load_busy *busy, double *cluster, double *load, double *other);

#endif
