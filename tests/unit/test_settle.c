/* The statement `settle`: its size, that honest batches satisfy it with the public signals computed natively,
 * what computing these refuses, and that no wire and no public signal may be another. */
#include "settle_attack.h"

#include "registry.h"

#include <stdio.h>

static void test_sizes_fill_their_domains(void **state)
{
    (void)state;
    static const unsigned log_domain[5] = {13, 14, 15, 16, 18};
    for (int i = 0; i < 5; i++)
        for (unsigned more = 0; more < 2; more++) {
            if (settle_sizes[i] + more > SETTLE_SIZE_MAX) continue;
            struct builder b;
            char name[16];
            snprintf(name, sizeof name, "settle-%u", settle_sizes[i] + more);
            assert_int_equal(circuit_count(&b, name, NULL), ROAM_OK);
            bool fits = b.constraint_count + b.public_count + 1 <= 1u << log_domain[i];
            assert_int_equal(fits, more == 0);
        }
}

/* Terms in A and B: those that a proving key holds and a prover multiplies with. */
static uint64_t key_terms(const struct builder *b)
{
    uint64_t terms = 0;
    for (size_t i = 0; i < b->gadget_count; i++)
        terms += b->gadget[i].terms[R1CS_A] + b->gadget[i].terms[R1CS_B];
    return terms;
}

static void test_terms_of_the_smallest(void **state)
{
    (void)state;
    struct builder b;
    assert_int_equal(circuit_count(&b, "settle-3", NULL), ROAM_OK);
    print_message("settle-3: %llu terms in A and B\n", (unsigned long long)key_terms(&b));
    assert_true(key_terms(&b) <= 26600);
}

/* Twelve places fill a block of the digest: the difference is what twelve sessions cost. */
static void test_cost_of_a_session(void **state)
{
    (void)state;
    struct builder small, large;
    assert_int_equal(circuit_count(&small, "settle-12", NULL), ROAM_OK);
    assert_int_equal(circuit_count(&large, "settle-24", NULL), ROAM_OK);
    unsigned cost = (large.constraint_count - small.constraint_count) / 12;
    print_message("%u constraints a session, %u for the batch\n", cost, small.constraint_count - 12 * cost);
    assert_true(cost <= 1800);
    uint64_t terms = (key_terms(&large) - key_terms(&small)) / 12;
    print_message("%llu terms in A and B a session\n", (unsigned long long)terms);
    assert_true(terms <= 5900);
    uint64_t named = 0;
    for (size_t i = 0; i < large.gadget_count; i++) {
        const struct r1cs_gadget_cost *gadget = &large.gadget[i];
        print_message("  %-24s %8llu\n", gadget->name, (unsigned long long)gadget->constraints);
        named += gadget->constraints;
    }
    assert_int_equal(named, large.constraint_count);
}

static void test_registry(void **state)
{
    (void)state;
    static const char *const unknown[] = {"",          "settle",    "settle-",   "settle-0", "settle-145",
                                          "settle-01", "settle-1x", "settle--1", "b5groam2", "SETTLE-1"};
    struct r1cs_system system;
    struct builder b;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct roam_diag diag = {0};
        assert_int_equal(circuit_build(&system, unknown[i], &diag), ROAM_E_NOTFOUND);
        assert_non_null(strstr(diag.text, "settle-144"));
        assert_int_equal(circuit_count(&b, unknown[i], NULL), ROAM_E_NOTFOUND);
        count_negative += 2;
    }
}

/* Random batches of every fill, in sizes with one and with two digest blocks. */
static void test_honest_batches(void **state)
{
    (void)state;
    static const unsigned sizes[] = {1, 2, 3, 4, 13};
    struct roam_prng prng = prop_prng();
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct attack a;
        attack_init(&a, sizes[s]);
        fixture_check_rows(&a.f);
        for (size_t count = 0; count <= sizes[s]; count++) {
            struct settle_case one;
            struct settle_session sessions[13];
            struct settle_public ignored;
            struct settle_input input;
            do {
                case_any(&prng, &one);
                for (size_t i = 0; i < count; i++) {
                    case_record(&prng, &sessions[i].record, &one.card);
                    sessions[i].hold_minor = case_u64(&prng, USAGE_MONEY_BITS);
                }
                input = input_of(&one);
                input.sessions = sessions;
                input.count = count;
            } while (settle_public_signals(&ignored, &input, sizes[s], NULL) != ROAM_OK);
            expect_honest(&a, &input);
        }
        attack_free(&a);
    }
}

static void test_sums(void **state)
{
    (void)state;
    struct settle_case base = base_case();
    struct settle_session sessions[2] = {base.session, base.session};
    struct settle_input input = input_of(&base);
    struct settle_public public;
    sessions[1].hold_minor = 100;
    input.sessions = sessions;
    input.count = 2;
    assert_int_equal(settle_public_signals(&public, &input, 3, NULL), ROAM_OK);
    /* Group 1: 123456 + 31 -> 124000, 513 more on slot 0; group 2: 7777 -> 7800. Net 5000 + 123969 * 100 +
     * 7800 * 50 + 31 * 7 = 12792117 atoms, 12792 minor units; gross 6000 + 123969 * 119 + 7800 * 60 + 31 * 8
     * = 15226559, 15227. */
    assert_int_equal(public.total_fee, 15227 + 100);
    assert_int_equal(public.total_tax, 15227 - 12792);
    assert_int_equal(public.esg.energy, 2 * 123456);
    assert_int_equal(public.esg.renewable, 2 * 1000);
    assert_int_equal(public.esg.co2_mg, 2 * 2000);
}

