/* The constraint builder: its three passes agree, and what it records is what it computed. */
#include "circuit_fixture.h"

#include "dies.h"

#include <string.h>

static fr element(uint64_t value)
{
    fr out;
    fr_from_u64(&out, value);
    return out;
}

static fr random_element(struct roam_prng *prng)
{
    static const uint64_t edge[4] = {0, 1, 2, UINT64_MAX};
    uint8_t bytes[64];
    fr out;
    uint64_t choice = prng_below(prng, 8);
    if (choice < 4) return element(edge[choice]);
    prng_bytes(prng, bytes, sizeof bytes);
    fr_from_wide(&out, bytes);
    return out;
}

/* (2 x + 3 y - x) * (x + y - y) = z + 5 with x, y public */
static void small_circuit(struct builder *b, void *context)
{
    fr *value = context, two = element(2), three = element(3);
    lc x = builder_public(b, &value[0]), y = builder_public(b, &value[1]);
    lc z = builder_private(b, &value[2]);
    lc left = lc_sub(b, lc_add(b, lc_scale(b, x, &two), lc_scale(b, y, &three)), x);
    lc right = lc_sub(b, lc_add(b, x, y), y);
    builder_enter(b, "outer");
    builder_constrain(b, left, right, lc_add(b, z, builder_constant_u64(b, 5)));
    builder_enter(b, "inner");
    builder_constrain(b, lc_one(), x, x);
    builder_constrain(b, lc_zero(), x, lc_zero());
    builder_leave(b);
    builder_leave(b);
}

static void expect_row(const struct r1cs_system *system, uint64_t row, size_t count, const uint32_t *wire,
                       const uint64_t *coeff)
{
    assert_int_equal(system->row_start[row + 1] - system->row_start[row], count);
    for (size_t i = 0; i < count; i++) {
        fr expected = element(coeff[i]);
        assert_int_equal(system->wire[system->row_start[row] + i], wire[i]);
        assert_true(fr_equal(&system->coeff[system->row_start[row] + i], &expected));
    }
}

static void test_records_merged_rows(void **state)
{
    (void)state;
    fr value[3] = {element(7), element(11), element(7 * (7 + 33) - 5)};
    struct circuit_fixture f;
    fixture_build(&f, small_circuit, value);
    assert_int_equal(f.system.wire_count, 4);
    assert_int_equal(f.system.public_input_count, 2);
    assert_int_equal(f.system.constraint_count, 3);
    expect_row(&f.system, 0, 2, (uint32_t[]){1, 2}, (uint64_t[]){1, 3});
    expect_row(&f.system, 1, 1, (uint32_t[]){1}, (uint64_t[]){1});
    expect_row(&f.system, 2, 2, (uint32_t[]){0, 3}, (uint64_t[]){5, 1});
    expect_row(&f.system, 3, 1, (uint32_t[]){0}, (uint64_t[]){1});
    expect_row(&f.system, 6, 0, NULL, NULL);
    fixture_assign(&f, value, NULL);
    assert_true(fixture_holds(&f));
    for (int i = 0; i < 3; i++) assert_true(fr_equal(&f.witness[1 + i], &value[i]));
    fixture_free(&f);
}

static void expect_terms(const struct r1cs_gadget_cost *gadget, uint64_t a, uint64_t b, uint64_t c)
{
    assert_int_equal(gadget->terms[R1CS_A], a);
    assert_int_equal(gadget->terms[R1CS_B], b);
    assert_int_equal(gadget->terms[R1CS_C], c);
}

static void test_counts_by_gadget(void **state)
{
    (void)state;
    fr value[3] = {fr_zero, fr_zero, fr_zero};
    struct circuit_fixture f;
    fixture_build(&f, small_circuit, value);
    assert_int_equal(f.counted.gadget_count, 2);
    assert_string_equal(f.counted.gadget[0].name, "outer");
    assert_int_equal(f.counted.gadget[0].constraints, 1);
    assert_string_equal(f.counted.gadget[1].name, "inner");
    assert_int_equal(f.counted.gadget[1].constraints, 2);
    assert_int_equal(f.counted.gadget[1].uses, 1);
    expect_terms(&f.counted.gadget[0], 2, 1, 2);
    expect_terms(&f.counted.gadget[1], 1, 2, 1);
    assert_int_equal(f.counted.term_count, 9);
    fixture_free(&f);
}

