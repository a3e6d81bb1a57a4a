/* zkey.h: a key made by snarkjs, round trips, every refusal, the mark of development keys. */
#include "prop.h"

#include "binfile_cases.h"
#include "groth16_keys.h"

enum { HEADER_POINTS = 84, TERM_SIZE = 44 }; /* offsets: primes 36 bytes each, three counts */

static bool deep;

static enum roam_err parse_zkey(const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    struct zkey key;
    enum roam_err err = zkey_parse(&key, bytes, size, deep, diag);
    if (err == ROAM_OK) zkey_release(&key);
    return err;
}

static void serialize(struct file_case *c, const struct zkey *key)
{
    struct roam_buf buf;
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(zkey_serialize(&buf, key), ROAM_OK);
    case_of(c, &buf);
}

/* snarkjs writes the sections of a key with contributions in ascending order, as we do: the same bytes come
 * out. */
static void test_snarkjs_key(void **state)
{
    static struct file_case file, made;
    struct zkey key;
    struct groth16_vk vk;
    (void)state;
    case_load(&file, "beacon.zkey");
    assert_int_equal(zkey_parse(&key, file.bytes, file.size, true, NULL), ROAM_OK);
    assert_int_equal(key.wire_count, 5);
    assert_int_equal(key.public_count, 1);
    assert_int_equal(key.domain_size, 8);
    assert_int_equal(key.contribution_count, 1);
    assert_int_equal(key.contributions[0].note.kind, CEREMONY_BEACON);
    assert_string_equal(key.contributions[0].note.name, "beacon");
    assert_int_equal(key.contributions[0].note.log_iterations, 10);
    assert_false(zkey_is_insecure(&key));
    assert_int_equal(zkey_vk(&vk, &key), ROAM_OK);
    assert_int_equal(groth16_vk_lint(&vk, NULL), ROAM_OK);
    assert_false(vk.insecure);
    serialize(&made, &key);
    assert_int_equal(made.size, file.size);
    assert_memory_equal(made.bytes, file.bytes, file.size);
    zkey_release(&key);
}

static void test_proving_with_snarkjs_key(void **state)
{
    static struct file_case file;
    struct roam_prng prng = prop_prng();
    struct zkey key;
    struct groth16_vk vk;
    static struct groth16_prepared_vk prepared;
    (void)state;
    case_load(&file, "beacon.zkey");
    assert_int_equal(zkey_parse(&key, file.bytes, file.size, false, NULL), ROAM_OK);
    assert_int_equal(zkey_vk(&vk, &key), ROAM_OK);
    groth16_prepare(&prepared, &vk);
    for (uint64_t x = 0; x < 5; x++) {
        struct fixture f;
        fixture_cubic(&f, x);
        groth16_proof proof = proof_of(&key, f.witness, &prng);
        assert_int_equal(groth16_verify(&prepared, &proof, f.witness + 1, 1), ROAM_OK);
        fixture_release(&f);
        count_property++;
    }
    zkey_release(&key);
}

static void test_load(void **state)
{
    char path[1024];
    struct zkey key;
    (void)state;
    snprintf(path, sizeof path, "%s/groth16/beacon.zkey", TEST_VECTORS_DIR);
    assert_int_equal(zkey_load(&key, path, true, NULL), ROAM_OK);
    zkey_release(&key);
    assert_int_equal(zkey_load(&key, "/nonexistent", true, NULL), ROAM_E_NOTFOUND);
    snprintf(path, sizeof path, "%s/groth16/beacon.ptau", TEST_VECTORS_DIR);
    assert_int_equal(zkey_load(&key, path, true, NULL), ROAM_E_FORMAT);
    count_negative += 2;
}

static void test_container(void **state)
{
    static struct file_case file;
    (void)state;
    case_load(&file, "beacon.zkey");
    deep = false;
    case_check_container(parse_zkey, &file, 1);
}

