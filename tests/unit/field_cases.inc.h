/* The tests of one prime field against GMP; included with FIELD its type, F(name) its functions and
 * CASE(name) its tests' names. Needs prng, modulus_init and the rest of test_field.c. */

static mpz_t CASE(p);
static FIELD CASE(edges)[400];
static size_t CASE(edge_count);

static void CASE(to_mpz)(mpz_t out, const FIELD *a)
{
    uint64_t limbs[4];
    F(to_limbs)(limbs, a);
    mpz_import(out, 4, -1, 8, 0, 0, limbs);
}

static void CASE(from_mpz)(FIELD *out, const mpz_t value)
{
    uint64_t limbs[4];
    mpz_to_limbs(limbs, value);
    assert_int_equal(F(from_limbs)(out, limbs), ROAM_OK);
}

/* a, which the caller computed, must be value mod p and fully reduced. */
static void CASE(expect)(const FIELD *a, mpz_t value)
{
    static mpz_t got;
    if (got->_mp_d == NULL) mpz_init(got);
    mpz_mod(value, value, CASE(p));
    CASE(to_mpz)(got, a);
    assert_int_equal(mpz_cmp(got, value), 0);
    assert_int_equal(compare_limbs(a->limb, F(modulus)), -1);
    count_property++;
}

/* value as an integer, and as the limbs of the Montgomery form. */
static void CASE(add_edge)(const mpz_t value)
{
    mpz_t reduced;
    mpz_init(reduced);
    mpz_mod(reduced, value, CASE(p));
    CASE(from_mpz)(&CASE(edges)[CASE(edge_count)++], reduced);
    mpz_to_limbs(CASE(edges)[CASE(edge_count)++].limb, reduced);
    assert_true(CASE(edge_count) <= sizeof CASE(edges) / sizeof CASE(edges)[0]);
    mpz_clear(reduced);
}

static int CASE(set_up)(void **state)
{
    (void)state;
    mpz_t v;
    mpz_init(v);
    mpz_init(CASE(p));
    mpz_import(CASE(p), 4, -1, 8, 0, 0, F(modulus));
    for (long i = -3; i <= 3; i++) {
        mpz_set_si(v, i);
        CASE(add_edge)(v);
        mpz_tdiv_q_2exp(v, CASE(p), 1); /* (p - 1)/2 */
        i < 0 ? mpz_sub_ui(v, v, (unsigned long)-i) : mpz_add_ui(v, v, (unsigned long)i);
        CASE(add_edge)(v);
    }
    for (unsigned k = 2; k < 256; k += k % 64 < 2 || k % 64 == 63 ? 1 : 10) {
        mpz_set_ui(v, 1);
        mpz_mul_2exp(v, v, k);
        CASE(add_edge)(v);
        mpz_sub_ui(v, v, 1);
        CASE(add_edge)(v);
    }
    for (unsigned ones = 1; ones < 16; ones++) { /* some limbs all ones, the others zero */
        uint64_t limbs[4];
        for (int i = 0; i < 4; i++) limbs[i] = ones >> i & 1 ? UINT64_MAX : 0;
        mpz_import(v, 4, -1, 8, 0, 0, limbs);
        CASE(add_edge)(v);
    }
    mpz_clear(v);
    return 0;
}

static FIELD CASE(random)(void)
{
    FIELD out;
    uint8_t wide[64];
    prng_bytes(&prng, wide, sizeof wide);
    F(from_wide)(&out, wide);
    if (prng_below(&prng, 4) == 0) out = CASE(edges)[prng_below(&prng, CASE(edge_count))];
    return out;
}

static void CASE(check_arithmetic)(const FIELD *a, const FIELD *b)
{
    static mpz_t x, y, z;
    if (x->_mp_d == NULL) mpz_inits(x, y, z, NULL);
    CASE(to_mpz)(x, a);
    CASE(to_mpz)(y, b);
    FIELD c;
    F(add)(&c, a, b);
    mpz_add(z, x, y);
    CASE(expect)(&c, z);
    F(sub)(&c, a, b);
    mpz_sub(z, x, y);
    CASE(expect)(&c, z);
    F(mul)(&c, a, b);
    mpz_mul(z, x, y);
    CASE(expect)(&c, z);
    F(sqr)(&c, a);
    mpz_mul(z, x, x);
    CASE(expect)(&c, z);
    F(neg)(&c, a);
    mpz_neg(z, x);
    CASE(expect)(&c, z);
    F(double)(&c, a);
    mpz_mul_2exp(z, x, 1);
    CASE(expect)(&c, z);
}

