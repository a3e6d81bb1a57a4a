/* The parts that ceremonies are made of, each against something independent of it. */
#include "cpu_levels.h"

#include "blake2b_stream.h"
#include "ceremony_note.h"
#include "ceremony_seed.h"
#include "digest.h"
#include "fixed_base.h"
#include "group_ntt.h"
#include "groth16_keys.h"
#include "input_sum.h"
#include "point_form.h"
#include "point_ratio.h"
#include "point_scale.h"
#include "point_terms.h"
#include "ntt.h"

#include <sodium.h>
#include <string.h>

/* libsodium's BLAKE2b, at all lengths around the blocks, fed in two parts and through a saved state. */
static void test_blake2b(void **state)
{
    uint8_t data[400], expected[64], found[64], saved[BLAKE2B_STATE_SIZE];
    struct roam_prng prng = prop_prng();
    (void)state;
    prng_bytes(&prng, data, sizeof data);
    for (size_t size = 0; size <= sizeof data; size++) {
        struct blake2b_stream hash, restored;
        struct bytes_view view = {data, size};
        size_t cut = (size_t)prng_below(&prng, size + 1);
        blake2b_512(expected, &view, 1);
        blake2b_stream_init(&hash);
        blake2b_stream_update(&hash, data, cut);
        blake2b_stream_save(saved, &hash);
        blake2b_stream_update(&hash, data + cut, size - cut);
        blake2b_stream_digest(found, &hash);
        assert_memory_equal(found, expected, sizeof found);
        assert_int_equal(blake2b_stream_restore(&restored, saved), ROAM_OK);
        blake2b_stream_update(&restored, data + cut, size - cut);
        blake2b_stream_digest(found, &restored);
        assert_memory_equal(found, expected, sizeof found);
        count_property++;
    }
}

static void test_blake2b_refusals(void **state)
{
    struct blake2b_stream hash;
    uint8_t saved[BLAKE2B_STATE_SIZE];
    (void)state;
    blake2b_stream_init(&hash);
    blake2b_stream_save(saved, &hash);
    saved[200] = 129;
    assert_int_equal(blake2b_stream_restore(&hash, saved), ROAM_E_FORMAT);
    saved[200] = 0;
    saved[207] = 1;
    assert_int_equal(blake2b_stream_restore(&hash, saved), ROAM_E_FORMAT);
    saved[207] = 0;
    saved[192] = 64;
    assert_int_equal(blake2b_stream_restore(&hash, saved), ROAM_E_FORMAT);
    count_negative += 3;
}

static void test_chacha(void **state)
{
    uint8_t seed[32], key[32], expected[1024], nonce[crypto_stream_chacha20_NONCEBYTES] = {0};
    struct roam_prng prng = prop_prng();
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct snark_rng rng;
        prng_bytes(&prng, seed, sizeof seed);
        for (size_t i = 0; i < 32; i++) key[i] = seed[i / 4 * 4 + 3 - i % 4];
        crypto_stream_chacha20(expected, sizeof expected, nonce, key);
        snark_rng_init(&rng, seed);
        for (size_t i = 0; i < sizeof expected / 4; i++) {
            uint32_t word = snark_rng_u32(&rng);
            for (size_t b = 0; b < 4; b++) assert_int_equal(word >> (8 * b) & 255, expected[4 * i + b]);
        }
        count_property++;
    }
}

static void test_drawn_points(void **state)
{
    struct snark_rng rng;
    uint8_t seed[32] = {1};
    (void)state;
    snark_rng_init(&rng, seed);
    for (int i = 0; i < 20; i++) {
        g1_affine p;
        g2_affine q;
        snark_rng_g1(&rng, &p);
        snark_rng_g2(&rng, &q);
        assert_true(g1_affine_is_valid(&p) && !g1_affine_is_infinity(&p));
        assert_true(g2_affine_is_valid_vartime(&q) && !g2_affine_is_infinity(&q));
        count_property++;
    }
}

