/* groth16.h: verification, batches, lint and the binary forms, with keys whose proofs are known to be good.
 */
#include "cpu_levels.h"

#include "endian.h"
#include "groth16_keys.h"

#include <string.h>

static struct zkey key;
static struct groth16_vk vk;
static struct groth16_prepared_vk prepared;
static groth16_proof good;
static fr good_input; /* 3^3 + 3 + 5 */

static groth16_proof cubic_proof(uint64_t x, fr *input, struct roam_prng *prng)
{
    struct fixture f;
    fixture_cubic(&f, x);
    groth16_proof proof = proof_of(&key, f.witness, prng);
    *input = f.witness[1];
    fixture_release(&f);
    return proof;
}

static int make_key(void **state)
{
    struct fixture f;
    struct roam_prng prng = prop_prng();
    (void)state;
    fixture_cubic(&f, 3);
    key = dev_key(&f, &prng);
    fixture_release(&f);
    assert_int_equal(zkey_vk(&vk, &key), ROAM_OK);
    groth16_prepare(&prepared, &vk);
    good = cubic_proof(3, &good_input, &prng);
    return 0;
}

static int drop_key(void **state)
{
    (void)state;
    zkey_release(&key);
    return 0;
}

static enum roam_err verify(const groth16_proof *proof)
{
    return groth16_verify(&prepared, proof, &good_input, 1);
}

static void refuse(const groth16_proof *proof, enum roam_err expected)
{
    assert_int_equal(verify(proof), expected);
    count_negative++;
}

static void test_good_proof(void **state)
{
    (void)state;
    assert_int_equal(verify(&good), ROAM_OK);
    assert_true(vk.insecure);
}

static void test_inputs(void **state)
{
    struct roam_prng prng = prop_prng();
    fr inputs[2] = {good_input, fr_zero};
    (void)state;
    assert_int_equal(groth16_verify(&prepared, &good, inputs, 0), ROAM_E_COUNT);
    assert_int_equal(groth16_verify(&prepared, &good, inputs, 2), ROAM_E_COUNT);
    assert_int_equal(groth16_verify(&prepared, &good, &fr_zero, 1), ROAM_E_VERIFY);
    assert_int_equal(groth16_verify(&prepared, &good, &fr_one, 1), ROAM_E_VERIFY);
    groth16_proof outside = good;
    outside.b = twist_point_outside_g2();
    assert_int_equal(groth16_verify(&prepared, &outside, inputs, 2), ROAM_E_POINT); /* before the count */
    count_negative += 5;
    for (int i = 0; i < 50; i++) {
        fr wrong = random_fr(&prng);
        assert_int_equal(groth16_verify(&prepared, &good, &wrong, 1), ROAM_E_VERIFY);
        count_negative++;
    }
}

static void test_points(void **state)
{
    const g1_affine infinity1 = {fp_zero, fp_zero}, off1 = {fp_one, fp_one};
    const g2_affine infinity2 = {fp2_zero, fp2_zero}, off2 = {fp2_one, fp2_one};
    (void)state;
    refuse(&(groth16_proof){infinity1, good.b, good.c}, ROAM_E_POINT);
    refuse(&(groth16_proof){good.a, infinity2, good.c}, ROAM_E_POINT);
    refuse(&(groth16_proof){good.a, good.b, infinity1}, ROAM_E_POINT);
    refuse(&(groth16_proof){off1, good.b, good.c}, ROAM_E_POINT);
    refuse(&(groth16_proof){good.a, off2, good.c}, ROAM_E_POINT);
    refuse(&(groth16_proof){good.a, good.b, off1}, ROAM_E_POINT);
    refuse(&(groth16_proof){good.a, twist_point_outside_g2(), good.c}, ROAM_E_POINT);
    g2_affine outside = twist_point_outside_g2(), shifted = sum_g2(&good.b, &outside);
    refuse(&(groth16_proof){good.a, shifted, good.c}, ROAM_E_POINT);
    refuse(&(groth16_proof){good.c, good.b, good.a}, ROAM_E_VERIFY);
    refuse(&(groth16_proof){good.a, g2_generator, good.c}, ROAM_E_VERIFY);
    refuse(&(groth16_proof){g1_generator, good.b, good.c}, ROAM_E_VERIFY);
    refuse(&(groth16_proof){good.a, good.b, g1_generator}, ROAM_E_VERIFY);
}

