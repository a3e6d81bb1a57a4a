/* What roamd measures of itself, in the text format of Prometheus. Any thread. */
#ifndef ROAMD_METRICS_H
#define ROAMD_METRICS_H

#include "buf.h"
#include "inbox.h"

#include <stdatomic.h>

enum { HISTOGRAM_BUCKETS = 14 };

/* Counts of durations; bucket i holds those below 2^i * 0.5 ms, the last one all others. */
struct histogram {
    atomic_uint_fast64_t bucket[HISTOGRAM_BUCKETS], sum_us;
};
void histogram_add(struct histogram *histogram, uint64_t us);

struct metrics {
    atomic_uint_fast64_t height, time_s, blocks, outcomes[LEDGER_OUTCOMES], sessions;
    atomic_uint_fast64_t requests, refused_requests, send_failures, parcels, parcel_bytes;
    struct histogram finality; /* from taking a submission to answering it */
};

/* The receipts of a block that is durable. */
void metrics_block(struct metrics *metrics, const struct ledger_head *head,
                   const struct ledger_receipt *receipts, size_t count);
/* ROAM_E_NOMEM, ROAM_E_LIMIT. */
ROAM_MUST_USE enum roam_err metrics_print(struct roam_buf *out, struct metrics *metrics,
                                          const struct inbox_load *load, bool has_engine);

#endif
