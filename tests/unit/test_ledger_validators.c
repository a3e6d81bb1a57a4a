/* Validators of a ledger at its genesis, and the records of votes on them. The rules are in
 * tests/scenario/validator_vote.scn. */
#include <string.h>

#include "digest.h"
#include "market_box.h"
#include "market_validators.h"
#include "prop.h"

static struct market market;

static enum roam_err init_result(const struct ledger_config *config)
{
    struct ledger *ledger;
    struct roam_diag diag = {""};
    void *memory = aligned_alloc(64, (ledger_memory_size(config) + 63) / 64 * 64);
    assert_non_null(memory);
    const enum roam_err err = ledger_init(&ledger, memory, config, NULL, &diag);
    assert_true((err == ROAM_OK) == (diag.text[0] == '\0'));
    free(memory);
    count_negative += err != ROAM_OK;
    return err;
}

static struct ledger_genesis voting_genesis(void)
{
    struct ledger_genesis genesis = market.genesis;
    box_add_validator(&genesis, "v1", 5, "alice");
    box_add_validator(&genesis, "v2", LEDGER_POWER_MAX, "bob");
    box_add_validator(&genesis, "v3", 7, "alice");
    return genesis;
}

static void test_validators_refused(void **state)
{
    (void)state;
    struct ledger_box box;
    market_box_empty(&box, &market, ROOMY, 1);
    struct ledger_config c = box.config;
    c.genesis = voting_genesis();
    assert_int_equal(init_result(&c), ROAM_OK);
    c.genesis.validator[1].power = 0;
    assert_int_equal(init_result(&c), ROAM_E_RANGE);
    c.genesis.validator[1].power = LEDGER_POWER_MAX + 1;
    assert_int_equal(init_result(&c), ROAM_E_RANGE);
    c.genesis = voting_genesis();
    memset(c.genesis.validator[2].key.byte, 0, 32);
    assert_int_equal(init_result(&c), ROAM_E_POINT);
    c.genesis.validator[2].key = c.genesis.validator[0].key;
    assert_int_equal(init_result(&c), ROAM_E_EXISTS);
    c.genesis = voting_genesis();
    c.genesis.validator_count = LEDGER_VALIDATORS_MAX + 1;
    assert_int_equal(init_result(&c), ROAM_E_RANGE);
    box_release(&box);
}

/* Id, records and state at height 0 from their description. */
static void test_validators_at_genesis(void **state)
{
    (void)state;
    struct ledger_box box;
    const struct ledger_genesis genesis = voting_genesis();
    uint8_t text[600], expected[32];
    memcpy(text, "roam genesis v1", 15);
    memcpy(text + 15, genesis.chain_name, 32);
    memcpy(text + 47, genesis.governor, 32);
    memcpy(text + 79, genesis.treasury, 32);
    memset(text + 111, 0, 1 + 8);
    memcpy(text + 120, "\x01\0\x40\0", 4);
    memcpy(text + 124, genesis.circuit[0].vk_digest, 32);
    memcpy(text + 156, "\x03\0", 2);
    for (size_t i = 0; i < 3; i++) {
        uint8_t *at = text + 158 + 72 * i;
        memcpy(at, genesis.validator[i].key.byte, 32);
        memset(at + 32, 0, 8);
        at[32 + (i == 1 ? 5 : 0)] = (uint8_t)(i == 1 ? 1 : 5 + i); /* 2^40 */
        memcpy(at + 40, genesis.validator[i].owner.byte, 32);
    }
    sha256(expected, text, 158 + 3 * 72);

    struct ledger_validator_set set;
    struct ledger_validator validator;
    struct ledger_voter voter;
    struct ledger_listed listed;
    u128 money;
    const struct ledger_circuit circuit = {MARKET_CIRCUIT_SIZE, &market.forger.prepared};
    box_open(&box, &genesis, &circuit, ROOMY, 1);
    assert_memory_equal(ledger_id(box.ledger)->byte, expected, 32);
    assert_int_equal(box.records.count, 3 + 3 + 2 + 1);
    assert_null(box_audit(&box, &money)); /* the commitment too */
    assert_int_equal(ledger_get_validator_set(&set, box.ledger), ROAM_OK);
    assert_true(set.changes == 0 && set.count == 3 && set.total_power == LEDGER_POWER_MAX + 12);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ledger_get_listed(&listed, box.ledger, i), ROAM_OK);
        assert_true(roam_id_equal(&listed.validator, &genesis.validator[i].key));
        assert_int_equal(ledger_get_validator(&validator, box.ledger, &listed.validator), ROAM_OK);
        assert_true(validator.power == genesis.validator[i].power &&
                    roam_id_equal(&validator.owner, &genesis.validator[i].owner));
    }
    assert_int_equal(ledger_get_listed(&listed, box.ledger, 3), ROAM_E_NOTFOUND);
    assert_int_equal(ledger_get_voter(&voter, box.ledger, &genesis.validator[2].owner), ROAM_OK);
    assert_int_equal(voter.weight, 12);
    box_release(&box);
}

