#include "setup.h"

#include "ct.h"
#include "fixed_base.h"
#include "phase2.h"
#include "ntt.h"
#include "setup_rows.h"

#include <stdlib.h>

enum { SCALARS_PER_STEP = 1 << 14 };

/* All but the key is secret and wiped. */
struct dev_setup {
    struct zkey *key;
    const struct r1cs_system *system;
    const struct roam_progress *progress;
    fr tau, alpha, beta, delta, delta_inv;
    fr *lagrange;  /* [domain_size] L_j(tau); later the scalars of H */
    fr *scratch;   /* [domain_size] */
    fr *u, *v, *w; /* [wire_count]; w becomes beta u + alpha v + w */
    struct g1_fixed_base g1;
    struct g2_fixed_base g2;
};

static void draw_nonzero(fr *out, const struct roam_env *env)
{
    uint8_t bytes[64];
    do {
        env_random(env, bytes, sizeof bytes);
        fr_from_wide(out, bytes);
    } while (fr_is_zero(out));
    roam_wipe(bytes, sizeof bytes);
}

/* tau^(2^log_size) - 1, zero if tau is in the domain */
static void vanishing(fr *out, const fr *tau, unsigned log_size)
{
    *out = *tau;
    for (unsigned i = 0; i < log_size; i++) fr_sqr(out, out);
    fr_sub(out, out, &fr_one);
}

static void draw_secrets(struct dev_setup *setup, const struct roam_env *env)
{
    fr zero_on_domain;
    do {
        draw_nonzero(&setup->tau, env);
        vanishing(&zero_on_domain, &setup->tau, setup->key->log_domain + 1);
    } while (fr_is_zero(&zero_on_domain));
    draw_nonzero(&setup->alpha, env);
    draw_nonzero(&setup->beta, env);
}

/* out[i] = factor * L_j(tau) for the first count points, or odd points, j of the domain of 2^log_size points
 * x_j = omega^j, where L_j(tau) = x_j (tau^n - 1) / (n (tau - x_j)). */
static void lagrange_at_tau(fr *out, fr *scratch, size_t count, unsigned log_size, bool odd_points,
                            const fr *tau, const fr *factor)
{
    fr common, n, x, step;
    vanishing(&common, tau, log_size);
    fr_from_u64(&n, (uint64_t)1 << log_size);
    fr_inv(&n, &n);
    fr_mul(&common, &common, &n);
    fr_mul(&common, &common, factor);
    ntt_root_of_unity(&step, log_size);
    x = odd_points ? step : fr_one;
    if (odd_points) fr_sqr(&step, &step);
    fr first = x;
    for (size_t i = 0; i < count; i++) {
        fr_sub(&out[i], tau, &x);
        fr_mul(&x, &x, &step);
    }
    fr_batch_inv_vartime(out, scratch, count);
    fr_mul(&x, &first, &common);
    for (size_t i = 0; i < count; i++) {
        fr_mul(&out[i], &out[i], &x);
        fr_mul(&x, &x, &step);
    }
    roam_wipe(&common, sizeof common);
    roam_wipe(&x, sizeof x);
}

static void accumulate(fr *sums, const struct zkey_term *term, const fr *lagrange)
{
    fr product;
    fr_mul(&product, &term->value, &lagrange[term->row]);
    fr_add(&sums[term->wire], &sums[term->wire], &product);
}

/* u, v, w at tau, then w <- beta u + alpha v + w */
static void evaluate_wires(struct dev_setup *setup)
{
    const struct zkey *key = setup->key;
    const struct r1cs_system *system = setup->system;
    fr product;
    for (size_t i = 0; i < key->term_count; i++)
        accumulate(key->terms[i].matrix == ZKEY_MATRIX_A ? setup->u : setup->v, &key->terms[i],
                   setup->lagrange);
    for (size_t i = 0; i < system->constraint_count; i++)
        for (uint64_t k = system->row_start[3 * i + R1CS_C]; k < system->row_start[3 * i + 3]; k++) {
            fr_mul(&product, &system->coeff[k], &setup->lagrange[i]);
            fr_add(&setup->w[system->wire[k]], &setup->w[system->wire[k]], &product);
        }
    for (size_t i = 0; i < key->wire_count; i++) {
        fr_mul(&product, &setup->u[i], &setup->beta);
        fr_add(&setup->w[i], &setup->w[i], &product);
        fr_mul(&product, &setup->v[i], &setup->alpha);
        fr_add(&setup->w[i], &setup->w[i], &product);
        if (i > key->public_count) fr_mul(&setup->w[i], &setup->w[i], &setup->delta_inv);
    }
    roam_wipe(&product, sizeof product);
}

static enum roam_err multiply_g1(g1_affine *out, struct dev_setup *setup, const char *what, const fr *scalars,
                                 size_t count)
{
    for (size_t done = 0; done < count; done += SCALARS_PER_STEP) {
        if (!progress_step(setup->progress, what, done, count)) return ROAM_E_CANCELLED;
        size_t some = count - done < SCALARS_PER_STEP ? count - done : SCALARS_PER_STEP;
        g1_fixed_base_mul(out + done, &setup->g1, scalars + done, some);
    }
    return ROAM_OK;
}

