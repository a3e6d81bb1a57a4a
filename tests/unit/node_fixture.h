/* The application over an ordered store, called as CometBFT calls it but in this process. */
#ifndef TEST_NODE_FIXTURE_H
#define TEST_NODE_FIXTURE_H

#include "abci_dispatch.h"
#include "app.h"
#include "endian.h"
#include "node_store.h"
#include "parcel.h"
#include "store_fixture.h"

struct node_fixture {
    struct store_fixture store;
    struct node_store node_store;
    struct node_ledger ledger; /* may be changed before node_start */
    struct node_app *app;
    struct abci_app abci;
    struct abci_call call; /* memory of the last answer */
    uint8_t *parcels[64];  /* made by parcel_of, freed at the end */
    size_t parcel_count;
    unsigned committed, failed; /* calls of the hooks */
    struct ledger_head head;
    size_t receipt_count;
};

static inline void node_committed(void *context, const struct ledger_head *head,
                                  const struct ledger_receipt *receipts, size_t count)
{
    struct node_fixture *f = context;
    struct ledger_receipt stored;
    f->committed++;
    f->head = *head;
    f->receipt_count = count;
    for (size_t i = 0; i < count; i++) { /* durable already */
        assert_int_equal(store_receipt_by_index(f->store.store, receipts[i].index, &stored), ROAM_OK);
        assert_true(roam_id_equal(&stored.tx, &receipts[i].tx));
    }
}

static inline void node_failed(void *context, const char *why)
{
    struct node_fixture *f = context;
    assert_non_null(why);
    f->failed++;
}

static inline void node_start(struct node_fixture *f)
{
    const struct node_app_options options = {
        .ledger = f->ledger, .context = f, .committed = node_committed, .failed = node_failed};
    assert_int_equal(node_app_create(&f->app, &options), ROAM_OK);
    f->abci = node_app_abci(f->app);
}

static inline void node_restart(struct node_fixture *f)
{
    node_app_destroy(f->app);
    fixture_reopen(&f->store);
    f->node_store = (struct node_store){.store = f->store.store};
    f->ledger = node_ledger_of_store(&f->node_store);
    node_start(f);
}

static inline void node_setup(struct node_fixture *f)
{
    memset(f, 0, sizeof *f);
    fixture_setup(&f->store);
    f->store.options.ordered = true;
    node_restart(f);
}

static inline void node_teardown(struct node_fixture *f)
{
    node_app_destroy(f->app);
    proto_arena_release(&f->call.memory);
    for (size_t i = 0; i < f->parcel_count; i++) free(f->parcels[i]);
    fixture_teardown(&f->store);
}

static inline struct abci_response node_call(struct node_fixture *f, const struct abci_request *in)
{
    struct abci_response out;
    proto_arena_release(&f->call.memory);
    f->call = (struct abci_call){.memory = proto_arena_growing(SIZE_MAX)};
    abci_dispatch(&f->abci, &f->call, in, &out);
    return out;
}

/* A parcel of these transactions, whose bytes are freed; the parcel lives until the end of the test. */
static inline struct abci_bytes parcel_of(struct node_fixture *f, const struct ledger_bytes *txs,
                                          size_t count)
{
    size_t size, capacity = PARCEL_HEADER_SIZE;
    for (size_t i = 0; i < count; i++) capacity += PARCEL_ITEM_HEADER_SIZE + txs[i].size;
    uint8_t *bytes = malloc(capacity);
    assert_non_null(bytes);
    assert_true(f->parcel_count < sizeof f->parcels / sizeof *f->parcels);
    f->parcels[f->parcel_count++] = bytes;
    parcel_write_begin(bytes, &size);
    for (size_t i = 0; i < count; i++) {
        assert_true(parcel_write_add(bytes, capacity, &size, txs[i].bytes, txs[i].size));
        made_free(txs[i]);
    }
    return (struct abci_bytes){bytes, size};
}
#define PARCEL(f, ...)                                                                                       \
    parcel_of(f, (const struct ledger_bytes[]){__VA_ARGS__},                                                 \
              sizeof(const struct ledger_bytes[]){__VA_ARGS__} / sizeof(struct ledger_bytes))

