/* The application of a ledger with validators: a chain begins with them, and CometBFT is told of what votes
 * change. */
#define FIXTURE_VALIDATORS 4
#include "node_fixture.h"

#include "hex.h"

enum { OWNERS = FIXTURE_VALIDATORS + 2 };
static struct person node[OWNERS], owner[OWNERS];

static struct abci_validator_update update(size_t which, int64_t power)
{
    return (struct abci_validator_update){ABCI_KEY_ED25519, {node[which].public_key, 32}, power};
}

static struct abci_request init_chain(const struct abci_validator_update *validators, size_t count)
{
    static char state[67] = "\"";
    hex_encode(state + 1, market()->ledger.byte, 32);
    strcat(state, "\"");
    return (struct abci_request){.method = ABCI_INIT_CHAIN,
                                 .init_chain = {.chain_id = text_of(market()->genesis.chain_name),
                                                .app_state = text_of(state),
                                                .initial_height = 1,
                                                .validators = {validators, count}}};
}

static void test_init_chain(void **state)
{
    (void)state;
    static const char says[] = "are not the 4 of the ledger's genesis";
    struct abci_validator_update v[FIXTURE_VALIDATORS + 1];
    for (size_t i = 0; i <= FIXTURE_VALIDATORS; i++) v[i] = update(FIXTURE_VALIDATORS - i, MARKET_POWER);
    struct abci_request in = init_chain(v + 1, 4); /* in another order */
    const struct abci_response good = node_call(&fixture, &in);
    assert_int_equal(good.method, ABCI_INIT_CHAIN);
    assert_int_equal(good.init_chain.validators.count, 0);
    in = init_chain(NULL, 0);
    node_fails(&fixture, &in, says);
    in = init_chain(v + 1, 3);
    node_fails(&fixture, &in, says);
    in = init_chain(v, 5);
    node_fails(&fixture, &in, says);
    in = init_chain(v, 4); /* one is another */
    node_fails(&fixture, &in, says);
    v[0] = v[1]; /* one is there twice */
    in = init_chain(v, 4);
    node_fails(&fixture, &in, says);
    v[1].power++;
    in = init_chain(v + 1, 4);
    node_fails(&fixture, &in, says);
    v[1] = update(3, MARKET_POWER);
    v[1].type = ABCI_KEY_SECP256K1;
    node_fails(&fixture, &in, says);
    v[1] = update(3, MARKET_POWER);
    v[1].key.size = 31;
    node_fails(&fixture, &in, says);
}

static struct abci_bytes registrations(void)
{
    struct ledger_bytes txs[OWNERS];
    for (size_t i = 0; i < OWNERS; i++) txs[i] = make_register(market(), &owner[i]);
    return parcel_of(&fixture, txs, OWNERS);
}

/* Votes of `voters` of the first owners for one change. */
static struct abci_bytes votes(size_t voters, size_t which, uint64_t power, uint64_t changes)
{
    struct ledger_bytes txs[OWNERS];
    struct tx_validator_vote vote = {.power = power, .owner = owner[which].operator_id, .changes = changes};
    memcpy(vote.validator.byte, node[which].public_key, 32);
    for (size_t i = 0; i < voters; i++) txs[i] = make_vote(market(), &owner[i], &vote);
    return parcel_of(&fixture, txs, voters);
}

static void expect_updates(int64_t height, const struct abci_bytes *parcels, size_t count,
                           const struct abci_validator_update *updates, size_t update_count)
{
    for (int again = 0; again < 2; again++) { /* a block that is executed again says the same */
        const struct abci_finalize_response out = finalize(&fixture, height, 2000 + height, parcels, count);
        for (size_t i = 0; i < count; i++) assert_int_equal(out.results[i].code, NODE_TX_GOOD);
        assert_int_equal(out.validators.count, update_count);
        for (size_t i = 0; i < update_count; i++) {
            const struct abci_validator_update *u = &out.validators.at[i];
            assert_int_equal(u->type, ABCI_KEY_ED25519);
            assert_int_equal(u->key.size, 32);
            assert_memory_equal(u->key.at, updates[i].key.at, 32);
            assert_int_equal(u->power, updates[i].power);
        }
    }
    commit(&fixture);
    count_property++;
}

static void test_updates(void **state)
{
    (void)state;
    struct abci_bytes block[4] = {registrations()};
    expect_updates(1, block, 1, NULL, 0);
    block[0] = votes(2, 4, 10, 0); /* 20 of 40 */
    expect_updates(2, block, 1, NULL, 0);
    expect_updates(3, NULL, 0, NULL, 0);
    block[0] = votes(3, 0, 0, 0);
    expect_updates(4, block, 1, (struct abci_validator_update[]){update(0, 0)}, 1);
    expect_updates(5, NULL, 0, NULL, 0);

    /* Two changes in their order: 30 in all, 10 each; owner 0 has none left, 1, 2 and 3 must agree. */
    struct ledger_bytes txs[2 * OWNERS];
    size_t count = 0;
    struct tx_validator_vote vote = {.changes = 1};
    static const struct {
        size_t which;
        uint64_t power;
    } changes[] = {{4, 5}, {5, 5}, {4, 0}, {5, 7}};
    for (size_t c = 0; c < 4; c++) {
        vote.power = changes[c].power;
        vote.owner = owner[changes[c].which].operator_id;
        memcpy(vote.validator.byte, node[changes[c].which].public_key, 32);
        for (size_t i = 1; i <= 3; i++) txs[count++] = make_vote(market(), &owner[i], &vote);
        vote.changes++;
        if (c % 2 == 0) continue;
        block[c / 2] = parcel_of(&fixture, txs, count);
        count = 0;
    }
    /* 4 comes and goes, 5 comes and changes: one update, although there were four changes */
    expect_updates(6, block, 2, (struct abci_validator_update[]){update(5, 7)}, 1);
    node_restart(&fixture);
    struct ledger_validator_set set;
    const struct ledger *ledger = store_read_begin(fixture.store.store);
    assert_int_equal(ledger_get_validator_set(&set, ledger), ROAM_OK);
    assert_true(set.changes == 5 && set.total_power == 37 && set.count == 4);
    store_read_end(fixture.store.store);
}

/* In the order of the changes. */
static void test_several_updates(void **state)
{
    (void)state;
    const struct abci_bytes first = registrations();
    expect_updates(1, &first, 1, NULL, 0);
    struct abci_bytes block[3] = {votes(3, 5, 3, 0), votes(3, 2, 11, 1), votes(3, 3, 0, 2)};
    expect_updates(2, block, 3, (struct abci_validator_update[]){update(5, 3), update(2, 11), update(3, 0)},
                   3);
}

static enum roam_err unreadable(void *context, const roam_id *key, struct ledger_validator *out)
{
    (void)context, (void)key, (void)out;
    return ROAM_E_IO;
}

static void test_unreadable(void **state)
{
    (void)state;
    const struct abci_bytes first = registrations();
    expect_updates(1, &first, 1, NULL, 0);
    node_app_destroy(fixture.app);
    fixture.ledger.validator = unreadable;
    node_start(&fixture);
    const struct abci_bytes block = votes(3, 0, 0, 0);
    const struct abci_request in = block_request(ABCI_FINALIZE, 2, 2000, &block, 1);
    node_fails(&fixture, &in, "the validators cannot be read");
    assert_int_equal(fixture.failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_init_chain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_updates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_several_updates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unreadable, setup, teardown),
    };
    for (size_t i = 0; i < OWNERS; i++) market_validator_init(&node[i], &owner[i], i);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
