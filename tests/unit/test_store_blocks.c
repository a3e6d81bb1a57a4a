/* A store whose blocks are ordered from outside: execute, abort, commit, gaps, refusals, and the same heads
 * as the embedded store's for the same blocks. */
#include "dies.h"
#include "store_blocks.h"
#include "store_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

static struct store_fixture fixture, embedded;

static int setup(void **state)
{
    (void)state;
    fixture_setup(&fixture);
    fixture.options.ordered = true;
    fixture_reopen(&fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_teardown(&fixture);
    return 0;
}

enum { TXS_MAX = 64 };

/* Transactions of a block. */
struct txs {
    size_t count;
    struct ledger_bytes at[TXS_MAX];
};

static void txs_add(struct txs *txs, struct ledger_bytes tx)
{
    assert_true(txs->count < TXS_MAX);
    txs->at[txs->count++] = tx;
}

static void txs_free(struct txs *txs)
{
    for (size_t i = 0; i < txs->count; i++) made_free(txs->at[i]);
    txs->count = 0;
}

static struct ledger_receipt receipts[LEDGER_BLOCK_TXS_MAX + 1];
static struct ledger_head executed;

static enum roam_err execute(uint64_t height, uint64_t time_s, const struct txs *txs, struct roam_diag *diag)
{
    const struct store_block block = {height, time_s, txs->at, txs->count};
    return store_block_execute(fixture.store, &block, receipts, &executed, diag);
}

static void must_execute(uint64_t height, uint64_t time_s, const struct txs *txs)
{
    struct roam_diag diag = {""};
    const enum roam_err err = execute(height, time_s, txs, &diag);
    if (err != ROAM_OK) fail_msg("block %llu: %s", (unsigned long long)height, diag.text);
}

static void refused(uint64_t height, uint64_t time_s, const struct txs *txs, enum roam_err expected)
{
    struct roam_diag diag = {""};
    assert_int_equal(execute(height, time_s, txs, &diag), expected);
    assert_true(diag.text[0] != '\0');
    count_negative++;
}

static void commit(void) { assert_int_equal(store_block_commit(fixture.store, NULL), ROAM_OK); }

static struct ledger_head head_of(struct store *store)
{
    struct ledger_head head;
    assert_int_equal(store_head_get(store, &head), ROAM_OK);
    return head;
}

static void assert_head(uint64_t height, const uint8_t app_hash[32])
{
    const struct ledger_head head = head_of(fixture.store);
    assert_int_equal(head.height, height);
    assert_memory_equal(head.app_hash, app_hash, 32);
    assert_int_equal(store_height(fixture.store), height);
}

/* The opening of the pair's market, and session 1 to 8 with what becomes of them: three blocks. */
enum { COURSE_BLOCKS = 3 };
static struct txs course[COURSE_BLOCKS];

static void course_make(const struct store_fixture *f)
{
    const struct market *m = &f->market;
    const struct pair *pair = &f->pair;
    txs_add(&course[0], make_register(m, &pair->home));
    txs_add(&course[0], make_register(m, &pair->visited));
    txs_add(&course[0], make_deposit(m, &pair->home, 1000000, 1));
    txs_add(&course[0], make_agreement(m, pair));
    txs_add(&course[0], make_move(m, pair, TX_AGREEMENT_FUND, 500000, 1));
    txs_add(&course[1], make_session_open(m, pair, 1, 8, 1000));
    txs_add(&course[1], make_usage_commit(m, pair, 1, 6, 1));
    txs_add(&course[2], make_settle(m, pair, 1, 4, 1000, 1, 2500));
    txs_add(&course[2], make_move(m, pair, TX_AGREEMENT_COLLECT, 2000, 1));
    txs_add(&course[2], make_withdraw(m, &pair->visited, 1500, 1));
    txs_add(&course[2], make_withdraw(m, &pair->visited, 501, 2)); /* refused by the rules */
}

static void course_free(void)
{
    for (int i = 0; i < COURSE_BLOCKS; i++) txs_free(&course[i]);
}

static void all_in_order(uint64_t blocks)
{
    struct store_totals totals;
    struct roam_diag diag = {""};
    size_t currencies;
    uint64_t replayed;
    if (store_verify(fixture.store, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    if (store_audit(fixture.store, &totals, 1, &currencies, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    if (store_replay(fixture.store, &replayed, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(replayed, blocks);
}

/* At the same heights and times both stores have the same heads and receipts, reopened after every step or
 * not. */
static void same_as_embedded(bool reopen)
{
    fixture_setup(&embedded);
    course_make(&fixture);
    for (uint64_t b = 0; b < COURSE_BLOCKS; b++) {
        static struct ledger_receipt expected[TXS_MAX];
        uint8_t x[LEDGER_RECEIPT_SIZE], y[LEDGER_RECEIPT_SIZE];
        embedded.now_s = 1000 + 60 * b;
        assert_int_equal(store_submit_many(embedded.store, course[b].at, course[b].count, expected), ROAM_OK);
        must_execute(b + 1, 1000 + 60 * b, &course[b]);
        if (reopen) {
            fixture_reopen(&fixture); /* what was executed only is gone */
            must_execute(b + 1, 1000 + 60 * b, &course[b]);
        }
        const struct ledger_head head = head_of(embedded.store);
        assert_memory_equal(executed.app_hash, head.app_hash, 32);
        for (size_t i = 0; i < course[b].count; i++) {
            ledger_receipt_serialize(x, &receipts[i]);
            ledger_receipt_serialize(y, &expected[i]);
            assert_memory_equal(x, y, sizeof x);
            const bool last = b == 2 && i == 3;
            assert_int_equal(receipts[i].outcome, last ? LEDGER_INSUFFICIENT_FUNDS : LEDGER_ACCEPTED);
        }
        commit();
        if (reopen) fixture_reopen(&fixture);
        assert_head(b + 1, head.app_hash);
        count_property++;
    }
    all_in_order(COURSE_BLOCKS);
    course_free();
    fixture_teardown(&embedded);
}

static void test_same_as_embedded(void **state)
{
    (void)state;
    same_as_embedded(false);
}

static void test_same_when_reopened(void **state)
{
    (void)state;
    same_as_embedded(true);
}

static void test_gaps(void **state)
{
    (void)state;
    static const uint64_t heights[COURSE_BLOCKS] = {7, 8, 1000000};
    course_make(&fixture);
    for (int b = 0; b < COURSE_BLOCKS; b++) {
        must_execute(heights[b], 1000, &course[b]);
        assert_int_equal(executed.height, heights[b]);
        assert_int_equal(receipts[0].height, heights[b]);
        commit();
        assert_head(heights[b], executed.app_hash);
        if (b < COURSE_BLOCKS - 1) refused(heights[b], 1000, &course[b + 1], ROAM_E_RANGE);
    }
    all_in_order(COURSE_BLOCKS);
    fixture_reopen(&fixture);
    assert_head(1000000, executed.app_hash);
    all_in_order(COURSE_BLOCKS);

    struct ledger_receipt receipt;
    struct merkle_proof proof;
    struct ledger_head head;
    const roam_id id = made_id(&course[1].at[0]);
    assert_int_equal(store_receipt_by_tx(fixture.store, &id, &receipt), ROAM_OK);
    assert_int_equal(receipt.height, 8);
    assert_int_equal(store_receipt_prove(fixture.store, receipt.index, &proof, &head), ROAM_OK);
    course_free();

    fixture.options.ordered = false; /* a single process may go on alone */
    fixture_reopen(&fixture);
    const struct ledger_receipt alone =
        fixture_submit(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 1, 9));
    assert_int_equal(alone.height, 1000001);
    all_in_order(COURSE_BLOCKS + 1);
}

/* Another block in place of one that was executed, or the same again: only what is committed counts. */
static void test_executed_again(void **state)
{
    (void)state;
    struct txs other = {0};
    uint8_t wanted[32], genesis[32];
    course_make(&fixture);
    txs_add(&other, make_register(&fixture.market, &fixture.pair.visited));
    memcpy(genesis, head_of(fixture.store).app_hash, 32);
    must_execute(3, 1000, &course[0]);
    memcpy(wanted, executed.app_hash, 32);
    must_execute(4, 1001, &other);
    assert_memory_not_equal(executed.app_hash, wanted, 32);
    must_execute(3, 1000, &course[0]);
    assert_memory_equal(executed.app_hash, wanted, 32);
    assert_head(0, genesis);
    store_block_abort(fixture.store);
    store_block_abort(fixture.store);
    assert_head(0, genesis);
    must_execute(3, 1000, &course[0]);
    assert_memory_equal(executed.app_hash, wanted, 32);
    commit();
    assert_head(3, wanted);
    store_block_abort(fixture.store); /* nothing to forget */
    assert_head(3, wanted);
    all_in_order(1);
    txs_free(&other);
    course_free();
}

static void commit_nothing(void) { (void)!store_block_commit(fixture.store, NULL); }

static void test_commit_needs_a_block(void **state)
{
    (void)state;
    assert_true(dies(commit_nothing));
    course_make(&fixture);
    must_execute(1, 1000, &course[0]);
    store_block_abort(fixture.store);
    assert_true(dies(commit_nothing));
    must_execute(1, 1000, &course[0]);
    refused(0, 1000, &course[0], ROAM_E_RANGE); /* takes the place of the good one all the same */
    assert_true(dies(commit_nothing));
    count_negative += 3;
    course_free();
}

static void test_height_and_time(void **state)
{
    (void)state;
    const uint64_t genesis_s = head_of(fixture.store).time_s;
    course_make(&fixture);
    refused(0, 1000, &course[0], ROAM_E_RANGE);
    if (genesis_s > 0) refused(1, genesis_s - 1, &course[0], ROAM_E_RANGE);
    refused(1, UINT64_C(1) << 62, &course[0], ROAM_E_RANGE);
    refused(1, UINT64_MAX, &course[0], ROAM_E_RANGE);
    must_execute(5, 1000, &course[0]);
    commit();
    for (uint64_t height = 0; height <= 5; height++) refused(height, 1000, &course[1], ROAM_E_RANGE);
    refused(6, 999, &course[1], ROAM_E_RANGE);
    refused(6, 0, &course[1], ROAM_E_RANGE);
    must_execute(6, 1000, &course[1]);
    commit();
    all_in_order(2);
    course_free();
}

static void fill(struct ledger_bytes *txs, size_t count, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < count; i++) txs[i] = (struct ledger_bytes){bytes, size};
}

static void test_over_the_budget(void **state)
{
    (void)state;
    static uint8_t bytes[TX_SIZE_MAX + 1];
    static struct ledger_bytes txs[LEDGER_BLOCK_TXS_MAX + 1];
    struct store_block block = {1, 1000, txs, LEDGER_BLOCK_TXS_MAX + 1};
    struct roam_diag diag = {""};
    fill(txs, LEDGER_BLOCK_TXS_MAX + 1, bytes, 1);
    assert_int_equal(store_block_execute(fixture.store, &block, receipts, &executed, &diag), ROAM_E_LIMIT);
    const size_t large_max = STORE_BLOCK_RECORDS_MAX / (6 + TX_BATCH_MAX);
    fill(txs, large_max + 1, bytes, TX_SIZE_MAX);
    block.count = large_max + 1;
    assert_int_equal(store_block_execute(fixture.store, &block, receipts, &executed, &diag), ROAM_E_LIMIT);
    fill(txs, 1, bytes, TX_SIZE_MAX + 1);
    block.count = 1;
    assert_int_equal(store_block_execute(fixture.store, &block, receipts, &executed, &diag), ROAM_E_LIMIT);
    count_negative += 3;

    fill(txs, large_max, bytes, TX_SIZE_MAX);
    block.count = large_max;
    assert_int_equal(store_block_execute(fixture.store, &block, receipts, &executed, &diag), ROAM_OK);
    for (size_t i = 0; i < large_max; i++) assert_int_equal(receipts[i].outcome, LEDGER_MALFORMED);
    fill(txs, LEDGER_BLOCK_TXS_MAX, bytes, 1);
    block.count = LEDGER_BLOCK_TXS_MAX;
    assert_int_equal(store_block_execute(fixture.store, &block, receipts, &executed, &diag), ROAM_OK);
    assert_int_equal(executed.receipts.size, LEDGER_BLOCK_TXS_MAX);
    commit();
    all_in_order(1);
}

/* The records that the budget takes for one transaction; its bytes are freed. */
static size_t records_taken(struct ledger_bytes tx)
{
    struct store_budget budget = store_budget_full();
    assert_true(store_budget_take(&budget, &tx));
    assert_int_equal(budget.txs, LEDGER_BLOCK_TXS_MAX - 1);
    made_free(tx);
    return STORE_BLOCK_RECORDS_MAX - budget.records;
}

/* One for each item and few others, and hardly more than that. */
static void expect_taken(struct ledger_bytes tx, size_t items)
{
    const size_t taken = records_taken(tx);
    assert_in_range(taken, items + 2, items + 40);
    count_property++;
}

/* No transaction changes more records than the budget takes for it. */
static void test_budget(void **state)
{
    (void)state;
    const struct market *m = &fixture.market;
    const struct pair *pair = &fixture.pair;
    static const size_t counts[] = {1, 2, 64, 333, TX_BATCH_MAX};
    struct store_budget budget = store_budget_full();
    assert_int_equal(budget.txs, LEDGER_BLOCK_TXS_MAX);
    assert_int_equal(budget.records, STORE_BLOCK_RECORDS_MAX);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        expect_taken(make_session_open(m, pair, 1, counts[i], 10), counts[i]);
        expect_taken(make_usage_commit(m, pair, 1, counts[i], 1), counts[i]);
        expect_taken(make_expire(m, pair, 1, counts[i]), counts[i]);
        if (counts[i] <= MARKET_CIRCUIT_SIZE)
            expect_taken(make_settle(m, pair, 1, counts[i], 10, 1, 5), counts[i]);
    }
    assert_int_equal(records_taken(make_deposit(m, &pair->home, 5, 1)), 6);
    assert_int_equal(tx_items_max((const uint8_t *)"rtx1\x12", 5), 0); /* no known type, no room */
    assert_int_equal(tx_items_max((const uint8_t *)"rtx1\0  ..serials", 16), 2);

    const uint8_t expire[5 + 3] = {'r', 't', 'x', '1', TX_EXPIRE};
    const struct ledger_bytes one = {expire, 8}, none = {expire, 7};
    budget = (struct store_budget){1, 6};
    assert_false(store_budget_take(&budget, &one)); /* seven records */
    assert_int_equal(budget.txs, 1);
    assert_int_equal(budget.records, 6);
    assert_true(store_budget_take(&budget, &none));
    budget.records = 100;
    assert_false(store_budget_take(&budget, &none)); /* no transaction left */
    assert_int_equal(budget.records, 100);
    count_negative += 2;
}

static void test_submit_refused(void **state)
{
    (void)state;
    const struct ledger_bytes tx = make_register(&fixture.market, &fixture.pair.home);
    assert_int_equal(store_submit(fixture.store, tx.bytes, tx.size, receipts), ROAM_E_UNSUPPORTED);
    assert_int_equal(store_submit_many(fixture.store, &tx, 1, receipts), ROAM_E_UNSUPPORTED);
    assert_int_equal(head_of(fixture.store).height, 0);
    made_free(tx);
    count_negative += 2;
}

static enum ledger_outcome admit(const struct ledger_bytes *tx)
{
    enum ledger_outcome outcome;
    size_t refused;
    assert_int_equal(store_admit(fixture.store, tx, 1, &refused, &outcome), ROAM_OK);
    assert_int_equal(refused, outcome == LEDGER_ACCEPTED);
    return outcome;
}

/* Reads and admission see the committed state while a block waits for its commit. */
static void test_reads_during_a_block(void **state)
{
    (void)state;
    struct ledger_agreement agreement;
    struct ledger_receipt receipt;
    course_make(&fixture);
    const struct ledger_bytes *open = &course[1].at[0];
    const roam_id funded = made_id(&course[0].at[4]);
    assert_int_equal(admit(open), LEDGER_UNKNOWN_AGREEMENT);
    must_execute(1, 1000, &course[0]);
    assert_int_equal(head_of(fixture.store).height, 0);
    const struct ledger *ledger = store_read_begin(fixture.store);
    assert_int_equal(ledger_get_agreement(&agreement, ledger, &fixture.pair.agreement), ROAM_E_NOTFOUND);
    store_read_end(fixture.store);
    assert_int_equal(store_receipt_by_tx(fixture.store, &funded, &receipt), ROAM_E_NOTFOUND);
    assert_int_equal(admit(open), LEDGER_UNKNOWN_AGREEMENT);
    assert_int_equal(admit(&course[0].at[0]), LEDGER_ACCEPTED);
    commit();
    assert_int_equal(admit(open), LEDGER_ACCEPTED);
    ledger = store_read_begin(fixture.store);
    assert_int_equal(ledger_get_agreement(&agreement, ledger, &fixture.pair.agreement), ROAM_OK);
    store_read_end(fixture.store);
    assert_int_equal(store_receipt_by_tx(fixture.store, &funded, &receipt), ROAM_OK);
    count_negative += 4;
    course_free();
}

/* What admission found valid is not checked again; what it found invalid stays invalid when executed, and a
 * signature that fits another transaction's bytes does too. */
static void test_admitted_signatures(void **state)
{
    (void)state;
    struct txs block = {0};
    const struct market *m = &fixture.market;
    txs_add(&block, make_register(m, &fixture.pair.home));
    txs_add(&block, make_register(m, &fixture.pair.visited));
    uint8_t *forged = (uint8_t *)(uintptr_t)block.at[1].bytes;
    memcpy(forged + block.at[1].size - 64, block.at[0].bytes + block.at[0].size - 64, 64);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(admit(&block.at[0]), LEDGER_ACCEPTED);
        assert_int_equal(admit(&block.at[1]), LEDGER_BAD_SIGNATURE);
    }
    must_execute(1, 1000, &block);
    assert_int_equal(receipts[0].outcome, LEDGER_ACCEPTED);
    assert_int_equal(receipts[1].outcome, LEDGER_BAD_SIGNATURE);
    commit();
    all_in_order(1);
    count_negative += 3;
    txs_free(&block);
}

static atomic_bool committing;

static void *look_on(void *context)
{
    const struct ledger_bytes *tx = context;
    uint64_t last = 0;
    while (atomic_load(&committing)) {
        enum ledger_outcome outcome;
        struct ledger_head head;
        size_t refused;
        ROAM_ASSERT(store_admit(fixture.store, tx, 1, &refused, &outcome) == ROAM_OK && refused == 1);
        const uint64_t height = store_height(fixture.store);
        ROAM_ASSERT(store_head_get(fixture.store, &head) == ROAM_OK && head.height >= last);
        ROAM_ASSERT(height <= head.height);
        ROAM_ASSERT(head.height == head.receipts.size + (head.height > 0 ? 10 : 0));
        last = head.height;
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    enum { BLOCKS = 40, LOOKERS = 2 };
    pthread_t threads[LOOKERS];
    struct txs block = {0};
    txs_add(&block, make_register(&fixture.market, &fixture.pair.home));
    atomic_store(&committing, true);
    for (int i = 0; i < LOOKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_on, &block.at[0]), 0);
    for (uint64_t h = 11; h < 11 + BLOCKS; h++) {
        must_execute(h, 1000, &block); /* accepted, then refused again and again */
        if (h % 3 == 0) {
            store_block_abort(fixture.store);
            must_execute(h, 1000, &block);
        }
        commit();
    }
    atomic_store(&committing, false);
    for (int i = 0; i < LOOKERS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    all_in_order(BLOCKS);
    count_property += BLOCKS;
    txs_free(&block);
}

static void test_like_another(void **state)
{
    (void)state;
    char path[sizeof fixture.path];
    uint8_t genesis[32];
    struct roam_diag diag = {""};
    memcpy(genesis, head_of(fixture.store).app_hash, 32);
    course_make(&fixture);
    must_execute(1, 1000, &course[0]);
    commit();
    snprintf(path, sizeof path, "%s/second", fixture.folder);
    assert_int_equal(store_create_like(path, fixture.path, &diag), ROAM_E_BUSY); /* open in this process */
    fixture_close(&fixture);
    assert_int_equal(store_create_like(path, "/nowhere", &diag), ROAM_E_NOTFOUND);
    assert_int_equal(store_create_like(path, fixture.path, &diag), ROAM_OK);
    assert_int_equal(store_create_like(path, fixture.path, &diag), ROAM_E_EXISTS);
    count_negative += 3;
    char kept[sizeof fixture.path];
    memcpy(kept, fixture.path, sizeof kept);
    memcpy(fixture.path, path, sizeof path);
    fixture_reopen(&fixture);
    assert_head(0, genesis);
    must_execute(1, 1000, &course[0]);
    commit();
    fixture_close(&fixture);
    fixture_remove_store(path);
    memcpy(fixture.path, kept, sizeof kept);
    fixture_reopen(&fixture);
    assert_head(1, executed.app_hash);
    course_free();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_same_as_embedded),
        TEST(test_same_when_reopened),
        TEST(test_gaps),
        TEST(test_executed_again),
        TEST(test_commit_needs_a_block),
        TEST(test_height_and_time),
        TEST(test_over_the_budget),
        TEST(test_budget),
        TEST(test_submit_refused),
        TEST(test_reads_during_a_block),
        TEST(test_admitted_signatures),
        TEST(test_threads),
        TEST(test_like_another),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
