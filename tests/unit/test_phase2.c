/* setup_from_ptau and phase2.h: equal to snarkjs where nothing is random, proofs with ceremony keys, and
 * every refusal. */
#include "prop.h"

#include "binfile_cases.h"
#include "circuit_hash.h"
#include "groth16_keys.h"
#include "hex.h"
#include "phase2.h"
#include "point_form.h"
#include "ptau.h"

static const uint8_t beacon_value[4] = {1, 2, 3, 4};
enum { ITERATIONS = 10 };

static struct fixture cubic;
static struct zkey initial; /* of the cubic circuit on beacon.ptau */
static struct file_case powers;

static enum roam_err setup(struct zkey *out, const struct r1cs_system *system, const struct file_case *file,
                           unsigned threads, const struct roam_progress *progress)
{
    struct ptau ptau;
    struct roam_diag diag = {0};
    ROAM_TRY(ptau_parse(&ptau, file->bytes, file->size, NULL));
    enum roam_err err = setup_from_ptau(out, system, &ptau, threads, progress, &diag);
    ptau_release(&ptau);
    assert_true((err == ROAM_OK || err == ROAM_E_CANCELLED) == (diag.text[0] == 0));
    return err;
}

static int make_initial(void **state)
{
    (void)state;
    fixture_cubic(&cubic, 3);
    case_load(&powers, "beacon.ptau");
    assert_int_equal(setup(&initial, &cubic.system, &powers, 1, NULL), ROAM_OK);
    return 0;
}

static int drop_initial(void **state)
{
    (void)state;
    zkey_release(&initial);
    fixture_release(&cubic);
    return 0;
}

/* A key of its own, equal to the initial one. */
static struct zkey copy_of(const struct zkey *key)
{
    struct roam_buf buf;
    struct zkey copy;
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(zkey_serialize(&buf, key), ROAM_OK);
    assert_int_equal(zkey_parse(&copy, buf.data, buf.size, true, NULL), ROAM_OK);
    buf_release(&buf);
    return copy;
}

static enum roam_err verify(const struct zkey *key)
{
    struct roam_prng prng = {4};
    struct roam_env env = roam_env_seeded(&prng);
    struct roam_diag diag = {0};
    enum roam_err err = phase2_verify(key, &initial, &env, 1, NULL, &diag);
    assert_true((err == ROAM_OK) == (diag.text[0] == 0));
    return err;
}

static void refuse(const struct zkey *key, enum roam_err expected)
{
    assert_int_equal(verify(key), expected);
    count_negative++;
}

static void contribute(struct zkey *key, struct roam_prng *prng)
{
    struct roam_env env = roam_env_seeded(prng);
    assert_int_equal(phase2_contribute(key, "someone", "text", &env, 2, NULL, NULL), ROAM_OK);
}

static void add_beacon(struct zkey *key)
{
    assert_int_equal(
        phase2_beacon(key, "beacon", beacon_value, sizeof beacon_value, ITERATIONS, 2, NULL, NULL), ROAM_OK);
}

static void assert_expected(const uint8_t hash[64], const char *name)
{
    static struct file_case file;
    uint8_t expected[64];
    case_load(&file, "ceremony.txt");
    file.bytes[file.size] = 0;
    const char *at = strstr((const char *)file.bytes, name);
    assert_non_null(at);
    assert_int_equal(hex_decode(expected, 64, at + strlen(name) + 1, 128), ROAM_OK);
    assert_memory_equal(hash, expected, 64);
}

static void test_like_snarkjs(void **state)
{
    static struct file_case theirs;
    struct zkey key = copy_of(&initial);
    struct roam_buf buf;
    uint8_t hash[64];
    (void)state;
    assert_expected(initial.circuit_hash, "circuit_hash");
    add_beacon(&key);
    phase2_contribution_hash(hash, &key.contributions[0]);
    assert_expected(hash, "contribution_hash");
    buf_init(&buf, CASE_SIZE_MAX);
    assert_int_equal(zkey_serialize(&buf, &key), ROAM_OK);
    case_load(&theirs, "beacon.zkey");
    assert_int_equal(buf.size, theirs.size);
    assert_memory_equal(buf.data, theirs.bytes, theirs.size);
    buf_release(&buf);
    assert_int_equal(verify(&key), ROAM_OK);
    zkey_release(&key);
}

