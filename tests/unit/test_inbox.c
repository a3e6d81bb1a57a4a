/* The entrance of a node, on a clock that the test moves: bounds, order, answers, repetition, what has turned
 * inadmissible, giving up. */
#include "inbox.h"

#include "dies.h"
#include "endian.h"
#include "parcel.h"
#include "prop.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { TX_BYTES = 20, REPEAT_MS = 1000, GIVE_UP_MS = 5000 };

/* What was accepted before, and what is not admissible. */
struct world {
    atomic_uint_fast64_t now_ms;
    pthread_mutex_t mutex;
    size_t known_count;
    struct ledger_receipt known[16];
    enum ledger_outcome outcome[256]; /* by a transaction's first byte; 0: admissible */
    bool unreadable;
    unsigned asked;
};
static struct world world = {.mutex = PTHREAD_MUTEX_INITIALIZER};
static struct inbox *inbox;

static uint64_t now_ms(void *context) { return atomic_load(&((struct world *)context)->now_ms); }

static enum roam_err accepted(void *context, const roam_id *tx, struct ledger_receipt *out)
{
    struct world *w = context;
    enum roam_err err = ROAM_E_NOTFOUND;
    pthread_mutex_lock(&w->mutex);
    for (size_t i = 0; i < w->known_count; i++) {
        if (!roam_id_equal(&w->known[i].tx, tx)) continue;
        *out = w->known[i];
        err = ROAM_OK;
    }
    pthread_mutex_unlock(&w->mutex);
    return err;
}

static enum roam_err admit(void *context, const struct ledger_bytes *tx, enum ledger_outcome *outcome)
{
    struct world *w = context;
    w->asked++;
    if (w->unreadable) return ROAM_E_IO;
    *outcome = w->outcome[tx->bytes[0]] != 0 ? w->outcome[tx->bytes[0]] : LEDGER_ACCEPTED;
    return ROAM_OK;
}

static const struct inbox_options defaults = {.bytes_max = 10 * TX_BYTES,
                                              .txs_max = 8,
                                              .parcel_bytes = TX_SIZE_MAX + 9,
                                              .repeat_ms = REPEAT_MS,
                                              .give_up_ms = GIVE_UP_MS,
                                              .context = &world,
                                              .now_ms = now_ms,
                                              .accepted = accepted,
                                              .admit = admit};

static void make_inbox(const struct inbox_options *options)
{
    inbox_destroy(inbox);
    world.known_count = 0;
    memset(world.outcome, 0, sizeof world.outcome);
    world.unreadable = false;
    world.asked = 0;
    atomic_store(&world.now_ms, 10000);
    assert_int_equal(inbox_create(&inbox, options), ROAM_OK);
}

static int setup(void **state)
{
    (void)state;
    make_inbox(&defaults);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    inbox_destroy(inbox);
    inbox = NULL;
    return 0;
}

static uint8_t bytes_of[256][TX_BYTES];

/* Transaction number n: its bytes are made up, its id is their hash. */
static struct ledger_bytes tx(uint8_t n)
{
    memset(bytes_of[n], n, TX_BYTES);
    return (struct ledger_bytes){bytes_of[n], TX_BYTES};
}

static struct ledger_receipt receipt_of(uint8_t n, uint64_t index, enum ledger_outcome outcome)
{
    struct ledger_receipt receipt = {.index = index, .outcome = (uint16_t)outcome};
    tx_id_of_bytes(&receipt.tx, tx(n).bytes, TX_BYTES);
    return receipt;
}

/* The answer to a submission. */
struct answer {
    int calls;
    enum roam_err err;
    size_t count;
    struct ledger_receipt receipts[16];
};

static void done(void *context, enum roam_err err, const struct ledger_receipt *receipts, size_t count)
{
    struct answer *answer = context;
    struct inbox_load load;
    inbox_load_get(inbox, &load); /* no lock is held */
    answer->calls++;
    answer->err = err;
    answer->count = count;
    memcpy(answer->receipts, receipts, count * sizeof *receipts);
}

static enum roam_err submit(struct answer *answer, const uint8_t *numbers, size_t count)
{
    struct ledger_bytes txs[16];
    for (size_t i = 0; i < count; i++) txs[i] = tx(numbers[i]);
    *answer = (struct answer){0};
    const enum roam_err err = inbox_submit(inbox, txs, count, done, answer);
    memset(bytes_of, 0xee, sizeof bytes_of); /* the inbox has its copy */
    return err;
}
#define SUBMIT(answer, ...)                                                                                  \
    submit(answer, (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})

static void settle(uint8_t n, uint64_t index, enum ledger_outcome outcome)
{
    const struct ledger_receipt receipt = receipt_of(n, index, outcome);
    inbox_settle(inbox, &receipt, 1);
}

/* The next parcel must hold these transactions in this order. */
static void packs(const uint8_t *numbers, size_t count)
{
    static uint8_t parcel[TX_SIZE_MAX + 9];
    size_t size, txs, tx_size;
    const uint8_t *bytes;
    struct parcel_reader reader;
    assert_int_equal(inbox_pack(inbox, parcel, &size), count > 0);
    if (count == 0) return;
    assert_int_equal(parcel_read_begin(&reader, parcel, size, &txs), ROAM_OK);
    assert_int_equal(txs, count);
    for (size_t i = 0; parcel_read_next(&reader, &bytes, &tx_size); i++) {
        assert_int_equal(tx_size, TX_BYTES);
        assert_memory_equal(bytes, tx(numbers[i]).bytes, TX_BYTES);
    }
}
#define PACKS(...)      packs((const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})
#define PACKS_NOTHING() packs(NULL, 0)

static struct inbox_load load_of(void)
{
    struct inbox_load load;
    inbox_load_get(inbox, &load);
    return load;
}

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

