#include "ptau_sections.h"

#include "ntt.h"
#include "point_ratio.h"
#include "ptau_hash.h"
#include "ptau_key.h"

#include <stdlib.h>
#include <string.h>

struct verifier {
    const struct ptau *ptau;
    const struct ptau_contribution *last;
    struct point_scan scan;
    struct roam_diag *diag;
};

static enum roam_err wrong(const struct verifier *verifier, size_t number, const char *what)
{
    return roam_diag(verifier->diag, ROAM_E_VERIFY, "contribution %zu: %s", number, what);
}

static bool key_equal(const struct ptau_key *a, const struct ptau_key *b)
{
    return g1_affine_equal(&a->g1_s, &b->g1_s) && g1_affine_equal(&a->g1_sx, &b->g1_sx) &&
           g2_affine_equal(&a->g2_spx, &b->g2_spx);
}

static enum roam_err check_beacon(const struct verifier *verifier, const struct ptau_contribution *now,
                                  const uint8_t challenge[64], size_t number)
{
    struct snark_rng rng;
    struct ptau_secrets secrets;
    struct ptau_contribution expected = {0};
    ROAM_TRY(ceremony_seed_beacon(&rng, &now->note, verifier->scan.progress));
    ptau_draw(&secrets, &expected, challenge, &rng);
    if (key_equal(&now->tau, &expected.tau) && key_equal(&now->alpha, &expected.alpha) &&
        key_equal(&now->beta, &expected.beta))
        return ROAM_OK;
    return wrong(verifier, number, "its keys do not come from its beacon");
}

/* The key proves knowledge; *base is where it did so in G2. */
static bool check_key(g2_affine *base, const struct ptau_key *key, enum ptau_secret which,
                      const uint8_t challenge[64])
{
    ptau_key_base(base, which, challenge, &key->g1_s, &key->g1_sx);
    return same_ratio(&key->g1_s, &key->g1_sx, base, &key->g2_spx);
}

static enum roam_err check_contribution(const struct verifier *verifier, const struct ptau_contribution *now,
                                        const struct ptau_contribution *before, size_t number)
{
    g2_affine tau_base, alpha_base, beta_base;
    const uint8_t *challenge = before->next_challenge;
    if (now->note.kind == CEREMONY_BEACON) ROAM_TRY(check_beacon(verifier, now, challenge, number));
    if (!check_key(&tau_base, &now->tau, PTAU_TAU, challenge) ||
        !check_key(&alpha_base, &now->alpha, PTAU_ALPHA, challenge) ||
        !check_key(&beta_base, &now->beta, PTAU_BETA, challenge))
        return wrong(verifier, number, "a proof of knowledge does not answer the challenge");
    if (!same_ratio(&before->tau_g1, &now->tau_g1, &tau_base, &now->tau.g2_spx) ||
        !same_ratio(&now->tau.g1_s, &now->tau.g1_sx, &before->tau_g2, &now->tau_g2))
        return wrong(verifier, number, "tau does not follow from the contribution before");
    if (!same_ratio(&before->alpha_g1, &now->alpha_g1, &alpha_base, &now->alpha.g2_spx))
        return wrong(verifier, number, "alpha does not follow from the contribution before");
    if (!same_ratio(&before->beta_g1, &now->beta_g1, &beta_base, &now->beta.g2_spx) ||
        !same_ratio(&now->beta.g1_s, &now->beta.g1_sx, &before->beta_g2, &now->beta_g2))
        return wrong(verifier, number, "beta does not follow from the contribution before");
    return ROAM_OK;
}

static enum roam_err check_contributions(const struct verifier *verifier)
{
    const struct ptau *ptau = verifier->ptau;
    struct ptau_contribution start = {.tau_g1 = g1_generator,
                                      .alpha_g1 = g1_generator,
                                      .beta_g1 = g1_generator,
                                      .tau_g2 = g2_generator,
                                      .beta_g2 = g2_generator};
    ROAM_TRY(ptau_first_challenge(start.next_challenge, ptau->ceremony_power, verifier->scan.progress));
    for (size_t i = 0; i < ptau->contribution_count; i++)
        ROAM_TRY(check_contribution(verifier, &ptau->contributions[i],
                                    i == 0 ? &start : &ptau->contributions[i - 1], i + 1));
    if (g1_affine_equal(&verifier->last->tau_g1, &g1_generator) ||
        g1_affine_equal(&verifier->last->alpha_g1, &g1_generator) ||
        g1_affine_equal(&verifier->last->beta_g1, &g1_generator))
        return roam_diag(verifier->diag, ROAM_E_INSECURE, "tau, alpha or beta is still 1");
    return ROAM_OK;
}

