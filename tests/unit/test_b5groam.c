/* The paper's statement: its size, its published example, what it accepts and what it refuses. */
#include "circuit_fixture.h"

#include "b5groam_example.h"
#include "poseidon.h"

static void circuit(struct builder *b, void *context) { b5groam_circuit(b, context); }

static void test_size(void **state)
{
    (void)state;
    struct circuit_fixture f;
    fixture_build(&f, circuit, NULL);
    assert_int_equal(f.system.constraint_count,
                     264); /* as circom 2.2.3 --O2 compiles the published circuit */
    assert_int_equal(f.system.wire_count, 271);
    assert_int_equal(f.system.public_input_count, B5GROAM_PUBLIC_COUNT);
    assert_true(fixture_key_terms(&f) <=
                546); /* 2 a constraint, and 18 in the first two rounds of the hash */
    fixture_check_rows(&f);
    fixture_free(&f);
}

static void expect_published(const struct circuit_fixture *f, const char *json)
{
    static const char *const name[B5GROAM_PUBLIC_COUNT] = {"T", "hashCDR", "r_sms", "r_mb", "r_voice"};
    for (int i = 0; i < B5GROAM_PUBLIC_COUNT; i++) {
        fr expected = example_value(json, name[i]);
        assert_true(fr_equal(&f->witness[1 + i], &expected));
    }
}

static void test_published_example(void **state)
{
    (void)state;
    struct b5groam_input input = example_input();
    struct circuit_fixture f;
    fixture_build(&f, circuit, &input);
    fixture_assign(&f, &input, NULL);
    assert_true(fixture_holds(&f));
    const char *json = example_json();
    if (json == NULL)
        print_message("skipped: b5groam/input.json not found (ROAM_SHARED_DATA)\n");
    else
        expect_published(&f, json);
    fixture_free(&f);
}

static fr random_element(struct roam_prng *prng)
{
    uint8_t bytes[64];
    fr out;
    prng_bytes(prng, bytes, sizeof bytes);
    fr_from_wide(&out, bytes);
    return out;
}

/* Any field elements satisfy it: there are no ranges. Each public wire is bound. */
static void test_any_values(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct circuit_fixture f;
    fixture_build(&f, circuit, NULL);
    for (int k = 0; k < 100; k++) {
        struct b5groam_input input = {random_element(&prng), random_element(&prng), random_element(&prng),
                                      random_element(&prng), random_element(&prng), random_element(&prng)};
        fr signal[B5GROAM_PUBLIC_COUNT];
        b5groam_public_signals(signal, &input);
        fixture_assign(&f, &input, NULL);
        assert_true(fixture_holds(&f));
        count_property++;
        for (int i = 0; i < B5GROAM_PUBLIC_COUNT; i++) {
            assert_true(fr_equal(&f.witness[1 + i], &signal[i]));
            f.witness[1 + i] = random_element(&prng);
            assert_false(fixture_holds(&f));
            f.witness[1 + i] = signal[i];
            count_negative++;
        }
    }
    fixture_free(&f);
}

static void test_every_wire_is_bound(void **state)
{
    (void)state;
    struct b5groam_input input = example_input();
    struct circuit_fixture f;
    fixture_build(&f, circuit, &input);
    fixture_assign(&f, &input, NULL);
    for (uint32_t wire = 1; wire < f.system.wire_count; wire++) {
        fr saved = f.witness[wire];
        fr_add(&f.witness[wire], &saved, &fr_one);
        assert_false(fixture_holds(&f));
        f.witness[wire] = saved;
        count_negative++;
    }
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_published_example),
        cmocka_unit_test(test_any_values),
        cmocka_unit_test(test_every_wire_is_bound),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