static enum roam_err multiply_g2(g2_affine *out, struct dev_setup *setup, const char *what, const fr *scalars,
                                 size_t count)
{
    for (size_t done = 0; done < count; done += SCALARS_PER_STEP) {
        if (!progress_step(setup->progress, what, done, count)) return ROAM_E_CANCELLED;
        size_t some = count - done < SCALARS_PER_STEP ? count - done : SCALARS_PER_STEP;
        g2_fixed_base_mul(out + done, &setup->g2, scalars + done, some);
    }
    return ROAM_OK;
}

static enum roam_err make_points(struct dev_setup *setup)
{
    struct zkey *key = setup->key;
    size_t public_wires = (size_t)key->public_count + 1, private_wires = key->wire_count - public_wires;
    ROAM_TRY(multiply_g1(&key->alpha1, setup, "alpha", &setup->alpha, 1));
    ROAM_TRY(multiply_g1(&key->beta1, setup, "beta", &setup->beta, 1));
    ROAM_TRY(multiply_g1(&key->delta1, setup, "delta", &setup->delta, 1));
    ROAM_TRY(multiply_g2(&key->beta2, setup, "beta", &setup->beta, 1));
    ROAM_TRY(multiply_g2(&key->delta2, setup, "delta", &setup->delta, 1));
    key->gamma2 = g2_generator;
    ROAM_TRY(multiply_g1(key->ic, setup, "IC", setup->w, public_wires));
    ROAM_TRY(multiply_g1(key->a, setup, "A", setup->u, key->wire_count));
    ROAM_TRY(multiply_g1(key->b1, setup, "B in G1", setup->v, key->wire_count));
    ROAM_TRY(multiply_g2(key->b2, setup, "B in G2", setup->v, key->wire_count));
    ROAM_TRY(multiply_g1(key->c, setup, "C", setup->w + public_wires, private_wires));
    lagrange_at_tau(setup->lagrange, setup->scratch, key->domain_size, key->log_domain + 1, true, &setup->tau,
                    &setup->delta_inv);
    return multiply_g1(key->h, setup, "H", setup->lagrange, key->domain_size);
}

/* delta is the secret of a contribution that proves its knowledge as any other does and bears the mark. */
static enum roam_err mark_insecure(struct dev_setup *setup, const struct roam_env *env)
{
    struct zkey_contribution *contribution;
    struct snark_rng rng;
    struct zkey_contribution made = {0};
    ROAM_TRY(ceremony_note_person(&made.note, CEREMONY_INSECURE_NAME, NULL));
    ceremony_seed_person(&rng, "", env);
    phase2_draw(&made, &setup->delta, setup->key, &rng);
    roam_wipe(&rng, sizeof rng);
    fr_inv(&setup->delta_inv, &setup->delta);
    ROAM_TRY(zkey_add_contribution(setup->key, &contribution));
    *contribution = made;
    return ROAM_OK;
}

static enum roam_err allocate(struct dev_setup *setup)
{
    size_t wires = setup->key->wire_count, domain = setup->key->domain_size;
    setup->lagrange = calloc(domain, sizeof(fr));
    setup->scratch = calloc(domain, sizeof(fr));
    setup->u = calloc(wires, sizeof(fr));
    setup->v = calloc(wires, sizeof(fr));
    setup->w = calloc(wires, sizeof(fr));
    if (setup->lagrange == NULL || setup->scratch == NULL || setup->u == NULL || setup->v == NULL ||
        setup->w == NULL)
        return ROAM_E_NOMEM;
    ROAM_TRY(g1_fixed_base_init(&setup->g1, 3 * wires + domain));
    return g2_fixed_base_init(&setup->g2, wires);
}

static void wipe_and_free(fr *secret, size_t count)
{
    if (secret != NULL) roam_wipe(secret, count * sizeof *secret);
    free(secret);
}

static void release(struct dev_setup *setup)
{
    size_t wires = setup->key->wire_count, domain = setup->key->domain_size;
    wipe_and_free(setup->lagrange, domain);
    wipe_and_free(setup->scratch, domain);
    wipe_and_free(setup->u, wires);
    wipe_and_free(setup->v, wires);
    wipe_and_free(setup->w, wires);
    g1_fixed_base_release(&setup->g1);
    g2_fixed_base_release(&setup->g2);
    roam_wipe(setup, sizeof *setup);
}

static enum roam_err run(struct dev_setup *setup, const struct roam_env *env)
{
    ROAM_TRY(allocate(setup));
    draw_secrets(setup, env);
    ROAM_TRY(mark_insecure(setup, env));
    lagrange_at_tau(setup->lagrange, setup->scratch, setup->key->domain_size, setup->key->log_domain, false,
                    &setup->tau, &fr_one);
    evaluate_wires(setup);
    ROAM_TRY(make_points(setup));
    setup->key->contributions[0].delta_after = setup->key->delta1;
    return ROAM_OK;
}

enum roam_err setup_dev(struct zkey *out, const struct r1cs_system *system, const struct roam_env *env,
                        const struct roam_progress *progress, struct roam_diag *diag)
{
    struct zkey key;
    ROAM_TRY(setup_rows(&key, system, diag));
    struct dev_setup setup = {.key = &key, .system = system, .progress = progress};
    enum roam_err err = run(&setup, env);
    release(&setup);
    if (err == ROAM_OK)
        *out = key;
    else
        zkey_release(&key);
    return err;
}
