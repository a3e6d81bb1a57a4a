/* Snapshots: what a store writes fills another one to the same state; what is wrong is refused and leaves an
 * empty store. */
#include "digest.h"
#include "dies.h"
#include "file.h"
#include "store_blocks.h"
#include "store_fixture.h"
#include "store_snapshot.h"

#include <sys/stat.h>

enum { BLOCKS = 3, TXS = 4 };

static struct store_fixture source, target;
static char folder[64];
static uint64_t height;
static struct ledger_head head;
static uint8_t *stream; /* of the snapshot */
static size_t stream_size;

static void block(struct store_fixture *f, uint64_t at, const struct ledger_bytes *txs, size_t count)
{
    struct ledger_receipt receipts[TXS];
    const struct store_block b = {at, 1000 + at, txs, count};
    assert_int_equal(store_block_execute(f->store, &b, receipts, &head, NULL), ROAM_OK);
    for (size_t i = 0; i < count; i++) assert_int_equal(receipts[i].outcome, LEDGER_ACCEPTED);
    assert_int_equal(store_block_commit(f->store, NULL), ROAM_OK);
}

static void open_ordered(struct store_fixture *f)
{
    fixture_setup(f);
    f->options.ordered = true;
    fixture_reopen(f);
}

/* Blocks 1, 2 and 5. */
static void fill(struct store_fixture *f)
{
    const struct market *m = &f->market;
    const struct ledger_bytes txs[] = {make_register(m, &f->pair.home),
                                       make_register(m, &f->pair.visited),
                                       make_deposit(m, &f->pair.home, 1000000, 1),
                                       make_agreement(m, &f->pair),
                                       make_move(m, &f->pair, TX_AGREEMENT_FUND, 500000, 1),
                                       make_session_open(m, &f->pair, 1, 100, 1000),
                                       make_usage_commit(m, &f->pair, 1, 90, 1)};
    block(f, 1, txs, 4);
    block(f, 2, txs + 4, 2);
    block(f, 5, txs + 6, 1);
    for (size_t i = 0; i < sizeof txs / sizeof *txs; i++) made_free(txs[i]);
}