static void CASE(arithmetic)(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE(edge_count); i++)
        for (size_t j = 0; j < CASE(edge_count); j += 1 + i % 7)
            CASE(check_arithmetic)(&CASE(edges)[i], &CASE(edges)[j]);
    for (int i = 0; i < RANDOM_CASES; i++) {
        FIELD a = CASE(random)(), b = CASE(random)();
        CASE(check_arithmetic)(&a, &b);
    }
}

/* Outputs that are inputs. */
static void CASE(aliasing)(void **state)
{
    (void)state;
    void (*const binary[])(FIELD *, const FIELD *, const FIELD *) = {F(add), F(sub), F(mul)};
    void (*const unary[])(FIELD *, const FIELD *) = {F(neg), F(double), F(sqr), F(inv), F(inv_vartime)};
    for (int i = 0; i < 100; i++) {
        FIELD a = CASE(random)(), b = CASE(random)();
        for (int op = 0; op < 3; op++) {
            FIELD expected, c = a, d = b;
            binary[op](&expected, &a, &b);
            binary[op](&c, &c, &b);
            binary[op](&d, &a, &d);
            assert_memory_equal(&c, &expected, sizeof c);
            assert_memory_equal(&d, &expected, sizeof d);
            c = a;
            binary[op](&expected, &a, &a);
            binary[op](&c, &c, &c);
            assert_memory_equal(&c, &expected, sizeof c);
            count_property += 3;
        }
        for (int op = 0; op < 5; op++, count_property++) {
            FIELD expected, c = a;
            unary[op](&expected, &a);
            unary[op](&c, &c);
            assert_memory_equal(&c, &expected, sizeof c);
        }
    }
}

static void CASE(check_inverse)(const FIELD *a)
{
    static mpz_t x;
    if (x->_mp_d == NULL) mpz_init(x);
    FIELD c, d;
    F(inv)(&c, a);
    F(inv_vartime)(&d, a);
    CASE(to_mpz)(x, a);
    if (mpz_sgn(x) != 0) assert_true(mpz_invert(x, x, CASE(p)));
    CASE(expect)(&c, x);
    CASE(expect)(&d, x);
}

static void CASE(inverses)(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE(edge_count); i++) CASE(check_inverse)(&CASE(edges)[i]);
    for (int i = 0; i < SLOW_CASES; i++) {
        FIELD a = CASE(random)();
        CASE(check_inverse)(&a);
    }
}

static void CASE(batch_inverses)(void **state)
{
    (void)state;
    FIELD elements[40], expected[40], scratch[40];
    for (int round = 0; round < 200; round++) {
        size_t count = prng_below(&prng, 41);
        for (size_t i = 0; i < count; i++) {
            elements[i] = prng_below(&prng, 5) == 0 ? F(zero) : CASE(random)();
            F(inv)(&expected[i], &elements[i]);
        }
        F(batch_inv_vartime)(elements, scratch, count);
        assert_memory_equal(elements, expected, count * sizeof *elements);
        count_property++;
    }
}

static void CASE(check_power)(const FIELD *a, const uint64_t exponent[4])
{
    static mpz_t x, e;
    if (x->_mp_d == NULL) mpz_inits(x, e, NULL);
    FIELD c;
    F(pow_vartime)(&c, a, exponent);
    CASE(to_mpz)(x, a);
    mpz_import(e, 4, -1, 8, 0, 0, exponent);
    mpz_powm(x, x, e, CASE(p));
    CASE(expect)(&c, x);
}

