/* Multiples of points of Baby Jubjub, and sums of them, against the textbook formulas; scalars against GMP.
 */
#include "babyjub_points.h"

#include "edwards_mul.h"
#include "edwards_sum.h"

#include <gmp.h>

static void check_mul(const bjj_point *p, const uint64_t scalar[4])
{
    bjj_point expected, product;
    textbook_mul(&expected, p, scalar);
    bjj_mul(&product, p, scalar);
    assert_true(bjj_equal(&product, &expected));
    bjj_mul_vartime(&product, p, scalar);
    assert_true(bjj_equal(&product, &expected));
    count_property += 2;
}

static void multiples_are_the_textbook_ones(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    const uint64_t edges[][4] = {
        {0}, {1}, {7}, {8}, {9}, {16}, {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    bjj_point p[4];
    generator(&p[0]);
    torsion(&p[1]);
    p[2] = bjj_base8;
    random_point(&p[3], &prng);
    for (int i = 0; i < 4; i++) {
        uint64_t scalar[4];
        for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) check_mul(&p[i], edges[e]);
        check_mul(&p[i], bjj_order);
        for (int n = 0; n < 5; n++) {
            random_limbs(scalar, &prng);
            check_mul(&p[i], scalar);
        }
    }
}

static void base_and_combination(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    bjj_scalar s = {{0}}, eight_h;
    for (int n = 0; n < 60; n++) {
        struct edwards p, q;
        bjj_point a, x, y;
        fr h_field;
        uint64_t h[4];
        if (n == 1) s.limb[0] = 1;
        if (n == 2) s = (bjj_scalar){{bjj_order[0] - 1, bjj_order[1], bjj_order[2], bjj_order[3]}};
        if (n > 2) random_scalar(&s, &prng);
        edwards_mul_base(&p, &s);
        bjj_mul(&x, &bjj_base8, s.limb);
        assert_true(edwards_equals_point(&p, &x));
        random_element(&h_field, &prng);
        if (n % 4 == 0) h_field = fr_zero;
        if (n % 4 == 1) fr_neg(&h_field, &fr_one);
        fr_to_limbs(h, &h_field);
        random_point(&a, &prng); /* with torsion */
        edwards_from_point(&p, &a);
        edwards_verify_combination_vartime(&q, &s, h, &p);
        memcpy(eight_h.limb, h, sizeof h);
        bjj_mul(&y, &a, eight_h.limb);
        bjj_mul(&y, &y, eight);
        bjj_neg(&y, &y);
        bjj_add(&x, &x, &y);
        assert_true(edwards_equals_point(&q, &x));
        count_property += 2;
    }
}

/* Sums of every size up to 40 and some larger ones, with scalars 0, 1, l - 1 among the random ones. */
static void sums_of_multiples(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    enum { MAX = 700 };
    struct edwards_term *terms = malloc(MAX * sizeof *terms);
    bjj_point *multiple = malloc(MAX * sizeof *multiple);
    assert_non_null(terms);
    assert_non_null(multiple);
    for (size_t i = 0; i < MAX; i++) {
        bjj_scalar s = {{0}};
        bjj_point point;
        random_point(&point, &prng);
        if (i % 10 == 1) s.limb[0] = 1;
        if (i % 10 == 2) s = (bjj_scalar){{bjj_order[0] - 1, bjj_order[1], bjj_order[2], bjj_order[3]}};
        if (i % 10 > 2) random_scalar(&s, &prng);
        if (i % 10 == 9) s.limb[2] = s.limb[3] = 0;
        edwards_terms_set(&terms[i], (const bjj_point *const[]){&point}, 1);
        terms[i].scalar = s;
        bjj_mul_vartime(&multiple[i], &point, s.limb);
    }
    bjj_point expected = bjj_identity;
    for (size_t count = 1; count <= MAX; count++) {
        bjj_add(&expected, &expected, &multiple[count - 1]);
        if (count > 40 && count % 220 != 0 && count != MAX) continue;
        struct edwards sum;
        void *scratch = malloc(edwards_sum_scratch_size(count));
        assert_non_null(scratch);
        edwards_sum_vartime(&sum, terms, count, scratch);
        assert_true(edwards_equals_point(&sum, &expected));
        free(scratch);
        count_property++;
    }
    free(multiple);
    free(terms);
}

/* Equal, opposite and torsion points meet in a bucket; scalars at the edges of digits and limbs. */
static void sums_of_few_points(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    static const uint64_t limbs[] = {0,
                                     1,
                                     7,
                                     8,
                                     9,
                                     127,
                                     128,
                                     129,
                                     255,
                                     256,
                                     0x7f7f7f7f7f7f7f7f,
                                     0x8080808080808080,
                                     0x7fffffffffffffff,
                                     0x8000000000000000,
                                     UINT64_MAX};
    enum { MAX = 200, LIMBS = sizeof limbs / sizeof *limbs };
    static struct edwards_term terms[MAX];
    bjj_point point[8], expected, multiple;
    const bjj_point *lane[8];
    point[0] = bjj_identity;
    torsion(&point[1]);
    bjj_add(&point[2], &point[1], &point[1]);
    bjj_add(&point[3], &point[2], &point[2]);
    point[4] = bjj_base8;
    bjj_neg(&point[5], &bjj_base8);
    random_point(&point[6], &prng);
    bjj_neg(&point[7], &point[6]);
    for (unsigned n = 0; n < 60; n++) {
        size_t count = n % 2 == 0 ? 1 + prng_below(&prng, 24) : MAX;
        expected = bjj_identity;
        for (size_t i = 0; i < count; i++) {
            bjj_scalar *s = &terms[i].scalar;
            for (int k = 0; k < 4; k++) s->limb[k] = limbs[prng_below(&prng, LIMBS)];
            for (uint64_t k = prng_below(&prng, 5); k < 4; k++) s->limb[k] = 0;
            if (prng_below(&prng, 8) == 0) memcpy(s->limb, bjj_order, sizeof bjj_order);
            s->limb[0] -= s->limb[3] == bjj_order[3];
            if (!bjj_scalar_is_canonical(s)) s->limb[3] = prng_below(&prng, bjj_order[3]);
            lane[i % 8] = &point[prng_below(&prng, 8)];
            if (i % 8 == 7 || i + 1 == count) edwards_terms_set(&terms[i / 8 * 8], lane, i % 8 + 1);
            bjj_mul_vartime(&multiple, lane[i % 8], s->limb);
            bjj_add(&expected, &expected, &multiple);
        }
        struct edwards sum;
        void *scratch = malloc(edwards_sum_scratch_size(count));
        assert_non_null(scratch);
        edwards_sum_vartime(&sum, terms, count, scratch);
        assert_true(edwards_equals_point(&sum, &expected));
        free(scratch);
        count_property++;
    }
}

static void to_mpz(mpz_t out, const uint64_t limbs[4]) { mpz_import(out, 4, -1, 8, 0, 0, limbs); }

static void check_limbs(const mpz_t expected, const bjj_scalar *got)
{
    uint64_t limbs[4] = {0};
    assert_true(mpz_sizeinbase(expected, 2) <= 256);
    mpz_export(limbs, NULL, -1, 8, 0, 0, expected);
    assert_memory_equal(limbs, got->limb, sizeof limbs);
    assert_true(bjj_scalar_is_canonical(got));
    count_property++;
}

static void scalars_against_gmp(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    mpz_t l, x, y, z;
    mpz_inits(l, x, y, z, NULL);
    to_mpz(l, bjj_order);
    bjj_scalar a = {{0}}, b, out;
    for (int n = 0; n < 1000; n++) {
        uint8_t wide[64];
        prng_bytes(&prng, wide, sizeof wide);
        if (n < 2) memset(wide, n == 0 ? 0 : 0xff, sizeof wide);
        mpz_import(x, 64, -1, 1, 0, 0, wide);
        mpz_mod(x, x, l);
        bjj_scalar_reduce(&out, wide);
        check_limbs(x, &out);
        random_limbs(b.limb, &prng); /* any 256 bits for the second factor */
        if (n < 2) memset(b.limb, 0xff, sizeof b.limb);
        to_mpz(y, b.limb);
        to_mpz(x, a.limb);
        mpz_mul(z, x, y);
        mpz_mod(z, z, l);
        b = n % 2 == 0 ? b : out;
        if (n % 2 == 1) {
            to_mpz(y, b.limb);
            mpz_mul(z, x, y);
            mpz_mod(z, z, l);
            bjj_scalar sum;
            bjj_scalar_add(&sum, &a, &b);
            mpz_add(x, x, y);
            mpz_mod(x, x, l);
            check_limbs(x, &sum);
        }
        bjj_scalar product;
        bjj_scalar_mul(&product, &a, &b);
        check_limbs(z, &product);
        a = n == 3 ? (bjj_scalar){{bjj_order[0] - 1, bjj_order[1], bjj_order[2], bjj_order[3]}} : out;
    }
    mpz_clears(l, x, y, z, NULL);
}

static void scalars_out_of_range(void **state)
{
    (void)state;
    bjj_scalar s = {{bjj_order[0] - 1, bjj_order[1], bjj_order[2], bjj_order[3]}};
    assert_true(bjj_scalar_is_canonical(&s));
    s.limb[0]++;
    assert_false(bjj_scalar_is_canonical(&s));
    s.limb[0]++;
    assert_false(bjj_scalar_is_canonical(&s));
    memset(&s, 0xff, sizeof s);
    assert_false(bjj_scalar_is_canonical(&s));
    count_negative += 3;
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_out_of_range),
        cmocka_unit_test(scalars_against_gmp),
        cmocka_unit_test(multiples_are_the_textbook_ones),
        cmocka_unit_test(base_and_combination),
        cmocka_unit_test(sums_of_multiples),
        cmocka_unit_test(sums_of_few_points),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
