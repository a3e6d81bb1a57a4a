/* What a store finds out about itself: verify, replay and audit agree with what was done, and notice what was
 * altered behind their back. */
#include "store_fixture.h"

#include <lmdb.h>
#include <sys/wait.h>

static struct store_fixture fixture;

static int setup(void **state)
{
    (void)state;
    fixture_setup(&fixture);
    fixture_fill(&fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_teardown(&fixture);
    return 0;
}

static void test_audit(void **state)
{
    (void)state;
    struct store_totals t[2];
    size_t count;
    assert_int_equal(store_audit(fixture.store, t, 2, &count, NULL), ROAM_OK);
    assert_int_equal(count, 1);
    assert_memory_equal(&t[0].currency, &fixture.market.currency, sizeof t[0].currency);
    assert_int_equal(t[0].accounts, 2);
    assert_int_equal(t[0].deposits, 1000000);
    assert_int_equal(t[0].withdrawals, 1500);
    assert_int_equal(t[0].held, 4000);
    assert_int_equal(t[0].earned, 500);
    assert_int_equal(t[0].available, 1000000 - 1500 - 4000 - 500);
    const uint64_t sessions[6] = {[SESSION_OPEN] = 2, [SESSION_COMMITTED] = 2, [SESSION_SETTLED] = 4};
    assert_memory_equal(t[0].sessions, sessions, sizeof sessions);
    assert_int_equal(store_audit(fixture.store, t, 0, &count, NULL), ROAM_E_LIMIT);
    count_negative++;
}

/* Several currencies come in the order of their codes. */
static void test_audit_currencies(void **state)
{
    (void)state;
    struct store_totals t[4];
    size_t count;
    const struct tx_currency currencies[] = {{"USD", 2}, {"CHF", 2}, {"EUR", 3}};
    for (size_t i = 0; i < 3; i++) {
        fixture.market.currency = currencies[i];
        fixture_accept(&fixture, make_deposit(&fixture.market, &fixture.pair.home, 10 + i, 100 + i));
    }
    assert_int_equal(store_audit(fixture.store, t, 4, &count, NULL), ROAM_OK);
    assert_int_equal(count, 4);
    assert_string_equal(t[0].currency.code, "CHF");
    assert_int_equal(t[1].currency.decimals, 2);
    assert_int_equal(t[2].currency.decimals, 3);
    assert_int_equal(t[2].deposits, 12);
    assert_string_equal(t[3].currency.code, "USD");
}

static void test_replay(void **state)
{
    (void)state;
    uint64_t blocks;
    struct roam_diag diag = {""};
    assert_int_equal(store_replay(fixture.store, &blocks, &diag), ROAM_OK);
    assert_int_equal(blocks, FIXTURE_FILL_TXS);
    assert_string_equal(diag.text, "");
}

/* Random transactions in blocks of many sizes, good and bad ones mixed. */
static struct ledger_bytes random_transaction(struct roam_prng *prng, uint64_t *serial)
{
    const struct market *m = &fixture.market;
    uint64_t at = *serial;
    switch (prng_below(prng, 8)) {
    case 0:
        return make_withdraw(m, &fixture.pair.home, 1 + prng_below(prng, 500), 1 + prng_below(prng, 20));
    case 1:
        return make_move(m, &fixture.pair, TX_AGREEMENT_RELEASE, 1 + prng_below(prng, 50),
                         2 + prng_below(prng, 9));
    case 2:
    case 3:
        *serial += 1 + prng_below(prng, 3);
        return make_session_open(m, &fixture.pair, at, 1 + prng_below(prng, 3), 1 + prng_below(prng, 900));
    case 4:
        return make_usage_commit(m, &fixture.pair, at - 1 - prng_below(prng, 9), 1, 2);
    case 5:
        return make_settle(&fixture.market, &fixture.pair, at - 1 - prng_below(prng, 9), 1, 1000, 2, 1);
    default:
        return make_deposit(m, &fixture.pair.home, 1 + prng_below(prng, 1000), prng_below(prng, 60));
    }
}

static void test_random_history(void **state)
{
    (void)state;
    enum { MANY = 40, ROUNDS = 12 };
    struct roam_prng prng = prop_prng();
    uint64_t serial = 100, blocks, accepted = 0;
    struct store_totals totals;
    size_t count;
    for (int round = 0; round < ROUNDS; round++) {
        struct ledger_bytes txs[MANY];
        struct ledger_receipt receipts[MANY];
        for (size_t i = 0; i < MANY; i++) txs[i] = random_transaction(&prng, &serial);
        fixture.now_s += prng_below(&prng, 100);
        fixture.options.block_txs_max = 1 + prng_below(&prng, MANY);
        fixture_reopen(&fixture);
        assert_int_equal(store_submit_many(fixture.store, txs, MANY, receipts), ROAM_OK);
        for (size_t i = 0; i < MANY; i++) {
            accepted += receipts[i].outcome == LEDGER_ACCEPTED;
            made_free(txs[i]);
        }
        assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_OK);
        count_property += MANY;
    }
    assert_in_range(accepted, ROUNDS * MANY / 10, ROUNDS * MANY * 9 / 10);
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
    assert_int_equal(store_replay(fixture.store, &blocks, NULL), ROAM_OK);
}

