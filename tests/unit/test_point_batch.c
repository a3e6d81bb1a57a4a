/* Batches of points against the same done point by point, on every set of instructions that there is: counts
 * around the width of the lanes and of a batch, scalars at the edges, infinity, equal and opposite points. */
#include "cpu_levels.h"

#include "groth16_keys.h"
#include "ntt.h"
#include "point_batch.h"

#include <string.h>

enum { POINTS = 1100 };

static struct roam_prng prng;
static void *scratch;
static g1_affine points1[POINTS], found1[POINTS], a1[POINTS], b1[POINTS];
static g2_affine points2[POINTS], found2[POINTS], a2[POINTS], b2[POINTS];
static fr scalars[POINTS];

/* Points i * x * generator, cheaply. */
static void fill_points(void)
{
    fr x = random_fr(&prng);
    g1_affine p = scaled_g1(&g1_generator, &x);
    g2_affine q = scaled_g2(&g2_generator, &x);
    g1 sum1 = g1_infinity;
    g2 sum2 = g2_infinity;
    for (size_t i = 0; i < POINTS; i++) {
        g1_add_affine_vartime(&sum1, &sum1, &p);
        g2_add_affine_vartime(&sum2, &sum2, &q);
        g1_to_affine(&points1[i], &sum1);
        g2_to_affine(&points2[i], &sum2);
    }
}

/* Small multiples of powers of both endomorphisms' factors and their negatives: the last additions of such a
 * multiplication may be of equal or opposite points. */
static fr edge_scalar(size_t i)
{
    static const char *const factors[] = {"1", "4407920970296243842393367215006156084916469457145843978461",
                                          "147946756881789318990833708069417712966"};
    fr value, factor;
    fr_from_u64(&value, i % 40);
    assert_int_equal(fr_from_decimal(&factor, factors[i / 40 % 3], strlen(factors[i / 40 % 3])), ROAM_OK);
    fr_mul(&value, &value, &factor);
    if (i / 120 % 2 == 1) fr_neg(&value, &value);
    return value;
}

static void fill_scalars(bool edges)
{
    for (size_t i = 0; i < POINTS; i++) {
        scalars[i] = edges && i < 240 ? edge_scalar(i) : random_fr(&prng);
        if (i % 5 == 4) scalars[i] = scalars[i - 1];
    }
}

static void check_products(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g1_affine expected1 = scaled_g1(&points1[i], &scalars[i]);
        g2_affine expected2 = scaled_g2(&points2[i], &scalars[i]);
        assert_memory_equal(&found1[i], &expected1, sizeof expected1);
        assert_memory_equal(&found2[i], &expected2, sizeof expected2);
        count_property++;
    }
}

static void test_counts(void **state)
{
    static const size_t counts[] = {0, 1, 7, 31, 32, 33, 40, 100, 511, 512, 520};
    (void)state;
    fill_points();
    fill_scalars(false);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        memset(found1, 0xee, sizeof found1);
        g1_batch_mul_vartime(found1, points1, scalars, counts[c], scratch);
        g2_batch_mul_vartime(found2, points2, scalars, counts[c], scratch);
        check_products(counts[c] < 40 ? counts[c] : 40);
        assert_int_equal(found1[counts[c]].x.limb[0], 0xeeeeeeeeeeeeeeee);
    }
}

/* One batch of each group and more, with the secret and the public way, in place. */
static void test_random(void **state)
{
    (void)state;
    fill_points();
    fill_scalars(false);
    memcpy(found1, points1, sizeof found1);
    memcpy(found2, points2, sizeof found2);
    g1_batch_mul(found1, found1, scalars, POINTS, scratch);
    g2_batch_mul(found2, found2, scalars, POINTS, scratch);
    check_products(POINTS);
    g1_batch_mul_vartime(a1, points1, scalars, POINTS, scratch);
    g2_batch_mul_vartime(a2, points2, scalars, POINTS, scratch);
    assert_memory_equal(a1, found1, sizeof found1);
    assert_memory_equal(a2, found2, sizeof found2);
}

