#include "load_plan.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parallel.h"

enum { PAIRS = 16, SETUP_OF_PAIR = 5 };

uint64_t load_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* How many transactions a step of a train has. */
static size_t step_items(const struct load_shape *shape, int step)
{
    if (shape->profile == LOAD_LIGHT && step > 0) return 0;
    return step < 2 ? 1 : (shape->sessions + MARKET_CIRCUIT_SIZE - 1) / MARKET_CIRCUIT_SIZE;
}

static void lay_out(struct load_plan *plan, const struct load_shape *shape)
{
    uint32_t next = 0;
    for (size_t t = 0; t < plan->train_count; t++) {
        struct load_train *train = &plan->trains[t];
        train->pair = (uint32_t)(t % plan->pair_count);
        for (int step = 0; step < LOAD_STEPS; step++) {
            train->first[step] = next;
            next += (uint32_t)step_items(shape, step);
        }
        train->first[LOAD_STEPS] = next;
    }
}

static void set_item(struct load_item *item, struct ledger_bytes tx, size_t train, int step, size_t settles)
{
    *item = (struct load_item){
        .tx = tx, .train = (uint32_t)train, .step = (uint8_t)step, .settles = (uint16_t)settles};
    tx_id_of_bytes(&item->id, tx.bytes, tx.size);
}

static void make_train(struct load_plan *plan, const struct load_shape *shape, size_t t)
{
    const struct load_train *train = &plan->trains[t];
    const struct pair *pair = &plan->pairs[train->pair];
    const struct market *market = &plan->market;
    const uint64_t serial = 1 + (uint64_t)(t / plan->pair_count) * shape->sessions;
    const size_t count = shape->sessions;
    set_item(&plan->items[train->first[0]], make_session_open(market, pair, serial, count, LOAD_HOLD_MINOR),
             t, 0, 0);
    if (shape->profile == LOAD_LIGHT) return;
    set_item(&plan->items[train->first[1]], make_usage_commit(market, pair, serial, count, 1), t, 1, 0);
    for (size_t done = 0, i = train->first[2]; done < count; i++) {
        const size_t some = count - done < MARKET_CIRCUIT_SIZE ? count - done : MARKET_CIRCUIT_SIZE;
        set_item(&plan->items[i],
                 make_settle(market, pair, serial + done, some, LOAD_HOLD_MINOR, 1, LOAD_FEE_MINOR * some), t,
                 2, some);
        done += some;
    }
}

struct making {
    struct load_plan *plan;
    const struct load_shape *shape;
    const struct roam_progress *progress;
    atomic_size_t next;
    atomic_bool cancelled;
};

static void make_share(void *context, struct share share)
{
    struct making *making = context;
    for (size_t t; !atomic_load(&making->cancelled) &&
                   (t = atomic_fetch_add(&making->next, 1)) < making->plan->train_count;) {
        make_train(making->plan, making->shape, t);
        if (share.index == 0 &&
            !progress_step(making->progress, "signing and proving beforehand", t, making->plan->train_count))
            atomic_store(&making->cancelled, true);
    }
}

/* Registrations of all, then deposits, agreements and funds of all, so that each depends on earlier ones
 * only. */
static void make_setup(struct load_plan *plan, const struct load_shape *shape)
{
    const uint64_t money =
        (uint64_t)LOAD_HOLD_MINOR * (shape->trains / plan->pair_count + 1) * shape->sessions;
    for (size_t p = 0; p < plan->pair_count; p++) {
        const struct pair *pair = &plan->pairs[p];
        struct ledger_bytes *at = &plan->setup[p];
        at[0] = make_register(&plan->market, &pair->home);
        at[plan->pair_count] = make_register(&plan->market, &pair->visited);
        at[2 * plan->pair_count] = make_deposit(&plan->market, &pair->home, money, shape->run * PAIRS + p);
        at[3 * plan->pair_count] = make_agreement(&plan->market, pair);
        at[4 * plan->pair_count] = make_move(&plan->market, pair, TX_AGREEMENT_FUND, money, 1);
    }
}

static bool take_memory(struct load_plan *plan, const struct load_shape *shape)
{
    size_t of_train = 0;
    for (int step = 0; step < LOAD_STEPS; step++) of_train += step_items(shape, step);
    plan->pair_count = shape->trains < PAIRS ? shape->trains : PAIRS;
    plan->train_count = shape->trains;
    plan->item_count = shape->trains * of_train;
    plan->setup_count = plan->pair_count * SETUP_OF_PAIR;
    plan->pairs = calloc(plan->pair_count, sizeof *plan->pairs);
    plan->trains = calloc(plan->train_count, sizeof *plan->trains);
    plan->items = calloc(plan->item_count, sizeof *plan->items);
    plan->setup = calloc(plan->setup_count, sizeof *plan->setup);
    return plan->pairs != NULL && plan->trains != NULL && plan->items != NULL && plan->setup != NULL;
}

enum roam_err load_plan_make(struct load_plan *plan, const struct load_shape *shape,
                             const struct roam_progress *progress)
{
    *plan = (struct load_plan){0};
    market_init(&plan->market);
    market_add_single(&plan->market);
    if (!take_memory(plan, shape)) {
        load_plan_release(plan);
        return ROAM_E_NOMEM;
    }
    for (size_t p = 0; p < plan->pair_count; p++)
        pair_init(&plan->pairs[p], &plan->market, shape->run * PAIRS + p);
    lay_out(plan, shape);
    make_setup(plan, shape);
    struct making making = {.plan = plan, .shape = shape, .progress = progress};
    parallel_run(shape->threads, make_share, &making);
    if (!atomic_load(&making.cancelled)) return ROAM_OK;
    load_plan_release(plan);
    return ROAM_E_CANCELLED;
}

void load_plan_release(struct load_plan *plan)
{
    for (size_t i = 0; plan->items != NULL && i < plan->item_count; i++)
        free((void *)(uintptr_t)plan->items[i].tx.bytes);
    for (size_t i = 0; plan->setup != NULL && i < plan->setup_count; i++)
        free((void *)(uintptr_t)plan->setup[i].bytes);
    free(plan->pairs);
    free(plan->trains);
    free(plan->items);
    free(plan->setup);
    *plan = (struct load_plan){0};
}