static void test_roots(void **state)
{
    (void)state;
    for (unsigned log = 0; log <= NTT_LOG_MAX; log++) {
        fr root;
        ntt_root_of_unity(&root, log);
        for (unsigned i = 0; i < log; i++) {
            assert_false(fr_equal(&root, &fr_one));
            fr_sqr(&root, &root);
        }
        assert_true(fr_equal(&root, &fr_one));
        count_property++;
    }
}

/* The transform of scalars times the generator is the transform of the points. */
static void test_group_ntt(void **state)
{
    enum { LOG_MAX = 9, POINTS = 1 << LOG_MAX };
    struct roam_prng prng = prop_prng();
    static g1_affine points1[POINTS];
    static g2_affine points2[POINTS];
    static fr scalars[POINTS];
    size_t size1 = g1_inverse_ntt_scratch_size(LOG_MAX, 3), size2 = g2_inverse_ntt_scratch_size(LOG_MAX, 3);
    void *scratch = aligned_memory(size1 > size2 ? size1 : size2);
    (void)state;
    for (unsigned log = 0; log <= LOG_MAX; log++) {
        struct ntt_domain domain;
        void *memory = aligned_memory(ntt_domain_scratch_size(log));
        ntt_domain_init(&domain, log, memory);
        for (size_t i = 0; i < domain.size; i++) {
            scalars[i] = i == 1 ? fr_zero : random_fr(&prng); /* infinity among the points */
            points1[i] = scaled_g1(&g1_generator, &scalars[i]);
            points2[i] = scaled_g2(&g2_generator, &scalars[i]);
        }
        unsigned threads = 1 + log % 3;
        assert_int_equal(g1_inverse_ntt(points1, log, threads, scratch, "", NULL), ROAM_OK);
        assert_int_equal(g2_inverse_ntt(points2, log, threads, scratch, "", NULL), ROAM_OK);
        ntt_inverse(&domain, scalars, 1);
        for (size_t i = 0; i < domain.size; i++) {
            g1_affine expected1 = scaled_g1(&g1_generator, &scalars[i]);
            g2_affine expected2 = scaled_g2(&g2_generator, &scalars[i]);
            assert_true(g1_affine_equal(&points1[i], &expected1) && g2_affine_equal(&points2[i], &expected2));
            count_property++;
        }
        free(memory);
    }
    free(scratch);
}

/* Points all equal, of which all sums but one vanish, and one point among infinities. */
static void test_group_ntt_degenerate(void **state)
{
    enum { LOG_MAX = 8, POINTS = 1 << LOG_MAX };
    static g1_affine points1[POINTS], infinity1;
    static g2_affine points2[POINTS], infinity2;
    size_t size1 = g1_inverse_ntt_scratch_size(LOG_MAX, 2), size2 = g2_inverse_ntt_scratch_size(LOG_MAX, 2);
    void *scratch = aligned_memory(size1 > size2 ? size1 : size2);
    (void)state;
    for (unsigned log = 1; log <= LOG_MAX; log++) {
        size_t size = (size_t)1 << log;
        for (size_t i = 0; i < size; i++) {
            points1[i] = g1_generator;
            points2[i] = g2_generator;
        }
        assert_int_equal(g1_inverse_ntt(points1, log, 2, scratch, "", NULL), ROAM_OK);
        assert_int_equal(g2_inverse_ntt(points2, log, 2, scratch, "", NULL), ROAM_OK);
        for (size_t i = 0; i < size; i++) {
            assert_true(g1_affine_equal(&points1[i], i == 0 ? &g1_generator : &infinity1));
            assert_true(g2_affine_equal(&points2[i], i == 0 ? &g2_generator : &infinity2));
        }
        fr size_inv;
        fr_from_u64(&size_inv, size);
        fr_inv(&size_inv, &size_inv);
        g1_affine part1 = scaled_g1(&g1_generator, &size_inv);
        g2_affine part2 = scaled_g2(&g2_generator, &size_inv);
        assert_int_equal(g1_inverse_ntt(points1, log, 1, scratch, "", NULL), ROAM_OK);
        assert_int_equal(g2_inverse_ntt(points2, log, 1, scratch, "", NULL), ROAM_OK);
        for (size_t i = 0; i < size; i++) {
            assert_true(g1_affine_equal(&points1[i], &part1));
            assert_true(g2_affine_equal(&points2[i], &part2));
        }
        count_property++;
    }
    free(scratch);
}

