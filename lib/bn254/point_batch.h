/* Many points at once: multiples and sums of affine points, with shared inversions, and on processors of
 * level CPU_IFMA eight points in the lanes of vector registers. The results are those of g1.h and g2.h for
 * every input, infinity and equal or opposite points among them; where such points meet, the work is done
 * point by point and takes about ten times as long.
 *
 * Arrays hold count points; outputs may be inputs of the same index, and overlap no others. scratch is memory
 * of G_batch_scratch_size() bytes, aligned to 64, which no other thread uses meanwhile; what it holds
 * afterwards may be secret. Any count will do; batches of a thousand points or more are worth the shared
 * inversions. */
#ifndef BN254_POINT_BATCH_H
#define BN254_POINT_BATCH_H

#include "g1.h"
#include "g2.h"

size_t g1_batch_scratch_size(void);
size_t g2_batch_scratch_size(void);

/* out[i] = scalars[i] * points[i], for points in the group. Constant time in the scalars, but for one chance
 * in 2^200 that a random scalar leads through a sum of equal points; leaks which points are at infinity. */
void g1_batch_mul(g1_affine *out, const g1_affine *points, const fr *scalars, size_t count, void *scratch);
void g2_batch_mul(g2_affine *out, const g2_affine *points, const fr *scalars, size_t count, void *scratch);
void g1_batch_mul_vartime(g1_affine *out, const g1_affine *points, const fr *scalars, size_t count,
                          void *scratch);
void g2_batch_mul_vartime(g2_affine *out, const g2_affine *points, const fr *scalars, size_t count,
                          void *scratch);

/* (a[i], b[i]) <- (a[i] + b[i], a[i] - b[i]) */
void g1_batch_butterfly_vartime(g1_affine *a, g1_affine *b, size_t count, void *scratch);
void g2_batch_butterfly_vartime(g2_affine *a, g2_affine *b, size_t count, void *scratch);

struct twist {
    fr u, v, w;
};

/* (c[i], d[i]) <- (v (c[i] + u d[i]), w (c[i] - u d[i])) with the factors twists[i], for points in the group.
 * As two sums of two multiples each, in two thirds of the time of the three multiplications, where 16
 * neighbours have equal factors; one after the other elsewhere. */
void g1_batch_twist_vartime(g1_affine *c, g1_affine *d, const struct twist *twists, size_t count,
                            void *scratch);
void g2_batch_twist_vartime(g2_affine *c, g2_affine *d, const struct twist *twists, size_t count,
                            void *scratch);

#endif
