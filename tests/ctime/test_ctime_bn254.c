/* Checks under Valgrind that what is called constant time is: secrets are marked as undefined memory, and
 * memcheck reports every branch and every address that depends on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <valgrind/memcheck.h>

#include "g1.h"
#include "g2.h"
#include "mont4.h"

static unsigned long long count_property, count_negative;

static fr scalar_a, scalar_b;
static fp base_a, base_b;
static g1 g1_point;
static g2 g2_point;

/* Marks the inputs as secret. */
static void hide_inputs(void)
{
    VALGRIND_MAKE_MEM_UNDEFINED(&scalar_a, sizeof scalar_a);
    VALGRIND_MAKE_MEM_UNDEFINED(&scalar_b, sizeof scalar_b);
    VALGRIND_MAKE_MEM_UNDEFINED(&base_a, sizeof base_a);
    VALGRIND_MAKE_MEM_UNDEFINED(&base_b, sizeof base_b);
    VALGRIND_MAKE_MEM_UNDEFINED(&g1_point, sizeof g1_point);
    VALGRIND_MAKE_MEM_UNDEFINED(&g2_point, sizeof g2_point);
}

static void make_inputs(void)
{
    fr_from_u128(&scalar_a, 0x0123456789abcdef, 0xfedcba9876543210);
    fr_inv(&scalar_b, &scalar_a);
    fp_from_u128(&base_a, 0x1111111111111111, 0x2222222222222222);
    fp_inv(&base_b, &base_a);
    g1_from_affine(&g1_point, &g1_generator);
    g2_from_affine(&g2_point, &g2_generator);
    g1_mul(&g1_point, &g1_point, &scalar_b);
    g2_mul(&g2_point, &g2_point, &scalar_b);
}

static void use_fr(void)
{
    fr t;
    uint8_t bytes[32], wide[64] = {0};
    fr_add(&t, &scalar_a, &scalar_b);
    fr_sub(&t, &t, &scalar_a);
    fr_neg(&t, &t);
    fr_double(&t, &t);
    fr_mul(&t, &t, &scalar_b);
    fr_sqr(&t, &t);
    fr_select(&t, t.limb[0] & 1, &t, &scalar_a);
    fr_to_le(bytes, &t);
    fr_to_be(bytes, &t);
    memcpy(wide, bytes, sizeof bytes);
    fr_from_wide(&t, wide);
    fr_from_u128(&t, t.limb[0], t.limb[1]);
}

static void use_fr_inv(void) { fr_inv(&scalar_b, &scalar_a); }

static void use_fp(void)
{
    fp t;
    fp2 u = {base_a, base_b};
    fp_mul(&t, &base_a, &base_b);
    fp_sqr(&t, &t);
    fp_sub(&t, &t, &base_a);
    fp_inv(&t, &t);
    fp2_mul(&u, &u, &u);
    fp2_sqr(&u, &u);
    fp2_mul_xi(&u, &u);
    fp2_inv(&u, &u);
}

static void use_g1_mul(void)
{
    g1_affine a;
    g1_mul(&g1_point, &g1_point, &scalar_a);
    g1_to_affine(&a, &g1_point);
    g1_from_affine(&g1_point, &a);
}

static void use_g2_mul(void)
{
    g2_affine a;
    g2_mul(&g2_point, &g2_point, &scalar_a);
    g2_to_affine(&a, &g2_point);
    g2_from_affine(&g2_point, &a);
}

/* The answers are declassified before they are looked at. */
static void use_comparisons(void)
{
    bool answers[] = {fr_equal(&scalar_a, &scalar_b), fr_is_zero(&scalar_a),
                      g1_is_infinity(&g1_point),      g2_is_infinity(&g2_point),
                      g1_equal(&g1_point, &g1_point), g2_equal(&g2_point, &g2_point)};
    VALGRIND_MAKE_MEM_DEFINED(answers, sizeof answers);
    assert_true(answers[4]);
    assert_true(answers[5]);
}

static void use_vartime_inverse(void) { fr_inv_vartime(&scalar_b, &scalar_a); }
static void use_vartime_multiple(void) { g1_mul_vartime(&g1_point, &g1_point, &scalar_a); }

static unsigned errors_of(void (*use)(void))
{
    make_inputs();
    hide_inputs();
    unsigned before = VALGRIND_COUNT_ERRORS;
    use();
    unsigned after = VALGRIND_COUNT_ERRORS;
    VALGRIND_MAKE_MEM_DEFINED(&scalar_b, sizeof scalar_b);
    return after - before;
}

static void secrets_do_not_show(void **state)
{
    (void)state;
    void (*const uses[])(void) = {use_fr, use_fr_inv, use_fp, use_g1_mul, use_g2_mul, use_comparisons};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++, count_property++)
        assert_int_equal(errors_of(uses[i]), 0);
}

/* That the method sees anything at all. */
static void variable_time_is_seen(void **state)
{
    (void)state;
    assert_true(errors_of(use_vartime_inverse) > 0);
    assert_true(errors_of(use_vartime_multiple) > 0);
    count_negative += 2;
}

/* Valgrind does not tell programs of ADX but executes it; so the processor's own answer counts. */
static bool processor_has_adx(void)
{
    char line[4096];
    bool found = false;
    FILE *file = fopen("/proc/cpuinfo", "r");
    if (file == NULL) return false;
    while (!found && fgets(line, sizeof line, file) != NULL)
        found =
            strncmp(line, "flags", 5) == 0 && strstr(line, " adx") != NULL && strstr(line, " bmi2") != NULL;
    fclose(file);
    return found;
}

int main(void)
{
    if (!RUNNING_ON_VALGRIND) {
        print_message("skipped: not running under Valgrind\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_do_not_show),
        cmocka_unit_test(variable_time_is_seen),
    };
    int failed = 0;
#if defined(__x86_64__)
    mont4_adx = true;
    if (processor_has_adx()) failed += cmocka_run_group_tests(tests, NULL, NULL);
    mont4_adx = false;
#endif
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    print_message("count property=%llu negative=%llu\n", count_property, count_negative);
    return failed;
}