static void ignore(void *context, enum roam_err err, const struct ledger_receipt *receipts, size_t count)
{
    (void)receipts, (void)count;
    *(enum roam_err *)context = err;
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

static void *submit_later(void *context)
{
    const struct timespec pause = {0, 20 * 1000 * 1000};
    const struct ledger_bytes one = {(const uint8_t *)"later", 5};
    nanosleep(&pause, NULL);
    ROAM_ASSERT(inbox_submit(inbox, &one, 1, ignore, context) == ROAM_OK);
    return NULL;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void test_wait(void **state)
{
    (void)state;
    static enum roam_err answer;
    pthread_t thread;
    uint8_t parcel[64];
    size_t size;
    const double begin = seconds();
    assert_false(inbox_wait(inbox, 30));
    assert_true(seconds() - begin >= 0.029);
    assert_int_equal(pthread_create(&thread, NULL, submit_later, &answer), 0);
    const double woken = seconds();
    assert_true(inbox_wait(inbox, 20000));
    assert_true(seconds() - woken < 10);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(inbox_wait(inbox, 0));
    assert_true(inbox_pack(inbox, parcel, &size));
    assert_false(inbox_wait(inbox, 0));
    atomic_fetch_add(&world.now_ms, REPEAT_MS);
    assert_true(inbox_wait(inbox, 0));
}

/* Threads submit, one packs and settles what it packed and sometimes loses it, sweeps run beside: every
 * submission that was taken is answered once, and with its own receipts. */
enum { SUBMITTERS = 4, EACH = 400 };

static atomic_uint answered, given_up, busy;
static atomic_bool all_submitted;

static void check_answer(void *context, enum roam_err err, const struct ledger_receipt *receipts,
                         size_t count)
{
    uint8_t *bytes = context;
    roam_id id;
    ROAM_ASSERT(count == 2);
    for (size_t i = 0; err == ROAM_OK && i < 2; i++) {
        tx_id_of_bytes(&id, bytes + 8 * i, 8);
        ROAM_ASSERT(roam_id_equal(&id, &receipts[i].tx) && receipts[i].index == 77);
    }
    atomic_fetch_add(err == ROAM_OK ? &answered : &given_up, 1);
    free(bytes);
}

static void *submit_many(void *context)
{
    const uint32_t thread = *(const uint32_t *)context;
    for (uint32_t i = 0; i < EACH; i++) {
        uint8_t *bytes = malloc(16);
        ROAM_ASSERT(bytes != NULL);
        for (uint32_t half = 0; half < 2; half++) {
            store_le32(bytes + 8 * half, thread);
            store_le32(bytes + 8 * half + 4, 2 * i + half);
        }
        const struct ledger_bytes txs[] = {{bytes, 8}, {bytes + 8, 8}};
        const enum roam_err err = inbox_submit(inbox, txs, 2, check_answer, bytes);
        ROAM_ASSERT(err == ROAM_OK || err == ROAM_E_BUSY);
        if (err == ROAM_OK) continue;
        free(bytes);
        atomic_fetch_add(&busy, 1);
        atomic_fetch_add(&world.now_ms, 100);
    }
    return NULL;
}

static void settle_parcel(const uint8_t *parcel, size_t size)
{
    struct parcel_reader reader;
    size_t count, tx_size;
    const uint8_t *bytes;
    ROAM_ASSERT(parcel_read_begin(&reader, parcel, size, &count) == ROAM_OK);
    while (parcel_read_next(&reader, &bytes, &tx_size)) {
        struct ledger_receipt receipt = {.index = 77};
        tx_id_of_bytes(&receipt.tx, bytes, tx_size);
        inbox_settle(inbox, &receipt, 1);
    }
}

static void *engine(void *context)
{
    static uint8_t parcel[TX_SIZE_MAX + 9];
    struct roam_prng prng = {1};
    size_t size;
    (void)context;
    while (!atomic_load(&all_submitted) || load_of().txs > 0) {
        inbox_wait(inbox, 1);
        while (inbox_pack(inbox, parcel, &size))
            if (prng_below(&prng, 4) > 0) settle_parcel(parcel, size);
        atomic_fetch_add(&world.now_ms, 100);
        inbox_sweep(inbox);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[SUBMITTERS], engine_thread;
    static uint32_t numbers[SUBMITTERS];
    struct inbox_options options = defaults;
    options.txs_max = 100;
    options.bytes_max = 100 * 8;
    make_inbox(&options);
    assert_int_equal(pthread_create(&engine_thread, NULL, engine, NULL), 0);
    for (uint32_t i = 0; i < SUBMITTERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, &numbers[i]), 0);
    }
    for (uint32_t i = 0; i < SUBMITTERS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    atomic_store(&all_submitted, true);
    assert_int_equal(pthread_join(engine_thread, NULL), 0);
    assert_int_equal(atomic_load(&answered) + atomic_load(&given_up) + atomic_load(&busy), SUBMITTERS * EACH);
    assert_true(atomic_load(&answered) > 0);
    assert_int_equal(load_of().txs, 0);
    assert_int_equal(load_of().bytes, 0);
    assert_int_equal(load_of().taken, load_of().answered + load_of().given_up);
    count_property += SUBMITTERS * EACH;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_limits),
        TEST(test_limit_of_bytes),
        TEST(test_answered_when_the_last_is),
        TEST(test_accepted_before),
        TEST(test_duplicates),
        TEST(test_refusals),
        TEST(test_unparsed),
        TEST(test_repeats),
        TEST(test_gives_up),
        TEST(test_sweep_early),
        TEST(test_close),
        TEST(test_destroy_answers),
        TEST(test_order_in_parcels),
        TEST(test_misuse),
        TEST(test_wait),
        TEST(test_threads),
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