static void test_check_names_the_failing_constraint(void **state)
{
    (void)state;
    fr value[3] = {element(7), element(11), element(7 * (7 + 33) - 4)};
    struct circuit_fixture f;
    uint32_t failing = 99;
    fixture_build(&f, small_circuit, value);
    fixture_assign(&f, value, NULL);
    assert_int_equal(r1cs_check(&f.system, f.witness, &failing), ROAM_E_VERIFY);
    assert_int_equal(failing, 0);
    value[2] = element(7 * (7 + 33) - 5);
    fixture_assign(&f, value, NULL);
    fr one_more = element(8), saved = f.system.coeff[f.system.row_start[3]];
    f.system.coeff[f.system.row_start[3]] = one_more;
    assert_int_equal(r1cs_check(&f.system, f.witness, &failing), ROAM_E_VERIFY);
    assert_int_equal(failing, 1);
    f.system.coeff[f.system.row_start[3]] = saved;
    assert_int_equal(r1cs_check(&f.system, f.witness, &failing), ROAM_OK);
    count_negative += 2;
    fixture_free(&f);
}

static void change_wire_2(void *context, uint32_t wire, fr *value)
{
    (void)context;
    if (wire == 2) *value = element(100);
}

static void product_circuit(struct builder *b, void *context)
{
    (void)context;
    lc x = builder_private_u64(b, 3), y = builder_private_u64(b, 4);
    builder_product(b, x, y);
}

static void test_tampering_is_seen_downstream(void **state)
{
    (void)state;
    struct circuit_fixture f;
    const struct builder_tamper tamper = {NULL, change_wire_2};
    fixture_build(&f, product_circuit, NULL);
    fixture_assign(&f, NULL, &tamper);
    fr expected = element(300);
    assert_true(fr_equal(&f.witness[3], &expected));
    assert_true(fixture_holds(&f));
    fixture_free(&f);
}

/* A random program of linear operations, with releases in between. Its seed makes every pass do the same. */
enum { POOL = 12, STEPS = 60 };

struct program {
    uint64_t seed;
    fr input[POOL];
};

static lc random_operation(struct builder *b, struct roam_prng *prng, const lc *pool)
{
    lc x = pool[prng_below(prng, POOL)], y = pool[prng_below(prng, POOL)], many[POOL];
    fr coeff[POOL], factor = random_element(prng);
    for (int i = 0; i < POOL; i++) {
        many[i] = pool[prng_below(prng, POOL)];
        coeff[i] = random_element(prng);
    }
    switch (prng_below(prng, 6)) {
    case 0:
        return lc_add(b, x, y);
    case 1:
        return lc_sub(b, x, y);
    case 2:
        return lc_scale(b, x, &factor);
    case 3:
        return builder_constant(b, &factor);
    default:
        return lc_sum(b, many, prng_below(prng, 2) == 0 ? NULL : coeff, POOL);
    }
}

static void random_program(struct builder *b, void *context)
{
    const struct program *program = context;
    struct roam_prng prng = {program->seed};
    lc pool[POOL];
    for (int i = 0; i < POOL; i++) pool[i] = builder_private(b, &program->input[i]);
    for (int step = 0; step < STEPS; step++) {
        uint32_t mark = builder_mark(b);
        lc made[3] = {pool[0], pool[1], pool[2]};
        for (int i = 0; i < 3; i++) made[i] = random_operation(b, &prng, pool);
        lc x = pool[prng_below(&prng, POOL)], y = pool[prng_below(&prng, POOL)];
        builder_constrain(b, x, y, builder_product(b, x, y));
        builder_constrain(b, made[0], made[1], made[2]);
        if (prng_below(&prng, 2) == 0) {
            lc keep[2] = {made[0], made[2]};
            builder_release(b, mark, keep, 2);
            pool[POOL - 2] = keep[0];
            pool[POOL - 1] = keep[1];
            continue;
        }
        pool[prng_below(&prng, POOL)] = made[0];
    }
}

/* The recorded rows, evaluated on the witness, must give the values that the combinations carried: the
 * constraints x * y = (product wire) hold although x and y are long combinations that went through releases.
 */
