#include "miller.h"

#include "mont8.h"
#include "g2x8.h"

#if defined(__x86_64__)

static const char ate_steps[G2_LINES + 1] = ATE_STEPS;

enum { GROUPS_MAX = MILLER_MAX / 8 };

/* One pair in each lane. Lanes that are not `used` multiply by 1. */
struct group {
    g2x8_affine q;
    g2x8 t;
    struct line_at8 p;
    __mmask8 used;
};

/* The pairs from `begin` on. */
MONT8_TARGET static void group_start(struct group *group, const struct miller_terms *terms, size_t begin)
{
    const fp *px[8], *py[8];
    const fp2 *qx[8], *qy[8];
    fp minus_x[8];
    const size_t count = terms->count - begin;
    for (size_t k = 0; k < 8; k++) {
        size_t j = terms->place[k < count ? begin + k : begin];
        fp_neg(&minus_x[k], &terms->p[j].x);
        px[k] = &minus_x[k];
        py[k] = &terms->p[j].y;
        qx[k] = &terms->q[j].x;
        qy[k] = &terms->q[j].y;
    }
    mont8_gather_fp(&group->p.minus_x, px);
    mont8_gather_fp(&group->p.y, py);
    mont8_combine(&group->p.y2, 1, &group->p.y, 1, &group->p.y, 0);
    mont8_settle(&group->p.y2);
    mont8_combine(&group->p.minus_x3, 1, &group->p.minus_x, 2, &group->p.minus_x, 0);
    mont8_settle(&group->p.minus_x3);
    fp2x8_gather_fp2(&group->q.x, qx);
    fp2x8_gather_fp2(&group->q.y, qy);
    g2x8_from_affine(&group->t, &group->q);
    group->used = (__mmask8)(count < 8 ? (1 << count) - 1 : 0xff);
}

MONT8_TARGET static void keep_used(struct line8 *line, __mmask8 used)
{
    fp2x8 constant;
    if (used == 0xff) return;
    fp2x8_from_fp2(&constant, &fp2_one);
    fp2x8_select(&line->l0, used, &constant, &line->l0);
    fp2x8_from_fp2(&constant, &fp2_zero);
    fp2x8_select(&line->l1, used, &constant, &line->l1);
    fp2x8_select(&line->l3, used, &constant, &line->l3);
}

MONT8_TARGET static void mark_outside(bool *in_group, const struct group *group, const size_t *place)
{
    uint8_t inside = g2x8_is_minus_psi_cube(&group->t, &group->q);
    for (size_t k = 0; k < 8; k++)
        if ((group->used & ~inside) >> k & 1) in_group[place[k]] = false;
}

MONT8_TARGET void miller8(fp12 *out, const struct miller_terms *terms)
{
    struct group groups[GROUPS_MAX];
    const size_t group_count = (terms->count + 7) / 8;
    ROAM_ASSERT(terms->count <= MILLER_MAX);
    for (size_t g = 0; g < group_count; g++) group_start(&groups[g], terms, 8 * g);
    fp12x8 f;
    fp12x8_one(&f);
    for (size_t i = 0; i < G2_LINES; i++) {
        if (ate_steps[i] == '2' && i > 0) fp12x8_sqr(&f, &f);
        for (size_t g = 0; g < group_count; g++) {
            struct line8 line;
            g2x8_ate_step(&line, &groups[g].t, &groups[g].q, &groups[g].p, ate_steps[i]);
            keep_used(&line, groups[g].used);
            fp12x8_mul_line(&f, &f, &line);
        }
    }
    for (size_t g = 0; g < group_count && terms->in_group != NULL; g++)
        mark_outside(terms->in_group, &groups[g], terms->place + 8 * g);
    fp12x8_product(out, &f);
}
#else
void miller8(fp12 *out, const struct miller_terms *terms)
{
    (void)out, (void)terms;
    ROAM_ASSERT(mont8_available);
}
#endif
