/* A store in a folder of its own, a market to fill it, and a clock that the test moves. */
#ifndef TEST_STORE_FIXTURE_H
#define TEST_STORE_FIXTURE_H

#include "market_validators.h"
#include "prop.h"
#include "store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A program that wants validators in the genesis says how many. */
#ifndef FIXTURE_VALIDATORS
#define FIXTURE_VALIDATORS 0
#endif

struct store_fixture {
    char folder[64], path[80];
    struct market market;
    struct pair pair;
    uint64_t now_s;
    struct roam_env env;
    struct store_options options;
    struct store *store;
};

static uint64_t fixture_now_s(void *context) { return *(const uint64_t *)context; }
static void fixture_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    roam_env_system.random(roam_env_system.context, out, size);
}

static inline void fixture_remove_store(const char *path)
{
    char file[128];
    snprintf(file, sizeof file, "%s/data.mdb", path);
    unlink(file);
    snprintf(file, sizeof file, "%s/lock.mdb", path);
    unlink(file);
    for (unsigned which = 0; which < 2; which++) {
        snprintf(file, sizeof file, "%s/journal.%u", path, which);
        unlink(file);
    }
    rmdir(path);
}

static inline struct store_genesis fixture_genesis(const struct store_fixture *f)
{
    return (struct store_genesis){.genesis = f->market.genesis, .vk = {&f->market.forger.vk}};
}

static inline enum roam_err fixture_open(struct store_fixture *f, struct roam_diag *diag)
{
    return store_open(&f->store, f->path, &f->options, diag);
}

static inline void fixture_close(struct store_fixture *f)
{
    store_close(f->store);
    f->store = NULL;
}

static inline void fixture_reopen(struct store_fixture *f)
{
    struct roam_diag diag = {""};
    fixture_close(f);
    enum roam_err err = fixture_open(f, &diag);
    if (err != ROAM_OK) fail_msg("store_open: %s: %s", roam_err_name(err), diag.text);
}

static inline void fixture_setup(struct store_fixture *f)
{
    memset(f, 0, sizeof *f);
    strcpy(f->folder, "/tmp/roam-store-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/ledger", f->folder);
    market_init(&f->market);
    if (FIXTURE_VALIDATORS > 0) market_name_validators(&f->market, FIXTURE_VALIDATORS);
    pair_init(&f->pair, &f->market, 1);
    f->now_s = 1000;
    f->env = (struct roam_env){&f->now_s, fixture_now_s, fixture_random};
    f->options = (struct store_options){.env = &f->env, .threads = 1, .block_txs_max = 100};
    struct store_genesis genesis = fixture_genesis(f);
    assert_int_equal(store_create(f->path, &genesis, NULL), ROAM_OK);
    fixture_reopen(f);
}

static inline void fixture_teardown(struct store_fixture *f)
{
    fixture_close(f);
    fixture_remove_store(f->path);
    assert_int_equal(rmdir(f->folder), 0);
}

static inline void made_free(struct ledger_bytes tx) { free((void *)(uintptr_t)tx.bytes); }

/* Submits and frees. */
static inline struct ledger_receipt fixture_submit(struct store_fixture *f, struct ledger_bytes tx)
{
    struct ledger_receipt receipt;
    assert_int_equal(store_submit(f->store, tx.bytes, tx.size, &receipt), ROAM_OK);
    made_free(tx);
    return receipt;
}

static inline void fixture_accept(struct store_fixture *f, struct ledger_bytes tx)
{
    struct ledger_receipt receipt = fixture_submit(f, tx);
    if (receipt.outcome != LEDGER_ACCEPTED)
        fail_msg("%s refused: %s", tx_type_name((enum tx_type)receipt.type),
                 ledger_outcome_text((enum ledger_outcome)receipt.outcome));
}

/* Operators, 10,000.00 deposited by home, and an agreement with 5,000.00 of it. */
static inline void fixture_open_market(struct store_fixture *f)
{
    const struct market *m = &f->market;
    fixture_accept(f, make_register(m, &f->pair.home));
    fixture_accept(f, make_register(m, &f->pair.visited));
    fixture_accept(f, make_deposit(m, &f->pair.home, 1000000, 1));
    fixture_accept(f, make_agreement(m, &f->pair));
    fixture_accept(f, make_move(m, &f->pair, TX_AGREEMENT_FUND, 500000, 1));
}

/* Eight sessions of 10.00, four of them settled for 25.00 in all; part is collected and withdrawn. 11
 * transactions with the market's. */
static inline void fixture_fill(struct store_fixture *f)
{
    const struct market *m = &f->market;
    fixture_open_market(f);
    fixture_accept(f, make_session_open(m, &f->pair, 1, 8, 1000));
    f->now_s += 60;
    fixture_accept(f, make_usage_commit(m, &f->pair, 1, 6, 1));
    fixture_accept(f, make_settle(&f->market, &f->pair, 1, 4, 1000, 1, 2500));
    fixture_accept(f, make_move(m, &f->pair, TX_AGREEMENT_COLLECT, 2000, 1));
    fixture_accept(f, make_withdraw(m, &f->pair.visited, 1500, 1));
    assert_int_equal(fixture_submit(f, make_withdraw(m, &f->pair.visited, 501, 2)).outcome,
                     LEDGER_INSUFFICIENT_FUNDS);
}
enum { FIXTURE_FILL_TXS = 11 };

#endif
