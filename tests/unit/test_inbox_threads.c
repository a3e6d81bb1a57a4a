/* The entrance of a node, from many threads. */
#include "inbox_world.h"

#include "endian.h"

#include <time.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_wait),
        TEST(test_threads),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
