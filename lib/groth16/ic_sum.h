/* Sums over the ic points of a prepared key. Private to lib/groth16. */
#ifndef GROTH16_IC_SUM_H
#define GROTH16_IC_SUM_H

#include "groth16.h"

/* out = sum scalars[i] ic[first + i] over all points from `first` on. */
void ic_sum_vartime(g1 *out, const struct groth16_prepared_vk *vk, size_t first, const fr *scalars);

#endif
