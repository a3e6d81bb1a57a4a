/* Fp2 against GMP; Fp6 and Fp12 against polynomials over Fp2 multiplied out and reduced by the definition. */
#include "cpu_levels.h"

#include <gmp.h>
#include <string.h>

#include "fp12.h"

enum { CASES = 2000 };

static struct roam_prng prng;
static mpz_t p;

static fp random_fp(void)
{
    fp out;
    uint8_t bytes[64];
    prng_bytes(&prng, bytes, sizeof bytes);
    fp_from_wide(&out, bytes);
    switch (prng_below(&prng, 10)) {
    case 0:
        return fp_zero;
    case 1:
        return fp_one;
    case 2:
        fp_neg(&out, &fp_one);
        return out;
    case 3: /* p - 1 as the Montgomery form's limbs */
        memcpy(out.limb, fp_modulus, sizeof out.limb);
        out.limb[0]--;
        return out;
    case 4: /* the largest limbs */
        memset(out.limb, 0xff, sizeof out.limb);
        out.limb[3] = fp_modulus[3] - 1;
        return out;
    default:
        return out;
    }
}

static fp2 random_fp2(void) { return (fp2){random_fp(), random_fp()}; }
static fp6 random_fp6(void) { return (fp6){random_fp2(), random_fp2(), random_fp2()}; }
static fp12 random_fp12(void) { return (fp12){random_fp6(), random_fp6()}; }

static void to_mpz(mpz_t out, const fp *a)
{
    uint64_t limbs[4];
    fp_to_limbs(limbs, a);
    mpz_import(out, 4, -1, 8, 0, 0, limbs);
}

static void expect_fp(const fp *a, mpz_t value)
{
    mpz_t got;
    mpz_init(got);
    to_mpz(got, a);
    mpz_mod(value, value, p);
    assert_int_equal(mpz_cmp(got, value), 0);
    mpz_clear(got);
}

static void expect_fp2(const fp2 *a, mpz_t c0, mpz_t c1)
{
    expect_fp(&a->c0, c0);
    expect_fp(&a->c1, c1);
    count_property++;
}

static void fp2_products(void **state)
{
    (void)state;
    mpz_t a0, a1, b0, b1, r0, r1;
    mpz_inits(a0, a1, b0, b1, r0, r1, NULL);
    for (int i = 0; i < 10 * CASES; i++) {
        fp2 a = random_fp2(), b = i % 3 == 0 ? a : random_fp2(), c;
        to_mpz(a0, &a.c0);
        to_mpz(a1, &a.c1);
        to_mpz(b0, &b.c0);
        to_mpz(b1, &b.c1);
        mpz_mul(r0, a0, b0);
        mpz_submul(r0, a1, b1);
        mpz_mul(r1, a0, b1);
        mpz_addmul(r1, a1, b0);
        fp2_mul(&c, &a, &b);
        expect_fp2(&c, r0, r1);
        c = a;
        fp2_mul(&c, &c, &b);
        expect_fp2(&c, r0, r1);
        c = b;
        fp2_mul(&c, &a, &c);
        expect_fp2(&c, r0, r1);
        if (i % 3 == 0) {
            fp2_sqr(&c, &a);
            expect_fp2(&c, r0, r1);
        }
        mpz_mul(r0, a0, b0);
        mpz_mul(r1, a1, b0);
        fp2_mul_fp(&c, &a, &b.c0);
        expect_fp2(&c, r0, r1);
        fp2_mul_fp(&b, &b, &b.c0);
        mpz_mul(r0, b0, b0);
        mpz_mul(r1, b1, b0);
        expect_fp2(&b, r0, r1);
    }
    mpz_clears(a0, a1, b0, b1, r0, r1, NULL);
}

