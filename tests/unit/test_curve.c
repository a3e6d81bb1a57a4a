/* G1 and G2: the group law against affine chords and tangents, scalar multiplication against double and add,
 * and what the checks of points refuse; at every CPU level. */
#include "cpu_levels.h"

#include <gmp.h>
#include <string.h>

#include "g1.h"
#include "g2.h"
#include "hex.h"

enum { CASES = 150 };

static struct roam_prng prng;

/* One in four is small, so that sums and differences of multiples meet. */
static fr random_scalar(void)
{
    fr k;
    uint8_t bytes[64];
    prng_bytes(&prng, bytes, sizeof bytes);
    fr_from_wide(&k, bytes);
    if (prng_below(&prng, 4) == 0) fr_from_u64(&k, prng_below(&prng, 5));
    return k;
}

#define POINT      g1
#define AFFINE     g1_affine
#define COORD      fp
#define G(name)    g1_##name
#define K(name)    fp_##name
#define CASE(name) test_g1_##name
#include "curve_cases.inc.h"
#undef POINT
#undef AFFINE
#undef COORD
#undef G
#undef K
#undef CASE

#define POINT      g2
#define AFFINE     g2_affine
#define COORD      fp2
#define G(name)    g2_##name
#define K(name)    fp2_##name
#define CASE(name) test_g2_##name
#include "curve_cases.inc.h"

static void g1_points_off_the_curve(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        g1_affine p = test_g1_random_affine(), q = p;
        assert_true(g1_affine_is_valid(&p));
        count_property++;
        if (g1_affine_is_infinity(&p)) continue;
        fp_add(&q.x, &p.x, &fp_one);
        assert_false(g1_affine_is_valid(&q));
        q = p;
        fp_add(&q.y, &p.y, &fp_one);
        assert_false(g1_affine_is_valid(&q));
        q = (g1_affine){p.x, fp_zero};
        assert_false(g1_affine_is_valid(&q));
        q = (g1_affine){fp_zero, p.y};
        assert_false(g1_affine_is_valid(&q));
        count_negative += 4;
    }
    g1_affine infinity = {0};
    assert_true(g1_affine_is_valid(&infinity));
}

/* A point of y^2 = x^3 + x0 for the right side's constant that makes it so: on the wrong curve. */
static void g1_points_of_another_curve(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        g1_affine p = test_g1_random_affine();
        if (g1_affine_is_infinity(&p)) continue;
        fp scale, t; /* (x s^2, y s^3) lies on y^2 = x^3 + 3 s^6 */
        fp_from_u64(&scale, 2 + prng_below(&prng, 1000));
        fp_sqr(&t, &scale);
        fp_mul(&p.x, &p.x, &t);
        fp_mul(&t, &t, &scale);
        fp_mul(&p.y, &p.y, &t);
        assert_false(g1_affine_is_valid(&p));
        count_negative++;
    }
}

/* A random point of the twist; the chance that it lies in the group is 2^-254. */
static g2_affine random_twist_point(void)
{
    g2_affine p;
    fp2 t;
    static const char twist_b[2][65] = {"2b149d40ceb8aaae81be18991be06ac3b5b4c5e559dbefa33267e6dc24a138e5",
                                        "009713b03af0fed4cd2cafadeed8fdf4a74fa084e52d1852e4a2bd0685c315d2"};
    fp2 b;
    uint8_t bytes[64];
    assert_int_equal(hex_decode(bytes, 32, twist_b[0], 64), ROAM_OK);
    assert_int_equal(fp_from_be(&b.c0, bytes), ROAM_OK);
    assert_int_equal(hex_decode(bytes, 32, twist_b[1], 64), ROAM_OK);
    assert_int_equal(fp_from_be(&b.c1, bytes), ROAM_OK);
    do {
        prng_bytes(&prng, bytes, sizeof bytes);
        fp_from_wide(&p.x.c0, bytes);
        prng_bytes(&prng, bytes, sizeof bytes);
        fp_from_wide(&p.x.c1, bytes);
        fp2_sqr(&t, &p.x);
        fp2_mul(&t, &t, &p.x);
        fp2_add(&t, &t, &b);
    } while (fp2_sqrt_vartime(&p.y, &t) != ROAM_OK);
    return p;
}

/* The definition: r p = O */
static bool has_order_r(const g2_affine *p)
{
    g2 q;
    g2_from_affine(&q, p);
    test_g2_multiply(&q, &q, fr_modulus, 4);
    return g2_is_infinity(&q);
}

static void g2_points_off_the_twist(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        g2_affine p = test_g2_random_affine(), q;
        assert_true(g2_affine_is_on_curve(&p));
        assert_true(g2_affine_is_valid_vartime(&p));
        count_property += 2;
        if (g2_affine_is_infinity(&p)) continue;
        for (int change = 0; change < 5; change++, count_negative += 2) {
            q = p;
            if (change == 0) fp_add(&q.x.c0, &p.x.c0, &fp_one);
            if (change == 1) fp_add(&q.x.c1, &p.x.c1, &fp_one);
            if (change == 2) fp_add(&q.y.c0, &p.y.c0, &fp_one);
            if (change == 3) fp_add(&q.y.c1, &p.y.c1, &fp_one);
            if (change == 4) q.y = fp2_zero;
            assert_false(g2_affine_is_on_curve(&q));
            assert_false(g2_affine_is_valid_vartime(&q));
        }
    }
}

