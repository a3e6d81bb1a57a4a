/* The ledger around its rules: start, blocks, receipts, records, and that aborting leaves no trace. */
#include <string.h>

#include "digest.h"
#include "market_box.h"
#include "prop.h"

enum { TXS_MAX = 64 };

static struct market market;
static struct pair pair;

static enum roam_err init_result(const struct ledger_config *config, const struct ledger_head *head)
{
    struct ledger *ledger;
    struct roam_diag diag = {""};
    void *memory = aligned_alloc(64, (ledger_memory_size(config) + 63) / 64 * 64);
    assert_non_null(memory);
    const enum roam_err err = ledger_init(&ledger, memory, config, head, &diag);
    assert_true((err == ROAM_OK) == (diag.text[0] == '\0'));
    free(memory);
    count_negative += err != ROAM_OK;
    return err;
}

static void test_init_refuses(void **state)
{
    (void)state;
    struct ledger_box box;
    market_box_empty(&box, &market, ROOMY, 1);
    const struct ledger_config good = box.config;
    assert_int_equal(init_result(&good, NULL), ROAM_OK);

    struct ledger_config c = good;
    c.genesis.production = true; /* the forged key says that it is a development key */
    assert_int_equal(init_result(&c, NULL), ROAM_E_INSECURE);
    c = good;
    c.genesis.circuit[0].vk_digest[0] ^= 1;
    assert_int_equal(init_result(&c, NULL), ROAM_E_MISMATCH);
    c = good;
    c.circuit[0].size++;
    assert_int_equal(init_result(&c, NULL), ROAM_E_MISMATCH);
    c = good;
    c.genesis.circuit[0].size = c.circuit[0].size = 0;
    assert_int_equal(init_result(&c, NULL), ROAM_E_RANGE);
    c = good;
    c.genesis.circuit[0].size = c.circuit[0].size = TX_BATCH_MAX + 1;
    assert_int_equal(init_result(&c, NULL), ROAM_E_RANGE);
    c = good;
    c.genesis.circuit_count = LEDGER_CIRCUITS_MAX + 1;
    assert_int_equal(init_result(&c, NULL), ROAM_E_RANGE);
    c = good;
    c.threads = 0;
    assert_int_equal(init_result(&c, NULL), ROAM_E_RANGE);
    c.threads = LEDGER_THREADS_MAX + 1;
    assert_int_equal(init_result(&c, NULL), ROAM_E_RANGE);
    c = good;
    c.overlay_records_max = 0;
    assert_int_equal(init_result(&c, NULL), ROAM_E_RANGE);

    /* a key with another number of inputs is none of `settle` */
    struct groth16_vk vk = market.forger.vk;
    struct groth16_prepared_vk prepared = market.forger.prepared;
    vk.input_count--;
    prepared.vk = &vk;
    c = good;
    c.circuit[0].vk = &prepared;
    assert_int_equal(init_result(&c, NULL), ROAM_E_MISMATCH);
    box_release(&box);
}

static void test_start_from_a_head(void **state)
{
    (void)state;
    struct ledger_box box;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    const struct ledger_head head = box.head;
    assert_int_equal(init_result(&box.config, &head), ROAM_OK);
    for (int i = 0; i < 5; i++) {
        struct ledger_head other = head;
        if (i == 0) other.height++;
        if (i == 1) other.time_s++;
        if (i == 2) other.state.counter[7]++;
        if (i == 3) other.receipts.frontier[0][0] ^= 1; /* five receipts: level 0 counts */
        if (i == 4) other.app_hash[31] ^= 1;
        assert_int_equal(init_result(&box.config, &other), ROAM_E_MISMATCH);
    }
    struct ledger_config elsewhere = box.config;
    elsewhere.genesis.chain_name[0] ^= 1;
    assert_int_equal(init_result(&elsewhere, &head), ROAM_E_MISMATCH);
    box_restart(&box);
    assert_memory_equal(ledger_head(box.ledger), &head, sizeof head);
    box_release(&box);
}

