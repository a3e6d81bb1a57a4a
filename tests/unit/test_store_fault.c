/* The store on a disk that fails: every write and every sync in turn, in every way. What was acknowledged
 * stays, what was not is there once or not at all, and the same transactions sent again end in the same
 * state. */
#include "disk_fault.h"
#include "store_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { DEPOSITS = 3 };

static struct store_fixture fixture;
static struct ledger_bytes deposits[DEPOSITS];

static void make_deposits(void)
{
    for (uint64_t i = 0; i < DEPOSITS; i++)
        deposits[i] = make_deposit(&fixture.market, &fixture.pair.home, 1 + i, 100 + i);
}

static void free_deposits(void)
{
    for (size_t i = 0; i < DEPOSITS; i++) made_free(deposits[i]);
}

/* Submits until the first error; returns how many were acknowledged. */
static size_t submit_until_error(struct ledger_receipt receipts[DEPOSITS])
{
    struct roam_diag diag = {""};
    size_t done = 0;
    enum roam_err err = ROAM_OK;
    while (done < DEPOSITS && err == ROAM_OK) {
        err = store_submit(fixture.store, deposits[done].bytes, deposits[done].size, &receipts[done]);
        done += err == ROAM_OK;
    }
    store_failure(fixture.store, &diag);
    assert_int_equal(err == ROAM_OK, diag.text[0] == 0);
    if (err == ROAM_OK) return done;
    assert_int_equal(err, ROAM_E_IO);
    err = store_submit(fixture.store, deposits[0].bytes, deposits[0].size,
                       &receipts[done]); /* it has stopped */
    assert_int_equal(err, ROAM_E_IO);
    count_negative += 2;
    return done;
}

/* After a new start: the first `done` have their receipts; all others can be sent again; all count once. */
static void check_recovery(const struct ledger_receipt receipts[DEPOSITS], size_t done)
{
    struct store_totals totals;
    size_t count;
    struct ledger_receipt again;
    fixture_reopen(&fixture);
    for (size_t i = 0; i < done; i++) {
        assert_int_equal(store_receipt_by_tx(fixture.store, &receipts[i].tx, &again), ROAM_OK);
        assert_memory_equal(&again, &receipts[i], sizeof again);
    }
    for (size_t i = 0; i < DEPOSITS; i++) {
        enum roam_err err = store_submit(fixture.store, deposits[i].bytes, deposits[i].size, &again);
        assert_int_equal(err, ROAM_OK);
        assert_int_equal(again.outcome, LEDGER_ACCEPTED);
    }
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_OK);
    assert_int_equal(totals.deposits, DEPOSITS * (DEPOSITS + 1) / 2);
    assert_int_equal(totals.available, totals.deposits);
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
}

/* False if the fault lies behind all calls. */
static bool run_with_fault(const struct disk_fault *fault)
{
    struct ledger_receipt receipts[DEPOSITS];
    fixture_setup(&fixture);
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    make_deposits();
    disk_fault_arm(fault);
    size_t done = submit_until_error(receipts);
    bool reached = disk_fault_disarm();
    assert_int_equal(reached, done < DEPOSITS);
    check_recovery(receipts, done);
    free_deposits();
    fixture_teardown(&fixture);
    count_property++;
    return reached;
}

static void test_every_call_fails(void **state)
{
    (void)state;
    static const enum disk_fault_kind kinds[] = {DISK_ERROR, DISK_SHORT, DISK_LIE};
    for (size_t i = 0; i < 3; i++)
        for (int on = 0; on < 2; on++) {
            struct disk_fault fault = {kinds[i], 1, on, on ? EIO : ENOSPC};
            while (run_with_fault(&fault)) fault.at++;
            assert_in_range(fault.at, 3 * DEPOSITS, 100); /* at least data, sync and head for each block */
        }
}

/* kill -9 cannot tell whether the disk or only the system holds a block: nothing written waits for a sync
 * when a transaction is acknowledged. */
static void test_synced_before_answer(void **state)
{
    (void)state;
    fixture_setup(&fixture);
    assert_int_equal(disk_unsynced_writes(), 0);
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    for (uint64_t i = 0; i < 20; i++) {
        long writes = disk_writes();
        fixture_accept(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 1, i));
        assert_true(disk_writes() >= writes + 2);
        assert_int_equal(disk_unsynced_writes(), 0);
        count_property++;
    }
    fixture_teardown(&fixture);
}

/* Making a store fails cleanly at every call: nothing is left, and it can be made then. */
static void test_create_fails(void **state)
{
    (void)state;
    char temporary[96];
    struct disk_fault fault = {DISK_ERROR, 0, false, EIO};
    enum roam_err err;
    fixture_setup(&fixture);
    struct store_genesis genesis = fixture_genesis(&fixture);
    snprintf(temporary, sizeof temporary, "%s.tmp", fixture.path);
    do {
        fixture_close(&fixture);
        fixture_remove_store(fixture.path);
        fault.at++;
        disk_fault_arm(&fault);
        err = store_create(fixture.path, &genesis, NULL);
        bool reached = disk_fault_disarm();
        assert_int_equal(err, reached ? ROAM_E_IO : ROAM_OK);
        assert_int_equal(access(temporary, F_OK), -1);
        if (err != ROAM_OK && access(fixture.path, F_OK) != 0) {
            assert_int_equal(store_create(fixture.path, &genesis, NULL), ROAM_OK);
            count_negative++;
        }
        fixture_reopen(&fixture);
    } while (err != ROAM_OK);
    assert_in_range(fault.at, 4, 50);
    fixture_teardown(&fixture);
}

/* A limit of the system in the place of a full disk. */
static void test_file_size_limit(void **state)
{
    (void)state;
    struct ledger_receipt receipt;
    struct store_totals totals;
    size_t count;
    int pipe_ends[2], status;
    uint64_t done = 0, last = 0, reference = 0;
    fixture_setup(&fixture);
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    fixture_close(&fixture);
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {200000, 200000};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || fixture_open(&fixture, NULL) != ROAM_OK) _exit(1);
        for (;; done++) {
            struct ledger_bytes tx = make_deposit(&fixture.market, &fixture.pair.home, 1, done);
            enum roam_err err = store_submit(fixture.store, tx.bytes, tx.size, &receipt);
            if (err != ROAM_OK) _exit(err == ROAM_E_IO ? 0 : 2);
            if (write(pipe_ends[1], &done, sizeof done) != sizeof done) _exit(3);
        }
    }
    close(pipe_ends[1]);
    while (read(pipe_ends[0], &reference, sizeof reference) == sizeof reference) last = reference + 1;
    close(pipe_ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_in_range(last, 10, 10000);
    fixture_reopen(&fixture);
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_OK);
    assert_in_range(totals.deposits, last, last + 1);
    for (done = 0; done <= last; done++)
        fixture_accept(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 1, done));
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_OK);
    assert_int_equal(totals.deposits, last + 1);
    fixture_teardown(&fixture);
    count_negative++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_fails),
        cmocka_unit_test(test_synced_before_answer),
        cmocka_unit_test(test_create_fails),
        cmocka_unit_test(test_file_size_limit),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
