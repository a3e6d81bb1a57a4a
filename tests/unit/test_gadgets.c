/* The gadgets of the circuits: exactly the values they claim, exactly the constraints they cost.
 *
 * Completeness: honest assignments satisfy. Soundness: for small sizes every assignment of every wire from a
 * set of field elements that contains the dangerous ones (0, 1, 2, -1, 1/2, ...) is tried, and none but the
 * right one holds. */
#include "circuit_fixture.h"

#include "dies.h"
#include "gadget_bits.h"
#include "gadget_dot.h"
#include "gadget_poseidon.h"
#include "poseidon.h"

static fr element(uint64_t value)
{
    fr out;
    fr_from_u64(&out, value);
    return out;
}

static fr negated(uint64_t value)
{
    fr out = element(value);
    fr_neg(&out, &out);
    return out;
}

static fr random_element(struct roam_prng *prng)
{
    uint8_t bytes[64];
    fr out;
    prng_bytes(prng, bytes, sizeof bytes);
    fr_from_wide(&out, bytes);
    return out;
}

struct args {
    unsigned bits;
    uint64_t maximum;
    fr x;
    lc bit[128];
    lc out;
};

static void range_circuit(struct builder *b, void *context)
{
    struct args *args = context;
    gadget_range(b, builder_private(b, &args->x), args->bits, args->bit);
}

static void negative_circuit(struct builder *b, void *context)
{
    struct args *args = context;
    args->out = gadget_is_negative(b, builder_private(b, &args->x), args->bits);
}

/* x, made of bits */
static void number_circuit(struct builder *b, void *context)
{
    struct args *args = context;
    lc x = builder_private(b, &args->x);
    builder_constrain(b, lc_one(), x, gadget_number(b, &args->x, args->bits, args->bit));
}

static void signed_circuit(struct builder *b, void *context)
{
    struct args *args = context;
    lc x = builder_private(b, &args->x);
    args->out = gadget_bit(b, fr_is_negative(&args->x));
    builder_constrain(b, lc_one(), x, gadget_signed(b, &args->x, args->out, args->bits, args->bit));
}

static void at_most_circuit(struct builder *b, void *context)
{
    struct args *args = context;
    lc bit[64];
    gadget_range(b, builder_private(b, &args->x), args->bits, bit);
    gadget_at_most(b, bit, args->bits, args->maximum);
}

static bool range_holds(struct circuit_fixture *f, struct args *args, const fr *x)
{
    args->x = *x;
    fixture_assign(f, args, NULL);
    return fixture_holds(f);
}

static void expect_range(struct circuit_fixture *f, struct args *args, const fr *x, bool expected)
{
    char text[80];
    if (range_holds(f, args, x) != expected) fail_msg("%u bits, x = %s", args->bits, fr_to_decimal(text, x));
    *(expected ? &count_property : &count_negative) += 1;
}

static void range_edges(emit_function *emit, unsigned bits, uint32_t extra)
{
    struct roam_prng prng = prop_prng();
    struct args args = {.bits = bits};
    struct circuit_fixture f;
    fixture_build(&f, emit, &args);
    assert_int_equal(f.system.constraint_count, args.bits + extra);
    assert_int_equal(f.system.wire_count, 1 + 1 + args.bits - 1 + extra);
    fr power = fr_pow2(args.bits), top, wide = fr_pow2(args.bits + 1), minus = negated(1), half,
       two = element(2);
    fr_sub(&top, &power, &fr_one);
    fr_inv(&half, &two);
    expect_range(&f, &args, &fr_zero, true);
    expect_range(&f, &args, &fr_one, true);
    expect_range(&f, &args, &top, true);
    expect_range(&f, &args, &power, false);
    expect_range(&f, &args, &wide, false);
    expect_range(&f, &args, &minus, false);
    expect_range(&f, &args, &half, false);
    for (int k = 0; k < 50; k++) {
        fr x = random_element(&prng);
        expect_range(&f, &args, &x, false);
    }
    fixture_free(&f);
}

static void test_range_edges(void **state)
{
    (void)state;
    static const unsigned sizes[] = {2, 3, 8, 20, 24, 40, 48, 51, 56, 63, 64, 65, 80, 120};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        range_edges(range_circuit, sizes[i], 0);
        range_edges(number_circuit, sizes[i], 1);
    }
}