static bool cancel_at_once(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)context, (void)what;
    assert_true(done < total);
    return false;
}

static void test_group_ntt_cancelled(void **state)
{
    static g1_affine points1[4];
    static g2_affine points2[4];
    struct roam_progress progress = {NULL, cancel_at_once};
    size_t size1 = g1_inverse_ntt_scratch_size(2, 1), size2 = g2_inverse_ntt_scratch_size(2, 1);
    void *scratch = aligned_memory(size1 > size2 ? size1 : size2);
    (void)state;
    assert_int_equal(g1_inverse_ntt(points1, 2, 1, scratch, "", &progress), ROAM_E_CANCELLED);
    assert_int_equal(g2_inverse_ntt(points2, 2, 1, scratch, "", &progress), ROAM_E_CANCELLED);
    free(scratch);
    count_negative += 2;
}

/* Scalars at the edges: 0, 1, r - 1, powers of two. */
static fr edge_scalar(size_t index, struct roam_prng *prng)
{
    fr value = index == 0 ? fr_zero : fr_one;
    if (index == 2) fr_neg(&value, &fr_one);
    if (index == 3) fr_from_u128(&value, 0, 1);
    if (index == 4) fr_from_u128(&value, UINT64_MAX, UINT64_MAX);
    return index < 5 ? value : random_fr(prng);
}

static void test_fixed_base(void **state)
{
    enum { COUNT = 40 };
    struct roam_prng prng = prop_prng();
    static const size_t sizes[] = {1, 1000, 20000};
    fr scalars[COUNT];
    g1_affine found1[COUNT];
    g2_affine found2[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) scalars[i] = edge_scalar(i, &prng);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct g1_fixed_base base1;
        struct g2_fixed_base base2;
        assert_int_equal(g1_fixed_base_init(&base1, sizes[s]), ROAM_OK);
        assert_int_equal(g2_fixed_base_init(&base2, sizes[s]), ROAM_OK);
        g1_fixed_base_mul(found1, &base1, scalars, COUNT);
        g2_fixed_base_mul(found2, &base2, scalars, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            g1_affine expected1 = scaled_g1(&g1_generator, &scalars[i]);
            g2_affine expected2 = scaled_g2(&g2_generator, &scalars[i]);
            assert_true(g1_affine_equal(&found1[i], &expected1) && g2_affine_equal(&found2[i], &expected2));
            count_property++;
        }
        g1_fixed_base_release(&base1);
        g2_fixed_base_release(&base2);
    }
}

/* More terms than are collected at once, among them infinity, for a few sums. */
static void test_point_terms(void **state)
{
    enum { TERMS = 1100, SUMS = 3, POINTS = 7 };
    struct roam_prng prng = prop_prng();
    struct g1_terms *terms1 = aligned_memory(g1_terms_size());
    struct g2_terms *terms2 = aligned_memory(g2_terms_size());
    g1 sums1[SUMS], expected1[SUMS] = {g1_infinity, g1_infinity, g1_infinity};
    g2 sums2[SUMS], expected2[SUMS] = {g2_infinity, g2_infinity, g2_infinity};
    g1_affine points1[POINTS];
    g2_affine points2[POINTS];
    (void)state;
    for (size_t i = 0; i < POINTS; i++) {
        fr x = edge_scalar(i, &prng);
        points1[i] = scaled_g1(&g1_generator, &x);
        points2[i] = scaled_g2(&g2_generator, &x);
    }
    memcpy(sums1, expected1, sizeof sums1);
    memcpy(sums2, expected2, sizeof sums2);
    g1_terms_init(terms1);
    g2_terms_init(terms2);
    for (size_t i = 0; i < TERMS; i++) {
        fr coeff = i % 9 < 5 ? edge_scalar(i % 9, &prng) : random_fr(&prng);
        g1_affine product1 = scaled_g1(&points1[i % POINTS], &coeff);
        g2_affine product2 = scaled_g2(&points2[i % POINTS], &coeff);
        g1_add_affine_vartime(&expected1[i % SUMS], &expected1[i % SUMS], &product1);
        g2_add_affine_vartime(&expected2[i % SUMS], &expected2[i % SUMS], &product2);
        g1_terms_add(terms1, &sums1[i % SUMS], &points1[i % POINTS], &coeff);
        g2_terms_add(terms2, &sums2[i % SUMS], &points2[i % POINTS], &coeff);
    }
    g1_terms_flush(terms1);
    g2_terms_flush(terms2);
    for (size_t i = 0; i < SUMS; i++) {
        assert_true(g1_equal(&sums1[i], &expected1[i]) && g2_equal(&sums2[i], &expected2[i]));
        count_property++;
    }
    free(terms1);
    free(terms2);
}

