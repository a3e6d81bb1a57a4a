/* False witnesses of `settle`, one for each rule: after the public wires are given the values that the false
 * witness asks for, exactly the constraint that stands for the rule is left unsatisfied.
 * (tests/property/test_settle_mutation.c does this for every single constraint.) */
#include "settle_attack.h"

/* Assigns with the changes set so far; `expected` constraints must not hold. */
static void expect_violations(struct attack *a, const struct settle_input *input, size_t expected)
{
    uint32_t first = 0;
    attack_assign(a, input);
    attack_repair_all(a);
    assert_int_equal(attack_violations(a, SIZE_MAX, &first), expected);
    a->change_count = 0;
    count_negative++;
}

static void expect_false_case(struct attack *a, const struct settle_case *one)
{
    struct settle_input input = input_of(one);
    expect_violations(a, &input, 1);
}

static void test_false_records(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case bad;
    attack_init(&a, 1);
    for (int i = 0; i < USAGE_SLOTS; i++) {
        bad = base_case();
        bad.session.record.quantity[i] = UINT64_C(1) << USAGE_QUANTITY_BITS;
        expect_false_case(&a, &bad);
    }
    bad = base_case();
    bad.session.record.renewable = UINT64_C(1) << USAGE_QUANTITY_BITS;
    expect_false_case(&a, &bad);
    bad = base_case();
    bad.session.record.co2_mg = UINT64_MAX;
    expect_false_case(&a, &bad);
    bad = base_case();
    bad.session.record.service_ppm = bad.card.service_threshold_ppm + (1u << 20);
    expect_false_case(&a, &bad);
    bad = base_case();
    bad.session.record.last_mask = 0x05; /* two of group 1 */
    expect_false_case(&a, &bad);
    bad.session.record.last_mask = 0x08; /* one of group 0 */
    expect_false_case(&a, &bad);
    attack_free(&a);
}

static void test_false_cards(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (int field = 0; field < 8; field++) {
        struct settle_case bad = base_case();
        struct usage_rate_card *card = &bad.card;
        if (field == 0) card->slot[7].price[USAGE_NET] = card->slot[7].price[USAGE_GROSS] = UINT64_C(1) << 56;
        if (field == 1) card->slot[7].price[USAGE_NET] = 1; /* above gross */
        if (field == 2) card->slot[7].step = 0;
        if (field == 3) card->slot[7].step = (1u << 24) + 1;
        if (field == 4) card->scale = (UINT64_C(1) << 40) + 2;
        if (field == 5) card->service_threshold_ppm = 1u << 20;
        if (field == 6) card->service_credit_ppm = USAGE_PPM + 1;
        if (field == 7) {
            card->scale = UINT64_C(1) << 39;
            card->fixed[USAGE_NET] = card->fixed[USAGE_GROSS] = (u128)1 << 80;
        }
        if (field == 5) bad.session.record.service_ppm = 1u << 20;
        expect_false_case(&a, &bad);
    }
    attack_free(&a);
}

/* Offsets of wires in their gadgets, by the order in which settle_card.c and settle_session.c make them. */
enum {
    LIMITS_MIN_NET = 0,
    LIMITS_MIN_TAX = 56,
    LIMITS_MAX_NET = 112,
    LIMITS_MAX_TAX = 168,
    GROUP_FIRST = 8,
    GROUP_SIZE = 101,
    GROUP_ROUND_UP = 2,
    GROUP_QUOTIENT = 49, /* the lowest bit */
    GROUP_QUOTIENT_BITS = 51,
    COLUMN_FIRST = 18,
    COLUMN_SIZE = 81,
    COLUMN_RATED = 0,
    COLUMN_REMAINDER = 2,
    CLAMP_HIGH = 0,
    CLAMP_LOW = 1,
    PAY_MISSED = 0,
    PAY_FIRST = 21,
    PAY_SIZE = 83,
    PAY_LOSS = 0, /* the lowest bit */
    PAY_OVER = 25,
    PAY_ROOM = 26 /* the lowest bit of hold - out */
};

