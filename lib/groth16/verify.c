#include "groth16.h"

#include "mont8.h"
#include "ic_sum.h"
#include "proof_points.h"

static void prepare_combs(struct groth16_prepared_vk *out)
{
    const size_t count = out->vk->input_count + 1;
    out->comb_count = 0;
    if (!mont8_available || count > GROTH16_IC_COMBS) return;
    for (size_t i = 0; i < count; i++) {
        if (g1_affine_is_infinity(&out->vk->ic[i])) return;
        g1_comb8_prepare(&out->ic_comb[i], &out->vk->ic[i]);
    }
    out->comb_count = count;
}

void groth16_prepare(struct groth16_prepared_vk *out, const struct groth16_vk *vk)
{
    g2_affine negative;
    out->vk = vk;
    pairing(&out->alpha_beta, &vk->alpha, &vk->beta);
    g2_affine_neg(&negative, &vk->beta);
    g2_prepare(&out->beta_neg, &negative);
    g2_affine_neg(&negative, &vk->gamma);
    g2_prepare(&out->gamma_neg, &negative);
    g2_affine_neg(&negative, &vk->delta);
    g2_prepare(&out->delta_neg, &negative);
    prepare_combs(out);
}

enum roam_err proof_check_but_group(const groth16_proof *proof)
{
    bool finite = !g1_affine_is_infinity(&proof->a) && !g2_affine_is_infinity(&proof->b) &&
                  !g1_affine_is_infinity(&proof->c);
    bool valid = finite && g1_affine_is_valid(&proof->a) && g1_affine_is_valid(&proof->c) &&
                 g2_affine_is_on_curve(&proof->b);
    return valid ? ROAM_OK : ROAM_E_POINT;
}

enum roam_err groth16_proof_check(const groth16_proof *proof)
{
    ROAM_TRY(proof_check_but_group(proof));
    return g2_affine_is_valid_vartime(&proof->b) ? ROAM_OK : ROAM_E_POINT;
}

/* e(A, B) e(L, -gamma) e(C, -delta) = e(alpha, beta) with L = IC_0 + sum x_i IC_i. The loop over B tells
 * whether B is in the subgroup. */
enum roam_err groth16_verify(const struct groth16_prepared_vk *vk, const groth16_proof *proof,
                             const fr *inputs, size_t input_count)
{
    if (input_count != vk->vk->input_count) {
        ROAM_TRY(groth16_proof_check(proof));
        return ROAM_E_COUNT;
    }
    ROAM_TRY(proof_check_but_group(proof));
    g1 sum;
    fp scratch;
    g1_affine fixed[2] = {{fp_zero, fp_zero}, proof->c};
    const g2_prepared *lines[2] = {&vk->gamma_neg, &vk->delta_neg};
    ic_sum_vartime(&sum, vk, 1, inputs);
    g1_add_affine_vartime(&sum, &sum, &vk->vk->ic[0]);
    g1_to_affine_batch_vartime(&fixed[0], &sum, &scratch, 1);

    fp12 product;
    bool in_group;
    pairing_miller_mixed(&product, &in_group, &proof->a, &proof->b, 1, fixed, lines, 2);
    if (!in_group) return ROAM_E_POINT;
    pairing_final_exp(&product, &product);
    return fp12_equal(&product, &vk->alpha_beta) ? ROAM_OK : ROAM_E_VERIFY;
}
