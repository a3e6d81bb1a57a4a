/* The Miller loops of the pairing in three forms that give equal values up to factors from Fp2, which the
 * final exponentiation removes. Private to lib/bn254. */
#ifndef BN254_MILLER_H
#define BN254_MILLER_H

#include "pairing.h"

/* Pairs (p[place[j]], q[place[j]]) for j < count and the same of the fixed ones; none at infinity. q may be
 * any points of the twist if in_group is not NULL: in_group[place[j]] becomes false for those outside of G2,
 * the other flags stay, and if there is such a point, the product means nothing. */
struct miller_terms {
    const g1_affine *p;
    const g2_affine *q;
    const size_t *place;
    size_t count;
    bool *in_group;
    const g1_affine *fixed_p;
    const g2_prepared *const *fixed_q;
    const size_t *fixed_place;
    size_t fixed_count;
};

/* How many pairs share squarings at most; bounds the stack. */
enum { MILLER_MAX = 64, MILLER_SPREAD_MAX = 8, MILLER_FIXED_MAX = 4 };

/* out = prod MillerLoop over the terms, at most MILLER_MAX and MILLER_FIXED_MAX of them. */
void miller_scalar(fp12 *out, const struct miller_terms *terms);

/* In lanes; only if mont8_available (mont8.h). Eight loops at once; without the fixed pairs. */
void miller8(fp12 *out, const struct miller_terms *terms);
/* One loop with the parts of its operations in lanes, for at most MILLER_SPREAD_MAX pairs. */
void miller_spread(fp12 *out, const struct miller_terms *terms);
void final_exp_spread(fp12 *out, const fp12 *f);

/* -psi^2(q) */
void g2_affine_minus_psi_sqr(g2_affine *out, const g2_affine *q);

#endif