static void refuse(const struct file_case *bad, enum roam_err expected)
{
    assert_int_equal(case_parse(parse_zkey, bad->bytes, bad->size), expected);
    count_negative++;
}

static void test_sections(void **state)
{
    static struct file_case file, bad;
    (void)state;
    case_load(&file, "beacon.zkey");
    for (uint32_t id = 1; id <= 10; id++) {
        bad = file;
        case_drop(&bad, id);
        refuse(&bad, ROAM_E_FORMAT);
        for (long change = -1; change <= 64; change += 65) {
            bad = file;
            case_resize(&bad, id, change);
            refuse(&bad, id == 2 || id == 10 ? ROAM_E_FORMAT : ROAM_E_COUNT);
        }
    }
    bad = file;
    store_le32(case_at(&bad, 1, 0), 2);
    refuse(&bad, ROAM_E_UNSUPPORTED); /* PLONK */
}

static void test_header(void **state)
{
    static struct file_case file, bad;
    (void)state;
    case_load(&file, "beacon.zkey");
    for (size_t prime = 0; prime < 2; prime++) {
        bad = file;
        *case_at(&bad, 2, 36 * prime + 4) ^= 4;
        refuse(&bad, ROAM_E_RANGE);
        bad = file;
        store_le32(case_at(&bad, 2, 36 * prime), 31);
        refuse(&bad, ROAM_E_RANGE);
    }
    static const struct {
        size_t offset;
        uint32_t value;
        enum roam_err expected;
    } counts[] = {{72, 4, ROAM_E_COUNT},        {72, 6, ROAM_E_COUNT},          {72, 1, ROAM_E_COUNT},
                  {72, 0, ROAM_E_COUNT},        {72, UINT32_MAX, ROAM_E_COUNT}, {76, 0, ROAM_E_COUNT},
                  {76, 5, ROAM_E_COUNT},        {76, UINT32_MAX, ROAM_E_COUNT}, {80, 16, ROAM_E_COUNT},
                  {80, 4, ROAM_E_COUNT},        {80, 0, ROAM_E_LIMIT},          {80, 7, ROAM_E_LIMIT},
                  {80, 1u << 28, ROAM_E_LIMIT}, {80, 1u << 31, ROAM_E_LIMIT}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        bad = file;
        store_le32(case_at(&bad, 2, counts[i].offset), counts[i].value);
        refuse(&bad, counts[i].expected);
    }
}