static void fp2_sums_of_products(void **state)
{
    (void)state;
    mpz_t x[2], y[2], r0, r1;
    mpz_inits(r0, r1, NULL);
    for (int k = 0; k < 2; k++) mpz_inits(x[k], y[k], NULL);
    for (int i = 0; i < 10 * CASES; i++) {
        fp2 a[2] = {random_fp2(), random_fp2()}, b[2] = {random_fp2(), random_fp2()};
        mpz_set_ui(r0, 0);
        mpz_set_ui(r1, 0);
        for (int k = 0; k < 2; k++) {
            to_mpz(x[0], &a[k].c0);
            to_mpz(x[1], &a[k].c1);
            to_mpz(y[0], &b[k].c0);
            to_mpz(y[1], &b[k].c1);
            mpz_addmul(r0, x[0], y[0]);
            mpz_submul(r0, x[1], y[1]);
            mpz_addmul(r1, x[0], y[1]);
            mpz_addmul(r1, x[1], y[0]);
        }
        fp2 *out = prng_below(&prng, 2) ? &a[prng_below(&prng, 2)] : &b[prng_below(&prng, 2)];
        fp2_sum_of_2_products(out, (const fp2 *const[]){&a[0], &a[1]}, (const fp2 *const[]){&b[0], &b[1]});
        expect_fp2(out, r0, r1);
    }
    mpz_clears(r0, r1, NULL);
    for (int k = 0; k < 2; k++) mpz_clears(x[k], y[k], NULL);
}

static void fp2_linear(void **state)
{
    (void)state;
    mpz_t a0, a1, b0, b1, r0, r1;
    mpz_inits(a0, a1, b0, b1, r0, r1, NULL);
    for (int i = 0; i < CASES; i++) {
        fp2 a = random_fp2(), b = random_fp2(), c;
        to_mpz(a0, &a.c0);
        to_mpz(a1, &a.c1);
        to_mpz(b0, &b.c0);
        to_mpz(b1, &b.c1);
        mpz_add(r0, a0, b0);
        mpz_add(r1, a1, b1);
        fp2_add(&c, &a, &b);
        expect_fp2(&c, r0, r1);
        mpz_sub(r0, a0, b0);
        mpz_sub(r1, a1, b1);
        fp2_sub(&c, &a, &b);
        expect_fp2(&c, r0, r1);
        mpz_neg(r0, a0);
        mpz_neg(r1, a1);
        fp2_neg(&c, &a);
        expect_fp2(&c, r0, r1);
        fp2_conj(&c, &a);
        expect_fp2(&c, a0, r1);
        mpz_add(r0, a0, a0);
        mpz_add(r1, a1, a1);
        fp2_double(&c, &a);
        expect_fp2(&c, r0, r1);
        mpz_mul_ui(r0, a0, 9);
        mpz_sub(r0, r0, a1);
        mpz_mul_ui(r1, a1, 9);
        mpz_add(r1, r1, a0);
        fp2_mul_xi(&a, &a);
        expect_fp2(&a, r0, r1);
    }
    mpz_clears(a0, a1, b0, b1, r0, r1, NULL);
}

static void fp2_inverses(void **state)
{
    (void)state;
    fp2 batch[30], expected[30], scratch[30];
    for (int i = 0; i < CASES; i++) {
        fp2 a = random_fp2(), inverse, vartime, one;
        fp2_inv(&inverse, &a);
        fp2_inv_vartime(&vartime, &a);
        assert_memory_equal(&inverse, &vartime, sizeof inverse);
        fp2_mul(&one, &a, &inverse);
        assert_true(fp2_equal(&one, fp2_is_zero(&a) ? &fp2_zero : &fp2_one));
        batch[i % 30] = a;
        expected[i % 30] = inverse;
        if (i % 30 == 29) {
            fp2_batch_inv_vartime(batch, scratch, 30);
            assert_memory_equal(batch, expected, sizeof batch);
        }
        count_property++;
    }
}

