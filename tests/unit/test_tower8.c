/* The towers, Miller loops and multiples of points in lanes against the scalar ones, on edge values first.
 * Skipped where the processor has no IFMA. */
#include "prop.h"

#include <string.h>

#include "cpu.h"
#include "fp12_spread.h"
#include "fp12x8.h"
#include "g1_comb8.h"
#include "g1_short8.h"
#include "miller.h"

#if defined(__x86_64__)
enum { CASES = 1000 };

static struct roam_prng prng;

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
    case 2: /* p - 1 as the Montgomery form's limbs */
        memcpy(out.limb, fp_modulus, sizeof out.limb);
        out.limb[0]--;
        return out;
    case 3: /* the largest limbs */
        memset(out.limb, 0xff, sizeof out.limb);
        out.limb[3] = fp_modulus[3] - 1;
        return out;
    default:
        return out;
    }
}

static void random_coefficients(fp12 *out)
{
    fp *coefficients = (fp *)out;
    const fp same = random_fp();
    const bool equal = prng_below(&prng, 8) == 0;
    for (int i = 0; i < 12; i++) coefficients[i] = equal ? same : random_fp();
}

static fp12 random_fp12(void)
{
    fp12 out;
    random_coefficients(&out);
    return out;
}

static void equal_fp12(const fp12 *a, const fp12 *b)
{
    assert_memory_equal(a, b, sizeof *a);
    count_property++;
}

/* Values just below, at and above multiples of p; limbs not carried too. */
MONT8_TARGET static void settled(void **state)
{
    (void)state;
    static const uint64_t one[5] = {1};
    for (uint64_t times = 0; times < 84; times++)
        for (int off = -1; off <= 1; off++) {
            mont8 a, expected, unit;
            if (times == 0 && off < 0) continue;
            mont8_broadcast(&a, fp8_params.p);
            mont8_broadcast(&unit, one);
            for (int i = 0; i < 5; i++) {
                a.limb[i] = _mm512_mullo_epi64(a.limb[i], mont8_all(times));
                a.limb[i] = off < 0 ? _mm512_sub_epi64(a.limb[i], unit.limb[i])
                                    : _mm512_add_epi64(a.limb[i], off > 0 ? unit.limb[i] : mont8_all(0));
            }
            mont8 limbs = a;
            mont8_carry(&a);
            mont8_settle(&a);
            if (times > 0) {
                /* 2^52 of a limb moved down, and more */
                for (int i = 0; i < 4; i++) {
                    const long long moved = (i + 1) * (times % 2 == 0 ? 400 : -400);
                    limbs.limb[i + 1] = _mm512_sub_epi64(limbs.limb[i + 1], _mm512_set1_epi64(moved));
                    limbs.limb[i] =
                        _mm512_add_epi64(limbs.limb[i], _mm512_slli_epi64(_mm512_set1_epi64(moved), 52));
                }
                mont8_settle_limbs(&limbs);
                uint64_t x[8], y[8];
                _mm512_storeu_si512(x, limbs.limb[4]);
                _mm512_storeu_si512(y,
                                    _mm512_set1_epi64((long long)(fp8_params.p[4] + fp8_params.p[4] / 100)));
                assert_true(x[0] < y[0]);
            } else {
                limbs = a;
            }
            expected = a;
            mont8_canonical(&expected, 0, &fp8_params);
            mont8_canonical(&limbs, 0, &fp8_params);
            uint64_t found[8], other[8], low[8], wanted = off < 0 ? fp8_params.p[0] - 1 : (uint64_t)off;
            _mm512_storeu_si512(found, a.limb[4]);
            _mm512_storeu_si512(low, expected.limb[0]);
            _mm512_storeu_si512(other, limbs.limb[0]);
            for (int k = 0; k < 8; k++) {
                assert_true(found[k] < fp8_params.p[4] + fp8_params.p[4] / 100);
                assert_true(low[k] == wanted && other[k] == wanted);
            }
            count_property += 2;
        }
}