/* What anyone can do to a proof and leave it valid, which is why proofs are no replay keys. */
static void test_malleable(void **state)
{
    struct roam_prng prng = prop_prng();
    groth16_proof other = good;
    (void)state;
    g1_affine_neg(&other.a, &good.a);
    refuse(&other, ROAM_E_VERIFY);
    g2_affine_neg(&other.b, &good.b);
    assert_int_equal(verify(&other), ROAM_OK);
    for (int i = 0; i < 100; i++) {
        fr s = random_fr(&prng), s_inv, t = random_fr(&prng);
        fr_inv(&s_inv, &s);
        g2_affine t_delta = scaled_g2(&vk.delta, &t);
        g1_affine t_a = scaled_g1(&good.a, &t);
        other = (groth16_proof){good.a, sum_g2(&good.b, &t_delta), sum_g1(&good.c, &t_a)};
        assert_int_equal(verify(&other), ROAM_OK);
        other.a = scaled_g1(&other.a, &s);
        refuse(&other, ROAM_E_VERIFY);
        other.b = scaled_g2(&other.b, &s_inv);
        assert_int_equal(verify(&other), ROAM_OK);
        count_property += 2;
    }
}

static void refuse_vk(const struct groth16_vk *bad, enum roam_err expected)
{
    struct roam_diag diag = {0};
    assert_int_equal(groth16_vk_lint(bad, &diag), expected);
    assert_true(diag.text[0] != 0);
    count_negative++;
}

static void test_lint_points(void **state)
{
    const g1_affine bad1[2] = {{fp_zero, fp_zero}, {fp_one, fp_one}};
    const g2_affine bad2[3] = {{fp2_zero, fp2_zero}, {fp2_one, fp2_one}, twist_point_outside_g2()};
    struct groth16_vk bad;
    (void)state;
    assert_int_equal(groth16_vk_lint(&vk, NULL), ROAM_OK);
    for (int i = 0; i < 2; i++) {
        bad = vk;
        bad.alpha = bad1[i];
        refuse_vk(&bad, ROAM_E_POINT);
        for (size_t k = 0; k < 2; k++) {
            g1_affine ic[2] = {vk.ic[0], vk.ic[1]};
            bad = vk;
            bad.ic = ic;
            ic[k] = bad1[i];
            refuse_vk(&bad, ROAM_E_POINT);
        }
    }
    for (int i = 0; i < 3; i++) {
        bad = vk;
        bad.beta = bad2[i];
        refuse_vk(&bad, ROAM_E_POINT);
        bad = vk;
        bad.gamma = bad2[i];
        refuse_vk(&bad, ROAM_E_POINT);
        bad = vk;
        bad.delta = bad2[i];
        refuse_vk(&bad, ROAM_E_POINT);
    }
}

/* The forgeries that vk_lint.c names, carried out: each passes verification under the bad key, so each key
 * must be refused. L is the sum over the inputs. */
static void test_lint_forgeries(void **state)
{
    struct groth16_vk bad = vk;
    struct groth16_prepared_vk forged;
    g1_affine input = scaled_g1(&vk.ic[1], &good_input), l = sum_g1(&vk.ic[0], &input), minus;
    (void)state;
    bad.delta = bad.gamma;
    g1_affine_neg(&minus, &l);
    groth16_prepare(&forged, &bad);
    assert_int_equal(groth16_verify(&forged, &(groth16_proof){vk.alpha, vk.beta, minus}, &good_input, 1),
                     ROAM_OK);
    refuse_vk(&bad, ROAM_E_INSECURE);

    bad = vk;
    bad.delta = vk.beta;
    g1_affine_neg(&minus, &vk.alpha);
    groth16_prepare(&forged, &bad);
    assert_int_equal(groth16_verify(&forged, &(groth16_proof){l, vk.gamma, minus}, &good_input, 1), ROAM_OK);
    refuse_vk(&bad, ROAM_E_INSECURE);

    bad = vk;
    bad.gamma = vk.beta;
    g1_affine alpha_l = sum_g1(&vk.alpha, &l);
    g2_affine beta_delta = sum_g2(&vk.beta, &vk.delta);
    groth16_prepare(&forged, &bad);
    assert_int_equal(groth16_verify(&forged, &(groth16_proof){alpha_l, beta_delta, alpha_l}, &good_input, 1),
                     ROAM_OK);
    refuse_vk(&bad, ROAM_E_INSECURE);
}