static void test_terms(void **state)
{
    static struct file_case file, bad;
    (void)state;
    case_load(&file, "beacon.zkey");
    uint32_t terms = load_le32(case_at(&file, 4, 0));
    assert_int_equal(terms, 3 + 3 + 2 + 2); /* A of three rows, B of three, two public rows */
    static const struct {
        size_t offset;
        uint32_t value;
    } fields[] = {{0, 2}, {4, 8}, {8, 5}, {0, UINT32_MAX}, {4, UINT32_MAX}, {8, UINT32_MAX}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        for (uint32_t term = 0; term < terms; term++) {
            bad = file;
            store_le32(case_at(&bad, 4, 4 + (size_t)term * TERM_SIZE + fields[i].offset), fields[i].value);
            refuse(&bad, ROAM_E_RANGE);
        }
    bad = file;
    case_put_limbs(case_at(&bad, 4, 16), fr_modulus);
    refuse(&bad, ROAM_E_RANGE);
    bad = file;
    store_le32(case_at(&bad, 4, 0), terms + 1);
    refuse(&bad, ROAM_E_COUNT);
}

/* Each point of the file: a coordinate of p, and off the curve. */
static void refuse_points(const struct file_case *file, uint32_t id, size_t offset, size_t end, size_t step)
{
    static struct file_case bad;
    for (; offset + step <= end; offset += step) {
        bad = *file;
        case_put_limbs(case_at(&bad, id, offset + step - 32), fp_modulus);
        refuse(&bad, ROAM_E_RANGE);
        bad = *file;
        *case_at(&bad, id, offset) ^= 1;
        refuse(&bad, ROAM_E_POINT);
    }
}

static void test_points(void **state)
{
    static struct file_case file;
    (void)state;
    case_load(&file, "beacon.zkey");
    refuse_points(&file, 2, HEADER_POINTS, HEADER_POINTS + 128, 64);
    refuse_points(&file, 2, HEADER_POINTS + 128, HEADER_POINTS + 384, 128);
    refuse_points(&file, 2, HEADER_POINTS + 384, HEADER_POINTS + 448, 64);
    refuse_points(&file, 2, HEADER_POINTS + 448, HEADER_POINTS + 576, 128);
    refuse_points(&file, 3, 0, 2 * 64, 64);
    refuse_points(&file, 9, 0, 8 * 64, 64);
    refuse_points(&file, 8, 0, 3 * 64, 64);
    refuse_points(&file, 10, 68, 68 + 3 * 64, 64);
    refuse_points(&file, 10, 68 + 192, 68 + 192 + 128, 128);
}

/* A and B may have infinity where a wire does not occur: (0, 0), which is accepted, but (1, 0) is not. */
static void test_sparse_points(void **state)
{
    static struct file_case file, bad;
    static const size_t sizes[3] = {64, 64, 128};
    (void)state;
    case_load(&file, "beacon.zkey");
    for (uint32_t id = 5; id <= 7; id++)
        for (size_t wire = 0; wire < 5; wire++) {
            size_t size = sizes[id - 5];
            bad = file;
            memset(case_at(&bad, id, wire * size), 0, size);
            assert_int_equal(case_parse(parse_zkey, bad.bytes, bad.size), ROAM_OK);
            *case_at(&bad, id, wire * size) = 1;
            refuse(&bad, ROAM_E_POINT);
            case_put_limbs(case_at(&bad, id, wire * size), fp_modulus);
            refuse(&bad, ROAM_E_RANGE);
        }
}

static void put_g2(uint8_t *at, const g2_affine *p)
{
    const fp *coordinates[4] = {&p->x.c0, &p->x.c1, &p->y.c0, &p->y.c1};
    for (int i = 0; i < 4; i++) case_put_limbs(at + 32 * i, coordinates[i]->limb);
}

static void test_subgroup(void **state)
{
    static struct file_case file, bad;
    g2_affine outside = twist_point_outside_g2();
    (void)state;
    case_load(&file, "beacon.zkey");
    for (size_t wire = 0; wire < 5; wire++) {
        bad = file;
        put_g2(case_at(&bad, 7, wire * 128), &outside);
        deep = false;
        assert_int_equal(case_parse(parse_zkey, bad.bytes, bad.size), ROAM_OK);
        deep = true;
        refuse(&bad, ROAM_E_POINT);
    }
    deep = false;
    static const size_t header[3] = {HEADER_POINTS + 128, HEADER_POINTS + 256, HEADER_POINTS + 448};
    for (int i = 0; i < 3; i++) {
        bad = file;
        put_g2(case_at(&bad, 2, header[i]), &outside);
        refuse(&bad, ROAM_E_POINT);
    }
}

/* Section 10: hash 64, count 4, then a contribution of 384 bytes, kind 4, size 4, parameters: 1 6 "beacon", 2
 * 10, 3 4 and four bytes. */
static void test_ceremony(void **state)
{
    static struct file_case file, bad;
    enum { NOTE = 68 + 384 };
    (void)state;
    case_load(&file, "beacon.zkey");
    assert_int_equal(load_le32(case_at(&file, 10, NOTE)), 1);
    assert_int_equal(load_le32(case_at(&file, 10, NOTE + 4)), 16);
    static const struct {
        size_t offset;
        uint8_t value;
    } bytes[] = {{64, 0},         {64, 2},         {67, 255},      {NOTE, 2},      {NOTE + 4, 15},
                 {NOTE + 4, 17},  {NOTE + 7, 255}, {NOTE + 8, 0},  {NOTE + 8, 4},  {NOTE + 9, 5},
                 {NOTE + 9, 200}, {NOTE + 16, 1},  {NOTE + 16, 3}, {NOTE + 17, 9}, {NOTE + 17, 64},
                 {NOTE + 18, 2},  {NOTE + 18, 4},  {NOTE + 19, 3}, {NOTE + 19, 0}};
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        bad = file;
        *case_at(&bad, 10, bytes[i].offset) = bytes[i].value;
        refuse(&bad, ROAM_E_FORMAT);
    }
    bad = file; /* a beacon without parameters */
    case_resize(&bad, 10, -16);
    store_le32(case_at(&bad, 10, NOTE + 4), 0);
    refuse(&bad, ROAM_E_FORMAT);
    store_le32(case_at(&bad, 10, NOTE), 0);
    assert_int_equal(case_parse(parse_zkey, bad.bytes, bad.size), ROAM_OK); /* a person without name */
}