static inline struct abci_bytes text_of(const char *text)
{
    return (struct abci_bytes){(const uint8_t *)text, strlen(text)};
}

static inline bool text_has(const struct abci_bytes *text, const char *part)
{
    return text->size > 0 && memmem(text->at, text->size, part, strlen(part)) != NULL;
}

/* The answer must be an exception that says this. */
static inline void node_fails(struct node_fixture *f, const struct abci_request *in, const char *says)
{
    const struct abci_response out = node_call(f, in);
    assert_int_equal(out.method, ABCI_EXCEPTION);
    if (!text_has(&out.exception, says))
        fail_msg("'%.*s' does not say '%s'", (int)out.exception.size, (const char *)out.exception.at, says);
    count_negative++;
}

static inline struct abci_tx_result check_tx(struct node_fixture *f, struct abci_bytes parcel)
{
    const struct abci_response out =
        node_call(f, &(struct abci_request){.method = ABCI_CHECK_TX, .check_tx = {.tx = parcel}});
    assert_int_equal(out.method, ABCI_CHECK_TX);
    return out.check_tx;
}

static inline struct abci_request block_request(int32_t method, int64_t height, int64_t time_s,
                                                const struct abci_bytes *parcels, size_t count)
{
    return (struct abci_request){
        .method = method, .block = {.txs = {parcels, count}, .height = height, .time = {time_s, 999999999}}};
}

static inline struct abci_finalize_response finalize(struct node_fixture *f, int64_t height, int64_t time_s,
                                                     const struct abci_bytes *parcels, size_t count)
{
    const struct abci_request in = block_request(ABCI_FINALIZE, height, time_s, parcels, count);
    const struct abci_response out = node_call(f, &in);
    if (out.method != ABCI_FINALIZE)
        fail_msg("FinalizeBlock: %.*s", (int)out.exception.size, (const char *)out.exception.at);
    assert_int_equal(out.finalize.result_count, count);
    assert_int_equal(out.finalize.app_hash.size, 32);
    return out.finalize;
}

static inline void commit(struct node_fixture *f)
{
    const struct abci_response out = node_call(f, &(struct abci_request){.method = ABCI_COMMIT});
    assert_int_equal(out.method, ABCI_COMMIT);
    assert_int_equal(out.commit.retain_height, 0);
}

/* Block of one parcel, all of whose transactions are accepted. */
static inline void accept_block(struct node_fixture *f, int64_t height, struct abci_bytes parcel)
{
    const struct abci_finalize_response out = finalize(f, height, 1000 + height, &parcel, 1);
    assert_int_equal(out.results[0].code, 0);
    for (size_t i = 8; i < out.results[0].data.size; i += 2)
        assert_int_equal(load_le16(out.results[0].data.at + i), LEDGER_ACCEPTED);
    commit(f);
}

/* Operators, money, an agreement with money. */
static inline struct abci_bytes opening(struct node_fixture *f)
{
    const struct market *m = &f->store.market;
    const struct pair *pair = &f->store.pair;
    return PARCEL(f, make_register(m, &pair->home), make_register(m, &pair->visited),
                  make_deposit(m, &pair->home, 1000000, 1), make_agreement(m, pair),
                  make_move(m, pair, TX_AGREEMENT_FUND, 500000, 1));
}

static inline struct ledger_head node_head(struct node_fixture *f)
{
    struct ledger_head head;
    assert_int_equal(store_head_get(f->store.store, &head), ROAM_OK);
    return head;
}

/* The program's one fixture. */
static struct node_fixture fixture;

static int setup(void **state)
{
    (void)state;
    node_setup(&fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    node_teardown(&fixture);
    return 0;
}

static const struct market *market(void) { return &fixture.store.market; }
static inline const struct pair *pair(void) { return &fixture.store.pair; }

#endif
