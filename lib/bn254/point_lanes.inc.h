/* point_batch.h eight points at a time; included by each group's point_batch file, which defines before that:
 *
 * AFFINE, COORD, G(name), K(name) and phi_affine, as for curve_mul.inc.h.
 *
 * COORD8 and PARTS, eight coordinates and how many mont8 these are.
 *
 * fp8_mul and c8_mul, static functions: products of elements of Fp and of coordinates, below 3p if the
 * product of their factors' bounds is below 84p^2. c8_mul_limbs and c8_sqr_limbs, inline functions: the same
 * without carried limbs, squares for coordinates below 4.2p.
 *
 * struct denominator8, denominator8_set, denominator8_norm and denominator8_inverse: a coordinate below 5p
 * with its norm to Fp, and its inverse, below 1.1p, from the norm's.
 *
 * phi8, an inline function (x, y, d, constants): phi^d of a point with coordinates below 2p, negated if
 * PHI_NEGATES(d). struct phi8_constants and phi8_begin: what it needs, and what prepares that.
 *
 * DIMS, WINDOWS, lattice and ODD_FLIPS: parts of a scalar, and how many digits of 4 bits each has.
 * OMEGA_PARTS, OMEGA_PLACES and OMEGA: its parts in Z[omega], see point_programs.inc.h.
 *
 * VECTORS and TERMS_MAX: how many vectors of eight points are worked on together, and how many points a sum
 * of multiples has at most.
 *
 * Points are affine, with coordinates x 2^260 mod p. */

enum { SIDES = 2, PAIR_POINTS = 8 * SIDES };
enum { TABLE = 8, POINT_WORDS = 8 * PARTS, LANES_POINTS = 8 * VECTORS };

#include "point_lanes_field.inc.h"
#include "point_lanes_sums.inc.h"
#include "point_lanes_windows.inc.h"
#include "point_programs.inc.h"
#include "point_shared.inc.h"

static void lanes_begin(struct lanes *lanes, size_t points)
{
    lanes->count = (points + PAIR_POINTS - 1) / PAIR_POINTS * SIDES;
    lane_forms_begin(&lanes->forms);
    phi8_begin(&lanes->phi, &lanes->forms.to_lanes);
}

/* Up to eight points; in place of infinity and of what is missing: other. */
MONT8_TARGET static void load_points(AFFINE8 *out, const AFFINE *in, size_t count, const AFFINE *other,
                                     const mont8 *to_lanes)
{
    const uint64_t *at[8];
    for (size_t k = 0; k < 8; k++)
        at[k] = (const uint64_t *)(k < count && !G(affine_is_infinity)(&in[k]) ? &in[k] : other);
    for (int j = 0; j < PARTS; j++) {
        __m512i row[8], word[8];
        for (int k = 0; k < 8; k++) row[k] = _mm512_loadu_si512(at[k] + 8 * j);
        mont8_transpose(word, row);
        row_parts(out, word, j);
    }
    mont8 *parts = (mont8 *)out;
    for (int j = 0; j < 2 * PARTS; j++) mont8_mul(&parts[j], &parts[j], to_lanes, &fp8_params);
}

MONT8_TARGET static void store_points(AFFINE out[8], const AFFINE8 *in, const mont8 *from_lanes)
{
    AFFINE8 p = *in;
    mont8 *parts = (mont8 *)&p;
    for (int j = 0; j < 2 * PARTS; j++) {
        mont8_mul(&parts[j], &parts[j], from_lanes, &fp8_params);
        mont8_canonical(&parts[j], 0, &fp8_params);
    }
    for (int j = 0; j < PARTS; j++) {
        __m512i row[8], word[8];
        row_words(word, &p, j);
        mont8_transpose(row, word);
        for (int k = 0; k < 8; k++) _mm512_storeu_si512((uint64_t *)(out + k) + 8 * j, row[k]);
    }
}

/* How many of count points are in the vector that begins with point i. */
static size_t in_vector(size_t i, size_t count) { return count < i ? 0 : count - i < 8 ? count - i : 8; }