static void flip_value(const char *table, const void *key, size_t key_size, size_t at, uint8_t flip)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val k = {key_size, (void *)(uintptr_t)key}, v;
    uint8_t value[8192];
    ROAM_ASSERT(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 8) == 0 &&
                mdb_env_set_mapsize(env, (size_t)1 << 30) == 0 &&
                mdb_env_open(env, fixture.path, 0, 0600) == 0);
    ROAM_ASSERT(mdb_txn_begin(env, NULL, 0, &txn) == 0 && mdb_dbi_open(txn, table, 0, &dbi) == 0);
    ROAM_ASSERT(mdb_get(txn, dbi, &k, &v) == 0 && v.mv_size <= sizeof value && at < v.mv_size);
    memcpy(value, v.mv_data, v.mv_size);
    value[at] ^= flip;
    v.mv_data = value;
    ROAM_ASSERT(mdb_put(txn, dbi, &k, &v, 0) == 0 && mdb_txn_commit(txn) == 0);
    mdb_env_close(env);
}

/* A write behind the store's back, from another process as LMDB demands. */
static void alter(const char *table, const void *key, size_t key_size, size_t at, uint8_t flip)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        flip_value(table, key, key_size, at, flip);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void account_key(uint8_t key[42], const roam_id *operator)
{
    key[0] = 'a';
    memcpy(key + 1, operator->byte, 32);
    memcpy(key + 33, fixture.market.currency.code, TX_CURRENCY_SIZE);
    key[41] = fixture.market.currency.decimals;
}

static void test_altered_record(void **state)
{
    (void)state;
    uint8_t key[42];
    account_key(key, &fixture.pair.visited.operator_id);
    fixture_close(&fixture);
    for (unsigned bit = 0; bit < 8; bit++) {
        struct roam_diag diag = {""};
        alter("records", key, sizeof key, 1, (uint8_t)(1 << bit));
        assert_int_equal(fixture_open(&fixture, &diag), ROAM_E_MISMATCH);
        assert_true(diag.text[0] != 0);
        alter("records", key, sizeof key, 1, (uint8_t)(1 << bit));
        count_negative++;
    }
    fixture_reopen(&fixture);
}

static void expect_checks(enum roam_err verify, enum roam_err replay)
{
    uint64_t blocks;
    struct roam_diag diag = {""}, replay_diag = {""};
    assert_int_equal(store_verify(fixture.store, &diag), verify);
    assert_int_equal(diag.text[0] != 0, verify != ROAM_OK);
    assert_int_equal(store_replay(fixture.store, &blocks, &replay_diag), replay);
    assert_int_equal(replay_diag.text[0] != 0, replay != ROAM_OK);
}

/* Flips one bit, lets the checks find it, and flips it back. */
static void expect_found(const char *table, const void *key, size_t key_size, size_t at, enum roam_err verify,
                         enum roam_err replay)
{
    alter(table, key, key_size, at, 1);
    expect_checks(verify, replay);
    alter(table, key, key_size, at, 1);
    count_negative++;
}

static void test_altered_balance(void **state)
{
    (void)state;
    struct store_totals totals;
    size_t count;
    uint8_t key[42];
    account_key(key, &fixture.pair.visited.operator_id);
    alter("records", key, sizeof key, 1, 1);
    expect_checks(ROAM_E_MISMATCH, ROAM_E_MISMATCH);
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_E_MISMATCH);
    count_negative += 3;
}

static void test_altered_session(void **state)
{
    (void)state;
    struct store_totals totals;
    size_t count;
    roam_id id;
    uint8_t key[33] = {'s'};
    tx_session_id(&id, &fixture.pair.agreement, 7);
    memcpy(key + 1, id.byte, 32);
    alter("records", key, sizeof key, 1 + 32 + 8, SESSION_OPEN ^ SESSION_REFUNDED);
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_E_MISMATCH);
    alter("records", key, sizeof key, 1 + 32 + 8, 0x80); /* no such state */
    assert_int_equal(store_audit(fixture.store, &totals, 1, &count, NULL), ROAM_E_MISMATCH);
    count_negative += 2;
}

