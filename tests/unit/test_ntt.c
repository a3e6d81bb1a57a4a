/* The transform against its definition in GMP's integers, against polynomial evaluation, and by its laws. */
#include "prop.h"
#include "dies.h"

#include "ntt.h"

#include <gmp.h>
#include <string.h>

static void random_fr(fr *out, struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    fr_from_wide(out, wide);
}

static void *allocate(size_t size)
{
    void *memory = aligned_alloc(64, (size + 64) / 64 * 64);
    assert_non_null(memory);
    return memory;
}

static fr *random_values(size_t size, struct roam_prng *prng)
{
    fr *values = allocate(size * sizeof *values);
    for (size_t i = 0; i < size; i++) random_fr(&values[i], prng);
    return values;
}

static fr *copy_of(const fr *values, size_t size)
{
    return memcpy(allocate(size * sizeof *values), values, size * sizeof *values);
}

static bool same(const fr *a, const fr *b, size_t size) { return memcmp(a, b, size * sizeof *a) == 0; }

static void domain_new(struct ntt_domain *domain, unsigned log_size)
{
    enum { GUARD = 64 };
    size_t size = ntt_domain_scratch_size(log_size);
    uint8_t *memory = allocate(size + GUARD), guard[GUARD];
    memset(memory + size, 0xa5, GUARD);
    memset(guard, 0xa5, GUARD);
    ntt_domain_init(domain, log_size, memory);
    assert_memory_equal(memory + size, guard, GUARD);
}

static void domain_free(struct ntt_domain *domain) { free(domain->twiddles); }

static void to_mpz(mpz_t out, const fr *a)
{
    uint8_t bytes[32];
    fr_to_le(bytes, a);
    mpz_import(out, 32, -1, 1, 0, 0, bytes);
}

static void modulus_and_root(mpz_t r, mpz_t root, unsigned log_size)
{
    mpz_t exponent;
    mpz_init(exponent);
    mpz_set_str(r, "21888242871839275222246405745257275088548364400416034343698204186575808495617", 10);
    mpz_sub_ui(exponent, r, 1);
    mpz_fdiv_q_2exp(exponent, exponent, log_size);
    mpz_set_ui(root, 5);
    mpz_powm(root, root, exponent, r);
    mpz_clear(exponent);
}

static void roots_of_unity(void **state)
{
    (void)state;
    mpz_t r, want, got;
    mpz_inits(r, want, got, NULL);
    for (unsigned log_size = 0; log_size <= 16; log_size++) {
        struct ntt_domain domain;
        domain_new(&domain, log_size);
        modulus_and_root(r, want, log_size);
        to_mpz(got, &domain.omega);
        assert_int_equal(mpz_cmp(got, want), 0);
        mpz_invert(want, want, r);
        to_mpz(got, &domain.omega_inv);
        assert_int_equal(mpz_cmp(got, want), 0);
        to_mpz(got, &domain.size_inv);
        mpz_mul_2exp(got, got, log_size);
        mpz_mod(got, got, r);
        assert_int_equal(mpz_cmp_ui(got, 1), 0);
        assert_int_equal(domain.size, (size_t)1 << log_size);
        domain_free(&domain);
        count_property++;
    }
    mpz_clears(r, want, got, NULL);
}

/* out = sum_i values[i] x^i */
static void evaluate_mpz(mpz_t out, const fr *values, size_t size, const mpz_t x, const mpz_t r)
{
    mpz_t coefficient;
    mpz_init(coefficient);
    mpz_set_ui(out, 0);
    for (size_t i = size; i-- > 0;) {
        to_mpz(coefficient, &values[i]);
        mpz_mul(out, out, x);
        mpz_add(out, out, coefficient);
        mpz_mod(out, out, r);
    }
    mpz_clear(coefficient);
}

/* Every output of one transform: sum_i values[i] omega^(ij) */
static void check_definition(unsigned log_size, const fr *values)
{
    struct ntt_domain domain;
    size_t size = (size_t)1 << log_size;
    fr *out = copy_of(values, size);
    mpz_t r, root, x, want, got;
    mpz_inits(r, root, x, want, got, NULL);
    domain_new(&domain, log_size);
    ntt_forward(&domain, out, 1);
    modulus_and_root(r, root, log_size);
    mpz_set_ui(x, 1);
    for (size_t j = 0; j < size; j++) {
        evaluate_mpz(want, values, size, x, r);
        to_mpz(got, &out[j]);
        if (mpz_cmp(got, want) != 0) fail_msg("size 2^%u: output %zu is wrong", log_size, j);
        mpz_mul(x, x, root);
        mpz_mod(x, x, r);
    }
    count_property++;
    mpz_clears(r, root, x, want, got, NULL);
    domain_free(&domain);
    free(out);
}

