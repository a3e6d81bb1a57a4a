#include "ptau_sections.h"

#include "ct.h"
#include "point_scale.h"
#include "ptau_hash.h"
#include "ptau_key.h"

struct work {
    struct roam_buf *out;
    unsigned threads;
    const struct roam_progress *progress;
};

typedef enum roam_err scale_file(uint8_t *out, const uint8_t *in, size_t count,
                                 const struct point_series *series, unsigned threads, const char *what,
                                 const struct roam_progress *progress);

/* Appends a section of `in` times the series. *offset: where its points are in out. */
static enum roam_err scale_section(size_t *offset, struct work *work, uint32_t id, scale_file *scale,
                                   const uint8_t *in, size_t point_size, size_t count, const fr *first,
                                   const fr *step, const char *what)
{
    size_t section;
    struct point_series series = {*first, *step};
    ROAM_TRY(binfile_begin_section(work->out, id, &section));
    *offset = work->out->size;
    uint8_t *at = buf_extend(work->out, count * point_size);
    enum roam_err err =
        at == NULL ? ROAM_E_NOMEM : scale(at, in, count, &series, work->threads, what, work->progress);
    roam_wipe(&series, sizeof series);
    if (err == ROAM_OK) binfile_end_section(work->out, section);
    return err;
}

/* Writes sections 1 to 6 of the new file and makes *made a view of them. */
static enum roam_err scale_all(struct ptau *made, struct work *work, const struct ptau *ptau,
                               const struct ptau_secrets *secrets)
{
    size_t n = ptau_size(ptau->power), offset[5];
    const fr *tau = &secrets->tau, *alpha = &secrets->alpha, *beta = &secrets->beta;
    ROAM_TRY(ptau_put_header(work->out, ptau->power, ptau->power));
    ROAM_TRY(scale_section(&offset[0], work, SECTION_TAU_G1, g1_scale_file, ptau->tau_g1, G1_FORM_SIZE,
                           ptau_tau_g1_count(ptau->power), &fr_one, tau, "powers of tau in G1"));
    ROAM_TRY(scale_section(&offset[1], work, SECTION_TAU_G2, g2_scale_file, ptau->tau_g2, G2_FORM_SIZE, n,
                           &fr_one, tau, "powers of tau in G2"));
    ROAM_TRY(scale_section(&offset[2], work, SECTION_ALPHA_G1, g1_scale_file, ptau->alpha_g1, G1_FORM_SIZE, n,
                           alpha, tau, "powers times alpha"));
    ROAM_TRY(scale_section(&offset[3], work, SECTION_BETA_G1, g1_scale_file, ptau->beta_g1, G1_FORM_SIZE, n,
                           beta, tau, "powers times beta"));
    ROAM_TRY(scale_section(&offset[4], work, SECTION_BETA_G2, g2_scale_file, ptau->beta_g2, G2_FORM_SIZE, 1,
                           beta, tau, "beta in G2"));
    const uint8_t *data = work->out->data;
    *made = (struct ptau){.power = ptau->power,
                          .ceremony_power = ptau->power,
                          .tau_g1 = data + offset[0],
                          .tau_g2 = data + offset[1],
                          .alpha_g1 = data + offset[2],
                          .beta_g1 = data + offset[3],
                          .beta_g2 = data + offset[4]};
    return ROAM_OK;
}

