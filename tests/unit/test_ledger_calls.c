/* What calls of the ledger may not depend on: how transactions are grouped, how many threads work, how much
 * fits; and the admission check. */
#include <string.h>

#include <sodium.h>

#include "digest.h"
#include "market_box.h"
#include "prop.h"

enum { TXS_MAX = 64 };

static struct market market;
static struct pair pair;

/* A call that does not fit leaves the block as it was. */
static void test_overlay_limit(void **state)
{
    (void)state;
    struct ledger_box box, other;
    struct ledger_receipt receipts[3];
    market_box_open(&box, &market, &pair, 20, 1);
    market_box_open(&other, &market, &pair, ROOMY, 1);
    struct ledger_bytes txs[4] = {
        make_session_open(&market, &pair, 0, 10, 1), make_session_open(&market, &pair, 10, 8, 1),
        make_session_open(&market, &pair, 20, 30, 1), make_session_open(&market, &pair, 18, 2, 1)};
    box_begin(&box, T0);
    assert_int_equal(ledger_execute(box.ledger, &txs[2], 1, receipts), ROAM_E_LIMIT);
    assert_int_equal(ledger_execute(box.ledger, txs, 3, receipts), ROAM_E_LIMIT);
    assert_int_equal(ledger_execute(box.ledger, &txs[0], 1, receipts), ROAM_OK); /* 11 records */
    assert_int_equal(ledger_execute(box.ledger, txs + 1, 2, receipts), ROAM_E_LIMIT);
    assert_int_equal(ledger_execute(box.ledger, &txs[1], 1, receipts + 1), ROAM_OK); /* 19 */
    assert_int_equal(receipts[1].outcome, LEDGER_ACCEPTED);
    assert_int_equal(receipts[1].index, 6);
    assert_int_equal(ledger_execute(box.ledger, &txs[3], 1, receipts), ROAM_E_LIMIT);
    count_negative += 4;
    box_commit(&box);
    box_block(&other, T0, txs, 2, receipts);
    assert_memory_equal(&box.head, &other.head, sizeof box.head);
    market_free(txs, 4);
    box_release(&box);
    box_release(&other);
}

/* Each call may change the same records again: what one call needs to be undone takes no room from the next.
 */
static void test_many_calls_change_one_record(void **state)
{
    (void)state;
    struct ledger_box box;
    struct ledger_receipt receipt;
    market_box_open(&box, &market, &pair, 20, 1);
    box_begin(&box, T0);
    for (uint64_t i = 0; i < 60; i++) {
        const struct ledger_bytes tx = make_move(&market, &pair, TX_AGREEMENT_FUND, 1, 2 + i);
        assert_int_equal(ledger_execute(box.ledger, &tx, 1, &receipt), ROAM_OK);
        assert_int_equal(receipt.outcome, LEDGER_ACCEPTED);
        market_free(&tx, 1);
        count_property++;
    }
    box_commit(&box);
    box_release(&box);
}

static void test_block_limit(void **state)
{
    (void)state;
    struct ledger_box box;
    market_box_empty(&box, &market, ROOMY, 1);
    struct ledger_bytes *txs = calloc(LEDGER_BLOCK_TXS_MAX + 1, sizeof *txs);
    struct ledger_receipt *receipts = calloc(LEDGER_BLOCK_TXS_MAX + 1, sizeof *receipts);
    assert_true(txs != NULL && receipts != NULL);
    box_begin(&box, T0);
    assert_int_equal(ledger_execute(box.ledger, txs, LEDGER_BLOCK_TXS_MAX + 1, receipts), ROAM_E_LIMIT);
    assert_int_equal(ledger_execute(box.ledger, txs, LEDGER_BLOCK_TXS_MAX, receipts), ROAM_OK);
    assert_int_equal(receipts[LEDGER_BLOCK_TXS_MAX - 1].outcome, LEDGER_MALFORMED);
    assert_int_equal(ledger_execute(box.ledger, txs, 1, receipts), ROAM_E_LIMIT);
    assert_int_equal(ledger_execute(box.ledger, txs, 0, receipts), ROAM_OK);
    count_negative += 2;
    box_commit(&box);
    assert_int_equal(box.head.receipts.size, LEDGER_BLOCK_TXS_MAX);
    free(txs);
    free(receipts);
    box_release(&box);
}

