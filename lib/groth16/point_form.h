/* How points are written in snarkjs's binary files and in the transcripts of its ceremonies.
 *
 * File form: x then y, limbs of the Montgomery form, little-endian; Fp2 as c0 c1.
 * Uncompressed form: x then y, big-endian integers; Fp2 as c1 c0.
 * Compressed form: x as there, with bit 7 of the first byte set if y > -y (Fp2: by c1, by c0 if c1 = 0) and
 * bit 6 set for infinity. Infinity is all zeros in the other two. */
#ifndef POINT_FORM_H
#define POINT_FORM_H

#include "g1.h"
#include "g2.h"

enum { G1_FORM_SIZE = 64, G2_FORM_SIZE = 128 };

/* ROAM_E_RANGE (a coordinate >= p) or ROAM_E_POINT (not on the curve); infinity is good, and g2 need not be
 * in the subgroup. */
ROAM_MUST_USE enum roam_err g1_from_file(g1_affine *out, const uint8_t bytes[G1_FORM_SIZE]);
ROAM_MUST_USE enum roam_err g2_from_file(g2_affine *out, const uint8_t bytes[G2_FORM_SIZE]);
void g1_to_file(uint8_t bytes[G1_FORM_SIZE], const g1_affine *p);
void g2_to_file(uint8_t bytes[G2_FORM_SIZE], const g2_affine *p);
void g1_uncompressed(uint8_t bytes[G1_FORM_SIZE], const g1_affine *p);
void g2_uncompressed(uint8_t bytes[G2_FORM_SIZE], const g2_affine *p);
void g1_compressed(uint8_t bytes[G1_FORM_SIZE / 2], const g1_affine *p);
void g2_compressed(uint8_t bytes[G2_FORM_SIZE / 2], const g2_affine *p);

/* y > (p-1)/2 as integers; for Fp2 that of c1, or of c0 if c1 = 0. */
bool fp_is_large(const fp *y);
bool fp2_is_large(const fp2 *y);

/* Eight little-endian bytes a limb; ROAM_E_RANGE unless less than the modulus. */
ROAM_MUST_USE enum roam_err fr_from_file(fr *out, const uint8_t bytes[32]);
void fr_to_file(uint8_t bytes[32], const fr *a);

#endif
