/* roam_prover.h: proofs made through it hold, from files, memory and values; their texts; verification. */
#include "prop.h"

#include "prover_made.h"
#include "snark_json.h"

static void check_json(const struct made *m, const struct output *out)
{
    struct roam_buf vkey;
    char proof[ROAM_PROVER_PROOF_JSON_MAX], signals[ROAM_PROVER_PUBLIC_JSON_MAX(PUBLIC_MAX)];
    size_t proof_size = sizeof proof, signals_size = sizeof signals;
    assert_int_equal(roam_prover_proof_json(proof, &proof_size, out->proof), ROAM_PROVER_OK);
    assert_int_equal(roam_prover_public_json(signals, &signals_size, out->public_signals, m->vk.input_count),
                     ROAM_PROVER_OK);
    assert_int_equal(strlen(proof), proof_size);
    assert_int_equal(strlen(signals), signals_size);
    buf_init(&vkey, 1 << 16);
    assert_int_equal(snark_vk_print(&vkey, &m->vk), ROAM_OK);
    assert_int_equal(buf_append(&vkey, "", 1), ROAM_OK);
    assert_int_equal(roam_prover_verify_json((const char *)vkey.data, signals, proof, NULL), ROAM_PROVER_OK);
    buf_release(&vkey);
}

static void test_proofs(void **state)
{
    struct roam_prng prng = prop_prng();
    const uint32_t constraints[] = {1, 5, 12, 61, 250};
    (void)state;
    for (size_t i = 0; i < sizeof constraints / sizeof *constraints; i++) {
        struct made m;
        struct output out, other;
        struct roam_prover_options options = roam_prover_default_options();
        options.threads = 1 + (unsigned)i;
        fixture_random(&m.f, &prng, (uint32_t)i, 1, constraints[i]);
        begin(&m, &prng);
        struct roam_prover *prover = prover_of(&m, &options);
        assert_int_equal(prove(&out, prover, &m, NULL), ROAM_PROVER_OK);
        assert_int_equal(judge(&m, &out), ROAM_OK);
        check_json(&m, &out);

        uint8_t *values = values_of(&m);
        assert_int_equal(roam_prover_prove_values(other.proof, other.public_signals, 32 * m.vk.input_count,
                                                  prover, values, m.f.system.wire_count, NULL, NULL),
                         ROAM_PROVER_OK);
        assert_int_equal(judge(&m, &other), ROAM_OK);
        assert_memory_not_equal(out.proof, other.proof, sizeof out.proof);
        free(values);
        roam_prover_destroy(prover);
        end(&m);
        count_property += 2;
    }
}

static void vector_path(char path[1024], const char *name)
{
    snprintf(path, 1024, "%s/groth16/%s", TEST_VECTORS_DIR, name);
}

/* A key and a witness of snarkjs, from their files and from memory. */
static void test_snarkjs_files(void **state)
{
    static struct file_case zkey, wtns, vkey;
    char zkey_path[1024], wtns_path[1024], proof[ROAM_PROVER_PROOF_JSON_MAX], signals[256];
    struct roam_prover *from_file, *from_memory;
    struct roam_prover_size size, twin;
    struct output out, other;
    (void)state;
    vector_path(zkey_path, "beacon.zkey");
    vector_path(wtns_path, "cubic.wtns");
    case_load(&zkey, "beacon.zkey");
    case_load(&wtns, "cubic.wtns");
    case_load(&vkey, "vkey.json");
    assert_int_equal(roam_prover_create_file(&from_file, zkey_path, NULL, NULL), ROAM_PROVER_OK);
    assert_int_equal(roam_prover_create_memory(&from_memory, zkey.bytes, zkey.size, NULL, NULL),
                     ROAM_PROVER_OK);
    memset(zkey.bytes, 0, zkey.size); /* not needed any more */
    assert_false(roam_prover_key_is_insecure(from_file));
    assert_int_equal(
        roam_prover_prove_file(out.proof, out.public_signals, 32, from_file, wtns_path, NULL, NULL),
        ROAM_PROVER_OK);
    assert_int_equal(roam_prover_prove_wtns(other.proof, other.public_signals, 32, from_memory, wtns.bytes,
                                            wtns.size, NULL, NULL),
                     ROAM_PROVER_OK);
    assert_memory_equal(out.public_signals, other.public_signals, 32);
    for (int i = 0; i < 2; i++) {
        size_t proof_size = sizeof proof, signals_size = sizeof signals;
        const struct output *one = i == 0 ? &out : &other;
        assert_int_equal(roam_prover_proof_json(proof, &proof_size, one->proof), ROAM_PROVER_OK);
        assert_int_equal(roam_prover_public_json(signals, &signals_size, one->public_signals, 1),
                         ROAM_PROVER_OK);
        vkey.bytes[vkey.size] = '\0';
        assert_int_equal(roam_prover_verify_json((char *)vkey.bytes, signals, proof, NULL), ROAM_PROVER_OK);
        count_property++;
    }
    size = roam_prover_size(from_file);
    assert_int_equal(size.wire_count, 5);
    assert_int_equal(size.public_count, 1);
    assert_int_equal(size.domain_size, 8);
    assert_int_equal(roam_prover_size_of_file(&twin, zkey_path, NULL, NULL), ROAM_PROVER_OK);
    assert_memory_equal(&size, &twin, sizeof size);
    roam_prover_destroy(from_file);
    roam_prover_destroy(from_memory);
}

