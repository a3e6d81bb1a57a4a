/* Which points are in G2, eight at once: they go through the pairing's loop, whose end tells. */
#include "g2.h"

#include "g2x8.h"
#include "miller.h"
#include "mont8.h"

#if defined(__x86_64__)
/* All on the twist and none at infinity. */
MONT8_TARGET static uint8_t in_group(const g2_affine *const points[8])
{
    static const char steps[] = ATE_STEPS;
    static const struct line_at8 nowhere; /* the lines are not wanted */
    const fp2 *x[8], *y[8];
    g2x8_affine q;
    g2x8 t;
    struct line8 line;
    for (size_t k = 0; k < 8; k++) {
        x[k] = &points[k]->x;
        y[k] = &points[k]->y;
    }
    fp2x8_gather_fp2(&q.x, x);
    fp2x8_gather_fp2(&q.y, y);
    g2x8_from_affine(&t, &q);
    for (size_t i = 0; i < G2_LINES; i++) g2x8_ate_step(&line, &t, &q, &nowhere, steps[i]);
    return g2x8_is_minus_psi_cube(&t, &q);
}
#else
static uint8_t in_group(const g2_affine *const points[8])
{
    (void)points;
    return 0;
}
#endif

static void check_group(bool *valid, const g2_affine *const *points, size_t count)
{
    const g2_affine *lane[8];
    for (size_t k = 0; k < 8; k++) {
        const bool finite = k < count && !g2_affine_is_infinity(points[k]);
        if (k < count) valid[k] = g2_affine_is_on_curve(points[k]);
        lane[k] = finite && valid[k] ? points[k] : &g2_generator;
    }
    const uint8_t inside = in_group(lane);
    for (size_t k = 0; k < count; k++) valid[k] = valid[k] && inside >> k & 1;
}

/* Eight lanes take as long as two and a half points one by one. */
void g2_affine_are_valid_vartime(bool *valid, const g2_affine *const *points, size_t count)
{
    while (mont8_available && count >= 3) {
        const size_t lanes = count < 8 ? count : 8;
        check_group(valid, points, lanes);
        valid += lanes;
        points += lanes;
        count -= lanes;
    }
    for (size_t k = 0; k < count; k++) valid[k] = g2_affine_is_valid_vartime(points[k]);
}
