/* The lanes' field of 2^255 - 19 against GMP: limbs at their bounds in all combinations, which hardly a
 * signature would come to, then random ones. Where the processor has no IFMA the program says so and passes.
 */
#include "mont8_lanes.h"

#include "fe8.h"

#if defined(__x86_64__)
static mpz_t prime, exponent;
enum { LIMB_EDGES = 3, ELEMENTS = 243, RANDOM = 20000 };

/* a and b are loose. */
struct operation {
    const char *name;
    void (*run)(mont8 *out, const mont8 *a, const mont8 *b);
    void (*want)(mpz_t out, const mpz_t a, const mpz_t b);
};

#define OPERATION(name, run, want)                                                                           \
    MONT8_TARGET static void run_##name(mont8 *out, const mont8 *a, const mont8 *b) { run; }                 \
    static void want_##name(mpz_t out, const mpz_t a, const mpz_t b) { want; }

/* Of the largest loose elements the largest raw ones: 11 times the limbs, and 32 times more the highest. */
MONT8_INLINE void raw_of(mont8 *out, const mont8 *a)
{
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_mullo_epi64(a->limb[i], mont8_all(i < 4 ? 11 : 352));
}

/* out += times raw_of(a) */
static void add_raw_times(mpz_t out, const mpz_t a, int times)
{
    mpz_t t;
    mpz_init(t);
    mpz_fdiv_q_2exp(t, a, 208);
    mpz_mul_ui(t, t, 31);
    mpz_mul_2exp(t, t, 208);
    mpz_add(t, t, a);
    mpz_mul_si(t, t, 11 * times);
    mpz_add(out, out, t);
    mpz_clear(t);
}

MONT8_INLINE void sum_of_raw(mont8 *out, const mont8 *a, int times)
{
    mont8 raw;
    raw_of(&raw, a);
    *out = raw;
    for (int i = 1; i < times; i++) fe8_add_limbs(out, out, &raw);
}

OPERATION(add, fe8_add(out, a, b), mpz_add(out, a, b))
OPERATION(sub, fe8_sub(out, a, b), mpz_sub(out, a, b))
OPERATION(mul, fe8_mul(out, a, b), mpz_mul(out, a, b))
OPERATION(sqr, (void)b; fe8_sqr(out, a), (void)b; mpz_mul(out, a, a))
OPERATION(add_raw, mont8 s; mont8 t; sum_of_raw(&s, a, 1); sum_of_raw(&t, b, 1);
          fe8_add(out, &s, &t), add_raw_times(out, a, 1); add_raw_times(out, b, 1))
OPERATION(sub_raw, mont8 s; mont8 t; sum_of_raw(&s, a, 3); sum_of_raw(&t, b, 2);
          fe8_sub(out, &s, &t), add_raw_times(out, a, 3); add_raw_times(out, b, -2))
OPERATION(square_of_sum, fe8_add(out, a, b); fe8_sqr(out, out), mpz_add(out, a, b); mpz_mul(out, out, out))
OPERATION(canonical, (void)b; *out = *a; fe8_canonical(out), (void)b; mpz_mod(out, a, prime))

/* clang-format off */
#define ENTRY(name) #name, run_##name, want_##name
static const struct operation operations[] = {
    {ENTRY(add)}, {ENTRY(sub)}, {ENTRY(mul)}, {ENTRY(sqr)}, {ENTRY(add_raw)}, {ENTRY(sub_raw)},
    {ENTRY(square_of_sum)}, {ENTRY(canonical)},
};
/* clang-format on */
enum { OPERATIONS = sizeof operations / sizeof *operations };

/* Element number n of those whose limbs are 0, 1 or the largest; canonical is defined for values below 2p. */
static void edge_element(mpz_t out, unsigned n)
{
    uint64_t limb[5];
    for (int i = 0; i < 5; i++, n /= LIMB_EDGES) {
        const uint64_t most = i < 4 ? MONT8_MASK : FE8_TOP_MASK + ((uint64_t)1 << 12);
        limb[i] = n % LIMB_EDGES == 2 ? most : n % LIMB_EDGES;
    }
    mpz_import(out, 5, -1, 8, 0, 12, limb);
}

/* Limbs are loose, and the residue is the wanted one; canonical values are equal. */
static void check_lane(const struct operation *op, const mpz_t a, const mpz_t b, const mpz_t found)
{
    mpz_t want, top;
    mpz_inits(want, top, NULL);
    op->want(want, a, b);
    mpz_fdiv_q_2exp(top, found, 208);
    if (!mpz_congruent_p(want, found, prime) || mpz_cmp_ui(top, FE8_TOP_MASK + (1 << 12)) > 0 ||
        (op->run == run_canonical && mpz_cmp(want, found) != 0)) {
        gmp_printf("%s: a = %Zx, b = %Zx, result = %Zx\n", op->name, a, b, found);
        fail();
    }
    mpz_clears(want, top, NULL);
    count_property++;
}

