/* The transactions that clients of a simulation send, made once for all runs: signing and proving cost more
 * than all the rest. Each pair of operators has a script of steps; the transactions of a step may be executed
 * in any order, those of the next step need them. */
#ifndef SIM_BANK_H
#define SIM_BANK_H

#include "market.h"

enum {
    BANK_PAIRS = 4,
    BANK_STEPS = 10,
    BANK_STEP_TXS = 3,
    BANK_COMMIT_WITHIN_S = 25,
    BANK_SETTLE_WITHIN_S = 40
};
/* Money of the scripts, in minor units. */
enum {
    BANK_DEPOSIT = 1000000,
    BANK_FUND = 500000,
    BANK_RELEASE = 1000,
    BANK_STALE_RELEASE = 5,
    BANK_FEE = 1500,
    BANK_COLLECT = 700,
    BANK_WITHDRAW_HOME = 100000,
    BANK_WITHDRAW_VISITED = 300,
    BANK_DEPOSIT_VISITED = 11
};

enum bank_kind {
    BANK_PLAIN,     /* is accepted in the end */
    BANK_SETTLING,  /* refused for good once the deadline has passed: `instead` then */
    BANK_ENDING,    /* waits until a deadline has passed */
    BANK_OPTIONAL,  /* may be refused, or never be executed */
    BANK_COMPANION, /* is accepted in the end, and goes the way of what may never be */
    BANK_FALSE,     /* is never accepted */
    BANK_IF_SETTLED /* only if the step's settlement was accepted */
};

struct bank_tx {
    enum bank_kind kind;
    struct ledger_bytes bytes;
    roam_id id;
    const struct bank_tx *instead;
};
struct bank_step {
    size_t count;
    struct bank_tx tx[BANK_STEP_TXS];
};
struct bank_pair {
    struct pair pair;
    struct bank_step step[BANK_STEPS];
    struct bank_tx expire_settling; /* in place of commitment or settlement */
    struct bank_tx second_deposit;  /* what a client that is not idempotent sends */
};

struct bank {
    struct market market;
    struct bank_pair pair[BANK_PAIRS];
    /* For proposals that nobody may accept. */
    struct ledger_bytes other_ledger, unsigned_tx, unknown_operator;
    uint8_t *full; /* a parcel as full as a parcel may be, of one good transaction of pair 0 */
    size_t full_size;
};

/* The same for the whole process. */
const struct bank *bank_get(void);

#endif
