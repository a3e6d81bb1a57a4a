/* Tests of eight or sixteen points at once, in AVX-512 lanes where the processor has them. Private to
 * lib/babyjub. */
#ifndef BABYJUB_POINTS8_H
#define BABYJUB_POINTS8_H

#include "babyjub.h"

/* Bit k is set if points[k] is on the curve. */
unsigned bjj_on_curve8(const bjj_point *const points[8]);
/* Bit k is set if points[k] is in the subgroup of order l, for points on the curve. Variable time. */
unsigned bjj_in_subgroup16_vartime(const bjj_point *const points[16]);
/* errs[k] is what bjj_unpack_vartime gives for bytes[k], and out[k] the point if that is ROAM_OK; count <= 8.
 */
void bjj_unpack8_vartime(bjj_point *out, enum roam_err *errs, const uint8_t *const *bytes, size_t count);

#endif
