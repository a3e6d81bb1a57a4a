/* Transactions read together against the same read one by one. */
#include "prop.h"

#include "market.h"
#include "tx_points.h"

#include <string.h>

enum { TXS = 60, OPEN_KEY = 4 + 1 + 32 + 32 + 8 + 2 + 8, COMMIT_R8 = 4 + 1 + 32 + 32 + 2 + 48 };

static struct market market;
static struct pair pair;

struct reading {
    struct ledger_bytes txs[TXS];
    size_t count;
    struct tx tx[TXS];
    enum roam_err err[TXS];
    void *scratch[TXS];
};

/* The bytes are the reading's own. */
static uint8_t *writable(const struct reading *r, size_t i) { return (uint8_t *)(uintptr_t)r->txs[i].bytes; }

static void add(struct reading *r, struct ledger_bytes tx)
{
    assert_true(r->count < TXS);
    r->scratch[r->count] = malloc(tx_parse_scratch_size(tx.size));
    assert_non_null(r->scratch[r->count]);
    r->txs[r->count++] = tx;
}

static void read_together(struct reading *r)
{
    struct tx_points points = {0};
    for (size_t i = 0; i < r->count; i++)
        tx_points_parse(&points, &r->tx[i], &r->err[i], r->txs[i].bytes, r->txs[i].size, r->scratch[i]);
    tx_points_end(&points);
}

/* Returns how many are refused. What is accepted has the same bytes again, so every field was read. */
static size_t check_as_one_by_one(const struct reading *r)
{
    size_t refused = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct tx alone;
        uint8_t *again = malloc(r->txs[i].size);
        void *scratch = malloc(tx_parse_scratch_size(r->txs[i].size));
        size_t size;
        assert_true(again != NULL && scratch != NULL);
        const enum roam_err err = tx_parse(&alone, r->txs[i].bytes, r->txs[i].size, scratch, NULL);
        assert_int_equal(err == ROAM_OK, r->err[i] == ROAM_OK);
        if (err == ROAM_OK) {
            assert_true(roam_id_equal(&alone.id, &r->tx[i].id));
            assert_int_equal(tx_serialize(again, r->txs[i].size, &size, &r->tx[i]), ROAM_OK);
            assert_true(size == r->txs[i].size && memcmp(again, r->txs[i].bytes, size) == 0);
        }
        refused += err != ROAM_OK;
        free(again);
        free(scratch);
    }
    count_negative += refused;
    count_property += r->count - refused;
    return refused;
}

static void reading_free(struct reading *r)
{
    for (size_t i = 0; i < r->count; i++) {
        free(writable(r, i));
        free(r->scratch[i]);
    }
    memset(r, 0, sizeof *r);
}

static void add_any(struct reading *r, struct roam_prng *prng)
{
    const uint64_t serial = prng_below(prng, 1000);
    const size_t count = prng_below(prng, 4) > 0 ? 1 : prng_below(prng, 20);
    const uint64_t kind = prng_below(prng, 9);
    if (kind < 3)
        add(r, make_session_open(&market, &pair, serial, count, 5));
    else if (kind < 6)
        add(r, make_usage_commit(&market, &pair, serial, count, 7));
    else if (kind == 6)
        add(r, make_expire(&market, &pair, serial, count));
    else if (kind == 7)
        add(r, make_settle(&market, &pair, serial, count, 5, 7, 1));
    else
        add(r, make_register(&market, &pair.home));
}

static void test_as_one_by_one(void **state)
{
    (void)state;
    static struct reading r;
    struct roam_prng prng = prop_prng();
    size_t refused = 0;
    for (int round = 0; round < 12; round++) {
        const size_t count = (size_t)round * 5;
        while (r.count < count) add_any(&r, &prng);
        for (size_t i = 0; i < r.count; i++)
            if (round % 3 > 0 && prng_below(&prng, 3) > 0)
                writable(&r, i)[prng_below(&prng, r.txs[i].size)] ^= (uint8_t)(1 << prng_below(&prng, 8));
        read_together(&r);
        refused += check_as_one_by_one(&r);
        reading_free(&r);
    }
    assert_true(refused > 20); /* among them wrong points */
}

