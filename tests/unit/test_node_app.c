/* The application under CometBFT: the chain's beginning, admission, proposals, queries. Blocks are in
 * test_node_block.c. */
#include "node_fixture.h"

#include "hex.h"

static struct abci_request init_chain(const char *chain, const char *app_state, int64_t height)
{
    return (struct abci_request){.method = ABCI_INIT_CHAIN,
                                 .init_chain = {.chain_id = text_of(chain),
                                                .app_state = text_of(app_state),
                                                .initial_height = height}};
}

static void test_init_chain(void **state)
{
    (void)state;
    const char *name = market()->genesis.chain_name;
    char good[67] = "\"", other[67], longer[69];
    hex_encode(good + 1, market()->ledger.byte, 32);
    strcat(good, "\"");
    static const char *const names[] = {"", "x", "another chain"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct abci_request wrong_name = init_chain(names[i], good, 1);
        node_fails(&fixture, &wrong_name, "is not this node's ledger");
    }
    snprintf(longer, sizeof longer, "%sx", name);
    const struct abci_request longer_name = init_chain(longer, good, 1);
    node_fails(&fixture, &longer_name, "is not this node's ledger");
    memcpy(other, good, sizeof other);
    other[1] = good[1] == '0' ? '1' : '0';
    const char *states[] = {"", "{}", "\"\"", good + 1, other};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        const struct abci_request wrong_state = init_chain(name, states[i], 1);
        node_fails(&fixture, &wrong_state, name);
    }
    snprintf(longer, sizeof longer, "%s ", good);
    const struct abci_request longer_state = init_chain(name, longer, 1);
    node_fails(&fixture, &longer_state, "is not this node's ledger");
    static const int64_t heights[] = {0, 2, -1, INT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        const struct abci_request wrong_height = init_chain(name, good, heights[i]);
        node_fails(&fixture, &wrong_height, "a ledger begins with 1");
    }
    const struct abci_request right = init_chain(name, good, 1);
    for (int again = 0; again < 2; again++) {
        const struct abci_response out = node_call(&fixture, &right);
        assert_int_equal(out.method, ABCI_INIT_CHAIN);
        assert_int_equal(out.init_chain.app_hash.size, 32);
        assert_memory_equal(out.init_chain.app_hash.at, node_head(&fixture).app_hash, 32);
    }
    accept_block(&fixture, 1, opening(&fixture));
    node_fails(&fixture, &right, "not empty");
}

static void assert_info(int64_t height)
{
    const struct abci_response out = node_call(&fixture, &(struct abci_request){.method = ABCI_INFO});
    assert_int_equal(out.method, ABCI_INFO);
    assert_int_equal(out.info.last_height, height);
    assert_int_equal(out.info.last_app_hash.size, 32);
    assert_memory_equal(out.info.last_app_hash.at, node_head(&fixture).app_hash, 32);
    assert_int_equal(out.info.app_version, 1);
}

static void test_info(void **state)
{
    (void)state;
    uint8_t after[32];
    assert_info(0);
    accept_block(&fixture, 3, opening(&fixture));
    memcpy(after, node_head(&fixture).app_hash, 32);
    assert_info(3);
    node_restart(&fixture);
    assert_info(3);
    assert_memory_equal(node_head(&fixture).app_hash, after, 32);
}

static void check_refused(struct abci_bytes parcel, enum ledger_outcome outcome)
{
    const struct abci_tx_result result = check_tx(&fixture, parcel);
    assert_int_equal(result.code, NODE_TX_REFUSED);
    assert_int_equal(result.data.size, 2);
    assert_int_equal(load_le16(result.data.at), outcome);
    assert_true(text_has(&result.log, ledger_outcome_text(outcome)));
    count_negative++;
}

/* The last signature has one bit wrong. */
static struct ledger_bytes spoilt(struct ledger_bytes tx)
{
    ((uint8_t *)(uintptr_t)tx.bytes)[tx.size - 64] ^= 1;
    return tx;
}

