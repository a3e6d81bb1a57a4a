/* Number-theoretic transform over Fr, sizes 2^0 .. 2^28, natural order in and out.
 *
 * omega_k = 5^((r-1)/2^k) is the root of unity of order 2^k, as in snarkjs. Data is public or the prover's
 * own; time depends on the size alone. Nothing is allocated. Tests: tests/unit/test_ntt.c. */
#ifndef BN254_NTT_H
#define BN254_NTT_H

#include "fr.h"

enum { NTT_LOG_MAX = 28 };

/* Twiddle factors for one size; memory is the caller's. Several threads may use one domain. */
struct ntt_domain {
    unsigned log_size;
    size_t size;
    fr omega, omega_inv, size_inv;
    fr *twiddles; /* size/2 powers of omega, in the order the butterflies use them; or what ntt8.h has */
};

/* In bytes: 16 for each value; on processors of level CPU_IFMA, from 2^6 values on, 32 to 44 for each of
 * large sizes and up to 90 of small ones. */
size_t ntt_domain_scratch_size(unsigned log_size);
/* memory must hold ntt_domain_scratch_size(log_size) bytes, aligned to 64, and outlive the domain. */
void ntt_domain_init(struct ntt_domain *domain, unsigned log_size, void *memory);

/* values[j] <- sum_i values[i] * omega^(ij), in place over domain->size values. threads >= 1: more than one
 * starts and joins that many less one, fewer for small sizes, never more than 64; the result is the same. */
void ntt_forward(const struct ntt_domain *domain, fr *values, unsigned threads);
/* The inverse of ntt_forward, division by the size included. */
void ntt_inverse(const struct ntt_domain *domain, fr *values, unsigned threads);
/* 5^((r-1)/2^log_order), log_order <= NTT_LOG_MAX: the root of unity that the transform of that size uses. */
void ntt_root_of_unity(fr *out, unsigned log_order);
/* values[i] *= shift^i, any size: goes to the coset shift * <omega>. */
void ntt_shift(fr *values, size_t size, const fr *shift, unsigned threads);

#endif