static void g2_points_outside_the_group(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        g2_affine p = random_twist_point();
        assert_true(g2_affine_is_on_curve(&p));
        assert_false(has_order_r(&p));
        assert_false(g2_affine_is_valid_vartime(&p));
        count_negative++;
    }
}

/* r P for P on the twist has an order that divides the cofactor 2p - r, of which the small factors matter
 * most. */
static void g2_points_of_the_cofactor(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        g2_affine p = random_twist_point();
        g2 q;
        g2_from_affine(&q, &p);
        test_g2_multiply(&q, &q, fr_modulus, 4);
        assert_false(g2_is_infinity(&q));
        g2_to_affine(&p, &q);
        assert_true(g2_affine_is_on_curve(&p));
        assert_false(g2_affine_is_valid_vartime(&p));
        count_negative++;
    }
}

/* Every prime factor found of the cofactor by trial division gives a point of that order: each must be
 * refused. */
static void g2_points_of_small_order(void **state)
{
    (void)state;
    mpz_t order, cofactor, part;
    mpz_inits(order, cofactor, part, NULL);
    mpz_import(cofactor, 4, -1, 8, 0, 0, fp_modulus);
    mpz_import(order, 4, -1, 8, 0, 0, fr_modulus);
    mpz_mul_2exp(cofactor, cofactor, 1);
    mpz_sub(cofactor, cofactor, order);
    mpz_mul(order, order, cofactor);
    for (unsigned long prime = 3; prime < 1000000; prime += 2) {
        if (!mpz_divisible_ui_p(cofactor, prime)) continue;
        uint64_t limbs[8] = {0};
        size_t count;
        mpz_divexact_ui(part, order, prime);
        mpz_export(limbs, &count, -1, 8, 0, 0, part);
        g2_affine p = random_twist_point();
        g2 q;
        g2_from_affine(&q, &p);
        test_g2_multiply(&q, &q, limbs, 8);
        if (g2_is_infinity(&q)) continue;
        g2_to_affine(&p, &q);
        assert_true(g2_affine_is_on_curve(&p));
        assert_false(g2_affine_is_valid_vartime(&p));
        count_negative++;
    }
    mpz_clears(order, cofactor, part, NULL);
}

/* Multiples from another implementation, tools/gen_pairing_vectors.mjs. */
static void known_multiples(void **state)
{
    (void)state;
    static char line[4096];
    int lines = 0;
    FILE *file = fopen(TEST_VECTORS_DIR "/pairing.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        uint8_t words[5][32];
        int groups = strncmp(line, "g1 ", 3) == 0 ? 3 : strncmp(line, "g2 ", 3) == 0 ? 5 : 0;
        for (int i = 0; i < groups; i++)
            assert_int_equal(hex_decode(words[i], 32, line + 3 + 65 * i, 64), ROAM_OK);
        fr k;
        if (groups == 0) continue;
        assert_int_equal(fr_from_be(&k, words[0]), ROAM_OK);
        if (groups == 3) {
            g1 p;
            g1_affine a;
            assert_int_equal(fp_from_be(&a.x, words[1]), ROAM_OK);
            assert_int_equal(fp_from_be(&a.y, words[2]), ROAM_OK);
            g1_from_affine(&p, &g1_generator);
            g1_mul(&p, &p, &k);
            test_g1_expect(&p, &a);
        } else {
            g2 p;
            g2_affine a;
            assert_int_equal(fp_from_be(&a.x.c0, words[1]), ROAM_OK);
            assert_int_equal(fp_from_be(&a.x.c1, words[2]), ROAM_OK);
            assert_int_equal(fp_from_be(&a.y.c0, words[3]), ROAM_OK);
            assert_int_equal(fp_from_be(&a.y.c1, words[4]), ROAM_OK);
            g2_from_affine(&p, &g2_generator);
            g2_mul(&p, &p, &k);
            test_g2_expect(&p, &a);
        }
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, 48);
}

static int run(void)
{
    prng = prop_prng();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(g1_points_off_the_curve),
        cmocka_unit_test(g1_points_of_another_curve),
        cmocka_unit_test(g2_points_off_the_twist),
        cmocka_unit_test(g2_points_outside_the_group),
        cmocka_unit_test(g2_points_of_the_cofactor),
        cmocka_unit_test(g2_points_of_small_order),
        cmocka_unit_test(test_g1_order),
        cmocka_unit_test(test_g2_order),
        cmocka_unit_test(test_g1_addition),
        cmocka_unit_test(test_g2_addition),
        cmocka_unit_test(test_g1_group_laws),
        cmocka_unit_test(test_g2_group_laws),
        cmocka_unit_test(test_g1_comparison),
        cmocka_unit_test(test_g2_comparison),
        cmocka_unit_test(test_g1_normalisation),
        cmocka_unit_test(test_g2_normalisation),
        cmocka_unit_test(test_g1_multiples),
        cmocka_unit_test(test_g2_multiples),
        cmocka_unit_test(test_g1_scalar_laws),
        cmocka_unit_test(test_g2_scalar_laws),
        cmocka_unit_test(known_multiples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(run); }