static void test_check_tx(void **state)
{
    (void)state;
    const struct abci_bytes first = opening(&fixture);
    const struct abci_bytes frames[] = {{NULL, 0},
                                        text_of("rpc1"),
                                        text_of("rtx1"),
                                        {first.at, first.size - 1},
                                        {first.at + 8, first.size - 8}};
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        const struct abci_tx_result result = check_tx(&fixture, frames[i]);
        assert_int_equal(result.code, NODE_TX_MALFORMED);
        assert_true(text_has(&result.log, "parcel"));
        count_negative++;
    }
    const struct ledger_bytes junk = {memset(malloc(9), 'x', 9), 9};
    check_refused(PARCEL(&fixture, junk), LEDGER_MALFORMED);
    check_refused(PARCEL(&fixture, spoilt(make_register(market(), &pair()->home))), LEDGER_BAD_SIGNATURE);
    struct ledger_bytes elsewhere = make_register(market(), &pair()->home);
    ((uint8_t *)(uintptr_t)elsewhere.bytes)[5] ^= 1;
    check_refused(PARCEL(&fixture, elsewhere), LEDGER_WRONG_LEDGER);
    check_refused(PARCEL(&fixture, make_session_open(market(), pair(), 1, 1, 10)), LEDGER_UNKNOWN_AGREEMENT);
    check_refused(PARCEL(&fixture, make_register(market(), &pair()->home),
                         make_withdraw(market(), &pair()->home, 1, 1)),
                  LEDGER_UNKNOWN_OPERATOR); /* one of two */

    const struct abci_bytes registration = PARCEL(&fixture, make_register(market(), &pair()->home));
    assert_int_equal(check_tx(&fixture, registration).code, NODE_TX_GOOD);
    accept_block(&fixture, 1, first);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(check_tx(&fixture, registration).code, NODE_TX_KNOWN);
        assert_int_equal(check_tx(&fixture, first).code, NODE_TX_KNOWN);
        count_negative += 2;
        node_restart(&fixture);
    }
    assert_int_equal(check_tx(&fixture, PARCEL(&fixture, make_register(market(), &pair()->home),
                                               make_session_open(market(), pair(), 1, 1, 10)))
                         .code,
                     NODE_TX_GOOD); /* one of two is new */
    check_refused(PARCEL(&fixture, spoilt(make_register(market(), &pair()->home))), LEDGER_BAD_SIGNATURE);
}

static void prepares(const struct abci_bytes *given, size_t count, const size_t *kept, size_t kept_count)
{
    struct abci_request in = block_request(ABCI_PREPARE_PROPOSAL, 2, 2000, given, count);
    in.block.max_tx_bytes = 4 << 20;
    const struct abci_response out = node_call(&fixture, &in);
    assert_int_equal(out.method, ABCI_PREPARE_PROPOSAL);
    assert_int_equal(out.txs.count, kept_count);
    for (size_t i = 0; i < kept_count; i++) {
        assert_int_equal(out.txs.at[i].size, given[kept[i]].size);
        assert_memory_equal(out.txs.at[i].at, given[kept[i]].at, given[kept[i]].size);
    }
    count_property++;
}

static bool processes(const struct abci_bytes *given, size_t count)
{
    const struct abci_request in = block_request(ABCI_PROCESS_PROPOSAL, 2, 2000, given, count);
    const struct abci_response out = node_call(&fixture, &in);
    assert_int_equal(out.method, ABCI_PROCESS_PROPOSAL);
    assert_true(out.verdict == ABCI_ACCEPT || out.verdict == ABCI_REJECT);
    count_negative += out.verdict == ABCI_REJECT;
    return out.verdict == ABCI_ACCEPT;
}

static struct abci_bytes open_session(uint64_t serial)
{
    return PARCEL(&fixture, make_session_open(market(), pair(), serial, 1, 10));
}

static void test_proposals(void **state)
{
    (void)state;
    const struct abci_bytes first = opening(&fixture);
    accept_block(&fixture, 1, first);
    const struct abci_bytes parcels[] = {
        open_session(1),
        first, /* accepted before */
        text_of("rpc1"),
        PARCEL(&fixture, spoilt(make_session_open(market(), pair(), 2, 1, 10))),
        open_session(3),
        {first.at, first.size - 1},
        PARCEL(&fixture, make_register(market(), &pair()->home),
               make_session_open(market(), pair(), 4, 1, 10))};
    prepares(parcels, 7, (const size_t[]){0, 4, 6}, 3);
    prepares(parcels, 0, NULL, 0);
    prepares(parcels + 1, 3, NULL, 0);
    assert_true(processes(parcels, 0));
    assert_true(processes(parcels, 1));
    for (size_t bad = 1; bad <= 5; bad++) {
        const struct abci_bytes among[] = {parcels[0], parcels[bad], parcels[6]};
        if (bad == 4)
            assert_true(processes(among, 3));
        else
            assert_false(processes(among, 3));
    }
    assert_true(processes(parcels + 6, 1));
    const struct abci_bytes chosen[] = {parcels[0], parcels[4], parcels[6]};
    assert_true(processes(chosen, 3)); /* what was prepared */
    assert_int_equal(node_head(&fixture).height, 1);
}

/* A parcel of `count` copies of a transaction: the budget counts them all. So many records that the block's
 * are spent before its number of transactions. */
