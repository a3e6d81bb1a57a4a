/* The store: making and opening, refusals, idempotence, committed state and receipts. */
#include "store_fixture.h"

#include <fcntl.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct store_fixture fixture;

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

static void refuses_create(const char *path, const struct store_genesis *genesis, enum roam_err expected)
{
    struct roam_diag diag = {""};
    assert_int_equal(store_create(path, genesis, &diag), expected);
    assert_true(diag.text[0] != 0);
    count_negative++;
}

static void refuses_open(enum roam_err expected)
{
    struct roam_diag diag = {""};
    assert_int_equal(fixture_open(&fixture, &diag), expected);
    assert_true(diag.text[0] != 0);
    count_negative++;
}

static void test_create_refused(void **state)
{
    (void)state;
    struct store_genesis genesis = fixture_genesis(&fixture);
    char path[160];
    refuses_create(fixture.path, &genesis, ROAM_E_EXISTS);
    snprintf(path, sizeof path, "%s/data.mdb", fixture.path);
    refuses_create(path, &genesis, ROAM_E_EXISTS);
    snprintf(path, sizeof path, "%s/no/ledger", fixture.folder);
    refuses_create(path, &genesis, ROAM_E_IO);
    snprintf(path, sizeof path, "%s/production", fixture.folder);
    genesis.genesis.production = true;
    refuses_create(path, &genesis, ROAM_E_INSECURE);

    genesis = fixture_genesis(&fixture);
    struct groth16_vk vk = fixture.market.forger.vk;
    genesis.vk[0] = &vk;
    vk.delta = vk.gamma;
    refuses_create(path, &genesis, ROAM_E_INSECURE);
    vk = fixture.market.forger.vk;
    vk.alpha = (g1_affine){0};
    refuses_create(path, &genesis, ROAM_E_POINT);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_create_in_empty_folder(void **state)
{
    (void)state;
    struct store_genesis genesis = fixture_genesis(&fixture);
    struct ledger_genesis read;
    fixture_close(&fixture);
    fixture_remove_store(fixture.path);
    assert_int_equal(mkdir(fixture.path, 0700), 0);
    char path[160];
    snprintf(path, sizeof path, "%s.tmp", fixture.path); /* left by a try that was cut off */
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s//", fixture.path);
    assert_int_equal(store_create(path, &genesis, NULL), ROAM_OK);
    fixture_reopen(&fixture);
    store_genesis_get(fixture.store, &read);
    assert_memory_equal(read.circuit[0].vk_digest, fixture.market.genesis.circuit[0].vk_digest, 32);
    assert_string_equal(read.chain_name, fixture.market.genesis.chain_name);
}

static void test_open_missing(void **state)
{
    (void)state;
    fixture_close(&fixture);
    char kept[sizeof fixture.path];
    memcpy(kept, fixture.path, sizeof kept);
    snprintf(fixture.path, sizeof fixture.path, "%s/none", fixture.folder);
    refuses_open(ROAM_E_NOTFOUND);
    snprintf(fixture.path, sizeof fixture.path, "%s", fixture.folder); /* a folder, but no store */
    refuses_open(ROAM_E_NOTFOUND);
    memcpy(fixture.path, kept, sizeof kept);
}

/* Replaces a meta entry behind the store's back. */
static void overwrite_meta(const char *key, const void *value, size_t size)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
    assert_int_equal(mdb_env_set_mapsize(env, (size_t)1 << 30), 0);
    assert_int_equal(mdb_env_open(env, fixture.path, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, "meta", 0, &dbi), 0);
    MDB_val k = {strlen(key), (void *)(uintptr_t)key}, v = {size, (void *)(uintptr_t)value};
    assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void test_open_version(void **state)
{
    (void)state;
    fixture_close(&fixture);
    const uint8_t versions[][4] = {{2, 0, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 1}};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        overwrite_meta("version", versions[i], 4);
        refuses_open(ROAM_E_VERSION);
    }
    overwrite_meta("version", versions[0], 3);
    refuses_open(ROAM_E_VERSION);
    overwrite_meta("version", "\1\0\0\0", 4);
    fixture_reopen(&fixture);
}

