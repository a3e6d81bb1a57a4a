/* Sums of multiples of points on Baby Jubjub. Private to lib/babyjub. */
#ifndef BABYJUB_EDWARDS_SUM_H
#define BABYJUB_EDWARDS_SUM_H

#include "edwards.h"

/* One term of a sum; scalar < l. The point is what additions need of it: elements of Fr, or for AVX-512 lanes
 * their limbs. */
struct edwards_term {
    union {
        struct edwards_affine affine;
        uint64_t limbs[3][5];
    } point;
    bjj_scalar scalar;
};

/* Sets the points of count <= 8 terms. */
void edwards_terms_set(struct edwards_term *terms, const bjj_point *const *points, size_t count);

size_t edwards_sum_scratch_size(size_t count);
/* out = sum of scalar * point. Short scalars cost less. scratch: edwards_sum_scratch_size(count). */
void edwards_sum_vartime(struct edwards *out, const struct edwards_term *terms, size_t count, void *scratch);

/* The same in lanes; only if mont8_available (mont8.h). */
void edwards_terms8_set(struct edwards_term *terms, const bjj_point *const *points, size_t count);
size_t edwards_sum8_scratch_size(size_t count);
void edwards_sum8_vartime(struct edwards *out, const struct edwards_term *terms, size_t count, void *scratch);

#endif
