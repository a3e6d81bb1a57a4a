#include "fr8.h"

#include "cpu.h"

#if defined(__x86_64__)
static bool available;
__attribute__((constructor)) static void look(void) { available = cpu_level() >= CPU_IFMA; }
bool fr8_available(void) { return available; }

/* Left to right, four bits of the exponent at a time. */
FR8_TARGET void fr8_pow_vartime(fr out[8], const fr *const in[8], const uint64_t exponent[4])
{
    fr8 power[16], x;
    fr8_load(&power[1], in);
    for (int i = 2; i < 16; i++) fr8_mul(&power[i], &power[i - 1], &power[1]);
    fr8_load(&x,
             (const fr *const[8]){&fr_one, &fr_one, &fr_one, &fr_one, &fr_one, &fr_one, &fr_one, &fr_one});
    for (int bit = 252; bit >= 0; bit -= 4) {
        for (int i = 0; i < 4; i++) fr8_sqr(&x, &x);
        uint64_t digit = exponent[bit / 64] >> (bit % 64) & 15;
        if (digit != 0) fr8_mul(&x, &x, &power[digit]);
    }
    fr8_store(out, &x);
}
#else
bool fr8_available(void) { return false; }
void fr8_pow_vartime(fr out[8], const fr *const in[8], const uint64_t exponent[4])
{
    (void)out, (void)in, (void)exponent;
    ROAM_ASSERT(fr8_available());
}
#endif
