/* Baby Jubjub: the twisted Edwards curve 168700 x^2 + y^2 = 1 + 168696 x^2 y^2 over Fr (EIP-2494, circomlib).
 *
 * Group of order 8 * l, cyclic part Z/8 x Z/l,
 *   l = 2736030358979909402780800718157159386076813972158567259200215660948447373041   (251 bits)
 * Base8 = 8 * Generator generates the subgroup of order l.
 *
 * Arguments as in fr.h. Points are affine here; work inside is in extended coordinates. */
#ifndef BABYJUB_H
#define BABYJUB_H

#include "fr.h"

typedef struct {
    fr x, y;
} bjj_point;

/* An integer modulo l in normal form, little-endian limbs. */
typedef struct {
    uint64_t limb[4];
} bjj_scalar;

extern const bjj_point bjj_base8, bjj_identity;
extern const uint64_t bjj_order[4];

bool bjj_is_on_curve(const bjj_point *p);
bool bjj_equal(const bjj_point *p, const bjj_point *q);
/* On the curve and in the subgroup of order l; the identity counts. Variable time.
 * Method: P is in 8E, which is that subgroup, exactly if the reduced Tate pairing of order 8 of P with a
 * generator of the 8-torsion is 1: one exponentiation instead of a scalar multiplication. */
bool bjj_is_in_subgroup_vartime(const bjj_point *p);
/* Complete. Constant time. */
void bjj_add(bjj_point *out, const bjj_point *p, const bjj_point *q);
void bjj_neg(bjj_point *out, const bjj_point *p);
/* scalar * p, scalar any 256-bit integer. Constant time. */
void bjj_mul(bjj_point *out, const bjj_point *p, const uint64_t scalar[4]);
void bjj_mul_vartime(bjj_point *out, const bjj_point *p, const uint64_t scalar[4]);

/* 32 bytes: y little-endian, the top bit set if x > (r-1)/2, as circomlibjs packs points.
 * Unpacking gives ROAM_E_RANGE (y >= r, or the sign bit of x = 0) or ROAM_E_POINT; the subgroup is not
 * checked. */
void bjj_pack(uint8_t bytes[32], const bjj_point *p);
ROAM_MUST_USE enum roam_err bjj_unpack_vartime(bjj_point *out, const uint8_t bytes[32]);

/* Arithmetic modulo l: results are canonical. reduce takes 64 little-endian bytes; add takes canonical
 * scalars; mul takes a canonical and any 256-bit b. Constant time. */
void bjj_scalar_reduce(bjj_scalar *out, const uint8_t bytes[64]);
void bjj_scalar_mul(bjj_scalar *out, const bjj_scalar *a, const bjj_scalar *b);
void bjj_scalar_add(bjj_scalar *out, const bjj_scalar *a, const bjj_scalar *b);
bool bjj_scalar_is_canonical(const bjj_scalar *a);

#endif