static int setup(void **state)
{
    char path[128];
    (void)state;
    strcpy(folder, "/tmp/roam-snapshots-XXXXXX");
    assert_non_null(mkdtemp(folder));
    open_ordered(&source);
    fill(&source);
    open_ordered(&target);
    assert_int_equal(store_snapshot_write(source.store, folder, &height, NULL), ROAM_OK);
    snprintf(path, sizeof path, "%s/%llu.snapshot", folder, (unsigned long long)height);
    assert_int_equal(file_read(&stream, &stream_size, path, 1 << 20, NULL), ROAM_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(stream);
    store_snapshot_prune(folder, 0);
    assert_int_equal(rmdir(folder), 0);
    fixture_teardown(&source);
    fixture_teardown(&target);
    return 0;
}

/* The stream cut into chunks of this size. */
static struct store_snapshot cut(size_t size)
{
    struct store_snapshot snapshot = {.height = height,
                                      .chunks = (uint32_t)((stream_size + size - 1) / size)};
    snapshot.metadata = malloc((size_t)snapshot.chunks * 32);
    assert_non_null(snapshot.metadata);
    for (uint32_t c = 0; c < snapshot.chunks; c++) {
        const size_t left = stream_size - c * size;
        sha256(snapshot.metadata + (size_t)c * 32, stream + c * size, left < size ? left : size);
    }
    sha256(snapshot.hash, snapshot.metadata, (size_t)snapshot.chunks * 32);
    return snapshot;
}

static struct store_restore *begin(const struct store_snapshot *snapshot)
{
    struct store_restore *restore;
    assert_int_equal(store_restore_begin(&restore, target.store, snapshot, head.app_hash, NULL), ROAM_OK);
    return restore;
}

static enum roam_err give(struct store_restore *restore, size_t size, uint32_t chunk, bool *done)
{
    const size_t left = stream_size - chunk * size;
    return store_restore_chunk(restore, chunk, stream + chunk * size, left < size ? left : size, done, NULL);
}

/* Everything from the first chunk on; the last answer. */
static enum roam_err restore_all(size_t size)
{
    struct store_snapshot snapshot = cut(size);
    struct store_restore *restore = begin(&snapshot);
    enum roam_err err = ROAM_OK;
    bool done = false;
    for (uint32_t c = 0; err == ROAM_OK && c < snapshot.chunks; c++) {
        assert_false(done);
        err = give(restore, size, c, &done);
    }
    assert_true(done == (err == ROAM_OK));
    store_restore_end(restore);
    store_snapshot_release(&snapshot);
    return err;
}

/* The target is what the source is: head, records, receipts and their proofs, and the next block. */
static void assert_same(void)
{
    struct ledger_head mine;
    struct ledger_receipt a, b;
    struct merkle_proof proof;
    assert_int_equal(store_head_get(target.store, &mine), ROAM_OK);
    assert_int_equal(mine.height, 5);
    assert_memory_equal(mine.app_hash, head.app_hash, 32);
    assert_int_equal(store_height(target.store), 5);
    for (uint64_t i = 0; i < mine.receipts.size; i++) {
        assert_int_equal(store_receipt_by_index(source.store, i, &a), ROAM_OK);
        assert_int_equal(store_receipt_by_tx(target.store, &a.tx, &b), ROAM_OK);
        assert_int_equal(b.index, i);
        assert_int_equal(store_receipt_prove(target.store, i, &proof, &mine), ROAM_OK);
    }
    struct ledger_bytes next = make_settle(&source.market, &source.pair, 1, 60, 1000, 1, 2500);
    block(&source, 6, &next, 1);
    const struct ledger_head theirs = head;
    block(&target, 6, &next, 1);
    assert_memory_equal(theirs.app_hash, head.app_hash, 32);
    made_free(next);
}

static void restored(void **state)
{
    (void)state;
    assert_int_equal(restore_all(STORE_CHUNK_SIZE), ROAM_OK);
    assert_same();
    fixture_reopen(&target);
    assert_int_equal(store_height(target.store), 6);
    count_property++;
}

/* What needs the blocks from the first on says that they are not there, and not that something is wrong. */
static void restored_is_not_whole(void **state)
{
    (void)state;
    struct store_totals totals;
    uint64_t blocks;
    size_t count;
    assert_int_equal(restore_all(STORE_CHUNK_SIZE), ROAM_OK);
    assert_int_equal(store_verify(target.store, NULL), ROAM_E_UNSUPPORTED);
    assert_int_equal(store_audit(target.store, &totals, 1, &count, NULL), ROAM_E_UNSUPPORTED);
    assert_int_equal(store_replay(target.store, &blocks, NULL), ROAM_E_UNSUPPORTED);
    assert_int_equal(store_verify(source.store, NULL), ROAM_OK);
    count_negative += 3;
}

/* Chunks that end anywhere, in the middle of the head and of entries too. */
static void restored_from_small_chunks(void **state)
{
    (void)state;
    static const size_t sizes[] = {997, 1, 4096, 33};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t size = sizes[i] == 1 ? stream_size / 3 : sizes[i];
        assert_int_equal(restore_all(size), ROAM_OK);
        assert_int_equal(store_height(target.store), 5);
        if (i + 1 == sizeof sizes / sizeof *sizes) break;
        fixture_teardown(&target);
        open_ordered(&target);
        count_property++;
    }
    assert_same();
}

static void assert_empty(void)
{
    struct ledger_receipt receipt;
    fixture_reopen(&target);
    assert_int_equal(store_height(target.store), 0);
    assert_int_equal(store_receipt_by_index(target.store, 0, &receipt), ROAM_E_NOTFOUND);
    assert_int_equal(store_verify(target.store, NULL), ROAM_OK);
    count_negative++;
}

/* Ended after any number of chunks, as by kill -9: empty at the next opening, and it can be begun again. */
static void broken_off(void **state)
{
    (void)state;
    const size_t size = stream_size / 7;
    struct store_snapshot snapshot = cut(size);
    for (uint32_t stop = 0; stop < snapshot.chunks; stop++) {
        struct store_restore *restore = begin(&snapshot);
        bool done;
        for (uint32_t c = 0; c < stop; c++) assert_int_equal(give(restore, size, c, &done), ROAM_OK);
        store_restore_end(restore);
        if (stop % 2 == 0) assert_empty();
    }
    store_snapshot_release(&snapshot);
    assert_int_equal(restore_all(size), ROAM_OK);
    assert_same();
}