/* app hash and ledger id from their description. */
static void test_hashes(void **state)
{
    (void)state;
    struct ledger_box box;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    uint8_t text[400], expected[32];
    memcpy(text, "roam genesis v1", 15);
    memcpy(text + 15, market.genesis.chain_name, 32);
    memcpy(text + 47, market.genesis.governor, 32);
    memcpy(text + 79, market.genesis.treasury, 32);
    memset(text + 111, 0, 1 + 8);
    memcpy(text + 120, "\x01\0\x40\0", 4); /* one circuit of 64 places */
    memcpy(text + 124, market.genesis.circuit[0].vk_digest, 32);
    sha256(expected, text, 156);
    assert_memory_equal(ledger_id(box.ledger)->byte, expected, 32);

    const struct ledger_head *head = ledger_head(box.ledger);
    assert_true(head->height == 1 && head->time_s == T0 && head->receipts.size == 5);
    memcpy(text, "roam app v1", 11);
    memcpy(text + 11, ledger_id(box.ledger)->byte, 32);
    memcpy(text + 43, "\x01\0\0\0\0\0\0\0\x64\0\0\0\0\0\0\0", 16);
    lthash_digest(text + 59, &head->state);
    merkle_log_root(text + 91, &head->receipts);
    memcpy(text + 123, "\x05\0\0\0\0\0\0\0", 8);
    sha256(expected, text, 131);
    assert_memory_equal(head->app_hash, expected, 32);
    box_release(&box);
}

static void test_genesis_head(void **state)
{
    (void)state;
    struct ledger_box box;
    struct lthash empty;
    lthash_init(&empty);
    box_init(&box, "genesis", ROOMY, 1);
    const struct ledger_head *head = ledger_head(box.ledger);
    assert_true(head->height == 0 && head->time_s == BOX_TIME_S && head->receipts.size == 0);
    assert_memory_equal(&head->state, &empty, sizeof empty);
    box_release(&box);
}

/* Inner hashes of the receipt log. */
struct node {
    bool set;
    uint8_t hash[32];
};
static struct node nodes[8][64];

static void put_node(void *context, unsigned level, uint64_t index, const uint8_t hash[32])
{
    (void)context;
    assert_true(level < 8 && index < 64);
    nodes[level][index].set = true;
    memcpy(nodes[level][index].hash, hash, 32);
}

static bool get_node(void *context, unsigned level, uint64_t index, uint8_t hash[32])
{
    (void)context;
    assert_true(level < 8 && index < 64);
    memcpy(hash, nodes[level][index].hash, 32);
    return nodes[level][index].set;
}

static void test_receipts(void **state)
{
    (void)state;
    struct ledger_box box;
    struct ledger_bytes txs[TXS_MAX];
    struct ledger_receipt receipts[TXS_MAX];
    market_box_empty(&box, &market, ROOMY, 1);
    box.config.receipt_nodes = (struct merkle_store){NULL, put_node, get_node};
    box_restart(&box);
    size_t count = market_opening(txs, &market, &pair);
    txs[count++] = make_session_open(&market, &pair, 0, 3, 10);
    txs[count++] = make_session_open(&market, &pair, 0, 3, 10); /* refused */
    txs[count++] = (struct ledger_bytes){(const uint8_t *)"not a transaction", 17};
    /* in blocks of 3, 3, 2 */
    for (size_t i = 0; i < count; i += 3)
        box_block(&box, T0, txs + i, count - i < 3 ? count - i : 3, receipts + i);

    uint8_t root[32];
    merkle_log_root(root, &box.head.receipts);
    for (size_t i = 0; i < count; i++) {
        const struct ledger_receipt *r = &receipts[i];
        assert_int_equal(r->index, i);
        assert_int_equal(r->height, 1 + i / 3);
        assert_int_equal(r->time_s, T0);
        const roam_id id = i + 1 < count ? made_id(&txs[i]) : (roam_id){{0}};
        if (i + 1 < count) assert_true(roam_id_equal(&r->tx, &id));
        uint8_t bytes[LEDGER_RECEIPT_SIZE], leaf[32];
        struct merkle_proof proof;
        struct ledger_receipt back;
        ledger_receipt_serialize(bytes, r);
        assert_int_equal(ledger_receipt_parse(&back, bytes), ROAM_OK);
        uint8_t again[LEDGER_RECEIPT_SIZE];
        ledger_receipt_serialize(again, &back);
        assert_memory_equal(again, bytes, sizeof bytes);
        merkle_leaf_hash(leaf, bytes, sizeof bytes);
        assert_int_equal(merkle_inclusion_prove(&proof, i, count, &box.config.receipt_nodes), ROAM_OK);
        assert_int_equal(merkle_inclusion_verify(root, i, count, leaf, &proof), ROAM_OK);
        count_property++;
    }
    assert_int_equal(receipts[5].outcome, LEDGER_ACCEPTED);
    assert_true(receipts[5].amount_minor == 30 && receipts[5].count == 3 &&
                receipts[5].type == TX_SESSION_OPEN);
    assert_true(roam_id_equal(&receipts[5].agreement, &pair.agreement));
    assert_int_equal(receipts[6].outcome, LEDGER_SESSION_EXISTS);
    assert_true(receipts[6].amount_minor == 0 && receipts[6].count == 0);
    uint8_t hash[32];
    sha256(hash, "not a transaction", 17);
    assert_memory_equal(receipts[7].tx.byte, hash, 32);
    assert_true(receipts[7].outcome == LEDGER_MALFORMED && receipts[7].type == 0);
    market_free(txs, count - 1);
    box_release(&box);
}

