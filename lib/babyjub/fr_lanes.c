#include "fr_lanes.h"

#if defined(__x86_64__)
MONT8_TARGET void lanes_mul(mont8 *out, const mont8 *a, const mont8 *b) { mont8_mul(out, a, b, &fr8_params); }
MONT8_TARGET void lanes_sqr(mont8 *out, const mont8 *a) { mont8_sqr(out, a, &fr8_params); }

MONT8_TARGET void lanes_sub(mont8 *out, const mont8 *a, const mont8 *b)
{
    mont8_sub(out, a, b, 3, &fr8_params);
}

MONT8_TARGET void lanes_mul_constant(mont8 *out, const mont8 *a, const fr *constant)
{
    mont8 factor;
    fr8_broadcast_exact(&factor, constant);
    lanes_mul(out, a, &factor);
}

MONT8_TARGET unsigned lanes_equal(const mont8 *a, const mont8 *b, const mont8 *one)
{
    mont8 t;
    lanes_sub(&t, a, b);
    lanes_mul(&t, &t, one);
    mont8_canonical(&t, 0, &fr8_params);
    for (int i = 1; i < 5; i++) t.limb[0] = _mm512_or_si512(t.limb[0], t.limb[i]);
    return _mm512_testn_epi64_mask(t.limb[0], t.limb[0]);
}

MONT8_TARGET void lanes_pow_vartime(mont8 *x, int vectors, const uint64_t exponent[4], const mont8 *one)
{
    mont8 power[16][2];
    for (int v = 0; v < vectors; v++) {
        power[1][v] = x[v];
        x[v] = *one;
    }
    for (int i = 2; i < 16; i++)
        for (int v = 0; v < vectors; v++) lanes_mul(&power[i][v], &power[i - 1][v], &power[1][v]);
    for (int bit = 252; bit >= 0; bit -= 4) {
        uint64_t digit = exponent[bit / 64] >> (bit % 64) & 15;
        for (int i = 0; i < 4; i++)
            for (int v = 0; v < vectors; v++) lanes_sqr(&x[v], &x[v]);
        for (int v = 0; v < vectors && digit != 0; v++) lanes_mul(&x[v], &x[v], &power[digit][v]);
    }
}
#endif
