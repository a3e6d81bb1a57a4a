/* quotient.h against its definition: polynomials from their values by sums over all powers of omega, and, for
 * domains too large for that, by ntt.h's transforms one after the other. */
#include "prop.h"

#include "dies.h"
#include "quotient.h"

#include <string.h>

enum { GUARD = 64, NAIVE_LOG = 6 };

struct guarded {
    uint8_t *memory;
    size_t size;
};

static struct guarded guarded_new(size_t size)
{
    struct guarded g = {aligned_alloc(64, (size + GUARD + 63) / 64 * 64), size};
    assert_non_null(g.memory);
    memset(g.memory, 0x5a, size + GUARD);
    return g;
}

/* Nothing was written behind the end. */
static void guarded_free(struct guarded g)
{
    for (size_t i = 0; i < GUARD; i++) assert_int_equal(g.memory[g.size + i], 0x5a);
    free(g.memory);
}

static fr random_fr(struct roam_prng *prng)
{
    uint8_t wide[64];
    fr value;
    prng_bytes(prng, wide, sizeof wide);
    fr_from_wide(&value, wide);
    return value;
}

/* omega of order 2^log */
static fr root(unsigned log)
{
    struct ntt_domain domain;
    struct guarded memory = guarded_new(ntt_domain_scratch_size(log));
    ntt_domain_init(&domain, log, memory.memory);
    guarded_free(memory);
    return domain.omega;
}

struct system {
    unsigned log_domain;
    uint32_t wire_count;
    size_t term_count;
    struct zkey_term *terms;
    fr *witness;
};

enum shape { UNITS, PRODUCTS, MIXED, SHAPES };

static fr coefficient(enum shape shape, struct roam_prng *prng)
{
    fr value = fr_one;
    if (shape == PRODUCTS || (shape == MIXED && prng_below(prng, 8) == 0)) value = random_fr(prng);
    if (shape == PRODUCTS && prng_below(prng, 8) == 0) value = fr_zero;
    if (prng_below(prng, 3) == 0) fr_neg(&value, &value);
    return value;
}

static fr wire_value(struct roam_prng *prng)
{
    fr value;
    switch (prng_below(prng, 4)) {
    case 0:
        value = fr_zero;
        break;
    case 1:
        value = fr_one;
        break;
    case 2:
        fr_neg(&value, &fr_one);
        break;
    default:
        value = random_fr(prng);
    }
    return value;
}

/* Terms in random order; some go to row `long_row` of A, the others to random rows, of which many stay
 * empty if terms are few. */
static struct system system_new(struct roam_prng *prng, unsigned log_domain, size_t term_count,
                                size_t long_terms, enum shape shape)
{
    struct system s = {log_domain, 1 + (uint32_t)prng_below(prng, 1000), term_count, NULL, NULL};
    s.terms = calloc(term_count + 1, sizeof *s.terms);
    s.witness = calloc(s.wire_count, sizeof *s.witness);
    assert_true(s.terms != NULL && s.witness != NULL);
    uint32_t long_row = (uint32_t)prng_below(prng, (uint64_t)1 << log_domain);
    for (size_t i = 0; i < term_count; i++) {
        bool in_long_row = prng_below(prng, term_count) < long_terms;
        s.terms[i] = (struct zkey_term){
            .matrix = in_long_row ? ZKEY_MATRIX_A : (uint32_t)prng_below(prng, 2),
            .row = in_long_row ? long_row : (uint32_t)prng_below(prng, (uint64_t)1 << log_domain),
            .wire = (uint32_t)prng_below(prng, s.wire_count),
            .value = coefficient(shape, prng),
        };
    }
    for (uint32_t i = 0; i < s.wire_count; i++) s.witness[i] = wire_value(prng);
    return s;
}

static void system_free(struct system *s)
{
    free(s->terms);
    free(s->witness);
}