/* a is a square exactly if its norm is one in Fp. */
static void fp2_square_roots(void **state)
{
    (void)state;
    mpz_t a0, a1;
    mpz_inits(a0, a1, NULL);
    for (int i = 0; i < CASES; i++) {
        fp2 a = random_fp2(), root;
        if (i % 5 == 0) a.c1 = fp_zero;
        if (i % 7 == 0) a.c0 = fp_zero;
        if (i % 2 == 0) fp2_sqr(&a, &a);
        to_mpz(a0, &a.c0);
        to_mpz(a1, &a.c1);
        mpz_mul(a0, a0, a0);
        mpz_addmul(a0, a1, a1);
        if (mpz_legendre(a0, p) == -1) {
            assert_int_equal(fp2_sqrt_vartime(&root, &a), ROAM_E_RANGE);
            count_negative++;
            continue;
        }
        assert_int_equal(fp2_sqrt_vartime(&root, &a), ROAM_OK);
        fp2_sqr(&root, &root);
        assert_true(fp2_equal(&root, &a));
        count_property++;
    }
    mpz_clears(a0, a1, NULL);
}

static void fp2_choices(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        fp2 a = random_fp2(), b = random_fp2(), c;
        fp2_select(&c, 1, &a, &b);
        assert_memory_equal(&c, &a, sizeof c);
        fp2_select(&c, 0, &a, &b);
        assert_memory_equal(&c, &b, sizeof c);
        assert_int_equal(fp2_equal(&a, &b), memcmp(&a, &b, sizeof a) == 0);
        b = a;
        fp_add(i % 2 ? &b.c0 : &b.c1, i % 2 ? &b.c0 : &b.c1, &fp_one);
        assert_false(fp2_equal(&a, &b));
        b = fp2_zero;
        assert_true(fp2_is_zero(&b));
        fp_add(i % 2 ? &b.c0 : &b.c1, &fp_zero, &fp_one);
        assert_false(fp2_is_zero(&b));
        count_property += 6;
    }
}

/* out = a * b for polynomials with count coefficients, modulo X^count - xi */
static void multiply_out(fp2 *out, const fp2 *a, const fp2 *b, int count)
{
    fp2 product[12], t;
    memset(product, 0, sizeof product);
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++) {
            fp2_mul(&t, &a[i], &b[j]);
            fp2_add(&product[i + j], &product[i + j], &t);
        }
    for (int i = 0; i < count; i++) {
        fp2_mul_xi(&t, &product[i + count]);
        fp2_add(&out[i], &product[i], &t);
    }
}

static void expect_fp6(const fp6 *got, const fp6 *a, const fp6 *b)
{
    fp6 expected;
    const fp2 x[3] = {a->c0, a->c1, a->c2}, y[3] = {b->c0, b->c1, b->c2};
    fp2 z[3];
    multiply_out(z, x, y, 3);
    expected = (fp6){z[0], z[1], z[2]};
    assert_memory_equal(got, &expected, sizeof expected);
    assert_true(fp6_equal(got, &expected));
    count_property++;
}

static void fp6_products(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        fp6 a = random_fp6(), b = random_fp6(), c, s;
        fp6_mul(&c, &a, &b);
        expect_fp6(&c, &a, &b);
        c = a;
        fp6_mul(&c, &c, &c);
        expect_fp6(&c, &a, &a);
        s = (fp6){b.c0, b.c1, fp2_zero};
        fp6_mul_01(&c, &a, &b.c0, &b.c1);
        expect_fp6(&c, &a, &s);
        s = (fp6){b.c0, fp2_zero, fp2_zero};
        fp6_mul_fp2(&c, &a, &b.c0);
        expect_fp6(&c, &a, &s);
        s = (fp6){fp2_zero, fp2_one, fp2_zero};
        c = a;
        fp6_mul_v(&c, &c);
        expect_fp6(&c, &a, &s);
        fp6_inv(&b, &a);
        fp6_mul(&c, &a, &b);
        assert_true(fp6_equal(&c, fp6_equal(&a, &fp6_zero) ? &fp6_zero : &fp6_one));
        count_property++;
    }
}

/* The coefficients of w^0 .. w^5. */
static void to_powers_of_w(fp2 out[6], const fp12 *a)
{
    const fp2 t[6] = {a->c0.c0, a->c1.c0, a->c0.c1, a->c1.c1, a->c0.c2, a->c1.c2};
    memcpy(out, t, sizeof t);
}

