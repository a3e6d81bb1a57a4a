#include "forger.h"

static void random_fr(fr *out, struct roam_prng *prng)
{
    uint8_t bytes[64];
    prng_bytes(prng, bytes, sizeof bytes);
    fr_from_wide(out, bytes);
}

static void g1_power(g1_affine *out, const fr *exponent)
{
    g1 p;
    g1_from_affine(&p, &g1_generator);
    g1_mul_vartime(&p, &p, exponent);
    g1_to_affine(out, &p);
}

static void g2_power(g2_affine *out, const fr *exponent)
{
    g2 p;
    g2_from_affine(&p, &g2_generator);
    g2_mul_vartime(&p, &p, exponent);
    g2_to_affine(out, &p);
}

void forger_init(struct forger *forger, uint64_t seed)
{
    struct roam_prng prng = {seed};
    fr alpha, beta, delta, a, b, product;
    fr *const random[] = {&alpha, &beta, &forger->gamma, &delta, &a, &b};
    for (int i = 0; i < 6; i++) random_fr(random[i], &prng);
    for (int i = 0; i <= FORGER_INPUTS; i++) {
        random_fr(&forger->ic_exponent[i], &prng);
        g1_power(&forger->ic[i], &forger->ic_exponent[i]);
    }
    g1_power(&forger->vk.alpha, &alpha);
    g2_power(&forger->vk.beta, &beta);
    g2_power(&forger->vk.gamma, &forger->gamma);
    g2_power(&forger->vk.delta, &delta);
    forger->vk.input_count = FORGER_INPUTS;
    forger->vk.ic = forger->ic;
    forger->vk.insecure = true;
    groth16_prepare(&forger->prepared, &forger->vk);

    g1_power(&forger->a, &a);
    g2_power(&forger->b, &b);
    fr_mul(&forger->ab_less_alpha_beta, &a, &b);
    fr_mul(&product, &alpha, &beta);
    fr_sub(&forger->ab_less_alpha_beta, &forger->ab_less_alpha_beta, &product);
    fr_inv(&forger->delta_inverse, &delta);
}

void forger_prove(groth16_proof *proof, const struct forger *forger, const fr inputs[FORGER_INPUTS])
{
    fr c = forger->ic_exponent[0], term;
    for (int i = 0; i < FORGER_INPUTS; i++) {
        fr_mul(&term, &inputs[i], &forger->ic_exponent[i + 1]);
        fr_add(&c, &c, &term);
    }
    fr_mul(&c, &c, &forger->gamma);
    fr_sub(&c, &forger->ab_less_alpha_beta, &c);
    fr_mul(&c, &c, &forger->delta_inverse);
    proof->a = forger->a;
    proof->b = forger->b;
    g1_power(&proof->c, &c);
}
