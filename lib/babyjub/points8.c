#include "points8.h"

#include "edwards.h"
#include "edwards_tables.h"
#include "fr_lanes.h"

#if defined(__x86_64__)
struct point8 {
    mont8 x, y; /* exact, below 2r */
};

MONT8_TARGET static void load_points(struct point8 *out, const bjj_point *const points[8], const mont8 *one)
{
    const fr *x[8], *y[8];
    for (int k = 0; k < 8; k++) {
        x[k] = &points[k]->x;
        y[k] = &points[k]->y;
    }
    fr8_gather_exact(&out->x, x);
    fr8_gather_exact(&out->y, y);
    lanes_mul(&out->x, &out->x, one);
    lanes_mul(&out->y, &out->y, one);
}

/* a x^2 + y^2 = 1 + d x^2 y^2 */
MONT8_TARGET static unsigned on_curve(const bjj_point *const points[8])
{
    struct point8 p;
    mont8 one, xx, yy, left, right;
    mont8_broadcast(&one, fr8_one);
    load_points(&p, points, &one);
    lanes_sqr(&xx, &p.x);
    lanes_sqr(&yy, &p.y);
    lanes_mul_constant(&left, &xx, &edwards_a);
    mont8_add(&left, &left, &yy);
    lanes_mul_constant(&right, &xx, &edwards_d);
    lanes_mul(&right, &right, &yy);
    mont8_add(&right, &right, &one);
    return lanes_equal(&left, &right, &one);
}

/* The value of subgroup.c, step by step. Sums are below 6r, products below 2r. */
MONT8_TARGET static void pairing_value(mont8 *out, const struct point8 *p, const mont8 *one)
{
    const struct subgroup_constants *q = &subgroup_constants;
    mont8 one_plus_y, one_minus_y, n, t;
    mont8_add(&one_plus_y, one, &p->y);
    lanes_sub(&one_minus_y, one, &p->y);
    lanes_mul_constant(&t, &p->x, &q->slope);
    lanes_sub(&t, one, &t);
    lanes_mul(&n, &one_plus_y, &t);
    lanes_mul_constant(&t, &p->x, &q->offset);
    lanes_mul(&t, &t, &one_minus_y);
    lanes_sub(&n, &n, &t); /* N */
    lanes_mul(&n, &n, &p->y);
    lanes_sqr(&n, &n); /* (y N)^2 */
    lanes_mul_constant(&t, &p->x, &q->root);
    lanes_sub(&t, one, &t);
    lanes_mul(&t, &t, &p->x); /* (1 - w x) x */
    lanes_mul(&n, &n, &t);
    lanes_sqr(&n, &n);
    lanes_sqr(&t, &one_minus_y);
    lanes_mul(&t, &t, &one_minus_y);
    lanes_sqr(&t, &t);
    lanes_mul(&t, &t, &one_minus_y); /* (1-y)^7 */
    lanes_mul(&n, &n, &one_plus_y);
    lanes_mul(out, &n, &t);
}

MONT8_TARGET static unsigned pairing_is_one(const bjj_point *const points[16])
{
    mont8 one, value[2];
    mont8_broadcast(&one, fr8_one);
    for (int v = 0; v < 2; v++) {
        struct point8 p;
        load_points(&p, points + 8 * v, &one);
        pairing_value(&value[v], &p, &one);
    }
    lanes_pow_vartime(value, 2, subgroup_exponent, &one);
    return lanes_equal(&value[0], &one, &one) | lanes_equal(&value[1], &one, &one) << 8;
}
#else
static unsigned on_curve(const bjj_point *const points[8])
{
    (void)points;
    return 0;
}

static unsigned pairing_is_one(const bjj_point *const points[16])
{
    (void)points;
    return 0;
}
#endif

unsigned bjj_on_curve8(const bjj_point *const points[8])
{
    unsigned lanes = 0;
    if (mont8_available) return on_curve(points);
    for (int k = 0; k < 8; k++) lanes |= (unsigned)bjj_is_on_curve(points[k]) << k;
    return lanes;
}

unsigned bjj_in_subgroup16_vartime(const bjj_point *const points[16])
{
    unsigned lanes = mont8_available ? pairing_is_one(points) : 0;
    for (int k = 0; k < 16; k++) {
        bool inside =
            mont8_available ? bjj_equal(points[k], &bjj_identity) : bjj_is_in_subgroup_vartime(points[k]);
        lanes |= (unsigned)inside << k;
    }
    return lanes;
}
