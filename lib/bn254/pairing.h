/* The optimal ate pairing e: G1 x G2 -> GT (order-r subgroup of Fp12), with x = 4965661367192848881.
 * Everything here works on public values and in variable time.
 * Inputs must be valid points (g1_affine_is_valid, g2_affine_is_valid_vartime): nothing is checked here.
 * A pair with a point at infinity contributes 1. */
#ifndef BN254_PAIRING_H
#define BN254_PAIRING_H

#include "fp12.h"
#include "g1.h"
#include "g2.h"

/* The lines of a fixed Q in G2, computed once: Miller loops with them save the work on Q.
 * Line i takes the value 1 + slope * (xP/yP) * w + constant * (1/yP) * w^3 at P. */
enum { G2_LINES = 88 }; /* doubling and addition steps of the loop */
typedef struct {
    struct {
        fp2 slope, constant;
    } line[G2_LINES];
    size_t count; /* G2_LINES, or 0 for Q at infinity */
} g2_prepared;

void g2_prepare(g2_prepared *out, const g2_affine *q);

/* prod_i MillerLoop(p[i], q[i]) over count pairs, sharing squarings; defined up to a factor that
 * pairing_final_exp makes 1. out = 1 for count 0. */
void pairing_miller(fp12 *out, const g1_affine *p, const g2_affine *q, size_t count);
/* The same with prepared Q's. */
void pairing_miller_prepared(fp12 *out, const g1_affine *p, const g2_prepared *const *q, size_t count);
/* The product of both kinds of pairs. If in_group is not NULL, the q[i] may be any points of the twist, and
 * in_group[i] tells whether q[i] is in G2 (infinity is; so is one paired with infinity, at which nobody
 * looks), which costs next to nothing here; if one is not, out means nothing. */
void pairing_miller_mixed(fp12 *out, bool *in_group, const g1_affine *p, const g2_affine *q, size_t count,
                          const g1_affine *fixed_p, const g2_prepared *const *fixed_q, size_t fixed_count);
/* f^((p^12 - 1)/r), exactly. libff and ffjavascript, and so snarkjs in its vk_alphabeta_12, give the power
 * 2x (6x^2 + 3x + 1) of this; one is 1 exactly if the other is. */
void pairing_final_exp(fp12 *out, const fp12 *f);
/* e(p, q) */
void pairing(fp12 *out, const g1_affine *p, const g2_affine *q);
/* True if prod e(p[i], q[i]) = 1. */
bool pairing_check(const g1_affine *p, const g2_affine *q, size_t count);

#endif
