#include "wtns_file.h"

#include "binfile.h"
#include "ct.h"
#include "file.h"

#include <stdlib.h>

enum { SECTION_HEADER = 1, SECTION_VALUES, VERSION = 2, VALUE_SIZE = 32 };

static enum roam_err parse_values(fr *witness, uint32_t count, const uint8_t *values, struct roam_diag *diag)
{
    for (uint32_t i = 0; i < count; i++)
        if (fr_from_le(&witness[i], values + (size_t)i * VALUE_SIZE) != ROAM_OK)
            return roam_diag(diag, ROAM_E_RANGE, "value %u of the witness is not less than r", i);
    if (count == 0 || !fr_equal(&witness[0], &fr_one))
        return roam_diag(diag, ROAM_E_RANGE, "value 0 of the witness is not 1");
    return ROAM_OK;
}

enum roam_err wtns_parse(fr **witness, size_t *count, const uint8_t *bytes, size_t size,
                         struct roam_diag *diag)
{
    struct binfile file;
    struct binfile_cursor header, values;
    uint32_t expected;
    ROAM_TRY(binfile_parse(&file, "wtns", VERSION, bytes, size, diag));
    ROAM_TRY(binfile_section(&header, &file, SECTION_HEADER, diag));
    ROAM_TRY(binfile_section(&values, &file, SECTION_VALUES, diag));
    if (!cursor_prime(&header, fr_modulus))
        return roam_diag(diag, ROAM_E_RANGE, "the witness is not over the scalar field of BN254");
    if (!cursor_u32(&header, &expected) || header.left != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "the witness header has a wrong length");
    if (values.left / VALUE_SIZE != expected || values.left % VALUE_SIZE != 0)
        return roam_diag(diag, ROAM_E_COUNT, "%zu bytes for %u values", values.left, expected);
    fr *out = malloc(((size_t)expected + 1) * sizeof *out);
    if (out == NULL) return ROAM_E_NOMEM;
    enum roam_err err = parse_values(out, expected, values.at, diag);
    if (err != ROAM_OK) {
        wtns_release(out, expected);
        return err;
    }
    *witness = out;
    *count = expected;
    return ROAM_OK;
}

enum roam_err wtns_load(fr **witness, size_t *count, const char *path, struct roam_diag *diag)
{
    struct roam_map map;
    ROAM_TRY(file_map(&map, path, diag));
    enum roam_err err = wtns_parse(witness, count, map.data, map.size, diag);
    file_unmap(&map);
    return err;
}

void wtns_release(fr *witness, size_t count)
{
    if (witness != NULL) roam_wipe(witness, count * sizeof *witness);
    free(witness);
}

enum roam_err wtns_serialize(struct roam_buf *out, const fr *witness, size_t count)
{
    size_t section;
    ROAM_ASSERT(count <= UINT32_MAX);
    ROAM_TRY(binfile_begin(out, "wtns", VERSION));
    ROAM_TRY(binfile_begin_section(out, SECTION_HEADER, &section));
    ROAM_TRY(binfile_put_prime(out, fr_modulus));
    ROAM_TRY(binfile_put_u32(out, (uint32_t)count));
    binfile_end_section(out, section);
    ROAM_TRY(binfile_begin_section(out, SECTION_VALUES, &section));
    uint8_t *at = buf_extend(out, count * VALUE_SIZE);
    if (at == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < count; i++) fr_to_le(at + i * VALUE_SIZE, &witness[i]);
    binfile_end_section(out, section);
    return ROAM_OK;
}
