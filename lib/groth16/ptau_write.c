#include "ptau_sections.h"

enum roam_err ptau_put_header(struct roam_buf *out, unsigned power, unsigned ceremony_power)
{
    size_t section;
    ROAM_TRY(binfile_begin(out, "ptau", PTAU_VERSION));
    ROAM_TRY(binfile_begin_section(out, SECTION_HEADER, &section));
    ROAM_TRY(binfile_put_prime(out, fp_modulus));
    ROAM_TRY(binfile_put_u32(out, power));
    ROAM_TRY(binfile_put_u32(out, ceremony_power));
    binfile_end_section(out, section);
    return ROAM_OK;
}

static enum roam_err put_g1(struct roam_buf *out, const g1_affine *p)
{
    uint8_t bytes[G1_FORM_SIZE];
    g1_to_file(bytes, p);
    return buf_append(out, bytes, sizeof bytes);
}

static enum roam_err put_g2(struct roam_buf *out, const g2_affine *p)
{
    uint8_t bytes[G2_FORM_SIZE];
    g2_to_file(bytes, p);
    return buf_append(out, bytes, sizeof bytes);
}

enum roam_err ptau_put_contribution(struct roam_buf *out, const struct ptau_contribution *contribution)
{
    const struct ptau_key *keys[3] = {&contribution->tau, &contribution->alpha, &contribution->beta};
    ROAM_TRY(put_g1(out, &contribution->tau_g1));
    ROAM_TRY(put_g2(out, &contribution->tau_g2));
    ROAM_TRY(put_g1(out, &contribution->alpha_g1));
    ROAM_TRY(put_g1(out, &contribution->beta_g1));
    ROAM_TRY(put_g2(out, &contribution->beta_g2));
    for (int i = 0; i < 3; i++) {
        ROAM_TRY(put_g1(out, &keys[i]->g1_s));
        ROAM_TRY(put_g1(out, &keys[i]->g1_sx));
    }
    for (int i = 0; i < 3; i++) ROAM_TRY(put_g2(out, &keys[i]->g2_spx));
    ROAM_TRY(buf_append(out, contribution->partial_hash, sizeof contribution->partial_hash));
    ROAM_TRY(buf_append(out, contribution->next_challenge, sizeof contribution->next_challenge));
    return ceremony_note_serialize(out, &contribution->note);
}

static enum roam_err put_repeated(struct roam_buf *out, uint32_t id, const uint8_t *point, size_t size,
                                  size_t count)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, id, &section));
    for (size_t i = 0; i < count; i++) ROAM_TRY(buf_append(out, point, size));
    binfile_end_section(out, section);
    return ROAM_OK;
}

enum roam_err ptau_new(struct roam_buf *out, unsigned power, struct roam_diag *diag)
{
    uint8_t g1_bytes[G1_FORM_SIZE], g2_bytes[G2_FORM_SIZE];
    static const uint8_t no_contributions[4] = {0};
    if (power < PTAU_POWER_MIN || power > PTAU_POWER_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "power %u, expected %d to %d", power, PTAU_POWER_MIN,
                         PTAU_POWER_MAX);
    g1_to_file(g1_bytes, &g1_generator);
    g2_to_file(g2_bytes, &g2_generator);
    size_t n = ptau_size(power);
    ROAM_TRY(ptau_put_header(out, power, power));
    ROAM_TRY(put_repeated(out, SECTION_TAU_G1, g1_bytes, sizeof g1_bytes, ptau_tau_g1_count(power)));
    ROAM_TRY(put_repeated(out, SECTION_TAU_G2, g2_bytes, sizeof g2_bytes, n));
    ROAM_TRY(put_repeated(out, SECTION_ALPHA_G1, g1_bytes, sizeof g1_bytes, n));
    ROAM_TRY(put_repeated(out, SECTION_BETA_G1, g1_bytes, sizeof g1_bytes, n));
    ROAM_TRY(put_repeated(out, SECTION_BETA_G2, g2_bytes, sizeof g2_bytes, 1));
    return put_repeated(out, SECTION_RECORD, no_contributions, sizeof no_contributions, 1);
}