static void test_chain(void **state)
{
    struct roam_prng prng = prop_prng();
    static struct groth16_prepared_vk prepared;
    struct groth16_vk vk;
    struct zkey key = copy_of(&initial);
    (void)state;
    refuse(&key, ROAM_E_INSECURE);
    assert_int_equal(zkey_vk(&vk, &key), ROAM_OK);
    assert_int_equal(groth16_vk_lint(&vk, NULL), ROAM_E_INSECURE); /* phase 2 never ran */
    for (int i = 0; i < 4; i++) {
        if (i < 3)
            contribute(&key, &prng);
        else
            add_beacon(&key);
        assert_int_equal(verify(&key), ROAM_OK);
        assert_int_equal(zkey_vk(&vk, &key), ROAM_OK);
        assert_int_equal(groth16_vk_lint(&vk, NULL), ROAM_OK);
        groth16_prepare(&prepared, &vk);
        groth16_proof proof = proof_of(&key, cubic.witness, &prng);
        assert_int_equal(groth16_verify(&prepared, &proof, cubic.witness + 1, 1), ROAM_OK);
        assert_int_equal(groth16_verify(&prepared, &proof, cubic.witness, 1), ROAM_E_VERIFY);
        count_property++;
        count_negative++;
    }
    zkey_release(&key);
}

/* Random systems on powers with tau known to no one here: their proofs verify. */
static void test_random_systems(void **state)
{
    struct roam_prng prng = prop_prng();
    static struct groth16_prepared_vk prepared;
    static struct file_case file;
    struct roam_env env = roam_env_seeded(&prng);
    struct roam_buf buf, next;
    struct ptau ptau;
    (void)state;
    buf_init(&buf, CASE_SIZE_MAX);
    buf_init(&next, CASE_SIZE_MAX);
    struct roam_sink sink = buf_sink(&buf);
    assert_int_equal(ptau_new(&buf, 5, NULL), ROAM_OK);
    assert_int_equal(ptau_parse(&ptau, buf.data, buf.size, NULL), ROAM_OK);
    assert_int_equal(ptau_contribute(&next, &ptau, "", "", &env, 2, NULL, NULL), ROAM_OK);
    ptau_release(&ptau);
    buf_release(&buf);
    assert_int_equal(ptau_parse(&ptau, next.data, next.size, NULL), ROAM_OK);
    assert_int_equal(ptau_prepare(&sink, &ptau, 2, NULL, NULL), ROAM_OK);
    ptau_release(&ptau);
    buf_release(&next);
    case_of(&file, &buf);
    for (uint32_t constraints = 1; constraints < 30; constraints += 4) {
        struct fixture f;
        struct zkey key, other;
        struct groth16_vk vk;
        fixture_random(&f, &prng, 1, 1, constraints);
        assert_int_equal(setup(&key, &f.system, &file, 1, NULL), ROAM_OK);
        assert_int_equal(setup(&other, &f.system, &file, 3, NULL), ROAM_OK);
        assert_memory_equal(key.circuit_hash, other.circuit_hash, 64);
        assert_memory_equal(key.c, other.c, constraints * sizeof *key.c);
        zkey_release(&other);
        contribute(&key, &prng);
        assert_int_equal(zkey_vk(&vk, &key), ROAM_OK);
        groth16_prepare(&prepared, &vk);
        groth16_proof proof = proof_of(&key, f.witness, &prng);
        assert_int_equal(groth16_verify(&prepared, &proof, f.witness + 1, 2), ROAM_OK);
        zkey_release(&key);
        fixture_release(&f);
        count_property++;
    }
}

