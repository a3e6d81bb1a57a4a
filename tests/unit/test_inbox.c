/* The entrance of a node: bounds, order, answers. */
#include "inbox_world.h"

#include "dies.h"
#include "endian.h"

static void test_limits(void **state)
{
    (void)state;
    struct answer answer, other;
    assert_int_equal(SUBMIT(&answer, 1, 2, 3, 4, 5, 6, 7, 8, 9), ROAM_E_LIMIT); /* can never fit */
    assert_int_equal(SUBMIT(&answer, 1, 2, 3, 4, 5, 6, 7), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 8, 9), ROAM_E_BUSY);
    assert_int_equal(SUBMIT(&other, 8), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 9), ROAM_E_BUSY);
    assert_int_equal(other.calls + answer.calls, 0);
    assert_int_equal(load_of().txs, 8);
    assert_int_equal(load_of().bytes, 8 * TX_BYTES);
    assert_int_equal(load_of().refused_busy, 9 + 2 + 1);
    PACKS(1, 2, 3, 4, 5, 6, 7, 8);
    assert_int_equal(SUBMIT(&other, 9), ROAM_E_BUSY); /* packed is not answered */
    settle(3, 0, LEDGER_ACCEPTED);
    assert_int_equal(SUBMIT(&other, 9), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 10), ROAM_E_BUSY);
    count_negative += 5;
}

static void test_limit_of_bytes(void **state)
{
    (void)state;
    struct answer answer, other;
    struct inbox_options options = defaults;
    options.bytes_max = 3 * TX_BYTES + 1;
    make_inbox(&options);
    assert_int_equal(SUBMIT(&answer, 1, 2, 3, 4), ROAM_E_LIMIT);
    assert_int_equal(SUBMIT(&answer, 1, 2), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 3, 4), ROAM_E_BUSY);
    assert_int_equal(SUBMIT(&other, 3), ROAM_OK);
    const struct ledger_bytes one[] = {{bytes_of[0], 1}}, two[] = {{bytes_of[0], 2}};
    assert_int_equal(inbox_submit(inbox, two, 1, done, &other), ROAM_E_BUSY);
    struct answer last = {0};
    assert_int_equal(inbox_submit(inbox, one, 1, done, &last), ROAM_OK);
    assert_int_equal(load_of().bytes, options.bytes_max);
    count_negative += 3;
}

static void test_answered_when_the_last_is(void **state)
{
    (void)state;
    struct answer answer, other;
    assert_int_equal(SUBMIT(&answer, 1, 2, 3), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 4), ROAM_OK);
    PACKS(1, 2, 3, 4);
    settle(2, 20, LEDGER_ACCEPTED);
    settle(9, 21, LEDGER_ACCEPTED); /* nobody waits for it */
    settle(3, 22, LEDGER_INSUFFICIENT_FUNDS);
    assert_int_equal(answer.calls, 0);
    settle(1, 23, LEDGER_ACCEPTED);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.err, ROAM_OK);
    assert_int_equal(answer.count, 3);
    const uint64_t indices[] = {23, 20, 22};
    for (size_t i = 0; i < 3; i++) assert_int_equal(answer.receipts[i].index, indices[i]);
    assert_int_equal(answer.receipts[2].outcome, LEDGER_INSUFFICIENT_FUNDS);
    settle(1, 24, LEDGER_ACCEPTED);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(other.calls, 0);
    assert_int_equal(load_of().txs, 1);
    assert_int_equal(load_of().answered, 3);
    assert_int_equal(load_of().taken, 4);
}

static void test_accepted_before(void **state)
{
    (void)state;
    struct answer answer;
    world.known[world.known_count++] = receipt_of(1, 5, LEDGER_ACCEPTED);
    world.known[world.known_count++] = receipt_of(2, 6, LEDGER_ACCEPTED);
    assert_int_equal(SUBMIT(&answer, 2, 1), ROAM_OK);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.receipts[0].index, 6);
    assert_int_equal(answer.receipts[1].index, 5);
    assert_int_equal(load_of().txs, 0);
    PACKS_NOTHING();
    assert_int_equal(SUBMIT(&answer, 1, 3, 2), ROAM_OK); /* only what is new is packed */
    assert_int_equal(answer.calls, 0);
    PACKS(3);
    settle(3, 9, LEDGER_ACCEPTED);
    assert_int_equal(answer.calls, 1);
    const uint64_t indices[] = {5, 9, 6};
    for (size_t i = 0; i < 3; i++) assert_int_equal(answer.receipts[i].index, indices[i]);
}

