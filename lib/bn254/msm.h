/* Multi-scalar multiplication: sum scalars[i] * points[i], over affine points and canonical integers.
 *
 * Pippenger's bucket method with signed digits, affine buckets with batched inversion, and threads. Variable
 * time: never for secrets that an observer of timing must not learn (a prover's witness is used here; see
 * docs/decisions/ on what that means for wallets).
 *
 * Scalars are integers in normal form (fr_to_limbs), less than r. Each is visited only as often as its length
 * asks for (r - s counts as short as s): zeros cost nothing, bits and -1 one addition, because most wires of
 * a circuit are bits. Below some sixteen points g1_mul_vartime of each is faster. Tests:
 * tests/unit/msm_cases.inc.h. */
#ifndef BN254_MSM_H
#define BN254_MSM_H

#include "g1.h"
#include "g2.h"

typedef struct {
    uint64_t limb[4];
} fr_int;

/* Working memory in bytes that an msm over count points with this many threads takes from its caller: 44
 * bytes for each point, more for a few of them, and for each thread 0.4 to 1.5 MB (G1) or 0.8 to 2.9 MB (G2).
 * It never falls when count grows. */
size_t g1_msm_scratch_size(size_t count, unsigned threads);
size_t g2_msm_scratch_size(size_t count, unsigned threads);

/* out = sum; infinity for count 0. count < 2^31. Points are valid (g1_affine_is_valid,
 * g2_affine_is_valid_vartime); those at infinity contribute nothing. scratch: at least the size above,
 * aligned to 64 bytes; what is left in it tells about the scalars, wipe it if they are secret. threads >= 1;
 * starts and joins up to that many less one, fewer for little work, never more than 64. */
void g1_msm_vartime(g1 *out, const g1_affine *points, const fr_int *scalars, size_t count, unsigned threads,
                    void *scratch);
void g2_msm_vartime(g2 *out, const g2_affine *points, const fr_int *scalars, size_t count, unsigned threads,
                    void *scratch);

/* Tables for points that stay the same, as those of a proving key: the multiples 2^(cw) of every point for
 * every window w of c bits, windows one after the other. With them all windows share one set of buckets and
 * nothing is doubled: worth it for up to some ten thousand points. */
struct msm_table_shape {
    size_t count;
    unsigned window_bits, windows;
};

/* The shape for which an msm of full scalars is fastest; a table has count * windows points. */
struct msm_table_shape msm_table_shape(size_t count);
/* table: memory for it, aligned to 64 bytes. Time: 254 additions for each point. Takes half a megabyte of
 * stack in every thread. */
void g1_msm_table_fill(g1_affine *table, struct msm_table_shape shape, const g1_affine *points,
                       unsigned threads);
void g2_msm_table_fill(g2_affine *table, struct msm_table_shape shape, const g2_affine *points,
                       unsigned threads);

/* As the msm above over the table's points: shape.count scalars, scratch of this size. */
size_t g1_msm_table_scratch_size(struct msm_table_shape shape, unsigned threads);
size_t g2_msm_table_scratch_size(struct msm_table_shape shape, unsigned threads);
void g1_msm_table_vartime(g1 *out, const g1_affine *table, struct msm_table_shape shape,
                          const fr_int *scalars, unsigned threads, void *scratch);
void g2_msm_table_vartime(g2 *out, const g2_affine *table, struct msm_table_shape shape,
                          const fr_int *scalars, unsigned threads, void *scratch);

#endif