/* values[0] = A w, values[1] = B w, values[2] their products */
static void rows(fr *values[3], const struct system *s)
{
    size_t size = (size_t)1 << s->log_domain;
    for (int i = 0; i < 3; i++) assert_non_null(values[i] = calloc(size, sizeof **values));
    for (size_t i = 0; i < s->term_count; i++) {
        const struct zkey_term *term = &s->terms[i];
        fr product, *sum = &values[term->matrix][term->row];
        fr_mul(&product, &term->value, &s->witness[term->wire]);
        fr_add(sum, sum, &product);
    }
    for (size_t i = 0; i < size; i++) fr_mul(&values[2][i], &values[0][i], &values[1][i]);
}

/* Horner */
static fr at(const fr *coefficients, size_t size, const fr *x)
{
    fr sum = fr_zero;
    for (size_t i = size; i-- > 0;) {
        fr_mul(&sum, &sum, x);
        fr_add(&sum, &sum, &coefficients[i]);
    }
    return sum;
}

/* Values on the domain to values at g omega^j: coefficient k is sum_i values[i] omega^(-ik) / size. */
static void to_odd_points_naive(fr *values, unsigned log_domain)
{
    size_t size = (size_t)1 << log_domain;
    fr coefficients[1 << NAIVE_LOG], omega = root(log_domain), x = fr_one, size_inv;
    fr_from_u64(&size_inv, size);
    fr_inv(&size_inv, &size_inv);
    fr_inv(&omega, &omega);
    for (size_t k = 0; k < size; k++) {
        coefficients[k] = at(values, size, &x);
        fr_mul(&coefficients[k], &coefficients[k], &size_inv);
        fr_mul(&x, &x, &omega);
    }
    fr_inv(&omega, &omega);
    x = root(log_domain + 1);
    for (size_t j = 0; j < size; j++) {
        values[j] = at(coefficients, size, &x);
        fr_mul(&x, &x, &omega);
    }
}

static void to_odd_points(fr *values, unsigned log_domain)
{
    struct ntt_domain domain;
    struct guarded memory = guarded_new(ntt_domain_scratch_size(log_domain));
    fr shift = root(log_domain + 1);
    ntt_domain_init(&domain, log_domain, memory.memory);
    ntt_inverse(&domain, values, 1);
    ntt_shift(values, domain.size, &shift, 1);
    ntt_forward(&domain, values, 1);
    guarded_free(memory);
}

static fr_int *expected(const struct system *s)
{
    size_t size = (size_t)1 << s->log_domain;
    fr *values[3];
    fr_int *out = calloc(size, sizeof *out);
    assert_non_null(out);
    rows(values, s);
    for (int i = 0; i < 3; i++)
        (s->log_domain <= NAIVE_LOG ? to_odd_points_naive : to_odd_points)(values[i], s->log_domain);
    for (size_t i = 0; i < size; i++) {
        fr_mul(&values[0][i], &values[0][i], &values[1][i]);
        fr_sub(&values[0][i], &values[0][i], &values[2][i]);
        fr_to_limbs(out[i].limb, &values[0][i]);
    }
    for (int i = 0; i < 3; i++) free(values[i]);
    return out;
}

static void check(const struct system *s, const char *name)
{
    static const unsigned threads[] = {1, 2, 3, 100};
    size_t size = (size_t)1 << s->log_domain;
    struct guarded memory = guarded_new(quotient_plan_size(s->term_count, s->log_domain));
    struct quotient_plan plan;
    quotient_plan_init(&plan, s->terms, s->term_count, s->log_domain, memory.memory);
    fr_int *want = expected(s);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        struct guarded scratch = guarded_new(quotient_scratch_size(&plan));
        struct guarded out = guarded_new(size * sizeof(fr_int));
        quotient_scalars((void *)out.memory, &plan, s->witness, threads[i], scratch.memory);
        for (size_t j = 0; j < size; j++)
            if (memcmp(out.memory + j * sizeof(fr_int), &want[j], sizeof(fr_int)) != 0)
                fail_msg("%s, 2^%u, %u threads: scalar %zu is wrong", name, s->log_domain, threads[i], j);
        guarded_free(scratch);
        guarded_free(out);
        count_property++;
    }
    free(want);
    guarded_free(memory);
}

static void check_new(struct roam_prng *prng, unsigned log_domain, size_t terms, size_t long_terms,
                      enum shape shape)
{
    static const char *const names[SHAPES] = {"units", "products", "mixed"};
    struct system s = system_new(prng, log_domain, terms, long_terms, shape);
    check(&s, names[shape]);
    system_free(&s);
}

