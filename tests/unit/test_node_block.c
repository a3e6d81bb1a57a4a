/* The application under CometBFT: blocks, from FinalizeBlock to what is durable, and what fails. */
#include "node_fixture.h"

static struct abci_bytes open_session(uint64_t serial)
{
    return PARCEL(&fixture, make_session_open(market(), pair(), serial, 1, 10));
}

static void assert_result(const struct abci_tx_result *result, uint64_t first, size_t count,
                          const uint16_t *outcomes)
{
    assert_int_equal(result->code, 0);
    assert_int_equal(result->data.size, 8 + 2 * count);
    assert_int_equal(load_le64(result->data.at), first);
    for (size_t i = 0; i < count; i++) assert_int_equal(load_le16(result->data.at + 8 + 2 * i), outcomes[i]);
}

/* Parcels that no honest proposer lets pass have code 1 and leave no trace; the others are executed. */
static void test_malformed_parcels(void **state)
{
    (void)state;
    const struct abci_bytes first = opening(&fixture);
    const struct abci_bytes block[] = {text_of("rpc1"),
                                       first,
                                       {NULL, 0},
                                       {first.at, first.size - 1},
                                       PARCEL(&fixture, make_withdraw(market(), &pair()->home, 500001, 1),
                                              make_session_open(market(), pair(), 1, 2, 10))};
    const struct abci_finalize_response out = finalize(&fixture, 4, 2000, block, 5);
    static const uint16_t accepted[5], mixed[] = {LEDGER_INSUFFICIENT_FUNDS, LEDGER_ACCEPTED};
    static const size_t malformed[] = {0, 2, 3};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(out.results[malformed[i]].code, NODE_TX_MALFORMED);
        assert_int_equal(out.results[malformed[i]].data.size, 0);
        count_negative++;
    }
    assert_result(&out.results[1], 0, 5, accepted);
    assert_result(&out.results[4], 5, 2, mixed);
    commit(&fixture);
    assert_int_equal(node_head(&fixture).receipts.size, 7);
    assert_int_equal(fixture.committed, 1);
    assert_int_equal(fixture.receipt_count, 7);
    assert_int_equal(fixture.head.height, 4);
}

static void test_above_the_budget(void **state)
{
    (void)state;
    struct ledger_bytes txs[PARCEL_TXS_MAX];
    for (size_t i = 0; i < PARCEL_TXS_MAX; i++) {
        uint8_t *junk = malloc(1);
        assert_non_null(junk);
        *junk = 'x';
        txs[i] = (struct ledger_bytes){junk, 1};
    }
    const struct abci_bytes many = parcel_of(&fixture, txs, PARCEL_TXS_MAX), last = opening(&fixture);
    const struct abci_bytes block[] = {many, many, many, last};
    const struct abci_finalize_response out = finalize(&fixture, 1, 2000, block, 4);
    assert_int_equal(out.results[0].code, NODE_TX_REFUSED); /* all of it: it may come again */
    assert_int_equal(out.results[1].code, NODE_TX_REFUSED);
    assert_int_equal(out.results[2].code, NODE_TX_MALFORMED);
    static const uint16_t accepted[5];
    assert_result(&out.results[3], 2 * PARCEL_TXS_MAX, 5, accepted);
    commit(&fixture);
    count_negative += 1;
}

static void test_empty_blocks(void **state)
{
    (void)state;
    uint8_t genesis[32], after[32];
    const struct abci_bytes junk[] = {text_of("rpc1"), text_of("?")};
    memcpy(genesis, node_head(&fixture).app_hash, 32);
    for (int64_t height = 1; height < 4; height++) {
        const size_t count = height == 2 ? 2 : 0;
        const struct abci_finalize_response out = finalize(&fixture, height, 2000 + height, junk, count);
        assert_memory_equal(out.app_hash.at, genesis, 32);
        commit(&fixture);
        assert_int_equal(node_head(&fixture).height, 0);
    }
    assert_int_equal(fixture.committed, 0);
    accept_block(&fixture, 4, opening(&fixture));
    memcpy(after, node_head(&fixture).app_hash, 32);
    assert_memory_not_equal(after, genesis, 32);
    for (int64_t height = 5; height < 7; height++) {
        const struct abci_finalize_response out = finalize(&fixture, height, 2000, NULL, 0);
        assert_memory_equal(out.app_hash.at, after, 32);
        commit(&fixture);
    }
    node_restart(&fixture);
    assert_int_equal(node_head(&fixture).height, 4);
    assert_int_equal(fixture.committed, 1);
    accept_block(&fixture, 5, open_session(1)); /* CometBFT plays blocks 5 and 6 again after a restart */
}

/* A block that was executed and not committed is executed again, in this process or in the next one; what
 * another block in its place does is its own. */
static void test_replay(void **state)
{
    (void)state;
    uint8_t wanted[32], other[32];
    accept_block(&fixture, 1, opening(&fixture));
    const struct abci_bytes first = open_session(1), second = open_session(2);
    memcpy(wanted, finalize(&fixture, 2, 2000, &first, 1).app_hash.at, 32);
    memcpy(other, finalize(&fixture, 2, 2000, &second, 1).app_hash.at, 32);
    assert_memory_not_equal(other, wanted, 32);
    assert_memory_equal(finalize(&fixture, 2, 2000, &first, 1).app_hash.at, wanted, 32);
    for (int crash = 0; crash < 3; crash++) {
        node_restart(&fixture);
        const struct abci_response info = node_call(&fixture, &(struct abci_request){.method = ABCI_INFO});
        assert_int_equal(info.info.last_height, 1);
        assert_memory_equal(finalize(&fixture, 2, 2000, &first, 1).app_hash.at, wanted, 32);
        count_property++;
    }
    commit(&fixture);
    assert_memory_equal(node_head(&fixture).app_hash, wanted, 32);
    node_restart(&fixture);
    assert_memory_equal(node_head(&fixture).app_hash, wanted, 32);
    assert_int_equal(store_verify(fixture.store.store, NULL), ROAM_OK);
}

