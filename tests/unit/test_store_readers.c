/* Readers beside the commits of an ordered store and beside the writing of its file: every state that is seen
 * is that after some block, whole, and what was committed is seen from then on. */
#include "ordered_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

enum { BLOCKS = 60, TXS = COURSE_TXS * (BLOCKS - 1) + COURSE_OPENING_TXS };

static struct store_fixture fixture;
static roam_id ids[TXS];
static struct ledger_bytes admitted;
static atomic_uint_fast64_t committed; /* blocks */
static atomic_bool done;
static atomic_ullong looks;

static size_t txs_of(uint64_t blocks)
{
    return blocks == 0 ? 0 : COURSE_OPENING_TXS + COURSE_TXS * (size_t)(blocks - 1);
}

static uint64_t money_of(uint64_t blocks) { return COURSE_DEPOSIT + (blocks - 1) * blocks / 2; }

/* That of a state at this height. */
static uint64_t blocks_of(uint64_t height)
{
    ROAM_ASSERT(height % 2 == 1);
    return (height + 1) / 2;
}

/* All money that there is, in one state. */
static uint64_t money_in(const struct ledger *ledger)
{
    struct ledger_account home, visited = {0};
    struct ledger_agreement agreement;
    const struct tx_currency *currency = &fixture.market.currency;
    ROAM_ASSERT(ledger_get_account(&home, ledger, &fixture.pair.home.operator_id, currency) == ROAM_OK);
    (void)!ledger_get_account(&visited, ledger, &fixture.pair.visited.operator_id, currency);
    ROAM_ASSERT(ledger_get_agreement(&agreement, ledger, &fixture.pair.agreement) == ROAM_OK);
    return home.available_minor + visited.available_minor + agreement.available_minor + agreement.held_minor +
           agreement.earned_minor;
}

static void look_at_money(void)
{
    const uint64_t least = atomic_load(&committed);
    const struct ledger *ledger = store_read_begin(fixture.store);
    ROAM_ASSERT(ledger != NULL);
    const uint64_t blocks = blocks_of(ledger_head(ledger)->height);
    ROAM_ASSERT(blocks >= least && money_in(ledger) == money_of(blocks));
    const struct ledger *nested = store_read_begin(fixture.store);
    ROAM_ASSERT(nested != NULL && ledger_head(nested)->height >= ledger_head(ledger)->height);
    store_read_end(fixture.store);
    ROAM_ASSERT(money_in(ledger) == money_of(blocks));
    store_read_end(fixture.store);
}

static void look_at_receipts(void)
{
    struct ledger_receipt by_tx, by_index;
    struct ledger_head head;
    const size_t least = txs_of(atomic_load(&committed));
    ROAM_ASSERT(store_head_get(fixture.store, &head) == ROAM_OK);
    ROAM_ASSERT(head.receipts.size >= least && head.receipts.size == txs_of(blocks_of(head.height)));
    for (size_t back = 1; back <= COURSE_TXS; back++) {
        ROAM_ASSERT(store_receipt_by_tx(fixture.store, &ids[least - back], &by_tx) == ROAM_OK);
        ROAM_ASSERT(by_tx.index == least - back);
        ROAM_ASSERT(store_receipt_by_index(fixture.store, least - back, &by_index) == ROAM_OK);
        ROAM_ASSERT(roam_id_equal(&by_index.tx, &ids[least - back]));
    }
}

static void look_at_proofs(void)
{
    struct merkle_proof proof;
    struct ledger_receipt receipt;
    struct ledger_head head;
    uint8_t root[32], leaf[MERKLE_HASH_SIZE], bytes[LEDGER_RECEIPT_SIZE];
    const size_t last = txs_of(atomic_load(&committed)) - 1;
    for (size_t index = last % 7; index <= last; index += 1 + last / 2) {
        ROAM_ASSERT(store_receipt_prove(fixture.store, index, &proof, &head) == ROAM_OK);
        ROAM_ASSERT(store_receipt_by_index(fixture.store, index, &receipt) == ROAM_OK);
        ledger_receipt_serialize(bytes, &receipt);
        merkle_leaf_hash(leaf, bytes, sizeof bytes);
        merkle_log_root(root, &head.receipts);
        ROAM_ASSERT(merkle_inclusion_verify(root, index, head.receipts.size, leaf, &proof) == ROAM_OK);
    }
}

static void look_at_admission(void)
{
    enum ledger_outcome outcome;
    size_t refused;
    ROAM_ASSERT(store_admit(fixture.store, &admitted, 1, &refused, &outcome) == ROAM_OK);
    ROAM_ASSERT(refused == 1 && outcome == LEDGER_ACCEPTED);
}

/* Each look writes to the file what is in memory. */
static void look_at_the_file(void)
{
    struct store_totals totals;
    size_t count;
    const uint64_t least = atomic_load(&committed);
    ROAM_ASSERT(store_audit(fixture.store, &totals, 1, &count, NULL) == ROAM_OK);
    ROAM_ASSERT(totals.deposits >= money_of(least) && totals.available + totals.held == totals.deposits);
    ROAM_ASSERT(store_verify(fixture.store, NULL) == ROAM_OK);
}

static void *run(void *context)
{
    void (*const *look)(void) = context;
    while (!atomic_load(&done)) {
        (*look)();
        atomic_fetch_add(&looks, 1);
    }
    return NULL;
}

static void test_beside_commits(void **state)
{
    (void)state;
    static void (*const all[])(void) = {look_at_money,     look_at_receipts, look_at_proofs,
                                        look_at_admission, look_at_the_file, look_at_money};
    enum { THREADS = sizeof all / sizeof *all };
    pthread_t threads[THREADS];
    struct ledger_head head;
    ordered_setup(&fixture);
    for (uint64_t b = 0; b < BLOCKS; b++) {
        struct ledger_bytes txs[COURSE_OPENING_TXS];
        const size_t count = course_make(txs, &fixture, b);
        for (size_t i = 0; i < count; i++) ids[txs_of(b) + i] = made_id(&txs[i]);
        course_free(txs, count);
    }
    admitted = make_deposit(&fixture.market, &fixture.pair.home, 1, 9);
    assert_int_equal(course_commit(&fixture, 0, &head), ROAM_OK);
    atomic_store(&committed, 1);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, (void *)(uintptr_t)&all[i]), 0);
    for (uint64_t b = 1; b < BLOCKS; b++) {
        assert_int_equal(course_commit(&fixture, b, &head), ROAM_OK);
        atomic_store(&committed, b + 1);
        count_property++;
    }
    atomic_store(&done, true);
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    count_property += atomic_load(&looks);
    assert_true(atomic_load(&looks) >= THREADS);
    assert_course(&fixture, BLOCKS);
    assert_replay(&fixture, BLOCKS);
    fixture_reopen(&fixture);
    assert_course(&fixture, BLOCKS);
    made_free(admitted);
    fixture_teardown(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_beside_commits)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