static void eight_at_once(void **state)
{
    (void)state;
    static fp12x8 x, y, z;
    static struct line8 line;
    fp12 a[8], b[8], found[8], expected;
    const fp12 *pa[8], *pb[8];
    for (int n = 0; n < CASES; n++) {
        for (int k = 0; k < 8; k++) {
            a[k] = random_fp12();
            b[k] = random_fp12();
            pa[k] = &a[k];
            pb[k] = &b[k];
        }
        fp12x8_load(&x, pa);
        fp12x8_load(&y, pb);
        fp12x8_store(found, &x);
        for (int k = 0; k < 8; k++) equal_fp12(&found[k], &a[k]);
        fp12x8_mul(&z, &x, &y);
        fp12x8_store(found, &z);
        for (int k = 0; k < 8; k++) {
            fp12_mul(&expected, &a[k], &b[k]);
            equal_fp12(&found[k], &expected);
        }
        z = x;
        fp12x8_sqr(&z, &z);
        fp12x8_store(found, &z);
        for (int k = 0; k < 8; k++) {
            fp12_sqr(&expected, &a[k]);
            equal_fp12(&found[k], &expected);
        }
        line.l0 = y.c0.c0;
        line.l1 = y.c1.c0;
        line.l3 = y.c1.c1;
        fp12x8_mul_line(&x, &x, &line);
        fp12x8_store(found, &x);
        for (int k = 0; k < 8; k++) {
            fp12_mul_line(&expected, &a[k], &b[k].c0.c0, &b[k].c1.c0, &b[k].c1.c1);
            equal_fp12(&found[k], &expected);
        }
    }
    fp12 product = a[0];
    fp12x8_load(&x, pa);
    for (int k = 1; k < 8; k++) fp12_mul(&product, &product, &a[k]);
    fp12x8_product(&expected, &x);
    equal_fp12(&product, &expected);
}

static void expect_spread(const fp12_spread *found, const fp12 *expected)
{
    fp12 a;
    fp12_spread_store(&a, found);
    equal_fp12(&a, expected);
}

static void to_cyclotomic(fp12 *a)
{
    fp12 b;
    fp12_inv(&b, a);
    fp12_conj(a, a);
    fp12_mul(a, a, &b);
    fp12_frobenius_sqr(&b, a);
    fp12_mul(a, a, &b);
}

static void spread(void **state)
{
    (void)state;
    fp12_spread x, y, z;
    struct fp2x8_factors line;
    for (int n = 0; n < CASES; n++) {
        fp12 a = random_fp12(), b = random_fp12(), expected;
        fp12_spread_load(&x, &a);
        fp12_spread_load(&y, &b);
        expect_spread(&x, &a);
        fp12_mul(&expected, &a, &b);
        fp12_spread_mul(&z, &x, &y);
        expect_spread(&z, &expected);
        z = y;
        fp12_spread_mul(&z, &x, &z);
        expect_spread(&z, &expected);
        fp12_sqr(&expected, &a);
        z = x;
        fp12_spread_sqr(&z, &z);
        expect_spread(&z, &expected);
        fp12_mul_line(&expected, &a, &b.c1.c0, &b.c0.c1, &b.c1.c1); /* lanes 1, 2 and 3 */
        fp2x8_factors_from(&line, &y.w);
        z = x;
        fp12_spread_mul_line(&z, &z, &line, 1);
        expect_spread(&z, &expected);
        fp12_mul_monic_line(&expected, &a, &b.c0.c2, &b.c1.c2); /* lanes 4 and 5 */
        fp12_spread_mul_monic_line(&z, &x, &line, 4);
        expect_spread(&z, &expected);
        fp12_conj(&expected, &a);
        fp12_spread_conj(&z, &x);
        expect_spread(&z, &expected);
        fp12_frobenius(&expected, &a);
        fp12_spread_frobenius(&z, &x);
        expect_spread(&z, &expected);
        fp12_frobenius_sqr(&expected, &a);
        fp12_spread_frobenius_sqr(&z, &x);
        expect_spread(&z, &expected);
        fp12_inv(&expected, &a);
        fp12_spread_inv(&z, &x);
        expect_spread(&z, &expected);
        to_cyclotomic(&a);
        fp12_spread_load(&x, &a);
        for (int i = 0; i < 3; i++) {
            fp12_cyclotomic_sqr(&a, &a);
            fp12_spread_cyclotomic_sqr(&x, &x);
            expect_spread(&x, &a);
        }
    }
}