/* Without verification a false witness gives a proof, which is false. */
static void test_skip_verification(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    struct roam_prover_options options = roam_prover_default_options();
    (void)state;
    begin_cubic(&m, &prng);
    options.skip_verification = true;
    struct roam_prover *prover = prover_of(&m, &options);
    assert_int_equal(prove(&out, prover, &m, NULL), ROAM_PROVER_OK);
    assert_int_equal(judge(&m, &out), ROAM_OK);
    fr_add(&m.f.witness[4], &m.f.witness[4], &fr_one);
    wtns_of(&m);
    assert_int_equal(prove(&out, prover, &m, NULL), ROAM_PROVER_OK);
    assert_int_equal(judge(&m, &out), ROAM_E_VERIFY);
    count_negative++;
    roam_prover_destroy(prover);
    end(&m);
}

static void test_many_public_signals(void **state)
{
    enum { COUNT = 1025 };
    static uint8_t signals[COUNT * 32];
    static fr inputs[COUNT];
    struct roam_prng prng = prop_prng();
    struct made m;
    groth16_proof proof;
    uint8_t bytes[ROAM_PROVER_PROOF_SIZE];
    struct roam_prover_options options = roam_prover_default_options();
    (void)state;
    fixture_random(&m.f, &prng, 0, COUNT, 4);
    begin(&m, &prng);
    create_refuses(ROAM_PROVER_E_LIMIT, m.zkey.data, m.zkey.size, NULL);
    options.skip_verification = true;
    struct roam_prover *prover = prover_of(&m, &options);
    assert_int_equal(
        roam_prover_prove_wtns(bytes, signals, sizeof signals, prover, m.wtns.data, m.wtns.size, NULL, NULL),
        ROAM_PROVER_OK);
    for (size_t i = 0; i < COUNT; i++) assert_int_equal(fr_from_le(&inputs[i], signals + 32 * i), ROAM_OK);
    assert_int_equal(groth16_proof_parse(&proof, bytes), ROAM_OK);
    assert_int_equal(groth16_verify(&m.prepared, &proof, inputs, COUNT), ROAM_OK);
    roam_prover_destroy(prover);
    end(&m);
}

/* The file of tables: written, read, written again when it is of another key or damaged. */
static void test_table_file(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m, other;
    struct output out;
    struct roam_prover_options options = roam_prover_default_options();
    char folder[] = "/tmp/roam-prover-XXXXXX", path[64];
    uint8_t *first = NULL, *file;
    size_t size;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/tables", folder);
    options.table_path = path;
    options.threads = 2;
    begin_cubic(&m, &prng);
    begin_cubic(&other, &prng);
    for (int i = 0; i < 5; i++) { /* absent, there, of another key, damaged, there */
        const struct made *one = i == 2 ? &other : &m;
        struct roam_prover *prover = prover_of(one, &options);
        assert_true(prover->has_tables);
        assert_int_equal(prove(&out, prover, one, NULL), ROAM_PROVER_OK);
        assert_int_equal(judge(one, &out), ROAM_OK);
        roam_prover_destroy(prover);
        assert_int_equal(file_read(&file, &size, path, (size_t)1 << 32, NULL), ROAM_OK);
        if (i == 0) first = file;
        if (i == 1 || i >= 3) assert_memory_equal(file, first, size);
        if (i == 2) {
            assert_memory_not_equal(file, first, size);
            assert_int_equal(file_write(path, file, size - 1, NULL), ROAM_OK);
        }
        if (i > 0) free(file);
        count_property++;
    }
    free(first);
    unlink(path);
    rmdir(folder);
    create_refuses(ROAM_PROVER_E_IO, m.zkey.data, m.zkey.size, &options); /* no such folder */
    end(&m);
    end(&other);
}

