/* An element of Fr for the processor's 52-bit multipliers: x * 2^260 mod r in five limbs of 52 bits, least
 * significant first. Private to lib/hash. */
#ifndef HASH_FR52_H
#define HASH_FR52_H

#include "fr.h"

struct fr52 {
    uint64_t limb[5];
};

/* The limbs of 16 a in Montgomery form for 2^256 are those of a for 2^260, cut elsewhere. */
static inline void fr52_from_fr(struct fr52 *out, const fr *a)
{
    const uint64_t mask = ((uint64_t)1 << 52) - 1;
    fr shifted;
    fr_double(&shifted, a);
    for (int i = 0; i < 3; i++) fr_double(&shifted, &shifted);
    const uint64_t *l = shifted.limb;
    out->limb[0] = l[0] & mask;
    out->limb[1] = (l[0] >> 52 | l[1] << 12) & mask;
    out->limb[2] = (l[1] >> 40 | l[2] << 24) & mask;
    out->limb[3] = (l[2] >> 28 | l[3] << 36) & mask;
    out->limb[4] = l[3] >> 16;
}

#endif
