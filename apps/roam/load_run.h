/* Runs a plan against nodes and says what happened. */
#ifndef ROAM_LOAD_RUN_H
#define ROAM_LOAD_RUN_H

#include <jansson.h>

#include "load_courier.h"
#include "load_plan.h"

struct load_target {
    const char *url[COURIER_NODES_MAX];
    unsigned nodes;
    pid_t pids[2 * COURIER_NODES_MAX]; /* of the cluster, to tell its work from other work; 0 ends them */
    unsigned requests_max;             /* to one node at a time */
    uint64_t patience_ns;              /* after the window, for what has no receipt yet */
};

struct load_result {
    double seconds;          /* of the window in which load was offered */
    uint64_t finalised;      /* in the window: sessions settled, or transactions for single and light */
    uint64_t finalised_late; /* after it */
    uint64_t acknowledged;   /* transactions whose acceptance a node has said */
    uint64_t not_accepted;   /* executed and refused by a rule */
    uint64_t unanswered;     /* at the end */
    uint64_t lost, doubled;  /* acknowledged but not found; sessions paid twice */
    double p50_ms, p90_ms, p99_ms, max_ms;      /* from when a transaction was due to its receipt */
    double cluster_cpus, load_cpus, other_cpus; /* processors kept busy on average */
    struct courier_counts counts;
};

/* interval_ns: between two trains. ROAM_E_IO (a node is not reached, or the market cannot be opened),
 * ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err load_run(struct load_result *out, struct load_plan *plan,
                                     const struct load_shape *shape, const struct load_target *target,
                                     uint64_t interval_ns, const struct roam_progress *progress,
                                     struct roam_diag *diag);

#endif
