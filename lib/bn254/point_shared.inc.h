/* Multiples of eight points by one scalar; included by point_lanes.inc.h. Public scalars only: the digits
 * that are not zero, a sixth of all, decide what is added. Sums are Jacobian (x = X/Z^2, y = Y/Z^3), as every
 * vector goes its own way; where a sum is not to be had because points are equal or opposite, Z becomes 0 and
 * stays so. X is below 1.1p, Y and Z are below 3p. */

typedef struct {
    COORD8 x, y, z;
} POINT8;

/* a/2, for a below 6p: below 3.5p */
MONT8_INLINE void c8_halve(COORD8 *a)
{
    MONT8_UNROLL
    for (int i = 0; i < PARTS; i++) {
        mont8 *t = part(a, i);
        mont8_lanes_add_modulus(t, _mm512_test_epi64_mask(t->limb[0], mont8_all(1)), 1, &fp8_params);
        mont8_carry(t);
        MONT8_UNROLL
        for (int j = 0; j < 4; j++)
            t->limb[j] =
                _mm512_or_si512(_mm512_srli_epi64(t->limb[j], 1),
                                _mm512_slli_epi64(_mm512_and_si512(t->limb[j + 1], mont8_all(1)), 51));
        t->limb[4] = _mm512_srli_epi64(t->limb[4], 1);
    }
}

/* With e = 3 X^2 / 2 and s = X Y^2:  X3 = e^2 - 2 s,  Y3 = e (s - X3) - Y^4,  Z3 = Y Z. */
MONT8_INLINE void shared_double(POINT8 *p)
{
    COORD8 square, e, s, t;
    c8_sqr(&square, &p->x);
    c8_add(&e, &square, &square);
    c8_add(&e, &e, &square);
    c8_halve(&e);
    c8_sqr(&square, &p->y);
    c8_mul(&s, &p->x, &square);
    c8_mul(&p->z, &p->y, &p->z);
    c8_sqr(&t, &e);
    c8_sub_settle(&p->x, &t, &s, &s);
    c8_sub(&t, &s, &p->x, 2);
    c8_mul_minus_sqr(&p->y, &e, &t, &square);
}

/* With h = x2 Z^2 - X, r = y2 Z^3 - Y and v = X h^2:
 * X3 = r^2 - h^3 - 2 v,  Y3 = r (v - X3) - Y h^3,  Z3 = Z h. */
MONT8_INLINE void shared_add(POINT8 *p, const AFFINE8 *q)
{
    COORD8 square, h, r, v, cube, t;
    c8_sqr(&square, &p->z);
    c8_mul(&h, &q->x, &square);
    c8_sub(&h, &h, &p->x, 2);
    c8_mul(&t, &square, &p->z);
    c8_mul(&r, &q->y, &t);
    c8_sub(&r, &r, &p->y, 3);
    c8_mul(&p->z, &p->z, &h);
    c8_sqr(&square, &h);
    c8_mul(&cube, &square, &h);
    c8_mul(&v, &p->x, &square);
    c8_sqr(&t, &r);
    c8_sub_settle(&t, &t, &cube, &v);
    c8_sub_settle(&p->x, &t, &v, NULL);
    c8_sub(&t, &v, &p->x, 2);
    c8_mul_minus(&p->y, &r, &t, &p->y, &cube);
}

struct shared_digits {
    int8_t digit[DIMS][128];
    int used;
};

static void shared_digits_of(struct shared_digits *out, const fr *scalar)
{
    uint64_t limbs[4];
    struct split_part parts[DIMS];
    fr_to_limbs(limbs, scalar);
    split_scalar(parts, limbs, &lattice);
    out->used = 0;
    for (int d = 0; d < DIMS; d++) {
        int used = split_wnaf_vartime(out->digit[d], &parts[d]);
        if (used > out->used) out->used = used;
    }
}

/* sum of one vector <- what the digits say; term.x <- its Z. The digits are not all zero. */
MONT8_TARGET static void shared_mul(struct lanes *lanes, size_t vector, const struct shared_digits *digits)
{
    POINT8 sum = {0};
    bool begun = false;
    for (int i = digits->used - 1; i >= 0; i--) {
        if (begun) shared_double(&sum);
        for (int d = 0; d < DIMS; d++) {
            int digit = digits->digit[d][i];
            if (digit == 0) continue;
            AFFINE8 term = lanes->odd[vector][(digit < 0 ? -digit : digit) / 2];
            c8_negate(&term.y, (digit < 0) != (PHI_NEGATES(d) != 0) ? 0xff : 0);
            phi8(&term.x, &term.y, d, &lanes->phi);
            if (begun) {
                shared_add(&sum, &term);
            } else {
                sum.x = term.x;
                sum.y = term.y;
                c8_one(&sum.z, lanes);
            }
            begun = true;
        }
    }
    lanes->sum[vector] = (AFFINE8){sum.x, sum.y};
    lanes->term[vector].x = sum.z;
}

/* The sums made affine; false if some Z is 0. */
MONT8_TARGET static bool normalise_all(struct lanes *lanes)
{
    COORD8 product, inverse, power;
    c8_one(&product, lanes);
    for (size_t i = 0; i < lanes->count; i++) {
        lanes->before[i] = product;
        c8_mul(&product, &product, &lanes->term[i].x);
    }
    if (!invert(&product, lanes, false)) return false;
    for (size_t i = lanes->count; i-- > 0;) {
        AFFINE8 *p = &lanes->sum[i];
        c8_mul(&inverse, &product, &lanes->before[i]);
        c8_mul(&product, &product, &lanes->term[i].x);
        c8_sqr(&power, &inverse);
        c8_mul(&p->x, &p->x, &power);
        c8_mul(&power, &power, &inverse);
        c8_mul(&p->y, &p->y, &power);
    }
    return true;
}

/* Whether each vector has one scalar; the last may have fewer points than lanes. */
static bool scalars_are_shared(const fr *scalars, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (i % 8 != 0 && !fr_equal(&scalars[i], &scalars[i - 1])) return false;
    return true;
}

static bool multiply_shared(struct lanes *lanes, const fr *scalars)
{
    struct shared_digits digits;
    if (!make_tables(lanes, true, false)) return false;
    for (size_t i = 0; i < lanes->count; i++) {
        if (i == 0 || !fr_equal(&scalars[8 * i], &scalars[8 * i - 8]))
            shared_digits_of(&digits, &scalars[8 * i]);
        if (digits.used == 0) return false;
        shared_mul(lanes, i, &digits);
    }
    return normalise_all(lanes);
}
