/* Eight elements of Fp2 at once against GMP: i^2 = -1, products divided by 2^260, sizes as fp8.h states them.
 * Where the processor has no IFMA the program says so and passes. */
#include "mont8_lanes.h"

#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "fp8.h"

#if defined(__x86_64__)
static mpz_t prime, two260;

struct lanes2 {
    struct lanes c0, c1;
};

struct pair {
    mpz_t c0, c1;
};

/* out may be a or b only in run; want is the element times 2^260 if it is a product, below times p. */
struct operation {
    const char *name;
    void (*run)(fp2x8 *out, const fp2x8 *a, const fp2x8 *b);
    void (*want)(struct pair *out, const struct pair *a, const struct pair *b);
    unsigned a_times, b_times; /* bounds of a and b */
    bool product;
    unsigned times; /* bound of a product; other results are exact */
};

#define RUN(name, ...)                                                                                       \
    MONT8_TARGET static void run_##name(fp2x8 *out, const fp2x8 *a, const fp2x8 *b)                          \
    {                                                                                                        \
        (void)b;                                                                                             \
        __VA_ARGS__                                                                                          \
    }

RUN(add, fp2x8_add(out, a, b);)
RUN(sub, fp2x8_sub(out, a, b, 5);)
RUN(mul, fp2x8_mul(out, a, b);)
RUN(sqr_1, fp2x8_sqr(out, a, 1);)
RUN(sqr_4, fp2x8_sqr(out, a, 4);)
RUN(mul_fp, mont8 factor = b->c1; fp2x8_mul_fp(out, a, &factor);)
RUN(shift, fp2x8_shift(out, a, 3);)

static void want_add(struct pair *out, const struct pair *a, const struct pair *b)
{
    mpz_add(out->c0, a->c0, b->c0);
    mpz_add(out->c1, a->c1, b->c1);
}

static void want_sub(struct pair *out, const struct pair *a, const struct pair *b)
{
    mpz_sub(out->c0, a->c0, b->c0);
    mpz_sub(out->c1, a->c1, b->c1);
    mpz_addmul_ui(out->c0, prime, 5);
    mpz_addmul_ui(out->c1, prime, 5);
}

static void want_mul(struct pair *out, const struct pair *a, const struct pair *b)
{
    mpz_mul(out->c0, a->c0, b->c0);
    mpz_submul(out->c0, a->c1, b->c1);
    mpz_mul(out->c1, a->c0, b->c1);
    mpz_addmul(out->c1, a->c1, b->c0);
}

static void want_sqr(struct pair *out, const struct pair *a, const struct pair *b)
{
    (void)b;
    want_mul(out, a, a);
}

static void want_mul_fp(struct pair *out, const struct pair *a, const struct pair *b)
{
    mpz_mul(out->c0, a->c0, b->c1);
    mpz_mul(out->c1, a->c1, b->c1);
}

static void want_shift(struct pair *out, const struct pair *a, const struct pair *b)
{
    (void)b;
    mpz_mul_2exp(out->c0, a->c0, 3);
    mpz_mul_2exp(out->c1, a->c1, 3);
}

static const struct operation operations[] = {
    {"add", run_add, want_add, 42, 42, false, 0},        {"sub", run_sub, want_sub, 79, 5, false, 0},
    {"mul", run_mul, want_mul, 42, 2, true, 3},          {"mul", run_mul, want_mul, 9, 9, true, 3},
    {"mul", run_mul, want_mul, 2, 42, true, 3},          {"mul", run_mul, want_mul, 1, 1, true, 3},
    {"sqr", run_sqr_1, want_sqr, 1, 1, true, 2},         {"sqr", run_sqr_4, want_sqr, 4, 1, true, 2},
    {"mul_fp", run_mul_fp, want_mul_fp, 84, 1, true, 2}, {"shift", run_shift, want_shift, 10, 1, false, 0},
};

