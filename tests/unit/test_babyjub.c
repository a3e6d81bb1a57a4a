/* Baby Jubjub against circomlibjs (tests/vectors/eddsa.txt), the textbook formulas, GMP, and l * P for the
 * subgroup. */
#include "prop.h"

#include "babyjub_points.h"
#include "points8.h"

#include <gmp.h>
#include <stdio.h>
#include <string.h>

static void constants(void **state)
{
    (void)state;
    bjj_point p, g;
    generator(&g);
    assert_true(bjj_is_on_curve(&g));
    bjj_mul(&p, &g, eight);
    assert_true(bjj_equal(&p, &bjj_base8));
    bjj_mul(&p, &bjj_base8, bjj_order);
    assert_true(bjj_equal(&p, &bjj_identity));
    assert_true(fr_is_zero(&bjj_identity.x) && fr_equal(&bjj_identity.y, &fr_one));
    torsion(&p);
    for (int i = 0; i < 3; i++) {
        assert_false(bjj_equal(&p, &bjj_identity));
        bjj_add(&p, &p, &p);
    }
    assert_true(bjj_equal(&p, &bjj_identity));
}

static void additions_are_the_textbook_ones(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    bjj_point p[20], sum, expected, minus;
    torsion(&p[1]);
    p[0] = bjj_identity;
    for (int i = 2; i < 8; i++) textbook_add(&p[i], &p[i - 1], &p[1]);
    for (int i = 8; i < 20; i++) random_point(&p[i], &prng);
    for (int i = 0; i < 20; i++)
        for (int j = 0; j < 20; j++) {
            textbook_add(&expected, &p[i], &p[j]);
            bjj_add(&sum, &p[i], &p[j]);
            assert_true(bjj_equal(&sum, &expected));
            assert_true(bjj_is_on_curve(&sum));
            bjj_neg(&minus, &p[j]);
            bjj_add(&sum, &sum, &minus);
            assert_true(bjj_equal(&sum, &p[i]));
            count_property += 2;
        }
}

static void check_sixteen(const bjj_point points[16])
{
    const bjj_point *lane[16];
    for (int k = 0; k < 16; k++) lane[k] = &points[k];
    const unsigned inside = bjj_in_subgroup16_vartime(lane);
    assert_int_equal(bjj_on_curve8(lane), 0xff);
    for (int k = 0; k < 16; k++) assert_int_equal(inside >> k & 1, bjj_is_in_subgroup_vartime(&points[k]));
}

/* Oracle: l * P = O. Points of all eight classes, class k = prime part + k * (point of order 8). */
static void subgroup_test(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    enum { PER_CLASS = 2000 };
    bjj_point shift, shifts[8], prime;
    torsion(&shift);
    shifts[0] = bjj_identity;
    for (int k = 1; k < 8; k++) bjj_add(&shifts[k], &shifts[k - 1], &shift);
    random_point(&prime, &prng);
    bjj_mul_vartime(&prime, &prime, eight);
    for (int k = 0; k < 8; k++) {
        assert_int_equal(bjj_is_in_subgroup_vartime(&shifts[k]), k == 0);
        bjj_point p = shifts[k], product, sixteen[16];
        for (int n = 0; n < PER_CLASS; n++) {
            bjj_add(&p, &p, n % 2 == 0 ? &prime : &bjj_base8);
            bjj_mul_vartime(&product, &p, bjj_order);
            bool expected = bjj_equal(&product, &bjj_identity);
            assert_int_equal(expected, k == 0);
            assert_int_equal(bjj_is_in_subgroup_vartime(&p), expected);
            sixteen[n % 16] = n % 16 == 3 ? shifts[n / 16 % 8] : p; /* the torsion points themselves, too */
            if (n % 16 == 15) check_sixteen(sixteen);
            count_property++;
            count_negative += !expected;
        }
        bjj_add(&prime, &prime, &bjj_base8);
    }
}

static void points_off_the_curve(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int n = 0; n < 200; n++) {
        bjj_point p;
        random_point(&p, &prng);
        fr_add(n % 2 == 0 ? &p.x : &p.y, n % 2 == 0 ? &p.x : &p.y, &fr_one);
        assert_false(bjj_is_on_curve(&p));
        assert_false(bjj_is_in_subgroup_vartime(&p));
        const bjj_point *lane[8] = {&bjj_base8, &bjj_base8, &bjj_base8, &bjj_base8,
                                    &bjj_base8, &bjj_base8, &bjj_base8, &bjj_base8};
        lane[n % 8] = &p;
        assert_int_equal(bjj_on_curve8(lane), 0xff ^ 1u << n % 8);
        count_negative += 3;
    }
}

static void packing(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int n = 0; n < 100; n++) {
        bjj_point p, q;
        uint8_t bytes[32], again[32];
        random_point(&p, &prng);
        bjj_pack(bytes, &p);
        assert_int_equal(bjj_unpack_vartime(&q, bytes), ROAM_OK);
        assert_true(bjj_equal(&p, &q));
        bytes[31] ^= 0x80;
        assert_int_equal(bjj_unpack_vartime(&q, bytes), ROAM_OK);
        bjj_neg(&p, &p);
        assert_true(bjj_equal(&p, &q));
        bjj_pack(again, &q);
        assert_memory_equal(bytes, again, 32);
        count_property += 2;
    }
}

static void refuse_bytes(const uint8_t bytes[32], enum roam_err expected)
{
    bjj_point p;
    assert_int_equal(bjj_unpack_vartime(&p, bytes), expected);
    count_negative++;
}

