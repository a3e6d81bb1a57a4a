#include "groth16.h"

#include "input_sum.h"

void groth16_prepare(struct groth16_prepared_vk *out, const struct groth16_vk *vk)
{
    g2_affine negative;
    out->vk = vk;
    pairing(&out->alpha_beta, &vk->alpha, &vk->beta);
    g2_affine_neg(&negative, &vk->gamma);
    g2_prepare(&out->gamma_neg, &negative);
    g2_affine_neg(&negative, &vk->delta);
    g2_prepare(&out->delta_neg, &negative);
}

enum roam_err groth16_proof_check(const groth16_proof *proof)
{
    bool finite = !g1_affine_is_infinity(&proof->a) && !g2_affine_is_infinity(&proof->b) &&
                  !g1_affine_is_infinity(&proof->c);
    bool valid = finite && g1_affine_is_valid(&proof->a) && g1_affine_is_valid(&proof->c) &&
                 g2_affine_is_valid_vartime(&proof->b);
    return valid ? ROAM_OK : ROAM_E_POINT;
}

/* e(A, B) e(L, -gamma) e(C, -delta) = e(alpha, beta) with L = IC_0 + sum x_i IC_i. The lines of B are used
 * once, but preparing them too lets all three loops share their squarings. */
enum roam_err groth16_verify(const struct groth16_prepared_vk *vk, const groth16_proof *proof,
                             const fr *inputs, size_t input_count)
{
    ROAM_TRY(groth16_proof_check(proof));
    if (input_count != vk->vk->input_count) return ROAM_E_COUNT;
    g1 sum;
    input_sum_vartime(&sum, vk->vk->ic + 1, inputs, input_count);
    g1_add_affine_vartime(&sum, &sum, &vk->vk->ic[0]);

    g1_affine p[3] = {proof->a, {fp_zero, fp_zero}, proof->c};
    g2_prepared b;
    const g2_prepared *q[3] = {&b, &vk->gamma_neg, &vk->delta_neg};
    g1_to_affine(&p[1], &sum);
    g2_prepare(&b, &proof->b);
    fp12 product;
    pairing_miller_prepared(&product, p, q, 3);
    pairing_final_exp(&product, &product);
    return fp12_equal(&product, &vk->alpha_beta) ? ROAM_OK : ROAM_E_VERIFY;
}
