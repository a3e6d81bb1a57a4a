/* The inverse number-theoretic transform over points: Lagrange forms of powers of tau. */
#ifndef GROUP_NTT_H
#define GROUP_NTT_H

#include "g1.h"
#include "g2.h"

/* points[j] <- 2^-log_size sum_i omega^(-ij) points[i], in place; twiddles: memory for 2^log_size / 2
 * elements (at least one). Public data, variable time: about log_size * 2^log_size / 2 multiplications. */
void g1_inverse_ntt(g1 *points, unsigned log_size, fr *twiddles, unsigned threads);
void g2_inverse_ntt(g2 *points, unsigned log_size, fr *twiddles, unsigned threads);

#endif