static void CASE(powers)(void **state)
{
    (void)state;
    static const uint64_t edge_exponents[][4] = {{0},
                                                 {1},
                                                 {2},
                                                 {15},
                                                 {16},
                                                 {0, 1},
                                                 {0, 0, 0, (uint64_t)1 << 63},
                                                 {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};
    for (size_t i = 0; i < sizeof edge_exponents / sizeof *edge_exponents; i++)
        for (size_t j = 0; j < CASE(edge_count); j += 9)
            CASE(check_power)(&CASE(edges)[j], edge_exponents[i]);
    for (int i = 0; i < SLOW_CASES; i++) {
        FIELD a = CASE(random)();
        uint64_t exponent[4] = {0};
        size_t bits = prng_below(&prng, 257);
        for (size_t k = 0; k < bits; k++) exponent[k / 64] |= (prng_u64(&prng) & 1) << k % 64;
        CASE(check_power)(&a, exponent);
    }
}

static void CASE(check_root)(const FIELD *a)
{
    static mpz_t x, y;
    if (x->_mp_d == NULL) mpz_inits(x, y, NULL);
    FIELD root;
    CASE(to_mpz)(x, a);
    if (mpz_legendre(x, CASE(p)) == -1) {
        assert_int_equal(F(sqrt_vartime)(&root, a), ROAM_E_RANGE);
        count_negative++;
        return;
    }
    assert_int_equal(F(sqrt_vartime)(&root, a), ROAM_OK);
    CASE(to_mpz)(y, &root);
    mpz_mul_2exp(x, y, 1);
    assert_true(mpz_cmp(x, CASE(p)) < 0); /* the smaller root */
    mpz_mul(y, y, y);
    CASE(expect)(a, y);
}

static void CASE(square_roots)(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE(edge_count); i++) CASE(check_root)(&CASE(edges)[i]);
    for (int i = 0; i < SLOW_CASES; i++) {
        FIELD a = CASE(random)();
        if (i % 2 == 0) F(sqr)(&a, &a);
        CASE(check_root)(&a);
    }
}

static void CASE(check_bytes)(const FIELD *a, const mpz_t x)
{
    FIELD b;
    uint8_t bytes[32], expected[32] = {0};
    size_t size;
    F(to_be)(bytes, a);
    mpz_export(expected, &size, -1, 1, 0, 0, x);
    for (int i = 0; i < 32; i++) assert_int_equal(bytes[31 - i], expected[i]);
    assert_int_equal(F(from_be)(&b, bytes), ROAM_OK);
    assert_memory_equal(&b, a, sizeof b);
    F(to_le)(bytes, a);
    assert_memory_equal(bytes, expected, 32);
    assert_int_equal(F(from_le)(&b, bytes), ROAM_OK);
    assert_memory_equal(&b, a, sizeof b);
}

static void CASE(check_conversions)(const FIELD *a)
{
    static mpz_t x;
    if (x->_mp_d == NULL) mpz_init(x);
    FIELD b;
    char text[80], expected[80];
    CASE(to_mpz)(x, a);
    CASE(check_bytes)(a, x);
    assert_ptr_equal(F(to_decimal)(text, a), text);
    assert_string_equal(text, mpz_get_str(expected, 10, x));
    assert_int_equal(F(from_decimal)(&b, text, strlen(text)), ROAM_OK);
    assert_memory_equal(&b, a, sizeof b);
    CASE(expect)(&b, x);
}

static void CASE(conversions)(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE(edge_count); i++) CASE(check_conversions)(&CASE(edges)[i]);
    for (int i = 0; i < SLOW_CASES; i++) {
        FIELD a = CASE(random)();
        CASE(check_conversions)(&a);
    }
}

/* Integers of 64, 128 and 512 bits. */
static void CASE(integers)(void **state)
{
    (void)state;
    mpz_t x;
    mpz_init(x);
    for (int i = 0; i < SLOW_CASES; i++) {
        FIELD a;
        uint64_t words[8];
        for (int j = 0; j < 8; j++)
            words[j] = prng_below(&prng, 3) == 0 ? (uint64_t)0 - (prng_u64(&prng) & 1) : prng_u64(&prng);
        F(from_u64)(&a, words[0]);
        mpz_import(x, 1, -1, 8, 0, 0, words);
        CASE(expect)(&a, x);
        F(from_u128)(&a, words[0], words[1]);
        mpz_import(x, 2, -1, 8, 0, 0, words);
        CASE(expect)(&a, x);
        uint8_t bytes[64];
        for (int j = 0; j < 64; j++) bytes[j] = (uint8_t)(words[j / 8] >> (j % 8 * 8));
        F(from_wide)(&a, bytes);
        mpz_import(x, 8, -1, 8, 0, 0, words);
        CASE(expect)(&a, x);
    }
    mpz_clear(x);
}

static void CASE(refuse_integer)(const mpz_t value)
{
    FIELD a = F(one);
    uint64_t limbs[4];
    uint8_t bytes[32];
    char text[100];
    mpz_to_limbs(limbs, value);
    for (int i = 0; i < 32; i++) bytes[i] = (uint8_t)(limbs[i / 8] >> (i % 8 * 8));
    assert_int_equal(F(from_limbs)(&a, limbs), ROAM_E_RANGE);
    assert_int_equal(F(from_le)(&a, bytes), ROAM_E_RANGE);
    for (int i = 0; i < 32; i++) bytes[31 - i] = (uint8_t)(limbs[i / 8] >> (i % 8 * 8));
    assert_int_equal(F(from_be)(&a, bytes), ROAM_E_RANGE);
    mpz_get_str(text, 10, value);
    assert_int_equal(F(from_decimal)(&a, text, strlen(text)), ROAM_E_RANGE);
    count_negative += 4;
}