static void add_to(struct attack *a, const char *gadget, uint64_t use, uint32_t offset, int64_t value)
{
    fr element;
    fr_from_u64(&element, (uint64_t)(value < 0 ? -value : value));
    if (value < 0) fr_neg(&element, &element);
    attack_set(a, attack_wire(a, gadget, use, offset), true, &element);
}

/* The same for a number whose lowest bit has that offset; the last assignment is honest. */
static void add_to_number(struct attack *a, const char *gadget, uint64_t use, uint32_t offset, unsigned bits,
                          int64_t value)
{
    attack_add_number(a, a->f.witness, attack_wire(a, gadget, use, offset), bits, value);
}

/* Flips a bit that is `bit` in the honest witness. */
static void flip(struct attack *a, const char *gadget, uint64_t use, uint32_t offset, bool bit)
{
    uint32_t wire = attack_wire(a, gadget, use, offset);
    assert_true(fr_equal(&a->f.witness[wire], bit ? &fr_one : &fr_zero));
    attack_set(a, wire, false, bit ? &fr_zero : &fr_one);
}

static void test_false_limits_of_the_card(void **state)
{
    (void)state;
    static const uint32_t offset[4] = {LIMITS_MIN_NET, LIMITS_MIN_TAX, LIMITS_MAX_NET, LIMITS_MAX_TAX};
    struct attack a;
    struct settle_case base = base_case();
    base.card.minimum[USAGE_NET] = base.card.minimum[USAGE_GROSS] = 0;
    struct settle_input input = input_of(&base);
    attack_init(&a, 1);
    expect_honest(&a, &input);
    for (int i = 0; i < 4; i++) {
        if (offset[i] == LIMITS_MAX_NET)
            add_to(&a, "card limits", 0, offset[i], 1); /* 2^56 */
        else
            add_to(&a, "card limits", 0, offset[i], -1);
        expect_violations(&a, &input, 1);
    }
    attack_free(&a);
}

static void test_false_round_up(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case base = base_case();
    struct settle_input input = input_of(&base);
    attack_init(&a, 1);
    for (uint32_t k = 0; k < 2; k++) {
        uint32_t group = GROUP_FIRST + GROUP_SIZE * k, step = base.card.slot[k].step;
        for (int more = -1; more <= 1; more += 2) { /* one step too few, one too many */
            expect_honest(&a, &input);
            add_to(&a, "session groups", 0, group + GROUP_ROUND_UP, more * (int64_t)step);
            add_to_number(&a, "session groups", 0, group + GROUP_QUOTIENT, GROUP_QUOTIENT_BITS, more);
            expect_violations(&a, &input, 1);
        }
        /* one unit too many, with a quotient that is no integer */
        fr inverse;
        fr_from_u64(&inverse, step);
        fr_inv(&inverse, &inverse);
        add_to(&a, "session groups", 0, group + GROUP_ROUND_UP, 1);
        attack_set(&a, attack_wire(&a, "session groups", 0, group + GROUP_QUOTIENT), true, &inverse);
        expect_violations(&a, &input, 1);
    }
    attack_free(&a);
}

/* The rated amount of a column one too low, one too high. */
static void test_false_rounding(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (unsigned rounding = 0; rounding < 4; rounding++) {
        struct settle_case base = base_case();
        base.card.rounding = (enum usage_rounding)rounding;
        struct settle_input input = input_of(&base);
        expect_honest(&a, &input);
        for (uint32_t c = 0; c < USAGE_COLUMNS; c++)
            for (int delta = -1; delta <= 1; delta += 2) {
                add_to(&a, "session prices", 0, COLUMN_FIRST + COLUMN_SIZE * c + COLUMN_RATED, delta);
                add_to(&a, "session prices", 0, COLUMN_FIRST + COLUMN_SIZE * c + COLUMN_REMAINDER,
                       -delta * (int64_t)base.card.scale);
                expect_violations(&a, &input, 1);
            }
    }
    attack_free(&a);
}