static void test_open_meta_mismatch(void **state)
{
    (void)state;
    static const char *const keys[] = {"genesis", "head", "key\0"};
    uint8_t zeros[64] = {0};
    for (size_t i = 0; i < 2; i++) {
        fixture_teardown(&fixture);
        fixture_setup(&fixture);
        fixture_close(&fixture);
        overwrite_meta(keys[i], zeros, sizeof zeros);
        refuses_open(ROAM_E_MISMATCH);
    }
}

static void test_open_busy(void **state)
{
    (void)state;
    int report[2], release[2], status;
    char byte = 0;
    struct store *second;
    assert_int_equal(store_open(&second, fixture.path, &fixture.options, NULL), ROAM_E_BUSY);
    count_negative++;
    fixture_close(&fixture);
    assert_int_equal(pipe(report), 0);
    assert_int_equal(pipe(release), 0);
    pid_t child = fork();
    if (child == 0) {
        byte = (char)fixture_open(&fixture, NULL);
        if (write(report[1], &byte, 1) != 1 || read(release[0], &byte, 1) != 1) _exit(1);
        store_close(fixture.store);
        _exit(0);
    }
    assert_int_equal(read(report[0], &byte, 1), 1);
    assert_int_equal(byte, ROAM_OK);
    refuses_open(ROAM_E_BUSY);
    fixture.options.read_only = true; /* readers may */
    fixture_reopen(&fixture);
    assert_int_equal(write(release[1], &byte, 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    fixture.options.read_only = false;
    fixture_reopen(&fixture);
}

static void test_read_only(void **state)
{
    (void)state;
    struct ledger_receipt receipt;
    fixture_fill(&fixture);
    fixture.options.read_only = true;
    fixture_reopen(&fixture);
    assert_int_equal(store_submit(fixture.store, (const uint8_t *)"x", 1, &receipt), ROAM_E_UNSUPPORTED);
    count_negative++;
    assert_int_equal(ledger_head(store_read_begin(fixture.store))->height, FIXTURE_FILL_TXS);
    store_read_end(fixture.store);
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
}

/* A reader in another process sees what a writer in this one commits. */
static void test_read_only_follows(void **state)
{
    (void)state;
    int ask[2], reply[2], status;
    uint64_t height;
    assert_int_equal(pipe(ask), 0);
    assert_int_equal(pipe(reply), 0);
    fixture_close(&fixture);
    pid_t child = fork();
    if (child == 0) {
        close(ask[1]);
        fixture.options.read_only = true;
        if (fixture_open(&fixture, NULL) != ROAM_OK) _exit(1);
        char byte;
        while (read(ask[0], &byte, 1) == 1) {
            height = ledger_head(store_read_begin(fixture.store))->height;
            store_read_end(fixture.store);
            if (write(reply[1], &height, sizeof height) != sizeof height) _exit(2);
        }
        store_close(fixture.store);
        _exit(0);
    }
    close(ask[0]);
    fixture_reopen(&fixture);
    for (uint64_t i = 0; i < 5; i++) {
        assert_int_equal(write(ask[1], "?", 1), 1);
        assert_int_equal(read(reply[0], &height, sizeof height), sizeof height);
        assert_int_equal(height, i);
        fixture_submit(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 5, i));
    }
    close(ask[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_submit_limits(void **state)
{
    (void)state;
    static uint8_t bytes[TX_SIZE_MAX + 1];
    struct ledger_receipt receipts[2];
    const struct ledger_bytes txs[] = {{bytes, 1}, {bytes, sizeof bytes}};
    assert_int_equal(store_submit(fixture.store, bytes, sizeof bytes, receipts), ROAM_E_LIMIT);
    assert_int_equal(store_submit_many(fixture.store, txs, 2, receipts), ROAM_E_LIMIT);
    assert_int_equal(store_submit_many(fixture.store, NULL, 0, NULL), ROAM_OK);
    assert_int_equal(ledger_head(store_read_begin(fixture.store))->height, 0);
    store_read_end(fixture.store);
    assert_int_equal(store_submit(fixture.store, bytes, sizeof bytes - 1, receipts), ROAM_OK);
    assert_int_equal(receipts[0].outcome, LEDGER_MALFORMED);
    assert_int_equal(store_submit(fixture.store, bytes, 0, receipts), ROAM_OK);
    assert_int_equal(receipts[0].outcome, LEDGER_MALFORMED);
    count_negative += 4;
}

static void test_block_time(void **state)
{
    (void)state;
    const struct market *m = &fixture.market;
    assert_int_equal(fixture_submit(&fixture, make_register(m, &fixture.pair.home)).time_s, 1000);
    fixture.now_s = 900; /* a clock set back */
    assert_int_equal(fixture_submit(&fixture, make_register(m, &fixture.pair.visited)).time_s, 1000);
    fixture.now_s = 1001;
    assert_int_equal(fixture_submit(&fixture, make_deposit(m, &fixture.pair.home, 5, 1)).time_s, 1001);
    fixture.now_s = 5;
    fixture_reopen(&fixture);
    assert_int_equal(fixture_submit(&fixture, make_deposit(m, &fixture.pair.home, 5, 2)).time_s, 1001);
}

static void assert_same_receipt(const struct ledger_receipt *a, const struct ledger_receipt *b)
{
    uint8_t x[LEDGER_RECEIPT_SIZE], y[LEDGER_RECEIPT_SIZE];
    ledger_receipt_serialize(x, a);
    ledger_receipt_serialize(y, b);
    assert_memory_equal(x, y, sizeof x);
}

static void test_accepted_again(void **state)
{
    (void)state;
    struct ledger_receipt again;
    struct ledger_bytes tx = make_register(&fixture.market, &fixture.pair.home);
    struct ledger_receipt first;
    assert_int_equal(store_submit(fixture.store, tx.bytes, tx.size, &first), ROAM_OK);
    assert_int_equal(first.outcome, LEDGER_ACCEPTED);
    for (int reopen = 0; reopen < 2; reopen++) {
        assert_int_equal(store_submit(fixture.store, tx.bytes, tx.size, &again), ROAM_OK);
        assert_same_receipt(&again, &first);
        fixture_reopen(&fixture);
    }
    uint8_t *altered = (uint8_t *)(uintptr_t)tx.bytes; /* the signature is not part of the id */
    altered[tx.size - 1] ^= 1;
    assert_int_equal(store_submit(fixture.store, altered, tx.size, &again), ROAM_OK);
    assert_same_receipt(&again, &first);
    altered[40] ^= 1;
    assert_int_equal(store_submit(fixture.store, altered, tx.size, &again), ROAM_OK);
    assert_int_not_equal(again.outcome, LEDGER_ACCEPTED);
    made_free(tx);
    count_negative++;
}

static void test_refused_again(void **state)
{
    (void)state;
    const struct market *m = &fixture.market;
    struct ledger_receipt receipts[4], stored;
    fixture_accept(&fixture, make_register(m, &fixture.pair.home));
    struct ledger_bytes tx = make_withdraw(m, &fixture.pair.home, 100, 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_submit(fixture.store, tx.bytes, tx.size, &receipts[i]), ROAM_OK);
        assert_int_equal(receipts[i].outcome, LEDGER_INSUFFICIENT_FUNDS);
    }
    assert_int_equal(receipts[1].index, receipts[0].index + 1);
    fixture_accept(&fixture, make_deposit(m, &fixture.pair.home, 100, 1));
    for (int i = 2; i < 4; i++)
        assert_int_equal(store_submit(fixture.store, tx.bytes, tx.size, &receipts[i]), ROAM_OK);
    assert_int_equal(receipts[2].outcome, LEDGER_ACCEPTED);
    assert_same_receipt(&receipts[3], &receipts[2]);
    assert_int_equal(store_receipt_by_tx(fixture.store, &receipts[2].tx, &stored), ROAM_OK);
    assert_same_receipt(&stored, &receipts[2]);
    assert_int_equal(store_receipt_by_index(fixture.store, receipts[0].index, &stored), ROAM_OK);
    assert_same_receipt(&stored, &receipts[0]);
    made_free(tx);
}

/* All orders of a good transaction, its copy, the same with a broken signature and its unsigned bytes alone,
 * in one call and in four: the good one is accepted once, and its receipt answers whoever carries its id from
 * then on. */
static void check_order(const int order[4], bool together)
{
    struct ledger_bytes good = make_deposit(&fixture.market, &fixture.pair.home, 7, 1000 + (uint64_t)rand());
    uint8_t *broken = malloc(good.size);
    assert_non_null(broken);
    memcpy(broken, good.bytes, good.size);
    broken[good.size - 1] ^= 1;
    const struct ledger_bytes kinds[4] = {good, good, {broken, good.size}, {good.bytes, good.size - 64}};
    struct ledger_bytes txs[4];
    struct ledger_receipt receipts[4], stored;
    for (int i = 0; i < 4; i++) txs[i] = kinds[order[i]];
    if (together) {
        assert_int_equal(store_submit_many(fixture.store, txs, 4, receipts), ROAM_OK);
    } else {
        for (int i = 0; i < 4; i++)
            assert_int_equal(store_submit(fixture.store, txs[i].bytes, txs[i].size, &receipts[i]), ROAM_OK);
    }
    const struct ledger_receipt *accepted = NULL;
    for (int i = 0; i < 4; i++) {
        if (order[i] == 3) {
            assert_int_equal(receipts[i].outcome, LEDGER_MALFORMED);
        } else if (order[i] == 2 && accepted == NULL && receipts[i].outcome != LEDGER_ACCEPTED) {
            assert_int_equal(receipts[i].outcome, LEDGER_BAD_SIGNATURE);
        } else {
            assert_int_equal(receipts[i].outcome, LEDGER_ACCEPTED);
            if (accepted != NULL) assert_same_receipt(&receipts[i], accepted);
            accepted = &receipts[i];
        }
    }
    assert_non_null(accepted);
    roam_id id = made_id(&good);
    assert_int_equal(store_receipt_by_tx(fixture.store, &id, &stored), ROAM_OK);
    assert_same_receipt(&stored, accepted);
    free(broken);
    made_free(good);
    count_property++;
}

static void test_duplicates_in_every_order(void **state)
{
    (void)state;
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    for (int code = 0; code < 256; code++) {
        const int order[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
        int seen = 0;
        for (int i = 0; i < 4; i++) seen |= 1 << order[i];
        if (seen != 15) continue;
        check_order(order, false);
        check_order(order, true);
    }
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
}

enum { THREADS = 8, DEPOSITS = 40 };

struct duplicator {
    pthread_t thread;
    struct ledger_bytes *txs;
    struct ledger_receipt receipts[DEPOSITS];
    uint64_t seed;
};

static void *submit_shuffled(void *context)
{
    struct duplicator *d = context;
    struct roam_prng prng = {d->seed};
    size_t start = (size_t)prng_below(&prng, DEPOSITS);
    for (size_t i = 0; i < DEPOSITS; i++) {
        size_t at = (start + i * 7) % DEPOSITS;
        ROAM_ASSERT(store_submit(fixture.store, d->txs[at].bytes, d->txs[at].size, &d->receipts[at]) ==
                    ROAM_OK);
    }
    return NULL;
}

/* Every thread sends every deposit: each is accepted once, and all threads get the same receipt. */
static void test_duplicates_from_threads(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    static struct duplicator duplicators[THREADS];
    struct ledger_bytes txs[DEPOSITS];
    struct store_totals totals;
    size_t count;
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    for (size_t i = 0; i < DEPOSITS; i++) txs[i] = make_deposit(&fixture.market, &fixture.pair.home, 3, i);
    for (size_t i = 0; i < THREADS; i++) {
        duplicators[i].txs = txs;
        duplicators[i].seed = prng_u64(&prng);
        assert_int_equal(pthread_create(&duplicators[i].thread, NULL, submit_shuffled, &duplicators[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) assert_int_equal(pthread_join(duplicators[i].thread, NULL), 0);
    for (size_t at = 0; at < DEPOSITS; at++) {
        assert_int_equal(duplicators[0].receipts[at].outcome, LEDGER_ACCEPTED);
        for (size_t i = 1; i < THREADS; i++)
            assert_same_receipt(&duplicators[i].receipts[at], &duplicators[0].receipts[at]);
        made_free(txs[at]);
        count_property++;
    }
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_OK);
    assert_int_equal(totals.deposits, 3 * DEPOSITS);
    assert_int_equal(totals.available, 3 * DEPOSITS);
}

static void test_submit_many_over_blocks(void **state)
{
    (void)state;
    enum { COUNT = 250 };
    struct ledger_bytes txs[COUNT];
    static struct ledger_receipt receipts[COUNT];
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    for (size_t i = 0; i < COUNT; i++) txs[i] = make_deposit(&fixture.market, &fixture.pair.home, 1, i);
    assert_int_equal(store_submit_many(fixture.store, txs, COUNT, receipts), ROAM_OK);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(receipts[i].outcome, LEDGER_ACCEPTED);
        assert_int_equal(receipts[i].index, 1 + i);
        assert_int_equal(receipts[i].height, 2 + i / fixture.options.block_txs_max);
        made_free(txs[i]);
    }
}

static void test_reads(void **state)
{
    (void)state;
    struct ledger_account account;
    struct ledger_agreement agreement;
    struct ledger_session session;
    roam_id id;
    fixture_fill(&fixture);
    const struct ledger *before = store_read_begin(fixture.store);
    assert_int_equal(
        ledger_get_account(&account, before, &fixture.pair.home.operator_id, &fixture.market.currency),
        ROAM_OK);
    assert_int_equal(account.available_minor, 500000);
    assert_int_equal(ledger_get_agreement(&agreement, before, &fixture.pair.agreement), ROAM_OK);
    assert_int_equal(agreement.held_minor, 4000);
    assert_int_equal(agreement.earned_minor, 500);
    assert_int_equal(agreement.available_minor, 500000 - 4000 - 2500);
    tx_session_id(&id, &fixture.pair.agreement, 1);
    assert_int_equal(ledger_get_session(&session, before, &id), ROAM_OK);
    assert_int_equal(session.state, SESSION_SETTLED);

    fixture_accept(&fixture,
                   make_deposit(&fixture.market, &fixture.pair.home, 1, 2)); /* while a read lasts */
    const struct ledger *after = store_read_begin(fixture.store);
    assert_int_equal(ledger_head(after)->height, FIXTURE_FILL_TXS + 1);
    assert_int_equal(
        ledger_get_account(&account, after, &fixture.pair.home.operator_id, &fixture.market.currency),
        ROAM_OK);
    assert_int_equal(account.available_minor, 500001);
    store_read_end(fixture.store);
    assert_int_equal(ledger_head(before)->height, FIXTURE_FILL_TXS);
    assert_int_equal(
        ledger_get_account(&account, before, &fixture.pair.home.operator_id, &fixture.market.currency),
        ROAM_OK);
    assert_int_equal(account.available_minor, 500000);
    store_read_end(fixture.store);
}

static atomic_bool reading;

/* What a reader sees belongs together: each deposit is 1 and leaves one receipt, after the registration's. */
static void *read_while_written(void *context)
{
    uint64_t last = 0;
    (void)context;
    do {
        struct ledger_account account = {0};
        const struct ledger *ledger = store_read_begin(fixture.store);
        ROAM_ASSERT(ledger != NULL);
        uint64_t receipts = ledger_head(ledger)->receipts.size;
        (void)!ledger_get_account(&account, ledger, &fixture.pair.home.operator_id, &fixture.market.currency);
        ROAM_ASSERT(account.available_minor == receipts - 1 && receipts >= last);
        last = receipts;
        store_read_end(fixture.store);
    } while (atomic_load(&reading));
    return NULL;
}

static void test_reads_while_written(void **state)
{
    (void)state;
    pthread_t threads[3];
    fixture_accept(&fixture, make_register(&fixture.market, &fixture.pair.home));
    atomic_store(&reading, true);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_while_written, NULL), 0);
    for (uint64_t i = 0; i < 60; i++)
        fixture_accept(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 1, i));
    atomic_store(&reading, false);
    for (size_t i = 0; i < 3; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static enum roam_err verify_inclusion(const struct ledger_receipt *receipt, const struct merkle_proof *proof,
                                      const struct ledger_head *head)
{
    uint8_t bytes[LEDGER_RECEIPT_SIZE], leaf[32], root[32];
    ledger_receipt_serialize(bytes, receipt);
    merkle_leaf_hash(leaf, bytes, sizeof bytes);
    merkle_log_root(root, &head->receipts);
    return merkle_inclusion_verify(root, receipt->index, head->receipts.size, leaf, proof);
}

static void test_receipts(void **state)
{
    (void)state;
    struct ledger_receipt receipt, altered;
    struct merkle_proof proof;
    struct ledger_head head;
    roam_id unknown = {{1}};
    fixture_fill(&fixture);
    for (uint64_t i = 0; i < FIXTURE_FILL_TXS; i++) {
        assert_int_equal(store_receipt_by_index(fixture.store, i, &receipt), ROAM_OK);
        assert_int_equal(store_receipt_prove(fixture.store, i, &proof, &head), ROAM_OK);
        assert_int_equal(verify_inclusion(&receipt, &proof, &head), ROAM_OK);
        altered = receipt;
        altered.amount_minor++;
        assert_int_equal(verify_inclusion(&altered, &proof, &head), ROAM_E_VERIFY);
        altered = receipt;
        altered.index ^= 1; /* another place, or behind the end */
        assert_int_not_equal(verify_inclusion(&altered, &proof, &head), ROAM_OK);
        proof.hash[0][5] ^= 1;
        assert_int_equal(verify_inclusion(&receipt, &proof, &head), ROAM_E_VERIFY);
        count_property++;
        count_negative += 3;
    }
    assert_int_equal(store_receipt_by_index(fixture.store, FIXTURE_FILL_TXS, &receipt), ROAM_E_NOTFOUND);
    assert_int_equal(store_receipt_by_tx(fixture.store, &unknown, &receipt), ROAM_E_NOTFOUND);
    assert_int_equal(store_receipt_prove(fixture.store, FIXTURE_FILL_TXS, &proof, &head), ROAM_E_NOTFOUND);
    count_negative += 3;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_create_refused),
        TEST(test_create_in_empty_folder),
        TEST(test_open_missing),
        TEST(test_open_version),
        TEST(test_open_meta_mismatch),
        TEST(test_open_busy),
        TEST(test_read_only),
        TEST(test_read_only_follows),
        TEST(test_submit_limits),
        TEST(test_block_time),
        TEST(test_accepted_again),
        TEST(test_refused_again),
        TEST(test_duplicates_in_every_order),
        TEST(test_duplicates_from_threads),
        TEST(test_submit_many_over_blocks),
        TEST(test_reads),
        TEST(test_reads_while_written),
        TEST(test_receipts),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
