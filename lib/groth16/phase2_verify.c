#include "phase2.h"

#include "msm.h"
#include "phase2_transcript.h"
#include "point_ratio.h"

#include <stdlib.h>
#include <string.h>

struct verifier {
    const struct zkey *key, *initial;
    const struct roam_env *env;
    unsigned threads;
    const struct roam_progress *progress;
    struct roam_diag *diag;
};

static enum roam_err wrong(const struct verifier *verifier, size_t number, const char *what)
{
    return roam_diag(verifier->diag, ROAM_E_VERIFY, "contribution %zu: %s", number, what);
}

static enum roam_err check_beacon(const struct verifier *verifier, const struct zkey_contribution *now,
                                  size_t index)
{
    struct snark_rng rng;
    struct zkey_contribution expected;
    struct zkey before = *verifier->key;
    fr x;
    ROAM_TRY(ceremony_seed_beacon(&rng, &now->note, verifier->progress));
    before.contribution_count = index;
    phase2_draw(&expected, &x, &before, &rng);
    if (g1_affine_equal(&now->g1_s, &expected.g1_s) && g1_affine_equal(&now->g1_sx, &expected.g1_sx) &&
        g2_affine_equal(&now->g2_spx, &expected.g2_spx))
        return ROAM_OK;
    return wrong(verifier, index + 1, "its key does not come from its beacon");
}

static enum roam_err check_contribution(const struct verifier *verifier, size_t index,
                                        const g1_affine *delta_before)
{
    const struct zkey_contribution *now = &verifier->key->contributions[index];
    uint8_t transcript[BLAKE2B_SIZE];
    g2_affine base;
    transcript_of(transcript, verifier->key, index, &now->g1_s, &now->g1_sx);
    if (memcmp(transcript, now->transcript, sizeof transcript) != 0)
        return wrong(verifier, index + 1, "its transcript does not follow from what was before");
    transcript_to_g2(&base, transcript);
    if (!same_ratio(&now->g1_s, &now->g1_sx, &base, &now->g2_spx))
        return wrong(verifier, index + 1, "its proof of knowledge is false");
    if (!same_ratio(delta_before, &now->delta_after, &base, &now->g2_spx))
        return wrong(verifier, index + 1, "delta does not follow from the contribution before");
    return now->note.kind == CEREMONY_BEACON ? check_beacon(verifier, now, index) : ROAM_OK;
}

static enum roam_err check_delta(const struct verifier *verifier)
{
    const struct zkey *key = verifier->key;
    g1_affine delta = g1_generator;
    for (size_t i = 0; i < key->contribution_count; i++) {
        ROAM_TRY(check_contribution(verifier, i, &delta));
        delta = key->contributions[i].delta_after;
    }
    if (g1_affine_equal(&delta, &g1_generator))
        return roam_diag(verifier->diag, ROAM_E_INSECURE, "delta is still 1");
    if (!g1_affine_equal(&key->delta1, &delta) ||
        !same_ratio(&g1_generator, &delta, &g2_generator, &key->delta2))
        return roam_diag(verifier->diag, ROAM_E_VERIFY, "delta is not what the contributions made");
    return ROAM_OK;
}

static bool terms_equal(const struct zkey *a, const struct zkey *b)
{
    if (a->term_count != b->term_count) return false;
    for (size_t i = 0; i < a->term_count; i++) {
        const struct zkey_term *x = &a->terms[i], *y = &b->terms[i];
        if (x->matrix != y->matrix || x->row != y->row || x->wire != y->wire ||
            !fr_equal(&x->value, &y->value))
            return false;
    }
    return true;
}

/* Field elements are canonical, so equal points have equal bytes. */
static bool fixed_parts_equal(const struct zkey *a, const struct zkey *b)
{
    size_t wires = a->wire_count;
    return g1_affine_equal(&a->alpha1, &b->alpha1) && g1_affine_equal(&a->beta1, &b->beta1) &&
           g2_affine_equal(&a->beta2, &b->beta2) && g2_affine_equal(&a->gamma2, &b->gamma2) &&
           memcmp(a->ic, b->ic, ((size_t)a->public_count + 1) * sizeof *a->ic) == 0 &&
           memcmp(a->a, b->a, wires * sizeof *a->a) == 0 &&
           memcmp(a->b1, b->b1, wires * sizeof *a->b1) == 0 &&
           memcmp(a->b2, b->b2, wires * sizeof *a->b2) == 0;
}