/* Many transactions that do not fit one chunk of parsing, with bad device signatures and proofs among them:
 * however they are grouped into calls, on one thread and on two, the heads are equal. */
static size_t long_workload(struct ledger_bytes *txs)
{
    size_t count = market_opening(txs, &market, &pair);
    for (uint64_t i = 0; i < 10; i++) {
        txs[count++] = make_session_open(&market, &pair, 64 * i, 64, 20);
        txs[count++] = make_usage_commit(&market, &pair, 64 * i, 64, 1);
        if (i % 3 == 1)
            ((uint8_t *)(uintptr_t)txs[count - 1].bytes)[37 + 34 + 32] ^= 1; /* seq: nobody signed it */
        txs[count++] = make_usage_commit(&market, &pair, 64 * i, 64, 2);
        if (i % 3 == 2) txs[count - 1].size--;
        txs[count++] = make_settle(&market, &pair, 64 * i, 64, 20, 2, 64 * 7 + (i % 4));
        txs[count++] = make_settle(&market, &pair, 64 * i, 64, 20, 1, 64 * 7);
    }
    return count;
}

static void run_grouped(struct ledger_head *head, unsigned outcomes[LEDGER_OUTCOMES],
                        const struct ledger_bytes *txs, size_t count, size_t group, unsigned threads)
{
    struct ledger_box box;
    struct ledger_receipt receipts[TXS_MAX];
    u128 money;
    market_box_empty(&box, &market, ROOMY, threads);
    box_begin(&box, T0);
    for (size_t i = 0; i < count; i += group) {
        const size_t size = count - i < group ? count - i : group;
        assert_int_equal(ledger_execute(box.ledger, txs + i, size, receipts + i), ROAM_OK);
    }
    for (size_t i = 0; i < count; i++) outcomes[receipts[i].outcome]++;
    box_commit(&box);
    assert_null(box_audit(&box, &money));
    *head = box.head;
    box_release(&box);
}

static void test_grouping_does_not_matter(void **state)
{
    (void)state;
    struct ledger_bytes txs[TXS_MAX];
    struct ledger_head first, head;
    unsigned outcomes[LEDGER_OUTCOMES] = {0};
    const size_t count = long_workload(txs);
    run_grouped(&first, outcomes, txs, count, 1, 1);
    assert_true(outcomes[LEDGER_ACCEPTED] > 20 && outcomes[LEDGER_BAD_SIGNATURE] == 3);
    assert_true(outcomes[LEDGER_BAD_PROOF] >= 3 && outcomes[LEDGER_MALFORMED] == 3);
    for (size_t group = 2; group <= count;
         group = group < count ? (3 * group < count ? 3 * group : count) : count + 1)
        for (unsigned threads = 1; threads <= 3; threads++) {
            run_grouped(&head, outcomes, txs, count, group, threads);
            assert_memory_equal(&head, &first, sizeof head);
            count_property++;
        }
    market_free(txs, count);
}

/* An EXPIRE of all sessions 0..count-1 whose last is number `last`. */
static struct ledger_bytes expire_ending_in(size_t count, uint64_t last)
{
    const struct person *const signers[] = {&pair.home};
    uint64_t *serials = calloc(count, sizeof *serials);
    uint8_t *bytes = malloc(TX_SIZE_MAX);
    assert_true(serials != NULL && bytes != NULL);
    for (size_t i = 0; i < count; i++) serials[i] = i + 1 < count ? i : last;
    struct tx tx = {.type = TX_EXPIRE, .ledger = market.ledger};
    tx.body.expire = (struct tx_expire){pair.agreement, pair.home.operator_id, (uint16_t)count, serials};
    const size_t size = tx_finish(bytes, TX_SIZE_MAX, &tx, signers);
    free(serials);
    return (struct ledger_bytes){bytes, size};
}

