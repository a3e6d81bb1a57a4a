/* The entrance of a node: what is not answered is packed again, answered as inadmissible, or given up. */
#include "inbox_world.h"

static void test_repeats(void **state)
{
    (void)state;
    struct answer first, second, third;
    assert_int_equal(SUBMIT(&first, 1, 2), ROAM_OK);
    PACKS(1, 2);
    PACKS_NOTHING();
    atomic_fetch_add(&world.now_ms, REPEAT_MS / 2);
    assert_int_equal(SUBMIT(&second, 3), ROAM_OK);
    PACKS(3);
    atomic_fetch_add(&world.now_ms, REPEAT_MS / 2 - 1);
    PACKS_NOTHING();
    assert_int_equal(load_of().repeated, 0);
    atomic_fetch_add(&world.now_ms, 1);
    assert_int_equal(SUBMIT(&third, 4), ROAM_OK);
    PACKS(1, 2); /* what waits longest goes first, and what is new apart */
    assert_int_equal(load_of().repeated, 2);
    PACKS(4);
    settle(2, 1, LEDGER_ACCEPTED);
    atomic_fetch_add(&world.now_ms, REPEAT_MS / 2);
    PACKS(3);
    atomic_fetch_add(&world.now_ms, REPEAT_MS / 2);
    PACKS(1, 4); /* repeated twice and once */
    assert_int_equal(load_of().repeated, 5);
    settle(1, 2, LEDGER_ACCEPTED);
    assert_int_equal(first.calls, 1);
}

/* What has become inadmissible is not packed again, and its submitter hears why; the rest goes on without. */
static void test_turned(void **state)
{
    (void)state;
    struct answer alone, mixed, other;
    assert_int_equal(SUBMIT(&alone, 1), ROAM_OK);
    assert_int_equal(SUBMIT(&mixed, 2, 3), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 4), ROAM_OK);
    world.outcome[1] = world.outcome[2] = LEDGER_BAD_SIGNATURE;
    PACKS(1, 2, 3, 4); /* the entrance has asked a moment ago */
    assert_int_equal(world.asked, 0);
    atomic_fetch_add(&world.now_ms, REPEAT_MS);
    PACKS(3, 4);
    assert_int_equal(world.asked, 4);
    assert_int_equal(alone.calls, 1);
    assert_int_equal(alone.err, ROAM_E_VERIFY);
    assert_int_equal(alone.receipts[0].height, 0);
    assert_int_equal(alone.receipts[0].outcome, LEDGER_BAD_SIGNATURE);
    const struct ledger_receipt one = receipt_of(1, 0, LEDGER_ACCEPTED);
    assert_memory_equal(&alone.receipts[0].tx, &one.tx, sizeof one.tx);
    assert_int_equal(mixed.calls, 0);
    settle(3, 7, LEDGER_ACCEPTED);
    assert_int_equal(mixed.calls, 1);
    assert_int_equal(mixed.err, ROAM_E_VERIFY);
    assert_int_equal(mixed.receipts[0].outcome, LEDGER_BAD_SIGNATURE);
    assert_int_equal(mixed.receipts[1].index, 7);
    assert_int_equal(load_of().turned, 2);
    settle(1, 8, LEDGER_ACCEPTED); /* nobody waits for it any more */
    assert_int_equal(alone.calls, 1);
    settle(4, 9, LEDGER_ACCEPTED);
    assert_int_equal(other.err, ROAM_OK);
    assert_int_equal(load_of().taken, load_of().answered + load_of().turned);
    assert_int_equal(load_of().txs, 0);
    count_negative += 2;
}

/* All that is due has turned: there is no parcel. */
static void test_all_turned(void **state)
{
    (void)state;
    struct answer answer;
    assert_int_equal(SUBMIT(&answer, 1, 2), ROAM_OK);
    PACKS(1, 2);
    world.outcome[1] = LEDGER_BAD_SIGNATURE;
    world.outcome[2] = LEDGER_UNKNOWN_OPERATOR;
    atomic_fetch_add(&world.now_ms, REPEAT_MS);
    PACKS_NOTHING();
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.err, ROAM_E_VERIFY);
    assert_int_equal(answer.receipts[1].outcome, LEDGER_UNKNOWN_OPERATOR);
    count_negative++;
}

/* It is inadmissible because it was accepted: a new key is signed by the old one. The receipt did not come by
 * inbox_settle, as after a restoration. */
static void test_turned_by_itself(void **state)
{
    (void)state;
    struct answer answer, other;
    assert_int_equal(SUBMIT(&answer, 1), ROAM_OK);
    assert_int_equal(SUBMIT(&other, 2), ROAM_OK);
    PACKS(1, 2);
    world.known[world.known_count++] = receipt_of(1, 5, LEDGER_ACCEPTED);
    world.known[world.known_count++] = receipt_of(2, 6, LEDGER_ACCEPTED);
    world.outcome[1] = LEDGER_BAD_SIGNATURE;
    atomic_fetch_add(&world.now_ms, REPEAT_MS);
    PACKS_NOTHING();
    assert_int_equal(answer.err, ROAM_OK);
    assert_int_equal(answer.receipts[0].index, 5);
    assert_int_equal(other.receipts[0].index, 6);
    assert_int_equal(load_of().answered, 2);
}

