/* G2: the subgroup of order r of the twist y^2 = x^3 + 3/(9+u) over Fp2 = Fp[u]/(u^2+1).
 * The twist's order is r * (2p - r): a point of the curve need not be in the group.
 * Generator as in EIP-197. Representation, arguments and timing as in g1.h. */
#ifndef BN254_G2_H
#define BN254_G2_H

#include "fp2.h"
#include "fr.h"

typedef struct {
    fp2 x, y;
} g2_affine;

typedef struct {
    fp2 x, y, z;
} g2;

extern const g2_affine g2_generator;
extern const g2 g2_infinity;

bool g2_affine_is_infinity(const g2_affine *p);
/* On the twist (or infinity), not necessarily in the group. */
bool g2_affine_is_on_curve(const g2_affine *p);
/* On the twist and in the group (or infinity). Variable time. */
bool g2_affine_is_valid_vartime(const g2_affine *p);
/* The same of many: valid[i] for *points[i]. Several times faster on processors with AVX-512 IFMA. */
void g2_affine_are_valid_vartime(bool *valid, const g2_affine *const *points, size_t count);
bool g2_affine_equal(const g2_affine *p, const g2_affine *q);
void g2_affine_neg(g2_affine *out, const g2_affine *p);

bool g2_is_infinity(const g2 *p);
bool g2_equal(const g2 *p, const g2 *q);
void g2_from_affine(g2 *out, const g2_affine *p);
void g2_to_affine(g2_affine *out, const g2 *p);
void g2_to_affine_batch_vartime(g2_affine *out, const g2 *points, fp2 *scratch, size_t count);
void g2_neg(g2 *out, const g2 *p);

void g2_add_vartime(g2 *out, const g2 *p, const g2 *q);
void g2_add_affine_vartime(g2 *out, const g2 *p, const g2_affine *q);
void g2_double(g2 *out, const g2 *p);
/* scalar * p for p in the group. As in g1.h. */
void g2_mul(g2 *out, const g2 *p, const fr *scalar);
void g2_mul_vartime(g2 *out, const g2 *p, const fr *scalar);

#endif
