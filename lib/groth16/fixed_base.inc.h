/* fixed_base.h for one group. g1 and g2 define POINT, AFFINE, COORD, BASE (types) and G(name) before
 * including this. */

enum { SCALAR_BITS = 254, POINTS_AT_ONCE = 256, WIDTH_MIN = 4, WIDTH_MAX = 14 };

static unsigned width_for(size_t count)
{
    unsigned width = WIDTH_MIN;
    while (width < WIDTH_MAX && count >> (width + 3) > 0) width++;
    return width;
}

/* One place: the multiples 1 .. count of *base; then *base becomes the next place's. */
static void fill_place(AFFINE *table, POINT *base, POINT *points, COORD *scratch, size_t count)
{
    points[0] = *base;
    for (size_t i = 1; i < count; i++) G(add_vartime)(&points[i], &points[i - 1], base);
    G(to_affine_batch_vartime)(table, points, scratch, count);
    G(add_vartime)(base, &points[count - 1], base);
}

enum roam_err G(fixed_base_init)(BASE *out, size_t count)
{
    out->width = width_for(count);
    out->places = (SCALAR_BITS + out->width - 1) / out->width;
    size_t digits = ((size_t)1 << out->width) - 1;
    POINT base, *points = malloc(digits * sizeof *points);
    COORD *scratch = malloc(digits * sizeof *scratch);
    out->table = malloc(out->places * digits * sizeof *out->table);
    bool good = points != NULL && scratch != NULL && out->table != NULL;
    G(from_affine)(&base, &G(generator));
    for (unsigned place = 0; good && place < out->places; place++)
        fill_place(out->table + place * digits, &base, points, scratch, digits);
    free(points);
    free(scratch);
    if (good) return ROAM_OK;
    G(fixed_base_release)(out);
    return ROAM_E_NOMEM;
}

void G(fixed_base_release)(BASE *base)
{
    free(base->table);
    base->table = NULL;
}

/* The `width` bits of limbs from bit `first` on. */
static size_t digit_at(const uint64_t limbs[4], unsigned first, unsigned width)
{
    unsigned limb = first / 64, shift = first % 64;
    uint64_t bits = limbs[limb] >> shift;
    if (shift + width > 64 && limb < 3) bits |= limbs[limb + 1] << (64 - shift);
    return (size_t)(bits & (((uint64_t)1 << width) - 1));
}

static void mul_one(POINT *out, const BASE *base, const fr *scalar)
{
    uint64_t limbs[4];
    size_t digits = ((size_t)1 << base->width) - 1;
    fr_to_limbs(limbs, scalar);
    *out = G(infinity);
    for (unsigned place = 0; place < base->places; place++) {
        size_t digit = digit_at(limbs, place * base->width, base->width);
        if (digit > 0) G(add_affine_vartime)(out, out, &base->table[place * digits + digit - 1]);
    }
    roam_wipe(limbs, sizeof limbs);
}

void G(fixed_base_mul)(AFFINE *out, const BASE *base, const fr *scalars, size_t count)
{
    POINT points[POINTS_AT_ONCE];
    COORD scratch[POINTS_AT_ONCE];
    for (size_t done = 0; done < count; done += POINTS_AT_ONCE) {
        size_t some = count - done < POINTS_AT_ONCE ? count - done : POINTS_AT_ONCE;
        for (size_t i = 0; i < some; i++) mul_one(&points[i], base, &scalars[done + i]);
        G(to_affine_batch_vartime)(out + done, points, scratch, some);
    }
}
