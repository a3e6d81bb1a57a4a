/* Inverses modulo an odd prime below 2^255, by the division steps of Bernstein and Yang (eprint 2019/266).
 *
 * A division step maps (delta, f, g), f odd, to (1 - delta, g, (g - f)/2) if delta > 0 and g is odd, else to
 * (1 + delta, f, (g + (g mod 2) f)/2). From f = p, g = a it ends at g = 0, f = +-gcd. Up to 62 steps depend
 * on the low 62 bits of f and g alone and amount to a 2 x 2 matrix of small integers divided by 2^62, which
 * is then applied to f and g, and modulo p to d and e with d a = f and e a = g mod p. At the end a^-1 = +-d.
 * Private to lib/bn254. */
#ifndef BN254_MODINV_H
#define BN254_MODINV_H

#include <stdint.h>

/* out = 1/a mod p, or 0 for a = 0; a < p, p_inv = 1/p mod 2^64. out may be a. Constant time. */
void modinv(uint64_t out[4], const uint64_t a[4], const uint64_t p[4], uint64_t p_inv);
/* The same in variable time. */
void modinv_vartime(uint64_t out[4], const uint64_t a[4], const uint64_t p[4], uint64_t p_inv);

#endif