static void test_receipt_layout(void **state)
{
    (void)state;
    const struct ledger_receipt r = {1, 2, 3, 4, 5, {{6}}, {{7}}, 8, 9, 10};
    uint8_t bytes[LEDGER_RECEIPT_SIZE], expected[LEDGER_RECEIPT_SIZE] = {0};
    expected[0] = 1, expected[8] = 2, expected[16] = 3, expected[24] = 4, expected[25] = 5;
    expected[27] = 6, expected[59] = 7, expected[91] = 8, expected[99] = 9, expected[107] = 10;
    assert_int_equal(LEDGER_RECEIPT_SIZE, 109);
    ledger_receipt_serialize(bytes, &r);
    assert_memory_equal(bytes, expected, sizeof bytes);
    struct ledger_receipt out;
    bytes[24] = TX_TYPES;
    assert_int_equal(ledger_receipt_parse(&out, bytes), ROAM_E_RANGE);
    bytes[24] = 1;
    bytes[25] = LEDGER_OUTCOMES;
    assert_int_equal(ledger_receipt_parse(&out, bytes), ROAM_E_RANGE);
    bytes[25] = 0, bytes[26] = 1;
    assert_int_equal(ledger_receipt_parse(&out, bytes), ROAM_E_RANGE);
    count_negative += 3;
}

/* Keys seen by a walk. */
struct walk {
    size_t count;
    uint8_t last[LEDGER_KEY_MAX];
    size_t last_size;
};

static void visit(void *context, const uint8_t *key, size_t key_size, const uint8_t *value, size_t value_size)
{
    struct walk *walk = context;
    const size_t common = key_size < walk->last_size ? key_size : walk->last_size;
    const int order = memcmp(walk->last, key, common);
    assert_true(walk->count == 0 || order < 0 || (order == 0 && walk->last_size < key_size));
    assert_true(value != NULL && value_size > 0 && value_size <= LEDGER_VALUE_MAX && value[0] == 1);
    memcpy(walk->last, key, key_size);
    walk->last_size = key_size;
    walk->count++;
}

static void test_walk_is_in_key_order(void **state)
{
    (void)state;
    for (size_t sessions = 0; sessions <= 300; sessions = sessions < 4 ? sessions + 1 : sessions * 3) {
        struct ledger_box box;
        struct ledger_receipt receipt;
        struct walk walk = {0};
        market_box_open(&box, &market, &pair, ROOMY, 1);
        struct ledger_bytes tx = make_session_open(&market, &pair, 0, sessions, 1);
        box_begin(&box, T0);
        assert_int_equal(ledger_execute(box.ledger, &tx, 1, &receipt), ROAM_OK);
        ledger_block_end(box.ledger, &box.head);
        ledger_overlay_walk(box.ledger, &walk, visit);
        assert_int_equal(walk.count, sessions == 0 ? 0 : sessions + 1);
        ledger_block_abort(box.ledger);
        market_free(&tx, 1);
        box_release(&box);
        count_property++;
    }
}