static void test_input_sum(void **state)
{
    enum { COUNT = 20 };
    struct roam_prng prng = prop_prng();
    g1_affine points[COUNT], affine;
    fr scalars[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        fr x = edge_scalar(i + 1, &prng);
        points[i] = scaled_g1(&g1_generator, &x);
        scalars[i] = edge_scalar(i, &prng);
    }
    for (size_t count = 0; count <= COUNT; count++) {
        g1 expected = g1_infinity, found;
        for (size_t i = 0; i < count; i++) {
            affine = scaled_g1(&points[i], &scalars[i]);
            g1_add_affine_vartime(&expected, &expected, &affine);
        }
        input_sum_vartime(&found, points, scalars, count);
        assert_true(g1_equal(&found, &expected));
        count_property++;
    }
}

static void test_point_forms(void **state)
{
    struct roam_prng prng = prop_prng();
    uint8_t bytes[G2_FORM_SIZE], short_form[64], integer[32];
    (void)state;
    for (int i = 0; i < 20; i++) {
        fr x = random_fr(&prng);
        g1_affine p = scaled_g1(&g1_generator, &x), p_again, p_neg;
        g2_affine q = scaled_g2(&g2_generator, &x), q_again, q_neg;
        g1_to_file(bytes, &p);
        assert_int_equal(g1_from_file(&p_again, bytes), ROAM_OK);
        assert_memory_equal(bytes, &p, sizeof p); /* little-endian machine: the file is the memory */
        assert_true(g1_affine_equal(&p, &p_again));
        g2_to_file(bytes, &q);
        assert_int_equal(g2_from_file(&q_again, bytes), ROAM_OK);
        assert_true(g2_affine_equal(&q, &q_again));
        g2_uncompressed(bytes, &q);
        fp_to_be(integer, &q.x.c1);
        assert_memory_equal(bytes, integer, 32);
        fp_to_be(integer, &q.y.c0);
        assert_memory_equal(bytes + 96, integer, 32);
        /* of a point and its negative just one has the sign bit */
        g1_affine_neg(&p_neg, &p);
        g2_affine_neg(&q_neg, &q);
        g1_compressed(bytes, &p);
        g1_compressed(short_form, &p_neg);
        assert_int_equal((bytes[0] ^ short_form[0]) & 0xc0, 0x80);
        g2_compressed(bytes, &q);
        g2_compressed(short_form, &q_neg);
        assert_int_equal((bytes[0] ^ short_form[0]) & 0xc0, 0x80);
        assert_memory_equal(bytes + 1, short_form + 1, 63);
        count_property++;
    }
    g1_affine infinity = {fp_zero, fp_zero};
    g1_compressed(bytes, &infinity);
    assert_int_equal(bytes[0], 0x40);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(g1_from_file(&infinity, bytes), ROAM_E_RANGE);
    memset(bytes, 1, sizeof bytes);
    assert_int_equal(g1_from_file(&infinity, bytes), ROAM_E_POINT);
    count_negative += 2;
}

enum { SERIES = 300 };