static void test_lint_relations(void **state)
{
    struct groth16_vk bad = vk;
    g1_affine ic[2] = {vk.ic[0], vk.ic[1]};
    (void)state;
    assert_true(g2_affine_equal(&vk.gamma, &g2_generator)); /* as in every snarkjs key */
    bad.delta = g2_generator;
    refuse_vk(&bad, ROAM_E_INSECURE);
    bad.gamma = vk.beta;
    bad.beta = vk.gamma;
    bad.delta = vk.delta;
    refuse_vk(&bad, ROAM_E_INSECURE); /* beta is the generator */
    bad = vk;
    bad.gamma = vk.delta;
    g2_affine_neg(&bad.delta, &vk.delta);
    refuse_vk(&bad, ROAM_E_INSECURE);
    bad.delta = g2_generator;
    refuse_vk(&bad, ROAM_E_INSECURE);
    bad = vk;
    bad.alpha = g1_generator;
    refuse_vk(&bad, ROAM_E_INSECURE);
    bad = vk;
    bad.ic = ic;
    ic[1] = ic[0];
    refuse_vk(&bad, ROAM_E_INSECURE);
    g1_affine_neg(&ic[1], &ic[0]);
    refuse_vk(&bad, ROAM_E_INSECURE);
}

enum { BATCH = 9 };

struct batch_case {
    groth16_proof proofs[BATCH];
    fr inputs[BATCH];
};

static void make_batch(struct batch_case *c, struct roam_prng *prng)
{
    for (uint64_t i = 0; i < BATCH; i++) c->proofs[i] = cubic_proof(i + 1, &c->inputs[i], prng);
}

/* The batch gives every proof the verdict it gets alone. */
static void check_batch(const struct batch_case *c, size_t count, struct roam_prng *prng)
{
    enum roam_err verdicts[BATCH], expected = ROAM_OK;
    struct roam_env env = roam_env_seeded(prng);
    void *scratch = aligned_memory(groth16_batch_scratch_size(count, 1));
    enum roam_err err = groth16_verify_batch(verdicts, &prepared, c->proofs, c->inputs, count, &env, scratch);
    free(scratch);
    for (size_t i = 0; i < count; i++) {
        enum roam_err alone = groth16_verify(&prepared, &c->proofs[i], &c->inputs[i], 1);
        assert_int_equal(verdicts[i], alone);
        if (expected == ROAM_OK) expected = alone;
    }
    assert_int_equal(err, expected);
}

static void test_batch(void **state)
{
    struct roam_prng prng = prop_prng();
    struct batch_case c, bad;
    (void)state;
    make_batch(&c, &prng);
    for (size_t count = 0; count <= BATCH; count++) check_batch(&c, count, &prng);
    for (size_t i = 0; i < BATCH; i++) {
        bad = c;
        fr_add(&bad.inputs[i], &bad.inputs[i], &fr_one);
        check_batch(&bad, BATCH, &prng);
        bad.proofs[i].b = twist_point_outside_g2();
        check_batch(&bad, BATCH, &prng);
        count_negative += 2;
    }
}