/* A block that was aborted, before or after its end, leaves no trace. */
static void test_abort(void **state)
{
    (void)state;
    struct ledger_box box, other;
    struct ledger_receipt receipt;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    market_box_open(&other, &market, &pair, ROOMY, 1);
    struct ledger_bytes txs[2] = {make_session_open(&market, &pair, 0, 5, 10),
                                  make_session_open(&market, &pair, 3, 5, 10)};
    const struct ledger_head before = box.head;
    for (int end = 0; end < 2; end++) {
        struct ledger_head ended;
        ledger_block_begin(box.ledger, 2, T0 + 5);
        assert_int_equal(ledger_execute(box.ledger, &txs[0], 1, &receipt), ROAM_OK);
        assert_int_equal(receipt.outcome, LEDGER_ACCEPTED);
        if (end == 1) ledger_block_end(box.ledger, &ended);
        ledger_block_abort(box.ledger);
        assert_memory_equal(ledger_head(box.ledger), &before, sizeof before);
    }
    /* serials 3 and 4 are free again, on both */
    assert_int_equal(box_one(&box, T0, txs[1].bytes, txs[1].size), LEDGER_ACCEPTED);
    assert_int_equal(box_one(&other, T0, txs[1].bytes, txs[1].size), LEDGER_ACCEPTED);
    assert_memory_equal(&box.head, &other.head, sizeof box.head);
    market_free(txs, 2);
    box_release(&box);
    box_release(&other);
}

/* Committed reads do not see the block in progress. */
static void test_reads_are_of_committed_state(void **state)
{
    (void)state;
    struct ledger_box box;
    struct ledger_receipt receipt;
    struct ledger_agreement agreement;
    struct ledger_account account;
    struct ledger_operator operator;
    struct ledger_settlement settlement;
    struct ledger_session session;
    roam_id id, absent = {{9}};
    market_box_open(&box, &market, &pair, ROOMY, 1);
    struct ledger_bytes tx = make_session_open(&market, &pair, 0, 1, 10);
    tx_session_id(&id, &pair.agreement, 0);
    box_begin(&box, T0);
    assert_int_equal(ledger_execute(box.ledger, &tx, 1, &receipt), ROAM_OK);
    assert_int_equal(ledger_get_session(&session, box.ledger, &id), ROAM_E_NOTFOUND);
    assert_int_equal(ledger_get_agreement(&agreement, box.ledger, &pair.agreement), ROAM_OK);
    assert_true(agreement.held_minor == 0 && agreement.available_minor == 500000);
    box_commit(&box);
    assert_int_equal(ledger_get_session(&session, box.ledger, &id), ROAM_OK);
    assert_int_equal(ledger_get_agreement(&agreement, box.ledger, &pair.agreement), ROAM_OK);
    assert_true(agreement.held_minor == 10 && agreement.available_minor == 499990);
    assert_int_equal(ledger_get_operator(&operator, box.ledger, &pair.home.operator_id), ROAM_OK);
    assert_memory_equal(operator.public_key, pair.home.public_key, 32);
    assert_int_equal(ledger_get_account(&account, box.ledger, &pair.home.operator_id, &market.currency),
                     ROAM_OK);
    assert_int_equal(account.available_minor, 500000);
    assert_int_equal(ledger_get_account(&account, box.ledger, &pair.visited.operator_id, &market.currency),
                     ROAM_E_NOTFOUND);
    assert_int_equal(ledger_get_operator(&operator, box.ledger, &absent), ROAM_E_NOTFOUND);
    assert_int_equal(ledger_get_agreement(&agreement, box.ledger, &absent), ROAM_E_NOTFOUND);
    assert_int_equal(ledger_get_settlement(&settlement, box.ledger, &absent), ROAM_E_NOTFOUND);
    count_negative += 4;
    market_free(&tx, 1);
    box_release(&box);
}

