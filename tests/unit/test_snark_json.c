/* snark_json.h: texts written by snarkjs are read and written back byte for byte; everything else is refused.
 */
#include "prop.h"

#include "binfile_cases.h"
#include "groth16_keys.h"
#include "snark_json.h"

#include <string.h>

enum { IC_MAX = 4 };

struct text {
    char bytes[16384];
    size_t size;
};

static struct text load(const char *name)
{
    static struct file_case file;
    struct text text = {.size = 0};
    case_load(&file, name);
    memcpy(text.bytes, file.bytes, file.size);
    text.size = file.size;
    return text;
}

/* Replaces the first `from` after the first `after`. */
static struct text change(const struct text *text, const char *after, const char *from, const char *to)
{
    struct text out = *text;
    char *at = strstr(out.bytes, after);
    assert_non_null(at);
    at = strstr(at, from);
    assert_non_null(at);
    size_t head = (size_t)(at - out.bytes), tail = out.size - head - strlen(from);
    memmove(at + strlen(to), at + strlen(from), tail + 1);
    memcpy(at, to, strlen(to));
    out.size = head + strlen(to) + tail;
    return out;
}

static enum roam_err parse_proof(const char *text, size_t size)
{
    groth16_proof proof;
    struct roam_diag diag = {0};
    enum roam_err err = snark_proof_parse(&proof, text, size, &diag);
    assert_true((err == ROAM_OK) == (diag.text[0] == 0));
    return err;
}

static enum roam_err parse_public(const char *text, size_t size)
{
    fr inputs[IC_MAX];
    size_t count;
    struct roam_diag diag = {0};
    enum roam_err err = snark_public_parse(inputs, IC_MAX, &count, text, size, &diag);
    assert_true((err == ROAM_OK) == (diag.text[0] == 0));
    return err;
}

static enum roam_err parse_vk(const char *text, size_t size)
{
    g1_affine ic[IC_MAX];
    struct groth16_vk vk;
    struct roam_diag diag = {0};
    enum roam_err err = snark_vk_parse(&vk, ic, IC_MAX, text, size, &diag);
    assert_true((err == ROAM_OK) == (diag.text[0] == 0));
    return err;
}

typedef enum roam_err parse_text(const char *text, size_t size);

static void refuse(parse_text *parse, const struct text *text, enum roam_err expected)
{
    assert_int_equal(parse(text->bytes, text->size), expected);
    count_negative++;
}

static void same_text(struct roam_buf *buf, const struct text *text)
{
    assert_int_equal(buf->size, text->size);
    assert_memory_equal(buf->data, text->bytes, text->size);
    buf_release(buf);
}

static void test_snarkjs_texts(void **state)
{
    struct text proof_text = load("proof.json"), public_text = load("public.json"),
                vk_text = load("vkey.json");
    struct text calldata = load("calldata.txt");
    static struct groth16_prepared_vk prepared;
    struct groth16_vk vk;
    groth16_proof proof;
    g1_affine ic[IC_MAX];
    fr inputs[IC_MAX];
    size_t count;
    struct roam_buf buf;
    (void)state;
    buf_init(&buf, 1 << 16);
    assert_int_equal(snark_vk_parse(&vk, ic, IC_MAX, vk_text.bytes, vk_text.size, NULL), ROAM_OK);
    assert_int_equal(snark_proof_parse(&proof, proof_text.bytes, proof_text.size, NULL), ROAM_OK);
    assert_int_equal(snark_public_parse(inputs, IC_MAX, &count, public_text.bytes, public_text.size, NULL),
                     ROAM_OK);
    assert_false(vk.insecure);
    assert_int_equal(groth16_vk_lint(&vk, NULL), ROAM_OK);
    groth16_prepare(&prepared, &vk);
    assert_int_equal(groth16_verify(&prepared, &proof, inputs, count), ROAM_OK);
    assert_int_equal(snark_vk_print(&buf, &vk), ROAM_OK);
    same_text(&buf, &vk_text);
    assert_int_equal(snark_proof_print(&buf, &proof), ROAM_OK);
    same_text(&buf, &proof_text);
    assert_int_equal(snark_public_print(&buf, inputs, count), ROAM_OK);
    same_text(&buf, &public_text);
    assert_int_equal(snark_calldata_print(&buf, &proof, inputs, count), ROAM_OK);
    same_text(&buf, &calldata);
    buf_init(&buf, 100);
    assert_int_equal(snark_proof_print(&buf, &proof), ROAM_E_LIMIT);
    buf_release(&buf);
    count_negative++;
}

