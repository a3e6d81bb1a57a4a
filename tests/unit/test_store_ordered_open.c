/* What an ordered store's journal means to whoever opens the folder: the node that orders, a single process,
 * a reader; and a journal that is not the folder's own. */
#include "ordered_fixture.h"

/* Block 0 is in the file, 1 .. LAST are in the journal alone. */
enum { LAST = 4 };

static struct store_fixture fixture;
static struct kept_files unwritten;

static int setup(void **state)
{
    (void)state;
    struct ledger_head head;
    ordered_setup(&fixture);
    assert_int_equal(course_commit(&fixture, 0, &head), ROAM_OK);
    fixture_close(&fixture);
    course_commit_and_die(&fixture, 1, LAST);
    files_keep(&unwritten, &fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_teardown(&fixture);
    files_release(&unwritten);
    return 0;
}

/* Refused, with a text, and the journal is as it was: a file that has it opens to the whole course. */
static void assert_refused(const struct kept_files *files)
{
    struct roam_diag diag = {""};
    for (int again = 0; again < 2; again++) {
        assert_int_equal(fixture_open(&fixture, &diag), ROAM_E_MISMATCH);
        fixture.store = NULL;
        assert_true(diag.text[0] != '\0');
        assert_file_kept(files, &fixture, 1);
        assert_file_kept(files, &fixture, 2);
        count_negative++;
    }
}

static void assert_opens_whole(void)
{
    struct ledger_head head;
    fixture.options.ordered = true;
    fixture_reopen(&fixture);
    assert_course(&fixture, LAST + 1);
    assert_replay(&fixture, LAST + 1);
    assert_int_equal(course_commit(&fixture, LAST + 1, &head), ROAM_OK);
    assert_course(&fixture, LAST + 2);
    fixture_close(&fixture);
    count_property++;
}

/* A single process would build on the file's state and leave out the journal's blocks. */
static void test_embedded(void **state)
{
    (void)state;
    fixture.options.ordered = false;
    assert_refused(&unwritten);
    assert_file_kept(&unwritten, &fixture, 0);
    assert_opens_whole();
    fixture.options.ordered = false; /* now there is no journal any more */
    fixture_reopen(&fixture);
    fixture_accept(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 1, 99));
}

/* A reader sees the state of the file, and leaves all as it is. */
static void test_read_only(void **state)
{
    (void)state;
    struct ledger_head head;
    fixture.options.ordered = false;
    fixture.options.read_only = true;
    fixture_reopen(&fixture);
    assert_int_equal(store_head_get(fixture.store, &head), ROAM_OK);
    assert_int_equal(head.height, course_height(0));
    assert_course_block(&fixture, 0, true);
    assert_course_block(&fixture, 1, false);
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
    fixture_close(&fixture);
    for (size_t i = 0; i < 3; i++) assert_file_kept(&unwritten, &fixture, i);
    fixture.options.read_only = false;
    assert_opens_whole();
    count_property++;
}

