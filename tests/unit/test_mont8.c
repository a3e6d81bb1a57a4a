/* The eight-lane kernel of both fields against GMP: edge values, among them multiples of the prime up to each
 * function's bound and limbs of ones, in all combinations; then random ones. ROAM_CASES (1,000,000) products
 * of each field. Where the processor has no IFMA the program says so and passes. */
#include "mont8_lanes.h"

#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "fp8.h"
#include "fr8.h"

#if defined(__x86_64__)
static const struct mont8_modulus *modulus;
static mpz_t prime, scale; /* p and 2^260 p */

/* Every function of two values is tested as one of these; run puts the limbs' operation under test, want the
 * integer to get: the result itself, or for a reduced one 2^260 times it less at least times and less than
 * times + 1 multiples of 2^260 p. */
struct operation {
    const char *name;
    void (*run)(mont8 *out, const mont8 *a, const mont8 *b);
    void (*want)(mpz_t out, const mpz_t a, const mpz_t b);
    unsigned a_times, b_times; /* bounds of a and b */
    bool reduced;
    unsigned times;
};

#define RUN(name, ...)                                                                                       \
    MONT8_TARGET static void run_##name(mont8 *out, const mont8 *a, const mont8 *b)                          \
    {                                                                                                        \
        (void)b;                                                                                             \
        __VA_ARGS__                                                                                          \
    }
#define WANT(name, ...)                                                                                      \
    static void want_##name(mpz_t out, const mpz_t a, const mpz_t b)                                         \
    {                                                                                                        \
        (void)b;                                                                                             \
        __VA_ARGS__                                                                                          \
    }

RUN(add, mont8_add(out, a, b);)
WANT(add, mpz_add(out, a, b);)