static enum roam_err refusal(const struct settle_case *one, size_t count, struct roam_diag *diag)
{
    struct settle_session sessions[3] = {one->session, one->session, one->session};
    struct settle_input input = input_of(one);
    struct settle_public public;
    sessions[0].record.last_mask = 0;
    input.sessions = sessions;
    input.count = count;
    count_negative++;
    return settle_public_signals(&public, &input, 2, diag);
}

static void test_signals_refuse(void **state)
{
    (void)state;
    struct settle_case base = base_case(), bad = base;
    struct roam_diag diag = {0};
    assert_int_equal(refusal(&base, 3, &diag), ROAM_E_COUNT);
    bad.card.scale = 0;
    assert_int_equal(refusal(&bad, 2, NULL), ROAM_E_RANGE);
    bad = base;
    bad.session.record.last_mask = 0x05;
    roam_diag_clear(&diag);
    assert_int_equal(refusal(&bad, 2, &diag), ROAM_E_RANGE);
    assert_non_null(strstr(diag.text, "session 1: "));
    bad = base;
    bad.session.hold_minor = USAGE_MONEY_MAX + 1;
    assert_int_equal(refusal(&bad, 2, NULL), ROAM_E_RANGE);
    bad = base;
    bad.card.scale = 1;
    bad.card.fixed[USAGE_GROSS] = USAGE_MONEY_MAX + (u128)1;
    assert_int_equal(refusal(&bad, 0, NULL), ROAM_E_OVERFLOW); /* an empty place is rated too */
}

/* Public signals of another batch: the constraint that asserts them, and no other, fails. */
static void expect_other_signal(struct attack *a, const struct settle_input *input, int index,
                                const fr *value)
{
    uint32_t first = 0;
    fr saved = a->signal[index];
    assert_false(fr_equal(&saved, value));
    a->signal[index] = *value;
    attack_assign(a, input);
    assert_int_equal(attack_violations(a, SIZE_MAX, &first), 1);
    assert_int_equal(first, a->public_row[1 + index]);
    a->signal[index] = saved;
    count_negative++;
}

static void test_other_signals(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case base = base_case(), other = base_case();
    struct settle_session sessions[2] = {base.session, base.session};
    struct settle_input input = input_of(&base);
    struct settle_public public;
    sessions[1].record.quantity[0]++;
    sessions[1].hold_minor--;
    input.sessions = sessions;
    input.count = 2;
    attack_init(&a, 2);
    expect_honest(&a, &input);
    for (int i = 1; i < SETTLE_PUBLIC_COUNT; i++) {
        fr value;
        fr_add(&value, &a.signal[i], &fr_one);
        expect_other_signal(&a, &input, i, &value);
    }
    struct settle_session swapped[2] = {sessions[1], sessions[0]};
    struct settle_input wrong = input;
    wrong.sessions = swapped;
    assert_int_equal(settle_public_signals(&public, &wrong, 2, NULL), ROAM_OK);
    expect_other_signal(&a, &input, 2, &public.signal[2]);
    swapped[0] = sessions[0];
    swapped[1] = sessions[1];
    swapped[1].record.salt[0] ^= 1; /* the same usage, committed to again */
    assert_int_equal(settle_public_signals(&public, &wrong, 2, NULL), ROAM_OK);
    expect_other_signal(&a, &input, 2, &public.signal[2]);
    other.card.salt[0] ^= 1;
    wrong = input;
    wrong.card = other.card;
    assert_int_equal(settle_public_signals(&public, &wrong, 2, NULL), ROAM_OK);
    expect_other_signal(&a, &input, 1, &public.signal[1]);
    attack_free(&a);
}

/* The agreement is in no constraint: as a public input of the proof it is bound all the same. */
static void test_agreement_is_only_public(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case base = base_case();
    struct settle_input input = input_of(&base);
    uint32_t first;
    attack_init(&a, 1);
    expect_honest(&a, &input);
    fr_add(&a.signal[0], &a.signal[0], &fr_one);
    attack_assign(&a, &input);
    assert_int_equal(attack_violations(&a, 1, &first), 0);
    attack_free(&a);
}

static bool row_has(const struct r1cs_system *system, uint64_t row, uint32_t wire)
{
    for (uint64_t k = system->row_start[row]; k < system->row_start[row + 1]; k++)
        if (system->wire[k] == wire) return true;
    return false;
}

static bool breaks_a_constraint(const struct attack *a, uint32_t wire)
{
    for (uint32_t i = 0; i < a->f.system.constraint_count; i++)
        for (uint64_t row = 3 * (uint64_t)i; row < 3 * (uint64_t)i + 3; row++)
            if (row_has(&a->f.system, row, wire) && !attack_row_holds(a, i)) return true;
    return false;
}

/* Every private wire, one at a time and nothing recomputed: some constraint breaks. */
static void test_every_wire_is_bound(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case base = base_case();
    struct settle_input input = input_of(&base);
    attack_init(&a, 1);
    expect_honest(&a, &input);
    for (uint32_t wire = FIRST_PUBLIC_IN_USE; wire < a.f.system.wire_count; wire++) {
        fr saved = a.f.witness[wire];
        fr_add(&a.f.witness[wire], &saved, &fr_one);
        if (!breaks_a_constraint(&a, wire)) fail_msg("wire %u of %s is free", wire, attack_gadget(&a, wire));
        a.f.witness[wire] = saved;
        count_negative++;
    }
    attack_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_fill_their_domains), cmocka_unit_test(test_terms_of_the_smallest),
        cmocka_unit_test(test_cost_of_a_session),        cmocka_unit_test(test_registry),
        cmocka_unit_test(test_honest_batches),           cmocka_unit_test(test_sums),
        cmocka_unit_test(test_signals_refuse),           cmocka_unit_test(test_other_signals),
        cmocka_unit_test(test_agreement_is_only_public), cmocka_unit_test(test_every_wire_is_bound),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
