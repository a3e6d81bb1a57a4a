/* point_batch.h for one group. Its file defines POINT, AFFINE, COORD, G(name) and K(name) as for
 * curve_jacobian.inc.h before including this, and point_lanes.inc.h before that where it applies. */

enum { POINTS_AT_ONCE = 64 };

static void mul_some(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, bool secret)
{
    POINT products[POINTS_AT_ONCE] = {0};
    COORD scratch[POINTS_AT_ONCE];
    for (size_t i = 0; i < count; i++) {
        G(from_affine)(&products[i], &points[i]);
        if (secret)
            G(mul)(&products[i], &products[i], &scalars[i]);
        else
            G(mul_vartime)(&products[i], &products[i], &scalars[i]);
    }
    G(to_affine_batch_vartime)(out, products, scratch, count);
    if (secret) roam_wipe(products, sizeof products);
}

static void butterfly_some(AFFINE *a, AFFINE *b, size_t count)
{
    POINT sums[POINTS_AT_ONCE] = {0};
    COORD scratch[POINTS_AT_ONCE];
    for (size_t i = 0; i < count; i++) {
        AFFINE minus;
        G(affine_neg)(&minus, &b[i]);
        G(from_affine)(&sums[2 * i], &a[i]);
        sums[2 * i + 1] = sums[2 * i];
        G(add_affine_vartime)(&sums[2 * i], &sums[2 * i], &b[i]);
        G(add_affine_vartime)(&sums[2 * i + 1], &sums[2 * i + 1], &minus);
    }
    AFFINE both[POINTS_AT_ONCE];
    G(to_affine_batch_vartime)(both, sums, scratch, 2 * count);
    for (size_t i = 0; i < count; i++) {
        a[i] = both[2 * i];
        b[i] = both[2 * i + 1];
    }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void mul_plain(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, bool secret)
{
    for (size_t i = 0; i < count; i += POINTS_AT_ONCE)
        mul_some(out + i, points + i, scalars + i, smaller(count - i, POINTS_AT_ONCE), secret);
}

static void butterfly_plain(AFFINE *a, AFFINE *b, size_t count)
{
    for (size_t i = 0; i < count; i += POINTS_AT_ONCE / 2)
        butterfly_some(a + i, b + i, smaller(count - i, POINTS_AT_ONCE / 2));
}

#if defined(__x86_64__)
/* Fewer points than this are sooner done one by one. */
enum { LANES_MIN = 32, SUMS_AT_ONCE = LANES_POINTS };

/* As many as are worked on together. */
static size_t sums_at_once(size_t terms) { return terms <= TERMS_MAX ? LANES_POINTS / terms : LANES_POINTS; }

size_t G(batch_scratch_size)(void) { return mont8_available ? sizeof(struct lanes) : 0; }

static void mul_all(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, void *scratch,
                    bool secret)
{
    for (size_t i = 0; i < count; i += LANES_POINTS) {
        size_t some = smaller(count - i, LANES_POINTS);
        if (!mont8_available || some < LANES_MIN ||
            !lanes_mul(out + i, points + i, scalars + i, some, scratch, secret))
            mul_plain(out + i, points + i, scalars + i, some, secret);
    }
}

static bool odd_sums_in_lanes(AFFINE *const points[], size_t terms, const fr *roots, const fr *turn,
                              size_t count, void *scratch)
{
    return mont8_available && terms <= TERMS_MAX && count >= LANES_MIN &&
           lanes_odd_sums(points, terms, roots, turn, count, scratch);
}

static void butterfly_all_points(AFFINE *a, AFFINE *b, size_t count, void *scratch)
{
    for (size_t i = 0; i < count; i += LANES_POINTS) {
        size_t some = smaller(count - i, LANES_POINTS);
        if (!mont8_available || some < LANES_MIN || !lanes_butterfly(a + i, b + i, some, scratch))
            butterfly_plain(a + i, b + i, some);
    }
}
#else
enum { SUMS_AT_ONCE = 64 };
static size_t sums_at_once(size_t terms) { return terms > 0 ? SUMS_AT_ONCE : 0; }

size_t G(batch_scratch_size)(void) { return 0; }

static void mul_all(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, void *scratch,
                    bool secret)
{
    (void)scratch;
    mul_plain(out, points, scalars, count, secret);
}

static bool odd_sums_in_lanes(AFFINE *const points[], size_t terms, const fr *roots, const fr *turn,
                              size_t count, void *scratch)
{
    (void)points, (void)terms, (void)roots, (void)turn, (void)count, (void)scratch;
    return false;
}

static void butterfly_all_points(AFFINE *a, AFFINE *b, size_t count, void *scratch)
{
    (void)scratch;
    butterfly_plain(a, b, count);
}
#endif

/* factors[i] = turn roots[i / 16]^exponent, for an exponent that is a power of two */
static void spread_roots(fr *factors, const fr *roots, unsigned exponent, const fr *turn, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i % ODD_SUMS_ALIKE != 0) {
            factors[i] = factors[i - 1];
            continue;
        }
        factors[i] = roots[i / ODD_SUMS_ALIKE];
        for (unsigned e = exponent; e > 1; e /= 2) fr_sqr(&factors[i], &factors[i]);
        fr_mul(&factors[i], &factors[i], turn);
    }
}