static void gives_the_bits(emit_function *emit)
{
    struct roam_prng prng = prop_prng();
    struct args args = {.bits = 56};
    struct circuit_fixture f;
    fixture_build(&f, emit, &args);
    for (int k = 0; k < 200; k++) {
        uint64_t x = prng_u64(&prng) >> 8;
        args.x = element(x);
        fixture_assign(&f, &args, NULL);
        assert_true(fixture_holds(&f));
        for (unsigned i = 0; i < args.bits; i++)
            assert_true(fr_equal(&args.bit[i].value, (x >> i & 1) == 1 ? &fr_one : &fr_zero));
        count_property++;
    }
    fixture_free(&f);
}

static void test_range_gives_the_bits(void **state)
{
    (void)state;
    gives_the_bits(range_circuit);
    gives_the_bits(number_circuit);
    gives_the_bits(signed_circuit);
}

/* Wires 1 .. count take every combination of `values`; calls back for each that holds. */
enum { VALUES = 7, WIRES_MAX = 6 };
static void dangerous_values(fr value[VALUES])
{
    fr two = element(2);
    value[0] = fr_zero;
    value[1] = fr_one;
    value[2] = two;
    value[3] = negated(1);
    fr_inv(&value[4], &two);
    fr_neg(&value[5], &value[4]);
    value[6] = element(3);
}

typedef void holds_function(const struct circuit_fixture *f, uint64_t x);

static void try_all(struct circuit_fixture *f, uint64_t x, holds_function *holds)
{
    fr value[VALUES];
    dangerous_values(value);
    uint32_t free_wires = f->system.wire_count - 2;
    assert_true(free_wires <= WIRES_MAX);
    uint64_t combinations = 1;
    for (uint32_t i = 0; i < free_wires; i++) combinations *= VALUES;
    f->witness[0] = fr_one;
    f->witness[1] = element(x);
    for (uint64_t c = 0; c < combinations; c++) {
        uint64_t rest = c;
        for (uint32_t i = 0; i < free_wires; i++, rest /= VALUES) f->witness[2 + i] = value[rest % VALUES];
        if (fixture_holds(f))
            holds(f, x);
        else
            count_negative++;
    }
}

static unsigned solutions;

static void range_solution(const struct circuit_fixture *f, uint64_t x)
{
    solutions++;
    for (uint32_t i = 0; i < 3; i++)
        assert_true(fr_equal(&f->witness[2 + i], (x >> i & 1) == 1 ? &fr_one : &fr_zero));
}

/* Each value below 2^bits has one assignment, the others tried have none. */
static void has_one_assignment(emit_function *emit, unsigned bits, holds_function *holds)
{
    struct args args = {.bits = bits};
    struct circuit_fixture f;
    fixture_build(&f, emit, &args);
    for (uint64_t x = 0; x < UINT64_C(4) << bits; x++) {
        solutions = 0;
        try_all(&f, x, holds);
        assert_int_equal(solutions, x >> bits == 0 ? 1 : 0);
    }
    fixture_free(&f);
}

static void test_range_has_one_assignment(void **state)
{
    (void)state;
    has_one_assignment(range_circuit, 4, range_solution);
    has_one_assignment(number_circuit, 4, range_solution);
}

static void negative_exhaustive(emit_function *emit, uint32_t constraints)
{
    struct args args = {.bits = 5};
    struct circuit_fixture f;
    fixture_build(&f, emit, &args);
    assert_int_equal(f.system.constraint_count, constraints);
    for (int d = -100; d <= 100; d++) {
        args.x = d < 0 ? negated((uint64_t)-d) : element((uint64_t)d);
        fixture_assign(&f, &args, NULL);
        bool inside = d >= -32 && d < 32;
        assert_int_equal(fixture_holds(&f), inside);
        if (inside) assert_true(fr_equal(&args.out.value, d < 0 ? &fr_one : &fr_zero));
        *(inside ? &count_property : &count_negative) += 1;
    }
    fixture_free(&f);
}

static void test_negative_exhaustive(void **state)
{
    (void)state;
    negative_exhaustive(negative_circuit, 6);
    negative_exhaustive(signed_circuit, 7);
}

static void negative_solution(const struct circuit_fixture *f, uint64_t x)
{
    (void)x;
    solutions++;
    assert_true(fr_equal(&f->witness[2], &fr_zero)); /* x is small and positive */
}

static void test_negative_has_one_assignment(void **state)
{
    (void)state;
    has_one_assignment(negative_circuit, 4, negative_solution);
    has_one_assignment(signed_circuit, 3, negative_solution);
}