static void expect_fp12(const fp12 *got, const fp12 *a, const fp12 *b)
{
    fp2 x[6], y[6], z[6], g[6];
    to_powers_of_w(x, a);
    to_powers_of_w(y, b);
    multiply_out(z, x, y, 6);
    to_powers_of_w(g, got);
    assert_memory_equal(g, z, sizeof g);
    count_property++;
}

static void fp12_products(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        fp12 a = random_fp12(), b = random_fp12(), c, line;
        fp12_mul(&c, &a, &b);
        expect_fp12(&c, &a, &b);
        c = b;
        fp12_mul(&c, &a, &c);
        expect_fp12(&c, &a, &b);
        c = a;
        fp12_sqr(&c, &c);
        expect_fp12(&c, &a, &a);
        line = (fp12){{b.c0.c0, fp2_zero, fp2_zero}, {b.c1.c0, b.c1.c1, fp2_zero}};
        c = a;
        fp12_mul_line(&c, &c, &b.c0.c0, &b.c1.c0, &b.c1.c1);
        expect_fp12(&c, &a, &line);
        line.c0.c0 = fp2_one;
        c = a;
        fp12_mul_monic_line(&c, &c, &b.c1.c0, &b.c1.c1);
        expect_fp12(&c, &a, &line);
        fp12_inv(&b, &a);
        fp12_mul(&c, &a, &b);
        assert_true(fp12_is_one(&c));
        assert_false(fp12_is_one(&a));
        count_property++;
    }
}

static void fp12_frobenius_maps(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        fp12 a = random_fp12(), power, image;
        fp12_pow_vartime(&power, &a, fp_modulus);
        fp12_frobenius(&image, &a);
        assert_true(fp12_equal(&power, &image));
        fp12_frobenius(&power, &power);
        fp12_frobenius_sqr(&image, &a);
        assert_true(fp12_equal(&power, &image));
        for (int k = 0; k < 2; k++) fp12_frobenius_sqr(&image, &image);
        fp12_conj(&power, &a);
        assert_true(fp12_equal(&power, &image));
        count_property += 3;
    }
}

static void fp12_cyclotomic_squares(void **state)
{
    (void)state;
    for (int i = 0; i < CASES / 4; i++) {
        fp12 a = random_fp12(), b, c;
        fp12_inv(&b, &a);
        fp12_conj(&a, &a);
        fp12_mul(&a, &a, &b); /* a^(p^6 - 1) */
        fp12_frobenius_sqr(&b, &a);
        fp12_mul(&a, &a, &b); /* and to the power p^2 + 1 */
        fp12_sqr(&b, &a);
        c = a;
        fp12_cyclotomic_sqr(&c, &c);
        assert_true(fp12_equal(&b, &c));
        fp12_conj(&b, &a);
        fp12_mul(&b, &b, &a);
        assert_true(fp12_is_one(&b));
        count_property += 2;
    }
}

static void fp12_powers(void **state)
{
    (void)state;
    fp12 a = random_fp12(), power = fp12_one, got;
    for (uint64_t e = 0; e < 40; e++, count_property++) {
        const uint64_t exponent[4] = {e};
        fp12_pow_vartime(&got, &a, exponent);
        assert_true(fp12_equal(&got, &power));
        fp12_mul(&power, &power, &a);
    }
    const uint64_t high[4] = {0, 0, 0, (uint64_t)1 << 63};
    fp12_pow_vartime(&got, &a, high);
    for (int i = 0; i < 255; i++) fp12_sqr(&a, &a);
    assert_true(fp12_equal(&got, &a));
    count_property++;
}

static int run(void)
{
    prng = prop_prng();
    mpz_init(p);
    mpz_import(p, 4, -1, 8, 0, 0, fp_modulus);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fp2_products),        cmocka_unit_test(fp2_sums_of_products),
        cmocka_unit_test(fp2_linear),          cmocka_unit_test(fp2_inverses),
        cmocka_unit_test(fp2_square_roots),    cmocka_unit_test(fp2_choices),
        cmocka_unit_test(fp6_products),        cmocka_unit_test(fp12_products),
        cmocka_unit_test(fp12_frobenius_maps), cmocka_unit_test(fp12_cyclotomic_squares),
        cmocka_unit_test(fp12_powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(run); }