static void test_edges(void **state)
{
    (void)state;
    fill_points();
    fill_scalars(true);
    g1_batch_mul(found1, points1, scalars, 240, scratch);
    g2_batch_mul(found2, points2, scalars, 240, scratch);
    check_products(240);
    /* each edge among scalars that are none */
    for (size_t edge = 0; edge < 240; edge += 7) {
        for (size_t i = 0; i < 32; i++) scalars[i] = i == 13 ? edge_scalar(edge) : random_fr(&prng);
        g1_batch_mul_vartime(found1, points1, scalars, 32, scratch);
        g2_batch_mul_vartime(found2, points2, scalars, 32, scratch);
        check_products(32);
    }
}

/* Powers of two, at which few digits are not zero, and all of what edge_scalar gives. */
static fr sparse_scalar(size_t i)
{
    fr value = fr_one;
    if (i >= 254) return edge_scalar(7 * (i - 254));
    while (i-- > 0) fr_double(&value, &value);
    return value;
}

/* Sixteen neighbours with one scalar, and eight: random ones, then every edge among random ones. */
static void test_shared(void **state)
{
    (void)state;
    fill_points();
    for (size_t alike = 8; alike <= 16; alike *= 2) {
        for (size_t i = 0; i < POINTS; i++) scalars[i] = i % alike == 0 ? random_fr(&prng) : scalars[i - 1];
        size_t count = alike == 8 ? 205 : 605;
        g1_batch_mul_vartime(found1, points1, scalars, count, scratch);
        g2_batch_mul_vartime(found2, points2, scalars, count, scratch);
        check_products(count);
    }
    for (size_t edge = 0; edge < 254 + 34; edge += 13) {
        for (size_t i = 0; i < 40; i++)
            scalars[i] = i % 16 != 0 ? scalars[i - 1] : i == 16 ? sparse_scalar(edge) : random_fr(&prng);
        g1_batch_mul_vartime(found1, points1, scalars, 40, scratch);
        g2_batch_mul_vartime(found2, points2, scalars, 40, scratch);
        for (size_t i = 16; i < 32; i += 9) {
            g1_affine expected1 = scaled_g1(&points1[i], &scalars[i]);
            g2_affine expected2 = scaled_g2(&points2[i], &scalars[i]);
            assert_memory_equal(&found1[i], &expected1, sizeof expected1);
            assert_memory_equal(&found2[i], &expected2, sizeof expected2);
            count_property++;
        }
    }
    memset(&points1[5], 0, sizeof points1[5]);
    memset(&points2[15], 0, sizeof points2[15]);
    g1_batch_mul_vartime(found1, points1, scalars, 40, scratch);
    g2_batch_mul_vartime(found2, points2, scalars, 40, scratch);
    check_products(40);
}

/* Multiples of the generator and scalars (powers with exponent 2^40) with which the first point of a sum, an
 * image under the endomorphism, has a coordinate of the largest size that there is in lanes. */
static void test_large_beginnings(void **state)
{
    static const uint64_t cases[][2] = {{1091546, 38}, {1102397, 38}, {1372306, 38}};
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        fr multiple, scalar;
        fr_from_u64(&multiple, cases[c][0]);
        fr_from_u64(&scalar, cases[c][1]);
        for (int i = 0; i < 40; i++) fr_sqr(&scalar, &scalar);
        for (size_t i = 0; i < 32; i++) {
            points1[i] = scaled_g1(&g1_generator, &multiple);
            points2[i] = scaled_g2(&g2_generator, &multiple);
            scalars[i] = scalar;
        }
        g1_batch_mul_vartime(found1, points1, scalars, 32, scratch);
        g2_batch_mul_vartime(found2, points2, scalars, 32, scratch);
        check_products(32);
    }
}

static void test_infinity(void **state)
{
    static const g1_affine infinity1;
    static const g2_affine infinity2;
    (void)state;
    fill_points();
    fill_scalars(false);
    for (size_t i = 0; i < 64; i += 3) {
        points1[i] = infinity1;
        points2[i] = infinity2;
    }
    g1_batch_mul(found1, points1, scalars, 64, scratch);
    g2_batch_mul(found2, points2, scalars, 64, scratch);
    check_products(64);
}

