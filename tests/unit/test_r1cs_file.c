/* r1cs_file.h and wtns_file.h: files made by an independent writer (tools/gen_groth16_vectors.mjs), round
 * trips, and every refusal. */
#include "prop.h"

#include "binfile_cases.h"
#include "groth16_fixture.h"
#include "r1cs_file.h"
#include "wtns_file.h"

static enum roam_err parse_r1cs(const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    struct r1cs_system system;
    enum roam_err err = r1cs_parse(&system, bytes, size, diag);
    if (err == ROAM_OK) r1cs_release(&system);
    return err;
}

static enum roam_err parse_wtns(const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    fr *witness;
    size_t count;
    enum roam_err err = wtns_parse(&witness, &count, bytes, size, diag);
    if (err == ROAM_OK) wtns_release(witness, count);
    return err;
}

static void serialize_r1cs(struct file_case *c, const struct r1cs_system *system)
{
    struct roam_buf buf;
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(r1cs_serialize(&buf, system), ROAM_OK);
    case_of(c, &buf);
}

static void assert_same_system(const struct r1cs_system *a, const struct r1cs_system *b)
{
    size_t rows = 3 * (size_t)a->constraint_count;
    assert_int_equal(a->wire_count, b->wire_count);
    assert_int_equal(a->output_count, b->output_count);
    assert_int_equal(a->public_input_count, b->public_input_count);
    assert_int_equal(a->constraint_count, b->constraint_count);
    assert_int_equal(a->term_count, b->term_count);
    assert_memory_equal(a->row_start, b->row_start, (rows + 1) * sizeof *a->row_start);
    assert_memory_equal(a->wire, b->wire, a->term_count * sizeof *a->wire);
    assert_memory_equal(a->coeff, b->coeff, a->term_count * sizeof *a->coeff);
}

static void test_vectors(void **state)
{
    static struct file_case file, made;
    struct fixture f;
    struct r1cs_system system;
    fr *witness;
    size_t count;
    (void)state;
    fixture_cubic(&f, 3);
    case_load(&file, "cubic.r1cs");
    assert_int_equal(r1cs_parse(&system, file.bytes, file.size, NULL), ROAM_OK);
    assert_same_system(&system, &f.system);
    serialize_r1cs(&made, &system);
    assert_int_equal(made.size, file.size);
    assert_memory_equal(made.bytes, file.bytes, file.size);
    r1cs_release(&system);
    case_load(&file, "cubic.wtns");
    assert_int_equal(wtns_parse(&witness, &count, file.bytes, file.size, NULL), ROAM_OK);
    assert_int_equal(count, 5);
    assert_memory_equal(witness, f.witness, 5 * sizeof *witness);
    struct roam_buf buf;
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(wtns_serialize(&buf, witness, count), ROAM_OK);
    assert_memory_equal(buf.data, file.bytes, file.size);
    buf_release(&buf);
    wtns_release(witness, count);
    fixture_release(&f);
}

static void test_load(void **state)
{
    char path[1024];
    struct r1cs_system system;
    fr *witness;
    size_t count;
    (void)state;
    snprintf(path, sizeof path, "%s/groth16/cubic.r1cs", TEST_VECTORS_DIR);
    assert_int_equal(r1cs_load(&system, path, NULL), ROAM_OK);
    r1cs_release(&system);
    assert_int_equal(wtns_load(&witness, &count, path, NULL), ROAM_E_FORMAT);
    assert_int_equal(r1cs_load(&system, "/nonexistent", NULL), ROAM_E_NOTFOUND);
    assert_int_equal(r1cs_load(&system, "/dev/null", NULL), ROAM_E_IO);
    snprintf(path, sizeof path, "%s/groth16/cubic.wtns", TEST_VECTORS_DIR);
    assert_int_equal(wtns_load(&witness, &count, path, NULL), ROAM_OK);
    wtns_release(witness, count);
    count_negative += 3;
}

