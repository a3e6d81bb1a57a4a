#include "msm.h"

#include "fp_inline.h"

#define POINT   g2
#define AFFINE  g2_affine
#define G(name) g2_##name
#define COORD   fp2
#define K(name) fp2_##name

MONT4_INLINE bool coord_equal(const fp2 *a, const fp2 *b)
{
    return mont4_equal(a->c0.limb, b->c0.limb) && mont4_equal(a->c1.limb, b->c1.limb);
}
MONT4_INLINE bool coord_is_zero(const fp2 *a)
{
    return mont4_is_zero(a->c0.limb) && mont4_is_zero(a->c1.limb);
}
MONT4_INLINE void coord_negate_if(fp2 *a, uint64_t negate)
{
    fp2 negated;
    fp2_sub(&negated, &fp2_zero, a);
    limbs4_select(a->c0.limb, (uint64_t)0 - negate, negated.c0.limb, a->c0.limb);
    limbs4_select(a->c1.limb, (uint64_t)0 - negate, negated.c1.limb, a->c1.limb);
}
static inline void coord_inv(fp2 *a) { fp2_inv(a, a); }

#include "msm.inc.h"
