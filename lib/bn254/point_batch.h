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

/* Sums with odd powers as factors, of terms points each, 2 or 4: with turn a root of unity of order 2 terms
 * and w = roots[i / 16] turn^m, sum m of points i is
 *
 *   w points[0][i] + w^3 points[1][i] + w^5 points[2][i] + w^7 points[3][i].
 *
 * Sums take the points' places: with four, sums 0, 2, 1, 3 those of points 0, 1, 2, 3. For points in the
 * group. They take two thirds of the time of multiplications and butterflies. */
enum { ODD_SUMS_ALIKE = 16 };
void g1_batch_odd_sums_vartime(g1_affine *const points[], size_t terms, const fr *roots, const fr *turn,
                               size_t count, void *scratch);
void g2_batch_odd_sums_vartime(g2_affine *const points[], size_t terms, const fr *roots, const fr *turn,
                               size_t count, void *scratch);

#endif