static enum roam_err section_diag(const struct verifier *verifier, enum roam_err err, const char *section)
{
    if (err == ROAM_E_VERIFY)
        return roam_diag(verifier->diag, err, "%s: the points are not what the contributions say", section);
    if (err == ROAM_E_POINT || err == ROAM_E_RANGE)
        return roam_diag(verifier->diag, err, "%s: a point is not in its group", section);
    return err;
}

/* Points first, first * tau, first * tau^2 .. in G1 */
static enum roam_err check_g1_series(const struct verifier *verifier, const uint8_t *points, size_t count,
                                     const g1_affine *first)
{
    g1_affine sum, next, found;
    ROAM_TRY(g1_series_sums(&sum, &next, points, count, &verifier->scan));
    ROAM_TRY(g1_from_file(&found, points));
    bool good =
        g1_affine_equal(&found, first) && same_ratio(&sum, &next, &g2_generator, &verifier->last->tau_g2);
    return good ? ROAM_OK : ROAM_E_VERIFY;
}

static enum roam_err check_g2_series(const struct verifier *verifier)
{
    g2_affine sum, next, first, second, beta;
    const struct ptau *ptau = verifier->ptau;
    ROAM_TRY(g2_series_sums(&sum, &next, ptau->tau_g2, ptau_size(ptau->power), &verifier->scan));
    ROAM_TRY(g2_from_file(&first, ptau->tau_g2));
    ROAM_TRY(g2_from_file(&second, ptau->tau_g2 + G2_FORM_SIZE));
    ROAM_TRY(g2_from_file(&beta, ptau->beta_g2));
    bool good = g2_affine_equal(&first, &g2_generator) && g2_affine_equal(&second, &verifier->last->tau_g2) &&
                g2_affine_equal(&beta, &verifier->last->beta_g2) &&
                same_ratio(&g1_generator, &verifier->last->tau_g1, &sum, &next);
    return good ? ROAM_OK : ROAM_E_VERIFY;
}

/* tau^1 in G1 is the one of the record because both have the ratio to the generator that tau in G2 has. */
static enum roam_err check_powers(struct verifier *verifier)
{
    const struct ptau *ptau = verifier->ptau;
    const struct ptau_contribution *last = verifier->last;
    size_t n = ptau_size(ptau->power), count = ptau_tau_g1_count(ptau->power);
    verifier->scan.what = "powers of tau in G1";
    ROAM_TRY(
        section_diag(verifier, check_g1_series(verifier, ptau->tau_g1, count, &g1_generator), "tau in G1"));
    verifier->scan.what = "powers of tau in G2";
    ROAM_TRY(section_diag(verifier, check_g2_series(verifier), "tau or beta in G2"));
    verifier->scan.what = "powers times alpha";
    ROAM_TRY(
        section_diag(verifier, check_g1_series(verifier, ptau->alpha_g1, n, &last->alpha_g1), "alpha tau"));
    verifier->scan.what = "powers times beta";
    return section_diag(verifier, check_g1_series(verifier, ptau->beta_g1, n, &last->beta_g1), "beta tau");
}

/* Not possible in a file that was cut down: the hash is over the whole. */
static enum roam_err check_hash(const struct verifier *verifier)
{
    struct blake2b_stream hash;
    uint8_t digest[BLAKE2B_SIZE];
    if (verifier->ptau->power != verifier->ptau->ceremony_power) return ROAM_OK;
    if (ptau_response_hash(digest, verifier->last) != ROAM_OK)
        return roam_diag(verifier->diag, ROAM_E_VERIFY, "the last contribution's hash state is impossible");
    blake2b_stream_init(&hash);
    blake2b_stream_update(&hash, digest, sizeof digest);
    ROAM_TRY(ptau_hash_powers(&hash, verifier->ptau, false));
    blake2b_stream_digest(digest, &hash);
    if (memcmp(digest, verifier->last->next_challenge, sizeof digest) == 0) return ROAM_OK;
    return roam_diag(verifier->diag, ROAM_E_VERIFY, "the last challenge is not the hash of the powers");
}

/* One size of the Lagrange forms. With random r and R its transform, sum r_i P_i = sum R_j L_j. */
struct lagrange_check {
    fr *r;
    void *domain_memory;
};

static void draw_scalars(fr *r, size_t have, size_t size, const struct roam_env *env)
{
    uint64_t halves[2];
    for (size_t i = 0; i < size; i++) {
        env_random(env, (uint8_t *)halves, sizeof halves);
        fr_from_u128(&r[i], halves[0], halves[1]);
        if (i >= have) r[i] = fr_zero;
    }
}

