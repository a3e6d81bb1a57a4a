/* Fp: integers modulo BN254's base field prime, the field of point coordinates.
 *
 *   p = 21888242871839275222246405745257275088696311157297823662689037894645226208583   (254 bits)
 *     = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47
 *   p = 36 x^4 + 36 x^3 + 24 x^2 + 6 x + 1 for x = 4965661367192848881; p = 3 mod 4
 *
 * Representation, argument order, aliasing and timing are those of fr.h with p for r. */
#ifndef BN254_FP_H
#define BN254_FP_H

#include "err.h"

typedef struct {
    uint64_t limb[4];
} fp;

extern const fp fp_zero, fp_one;
/* p itself, little-endian limbs, not in Montgomery form. */
extern const uint64_t fp_modulus[4];

void fp_add(fp *out, const fp *a, const fp *b);
void fp_sub(fp *out, const fp *a, const fp *b);
void fp_neg(fp *out, const fp *a);
void fp_double(fp *out, const fp *a);
void fp_mul(fp *out, const fp *a, const fp *b);
void fp_sqr(fp *out, const fp *a);
/* 1/a; 0 for a = 0. */
void fp_inv(fp *out, const fp *a);
void fp_inv_vartime(fp *out, const fp *a);
/* Inverts count elements in place with one inversion; zeros stay zero. scratch holds count elements. Variable
 * time. */
void fp_batch_inv_vartime(fp *elements, fp *scratch, size_t count);
/* base^exponent, exponent of four little-endian limbs. Variable time in the exponent. */
void fp_pow_vartime(fp *out, const fp *base, const uint64_t exponent[4]);
/* A square root, the smaller of the two as an integer; ROAM_E_RANGE if there is none. Variable time. */
ROAM_MUST_USE enum roam_err fp_sqrt_vartime(fp *out, const fp *a);

bool fp_equal(const fp *a, const fp *b);
bool fp_is_zero(const fp *a);
/* choose must be 0 or 1: out = choose ? a : b. */
void fp_select(fp *out, uint64_t choose, const fp *a, const fp *b);

void fp_from_u64(fp *out, uint64_t value);
/* low + high * 2^64 */
void fp_from_u128(fp *out, uint64_t low, uint64_t high);
/* The integer in normal form, 0 <= value < p, and back; from_limbs gives ROAM_E_RANGE for limbs >= p. */
void fp_to_limbs(uint64_t limbs[4], const fp *a);
ROAM_MUST_USE enum roam_err fp_from_limbs(fp *out, const uint64_t limbs[4]);
/* 32 bytes in normal form; ROAM_E_RANGE unless < p. */
ROAM_MUST_USE enum roam_err fp_from_le(fp *out, const uint8_t bytes[32]);
ROAM_MUST_USE enum roam_err fp_from_be(fp *out, const uint8_t bytes[32]);
void fp_to_le(uint8_t bytes[32], const fp *a);
void fp_to_be(uint8_t bytes[32], const fp *a);
/* 64 little-endian bytes modulo p; uniform to within 2^-250 for uniform bytes. */
void fp_from_wide(fp *out, const uint8_t bytes[64]);
/* Decimal digits, no sign, no leading zero except "0" itself, nothing else. ROAM_E_FORMAT, or ROAM_E_RANGE if
 * >= p. Variable time. */
ROAM_MUST_USE enum roam_err fp_from_decimal(fp *out, const char *text, size_t size);
/* text holds 80 characters; ends with NUL. Variable time. Returns text. */
char *fp_to_decimal(char text[80], const fp *a);

#endif
