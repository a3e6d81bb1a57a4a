/* Random transactions, most of them good, that follow from a seed. The state that they are chosen by is the
 * model's. */
#ifndef TEST_WORKLOAD_H
#define TEST_WORKLOAD_H

#include "ledger_model.h"
#include "people.h"

enum {
    WORKLOAD_OPERATORS = 6,
    WORKLOAD_KEYS = 4,
    WORKLOAD_DEVICES = 16,
    WORKLOAD_HISTORY = 64,
    WORKLOAD_VALIDATORS = LEDGER_VALIDATORS_MAX + 8 /* different ones that are voted on */
};

struct workload {
    struct roam_prng prng;
    struct model *model;
    struct person governor, treasury, mallory;
    struct person person[WORKLOAD_OPERATORS * WORKLOAD_KEYS]; /* names by operator, keys to rotate through */
    eddsa_key device[WORKLOAD_DEVICES];                       /* of sessions, by serial */
    uint64_t next_serial, next_reference, next_salt;
    size_t history_count;
    struct work history[WORKLOAD_HISTORY];
    unsigned votes;         /* on validators, among a thousand others; none unless it is set */
    bool inside_agreements; /* only what touches one agreement and no account */
    roam_id agreement;      /* that one */
};

void workload_init(struct workload *workload, struct model *model, uint64_t seed);
/* Names this many validators in a genesis, owned by the operators of the opening. */
void workload_validators(struct ledger_genesis *genesis, size_t count);
/* The next transaction for the model's present state; does not apply it. */
void workload_next(struct workload *workload, struct work *out);
/* A good transaction that opens the market: operators, deposits, agreements, funds. Returns false when there
 * is no more. */
bool workload_opening(struct workload *workload, struct work *out, size_t step);

void work_copy(struct work *to, const struct work *from);

#endif
