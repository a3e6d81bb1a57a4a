#include "babyjub.h"

#include "edwards_mul.h"

#include <string.h>

const bjj_point bjj_identity = {
    .x = {{0}}, .y = {{0xac96341c4ffffffb, 0x36fc76959f60cd29, 0x666ea36f7879462e, 0x0e0a77c19a07df2f}}};
const bjj_point bjj_base8 = {
    .x = {{0x0a8fc7bc1a89fa86, 0xa7d9d786e9e48627, 0xee6158b465bea369, 0x14a0ff6d2f874519}},
    .y = {{0xb83342d20d0201aa, 0x2ffef2f7cdcfeac7, 0xbfa79a9425a6e625, 0x0dfb859dc3a44b70}}};

bool bjj_is_on_curve(const bjj_point *p)
{
    fr xx, yy, left, right;
    fr_sqr(&xx, &p->x);
    fr_sqr(&yy, &p->y);
    fr_mul(&left, &edwards_a, &xx);
    fr_add(&left, &left, &yy);
    fr_mul(&right, &edwards_d, &xx);
    fr_mul(&right, &right, &yy);
    fr_add(&right, &right, &fr_one);
    return fr_equal(&left, &right);
}

bool bjj_equal(const bjj_point *p, const bjj_point *q)
{
    int same_x = fr_equal(&p->x, &q->x), same_y = fr_equal(&p->y, &q->y);
    return same_x & same_y;
}

void bjj_add(bjj_point *out, const bjj_point *p, const bjj_point *q)
{
    struct edwards left, right;
    edwards_from_point(&left, p);
    edwards_from_point(&right, q);
    edwards_add(&left, &left, &right);
    edwards_to_point(out, &left);
}

void bjj_neg(bjj_point *out, const bjj_point *p)
{
    fr_neg(&out->x, &p->x);
    out->y = p->y;
}

void bjj_mul(bjj_point *out, const bjj_point *p, const uint64_t scalar[4])
{
    struct edwards q;
    edwards_from_point(&q, p);
    edwards_mul(&q, &q, scalar);
    edwards_to_point(out, &q);
}

void bjj_mul_vartime(bjj_point *out, const bjj_point *p, const uint64_t scalar[4])
{
    struct edwards q;
    edwards_from_point(&q, p);
    edwards_mul_vartime(&q, &q, scalar);
    edwards_to_point(out, &q);
}

/* For x != 0: x > (r-1)/2 exactly if 2x mod r is odd. */
void bjj_pack(uint8_t bytes[32], const bjj_point *p)
{
    fr twice;
    uint64_t limbs[4];
    fr_double(&twice, &p->x);
    fr_to_limbs(limbs, &twice);
    fr_to_le(bytes, &p->y);
    bytes[31] = (uint8_t)(bytes[31] | (limbs[0] & 1) << 7);
}

/* x^2 = (1 - y^2)/(a - d y^2); the denominator is not 0, since a is a square and d is not. */
enum roam_err bjj_unpack_vartime(bjj_point *out, const uint8_t bytes[32])
{
    uint8_t y_bytes[32];
    bjj_point p;
    fr yy, numerator, denominator;
    bool negative = bytes[31] >> 7;
    memcpy(y_bytes, bytes, sizeof y_bytes);
    y_bytes[31] &= 0x7f;
    ROAM_TRY(fr_from_le(&p.y, y_bytes));
    fr_sqr(&yy, &p.y);
    fr_sub(&numerator, &fr_one, &yy);
    fr_mul(&denominator, &edwards_d, &yy);
    fr_sub(&denominator, &edwards_a, &denominator);
    fr_inv_vartime(&denominator, &denominator);
    fr_mul(&numerator, &numerator, &denominator);
    if (fr_sqrt_vartime(&p.x, &numerator) != ROAM_OK) return ROAM_E_POINT;
    if (negative && fr_is_zero(&p.x)) return ROAM_E_RANGE;
    if (negative) fr_neg(&p.x, &p.x);
    *out = p;
    return ROAM_OK;
}