static void test_altered_log(void **state)
{
    (void)state;
    struct ledger_receipt receipt;
    const uint8_t three[8] = {[7] = 3}, node[9] = {1};
    expect_checks(ROAM_OK, ROAM_OK);
    for (size_t at = 0; at < LEDGER_RECEIPT_SIZE; at += 5)
        expect_found("receipts", three, sizeof three, at, ROAM_E_MISMATCH, ROAM_E_MISMATCH);
    /* A replay does not look at what only serves look-ups and proofs. */
    expect_found("nodes", node, sizeof node, 0, ROAM_E_MISMATCH, ROAM_OK);
    assert_int_equal(store_receipt_by_index(fixture.store, 3, &receipt), ROAM_OK);
    expect_found("receipt_by_tx", receipt.tx.byte, 32, 0, ROAM_E_MISMATCH, ROAM_OK);
    expect_found("blocks", three, sizeof three, 0, ROAM_E_MISMATCH, ROAM_E_MISMATCH); /* time */
    expect_found("blocks", three, sizeof three, 40, ROAM_E_MISMATCH,
                 ROAM_E_MISMATCH); /* number of transactions */
    expect_found("blocks", three, sizeof three, 44, ROAM_E_MISMATCH, ROAM_E_MISMATCH); /* size of the first */
    expect_found("blocks", three, sizeof three, 44 + 4 + 60, ROAM_E_MISMATCH, ROAM_E_MISMATCH); /* its body */
    expect_found("blocks", three, sizeof three, 8, ROAM_OK, ROAM_E_MISMATCH); /* an app hash on the way */
    expect_checks(ROAM_OK, ROAM_OK);
}

/* One byte of the file at a time: whatever is flipped in the present value of a record is found. */
static void flip_in_file(const uint8_t *pattern, size_t size, size_t at)
{
    char path[128];
    static uint8_t file[4 << 20];
    snprintf(path, sizeof path, "%s/data.mdb", fixture.path);
    FILE *stream = fopen(path, "r+b");
    assert_non_null(stream);
    size_t length = fread(file, 1, sizeof file, stream);
    assert_true(length < sizeof file);
    size_t found = 0;
    for (size_t i = 0; i + size <= length; i++) {
        if (memcmp(file + i, pattern, size) != 0) continue;
        assert_int_equal(fseek(stream, (long)(i + at), SEEK_SET), 0);
        assert_int_equal(fputc(file[i + at] ^ 0x10, stream), file[i + at] ^ 0x10);
        found++;
    }
    assert_int_equal(fclose(stream), 0);
    assert_true(found > 0);
}

static void test_flipped_byte(void **state)
{
    (void)state;
    uint8_t key[33] = {'o'}, flipped[33];
    memcpy(key + 1, fixture.pair.visited.operator_id.byte, 32);
    for (size_t at = 0; at < sizeof key; at += 4) { /* in the key of a record, wherever a page has it */
        fixture_close(&fixture);
        memcpy(flipped, key, sizeof key);
        flipped[at] ^= 0x10;
        flip_in_file(key, sizeof key, at);
        assert_int_equal(fixture_open(&fixture, NULL), ROAM_E_MISMATCH);
        flip_in_file(flipped, sizeof flipped, at);
        fixture_reopen(&fixture);
        count_negative++;
    }
}

static void write_file(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
}

/* Opens what is left of the store: true if it is whole. */
static bool is_whole(void)
{
    uint64_t blocks;
    if (fixture_open(&fixture, NULL) != ROAM_OK) return false;
    bool verified = store_verify(fixture.store, NULL) == ROAM_OK;
    bool replayed = store_replay(fixture.store, &blocks, NULL) == ROAM_OK && blocks == FIXTURE_FILL_TXS;
    assert_true(replayed || !verified); /* what verify accepts can be replayed */
    fixture_close(&fixture);
    return verified && replayed;
}

/* The file cut at every page and in the middle of every page: refused by open or by verify, unless the pages
 * that are gone were free. */
static void test_cut_file(void **state)
{
    (void)state;
    static uint8_t file[1 << 20];
    char path[128];
    size_t whole = 0;
    snprintf(path, sizeof path, "%s/data.mdb", fixture.path);
    fixture_close(&fixture);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    size_t size = fread(file, 1, sizeof file, stream);
    fclose(stream);
    assert_in_range(size, 20 * 4096, sizeof file - 1);
    for (size_t cut = 0; cut < size; cut += 2048) {
        write_file(path, file, cut);
        if (is_whole()) whole++;
        count_negative++;
    }
    assert_in_range(whole, 0, size / 2048 / 3);
    write_file(path, file, size);
    assert_true(is_whole());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_audit),           TEST(test_audit_currencies), TEST(test_replay),
        TEST(test_random_history),  TEST(test_altered_record),   TEST(test_altered_balance),
        TEST(test_altered_session), TEST(test_altered_log),      TEST(test_flipped_byte),
        TEST(test_cut_file),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
