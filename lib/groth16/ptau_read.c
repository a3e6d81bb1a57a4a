#include "ptau_sections.h"

#include "fp.h"

#include <stdlib.h>
#include <string.h>

static enum roam_err read_header(struct ptau *out, const struct binfile *file, struct roam_diag *diag)
{
    struct binfile_cursor header;
    uint32_t power, ceremony_power;
    ROAM_TRY(binfile_section(&header, file, SECTION_HEADER, diag));
    if (!cursor_prime(&header, fp_modulus))
        return roam_diag(diag, ROAM_E_RANGE, "the powers are not for BN254");
    if (!cursor_u32(&header, &power) || !cursor_u32(&header, &ceremony_power) || header.left != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "the ptau header has a wrong length");
    if (power < PTAU_POWER_MIN || power > ceremony_power || ceremony_power > PTAU_POWER_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "power %u of a ceremony of power %u, expected %d to %d", power,
                         ceremony_power, PTAU_POWER_MIN, PTAU_POWER_MAX);
    out->power = power;
    out->ceremony_power = ceremony_power;
    return ROAM_OK;
}

static enum roam_err section_of(const uint8_t **out, const struct binfile *file, uint32_t id, size_t size,
                                struct roam_diag *diag)
{
    struct binfile_cursor section;
    ROAM_TRY(binfile_section(&section, file, id, diag));
    if (section.left != size)
        return roam_diag(diag, ROAM_E_COUNT, "section %u has %zu bytes, expected %zu", id, section.left,
                         size);
    *out = section.at;
    return ROAM_OK;
}

static enum roam_err find_powers(struct ptau *out, const struct binfile *file, struct roam_diag *diag)
{
    size_t n = ptau_size(out->power);
    ROAM_TRY(
        section_of(&out->tau_g1, file, SECTION_TAU_G1, ptau_tau_g1_count(out->power) * G1_FORM_SIZE, diag));
    ROAM_TRY(section_of(&out->tau_g2, file, SECTION_TAU_G2, n * G2_FORM_SIZE, diag));
    ROAM_TRY(section_of(&out->alpha_g1, file, SECTION_ALPHA_G1, n * G1_FORM_SIZE, diag));
    ROAM_TRY(section_of(&out->beta_g1, file, SECTION_BETA_G1, n * G1_FORM_SIZE, diag));
    return section_of(&out->beta_g2, file, SECTION_BETA_G2, G2_FORM_SIZE, diag);
}

static enum roam_err find_lagrange(struct ptau *out, const struct binfile *file, struct roam_diag *diag)
{
    size_t count = ptau_lagrange_count(out->power), count_tau = ptau_lagrange_count(out->power + 1);
    out->prepared = binfile_has(file, SECTION_LAGRANGE_TAU_G1);
    if (!out->prepared) return ROAM_OK;
    ROAM_TRY(
        section_of(&out->lagrange_tau_g1, file, SECTION_LAGRANGE_TAU_G1, count_tau * G1_FORM_SIZE, diag));
    ROAM_TRY(section_of(&out->lagrange_tau_g2, file, SECTION_LAGRANGE_TAU_G2, count * G2_FORM_SIZE, diag));
    ROAM_TRY(
        section_of(&out->lagrange_alpha_g1, file, SECTION_LAGRANGE_ALPHA_G1, count * G1_FORM_SIZE, diag));
    return section_of(&out->lagrange_beta_g1, file, SECTION_LAGRANGE_BETA_G1, count * G1_FORM_SIZE, diag);
}

static enum roam_err get_g1(g1_affine *out, struct binfile_cursor *rest)
{
    const uint8_t *bytes = cursor_take(rest, G1_FORM_SIZE);
    return bytes == NULL ? ROAM_E_FORMAT : g1_from_file(out, bytes);
}

static enum roam_err get_g2(g2_affine *out, struct binfile_cursor *rest)
{
    const uint8_t *bytes = cursor_take(rest, G2_FORM_SIZE);
    if (bytes == NULL) return ROAM_E_FORMAT;
    ROAM_TRY(g2_from_file(out, bytes));
    return g2_affine_is_valid_vartime(out) ? ROAM_OK : ROAM_E_POINT;
}

static enum roam_err get_points(struct ptau_contribution *out, struct binfile_cursor *rest)
{
    struct ptau_key *keys[3] = {&out->tau, &out->alpha, &out->beta};
    ROAM_TRY(get_g1(&out->tau_g1, rest));
    ROAM_TRY(get_g2(&out->tau_g2, rest));
    ROAM_TRY(get_g1(&out->alpha_g1, rest));
    ROAM_TRY(get_g1(&out->beta_g1, rest));
    ROAM_TRY(get_g2(&out->beta_g2, rest));
    for (int i = 0; i < 3; i++) {
        ROAM_TRY(get_g1(&keys[i]->g1_s, rest));
        ROAM_TRY(get_g1(&keys[i]->g1_sx, rest));
    }
    for (int i = 0; i < 3; i++) ROAM_TRY(get_g2(&keys[i]->g2_spx, rest));
    return ROAM_OK;
}

static enum roam_err read_contribution(struct ptau_contribution *out, struct binfile_cursor *rest,
                                       struct roam_diag *diag)
{
    enum roam_err err = get_points(out, rest);
    if (err != ROAM_OK) return roam_diag(diag, err, "a contribution has a malformed point or ends early");
    const uint8_t *state = cursor_take(rest, sizeof out->partial_hash);
    const uint8_t *challenge = cursor_take(rest, sizeof out->next_challenge);
    if (state == NULL || challenge == NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "a contribution ends early");
    memcpy(out->partial_hash, state, sizeof out->partial_hash);
    memcpy(out->next_challenge, challenge, sizeof out->next_challenge);
    return ceremony_note_parse(&out->note, rest, diag);
}

static enum roam_err read_record(struct ptau *out, struct roam_diag *diag)
{
    struct binfile_cursor rest = out->record;
    uint32_t count;
    if (!cursor_u32(&rest, &count))
        return roam_diag(diag, ROAM_E_FORMAT, "the record of contributions is empty");
    for (uint32_t i = 0; i < count; i++) {
        struct ptau_contribution *more = realloc(out->contributions, (i + (size_t)1) * sizeof *more);
        if (more == NULL) return ROAM_E_NOMEM;
        out->contributions = more;
        ROAM_TRY(read_contribution(&more[i], &rest, diag));
        out->contribution_count = i + (size_t)1;
    }
    if (rest.left != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "%zu bytes after the last contribution", rest.left);
    return ROAM_OK;
}

enum roam_err ptau_parse(struct ptau *out, const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    struct binfile file;
    struct ptau ptau = {.end = bytes + size};
    ROAM_TRY(binfile_parse(&file, "ptau", PTAU_VERSION, bytes, size, diag));
    ROAM_TRY(read_header(&ptau, &file, diag));
    ROAM_TRY(find_powers(&ptau, &file, diag));
    ROAM_TRY(find_lagrange(&ptau, &file, diag));
    ROAM_TRY(binfile_section(&ptau.record, &file, SECTION_RECORD, diag));
    enum roam_err err = read_record(&ptau, diag);
    if (err == ROAM_OK)
        *out = ptau;
    else
        ptau_release(&ptau);
    return err;
}

void ptau_release(struct ptau *ptau)
{
    free(ptau->contributions);
    *ptau = (struct ptau){0};
}