static enum roam_err check_fixed_parts(const struct verifier *verifier)
{
    const struct zkey *key = verifier->key, *initial = verifier->initial;
    if (key->wire_count != initial->wire_count || key->public_count != initial->public_count ||
        key->log_domain != initial->log_domain ||
        memcmp(key->circuit_hash, initial->circuit_hash, sizeof key->circuit_hash) != 0)
        return roam_diag(verifier->diag, ROAM_E_MISMATCH,
                         "the key is of another circuit or other powers of tau");
    if (!terms_equal(key, initial))
        return roam_diag(verifier->diag, ROAM_E_VERIFY, "the constraints in the key are not the circuit's");
    if (!fixed_parts_equal(key, initial))
        return roam_diag(verifier->diag, ROAM_E_VERIFY,
                         "a part of the key that phase 2 leaves alone has changed");
    return ROAM_OK;
}

/* now[i] = before[i] / delta throughout: random sums of both keep the ratio of delta to 1. */
static enum roam_err check_scaled(const struct verifier *verifier, const g1_affine *now,
                                  const g1_affine *before, size_t count, fr_int *scalars, void *msm)
{
    g1 sum_now, sum_before;
    g1_affine p, q;
    if (count == 0) return ROAM_OK;
    for (size_t i = 0; i < count; i++) {
        scalars[i] = (fr_int){{0}};
        env_random(verifier->env, (uint8_t *)scalars[i].limb, 16);
    }
    g1_msm_vartime(&sum_now, now, scalars, count, verifier->threads, msm);
    g1_msm_vartime(&sum_before, before, scalars, count, verifier->threads, msm);
    g1_to_affine(&p, &sum_now);
    g1_to_affine(&q, &sum_before);
    return same_ratio(&p, &q, &g2_generator, &verifier->key->delta2) ? ROAM_OK : ROAM_E_VERIFY;
}

static enum roam_err check_c_and_h(const struct verifier *verifier)
{
    const struct zkey *key = verifier->key, *initial = verifier->initial;
    size_t private_count = key->wire_count - key->public_count - 1;
    size_t count = private_count > key->domain_size ? private_count : key->domain_size;
    fr_int *scalars = malloc(count * sizeof *scalars);
    void *msm = aligned_alloc(64, (g1_msm_scratch_size(count, verifier->threads) + 63) / 64 * 64);
    enum roam_err err = scalars == NULL || msm == NULL ? ROAM_E_NOMEM : ROAM_OK;
    if (err == ROAM_OK) err = check_scaled(verifier, key->c, initial->c, private_count, scalars, msm);
    if (err == ROAM_OK) err = check_scaled(verifier, key->h, initial->h, key->domain_size, scalars, msm);
    free(scalars);
    free(msm);
    if (err != ROAM_E_VERIFY) return err;
    return roam_diag(verifier->diag, err, "C or H was not divided by delta");
}

enum roam_err phase2_verify(const struct zkey *key, const struct zkey *initial, const struct roam_env *env,
                            unsigned threads, const struct roam_progress *progress, struct roam_diag *diag)
{
    struct verifier verifier = {key, initial, env, threads, progress, diag};
    if (zkey_is_insecure(key)) return roam_diag(diag, ROAM_E_INSECURE, "the key was made for development");
    ROAM_TRY(check_fixed_parts(&verifier));
    if (!progress_step(progress, "checking contributions", 0, 2)) return ROAM_E_CANCELLED;
    ROAM_TRY(check_delta(&verifier));
    if (!progress_step(progress, "checking C and H", 1, 2)) return ROAM_E_CANCELLED;
    return check_c_and_h(&verifier);
}
