/* The pairing: bilinear, not degenerate, its final exponentiation exact, its values those of another
 * implementation. */
#include "cpu_levels.h"

#include <gmp.h>
#include <string.h>

#include "hex.h"
#include "pairing.h"

static struct roam_prng prng;

static fr random_scalar(void)
{
    fr k;
    uint8_t bytes[64];
    prng_bytes(&prng, bytes, sizeof bytes);
    fr_from_wide(&k, bytes);
    return k;
}

static g1_affine g1_times(const fr *k)
{
    g1 p;
    g1_affine out;
    g1_from_affine(&p, &g1_generator);
    g1_mul_vartime(&p, &p, k);
    g1_to_affine(&out, &p);
    return out;
}

static g2_affine g2_times(const fr *k)
{
    g2 q;
    g2_affine out;
    g2_from_affine(&q, &g2_generator);
    g2_mul_vartime(&q, &q, k);
    g2_to_affine(&out, &q);
    return out;
}

/* a^exponent for an exponent of any size */
static void power(fp12 *out, const fp12 *a, const mpz_t exponent)
{
    fp12 t = fp12_one;
    for (size_t i = mpz_sizeinbase(exponent, 2); i-- > 0;) {
        fp12_sqr(&t, &t);
        if (mpz_tstbit(exponent, i)) fp12_mul(&t, &t, a);
    }
    *out = t;
}

static void power_fr(fp12 *out, const fp12 *a, const fr *k)
{
    uint64_t limbs[4];
    fr_to_limbs(limbs, k);
    fp12_pow_vartime(out, a, limbs);
}

static void not_degenerate(void **state)
{
    (void)state;
    fp12 e, t;
    pairing(&e, &g1_generator, &g2_generator);
    assert_false(fp12_is_one(&e));
    fp12_pow_vartime(&t, &e, fr_modulus);
    assert_true(fp12_is_one(&t));
    count_property += 2;
}

static void bilinear(void **state)
{
    (void)state;
    fp12 e, got, expected;
    pairing(&e, &g1_generator, &g2_generator);
    for (int i = 0; i < 40; i++) {
        fr a = random_scalar(), b = random_scalar();
        if (i == 0) fr_neg(&a, &fr_one);
        if (i == 1) fr_neg(&b, &fr_one);
        g1_affine p = g1_times(&a);
        g2_affine q = g2_times(&b);
        fr_mul(&a, &a, &b);
        pairing(&got, &p, &q);
        power_fr(&expected, &e, &a);
        assert_true(fp12_equal(&got, &expected));
        count_property++;
    }
}

static void infinity_pairs_to_one(void **state)
{
    (void)state;
    const g1_affine zero1 = {{{0}}, {{0}}};
    const g2_affine zero2 = {{{{0}}, {{0}}}, {{{0}}, {{0}}}};
    fp12 e;
    pairing(&e, &zero1, &g2_generator);
    assert_true(fp12_is_one(&e));
    pairing(&e, &g1_generator, &zero2);
    assert_true(fp12_is_one(&e));
    pairing(&e, &zero1, &zero2);
    assert_true(fp12_is_one(&e));
    assert_true(pairing_check(NULL, NULL, 0));
    count_property += 4;
}

/* f^((p^12 - 1)/r), the exponent as one number */
static void final_exponentiation_is_exact(void **state)
{
    (void)state;
    mpz_t p, exponent, r;
    mpz_inits(p, exponent, r, NULL);
    mpz_import(p, 4, -1, 8, 0, 0, fp_modulus);
    mpz_import(r, 4, -1, 8, 0, 0, fr_modulus);
    mpz_pow_ui(exponent, p, 12);
    mpz_sub_ui(exponent, exponent, 1);
    assert_true(mpz_divisible_p(exponent, r));
    mpz_divexact(exponent, exponent, r);
    for (int i = 0; i < 8; i++) {
        fp12 f, got, expected;
        fp *coefficients = (fp *)&f;
        for (int j = 0; j < 12; j++) {
            uint8_t bytes[64];
            prng_bytes(&prng, bytes, sizeof bytes);
            fp_from_wide(&coefficients[j], bytes);
        }
        power(&expected, &f, exponent);
        pairing_final_exp(&got, &f);
        assert_true(fp12_equal(&got, &expected));
        pairing_final_exp(&f, &f);
        assert_true(fp12_equal(&f, &expected));
        count_property += 2;
    }
    mpz_clears(p, exponent, r, NULL);
}

enum { MANY = 70 };