static enum roam_err parse_record(const struct record_entry *e, size_t size)
{
    struct ledger_validator validator;
    struct ledger_voter voter;
    struct ledger_validator_set set;
    struct ledger_listed listed;
    struct ledger_ballot ballot;
    switch (e->key[0]) {
    case 'v':
        return ledger_validator_parse(&validator, e->value, size);
    case 'w':
        return ledger_voter_parse(&voter, e->value, size);
    case 'V':
        return ledger_validator_set_parse(&set, e->value, size);
    case 'n':
        return ledger_listed_parse(&listed, e->value, size);
    default:
        return ledger_ballot_parse(&ballot, e->value, size);
    }
}

static void check_record(const struct record_entry *e)
{
    struct record_entry changed = *e;
    assert_int_equal(parse_record(e, e->value_size), ROAM_OK);
    for (size_t size = 0; size < e->value_size; size++)
        assert_int_equal(parse_record(e, size), ROAM_E_FORMAT);
    assert_int_equal(parse_record(e, e->value_size + 1), ROAM_E_FORMAT);
    changed.value[0] = 2;
    assert_int_equal(parse_record(&changed, e->value_size), ROAM_E_VERSION);
    count_negative += e->value_size + 2;
}

/* Keys and sizes of all kinds, after a vote that changes nothing yet and one that does. */
static void test_records(void **state)
{
    (void)state;
    static const struct {
        char kind;
        size_t key_size, value_size, count;
    } kinds[] = {{'v', 33, 41, 5}, {'w', 33, 9, 5}, {'n', 9, 33, 5},
                 {'V', 1, 27, 1},  {'b', 33, 9, 1}, {'c', 33, 1, 3}};
    struct market voting;
    struct ledger_box box;
    struct person node, owner[5];
    struct ledger_bytes txs[6];
    struct ledger_receipt receipts[6];
    size_t seen[6] = {0};
    market_init(&voting);
    market_name_validators(&voting, 4);
    market_box_empty(&box, &voting, ROOMY, 1);
    for (uint64_t i = 0; i < 5; i++) {
        market_validator_init(&node, &owner[i], i);
        txs[i] = make_register(&voting, &owner[i]);
    }
    struct tx_validator_vote vote = {.power = 10, .owner = owner[4].operator_id};
    memcpy(vote.validator.byte, node.public_key, 32);
    box_block(&box, T0, txs, 5, receipts);
    market_free(txs, 5);
    for (size_t i = 0; i < 3; i++) txs[i] = make_vote(&voting, &owner[i], &vote);
    box_block(&box, T0, txs, 3, receipts);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(receipts[i].outcome, LEDGER_ACCEPTED);
        assert_int_equal(receipts[i].amount_minor, 10 * (i + 1));
        assert_int_equal(receipts[i].count, i == 2);
    }
    market_free(txs, 3);
    for (size_t i = 0; i < box.records.capacity; i++) {
        const struct record_entry *e = &box.records.entries[i];
        for (size_t k = 0; k < 6 && e->key_size > 0; k++) {
            if (kinds[k].kind != (char)e->key[0]) continue;
            assert_true(e->key_size == kinds[k].key_size && e->value_size == kinds[k].value_size);
            if (kinds[k].kind == 'c')
                assert_int_equal(e->value[0], 1);
            else
                check_record(e);
            seen[k]++;
        }
    }
    for (size_t k = 0; k < 6; k++) assert_int_equal(seen[k], kinds[k].count);
    box_release(&box);
}

/* A ledger in a small overlay: a vote needs room for six records. */
static void test_room(void **state)
{
    (void)state;
    struct market voting;
    struct ledger_box box;
    struct person node, owner;
    struct ledger_receipt receipt;
    market_init(&voting);
    market_name_validators(&voting, 4);
    market_validator_init(&node, &owner, 0);
    struct tx_validator_vote vote = {.power = 0};
    memcpy(vote.validator.byte, node.public_key, 32);
    const struct ledger_bytes tx = make_vote(&voting, &owner, &vote);
    for (size_t room = 5; room <= 6; room++) {
        market_box_empty(&box, &voting, room, 1);
        box_begin(&box, T0);
        assert_int_equal(ledger_execute(box.ledger, &tx, 1, &receipt), room < 6 ? ROAM_E_LIMIT : ROAM_OK);
        ledger_block_abort(box.ledger);
        box_release(&box);
        count_negative += room < 6;
    }
    market_free(&tx, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validators_refused),
        cmocka_unit_test(test_validators_at_genesis),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_room),
    };
    market_init(&market);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