/* first, first * x, first * x^2 .. in file form */
static void make_series(uint8_t *bytes1, uint8_t *bytes2, const fr *first, const fr *x)
{
    fr scalar = *first;
    for (size_t i = 0; i < SERIES; i++) {
        g1_affine p = scaled_g1(&g1_generator, &scalar);
        g2_affine q = scaled_g2(&g2_generator, &scalar);
        g1_to_file(bytes1 + i * G1_FORM_SIZE, &p);
        g2_to_file(bytes2 + i * G2_FORM_SIZE, &q);
        fr_mul(&scalar, &scalar, x);
    }
}

static void test_scale_and_ratio(void **state)
{
    struct roam_prng prng = prop_prng();
    struct roam_env env = roam_env_seeded(&prng);
    static uint8_t in1[SERIES * G1_FORM_SIZE], in2[SERIES * G2_FORM_SIZE], out1[SERIES * G1_FORM_SIZE],
        out2[SERIES * G2_FORM_SIZE], expected1[SERIES * G1_FORM_SIZE], expected2[SERIES * G2_FORM_SIZE];
    fr x = random_fr(&prng), y = random_fr(&prng), first = random_fr(&prng), xy, start;
    struct point_series series = {first, y};
    struct point_scan scan = {"", 2, &env, NULL};
    (void)state;
    fr_mul(&xy, &x, &y);
    fr_mul(&start, &first, &y);
    make_series(in1, in2, &y, &x);
    make_series(expected1, expected2, &start, &xy);
    for (unsigned threads = 1; threads <= 3; threads++) {
        assert_int_equal(g1_scale_file(out1, in1, SERIES, &series, threads, "", NULL), ROAM_OK);
        assert_int_equal(g2_scale_file(out2, in2, SERIES, &series, threads, "", NULL), ROAM_OK);
        assert_memory_equal(out1, expected1, sizeof out1);
        assert_memory_equal(out2, expected2, sizeof out2);
        count_property++;
    }
    g1_affine sum1, next1, one1 = scaled_g1(&g1_generator, &xy);
    g2_affine sum2, next2, one2 = scaled_g2(&g2_generator, &xy);
    assert_int_equal(g1_series_sums(&sum1, &next1, out1, SERIES, &scan), ROAM_OK);
    assert_int_equal(g2_series_sums(&sum2, &next2, out2, SERIES, &scan), ROAM_OK);
    assert_true(same_ratio(&sum1, &next1, &g2_generator, &one2));
    assert_true(same_ratio(&g1_generator, &one1, &sum2, &next2));
    assert_false(same_ratio(&sum1, &sum1, &g2_generator, &one2));
    assert_false(same_ratio(&(g1_affine){fp_zero, fp_zero}, &(g1_affine){fp_zero, fp_zero}, &sum2, &next2));
    /* One wrong point anywhere spoils the ratio. */
    for (size_t i = 0; i < SERIES; i += 37) {
        memcpy(out1, expected1, sizeof out1);
        g1_to_file(out1 + i * G1_FORM_SIZE, &g1_generator);
        assert_int_equal(g1_series_sums(&sum1, &next1, out1, SERIES, &scan), ROAM_OK);
        assert_false(same_ratio(&sum1, &next1, &g2_generator, &one2));
        out1[i * G1_FORM_SIZE] ^= 1;
        assert_int_equal(g1_series_sums(&sum1, &next1, out1, SERIES, &scan), ROAM_E_POINT);
        assert_int_equal(g1_scale_file(in1, out1, SERIES, &series, 2, "", NULL), ROAM_E_POINT);
        count_negative += 3;
    }
    g2_affine outside = twist_point_outside_g2();
    g2_to_file(out2 + 5 * G2_FORM_SIZE, &outside);
    assert_int_equal(g2_series_sums(&sum2, &next2, out2, SERIES, &scan), ROAM_E_POINT);
    count_negative++;
}

