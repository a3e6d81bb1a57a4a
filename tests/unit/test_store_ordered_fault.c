/* An ordered store on a disk that fails, or in a process that dies: every write, cut and sync in turn, in
 * every way, while blocks are committed and written to the file. What was committed stays, what was not is
 * there whole or not at all, and the course goes on to the same end. */
#include "disk_fault.h"
#include "ordered_fixture.h"

#include <errno.h>
#include <signal.h>

/* Block 0 is there before, and the changes go to the file after the blocks that `flushed` names. */
enum { FIRST = 1, LAST = 3 };
static bool is_flushed_after(uint64_t block) { return block == 2 || block == LAST; }

static struct store_fixture fixture;
static struct kept_files opened;    /* after block 0 */
static struct kept_files unwritten; /* with blocks 1 .. LAST in the journal alone */
static uint8_t app_hash[LAST + 1][32];

static int setup(void **state)
{
    (void)state;
    struct ledger_head head;
    ordered_setup(&fixture);
    assert_int_equal(course_commit(&fixture, 0, &head), ROAM_OK);
    fixture_close(&fixture);
    files_keep(&opened, &fixture);
    assert_int_equal(opened.size[1], SIZE_MAX); /* a store that was closed has no journal */
    assert_int_equal(opened.size[2], SIZE_MAX);
    course_commit_and_die(&fixture, FIRST, LAST);
    files_keep(&unwritten, &fixture);
    files_put(&opened, &fixture);
    fixture_reopen(&fixture);
    for (uint64_t b = FIRST; b <= LAST; b++) {
        assert_int_equal(course_commit(&fixture, b, &head), ROAM_OK);
        memcpy(app_hash[b], head.app_hash, 32);
    }
    fixture_close(&fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_teardown(&fixture);
    files_release(&opened);
    files_release(&unwritten);
    return 0;
}

/* Commits until the first error; returns how far it came: the blocks below are committed. */
static uint64_t commit_until_error(enum roam_err *err)
{
    struct ledger_head head;
    uint64_t block = FIRST;
    for (*err = ROAM_OK; block <= LAST; block++) {
        *err = course_commit(&fixture, block, &head);
        if (*err != ROAM_OK) return block;
        assert_memory_equal(head.app_hash, app_hash[block], 32);
        if (is_flushed_after(block)) *err = store_verify(fixture.store, NULL);
        if (*err != ROAM_OK) return block + 1;
    }
    return block;
}

/* After a failure nothing is read, and nothing is committed, any more. */
static void assert_stopped(void)
{
    struct ledger_head head;
    struct ledger_receipt receipt;
    struct ledger_bytes txs[COURSE_OPENING_TXS];
    struct store_totals totals;
    struct merkle_proof proof;
    uint8_t value[LEDGER_VALUE_MAX];
    size_t size;
    uint64_t blocks;
    enum ledger_outcome outcome;
    const size_t count = course_make(txs, &fixture, 0);
    const roam_id id = made_id(&txs[0]);
    struct roam_diag diag = {""};
    for (int again = 0; again < 2; again++) {
        assert_int_equal(store_head_get(fixture.store, &head), ROAM_E_IO);
        assert_null(store_read_begin(fixture.store));
        assert_int_equal(store_receipt_by_index(fixture.store, 0, &receipt), ROAM_E_IO);
        assert_int_equal(store_receipt_by_tx(fixture.store, &id, &receipt), ROAM_E_IO);
        assert_int_equal(store_receipt_prove(fixture.store, 0, &proof, &head), ROAM_E_IO);
        assert_int_equal(store_record_get(fixture.store, (const uint8_t *)"V", 1, value, &size), ROAM_E_IO);
        assert_int_equal(store_admit(fixture.store, txs, 1, &size, &outcome), ROAM_E_IO);
        assert_int_equal(store_verify(fixture.store, &diag), ROAM_E_IO);
        assert_true(diag.text[0] != '\0');
        assert_int_equal(store_audit(fixture.store, &totals, 1, &size, NULL), ROAM_E_IO);
        assert_int_equal(store_replay(fixture.store, &blocks, NULL), ROAM_E_IO);
        assert_int_equal(course_execute(&fixture, LAST + 1, &head), ROAM_E_IO);
        count_negative += 11;
    }
    diag.text[0] = '\0';
    store_failure(fixture.store, &diag);
    assert_true(diag.text[0] != '\0');
    course_free(txs, count);
}

/* After a new start: the blocks below `committed`, and the next one or not; then the course goes on. */
static void check_recovery(uint64_t committed)
{
    struct ledger_head head;
    fixture_reopen(&fixture);
    uint64_t next = course_next(&fixture);
    assert_in_range(next, committed, committed + 1);
    for (uint64_t b = 0; b <= LAST; b++) assert_course_block(&fixture, b, b < next);
    if (next > FIRST) {
        assert_int_equal(store_head_get(fixture.store, &head), ROAM_OK);
        assert_memory_equal(head.app_hash, app_hash[next - 1], 32);
    }
    for (; next <= LAST; next++) {
        assert_int_equal(course_commit(&fixture, next, &head), ROAM_OK);
        assert_memory_equal(head.app_hash, app_hash[next], 32);
    }
    assert_course(&fixture, LAST + 1);
    if (count_property++ % 16 == 0) assert_replay(&fixture, LAST + 1); /* which is slow */
}

/* False if the fault lies behind all calls. */
static bool run_with_fault(const struct disk_fault *fault)
{
    enum roam_err err;
    fixture_close(&fixture);
    files_put(&opened, &fixture);
    fixture_reopen(&fixture);
    disk_fault_arm(fault);
    const uint64_t committed = commit_until_error(&err);
    const bool reached = disk_fault_disarm();
    if (err != ROAM_OK) {
        assert_true(reached);
        assert_int_equal(err, ROAM_E_IO);
        assert_stopped();
    } else {
        assert_true(!reached ||
                    (fault->kind == DISK_SHORT && !fault->on)); /* the journal's rest is written */
        assert_int_equal(committed, LAST + 1);
    }
    check_recovery(committed);
    return reached;
}

static void test_every_call_fails(void **state)
{
    (void)state;
    static const struct disk_fault faults[] = {
        {DISK_ERROR, 1, false, ENOSPC}, {DISK_SHORT, 1, true, EIO}, {DISK_LIE, 1, false, EIO}};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct disk_fault fault = faults[i];
        while (run_with_fault(&fault)) fault.at++;
        /* three for each block; data, sync, head and the journal's cut for each time it is written */
        assert_in_range(fault.at, 3 * LAST + 2 * 4, 200);
    }
    const struct disk_fault goes_on = {DISK_SHORT, 2, false, ENOSPC};
    assert_true(run_with_fault(&goes_on));
}

