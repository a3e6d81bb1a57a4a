/* Scalar multiplication on Baby Jubjub. Private to lib/babyjub. */
#ifndef BABYJUB_EDWARDS_MUL_H
#define BABYJUB_EDWARDS_MUL_H

#include "edwards.h"

/* scalar * p, any 256-bit scalar. Constant time. */
void edwards_mul(struct edwards *out, const struct edwards *p, const uint64_t scalar[4]);
/* scalar * Base8, scalar < l. Constant time. */
void edwards_mul_base(struct edwards *out, const bjj_scalar *scalar);
void edwards_mul_vartime(struct edwards *out, const struct edwards *p, const uint64_t scalar[4]);
/* s * Base8 - 8 h * p for s < l, h < r; right for p of any order. */
void edwards_verify_combination_vartime(struct edwards *out, const bjj_scalar *s, const uint64_t h[4],
                                        const struct edwards *p);

#endif