/* Random pairs with the sum of products of their scalars: prod e = e(generators)^sum. Some have infinity. */
static void random_pairs(g1_affine *p, g2_affine *q, fr *sum, size_t count)
{
    *sum = fr_zero;
    for (size_t i = 0; i < count; i++) {
        fr a = random_scalar(), b = random_scalar();
        if (prng_below(&prng, 5) == 0) a = fr_zero;
        if (prng_below(&prng, 5) == 0) b = fr_zero;
        p[i] = g1_times(&a);
        q[i] = g2_times(&b);
        fr_mul(&a, &a, &b);
        fr_add(sum, sum, &a);
    }
}

static void products(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 4, 31, 32, 33, 64, 65, MANY};
    static g1_affine p[MANY];
    static g2_affine q[MANY];
    static g2_prepared prepared[MANY];
    const g2_prepared *lines[MANY];
    fp12 e, got, expected;
    fr sum;
    pairing(&e, &g1_generator, &g2_generator);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        size_t count = counts[i];
        random_pairs(p, q, &sum, count);
        power_fr(&expected, &e, &sum);
        pairing_miller(&got, p, q, count);
        pairing_final_exp(&got, &got);
        assert_true(fp12_equal(&got, &expected));
        for (size_t j = 0; j < count; j++) {
            g2_prepare(&prepared[j], &q[j]);
            lines[j] = &prepared[j];
        }
        pairing_miller_prepared(&got, p, lines, count);
        pairing_final_exp(&got, &got);
        assert_true(fp12_equal(&got, &expected));
        count_property += 2;
    }
}

/* e(aP, bQ) e(cP, dQ) e(-(ab + cd)P, Q) = 1, and not with anything changed. */
static void checks(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        g1_affine p[3], wrong_p;
        g2_affine q[3], wrong_q;
        fr sum;
        do random_pairs(p, q, &sum, 2);
        while (fr_is_zero(&sum));
        fr_neg(&sum, &sum);
        p[2] = g1_times(&sum);
        q[2] = g2_generator;
        assert_true(pairing_check(p, q, 3));
        assert_false(pairing_check(p, q, 2));
        wrong_p = p[2];
        g1_affine_neg(&p[2], &p[2]);
        assert_false(pairing_check(p, q, 3));
        p[2] = g1_generator;
        assert_int_equal(pairing_check(p, q, 3), fr_equal(&sum, &fr_one));
        p[2] = wrong_p;
        wrong_q = q[2];
        g2_affine_neg(&q[2], &q[2]);
        assert_false(pairing_check(p, q, 3));
        q[2] = wrong_q;
        assert_true(pairing_check(p, q, 3));
        count_property += 2;
        count_negative += 4;
    }
}

static void read_words(fp *out, const char *text, int count)
{
    for (int i = 0; i < count; i++) {
        uint8_t bytes[32];
        assert_int_equal(hex_decode(bytes, 32, text + 65 * i, 64), ROAM_OK);
        assert_int_equal(fp_from_be(&out[i], bytes), ROAM_OK);
    }
}

static fr read_scalar(const char *text)
{
    fr k;
    uint8_t bytes[32];
    assert_int_equal(hex_decode(bytes, 32, text, 64), ROAM_OK);
    assert_int_equal(fr_from_be(&k, bytes), ROAM_OK);
    return k;
}

/* tools/gen_pairing_vectors.mjs; its values are powers of ours by 2x (6x^2 + 3x + 1). */
static void known_values(void **state)
{
    (void)state;
    static char line[4096];
    int lines = 0;
    mpz_t x, multiple;
    mpz_init_set_str(x, "4965661367192848881", 10);
    mpz_init(multiple);
    mpz_mul_ui(multiple, x, 6);
    mpz_add_ui(multiple, multiple, 3);
    mpz_mul(multiple, multiple, x);
    mpz_add_ui(multiple, multiple, 1);
    mpz_mul(multiple, multiple, x);
    mpz_mul_ui(multiple, multiple, 2);
    FILE *file = fopen(TEST_VECTORS_DIR "/pairing.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "pairing ", 8) != 0) continue;
        fr a = read_scalar(line + 8), b = read_scalar(line + 8 + 65);
        fp12 expected, got;
        read_words((fp *)&expected, line + 8 + 130, 12);
        g1_affine p = g1_times(&a);
        g2_affine q = g2_times(&b);
        pairing(&got, &p, &q);
        power(&got, &got, multiple);
        assert_true(fp12_equal(&got, &expected));
        count_property++;
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, 16);
    mpz_clears(x, multiple, NULL);
}

static int run(void)
{
    prng = prop_prng();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_degenerate),
        cmocka_unit_test(bilinear),
        cmocka_unit_test(infinity_pairs_to_one),
        cmocka_unit_test(final_exponentiation_is_exact),
        cmocka_unit_test(products),
        cmocka_unit_test(checks),
        cmocka_unit_test(known_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(run); }
