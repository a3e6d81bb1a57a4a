#include "groth16.h"

static enum roam_err check_g1(const char *name, const g1_affine *p, struct roam_diag *diag)
{
    if (g1_affine_is_infinity(p)) return roam_diag(diag, ROAM_E_POINT, "%s is the point at infinity", name);
    if (!g1_affine_is_valid(p)) return roam_diag(diag, ROAM_E_POINT, "%s is not on the curve", name);
    return ROAM_OK;
}

static enum roam_err check_g2(const char *name, const g2_affine *p, struct roam_diag *diag)
{
    if (g2_affine_is_infinity(p)) return roam_diag(diag, ROAM_E_POINT, "%s is the point at infinity", name);
    if (!g2_affine_is_valid_vartime(p))
        return roam_diag(diag, ROAM_E_POINT, "%s is not in the group of order r", name);
    return ROAM_OK;
}

/* Equal up to sign: whoever knows a relation between two of them can forge, whatever the sign. */
static enum roam_err check_apart(const char *p_name, const g2_affine *p, const char *q_name,
                                 const g2_affine *q, const char *meaning, struct roam_diag *diag)
{
    if (!fp2_equal(&p->x, &q->x)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_INSECURE, "%s is %s up to sign: %s", p_name, q_name, meaning);
}

/* gamma is the generator in every key that snarkjs makes. With a + b meaning the product of pairings,
 * forgeries are: delta = gamma: (alpha, beta, -L);  delta = beta: (L, gamma, -alpha); gamma = beta:  (alpha +
 * L, beta + s delta, s (alpha + L)). */
static enum roam_err check_relations(const struct groth16_vk *vk, struct roam_diag *diag)
{
    const char *forged = "anyone can forge proofs";
    ROAM_TRY(check_apart("delta", &vk->delta, "gamma", &vk->gamma, forged, diag));
    ROAM_TRY(check_apart("delta", &vk->delta, "beta", &vk->beta, forged, diag));
    ROAM_TRY(check_apart("gamma", &vk->gamma, "beta", &vk->beta, forged, diag));
    ROAM_TRY(check_apart("delta", &vk->delta, "the generator", &g2_generator, "phase 2 never ran", diag));
    ROAM_TRY(check_apart("beta", &vk->beta, "the generator", &g2_generator, "phase 1 never ran", diag));
    if (fp_equal(&vk->alpha.x, &g1_generator.x))
        return roam_diag(diag, ROAM_E_INSECURE, "alpha is the generator up to sign: phase 1 never ran");
    return ROAM_OK;
}

/* Two inputs with one point could be traded for each other. */
static enum roam_err check_inputs(const struct groth16_vk *vk, struct roam_diag *diag)
{
    for (size_t i = 0; i <= vk->input_count; i++) {
        if (check_g1("IC", &vk->ic[i], NULL) != ROAM_OK)
            return roam_diag(diag, ROAM_E_POINT, "IC[%zu] is at infinity or not on the curve", i);
        for (size_t j = 0; j < i; j++)
            if (fp_equal(&vk->ic[i].x, &vk->ic[j].x))
                return roam_diag(diag, ROAM_E_INSECURE, "IC[%zu] and IC[%zu] are equal up to sign", j, i);
    }
    return ROAM_OK;
}

enum roam_err groth16_vk_lint(const struct groth16_vk *vk, struct roam_diag *diag)
{
    ROAM_TRY(check_g1("alpha", &vk->alpha, diag));
    ROAM_TRY(check_g2("beta", &vk->beta, diag));
    ROAM_TRY(check_g2("gamma", &vk->gamma, diag));
    ROAM_TRY(check_g2("delta", &vk->delta, diag));
    ROAM_TRY(check_relations(vk, diag));
    return check_inputs(vk, diag);
}