static void check_butterflies(size_t count)
{
    memcpy(found1, a1, sizeof a1);
    memcpy(points1, b1, sizeof b1);
    memcpy(found2, a2, sizeof a2);
    memcpy(points2, b2, sizeof b2);
    g1_batch_butterfly_vartime(found1, points1, count, scratch);
    g2_batch_butterfly_vartime(found2, points2, count, scratch);
    for (size_t i = 0; i < count; i++) {
        g1 sum1, difference1;
        g2 sum2, difference2;
        g1_affine minus1, expected1;
        g2_affine minus2, expected2;
        g1_affine_neg(&minus1, &b1[i]);
        g2_affine_neg(&minus2, &b2[i]);
        g1_from_affine(&sum1, &a1[i]);
        g2_from_affine(&sum2, &a2[i]);
        g1_add_affine_vartime(&difference1, &sum1, &minus1);
        g2_add_affine_vartime(&difference2, &sum2, &minus2);
        g1_add_affine_vartime(&sum1, &sum1, &b1[i]);
        g2_add_affine_vartime(&sum2, &sum2, &b2[i]);
        g1_to_affine(&expected1, &sum1);
        g2_to_affine(&expected2, &sum2);
        assert_memory_equal(&found1[i], &expected1, sizeof expected1);
        assert_memory_equal(&found2[i], &expected2, sizeof expected2);
        g1_to_affine(&expected1, &difference1);
        g2_to_affine(&expected2, &difference2);
        assert_memory_equal(&points1[i], &expected1, sizeof expected1);
        assert_memory_equal(&points2[i], &expected2, sizeof expected2);
        count_property++;
    }
}

static void fill_pairs(void)
{
    fill_points();
    memcpy(a1, points1, sizeof a1);
    memcpy(a2, points2, sizeof a2);
    fill_points();
    memcpy(b1, points1, sizeof b1);
    memcpy(b2, points2, sizeof b2);
}

static void test_butterflies(void **state)
{
    static const size_t counts[] = {0, 1, 8, 31, 33, 100, POINTS};
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        fill_pairs();
        check_butterflies(counts[c]);
    }
}

static void test_special_butterflies(void **state)
{
    (void)state;
    for (int round = 0; round < 5; round++) {
        fill_pairs();
        if (round != 1) memset(&a1[3], 0, sizeof a1[3]), memset(&b2[4], 0, sizeof b2[4]);
        if (round != 1) memset(&b1[9], 0, sizeof b1[9]), memset(&a2[9], 0, sizeof a2[9]);
        if (round != 1) memset(&a1[5], 0, sizeof a1[5]), memset(&b1[5], 0, sizeof b1[5]);
        if (round == 2) b1[33] = a1[33], b2[39] = a2[39];
        if (round == 3) g1_affine_neg(&b1[17], &a1[17]), g2_affine_neg(&b2[1], &a2[1]);
        if (round == 4) memcpy(b1, a1, sizeof b1), memcpy(b2, a2, sizeof b2);
        check_butterflies(40);
    }
}

static g1_affine terms1[4][POINTS], before1[4][POINTS];
static g2_affine terms2[4][POINTS], before2[4][POINTS];
static fr roots[POINTS / ODD_SUMS_ALIKE + 1];

static void fill_terms(size_t terms)
{
    for (size_t j = 0; j < terms; j++) {
        fill_points();
        memcpy(before1[j], points1, sizeof points1);
        memcpy(before2[j], points2, sizeof points2);
    }
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        roots[i] = i % 3 == 2 ? roots[i - 1] : random_fr(&prng);
}

/* A root of unity of order 2 terms. */
static fr turn_of(size_t terms)
{
    fr root;
    ntt_root_of_unity(&root, terms == 2 ? 2 : 3);
    return root;
}

static void add_multiple(g1 *sum1, g2 *sum2, size_t j, size_t i, const fr *factor)
{
    g1_affine p = scaled_g1(&before1[j][i], factor);
    g2_affine q = scaled_g2(&before2[j][i], factor);
    g1_add_affine_vartime(sum1, sum1, &p);
    g2_add_affine_vartime(sum2, sum2, &q);
}

