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

/* Working memory in bytes that an msm over count points with this many threads takes from its caller: 4 bytes
 * for each point, and for each thread 0.1 to 1.2 MB (G1) or 0.2 to 2.4 MB (G2), growing with count. */
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

#endif
