/* The tests that G1 and G2 share; included with POINT, AFFINE, COORD, G(name) and K(name) as in
 * lib/bn254/curve_jacobian.inc.h, and CASE(name) for the tests' names. Needs test_curve.c. */

static AFFINE CASE(random_affine)(void)
{
    POINT p;
    AFFINE out;
    fr k = random_scalar();
    G(from_affine)(&p, &G(generator));
    G(mul_vartime)(&p, &p, &k);
    G(to_affine)(&out, &p);
    return out;
}

/* The same point with another Z. */
static POINT CASE(rescaled)(const POINT *p)
{
    COORD z, zz;
    POINT out;
    do {
        fr k = random_scalar();
        POINT q;
        G(from_affine)(&q, &G(generator));
        G(mul_vartime)(&q, &q, &k);
        z = q.x;
    } while (K(is_zero)(&z));
    K(sqr)(&zz, &z);
    K(mul)(&out.x, &p->x, &zz);
    K(mul)(&zz, &zz, &z);
    K(mul)(&out.y, &p->y, &zz);
    K(mul)(&out.z, &p->z, &z);
    return out;
}

static POINT CASE(random)(void)
{
    AFFINE a = CASE(random_affine)();
    POINT p;
    if (prng_below(&prng, 6) == 0)
        return prng_below(&prng, 2) ? G(infinity) : (POINT){K(zero), K(zero), K(zero)};
    G(from_affine)(&p, &a);
    return CASE(rescaled)(&p);
}

/* Double and add, most significant bit first; any integer, any point of the curve. */
static void CASE(multiply)(POINT *out, const POINT *p, const uint64_t *limbs, int count)
{
    POINT sum = G(infinity);
    for (int i = 64 * count - 1; i >= 0; i--) {
        G(double)(&sum, &sum);
        if (limbs[i / 64] >> (i % 64) & 1) G(add_vartime)(&sum, &sum, p);
    }
    *out = sum;
}

/* Chord and tangent in affine coordinates, as in the schoolbook. */
static void CASE(affine_add)(AFFINE *out, const AFFINE *p, const AFFINE *q)
{
    COORD slope, t, x;
    AFFINE minus;
    if (G(affine_is_infinity)(p) || G(affine_is_infinity)(q)) {
        *out = G(affine_is_infinity)(p) ? *q : *p;
        return;
    }
    G(affine_neg)(&minus, q);
    if (G(affine_equal)(p, &minus)) {
        memset(out, 0, sizeof *out);
        return;
    }
    if (G(affine_equal)(p, q)) {
        K(sqr)(&t, &p->x);
        K(double)(&slope, &t);
        K(add)(&slope, &slope, &t);
        K(double)(&t, &p->y);
    } else {
        K(sub)(&slope, &q->y, &p->y);
        K(sub)(&t, &q->x, &p->x);
    }
    K(inv)(&t, &t);
    K(mul)(&slope, &slope, &t);
    K(sqr)(&x, &slope);
    K(sub)(&x, &x, &p->x);
    K(sub)(&x, &x, &q->x);
    K(sub)(&t, &p->x, &x);
    K(mul)(&t, &t, &slope);
    K(sub)(&out->y, &t, &p->y);
    out->x = x;
}

static void CASE(expect)(const POINT *got, const AFFINE *expected)
{
    AFFINE a;
    G(to_affine)(&a, got);
    assert_memory_equal(&a, expected, sizeof a);
    count_property++;
}

static void CASE(check_addition)(const POINT *p, const POINT *q)
{
    AFFINE a, b, sum;
    POINT r;
    G(to_affine)(&a, p);
    G(to_affine)(&b, q);
    CASE(affine_add)(&sum, &a, &b);
    G(add_vartime)(&r, p, q);
    CASE(expect)(&r, &sum);
    G(add_affine_vartime)(&r, p, &b);
    CASE(expect)(&r, &sum);
    r = *p; /* outputs that are inputs */
    G(add_vartime)(&r, &r, q);
    CASE(expect)(&r, &sum);
    r = *q;
    G(add_vartime)(&r, p, &r);
    CASE(expect)(&r, &sum);
    CASE(affine_add)(&sum, &a, &a);
    G(double)(&r, p);
    CASE(expect)(&r, &sum);
    r = *p;
    G(add_vartime)(&r, &r, &r);
    CASE(expect)(&r, &sum);
}

static void CASE(addition)(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        POINT p = CASE(random)(), q = CASE(random)(), minus, same = CASE(rescaled)(&p);
        G(neg)(&minus, &same);
        CASE(check_addition)(&p, &q);
        CASE(check_addition)(&p, &same);
        CASE(check_addition)(&p, &minus);
        CASE(check_addition)(&p, &G(infinity));
        CASE(check_addition)(&G(infinity), &p);
    }
}