static void agrees_with_definition(void **state)
{
    struct roam_prng prng = prop_prng();
    (void)state;
    for (unsigned log = 0; log <= NAIVE_LOG; log++)
        for (enum shape shape = 0; shape < SHAPES; shape++) {
            size_t size = (size_t)1 << log;
            check_new(&prng, log, 0, 0, shape);
            check_new(&prng, log, 1, 0, shape);
            check_new(&prng, log, size, 0, shape);
            check_new(&prng, log, 6 * size, 0, shape);
        }
}

static void agrees_with_transforms(void **state)
{
    struct roam_prng prng = prop_prng();
    (void)state;
    for (unsigned log = NAIVE_LOG + 1; log <= 13; log++)
        for (enum shape shape = 0; shape < SHAPES; shape++)
            check_new(&prng, log, 1 + prng_below(&prng, (uint64_t)4 << log), 0, shape);
    check_new(&prng, 14, 20000, 0, MIXED);
    check_new(&prng, 15, 20000, 0, MIXED);
    check_new(&prng, 16, 20000, 0, MIXED);
}

/* Sums of so many terms that they are reduced on the way. */
static void long_sums(void **state)
{
    static const size_t lengths[] = {60, 63, 64, 65, 127, 128, 129, 200, 1000, 70000};
    struct roam_prng prng = prop_prng();
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (enum shape shape = 0; shape < SHAPES; shape++) {
            check_new(&prng, NAIVE_LOG, lengths[i], lengths[i], shape);
            check_new(&prng, NAIVE_LOG, lengths[i] + 300, lengths[i], shape);
        }
}

/* Every value -1, in Montgomery form and as an integer: the largest there are. */
static void largest_values(void **state)
{
    static const size_t lengths[] = {1, 63, 64, 65, 500};
    struct roam_prng prng = prop_prng();
    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int kind = 0; kind < 4; kind++) {
            struct system s = system_new(&prng, NAIVE_LOG, 64 * lengths[i], 0, PRODUCTS);
            fr largest = {{fr_modulus[0] - 1, fr_modulus[1], fr_modulus[2], fr_modulus[3]}}, minus_one;
            fr_neg(&minus_one, &fr_one);
            for (size_t k = 0; k < s.term_count; k++) {
                s.terms[k].row = (uint32_t)(k % 64);
                s.terms[k].value = kind == 0 ? largest : kind == 1 ? fr_one : minus_one;
            }
            for (uint32_t k = 0; k < s.wire_count; k++) s.witness[k] = kind == 3 ? fr_zero : largest;
            check(&s, "largest values");
            system_free(&s);
        }
}

static _Alignas(64) uint8_t some_memory[1 << 16];
static fr_int some_scalars[2];
static struct quotient_plan some_plan;

static void call_with_too_large_domain(void) { (void)quotient_plan_size(0, ZKEY_LOG_DOMAIN_MAX + 1); }

static void call_with_misaligned_plan(void) { quotient_plan_init(&some_plan, NULL, 0, 1, some_memory + 8); }

static void call_with_misaligned_scratch(void)
{
    quotient_scalars(some_scalars, &some_plan, &fr_one, 1, some_memory + (1 << 15) + 8);
}

static void call_without_threads(void)
{
    quotient_scalars(some_scalars, &some_plan, &fr_one, 0, some_memory + (1 << 15));
}

static void bad_calls_abort(void **state)
{
    (void)state;
    assert_true(quotient_plan_size(0, 1) <= 1 << 15);
    quotient_plan_init(&some_plan, NULL, 0, 1, some_memory);
    assert_true(dies(call_with_too_large_domain));
    assert_true(dies(call_with_misaligned_plan));
    assert_true(dies(call_with_misaligned_scratch));
    assert_true(dies(call_without_threads));
    count_negative += 4;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_definition),
        cmocka_unit_test(agrees_with_transforms),
        cmocka_unit_test(long_sums),
        cmocka_unit_test(largest_values),
        cmocka_unit_test(bad_calls_abort),
    };
    (void)argc;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
