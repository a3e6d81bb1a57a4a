/* Device signatures and proofs collected and verified together. The ledger's outcomes would stay right if
 * this went wrong, for it then verifies one by one: here it is seen that it need not. */
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "ledger_box.h"
#include "prop.h"

enum { DEVICES = 40, PROOFS = 9, PLACES = 2 };

struct bench {
    struct ledger_box box; /* for its circuits and environment */
    void *memory;
    struct claims claims;
    struct device_claim device[DEVICES];
    struct proof_claim proof[PROOFS];
    struct settle_place places[PROOFS][PLACES];
};

static void make_device(struct bench *b, size_t i)
{
    struct device_claim *c = &b->device[i];
    struct eddsa_item item;
    eddsa_key key;
    const roam_id agreement = {{5}};
    device_key(&key, &agreement, i);
    tx_session_id(&c->session, &agreement, i);
    c->seq = i + 1;
    fr_from_u64(&c->commitment, 99 + i);
    c->key = key.public_key;
    claim_device_item(&item, c);
    eddsa_sign(&c->signature, &key, &item.message, &b->box.env);
}

static void inputs_of(fr inputs[LEDGER_SETTLE_INPUTS], const struct proof_claim *claim,
                      const struct settle_place *places, size_t circuit_size)
{
    claim_proof_inputs(inputs, &claim, 1, places, circuit_size);
}

static void make_proof(struct bench *b, size_t i)
{
    struct proof_claim *c = &b->proof[i];
    fr inputs[LEDGER_SETTLE_INPUTS];
    c->circuit = i % BOX_CIRCUITS;
    fr_from_u64(&c->agreement, i);
    fr_from_u64(&c->rate_card, 2 * i);
    fr_from_u64(&c->esg, 3 * i);
    c->total_fee = 10 * i;
    c->total_tax = i;
    for (size_t p = 0; p < PLACES; p++) {
        fr_from_u64(&b->places[i][p].commitment, 50 + i + p);
        b->places[i][p].hold_minor = 100 + p;
    }
    struct proof_claim counted = *c;
    counted.place_count = PLACES;
    inputs_of(inputs, &counted, b->places[i], box_circuit_size[c->circuit]);
    forger_prove(&c->proof, box_forger(c->circuit), inputs);
}

static struct bench *bench_open(unsigned threads)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    box_init(&b->box, "claims", 64, threads);
    const size_t size = (claims_memory_size(&b->box.config) + 63) / 64 * 64;
    b->memory = aligned_alloc(64, size);
    assert_non_null(b->memory);
    struct roam_arena arena = arena_over(b->memory, size);
    claims_init(&b->claims, &arena, &b->box.config);
    for (size_t i = 0; i < DEVICES; i++) make_device(b, i);
    for (size_t i = 0; i < PROOFS; i++) make_proof(b, i);
    return b;
}

static void bench_close(struct bench *b)
{
    box_release(&b->box);
    free(b->memory);
    free(b);
}

/* Transaction i hands in devices 4i .. 4i+3 and proof i, and true must come back while collecting. */
static bool hand_in(struct bench *b, size_t i)
{
    bool all = true;
    claims_begin_tx(&b->claims);
    for (size_t d = 4 * i; d < 4 * i + 4 && d < DEVICES; d++) all &= claims_device(&b->claims, &b->device[d]);
    if (i < PROOFS) all &= claims_proof(&b->claims, &b->proof[i], b->places[i], PLACES);
    return all;
}

static void collect_all(struct bench *b)
{
    claims_collect(&b->claims);
    for (size_t i = 0; i < DEVICES / 4; i++) assert_true(hand_in(b, i));
}

static void test_valid_claims_hold_together(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct bench *b = bench_open(threads);
        claims_collect(&b->claims);
        assert_true(claims_verify(&b->claims, threads)); /* none */
        for (int round = 0; round < 2; round++) {
            collect_all(b);
            assert_true(claims_verify(&b->claims, threads));
            count_property++;
        }
        bench_close(b);
    }
}

/* Exactly the false ones are judged false. */
static void test_false_claims_are_found(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 3; threads++)
        for (size_t bad = 0; bad < DEVICES; bad += 3) {
            struct bench *b = bench_open(threads);
            b->device[bad].seq++;
            if (bad < PROOFS) b->proof[bad].total_fee++;
            collect_all(b);
            assert_false(claims_verify(&b->claims, threads));
            for (size_t i = 0; i < DEVICES; i++)
                assert_true((b->claims.device_verdict[i] == ROAM_OK) == (i != bad));
            for (size_t i = 0; i < PROOFS; i++)
                assert_true((b->claims.proof_verdict[i] == ROAM_OK) == (i != bad));
            claims_replay(&b->claims);
            for (size_t i = 0; i < DEVICES / 4; i++)
                assert_true(hand_in(b, i) == (i != bad / 4 && (i != bad || bad >= PROOFS)));
            count_negative++;
            bench_close(b);
        }
}

