#include "binfile.h"

#include "endian.h"

#include <string.h>

enum { HEADER_SIZE = 12, COUNT_OFFSET = 8, SECTION_HEADER_SIZE = 12, PRIME_SIZE = 32 };

bool cursor_u32(struct binfile_cursor *cursor, uint32_t *value)
{
    const uint8_t *p = cursor_take(cursor, 4);
    if (p != NULL) *value = load_le32(p);
    return p != NULL;
}

bool cursor_u64(struct binfile_cursor *cursor, uint64_t *value)
{
    const uint8_t *p = cursor_take(cursor, 8);
    if (p != NULL) *value = load_le64(p);
    return p != NULL;
}

const uint8_t *cursor_take(struct binfile_cursor *cursor, size_t size)
{
    if (cursor->at == NULL || size > cursor->left) return NULL;
    const uint8_t *taken = cursor->at;
    cursor->at += size;
    cursor->left -= size;
    return taken;
}

bool cursor_prime(struct binfile_cursor *cursor, const uint64_t modulus[4])
{
    uint32_t size;
    if (!cursor_u32(cursor, &size) || size != PRIME_SIZE) return false;
    const uint8_t *p = cursor_take(cursor, PRIME_SIZE);
    for (size_t i = 0; p != NULL && i < 4; i++)
        if (load_le64(p + 8 * i) != modulus[i]) return false;
    return p != NULL;
}

static enum roam_err add_section(struct binfile *file, struct binfile_cursor *rest, struct roam_diag *diag)
{
    uint32_t id;
    uint64_t size;
    if (!cursor_u32(rest, &id) || !cursor_u64(rest, &size))
        return roam_diag(diag, ROAM_E_FORMAT, "the file ends inside a section header");
    if (size > rest->left)
        return roam_diag(diag, ROAM_E_FORMAT, "section %u says %llu bytes, %zu are left", id,
                         (unsigned long long)size, rest->left);
    if (binfile_has(file, id)) return roam_diag(diag, ROAM_E_FORMAT, "section %u comes twice", id);
    file->section[file->section_count].id = id;
    file->section[file->section_count].bytes = (struct binfile_cursor){rest->at, (size_t)size};
    file->section_count++;
    (void)cursor_take(rest, (size_t)size);
    return ROAM_OK;
}

enum roam_err binfile_parse(struct binfile *out, const char *type, uint32_t version, const uint8_t *bytes,
                            size_t size, struct roam_diag *diag)
{
    struct binfile_cursor rest = {bytes, size};
    const uint8_t *letters = cursor_take(&rest, 4);
    uint32_t found_version, count;
    if (letters == NULL || memcmp(letters, type, 4) != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "not a %s file", type);
    if (!cursor_u32(&rest, &found_version) || !cursor_u32(&rest, &count))
        return roam_diag(diag, ROAM_E_FORMAT, "the %s file ends inside its header", type);
    if (found_version != version)
        return roam_diag(diag, ROAM_E_VERSION, "%s version %u, expected %u", type, found_version, version);
    if (count > BINFILE_SECTIONS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "%u sections, at most %d are read", count, BINFILE_SECTIONS_MAX);
    out->section_count = 0;
    for (uint32_t i = 0; i < count; i++) ROAM_TRY(add_section(out, &rest, diag));
    if (rest.left != 0) return roam_diag(diag, ROAM_E_FORMAT, "%zu bytes after the last section", rest.left);
    return ROAM_OK;
}

static const struct binfile_cursor *find(const struct binfile *file, uint32_t id)
{
    for (size_t i = 0; i < file->section_count; i++)
        if (file->section[i].id == id) return &file->section[i].bytes;
    return NULL;
}

bool binfile_has(const struct binfile *file, uint32_t id) { return find(file, id) != NULL; }

enum roam_err binfile_section(struct binfile_cursor *out, const struct binfile *file, uint32_t id,
                              struct roam_diag *diag)
{
    const struct binfile_cursor *found = find(file, id);
    if (found == NULL) return roam_diag(diag, ROAM_E_FORMAT, "section %u is missing", id);
    *out = *found;
    return ROAM_OK;
}

enum roam_err binfile_put_u32(struct roam_buf *out, uint32_t value)
{
    uint8_t bytes[4];
    store_le32(bytes, value);
    return buf_append(out, bytes, sizeof bytes);
}

enum roam_err binfile_put_u64(struct roam_buf *out, uint64_t value)
{
    uint8_t bytes[8];
    store_le64(bytes, value);
    return buf_append(out, bytes, sizeof bytes);
}

enum roam_err binfile_put_prime(struct roam_buf *out, const uint64_t modulus[4])
{
    ROAM_TRY(binfile_put_u32(out, PRIME_SIZE));
    for (size_t i = 0; i < 4; i++) ROAM_TRY(binfile_put_u64(out, modulus[i]));
    return ROAM_OK;
}

enum roam_err binfile_begin(struct roam_buf *out, const char *type, uint32_t version)
{
    ROAM_ASSERT(out->size == 0);
    ROAM_TRY(buf_append(out, type, 4));
    ROAM_TRY(binfile_put_u32(out, version));
    return binfile_put_u32(out, 0);
}

enum roam_err binfile_begin_section(struct roam_buf *out, uint32_t id, size_t *section)
{
    *section = out->size;
    ROAM_TRY(binfile_put_u32(out, id));
    return binfile_put_u64(out, 0);
}

void binfile_end_section(struct roam_buf *out, size_t section)
{
    ROAM_ASSERT(out->size >= section + SECTION_HEADER_SIZE && section >= HEADER_SIZE);
    store_le64(out->data + section + 4, out->size - section - SECTION_HEADER_SIZE);
    store_le32(out->data + COUNT_OFFSET, load_le32(out->data + COUNT_OFFSET) + 1);
}