/* A ceiling without room for tables leaves them aside. */
static void test_tables_under_ceiling(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    struct roam_prover_size plain;
    struct roam_prover_options options = roam_prover_default_options();
    char path[] = "/tmp/roam-prover-XXXXXX";
    (void)state;
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    options.table_path = path;
    begin_cubic(&m, &prng);
    struct roam_prover *prover = prover_of(&m, &options);
    assert_int_equal(roam_prover_size_of_memory(&plain, m.zkey.data, m.zkey.size, &options, NULL),
                     ROAM_PROVER_OK);
    assert_true(roam_prover_size(prover).prover_bytes > plain.prover_bytes);
    roam_prover_destroy(prover);
    options.memory_ceiling_bytes = plain.prover_bytes + plain.proof_bytes;
    prover = prover_of(&m, &options);
    assert_false(prover->has_tables);
    assert_int_equal(roam_prover_size(prover).prover_bytes, plain.prover_bytes);
    assert_int_equal(prove(&out, prover, &m, NULL), ROAM_PROVER_OK);
    assert_int_equal(judge(&m, &out), ROAM_OK);
    roam_prover_destroy(prover);
    unlink(path);
    end(&m);
}

/* Every capacity that is too small answers the one that is not. */
static void test_short_buffers(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    char text[ROAM_PROVER_PROOF_JSON_MAX + 1];
    (void)state;
    fixture_random(&m.f, &prng, 1, 2, 3);
    begin(&m, &prng);
    struct roam_prover *prover = prover_of(&m, NULL);
    assert_int_equal(prove(&out, prover, &m, NULL), ROAM_PROVER_OK);
    for (int kind = 0; kind < 2; kind++) {
        size_t needed = 0, size;
        for (size_t capacity = 0; capacity == 0 || capacity < needed; capacity++) {
            size = capacity;
            memset(text, UNTOUCHED, sizeof text);
            char *at = capacity > 0 ? text : NULL;
            assert_int_equal(kind == 0 ? roam_prover_proof_json(at, &size, out.proof)
                                       : roam_prover_public_json(at, &size, out.public_signals, 3),
                             ROAM_PROVER_E_BUFFER);
            if (capacity > 0) assert_int_equal(size, needed);
            needed = size;
            for (size_t i = 0; i < sizeof text; i++) assert_int_equal((uint8_t)text[i], UNTOUCHED);
            count_negative++;
        }
        size = needed;
        assert_int_equal(kind == 0 ? roam_prover_proof_json(text, &size, out.proof)
                                   : roam_prover_public_json(text, &size, out.public_signals, 3),
                         ROAM_PROVER_OK);
        assert_int_equal(size, needed - 1);
        assert_int_equal(strlen(text), size);
        assert_true(needed <= (kind == 0 ? ROAM_PROVER_PROOF_JSON_MAX : ROAM_PROVER_PUBLIC_JSON_MAX(3)));
    }
    roam_prover_destroy(prover);
    end(&m);
}

