#include "zkey.h"

#include "endian.h"
#include "file.h"
#include "point_form.h"
#include "zkey_sections.h"

#include <string.h>

static enum roam_err point_diag(struct roam_diag *diag, enum roam_err err, uint32_t section, size_t index)
{
    return roam_diag(diag, err, "point %zu of section %u is %s", index, section,
                     err == ROAM_E_POINT ? "not in its group" : "not canonical");
}

static enum roam_err get_g1(g1_affine *out, struct binfile_cursor *cursor, struct roam_diag *diag)
{
    const uint8_t *bytes = cursor_take(cursor, G1_FORM_SIZE);
    if (bytes == NULL) return roam_diag(diag, ROAM_E_FORMAT, "a section ends inside a point");
    enum roam_err err = g1_from_file(out, bytes);
    return err == ROAM_OK ? err
                          : roam_diag(diag, err, "a point of the header or the ceremony is not on the curve");
}

static enum roam_err get_g2(g2_affine *out, struct binfile_cursor *cursor, struct roam_diag *diag)
{
    const uint8_t *bytes = cursor_take(cursor, G2_FORM_SIZE);
    if (bytes == NULL) return roam_diag(diag, ROAM_E_FORMAT, "a section ends inside a point");
    enum roam_err err = g2_from_file(out, bytes);
    if (err == ROAM_OK && !g2_affine_is_valid_vartime(out)) err = ROAM_E_POINT;
    return err == ROAM_OK
               ? err
               : roam_diag(diag, err, "a G2 point of the header or the ceremony is not in its group");
}

/* The section, if it has count elements of the given size. */
static enum roam_err section_of(struct binfile_cursor *out, const struct binfile *file, uint32_t id,
                                size_t count, size_t size, struct roam_diag *diag)
{
    ROAM_TRY(binfile_section(out, file, id, diag));
    if (out->left / size == count && out->left % size == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_COUNT, "section %u has %zu bytes, expected %zu elements of %zu", id,
                     out->left, count, size);
}

static enum roam_err read_g1_section(g1_affine *out, const struct binfile *file, uint32_t id, size_t count,
                                     struct roam_diag *diag)
{
    struct binfile_cursor bytes;
    ROAM_TRY(section_of(&bytes, file, id, count, G1_FORM_SIZE, diag));
    for (size_t i = 0; i < count; i++) {
        enum roam_err err = g1_from_file(&out[i], bytes.at + i * G1_FORM_SIZE);
        if (err != ROAM_OK) return point_diag(diag, err, id, i);
    }
    return ROAM_OK;
}

static enum roam_err read_g2_section(g2_affine *out, const struct binfile *file, uint32_t id, size_t count,
                                     bool deep, struct roam_diag *diag)
{
    struct binfile_cursor bytes;
    ROAM_TRY(section_of(&bytes, file, id, count, G2_FORM_SIZE, diag));
    for (size_t i = 0; i < count; i++) {
        enum roam_err err = g2_from_file(&out[i], bytes.at + i * G2_FORM_SIZE);
        if (err == ROAM_OK && deep && !g2_affine_is_valid_vartime(&out[i])) err = ROAM_E_POINT;
        if (err != ROAM_OK) return point_diag(diag, err, id, i);
    }
    return ROAM_OK;
}

static enum roam_err read_protocol(const struct binfile *file, struct roam_diag *diag)
{
    struct binfile_cursor section;
    uint32_t protocol;
    ROAM_TRY(section_of(&section, file, SECTION_PROTOCOL, 1, 4, diag));
    if (cursor_u32(&section, &protocol) && protocol == ZKEY_GROTH16) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "the key is for proof system %u, expected %d (Groth16)",
                     protocol, ZKEY_GROTH16);
}

struct header {
    uint32_t wire_count, public_count, domain_size;
    struct binfile_cursor points;
};

static enum roam_err read_counts(struct header *out, const struct binfile *file, struct roam_diag *diag)
{
    struct binfile_cursor *rest = &out->points;
    ROAM_TRY(binfile_section(rest, file, SECTION_HEADER, diag));
    if (!cursor_prime(rest, fp_modulus) || !cursor_prime(rest, fr_modulus))
        return roam_diag(diag, ROAM_E_RANGE, "the key is not for BN254");
    if (!cursor_u32(rest, &out->wire_count) || !cursor_u32(rest, &out->public_count) ||
        !cursor_u32(rest, &out->domain_size) || rest->left != 3 * G1_FORM_SIZE + 3 * G2_FORM_SIZE)
        return roam_diag(diag, ROAM_E_FORMAT, "the header has a wrong length");
    if (out->public_count >= out->wire_count)
        return roam_diag(diag, ROAM_E_COUNT, "%u public wires and the constant, %u wires in all",
                         out->public_count, out->wire_count);
    if (out->domain_size == 0 || (out->domain_size & (out->domain_size - 1)) != 0 ||
        out->domain_size > (uint32_t)1 << ZKEY_LOG_DOMAIN_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "a domain of %u, expected a power of two up to 2^%d",
                         out->domain_size, ZKEY_LOG_DOMAIN_MAX);
    return ROAM_OK;
}