static void test_largest_batches(void **state)
{
    (void)state;
    struct ledger_box box;
    u128 money;
    const uint64_t late = T0 + pair.terms.settle_within_s;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    struct ledger_bytes txs[] = {make_session_open(&market, &pair, 0, TX_BATCH_MAX, 7),
                                 make_usage_commit(&market, &pair, 0, TX_BATCH_MAX, 1),
                                 expire_ending_in(TX_BATCH_MAX, 0),
                                 expire_ending_in(TX_BATCH_MAX, TX_BATCH_MAX - 2),
                                 expire_ending_in(TX_BATCH_MAX, TX_BATCH_MAX),
                                 expire_ending_in(TX_BATCH_MAX, TX_BATCH_MAX - 1)};
    assert_int_equal(box_one(&box, T0, txs[0].bytes, txs[0].size), LEDGER_ACCEPTED);
    assert_int_equal(box_one(&box, T0, txs[1].bytes, txs[1].size), LEDGER_ACCEPTED);
    assert_int_equal(box_one(&box, late, txs[2].bytes, txs[2].size), LEDGER_DUPLICATE_SESSION);
    assert_int_equal(box_one(&box, late, txs[3].bytes, txs[3].size), LEDGER_DUPLICATE_SESSION);
    assert_int_equal(box_one(&box, late, txs[4].bytes, txs[4].size), LEDGER_UNKNOWN_SESSION);
    count_negative += 3;
    assert_null(box_audit(&box, &money));
    assert_int_equal(box_one(&box, late, txs[5].bytes, txs[5].size), LEDGER_ACCEPTED);
    assert_null(box_audit(&box, &money));
    market_free(txs, 6);
    box_release(&box);
}

/* One call of more bytes than are parsed at a time, and of more transactions, with one that is too large. */
static void test_long_calls(void **state)
{
    (void)state;
    enum { LONG = 170, SHORT = 1100 };
    struct ledger_box box;
    struct ledger_bytes txs[LONG];
    static struct ledger_bytes many[SHORT];
    static struct ledger_receipt receipts[SHORT];
    uint8_t *large = calloc(1, TX_SIZE_MAX + 1);
    assert_non_null(large);
    market_box_open(&box, &market, &pair, ROOMY, 1);
    for (size_t i = 0; i < LONG; i++) txs[i] = expire_ending_in(TX_BATCH_MAX, i);
    market_free(&txs[20], 1);
    txs[20] = (struct ledger_bytes){large, TX_SIZE_MAX + 1};
    box_block(&box, T0, txs, LONG, receipts);
    for (size_t i = 0; i < LONG; i++)
        assert_int_equal(receipts[i].outcome, i == 20 ? LEDGER_MALFORMED : LEDGER_UNKNOWN_SESSION);
    struct ledger_bytes deposit = make_deposit(&market, &pair.home, 5, 9);
    for (size_t i = 0; i < SHORT; i++) many[i] = deposit;
    box_block(&box, T0, many, SHORT, receipts);
    for (size_t i = 0; i < SHORT; i++) {
        assert_int_equal(receipts[i].outcome, i == 0 ? LEDGER_ACCEPTED : LEDGER_REFERENCE_USED);
        assert_int_equal(receipts[i].index, 5 + LONG + i); /* after those of the opening */
    }
    count_negative += LONG + SHORT - 1;
    market_free(&deposit, 1);
    market_free(txs, LONG);
    box_release(&box);
}

static struct ledger_bytes finished(struct tx *tx, const struct person *const signers[])
{
    uint8_t *bytes = malloc(1024);
    assert_non_null(bytes);
    tx->ledger = market.ledger;
    const size_t size = tx_finish(bytes, 1024, tx, signers);
    return (struct ledger_bytes){bytes, size};
}

static struct ledger_bytes rotation(const struct person *from, const struct person *to)
{
    const struct person *const signers[] = {from, to};
    struct tx tx = {.type = TX_OPERATOR_ROTATE_KEY};
    tx.body.operator_rotate_key =
        (struct tx_operator_rotate_key){.operator_id = from->operator_id, .sequence = 1};
    memcpy(tx.body.operator_rotate_key.new_public_key, to->public_key, 32);
    return finished(&tx, signers);
}

static struct ledger_bytes withdrawal(const struct person *signer, uint64_t sequence)
{
    struct tx tx = {.type = TX_WITHDRAW};
    tx.body.withdraw = (struct tx_withdraw){pair.home.operator_id, market.currency, 1, sequence, {{0}}};
    return finished(&tx, &signer);
}

static void spoil(const struct ledger_bytes *tx) { ((uint8_t *)(uintptr_t)tx->bytes)[tx->size - 1] ^= 1; }