/* Where the ledger cannot be asked nothing is refused. */
static void test_admission_unreadable(void **state)
{
    (void)state;
    struct answer answer;
    assert_int_equal(SUBMIT(&answer, 1), ROAM_OK);
    PACKS(1);
    world.unreadable = true;
    world.outcome[1] = LEDGER_BAD_SIGNATURE;
    atomic_fetch_add(&world.now_ms, REPEAT_MS);
    PACKS(1);
    assert_int_equal(answer.calls, 0);
    count_negative++;
}

/* One is given up, the other has turned: that the outcome is not known is the answer, in any order. */
static void test_turned_and_given_up(void **state)
{
    (void)state;
    struct answer answer;
    for (uint8_t turned = 1; turned <= 2; turned++) {
        make_inbox(&defaults);
        assert_int_equal(SUBMIT(&answer, 1, 2), ROAM_OK);
        PACKS(1, 2);
        world.outcome[turned] = LEDGER_BAD_SIGNATURE;
        atomic_fetch_add(&world.now_ms, REPEAT_MS);
        PACKS((uint8_t)(3 - turned));
        assert_int_equal(answer.calls, 0);
        inbox_give_up(inbox);
        assert_int_equal(answer.err, ROAM_E_BUSY);
    }
    count_negative += 2;
}

/* Each repetition is in smaller company. */
static void test_company(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static uint8_t copies[COUNT][4], parcel[TX_SIZE_MAX + 9];
    static struct ledger_bytes txs[COUNT];
    static enum roam_err answered;
    static const size_t company[] = {PARCEL_TXS_MAX, PARCEL_TXS_MAX / 8, PARCEL_TXS_MAX / 64, 8, 8, 8};
    struct inbox_options options = defaults;
    options.txs_max = options.bytes_max = 4 * COUNT;
    make_inbox(&options);
    for (uint32_t i = 0; i < COUNT; i++) {
        store_le32(copies[i], i << 8); /* the first byte is 0: admissible */
        txs[i] = (struct ledger_bytes){copies[i], 4};
    }
    assert_int_equal(inbox_submit(inbox, txs, COUNT, ignore, &answered), ROAM_OK);
    for (unsigned n = 0; n < sizeof company / sizeof *company; n++) {
        size_t size, count, parcels = 0, packed = 0;
        struct parcel_reader reader;
        assert_int_equal(inbox_company(n), company[n]);
        for (; inbox_pack(inbox, parcel, &size); parcels++, packed += count) {
            assert_int_equal(parcel_read_begin(&reader, parcel, size, &count), ROAM_OK);
            assert_in_range(count, 1, company[n]);
        }
        assert_int_equal(packed, COUNT);
        assert_int_equal(parcels, (COUNT + company[n] - 1) / company[n]);
        atomic_fetch_add(&world.now_ms, REPEAT_MS);
        count_property++;
    }
    assert_int_equal(inbox_company(1000), 8);
}

static void test_gives_up(void **state)
{
    (void)state;
    struct answer early, late;
    assert_int_equal(SUBMIT(&early, 1, 2), ROAM_OK);
    PACKS(1, 2);
    settle(1, 1, LEDGER_ACCEPTED);
    atomic_fetch_add(&world.now_ms, 10);
    assert_int_equal(SUBMIT(&late, 3), ROAM_OK); /* never packed */
    atomic_fetch_add(&world.now_ms, GIVE_UP_MS - 10);
    inbox_sweep(inbox);
    assert_int_equal(early.calls, 0);
    atomic_fetch_add(&world.now_ms, 1);
    inbox_sweep(inbox);
    assert_int_equal(early.calls, 1);
    assert_int_equal(early.err, ROAM_E_BUSY);
    assert_int_equal(early.receipts[0].index, 1);
    assert_int_equal(late.calls, 0);
    PACKS(3); /* what was given up is not packed again */
    atomic_fetch_add(&world.now_ms, 10);
    inbox_sweep(inbox);
    assert_int_equal(late.calls, 1);
    assert_int_equal(late.err, ROAM_E_BUSY);
    assert_int_equal(load_of().given_up, 2);
    assert_int_equal(load_of().txs, 0);
    settle(2, 2, LEDGER_ACCEPTED); /* too late: nobody is told twice */
    assert_int_equal(early.calls, 1);
    count_negative += 2;
}

/* A clock that has not reached give_up_ms yet. */
static void test_sweep_early(void **state)
{
    (void)state;
    struct answer answer;
    atomic_store(&world.now_ms, 0);
    assert_int_equal(SUBMIT(&answer, 1), ROAM_OK);
    inbox_sweep(inbox);
    atomic_store(&world.now_ms, GIVE_UP_MS);
    inbox_sweep(inbox);
    assert_int_equal(answer.calls, 0);
    atomic_store(&world.now_ms, GIVE_UP_MS + 1);
    inbox_sweep(inbox);
    assert_int_equal(answer.err, ROAM_E_BUSY);
    assert_int_equal(answer.calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_repeats),
        TEST(test_gives_up),
        TEST(test_sweep_early),
        TEST(test_turned),
        TEST(test_all_turned),
        TEST(test_turned_by_itself),
        TEST(test_admission_unreadable),
        TEST(test_turned_and_given_up),
        TEST(test_company),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
