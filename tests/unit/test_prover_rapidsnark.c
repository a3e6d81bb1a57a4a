/* rapidsnark's interface over the prover: what programs written for it rely on, from its public headers. */
#include "prop.h"

#include "file.h"
#include "prover.h"
#include "verifier.h"

#include <stdio.h>
#include <string.h>

enum { SIZE_MAX_READ = 1 << 16, PROOF_SIZE = 810, PUBLIC_SIZE = 86 };

struct vector {
    char path[1024];
    uint8_t *data;
    size_t size;
};

static struct vector zkey, wtns, vkey, signals, proof;

static void load(struct vector *v, const char *name)
{
    snprintf(v->path, sizeof v->path, "%s/groth16/%s", TEST_VECTORS_DIR, name);
    assert_int_equal(file_read(&v->data, &v->size, v->path, SIZE_MAX_READ, NULL), ROAM_OK);
}

static int load_all(void **state)
{
    (void)state;
    load(&zkey, "beacon.zkey");
    load(&wtns, "cubic.wtns");
    load(&vkey, "vkey.json");
    load(&signals, "public.json");
    load(&proof, "proof.json");
    return 0;
}

static int free_all(void **state)
{
    struct vector *all[] = {&zkey, &wtns, &vkey, &signals, &proof};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]->data);
    return 0;
}

/* The buffers of one call, as sizes say. */
struct call {
    char proof[1024], signals[1024], message[256];
    unsigned long long proof_size, signals_size;
};

static struct call new_call(unsigned long long proof_size, unsigned long long signals_size)
{
    struct call call = {.proof_size = proof_size, .signals_size = signals_size};
    memset(call.proof, 'x', sizeof call.proof);
    memset(call.signals, 'x', sizeof call.signals);
    return call;
}

static int verify(const char *proof_text, const char *signals_text)
{
    return groth16_verify(proof_text, signals_text, (char *)vkey.data, NULL, 0);
}

/* The texts end where the sizes say, without white space, and hold. */
static void check(const struct call *call)
{
    assert_int_equal(strlen(call->proof), call->proof_size);
    assert_int_equal(strlen(call->signals), call->signals_size);
    assert_null(strpbrk(call->proof, " \n"));
    assert_string_equal(call->signals, "[\"35\"]");
    assert_int_equal(verify(call->proof, call->signals), VERIFIER_VALID_PROOF);
    assert_int_equal(verify(call->proof, "[\"36\"]"), VERIFIER_INVALID_PROOF);
    count_property++;
    count_negative++;
}

static void test_sizes(void **state)
{
    unsigned long long size = 0, twin = 0;
    char message[8];
    (void)state;
    groth16_proof_size(&size);
    assert_int_equal(size, PROOF_SIZE);
    assert_int_equal(groth16_public_size_for_zkey_buf(zkey.data, zkey.size, &size, NULL, 0), PROVER_OK);
    assert_int_equal(groth16_public_size_for_zkey_file(zkey.path, &twin, NULL, 0), PROVER_OK);
    assert_int_equal(size, PUBLIC_SIZE);
    assert_int_equal(twin, PUBLIC_SIZE);
    memset(message, 'x', sizeof message);
    assert_int_equal(groth16_public_size_for_zkey_buf(wtns.data, wtns.size, &size, message, 4), PROVER_ERROR);
    assert_int_equal(strlen(message), 3);
    assert_int_equal(message[4], 'x');
    assert_int_equal(groth16_public_size_for_zkey_file("absent.zkey", &size, message, 8), PROVER_ERROR);
    count_negative += 2;
}

static void test_prover(void **state)
{
    void *prover = NULL;
    struct call call;
    (void)state;
    assert_int_equal(groth16_prover_create(&prover, zkey.data, zkey.size, NULL, 0), PROVER_OK);
    for (int i = 0; i < 4; i++) {
        call = new_call(PROOF_SIZE, PUBLIC_SIZE);
        assert_int_equal(groth16_prover_prove(prover, wtns.data, wtns.size, call.proof, &call.proof_size,
                                              call.signals, &call.signals_size, call.message,
                                              sizeof call.message),
                         PROVER_OK);
        check(&call);
    }
    groth16_prover_destroy(prover);
    prover = NULL;
    assert_int_equal(groth16_prover_create_zkey_file(&prover, zkey.path, NULL, 0), PROVER_OK);
    call = new_call(PROOF_SIZE, PUBLIC_SIZE);
    assert_int_equal(groth16_prover_prove(prover, wtns.data, wtns.size, call.proof, &call.proof_size,
                                          call.signals, &call.signals_size, NULL, 0),
                     PROVER_OK);
    check(&call);
    groth16_prover_destroy(prover);
    groth16_prover_destroy(NULL);
}

static void test_one_call(void **state)
{
    struct call call = new_call(PROOF_SIZE, PUBLIC_SIZE);
    (void)state;
    assert_int_equal(groth16_prover(zkey.data, zkey.size, wtns.data, wtns.size, call.proof, &call.proof_size,
                                    call.signals, &call.signals_size, NULL, 0),
                     PROVER_OK);
    check(&call);
    call = new_call(PROOF_SIZE, PUBLIC_SIZE);
    assert_int_equal(groth16_prover_zkey_file(zkey.path, wtns.data, wtns.size, call.proof, &call.proof_size,
                                              call.signals, &call.signals_size, NULL, 0),
                     PROVER_OK);
    check(&call);
}

