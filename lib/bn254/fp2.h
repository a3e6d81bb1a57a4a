/* Fp2 = Fp[u]/(u^2 + 1), elements c0 + c1*u. Arguments, aliasing and timing as in fr.h. */
#ifndef BN254_FP2_H
#define BN254_FP2_H

#include "fp.h"

typedef struct {
    fp c0, c1;
} fp2;

extern const fp2 fp2_zero, fp2_one;

void fp2_add(fp2 *out, const fp2 *a, const fp2 *b);
void fp2_sub(fp2 *out, const fp2 *a, const fp2 *b);
void fp2_neg(fp2 *out, const fp2 *a);
void fp2_double(fp2 *out, const fp2 *a);
void fp2_mul(fp2 *out, const fp2 *a, const fp2 *b);
void fp2_sqr(fp2 *out, const fp2 *a);
/* a[0] b[0] + a[1] b[1], with fewer reductions than two products take. */
void fp2_sum_of_2_products(fp2 *out, const fp2 *const a[2], const fp2 *const b[2]);
void fp2_mul_fp(fp2 *out, const fp2 *a, const fp *b);
/* Multiplies by 9 + u, the sextic non-residue that defines Fp6 and the twist. */
void fp2_mul_xi(fp2 *out, const fp2 *a);
void fp2_conj(fp2 *out, const fp2 *a);
/* 1/a; 0 for a = 0. */
void fp2_inv(fp2 *out, const fp2 *a);
void fp2_inv_vartime(fp2 *out, const fp2 *a);
void fp2_batch_inv_vartime(fp2 *elements, fp2 *scratch, size_t count);
/* ROAM_E_RANGE if a is no square. Variable time. */
ROAM_MUST_USE enum roam_err fp2_sqrt_vartime(fp2 *out, const fp2 *a);
bool fp2_equal(const fp2 *a, const fp2 *b);
bool fp2_is_zero(const fp2 *a);
void fp2_select(fp2 *out, uint64_t choose, const fp2 *a, const fp2 *b);

#endif
