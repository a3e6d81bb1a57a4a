#include "json_fields.h"

#include <stdlib.h>
#include <string.h>

#include "ct.h"
#include "decimal.h"
#include "file.h"
#include "hex.h"

enum { JSON_FILE_MAX = 16 << 20 };

enum roam_err json_load_secret(json_t **out, const char *path, struct roam_diag *diag)
{
    uint8_t *text;
    size_t size;
    json_error_t error;
    ROAM_TRY(file_read(&text, &size, path, JSON_FILE_MAX, diag));
    *out = json_loadb((char *)text, size, JSON_REJECT_DUPLICATES, &error);
    roam_wipe(text, size);
    free(text);
    if (*out != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "%s:%d:%d: %s", path, error.line, error.column, error.text);
}

enum roam_err json_save_new(const json_t *object, bool is_public, const char *path, struct roam_diag *diag)
{
    char *text = json_dumps(object, JSON_INDENT(2));
    ROAM_ASSERT(text != NULL);
    enum roam_err err = file_write_new(path, text, strlen(text), is_public ? 0644 : 0600, diag);
    roam_wipe(text, strlen(text));
    free(text);
    return err;
}

enum roam_err json_hex(const json_t *object, const char *member, uint8_t *out, size_t size,
                       struct roam_diag *diag)
{
    const char *text = json_string_value(json_object_get(object, member));
    if (text != NULL && hex_decode(out, size, text, strlen(text)) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not %zu hexadecimal digits", member, 2 * size);
}

enum roam_err json_u64(const json_t *object, const char *member, uint64_t *out, struct roam_diag *diag)
{
    const json_t *value = json_object_get(object, member);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not a non-negative integer", member);
    *out = (uint64_t)json_integer_value(value);
    return ROAM_OK;
}

enum roam_err json_minor(const json_t *object, const char *member, uint64_t *out, struct roam_diag *diag)
{
    const char *text = json_string_value(json_object_get(object, member));
    struct decimal value;
    if (text != NULL && decimal_parse(&value, text, strlen(text)) == ROAM_OK &&
        decimal_to_u64(out, &value, 0) == ROAM_OK)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not a whole number in a string", member);
}