/* All maxima of up to 7 bits that have their top bit and a 0, all values. */
static void test_at_most_exhaustive(void **state)
{
    (void)state;
    for (unsigned bits = 2; bits <= 7; bits++)
        for (uint64_t maximum = UINT64_C(1) << (bits - 1); maximum < (UINT64_C(1) << bits) - 1; maximum++) {
            struct args args = {.bits = bits, .maximum = maximum};
            struct circuit_fixture f;
            fixture_build(&f, at_most_circuit, &args);
            for (uint64_t x = 0; x >> bits == 0; x++) {
                fr value = element(x);
                expect_range(&f, &args, &value, x <= maximum);
            }
            fixture_free(&f);
        }
}

static void test_at_most_a_million(void **state)
{
    (void)state;
    for (uint64_t maximum = 999999; maximum <= 1000000; maximum++) {
        struct args args = {.bits = 20, .maximum = maximum};
        struct circuit_fixture f;
        fixture_build(&f, at_most_circuit, &args);
        assert_int_equal(f.system.constraint_count, 20 + (maximum == 999999 ? 6 : 7));
        for (uint64_t x = 999990; x < 1 << 20; x += x < 1000010 ? 1 : 97) {
            fr value = element(x);
            expect_range(&f, &args, &value, x <= maximum);
        }
        for (uint64_t x = 0; x < 999990; x += 9973) {
            fr value = element(x);
            expect_range(&f, &args, &value, true);
        }
        fixture_free(&f);
    }
}

static struct builder doomed;
static const struct builder_memory no_memory;

static void at_most_without_zero(void)
{
    const lc bit[3] = {lc_zero(), lc_zero(), lc_zero()};
    builder_init(&doomed, 0, &no_memory);
    gadget_at_most(&doomed, bit, 3, 7);
}

static void number_of_one_bit(void)
{
    builder_init(&doomed, 0, &no_memory);
    gadget_number(&doomed, &fr_zero, 1, NULL);
}

static void poseidon_of_constants(void)
{
    const lc input[2] = {lc_one(), lc_zero()};
    builder_init(&doomed, 0, &no_memory);
    gadget_poseidon(&doomed, lc_zero(), input, 2);
}

static void range_of_one_bit(void)
{
    builder_init(&doomed, 0, &no_memory);
    gadget_range(&doomed, lc_zero(), 1, NULL);
}

static void test_misuse_stops_the_program(void **state)
{
    (void)state;
    assert_true(dies(at_most_without_zero));
    assert_true(dies(range_of_one_bit));
    assert_true(dies(number_of_one_bit));
    assert_true(dies(poseidon_of_constants));
    count_negative += 4;
}

struct dot_args {
    fr x[GADGET_DOT_SIZE], y[GADGET_DOT_SIZE], expected;
    lc out;
};

static void dot_circuit(struct builder *b, void *context)
{
    struct dot_args *args = context;
    struct dot_vector x, y;
    for (int i = 0; i < GADGET_DOT_SIZE; i++) x.element[i] = builder_private(b, &args->x[i]);
    for (int i = 0; i < GADGET_DOT_SIZE; i++) y.element[i] = builder_private(b, &args->y[i]);
    lc expected = builder_private(b, &args->expected);
    gadget_dot_prepare(b, &x);
    gadget_dot_prepare(b, &y);
    args->out = gadget_dot(b, &x, &y);
    gadget_dot_equal(b, &x, &y, expected);
}

static void test_dot(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct dot_args args = {.expected = fr_zero};
    struct circuit_fixture f;
    fixture_build(&f, dot_circuit, &args);
    assert_int_equal(f.system.constraint_count, 16);
    for (int k = 0; k < 200; k++) {
        args.expected = fr_zero;
        for (int i = 0; i < GADGET_DOT_SIZE; i++) {
            fr product;
            args.x[i] = random_element(&prng);
            args.y[i] = k % 3 == 0 ? fr_zero : random_element(&prng);
            fr_mul(&product, &args.x[i], &args.y[i]);
            fr_add(&args.expected, &args.expected, &product);
        }
        fixture_assign(&f, &args, NULL);
        assert_true(fr_equal(&args.out.value, &args.expected));
        assert_true(fixture_holds(&f));
        count_property++;
        fr_add(&args.expected, &args.expected, &fr_one);
        fixture_assign(&f, &args, NULL);
        assert_false(fixture_holds(&f));
        count_negative++;
    }
    fixture_free(&f);
}

struct poseidon_args {
    size_t count;
    fr input[POSEIDON_INPUTS_MAX], capacity, expected;
    bool capacity_is_wire, assert_equal;
    lc out;
};

