/* pairing_miller_mixed: both kinds of pairs together, and what it says about points outside of G2: of any
 * order, in every place among others. */
#include "cpu_levels.h"

#include <gmp.h>
#include <string.h>

#include "pairing.h"

enum { MANY = 70 };

static struct roam_prng prng;
static g1_affine p[MANY];
static g2_affine q[MANY];
static bool in_group[MANY];
static const g1_affine infinity1;
static const g2_affine infinity2;

static fr random_scalar(void)
{
    fr k;
    uint8_t bytes[64];
    prng_bytes(&prng, bytes, sizeof bytes);
    fr_from_wide(&k, bytes);
    return k;
}

static void fill(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fr a = random_scalar(), b = random_scalar();
        g1 s;
        g2 t;
        g1_from_affine(&s, &g1_generator);
        g2_from_affine(&t, &g2_generator);
        g1_mul_vartime(&s, &s, &a);
        g2_mul_vartime(&t, &t, &b);
        g1_to_affine(&p[i], &s);
        g2_to_affine(&q[i], &t);
    }
}

/* A random point of the twist. */
static g2_affine twist_point(void)
{
    g2_affine out;
    fp2 b, cube;
    fp2_sqr(&cube, &g2_generator.x);
    fp2_mul(&cube, &cube, &g2_generator.x);
    fp2_sqr(&b, &g2_generator.y);
    fp2_sub(&b, &b, &cube);
    do {
        uint8_t bytes[64];
        prng_bytes(&prng, bytes, sizeof bytes);
        fp_from_wide(&out.x.c0, bytes);
        fp_from_u128(&out.x.c1, prng_below(&prng, 1000), 0);
        fp2_sqr(&cube, &out.x);
        fp2_mul(&cube, &cube, &out.x);
        fp2_add(&cube, &cube, &b);
    } while (fp2_sqrt_vartime(&out.y, &cube) != ROAM_OK);
    return out;
}

/* k q by doubling and adding, for any point of the twist */
static g2_affine times(const g2_affine *point, const mpz_t k)
{
    g2 sum = g2_infinity;
    g2_affine out;
    for (size_t i = mpz_sizeinbase(k, 2); i-- > 0;) {
        g2_double(&sum, &sum);
        if (mpz_tstbit(k, i)) g2_add_affine_vartime(&sum, &sum, point);
    }
    g2_to_affine(&out, &sum);
    return out;
}

/* p, r and the cofactor 2p - r of G2 on the twist */
static void set_orders(mpz_t prime, mpz_t r, mpz_t cofactor)
{
    mpz_import(prime, 4, -1, 8, 0, 0, fp_modulus);
    mpz_import(r, 4, -1, 8, 0, 0, fr_modulus);
    mpz_mul_ui(cofactor, prime, 2);
    mpz_sub(cofactor, cofactor, r);
}

/* Points outside: of full order, of the order of the cofactor, of every small order there is (from 10069 on),
 * and a point of G2 plus one of order 10069. */
enum { OUTSIDERS = 6 };
static g2_affine outsider[OUTSIDERS];

static void make_outsiders(void)
{
    static const unsigned long small[] = {10069, 5864401};
    mpz_t prime, r, cofactor, k;
    mpz_inits(prime, r, cofactor, k, NULL);
    set_orders(prime, r, cofactor);
    outsider[0] = twist_point();
    g2_affine of_cofactor = times(&outsider[0], r);
    outsider[1] = of_cofactor;
    for (int i = 0; i < 2; i++) {
        assert_true(mpz_divisible_ui_p(cofactor, small[i]));
        mpz_divexact_ui(k, cofactor, small[i]);
        outsider[2 + i] = times(&of_cofactor, k);
        mpz_set_ui(k, small[i]);
        g2_affine zero = times(&outsider[2 + i], k);
        assert_true(g2_affine_is_infinity(&zero));
    }
    g2 sum;
    g2_from_affine(&sum, &g2_generator);
    g2_add_affine_vartime(&sum, &sum, &outsider[2]);
    g2_to_affine(&outsider[4], &sum);
    g2_affine_neg(&outsider[5], &outsider[2]);
    for (int i = 0; i < OUTSIDERS; i++) {
        assert_true(g2_affine_is_on_curve(&outsider[i]) && !g2_affine_is_infinity(&outsider[i]));
        assert_false(g2_affine_is_valid_vartime(&outsider[i]));
    }
    mpz_clears(prime, r, cofactor, k, NULL);
}

/* The loop ends with (6x + 2) Q + psi(Q) - psi^2(Q) + psi^3(Q) = 0 for Q in G2. psi satisfies
 * T^2 - (6x^2 + 1) T + p = 0 on the twist's curve, so that sum is a + b psi, of degree a^2 + t a b + p b^2;
 * the order of a point that it kills divides the degree and the order of the twist, that is r. */
static void argument_of_the_test(void **state)
{
    (void)state;
    mpz_t prime, r, cofactor, t, a, b, degree;
    mpz_inits(prime, r, cofactor, t, a, b, degree, NULL);
    set_orders(prime, r, cofactor);
    mpz_add_ui(t, prime, 1);
    mpz_sub(t, t, r);
    /* T^3 - T^2 + T + c with T^2 = t T - p: (t^2 - p - t + 1) T - t p + p + c, c = 6x + 2 */
    mpz_mul(b, t, t);
    mpz_sub(b, b, prime);
    mpz_sub(b, b, t);
    mpz_add_ui(b, b, 1);
    mpz_set_str(a, "4965661367192848881", 10);
    mpz_mul_ui(a, a, 6);
    mpz_add_ui(a, a, 2);
    mpz_add(a, a, prime);
    mpz_submul(a, t, prime);
    mpz_mul(degree, a, a);
    mpz_mul(t, t, a);
    mpz_addmul(degree, t, b);
    mpz_mul(b, b, b);
    mpz_addmul(degree, prime, b);
    assert_true(mpz_divisible_p(degree, r));
    mpz_gcd(t, degree, cofactor);
    assert_int_equal(mpz_cmp_ui(t, 1), 0);
    count_property += 2;
    mpz_clears(prime, r, cofactor, t, a, b, degree, NULL);
}