static void transform(struct lagrange_check *check, unsigned log_size, unsigned threads)
{
    struct ntt_domain domain;
    ntt_domain_init(&domain, log_size, check->domain_memory);
    ntt_forward(&domain, check->r, threads);
}

static enum roam_err check_g1_lagrange(const struct verifier *verifier, struct lagrange_check *check,
                                       const uint8_t *powers, size_t have, const uint8_t *lagrange,
                                       unsigned log_size)
{
    g1_affine from_powers, from_lagrange;
    size_t size = ptau_size(log_size), some = have < size ? have : size;
    draw_scalars(check->r, have, size, verifier->scan.env);
    ROAM_TRY(g1_file_sum(&from_powers, powers, check->r, some, &verifier->scan));
    transform(check, log_size, verifier->scan.threads);
    lagrange += ptau_lagrange_offset(log_size) * G1_FORM_SIZE;
    ROAM_TRY(g1_file_sum(&from_lagrange, lagrange, check->r, size, &verifier->scan));
    return g1_affine_equal(&from_powers, &from_lagrange) ? ROAM_OK : ROAM_E_VERIFY;
}

static enum roam_err check_g2_lagrange(const struct verifier *verifier, struct lagrange_check *check,
                                       unsigned log_size)
{
    g2_affine from_powers, from_lagrange;
    size_t size = ptau_size(log_size);
    const uint8_t *lagrange = verifier->ptau->lagrange_tau_g2 + ptau_lagrange_offset(log_size) * G2_FORM_SIZE;
    draw_scalars(check->r, size, size, verifier->scan.env);
    ROAM_TRY(g2_file_sum(&from_powers, verifier->ptau->tau_g2, check->r, size, &verifier->scan));
    transform(check, log_size, verifier->scan.threads);
    ROAM_TRY(g2_file_sum(&from_lagrange, lagrange, check->r, size, &verifier->scan));
    return g2_affine_equal(&from_powers, &from_lagrange) ? ROAM_OK : ROAM_E_VERIFY;
}

static enum roam_err check_sizes(const struct verifier *verifier, struct lagrange_check *check)
{
    const struct ptau *ptau = verifier->ptau;
    size_t n = ptau_size(ptau->power), tau_count = ptau_tau_g1_count(ptau->power);
    for (unsigned log = 0; log <= ptau->power + 1; log++)
        ROAM_TRY(check_g1_lagrange(verifier, check, ptau->tau_g1, tau_count, ptau->lagrange_tau_g1, log));
    for (unsigned log = 0; log <= ptau->power; log++) {
        ROAM_TRY(check_g2_lagrange(verifier, check, log));
        ROAM_TRY(check_g1_lagrange(verifier, check, ptau->alpha_g1, n, ptau->lagrange_alpha_g1, log));
        ROAM_TRY(check_g1_lagrange(verifier, check, ptau->beta_g1, n, ptau->lagrange_beta_g1, log));
    }
    return ROAM_OK;
}

static enum roam_err check_prepared(struct verifier *verifier)
{
    unsigned log_max = verifier->ptau->power + 1;
    struct lagrange_check check;
    if (!verifier->ptau->prepared) return ROAM_OK;
    verifier->scan.what = "Lagrange forms";
    check.r = malloc(ptau_size(log_max) * sizeof *check.r);
    check.domain_memory = aligned_alloc(64, (ntt_domain_scratch_size(log_max) + 63) / 64 * 64);
    enum roam_err err = ROAM_E_NOMEM;
    if (check.r != NULL && check.domain_memory != NULL) err = check_sizes(verifier, &check);
    free(check.r);
    free(check.domain_memory);
    return section_diag(verifier, err, "Lagrange forms");
}

enum roam_err ptau_verify(const struct ptau *ptau, const struct roam_env *env, unsigned threads,
                          const struct roam_progress *progress, struct roam_diag *diag)
{
    if (ptau->contribution_count == 0)
        return roam_diag(diag, ROAM_E_INSECURE, "nobody has contributed: tau, alpha and beta are 1");
    struct verifier verifier = {.ptau = ptau,
                                .last = &ptau->contributions[ptau->contribution_count - 1],
                                .scan = {"", threads, env, progress},
                                .diag = diag};
    ROAM_TRY(check_contributions(&verifier));
    ROAM_TRY(check_powers(&verifier));
    ROAM_TRY(check_hash(&verifier));
    return check_prepared(&verifier);
}
