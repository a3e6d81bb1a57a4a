#include "sim_bank.h"

#include "parcel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct bank bank;

static struct bank_tx *add(struct bank_pair *p, size_t step, enum bank_kind kind, struct ledger_bytes bytes)
{
    struct bank_step *s = &p->step[step];
    ROAM_ASSERT(step < BANK_STEPS && s->count < BANK_STEP_TXS);
    s->tx[s->count] = (struct bank_tx){.kind = kind, .bytes = bytes, .id = made_id(&bytes)};
    return &s->tx[s->count++];
}

static struct ledger_bytes make_rotate(const struct person *old, const struct person *new)
{
    const struct person *const signers[TX_SIGNATURES_MAX] = {old, new};
    struct tx tx = {.type = TX_OPERATOR_ROTATE_KEY, .ledger = bank.market.ledger};
    uint8_t bytes[1024];
    tx.body.operator_rotate_key.operator_id = old->operator_id;
    tx.body.operator_rotate_key.sequence = 1;
    memcpy(tx.body.operator_rotate_key.new_public_key, new->public_key, 32);
    const size_t size = tx_finish(bytes, sizeof bytes, &tx, signers);
    uint8_t *kept = malloc(size);
    ROAM_ASSERT(kept != NULL);
    memcpy(kept, bytes, size);
    return (struct ledger_bytes){kept, size};
}

/* The same operator with another key. */
static void person_rotated(struct person *out, const struct person *old)
{
    char name[TX_NAME_SIZE];
    snprintf(name, sizeof name, "%.20s again", old->name);
    person_init(out, name);
    memcpy(out->name, old->name, sizeof out->name);
    out->operator_id = old->operator_id;
}

static void terms_init(struct bank_pair *p, uint64_t number)
{
    pair_init(&p->pair, &bank.market, number);
    p->pair.terms.commit_within_s = BANK_COMMIT_WITHIN_S;
    p->pair.terms.settle_within_s = BANK_SETTLE_WITHIN_S;
    tx_agreement_id(&p->pair.agreement, &bank.market.ledger, &p->pair.terms);
}

static struct bank_tx single(enum bank_kind kind, struct ledger_bytes bytes)
{
    return (struct bank_tx){.kind = kind, .bytes = bytes, .id = made_id(&bytes)};
}

/* Sessions 1 and 2 are settled, or expire; 3 and 4 expire. */
static void script_init(struct bank_pair *p, uint64_t number)
{
    const struct market *m = &bank.market;
    terms_init(p, number);
    const struct pair *pair = &p->pair;
    struct pair rotated = *pair;
    person_rotated(&rotated.home, &pair->home);
    p->expire_settling = single(BANK_ENDING, make_expire(m, pair, 1, 2));
    p->second_deposit = single(BANK_PLAIN, make_deposit(m, &pair->home, BANK_DEPOSIT, 1000 + number));
    add(p, 0, BANK_PLAIN, make_register(m, &pair->home));
    add(p, 0, BANK_PLAIN, make_register(m, &pair->visited));
    add(p, 1, BANK_PLAIN, make_deposit(m, &pair->home, BANK_DEPOSIT, number));
    add(p, 1, BANK_PLAIN, make_agreement(m, pair));
    add(p, 2, BANK_PLAIN, make_move(m, pair, TX_AGREEMENT_FUND, BANK_FUND, 1));
    add(p, 3, BANK_PLAIN, make_session_open(m, pair, 1, 2, 1000));
    add(p, 3, BANK_PLAIN, make_session_open(m, pair, 3, 2, 1000));
    add(p, 4, BANK_SETTLING, make_usage_commit(m, pair, 1, 2, 1))->instead = &p->expire_settling;
    if (number % 2 == 0) add(p, 5, BANK_FALSE, make_settle(m, pair, 1, 2, 1000, 9, BANK_FEE));
    add(p, 5, BANK_SETTLING, make_settle(m, pair, 1, 2, 1000, 1, BANK_FEE))->instead = &p->expire_settling;
    add(p, 6, BANK_IF_SETTLED, make_move(m, pair, TX_AGREEMENT_COLLECT, BANK_COLLECT, 1));
    add(p, 6, BANK_PLAIN, make_move(m, pair, TX_AGREEMENT_RELEASE, BANK_RELEASE, 2));
    add(p, 7, BANK_ENDING, make_expire(m, pair, 3, 2));
    add(p, 8, BANK_OPTIONAL, make_move(m, pair, TX_AGREEMENT_RELEASE, BANK_STALE_RELEASE, 3));
    add(p, 8, BANK_COMPANION, make_deposit(m, &pair->visited, BANK_DEPOSIT_VISITED, 2000 + number));
    add(p, 8, BANK_PLAIN, make_rotate(&pair->home, &rotated.home));
    add(p, 9, BANK_PLAIN, make_withdraw(m, &rotated.home, BANK_WITHDRAW_HOME, 1));
    add(p, 9, BANK_IF_SETTLED, make_withdraw(m, &pair->visited, BANK_WITHDRAW_VISITED, 1));
}

static void full_init(void)
{
    const struct ledger_bytes *tx = &bank.pair[0].step[0].tx[0].bytes;
    bank.full = malloc(PARCEL_SIZE_MAX);
    ROAM_ASSERT(bank.full != NULL);
    parcel_write_begin(bank.full, &bank.full_size);
    for (size_t i = 0; i < PARCEL_TXS_MAX; i++)
        if (!parcel_write_add(bank.full, PARCEL_SIZE_MAX, &bank.full_size, tx->bytes, tx->size)) return;
}

static void bad_init(void)
{
    struct market other = bank.market;
    uint8_t *spoilt;
    other.ledger.byte[0] ^= 1;
    bank.other_ledger = make_register(&other, &bank.pair[0].pair.home);
    bank.unsigned_tx = make_register(&bank.market, &bank.pair[0].pair.visited);
    spoilt = (uint8_t *)(uintptr_t)bank.unsigned_tx.bytes;
    spoilt[bank.unsigned_tx.size - 1] ^= 1;
    struct pair stranger;
    pair_init(&stranger, &bank.market, 99);
    bank.unknown_operator = make_withdraw(&bank.market, &stranger.home, 1, 1);
}

const struct bank *bank_get(void)
{
    static bool made;
    if (made) return &bank;
    market_init(&bank.market);
    for (uint64_t i = 0; i < BANK_PAIRS; i++) script_init(&bank.pair[i], i);
    full_init();
    bad_init();
    made = true;
    return &bank;
}