static void odd_sums_all(AFFINE *const points[], size_t terms, const fr *roots, const fr *turn, size_t count,
                         void *scratch);

/* w c + w^3 d = w (c + w^2 d), and the square of the other w is -w^2. */
static void odd_sums_of_two(AFFINE *const points[2], const fr *roots, const fr *turn, size_t count,
                            void *scratch)
{
    fr factors[SUMS_AT_ONCE];
    spread_roots(factors, roots, 2, &fr_one, count);
    mul_all(points[1], points[1], factors, count, scratch, false);
    butterfly_all_points(points[0], points[1], count, scratch);
    spread_roots(factors, roots, 1, &fr_one, count);
    mul_all(points[0], points[0], factors, count, scratch, false);
    spread_roots(factors, roots, 1, turn, count);
    mul_all(points[1], points[1], factors, count, scratch, false);
}

/* w (a + w^4 c) + w^3 (b + w^4 d), and the fourth powers of every other w are -w^4. */
static void odd_sums_of_four(AFFINE *const points[4], const fr *roots, const fr *turn, size_t count,
                             void *scratch)
{
    fr factors[SUMS_AT_ONCE], others[SUMS_AT_ONCE / ODD_SUMS_ALIKE], twice;
    spread_roots(factors, roots, 4, &fr_one, count);
    for (size_t j = 0; j < 2; j++) {
        mul_all(points[2 + j], points[2 + j], factors, count, scratch, false);
        butterfly_all_points(points[j], points[2 + j], count, scratch);
    }
    for (size_t i = 0; i < count; i += ODD_SUMS_ALIKE)
        fr_mul(&others[i / ODD_SUMS_ALIKE], &roots[i / ODD_SUMS_ALIKE], turn);
    fr_sqr(&twice, turn);
    odd_sums_all(points, 2, roots, &twice, count, scratch);
    odd_sums_all(points + 2, 2, others, &twice, count, scratch);
}

static void odd_sums_all(AFFINE *const points[], size_t terms, const fr *roots, const fr *turn, size_t count,
                         void *scratch)
{
    size_t at_once = sums_at_once(terms);
    for (size_t i = 0; i < count; i += at_once) {
        AFFINE *some[4];
        size_t n = smaller(count - i, at_once);
        for (size_t j = 0; j < terms; j++) some[j] = points[j] + i;
        if (odd_sums_in_lanes(some, terms, roots + i / ODD_SUMS_ALIKE, turn, n, scratch)) continue;
        if (terms == 2)
            odd_sums_of_two(some, roots + i / ODD_SUMS_ALIKE, turn, n, scratch);
        else
            odd_sums_of_four(some, roots + i / ODD_SUMS_ALIKE, turn, n, scratch);
    }
}

void G(batch_mul)(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, void *scratch)
{
    mul_all(out, points, scalars, count, scratch, true);
}

void G(batch_mul_vartime)(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, void *scratch)
{
    mul_all(out, points, scalars, count, scratch, false);
}

void G(batch_butterfly_vartime)(AFFINE *a, AFFINE *b, size_t count, void *scratch)
{
    butterfly_all_points(a, b, count, scratch);
}

void G(batch_odd_sums_vartime)(AFFINE *const points[], size_t terms, const fr *roots, const fr *turn,
                               size_t count, void *scratch)
{
    ROAM_ASSERT(terms == 2 || terms == 4);
    odd_sums_all(points, terms, roots, turn, count, scratch);
}