/* Sizes are compared with the file's before anything is allocated. */
static enum roam_err check_sizes(size_t *term_count, const struct header *header, const struct binfile *file,
                                 struct roam_diag *diag)
{
    struct binfile_cursor section;
    uint32_t terms;
    ROAM_TRY(section_of(&section, file, SECTION_A, header->wire_count, G1_FORM_SIZE, diag));
    ROAM_TRY(section_of(&section, file, SECTION_B2, header->wire_count, G2_FORM_SIZE, diag));
    ROAM_TRY(section_of(&section, file, SECTION_H, header->domain_size, G1_FORM_SIZE, diag));
    ROAM_TRY(binfile_section(&section, file, SECTION_TERMS, diag));
    if (!cursor_u32(&section, &terms) || section.left != (size_t)terms * ZKEY_TERM_SIZE)
        return roam_diag(diag, ROAM_E_COUNT, "the terms do not fill their section");
    *term_count = terms;
    return ROAM_OK;
}

static enum roam_err read_header_points(struct zkey *key, struct binfile_cursor points,
                                        struct roam_diag *diag)
{
    ROAM_TRY(get_g1(&key->alpha1, &points, diag));
    ROAM_TRY(get_g1(&key->beta1, &points, diag));
    ROAM_TRY(get_g2(&key->beta2, &points, diag));
    ROAM_TRY(get_g2(&key->gamma2, &points, diag));
    ROAM_TRY(get_g1(&key->delta1, &points, diag));
    return get_g2(&key->delta2, &points, diag);
}

/* A value v is stored as v R^2 mod r, R = 2^256: read as a Montgomery form it is v R, and 1/R has limbs 1. */
static enum roam_err read_terms(struct zkey *key, const struct binfile *file, struct roam_diag *diag)
{
    static const fr r_inverse = {{1, 0, 0, 0}};
    struct binfile_cursor section;
    ROAM_TRY(binfile_section(&section, file, SECTION_TERMS, diag));
    const uint8_t *at = section.at + 4;
    for (size_t i = 0; i < key->term_count; i++, at += ZKEY_TERM_SIZE) {
        struct zkey_term *term = &key->terms[i];
        term->matrix = load_le32(at);
        term->row = load_le32(at + 4);
        term->wire = load_le32(at + 8);
        if (term->matrix > ZKEY_MATRIX_B || term->row >= key->domain_size || term->wire >= key->wire_count ||
            fr_from_file(&term->value, at + 12) != ROAM_OK)
            return roam_diag(diag, ROAM_E_RANGE, "term %zu (matrix %u, row %u, wire %u) is out of range", i,
                             term->matrix, term->row, term->wire);
        fr_mul(&term->value, &term->value, &r_inverse);
    }
    return ROAM_OK;
}

static enum roam_err read_contribution(struct zkey_contribution *out, struct binfile_cursor *rest,
                                       struct roam_diag *diag)
{
    ROAM_TRY(get_g1(&out->delta_after, rest, diag));
    ROAM_TRY(get_g1(&out->g1_s, rest, diag));
    ROAM_TRY(get_g1(&out->g1_sx, rest, diag));
    ROAM_TRY(get_g2(&out->g2_spx, rest, diag));
    const uint8_t *transcript = cursor_take(rest, sizeof out->transcript);
    if (transcript == NULL) return roam_diag(diag, ROAM_E_FORMAT, "a contribution ends early");
    memcpy(out->transcript, transcript, sizeof out->transcript);
    return ceremony_note_parse(&out->note, rest, diag);
}

