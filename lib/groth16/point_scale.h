/* Long arrays of points times secret factors, in threads. */
#ifndef POINT_SCALE_H
#define POINT_SCALE_H

#include "g1.h"
#include "g2.h"
#include "progress.h"

/* A geometric series of factors: point i is multiplied by first * step^i. */
struct point_series {
    fr first, step;
};

/* out[i] = first * step^i * in[i], both in file form (point_form.h), out != in. Constant time in the factors,
 * as point_batch.h has it. ROAM_E_POINT or ROAM_E_RANGE (a bad input point), ROAM_E_NOMEM, ROAM_E_CANCELLED.
 */
ROAM_MUST_USE enum roam_err g1_scale_file(uint8_t *out, const uint8_t *in, size_t count,
                                          const struct point_series *series, unsigned threads,
                                          const char *what, const struct roam_progress *progress);
ROAM_MUST_USE enum roam_err g2_scale_file(uint8_t *out, const uint8_t *in, size_t count,
                                          const struct point_series *series, unsigned threads,
                                          const char *what, const struct roam_progress *progress);

/* points[i] *= factor, in place and with the same timing. ROAM_E_NOMEM, ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err g1_scale(g1_affine *points, size_t count, const fr *factor, unsigned threads,
                                     const char *what, const struct roam_progress *progress);

#endif