/* Each point of each contribution, each transcript, the beacon. */
static void test_wrong_contributions(void **state)
{
    struct roam_prng prng = prop_prng();
    struct zkey key = copy_of(&initial);
    (void)state;
    contribute(&key, &prng);
    contribute(&key, &prng);
    add_beacon(&key);
    assert_int_equal(verify(&key), ROAM_OK);
    for (size_t i = 0; i < 3; i++) {
        struct zkey_contribution *c = &key.contributions[i], kept = *c;
        g1_affine *points[3] = {&c->delta_after, &c->g1_s, &c->g1_sx};
        for (int k = 0; k < 3; k++) {
            *points[k] = scaled_g1(points[k], &cubic.witness[2]);
            refuse(&key, ROAM_E_VERIFY);
            *points[k] = (g1_affine){fp_zero, fp_zero};
            refuse(&key, ROAM_E_VERIFY);
            *c = kept;
        }
        c->g2_spx = scaled_g2(&c->g2_spx, &cubic.witness[2]);
        refuse(&key, ROAM_E_VERIFY);
        *c = kept;
        c->transcript[63] ^= 1;
        refuse(&key, ROAM_E_VERIFY);
        *c = kept;
    }
    struct zkey_contribution first = key.contributions[0];
    key.contributions[0] = key.contributions[1];
    key.contributions[1] = first;
    refuse(&key, ROAM_E_VERIFY);
    key.contributions[1] = key.contributions[0];
    key.contributions[0] = first;
    key.contribution_count = 2; /* the last one left out */
    refuse(&key, ROAM_E_VERIFY);
    key.contribution_count = 3;
    key.contributions[2].note.beacon[0] ^= 1;
    refuse(&key, ROAM_E_VERIFY);
    key.contributions[2].note.beacon[0] ^= 1;
    key.contributions[2].note.log_iterations++;
    refuse(&key, ROAM_E_VERIFY);
    key.contributions[2].note.log_iterations--;
    key.contributions[1].note.kind = CEREMONY_BEACON;
    key.contributions[1].note.log_iterations = ITERATIONS;
    refuse(&key, ROAM_E_VERIFY);
    key.contributions[1].note.kind = CEREMONY_PERSON;
    assert_int_equal(verify(&key), ROAM_OK);
    zkey_release(&key);
}

static void refuse_each_g1(const struct zkey *key, g1_affine *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g1_affine kept = points[i];
        points[i] = sum_g1(&kept, &g1_generator);
        refuse(key, ROAM_E_VERIFY);
        points[i] = kept;
    }
}

static void test_wrong_key(void **state)
{
    struct roam_prng prng = prop_prng();
    struct zkey key = copy_of(&initial);
    (void)state;
    contribute(&key, &prng);
    assert_int_equal(verify(&key), ROAM_OK);
    refuse_each_g1(&key, &key.alpha1, 1);
    refuse_each_g1(&key, &key.beta1, 1);
    refuse_each_g1(&key, &key.delta1, 1);
    refuse_each_g1(&key, key.ic, 2);
    refuse_each_g1(&key, key.a, 5);
    refuse_each_g1(&key, key.b1, 5);
    refuse_each_g1(&key, key.c, 3);
    refuse_each_g1(&key, key.h, 8);
    g2_affine *points[] = {&key.beta2, &key.gamma2, &key.delta2, &key.b2[0], &key.b2[2], &key.b2[4]};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        g2_affine kept = *points[i];
        *points[i] = sum_g2(&kept, &g2_generator);
        refuse(&key, ROAM_E_VERIFY);
        *points[i] = kept;
    }
    for (size_t i = 0; i < key.term_count; i++) {
        struct zkey_term kept = key.terms[i];
        fr_double(&key.terms[i].value, &kept.value);
        refuse(&key, ROAM_E_VERIFY);
        key.terms[i] = kept;
        key.terms[i].wire ^= 1;
        refuse(&key, ROAM_E_VERIFY);
        key.terms[i] = kept;
        key.terms[i].row ^= 1;
        refuse(&key, ROAM_E_VERIFY);
        key.terms[i] = kept;
        key.terms[i].matrix ^= 1;
        refuse(&key, ROAM_E_VERIFY);
        key.terms[i] = kept;
    }
    key.term_count--;
    refuse(&key, ROAM_E_VERIFY);
    key.term_count++;
    key.circuit_hash[0] ^= 1;
    refuse(&key, ROAM_E_MISMATCH);
    zkey_release(&key);
}

static void test_other_keys(void **state)
{
    struct roam_prng prng = prop_prng();
    struct fixture f;
    struct zkey key = dev_key(&cubic, &prng);
    (void)state;
    refuse(&key, ROAM_E_INSECURE);
    contribute(&key, &prng);
    refuse(&key, ROAM_E_INSECURE);
    zkey_release(&key);
    fixture_random(&f, &prng, 1, 0, 3);
    assert_int_equal(setup(&key, &f.system, &powers, 1, NULL), ROAM_OK);
    contribute(&key, &prng);
    refuse(&key, ROAM_E_MISMATCH);
    zkey_release(&key);
    fixture_release(&f);
}