static void check_part(const struct operation *op, const mpz_t want, const mpz_t found)
{
    mpz_t t;
    mpz_init(t);
    if (op->product) {
        mpz_mul_ui(t, prime, op->times);
        assert_true(mpz_cmp(found, t) < 0);
        mpz_mul(t, found, two260);
        mpz_sub(t, t, want);
        if (!mpz_divisible_p(t, prime)) fail_msg("%s", op->name);
    } else if (mpz_cmp(found, want) != 0) {
        fail_msg("%s", op->name);
    }
    mpz_clear(t);
}

MONT8_TARGET static void check_lanes(const struct operation *op, const struct lanes2 *a,
                                     const struct lanes2 *b, struct lanes2 *found)
{
    fp2x8 x, y, out, place;
    struct pair want;
    mpz_inits(want.c0, want.c1, NULL);
    lanes_to(&x.c0, &a->c0);
    lanes_to(&x.c1, &a->c1);
    lanes_to(&y.c0, &b->c0);
    lanes_to(&y.c1, &b->c1);
    op->run(&out, &x, &y);
    lanes_from(&found->c0, &out.c0);
    lanes_from(&found->c1, &out.c1);
    for (int k = 0; k < 8; k++) {
        const struct pair left = {{a->c0.of[k][0]}, {a->c1.of[k][0]}},
                          right = {{b->c0.of[k][0]}, {b->c1.of[k][0]}};
        op->want(&want, &left, &right);
        check_part(op, want.c0, found->c0.of[k]);
        check_part(op, want.c1, found->c1.of[k]);
        count_property++;
    }
    place = x; /* the result in the place of a factor */
    op->run(&place, &place, &y);
    assert_memory_equal(&place, &out, sizeof out);
    place = y;
    op->run(&place, &x, &place);
    assert_memory_equal(&place, &out, sizeof out);
    mpz_clears(want.c0, want.c1, NULL);
}

static void lanes2_init(struct lanes2 *a)
{
    lanes_init(&a->c0);
    lanes_init(&a->c1);
}

static void lanes2_clear(struct lanes2 *a)
{
    lanes_clear(&a->c0);
    lanes_clear(&a->c1);
}

/* Both parts of both factors through all edge values. */
static void set_edges(struct lanes2 *a, struct lanes2 *b, unsigned first, const struct operation *op)
{
    for (unsigned k = 0; k < 8; k++) {
        unsigned n = first + k;
        edge_value(a->c0.of[k], n % EDGES, op->a_times, prime);
        edge_value(a->c1.of[k], n / EDGES % EDGES, op->a_times, prime);
        edge_value(b->c0.of[k], n / (EDGES * EDGES) % EDGES, op->b_times, prime);
        edge_value(b->c1.of[k], n / (EDGES * EDGES * EDGES) % EDGES, op->b_times, prime);
    }
}

static void operations_are_gmps(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct lanes2 a, b, found;
    lanes2_init(&a);
    lanes2_init(&b);
    lanes2_init(&found);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        const struct operation *op = &operations[i];
        for (unsigned first = 0; first < EDGES * EDGES * EDGES * EDGES; first += 8) {
            set_edges(&a, &b, first, op);
            check_lanes(op, &a, &b, &found);
        }
        for (int n = 0; n < 1000; n++) {
            random_lanes(&a.c0, op->a_times, &fp8_params, &prng);
            random_lanes(&a.c1, op->a_times, &fp8_params, &prng);
            random_lanes(&b.c0, op->b_times, &fp8_params, &prng);
            random_lanes(&b.c1, op->b_times, &fp8_params, &prng);
            check_lanes(op, &a, &b, &found);
        }
    }
    lanes2_clear(&a);
    lanes2_clear(&b);
    lanes2_clear(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(operations_are_gmps)};
    if (cpu_level() < CPU_IFMA) {
        print_message("skipped: the processor has no AVX-512 IFMA\n");
        return 0;
    }
    mpz_inits(prime, two260, NULL);
    prime_from(prime, &fp8_params);
    mpz_ui_pow_ui(two260, 2, 260);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mpz_clears(prime, two260, NULL);
    prop_print_counts();
    return failed;
}
#else
int main(void)
{
    print_message("skipped: the processor has no AVX-512 IFMA\n");
    return 0;
}
#endif