static void test_round_trip(void **state)
{
    static struct file_case file;
    struct roam_prng prng = prop_prng();
    (void)state;
    for (uint32_t constraints = 0; constraints < 60; constraints += 1 + constraints / 4) {
        struct fixture f;
        struct r1cs_system system;
        fixture_random(&f, &prng, 2, 1, constraints);
        serialize_r1cs(&file, &f.system);
        assert_int_equal(r1cs_parse(&system, file.bytes, file.size, NULL), ROAM_OK);
        assert_same_system(&system, &f.system);
        r1cs_release(&system);
        fixture_release(&f);
        count_property++;
    }
}

static void test_containers(void **state)
{
    static struct file_case file;
    (void)state;
    case_load(&file, "cubic.r1cs");
    case_check_container(parse_r1cs, &file, 1);
    case_flip_bytes(parse_r1cs, &file);
    case_load(&file, "cubic.wtns");
    case_check_container(parse_wtns, &file, 2);
    case_flip_bytes(parse_wtns, &file);
}

static void refuse(parse_case *parse, const struct file_case *bad, enum roam_err expected)
{
    assert_int_equal(case_parse(parse, bad->bytes, bad->size), expected);
    count_negative++;
}

/* Offsets in section 1: the prime at 4, wires 36, outputs 40, public inputs 44, private 48, labels 52,
 * constraints 60. The third constraint begins at 240: three terms (wire 0 at 244, value 248; wire 2 at 280;
 * wire 4 at 316). */
static void test_r1cs_refusals(void **state)
{
    static struct file_case file, bad;
    (void)state;
    case_load(&file, "cubic.r1cs");
    assert_int_equal(load_le32(case_at(&file, 2, 240)), 3);
    for (uint32_t id = 1; id <= 3; id++) {
        bad = file;
        case_drop(&bad, id);
        refuse(parse_r1cs, &bad, ROAM_E_FORMAT);
    }
    bad = file;
    *case_at(&bad, 1, 4) ^= 2;
    refuse(parse_r1cs, &bad, ROAM_E_RANGE); /* another prime */
    bad = file;
    store_le32(case_at(&bad, 1, 0), 48);
    refuse(parse_r1cs, &bad, ROAM_E_RANGE);
    bad = file;
    case_resize(&bad, 1, 4);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT);
    bad = file;
    case_resize(&bad, 1, -4);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT);
    for (uint32_t id = 4; id <= 5; id++) {
        bad = file;
        case_add(&bad, id);
        refuse(parse_r1cs, &bad, ROAM_E_UNSUPPORTED);
    }
    bad = file;
    store_le32(case_at(&bad, 2, 244), 5);
    refuse(parse_r1cs, &bad, ROAM_E_RANGE); /* wire 5 of 5 */
    bad = file;
    case_put_limbs(case_at(&bad, 2, 248), fr_modulus);
    refuse(parse_r1cs, &bad, ROAM_E_RANGE);
    bad = file;
    memset(case_at(&bad, 2, 248), 0xff, 32);
    refuse(parse_r1cs, &bad, ROAM_E_RANGE);
    bad = file;
    store_le32(case_at(&bad, 2, 280), 0);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT); /* wire 0 twice */
    bad = file;
    store_le32(case_at(&bad, 2, 280), 4);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT); /* wire 4 twice, in order */
    bad = file;
    store_le32(case_at(&bad, 2, 240), UINT32_MAX);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT); /* as many terms as can be said */
    bad = file;
    case_resize(&bad, 2, 36);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT); /* more than the constraints */
    bad = file;
    store_le32(case_at(&bad, 1, 60), 4);
    refuse(parse_r1cs, &bad, ROAM_E_FORMAT); /* one constraint more than there is */
}

static void test_r1cs_counts(void **state)
{
    static struct file_case file, bad;
    (void)state;
    case_load(&file, "cubic.r1cs");
    static const struct {
        size_t offset;
        uint32_t value;
    } counts[] = {{36, 4},          {36, 6},          {36, UINT32_MAX},
                  {40, 5},          {40, UINT32_MAX}, {44, UINT32_MAX},
                  {48, UINT32_MAX}, {60, UINT32_MAX}, {60, UINT32_MAX / 3}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        bad = file;
        store_le32(case_at(&bad, 1, counts[i].offset), counts[i].value);
        refuse(parse_r1cs, &bad, ROAM_E_COUNT);
    }
    bad = file;
    case_resize(&bad, 3, 8);
    refuse(parse_r1cs, &bad, ROAM_E_COUNT);
    bad = file;
    case_resize(&bad, 3, -1);
    refuse(parse_r1cs, &bad, ROAM_E_COUNT);
}