static void chunks_that_are_none(void **state)
{
    (void)state;
    const size_t size = stream_size / 4;
    struct store_snapshot snapshot = cut(size);
    struct store_restore *restore = begin(&snapshot);
    bool done;
    assert_int_equal(give(restore, size, 1, &done), ROAM_E_VERIFY);
    assert_int_equal(store_restore_chunk(restore, 0, stream, 0, &done, NULL), ROAM_E_VERIFY);
    assert_int_equal(store_restore_chunk(restore, 0, stream, size - 1, &done, NULL), ROAM_E_VERIFY);
    stream[10] ^= 1;
    assert_int_equal(give(restore, size, 0, &done), ROAM_E_VERIFY);
    stream[10] ^= 1;
    assert_int_equal(give(restore, size, 0, &done), ROAM_OK);
    assert_int_equal(give(restore, size, 0, &done), ROAM_E_VERIFY);
    count_negative += 5;
    for (uint32_t c = 1; c < snapshot.chunks; c++) assert_int_equal(give(restore, size, c, &done), ROAM_OK);
    assert_true(done);
    assert_int_equal(give(restore, size, snapshot.chunks, &done), ROAM_E_VERIFY);
    store_restore_end(restore);
    store_snapshot_release(&snapshot);
    assert_same();
}

/* A peer that changes a byte and the digests with it: the app hash tells. */
static void lies(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 40; i++) {
        const size_t at = i < 9 ? (size_t)i : (size_t)prng_below(&prng, stream_size);
        stream[at] ^= (uint8_t)(1 + prng_below(&prng, 255));
        const enum roam_err err = restore_all(stream_size / 2);
        if (err != ROAM_E_MISMATCH && err != ROAM_E_FORMAT && err != ROAM_E_VERSION && err != ROAM_E_RANGE)
            fail_msg("byte %zu changed: %s", at, roam_err_name(err));
        free(stream);
        char path[128];
        snprintf(path, sizeof path, "%s/%llu.snapshot", folder, (unsigned long long)height);
        assert_int_equal(file_read(&stream, &stream_size, path, 1 << 20, NULL), ROAM_OK);
        count_negative++;
    }
    head.app_hash[0] ^= 1;
    assert_int_equal(restore_all(stream_size), ROAM_E_MISMATCH);
    head.app_hash[0] ^= 1;
    height++;
    assert_int_equal(restore_all(stream_size), ROAM_E_MISMATCH);
    height--;
    assert_empty();
    assert_int_equal(restore_all(stream_size), ROAM_OK);
    assert_same();
}

static void offers_that_are_none(void **state)
{
    (void)state;
    struct store_restore *restore;
    struct store_snapshot snapshot = cut(stream_size);
    assert_int_equal(store_restore_begin(&restore, source.store, &snapshot, head.app_hash, NULL),
                     ROAM_E_EXISTS);
    snapshot.hash[0] ^= 1;
    assert_int_equal(store_restore_begin(&restore, target.store, &snapshot, head.app_hash, NULL),
                     ROAM_E_FORMAT);
    snapshot.hash[0] ^= 1;
    snapshot.height = 0;
    assert_int_equal(store_restore_begin(&restore, target.store, &snapshot, head.app_hash, NULL),
                     ROAM_E_LIMIT);
    snapshot.height = height;
    snapshot.chunks = 0;
    assert_int_equal(store_restore_begin(&restore, target.store, &snapshot, head.app_hash, NULL),
                     ROAM_E_LIMIT);
    snapshot.chunks = STORE_CHUNKS_MAX + 1;
    assert_int_equal(store_restore_begin(&restore, target.store, &snapshot, head.app_hash, NULL),
                     ROAM_E_LIMIT);
    store_snapshot_release(&snapshot);
    count_negative += 5;
    assert_empty();
}

