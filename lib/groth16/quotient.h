/* The scalars of the sum over H: values of a b - c at the odd points of the domain of twice the size.
 *
 * a and b are the polynomials of degree below n = 2^log_domain with the values A w and B w on the domain, c
 * the one with their products there (of a satisfied system: C w); the points are g omega^j with g of order 2n
 * and g^2 = omega. There g^n = -1, so that a b - c is -2 times the quotient by x^n - 1. */
#ifndef QUOTIENT_H
#define QUOTIENT_H

#include "msm.h"
#include "ntt.h"
#include "zkey.h"

/* What depends on the key alone: made once, then shared by proofs and threads. It borrows its memory. */
struct quotient_plan {
    struct ntt_domain domain;
    size_t product_count;            /* of the 2 domain.size sums, those with coefficients but 1 and -1 */
    const struct quotient_sum *sums; /* those first, and then by number of terms, most first */
    const struct quotient_terms *groups;
    const uint32_t *wires;    /* of all terms; with the sign in bit 31 where coefficients are 1 and -1 */
    const fr *values;         /* of the other sums */
    const void *join_factors; /* of ntt8.h, if it serves the domain */
};

/* In bytes: 36 for each term, of which 4 are used where all coefficients of a row are 1 and -1, and some 120
 * for each element of a large domain (up to 220 of a small one). */
size_t quotient_plan_size(size_t term_count, unsigned log_domain);
/* Terms are in any order, their rows below 2^log_domain, wires below 2^31; they are not needed afterwards.
 * log_domain <= ZKEY_LOG_DOMAIN_MAX. memory: of the size above, aligned to 64; it must outlive the plan.
 * Takes about the time of one quotient_scalars. */
void quotient_plan_init(struct quotient_plan *plan, const struct zkey_term *terms, size_t term_count,
                        unsigned log_domain, void *memory);

/* Three field elements for each of the domain. */
size_t quotient_scratch_size(const struct quotient_plan *plan);
/* out[j] = (a b - c)(g omega^j) as an integer, for all j below 2^log_domain; witness[i] is wire i of w. out
 * overlaps nothing. scratch: of the size above, aligned to 64. The caller wipes out and scratch, which tell
 * the witness. threads >= 1: starts and joins up to that many less one, never more than 64; the result is the
 * same. Time depends on the plan alone. */
void quotient_scalars(fr_int *out, const struct quotient_plan *plan, const fr *witness, unsigned threads,
                      void *scratch);

#endif
