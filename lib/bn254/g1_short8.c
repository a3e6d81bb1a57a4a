#include "g1_short8.h"

#include "mont8.h"

#if defined(__x86_64__)
#include "g1x8.h"

enum { WINDOWS = 17, ENTRIES = 9, GROUPS = 4 };

/* Multiples 0 .. 8 of a point in each lane, and the X of their images under phi; the digits of scalars in
 * base 16, -7 .. 8. */
struct group {
    g1x8 multiple[ENTRIES];
    mont8 image_x[ENTRIES];
    int64_t digit[2][WINDOWS][8];
};

static void set_digits(int64_t digit[WINDOWS][8], size_t lane, uint64_t scalar)
{
    uint64_t carry = 0;
    for (int i = 0; i < WINDOWS; i++) {
        uint64_t d = (i < 16 ? scalar >> (4 * i) & 15 : 0) + carry;
        carry = d > 8;
        digit[i][lane] = (int64_t)d - (int64_t)(carry << 4);
    }
}

/* At most eight points; lanes without one get multiples by 0. */
MONT8_TARGET static void group_start(struct group *group, const g1_affine *points,
                                     const struct g1_short *scalars, size_t count)
{
    static const fp beta_factor = {{G1_BETA}};
    const fp *x[8], *y[8];
    g1x8 *multiple = group->multiple;
    mont8 beta;
    for (size_t k = 0; k < 8; k++) {
        x[k] = k < count ? &points[k].x : &g1_generator.x;
        y[k] = k < count ? &points[k].y : &g1_generator.y;
        set_digits(group->digit[0], k, k < count ? scalars[k].a : 0);
        set_digits(group->digit[1], k, k < count ? scalars[k].b : 0);
    }
    mont8_from_fp(&multiple[0].x, &fp_zero);
    mont8_from_fp(&multiple[0].y, &fp_one);
    mont8_from_fp(&multiple[0].z, &fp_zero);
    mont8_gather_fp(&multiple[1].x, x);
    mont8_gather_fp(&multiple[1].y, y);
    mont8_from_fp(&multiple[1].z, &fp_one);
    for (int i = 2; i < ENTRIES; i++) g1x8_add(&multiple[i], &multiple[i - 1], &multiple[1]);
    mont8_from_fp(&beta, &beta_factor);
    for (int i = 0; i < ENTRIES; i++) mont8_mul(&group->image_x[i], &multiple[i].x, &beta, &fp8_params);
}

/* out = digit P or digit phi(P), lane by lane */
TOWER8_FUNCTION void look_up(g1x8 *out, const struct group *group, int half, int window)
{
    const __m512i digit = _mm512_loadu_si512(group->digit[half][window]);
    const __m512i size = _mm512_abs_epi64(digit);
    const g1x8 *multiple = group->multiple;
    out->x = multiple[0].x;
    out->y = multiple[0].y;
    out->z = multiple[0].z;
    for (int i = 1; i < ENTRIES; i++) {
        const __mmask8 hit = _mm512_cmpeq_epi64_mask(size, _mm512_set1_epi64(i));
        mont8_select(&out->x, hit, &out->x, half == 0 ? &multiple[i].x : &group->image_x[i]);
        mont8_select(&out->y, hit, &out->y, &multiple[i].y);
        mont8_select(&out->z, hit, &out->z, &multiple[i].z);
    }
    mont8 minus = {{_mm512_setzero_si512()}};
    for (int i = 1; i < 5; i++) minus.limb[i] = _mm512_setzero_si512();
    mont8_sub(&minus, &minus, &out->y, 4, &fp8_params);
    mont8_select(&out->y, _mm512_movepi64_mask(digit), &out->y, &minus);
}

/* Straus in every lane: the sum over the groups, which share the doublings. */
MONT8_TARGET static void sum_groups(g1x8 *sum, const struct group *groups, size_t count)
{
    g1x8 term;
    *sum = groups[0].multiple[0];
    for (int i = WINDOWS - 1; i >= 0; i--) {
        for (int j = 0; j < 4 && i < WINDOWS - 1; j++) g1x8_double(sum);
        for (size_t g = 0; g < count; g++)
            for (int half = 0; half < 2; half++) {
                look_up(&term, &groups[g], half, i);
                g1x8_add(sum, sum, &term);
            }
    }
}

MONT8_TARGET void g1_short8_mul(g1 *out, const g1_affine *points, const struct g1_short *scalars,
                                size_t count)
{
    struct group group;
    g1x8 product;
    g1 lanes[8];
    for (size_t done = 0; done < count; done += 8) {
        const size_t some = count - done < 8 ? count - done : 8;
        group_start(&group, points + done, scalars + done, some);
        sum_groups(&product, &group, 1);
        g1x8_store(lanes, &product);
        for (size_t k = 0; k < some; k++) out[done + k] = lanes[k];
    }
}

MONT8_TARGET void g1_short8_sum(g1 *out, const g1_affine *points, const struct g1_short *scalars,
                                size_t count)
{
    struct group groups[GROUPS];
    g1x8 sum;
    g1 lanes[8];
    *out = g1_infinity;
    while (count > 0) {
        size_t used = 0;
        for (; used < GROUPS && count > 0; used++) {
            const size_t some = count < 8 ? count : 8;
            group_start(&groups[used], points, scalars, some);
            points += some;
            scalars += some;
            count -= some;
        }
        sum_groups(&sum, groups, used);
        g1x8_store(lanes, &sum);
        for (int k = 0; k < 8; k++) g1_add_vartime(out, out, &lanes[k]);
    }
}
#else
void g1_short8_mul(g1 *out, const g1_affine *points, const struct g1_short *scalars, size_t count)
{
    (void)out, (void)points, (void)scalars, (void)count;
    ROAM_ASSERT(mont8_available);
}

void g1_short8_sum(g1 *out, const g1_affine *points, const struct g1_short *scalars, size_t count)
{
    (void)out, (void)points, (void)scalars, (void)count;
    ROAM_ASSERT(mont8_available);
}
#endif