/* The mark of a development key goes into the text and comes back. */
static void test_insecure(void **state)
{
    struct text text = load("vkey.json"), marked;
    struct groth16_vk vk, again;
    g1_affine ic[IC_MAX];
    struct roam_buf buf;
    (void)state;
    buf_init(&buf, 1 << 16);
    assert_int_equal(snark_vk_parse(&vk, ic, IC_MAX, text.bytes, text.size, NULL), ROAM_OK);
    vk.insecure = true;
    assert_int_equal(snark_vk_print(&buf, &vk), ROAM_OK);
    assert_int_equal(snark_vk_parse(&again, ic, IC_MAX, (const char *)buf.data, buf.size, NULL), ROAM_OK);
    assert_true(again.insecure);
    buf_release(&buf);
    marked = change(&text, "{", "\"protocol\"", "\"insecure\": false, \"protocol\"");
    assert_int_equal(snark_vk_parse(&again, ic, IC_MAX, marked.bytes, marked.size, NULL), ROAM_OK);
    assert_false(again.insecure);
    marked = change(&text, "{", "\"protocol\"", "\"insecure\": \"no\", \"protocol\"");
    refuse(parse_vk, &marked, ROAM_E_FORMAT);
}

static void test_truncation(void **state)
{
    struct text texts[3] = {load("proof.json"), load("public.json"), load("vkey.json")};
    parse_text *parsers[3] = {parse_proof, parse_public, parse_vk};
    (void)state;
    for (int i = 0; i < 3; i++) {
        for (size_t size = 0; size < texts[i].size; size++) {
            struct text cut = texts[i];
            cut.size = size;
            refuse(parsers[i], &cut, ROAM_E_FORMAT);
        }
        texts[i].bytes[texts[i].size++] = 'x';
        refuse(parsers[i], &texts[i], ROAM_E_FORMAT);
    }
}

static void test_proof_refusals(void **state)
{
    struct text text = load("proof.json"), bad;
    (void)state;
    bad = change(&text, "protocol", "groth16", "plonk");
    refuse(parse_proof, &bad, ROAM_E_UNSUPPORTED);
    bad = change(&text, "curve", "bn128", "bls12381");
    refuse(parse_proof, &bad, ROAM_E_UNSUPPORTED);
    bad = change(&text, "{", "protocol", "protocul");
    refuse(parse_proof, &bad, ROAM_E_FORMAT);
    bad = change(&text, "{", "curve", "curse"); /* none, as rapidsnark writes proofs */
    assert_int_equal(parse_proof(bad.bytes, bad.size), ROAM_OK);
    bad = change(&text, "{", "pi_a", "pi_x");
    refuse(parse_proof, &bad, ROAM_E_FORMAT);
    bad = change(&text, "{", "pi_b", "pi_x");
    refuse(parse_proof, &bad, ROAM_E_FORMAT);
    bad = change(&text, "{", "pi_c", "pi_a"); /* a member twice */
    refuse(parse_proof, &bad, ROAM_E_FORMAT);
    for (int i = 0; i < 3; i++) {
        const char *names[3] = {"pi_a", "pi_b", "pi_c"};
        bad = change(&text, names[i], "[", "[\"1\",");
        refuse(parse_proof, &bad, ROAM_E_FORMAT);
        bad = change(&text, names[i], "\"1\"", "\"0\"");
        refuse(parse_proof, &bad, ROAM_E_POINT); /* infinity */
        bad = change(&text, names[i], "\"1\"", "\"2\"");
        refuse(parse_proof, &bad, ROAM_E_FORMAT);
        bad = change(&text, names[i], "\"1\"", "1");
        refuse(parse_proof, &bad, ROAM_E_FORMAT);
        bad = change(&text, names[i], "  \"", "  \"0");
        refuse(parse_proof, &bad, ROAM_E_FORMAT); /* leading zero */
        bad = change(&text, names[i], "  \"", "  \"-");
        refuse(parse_proof, &bad, ROAM_E_FORMAT);
        bad = change(&text, names[i], "  \"", "  \"99");
        refuse(parse_proof, &bad, ROAM_E_RANGE);
        bad = change(&text, names[i], "  \"", "  \"0x");
        refuse(parse_proof, &bad, ROAM_E_FORMAT);
    }
    static const char off_curve[] =
        "{\"pi_a\":[\"1\",\"1\",\"1\"],\"pi_b\":[[\"1\",\"2\"],[\"3\",\"4\"],[\"1\",\"0\"]],"
        "\"pi_c\":[\"1\",\"2\",\"1\"],\"protocol\":\"groth16\",\"curve\":\"bn128\"}";
    assert_int_equal(parse_proof(off_curve, sizeof off_curve - 1), ROAM_E_POINT);
    static const char zero[] = "{\"pi_a\":[\"0\",\"0\",\"1\"],\"protocol\":\"groth16\",\"curve\":\"bn128\"}";
    assert_int_equal(parse_proof(zero, sizeof zero - 1), ROAM_E_POINT);
    assert_int_equal(parse_proof("[]", 2), ROAM_E_FORMAT);
    count_negative += 3;
}