static void test_short_buffers(void **state)
{
    const unsigned long long sizes[][2] = {
        {0, PUBLIC_SIZE}, {PROOF_SIZE, 0}, {100, PUBLIC_SIZE}, {PROOF_SIZE, 6}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct call call = new_call(sizes[i][0], sizes[i][1]);
        assert_int_equal(groth16_prover(zkey.data, zkey.size, wtns.data, wtns.size, call.proof,
                                        &call.proof_size, call.signals, &call.signals_size, call.message,
                                        sizeof call.message),
                         PROVER_ERROR_SHORT_BUFFER);
        assert_int_equal(call.signals_size, 7);
        assert_in_range(call.proof_size, 600, PROOF_SIZE);
        assert_int_equal(call.proof[0], 'x');
        assert_int_equal(call.signals[0], 'x');
        assert_non_null(strstr(call.message, "the public signals 7"));
        count_negative++;
    }
}

static void refuses(int expected, void *prover, const uint8_t *data, size_t size)
{
    struct call call = new_call(PROOF_SIZE, PUBLIC_SIZE);
    assert_int_equal(groth16_prover_prove(prover, data, size, call.proof, &call.proof_size, call.signals,
                                          &call.signals_size, call.message, sizeof call.message),
                     expected);
    assert_int_not_equal(call.message[0], '\0');
    assert_int_equal(call.proof[0], 'x');
    count_negative++;
}

static void test_refusals(void **state)
{
    void *prover = NULL;
    char message[64] = {0};
    unsigned long long size = 0;
    (void)state;
    assert_int_equal(groth16_prover_create(NULL, zkey.data, zkey.size, message, sizeof message),
                     PROVER_ERROR);
    assert_int_equal(groth16_prover_create(&prover, NULL, 0, message, sizeof message), PROVER_ERROR);
    assert_int_equal(groth16_prover_create(&prover, zkey.data, zkey.size - 1, message, sizeof message),
                     PROVER_ERROR);
    assert_int_equal(groth16_prover_create_zkey_file(NULL, zkey.path, message, sizeof message), PROVER_ERROR);
    assert_int_equal(groth16_prover_create_zkey_file(&prover, "absent.zkey", message, sizeof message),
                     PROVER_ERROR);
    assert_int_equal(groth16_prover_zkey_file("absent.zkey", wtns.data, wtns.size, message, &size, message,
                                              &size, NULL, 0),
                     PROVER_ERROR);
    assert_null(prover);
    assert_int_equal(groth16_prover_create(&prover, zkey.data, zkey.size, NULL, 0), PROVER_OK);
    assert_int_equal(groth16_prover_prove(prover, wtns.data, wtns.size, NULL, &size, message, &size, NULL, 0),
                     PROVER_ERROR);
    assert_int_equal(
        groth16_prover_prove(NULL, wtns.data, wtns.size, message, &size, message, &size, NULL, 0),
        PROVER_ERROR);
    count_negative += 8;

    /* The witness ends with its values, whose section has its length 8 bytes before it, after its number. */
    uint8_t *changed = malloc(wtns.size);
    assert_non_null(changed);
    memcpy(changed, wtns.data, wtns.size);
    changed[wtns.size - 32] ^= 1;
    refuses(PROVER_ERROR, prover, changed, wtns.size);
    refuses(PROVER_ERROR, prover, changed, 10);
    memcpy(changed, wtns.data, wtns.size);
    size_t length = wtns.size - 5 * 32 - 8, count = length - 4 - 4;
    assert_int_equal(changed[length], 5 * 32);
    assert_int_equal(changed[count], 5);
    changed[length] = 4 * 32;
    changed[count] = 4;
    refuses(PROVER_INVALID_WITNESS_LENGTH, prover, changed, wtns.size - 32);
    free(changed);
    groth16_prover_destroy(prover);
}

/* A proof as rapidsnark writes it has no "curve"; and what is no proof. */
static void test_verify(void **state)
{
    char *text = (char *)proof.data, message[32] = {0};
    (void)state;
    assert_int_equal(verify(text, (char *)signals.data), VERIFIER_VALID_PROOF);
    char *end = strstr(text, ",\n \"curve\"");
    assert_non_null(end);
    memcpy(end, "}", 2);
    assert_int_equal(verify(text, (char *)signals.data), VERIFIER_VALID_PROOF);
    count_property += 2;
    assert_int_equal(verify(text, "[\"36\"]"), VERIFIER_INVALID_PROOF);
    assert_int_equal(verify(text, "[]"), VERIFIER_ERROR);
    assert_int_equal(verify("", "[\"35\"]"), VERIFIER_ERROR);
    assert_int_equal(verify("{}", "[\"35\"]"), VERIFIER_ERROR);
    assert_int_equal(verify("x{\"protocol\":\"groth16\"}", "[\"35\"]"), VERIFIER_ERROR);
    assert_int_equal(verify(NULL, "[\"35\"]"), VERIFIER_ERROR);
    assert_int_equal(
        verify(text, "[\"21888242871839275222246405745257275088548364400416034343698204186575808495652\"]"),
        VERIFIER_ERROR);
    assert_int_equal(groth16_verify(text, "[\"35\"]", text, message, sizeof message), VERIFIER_ERROR);
    assert_int_not_equal(message[0], '\0');
    count_negative += 8;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),    cmocka_unit_test(test_prover),
        cmocka_unit_test(test_one_call), cmocka_unit_test(test_short_buffers),
        cmocka_unit_test(test_refusals), cmocka_unit_test(test_verify),
    };
    int failed = cmocka_run_group_tests(tests, load_all, free_all);
    prop_print_counts();
    return failed;
}