static void unpacking_refuses(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    uint8_t bytes[32] = {1};
    bytes[31] = 0x80; /* y = 1, so x = 0, with a sign */
    refuse_bytes(bytes, ROAM_E_RANGE);
    fr minus_one, y;
    fr_neg(&minus_one, &fr_one);
    fr_to_le(bytes, &minus_one); /* y = -1: also x = 0 */
    bytes[31] |= 0x80;
    refuse_bytes(bytes, ROAM_E_RANGE);
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)(fr_modulus[i / 8] >> (8 * (i % 8))); /* y = r */
    refuse_bytes(bytes, ROAM_E_RANGE);
    bytes[0]++;
    refuse_bytes(bytes, ROAM_E_RANGE); /* r + 1: y = 1 a second time */
    memset(bytes, 0xff, sizeof bytes);
    refuse_bytes(bytes, ROAM_E_RANGE);
    int refused = 0;
    for (int n = 0; n < 100; n++) {
        bjj_point p;
        random_element(&y, &prng);
        fr_to_le(bytes, &y);
        enum roam_err err = bjj_unpack_vartime(&p, bytes);
        assert_true(err == ROAM_OK ? bjj_is_on_curve(&p) && fr_equal(&p.y, &y) : err == ROAM_E_POINT);
        refused += err == ROAM_E_POINT;
    }
    assert_in_range(refused, 20, 80); /* half of all y have no point */
    count_negative += (unsigned)refused;
}

/* Groups of one to eight, of points, of bytes without a point, of y >= r and of x = 0 with a sign. */
static void unpacking_eight_is_unpacking_one(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (size_t n = 0; n < 400; n++) {
        uint8_t bytes[8][32];
        const uint8_t *lane[8];
        bjj_point got[8], expected;
        enum roam_err errs[8];
        const size_t count = n % 9;
        for (size_t k = 0; k < 8; k++) {
            fr y;
            random_element(&y, &prng);
            if (prng_below(&prng, 4) == 0) fr_from_u64(&y, prng_below(&prng, 3));
            if (prng_below(&prng, 8) == 0) fr_neg(&y, &y);
            fr_to_le(bytes[k], &y);
            if (prng_below(&prng, 8) == 0) memset(bytes[k] + 16, 0xff, 16);
            bytes[k][31] ^= (uint8_t)(prng_below(&prng, 2) << 7);
            lane[k] = bytes[k];
        }
        bjj_unpack8_vartime(got, errs, lane, count);
        for (size_t k = 0; k < count; k++) {
            enum roam_err err = bjj_unpack_vartime(&expected, bytes[k]);
            assert_int_equal(errs[k], err);
            if (err == ROAM_OK) assert_true(bjj_equal(&got[k], &expected));
            count_property++;
            count_negative += err != ROAM_OK;
        }
    }
}

static fr next_element(char **rest)
{
    const char *word = strtok_r(NULL, " \n", rest);
    fr out;
    assert_non_null(word);
    assert_int_equal(fr_from_decimal(&out, word, strlen(word)), ROAM_OK);
    return out;
}

static bjj_point next_point(char **rest)
{
    fr x = next_element(rest), y = next_element(rest);
    return (bjj_point){x, y};
}

static void vector_add(char **rest)
{
    bjj_point p = next_point(rest), q = next_point(rest), expected = next_point(rest), sum;
    bjj_add(&sum, &p, &q);
    assert_true(bjj_equal(&sum, &expected));
}

static void vector_mul(char **rest)
{
    bjj_point p = next_point(rest), expected, product;
    mpz_t scalar;
    uint64_t limbs[4] = {0};
    const char *word = strtok_r(NULL, " \n", rest);
    assert_non_null(word);
    assert_int_equal(mpz_init_set_str(scalar, word, 10), 0);
    assert_true(mpz_sizeinbase(scalar, 2) <= 256);
    mpz_export(limbs, NULL, -1, 8, 0, 0, scalar);
    mpz_clear(scalar);
    expected = next_point(rest);
    bjj_mul(&product, &p, limbs);
    assert_true(bjj_equal(&product, &expected));
    bjj_mul_vartime(&product, &p, limbs);
    assert_true(bjj_equal(&product, &expected));
}

static void vector_pack(char **rest)
{
    bjj_point p = next_point(rest), q;
    uint8_t bytes[32];
    char hex[65];
    bjj_pack(bytes, &p);
    for (int i = 0; i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(hex, strtok_r(NULL, " \n", rest));
    assert_int_equal(bjj_unpack_vartime(&q, bytes), ROAM_OK);
    assert_true(bjj_equal(&p, &q));
}

static void circomlibjs_vectors(void **state)
{
    (void)state;
    static char line[4096];
    int lines = 0;
    FILE *file = fopen(TEST_VECTORS_DIR "/eddsa.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest, *word = strtok_r(line, " \n", &rest);
        if (strcmp(word, "add") == 0) vector_add(&rest);
        if (strcmp(word, "mul") == 0) vector_mul(&rest);
        if (strcmp(word, "pack") == 0) vector_pack(&rest);
        lines += strcmp(word, "sign") != 0;
    }
    fclose(file);
    assert_int_equal(lines, 14 * 14 + 14 * 16 + 14);
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpacking_refuses),    cmocka_unit_test(unpacking_eight_is_unpacking_one),
        cmocka_unit_test(points_off_the_curve), cmocka_unit_test(constants),
        cmocka_unit_test(circomlibjs_vectors),  cmocka_unit_test(additions_are_the_textbook_ones),
        cmocka_unit_test(subgroup_test),        cmocka_unit_test(packing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
