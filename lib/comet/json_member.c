#include "json_member.h"

#include <string.h>

#include "hex.h"

const char *comet_printable(char *out, size_t room, const char *text, size_t size)
{
    size_t i;
    for (i = 0; i < size && i + 1 < room; i++) out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    out[i] = 0;
    return out;
}

enum roam_err comet_member_object(const json_t **out, const json_t *object, const char *name,
                                  struct roam_diag *diag)
{
    *out = json_object_get(object, name);
    if (json_is_object(*out)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not an object", name);
}

enum roam_err comet_member_list(const json_t **out, const json_t *object, const char *name,
                                struct roam_diag *diag)
{
    *out = json_object_get(object, name);
    if (json_is_array(*out)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not a list", name);
}

enum roam_err comet_member_text(const char **out, size_t *size, const json_t *object, const char *name,
                                struct roam_diag *diag)
{
    const json_t *value = json_object_get(object, name);
    *out = json_string_value(value);
    *size = json_string_length(value);
    if (*out != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not a string", name);
}

/* "0", or digits without a zero in front, perhaps behind a minus sign; within 64 bits. */
static bool parse_i64(int64_t *out, const char *text, size_t size)
{
    const bool negative = size > 0 && text[0] == '-';
    const char *digits = text + negative;
    const size_t count = size - negative;
    int64_t value = 0;
    if (count == 0 || (digits[0] == '0' && size > 1)) return false;
    for (size_t i = 0; i < count; i++) {
        const int digit = digits[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *out = value;
    return true;
}

enum roam_err comet_member_i64(int64_t *out, const json_t *object, const char *name, struct roam_diag *diag)
{
    const char *text;
    size_t size;
    ROAM_TRY(comet_member_text(&text, &size, object, name, diag));
    char shown[30];
    if (parse_i64(out, text, size)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is '%s', not a 64-bit integer", name,
                     comet_printable(shown, sizeof shown, text, size));
}

enum roam_err comet_member_small(uint32_t *out, const json_t *object, const char *name, uint32_t maximum,
                                 struct roam_diag *diag)
{
    const json_t *value = json_object_get(object, name);
    const json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > (json_int_t)maximum)
        return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not an integer of 0..%u", name, maximum);
    *out = (uint32_t)number;
    return ROAM_OK;
}

enum roam_err comet_member_time(struct comet_time *out, const json_t *object, const char *name,
                                struct roam_diag *diag)
{
    const char *text;
    size_t size;
    ROAM_TRY(comet_member_text(&text, &size, object, name, diag));
    char shown[40];
    if (comet_time_parse(out, text, size) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is '%s', not a time in UTC", name,
                     comet_printable(shown, sizeof shown, text, size));
}

enum roam_err comet_member_hex(uint8_t *out, size_t bytes, const json_t *object, const char *name,
                               struct roam_diag *diag)
{
    const char *text;
    size_t size;
    ROAM_TRY(comet_member_text(&text, &size, object, name, diag));
    if (hex_decode(out, bytes, text, size) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not %zu hexadecimal digits", name, 2 * bytes);
}

enum roam_err comet_member_base64(uint8_t *out, size_t bytes, const json_t *object, const char *name,
                                  struct roam_diag *diag)
{
    const char *text;
    size_t size, decoded;
    ROAM_TRY(comet_member_text(&text, &size, object, name, diag));
    if (base64_decode(out, bytes, &decoded, text, size) == ROAM_OK && decoded == bytes) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not %zu bytes in Base64", name, bytes);
}

enum roam_err comet_member_hash(struct comet_hash *out, const json_t *object, const char *name,
                                struct roam_diag *diag)
{
    const char *text;
    size_t size;
    *out = (struct comet_hash){0};
    ROAM_TRY(comet_member_text(&text, &size, object, name, diag));
    if (size / 2 > COMET_HASH_SIZE || hex_decode(out->byte, size / 2, text, size) != ROAM_OK)
        return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not up to %d bytes in hexadecimal digits", name,
                         COMET_HASH_SIZE);
    out->size = (uint8_t)(size / 2);
    return ROAM_OK;
}

enum roam_err comet_member_chain_id(char out[COMET_CHAIN_ID_MAX + 1], const json_t *object, const char *name,
                                    struct roam_diag *diag)
{
    const char *text;
    size_t size;
    ROAM_TRY(comet_member_text(&text, &size, object, name, diag));
    ROAM_TRY(comet_chain_id_check(text, size, diag));
    memset(out, 0, COMET_CHAIN_ID_MAX + 1);
    memcpy(out, text, size);
    return ROAM_OK;
}

enum roam_err comet_in_entry(enum roam_err err, const char *list, size_t index, struct roam_diag *diag)
{
    if (err == ROAM_OK || diag == NULL) return err;
    const struct roam_diag inner = *diag;
    roam_diag_clear(diag);
    return roam_diag(diag, err, "%s[%zu]: %.400s", list, index, inner.text);
}
