/* The journal: what was appended is read in order, and of files that were cut or changed exactly what comes
 * before. */
#include "dies.h"
#include "disk_fault.h"
#include "file.h"
#include "journal.h"
#include "prop.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { ENTRIES_MAX = 64, LARGE = 5 << 20 };

/* One that was appended. */
struct entry {
    uint64_t height;
    uint8_t *bytes;
    size_t size;
};

static char folder[64], path[2][96];
static struct roam_prng prng;
static struct entry entries[ENTRIES_MAX];
static size_t entry_count;
static struct journal journal;

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/roam-journal-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) snprintf(path[i], sizeof path[i], "%s/journal.%d", folder, i);
    entry_count = 0;
    assert_int_equal(journal_open(&journal, folder, NULL), ROAM_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    journal_close(&journal);
    for (int i = 0; i < 2; i++) unlink(path[i]);
    assert_int_equal(rmdir(folder), 0);
    for (size_t i = 0; i < entry_count; i++) free(entries[i].bytes);
    return 0;
}

static struct entry *new_entry(size_t size)
{
    assert_true(entry_count < ENTRIES_MAX);
    struct entry *entry = &entries[entry_count];
    *entry = (struct entry){10 + 3 * entry_count, malloc(size + 1), size};
    assert_non_null(entry->bytes);
    prng_bytes(&prng, entry->bytes, size);
    entry_count++;
    return entry;
}

static void append(size_t size)
{
    const struct entry *entry = new_entry(size);
    assert_int_equal(journal_append(&journal, entry->height, entry->bytes, entry->size), ROAM_OK);
}

/* What a reading is compared with: `left` entries from here on. */
struct reading {
    const struct entry *next;
    size_t left;
    bool differs;
};

static enum roam_err visit(void *context, uint64_t height, const uint8_t *bytes, size_t size)
{
    struct reading *reading = context;
    const struct entry *entry = reading->next;
    if (reading->left == 0 || entry->height != height || entry->size != size ||
        memcmp(entry->bytes, bytes, size) != 0) {
        reading->differs = true;
        return ROAM_E_MISMATCH;
    }
    reading->next++;
    reading->left--;
    return ROAM_OK;
}

/* Entries first .. first + count - 1, and no other. */
static void assert_read(size_t first, size_t count)
{
    struct reading reading = {&entries[first], count, false};
    assert_int_equal(journal_read(&journal, &reading, visit), ROAM_OK);
    assert_false(reading.differs);
    assert_int_equal(reading.left, 0);
    count_property++;
}

static void test_nothing(void **state)
{
    (void)state;
    assert_read(0, 0);
    journal_close(&journal);
    for (int i = 0; i < 2; i++) unlink(path[i]);
    assert_false(journal_is_left(folder));
    assert_int_equal(journal_open(&journal, folder, NULL), ROAM_OK);
    assert_int_equal(access(path[0], F_OK), 0);
    assert_int_equal(access(path[1], F_OK), 0);
    assert_false(journal_is_left(folder));
    journal_close(&journal);
    assert_int_equal(access(path[0], F_OK), -1);
    assert_int_equal(access(path[1], F_OK), -1);
}

/* Through many turns, at each of which one file or the other is the older one. */
static void test_turns(void **state)
{
    (void)state;
    size_t first = 0, turned = 0;
    for (size_t i = 0; i < 40; i++) {
        append(prng_below(&prng, 3) ? prng_below(&prng, 3000) : prng_below(&prng, 2));
        assert_true(journal_is_left(folder));
        assert_read(first, entry_count - first);
        if (i % 4 == 1) {
            journal_turn(&journal);
            turned = entry_count;
            assert_read(first, entry_count - first);
        }
        if (i % 4 == 3) {
            assert_int_equal(journal_empty_other(&journal), ROAM_OK);
            first = turned;
            assert_read(first, entry_count - first);
        }
    }
    journal_close(&journal); /* a new start */
    assert_true(journal_is_left(folder));
    assert_int_equal(journal_open(&journal, folder, NULL), ROAM_OK);
    assert_read(first, entry_count - first);
    assert_int_equal(journal_empty_both(&journal), ROAM_OK);
    assert_false(journal_is_left(folder));
    first = entry_count;
    append(100);
    assert_read(first, 1);
}

static void test_large(void **state)
{
    (void)state;
    append(LARGE);
    append(0);
    journal_turn(&journal);
    append(1);
    append(LARGE + 1);
    assert_read(0, 4);
    assert_int_equal(truncate(path[1], LARGE), 0);
    assert_read(0, 3);
}