static void files(void **state)
{
    (void)state;
    struct store_snapshot list[STORE_SNAPSHOTS_MAX];
    char path[128];
    size_t count, size;
    uint8_t *bytes;
    assert_int_equal(store_snapshot_write(source.store, folder, &height, NULL), ROAM_E_EXISTS);
    struct ledger_bytes next = make_deposit(&source.market, &source.pair.home, 7, 2);
    block(&source, 9, &next, 1);
    made_free(next);
    assert_int_equal(store_snapshot_write(source.store, folder, &height, NULL), ROAM_OK);
    snprintf(path, sizeof path, "%s/12.digests", folder);
    assert_int_equal(file_write(path, "short", 5, NULL), ROAM_OK);
    assert_int_equal(store_snapshot_list(list, &count, folder, NULL), ROAM_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].height, 9);
    assert_int_equal(list[1].height, 5);
    assert_int_equal(list[0].chunks, 1);
    assert_int_equal(store_snapshot_chunk(&bytes, &size, folder, 5, 0, NULL), ROAM_OK);
    assert_int_equal(size, stream_size);
    assert_memory_equal(bytes, stream, size);
    free(bytes);
    assert_int_equal(store_snapshot_chunk(&bytes, &size, folder, 5, 1, NULL), ROAM_E_NOTFOUND);
    assert_int_equal(store_snapshot_chunk(&bytes, &size, folder, 6, 0, NULL), ROAM_E_NOTFOUND);
    for (size_t i = 0; i < count; i++) store_snapshot_release(&list[i]);
    static const char *const left[] = {"7.snapshot", "8.snapshot.tmp", "8.digests.tmp"};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, left[i]);
        assert_int_equal(file_write(path, "rest", 4, NULL), ROAM_OK);
    }
    store_snapshot_prune(folder, 2); /* 12 and 9; a list passes 12 over, for it is none */
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(store_snapshot_chunk(&bytes, &size, folder, 7, 0, NULL), ROAM_E_NOTFOUND);
    snprintf(path, sizeof path, "%s/12.digests", folder);
    unlink(path);
    store_snapshot_prune(folder, 1);
    assert_int_equal(store_snapshot_list(list, &count, folder, NULL), ROAM_OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].height, 9);
    store_snapshot_release(&list[0]);
    assert_int_equal(store_snapshot_list(list, &count, "/nonexistent", NULL), ROAM_E_IO);
    assert_int_equal(store_snapshot_write(source.store, "/nonexistent", &height, NULL), ROAM_E_IO);
    count_negative += 5;
}

/* Of the source's file, in this process. */
static unsigned long resident_kib(void)
{
    char line[4096], path[128];
    unsigned long sum = 0, kib, begin, end;
    bool in_file = false;
    snprintf(path, sizeof path, "%s/data.mdb", source.path);
    FILE *maps = fopen("/proc/self/smaps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx ", &begin, &end) == 2) in_file = strstr(line, path) != NULL;
        if (in_file && sscanf(line, "Rss: %lu", &kib) == 1) sum += kib;
    }
    fclose(maps);
    return sum;
}

/* What was read for a snapshot does not stay in the process's memory. */
static void pages(void **state)
{
    struct store_totals totals;
    size_t count;
    (void)state;
    const struct ledger_bytes tx = make_deposit(&source.market, &source.pair.home, 5, 2);
    block(&source, 6, &tx, 1);
    made_free(tx);
    assert_int_equal(store_audit(source.store, &totals, 1, &count, NULL), ROAM_OK);
    assert_in_range(resident_kib(), 16, 1 << 20);
    assert_int_equal(store_snapshot_write(source.store, folder, &height, NULL), ROAM_OK);
    assert_int_equal(resident_kib(), 0);
    assert_int_equal(store_verify(source.store, NULL), ROAM_OK);
    count_property++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(restored, setup, teardown),
        cmocka_unit_test_setup_teardown(restored_is_not_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(restored_from_small_chunks, setup, teardown),
        cmocka_unit_test_setup_teardown(broken_off, setup, teardown),
        cmocka_unit_test_setup_teardown(chunks_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(lies, setup, teardown),
        cmocka_unit_test_setup_teardown(offers_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(files, setup, teardown),
        cmocka_unit_test_setup_teardown(pages, setup, teardown),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