/* Errors of two proofs that cancel in the plain sum: C + D and C - D. */
static void test_batch_cancelling(void **state)
{
    struct roam_prng prng = prop_prng();
    struct batch_case c;
    (void)state;
    make_batch(&c, &prng);
    g1_affine minus;
    g1_affine_neg(&minus, &g1_generator);
    c.proofs[2].c = sum_g1(&c.proofs[2].c, &g1_generator);
    c.proofs[7].c = sum_g1(&c.proofs[7].c, &minus);
    check_batch(&c, BATCH, &prng);
    groth16_proof first = c.proofs[0];
    c.proofs[0] = c.proofs[1]; /* good proofs of each other's statements */
    c.proofs[1] = first;
    check_batch(&c, BATCH, &prng);
    count_negative += 2;
}

static void test_batch_property(void **state)
{
    struct roam_prng prng = prop_prng();
    struct batch_case c, bad;
    (void)state;
    make_batch(&c, &prng);
    for (int round = 0; round < 20; round++) {
        bad = c;
        for (uint64_t i = prng_below(&prng, BATCH + 1); i > 0; i--) {
            size_t place = (size_t)prng_below(&prng, BATCH);
            if (prng_below(&prng, 2) == 0)
                bad.inputs[place] = random_fr(&prng);
            else
                bad.proofs[place].a = (g1_affine){fp_zero, fp_zero};
        }
        check_batch(&bad, (size_t)prng_below(&prng, BATCH + 1), &prng);
        count_property++;
    }
}

enum { MANY = 64 };

/* Every place of a full batch, and so every lane: a proof that does not hold, and one with B on the twist but
 * outside of G2, are named, and no other is. On lesser processors some of the places. */
static void test_batch_places(void **state)
{
    struct roam_prng prng = prop_prng();
    struct roam_env env = roam_env_seeded(&prng);
    const size_t step = cpu_level() >= CPU_IFMA ? 1 : 21;
    static groth16_proof proofs[MANY];
    static fr inputs[MANY];
    enum roam_err verdicts[MANY];
    struct batch_case c;
    (void)state;
    make_batch(&c, &prng);
    for (size_t i = 0; i < MANY; i++) {
        proofs[i] = c.proofs[i % BATCH];
        inputs[i] = c.inputs[i % BATCH];
    }
    void *scratch = aligned_memory(groth16_batch_scratch_size(MANY, 1));
    for (size_t place = 0; place < MANY; place += step)
        for (int kind = 0; kind < 2; kind++) {
            const groth16_proof whole = proofs[place];
            const enum roam_err expected = kind == 0 ? ROAM_E_VERIFY : ROAM_E_POINT;
            const size_t count = MANY - place % 8 < place + 1 ? MANY : MANY - place % 8;
            if (kind == 0)
                proofs[place].c = g1_generator;
            else
                proofs[place].b = twist_point_outside_g2();
            assert_int_equal(groth16_verify_batch(verdicts, &prepared, proofs, inputs, count, &env, scratch),
                             expected);
            for (size_t i = 0; i < count; i++) assert_int_equal(verdicts[i], i == place ? expected : ROAM_OK);
            proofs[place] = whole;
            count_negative++;
        }
    free(scratch);
}

/* Keys with more inputs than have tables: the sum over them is another one. */
static void test_without_tables(void **state)
{
    static struct groth16_prepared_vk without;
    fr wrong;
    (void)state;
    without = prepared;
    without.comb_count = 0;
    assert_int_equal(groth16_verify(&without, &good, &good_input, 1), ROAM_OK);
    fr_add(&wrong, &good_input, &fr_one);
    assert_int_equal(groth16_verify(&without, &good, &wrong, 1), ROAM_E_VERIFY);
    count_negative++;
}

static void set_modulus(uint8_t bytes[32])
{
    for (int i = 0; i < 4; i++) store_be64(bytes + 8 * i, fp_modulus[3 - i]);
}