static enum roam_err read_ceremony(struct zkey *key, const struct binfile *file, struct roam_diag *diag)
{
    struct binfile_cursor rest;
    struct zkey_contribution *contribution;
    uint32_t count;
    ROAM_TRY(binfile_section(&rest, file, SECTION_CEREMONY, diag));
    const uint8_t *hash = cursor_take(&rest, sizeof key->circuit_hash);
    if (hash == NULL || !cursor_u32(&rest, &count))
        return roam_diag(diag, ROAM_E_FORMAT, "the record of the ceremony ends early");
    memcpy(key->circuit_hash, hash, sizeof key->circuit_hash);
    for (uint32_t i = 0; i < count; i++) {
        ROAM_TRY(zkey_add_contribution(key, &contribution));
        ROAM_TRY(read_contribution(contribution, &rest, diag));
    }
    if (rest.left != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "%zu bytes after the last contribution", rest.left);
    return ROAM_OK;
}

/* Sections that are read need not stay in memory, where a whole file is mapped. */
static void forget_section(const struct binfile *file, uint32_t id, bool mapped)
{
    struct binfile_cursor section;
    if (mapped && binfile_section(&section, file, id, NULL) == ROAM_OK)
        file_map_forget(section.at, section.left);
}

struct reading {
    bool deep, mapped;
    const struct zkey_terms_user *user; /* or NULL */
};

static enum roam_err read_terms_for(struct zkey *key, const struct binfile *file,
                                    const struct reading *reading, struct roam_diag *diag)
{
    ROAM_TRY(read_terms(key, file, diag));
    forget_section(file, SECTION_TERMS, reading->mapped);
    if (reading->user == NULL) return ROAM_OK;
    ROAM_TRY(reading->user->take(reading->user->context, key));
    zkey_release_terms(key);
    return ROAM_OK;
}

static enum roam_err read_all(struct zkey *key, const struct header *header, const struct binfile *file,
                              const struct reading *reading, struct roam_diag *diag)
{
    const struct {
        g1_affine *points;
        uint32_t section;
        size_t count;
    } sums[] = {{key->ic, SECTION_IC, (size_t)key->public_count + 1},
                {key->a, SECTION_A, key->wire_count},
                {key->b1, SECTION_B1, key->wire_count},
                {key->c, SECTION_C, key->wire_count - key->public_count - 1},
                {key->h, SECTION_H, key->domain_size}};
    ROAM_TRY(read_header_points(key, header->points, diag));
    ROAM_TRY(read_terms_for(key, file, reading, diag));
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        ROAM_TRY(read_g1_section(sums[i].points, file, sums[i].section, sums[i].count, diag));
        forget_section(file, sums[i].section, reading->mapped);
    }
    ROAM_TRY(read_g2_section(key->b2, file, SECTION_B2, key->wire_count, reading->deep, diag));
    forget_section(file, SECTION_B2, reading->mapped);
    return read_ceremony(key, file, diag);
}

static unsigned log2_of(uint32_t power_of_two)
{
    unsigned log = 0;
    while (power_of_two >> log > 1) log++;
    return log;
}

static enum roam_err parse(struct zkey *out, const uint8_t *bytes, size_t size, const struct reading *reading,
                           struct roam_diag *diag)
{
    struct binfile file;
    struct header header;
    size_t term_count = 0;
    ROAM_TRY(binfile_parse(&file, "zkey", ZKEY_VERSION, bytes, size, diag));
    ROAM_TRY(read_protocol(&file, diag));
    ROAM_TRY(read_counts(&header, &file, diag));
    ROAM_TRY(check_sizes(&term_count, &header, &file, diag));
    struct zkey key;
    ROAM_TRY(
        zkey_allocate(&key, header.wire_count, header.public_count, log2_of(header.domain_size), term_count));
    enum roam_err err = read_all(&key, &header, &file, reading, diag);
    if (err == ROAM_OK)
        *out = key;
    else
        zkey_release(&key);
    return err;
}

enum roam_err zkey_parse(struct zkey *out, const uint8_t *bytes, size_t size, bool deep,
                         struct roam_diag *diag)
{
    return parse(out, bytes, size, &(const struct reading){.deep = deep}, diag);
}

enum roam_err zkey_parse_to_prove(struct zkey *out, const uint8_t *bytes, size_t size, bool mapped,
                                  const struct zkey_terms_user *user, struct roam_diag *diag)
{
    return parse(out, bytes, size, &(const struct reading){.mapped = mapped, .user = user}, diag);
}

enum roam_err zkey_load(struct zkey *out, const char *path, bool deep, struct roam_diag *diag)
{
    struct roam_map map;
    ROAM_TRY(file_map(&map, path, diag));
    const struct reading reading = {.deep = deep, .mapped = true};
    enum roam_err err = parse(out, map.data, map.size, &reading, diag);
    file_unmap(&map);
    return err;
}
