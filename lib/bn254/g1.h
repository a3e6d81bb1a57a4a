/* G1: the points of y^2 = x^3 + 3 over Fp. Prime order r, cofactor 1; generator (1, 2).
 * g1 is Jacobian (x = X/Z^2, y = Y/Z^3, Z = 0 at infinity); g1_affine holds infinity as (0, 0), which is not
 * on the curve. Arguments and timing as in fr.h. */
#ifndef BN254_G1_H
#define BN254_G1_H

#include "fp.h"
#include "fr.h"

typedef struct {
    fp x, y;
} g1_affine;

typedef struct {
    fp x, y, z;
} g1;

extern const g1_affine g1_generator;
extern const g1 g1_infinity;

bool g1_affine_is_infinity(const g1_affine *p);
/* On the curve, or infinity. Every point of the curve is in the group. */
bool g1_affine_is_valid(const g1_affine *p);
bool g1_affine_equal(const g1_affine *p, const g1_affine *q);
void g1_affine_neg(g1_affine *out, const g1_affine *p);

bool g1_is_infinity(const g1 *p);
bool g1_equal(const g1 *p, const g1 *q);
void g1_from_affine(g1 *out, const g1_affine *p);
void g1_to_affine(g1_affine *out, const g1 *p);
/* Normalises count points with one inversion; scratch holds count elements. Variable time. */
void g1_to_affine_batch_vartime(g1_affine *out, const g1 *points, fp *scratch, size_t count);
void g1_neg(g1 *out, const g1 *p);

/* Complete for every input, but in variable time. */
void g1_add_vartime(g1 *out, const g1 *p, const g1 *q);
void g1_add_affine_vartime(g1 *out, const g1 *p, const g1_affine *q);
void g1_double(g1 *out, const g1 *p);

/* scalar * p. Constant time in the scalar and the point. */
void g1_mul(g1 *out, const g1 *p, const fr *scalar);
void g1_mul_vartime(g1 *out, const g1 *p, const fr *scalar);

#endif
