/* prove.h and setup_dev: proofs of small and random circuits verify, wrong witnesses do not, and what must be
 * refused is. */
#include "prop.h"

#include "groth16_keys.h"
#include "progress.h"

#include <string.h>

struct proved {
    struct fixture f;
    struct zkey key;
    struct groth16_vk vk;
    struct groth16_prepared_vk prepared;
};

static void begin(struct proved *p, struct roam_prng *prng)
{
    p->key = dev_key(&p->f, prng);
    assert_int_equal(zkey_vk(&p->vk, &p->key), ROAM_OK);
    assert_int_equal(groth16_vk_lint(&p->vk, NULL), ROAM_OK);
    groth16_prepare(&p->prepared, &p->vk);
}

static void end(struct proved *p)
{
    zkey_release(&p->key);
    fixture_release(&p->f);
}

static enum roam_err prove_and_verify(struct proved *p, const fr *witness, struct roam_prng *prng)
{
    groth16_proof proof = proof_of(&p->key, witness, prng);
    return groth16_verify(&p->prepared, &proof, witness + 1, p->vk.input_count);
}

static enum roam_err prove(groth16_proof *out, const struct proved *p, const fr *witness, size_t count,
                           const struct groth16_prove_options *options, const struct roam_env *env)
{
    void *scratch = aligned_memory(groth16_prove_scratch_size(&p->key, options->threads));
    struct roam_diag diag = {0};
    enum roam_err err = groth16_prove(out, &p->key, witness, count, options, env, scratch, &diag);
    assert_true((err == ROAM_OK || err == ROAM_E_CANCELLED) == (diag.text[0] == 0));
    free(scratch);
    return err;
}

static void test_cubic(void **state)
{
    struct roam_prng prng = prop_prng();
    struct proved p;
    (void)state;
    fixture_cubic(&p.f, 3);
    begin(&p, &prng);
    assert_int_equal(p.key.log_domain, 3);
    for (uint64_t x = 0; x < 20; x++) {
        struct fixture other;
        fixture_cubic(&other, x);
        assert_int_equal(prove_and_verify(&p, other.witness, &prng), ROAM_OK);
        fixture_release(&other);
        count_property++;
    }
    end(&p);
}

/* Every wire of the cubic circuit is bound: a change in any one makes the proof false. */
static void test_wrong_witness(void **state)
{
    struct roam_prng prng = prop_prng();
    struct proved p;
    (void)state;
    fixture_cubic(&p.f, 3);
    begin(&p, &prng);
    for (uint32_t wire = 1; wire < p.f.system.wire_count; wire++) {
        fr kept = p.f.witness[wire];
        fr_add(&p.f.witness[wire], &kept, &fr_one);
        assert_int_equal(prove_and_verify(&p, p.f.witness, &prng), ROAM_E_VERIFY);
        p.f.witness[wire] = kept;
        count_negative++;
    }
    end(&p);
}

static void test_random_systems(void **state)
{
    struct roam_prng prng = prop_prng();
    /* around powers of two: the domain has room for constraints + public wires + 1 */
    const uint32_t constraints[] = {1, 2, 3, 4, 5, 11, 12, 13, 60, 61, 250};
    (void)state;
    for (size_t i = 0; i < sizeof constraints / sizeof *constraints; i++) {
        struct proved p;
        fixture_random(&p.f, &prng, (uint32_t)prng_below(&prng, 3), (uint32_t)prng_below(&prng, 3),
                       constraints[i]);
        begin(&p, &prng);
        assert_int_equal(prove_and_verify(&p, p.f.witness, &prng), ROAM_OK);
        uint32_t last = p.f.system.wire_count - 1;
        fr_add(&p.f.witness[last], &p.f.witness[last], &fr_one);
        fr_add(&p.f.witness[last], &p.f.witness[last], &fr_one);
        assert_int_equal(prove_and_verify(&p, p.f.witness, &prng), ROAM_E_VERIFY);
        end(&p);
        count_property++;
        count_negative++;
    }
}

/* No public input at all: then there is just IC[0]. */
static void test_no_inputs(void **state)
{
    struct roam_prng prng = prop_prng();
    struct proved p;
    (void)state;
    fixture_random(&p.f, &prng, 0, 0, 6);
    begin(&p, &prng);
    assert_int_equal(p.vk.input_count, 0);
    assert_int_equal(prove_and_verify(&p, p.f.witness, &prng), ROAM_OK);
    end(&p);
}

static void test_randomness(void **state)
{
    struct roam_prng prng = prop_prng(), twin = prng;
    struct proved p;
    groth16_proof one, two, three;
    struct groth16_prove_options options = {.threads = 1}, threads = {.threads = 3};
    (void)state;
    fixture_random(&p.f, &prng, 1, 1, 40);
    begin(&p, &prng);
    prng = twin;
    struct roam_env env = roam_env_seeded(&prng), twin_env = roam_env_seeded(&twin);
    size_t count = p.f.system.wire_count;
    assert_int_equal(prove(&one, &p, p.f.witness, count, &options, &env), ROAM_OK);
    assert_int_equal(prove(&two, &p, p.f.witness, count, &threads, &twin_env), ROAM_OK);
    assert_memory_equal(&one, &two, sizeof one);
    assert_int_equal(prove(&two, &p, p.f.witness, count, &options, &env), ROAM_OK);
    assert_memory_not_equal(&one, &two, sizeof one);
    assert_int_equal(prove(&two, &p, p.f.witness, count, &options, &roam_env_system), ROAM_OK);
    assert_int_equal(prove(&three, &p, p.f.witness, count, &options, &roam_env_system), ROAM_OK);
    assert_false(g1_affine_equal(&two.a, &three.a) || g2_affine_equal(&two.b, &three.b) ||
                 g1_affine_equal(&two.c, &three.c));
    end(&p);
}