#define SUB(times)                                                                                           \
    RUN(sub_##times, mont8_sub(out, a, b, times, modulus);)                                                  \
    WANT(sub_##times, mpz_sub(out, a, b); mpz_addmul_ui(out, prime, times);)
SUB(1)
SUB(2)
SUB(42)

#define SHIFT(bits)                                                                                          \
    RUN(shift_##bits, mont8_shift(out, a, bits);)                                                            \
    WANT(shift_##bits, mpz_mul_2exp(out, a, bits);)
SHIFT(1)
SHIFT(2)
SHIFT(4)
SHIFT(6)
RUN(shift_8, mont8 low = *a; low.limb[4] = _mm512_srli_epi64(low.limb[4], 8); mont8_shift(out, &low, 8);)
WANT(shift_8, mpz_t rest; mpz_init(rest); mpz_fdiv_q_2exp(out, a, 216); mpz_mul_2exp(out, out, 208);
     mpz_fdiv_r_2exp(rest, a, 208); mpz_add(out, out, rest); mpz_mul_2exp(out, out, 8); mpz_clear(rest);)

RUN(mul, mont8_mul(out, a, b, modulus);)
WANT(mul, mpz_mul(out, a, b);)
RUN(sqr, mont8_sqr(out, a, modulus);)
WANT(sqr, mpz_mul(out, a, a);)

enum { MANY = 200 };
RUN(wide_many, struct mont8_wide t; mont8_wide_zero(&t);
    for (int i = 0; i < MANY; i++) mont8_wide_add(&t, a, b); mont8_wide_reduce(out, &t, 0, modulus);)
WANT(wide_many, mpz_mul(out, a, b); mpz_mul_ui(out, out, MANY);)

RUN(wide_sum, struct mont8_wide t, u; mont8_wide_zero(&t); mont8_wide_add(&t, a, b); mont8_wide_sqr(&u, b);
    mont8_wide_sum(&t, &u); mont8_wide_reduce(out, &t, 3, modulus);)
WANT(wide_sum, mpz_add(out, a, b); mpz_mul(out, out, b);)

RUN(wide_difference, struct mont8_wide t, u; mont8_wide_zero(&t); mont8_wide_add(&t, a, b);
    mont8_wide_sqr(&u, b); mont8_wide_difference(&t, &u); mont8_wide_reduce(out, &t, 21, modulus);)
WANT(wide_difference, mpz_sub(out, a, b); mpz_mul(out, out, b);)

/* Limbs of a - b, not carried. */
MONT8_INLINE void rough_difference(mont8 *out, const mont8 *a, const mont8 *b)
{
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_sub_epi64(a->limb[i], b->limb[i]);
}

MONT8_INLINE __mmask8 odd(const mont8 *a) { return _mm512_test_epi64_mask(a->limb[0], mont8_all(1)); }

RUN(negative, mont8 t; rough_difference(&t, a, b);
    __m512i bit = _mm512_maskz_set1_epi64(mont8_negative(&t), 1); out->limb[0] = bit;
    for (int i = 1; i < 5; i++) out->limb[i] = _mm512_setzero_si512();)
WANT(negative, mpz_set_ui(out, mpz_cmp(a, b) < 0);)

RUN(lanes_add_modulus, mont8 t = *a; mont8_lanes_add_modulus(&t, odd(b), 3, modulus); mont8_carry(&t);
    *out = t;)
WANT(lanes_add_modulus, mpz_set(out, a); if (mpz_odd_p(b)) mpz_addmul_ui(out, prime, 3);)

RUN(select, mont8_select(out, odd(b), a, b);)
WANT(select, mpz_set(out, mpz_odd_p(b) ? b : a);)

RUN(canonical_0, mont8 t = *a; mont8_canonical(&t, 0, modulus); *out = t;)
WANT(canonical_0, mpz_mod(out, a, prime);)
#define CANONICAL(times)                                                                                     \
    RUN(canonical_##times, mont8 t; rough_difference(&t, a, b); mont8_canonical(&t, times, modulus);         \
        *out = t;)                                                                                           \
    WANT(canonical_##times, mpz_sub(out, a, b); mpz_mod(out, out, prime);)
CANONICAL(1)
CANONICAL(2)
CANONICAL(3)

RUN(subtract_limbs, mont8 t = *a; mont8_subtract_limbs(&t, b);
    for (int i = 0; i < 5; i++) t.limb[i] = _mm512_add_epi64(t.limb[i], mont8_all(2 * modulus->p[i]));
    mont8_carry(&t); *out = t;)
WANT(subtract_limbs, mpz_sub(out, a, b); mpz_addmul_ui(out, prime, 2);)
RUN(subtract_modulus, mont8_add(out, a, b); mont8_lanes_add_modulus(out, 0xff, 1, modulus);
    mont8_subtract_modulus(out, modulus); mont8_carry(out);)
RUN(negate_lanes, mont8 t = *a; mont8_negate_lanes(&t, odd(b), modulus); *out = t;)
WANT(negate_lanes, if (mpz_odd_p(b)) mpz_sub(out, prime, a); else mpz_set(out, a);)
RUN(equal, __m512i bit = _mm512_maskz_set1_epi64(mont8_equal(a, b), 1); out->limb[0] = bit;
    for (int i = 1; i < 5; i++) out->limb[i] = _mm512_setzero_si512();)
WANT(equal, mpz_set_ui(out, mpz_cmp(a, b) == 0);)
RUN(reduce_limbs, struct mont8_wide t; mont8_wide_zero(&t); mont8_wide_add(&t, a, b);
    mont8_wide_reduce_limbs(out, &t, 2, modulus); mont8_carry(out);)

RUN(pack, __m512i word[4]; mont8_pack(word, a); mont8_unpack(out, word);)
WANT(pack, mpz_set(out, a);)
RUN(unpack_exact, __m512i word[4]; mont8_pack(word, a); mont8_unpack_exact(out, word);)
WANT(unpack_exact, mpz_mul_2exp(out, a, 4);)
RUN(rows, __m512i word[4], row[4]; mont8_pack(word, a); mont8_rows(row, word); mont8_columns(word, row);
    mont8_unpack(out, word);)

/* clang-format off */
#define OPERATION(name) #name, run_##name, want_##name
static const struct operation operations[] = {
    {OPERATION(add), 42, 42, false, 0},         {OPERATION(sub_1), 83, 1, false, 0},
    {OPERATION(sub_2), 82, 2, false, 0},        {OPERATION(sub_42), 42, 42, false, 0},
    {OPERATION(shift_1), 42, 1, false, 0},      {OPERATION(shift_2), 21, 1, false, 0},
    {OPERATION(shift_4), 5, 1, false, 0},       {OPERATION(shift_6), 1, 1, false, 0},
    {OPERATION(shift_8), 84, 1, false, 0},      {OPERATION(mul), 84, 83, true, 0},
    {OPERATION(mul), 1, 1, true, 0},            {OPERATION(mul), 2, 42, true, 0},
    {OPERATION(sqr), 83, 1, true, 0},           {OPERATION(wide_many), 4, 8, true, 0},
    {OPERATION(wide_sum), 42, 42, true, 3},     {OPERATION(wide_difference), 42, 42, true, 21},
    {OPERATION(negative), 84, 84, false, 0},    {OPERATION(lanes_add_modulus), 81, 2, false, 0},
    {OPERATION(select), 84, 84, false, 0},      {OPERATION(canonical_0), 2, 1, false, 0},
    {OPERATION(canonical_1), 2, 1, false, 0},   {OPERATION(canonical_2), 2, 2, false, 0},
    {OPERATION(pack), 5, 1, false, 0},          {OPERATION(unpack_exact), 5, 1, false, 0},
    {OPERATION(canonical_3), 2, 3, false, 0},   {OPERATION(subtract_limbs), 82, 2, false, 0},
    {"subtract_modulus", run_subtract_modulus, want_add, 42, 41, false, 0},
    {OPERATION(negate_lanes), 1, 1, false, 0},  {OPERATION(equal), 84, 84, false, 0},
    {"reduce_limbs", run_reduce_limbs, want_mul, 42, 42, true, 2},
    {"rows", run_rows, want_pack, 5, 1, false, 0},
};
/* clang-format on */
enum { OPERATIONS = sizeof operations / sizeof *operations };

static void fail_lane(const char *name, const mpz_t a, const mpz_t b, const mpz_t found)
{
    gmp_printf("%s: a = %Zx, b = %Zx, result = %Zx\n", name, a, b, found);
    fail();
}

static void check_lane(const struct operation *op, const mpz_t a, const mpz_t b, const mpz_t found)
{
    mpz_t want;
    mpz_init(want);
    op->want(want, a, b);
    if (op->reduced) { /* multiple of p that the reduction added, as a quotient */
        mpz_t rest;
        mpz_init(rest);
        mpz_mul_2exp(rest, found, 260);
        mpz_sub(want, rest, want);
        mpz_submul_ui(want, scale, op->times);
        if (!mpz_divisible_p(want, prime) || mpz_sgn(want) < 0 || mpz_cmp(want, scale) >= 0)
            fail_lane(op->name, a, b, found);
        mpz_clear(rest);
    } else if (mpz_cmp(want, found) != 0) {
        fail_lane(op->name, a, b, found);
    }
    mpz_clear(want);
    count_property++;
}

MONT8_TARGET static void check_operation(const struct operation *op, const struct lanes *a,
                                         const struct lanes *b, struct lanes *found)
{
    mont8 x, y, out;
    lanes_to(&x, a);
    lanes_to(&y, b);
    op->run(&out, &x, &y);
    lanes_from(found, &out);
    for (int k = 0; k < 8; k++) check_lane(op, a->of[k], b->of[k], found->of[k]);
}

/* The result may take the place of either factor, or of both. */
MONT8_TARGET static void check_aliases(const struct operation *op, const struct lanes *a,
                                       const struct lanes *b)
{
    mont8 x, y, out, place;
    lanes_to(&x, a);
    lanes_to(&y, b);
    op->run(&out, &x, &y);
    place = x;
    op->run(&place, &place, &y);
    assert_memory_equal(&place, &out, sizeof out);
    place = y;
    op->run(&place, &x, &place);
    assert_memory_equal(&place, &out, sizeof out);
    if (op->a_times < op->b_times) x = y;
    if (op->a_times != op->b_times) return;
    op->run(&out, &x, &x);
    op->run(&x, &x, &x);
    assert_memory_equal(&x, &out, sizeof out);
}

static void check_edges(const struct operation *op)
{
    struct lanes a, b, found;
    lanes_init(&a);
    lanes_init(&b);
    lanes_init(&found);
    for (unsigned first = 0; first < EDGES * EDGES; first += 8) {
        for (unsigned k = 0; k < 8; k++) {
            unsigned pair = (first + k) % (EDGES * EDGES);
            edge_value(a.of[k], pair / EDGES, op->a_times, prime);
            edge_value(b.of[k], pair % EDGES, op->b_times, prime);
        }
        check_operation(op, &a, &b, &found);
        check_aliases(op, &a, &b);
    }
    lanes_clear(&a);
    lanes_clear(&b);
    lanes_clear(&found);
}

static void check_random(const struct operation *op, unsigned long long cases, struct roam_prng *prng)
{
    struct lanes a, b, found;
    lanes_init(&a);
    lanes_init(&b);
    lanes_init(&found);
    for (unsigned long long n = 0; n < cases; n += 8) {
        random_lanes(&a, op->a_times, modulus, prng);
        random_lanes(&b, op->b_times, modulus, prng);
        check_operation(op, &a, &b, &found);
    }
    lanes_clear(&a);
    lanes_clear(&b);
    lanes_clear(&found);
}

static unsigned long long wanted_cases(void)
{
    const char *text = getenv("ROAM_CASES");
    return text != NULL ? strtoull(text, NULL, 10) : 1000000;
}

static void operations_are_gmps(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (size_t i = 0; i < OPERATIONS; i++) {
        check_edges(&operations[i]);
        check_random(&operations[i], operations[i].run == run_mul ? wanted_cases() / 3 : 2000, &prng);
    }
}

/* -times p itself, which the bounds above leave out, is 0. */
MONT8_TARGET static void lowest_value_is_canonical_zero(void **state)
{
    (void)state;
    for (unsigned times = 1; times <= 3; times++) {
        mont8 a;
        for (int i = 0; i < 5; i++) a.limb[i] = mont8_all(0 - times * modulus->p[i]);
        mont8_canonical(&a, times, modulus);
        for (int i = 0; i < 5; i++) assert_int_equal(_mm512_test_epi64_mask(a.limb[i], a.limb[i]), 0);
        count_property++;
    }
}

/* Limbs of any sign whose sum is not negative. */
MONT8_TARGET static void carries_keep_the_value(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct lanes found;
    mpz_t want, limb_value;
    mpz_inits(want, limb_value, NULL);
    lanes_init(&found);
    for (int n = 0; n < 1000; n++) {
        int64_t limb[5][8];
        mont8 a;
        for (int k = 0; k < 8; k++) {
            for (int i = 0; i < 4; i++) limb[i][k] = (int64_t)prng_u64(&prng) / (1 << (n % 4));
            limb[4][k] = (int64_t)(1 << 12) + (int64_t)prng_below(&prng, (uint64_t)1 << 51);
        }
        for (int i = 0; i < 5; i++) a.limb[i] = _mm512_loadu_si512(limb[i]);
        assert_int_equal(mont8_negative(&a), 0);
        mont8_carry(&a);
        lanes_from(&found, &a);
        for (int k = 0; k < 8; k++) {
            mpz_set_ui(want, 0);
            for (int i = 4; i >= 0; i--) {
                mpz_mul_2exp(want, want, 52);
                mpz_set_si(limb_value, limb[i][k]);
                mpz_add(want, want, limb_value);
            }
            assert_int_equal(mpz_cmp(want, found.of[k]), 0);
            count_property++;
        }
    }
    lanes_clear(&found);
    mpz_clears(want, limb_value, NULL);
}

static void assert_words(const uint64_t words[4], const mpz_t want)
{
    mpz_t value;
    mpz_init(value);
    mpz_import(value, 4, -1, 8, 0, 0, words);
    assert_int_equal(mpz_cmp(value, want), 0);
    mpz_clear(value);
    count_property++;
}

static void assert_lanes(const mont8 *a, const struct lanes *want, unsigned shift, const int order[8])
{
    struct lanes found;
    lanes_init(&found);
    lanes_from(&found, a);
    for (int k = 0; k < 8; k++) {
        mpz_t value;
        mpz_init(value);
        mpz_mul_2exp(value, want->of[order[k]], shift);
        assert_int_equal(mpz_cmp(found.of[k], value), 0);
        mpz_clear(value);
        count_property++;
    }
    lanes_clear(&found);
}

/* Elements in memory, in order and from anywhere. */
MONT8_TARGET static void memory_holds_the_lanes(void **state)
{
    (void)state;
    static const int in_order[8] = {0, 1, 2, 3, 4, 5, 6, 7}, mixed[8] = {3, 0, 7, 7, 1, 6, 2, 4};
    struct roam_prng prng = prop_prng();
    struct lanes lanes;
    lanes_init(&lanes);
    for (int n = 0; n < 1000; n++) {
        uint64_t words[8][4];
        const uint64_t *element[8];
        mont8 a;
        random_lanes(&lanes, 1, modulus, &prng);
        if (n < EDGES) edge_value(lanes.of[n % 8], (unsigned)n, 1, prime);
        lanes_to(&a, &lanes);
        mont8_store(words, &a);
        for (int k = 0; k < 8; k++) {
            assert_words(words[k], lanes.of[k]);
            element[k] = words[mixed[k]];
        }
        mont8_load(&a, (const uint64_t(*)[4])words);
        assert_lanes(&a, &lanes, 0, in_order);
        mont8_load_exact(&a, (const uint64_t(*)[4])words);
        assert_lanes(&a, &lanes, 4, in_order);
        mont8_gather(&a, element);
        assert_lanes(&a, &lanes, 0, mixed);
        uint64_t limbs[5] = {0};
        mpz_export(limbs, NULL, -1, 8, 0, 12, lanes.of[5]);
        mont8_broadcast(&a, limbs);
        assert_lanes(&a, &lanes, 0, (const int[8]){5, 5, 5, 5, 5, 5, 5, 5});
    }
    lanes_clear(&lanes);
}

MONT8_TARGET static void transposition(void **state)
{
    (void)state;
    uint64_t words[8][8], found[8][8];
    __m512i row[8], out[8];
    struct roam_prng prng = prop_prng();
    for (int k = 0; k < 8; k++) {
        for (int i = 0; i < 8; i++) words[k][i] = prng_u64(&prng);
        row[k] = _mm512_loadu_si512(words[k]);
    }
    mont8_transpose(out, row);
    for (int i = 0; i < 8; i++) _mm512_storeu_si512(found[i], out[i]);
    for (int i = 0; i < 64; i++) {
        assert_true(found[i / 8][i % 8] == words[i % 8][i / 8]);
        count_property++;
    }
}

static int set_field(void **state)
{
    modulus = *state;
    mpz_inits(prime, scale, NULL);
    prime_from(prime, modulus);
    mpz_mul_2exp(scale, prime, 260);
    return 0;
}

static int clear_field(void **state)
{
    (void)state;
    mpz_clears(prime, scale, NULL);
    return 0;
}

static int test_field(const struct mont8_modulus *m)
{
#define FIELD_TEST(test) cmocka_unit_test_prestate_setup_teardown(test, set_field, clear_field, state)
    void *state = (void *)(uintptr_t)m;
    const struct CMUnitTest tests[] = {
        FIELD_TEST(lowest_value_is_canonical_zero),
        FIELD_TEST(carries_keep_the_value),
        FIELD_TEST(memory_holds_the_lanes),
        FIELD_TEST(transposition),
        FIELD_TEST(operations_are_gmps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The constants, by what they are for. */
static void moduli_are_the_fields(void **state)
{
    (void)state;
    static const struct {
        const struct mont8_modulus *m;
        const uint64_t *p;
    } fields[] = {{&fp8_params, fp_modulus}, {&fr8_params, fr_modulus}};
    for (size_t i = 0; i < 2; i++) {
        mpz_t p, want;
        mpz_inits(p, want, NULL);
        prime_from(p, fields[i].m);
        mpz_import(want, 4, -1, 8, 0, 0, fields[i].p);
        assert_int_equal(mpz_cmp(p, want), 0);
        assert_true((fields[i].m->inv * fields[i].m->p[0] & MONT8_MASK) == MONT8_MASK);
        mpz_clears(p, want, NULL);
        count_property++;
    }
}

/* What fr8.h adds: products of gathered elements are those of fr.h, also of values up to the bound. */
MONT8_TARGET static void elements_of_fr(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (unsigned n = 0; n < 2000; n++) {
        fr in[8], out[8], product;
        const fr *element[8];
        mont8 a, b;
        for (unsigned k = 0; k < 8; k++) {
            uint8_t wide[64];
            prng_bytes(&prng, wide, sizeof wide);
            fr_from_wide(&in[k], wide);
            if (n < 8) fr_from_u64(&in[k], prng_below(&prng, 2));
            if (n % 2 == 1) fr_neg(&in[k], &in[k]);
            element[k] = &in[(5 * k + n) % 8];
        }
        fr8_gather_exact(&a, element);
        mont8_load_exact(&b, (const uint64_t(*)[4]) & in->limb);
        mont8_mul(&a, &a, &b, &fr8_params);
        for (unsigned shift = n % 4; shift > 0; shift--) mont8_shift(&a, &a, 1);
        fr8_store_exact(out, &a);
        for (int k = 0; k < 8; k++) {
            fr_mul(&product, element[k], &in[k]);
            for (unsigned shift = n % 4; shift > 0; shift--) fr_double(&product, &product);
            assert_true(fr_equal(&product, &out[k]));
            count_property++;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moduli_are_the_fields),
                                       cmocka_unit_test(elements_of_fr)};
    if (cpu_level() < CPU_IFMA) {
        print_message("skipped: the processor has no AVX-512 IFMA\n");
        return 0;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += test_field(&fp8_params) + test_field(&fr8_params);
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
