#include "r1cs_file.h"

#include "binfile.h"
#include "endian.h"
#include "file.h"

#include <stdlib.h>
#include <string.h>

enum { SECTION_HEADER = 1, SECTION_CONSTRAINTS, SECTION_LABELS, SECTION_GATES, SECTION_GATE_USES };
enum { VERSION = 1, TERM_SIZE = 36, CONSTRAINT_SIZE_MIN = 12, LABEL_SIZE = 8 };

static enum roam_err parse_header(struct r1cs_system *out, struct binfile_cursor header,
                                  struct roam_diag *diag)
{
    uint32_t private_inputs;
    uint64_t labels;
    if (!cursor_prime(&header, fr_modulus))
        return roam_diag(diag, ROAM_E_RANGE, "the constraints are not over the scalar field of BN254");
    if (!cursor_u32(&header, &out->wire_count) || !cursor_u32(&header, &out->output_count) ||
        !cursor_u32(&header, &out->public_input_count) || !cursor_u32(&header, &private_inputs) ||
        !cursor_u64(&header, &labels) || !cursor_u32(&header, &out->constraint_count) || header.left != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "the r1cs header has a wrong length");
    uint64_t named = 1 + (uint64_t)out->output_count + out->public_input_count + private_inputs;
    if (named > out->wire_count)
        return roam_diag(diag, ROAM_E_COUNT, "%llu wires have a role, %u exist", (unsigned long long)named,
                         out->wire_count);
    return ROAM_OK;
}

static enum roam_err check_sizes(const struct r1cs_system *system, const struct binfile *file,
                                 struct roam_diag *diag)
{
    struct binfile_cursor labels, constraints;
    ROAM_TRY(binfile_section(&labels, file, SECTION_LABELS, diag));
    ROAM_TRY(binfile_section(&constraints, file, SECTION_CONSTRAINTS, diag));
    if (labels.left / LABEL_SIZE != system->wire_count || labels.left % LABEL_SIZE != 0)
        return roam_diag(diag, ROAM_E_COUNT, "%zu bytes of labels for %u wires", labels.left,
                         system->wire_count);
    if (constraints.left / CONSTRAINT_SIZE_MIN < system->constraint_count)
        return roam_diag(diag, ROAM_E_COUNT, "%u constraints do not fit in %zu bytes",
                         system->constraint_count, constraints.left);
    return ROAM_OK;
}

static enum roam_err allocate(struct r1cs_system *system, size_t constraints_size)
{
    size_t rows = 3 * (size_t)system->constraint_count;
    size_t terms = constraints_size / TERM_SIZE; /* rows that lie about their length may take all of it */
    system->row_start = malloc((rows + 1) * sizeof *system->row_start);
    system->wire = malloc((terms + 1) * sizeof *system->wire);
    system->coeff = malloc((terms + 1) * sizeof *system->coeff);
    bool good = system->row_start != NULL && system->wire != NULL && system->coeff != NULL;
    return good ? ROAM_OK : ROAM_E_NOMEM;
}

static enum roam_err parse_term(uint32_t *wire, fr *coeff, struct binfile_cursor *rest, uint32_t wire_count,
                                struct roam_diag *diag)
{
    const uint8_t *term = cursor_take(rest, TERM_SIZE);
    if (term == NULL) return roam_diag(diag, ROAM_E_FORMAT, "the constraints end inside a term");
    *wire = load_le32(term);
    if (*wire >= wire_count)
        return roam_diag(diag, ROAM_E_RANGE, "wire %u in a constraint, %u wires exist", *wire, wire_count);
    if (fr_from_le(coeff, term + 4) != ROAM_OK)
        return roam_diag(diag, ROAM_E_RANGE, "a coefficient of wire %u is not less than r", *wire);
    return ROAM_OK;
}

struct term {
    uint32_t wire;
    fr coeff;
};

static int by_wire(const void *a, const void *b)
{
    uint32_t x = ((const struct term *)a)->wire, y = ((const struct term *)b)->wire;
    return x < y ? -1 : x > y;
}

static enum roam_err sort_row(struct r1cs_system *system, size_t begin, size_t end)
{
    struct term *terms = malloc((end - begin + 1) * sizeof *terms);
    if (terms == NULL) return ROAM_E_NOMEM;
    for (size_t i = begin; i < end; i++) terms[i - begin] = (struct term){system->wire[i], system->coeff[i]};
    qsort(terms, end - begin, sizeof *terms, by_wire);
    for (size_t i = begin; i < end; i++) {
        system->wire[i] = terms[i - begin].wire;
        system->coeff[i] = terms[i - begin].coeff;
    }
    free(terms);
    return ROAM_OK;
}

