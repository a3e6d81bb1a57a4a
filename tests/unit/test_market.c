/* The second circuit of a market: the ledger's genesis changes with it, settlements of one session go through
 * it, others as before. */
#include "prop.h"

#include "ledger_box.h"
#include "market.h"

#include <string.h>

enum { HOLD = 10, SESSIONS = 4 };

static struct market market;
static struct pair pair;
static struct ledger_box box;

static enum ledger_outcome execute(struct ledger_bytes tx)
{
    const enum ledger_outcome outcome = box_one(&box, BOX_TIME_S, tx.bytes, tx.size);
    free((void *)(uintptr_t)tx.bytes);
    return outcome;
}

static void open_sessions(void)
{
    const struct ledger_circuit circuits[] = {{MARKET_CIRCUIT_SIZE, &market.forger.prepared},
                                              {1, &market.single.prepared}};
    box_open(&box, &market.genesis, circuits, 4096, 1);
    pair_init(&pair, &market, 0);
    assert_int_equal(execute(make_register(&market, &pair.home)), LEDGER_ACCEPTED);
    assert_int_equal(execute(make_register(&market, &pair.visited)), LEDGER_ACCEPTED);
    assert_int_equal(execute(make_deposit(&market, &pair.home, SESSIONS * HOLD, 1)), LEDGER_ACCEPTED);
    assert_int_equal(execute(make_agreement(&market, &pair)), LEDGER_ACCEPTED);
    assert_int_equal(execute(make_move(&market, &pair, TX_AGREEMENT_FUND, SESSIONS * HOLD, 1)),
                     LEDGER_ACCEPTED);
    assert_int_equal(execute(make_session_open(&market, &pair, 0, SESSIONS, HOLD)), LEDGER_ACCEPTED);
    assert_int_equal(execute(make_usage_commit(&market, &pair, 0, SESSIONS, 1)), LEDGER_ACCEPTED);
}

static uint16_t circuit_size(const struct ledger_bytes *tx)
{
    static _Alignas(16) uint8_t scratch[1 << 16];
    struct tx parsed;
    assert_int_equal(tx_parse(&parsed, tx->bytes, tx->size, scratch, NULL), ROAM_OK);
    return parsed.body.settle.circuit_size;
}

static void settle(uint64_t first, size_t count, uint16_t expected_size)
{
    const struct ledger_bytes tx = make_settle(&market, &pair, first, count, HOLD, 1, count);
    assert_int_equal(circuit_size(&tx), expected_size);
    assert_int_equal(execute(tx), LEDGER_ACCEPTED);
    count_property++;
}

static void test_one_circuit(void **state)
{
    (void)state;
    market_init(&market);
    open_sessions();
    settle(0, 1, MARKET_CIRCUIT_SIZE);
    settle(1, 2, MARKET_CIRCUIT_SIZE);
    box_release(&box);
}

static void test_two_circuits(void **state)
{
    (void)state;
    market_init(&market);
    const roam_id before = market.ledger;
    market_add_single(&market);
    assert_false(roam_id_equal(&market.ledger, &before));
    assert_int_equal(market.genesis.circuit_count, 2);
    assert_int_not_equal(memcmp(market.genesis.circuit[0].vk_digest, market.genesis.circuit[1].vk_digest, 32),
                         0);
    open_sessions();
    settle(0, 1, 1);
    settle(1, 2, MARKET_CIRCUIT_SIZE);
    struct ledger_bytes tx = make_settle(&market, &pair, 3, 1, HOLD, 2, 1); /* of another commitment */
    assert_int_equal(execute(tx), LEDGER_BAD_PROOF);
    count_negative++;
    settle(3, 1, 1);
    box_release(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_circuit),
        cmocka_unit_test(test_two_circuits),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
