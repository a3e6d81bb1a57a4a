/* The circuit `settle` and usage_rate are one rule: for edge cases and random ones, what the circuit computes
 * for a session is what usage_rate gives, and the whole system with one place is satisfied exactly if
 * usage_rate accepts.
 *
 * ROAM_CASES sets the number of random cases (default 10,000; the long run is 100,000). Payments are compared
 * in all of them, all constraints are checked in every fifth. The test fails if the cases miss a branch of
 * the rule. */
#include "circuit_fixture.h"

#include "settle_cases.h"
#include "settle_session.h"

#include <string.h>

enum { CHECK_EVERY = 5 };

enum branch {
    BRANCH_STEP,
    BRANCH_DOWN,
    BRANCH_UP,
    BRANCH_HALF_UP,
    BRANCH_HALF_EVEN,
    BRANCH_TIE_TO_EVEN_DOWN,
    BRANCH_TIE_TO_EVEN_UP,
    BRANCH_BELOW_MINIMUM,
    BRANCH_ABOVE_MAXIMUM,
    BRANCH_ONE_LIMIT, /* minimum == maximum */
    BRANCH_MISSED,
    BRANCH_FULL_CREDIT,
    BRANCH_NO_CREDIT,
    BRANCH_NO_HOLD,
    BRANCH_HOLD_CUTS,
    BRANCH_HOLD_CUTS_TAX_ONLY,
    BRANCH_HOLD_EXACT,
    BRANCH_OVERFLOW,
    BRANCH_COUNT
};
static unsigned long long branch_seen[BRANCH_COUNT];

static struct circuit_fixture whole;

struct assignment {
    struct settle_input input;
    fr signal[SETTLE_PUBLIC_COUNT];
};

static void whole_circuit(struct builder *b, void *context)
{
    const struct assignment *assignment = context;
    if (b->passes & R1CS_ASSIGN)
        settle_circuit(b, 1, &assignment->input, assignment->signal);
    else
        settle_circuit(b, 1, NULL, NULL);
}

static void note_tie(const struct usage_rate_card *card, const struct settle_session *session, uint64_t rated)
{
    u128 sum = case_sum(card, &session->record, USAGE_GROSS) + card->fixed[USAGE_GROSS];
    if (card->rounding != USAGE_ROUND_HALF_EVEN || 2 * (sum % card->scale) != card->scale) return;
    branch_seen[rated == sum / card->scale ? BRANCH_TIE_TO_EVEN_DOWN : BRANCH_TIE_TO_EVEN_UP]++;
}

static void note_branches(const struct settle_case *one, const struct usage_fee *fee)
{
    const struct usage_rate_card *card = &one->card;
    uint64_t hold = one->session.hold_minor, net = fee->fee[USAGE_NET], gross = fee->fee[USAGE_GROSS];
    branch_seen[BRANCH_STEP] += memcmp(fee->billed, one->session.record.quantity, sizeof fee->billed) != 0;
    branch_seen[BRANCH_DOWN + (unsigned)card->rounding]++;
    note_tie(card, &one->session, fee->rated[USAGE_GROSS]);
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        branch_seen[BRANCH_BELOW_MINIMUM] += fee->rated[c] < card->minimum[c];
        branch_seen[BRANCH_ABOVE_MAXIMUM] += fee->rated[c] > card->maximum[c];
        branch_seen[BRANCH_ONE_LIMIT] += card->minimum[c] == card->maximum[c];
    }
    branch_seen[BRANCH_MISSED] += fee->service_missed;
    branch_seen[BRANCH_FULL_CREDIT] += fee->service_missed && card->service_credit_ppm == USAGE_PPM;
    branch_seen[BRANCH_NO_CREDIT] += fee->service_missed && card->service_credit_ppm == 0;
    branch_seen[BRANCH_NO_HOLD] += hold == 0;
    branch_seen[BRANCH_HOLD_CUTS] += net > hold;
    branch_seen[BRANCH_HOLD_CUTS_TAX_ONLY] += gross > hold && net <= hold;
    branch_seen[BRANCH_HOLD_EXACT] += gross == hold;
}

/* Card and session alone, without the digest: the payments as combinations. */
static void compare_payment(const struct settle_case *one, const struct usage_fee *fee)
{
    struct builder b;
    struct settle_card card;
    struct settle_session_wires wires;
    const struct builder_memory memory = {.witness = whole.witness, .wire_capacity = whole.system.wire_count};
    fr expected[3], commitment;
    builder_init(&b, R1CS_ASSIGN, &memory);
    settle_card_circuit(&b, &card, &one->card, lc_zero());
    settle_session_circuit(&b, &wires, &card, &one->session);
    fr_from_u64(&expected[0], fee->payable);
    fr_from_u64(&expected[1], fee->payable - fee->payable_tax);
    fr_from_u64(&expected[2], one->session.hold_minor);
    assert_int_equal(usage_commitment(&commitment, &one->session.record), ROAM_OK);
    if (!fr_equal(&wires.paid[USAGE_GROSS].value, &expected[0]) ||
        !fr_equal(&wires.paid[USAGE_NET].value, &expected[1]) || !fr_equal(&wires.hold.value, &expected[2]) ||
        !fr_equal(&wires.commitment.value, &commitment))
        fail_msg("case %llu: the circuit pays another amount", count_property);
}

