/* Poseidon against circomlibjs (tests/vectors/poseidon.txt) and against the plain definition on the same
 * parameters. */
#include "prop.h"

#include "dies.h"
#include "fr_dot.h"
#include "poseidon.h"

#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The definition: add constants, S-box, matrix. */
static void plain_permutation(fr *state, unsigned t)
{
    const struct poseidon_params *p = poseidon_params(t);
    for (unsigned r = 0; r < 8 + p->partial_rounds; r++) {
        fr in[POSEIDON_T_MAX];
        for (unsigned i = 0; i < t; i++) {
            fr x, power;
            fr_add(&x, &state[i], &p->constants[r * t + i]);
            fr_mul(&power, &x, &x);
            fr_mul(&power, &power, &power);
            fr_mul(&in[i], &power, &x);
            if (i > 0 && r >= 4 && r < 4 + p->partial_rounds) in[i] = x;
        }
        for (unsigned i = 0; i < t; i++) {
            state[i] = fr_zero;
            for (unsigned j = 0; j < t; j++) {
                fr product;
                fr_mul(&product, &p->mds[i * t + j], &in[j]);
                fr_add(&state[i], &state[i], &product);
            }
        }
    }
}

static void check_against_plain(const fr *capacity, const fr *inputs, size_t count)
{
    fr state[POSEIDON_T_MAX], out[POSEIDON_T_MAX];
    state[0] = *capacity;
    memcpy(state + 1, inputs, count * sizeof *inputs);
    plain_permutation(state, (unsigned)count + 1);
    poseidon_ex(out, count + 1, capacity, inputs, count);
    assert_memory_equal(out, state, (count + 1) * sizeof *out);
    count_property++;
}

static void random_element(fr *out, struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    fr_from_wide(out, wide);
}

static void agrees_with_the_definition(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    fr minus_one, edge[3] = {fr_zero, fr_one}, inputs[POSEIDON_INPUTS_MAX], capacity;
    fr_neg(&minus_one, &fr_one);
    edge[2] = minus_one;
    for (size_t count = 1; count <= POSEIDON_INPUTS_MAX; count++) {
        for (int e = 0; e < 3; e++) {
            for (size_t i = 0; i < count; i++) inputs[i] = edge[e];
            for (int c = 0; c < 3; c++) check_against_plain(&edge[c], inputs, count);
        }
        for (int n = 0; n < 20; n++) {
            random_element(&capacity, &prng);
            for (size_t i = 0; i < count; i++) random_element(&inputs[i], &prng);
            check_against_plain(&capacity, inputs, count);
        }
    }
}

/* One capacity-0 output is poseidon(), and an output may lie on its inputs. */
static void short_form_and_aliasing(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    fr inputs[POSEIDON_INPUTS_MAX], a, b;
    for (size_t count = 1; count <= POSEIDON_INPUTS_MAX; count++) {
        for (size_t i = 0; i < count; i++) random_element(&inputs[i], &prng);
        poseidon(&a, inputs, count);
        poseidon_ex(&b, 1, &fr_zero, inputs, count);
        assert_true(fr_equal(&a, &b));
        poseidon(&inputs[count - 1], inputs, count);
        assert_true(fr_equal(&a, &inputs[count - 1]));
        count_property += 2;
    }
}

enum { HASHES = 19 };

static void check_many(const fr *inputs, size_t count, size_t hashes)
{
    fr out[HASHES + 1], expected;
    out[hashes] = fr_one;
    poseidon_many(out, inputs, count, hashes);
    for (size_t i = 0; i < hashes; i++) {
        poseidon(&expected, inputs + i * count, count);
        assert_true(fr_equal(&out[i], &expected));
        count_property++;
    }
    assert_true(fr_equal(&out[hashes], &fr_one)); /* nothing written behind the end */
}