MONT8_TARGET static void check_operations(const struct lanes *a, const struct lanes *b, struct lanes *found)
{
    mont8 x, y, out;
    lanes_to(&x, a);
    lanes_to(&y, b);
    for (int i = 0; i < (int)OPERATIONS; i++) {
        operations[i].run(&out, &x, &y);
        lanes_from(found, &out);
        for (int k = 0; k < 8; k++) check_lane(&operations[i], a->of[k], b->of[k], found->of[k]);
    }
}

static void operations_are_gmps(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct lanes a, b, found;
    lanes_init(&a);
    lanes_init(&b);
    lanes_init(&found);
    for (unsigned first = 0; first < ELEMENTS * ELEMENTS; first += 8) {
        for (unsigned k = 0; k < 8; k++) {
            edge_element(a.of[k], (first + k) / ELEMENTS % ELEMENTS);
            edge_element(b.of[k], (first + k) % ELEMENTS);
        }
        check_operations(&a, &b, &found);
    }
    for (int n = 0; n < RANDOM; n += 8) {
        random_lanes(&a, 1, &fe8_modulus, &prng);
        random_lanes(&b, 1, &fe8_modulus, &prng);
        check_operations(&a, &b, &found);
    }
    lanes_clear(&a);
    lanes_clear(&b);
    lanes_clear(&found);
}

MONT8_TARGET static void check_powers(const struct lanes *a, struct lanes *found)
{
    mont8 x, out;
    lanes_to(&x, a);
    for (int which = 0; which < 2; which++) {
        mpz_t want;
        mpz_init(want);
        if (which == 0)
            fe8_inv(&out, &x);
        else
            fe8_pow_sqrt(&out, &x);
        lanes_from(found, &out);
        mpz_sub_ui(exponent, prime, which == 0 ? 2 : 5);
        if (which == 1) mpz_fdiv_q_2exp(exponent, exponent, 3);
        for (int k = 0; k < 8; k++) {
            mpz_powm(want, a->of[k], exponent, prime);
            assert_true(mpz_congruent_p(want, found->of[k], prime));
            count_property++;
        }
        mpz_clear(want);
    }
}

static void powers_are_gmps(void **state)
{
    (void)state;
    struct lanes a, found;
    lanes_init(&a);
    lanes_init(&found);
    for (unsigned first = 0; first < ELEMENTS; first += 8) {
        for (unsigned k = 0; k < 8; k++) edge_element(a.of[k], (first + k) % ELEMENTS);
        check_powers(&a, &found);
    }
    lanes_clear(&a);
    lanes_clear(&found);
}

/* 0 as 0 and as p, and their neighbours. */
MONT8_TARGET static void zero_is_seen(void **state)
{
    (void)state;
    static const int around[8] = {0, 1, -1, 2, 0, 1, -1, 2};
    struct lanes a;
    mont8 x, y;
    lanes_init(&a);
    for (int k = 0; k < 8; k++) {
        mpz_set_si(a.of[k], around[k]);
        if (k >= 4 || around[k] < 0) mpz_add(a.of[k], a.of[k], prime);
    }
    lanes_to(&x, &a);
    fe8_small(&y, 2);
    assert_int_equal(fe8_is_zero(&x), 0x11);
    assert_int_equal(fe8_equal(&x, &y), 0x88);
    fe8_broadcast(&y, (const uint64_t[4]){UINT64_MAX - 18, UINT64_MAX, UINT64_MAX, INT64_MAX});
    assert_int_equal(fe8_equal(&x, &y), 0x11);
    count_property += 24;
    lanes_clear(&a);
}

static int test_field(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_are_gmps),
        cmocka_unit_test(powers_are_gmps),
        cmocka_unit_test(zero_is_seen),
    };
    mpz_inits(prime, exponent, NULL);
    prime_from(prime, &fe8_modulus);
    mpz_ui_pow_ui(exponent, 2, 255);
    mpz_sub_ui(exponent, exponent, 19);
    int failed = mpz_cmp(prime, exponent) != 0;
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    mpz_clears(prime, exponent, NULL);
    return failed;
}
#else
static int test_field(void) { return 0; }
#endif

int main(void)
{
    int failed = 0;
    if (mont8_available)
        failed = test_field();
    else
        print_message("skipped: the processor has no AVX-512 IFMA\n");
    prop_print_counts();
    return failed;
}
