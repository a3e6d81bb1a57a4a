/* roam_prover.h: every refusal of a key, a witness or an argument with its error, and nothing written. */
#include "prop.h"

#include "prover_made.h"

static void test_bad_keys(void **state)
{
    static struct file_case good, bad;
    struct roam_prover *prover = NULL;
    struct roam_prover_size size;
    struct roam_prover_message message;
    (void)state;
    case_load(&good, "beacon.zkey");
    for (size_t cut = 0; cut < good.size; cut++) {
        uint8_t *exact = malloc(cut > 0 ? cut : 1);
        assert_non_null(exact);
        memcpy(exact, good.bytes, cut);
        assert_int_not_equal(roam_prover_create_memory(&prover, exact, cut, NULL, &message), ROAM_PROVER_OK);
        assert_int_not_equal(roam_prover_size_of_memory(&size, exact, cut, NULL, NULL), ROAM_PROVER_OK);
        assert_null(prover);
        assert_int_not_equal(message.text[0], '\0');
        free(exact);
        count_negative += 2;
    }
    bad = good;
    bad.bytes[0] ^= 1;
    create_refuses(ROAM_PROVER_E_FORMAT, bad.bytes, bad.size, NULL);
    bad = good;
    store_le32(bad.bytes + 4, 2);
    create_refuses(ROAM_PROVER_E_VERSION, bad.bytes, bad.size, NULL);
    bad = good;
    store_le32(case_at(&bad, 1, 0), 2);
    create_refuses(ROAM_PROVER_E_UNSUPPORTED, bad.bytes, bad.size, NULL);
    bad = good;
    *case_at(&bad, 2, 4 + 36) ^= 1; /* r */
    create_refuses(ROAM_PROVER_E_RANGE, bad.bytes, bad.size, NULL);
    bad = good;
    store_le32(case_at(&bad, 2, 76), 5); /* public wires */
    create_refuses(ROAM_PROVER_E_COUNT, bad.bytes, bad.size, NULL);
    const uint32_t domains[] = {0, 9, 1u << 28};
    for (size_t i = 0; i < 3; i++) {
        bad = good;
        store_le32(case_at(&bad, 2, 80), domains[i]);
        create_refuses(ROAM_PROVER_E_LIMIT, bad.bytes, bad.size, NULL);
    }
    bad = good;
    memset(case_at(&bad, 3, 0), 0, 64); /* IC[0] at infinity */
    create_refuses(ROAM_PROVER_E_POINT, bad.bytes, bad.size, NULL);
    bad = good;
    *case_at(&bad, 5, 0) ^= 1; /* A[0] */
    create_refuses(ROAM_PROVER_E_POINT, bad.bytes, bad.size, NULL);
    assert_int_equal(roam_prover_create_file(&prover, "absent.zkey", NULL, &message), ROAM_PROVER_E_NOTFOUND);
    assert_non_null(strstr(message.text, "absent.zkey"));
    assert_int_equal(roam_prover_size_of_file(&size, "absent.zkey", NULL, NULL), ROAM_PROVER_E_NOTFOUND);
    count_negative += 2;
}