/* Sum m of points i, term by term. */
static void expected_odd_sum(g1_affine *out1, g2_affine *out2, size_t terms, size_t m, size_t i)
{
    fr turn = turn_of(terms), w = roots[i / ODD_SUMS_ALIKE], square;
    g1 sum1 = g1_infinity;
    g2 sum2 = g2_infinity;
    for (size_t k = 0; k < m; k++) fr_mul(&w, &w, &turn);
    fr_sqr(&square, &w);
    for (size_t j = 0; j < terms; j++, fr_mul(&w, &w, &square)) add_multiple(&sum1, &sum2, j, i, &w);
    g1_to_affine(out1, &sum1);
    g2_to_affine(out2, &sum2);
}

static void check_odd_sums(size_t terms, size_t count)
{
    static const size_t places[4] = {0, 2, 1, 3};
    g1_affine *const all1[4] = {terms1[0], terms1[1], terms1[2], terms1[3]};
    g2_affine *const all2[4] = {terms2[0], terms2[1], terms2[2], terms2[3]};
    fr turn = turn_of(terms);
    memcpy(terms1, before1, sizeof before1);
    memcpy(terms2, before2, sizeof before2);
    g1_batch_odd_sums_vartime(all1, terms, roots, &turn, count, scratch);
    g2_batch_odd_sums_vartime(all2, terms, roots, &turn, count, scratch);
    for (size_t i = 0; i < count; i += i >= 2 && i + 8 < count && i % 7 == 0 ? 6 : 1)
        for (size_t m = 0; m < terms; m++) {
            size_t place = terms == 4 ? places[m] : m;
            g1_affine expected1;
            g2_affine expected2;
            expected_odd_sum(&expected1, &expected2, terms, m, i);
            assert_memory_equal(&terms1[place][i], &expected1, sizeof expected1);
            assert_memory_equal(&terms2[place][i], &expected2, sizeof expected2);
            count_property++;
        }
}

static void test_odd_sums(void **state)
{
    static const size_t counts[] = {0, 1, 15, 31, 32, 33, 70, 295};
    (void)state;
    for (size_t terms = 2; terms <= 4; terms += 2)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
            fill_terms(terms);
            check_odd_sums(terms, counts[c]);
        }
    fill_terms(2);
    check_odd_sums(2, 515);
}

/* Factors at the edges, infinity, and points that meet. */
static void test_special_odd_sums(void **state)
{
    (void)state;
    for (size_t round = 0; round < 20; round++) {
        size_t terms = round % 2 == 0 ? 2 : 4, last = terms - 1;
        fill_terms(terms);
        if (round < 12) roots[1] = sparse_scalar(22 * round + 1);
        if (round == 12 || round == 13) roots[1] = fr_one;
        if (round == 14) roots[1] = fr_zero;
        if (round == 15) fr_neg(&roots[1], &fr_one);
        if (round >= 10 && round < 16) before1[last][20] = before1[0][20], before2[last][20] = before2[0][20];
        if (round >= 16) memset(&before1[round % 4 / 2][3], 0, sizeof *before1[0]);
        if (round >= 16) memset(&before2[last][17], 0, sizeof *before2[0]);
        if (round == 18) memcpy(before1[1], before1[0], sizeof *before1);
        if (round == 19) g1_affine_neg(&before1[1][20], &before1[0][20]);
        if (round == 19) g2_affine_neg(&before2[1][20], &before2[0][20]);
        check_odd_sums(terms, 34);
    }
}

static int tests(void)
{
    const struct CMUnitTest list[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_large_beginnings),
        cmocka_unit_test(test_infinity),
        cmocka_unit_test(test_butterflies),
        cmocka_unit_test(test_special_butterflies),
        cmocka_unit_test(test_odd_sums),
        cmocka_unit_test(test_special_odd_sums),
    };
    prng = prop_prng();
    size_t size =
        g1_batch_scratch_size() > g2_batch_scratch_size() ? g1_batch_scratch_size() : g2_batch_scratch_size();
    scratch = aligned_memory(size);
    int failed = cmocka_run_group_tests(list, NULL, NULL);
    free(scratch);
    return failed;
}

int main(void) { return run_on_each_cpu_level(tests); }