static void test_development_mark(void **state)
{
    static struct file_case file;
    struct roam_prng prng = prop_prng();
    struct fixture f;
    struct zkey again;
    struct groth16_vk vk;
    struct zkey_contribution *contribution;
    (void)state;
    fixture_random(&f, &prng, 1, 2, 30);
    struct zkey key = dev_key(&f, &prng);
    assert_true(zkey_is_insecure(&key));
    serialize(&file, &key);
    assert_int_equal(zkey_parse(&again, file.bytes, file.size, true, NULL), ROAM_OK);
    assert_true(zkey_is_insecure(&again));
    assert_int_equal(again.contribution_count, 1);
    assert_string_equal(again.contributions[0].note.name, CEREMONY_INSECURE_NAME);
    assert_int_equal(again.term_count, key.term_count);
    for (size_t i = 0; i < key.term_count; i++) {
        assert_int_equal(again.terms[i].matrix, key.terms[i].matrix);
        assert_int_equal(again.terms[i].row, key.terms[i].row);
        assert_int_equal(again.terms[i].wire, key.terms[i].wire);
        assert_true(fr_equal(&again.terms[i].value, &key.terms[i].value));
    }
    assert_memory_equal(again.b2, key.b2, key.wire_count * sizeof *key.b2);
    /* Contributions on top do not make it better. */
    assert_int_equal(zkey_add_contribution(&again, &contribution), ROAM_OK);
    assert_true(zkey_is_insecure(&again));
    assert_int_equal(zkey_vk(&vk, &again), ROAM_OK);
    assert_true(vk.insecure);
    again.contributions[0].note.name[0] = 'i';
    assert_false(zkey_is_insecure(&again));
    again.public_count = GROTH16_INPUTS_MAX + 1;
    assert_int_equal(zkey_vk(&vk, &again), ROAM_E_LIMIT);
    again.public_count = 3;
    zkey_release(&again);
    zkey_release(&key);
    fixture_release(&f);
    count_negative += 2;
}

/* No byte may matter without being checked: points, terms, counts. What may change freely is known. */
static void test_flipped_bytes(void **state)
{
    static struct file_case file;
    (void)state;
    case_load(&file, "beacon.zkey");
    deep = false;
    size_t accepted = case_flip_bytes(parse_zkey, &file);
    assert_true(accepted > 0 && accepted < 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snarkjs_key),   cmocka_unit_test(test_proving_with_snarkjs_key),
        cmocka_unit_test(test_load),          cmocka_unit_test(test_container),
        cmocka_unit_test(test_sections),      cmocka_unit_test(test_header),
        cmocka_unit_test(test_terms),         cmocka_unit_test(test_points),
        cmocka_unit_test(test_sparse_points), cmocka_unit_test(test_subgroup),
        cmocka_unit_test(test_ceremony),      cmocka_unit_test(test_development_mark),
        cmocka_unit_test(test_flipped_bytes),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