/* Of one transaction of test_wrong_point; returns the error. */
static enum roam_err spoil(const struct reading *r, size_t i)
{
    const uint8_t identity[32] = {1};
    uint8_t *bytes = writable(r, i);
    uint8_t *proof = bytes + r->txs[i].size - TX_SIGNATURE_SIZE - 1 - GROTH16_PROOF_SIZE;
    switch (i % 3) {
    case 0:
        memcpy(bytes + OPEN_KEY, identity, sizeof identity); /* a point that no key may be */
        return ROAM_E_POINT;
    case 1:
        memset(bytes + COMMIT_R8 + 32, 0xff, 32); /* S not below l */
        return ROAM_E_RANGE;
    default:
        memset(proof + 64 * (i % 4), 0, 64); /* A or C at infinity, or half of B is zeros */
        return ROAM_E_POINT;
    }
}

/* The wrong one is refused alone, wherever it waits in its group, and for what is wrong with it. */
static void test_wrong_point(void **state)
{
    (void)state;
    static struct reading r;
    static uint8_t kept[1024];
    for (uint64_t i = 0; i < 18; i++) {
        add(&r, make_session_open(&market, &pair, i, 1, 5));
        add(&r, make_usage_commit(&market, &pair, i, 1, 7));
        add(&r, make_settle(&market, &pair, i, 1, 5, 7, 1));
    }
    for (size_t bad = 0; bad < r.count; bad++) {
        const size_t size = r.txs[bad].size;
        assert_true(size <= sizeof kept);
        memcpy(kept, r.txs[bad].bytes, size);
        const enum roam_err expected = spoil(&r, bad);
        read_together(&r);
        for (size_t i = 0; i < r.count; i++) assert_int_equal(r.err[i], i != bad ? ROAM_OK : expected);
        memcpy(writable(&r, bad), kept, size);
        count_negative++;
    }
    read_together(&r);
    assert_int_equal(check_as_one_by_one(&r), 0);
    reading_free(&r);
}

/* Several wrong points in one long list, in two of its groups. */
static void test_long_lists(void **state)
{
    (void)state;
    static struct reading r;
    add(&r, make_session_open(&market, &pair, 0, 200, 5));
    add(&r, make_usage_commit(&market, &pair, 0, 200, 7));
    add(&r, make_session_open(&market, &pair, 200, 3, 5));
    read_together(&r);
    assert_int_equal(check_as_one_by_one(&r), 0);
    for (size_t i = 10; i < 200; i += 180) {
        memset(writable(&r, 0) + OPEN_KEY + i * TX_OPEN_ITEM_SIZE, 0xff, 32);
        memset(writable(&r, 1) + COMMIT_R8 + i * TX_COMMIT_ITEM_SIZE, 0xff, 32);
    }
    read_together(&r);
    assert_int_equal(check_as_one_by_one(&r), 2);
    assert_int_equal(r.err[0], ROAM_E_RANGE);
    assert_int_equal(r.err[1], ROAM_E_RANGE);
    assert_int_equal(r.err[2], ROAM_OK);
    reading_free(&r);
}

/* Bytes too few for a type, and none. */
static void test_no_transaction(void **state)
{
    (void)state;
    struct tx_points points = {0};
    struct tx tx;
    enum roam_err err[3];
    uint8_t scratch[16];
    tx_points_parse(&points, &tx, &err[0], (const uint8_t *)"", 0, scratch);
    tx_points_parse(&points, &tx, &err[1], (const uint8_t *)"rtx1", 4, scratch);
    tx_points_parse(&points, &tx, &err[2], (const uint8_t *)"rtx1\x0a", 5, scratch);
    tx_points_end(&points);
    for (int i = 0; i < 3; i++) assert_int_equal(err[i], ROAM_E_FORMAT);
    count_negative += 3;
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_one_by_one),
        cmocka_unit_test(test_wrong_point),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_no_transaction),
    };
    market_init(&market);
    pair_init(&pair, &market, 1);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