static void test_random_programs(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 300; i++) {
        struct program program = {.seed = prng_u64(&prng)};
        for (int k = 0; k < POOL; k++) program.input[k] = random_element(&prng);
        struct circuit_fixture f;
        fixture_build(&f, random_program, &program);
        fixture_check_rows(&f);
        fixture_assign(&f, &program, NULL);
        for (uint32_t c = 0; c < f.system.constraint_count; c += 3) {
            fr x, y, z;
            for (uint32_t same = c; same < c + 2; same++) {
                r1cs_row_eval(&x, &f.system, 3 * (uint64_t)same + R1CS_A, f.witness);
                r1cs_row_eval(&y, &f.system, 3 * (uint64_t)same + R1CS_B, f.witness);
                r1cs_row_eval(&z, &f.system, 3 * (uint64_t)same + R1CS_C, f.witness);
                fr_mul(&x, &x, &y);
                if (!fr_equal(&x, &z))
                    fail_msg("seed %llu, constraint %u", (unsigned long long)program.seed, same);
            }
        }
        count_property++;
        fixture_free(&f);
    }
}

static void test_constants_are_known_in_every_pass(void **state)
{
    (void)state;
    uint32_t wires[64];
    fr coeffs[64], witness[8], value = element(6);
    struct builder_memory memory = {wires, coeffs, 64, NULL, witness, 8};
    for (unsigned pass = R1CS_COUNT; pass <= R1CS_ASSIGN; pass += 3) {
        struct builder b;
        builder_init(&b, pass, &memory);
        lc six = lc_add(&b, builder_constant_u64(&b, 2), builder_constant_u64(&b, 4));
        assert_true(six.is_constant && fr_equal(&six.value, &value));
        assert_false(lc_add(&b, six, builder_private(&b, &value)).is_constant);
        assert_true(lc_zero().is_constant && lc_one().is_constant);
    }
}

static struct builder doomed;
static uint32_t doomed_wires[4];
static fr doomed_coeffs[4], doomed_witness[2];

static void doomed_init(unsigned passes)
{
    const struct builder_memory memory = {doomed_wires, doomed_coeffs, 4, NULL, doomed_witness, 2};
    builder_init(&doomed, passes, &memory);
}

static void public_after_private(void)
{
    doomed_init(R1CS_COUNT);
    builder_private(&doomed, NULL);
    builder_public(&doomed, NULL);
}

static void too_many_terms(void)
{
    doomed_init(R1CS_COUNT);
    lc sum = lc_zero();
    for (int i = 0; i < 3; i++) sum = lc_add(&doomed, sum, builder_private(&doomed, NULL));
}

static void too_many_wires(void)
{
    doomed_init(R1CS_ASSIGN);
    builder_private(&doomed, &fr_one);
    builder_private(&doomed, &fr_one);
}

static void too_many_in_a_sum(void)
{
    static lc many[LC_SUM_MAX + 1];
    doomed_init(R1CS_ASSIGN);
    lc_sum(&doomed, many, NULL, LC_SUM_MAX + 1);
}

static void keep_in_wrong_order(void)
{
    doomed_init(R1CS_COUNT);
    lc first = builder_constant_u64(&doomed, 2), second = builder_constant_u64(&doomed, 3);
    builder_release(&doomed, 0, (lc[]){second, first}, 2);
}

static void leave_without_enter(void)
{
    doomed_init(R1CS_COUNT);
    builder_leave(&doomed);
}

static void witness_without_one(void)
{
    struct r1cs_system empty = {.wire_count = 1};
    fr witness = fr_zero;
    uint32_t failing;
    (void)!r1cs_check(&empty, &witness, &failing);
}

static void test_misuse_stops_the_program(void **state)
{
    (void)state;
    void (*const misuse[])(void) = {public_after_private, too_many_terms,      too_many_wires,
                                    too_many_in_a_sum,    keep_in_wrong_order, leave_without_enter,
                                    witness_without_one};
    for (size_t i = 0; i < sizeof misuse / sizeof *misuse; i++) {
        assert_true(dies(misuse[i]));
        count_negative++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_merged_rows),
        cmocka_unit_test(test_counts_by_gadget),
        cmocka_unit_test(test_check_names_the_failing_constraint),
        cmocka_unit_test(test_tampering_is_seen_downstream),
        cmocka_unit_test(test_random_programs),
        cmocka_unit_test(test_constants_are_known_in_every_pass),
        cmocka_unit_test(test_misuse_stops_the_program),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
