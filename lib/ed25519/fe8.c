#include "fe8.h"

#if defined(__x86_64__)
/* out = a^(2^count) factor */
MONT8_CALLED void shift_mul(mont8 *out, const mont8 *a, int count, const mont8 *factor)
{
    mont8 t = *a;
    for (int i = 0; i < count; i++) fe8_sqr(&t, &t);
    fe8_mul(out, &t, factor);
}

/* out = a^(2^250 - 1); with o(n) = a^(2^n - 1), o(m + n) = o(m)^(2^n) o(n). */
MONT8_TARGET static void power_of_ones(mont8 *out, const mont8 *a)
{
    mont8 o5, o10, o50, t;
    shift_mul(&t, a, 1, a);
    shift_mul(&t, &t, 2, &t);
    shift_mul(&o5, &t, 1, a);
    shift_mul(&o10, &o5, 5, &o5);
    shift_mul(&t, &o10, 10, &o10);
    shift_mul(&t, &t, 20, &t);
    shift_mul(&o50, &t, 10, &o10);
    shift_mul(&t, &o50, 50, &o50);
    shift_mul(&t, &t, 100, &t);
    shift_mul(out, &t, 50, &o50);
}

/* (p - 5)/8 = 2^252 - 3 = 4 (2^250 - 1) + 1 */
MONT8_TARGET void fe8_pow_sqrt(mont8 *out, const mont8 *a)
{
    mont8 t;
    power_of_ones(&t, a);
    shift_mul(out, &t, 2, a);
}

/* p - 2 = 2^255 - 21 = 32 (2^250 - 1) + 11 */
MONT8_TARGET void fe8_inv(mont8 *out, const mont8 *a)
{
    mont8 t, a3, a11;
    power_of_ones(&t, a);
    shift_mul(&a3, a, 1, a);
    shift_mul(&a11, a, 3, &a3);
    shift_mul(out, &t, 5, &a11);
}
#endif
