/* The subgroup test for eight points at once, in AVX-512 lanes where the processor has them. Private to
 * lib/babyjub. */
#ifndef BABYJUB_SUBGROUP8_H
#define BABYJUB_SUBGROUP8_H

#include "babyjub.h"

/* inside[k] = bjj_is_in_subgroup_vartime(points[k]), for points on the curve. */
void bjj_subgroup8_vartime(bool inside[8], const bjj_point *const points[8]);

#endif