/* A B on the twist but outside the group: snarkjs reads it, we do not. */
static void test_subgroup(void **state)
{
    struct text text = load("proof.json");
    groth16_proof proof;
    struct roam_buf buf;
    (void)state;
    buf_init(&buf, 1 << 16);
    assert_int_equal(snark_proof_parse(&proof, text.bytes, text.size, NULL), ROAM_OK);
    proof.b = twist_point_outside_g2();
    assert_int_equal(snark_proof_print(&buf, &proof), ROAM_OK);
    assert_int_equal(parse_proof((const char *)buf.data, buf.size), ROAM_E_POINT);
    buf_release(&buf);
    count_negative++;
}

/* 35 + r passes where inputs are only reduced; here it does not. */
static void test_public_refusals(void **state)
{
    static const struct {
        const char *text;
        enum roam_err expected;
    } cases[] = {
        {"[]", ROAM_OK},
        {"[\"35\"]", ROAM_OK},
        {"[\"0\"]", ROAM_OK},
        {"[\"21888242871839275222246405745257275088548364400416034343698204186575808495616\"]", ROAM_OK},
        {"[\"21888242871839275222246405745257275088548364400416034343698204186575808495617\"]", ROAM_E_RANGE},
        {"[\"21888242871839275222246405745257275088548364400416034343698204186575808495652\"]", ROAM_E_RANGE},
        {"[\"1\", \"2\", \"3\", \"4\"]", ROAM_OK},
        {"[\"1\", \"2\", \"3\", \"4\", \"5\"]", ROAM_E_LIMIT},
        {"[35]", ROAM_E_FORMAT},
        {"[\"\"]", ROAM_E_FORMAT},
        {"[\"035\"]", ROAM_E_FORMAT},
        {"[\"-1\"]", ROAM_E_FORMAT},
        {"[\"0x23\"]", ROAM_E_FORMAT},
        {"[\" 35\"]", ROAM_E_FORMAT},
        {"[\"35\\u0000\"]", ROAM_E_FORMAT},
        {"[[\"35\"]]", ROAM_E_FORMAT},
        {"[null]", ROAM_E_FORMAT},
        {"{}", ROAM_E_FORMAT},
        {"\"35\"", ROAM_E_FORMAT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse_public(cases[i].text, strlen(cases[i].text)), cases[i].expected);
        count_negative += cases[i].expected != ROAM_OK;
    }
}

static void test_vk_refusals(void **state)
{
    struct text text = load("vkey.json"), bad;
    static const char *const points[] = {"vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2", "\"IC\""};
    (void)state;
    bad = change(&text, "protocol", "groth16", "fflonk");
    refuse(parse_vk, &bad, ROAM_E_UNSUPPORTED);
    bad = change(&text, "{", "\"nPublic\": 1", "\"nPublic\": 2");
    refuse(parse_vk, &bad, ROAM_E_COUNT);
    bad = change(&text, "{", "\"nPublic\": 1", "\"nPublic\": 0");
    refuse(parse_vk, &bad, ROAM_E_COUNT);
    bad = change(&text, "{", "\"nPublic\": 1", "\"nPublic\": 4");
    refuse(parse_vk, &bad, ROAM_E_LIMIT);
    bad = change(&text, "{", "\"nPublic\": 1", "\"nPublic\": 99999999999");
    refuse(parse_vk, &bad, ROAM_E_LIMIT);
    bad = change(&text, "{", "\"nPublic\": 1", "\"nPublic\": -1");
    refuse(parse_vk, &bad, ROAM_E_FORMAT);
    bad = change(&text, "{", "\"nPublic\": 1", "\"nPublic\": \"1\"");
    refuse(parse_vk, &bad, ROAM_E_FORMAT);
    bad = change(&text, "{", "\"nPublic\"", "\"nPublik\"");
    refuse(parse_vk, &bad, ROAM_E_FORMAT);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        bad = change(&text, points[i], "  \"", "  \"9999");
        refuse(parse_vk, &bad, ROAM_E_RANGE);
        bad = change(&text, points[i], "\"1\"", "\"0\"");
        refuse(parse_vk, &bad, ROAM_E_POINT);
        bad = change(&text, points[i], "  \"", "  \"1\", \"");
        refuse(parse_vk, &bad, ROAM_E_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snarkjs_texts), cmocka_unit_test(test_insecure),
        cmocka_unit_test(test_truncation),    cmocka_unit_test(test_proof_refusals),
        cmocka_unit_test(test_subgroup),      cmocka_unit_test(test_public_refusals),
        cmocka_unit_test(test_vk_refusals),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