/* Every record of a ledger that has one of each kind: its bytes parse, and no other length or version does.
 */
static enum roam_err parse_record(const struct record_entry *e, size_t size)
{
    struct ledger_operator operator;
    struct ledger_account account;
    struct ledger_agreement agreement;
    struct ledger_session session;
    struct ledger_settlement settlement;
    switch (e->key[0]) {
    case 'o':
        return ledger_operator_parse(&operator, e->value, size);
    case 'a':
        return ledger_account_parse(&account, e->value, size);
    case 'g':
        return ledger_agreement_parse(&agreement, e->value, size);
    case 's':
        return ledger_session_parse(&session, e->value, size);
    default:
        return ledger_settlement_parse(&settlement, e->value, size);
    }
}

static void check_record(const struct record_entry *e)
{
    struct record_entry changed = *e;
    assert_int_equal(parse_record(e, e->value_size), ROAM_OK);
    for (size_t size = 0; size < e->value_size; size++) assert_int_not_equal(parse_record(e, size), ROAM_OK);
    assert_int_equal(parse_record(e, e->value_size - 1), ROAM_E_FORMAT);
    assert_int_equal(parse_record(e, e->value_size + 1), ROAM_E_FORMAT);
    changed.value[0] = 2;
    assert_int_equal(parse_record(&changed, e->value_size), ROAM_E_VERSION);
    count_negative += e->value_size + 2;
}

static void test_records(void **state)
{
    (void)state;
    struct ledger_box box;
    unsigned kinds = 0;
    market_box_open(&box, &market, &pair, ROOMY, 1);
    struct ledger_bytes txs[] = {make_session_open(&market, &pair, 0, 2, 10),
                                 make_usage_commit(&market, &pair, 0, 2, 1),
                                 make_settle(&market, &pair, 0, 1, 10, 1, 5)};
    struct ledger_receipt receipts[3];
    box_block(&box, T0, txs, 3, receipts);
    assert_int_equal(receipts[2].outcome, LEDGER_ACCEPTED);
    for (size_t i = 0; i < box.records.capacity; i++) {
        struct record_entry e = box.records.entries[i];
        if (e.key_size == 0) continue;
        if (e.key[0] == 'd') {
            assert_true(e.value_size == 1 && e.value[0] == 1);
            kinds |= 1;
            continue;
        }
        check_record(&e);
        kinds |= e.key[0] == 'o'   ? 2u
                 : e.key[0] == 'a' ? 4u
                 : e.key[0] == 'g' ? 8u
                 : e.key[0] == 's' ? 16u
                                   : 32u;
        if (e.key[0] == 's') {
            e.value[1 + 32 + 8] = 0;
            assert_int_equal(parse_record(&e, e.value_size), ROAM_E_RANGE);
            e.value[1 + 32 + 8] = 6;
            assert_int_equal(parse_record(&e, e.value_size), ROAM_E_RANGE);
            e.value[1 + 32 + 8] = 1;
            memset(e.value + 1 + 32 + 8 + 1, 0xff, 32);
            assert_int_equal(parse_record(&e, e.value_size), ROAM_E_RANGE);
            count_negative += 3;
        }
        if (e.key[0] == 'g') {
            e.value[e.value_size - 1] = 2;
            assert_int_equal(parse_record(&e, e.value_size), ROAM_E_FORMAT);
            count_negative++;
        }
    }
    assert_int_equal(kinds, 63);
    market_free(txs, 3);
    box_release(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init_refuses),
        cmocka_unit_test(test_start_from_a_head),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_genesis_head),
        cmocka_unit_test(test_receipts),
        cmocka_unit_test(test_receipt_layout),
        cmocka_unit_test(test_walk_is_in_key_order),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_reads_are_of_committed_state),
        cmocka_unit_test(test_records),
    };
    market_init(&market);
    pair_init(&pair, &market, 1);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