static enum roam_err parse_row(struct r1cs_system *system, struct binfile_cursor *rest,
                               struct roam_diag *diag)
{
    size_t begin = (size_t)system->term_count, end = begin;
    uint32_t terms;
    if (!cursor_u32(rest, &terms)) return roam_diag(diag, ROAM_E_FORMAT, "the constraints end early");
    bool ascending = true;
    for (uint32_t i = 0; i < terms; i++) {
        ROAM_TRY(parse_term(&system->wire[end], &system->coeff[end], rest, system->wire_count, diag));
        if (fr_is_zero(&system->coeff[end])) continue;
        ascending = ascending && (end == begin || system->wire[end - 1] < system->wire[end]);
        end++;
    }
    if (!ascending) ROAM_TRY(sort_row(system, begin, end));
    for (size_t i = begin + 1; !ascending && i < end; i++)
        if (system->wire[i - 1] == system->wire[i])
            return roam_diag(diag, ROAM_E_FORMAT, "wire %u comes twice in one linear combination",
                             system->wire[i]);
    system->term_count = end;
    return ROAM_OK;
}

static enum roam_err parse_constraints(struct r1cs_system *system, struct binfile_cursor rest,
                                       struct roam_diag *diag)
{
    size_t rows = 3 * (size_t)system->constraint_count;
    system->row_start[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        ROAM_TRY(parse_row(system, &rest, diag));
        system->row_start[row + 1] = system->term_count;
    }
    if (rest.left != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "%zu bytes after the last constraint", rest.left);
    return ROAM_OK;
}

enum roam_err r1cs_parse(struct r1cs_system *out, const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    struct binfile file;
    struct binfile_cursor header, constraints;
    struct r1cs_system system = {0};
    ROAM_TRY(binfile_parse(&file, "r1cs", VERSION, bytes, size, diag));
    ROAM_TRY(binfile_section(&header, &file, SECTION_HEADER, diag));
    if (binfile_has(&file, SECTION_GATES) || binfile_has(&file, SECTION_GATE_USES))
        return roam_diag(diag, ROAM_E_UNSUPPORTED,
                         "the circuit uses custom gates, which Groth16 does not have");
    ROAM_TRY(parse_header(&system, header, diag));
    ROAM_TRY(check_sizes(&system, &file, diag));
    ROAM_TRY(binfile_section(&constraints, &file, SECTION_CONSTRAINTS, diag));
    enum roam_err err = allocate(&system, constraints.left);
    if (err == ROAM_OK) err = parse_constraints(&system, constraints, diag);
    if (err == ROAM_OK)
        *out = system;
    else
        r1cs_release(&system);
    return err;
}

enum roam_err r1cs_load(struct r1cs_system *out, const char *path, struct roam_diag *diag)
{
    struct roam_map map;
    ROAM_TRY(file_map(&map, path, diag));
    enum roam_err err = r1cs_parse(out, map.data, map.size, diag);
    file_unmap(&map);
    return err;
}

void r1cs_release(struct r1cs_system *system)
{
    free(system->row_start);
    free(system->wire);
    free(system->coeff);
    *system = (struct r1cs_system){0};
}

static enum roam_err put_header(struct roam_buf *out, const struct r1cs_system *system)
{
    size_t section;
    ROAM_TRY(binfile_begin_section(out, SECTION_HEADER, &section));
    ROAM_TRY(binfile_put_prime(out, fr_modulus));
    ROAM_TRY(binfile_put_u32(out, system->wire_count));
    ROAM_TRY(binfile_put_u32(out, system->output_count));
    ROAM_TRY(binfile_put_u32(out, system->public_input_count));
    ROAM_TRY(binfile_put_u32(out, 0));
    ROAM_TRY(binfile_put_u64(out, system->wire_count));
    ROAM_TRY(binfile_put_u32(out, system->constraint_count));
    binfile_end_section(out, section);
    return ROAM_OK;
}

static enum roam_err put_row(struct roam_buf *out, const struct r1cs_system *system, size_t row)
{
    size_t begin = (size_t)system->row_start[row], end = (size_t)system->row_start[row + 1];
    uint8_t *at = buf_extend(out, 4 + TERM_SIZE * (end - begin));
    if (at == NULL) return ROAM_E_NOMEM;
    store_le32(at, (uint32_t)(end - begin));
    at += 4;
    for (size_t i = begin; i < end; i++, at += TERM_SIZE) {
        store_le32(at, system->wire[i]);
        fr_to_le(at + 4, &system->coeff[i]);
    }
    return ROAM_OK;
}

enum roam_err r1cs_serialize(struct roam_buf *out, const struct r1cs_system *system)
{
    size_t section;
    ROAM_TRY(binfile_begin(out, "r1cs", VERSION));
    ROAM_TRY(put_header(out, system));
    ROAM_TRY(binfile_begin_section(out, SECTION_CONSTRAINTS, &section));
    for (size_t row = 0; row < 3 * (size_t)system->constraint_count; row++)
        ROAM_TRY(put_row(out, system, row));
    binfile_end_section(out, section);
    ROAM_TRY(binfile_begin_section(out, SECTION_LABELS, &section));
    for (uint32_t wire = 0; wire < system->wire_count; wire++) ROAM_TRY(binfile_put_u64(out, wire));
    binfile_end_section(out, section);
    return ROAM_OK;
}