static void test_proof_bytes(void **state)
{
    uint8_t bytes[GROTH16_PROOF_SIZE], bad[GROTH16_PROOF_SIZE], again[GROTH16_PROOF_SIZE];
    groth16_proof read;
    (void)state;
    groth16_proof_serialize(bytes, &good);
    assert_int_equal(groth16_proof_parse(&read, bytes), ROAM_OK);
    groth16_proof_serialize(again, &read);
    assert_memory_equal(bytes, again, sizeof bytes);
    assert_int_equal(verify(&read), ROAM_OK);
    fp_to_be(again, &good.b.x.c0);
    assert_memory_equal(bytes + 64, again, 32);
    for (size_t i = 0; i < GROTH16_PROOF_SIZE; i += 32) {
        memcpy(bad, bytes, sizeof bad);
        set_modulus(bad + i);
        assert_int_equal(groth16_proof_parse(&read, bad), ROAM_E_RANGE);
        memcpy(bad, bytes, sizeof bad);
        bad[i + 31] ^= 1;
        assert_int_equal(groth16_proof_parse(&read, bad), ROAM_E_POINT);
        count_negative += 2;
    }
    memset(bad, 0, sizeof bad);
    assert_int_equal(groth16_proof_parse(&read, bad), ROAM_E_POINT);
    count_negative++;
}

static void refuse_vk_bytes(const uint8_t *bytes, size_t size, size_t capacity, enum roam_err expected)
{
    struct groth16_vk out;
    g1_affine ic[2];
    assert_int_equal(groth16_vk_parse(&out, ic, capacity, bytes, size), expected);
    count_negative++;
}

static void test_vk_bytes(void **state)
{
    uint8_t bytes[1024], bad[1024];
    struct groth16_vk out;
    g1_affine ic[2];
    size_t size = groth16_vk_size(1);
    (void)state;
    assert_true(size == 9 + 64 + 3 * 128 + 2 * 64);
    groth16_vk_serialize(bytes, &vk);
    assert_int_equal(groth16_vk_parse(&out, ic, 2, bytes, size), ROAM_OK);
    assert_true(out.insecure && out.input_count == 1 && g2_affine_equal(&out.delta, &vk.delta));
    groth16_vk_serialize(bad, &out);
    assert_memory_equal(bytes, bad, size);
    for (size_t cut = 0; cut < size; cut++) refuse_vk_bytes(bytes, cut, 2, ROAM_E_FORMAT);
    refuse_vk_bytes(bytes, size + 1, 2, ROAM_E_FORMAT);
    refuse_vk_bytes(bytes, size, 1, ROAM_E_LIMIT);
    memcpy(bad, bytes, size);
    bad[0] = 'x';
    refuse_vk_bytes(bad, size, 2, ROAM_E_FORMAT);
    memcpy(bad, bytes, size);
    bad[4] = 2;
    refuse_vk_bytes(bad, size, 2, ROAM_E_FORMAT);
    memcpy(bad, bytes, size);
    store_le32(bad + 5, GROTH16_INPUTS_MAX + 1);
    refuse_vk_bytes(bad, size, 2, ROAM_E_LIMIT);
    for (size_t i = 9; i < size; i += 32) {
        memcpy(bad, bytes, size);
        set_modulus(bad + i);
        refuse_vk_bytes(bad, size, 2, ROAM_E_RANGE);
        memcpy(bad, bytes, size);
        bad[i + 31] ^= 1;
        refuse_vk_bytes(bad, size, 2, ROAM_E_POINT);
    }
    bytes[4] = 0;
    assert_int_equal(groth16_vk_parse(&out, ic, 2, bytes, size), ROAM_OK);
    assert_false(out.insecure);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_proof),       cmocka_unit_test(test_inputs),
        cmocka_unit_test(test_points),           cmocka_unit_test(test_malleable),
        cmocka_unit_test(test_lint_points),      cmocka_unit_test(test_lint_forgeries),
        cmocka_unit_test(test_lint_relations),   cmocka_unit_test(test_batch),
        cmocka_unit_test(test_batch_cancelling), cmocka_unit_test(test_batch_places),
        cmocka_unit_test(test_without_tables),   cmocka_unit_test(test_batch_property),
        cmocka_unit_test(test_proof_bytes),      cmocka_unit_test(test_vk_bytes),
    };
    return cmocka_run_group_tests(tests, make_key, drop_key);
}

int main(void) { return run_on_each_cpu_level(run); }
