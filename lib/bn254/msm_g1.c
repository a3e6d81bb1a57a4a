#include "msm.h"

#include "fp_inline.h"

#define POINT   g1
#define AFFINE  g1_affine
#define G(name) g1_##name
#define COORD   fp
#define K(name) fp_##name

MONT4_INLINE bool coord_equal(const fp *a, const fp *b) { return mont4_equal(a->limb, b->limb); }
MONT4_INLINE bool coord_is_zero(const fp *a) { return mont4_is_zero(a->limb); }
MONT4_INLINE void coord_negate_if(fp *a, uint64_t negate)
{
    fp negated;
    fp_sub(&negated, &fp_zero, a);
    limbs4_select(a->limb, (uint64_t)0 - negate, negated.limb, a->limb);
}
static inline void coord_inv(fp *a) { fp_inv_vartime(a, a); }

#include "msm.inc.h"
