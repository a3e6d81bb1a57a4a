#include "points8.h"

#include "edwards.h"
#include "endian.h"
#include "fr_lanes.h"

#include <string.h>

#if defined(__x86_64__)
/* Tonelli and Shanks, as in fr.c: with r - 1 = 2^28 t, root = z^((t+1)/2) and rest = z^t, root^2 = z rest.
 * Where rest has order 2^(order - 1) it takes the square of unity, which has order 2^order, and root takes
 * unity. Ends with rest = 1 where z is a square or 0. */
MONT8_INLINE void sqrt_lanes(mont8 *root, const mont8 *z, const mont8 *one)
{
    static const uint64_t half_t[4] = {FR_HALF_T}; /* (t - 1)/2 */
    static const fr root_of_unity = {{FR_ROOT_OF_UNITY}};
    mont8 rest = *z, unity, power;
    lanes_pow_vartime(&rest, 1, half_t, one);
    lanes_mul(root, &rest, z);
    lanes_mul(&rest, root, &rest);
    fr8_broadcast_exact(&unity, &root_of_unity);
    for (int order = 28; order >= 2; order--) {
        power = rest;
        for (int i = 0; i < order - 2; i++) lanes_sqr(&power, &power);
        __mmask8 more = (__mmask8)~lanes_equal(&power, one, one);
        lanes_mul(&power, root, &unity);
        mont8_select(root, more, root, &power);
        lanes_sqr(&unity, &unity);
        lanes_mul(&power, &rest, &unity);
        mont8_select(&rest, more, &rest, &power);
    }
}

/* x[k] with x[k]^2 = square[k] in the lanes that are returned; no root in the others. */
MONT8_TARGET static unsigned square_roots(fr x[8], const fr square[8])
{
    mont8 one, z, root, again;
    mont8_broadcast(&one, fr8_one);
    mont8_load_exact(&z, (const uint64_t(*)[4]) & square->limb);
    lanes_mul(&z, &z, &one);
    sqrt_lanes(&root, &z, &one);
    lanes_sqr(&again, &root);
    fr8_store_exact(x, &root);
    return lanes_equal(&again, &z, &one);
}
#else
static unsigned square_roots(fr x[8], const fr square[8])
{
    (void)x, (void)square;
    return 0;
}
#endif

/* 2x mod r is odd exactly if x > (r-1)/2, for x != 0. */
static bool is_larger_of_pair(const fr *x)
{
    fr twice;
    uint64_t limbs[4];
    fr_double(&twice, x);
    fr_to_limbs(limbs, &twice);
    return limbs[0] & 1;
}

/* As bjj_unpack_vartime, see there. */
static void unpack_lanes(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count)
{
    fr square[8] = {fr_zero}, denominator[8] = {fr_zero}, scratch[8], x[8], yy;
    for (size_t k = 0; k < count; k++) {
        uint8_t y[32];
        memcpy(y, bytes[k], sizeof y);
        y[31] &= 0x7f;
        errs[k] = fr_from_le(&out[k].y, y);
        if (errs[k] != ROAM_OK) continue;
        fr_sqr(&yy, &out[k].y);
        fr_sub(&square[k], &fr_one, &yy);
        fr_mul(&denominator[k], &edwards_d, &yy);
        fr_sub(&denominator[k], &edwards_a, &denominator[k]);
    }
    fr_batch_inv_vartime(denominator, scratch, count);
    for (size_t k = 0; k < count; k++) fr_mul(&square[k], &square[k], &denominator[k]);
    const unsigned squares = square_roots(x, square);
    for (size_t k = 0; k < count; k++) {
        const bool negative = bytes[k][31] >> 7;
        if (errs[k] != ROAM_OK) continue;
        if (!(squares >> k & 1))
            errs[k] = ROAM_E_POINT;
        else if (negative && fr_is_zero(&x[k]))
            errs[k] = ROAM_E_RANGE;
        out[k].x = x[k];
        if (is_larger_of_pair(&x[k]) != negative) fr_neg(&out[k].x, &x[k]);
    }
}

void bjj_unpack8_vartime(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count)
{
    ROAM_ASSERT(count <= 8);
    if (mont8_available)
        unpack_lanes(out, errs, bytes, count);
    else
        for (size_t k = 0; k < count; k++) errs[k] = bjj_unpack_vartime(&out[k], bytes[k]);
}