static void test_notes(void **state)
{
    struct ceremony_note note;
    struct roam_diag diag = {0};
    char name[CEREMONY_NAME_MAX + 2];
    uint8_t beacon[CEREMONY_BEACON_MAX + 1] = {7};
    (void)state;
    memset(name, 'n', sizeof name);
    name[CEREMONY_NAME_MAX + 1] = 0;
    assert_int_equal(ceremony_note_person(&note, name, &diag), ROAM_E_LIMIT);
    name[CEREMONY_NAME_MAX] = 0;
    assert_int_equal(ceremony_note_person(&note, name, NULL), ROAM_OK);
    assert_int_equal(ceremony_note_person(&note, "tab\there", NULL), ROAM_E_LIMIT);
    assert_int_equal(ceremony_note_person(&note, "\x7f", NULL), ROAM_E_LIMIT);
    assert_int_equal(ceremony_note_beacon(&note, "", beacon, 0, 10, NULL), ROAM_E_LIMIT);
    assert_int_equal(ceremony_note_beacon(&note, "", beacon, sizeof beacon, 10, NULL), ROAM_E_LIMIT);
    assert_int_equal(ceremony_note_beacon(&note, "", beacon, 1, 9, NULL), ROAM_E_LIMIT);
    assert_int_equal(ceremony_note_beacon(&note, "", beacon, 1, 64, NULL), ROAM_E_LIMIT);
    assert_int_equal(ceremony_note_beacon(&note, "a", beacon, CEREMONY_BEACON_MAX, 63, NULL), ROAM_OK);
    count_negative += 7;
    struct roam_buf buf;
    struct ceremony_note again;
    buf_init(&buf, 1000);
    assert_int_equal(ceremony_note_serialize(&buf, &note), ROAM_OK);
    struct binfile_cursor cursor = {buf.data, buf.size};
    assert_int_equal(ceremony_note_parse(&again, &cursor, NULL), ROAM_OK);
    assert_int_equal(cursor.left, 0);
    assert_int_equal(again.beacon_size, CEREMONY_BEACON_MAX);
    assert_memory_equal(again.beacon, note.beacon, CEREMONY_BEACON_MAX);
    assert_string_equal(again.name, "a");
    assert_int_equal(again.log_iterations, 63);
    buf_release(&buf);
}

static bool stop(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)what;
    assert_true(done < total);
    ++*(int *)context;
    return false;
}

/* 2^10 hashes by another loop, and cancelling a long one. */
static void test_seeds(void **state)
{
    struct ceremony_note note;
    struct snark_rng rng, expected;
    uint8_t hash[32], beacon[4] = {1, 2, 3, 4};
    struct roam_prng prng = {5}, twin = {5};
    struct roam_env env = roam_env_seeded(&prng), twin_env = roam_env_seeded(&twin);
    int steps = 0;
    struct roam_progress progress = {&steps, stop};
    (void)state;
    assert_int_equal(ceremony_note_beacon(&note, "", beacon, sizeof beacon, 10, NULL), ROAM_OK);
    assert_int_equal(ceremony_seed_beacon(&rng, &note, NULL), ROAM_OK);
    sha256(hash, beacon, sizeof beacon);
    for (int i = 1; i < 1024; i++) sha256(hash, hash, sizeof hash);
    snark_rng_init(&expected, hash);
    assert_int_equal(snark_rng_u32(&rng), snark_rng_u32(&expected));
    note.log_iterations = 63;
    assert_int_equal(ceremony_seed_beacon(&rng, &note, &progress), ROAM_E_CANCELLED);
    assert_int_equal(steps, 1);
    count_negative++;
    ceremony_seed_person(&rng, "text", &env);
    ceremony_seed_person(&expected, "other text", &twin_env);
    assert_int_not_equal(snark_rng_u32(&rng), snark_rng_u32(&expected));
}

static int all_tests(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blake2b),
        cmocka_unit_test(test_blake2b_refusals),
        cmocka_unit_test(test_chacha),
        cmocka_unit_test(test_drawn_points),
        cmocka_unit_test(test_roots),
        cmocka_unit_test(test_group_ntt),
        cmocka_unit_test(test_group_ntt_degenerate),
        cmocka_unit_test(test_group_ntt_cancelled),
        cmocka_unit_test(test_fixed_base),
        cmocka_unit_test(test_point_terms),
        cmocka_unit_test(test_input_sum),
        cmocka_unit_test(test_point_forms),
        cmocka_unit_test(test_scale_and_ratio),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void) { return run_on_each_cpu_level(all_tests); }