static bool stop_at(void *context, const char *what, uint64_t done, uint64_t total)
{
    assert_non_null(what);
    assert_true(done < total);
    return (*(int *)context)-- > 0;
}

static void test_cancel(void **state)
{
    struct roam_prng prng = prop_prng();
    struct roam_env env = roam_env_seeded(&prng);
    struct zkey key;
    (void)state;
    for (int steps = 0; steps < 3; steps++) {
        int left = steps;
        struct roam_progress progress = {&left, stop_at};
        assert_int_equal(setup(&key, &cubic.system, &powers, 1, &progress), ROAM_E_CANCELLED);
        count_negative++;
    }
    for (int steps = 0; steps < 2; steps++) {
        int left = steps;
        struct roam_progress progress = {&left, stop_at};
        key = copy_of(&initial);
        assert_int_equal(phase2_contribute(&key, "", "", &env, 1, &progress, NULL), ROAM_E_CANCELLED);
        zkey_release(&key);
        key = copy_of(&initial);
        contribute(&key, &prng);
        left = steps;
        assert_int_equal(phase2_verify(&key, &initial, &env, 1, &progress, NULL), ROAM_E_CANCELLED);
        zkey_release(&key);
        count_negative += 2;
    }
}

/* From 2^15 rows on the file must be of a higher power than the circuit. */
static void test_own_power(void **state)
{
    (void)state;
    for (unsigned log = 1; log <= 20; log++) {
        const struct ptau own = {.power = log}, higher = {.power = log + 1};
        struct roam_diag diag = {""};
        enum roam_err err = circuit_hash_check((size_t)1 << log, &own, &diag);
        assert_int_equal(err, log <= 14 ? ROAM_OK : ROAM_E_UNSUPPORTED);
        assert_int_equal(circuit_hash_check((size_t)1 << log, &higher, NULL), ROAM_OK);
        count_negative += err != ROAM_OK;
    }
}

static void test_setup_refusals(void **state)
{
    static struct file_case bad;
    struct roam_prng prng = prop_prng();
    struct fixture f;
    struct zkey key;
    (void)state;
    fixture_random(&f, &prng, 1, 1, 6); /* nine rows, the powers have eight */
    assert_int_equal(setup(&key, &f.system, &powers, 1, NULL), ROAM_E_LIMIT);
    fixture_release(&f);
    bad = powers;
    for (uint32_t id = 12; id <= 15; id++) case_drop(&bad, id);
    assert_int_equal(setup(&key, &cubic.system, &bad, 1, NULL), ROAM_E_UNSUPPORTED);
    count_negative += 2;
    for (uint32_t id = 12; id <= 15; id++) {
        size_t at = (id == 13 ? 128 : 64) * 7; /* the first Lagrange point of size eight */
        bad = powers;
        *case_at(&bad, id, at) ^= 1;
        assert_int_equal(setup(&key, &cubic.system, &bad, 1, NULL), ROAM_E_POINT);
        memset(case_at(&bad, id, at), 0xff, 32);
        assert_int_equal(setup(&key, &cubic.system, &bad, 1, NULL), ROAM_E_RANGE);
        count_negative += 2;
    }
    g2_affine outside = twist_point_outside_g2();
    bad = powers;
    g2_to_file(case_at(&bad, 13, 128 * 7), &outside);
    assert_int_equal(setup(&key, &cubic.system, &bad, 1, NULL), ROAM_E_POINT);
    key = copy_of(&initial);
    assert_int_equal(phase2_beacon(&key, "", beacon_value, 0, 10, 1, NULL, NULL), ROAM_E_LIMIT);
    assert_int_equal(phase2_contribute(&key, "a\nb", "", &roam_env_system, 1, NULL, NULL), ROAM_E_LIMIT);
    zkey_release(&key);
    count_negative += 3;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_snarkjs),   cmocka_unit_test(test_chain),
        cmocka_unit_test(test_random_systems), cmocka_unit_test(test_wrong_contributions),
        cmocka_unit_test(test_wrong_key),      cmocka_unit_test(test_other_keys),
        cmocka_unit_test(test_cancel),         cmocka_unit_test(test_setup_refusals),
        cmocka_unit_test(test_own_power),
    };
    int failed = cmocka_run_group_tests(tests, make_initial, drop_initial);
    prop_print_counts();
    return failed;
}