/* The longest numbers there are fit the stated sizes. */
static void test_json_values(void **state)
{
    uint8_t values[2 * 32], proof[ROAM_PROVER_PROOF_SIZE] = {0};
    char text[ROAM_PROVER_PUBLIC_JSON_MAX(2)];
    size_t size = sizeof text;
    (void)state;
    fr minus_one;
    fr_neg(&minus_one, &fr_one);
    fr_to_le(values, &minus_one);
    fr_to_le(values + 32, &minus_one);
    assert_int_equal(roam_prover_public_json(text, &size, values, 2), ROAM_PROVER_OK);
    assert_string_equal(
        text, "[\n \"21888242871839275222246405745257275088548364400416034343698204186575808495616\",\n"
              " \"21888242871839275222246405745257275088548364400416034343698204186575808495616\"\n]");
    size = sizeof text;
    assert_int_equal(roam_prover_public_json(text, &size, NULL, 0), ROAM_PROVER_OK);
    assert_string_equal(text, "[]");
    size = sizeof text;
    case_put_limbs(values + 32, fr_modulus);
    assert_int_equal(roam_prover_public_json(text, &size, values, 2), ROAM_PROVER_E_RANGE);
    assert_int_equal(roam_prover_proof_json(text, &size, proof), ROAM_PROVER_E_POINT);
    memset(proof, 0xff, sizeof proof);
    assert_int_equal(roam_prover_proof_json(text, &size, proof), ROAM_PROVER_E_RANGE);
    count_negative += 3;
}

static void judges(enum roam_prover_err expected, const char *vkey, const char *signals, const char *proof)
{
    struct roam_prover_message message;
    assert_int_equal(roam_prover_verify_json(vkey, signals, proof, &message), expected);
    assert_true((expected == ROAM_PROVER_OK) == (message.text[0] == '\0'));
    count_negative += expected != ROAM_PROVER_OK;
}

static void test_verify_json(void **state)
{
    static struct file_case vkey, signals, proof, changed;
    (void)state;
    case_load(&vkey, "vkey.json");
    case_load(&signals, "public.json");
    case_load(&proof, "proof.json");
    const char *v = (char *)vkey.bytes, *s = (char *)signals.bytes, *p = (char *)proof.bytes;
    judges(ROAM_PROVER_OK, v, s, p);
    judges(ROAM_PROVER_E_FALSE, v, "[\"36\"]", p);
    judges(ROAM_PROVER_E_COUNT, v, "[]", p);
    judges(ROAM_PROVER_E_COUNT, v, "[\"35\",\"35\"]", p);
    judges(ROAM_PROVER_E_RANGE, v,
           "[\"21888242871839275222246405745257275088548364400416034343698204186575808495652\"]", p);
    judges(ROAM_PROVER_E_FORMAT, v, "{}", p);
    judges(ROAM_PROVER_E_FORMAT, v, s, "{");
    judges(ROAM_PROVER_E_FORMAT, p, s, p);
    changed = proof;
    memcpy(strstr((char *)changed.bytes, "bn128"), "bn254", 5);
    judges(ROAM_PROVER_E_UNSUPPORTED, v, s, (char *)changed.bytes);
    changed = proof;
    char *digit = strpbrk(strstr((char *)changed.bytes, "pi_a") + 6, "0123456789");
    *digit = *digit == '1' ? '2' : '1';
    judges(ROAM_PROVER_E_POINT, v, s, (char *)changed.bytes);

    struct groth16_vk vk;
    g1_affine ic[2];
    struct roam_buf buf;
    assert_int_equal(snark_vk_parse(&vk, ic, 2, v, vkey.size, NULL), ROAM_OK);
    vk.delta = vk.gamma;
    buf_init(&buf, 1 << 16);
    assert_int_equal(snark_vk_print(&buf, &vk), ROAM_OK);
    assert_int_equal(buf_append(&buf, "", 1), ROAM_OK);
    judges(ROAM_PROVER_E_INSECURE, (char *)buf.data, s, p);
    buf_release(&buf);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(roam_prover_err_name(ROAM_PROVER_OK), "OK");
    assert_string_equal(roam_prover_err_name(ROAM_PROVER_E_CEILING), "E_CEILING");
    assert_string_equal(roam_prover_err_text(ROAM_PROVER_E_NOMEM), "out of memory");
    assert_string_equal(roam_prover_err_name((enum roam_prover_err)99), "E_UNKNOWN");
    assert_string_equal(roam_prover_err_text((enum roam_prover_err)99), "unknown error");
    assert_int_not_equal(roam_prover_version()[0], '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proofs),
        cmocka_unit_test(test_snarkjs_files),
        cmocka_unit_test(test_skip_verification),
        cmocka_unit_test(test_many_public_signals),
        cmocka_unit_test(test_short_buffers),
        cmocka_unit_test(test_json_values),
        cmocka_unit_test(test_table_file),
        cmocka_unit_test(test_tables_under_ceiling),
        cmocka_unit_test(test_verify_json),
        cmocka_unit_test(test_names),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