/* One transaction submitted by several, and twice by one: each is answered, once, with the same receipt. */
static void test_duplicates(void **state)
{
    (void)state;
    struct answer first, second, third;
    assert_int_equal(SUBMIT(&first, 1, 2), ROAM_OK);
    assert_int_equal(SUBMIT(&second, 1), ROAM_OK);
    assert_int_equal(SUBMIT(&third, 1, 1), ROAM_OK);
    PACKS(1, 2, 1, 1, 1);
    settle(1, 7, LEDGER_ACCEPTED);
    assert_int_equal(second.calls, 1);
    assert_int_equal(third.calls, 1);
    assert_int_equal(first.calls, 0);
    settle(2, 8, LEDGER_ACCEPTED);
    assert_int_equal(first.calls, 1);
    assert_int_equal(first.receipts[0].index, 7);
    assert_int_equal(second.receipts[0].index, 7);
    for (size_t i = 0; i < 2; i++) assert_int_equal(third.receipts[i].index, 7);
    assert_int_equal(load_of().txs, 0);
}

/* A refused copy is not the last word if the transaction was accepted earlier; else it is the answer, and
 * submitting again after it may be accepted. */
static void test_refusals(void **state)
{
    (void)state;
    struct answer answer;
    assert_int_equal(SUBMIT(&answer, 1), ROAM_OK);
    world.known[world.known_count++] = receipt_of(1, 5, LEDGER_ACCEPTED);
    settle(1, 6, LEDGER_SESSION_EXISTS);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.receipts[0].index, 5);
    assert_int_equal(answer.receipts[0].outcome, LEDGER_ACCEPTED);

    assert_int_equal(SUBMIT(&answer, 2), ROAM_OK);
    settle(2, 7, LEDGER_INSUFFICIENT_FUNDS);
    assert_int_equal(answer.receipts[0].outcome, LEDGER_INSUFFICIENT_FUNDS);
    assert_int_equal(SUBMIT(&answer, 2), ROAM_OK);
    assert_int_equal(answer.calls, 0);
    settle(2, 8, LEDGER_ACCEPTED);
    assert_int_equal(answer.receipts[0].index, 8);
    count_negative++;
}

/* Bytes that do not parse wait under one id and have a receipt with another. */
static void test_unparsed(void **state)
{
    (void)state;
    struct answer first, second;
    struct ledger_receipt receipt = {.index = 3, .outcome = LEDGER_MALFORMED};
    const roam_id id = receipt_of(1, 0, LEDGER_MALFORMED).tx;
    memset(receipt.tx.byte, 9, sizeof receipt.tx.byte);
    assert_int_equal(SUBMIT(&first, 1), ROAM_OK);
    assert_int_equal(SUBMIT(&second, 1, 2), ROAM_OK);
    inbox_settle(inbox, &receipt, 1);
    assert_int_equal(first.calls, 0);
    inbox_settle_unparsed(inbox, &id, &receipt);
    assert_int_equal(first.calls, 1);
    assert_int_equal(first.receipts[0].outcome, LEDGER_MALFORMED);
    assert_int_equal(first.receipts[0].index, 3);
    assert_int_equal(second.calls, 0);
    settle(2, 4, LEDGER_ACCEPTED);
    assert_int_equal(second.calls, 1);
    assert_int_equal(load_of().txs, 0);
    count_negative++;
}

static void test_close(void **state)
{
    (void)state;
    struct answer answer, other, known;
    world.known[world.known_count++] = receipt_of(9, 5, LEDGER_ACCEPTED);
    assert_int_equal(SUBMIT(&answer, 1, 2), ROAM_OK);
    inbox_close(inbox);
    assert_int_equal(SUBMIT(&other, 3), ROAM_E_BUSY);
    assert_int_equal(SUBMIT(&known, 9), ROAM_E_BUSY);
    assert_int_equal(other.calls + known.calls, 0);
    PACKS(1, 2); /* what waits goes on */
    settle(1, 1, LEDGER_ACCEPTED);
    settle(2, 2, LEDGER_ACCEPTED);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.err, ROAM_OK);
    count_negative += 2;
}