/* A reader beside the writer sees all of an earlier block, and later all. */
static void test_reader_beside(void **state)
{
    (void)state;
    int status;
    fixture_reopen(&fixture);
    for (int flushed = 0; flushed < 2; flushed++) {
        struct ledger_head head;
        if (flushed) assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
        if (!flushed) assert_int_equal(course_commit(&fixture, LAST + 1, &head), ROAM_OK);
        fflush(NULL);
        const pid_t child = fork();
        if (child == 0) { /* without what it got from its parent */
            char program[] = "/proc/self/exe";
            execl(program, program, fixture.path, flushed ? "all" : "some", (char *)NULL);
            _exit(127);
        }
        assert_true(child > 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        count_property++;
    }
}

/* The other process: 0 if the folder shows what it should. */
static int read_beside(const char *path, bool all)
{
    struct store *store;
    struct ledger_head head;
    const struct store_options options = {
        .env = &roam_env_system, .threads = 1, .block_txs_max = 1, .read_only = true};
    if (store_open(&store, path, &options, NULL) != ROAM_OK) return 1;
    if (store_head_get(store, &head) != ROAM_OK || store_verify(store, NULL) != ROAM_OK) return 2;
    const uint64_t least = course_height(all ? LAST + 1 : LAST);
    if (head.height < least || head.height > course_height(LAST + 1)) return 3;
    store_close(store);
    return 0;
}

/* The journal of a copy of the ledger that has gone on further: its first block is not this file's next. */
static void test_a_later_copys(void **state)
{
    (void)state;
    struct store_fixture other;
    struct ledger_head head;
    struct kept_files files, mixed = unwritten;
    fixture_setup(&other);
    other.options.ordered = true;
    fixture_reopen(&other);
    assert_int_equal(course_commit(&other, 0, &head), ROAM_OK);
    assert_int_equal(course_commit(&other, 1, &head), ROAM_OK);
    fixture_close(&other);
    course_commit_and_die(&other, 2, 3); /* what comes before is not in this folder's file */
    files_keep(&files, &other);
    mixed.bytes[1] = files.bytes[1];
    mixed.size[1] = files.size[1];
    mixed.bytes[2] = files.bytes[2];
    mixed.size[2] = files.size[2];
    files_put(&mixed, &fixture);
    assert_refused(&mixed);
    assert_file_kept(&unwritten, &fixture, 0);
    files_put(&unwritten, &fixture);
    assert_opens_whole();
    fixture_teardown(&other);
    files_release(&files);
}

/* A block of this height and time, which the course does not have, in the journal alone. */
static void commit_other_and_die(struct store_fixture *f, uint64_t height, uint64_t time_s)
{
    int status;
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ledger_head head;
        struct ledger_receipt receipt;
        const struct ledger_bytes tx = make_register(&f->market, &f->pair.home);
        const struct store_block block = {height, time_s, &tx, 1};
        if (fixture_open(f, NULL) != ROAM_OK) _exit(1);
        if (store_block_execute(f->store, &block, &receipt, &head, NULL) != ROAM_OK) _exit(2);
        if (store_block_commit(f->store, NULL) != ROAM_OK) _exit(3);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* That of another ledger, with times before and after this one's. */
static void test_another_ledgers(void **state)
{
    (void)state;
    static const struct {
        uint64_t block, time_s;
    } cases[] = {{9, 999}, {9, 1000}, {9, 5000}, {0, 1000}}; /* the last at a height that the file has */
    struct store_fixture other;
    struct kept_files files, empty, mixed;
    fixture_setup(&other);
    other.options.ordered = true;
    fixture_close(&other);
    files_keep(&empty, &other);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        files_put(&empty, &other);
        commit_other_and_die(&other, course_height(cases[i].block), cases[i].time_s);
        files_keep(&files, &other);
        mixed = files;
        mixed.bytes[0] = unwritten.bytes[0];
        mixed.size[0] = unwritten.size[0];
        files_put(&mixed, &fixture);
        assert_refused(&mixed);
        files_release(&files);
    }
    files_put(&unwritten, &fixture);
    assert_opens_whole();
    fixture_teardown(&other);
    files_release(&empty);
}

/* The journal begins behind a block that is missing. */
static void test_gap(void **state)
{
    (void)state;
    const size_t which = unwritten.size[1] > 0 && unwritten.size[1] != SIZE_MAX ? 1 : 2;
    struct kept_files cut = unwritten;
    const uint8_t *size = unwritten.bytes[which] + 4;
    const size_t first = 48 + (size_t)(size[0] | size[1] << 8 | size[2] << 16);
    assert_in_range(first, 49, unwritten.size[which] - 49);
    cut.bytes[which] = unwritten.bytes[which] + first;
    cut.size[which] = unwritten.size[which] - first;
    files_put(&cut, &fixture);
    assert_refused(&cut);
    files_put(&unwritten, &fixture);
    assert_opens_whole();
}

/* Blocks of millions of bytes, which nobody understands. */
static enum roam_err commit_large(uint64_t first, uint64_t count)
{
    enum { LARGE_TXS = STORE_BLOCK_RECORDS_MAX / (6 + TX_BATCH_MAX) };
    static uint8_t bytes[TX_SIZE_MAX];
    static struct ledger_bytes txs[LARGE_TXS];
    static struct ledger_receipt receipts[LARGE_TXS];
    struct ledger_head head;
    for (size_t i = 0; i < LARGE_TXS; i++) txs[i] = (struct ledger_bytes){bytes, sizeof bytes};
    for (uint64_t height = first; height < first + count; height++) {
        const struct store_block block = {height, 5000, txs, LARGE_TXS};
        bytes[0] = (uint8_t)height;
        ROAM_TRY(store_block_execute(fixture.store, &block, receipts, &head, NULL));
        ROAM_TRY(store_block_commit(fixture.store, NULL));
    }
    return ROAM_OK;
}

static void assert_height(uint64_t height)
{
    struct ledger_head head;
    assert_int_equal(store_head_get(fixture.store, &head), ROAM_OK);
    assert_int_equal(head.height, height);
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
    for (uint64_t b = 0; b <= LAST; b++) assert_course_block(&fixture, b, true);
    count_property++;
}

/* More than shall be in memory: commits wait for the file, and a process that dies leaves both files of the
 * journal with something. */
static void test_large_blocks(void **state)
{
    (void)state;
    int status;
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (fixture_open(&fixture, NULL) != ROAM_OK) _exit(1);
        _exit(commit_large(100, 6) == ROAM_OK ? 0 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    fixture_reopen(&fixture);
    assert_height(105);
    assert_int_equal(commit_large(106, 3), ROAM_OK);
    assert_height(108);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_embedded),        TEST(test_read_only), TEST(test_reader_beside), TEST(test_a_later_copys),
        TEST(test_another_ledgers), TEST(test_gap),       TEST(test_large_blocks),
    };
    if (argc == 3) return read_beside(argv[1], strcmp(argv[2], "all") == 0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
