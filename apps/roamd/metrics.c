#include "metrics.h"

#include <inttypes.h>

enum { FIRST_BUCKET_US = 500 };

void histogram_add(struct histogram *histogram, uint64_t us)
{
    int i = 0;
    while (i < HISTOGRAM_BUCKETS - 1 && us > (uint64_t)FIRST_BUCKET_US << i) i++;
    atomic_fetch_add(&histogram->bucket[i], 1);
    atomic_fetch_add(&histogram->sum_us, us);
}

void metrics_block(struct metrics *metrics, const struct ledger_head *head,
                   const struct ledger_receipt *receipts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        atomic_fetch_add(&metrics->outcomes[receipts[i].outcome], 1);
        if (receipts[i].type == TX_SETTLE) atomic_fetch_add(&metrics->sessions, receipts[i].count);
    }
    atomic_store(&metrics->height, head->height);
    atomic_store(&metrics->time_s, head->time_s);
    atomic_fetch_add(&metrics->blocks, 1);
}

struct line {
    const char *name, *type, *help;
    uint64_t value;
};

static enum roam_err print_line(struct roam_buf *out, const struct line *line)
{
    return buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", line->name, line->help, line->name,
                      line->type, line->name, line->value);
}

static enum roam_err print_outcomes(struct roam_buf *out, struct metrics *metrics)
{
    ROAM_TRY(buf_printf(out, "# HELP roamd_receipts_total Transactions executed, by outcome.\n"
                             "# TYPE roamd_receipts_total counter\n"));
    for (int i = 0; i < LEDGER_OUTCOMES; i++) {
        uint64_t count = atomic_load(&metrics->outcomes[i]);
        if (count == 0 && i != LEDGER_ACCEPTED) continue;
        ROAM_TRY(buf_printf(out, "roamd_receipts_total{outcome=\"%s\"} %" PRIu64 "\n",
                            ledger_outcome_name((enum ledger_outcome)i), count));
    }
    return ROAM_OK;
}

static enum roam_err print_histogram(struct roam_buf *out, struct histogram *histogram, const char *name,
                                     const char *help)
{
    uint64_t sum = 0;
    ROAM_TRY(buf_printf(out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name));
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        sum += atomic_load(&histogram->bucket[i]);
        if (i < HISTOGRAM_BUCKETS - 1)
            ROAM_TRY(buf_printf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
                                (double)((uint64_t)FIRST_BUCKET_US << i) / 1e6, sum));
    }
    return buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %g\n%s_count %" PRIu64 "\n", name, sum,
                      name, (double)atomic_load(&histogram->sum_us) / 1e6, name, sum);
}

enum roam_err metrics_print(struct roam_buf *out, struct metrics *m, const struct inbox_load *load,
                            bool has_engine)
{
    const struct line lines[] = {
        {"roamd_height", "gauge", "Height of the last durable block.", atomic_load(&m->height)},
        {"roamd_block_time_seconds", "gauge", "Time of the last durable block.", atomic_load(&m->time_s)},
        {"roamd_blocks_total", "counter", "Blocks made durable since the start.", atomic_load(&m->blocks)},
        {"roamd_sessions_settled_total", "counter", "Sessions settled by proof.", atomic_load(&m->sessions)},
        {"roamd_waiting_transactions", "gauge", "Transactions without a receipt yet.", load->txs},
        {"roamd_waiting_bytes", "gauge", "Their size.", load->bytes},
        {"roamd_sent_bytes", "gauge", "Of these, on their way through the engine.", load->sent},
        {"roamd_window_bytes", "gauge", "As much may be on its way, as the engine's speed allows.",
         load->window},
        {"roamd_taken_total", "counter", "Transactions taken.", load->taken},
        {"roamd_answered_total", "counter", "Transactions answered with a receipt.", load->answered},
        {"roamd_busy_total", "counter", "Transactions answered \"busy\".", load->refused_busy},
        {"roamd_repeated_total", "counter", "Transactions sent to the engine again.", load->repeated},
        {"roamd_given_up_total", "counter", "Transactions whose outcome was not learnt.", load->given_up},
        {"roamd_turned_total", "counter", "Transactions that became inadmissible while they waited.",
         load->turned},
        {"roamd_engine_connected", "gauge", "1 while something orders what is submitted.", has_engine},
        {"roamd_parcels_total", "counter", "Messages to the consensus engine.", atomic_load(&m->parcels)},
        {"roamd_parcel_bytes_total", "counter", "Their size.", atomic_load(&m->parcel_bytes)},
        {"roamd_send_failures_total", "counter", "Messages that it did not take.",
         atomic_load(&m->send_failures)},
        {"roamd_requests_total", "counter", "HTTP requests.", atomic_load(&m->requests)},
        {"roamd_refused_requests_total", "counter", "Requests answered with an error.",
         atomic_load(&m->refused_requests)},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) ROAM_TRY(print_line(out, &lines[i]));
    ROAM_TRY(print_outcomes(out, m));
    return print_histogram(out, &m->finality, "roamd_finality_seconds",
                           "From taking a submission to answering it.");
}
