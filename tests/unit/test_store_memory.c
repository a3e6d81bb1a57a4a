/* The store when memory runs out: every allocation of every call fails in turn; the call says so, and the
 * next one works. */
#include "alloc_fault.h"
#include "ordered_fixture.h"

static struct store_fixture fixture;

static enum roam_err do_create(void)
{
    struct store_genesis genesis = fixture_genesis(&fixture);
    fixture_close(&fixture);
    fixture_remove_store(fixture.path);
    return store_create(fixture.path, &genesis, NULL);
}

static enum roam_err do_open(void)
{
    fixture_close(&fixture);
    return fixture_open(&fixture, NULL);
}

static enum roam_err do_submit(void)
{
    struct ledger_receipt receipt;
    return store_submit(fixture.store, (const uint8_t *)"x", 1, &receipt);
}

/* With no reader left from before. */
static enum roam_err do_read(void)
{
    const long at = atomic_exchange(&alloc_fail_at, 0);
    fixture_reopen(&fixture);
    alloc_fault_arm(at);
    if (store_read_begin(fixture.store) == NULL) return ROAM_E_NOMEM;
    store_read_end(fixture.store);
    return ROAM_OK;
}

static enum roam_err do_audit(void)
{
    struct store_totals totals;
    size_t count;
    return store_audit(fixture.store, &totals, 1, &count, NULL);
}

static enum roam_err do_replay(void)
{
    uint64_t blocks;
    return store_replay(fixture.store, &blocks, NULL);
}

static enum roam_err do_verify(void) { return store_verify(fixture.store, NULL); }

/* least: allocations that the call is known to make. */
static void check_call(enum roam_err (*call)(void), long least)
{
    long at = 0;
    enum roam_err err;
    do {
        alloc_fault_arm(++at);
        err = call();
        alloc_fault_disarm();
        if (err == ROAM_OK) break;
        assert_int_equal(err, ROAM_E_NOMEM);
        assert_int_equal(call(), ROAM_OK);
        count_negative++;
    } while (at < 1000);
    assert_in_range(at, least + 1, 999);
}

static void test_every_allocation(void **state)
{
    (void)state;
    fixture_setup(&fixture);
    check_call(do_create, 3);
    fixture_reopen(&fixture);
    fixture_fill(&fixture);
    check_call(do_open, 8);
    check_call(do_submit, 1);
    check_call(do_read, 2);
    check_call(do_audit, 2);
    check_call(do_replay, 5);
    check_call(do_verify, 0);
    fixture_teardown(&fixture);
}

enum { LAST = 3 };

/* The course's blocks, made before memory is short. */
static struct made_block {
    struct ledger_bytes txs[COURSE_OPENING_TXS];
    size_t count;
} made[LAST + 2];

static void ordered_fixture_setup(void)
{
    ordered_setup(&fixture);
    for (uint64_t b = 0; b <= LAST + 1; b++) made[b].count = course_make(made[b].txs, &fixture, b);
}

static void ordered_fixture_teardown(void)
{
    for (uint64_t b = 0; b <= LAST + 1; b++) course_free(made[b].txs, made[b].count);
    fixture_teardown(&fixture);
}

static enum roam_err execute_made(uint64_t block)
{
    struct ledger_head head;
    struct ledger_receipt receipts[COURSE_OPENING_TXS];
    const struct store_block executed = {course_height(block), 1000 + block, made[block].txs,
                                         made[block].count};
    return store_block_execute(fixture.store, &executed, receipts, &head, NULL);
}

static enum roam_err do_execute(void) { return execute_made(1); }

/* With the journal's blocks executed again. */
static struct kept_files unwritten;

static enum roam_err do_recover(void)
{
    const long at = atomic_exchange(&alloc_fail_at, 0);
    fixture_close(&fixture);
    files_put(&unwritten, &fixture);
    alloc_fault_arm(at);
    return fixture_open(&fixture, NULL);
}