/* A chain of operations, so that inputs are what operations leave and not freshly loaded. */
static void chains(void **state)
{
    (void)state;
    fp12 a = random_fp12(), b = random_fp12();
    fp12_spread x, y;
    static fp12x8 u, v;
    const fp12 *pa[8] = {&a, &a, &a, &a, &a, &a, &a, &a}, *pb[8] = {&b, &b, &b, &b, &b, &b, &b, &b};
    fp12_spread_load(&x, &a);
    fp12_spread_load(&y, &b);
    fp12x8_load(&u, pa);
    fp12x8_load(&v, pb);
    for (int n = 0; n < 10 * CASES; n++) {
        fp12 found[8];
        fp12_mul(&a, &a, &b);
        fp12_sqr(&b, &b);
        fp12_spread_mul(&x, &x, &y);
        fp12_spread_sqr(&y, &y);
        fp12x8_mul(&u, &u, &v);
        fp12x8_sqr(&v, &v);
        expect_spread(&x, &a);
        fp12x8_store(found, &u);
        equal_fp12(&found[n % 8], &a);
    }
}

enum { PAIRS = 64 };
static g1_affine p[PAIRS];
static g2_affine q[PAIRS];
static size_t place[PAIRS];

static fr random_scalar(void)
{
    fr k;
    uint8_t bytes[64];
    prng_bytes(&prng, bytes, sizeof bytes);
    fr_from_wide(&k, bytes);
    return k;
}

static void fill_pairs(void)
{
    for (size_t i = 0; i < PAIRS; i++) {
        fr a = random_scalar(), b = random_scalar();
        g1 s;
        g2 t;
        g1_from_affine(&s, &g1_generator);
        g2_from_affine(&t, &g2_generator);
        g1_mul_vartime(&s, &s, &a);
        g2_mul_vartime(&t, &t, &b);
        g1_to_affine(&p[i], &s);
        g2_to_affine(&q[i], &t);
        place[i] = PAIRS - 1 - i;
    }
}

/* Eight at once the loop gives the scalar loop's value, spread over lanes one that the final exponentiation
 * makes equal. */
static void loops(void **state)
{
    (void)state;
    static g2_prepared prepared[4];
    const g2_prepared *lines[4];
    const size_t order[4] = {0, 1, 2, 3};
    fp12 expected, found;
    fill_pairs();
    for (size_t j = 0; j < 4; j++) {
        g2_prepare(&prepared[j], &q[j]);
        lines[j] = &prepared[j];
    }
    for (size_t count = 0; count <= PAIRS; count += count < 18 ? 1 : 23) {
        struct miller_terms terms = {.p = p, .q = q, .place = place, .count = count};
        miller_scalar(&expected, &terms);
        miller8(&found, &terms);
        equal_fp12(&found, &expected);
        if (count > MILLER_SPREAD_MAX) continue;
        terms.fixed_p = p;
        terms.fixed_q = lines;
        terms.fixed_place = order;
        terms.fixed_count = count % 5;
        miller_scalar(&expected, &terms);
        miller_spread(&found, &terms);
        final_exp_spread(&found, &found);
        final_exp_spread(&expected, &expected);
        equal_fp12(&found, &expected);
    }
}