static bool stop_at(void *context, const char *what, uint64_t done, uint64_t total)
{
    assert_non_null(what);
    assert_true(done < total);
    return done < *(uint64_t *)context;
}

static void test_refusals(void **state)
{
    struct roam_prng prng = prop_prng();
    struct proved p;
    groth16_proof proof;
    struct groth16_prove_options options = {.threads = 1};
    struct roam_env env = roam_env_seeded(&prng);
    (void)state;
    fixture_cubic(&p.f, 3);
    begin(&p, &prng);
    size_t count = p.f.system.wire_count;
    assert_int_equal(prove(&proof, &p, p.f.witness, count - 1, &options, &env), ROAM_E_COUNT);
    p.f.witness[0] = fr_zero;
    assert_int_equal(prove(&proof, &p, p.f.witness, count, &options, &env), ROAM_E_RANGE);
    p.f.witness[0] = fr_one;
    options.system = &p.f.system;
    assert_int_equal(prove(&proof, &p, p.f.witness, count, &options, &env), ROAM_OK);
    p.f.witness[2] = fr_zero;
    assert_int_equal(prove(&proof, &p, p.f.witness, count, &options, &env), ROAM_E_VERIFY);
    struct r1cs_system other = p.f.system;
    options.system = &other;
    other.output_count = 0;
    assert_int_equal(prove(&proof, &p, p.f.witness, count, &options, &env), ROAM_E_COUNT);
    other.output_count = 1;
    other.wire_count = 4;
    assert_int_equal(prove(&proof, &p, p.f.witness, count, &options, &env), ROAM_E_COUNT);
    count_negative += 5;
    options.system = NULL;
    for (uint64_t stop = 0; stop < 8; stop++) {
        struct roam_progress progress = {&stop, stop_at};
        options.progress = &progress;
        uint64_t kept = stop;
        enum roam_err err = prove(&proof, &p, p.f.witness, count, &options, &env);
        assert_int_equal(err, kept < 7 ? ROAM_E_CANCELLED : ROAM_OK);
        count_negative++;
    }
    end(&p);
}

/* Nothing of the witness is left in the scratch memory. */
static void test_wiped(void **state)
{
    struct roam_prng prng = prop_prng();
    struct proved p;
    groth16_proof proof;
    struct groth16_prove_options options = {.threads = 1};
    struct roam_env env = roam_env_seeded(&prng);
    (void)state;
    fixture_random(&p.f, &prng, 1, 0, 100);
    begin(&p, &prng);
    struct groth16_prover prover;
    uint8_t *memory = aligned_memory(groth16_prover_size(&p.key));
    groth16_prover_init(&prover, &p.key, NULL, memory);
    size_t size = groth16_proof_scratch_size(&prover, 1);
    uint8_t *scratch = aligned_memory(size);
    assert_int_equal(
        groth16_prove_with(&proof, &prover, p.f.witness, p.key.wire_count, &options, &env, scratch, NULL),
        ROAM_OK);
    for (uint32_t wire = 1; wire < p.key.wire_count; wire++) {
        uint64_t limbs[4];
        fr_to_limbs(limbs, &p.f.witness[wire]);
        if (limbs[1] == 0) continue; /* a short value may stand there by chance */
        assert_null(memmem(scratch, size, limbs, sizeof limbs));
        assert_null(memmem(scratch, size, &p.f.witness[wire], sizeof(fr)));
        count_property++;
    }
    free(scratch);
    free(memory);
    end(&p);
}

static void test_setup(void **state)
{
    struct roam_prng prng = prop_prng();
    struct fixture f;
    struct zkey key;
    struct roam_env env = roam_env_seeded(&prng);
    uint64_t stop = 0;
    struct roam_progress progress = {&stop, stop_at};
    (void)state;
    fixture_cubic(&f, 3);
    assert_int_equal(setup_dev(&key, &f.system, &env, &progress, NULL), ROAM_E_CANCELLED);
    struct r1cs_system huge = f.system;
    huge.constraint_count = 0;
    huge.output_count = 1u << 31;
    huge.wire_count = UINT32_MAX;
    assert_int_equal(setup_dev(&key, &huge, &env, NULL, NULL), ROAM_E_LIMIT);
    count_negative += 2;
    struct zkey one = dev_key(&f, &prng), two = dev_key(&f, &prng);
    assert_false(g1_affine_equal(&one.alpha1, &two.alpha1) || g1_affine_equal(&one.beta1, &two.beta1) ||
                 g1_affine_equal(&one.delta1, &two.delta1) || g1_affine_equal(&one.a[2], &two.a[2]));
    zkey_release(&one);
    zkey_release(&two);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cubic),          cmocka_unit_test(test_wrong_witness),
        cmocka_unit_test(test_random_systems), cmocka_unit_test(test_no_inputs),
        cmocka_unit_test(test_randomness),     cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_wiped),          cmocka_unit_test(test_setup),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