static void poseidon_circuit(struct builder *b, void *context)
{
    struct poseidon_args *args = context;
    lc input[POSEIDON_INPUTS_MAX], expected = builder_public(b, &args->expected);
    for (size_t i = 0; i < args->count; i++) input[i] = builder_private(b, &args->input[i]);
    lc capacity = args->capacity_is_wire ? builder_private(b, &args->capacity) : lc_zero();
    if (args->assert_equal)
        gadget_poseidon_equal(b, capacity, input, args->count, expected);
    else
        args->out = gadget_poseidon(b, capacity, input, args->count);
}

static void poseidon_case(struct roam_prng *prng, struct circuit_fixture *f, struct poseidon_args *args)
{
    for (size_t i = 0; i < args->count; i++) args->input[i] = random_element(prng);
    args->capacity = args->capacity_is_wire ? random_element(prng) : fr_zero;
    poseidon_ex(&args->expected, 1, &args->capacity, args->input, args->count);
    fixture_assign(f, args, NULL);
    if (!args->assert_equal) assert_true(fr_equal(&args->out.value, &args->expected));
    assert_true(fixture_holds(f));
    count_property++;
    if (!args->assert_equal) return;
    fr_add(&args->expected, &args->expected, &fr_one);
    fixture_assign(f, args, NULL);
    assert_false(fixture_holds(f));
    count_negative++;
}

/* Widths 2..17, capacity zero or a wire, computed or asserted: the hash of hash/poseidon.h, at 3 constraints
 * and 3 wires an S-box (a constant capacity saves the first one). A and B have one term a row, and more only
 * for the inputs of the first round, a wire and a constant, and with a constant capacity for one input of the
 * second, a combination of count wires and a constant; three times each. */
static void test_poseidon_all_widths(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (size_t count = 1; count <= POSEIDON_INPUTS_MAX; count++)
        for (int variant = 0; variant < 4; variant++) {
            struct poseidon_args args = {
                .count = count, .capacity_is_wire = (variant & 1) != 0, .assert_equal = (variant & 2) != 0};
            struct circuit_fixture f;
            fixture_build(&f, poseidon_circuit, &args);
            unsigned t = (unsigned)count + 1, sboxes = 8 * t + poseidon_params(t)->partial_rounds;
            unsigned products = 3 * (sboxes - !args.capacity_is_wire), first = t - !args.capacity_is_wire;
            assert_int_equal(f.system.constraint_count, products);
            assert_int_equal(f.system.wire_count, 2 + first + products - args.assert_equal);
            assert_true(fixture_key_terms(&f) <=
                        2 * products + 3 * first + (args.capacity_is_wire ? 0 : 3 * count));
            for (int k = 0; k < 3; k++) poseidon_case(&prng, &f, &args);
            fixture_free(&f);
        }
}

static void constant_inputs_circuit(struct builder *b, void *context)
{
    struct poseidon_args *args = context;
    lc input[4] = {builder_private(b, &args->input[0]), builder_constant(b, &args->input[1]), lc_zero(),
                   lc_one()};
    args->out = gadget_poseidon(b, builder_constant(b, &args->capacity), input, 4);
    builder_constrain(b, lc_one(), args->out, builder_private(b, &args->expected));
}

/* Constants are folded, and the folded value is right in the recorded system too. */
static void test_poseidon_constant_inputs(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct poseidon_args args = {.capacity = random_element(&prng)};
    args.input[1] = random_element(&prng);
    struct circuit_fixture f;
    fixture_build(&f, constant_inputs_circuit, &args);
    unsigned products = 3 * (8 * 5 + poseidon_params(5)->partial_rounds - 4);
    assert_int_equal(f.system.constraint_count, products + 1);
    /* In the second round four inputs are the fifth and a constant. */
    assert_true(fixture_key_terms(&f) <= 2 * products + 3 + 4 * 3 + 2);
    for (int k = 0; k < 20; k++) {
        args.input[0] = random_element(&prng);
        poseidon_ex(&args.expected, 1, &args.capacity,
                    (const fr[]){args.input[0], args.input[1], fr_zero, fr_one}, 4);
        fixture_assign(&f, &args, NULL);
        assert_true(fixture_holds(&f));
        count_property++;
    }
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_range_edges),
        cmocka_unit_test(test_range_gives_the_bits),
        cmocka_unit_test(test_range_has_one_assignment),
        cmocka_unit_test(test_negative_exhaustive),
        cmocka_unit_test(test_negative_has_one_assignment),
        cmocka_unit_test(test_at_most_exhaustive),
        cmocka_unit_test(test_at_most_a_million),
        cmocka_unit_test(test_misuse_stops_the_program),
        cmocka_unit_test(test_dot),
        cmocka_unit_test(test_poseidon_all_widths),
        cmocka_unit_test(test_poseidon_constant_inputs),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
