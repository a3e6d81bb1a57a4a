/* Arithmetic with exact values of Fr in the lanes of mont8.h, all below 6r, products below 2r. Only for
 * processors of level CPU_IFMA. Private to lib/babyjub. */
#ifndef BABYJUB_FR_LANES_H
#define BABYJUB_FR_LANES_H

#include "fr8.h"

#if defined(__x86_64__)
void lanes_mul(mont8 *out, const mont8 *a, const mont8 *b);
void lanes_sqr(mont8 *out, const mont8 *a);
/* a - b + 3r, for b below 3r */
void lanes_sub(mont8 *out, const mont8 *a, const mont8 *b);
void lanes_mul_constant(mont8 *out, const mont8 *a, const fr *constant);
/* The lanes where a and b, below 3r, are equal; one is 1 in all lanes. */
unsigned lanes_equal(const mont8 *a, const mont8 *b, const mont8 *one);
/* x[v] = x[v]^exponent for one or two vectors, left to right, four bits of the exponent at a time. Two go by
 * turns: a product waits for the one before it, and the other vector's fills the gap. Variable time in the
 * exponent. */
void lanes_pow_vartime(mont8 *x, int vectors, const uint64_t exponent[4], const mont8 *one);
#endif
#endif