static void check_absorb_many(const fr *capacities, const fr *inputs, size_t count, size_t hashes)
{
    fr states[HASHES + 1], expected;
    memcpy(states, capacities, hashes * sizeof *states);
    states[hashes] = fr_one;
    poseidon_absorb_many(states, inputs, count, hashes);
    for (size_t i = 0; i < hashes; i++) {
        poseidon_ex(&expected, 1, &capacities[i], inputs + i * count, count);
        assert_true(fr_equal(&states[i], &expected));
        count_property++;
    }
    assert_true(fr_equal(&states[hashes], &fr_one));
}

static void mixed_elements(fr *out, size_t count, struct roam_prng *prng)
{
    for (size_t i = 0; i < count; i++) {
        random_element(&out[i], prng);
        if (i % 11 == 0) fr_neg(&out[i], &fr_one);
        if (i % 13 == 0) out[i] = fr_zero;
    }
}

/* Every width, group sizes around the eight lanes, edge values in some lanes. */
static void many_are_the_single_ones(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    static fr inputs[HASHES * POSEIDON_INPUTS_MAX], capacities[HASHES];
    for (size_t count = 1; count <= POSEIDON_INPUTS_MAX; count++)
        for (size_t hashes = 0; hashes <= HASHES; hashes++) {
            mixed_elements(inputs, hashes * count, &prng);
            mixed_elements(capacities, hashes, &prng);
            check_many(inputs, count, hashes);
            check_absorb_many(capacities, inputs, count, hashes);
        }
}

static void published_value(void **state)
{
    (void)state;
    fr inputs[3], out;
    char text[80];
    fr_from_u64(&inputs[0], 10);
    fr_from_u64(&inputs[1], 10240);
    fr_from_u64(&inputs[2], 60);
    poseidon(&out, inputs, 3);
    assert_string_equal(fr_to_decimal(text, &out),
                        "17439512958837443391502439933528566471468606623580200177475377690337083279807");
}

static void hash_elements(EVP_MD_CTX *md, const fr *elements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[32];
        fr_to_le(bytes, &elements[i]);
        assert_int_equal(EVP_DigestUpdate(md, bytes, sizeof bytes), 1);
    }
}

static void check_params(unsigned t, const char *expected)
{
    const struct poseidon_params *p = poseidon_params(t);
    uint8_t digest[32], wanted[32];
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    assert_non_null(md);
    assert_int_equal(p->t, t);
    assert_int_equal(EVP_DigestInit_ex(md, EVP_sha256(), NULL), 1);
    hash_elements(md, p->constants, (size_t)(8 + p->partial_rounds) * t);
    hash_elements(md, p->mds, (size_t)t * t);
    assert_int_equal(EVP_DigestFinal_ex(md, digest, NULL), 1);
    EVP_MD_CTX_free(md);
    for (int i = 0; i < 32; i++) {
        unsigned byte;
        assert_int_equal(sscanf(expected + 2 * i, "%2x", &byte), 1);
        wanted[i] = (uint8_t)byte;
    }
    assert_memory_equal(digest, wanted, 32);
}

static fr next_element(char **rest)
{
    const char *word = strtok_r(NULL, " \n", rest);
    fr out;
    assert_non_null(word);
    assert_int_equal(fr_from_decimal(&out, word, strlen(word)), ROAM_OK);
    return out;
}

static size_t next_size(char **rest)
{
    const char *word = strtok_r(NULL, " \n", rest);
    assert_non_null(word);
    return strtoul(word, NULL, 10);
}

/* Three times the same permutation, side by side. */
static void check_absorbed(const fr *expected, const fr *capacity, const fr *inputs, size_t count)
{
    fr states[3] = {*capacity, *capacity, *capacity}, side_by_side[3 * POSEIDON_INPUTS_MAX];
    for (size_t i = 0; i < 3; i++) memcpy(side_by_side + i * count, inputs, count * sizeof *inputs);
    poseidon_absorb_many(states, side_by_side, count, 3);
    for (size_t i = 0; i < 3; i++) assert_true(fr_equal(&states[i], expected));
}