static void agrees_with_definition(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned log_size = 0; log_size <= 9; log_size++) {
        size_t size = (size_t)1 << log_size;
        fr *values = random_values(size, &prng);
        check_definition(log_size, values);
        memset(values, 0, size * sizeof *values);
        check_definition(log_size, values);
        fr_neg(&values[size - 1], &fr_one);
        check_definition(log_size, values);
        for (size_t i = 0; i < size; i++) fr_neg(&values[i], &fr_one);
        check_definition(log_size, values);
        free(values);
    }
}

/* out[j] = sum_i values[i stride] omega^(ij) from the sums over even and over odd i. */
static void halves(fr *out, const fr *values, size_t size, size_t stride, const fr *omega)
{
    fr square, power = fr_one, odd;
    if (size == 1) {
        out[0] = values[0];
        return;
    }
    fr_sqr(&square, omega);
    halves(out, values, size / 2, 2 * stride, &square);
    halves(out + size / 2, values + stride, size / 2, 2 * stride, &square);
    for (size_t j = 0; j < size / 2; j++) {
        fr_mul(&odd, &power, &out[size / 2 + j]);
        fr_sub(&out[size / 2 + j], &out[j], &odd);
        fr_add(&out[j], &out[j], &odd);
        fr_mul(&power, &power, omega);
    }
}

/* Every output of all sizes up to 2^15, for random values and the largest there are; sums of inputs give sums
 * of outputs. */
static void agrees_with_recursion(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    const fr largest = {{fr_modulus[0] - 1, fr_modulus[1], fr_modulus[2], fr_modulus[3]}};
    for (unsigned log_size = 0; log_size <= 15; log_size++) {
        struct ntt_domain domain;
        size_t size = (size_t)1 << log_size;
        fr *a = random_values(size, &prng), *b = random_values(size, &prng), *want = copy_of(a, size);
        fr *sum = copy_of(a, size);
        for (size_t i = 0; i < size; i++)
            if (prng_below(&prng, 4) > 0) b[i] = largest;
        for (size_t i = 0; i < size; i++) fr_add(&sum[i], &a[i], &b[i]);
        domain_new(&domain, log_size);
        fr *inputs[] = {a, b, sum};
        for (int k = 0; k < 3; k++) {
            halves(want, inputs[k], size, 1, &domain.omega);
            ntt_forward(&domain, inputs[k], 1 + (unsigned)k);
            if (!same(inputs[k], want, size)) fail_msg("size 2^%u, input %d differs", log_size, k);
            count_property++;
        }
        for (size_t i = 0; i < size; i++) {
            fr_add(&a[i], &a[i], &b[i]);
            assert_true(fr_equal(&a[i], &sum[i]));
        }
        domain_free(&domain);
        free(a);
        free(b);
        free(sum);
        free(want);
    }
}

/* One output, chosen at random, of a large transform. */
static void check_output(const struct ntt_domain *domain, const fr *in, const fr *out, struct roam_prng *prng)
{
    size_t j = prng_below(prng, domain->size);
    fr x, sum = fr_zero;
    fr_pow_vartime(&x, &domain->omega, (const uint64_t[4]){j});
    for (size_t i = domain->size; i-- > 0;) {
        fr_mul(&sum, &sum, &x);
        fr_add(&sum, &sum, &in[i]);
    }
    if (!fr_equal(&sum, &out[j])) fail_msg("size 2^%u: output %zu is wrong", domain->log_size, j);
    count_property++;
}