static void test_arguments(void **state)
{
    static struct file_case zkey;
    struct roam_prover *prover;
    struct roam_prover_size size;
    struct output out;
    uint8_t value[32] = {0};
    size_t text_size = 1;
    (void)state;
    case_load(&zkey, "beacon.zkey");
    struct roam_prover_options options = roam_prover_default_options();
    options.threads = 65;
    create_refuses(ROAM_PROVER_E_ARGUMENT, zkey.bytes, zkey.size, &options);
    assert_int_equal(roam_prover_size_of_memory(&size, zkey.bytes, zkey.size, &options, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    options = roam_prover_default_options();
    options.struct_size++;
    create_refuses(ROAM_PROVER_E_ARGUMENT, zkey.bytes, zkey.size, &options);
    create_refuses(ROAM_PROVER_E_ARGUMENT, NULL, 0, NULL);
    assert_int_equal(roam_prover_create_memory(NULL, zkey.bytes, zkey.size, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_create_file(&prover, NULL, NULL, NULL), ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_size_of_file(&size, NULL, NULL, NULL), ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_size_of_memory(NULL, zkey.bytes, zkey.size, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_create_memory(&prover, zkey.bytes, zkey.size, NULL, NULL), ROAM_PROVER_OK);
    assert_int_equal(roam_prover_prove_wtns(NULL, out.public_signals, 32, prover, "", 0, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_prove_wtns(out.proof, NULL, 32, prover, "", 0, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_prove_wtns(out.proof, out.public_signals, 32, NULL, "", 0, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_prove_values(out.proof, out.public_signals, 32, prover, NULL, 5, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_prove_file(out.proof, out.public_signals, 32, prover, NULL, NULL, NULL),
                     ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(
        roam_prover_prove_file(out.proof, out.public_signals, 32, prover, "absent.wtns", NULL, NULL),
        ROAM_PROVER_E_NOTFOUND);
    assert_int_equal(roam_prover_public_json(NULL, &text_size, value, 1), ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_proof_json(NULL, &text_size, out.proof), ROAM_PROVER_E_ARGUMENT);
    assert_int_equal(roam_prover_verify_json("{}", NULL, "{}", NULL), ROAM_PROVER_E_ARGUMENT);
    count_negative += 15;
    roam_prover_destroy(prover);
    roam_prover_destroy(NULL);
}

static void test_bad_witnesses(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    static struct file_case good, bad;
    (void)state;
    begin_cubic(&m, &prng);
    struct roam_prover *prover = prover_of(&m, NULL);
    memcpy(good.bytes, m.wtns.data, m.wtns.size);
    good.size = m.wtns.size;
    for (size_t cut = 0; cut < good.size; cut++) {
        struct output out;
        assert_int_not_equal(roam_prover_prove_wtns(out.proof, out.public_signals, sizeof out.public_signals,
                                                    prover, good.bytes, cut, NULL, NULL),
                             ROAM_PROVER_OK);
        count_negative++;
    }
    bad = good;
    bad.bytes[0] ^= 1;
    refuses(ROAM_PROVER_E_FORMAT, prover, bad.bytes, bad.size);
    bad = good;
    store_le32(bad.bytes + 4, 1);
    refuses(ROAM_PROVER_E_VERSION, prover, bad.bytes, bad.size);
    bad = good;
    *case_at(&bad, 1, 4) ^= 1; /* the prime */
    refuses(ROAM_PROVER_E_RANGE, prover, bad.bytes, bad.size);
    bad = good;
    case_put_limbs(case_at(&bad, 2, 2 * 32), fr_modulus);
    refuses(ROAM_PROVER_E_RANGE, prover, bad.bytes, bad.size);
    bad = good;
    *case_at(&bad, 2, 0) = 2; /* the constant */
    refuses(ROAM_PROVER_E_RANGE, prover, bad.bytes, bad.size);
    for (int change = -32; change <= 32; change += 64) {
        bad = good;
        case_resize(&bad, 2, change);
        store_le32(case_at(&bad, 1, 36), (uint32_t)(5 + change / 32));
        refuses(ROAM_PROVER_E_COUNT, prover, bad.bytes, bad.size);
    }
    for (uint32_t wire = 1; wire < 5; wire++) {
        bad = good;
        *case_at(&bad, 2, wire * 32) ^= 1;
        refuses(ROAM_PROVER_E_FALSE, prover, bad.bytes, bad.size);
    }
    roam_prover_destroy(prover);
    end(&m);
}

static void test_bad_values(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    struct roam_prover_message message;
    (void)state;
    begin_cubic(&m, &prng);
    struct roam_prover *prover = prover_of(&m, NULL);
    uint8_t *values = values_of(&m);
    clear(&out);
    for (size_t count = 0; count < 5; count++) {
        assert_int_equal(roam_prover_prove_values(out.proof, out.public_signals, 32, prover, values, count,
                                                  NULL, &message),
                         ROAM_PROVER_E_COUNT);
        count_negative++;
    }
    assert_non_null(strstr(message.text, "4 values"));
    case_put_limbs(values + 32 * 3, fr_modulus);
    assert_int_equal(
        roam_prover_prove_values(out.proof, out.public_signals, 32, prover, values, 5, NULL, &message),
        ROAM_PROVER_E_RANGE);
    assert_non_null(strstr(message.text, "value 3"));
    fr_to_le(values + 32 * 3, &m.f.witness[2]);
    assert_int_equal(
        roam_prover_prove_values(out.proof, out.public_signals, 32, prover, values, 5, NULL, &message),
        ROAM_PROVER_E_FALSE);
    assert_int_equal(
        roam_prover_prove_values(out.proof, out.public_signals, 31, prover, values, 5, NULL, &message),
        ROAM_PROVER_E_BUFFER);
    assert_non_null(strstr(message.text, "32 are needed"));
    count_negative += 3;
    assert_untouched(&out);
    free(values);
    roam_prover_destroy(prover);
    end(&m);
}

/* A point of B in G2 that is on the curve but outside the group would tell the value of its wire modulo the
 * cofactor's small factors. */
static void test_hostile_key(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    struct roam_prover_options options = roam_prover_default_options();
    (void)state;
    begin_cubic(&m, &prng);
    m.key.b2[2] = twist_point_outside_g2();
    buf_release(&m.zkey);
    buf_init(&m.zkey, 1 << 20);
    assert_int_equal(zkey_serialize(&m.zkey, &m.key), ROAM_OK);
    struct roam_prover *prover = prover_of(&m, &options);
    refuses(ROAM_PROVER_E_POINT, prover, m.wtns.data, m.wtns.size);
    roam_prover_destroy(prover);
    options.skip_verification = true;
    prover = prover_of(&m, &options);
    assert_int_equal(prove(&out, prover, &m, NULL), ROAM_PROVER_OK);
    roam_prover_destroy(prover);
    end(&m);
}

static void test_insecure_keys(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    static struct file_case file;
    struct roam_buf buf;
    struct zkey key;
    struct roam_prover *prover;
    struct roam_prover_options options = roam_prover_default_options();
    (void)state;
    begin_cubic(&m, &prng);
    prover = prover_of(&m, NULL);
    assert_true(roam_prover_key_is_insecure(prover));
    roam_prover_destroy(prover);
    options.refuse_insecure_key = true;
    create_refuses(ROAM_PROVER_E_INSECURE, m.zkey.data, m.zkey.size, &options);

    case_load(&file, "beacon.zkey");
    assert_int_equal(roam_prover_create_memory(&prover, file.bytes, file.size, &options, NULL),
                     ROAM_PROVER_OK);
    roam_prover_destroy(prover);
    assert_int_equal(zkey_parse(&key, file.bytes, file.size, true, NULL), ROAM_OK);
    key.delta1 = g1_generator; /* as if nobody had contributed */
    key.delta2 = g2_generator;
    buf_init(&buf, 1 << 16);
    assert_int_equal(zkey_serialize(&buf, &key), ROAM_OK);
    create_refuses(ROAM_PROVER_E_INSECURE, buf.data, buf.size, &options);
    assert_int_equal(roam_prover_create_memory(&prover, buf.data, buf.size, NULL, NULL), ROAM_PROVER_OK);
    assert_true(roam_prover_key_is_insecure(prover));
    roam_prover_destroy(prover);
    buf_release(&buf);
    zkey_release(&key);
    end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_keys),      cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_bad_witnesses), cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_hostile_key),   cmocka_unit_test(test_insecure_keys),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