/* At a half, the odd neighbour, on both sides. Its remainder is in range, so only parity tells. */
static void test_false_tie(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (uint64_t target = 20000; target < 20002; target++) {
        struct settle_case base = untaxed_case();
        base.card.rounding = USAGE_ROUND_HALF_EVEN;
        for (int c = 0; c < USAGE_COLUMNS; c++)
            case_aim(&base.card, &base.session.record, c, target, base.card.scale / 2);
        struct settle_input input = input_of(&base);
        expect_honest(&a, &input);
        int delta = target % 2 == 0 ? 1 : -1; /* rated is 20000, or 20002 */
        for (uint32_t c = 0; c < USAGE_COLUMNS; c++) {
            add_to(&a, "session prices", 0, COLUMN_FIRST + COLUMN_SIZE * c + COLUMN_RATED, delta);
            add_to(&a, "session prices", 0, COLUMN_FIRST + COLUMN_SIZE * c + COLUMN_REMAINDER,
                   -delta * (int64_t)base.card.scale);
            expect_violations(&a, &input, 1);
        }
    }
    attack_free(&a);
}

/* Each of the two decisions of the limits, told wrong in each situation. */
static void test_false_limits(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (int situation = -1; situation <= 1; situation++) {
        struct settle_case base = base_case(); /* rated 12792 and 15227 */
        for (int c = 0; c < USAGE_COLUMNS; c++) {
            base.card.minimum[c] = situation < 0 ? 16000 : 1000;
            base.card.maximum[c] = situation > 0 ? 12000 : 20000;
        }
        struct settle_input input = input_of(&base);
        for (uint64_t c = 0; c < USAGE_COLUMNS; c++) {
            expect_honest(&a, &input);
            flip(&a, "session limits", c, CLAMP_LOW, situation < 0);
            expect_violations(&a, &input,
                              situation > 0 ? 2 : 1); /* above the maximum it breaks both ranges */
            expect_honest(&a, &input);
            flip(&a, "session limits", c, CLAMP_HIGH, situation > 0);
            expect_violations(&a, &input, 1);
        }
    }
    attack_free(&a);
}

static void test_false_service(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (int missed = 0; missed < 2; missed++) {
        struct settle_case base = base_case();
        base.session.record.service_ppm = base.card.service_threshold_ppm - (uint32_t)missed;
        struct settle_input input = input_of(&base);
        expect_honest(&a, &input);
        flip(&a, "session credit and hold", 0, PAY_MISSED, missed == 1);
        expect_violations(&a, &input, 1);
    }
    attack_free(&a);
}

/* The credit rounded up by one, and down by one too much. The loss of the honest witness is small: the false
 * one stays below 2^20, and only the comparison with 10^6 tells. */
static void test_false_credit(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case base = base_case();
    base.session.record.service_ppm = 0;
    base.card.service_credit_ppm = 999000; /* 12792 -> 12.792, 15227 -> 15.227 */
    base.card.minimum[USAGE_NET] = base.card.minimum[USAGE_GROSS] = 20001;
    struct settle_input input = input_of(&base);
    attack_init(&a, 1);
    for (uint32_t c = 0; c < USAGE_COLUMNS; c++)
        for (int delta = -1; delta <= 1; delta += 2) {
            uint32_t first = PAY_FIRST + PAY_SIZE * c;
            expect_honest(&a, &input);
            add_to_number(&a, "session credit and hold", 0, first + PAY_ROOM, USAGE_MONEY_BITS, -delta);
            add_to_number(&a, "session credit and hold", 0, first + PAY_LOSS, USAGE_SERVICE_BITS,
                          -delta * 1000000);
            expect_violations(&a, &input, 1);
        }
    attack_free(&a);
}

/* Paying more than the hold, and the hold where less is owed. */
static void test_false_payment(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (int over = 0; over < 2; over++) {
        struct settle_case base = base_case();
        base.session.hold_minor = over ? 100 : 100000;
        struct settle_input input = input_of(&base);
        for (uint32_t c = 0; c < USAGE_COLUMNS; c++) {
            expect_honest(&a, &input);
            flip(&a, "session credit and hold", 0, PAY_FIRST + PAY_SIZE * c + PAY_OVER, over == 1);
            expect_violations(&a, &input, 1);
        }
    }
    attack_free(&a);
}