static struct abci_bytes copies(size_t count)
{
    struct ledger_bytes txs[PARCEL_TXS_MAX];
    for (size_t i = 0; i < count; i++) txs[i] = make_session_open(market(), pair(), 1000, 4, 1);
    return parcel_of(&fixture, txs, count);
}

static void test_proposals_above_the_budget(void **state)
{
    (void)state;
    accept_block(&fixture, 1, opening(&fixture));
    const struct abci_bytes one = copies(1), two = copies(2);
    struct store_budget budget = store_budget_full(), before = budget;
    const size_t header = PARCEL_HEADER_SIZE + PARCEL_ITEM_HEADER_SIZE;
    assert_true(store_budget_take(&budget, &(struct ledger_bytes){one.at + header, one.size - header}));
    const size_t most = before.records / (before.records - budget.records);
    const struct abci_bytes half = copies((most - 1) / 2), rest = copies(most - 1 - (most - 1) / 2);
    const struct abci_bytes full[] = {half, rest, two, one, one};
    prepares(full, 5, (const size_t[]){0, 1, 3}, 3);
    assert_false(processes(full, 3));
    const struct abci_bytes exact[] = {half, rest, one, one};
    assert_true(processes(exact, 3));
    assert_false(processes(exact, 4));

    accept_block(&fixture, 2, one); /* now they are all known: what is left out takes no room */
    const struct abci_bytes known[] = {half, rest, half, rest, half, rest, open_session(1)};
    prepares(known, 7, (const size_t[]){6}, 1);
}

static struct ledger_bytes rotate(const struct person *person, const struct person *next, uint64_t sequence)
{
    const struct person *const signers[] = {person, next};
    struct tx tx = {.type = TX_OPERATOR_ROTATE_KEY, .ledger = market()->ledger};
    tx.body.operator_rotate_key.operator_id = person->operator_id;
    tx.body.operator_rotate_key.sequence = sequence;
    memcpy(tx.body.operator_rotate_key.new_public_key, next->public_key, 32);
    uint8_t *bytes = malloc(1024);
    assert_non_null(bytes);
    return (struct ledger_bytes){bytes, tx_finish(bytes, 1024, &tx, signers)};
}

/* What was admissible under the old key is not under the new one, though its signature was seen to be good.
 */
static void test_key_rotation(void **state)
{
    (void)state;
    struct person next;
    person_init(&next, "the next key");
    accept_block(&fixture, 1, opening(&fixture));
    const struct abci_bytes session = open_session(1);
    assert_int_equal(check_tx(&fixture, session).code, NODE_TX_GOOD);
    assert_true(processes(&session, 1));
    const struct abci_bytes rotation = PARCEL(&fixture, rotate(&pair()->home, &next, 1));
    const struct abci_bytes both[] = {rotation, session};
    assert_true(processes(both, 2)); /* judged in the committed state */
    const struct abci_finalize_response out = finalize(&fixture, 2, 2000, both, 2);
    assert_int_equal(load_le16(out.results[0].data.at + 8), LEDGER_ACCEPTED);
    assert_int_equal(load_le16(out.results[1].data.at + 8), LEDGER_BAD_SIGNATURE);
    assert_int_equal(check_tx(&fixture, session).code, NODE_TX_GOOD); /* not committed yet */
    commit(&fixture);
    check_refused(session, LEDGER_BAD_SIGNATURE);
    assert_false(processes(&session, 1));
    prepares(&session, 1, NULL, 0);
    struct pair renewed = *pair();
    memcpy(renewed.home.secret_key, next.secret_key, sizeof renewed.home.secret_key);
    const struct abci_bytes again = PARCEL(&fixture, make_session_open(market(), &renewed, 1, 1, 10));
    assert_int_equal(check_tx(&fixture, again).code, NODE_TX_GOOD);
    accept_block(&fixture, 3, again);
    count_negative++;
}

static struct abci_query_response query(const char *path, struct abci_bytes data, bool prove)
{
    const struct abci_request in = {.method = ABCI_QUERY,
                                    .query = {.path = text_of(path), .data = data, .prove = prove}};
    const struct abci_response out = node_call(&fixture, &in);
    assert_int_equal(out.method, ABCI_QUERY);
    return out.query;
}

