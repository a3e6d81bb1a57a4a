#include "load_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "hex.h"
#include "load_busy.h"

enum { SETUP_S = 30, STEP_MS = 2 };

struct run {
    struct load_plan *plan;
    const struct load_shape *shape;
    struct courier *courier;
    unsigned nodes;
    uint64_t begin_ns, end_ns; /* of the window */
    size_t waiting;            /* items that were added and have no receipt */
    int first_step, last_step; /* steps that trains go through now */
    bool out_of_memory;
    struct load_result *result;
};

/* The sessions of an agreement go to one node. */
static unsigned node_of(const struct run *run, size_t pair) { return (unsigned)(pair % run->nodes); }

static void add_items(struct run *run, struct load_train *train, int step, uint64_t due_ns)
{
    train->left = train->first[step + 1] - train->first[step];
    for (uint32_t i = train->first[step]; i < train->first[step + 1]; i++) {
        struct load_item *item = &run->plan->items[i];
        item->due_ns = due_ns;
        run->waiting++;
        run->out_of_memory |=
            courier_add(run->courier, node_of(run, train->pair), &item->tx, item) != ROAM_OK;
    }
}

static uint64_t worth(const struct run *run, const struct load_item *item)
{
    const bool by_transaction = run->shape->profile == LOAD_SINGLE || run->shape->profile == LOAD_LIGHT;
    return by_transaction ? 1 : item->settles;
}

static void count(struct run *run, const struct load_item *item)
{
    struct load_result *result = run->result;
    if (!item->accepted) {
        result->not_accepted++;
        return;
    }
    result->acknowledged++;
    if (item->finalised_ns <= run->end_ns)
        result->finalised += worth(run, item);
    else
        result->finalised_late += worth(run, item);
}

/* A setup transaction comes as item NULL. */
static void received(void *context, void *parcel_item, const struct ledger_receipt *receipt)
{
    struct run *run = context;
    struct load_item *item = parcel_item;
    run->waiting--;
    if (item == NULL) {
        run->result->not_accepted += receipt->outcome != LEDGER_ACCEPTED;
        return;
    }
    struct load_train *train = &run->plan->trains[item->train];
    item->finalised_ns = load_now_ns();
    item->accepted = receipt->outcome == LEDGER_ACCEPTED;
    count(run, item);
    if (--train->left == 0 && item->accepted && item->step < run->last_step)
        add_items(run, train, item->step + 1, item->finalised_ns);
}

static enum roam_err state_of(const struct run *run, struct roam_diag *diag)
{
    struct courier_counts counts;
    courier_counts_get(run->courier, &counts);
    if (run->out_of_memory) return ROAM_E_NOMEM;
    if (counts.refused > 0) return roam_diag(diag, ROAM_E_VERIFY, "a node refuses: %s", counts.refusal);
    return ROAM_OK;
}

/* Until everything that was added is answered, or until_ns. */
static enum roam_err drain(struct run *run, uint64_t until_ns, struct roam_diag *diag)
{
    enum roam_err err = ROAM_OK;
    while (err == ROAM_OK && run->waiting > 0 && load_now_ns() < until_ns) {
        courier_run(run->courier, STEP_MS);
        err = state_of(run, diag);
    }
    return err;
}

static enum roam_err open_market(struct run *run, struct roam_diag *diag)
{
    const struct load_plan *plan = run->plan;
    for (size_t i = 0; i < plan->setup_count; i++) {
        if (courier_add(run->courier, node_of(run, i % plan->pair_count), &plan->setup[i], NULL) != ROAM_OK)
            return ROAM_E_NOMEM;
        run->waiting++;
        const bool stage_ends = (i + 1) % plan->pair_count == 0;
        if (stage_ends) ROAM_TRY(drain(run, load_now_ns() + (uint64_t)SETUP_S * 1000000000, diag));
        if (stage_ends && (run->waiting > 0 || run->result->not_accepted > 0))
            return roam_diag(diag, ROAM_E_IO,
                             "the market cannot be opened: is it the ledger of `roam testnet ledger`?");
    }
    return ROAM_OK;
}