/* Where the entries of a file end. */
static size_t end_of(size_t count)
{
    size_t end = 0;
    for (size_t i = 0; i < count; i++) end += 4 + 4 + 8 + 32 + entries[i].size;
    return end;
}

/* The bytes of a file, for a test to write it anew. */
static uint8_t *bytes_of(int which, size_t *size)
{
    uint8_t *bytes;
    assert_int_equal(file_read(&bytes, size, path[which], SIZE_MAX, NULL), ROAM_OK);
    return bytes;
}

static void write_bytes(int which, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path[which], "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* How many of the first `count` entries end at or before a place in their file. */
static size_t whole_before(size_t place, size_t count)
{
    size_t whole = 0;
    while (whole < count && end_of(whole + 1) <= place) whole++;
    return whole;
}

static const size_t sizes[] = {33, 0, 1, 200, 7};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* The file that is being written ends anywhere. */
static void test_cut(void **state)
{
    (void)state;
    size_t size;
    for (size_t i = 0; i < SIZES; i++) append(sizes[i]);
    uint8_t *bytes = bytes_of(0, &size);
    assert_int_equal(size, end_of(SIZES));
    for (size_t cut = 0; cut <= size; cut++) {
        write_bytes(0, bytes, cut);
        assert_read(0, whole_before(cut, SIZES));
        count_negative += cut < size;
    }
    free(bytes);
}

/* The file ends in zeros, or in what was there before, for the system may lengthen it first. */
static void test_cut_and_filled(void **state)
{
    (void)state;
    size_t size;
    for (size_t i = 0; i < SIZES; i++) append(sizes[i]);
    uint8_t *bytes = bytes_of(0, &size), *filled = malloc(2 * size);
    assert_non_null(filled);
    for (size_t cut = 0; cut < size; cut++)
        for (int with = 0; with < 2; with++) {
            memcpy(filled, bytes, cut);
            if (with == 0)
                memset(filled + cut, 0, 2 * size - cut);
            else
                prng_bytes(&prng, filled + cut, 2 * size - cut);
            write_bytes(0, filled, 2 * size);
            assert_read(0, whole_before(cut, SIZES));
            count_negative++;
        }
    free(filled);
    free(bytes);
}

/* One changed byte anywhere: the entries before it are read, and those of the other file. */
static void test_changed(void **state)
{
    (void)state;
    size_t size;
    for (size_t i = 0; i < SIZES; i++) append(sizes[i]);
    uint8_t *bytes = bytes_of(0, &size);
    for (size_t at = 0; at < size; at++)
        for (unsigned bit = 0; bit < 9; bit++) {
            const uint8_t kept = bytes[at];
            const uint64_t change = bit < 8 ? UINT64_C(1) << bit : 1 + prng_below(&prng, 255);
            bytes[at] = (uint8_t)(kept ^ change);
            if (bit < 8 || at % 8 == 0) {
                write_bytes(0, bytes, size);
                assert_read(0, whole_before(at, SIZES));
                count_negative++;
            }
            bytes[at] = kept;
        }
    free(bytes);
}

/* Two files, the older one damaged at its first entry or later: never an entry that was not there, and the
 * newer file's are seen, so that what executes them finds the gap. */
static void test_changed_before_another(void **state)
{
    (void)state;
    size_t size;
    for (size_t i = 0; i < SIZES; i++) append(sizes[i]);
    journal_turn(&journal);
    append(50);
    uint8_t *bytes = bytes_of(0, &size);
    for (size_t at = 0; at < size; at += 5) {
        struct reading reading = {&entries[SIZES], 1, false};
        bytes[at] ^= 0x10;
        write_bytes(0, bytes, size);
        const size_t whole = whole_before(at, SIZES);
        struct entry moved = entries[whole];
        entries[whole] = entries[SIZES];
        reading.next = entries;
        reading.left = whole + 1;
        assert_int_equal(journal_read(&journal, &reading, visit), ROAM_OK);
        assert_int_equal(reading.left, 0);
        entries[SIZES] = entries[whole];
        entries[whole] = moved;
        bytes[at] ^= 0x10;
        count_negative++;
    }
    free(bytes);
}

static void test_visit_stops(void **state)
{
    (void)state;
    append(5);
    append(6);
    journal_turn(&journal);
    append(7);
    for (size_t wanted = 0; wanted < 3; wanted++) {
        struct reading reading = {entries, wanted, false};
        assert_int_equal(journal_read(&journal, &reading, visit), ROAM_E_MISMATCH);
        assert_int_equal(reading.left, 0);
        count_negative++;
    }
}

static void append_again(void) { (void)!journal_append(&journal, 1000, (const uint8_t *)"x", 1); }

/* Every call of an append fails in every way: what was there before is there, the new one whole or not at
 * all, and nothing more is taken. A short write goes on. */
static void test_append_fails(void **state)
{
    (void)state;
    static const enum disk_fault_kind kinds[] = {DISK_ERROR, DISK_SHORT, DISK_LIE};
    for (size_t k = 0; k < 3; k++)
        for (long at = 1; at <= 3; at++)
            for (int on = 0; on < 2; on++) {
                teardown(state);
                setup(state);
                append(100);
                const struct disk_fault fault = {kinds[k], at, on, ENOSPC};
                const struct entry *entry = new_entry(1000);
                disk_fault_arm(&fault);
                const enum roam_err err = journal_append(&journal, entry->height, entry->bytes, entry->size);
                assert_true(disk_fault_disarm());
                const bool goes_on = kinds[k] == DISK_SHORT && at < 3 && !on;
                assert_int_equal(err, goes_on ? ROAM_OK : ROAM_E_IO);
                /* all is there, if all was done but the answer */
                const bool there = goes_on || (at == 3) || (kinds[k] == DISK_LIE && at == 2);
                assert_read(0, there ? 2 : 1);
                if (goes_on) continue;
                assert_in_range(journal.cause, EIO, ENOSPC);
                assert_true(dies(append_again));
                assert_true(journal_is_left(folder));
                count_negative += 2;
            }
}

/* Every way of emptying fails at every file; what was not emptied is read. */
static void test_empty_fails(void **state)
{
    (void)state;
    static const struct {
        bool both;
        long at;
        size_t left;
    } cases[] = {{false, 1, 2}, {true, 1, 2}, {true, 2, 1}};
    append(10);
    journal_turn(&journal);
    append(20);
    for (size_t i = 0; i < 3; i++) {
        const struct disk_fault fault = {DISK_ERROR, cases[i].at, false, EIO};
        disk_fault_arm(&fault);
        const enum roam_err err =
            cases[i].both ? journal_empty_both(&journal) : journal_empty_other(&journal);
        assert_true(disk_fault_disarm());
        assert_int_equal(err, ROAM_E_IO);
        assert_int_equal(journal.cause, EIO);
        assert_read(2 - cases[i].left, cases[i].left);
        journal.cause = 0;
        count_negative++;
    }
}

static void test_open_fails(void **state)
{
    (void)state;
    static char long_path[PATH_MAX];
    struct journal other;
    struct roam_diag diag = {""};
    memset(long_path, 'a', sizeof long_path - 1);
    assert_int_equal(journal_open(&other, long_path, &diag), ROAM_E_LIMIT);
    assert_true(diag.text[0] != '\0');
    journal_close(&other);
    assert_false(journal_is_left(long_path));
    long_path[0] = '/';
    long_path[100] = '\0';
    diag.text[0] = '\0';
    assert_int_equal(journal_open(&other, long_path, &diag), ROAM_E_IO); /* no such folder */
    assert_true(diag.text[0] != '\0');
    journal_close(&other);
    assert_false(journal_is_left(long_path));
    unlink(path[1]);
    assert_int_equal(mkdir(path[1], 0700), 0);
    assert_int_equal(journal_open(&other, folder, NULL), ROAM_E_IO);
    journal_close(&other);
    assert_int_equal(rmdir(path[1]), 0);
    const struct disk_fault fault = {DISK_ERROR, 1, false, EIO};
    disk_fault_arm(&fault);
    diag.text[0] = '\0';
    assert_int_equal(journal_open(&other, folder, &diag), ROAM_E_IO); /* the folder's sync */
    assert_true(diag.text[0] != '\0');
    assert_true(disk_fault_disarm());
    journal_close(&other);
    count_negative += 4;
}

/* A file that has gone is no reason to read half. */
static void test_read_fails(void **state)
{
    (void)state;
    append(10);
    struct reading reading = {entries, 1, false};
    unlink(path[1]);
    assert_true(journal_read(&journal, &reading, visit) != ROAM_OK);
    assert_int_equal(reading.left, 1);
    count_negative++;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nothing),
        TEST(test_turns),
        TEST(test_large),
        TEST(test_cut),
        TEST(test_cut_and_filled),
        TEST(test_changed),
        TEST(test_changed_before_another),
        TEST(test_visit_stops),
        TEST(test_append_fails),
        TEST(test_empty_fails),
        TEST(test_open_fails),
        TEST(test_read_fails),
    };
    prng = prop_prng();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
