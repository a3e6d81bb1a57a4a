/* What `roam load` sends, made beforehand: signed transactions of a market, in trains.
 *
 * A train is a number of sessions that go through their life together; its steps follow each other, the next
 * one when all transactions of the last are finalised. The proofs are simulated: made with the known trapdoor
 * of the measuring ledger's key. They are as valid, as long and as costly to check as any other; only making
 * them is cheap, which is not what is measured. */
#ifndef ROAM_LOAD_PLAN_H
#define ROAM_LOAD_PLAN_H

#include "market.h"
#include "progress.h"

enum load_profile {
    LOAD_LIFE,   /* open, commitment with device signature, settlement by proof */
    LOAD_PROOFS, /* settlements alone are measured: the sessions are opened and committed before */
    LOAD_SINGLE, /* as LOAD_LIFE with one session in each transaction */
    LOAD_LIGHT   /* opening one session, now and then */
};

enum { LOAD_STEPS = 3, LOAD_FEE_MINOR = 100, LOAD_HOLD_MINOR = 1000 };

struct load_item {
    struct ledger_bytes tx;
    roam_id id;
    uint32_t train;
    uint16_t settles; /* sessions that it settles */
    uint8_t step;
    uint64_t due_ns, finalised_ns; /* on the clock of load_now_ns; finalised_ns 0: not yet */
    bool accepted;
};
struct load_train {
    uint32_t pair, first[LOAD_STEPS + 1]; /* items of step s: first[s] .. first[s + 1] */
    uint32_t left;                        /* of the present step, not finalised */
};

struct load_plan {
    struct market market;
    size_t pair_count, train_count, item_count;
    struct pair *pairs;
    struct load_train *trains;
    struct load_item *items;
    size_t setup_count; /* transactions that open the market: first all registrations, then agreements ... */
    struct ledger_bytes *setup;
};

struct load_shape {
    enum load_profile profile;
    size_t trains, sessions; /* sessions of a train, 1 .. TX_BATCH_MAX */
    uint64_t run;            /* tells runs on one ledger apart */
    unsigned threads;
};

/* Makes everything. The plan stays where it is. ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err load_plan_make(struct load_plan *plan, const struct load_shape *shape,
                                           const struct roam_progress *progress);
void load_plan_release(struct load_plan *plan);

uint64_t load_now_ns(void);

#endif