/* Moving 2^80 of the digest's pack of holds from one place to another leaves the digest as it is; both
 * columns of a session refuse a hold that is not within 2^56 of their fee. */
static void test_false_holds(void **state)
{
    (void)state;
    struct attack a;
    struct settle_case base = base_case();
    struct settle_session sessions[2] = {base.session, base.session};
    struct settle_input input = input_of(&base);
    input.sessions = sessions;
    input.count = 2;
    attack_init(&a, 2);
    expect_honest(&a, &input);
    fr shift = {{0}}, minus;
    fr_from_u128(&shift, 0, 1 << 16);
    fr_neg(&minus, &fr_one);
    uint32_t hold[2] = {attack_wire(&a, "session groups", 0, 0) - 1,
                        attack_wire(&a, "session groups", 1, 0) - 1};
    fr expected;
    fr_from_u64(&expected, base.session.hold_minor);
    assert_true(fr_equal(&a.f.witness[hold[0]], &expected) && fr_equal(&a.f.witness[hold[1]], &expected));
    fr digest = a.signal[2];
    attack_set(&a, hold[0], true, &shift);
    attack_set(&a, hold[1], true, &minus);
    expect_violations(&a, &input, 2);
    assert_true(fr_equal(&a.f.witness[3], &digest));
    attack_free(&a);
}

/* Amounts at the bound of the rule: 2^56 - 1 is the largest, with and without a limit that would cut it. */
static void test_bound_of_rated(void **state)
{
    (void)state;
    struct attack a;
    attack_init(&a, 1);
    for (int i = 0; i < 16; i++) {
        struct settle_case base = untaxed_case();
        bool over = (i & 1) != 0, gross_only = (i & 2) != 0;
        base.card.scale = 2;
        base.card.rounding = (i & 8) != 0 ? USAGE_ROUND_HALF_EVEN : USAGE_ROUND_DOWN;
        for (int c = 0; c < USAGE_COLUMNS; c++) {
            uint64_t target = c == USAGE_NET && gross_only ? 5 : USAGE_MONEY_MAX;
            base.card.minimum[c] = (i & 4) != 0 ? 1001 : 0;
            base.card.maximum[c] = (i & 4) != 0 ? 5001 : USAGE_MONEY_MAX;
            case_aim(&base.card, &base.session.record, c, target, 0);
            /* 2^56 - 1 and a half goes to the even 2^56 */
            if (over) base.card.fixed[c] += base.card.rounding == USAGE_ROUND_DOWN ? 2 : 1;
        }
        struct settle_input input = input_of(&base);
        if (!over) {
            expect_honest(&a, &input);
            continue;
        }
        struct settle_public public;
        uint32_t first;
        assert_int_equal(settle_public_signals(&public, &input, 1, NULL), ROAM_E_OVERFLOW);
        attack_assign(&a, &input);
        attack_repair_all(&a);
        assert_true(attack_violations(&a, 1, &first) > 0);
        count_negative++;
        if (base.card.rounding == USAGE_ROUND_DOWN) continue;
        /* the odd neighbour 2^56 - 1 does not help */
        for (uint32_t c = gross_only ? 1 : 0; c < USAGE_COLUMNS; c++) {
            add_to(&a, "session prices", 0, COLUMN_FIRST + COLUMN_SIZE * c + COLUMN_RATED, -1);
            add_to(&a, "session prices", 0, COLUMN_FIRST + COLUMN_SIZE * c + COLUMN_REMAINDER, 2);
        }
        expect_violations(&a, &input, gross_only ? 1 : 2);
    }
    attack_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_false_records),
        cmocka_unit_test(test_false_cards),
        cmocka_unit_test(test_false_limits_of_the_card),
        cmocka_unit_test(test_false_round_up),
        cmocka_unit_test(test_false_rounding),
        cmocka_unit_test(test_false_tie),
        cmocka_unit_test(test_false_limits),
        cmocka_unit_test(test_false_service),
        cmocka_unit_test(test_false_credit),
        cmocka_unit_test(test_false_payment),
        cmocka_unit_test(test_false_holds),
        cmocka_unit_test(test_bound_of_rated),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