static void check_whole(const struct settle_case *one, enum roam_err native)
{
    struct assignment assignment = {.input = {.card = one->card, .sessions = &one->session, .count = 1}};
    struct settle_public public = {.total_fee = 0};
    assert_int_equal(settle_public_signals(&public, &assignment.input, 1, NULL), native);
    memcpy(assignment.signal, public.signal, sizeof assignment.signal);
    fixture_assign(&whole, &assignment, NULL);
    for (int i = 0; i < SETTLE_PUBLIC_COUNT; i++)
        assert_true(fr_equal(&whole.witness[1 + i], &public.signal[i]));
    if (fixture_holds(&whole) != (native == ROAM_OK))
        fail_msg("case %llu: usage_rate says %s", count_property, roam_err_name(native));
}

static void run_case(const struct settle_case *one, bool check)
{
    struct usage_fee fee;
    enum roam_err native = usage_rate(&fee, &one->card, &one->session.record, one->session.hold_minor, NULL);
    if (native == ROAM_OK) {
        note_branches(one, &fee);
        compare_payment(one, &fee);
    } else {
        assert_int_equal(native, ROAM_E_OVERFLOW);
        branch_seen[BRANCH_OVERFLOW]++;
    }
    if (check) {
        check_whole(one, native);
        count_negative += native != ROAM_OK;
    }
    count_property++;
}

/* Every rounding mode at every place of the remainder, from the smallest to the largest amounts and scales.
 */
static void test_edges(void **state)
{
    (void)state;
    static const uint64_t scales[] = {1, 2, 3, 10, 999, (UINT64_C(1) << 40) - 2, (UINT64_C(1) << 40) - 1};
    static const uint64_t targets[] = {0, 1, 2, USAGE_MONEY_MAX - 1, USAGE_MONEY_MAX};
    whole.witness[0] = fr_one;
    for (unsigned i = 0; i < 4 * 7 * 5 * 5; i++) {
        struct settle_case one = {
            .card = {.rounding = (enum usage_rounding)(i % 4), .scale = scales[i / 4 % 7]}};
        uint64_t rests[5] = {0, one.card.scale / 2, one.card.scale / 2 + 1, one.card.scale - 1,
                             (one.card.scale - 1) / 2};
        for (int k = 0; k < USAGE_SLOTS; k++) one.card.slot[k].step = 1;
        for (int c = 0; c < USAGE_COLUMNS; c++) {
            one.card.maximum[c] = USAGE_MONEY_MAX;
            case_aim(&one.card, &one.session.record, c, targets[i / 28 % 5], rests[i / 140 % 5]);
        }
        one.session.hold_minor = i % 3 == 0 ? 0 : USAGE_MONEY_MAX;
        run_case(&one, i % CHECK_EVERY == 0);
    }
}

static void test_largest_values(void **state)
{
    (void)state;
    struct settle_case one = {.card = {.scale = (UINT64_C(1) << 40) - 1, .rounding = USAGE_ROUND_UP}};
    for (int k = 0; k < USAGE_SLOTS; k++) {
        one.session.record.quantity[k] = (UINT64_C(1) << USAGE_QUANTITY_BITS) - 1;
        one.card.slot[k].step = (1u << USAGE_STEP_BITS) - 1;
        one.card.slot[k].group = (uint8_t)(k % 4);
        one.card.slot[k].price[USAGE_GROSS] = (UINT64_C(1) << 44) - 1;
    }
    one.session.record.last_mask = 0x0e;
    for (int c = 0; c < USAGE_COLUMNS; c++) one.card.maximum[c] = one.card.minimum[c] = USAGE_MONEY_MAX;
    one.card.fixed[USAGE_GROSS] = ((u128)1 << USAGE_FIXED_BITS) - 1;
    one.session.hold_minor = USAGE_MONEY_MAX;
    run_case(&one, true);
    for (int k = 0; k < USAGE_SLOTS; k++)
        one.card.slot[k].price[USAGE_GROSS] = (UINT64_C(1) << USAGE_PRICE_BITS) - 1;
    run_case(&one, true); /* refused: too much */
}

static void test_random(void **state)
{
    (void)state;
    const char *text = getenv("ROAM_CASES");
    unsigned long long cases = text != NULL ? strtoull(text, NULL, 0) : 10000;
    struct roam_prng prng = prop_prng();
    for (unsigned long long i = 0; i < cases; i++) {
        struct settle_case one;
        case_any(&prng, &one);
        run_case(&one, i % CHECK_EVERY == 0);
    }
    for (int i = 0; i < BRANCH_COUNT; i++)
        if (branch_seen[i] == 0) fail_msg("no case took branch %d", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_largest_values),
        cmocka_unit_test(test_random),
    };
    struct assignment none = {.input = {.count = 0}};
    fixture_build(&whole, whole_circuit, &none);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_free(&whole);
    prop_print_counts();
    return failed;
}
