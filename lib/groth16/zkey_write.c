#include "zkey.h"

#include "endian.h"
#include "point_form.h"
#include "zkey_sections.h"

static enum roam_err put_g1(struct roam_buf *out, const g1_affine *points, size_t count)
{
    uint8_t *at = buf_extend(out, count * G1_FORM_SIZE);
    if (at == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < count; i++) g1_to_file(at + i * G1_FORM_SIZE, &points[i]);
    return ROAM_OK;
}

static enum roam_err put_g2(struct roam_buf *out, const g2_affine *points, size_t count)
{
    uint8_t *at = buf_extend(out, count * G2_FORM_SIZE);
    if (at == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < count; i++) g2_to_file(at + i * G2_FORM_SIZE, &points[i]);
    return ROAM_OK;
}

static enum roam_err put_g1_section(struct roam_buf *out, uint32_t id, const g1_affine *points, size_t count)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, id, &section));
    ROAM_TRY(put_g1(out, points, count));
    binfile_end_section(out, section);
    return ROAM_OK;
}

static enum roam_err put_header(struct roam_buf *out, const struct zkey *key)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, SECTION_PROTOCOL, &section));
    ROAM_TRY(binfile_put_u32(out, ZKEY_GROTH16));
    binfile_end_section(out, section);
    ROAM_TRY(binfile_begin_section(out, SECTION_HEADER, &section));
    ROAM_TRY(binfile_put_prime(out, fp_modulus));
    ROAM_TRY(binfile_put_prime(out, fr_modulus));
    ROAM_TRY(binfile_put_u32(out, key->wire_count));
    ROAM_TRY(binfile_put_u32(out, key->public_count));
    ROAM_TRY(binfile_put_u32(out, (uint32_t)key->domain_size));
    ROAM_TRY(put_g1(out, &key->alpha1, 1));
    ROAM_TRY(put_g1(out, &key->beta1, 1));
    ROAM_TRY(put_g2(out, &key->beta2, 1));
    ROAM_TRY(put_g2(out, &key->gamma2, 1));
    ROAM_TRY(put_g1(out, &key->delta1, 1));
    ROAM_TRY(put_g2(out, &key->delta2, 1));
    binfile_end_section(out, section);
    return ROAM_OK;
}

/* 2^256 mod r, the factor that takes a Montgomery form v R to the stored v R^2. */
static void montgomery_factor(fr *out)
{
    fr_from_u128(out, 0, 1);
    fr_sqr(out, out);
    fr_sqr(out, out);
}

static enum roam_err put_terms(struct roam_buf *out, const struct zkey *key)
{
    size_t section;
    fr factor, stored;
    montgomery_factor(&factor);
    ROAM_TRY(binfile_begin_section(out, SECTION_TERMS, &section));
    ROAM_TRY(binfile_put_u32(out, (uint32_t)key->term_count));
    uint8_t *at = buf_extend(out, key->term_count * ZKEY_TERM_SIZE);
    if (at == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < key->term_count; i++, at += ZKEY_TERM_SIZE) {
        store_le32(at, key->terms[i].matrix);
        store_le32(at + 4, key->terms[i].row);
        store_le32(at + 8, key->terms[i].wire);
        fr_mul(&stored, &key->terms[i].value, &factor);
        fr_to_file(at + 12, &stored);
    }
    binfile_end_section(out, section);
    return ROAM_OK;
}

static enum roam_err put_contribution(struct roam_buf *out, const struct zkey_contribution *contribution)
{
    ROAM_TRY(put_g1(out, &contribution->delta_after, 1));
    ROAM_TRY(put_g1(out, &contribution->g1_s, 1));
    ROAM_TRY(put_g1(out, &contribution->g1_sx, 1));
    ROAM_TRY(put_g2(out, &contribution->g2_spx, 1));
    ROAM_TRY(buf_append(out, contribution->transcript, sizeof contribution->transcript));
    return ceremony_note_serialize(out, &contribution->note);
}

static enum roam_err put_ceremony(struct roam_buf *out, const struct zkey *key)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, SECTION_CEREMONY, &section));
    ROAM_TRY(buf_append(out, key->circuit_hash, sizeof key->circuit_hash));
    ROAM_TRY(binfile_put_u32(out, (uint32_t)key->contribution_count));
    for (size_t i = 0; i < key->contribution_count; i++)
        ROAM_TRY(put_contribution(out, &key->contributions[i]));
    binfile_end_section(out, section);
    return ROAM_OK;
}

enum roam_err zkey_serialize(struct roam_buf *out, const struct zkey *key)
{
    size_t section;
    ROAM_TRY(binfile_begin(out, "zkey", ZKEY_VERSION));
    ROAM_TRY(put_header(out, key));
    ROAM_TRY(put_g1_section(out, SECTION_IC, key->ic, (size_t)key->public_count + 1));
    ROAM_TRY(put_terms(out, key));
    ROAM_TRY(put_g1_section(out, SECTION_A, key->a, key->wire_count));
    ROAM_TRY(put_g1_section(out, SECTION_B1, key->b1, key->wire_count));
    ROAM_TRY(binfile_begin_section(out, SECTION_B2, &section));
    ROAM_TRY(put_g2(out, key->b2, key->wire_count));
    binfile_end_section(out, section);
    ROAM_TRY(put_g1_section(out, SECTION_C, key->c, key->wire_count - key->public_count - 1));
    ROAM_TRY(put_g1_section(out, SECTION_H, key->h, key->domain_size));
    return put_ceremony(out, key);
}
