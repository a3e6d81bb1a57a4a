/* Sums of a few multiples of points, for public inputs. */
#ifndef GROTH16_INPUT_SUM_H
#define GROTH16_INPUT_SUM_H

#include "g1.h"

/* out = sum scalars[i] * points[i]. Variable time. No scratch: meant for tens of points, where an msm does
 * not pay. */
void input_sum_vartime(g1 *out, const g1_affine *points, const fr *scalars, size_t count);

#endif
