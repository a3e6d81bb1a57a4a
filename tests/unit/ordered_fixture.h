/* A store of ordered blocks, and a course of blocks each of which follows from its number alone. */
#ifndef TEST_ORDERED_FIXTURE_H
#define TEST_ORDERED_FIXTURE_H

#include "file.h"
#include "store_blocks.h"
#include "store_fixture.h"

/* Block 0 opens the pair's market. Every later one deposits its number and opens two sessions, and its last
 * transaction is refused. */
enum { COURSE_OPENING_TXS = 5, COURSE_TXS = 3, COURSE_DEPOSIT = 1000000 };

static inline uint64_t course_height(uint64_t block) { return 1 + 2 * block; }

static inline size_t course_make(struct ledger_bytes txs[COURSE_OPENING_TXS], const struct store_fixture *f,
                                 uint64_t block)
{
    const struct market *m = &f->market;
    const struct pair *pair = &f->pair;
    if (block == 0) {
        txs[0] = make_register(m, &pair->home);
        txs[1] = make_register(m, &pair->visited);
        txs[2] = make_deposit(m, &pair->home, COURSE_DEPOSIT, 1);
        txs[3] = make_agreement(m, pair);
        txs[4] = make_move(m, pair, TX_AGREEMENT_FUND, 500000, 1);
        return COURSE_OPENING_TXS;
    }
    txs[0] = make_deposit(m, &pair->home, block, 100 + block);
    txs[1] = make_session_open(m, pair, 2 * block, 2, 1);
    txs[2] = make_withdraw(m, &pair->visited, 1000 + block, 1);
    return COURSE_TXS;
}

static inline void course_free(struct ledger_bytes *txs, size_t count)
{
    for (size_t i = 0; i < count; i++) made_free(txs[i]);
}

/* Executes the block; the errors of store_block_execute. What should not be in it is a failure. */
static inline enum roam_err course_execute(struct store_fixture *f, uint64_t block, struct ledger_head *head)
{
    struct ledger_bytes txs[COURSE_OPENING_TXS];
    struct ledger_receipt receipts[COURSE_OPENING_TXS];
    const size_t count = course_make(txs, f, block);
    const struct store_block executed = {course_height(block), 1000 + block, txs, count};
    const enum roam_err err = store_block_execute(f->store, &executed, receipts, head, NULL);
    for (size_t i = 0; err == ROAM_OK && i < count; i++)
        assert_int_equal(receipts[i].outcome,
                         block > 0 && i == 2 ? LEDGER_INSUFFICIENT_FUNDS : LEDGER_ACCEPTED);
    course_free(txs, count);
    return err;
}

static inline enum roam_err course_commit(struct store_fixture *f, uint64_t block, struct ledger_head *head)
{
    ROAM_TRY(course_execute(f, block, head));
    return store_block_commit(f->store, NULL);
}

/* The next block that the store does not have. */
static inline uint64_t course_next(struct store_fixture *f)
{
    struct ledger_head head;
    assert_int_equal(store_head_get(f->store, &head), ROAM_OK);
    assert_int_equal(store_height(f->store), head.height);
    assert_true(head.height == 0 || head.height % 2 == 1);
    return (head.height + 1) / 2;
}

/* Every transaction of the block is there, or none. */
static inline void assert_course_block(struct store_fixture *f, uint64_t block, bool there)
{
    struct ledger_bytes txs[COURSE_OPENING_TXS];
    struct ledger_receipt receipt;
    const size_t count = course_make(txs, f, block);
    for (size_t i = 0; i < count; i++) {
        const roam_id id = made_id(&txs[i]);
        assert_int_equal(store_receipt_by_tx(f->store, &id, &receipt), there ? ROAM_OK : ROAM_E_NOTFOUND);
        if (there) assert_int_equal(receipt.height, course_height(block));
    }
    course_free(txs, count);
}

/* All of the first `blocks` once, and nothing else. */
static inline void assert_course(struct store_fixture *f, uint64_t blocks)
{
    struct store_totals totals;
    struct roam_diag diag = {""};
    size_t currencies;
    assert_int_equal(course_next(f), blocks);
    if (store_verify(f->store, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    if (store_audit(f->store, &totals, 1, &currencies, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    if (blocks > 0) assert_int_equal(totals.deposits, COURSE_DEPOSIT + (blocks - 1) * blocks / 2);
    for (uint64_t b = 0; b < blocks; b++) assert_course_block(f, b, true);
    assert_course_block(f, blocks, false);
}

static inline void assert_replay(struct store_fixture *f, uint64_t blocks)
{
    struct roam_diag diag = {""};
    uint64_t replayed;
    if (store_replay(f->store, &replayed, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(replayed, blocks);
}

/* The files of a store that is closed. */
struct kept_files {
    uint8_t *bytes[3];
    size_t size[3]; /* SIZE_MAX: there is none */
};

static inline void kept_path(char path[128], const struct store_fixture *f, size_t which)
{
    static const char *const names[] = {"data.mdb", "journal.0", "journal.1"};
    snprintf(path, 128, "%s/%s", f->path, names[which]);
}

static inline void files_keep(struct kept_files *files, const struct store_fixture *f)
{
    char path[128];
    for (size_t i = 0; i < 3; i++) {
        kept_path(path, f, i);
        files->bytes[i] = NULL;
        files->size[i] = SIZE_MAX;
        if (access(path, F_OK) == 0)
            assert_int_equal(file_read(&files->bytes[i], &files->size[i], path, SIZE_MAX, NULL), ROAM_OK);
    }
}

/* Without a sync, unlike file_write. */
static inline void files_put(const struct kept_files *files, const struct store_fixture *f)
{
    char path[128];
    for (size_t i = 0; i < 3; i++) {
        kept_path(path, f, i);
        unlink(path);
        if (files->size[i] == SIZE_MAX) continue;
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(files->bytes[i], 1, files->size[i], file), files->size[i]);
        assert_int_equal(fclose(file), 0);
    }
}

/* File `which` is as it was kept; an empty one may be gone, or have come. */
static inline void assert_file_kept(const struct kept_files *files, const struct store_fixture *f,
                                    size_t which)
{
    char path[128];
    uint8_t *bytes;
    size_t size;
    kept_path(path, f, which);
    const size_t kept = files->size[which] == SIZE_MAX ? 0 : files->size[which];
    if (kept == 0 && access(path, F_OK) != 0) return;
    assert_int_equal(file_read(&bytes, &size, path, SIZE_MAX, NULL), ROAM_OK);
    assert_int_equal(size, kept);
    assert_memory_equal(bytes, files->bytes[which], size);
    free(bytes);
}

static inline void files_release(struct kept_files *files)
{
    for (size_t i = 0; i < 3; i++) free(files->bytes[i]);
}

/* A process of its own opens the store (closed here), commits blocks first .. last, and dies at once: the
 * last ones are in the journal alone. */
static inline void course_commit_and_die(struct store_fixture *f, uint64_t first, uint64_t last)
{
    int status;
    assert_null(f->store);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ledger_head head;
        if (fixture_open(f, NULL) != ROAM_OK) _exit(1);
        for (uint64_t b = first; b <= last; b++)
            if (course_commit(f, b, &head) != ROAM_OK) _exit(2);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static inline void ordered_setup(struct store_fixture *f)
{
    fixture_setup(f);
    f->options.ordered = true;
    fixture_reopen(f);
}

#endif