static void test_destroy_answers(void **state)
{
    (void)state;
    struct answer packed, waiting;
    assert_int_equal(SUBMIT(&packed, 1), ROAM_OK);
    PACKS(1);
    assert_int_equal(SUBMIT(&waiting, 2, 3), ROAM_OK);
    inbox_give_up(inbox);
    assert_int_equal(packed.calls, 1);
    assert_int_equal(waiting.err, ROAM_E_BUSY);
    assert_int_equal(SUBMIT(&packed, 4), ROAM_OK); /* giving up does not close */
    inbox_destroy(inbox);
    inbox = NULL;
    assert_int_equal(packed.calls, 1);
    assert_int_equal(packed.err, ROAM_E_BUSY);
    inbox_destroy(NULL);
    count_negative += 3;
}

/* Parcels end where the next transaction does not fit, and at PARCEL_TXS_MAX. */
static void test_order_in_parcels(void **state)
{
    (void)state;
    enum { COUNT = PARCEL_TXS_MAX + 100 };
    static uint8_t copies[COUNT][4], parcel[TX_SIZE_MAX + 9];
    static struct ledger_bytes txs[COUNT];
    static uint8_t large[TX_SIZE_MAX];
    static enum roam_err answers[2];
    struct inbox_options options = defaults;
    size_t size, count;
    struct parcel_reader reader;
    options.txs_max = COUNT;
    options.bytes_max = 2 * TX_SIZE_MAX;
    make_inbox(&options);
    for (uint32_t i = 0; i < COUNT; i++) {
        store_le32(copies[i], i);
        txs[i] = (struct ledger_bytes){copies[i], 4};
    }
    assert_int_equal(inbox_submit(inbox, txs, COUNT - 2, ignore, &answers[0]), ROAM_OK);
    for (uint32_t i = 0; i < COUNT - 2; i += (uint32_t)count) {
        assert_true(inbox_pack(inbox, parcel, &size));
        assert_int_equal(parcel_read_begin(&reader, parcel, size, &count), ROAM_OK);
        assert_int_equal(count, i == 0 ? PARCEL_TXS_MAX : COUNT - 2 - PARCEL_TXS_MAX);
        const uint8_t *bytes;
        for (uint32_t j = i; parcel_read_next(&reader, &bytes, &size); j++)
            assert_int_equal(load_le32(bytes), j);
    }
    PACKS_NOTHING();
    const struct ledger_bytes mixed[] = {{large, TX_SIZE_MAX}, {copies[COUNT - 1], 4}};
    assert_int_equal(inbox_submit(inbox, mixed, 2, ignore, &answers[1]), ROAM_OK);
    assert_true(inbox_pack(inbox, parcel, &size)); /* 4 + 4 + TX_SIZE_MAX leaves one byte */
    assert_int_equal(size, 8 + TX_SIZE_MAX);
    assert_true(inbox_pack(inbox, parcel, &size));
    assert_int_equal(size, 4 + 8);
    count_property++;
}

static void create_with_small_parcels(void)
{
    struct inbox *small;
    struct inbox_options options = defaults;
    options.parcel_bytes = TX_SIZE_MAX + 8;
    (void)!inbox_create(&small, &options);
}

static void create_with_large_parcels(void)
{
    struct inbox *large;
    struct inbox_options options = defaults;
    options.parcel_bytes = PARCEL_SIZE_MAX + 1;
    (void)!inbox_create(&large, &options);
}

static void test_misuse(void **state)
{
    (void)state;
    assert_true(dies(create_with_small_parcels));
    assert_true(dies(create_with_large_parcels));
    count_negative += 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_limits),           TEST(test_limit_of_bytes), TEST(test_answered_when_the_last_is),
        TEST(test_accepted_before),  TEST(test_duplicates),     TEST(test_refusals),
        TEST(test_unparsed),         TEST(test_close),          TEST(test_destroy_answers),
        TEST(test_order_in_parcels), TEST(test_misuse),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