static uint64_t edge_or_random(void)
{
    static const uint64_t edges[] = {0, 1, 7, 8, 9, 0x8888888888888888, 0x9999999999999999, UINT64_MAX};
    uint64_t n = prng_below(&prng, 16);
    return n < 8 ? edges[n] : prng_below(&prng, UINT64_MAX);
}

static fr scalar_of(const struct g1_short *s)
{
    static const uint64_t lambda_limbs[4] = {0x8b17ea66b99c90dd, 0x5bfc41088d8daaa7, 0xb3c4d79d41a91758, 0};
    fr lambda, a, b;
    assert_int_equal(fr_from_limbs(&lambda, lambda_limbs), ROAM_OK);
    fr_from_u64(&a, s->a);
    fr_from_u64(&b, s->b);
    fr_mul(&b, &b, &lambda);
    fr_add(&a, &a, &b);
    return a;
}

static void short_multiples(void **state)
{
    (void)state;
    struct g1_short scalars[PAIRS];
    g1 found[PAIRS], sum, found_sum, product;
    fill_pairs();
    for (size_t count = 0; count <= PAIRS; count += count < 18 ? 1 : 23) {
        sum = g1_infinity;
        for (size_t k = 0; k < count; k++) {
            scalars[k] = (struct g1_short){edge_or_random(), edge_or_random()};
            if (k % 5 == 4) p[k] = p[k - 1]; /* equal points in neighbouring lanes */
            if (k % 16 == 8) {
                p[k] = p[k - 8]; /* and opposite ones in one lane of two groups */
                scalars[k] = scalars[k - 8];
                g1_affine_neg(&p[k], &p[k]);
            }
        }
        g1_short8_mul(found, p, scalars, count);
        g1_short8_sum(&found_sum, p, scalars, count);
        for (size_t k = 0; k < count; k++) {
            fr s = scalar_of(&scalars[k]);
            g1_from_affine(&product, &p[k]);
            g1_mul_vartime(&product, &product, &s);
            assert_true(g1_equal(&found[k], &product));
            g1_add_vartime(&sum, &sum, &product);
            count_property++;
        }
        assert_true(g1_equal(&found_sum, &sum));
        count_property++;
    }
}

static void combs(void **state)
{
    (void)state;
    enum { POINTS = 18 };
    static struct g1_comb8 comb[POINTS];
    fr scalars[POINTS], edge[4] = {fr_zero, fr_one, fr_one, fr_one};
    g1 sum, found, product;
    fill_pairs();
    p[3] = p[2];
    g1_affine_neg(&p[4], &p[2]);
    fr_neg(&edge[2], &fr_one);
    fr_from_u128(&edge[3], UINT64_MAX, UINT64_MAX);
    for (size_t i = 0; i < POINTS; i++) g1_comb8_prepare(&comb[i], &p[i]);
    for (int round = 0; round < 40; round++) {
        const size_t count = (size_t)round % (POINTS + 1);
        sum = g1_infinity;
        for (size_t i = 0; i < count; i++) {
            const uint64_t kind = prng_below(&prng, 8);
            scalars[i] = kind < 4 ? edge[kind] : random_scalar();
            if (round % 4 == 1 && i > 0) scalars[i] = scalars[0];
            g1_from_affine(&product, &p[i]);
            g1_mul_vartime(&product, &product, &scalars[i]);
            g1_add_vartime(&sum, &sum, &product);
        }
        g1_comb8_sum_vartime(&found, comb, scalars, count);
        assert_true(g1_equal(&found, &sum));
        count_property++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settled), cmocka_unit_test(eight_at_once), cmocka_unit_test(spread),
        cmocka_unit_test(chains),  cmocka_unit_test(loops),         cmocka_unit_test(short_multiples),
        cmocka_unit_test(combs),
    };
    if (!mont8_available) {
        print_message("skipped: the processor has no AVX-512 IFMA\n");
        return 0;
    }
    prng = prop_prng();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
#else
int main(void)
{
    print_message("skipped: the processor has no AVX-512 IFMA\n");
    return 0;
}
#endif
