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
enum { LANES_MIN = 32, TWISTS_AT_ONCE = LANES_TWISTS };

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

static bool twist_in_lanes(AFFINE *c, AFFINE *d, const struct twist *twists, size_t count, void *scratch)
{
    return mont8_available && count >= LANES_MIN && lanes_twist(c, d, twists, count, scratch);
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
enum { TWISTS_AT_ONCE = 64 };

size_t G(batch_scratch_size)(void) { return 0; }

static void mul_all(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, void *scratch,
                    bool secret)
{
    (void)scratch;
    mul_plain(out, points, scalars, count, secret);
}

static bool twist_in_lanes(AFFINE *c, AFFINE *d, const struct twist *twists, size_t count, void *scratch)
{
    (void)c, (void)d, (void)twists, (void)count, (void)scratch;
    return false;
}

static void butterfly_all_points(AFFINE *a, AFFINE *b, size_t count, void *scratch)
{
    (void)scratch;
    butterfly_plain(a, b, count);
}
#endif

/* One after the other. */
static void twist_by_parts(AFFINE *c, AFFINE *d, const struct twist *twists, size_t count, void *scratch)
{
    fr factors[TWISTS_AT_ONCE];
    for (size_t i = 0; i < count; i++) factors[i] = twists[i].u;
    mul_all(d, d, factors, count, scratch, false);
    butterfly_all_points(c, d, count, scratch);
    for (size_t i = 0; i < count; i++) factors[i] = twists[i].v;
    mul_all(c, c, factors, count, scratch, false);
    for (size_t i = 0; i < count; i++) factors[i] = twists[i].w;
    mul_all(d, d, factors, count, scratch, false);
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

void G(batch_twist_vartime)(AFFINE *c, AFFINE *d, const struct twist *twists, size_t count, void *scratch)
{
    for (size_t i = 0; i < count; i += TWISTS_AT_ONCE) {
        size_t some = smaller(count - i, TWISTS_AT_ONCE);
        if (!twist_in_lanes(c + i, d + i, twists + i, some, scratch))
            twist_by_parts(c + i, d + i, twists + i, some, scratch);
    }
}