static void check_round_trip(unsigned log_size, struct roam_prng *prng)
{
    static const unsigned thread_counts[] = {1, 2, 3, 100};
    struct ntt_domain domain;
    size_t size = (size_t)1 << log_size;
    fr *values = random_values(size, prng), *first = copy_of(values, size);
    domain_new(&domain, log_size);
    ntt_forward(&domain, first, 1);
    check_output(&domain, values, first, prng);
    check_output(&domain, values, first, prng);
    for (size_t i = 0; i < 4; i++) {
        fr *out = copy_of(values, size);
        ntt_forward(&domain, out, thread_counts[i]);
        if (!same(out, first, size)) fail_msg("size 2^%u: %u threads differ", log_size, thread_counts[i]);
        ntt_inverse(&domain, out, thread_counts[i]);
        if (!same(out, values, size))
            fail_msg("size 2^%u, %u threads: inverse after forward", log_size, thread_counts[i]);
        ntt_inverse(&domain, out, thread_counts[i]);
        ntt_forward(&domain, out, 1);
        if (!same(out, values, size))
            fail_msg("size 2^%u, %u threads: forward after inverse", log_size, thread_counts[i]);
        free(out);
        count_property += 3;
    }
    domain_free(&domain);
    free(values);
    free(first);
}

static void inverse_undoes_forward(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned log_size = 0; log_size <= 14; log_size++) check_round_trip(log_size, &prng);
}

static void large_sizes(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    check_round_trip(16, &prng);
    check_round_trip(17, &prng);
    check_round_trip(18, &prng);
}

/* Products of values are values of the product, taken modulo x^size - 1. */
static void convolution(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned log_size = 0; log_size <= 8; log_size++) {
        struct ntt_domain domain;
        size_t size = (size_t)1 << log_size;
        fr *a = random_values(size, &prng), *b = random_values(size, &prng);
        fr *want = allocate(size * sizeof *want), product;
        memset(want, 0, size * sizeof *want);
        for (size_t i = 0; i < size; i++)
            for (size_t j = 0; j < size; j++) {
                fr_mul(&product, &a[i], &b[j]);
                fr_add(&want[(i + j) % size], &want[(i + j) % size], &product);
            }
        domain_new(&domain, log_size);
        ntt_forward(&domain, a, 1);
        ntt_forward(&domain, b, 1);
        for (size_t i = 0; i < size; i++) fr_mul(&a[i], &a[i], &b[i]);
        ntt_inverse(&domain, a, 1);
        assert_true(same(a, want, size));
        count_property++;
        domain_free(&domain);
        free(a);
        free(b);
        free(want);
    }
}

/* Also for sizes that are no power of two. */
static void shift_by_powers(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    static const size_t sizes[] = {0, 1, 2, 3, 100, 4095, 4096, 10000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t size = sizes[k];
        fr *values = random_values(size, &prng), *want = copy_of(values, size), shift, power = fr_one;
        random_fr(&shift, &prng);
        for (size_t i = 0; i < size; i++) {
            fr_mul(&want[i], &want[i], &power);
            fr_mul(&power, &power, &shift);
        }
        for (unsigned threads = 1; threads <= 4; threads++) {
            fr *out = copy_of(values, size);
            ntt_shift(out, size, &shift, threads);
            if (!same(out, want, size)) fail_msg("%zu values shifted by %u threads", size, threads);
            free(out);
            count_property++;
        }
        free(values);
        free(want);
    }
}

static void call_with_too_large_size(void) { (void)ntt_domain_scratch_size(NTT_LOG_MAX + 1); }

static void call_misaligned(void)
{
    static _Alignas(64) uint8_t memory[1024];
    struct ntt_domain domain;
    ntt_domain_init(&domain, 3, memory + 32);
}

static void call_without_threads(void)
{
    static _Alignas(64) fr memory[4], values[8];
    struct ntt_domain domain;
    ntt_domain_init(&domain, 3, memory);
    ntt_forward(&domain, values, 0);
}

static void bad_calls_abort(void **state)
{
    (void)state;
    assert_true(dies(call_with_too_large_size));
    assert_true(dies(call_misaligned));
    assert_true(dies(call_without_threads));
    count_negative += 3;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_of_unity),        cmocka_unit_test(agrees_with_definition),
        cmocka_unit_test(agrees_with_recursion), cmocka_unit_test(inverse_undoes_forward),
        cmocka_unit_test(large_sizes),           cmocka_unit_test(convolution),
        cmocka_unit_test(shift_by_powers),       cmocka_unit_test(bad_calls_abort),
    };
    (void)argc;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