/* Opens and commits all sessions of LOAD_PROOFS. */
static enum roam_err prepare_sessions(struct run *run, const struct roam_progress *progress,
                                      struct roam_diag *diag)
{
    const size_t at_once = 64;
    run->last_step = 1;
    for (size_t t = 0; t < run->plan->train_count; t++) {
        add_items(run, &run->plan->trains[t], 0, load_now_ns());
        while (run->waiting > at_once && state_of(run, diag) == ROAM_OK) courier_run(run->courier, STEP_MS);
        ROAM_TRY(state_of(run, diag));
        if (!progress_step(progress, "opening and committing sessions", t, run->plan->train_count))
            return ROAM_E_CANCELLED;
    }
    ROAM_TRY(drain(run, load_now_ns() + (uint64_t)4 * SETUP_S * 1000000000, diag));
    if (run->waiting > 0 || run->result->not_accepted > 0)
        return roam_diag(diag, ROAM_E_IO, "the sessions cannot be opened");
    run->result->acknowledged = 0;
    run->first_step = run->last_step = LOAD_STEPS - 1;
    return ROAM_OK;
}

/* Open loop: trains start on time, whatever became of those before. */
static enum roam_err offer(struct run *run, uint64_t interval_ns, uint64_t patience_ns,
                           const struct roam_progress *progress, struct roam_diag *diag)
{
    size_t t = 0;
    run->begin_ns = load_now_ns();
    run->end_ns = run->begin_ns + run->plan->train_count * interval_ns;
    for (uint64_t now_ns; (now_ns = load_now_ns()) < run->end_ns;) {
        for (; t < run->plan->train_count && run->begin_ns + t * interval_ns <= now_ns; t++)
            add_items(run, &run->plan->trains[t], run->first_step, run->begin_ns + t * interval_ns);
        courier_run(run->courier, STEP_MS);
        ROAM_TRY(state_of(run, diag));
        if (!progress_step(progress, "offering load", t, run->plan->train_count)) return ROAM_E_CANCELLED;
    }
    return drain(run, run->end_ns + patience_ns, diag);
}

