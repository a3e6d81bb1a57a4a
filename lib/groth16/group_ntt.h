/* The inverse number-theoretic transform over points: Lagrange forms of powers of tau. */
#ifndef GROUP_NTT_H
#define GROUP_NTT_H

#include "g1.h"
#include "g2.h"
#include "progress.h"

/* What transforms of up to 2^log_size points need as scratch, aligned to 64. */
size_t g1_inverse_ntt_scratch_size(unsigned log_size, unsigned threads);
size_t g2_inverse_ntt_scratch_size(unsigned log_size, unsigned threads);

/* points[j] <- 2^-log_size sum_i omega^(-ij) points[i], in place, for points in the group. Public data,
 * variable time: about log_size * 2^log_size / 2 multiplications. Progress is told of inverse_ntt_steps.
 * ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err g1_inverse_ntt(g1_affine *points, unsigned log_size, unsigned threads,
                                           void *scratch, const char *what,
                                           const struct roam_progress *progress);
ROAM_MUST_USE enum roam_err g2_inverse_ntt(g2_affine *points, unsigned log_size, unsigned threads,
                                           void *scratch, const char *what,
                                           const struct roam_progress *progress);

/* Passes over all points, with up to three levels of butterflies or one multiplication each. */
static inline uint64_t inverse_ntt_steps(unsigned log_size)
{
    unsigned log_rows = (log_size + 1) / 2, log_columns = log_size / 2;
    return (uint64_t)((log_rows + 2) / 3 + 1 + (log_columns + 2) / 3) << log_size;
}

#endif
