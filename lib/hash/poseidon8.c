#include "poseidon8.h"

#include "fr8.h"
#include "poseidon_tables.h"

#if defined(__x86_64__)
FR8_INLINE void add_constant(fr8 *out, const fr8 *a, const struct fr52 *constant)
{
    fr8 broadcast;
    fr8_broadcast(&broadcast, constant);
    fr8_add(out, a, &broadcast);
}

FR8_INLINE void power5(fr8 *x)
{
    fr8 power;
    fr8_sqr(&power, x);
    fr8_sqr(&power, &power);
    fr8_mul(x, x, &power);
}

FR8_INLINE void zero(fr8 *out)
{
    for (int i = 0; i < 5; i++) out->limb[i] = _mm512_setzero_si512();
}

FR8_INLINE void dot(fr8 *out, const struct fr52 *constants, const fr8 *elements, size_t count)
{
    struct fr8_sum sum;
    fr8_sum_clear(&sum);
    for (size_t i = 0; i < count; i++) {
        fr8 broadcast;
        fr8_broadcast(&broadcast, &constants[i]);
        fr8_sum_add(&sum, &elements[i], &broadcast);
    }
    fr8_sum_reduce(out, &sum);
}

#define ELEMENT        fr8
#define CONSTANT       struct fr52
#define TABLES         struct poseidon_tables52
#define PERMUTE_TARGET FR8_TARGET
#include "poseidon_permute.inc.h"

FR8_TARGET void poseidon8(fr out[8], const fr *const inputs[8], size_t count)
{
    fr8 state[POSEIDON_T_MAX];
    zero(&state[0]);
    for (size_t i = 0; i < count; i++) {
        const fr *lane[8];
        for (int k = 0; k < 8; k++) lane[k] = inputs[k] + i;
        fr8_load(&state[i + 1], lane);
    }
    permute(state, &poseidon_tables52[count - 1]);
    fr8_store(out, &state[0]);
}
#else
void poseidon8(fr out[8], const fr *const inputs[8], size_t count)
{
    (void)out, (void)inputs, (void)count;
    ROAM_ASSERT(fr8_available());
}
#endif