static void test_every_allocation_of_an_ordered_store(void **state)
{
    (void)state;
    struct ledger_head head;
    ordered_fixture_setup();
    assert_int_equal(course_commit(&fixture, 0, &head), ROAM_OK);
    fixture_reopen(&fixture); /* nothing is left to be written when it is closed */
    check_call(do_open, 8);
    check_call(do_execute, 1);
    check_call(do_read, 2);
    check_call(do_audit, 2);
    check_call(do_replay, 5);
    ordered_fixture_teardown();
}

/* Commits and writes to the file, each block in turn. */
static enum roam_err commit_all(uint64_t *committed)
{
    enum roam_err err = ROAM_OK;
    for (*committed = 1; err == ROAM_OK && *committed <= LAST;) {
        err = execute_made(*committed);
        if (err == ROAM_OK) err = store_block_commit(fixture.store, NULL);
        *committed += err == ROAM_OK;
        if (err == ROAM_OK) err = store_verify(fixture.store, NULL);
    }
    return err;
}

/* What is refused to a commit, or to what goes on behind it, is known only after a new start. */
static void test_no_memory_in_a_commit(void **state)
{
    (void)state;
    uint64_t committed, next;
    struct ledger_head head;
    enum roam_err err;
    bool refused = true;
    struct kept_files opened;
    ordered_fixture_setup();
    assert_int_equal(course_commit(&fixture, 0, &head), ROAM_OK);
    fixture_close(&fixture);
    files_keep(&opened, &fixture);
    long at = 0;
    while (refused) {
        fixture_close(&fixture);
        files_put(&opened, &fixture);
        fixture_reopen(&fixture);
        alloc_fault_arm(++at);
        err = commit_all(&committed);
        refused = alloc_fault_disarm();
        if (err == ROAM_E_NOMEM) { /* nothing was done */
            assert_int_equal(course_next(&fixture), committed);
        } else if (err != ROAM_OK) {
            assert_int_equal(err, ROAM_E_IO);
            assert_int_equal(store_head_get(fixture.store, &head), ROAM_E_IO);
            assert_null(store_read_begin(fixture.store));
            assert_int_equal(execute_made(LAST + 1), ROAM_E_IO);
            count_negative += 3;
        }
        assert_true(err == ROAM_OK || refused);
        fixture_reopen(&fixture);
        next = course_next(&fixture);
        assert_in_range(next, committed, committed + 1);
        for (; next <= LAST; next++) assert_int_equal(course_commit(&fixture, next, &head), ROAM_OK);
        assert_course(&fixture, LAST + 1);
        count_property++;
    }
    assert_in_range(at, 4, 1000);
    files_release(&opened);
    ordered_fixture_teardown();
}

static void test_no_memory_in_a_recovery(void **state)
{
    (void)state;
    struct ledger_head head;
    ordered_fixture_setup();
    assert_int_equal(course_commit(&fixture, 0, &head), ROAM_OK);
    fixture_close(&fixture);
    course_commit_and_die(&fixture, 1, LAST);
    files_keep(&unwritten, &fixture);
    long at = 0;
    bool refused = true;
    while (refused) {
        alloc_fault_arm(++at);
        const enum roam_err err = do_recover();
        refused = alloc_fault_disarm();
        if (refused) assert_true(err == ROAM_E_NOMEM || err == ROAM_E_IO);
        if (!refused) assert_int_equal(err, ROAM_OK);
        fixture_reopen(&fixture);
        assert_course(&fixture, LAST + 1);
        count_negative += refused;
    }
    assert_in_range(at, 10, 1000);
    files_release(&unwritten);
    ordered_fixture_teardown();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation),
        cmocka_unit_test(test_every_allocation_of_an_ordered_store),
        cmocka_unit_test(test_no_memory_in_a_commit),
        cmocka_unit_test(test_no_memory_in_a_recovery),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
