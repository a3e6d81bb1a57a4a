/* Points of Baby Jubjub for the tests, and its arithmetic written as in EIP-2494. */
#ifndef TEST_BABYJUB_POINTS_H
#define TEST_BABYJUB_POINTS_H

#include "prop.h"

#include "babyjub.h"

#include <string.h>

static const uint64_t eight[4] = {8};

static inline fr small(uint64_t value)
{
    fr out;
    fr_from_u64(&out, value);
    return out;
}

static inline void random_element(fr *out, struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    fr_from_wide(out, wide);
}

static inline void random_limbs(uint64_t limbs[4], struct roam_prng *prng)
{
    for (int i = 0; i < 4; i++) limbs[i] = prng_u64(prng);
}

static inline void random_scalar(bjj_scalar *out, struct roam_prng *prng)
{
    uint8_t wide[64];
    prng_bytes(prng, wide, sizeof wide);
    bjj_scalar_reduce(out, wide);
}

static inline void generator(bjj_point *out)
{
    static const char x[] = "995203441582195749578291179787384436505546430278305826713579947235728471134";
    static const char y[] = "5472060717959818805561601436314318772137091100104008585924551046643952123905";
    assert_int_equal(fr_from_decimal(&out->x, x, strlen(x)), ROAM_OK);
    assert_int_equal(fr_from_decimal(&out->y, y, strlen(y)), ROAM_OK);
}

/* A point of order 8. */
static inline void torsion(bjj_point *out)
{
    generator(out);
    bjj_mul_vartime(out, out, bjj_order);
}

static inline void random_point(bjj_point *out, struct roam_prng *prng)
{
    uint64_t scalar[4];
    generator(out);
    random_limbs(scalar, prng);
    bjj_mul_vartime(out, out, scalar);
}

/* EIP-2494: x = (x1 y2 + y1 x2)/(1 + d x1 x2 y1 y2), y = (y1 y2 - a x1 x2)/(1 - d x1 x2 y1 y2) */
static inline void textbook_add(bjj_point *out, const bjj_point *p, const bjj_point *q)
{
    fr a = small(168700), d = small(168696), xx, yy, xy, yx, product, numerator, denominator;
    fr_mul(&xx, &p->x, &q->x);
    fr_mul(&yy, &p->y, &q->y);
    fr_mul(&xy, &p->x, &q->y);
    fr_mul(&yx, &p->y, &q->x);
    fr_mul(&product, &xx, &yy);
    fr_mul(&product, &product, &d);
    fr_add(&numerator, &xy, &yx);
    fr_add(&denominator, &fr_one, &product);
    fr_inv(&denominator, &denominator);
    fr_mul(&out->x, &numerator, &denominator);
    fr_mul(&xx, &xx, &a);
    fr_sub(&numerator, &yy, &xx);
    fr_sub(&denominator, &fr_one, &product);
    fr_inv(&denominator, &denominator);
    fr_mul(&out->y, &numerator, &denominator);
}

static inline void textbook_mul(bjj_point *out, const bjj_point *p, const uint64_t scalar[4])
{
    bjj_point sum = bjj_identity;
    for (int bit = 255; bit >= 0; bit--) {
        textbook_add(&sum, &sum, &sum);
        if (scalar[bit / 64] >> (bit % 64) & 1) textbook_add(&sum, &sum, p);
    }
    *out = sum;
}

#endif