/* One row that claims all the bytes, those for the counts of the other rows too. */
static void test_r1cs_greedy_row(void **state)
{
    enum { EXTRA = 20 * 36, CONSTRAINTS = 60 };
    static struct file_case file;
    (void)state;
    case_load(&file, "cubic.r1cs");
    case_resize(&file, 2, EXTRA);
    store_le32(case_at(&file, 1, 60), CONSTRAINTS);
    store_le32(case_at(&file, 2, 0), UINT32_MAX);
    for (size_t at = 4; at + 36 <= 240 + EXTRA; at += 36) {
        memset(case_at(&file, 2, at), 0, 36);
        *case_at(&file, 2, at + 4) = 1;
    }
    refuse(parse_r1cs, &file, ROAM_E_FORMAT);
}

/* Terms out of order are sorted, zero terms dropped; the system is the same. */
static void test_r1cs_order(void **state)
{
    static struct file_case file;
    struct r1cs_system system, swapped;
    uint8_t first[36];
    (void)state;
    case_load(&file, "cubic.r1cs");
    assert_int_equal(r1cs_parse(&system, file.bytes, file.size, NULL), ROAM_OK);
    memcpy(first, case_at(&file, 2, 244), sizeof first);
    memmove(case_at(&file, 2, 244), case_at(&file, 2, 280), 72);
    memcpy(case_at(&file, 2, 316), first, sizeof first);
    assert_int_equal(r1cs_parse(&swapped, file.bytes, file.size, NULL), ROAM_OK);
    assert_same_system(&system, &swapped);
    r1cs_release(&swapped);
    memset(case_at(&file, 2, 320), 0, 32); /* the constant 5 becomes 0 */
    assert_int_equal(r1cs_parse(&swapped, file.bytes, file.size, NULL), ROAM_OK);
    assert_int_equal(swapped.term_count, system.term_count - 1);
    r1cs_release(&swapped);
    r1cs_release(&system);
}

static void test_wtns_refusals(void **state)
{
    static struct file_case file, bad;
    (void)state;
    case_load(&file, "cubic.wtns");
    for (uint32_t id = 1; id <= 2; id++) {
        bad = file;
        case_drop(&bad, id);
        refuse(parse_wtns, &bad, ROAM_E_FORMAT);
    }
    bad = file;
    *case_at(&bad, 1, 4) ^= 2;
    refuse(parse_wtns, &bad, ROAM_E_RANGE);
    bad = file;
    case_resize(&bad, 1, 1);
    refuse(parse_wtns, &bad, ROAM_E_FORMAT);
    for (uint32_t count = 0; count < 8; count += 2) {
        bad = file;
        store_le32(case_at(&bad, 1, 36), count);
        refuse(parse_wtns, &bad, ROAM_E_COUNT);
    }
    bad = file;
    case_resize(&bad, 2, 31);
    refuse(parse_wtns, &bad, ROAM_E_COUNT);
    bad = file;
    *case_at(&bad, 2, 0) = 2;
    refuse(parse_wtns, &bad, ROAM_E_RANGE);
    bad = file;
    case_put_limbs(case_at(&bad, 2, 32), fr_modulus);
    refuse(parse_wtns, &bad, ROAM_E_RANGE);
    bad = file;
    case_resize(&bad, 2, -160);
    store_le32(case_at(&bad, 1, 36), 0);
    refuse(parse_wtns, &bad, ROAM_E_RANGE); /* no value at all */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),         cmocka_unit_test(test_load),
        cmocka_unit_test(test_round_trip),      cmocka_unit_test(test_containers),
        cmocka_unit_test(test_r1cs_refusals),   cmocka_unit_test(test_r1cs_counts),
        cmocka_unit_test(test_r1cs_greedy_row), cmocka_unit_test(test_r1cs_order),
        cmocka_unit_test(test_wtns_refusals),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