/* Replaying takes the known verdict for the same claim at the same place, and verifies any other: the
 * verdicts are falsified here to tell the two apart. */
static void test_replay_knows_what_it_verified(void **state)
{
    (void)state;
    struct bench *b = bench_open(1);
    collect_all(b);
    assert_true(claims_verify(&b->claims, 1));
    for (size_t i = 0; i < DEVICES; i++) b->claims.device_verdict[i] = ROAM_E_VERIFY;
    for (size_t i = 0; i < PROOFS; i++) b->claims.proof_verdict[i] = ROAM_E_VERIFY;
    claims_replay(&b->claims);
    for (size_t i = 0; i < DEVICES / 4; i++) {
        claims_begin_tx(&b->claims);
        const struct device_claim *first = &b->device[4 * i], *third = &b->device[4 * i + 2];
        assert_false(claims_device(&b->claims, first));     /* known */
        assert_true(claims_device(&b->claims, third));      /* not what comes next: verified */
        assert_false(claims_device(&b->claims, first + 1)); /* known */
        assert_false(claims_device(&b->claims, third));     /* known */
        assert_false(claims_device(&b->claims, third + 1)); /* known */
        assert_true(claims_device(&b->claims, third + 1));  /* one more than was collected: verified */
        if (i >= PROOFS) continue;
        assert_false(claims_proof(&b->claims, &b->proof[i], b->places[i], PLACES)); /* known */
        count_property += 7;
    }
    /* other places, or fewer: verified, and true or false as they are */
    claims_replay(&b->claims);
    claims_begin_tx(&b->claims);
    b->places[0][1].hold_minor++;
    b->claims.proof_verdict[0] = ROAM_OK;
    assert_false(claims_proof(&b->claims, &b->proof[0], b->places[0], PLACES));
    b->places[0][1].hold_minor--;
    assert_false(claims_proof(&b->claims, &b->proof[0], b->places[0], PLACES - 1));
    b->claims.proof_verdict[0] = ROAM_E_VERIFY;
    struct settle_place other[PLACES] = {b->places[0][0], b->places[0][1]};
    fr_from_u64(&other[0].commitment, 1);
    struct proof_claim moved = b->proof[0];
    moved.place_count = PLACES;
    fr inputs[LEDGER_SETTLE_INPUTS];
    inputs_of(inputs, &moved, other, box_circuit_size[0]);
    forger_prove(&moved.proof, box_forger(0), inputs);
    assert_true(claims_proof(&b->claims, &moved, other, PLACES));
    count_negative += 2;
    bench_close(b);
}

/* The public inputs in the order of settle.h, of one claim or of many, whatever their places are. */
static void test_inputs(void **state)
{
    (void)state;
    struct bench *b = bench_open(1);
    const struct proof_claim *claims[PROOFS];
    fr inputs[PROOFS][LEDGER_SETTLE_INPUTS], expected;
    for (size_t i = 0; i < PROOFS; i++) {
        b->proof[i].place_first = PLACES * i + i % 2;
        b->proof[i].place_count = PLACES - i % 2;
        claims[i] = &b->proof[PROOFS - 1 - i];
    }
    for (size_t count = 0; count <= PROOFS; count++) {
        claim_proof_inputs(inputs[0], claims, count, b->places[0], 8);
        for (size_t i = 0; i < count; i++) {
            const size_t n = PROOFS - 1 - i;
            const struct proof_claim *c = claims[i];
            assert_true(fr_equal(&inputs[i][0], &c->agreement) && fr_equal(&inputs[i][1], &c->rate_card));
            settle_batch_digest(&expected, &b->places[n][n % 2], PLACES - n % 2, 8);
            assert_true(fr_equal(&inputs[i][2], &expected));
            fr_from_u64(&expected, 10 * n);
            assert_true(fr_equal(&inputs[i][3], &expected));
            fr_from_u64(&expected, n);
            assert_true(fr_equal(&inputs[i][4], &expected));
            assert_true(fr_equal(&inputs[i][5], &c->esg));
            count_property++;
        }
    }
    bench_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_claims_hold_together),
        cmocka_unit_test(test_false_claims_are_found),
        cmocka_unit_test(test_replay_knows_what_it_verified),
        cmocka_unit_test(test_inputs),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