static int compare_times(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static double part_ms(const uint64_t *sorted, size_t count, double part)
{
    return count == 0 ? 0 : (double)sorted[(size_t)(part * (double)(count - 1))] / 1e6;
}

/* Of the steps that were measured; what was never answered counts as long as the run lasted. */
static enum roam_err set_latencies(struct run *run)
{
    const struct load_plan *plan = run->plan;
    const uint64_t now_ns = load_now_ns();
    uint64_t *taken_ns = malloc((plan->item_count + 1) * sizeof *taken_ns);
    size_t n = 0;
    if (taken_ns == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct load_item *item = &plan->items[i];
        if (item->step < run->first_step || item->due_ns == 0) continue;
        taken_ns[n++] = (item->finalised_ns != 0 ? item->finalised_ns : now_ns) - item->due_ns;
    }
    qsort(taken_ns, n, sizeof *taken_ns, compare_times);
    run->result->p50_ms = part_ms(taken_ns, n, 0.5);
    run->result->p90_ms = part_ms(taken_ns, n, 0.9);
    run->result->p99_ms = part_ms(taken_ns, n, 0.99);
    run->result->max_ms = part_ms(taken_ns, n, 1);
    free(taken_ns);
    return ROAM_OK;
}

static enum roam_err fetch_id(json_t **out, const char *url, const char *kind, const roam_id *id,
                              struct roam_diag *diag)
{
    char path[400], hex[65];
    hex_encode(hex, id->byte, 32);
    snprintf(path, sizeof path, "%s/v1/%s/%s", url, kind, hex);
    return fetch_json(out, path, 10000, diag);
}

/* Every acknowledged settlement (every transaction, if there are few) must have its receipt at a node, each
 * asked in turn; what a node has not reached yet is waited for. */
static enum roam_err find_lost(struct run *run, const struct load_target *target, struct roam_diag *diag)
{
    enum { ASKED_MAX = 20000 };
    const struct load_plan *plan = run->plan;
    const size_t stride = plan->item_count / ASKED_MAX + 1;
    for (size_t i = 0; i < plan->item_count; i++) {
        const struct load_item *item = &plan->items[i];
        json_t *answer = NULL;
        if (!item->accepted || (item->settles == 0 && i % stride != 0)) continue;
        enum roam_err err = fetch_id(&answer, target->url[i % target->nodes], "receipts", &item->id, NULL);
        const char *outcome =
            json_string_value(json_object_get(json_object_get(answer, "decoded"), "outcome"));
        if (err == ROAM_E_NOTFOUND ||
            (err == ROAM_OK && (outcome == NULL || strcmp(outcome, "ACCEPTED") != 0)))
            run->result->lost++;
        else if (err != ROAM_OK)
            return roam_diag(diag, err, "%s does not tell its receipts", target->url[i % target->nodes]);
        json_decref(answer);
    }
    return ROAM_OK;
}

/* Money tells how many sessions were paid: a node must not know more of it than was acknowledged or may still
 * be on its way, nor less. */
static enum roam_err find_doubled(struct run *run, const struct load_target *target, struct roam_diag *diag)
{
    const struct load_plan *plan = run->plan;
    uint64_t *expected = calloc(plan->pair_count, sizeof *expected);
    if (expected == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].accepted || (plan->items[i].due_ns != 0 && plan->items[i].finalised_ns == 0))
            expected[plan->trains[plan->items[i].train].pair] += plan->items[i].settles;
    enum roam_err err = ROAM_OK;
    for (size_t p = 0; err == ROAM_OK && p < plan->pair_count; p++) {
        json_t *answer = NULL;
        err =
            fetch_id(&answer, target->url[p % target->nodes], "agreements", &plan->pairs[p].agreement, diag);
        const uint64_t paid =
            (uint64_t)json_integer_value(json_object_get(answer, "earned_minor")) / LOAD_FEE_MINOR;
        if (err == ROAM_OK && paid > expected[p]) run->result->doubled += paid - expected[p];
        json_decref(answer);
    }
    free(expected);
    return err;
}

static enum roam_err measure(struct run *run, uint64_t interval_ns, const struct load_target *target,
                             const struct roam_progress *progress, struct roam_diag *diag)
{
    struct load_busy busy;
    ROAM_TRY(open_market(run, diag));
    run->last_step = run->shape->profile == LOAD_LIGHT ? 0 : LOAD_STEPS - 1;
    if (run->shape->profile == LOAD_PROOFS) ROAM_TRY(prepare_sessions(run, progress, diag));
    load_busy_begin(&busy, target->pids);
    ROAM_TRY(offer(run, interval_ns, target->patience_ns, progress, diag));
    load_busy_end(&busy, &run->result->cluster_cpus, &run->result->load_cpus, &run->result->other_cpus);
    run->result->seconds = (double)(run->end_ns - run->begin_ns) / 1e9;
    run->result->unanswered = run->waiting;
    courier_counts_get(run->courier, &run->result->counts);
    ROAM_TRY(set_latencies(run));
    ROAM_TRY(find_lost(run, target, diag));
    return find_doubled(run, target, diag);
}

enum roam_err load_run(struct load_result *out, struct load_plan *plan, const struct load_shape *shape,
                       const struct load_target *target, uint64_t interval_ns,
                       const struct roam_progress *progress, struct roam_diag *diag)
{
    struct run run = {.plan = plan, .shape = shape, .nodes = target->nodes, .result = out};
    struct courier_options options = {
        .nodes = target->nodes, .requests_max = target->requests_max, .context = &run, .receipt = received};
    *out = (struct load_result){0};
    memcpy(options.url, target->url, sizeof options.url);
    ROAM_TRY(courier_open(&run.courier, &options));
    const enum roam_err err = measure(&run, interval_ns, target, progress, diag);
    courier_close(run.courier);
    return err;
}
