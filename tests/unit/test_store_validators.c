/* A ledger with validators in a store: its records are there from height 0 on, in every host that begins so,
 * and checks and snapshots count them. */
#define FIXTURE_VALIDATORS 4
#include "store_blocks.h"
#include "store_fixture.h"
#include "store_snapshot.h"

enum { OWNERS = FIXTURE_VALIDATORS + 1 };

static struct store_fixture fixture;
static struct person node[OWNERS], owner[OWNERS];

static int setup(void **state)
{
    (void)state;
    fixture_setup(&fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_teardown(&fixture);
    return 0;
}

static struct ledger_validator_set validator_set(struct store *store)
{
    struct ledger_validator_set set;
    const struct ledger *ledger = store_read_begin(store);
    assert_non_null(ledger);
    assert_int_equal(ledger_get_validator_set(&set, ledger), ROAM_OK);
    store_read_end(store);
    return set;
}

static void check_set(struct store *store, uint64_t changes, uint64_t power, unsigned count)
{
    const struct ledger_validator_set set = validator_set(store);
    assert_true(set.changes == changes && set.total_power == power && set.count == count);
}

static void check_store(struct store *store, uint64_t changes, uint64_t power, unsigned count)
{
    struct store_totals totals[2];
    size_t currencies;
    struct roam_diag diag = {""};
    check_set(store, changes, power, count);
    assert_int_equal(store_verify(store, &diag), ROAM_OK);
    assert_int_equal(store_audit(store, totals, 2, &currencies, &diag), ROAM_OK);
    count_property++;
}

static void check_replay(struct store *store)
{
    uint64_t blocks;
    assert_int_equal(store_replay(store, &blocks, NULL), ROAM_OK);
}

/* What the change is, by the number of its validator. */
static struct tx_validator_vote change(size_t which, uint64_t power, uint64_t changes)
{
    struct tx_validator_vote vote = {.power = power, .owner = owner[which].operator_id, .changes = changes};
    memcpy(vote.validator.byte, node[which].public_key, 32);
    return vote;
}

static void vote_by_three(struct store_fixture *f, const struct tx_validator_vote *vote)
{
    for (size_t i = 0; i < 3; i++) fixture_accept(f, make_vote(&f->market, &owner[i], vote));
}

static void test_history(void **state)
{
    (void)state;
    check_store(fixture.store, 0, 40, 4);
    check_replay(fixture.store);
    fixture_reopen(&fixture);
    check_store(fixture.store, 0, 40, 4);
    for (size_t i = 0; i < OWNERS; i++) fixture_accept(&fixture, make_register(&fixture.market, &owner[i]));
    const struct tx_validator_vote add = change(4, 30, 0), remove = change(0, 0, 1);
    vote_by_three(&fixture, &add);
    check_store(fixture.store, 1, 70, 5);
    vote_by_three(&fixture, &remove); /* 30 of 70 */
    check_store(fixture.store, 1, 70, 5);
    fixture_accept(&fixture, make_vote(&fixture.market, &owner[4], &remove));
    check_store(fixture.store, 2, 60, 4);
    fixture_reopen(&fixture);
    check_store(fixture.store, 2, 60, 4);
    check_replay(fixture.store);
}

/* The same head from the same genesis, and from another store's. */
static void test_like_another(void **state)
{
    (void)state;
    char path[96];
    struct store *other;
    struct ledger_head head, mine;
    struct ledger_genesis genesis;
    struct store_options options = fixture.options;
    snprintf(path, sizeof path, "%s/other", fixture.folder);
    assert_int_equal(store_head_get(fixture.store, &mine), ROAM_OK);
    fixture_close(&fixture);
    assert_int_equal(store_create_like(path, fixture.path, NULL), ROAM_OK);
    assert_int_equal(store_open(&other, path, &options, NULL), ROAM_OK);
    store_genesis_get(other, &genesis);
    assert_memory_equal(&genesis, &fixture.market.genesis, sizeof genesis);
    assert_int_equal(store_head_get(other, &head), ROAM_OK);
    assert_memory_equal(&head, &mine, sizeof head);
    check_store(other, 0, 40, 4);
    check_replay(other);
    store_close(other);
    fixture_remove_store(path);
}

static void refuses_create(const struct store_genesis *genesis, enum roam_err expected)
{
    char path[96];
    struct roam_diag diag = {""};
    snprintf(path, sizeof path, "%s/refused", fixture.folder);
    assert_int_equal(store_create(path, genesis, &diag), expected);
    assert_true(diag.text[0] != 0);
    assert_int_equal(access(path, F_OK), -1);
    count_negative++;
}

static void test_create_refused(void **state)
{
    (void)state;
    struct store_genesis genesis = fixture_genesis(&fixture);
    genesis.genesis.validator[3].power = 0;
    refuses_create(&genesis, ROAM_E_RANGE);
    genesis = fixture_genesis(&fixture);
    genesis.genesis.validator[3].key = genesis.genesis.validator[1].key;
    refuses_create(&genesis, ROAM_E_EXISTS);
    memset(genesis.genesis.validator[3].key.byte, 0, 32);
    refuses_create(&genesis, ROAM_E_POINT);
    genesis.genesis.validator_count = LEDGER_VALIDATORS_MAX + 1;
    refuses_create(&genesis, ROAM_E_RANGE);
}

static void run_block(struct store_fixture *f, uint64_t height, const struct ledger_bytes *txs, size_t count)
{
    struct ledger_receipt receipts[2 * OWNERS];
    struct ledger_head head;
    const struct store_block block = {height, 1000 + height, txs, count};
    assert_int_equal(store_block_execute(f->store, &block, receipts, &head, NULL), ROAM_OK);
    for (size_t i = 0; i < count; i++) assert_int_equal(receipts[i].outcome, LEDGER_ACCEPTED);
    assert_int_equal(store_block_commit(f->store, NULL), ROAM_OK);
    for (size_t i = 0; i < count; i++) made_free(txs[i]);
}

static struct store_snapshot write_snapshot(struct store_fixture *f)
{
    struct store_snapshot list[STORE_SNAPSHOTS_MAX];
    struct ledger_bytes txs[2 * OWNERS];
    const struct tx_validator_vote add = change(4, 30, 0);
    uint64_t height;
    size_t count = 0;
    for (size_t i = 0; i < OWNERS; i++) txs[count++] = make_register(&f->market, &owner[i]);
    for (size_t i = 0; i < 3; i++) txs[count++] = make_vote(&f->market, &owner[i], &add);
    run_block(f, 1, txs, count);
    assert_int_equal(store_snapshot_write(f->store, f->folder, &height, NULL), ROAM_OK);
    assert_int_equal(store_snapshot_list(list, &count, f->folder, NULL), ROAM_OK);
    assert_int_equal(count, 1);
    return list[0];
}

/* A restoration that breaks off leaves the ledger at height 0, with the records that it begins with. */
static void test_snapshot(void **state)
{
    (void)state;
    static struct store_fixture other;
    struct ledger_head head;
    struct store_restore *restore;
    uint8_t *bytes;
    size_t size;
    bool done;
    fixture.options.ordered = true;
    fixture_reopen(&fixture);
    struct store_snapshot snapshot = write_snapshot(&fixture);
    assert_int_equal(store_head_get(fixture.store, &head), ROAM_OK);
    assert_int_equal(store_snapshot_chunk(&bytes, &size, fixture.folder, 1, 0, NULL), ROAM_OK);
    fixture_setup(&other);
    other.options.ordered = true;
    fixture_reopen(&other);
    for (int broken = 0; broken < 2; broken++) {
        uint8_t wrong[32];
        memcpy(wrong, head.app_hash, sizeof wrong);
        wrong[0] ^= 1;
        assert_int_equal(store_restore_begin(&restore, other.store, &snapshot, wrong, NULL), ROAM_OK);
        if (broken)
            assert_int_equal(store_restore_chunk(restore, 0, bytes, size, &done, NULL), ROAM_E_MISMATCH);
        store_restore_end(restore);
        fixture_reopen(&other);
        check_store(other.store, 0, 40, 4);
        count_negative++;
    }
    assert_int_equal(store_restore_begin(&restore, other.store, &snapshot, head.app_hash, NULL), ROAM_OK);
    assert_int_equal(store_restore_chunk(restore, 0, bytes, size, &done, NULL), ROAM_OK);
    assert_true(done);
    store_restore_end(restore);
    check_set(other.store, 1, 70, 5);
    fixture_reopen(&other); /* reads all records */
    check_set(other.store, 1, 70, 5);
    free(bytes);
    store_snapshot_release(&snapshot);
    store_snapshot_prune(fixture.folder, 0);
    fixture_teardown(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_like_another, setup, teardown),
        cmocka_unit_test_setup_teardown(test_create_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_snapshot, setup, teardown),
    };
    for (size_t i = 0; i < OWNERS; i++) market_validator_init(&node[i], &owner[i], i);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
