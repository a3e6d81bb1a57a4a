#include "g1_comb8.h"

#include "mont8.h"

#if defined(__x86_64__)
#include "g1x8.h"

enum { LANES = 8, LANE_BITS = 32, WINDOWS = LANE_BITS / 4, MULTIPLES = 8 };

MONT8_TARGET void g1_comb8_prepare(struct g1_comb8 *out, const g1_affine *p)
{
    g1 multiples[LANES][MULTIPLES], base;
    g1_affine affine[LANES][MULTIPLES];
    fp scratch[LANES * MULTIPLES];
    g1_from_affine(&base, p);
    for (int k = 0; k < LANES; k++) {
        multiples[k][0] = base;
        for (int i = 1; i < MULTIPLES; i++) g1_add_vartime(&multiples[k][i], &multiples[k][i - 1], &base);
        for (int i = 0; i < LANE_BITS; i++) g1_double(&base, &base);
    }
    g1_to_affine_batch_vartime(affine[0], multiples[0], scratch, LANES * MULTIPLES);
    for (int i = 0; i < MULTIPLES; i++) {
        const fp *x[LANES], *y[LANES];
        mont8 lanes_x, lanes_y;
        for (int k = 0; k < LANES; k++) {
            x[k] = &affine[k][i].x;
            y[k] = &affine[k][i].y;
        }
        mont8_gather_fp(&lanes_x, x);
        mont8_gather_fp(&lanes_y, y);
        for (int j = 0; j < 5; j++) {
            _mm512_storeu_si512(out->x[i][j], lanes_x.limb[j]);
            _mm512_storeu_si512(out->y[i][j], lanes_y.limb[j]);
        }
    }
}

/* Digits -7 .. 8 in base 16: digit[w][k] has the weight 2^(32 k + 4 w). The highest is at most 4. */
static void to_digits(int64_t digit[WINDOWS][LANES], const fr *scalar)
{
    uint64_t limb[4], carry = 0;
    fr_to_limbs(limb, scalar);
    for (int i = 0; i < LANES * WINDOWS; i++) {
        const uint64_t d = (limb[i / 16] >> (i % 16 * 4) & 15) + carry;
        carry = d > 8;
        digit[i % WINDOWS][i / WINDOWS] = (int64_t)d - (int64_t)(carry << 4);
    }
}

/* sum += digit P, lane by lane */
MONT8_TARGET static void add_multiple(g1x8 *sum, const struct g1_comb8 *comb, const int64_t digit[LANES])
{
    const __m512i digits = _mm512_loadu_si512(digit), size = _mm512_abs_epi64(digits);
    const __mmask8 some = _mm512_test_epi64_mask(digits, digits);
    mont8 x, y, minus;
    g1x8 next;
    for (int j = 0; j < 5; j++) {
        x.limb[j] = _mm512_loadu_si512(comb->x[0][j]);
        y.limb[j] = _mm512_loadu_si512(comb->y[0][j]);
    }
    for (int i = 1; i < MULTIPLES; i++) {
        const __mmask8 hit = _mm512_cmpeq_epi64_mask(size, _mm512_set1_epi64(i + 1));
        for (int j = 0; j < 5; j++) {
            x.limb[j] = _mm512_mask_loadu_epi64(x.limb[j], hit, comb->x[i][j]);
            y.limb[j] = _mm512_mask_loadu_epi64(y.limb[j], hit, comb->y[i][j]);
        }
    }
    for (int j = 0; j < 5; j++) minus.limb[j] = _mm512_sub_epi64(mont8_all(2 * fp8_params.p[j]), y.limb[j]);
    mont8_carry(&minus);
    mont8_select(&y, _mm512_movepi64_mask(digits), &y, &minus);
    g1x8_add_affine(&next, sum, &x, &y);
    mont8_select(&sum->x, some, &sum->x, &next.x);
    mont8_select(&sum->y, some, &sum->y, &next.y);
    mont8_select(&sum->z, some, &sum->z, &next.z);
}

/* Every lane adds the lane at its number xor distance. */
MONT8_TARGET static void add_lanes(g1x8 *sum, long long distance)
{
    const __m512i number = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    const __m512i place = _mm512_xor_si512(number, _mm512_set1_epi64(distance));
    g1x8 other;
    for (int i = 0; i < 5; i++) {
        other.x.limb[i] = _mm512_permutexvar_epi64(place, sum->x.limb[i]);
        other.y.limb[i] = _mm512_permutexvar_epi64(place, sum->y.limb[i]);
        other.z.limb[i] = _mm512_permutexvar_epi64(place, sum->z.limb[i]);
    }
    g1x8_add(sum, sum, &other);
}

/* Straus in every lane; the lanes are added at the end. */
MONT8_TARGET void g1_comb8_sum_vartime(g1 *out, const struct g1_comb8 *combs, const fr *scalars, size_t count)
{
    enum { AT_ONCE = 16 };
    int64_t digit[AT_ONCE][WINDOWS][LANES];
    g1 lanes[LANES];
    *out = g1_infinity;
    while (count > 0) {
        const size_t some = count < AT_ONCE ? count : AT_ONCE;
        g1x8 sum;
        mont8_from_fp(&sum.x, &fp_zero);
        mont8_from_fp(&sum.y, &fp_one);
        mont8_from_fp(&sum.z, &fp_zero);
        for (size_t i = 0; i < some; i++) to_digits(digit[i], &scalars[i]);
        for (int w = WINDOWS - 1; w >= 0; w--) {
            for (int j = 0; j < 4 && w < WINDOWS - 1; j++) g1x8_double(&sum);
            for (size_t i = 0; i < some; i++) add_multiple(&sum, &combs[i], digit[i][w]);
        }
        for (long long distance = 4; distance > 0; distance /= 2) add_lanes(&sum, distance);
        g1x8_store(lanes, &sum);
        g1_add_vartime(out, out, &lanes[0]);
        combs += some;
        scalars += some;
        count -= some;
    }
}
#else
void g1_comb8_prepare(struct g1_comb8 *out, const g1_affine *p)
{
    (void)out, (void)p;
    ROAM_ASSERT(mont8_available);
}

void g1_comb8_sum_vartime(g1 *out, const struct g1_comb8 *combs, const fr *scalars, size_t count)
{
    (void)out, (void)combs, (void)scalars, (void)count;
    ROAM_ASSERT(mont8_available);
}
#endif