/* The commits of a child that dies at its fault; it tells each on the pipe. */
static void run_child(const struct disk_fault *fault, int told)
{
    struct ledger_head head;
    if (fixture_open(&fixture, NULL) != ROAM_OK) _exit(1);
    disk_fault_arm(fault);
    for (uint64_t block = FIRST; block <= LAST; block++) {
        if (course_commit(&fixture, block, &head) != ROAM_OK) _exit(2);
        if (write(told, &block, sizeof block) != sizeof block) _exit(3);
        if (is_flushed_after(block) && store_verify(fixture.store, NULL) != ROAM_OK) _exit(4);
    }
    _exit(0);
}

/* False if it lived on to its end. */
static bool run_with_kill(const struct disk_fault *fault)
{
    int pipe_ends[2], status;
    uint64_t told, committed = FIRST;
    fixture_close(&fixture);
    files_put(&opened, &fixture);
    assert_int_equal(pipe(pipe_ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) run_child(fault, pipe_ends[1]);
    close(pipe_ends[1]);
    while (read(pipe_ends[0], &told, sizeof told) == sizeof told) {
        assert_int_equal(told, committed);
        committed++;
    }
    close(pipe_ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    check_recovery(committed);
    return status != 0;
}

static void test_killed_at_every_call(void **state)
{
    (void)state;
    static const enum disk_fault_kind kinds[] = {DISK_KILL_TORN, DISK_KILL_AFTER};
    for (size_t i = 0; i < 2; i++) {
        struct disk_fault fault = {.kind = kinds[i], .at = 1};
        while (run_with_kill(&fault)) fault.at++;
        assert_in_range(fault.at, 3 * LAST + 2 * 4, 200);
    }
}

/* A disk that fails while the journal's blocks are executed again: the next opening finds them. */
static void test_recovery_fails(void **state)
{
    (void)state;
    struct disk_fault fault = {DISK_SHORT, 1, false, EIO};
    for (bool reached = true; reached; fault.at++) {
        fixture_close(&fixture);
        files_put(&unwritten, &fixture);
        struct roam_diag diag = {""};
        disk_fault_arm(&fault);
        const enum roam_err err = fixture_open(&fixture, &diag);
        reached = disk_fault_disarm();
        assert_int_equal(err, reached ? ROAM_E_IO : ROAM_OK);
        assert_int_equal(reached, diag.text[0] != '\0');
        check_recovery(LAST + 1);
        count_negative += reached;
    }
    assert_in_range(fault.at, 6, 100);
}

/* A process that dies in the middle of that. */
static void test_recovery_killed(void **state)
{
    (void)state;
    struct disk_fault fault = {.kind = DISK_KILL_TORN, .at = 1};
    for (int status = 1; status != 0; fault.at++) {
        fixture_close(&fixture);
        files_put(&unwritten, &fixture);
        fflush(NULL);
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            disk_fault_arm(&fault);
            _exit(fixture_open(&fixture, NULL) == ROAM_OK ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
        check_recovery(LAST + 1);
    }
    assert_in_range(fault.at, 6, 100);
}

/* kill -9 cannot tell whether the disk or only the system holds a block: nothing written waits for a sync
 * when a commit returns. What is written in the background is not asked, so a block between two such writes
 * is tried for. */
static void test_synced_before_return(void **state)
{
    (void)state;
    struct ledger_head head;
    fixture_close(&fixture);
    files_put(&opened, &fixture);
    fixture_reopen(&fixture);
    long left = 1;
    for (uint64_t block = FIRST; block <= 3 && left > 0; block++) {
        assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
        const long writes = disk_writes();
        assert_int_equal(course_commit(&fixture, block, &head), ROAM_OK);
        left = disk_unsynced_writes();
        assert_true(disk_writes() >= writes + 2);
        count_property++;
    }
    assert_int_equal(left, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_call_fails),     cmocka_unit_test(test_killed_at_every_call),
        cmocka_unit_test(test_recovery_fails),       cmocka_unit_test(test_recovery_killed),
        cmocka_unit_test(test_synced_before_return),
    };
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    prop_print_counts();
    return failed;
}