/* What the contribution says about the powers that it left, and the hashes over them. */
static enum roam_err describe(struct ptau_contribution *out, const struct ptau *made,
                              const uint8_t challenge[64])
{
    struct blake2b_stream hash;
    uint8_t response[BLAKE2B_SIZE];
    ROAM_TRY(g1_from_file(&out->tau_g1, made->tau_g1 + G1_FORM_SIZE));
    ROAM_TRY(g2_from_file(&out->tau_g2, made->tau_g2 + G2_FORM_SIZE));
    ROAM_TRY(g1_from_file(&out->alpha_g1, made->alpha_g1));
    ROAM_TRY(g1_from_file(&out->beta_g1, made->beta_g1));
    ROAM_TRY(g2_from_file(&out->beta_g2, made->beta_g2));
    blake2b_stream_init(&hash);
    blake2b_stream_update(&hash, challenge, BLAKE2B_SIZE);
    ROAM_TRY(ptau_hash_powers(&hash, made, true));
    blake2b_stream_save(out->partial_hash, &hash);
    ptau_finish_response(response, &hash, out);
    blake2b_stream_init(&hash);
    blake2b_stream_update(&hash, response, sizeof response);
    ROAM_TRY(ptau_hash_powers(&hash, made, false));
    blake2b_stream_digest(out->next_challenge, &hash);
    return ROAM_OK;
}

/* The old contributions as they stand, then the new one. */
static enum roam_err put_record(struct roam_buf *out, const struct ptau *ptau,
                                const struct ptau_contribution *contribution)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, SECTION_RECORD, &section));
    ROAM_TRY(binfile_put_u32(out, (uint32_t)ptau->contribution_count + 1));
    ROAM_TRY(buf_append(out, ptau->record.at + 4, ptau->record.left - 4));
    ROAM_TRY(ptau_put_contribution(out, contribution));
    binfile_end_section(out, section);
    return ROAM_OK;
}

static enum roam_err add_contribution(struct work *work, const struct ptau *ptau,
                                      const struct ceremony_note *note, struct snark_rng *rng)
{
    struct ptau_contribution contribution = {.note = *note};
    struct ptau_secrets secrets;
    struct ptau made;
    uint8_t first[BLAKE2B_SIZE], *challenge = first;
    if (ptau->contribution_count > 0)
        challenge = ptau->contributions[ptau->contribution_count - 1].next_challenge;
    else
        ROAM_TRY(ptau_first_challenge(first, ptau->power, work->progress));
    ptau_draw(&secrets, &contribution, challenge, rng);
    enum roam_err err = scale_all(&made, work, ptau, &secrets);
    roam_wipe(&secrets, sizeof secrets);
    if (err == ROAM_OK) err = describe(&contribution, &made, challenge);
    return err == ROAM_OK ? put_record(work->out, ptau, &contribution) : err;
}

static enum roam_err check_whole(const struct ptau *ptau, struct roam_diag *diag)
{
    if (ptau->power == ptau->ceremony_power) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "the file was cut down from power %u to %u",
                     ptau->ceremony_power, ptau->power);
}

enum roam_err ptau_contribute(struct roam_buf *out, const struct ptau *ptau, const char *name,
                              const char *entropy, const struct roam_env *env, unsigned threads,
                              const struct roam_progress *progress, struct roam_diag *diag)
{
    struct ceremony_note note;
    struct snark_rng rng;
    ROAM_TRY(check_whole(ptau, diag));
    ROAM_TRY(ceremony_note_person(&note, name, diag));
    ceremony_seed_person(&rng, entropy, env);
    enum roam_err err = add_contribution(&(struct work){out, threads, progress}, ptau, &note, &rng);
    roam_wipe(&rng, sizeof rng);
    return err;
}

enum roam_err ptau_beacon(struct roam_buf *out, const struct ptau *ptau, const char *name,
                          const uint8_t *beacon, size_t beacon_size, unsigned log_iterations,
                          unsigned threads, const struct roam_progress *progress, struct roam_diag *diag)
{
    struct ceremony_note note;
    struct snark_rng rng;
    ROAM_TRY(check_whole(ptau, diag));
    ROAM_TRY(ceremony_note_beacon(&note, name, beacon, beacon_size, log_iterations, diag));
    ROAM_TRY(ceremony_seed_beacon(&rng, &note, progress));
    return add_contribution(&(struct work){out, threads, progress}, ptau, &note, &rng);
}
