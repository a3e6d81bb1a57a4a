/* Eight elements of Fr at once. The terms are those of mont8.h. Only for processors of level CPU_IFMA. */
#ifndef BN254_FR8_H
#define BN254_FR8_H

#include "constants.inc.h"
#include "fr.h"
#include "mont8.h"

#if defined(__x86_64__)
static const struct mont8_modulus fr8_params = {.p = MONT8_LIMBS(FR_P), .inv = (FR_INV)&MONT8_MASK};

/* 1, exact: 2^260 mod r. */
static const uint64_t fr8_one[5] = {0xb6b753fffffac, 0x380f271055b9d, 0x18f016ecef7c8, 0x724f85a9201d8,
                                    0x01f16424e1bb7};

/* Lane k from *element[k], exact as from mont8_load_exact: below 16r. */
MONT8_INLINE void fr8_gather_exact(mont8 *out, const fr *const element[8])
{
    const uint64_t *const words[8] = {element[0]->limb, element[1]->limb, element[2]->limb, element[3]->limb,
                                      element[4]->limb, element[5]->limb, element[6]->limb, element[7]->limb};
    mont8_gather(out, words);
    mont8_shift(out, out, 4);
}

/* All lanes the element, exact: below 2r. */
MONT8_INLINE void fr8_broadcast_exact(mont8 *out, const fr *element)
{
    mont8 one;
    fr8_gather_exact(
        out, (const fr *const[8]){element, element, element, element, element, element, element, element});
    mont8_broadcast(&one, fr8_one);
    mont8_mul(out, out, &one, &fr8_params);
}

/* The inverse of fr8_gather_exact and mont8_load_exact: lane k to out[k], fully reduced, for any a: the
 * product with 2^256 turns x 2^260 into x 2^256. */
MONT8_INLINE void fr8_store_exact(fr out[8], const mont8 *a)
{
    static const uint64_t r1[5] = MONT8_LIMBS(FR_R1);
    mont8 factor, reduced;
    mont8_broadcast(&factor, r1);
    mont8_mul(&reduced, a, &factor, &fr8_params);
    mont8_canonical(&reduced, 0, &fr8_params);
    mont8_store(&out->limb, &reduced);
}
#endif
#endif