/* At most LANES_POINTS points; false if a sum is not to be had. */
static bool lanes_mul(AFFINE *out, const AFFINE *points, const fr *scalars, size_t count, struct lanes *lanes,
                      bool secret)
{
    static const AFFINE infinity;
    lanes_begin(lanes, count);
    for (size_t i = 0; i < lanes->count; i++)
        load_points(&lanes->sum[i], points + 8 * i, in_vector(8 * i, count), &G(generator),
                    &lanes->forms.to_lanes);
    bool shared = !secret && scalars_are_shared(scalars, count);
    if (!shared) put_all_digits(lanes, scalars, count);
    if (!(shared ? multiply_shared(lanes, scalars) : multiply_windows(lanes, secret))) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE octet[8];
        store_points(octet, &lanes->sum[i], &lanes->forms.from_lanes);
        for (size_t k = 0; k < in_vector(8 * i, count); k++)
            out[8 * i + k] = G(affine_is_infinity)(&points[8 * i + k]) ? infinity : octet[k];
    }
    return true;
}

static bool any_infinity(const AFFINE *points, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (G(affine_is_infinity)(&points[i])) return true;
    return false;
}

/* Where the vectors of points i, a multiple of eight, are: those of the first; of others SIDES further on. */
static size_t odd_sums_vector(size_t i, size_t terms)
{
    return i / PAIR_POINTS * SIDES * terms + i % PAIR_POINTS / 8;
}

/* At most LANES_POINTS / terms; false if a sum is not to be had or a point is infinity. */
static bool lanes_odd_sums(AFFINE *const points[], size_t terms, const fr *roots, const fr *turn,
                           size_t count, struct lanes *lanes)
{
    for (size_t j = 0; j < terms; j++)
        if (any_infinity(points[j], count)) return false;
    lanes_begin(lanes, count);
    size_t padded = 8 * lanes->count;
    lanes->count *= terms;
    for (size_t i = 0; i < padded; i += 8)
        for (size_t j = 0; j < terms; j++)
            load_points(&lanes->sum[odd_sums_vector(i, terms) + SIDES * j], points[j] + i,
                        in_vector(i, count), &G(generator), &lanes->forms.to_lanes);
    if (!odd_sums_shared(lanes, terms, roots, turn)) return false;
    for (size_t i = 0; i < count; i += 8)
        for (size_t j = 0; j < terms; j++) {
            AFFINE octet[8];
            store_points(octet, &lanes->sum[odd_sums_vector(i, terms) + SIDES * j], &lanes->forms.from_lanes);
            memcpy(points[j] + i, octet, in_vector(i, count) * sizeof *octet);
        }
    return true;
}

/* The sum and the difference, unless one of the points is infinity. */
static void put_butterfly(AFFINE *a, AFFINE *b, const AFFINE *sum, const AFFINE *difference)
{
    if (G(affine_is_infinity)(b)) {
        *b = *a;
    } else if (G(affine_is_infinity)(a)) {
        *a = *b;
        G(affine_neg)(b, b);
    } else {
        *a = *sum;
        *b = *difference;
    }
}

/* With points at infinity the sums are known. What stands in their place must not meet the other point: the
 * generator and its image do not, but the one of a pair might; then the sums are not to be had. */
static bool lanes_butterfly(AFFINE *a, AFFINE *b, size_t count, struct lanes *lanes)
{
    AFFINE image;
    phi_affine(&image, &G(generator));
    lanes_begin(lanes, count);
    for (size_t i = 0; i < lanes->count; i++) {
        size_t some = in_vector(8 * i, count);
        load_points(&lanes->sum[i], a + 8 * i, some, &G(generator), &lanes->forms.to_lanes);
        load_points(&lanes->term[i], b + 8 * i, some, &image, &lanes->forms.to_lanes);
    }
    if (!butterfly_all(lanes)) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        AFFINE octet_a[8], octet_b[8];
        store_points(octet_a, &lanes->sum[i], &lanes->forms.from_lanes);
        store_points(octet_b, &lanes->term[i], &lanes->forms.from_lanes);
        for (size_t k = 0; k < in_vector(8 * i, count); k++)
            put_butterfly(&a[8 * i + k], &b[8 * i + k], &octet_a[k], &octet_b[k]);
    }
    return true;
}
