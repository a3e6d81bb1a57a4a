/* Fr: integers modulo the order of BN254's groups, the field of every circuit.
 *
 *   r = 21888242871839275222246405745257275088548364400416034343698204186575808495617   (254 bits)
 *     = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001
 *   r - 1 = 2^28 * t, t odd; 5 generates the multiplicative group
 *
 * Elements are in Montgomery form, x * 2^256 mod r, in four 64-bit limbs, least significant first, always
 * fully reduced: equal elements have equal limbs. snarkjs's binary files hold the same form.
 *
 * Arguments: outputs first. Outputs may be the same object as inputs, never overlap them in part.
 * Time: constant, unless the name ends in _vartime or the comment says so. */
#ifndef BN254_FR_H
#define BN254_FR_H

#include "err.h"

typedef struct {
    uint64_t limb[4];
} fr;

extern const fr fr_zero, fr_one;
/* r itself, little-endian limbs, not in Montgomery form. */
extern const uint64_t fr_modulus[4];

void fr_add(fr *out, const fr *a, const fr *b);
void fr_sub(fr *out, const fr *a, const fr *b);
void fr_neg(fr *out, const fr *a);
void fr_double(fr *out, const fr *a);
void fr_mul(fr *out, const fr *a, const fr *b);
void fr_sqr(fr *out, const fr *a);
/* 1/a; 0 for a = 0. */
void fr_inv(fr *out, const fr *a);
void fr_inv_vartime(fr *out, const fr *a);
/* Inverts count elements in place with one inversion; zeros stay zero. scratch holds count elements. Variable
 * time. */
void fr_batch_inv_vartime(fr *elements, fr *scratch, size_t count);
/* base^exponent, exponent of four little-endian limbs. Variable time in the exponent. */
void fr_pow_vartime(fr *out, const fr *base, const uint64_t exponent[4]);
/* A square root, the smaller of the two as an integer; ROAM_E_RANGE if there is none. Variable time. */
ROAM_MUST_USE enum roam_err fr_sqrt_vartime(fr *out, const fr *a);

bool fr_equal(const fr *a, const fr *b);
bool fr_is_zero(const fr *a);
/* choose must be 0 or 1: out = choose ? a : b. */
void fr_select(fr *out, uint64_t choose, const fr *a, const fr *b);

void fr_from_u64(fr *out, uint64_t value);
/* low + high * 2^64 */
void fr_from_u128(fr *out, uint64_t low, uint64_t high);
/* The integer in normal form, 0 <= value < r, and back; from_limbs gives ROAM_E_RANGE for limbs >= r. */
void fr_to_limbs(uint64_t limbs[4], const fr *a);
ROAM_MUST_USE enum roam_err fr_from_limbs(fr *out, const uint64_t limbs[4]);
/* 32 bytes in normal form; ROAM_E_RANGE unless < r. */
ROAM_MUST_USE enum roam_err fr_from_le(fr *out, const uint8_t bytes[32]);
ROAM_MUST_USE enum roam_err fr_from_be(fr *out, const uint8_t bytes[32]);
void fr_to_le(uint8_t bytes[32], const fr *a);
void fr_to_be(uint8_t bytes[32], const fr *a);
/* 64 little-endian bytes modulo r; uniform to within 2^-250 for uniform bytes. */
void fr_from_wide(fr *out, const uint8_t bytes[64]);
/* Decimal digits, no sign, no leading zero except "0" itself, nothing else. ROAM_E_FORMAT, or ROAM_E_RANGE if
 * >= r. Variable time. */
ROAM_MUST_USE enum roam_err fr_from_decimal(fr *out, const char *text, size_t size);
/* text holds 80 characters; ends with NUL. Variable time. Returns text. */
char *fr_to_decimal(char text[80], const fr *a);

#endif
