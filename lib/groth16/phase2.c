#include "phase2.h"

#include "ct.h"
#include "point_scale.h"

static enum roam_err apply(struct zkey *key, const struct zkey_contribution *made, const fr *x,
                           unsigned threads, const struct roam_progress *progress)
{
    fr x_inv;
    g1 delta1;
    g2 delta2;
    struct zkey_contribution *contribution;
    g1_from_affine(&delta1, &key->delta1);
    g1_mul(&delta1, &delta1, x);
    g1_to_affine(&key->delta1, &delta1);
    g2_from_affine(&delta2, &key->delta2);
    g2_mul(&delta2, &delta2, x);
    g2_to_affine(&key->delta2, &delta2);
    fr_inv(&x_inv, x);
    size_t private_count = key->wire_count - key->public_count - 1;
    enum roam_err err = g1_scale(key->c, private_count, &x_inv, threads, "scaling C", progress);
    if (err == ROAM_OK) err = g1_scale(key->h, key->domain_size, &x_inv, threads, "scaling H", progress);
    roam_wipe(&x_inv, sizeof x_inv);
    if (err != ROAM_OK) return err;
    ROAM_TRY(zkey_add_contribution(key, &contribution));
    *contribution = *made;
    contribution->delta_after = key->delta1;
    return ROAM_OK;
}

static enum roam_err add_contribution(struct zkey *key, const struct ceremony_note *note,
                                      struct snark_rng *rng, unsigned threads,
                                      const struct roam_progress *progress)
{
    struct zkey_contribution made = {.note = *note};
    fr x;
    phase2_draw(&made, &x, key, rng);
    enum roam_err err = apply(key, &made, &x, threads, progress);
    roam_wipe(&x, sizeof x);
    return err;
}

enum roam_err phase2_contribute(struct zkey *key, const char *name, const char *entropy,
                                const struct roam_env *env, unsigned threads,
                                const struct roam_progress *progress, struct roam_diag *diag)
{
    struct ceremony_note note;
    struct snark_rng rng;
    ROAM_TRY(ceremony_note_person(&note, name, diag));
    ceremony_seed_person(&rng, entropy, env);
    enum roam_err err = add_contribution(key, &note, &rng, threads, progress);
    roam_wipe(&rng, sizeof rng);
    return err;
}

enum roam_err phase2_beacon(struct zkey *key, const char *name, const uint8_t *beacon, size_t beacon_size,
                            unsigned log_iterations, unsigned threads, const struct roam_progress *progress,
                            struct roam_diag *diag)
{
    struct ceremony_note note;
    struct snark_rng rng;
    ROAM_TRY(ceremony_note_beacon(&note, name, beacon, beacon_size, log_iterations, diag));
    ROAM_TRY(ceremony_seed_beacon(&rng, &note, progress));
    return add_contribution(key, &note, &rng, threads, progress);
}