static void test_query_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {"", "/", "receipt", "/receipts", "/receipt/", "/Receipt"};
    uint8_t id[33] = {0};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct abci_query_response out = query(paths[i], (struct abci_bytes){id, 32}, false);
        assert_int_equal(out.code, 1);
        assert_true(text_has(&out.log, "/receipt"));
        count_negative++;
    }
    static const size_t sizes[] = {0, 1, 31, 33};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(query("/receipt", (struct abci_bytes){id, sizes[i]}, false).code, 2);
        count_negative++;
    }
    assert_int_equal(query("/receipt", (struct abci_bytes){id, 32}, true).code, 3);
    const struct abci_bytes withdraw = PARCEL(&fixture, make_withdraw(market(), &pair()->home, 99, 1));
    const struct ledger_bytes tx = {withdraw.at + 8, withdraw.size - 8};
    const roam_id refused = made_id(&tx);
    const struct abci_bytes block[] = {opening(&fixture)};
    accept_block(&fixture, 1, block[0]);
    struct ledger_bytes too_much = make_withdraw(market(), &pair()->home, 900000, 1);
    const roam_id too_much_id = made_id(&too_much);
    const struct abci_bytes failing = PARCEL(&fixture, too_much);
    (void)finalize(&fixture, 2, 2000, &failing, 1);
    commit(&fixture);
    assert_int_equal(query("/receipt", (struct abci_bytes){refused.byte, 32}, false).code, 3);
    assert_int_equal(query("/receipt", (struct abci_bytes){too_much_id.byte, 32}, false).code, 3);
    count_negative += 3;
}

/* The proof leads from the receipt to the app hash, by nothing but the answer's bytes. */
static void check_proof(const struct abci_query_response *out, const uint8_t app_hash[32])
{
    struct ledger_head_parts parts;
    struct merkle_proof proof;
    uint8_t leaf[32], hash[32];
    assert_int_equal(out->proof_op_count, 1);
    const struct abci_proof_op *op = &out->proof_ops[0];
    assert_true(text_has(&op->type, "roam:receipt"));
    assert_int_equal(op->key.size, 8);
    const uint64_t index = load_le64(op->key.at);
    const uint8_t *at = op->data.at;
    memcpy(parts.ledger.byte, at, 32);
    parts.height = load_le64(at + 32);
    parts.time_s = load_le64(at + 40);
    memcpy(parts.state, at + 48, 32);
    memcpy(parts.receipt_root, at + 80, 32);
    parts.receipt_count = load_le64(at + 112);
    proof.count = (op->data.size - 120) / 32;
    assert_int_equal(op->data.size, 120 + 32 * proof.count);
    memcpy(proof.hash, at + 120, 32 * proof.count);
    ledger_parts_hash(hash, &parts);
    assert_memory_equal(hash, app_hash, 32);
    assert_int_equal(out->height, parts.height);
    merkle_leaf_hash(leaf, out->value.at, out->value.size);
    assert_int_equal(merkle_inclusion_verify(parts.receipt_root, index, parts.receipt_count, leaf, &proof),
                     ROAM_OK);
    leaf[0] ^= 1;
    assert_int_equal(merkle_inclusion_verify(parts.receipt_root, index, parts.receipt_count, leaf, &proof),
                     ROAM_E_VERIFY);
}

static void test_query(void **state)
{
    (void)state;
    enum { SESSIONS = 9 };
    roam_id ids[SESSIONS];
    struct ledger_receipt receipt;
    accept_block(&fixture, 1, opening(&fixture));
    for (uint64_t i = 0; i < SESSIONS; i++) {
        const struct ledger_bytes tx = make_session_open(market(), pair(), i + 1, 1, 10);
        ids[i] = made_id(&tx);
        accept_block(&fixture, 2 + (int64_t)i, PARCEL(&fixture, tx));
        for (uint64_t j = 0; j <= i; j++) {
            const struct abci_query_response out =
                query("/receipt", (struct abci_bytes){ids[j].byte, 32}, true);
            assert_int_equal(out.code, 0);
            assert_memory_equal(out.key.at, ids[j].byte, 32);
            assert_int_equal(out.value.size, LEDGER_RECEIPT_SIZE);
            assert_int_equal(ledger_receipt_parse(&receipt, out.value.at), ROAM_OK);
            assert_true(roam_id_equal(&receipt.tx, &ids[j]));
            assert_int_equal(receipt.height, 2 + j);
            check_proof(&out, node_head(&fixture).app_hash);
            count_property++;
        }
    }
    const struct abci_query_response bare = query("/receipt", (struct abci_bytes){ids[0].byte, 32}, false);
    assert_int_equal(bare.proof_op_count, 0);
    assert_int_equal(bare.value.size, LEDGER_RECEIPT_SIZE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_init_chain),
        TEST(test_info),
        TEST(test_check_tx),
        TEST(test_proposals),
        TEST(test_proposals_above_the_budget),
        TEST(test_key_rotation),
        TEST(test_query_refused),
        TEST(test_query),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
