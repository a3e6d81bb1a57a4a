/* The entrance of a node: how much is on its way through the engine at a time. */
#include "inbox_world.h"

enum { LARGE = 100000, WINDOW = 512 << 10, WINDOW_LEAST = 64 << 10, COUNT = 64 };

static uint8_t large[COUNT][LARGE];
static enum roam_err answers[COUNT];

static enum roam_err submit_large(uint8_t n)
{
    const struct ledger_bytes one = {large[n], LARGE};
    memset(large[n], n, LARGE);
    return inbox_submit(inbox, &one, 1, ignore, &answers[n]);
}

static void settle_large(uint8_t n)
{
    struct ledger_receipt receipt = {.outcome = LEDGER_ACCEPTED};
    memset(large[n], n, LARGE);
    tx_id_of_bytes(&receipt.tx, large[n], LARGE);
    inbox_settle(inbox, &receipt, 1);
}

/* Packs what is due and returns how many transactions that are. */
static size_t pack_all(void)
{
    static uint8_t parcel[TX_SIZE_MAX + 9];
    struct parcel_reader reader;
    size_t size, count, sum = 0;
    while (inbox_pack(inbox, parcel, &size)) {
        assert_int_equal(parcel_read_begin(&reader, parcel, size, &count), ROAM_OK);
        sum += count;
    }
    return sum;
}

static int large_setup(void **state)
{
    struct inbox_options options = defaults;
    (void)state;
    options.bytes_max = 64 << 20;
    options.txs_max = COUNT;
    make_inbox(&options);
    return 0;
}

/* Five fit the window, ten may wait for it, and one more waits for an empty one however large it is. */
static void test_bound(void **state)
{
    (void)state;
    uint8_t taken = 0;
    assert_int_equal(load_of().window, WINDOW);
    while (submit_large(taken) == ROAM_OK) taken++;
    assert_int_equal(taken, 10);
    assert_int_equal(pack_all(), 5);
    assert_int_equal(load_of().sent, 5 * LARGE);
    assert_false(inbox_wait(inbox, 0));
    while (submit_large(taken) == ROAM_OK) taken++;
    assert_int_equal(taken, 15);
    settle_large(0);
    assert_int_equal(load_of().sent, 4 * LARGE);
    assert_true(inbox_wait(inbox, 0));
    assert_int_equal(pack_all(), 1);
    count_negative += 2;
}

/* What is sent again is counted once. */
static void test_repeats_count_once(void **state)
{
    (void)state;
    for (uint8_t n = 0; n < 7; n++) assert_int_equal(submit_large(n), ROAM_OK);
    assert_int_equal(pack_all(), 5);
    atomic_fetch_add(&world.now_ms, REPEAT_MS);
    assert_int_equal(pack_all(), 5);
    assert_int_equal(load_of().sent, 5 * LARGE);
    inbox_give_up(inbox);
    assert_int_equal(load_of().sent, 0);
}

static void test_grows(void **state)
{
    (void)state;
    for (uint8_t n = 0; n < 5; n++) assert_int_equal(submit_large(n), ROAM_OK);
    assert_int_equal(pack_all(), 5);
    atomic_fetch_add(&world.now_ms, 500);
    settle_large(0);
    assert_int_equal(load_of().window, WINDOW); /* nothing waited for it */
    for (uint8_t n = 5; n < 12; n++) assert_int_equal(submit_large(n), ROAM_OK);
    assert_int_equal(pack_all(), 1);
    settle_large(1);
    assert_int_equal(load_of().window, WINDOW + WINDOW / 4);
    assert_int_equal(pack_all(), 2); /* 300,000 on the way, and three more fit */
    settle_large(2);
    assert_int_equal(load_of().window, WINDOW + WINDOW / 4); /* too soon after the last time */
    count_property++;
}

static void test_shrinks(void **state)
{
    (void)state;
    size_t expected = WINDOW;
    for (uint8_t n = 0; n < 6; n++) {
        assert_int_equal(submit_large(n), ROAM_OK);
        assert_int_equal(pack_all(), 1); /* however small the window is */
        atomic_fetch_add(&world.now_ms, 2001);
        settle_large(n);
        expected = expected / 2 > WINDOW_LEAST ? expected / 2 : WINDOW_LEAST;
        assert_int_equal(load_of().window, expected);
    }
    assert_int_equal(expected, WINDOW_LEAST);
    assert_int_equal(submit_large(6), ROAM_OK);
    assert_int_equal(submit_large(7), ROAM_E_BUSY); /* behind that one there is no room for two windows */
    assert_int_equal(pack_all(), 1);
    assert_int_equal(submit_large(7), ROAM_OK);
    assert_int_equal(pack_all(), 0); /* not beside it */
    atomic_fetch_add(&world.now_ms, 1500);
    settle_large(6);
    assert_int_equal(load_of().window, WINDOW_LEAST); /* neither quick nor slow */
    count_negative += 2;
}

#define LARGE_TEST(name) cmocka_unit_test_setup_teardown(name, large_setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {LARGE_TEST(test_bound), LARGE_TEST(test_repeats_count_once),
                                       LARGE_TEST(test_grows), LARGE_TEST(test_shrinks)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