static void CASE(too_large)(void **state)
{
    (void)state;
    mpz_t v;
    mpz_init_set(v, CASE(p));
    CASE(refuse_integer)(v);
    mpz_add_ui(v, v, 1);
    CASE(refuse_integer)(v);
    mpz_mul_2exp(v, CASE(p), 1);
    CASE(refuse_integer)(v);
    for (unsigned bits = 254; bits <= 256; bits++) {
        mpz_set_ui(v, 1);
        mpz_mul_2exp(v, v, bits);
        mpz_sub_ui(v, v, 1);
        CASE(refuse_integer)(v);
    }
    mpz_clear(v);
}

static void CASE(refuse_text)(const char *text, size_t size, enum roam_err expected)
{
    FIELD a;
    assert_int_equal(F(from_decimal)(&a, text, size), expected);
    count_negative++;
}

static void CASE(bad_decimals)(void **state)
{
    (void)state;
    static const char *const malformed[] = {"",    "00",  "01",  "-1",  "+1", " 1", "1 ", "1a",
                                            "0x1", "1.0", "1e3", "1\n", "a",  "/",  ":"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        CASE(refuse_text)(malformed[i], strlen(malformed[i]), ROAM_E_FORMAT);
    CASE(refuse_text)("1\0002", 3, ROAM_E_FORMAT);
    char digits[1000];
    memset(digits, '9', sizeof digits);
    for (size_t size = 78; size < sizeof digits; size += 100) CASE(refuse_text)(digits, size, ROAM_E_RANGE);
    digits[999] = 'x';
    CASE(refuse_text)(digits, 1000, ROAM_E_FORMAT);
}

static void CASE(choices)(void **state)
{
    (void)state;
    for (size_t i = 1; i < CASE(edge_count); i++) {
        const FIELD *a = &CASE(edges)[i], *b = &CASE(edges)[i - 1];
        FIELD c;
        F(select)(&c, 1, a, b);
        assert_memory_equal(&c, a, sizeof c);
        F(select)(&c, 0, a, b);
        assert_memory_equal(&c, b, sizeof c);
        assert_int_equal(F(equal)(a, b), memcmp(a, b, sizeof *a) == 0);
        assert_true(F(equal)(a, a));
        assert_int_equal(F(is_zero)(a), memcmp(a, &F(zero), sizeof *a) == 0);
        count_property++;
    }
    for (int bit = 0; bit < 254; bit++) { /* one differing bit anywhere */
        FIELD a = F(zero);
        a.limb[bit / 64] = (uint64_t)1 << bit % 64;
        assert_false(F(is_zero)(&a));
        assert_false(F(equal)(&a, &F(zero)));
        count_property++;
    }
}

static void CASE(constants)(void **state)
{
    (void)state;
    mpz_t v;
    mpz_init_set_str(v, MODULUS_TEXT, 10);
    assert_int_equal(mpz_cmp(v, CASE(p)), 0);
    mpz_set_ui(v, 0);
    CASE(expect)(&F(zero), v);
    mpz_set_ui(v, 1);
    CASE(expect)(&F(one), v);
    mpz_mul_2exp(v, v, 256); /* the form is x * 2^256 mod p */
    mpz_mod(v, v, CASE(p));
    uint64_t limbs[4];
    mpz_to_limbs(limbs, v);
    assert_memory_equal(F(one).limb, limbs, sizeof limbs);
    mpz_clear(v);
}

static int CASE(run)(void)
{
    const struct CMUnitTest tests[] = {
        TEST(CASE(constants)),    TEST(CASE(too_large)),      TEST(CASE(bad_decimals)),
        TEST(CASE(choices)),      TEST(CASE(arithmetic)),     TEST(CASE(aliasing)),
        TEST(CASE(inverses)),     TEST(CASE(batch_inverses)), TEST(CASE(powers)),
        TEST(CASE(square_roots)), TEST(CASE(conversions)),    TEST(CASE(integers)),
    };
    return cmocka_run_group_tests(tests, CASE(set_up), NULL);
}