/* Two nodes that see the same blocks have the same hashes, whatever else they were asked meanwhile. */
static void test_two_nodes_agree(void **state)
{
    (void)state;
    static struct node_fixture other;
    struct roam_prng prng = prop_prng();
    node_setup(&other);
    other.store.options.threads = 3;
    node_restart(&other);
    for (int64_t height = 1; height < 30; height++) {
        const uint64_t serial = 1 + prng_below(&prng, 20);
        const struct abci_bytes block[] = {
            height == 1 ? opening(&fixture) : open_session(serial),
            PARCEL(&fixture, make_usage_commit(market(), pair(), serial, 1 + (size_t)prng_below(&prng, 3),
                                               prng_below(&prng, 3)))};
        uint8_t hash[32];
        if (prng_below(&prng, 2) == 0) (void)check_tx(&other, block[0]);
        if (prng_below(&prng, 3) == 0) (void)finalize(&other, height, 3000, block, 1);
        if (prng_below(&prng, 5) == 0) node_restart(&other);
        memcpy(hash, finalize(&fixture, height, 2000 + height, block, 2).app_hash.at, 32);
        assert_memory_equal(finalize(&other, height, 2000 + height, block, 2).app_hash.at, hash, 32);
        commit(&fixture);
        commit(&other);
        count_property++;
    }
    node_teardown(&other);
}

static void test_block_time(void **state)
{
    (void)state;
    static const int64_t given[] = {2000, 1999, 0, -5, INT64_MIN, 2001, 2001};
    static const uint64_t taken[] = {2000, 2000, 2000, 2000, 2000, 2001, 2001};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        const struct abci_bytes parcel = PARCEL(&fixture, make_register(market(), &pair()->home));
        (void)finalize(&fixture, 1 + (int64_t)i, given[i], &parcel, 1);
        commit(&fixture);
        assert_int_equal(node_head(&fixture).time_s, taken[i]);
    }
}

static void test_finalize_fails(void **state)
{
    (void)state;
    const struct abci_bytes first = opening(&fixture);
    accept_block(&fixture, 5, first);
    static const int64_t heights[] = {5, 4, 0};
    for (size_t i = 0; i < 3; i++) {
        const struct abci_request in = block_request(ABCI_FINALIZE, heights[i], 3000, &first, 1);
        node_fails(&fixture, &in, "does not come after 5");
    }
    const struct abci_request late = block_request(ABCI_FINALIZE, 6, INT64_MAX, &first, 1);
    node_fails(&fixture, &late, "block time");
    assert_int_equal(fixture.failed, 4);
    accept_block(&fixture, 6, open_session(1));
}

/* A ledger some of whose functions fail. */
static bool failing;
static struct node_ledger real;

static enum roam_err failing_head(void *context, struct ledger_head *out)
{
    return failing ? ROAM_E_IO : real.head(context, out);
}
static enum roam_err failing_admit(void *context, const struct ledger_bytes *txs, size_t count,
                                   size_t *refused, enum ledger_outcome *outcome)
{
    return failing ? ROAM_E_IO : real.admit(context, txs, count, refused, outcome);
}
static enum roam_err failing_commit(void *context, struct roam_diag *diag)
{
    return failing ? roam_diag(diag, ROAM_E_IO, "disk full") : real.commit(context, diag);
}

static void test_failures(void **state)
{
    (void)state;
    node_app_destroy(fixture.app);
    real = fixture.ledger;
    fixture.ledger.head = failing_head;
    fixture.ledger.admit = failing_admit;
    fixture.ledger.commit = failing_commit;
    node_start(&fixture);
    const struct abci_bytes first = opening(&fixture);
    failing = true;
    node_fails(&fixture, &(struct abci_request){.method = ABCI_INFO}, "cannot be read");
    node_fails(&fixture, &(struct abci_request){.method = ABCI_CHECK_TX, .check_tx = {.tx = first}},
               "cannot be read");
    struct abci_request in = block_request(ABCI_PROCESS_PROPOSAL, 1, 2000, &first, 1);
    assert_int_equal(node_call(&fixture, &in).verdict, ABCI_REJECT);
    in.method = ABCI_PREPARE_PROPOSAL;
    assert_int_equal(node_call(&fixture, &in).txs.count, 0);
    in.method = ABCI_FINALIZE;
    node_fails(&fixture, &in, "block 1");
    assert_int_equal(fixture.failed, 1);
    failing = false;
    (void)finalize(&fixture, 1, 2000, &first, 1);
    failing = true;
    node_fails(&fixture, &(struct abci_request){.method = ABCI_COMMIT}, "block 1: disk full");
    assert_int_equal(fixture.failed, 2);
    assert_int_equal(fixture.committed, 0); /* nobody is told that it is */
    failing = false;
    commit(&fixture);
    assert_int_equal(fixture.committed, 1);
    count_negative += 2;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_malformed_parcels), TEST(test_above_the_budget),
        TEST(test_empty_blocks),      TEST(test_replay),
        TEST(test_two_nodes_agree),   TEST(test_block_time),
        TEST(test_finalize_fails),    TEST(test_failures),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