static enum ledger_outcome admit(struct ledger_box *box, const uint8_t *bytes, size_t size)
{
    const struct ledger_bytes tx = {bytes, size};
    enum ledger_outcome outcome;
    const size_t refused = ledger_admit(box->ledger, &tx, 1, &outcome);
    assert_int_equal(refused, outcome == LEDGER_ACCEPTED);
    return outcome;
}

/* Several threads check operator signatures before the transactions are executed, under the keys of that
 * moment. A rotation in between, and what was checked in an earlier call, must not count. */
static void test_keys_that_change_in_a_call(void **state)
{
    (void)state;
    struct ledger_box box;
    struct person next;
    struct ledger_bytes txs[TXS_MAX];
    struct ledger_receipt receipts[TXS_MAX];
    person_init(&next, "home's next key");
    market_box_open(&box, &market, &pair, ROOMY, 2);
    for (uint64_t i = 0; i < TXS_MAX; i++) txs[i] = make_deposit(&market, &pair.home, 5, 100 + i); /* 12 kB */
    market_free(txs, 4);
    txs[0] = withdrawal(&pair.home, 1);
    txs[1] = rotation(&pair.home, &next);
    txs[2] = withdrawal(&pair.home, 2);
    txs[3] = withdrawal(&next, 2);
    box_block(&box, T0, txs, TXS_MAX, receipts);
    for (size_t i = 0; i < TXS_MAX; i++)
        assert_int_equal(receipts[i].outcome, i == 2 ? LEDGER_BAD_SIGNATURE : LEDGER_ACCEPTED);

    for (size_t i = 0; i < TXS_MAX; i++) spoil(&txs[i]);
    box_block(&box, T0, txs, TXS_MAX, receipts);
    for (size_t i = 0; i < TXS_MAX; i++) assert_int_equal(receipts[i].outcome, LEDGER_BAD_SIGNATURE);

    /* all good again, then one alone in the place where a good one was */
    for (size_t i = 0; i < TXS_MAX; i++) market_free(&txs[i], 1);
    for (uint64_t i = 0; i < TXS_MAX; i++) txs[i] = make_deposit(&market, &pair.home, 5, 200 + i);
    box_block(&box, T0, txs, TXS_MAX, receipts);
    for (size_t i = 0; i < TXS_MAX; i++) assert_int_equal(receipts[i].outcome, LEDGER_ACCEPTED);
    struct ledger_bytes alone = make_deposit(&market, &pair.home, 5, 300);
    spoil(&alone);
    assert_int_equal(admit(&box, alone.bytes, alone.size), LEDGER_BAD_SIGNATURE);
    box_block(&box, T0, txs, TXS_MAX, receipts);
    assert_int_equal(box_one(&box, T0, alone.bytes, alone.size), LEDGER_BAD_SIGNATURE);
    count_negative += TXS_MAX + 3;
    market_free(&alone, 1);
    market_free(txs, TXS_MAX);
    box_release(&box);
}

static void test_admission(void **state)
{
    (void)state;
    struct ledger_box box;
    struct pair stranger;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    pair_init(&stranger, &market, 7);
    const struct ledger_head before = box.head;
    struct ledger_bytes txs[] = {
        make_session_open(&market, &pair, 0, 2, 10),
        make_usage_commit(&market, &pair, 50, 1, 1), /* no such sessions: not looked at here */
        make_move(&market, &pair, TX_AGREEMENT_FUND, UINT64_MAX, 99),
        make_session_open(&market, &stranger, 0, 1, 10),
        make_deposit(&market, &stranger.home, 5, 5),
    };
    const enum ledger_outcome expected[] = {LEDGER_ACCEPTED, LEDGER_ACCEPTED, LEDGER_ACCEPTED,
                                            LEDGER_UNKNOWN_AGREEMENT, LEDGER_UNKNOWN_OPERATOR};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(admit(&box, txs[i].bytes, txs[i].size), expected[i]);
        assert_int_equal(admit(&box, txs[i].bytes, txs[i].size - 1), LEDGER_MALFORMED);
        uint8_t *bytes = (uint8_t *)(uintptr_t)txs[i].bytes;
        bytes[txs[i].size - 1] ^= 1;
        if (expected[i] == LEDGER_ACCEPTED)
            assert_int_equal(admit(&box, bytes, txs[i].size), LEDGER_BAD_SIGNATURE);
        bytes[5] ^= 1;
        assert_int_equal(admit(&box, bytes, txs[i].size), LEDGER_WRONG_LEDGER);
        count_negative += 3;
    }
    assert_memory_equal(ledger_head(box.ledger), &before, sizeof before);
    /* in a block: sees what the block has done, and does not disturb it */
    struct ledger_bytes deposit = make_deposit(&market, &stranger.home, 5, 5),
                        hello = make_register(&market, &stranger.home);
    struct ledger_receipt receipt;
    box_begin(&box, T0);
    assert_int_equal(ledger_execute(box.ledger, &hello, 1, &receipt), ROAM_OK);
    assert_int_equal(admit(&box, deposit.bytes, deposit.size), LEDGER_ACCEPTED);
    box_commit(&box);
    assert_int_equal(box_one(&box, T0, deposit.bytes, deposit.size), LEDGER_ACCEPTED);
    market_free(txs, 5);
    market_free(&deposit, 1);
    market_free(&hello, 1);
    box_release(&box);
}

