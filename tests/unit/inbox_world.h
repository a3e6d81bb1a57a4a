/* A node's entrance on a clock that the test moves, in a world of which it knows what was accepted and what
 * is admissible. */
#ifndef TEST_INBOX_WORLD_H
#define TEST_INBOX_WORLD_H

#include "inbox.h"

#include "parcel.h"
#include "prop.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

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

static inline uint64_t now_ms(void *context) { return atomic_load(&((struct world *)context)->now_ms); }

static inline enum roam_err accepted(void *context, const roam_id *tx, struct ledger_receipt *out)
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

static inline enum roam_err admit(void *context, const struct ledger_bytes *tx, enum ledger_outcome *outcome)
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

static inline void make_inbox(const struct inbox_options *options)
{
    inbox_destroy(inbox);
    world.known_count = 0;
    memset(world.outcome, 0, sizeof world.outcome);
    world.unreadable = false;
    world.asked = 0;
    atomic_store(&world.now_ms, 10000);
    assert_int_equal(inbox_create(&inbox, options), ROAM_OK);
}

static inline int setup(void **state)
{
    (void)state;
    make_inbox(&defaults);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    inbox_destroy(inbox);
    inbox = NULL;
    return 0;
}

static uint8_t bytes_of[256][TX_BYTES];

/* Transaction number n: its bytes are made up, its id is their hash. */
static inline struct ledger_bytes tx(uint8_t n)
{
    memset(bytes_of[n], n, TX_BYTES);
    return (struct ledger_bytes){bytes_of[n], TX_BYTES};
}

static inline struct ledger_receipt receipt_of(uint8_t n, uint64_t index, enum ledger_outcome outcome)
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

static inline void done(void *context, enum roam_err err, const struct ledger_receipt *receipts, size_t count)
{
    struct answer *answer = context;
    struct inbox_load load;
    inbox_load_get(inbox, &load); /* no lock is held */
    answer->calls++;
    answer->err = err;
    answer->count = count;
    memcpy(answer->receipts, receipts, count * sizeof *receipts);
}

static inline enum roam_err submit(struct answer *answer, const uint8_t *numbers, size_t count)
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

static inline void settle(uint8_t n, uint64_t index, enum ledger_outcome outcome)
{
    const struct ledger_receipt receipt = receipt_of(n, index, outcome);
    inbox_settle(inbox, &receipt, 1);
}

/* The next parcel must hold these transactions in this order. */
static inline void packs(const uint8_t *numbers, size_t count)
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

static inline struct inbox_load load_of(void)
{
    struct inbox_load load;
    inbox_load_get(inbox, &load);
    return load;
}

static inline void ignore(void *context, enum roam_err err, const struct ledger_receipt *receipts,
                          size_t count)
{
    (void)receipts, (void)count;
    *(enum roam_err *)context = err;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