static void check_hash(char **rest)
{
    fr inputs[POSEIDON_INPUTS_MAX], out[POSEIDON_T_MAX];
    size_t count = next_size(rest), out_count = next_size(rest);
    assert_in_range(count, 1, POSEIDON_INPUTS_MAX);
    assert_in_range(out_count, 1, count + 1);
    fr capacity = next_element(rest);
    for (size_t i = 0; i < count; i++) inputs[i] = next_element(rest);
    poseidon_ex(out, out_count, &capacity, inputs, count);
    for (size_t i = 0; i < out_count; i++) {
        fr expected = next_element(rest);
        assert_true(fr_equal(&out[i], &expected));
    }
    check_absorbed(&out[0], &capacity, inputs, count);
}

static void circomlibjs_vectors(void **state)
{
    (void)state;
    FILE *file = fopen(TEST_VECTORS_DIR "/poseidon.txt", "r");
    static char line[8192];
    unsigned params = 0, hashes = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest, *word = strtok_r(line, " \n", &rest);
        if (strcmp(word, "params") == 0) {
            unsigned t = (unsigned)next_size(&rest);
            check_params(t, strtok_r(NULL, " \n", &rest));
            params++;
        } else {
            check_hash(&rest);
            hashes++;
        }
    }
    fclose(file);
    assert_int_equal(params, 16);
    assert_int_equal(hashes, 161);
}

static void assert_aborts(size_t count, size_t out_count)
{
    static fr inputs[POSEIDON_INPUTS_MAX + 2], out[POSEIDON_T_MAX + 2];
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(1);
        poseidon_ex(out, out_count, &fr_zero, inputs, count);
        _exit(0);
    }
    assert_true(child > 0);
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    count_negative++;
}

static void many_of_no_inputs(void)
{
    fr out;
    poseidon_many(&out, &fr_zero, 0, 1);
}

static void absorb_more_than_fit(void)
{
    fr state = fr_zero;
    static fr inputs[POSEIDON_INPUTS_MAX + 1];
    poseidon_absorb_many(&state, inputs, POSEIDON_INPUTS_MAX + 1, 1);
}

static void widths_out_of_range_stop_the_program(void **state)
{
    (void)state;
    assert_aborts(0, 1);
    assert_aborts(POSEIDON_INPUTS_MAX + 1, 1);
    assert_aborts(2, 0);
    assert_aborts(2, 4);
    assert_true(dies(many_of_no_inputs));
    assert_true(dies(absorb_more_than_fit));
    count_negative += 2;
}

/* Inner products of the largest and of random elements against single products. */
static void inner_products(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    fr a[FR_DOT_MAX], b[FR_DOT_MAX], product, got;
    /* r - 1 as it stands in the limbs */
    const fr largest = {{fr_modulus[0] - 1, fr_modulus[1], fr_modulus[2], fr_modulus[3]}};
    for (int n = 0; n < 40; n++)
        for (size_t count = 1; count <= FR_DOT_MAX; count++) {
            fr expected = fr_zero;
            for (size_t i = 0; i < count; i++) {
                random_element(&a[i], &prng);
                random_element(&b[i], &prng);
                if (n == 0 || (n < 8 && prng_below(&prng, 4) > 0)) a[i] = b[i] = largest;
                fr_mul(&product, &a[i], &b[i]);
                fr_add(&expected, &expected, &product);
            }
            fr_dot(&got, a, b, count);
            assert_memory_equal(&got, &expected, sizeof got);
            count_property++;
        }
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_out_of_range_stop_the_program),
        cmocka_unit_test(inner_products),
        cmocka_unit_test(published_value),
        cmocka_unit_test(circomlibjs_vectors),
        cmocka_unit_test(agrees_with_the_definition),
        cmocka_unit_test(many_are_the_single_ones),
        cmocka_unit_test(short_form_and_aliasing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