static void expect_outside(size_t count, size_t place)
{
    fp12 f;
    pairing_miller_mixed(&f, in_group, p, q, count, NULL, NULL, 0);
    for (size_t i = 0; i < count; i++) assert_int_equal(in_group[i], i != place);
    count_negative++;
}

static void outsiders_are_named(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 4, 5, 6, 7, 8, 9, 13, 20, 64, 65, MANY};
    fill(MANY);
    for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
        const size_t count = counts[n];
        expect_outside(count, count); /* none */
        for (size_t place = 0; place<count; place += count> 20 ? 7 : 1) {
            const g2_affine good = q[place];
            q[place] = outsider[(place + n) % OUTSIDERS];
            expect_outside(count, place);
            q[place] = good;
        }
    }
    for (int i = 0; i < OUTSIDERS; i++) {
        q[0] = outsider[i];
        expect_outside(1, 0);
        expect_outside(8, 0);
    }
}

/* All outside; some outside and some at infinity. */
static void many_outsiders(void **state)
{
    (void)state;
    fp12 f;
    fill(MANY);
    for (int round = 0; round < 6; round++) {
        bool expected[MANY];
        for (size_t i = 0; i < MANY; i++) {
            uint64_t kind = round == 0 ? 0 : prng_below(&prng, 4);
            expected[i] = kind != 0;
            if (kind == 0) q[i] = outsider[prng_below(&prng, OUTSIDERS)];
            if (kind == 1) q[i] = infinity2;
            if (kind >= 2) q[i] = g2_generator;
        }
        pairing_miller_mixed(&f, in_group, p, q, MANY, NULL, NULL, 0);
        assert_memory_equal(in_group, expected, sizeof expected);
        count_negative++;
    }
}

/* Of many points each has its own verdict: in the group, at infinity, outside, and off the twist. */
static void many_checked(void **state)
{
    (void)state;
    enum { MANY_CHECKED = 19 };
    const g2_affine *points[MANY_CHECKED];
    bool valid[MANY_CHECKED + 1], expected[MANY_CHECKED + 1];
    fill(MANY_CHECKED);
    for (size_t count = 0; count <= MANY_CHECKED; count++) {
        g2_affine off = g2_generator;
        fp2_add(&off.y, &off.y, &fp2_one);
        valid[count] = expected[count] = count % 2 == 0;
        for (size_t i = 0; i < count; i++) {
            const uint64_t kind = prng_below(&prng, count % 3 == 0 ? 1 : 4);
            expected[i] = kind < 2;
            points[i] = kind == 0   ? &q[i]
                        : kind == 1 ? &infinity2
                        : kind == 2 ? &off
                                    : &outsider[prng_below(&prng, OUTSIDERS)];
            assert_true(g2_affine_is_valid_vartime(points[i]) == expected[i]);
            if (expected[i])
                count_property++;
            else
                count_negative++;
        }
        g2_affine_are_valid_vartime(valid, points, count);
        assert_memory_equal(valid, expected, count + 1); /* nothing written behind the end */
    }
}

/* One pair at infinity in every place counts as 1, and both kinds of pairs together give the product. */
static void mixed(void **state)
{
    (void)state;
    static g2_prepared prepared[9];
    const g2_prepared *lines[9];
    fp12 together, apart, part;
    fill(20);
    for (size_t j = 0; j < 9; j++) {
        g2_prepare(&prepared[j], &q[j]);
        lines[j] = &prepared[j];
    }
    for (size_t count = 0; count <= 20; count++) {
        for (size_t fixed = 0; fixed < 9; fixed += 1 + count % 4) {
            const size_t place = count == 0 ? 0 : prng_below(&prng, count);
            const g1_affine good1 = p[place];
            const g2_affine good2 = q[place];
            if (fixed % 3 == 1) p[place] = infinity1;
            if (fixed % 3 == 2) q[place] = infinity2;
            pairing_miller_mixed(&together, in_group, p, q, count, p + 1, lines, fixed);
            pairing_final_exp(&together, &together);
            apart = fp12_one;
            for (size_t i = 0; i < count; i++) {
                assert_true(in_group[i]);
                pairing_miller(&part, &p[i], &q[i], 1);
                fp12_mul(&apart, &apart, &part);
            }
            for (size_t i = 0; i < fixed; i++) {
                pairing_miller_prepared(&part, &p[1 + i], &lines[i], 1);
                fp12_mul(&apart, &apart, &part);
            }
            pairing_final_exp(&apart, &apart);
            assert_true(fp12_equal(&together, &apart));
            p[place] = good1;
            q[place] = good2;
            count_property++;
        }
    }
}

static int run(void)
{
    prng = prop_prng();
    make_outsiders();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(argument_of_the_test),
        cmocka_unit_test(outsiders_are_named),
        cmocka_unit_test(many_outsiders),
        cmocka_unit_test(many_checked),
        cmocka_unit_test(mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(run); }
