/* Checks that many points keep one ratio, by random linear combination and a pairing. */
#ifndef POINT_RATIO_H
#define POINT_RATIO_H

#include "env.h"
#include "g1.h"
#include "g2.h"
#include "progress.h"

/* True if p1 = x p0 and q1 = x q0 for one x, none of the four at infinity. */
bool same_ratio(const g1_affine *p0, const g1_affine *p1, const g2_affine *q0, const g2_affine *q1);

/* How long arrays in file form are worked through: what it is, for progress, and with how many threads. */
struct point_scan {
    const char *what;
    unsigned threads;
    const struct roam_env *env;
    const struct roam_progress *progress;
};

/* Random sums of all points but the last and, with the same coefficients of 128 bits, of all but the first:
 * if points[i+1] = x points[i] throughout, *next = x *sum, and not otherwise but with probability 2^-128.
 * count >= 2; every point is checked to be in its group. ROAM_E_POINT, ROAM_E_RANGE, ROAM_E_NOMEM,
 * ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err g1_series_sums(g1_affine *sum, g1_affine *next, const uint8_t *points,
                                           size_t count, const struct point_scan *scan);
ROAM_MUST_USE enum roam_err g2_series_sums(g2_affine *sum, g2_affine *next, const uint8_t *points,
                                           size_t count, const struct point_scan *scan);

/* sum scalars[i] * points[i], every point checked to be in its group. Errors as above. */
ROAM_MUST_USE enum roam_err g1_file_sum(g1_affine *sum, const uint8_t *points, const fr *scalars,
                                        size_t count, const struct point_scan *scan);
ROAM_MUST_USE enum roam_err g2_file_sum(g2_affine *sum, const uint8_t *points, const fr *scalars,
                                        size_t count, const struct point_scan *scan);

#endif