/* Many together: the first that is not admissible, wherever it stands, and whatever stands behind it. */
static void test_admission_of_many(void **state)
{
    (void)state;
    enum { MANY = 150 };
    struct ledger_box box;
    struct ledger_bytes txs[MANY];
    enum ledger_outcome outcome;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    for (uint64_t i = 0; i < MANY; i++)
        txs[i] = i % 3 == 0 ? make_session_open(&market, &pair, i, 1, 10)
                            : make_deposit(&market, &pair.home, 5, 100 + i);
    for (size_t count = 0; count <= MANY; count += count < 20 ? 1 : 43) {
        assert_int_equal(ledger_admit(box.ledger, txs, count, &outcome), count);
        assert_int_equal(outcome, LEDGER_ACCEPTED);
        count_property++;
    }
    spoil(&txs[MANY - 1]);
    for (size_t bad = MANY; bad-- > 0;) {
        if (bad < MANY - 1) spoil(&txs[bad]);
        assert_int_equal(ledger_admit(box.ledger, txs, MANY, &outcome), bad);
        assert_int_equal(outcome, LEDGER_BAD_SIGNATURE);
        count_negative++;
    }
    txs[1].size--;
    spoil(&txs[0]); /* good again */
    assert_int_equal(ledger_admit(box.ledger, txs, MANY, &outcome), 1);
    assert_int_equal(outcome, LEDGER_MALFORMED);
    market_free(txs, MANY);
    box_release(&box);
}

/* Points are left to whoever asks: what is not signed is not worth it. */
static void test_admission_leaves_points(void **state)
{
    (void)state;
    struct ledger_box box;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    struct ledger_bytes tx = make_session_open(&market, &pair, 0, 1, 10);
    uint8_t *bytes = (uint8_t *)(uintptr_t)tx.bytes;
    const size_t key = 37 + 32 + 8 + 2 + 8;
    memset(bytes + key, 0, 32); /* y = 0: of order 4 */
    assert_int_equal(admit(&box, bytes, tx.size), LEDGER_BAD_SIGNATURE);
    /* signed again as it is */
    uint8_t message[42] = "roam tx v1";
    sha256(message + 10, bytes, tx.size - 64);
    crypto_sign_detached(bytes + tx.size - 64, NULL, message, sizeof message, pair.home.secret_key);
    assert_int_equal(admit(&box, bytes, tx.size), LEDGER_ACCEPTED);
    assert_int_equal(box_one(&box, T0, bytes, tx.size), LEDGER_MALFORMED);
    count_negative += 3;
    market_free(&tx, 1);
    box_release(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlay_limit),
        cmocka_unit_test(test_many_calls_change_one_record),
        cmocka_unit_test(test_block_limit),
        cmocka_unit_test(test_grouping_does_not_matter),
        cmocka_unit_test(test_largest_batches),
        cmocka_unit_test(test_long_calls),
        cmocka_unit_test(test_keys_that_change_in_a_call),
        cmocka_unit_test(test_admission),
        cmocka_unit_test(test_admission_of_many),
        cmocka_unit_test(test_admission_leaves_points),
    };
    market_init(&market);
    pair_init(&pair, &market, 1);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