static void CASE(group_laws)(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        POINT p = CASE(random)(), q = CASE(random)(), r = CASE(random)(), left, right;
        G(add_vartime)(&left, &p, &q);
        G(add_vartime)(&left, &left, &r);
        G(add_vartime)(&right, &q, &r);
        G(add_vartime)(&right, &p, &right);
        assert_true(G(equal)(&left, &right));
        G(add_vartime)(&left, &p, &q);
        G(add_vartime)(&right, &q, &p);
        assert_true(G(equal)(&left, &right));
        G(neg)(&right, &p);
        G(add_vartime)(&left, &p, &right);
        assert_true(G(is_infinity)(&left));
        count_property += 3;
    }
}

static void CASE(comparison)(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        POINT p = CASE(random)(), q = CASE(rescaled)(&p), r = CASE(random)();
        AFFINE a, b;
        assert_true(G(equal)(&p, &q));
        G(to_affine)(&a, &p);
        G(to_affine)(&b, &r);
        assert_int_equal(G(equal)(&p, &r), memcmp(&a, &b, sizeof a) == 0);
        assert_int_equal(G(affine_equal)(&a, &b), memcmp(&a, &b, sizeof a) == 0);
        assert_int_equal(G(is_infinity)(&p), G(affine_is_infinity)(&a));
        G(neg)(&q, &p); /* the same x */
        assert_int_equal(G(equal)(&p, &q), G(is_infinity)(&p));
        count_property += 5;
    }
}

static void CASE(normalisation)(void **state)
{
    (void)state;
    enum { MAX = 20 };
    POINT points[MAX];
    AFFINE got[MAX];
    COORD scratch[MAX];
    for (int round = 0; round < CASES; round++) {
        size_t count = prng_below(&prng, MAX + 1);
        for (size_t i = 0; i < count; i++) points[i] = CASE(random)();
        G(to_affine_batch_vartime)(got, points, scratch, count);
        for (size_t i = 0; i < count; i++) CASE(expect)(&points[i], &got[i]);
        for (size_t i = 0; i < count; i++) {
            G(from_affine)(&points[0], &got[i]);
            CASE(expect)(&points[0], &got[i]);
        }
    }
}

static void CASE(check_multiple)(const POINT *p, const fr *k)
{
    uint64_t limbs[4];
    POINT expected, got;
    AFFINE a;
    fr_to_limbs(limbs, k);
    CASE(multiply)(&expected, p, limbs, 4);
    G(to_affine)(&a, &expected);
    G(mul)(&got, p, k);
    CASE(expect)(&got, &a);
    G(mul_vartime)(&got, p, k);
    CASE(expect)(&got, &a);
    got = *p;
    G(mul)(&got, &got, k);
    CASE(expect)(&got, &a);
}

static void CASE(multiples)(void **state)
{
    (void)state;
    POINT p = CASE(random)();
    for (uint64_t i = 0; i < 40; i++) { /* small, and close below the order */
        fr k;
        fr_from_u64(&k, i);
        CASE(check_multiple)(&p, &k);
        fr_neg(&k, &k);
        CASE(check_multiple)(&p, &k);
    }
    for (unsigned bit = 0; bit < 254; bit += 3) {
        fr k;
        uint64_t limbs[4] = {0};
        limbs[bit / 64] = (uint64_t)1 << bit % 64;
        if (fr_from_limbs(&k, limbs) == ROAM_OK) CASE(check_multiple)(&p, &k);
    }
    for (int i = 0; i < CASES; i++) {
        fr k = random_scalar();
        p = CASE(random)();
        CASE(check_multiple)(&p, &k);
    }
}

/* (a + b) P = a P + b P and a (b P) = (a b) P */
static void CASE(scalar_laws)(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i++) {
        POINT p = CASE(random)(), q, r, s;
        fr a = random_scalar(), b = random_scalar(), c;
        fr_add(&c, &a, &b);
        G(mul)(&q, &p, &a);
        G(mul_vartime)(&r, &p, &b);
        G(add_vartime)(&s, &q, &r);
        G(mul_vartime)(&r, &p, &c);
        assert_true(G(equal)(&s, &r));
        fr_mul(&c, &a, &b);
        G(mul_vartime)(&s, &q, &b);
        G(mul)(&r, &p, &c);
        assert_true(G(equal)(&s, &r));
        count_property += 2;
    }
}

static void CASE(order)(void **state)
{
    (void)state;
    POINT p;
    G(from_affine)(&p, &G(generator));
    assert_false(G(is_infinity)(&p));
    CASE(multiply)(&p, &p, fr_modulus, 4);
    assert_true(G(is_infinity)(&p));
    count_property++;
}
