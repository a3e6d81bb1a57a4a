#include "exact_json.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t skip_digits(const char *text, size_t size, size_t i)
{
    while (i < size && is_digit(text[i])) i++;
    return i;
}

/* A number ends the document or is followed by one of these: else two indices could run together into a
 * third. */
static bool ends_number(const char *text, size_t size, size_t i)
{
    return i == size || (text[i] != '\0' && strchr(" \t\r\n,]}", text[i]) != NULL);
}

/* RFC 8259: -? (0 | [1-9] digits) (. digits+)? ([eE] [+-]? digits+)?   Size of the number at text, 0 if
 * malformed. */
static size_t number_size(const char *text, size_t size)
{
    size_t i = size > 0 && text[0] == '-', start = i;
    i = skip_digits(text, size, i);
    if (i == start || (text[start] == '0' && i > start + 1)) return 0;
    if (i < size && text[i] == '.') {
        start = ++i;
        i = skip_digits(text, size, i);
        if (i == start) return 0;
    }
    if (i < size && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (i < size && (text[i] == '+' || text[i] == '-')) i++;
        start = i;
        i = skip_digits(text, size, i);
        if (i == start) return 0;
    }
    return ends_number(text, size, i) ? i : 0;
}

/* Size of the string at text, its quotes included; all of it if the end is missing (jansson then refuses it).
 */
static size_t string_size(const char *text, size_t size)
{
    for (size_t i = 1; i < size; i++) {
        if (text[i] == '\\')
            i++;
        else if (text[i] == '"')
            return i + 1;
    }
    return size;
}

static enum roam_err take_number(struct exact_json *out, struct roam_buf *skeleton, size_t *i, size_t size,
                                 struct roam_diag *diag)
{
    size_t length = number_size(out->text + *i, size - *i);
    if (length == 0) return roam_diag(diag, ROAM_E_FORMAT, "JSON: malformed number at byte %zu", *i);
    ROAM_TRY(buf_printf(skeleton, "%zu", out->number_count));
    out->number[out->number_count++] = (struct exact_json_number){*i, length};
    *i += length;
    return ROAM_OK;
}

/* Copies text to skeleton with its numbers replaced; number has room for every number a text of this size can
 * hold. */
static enum roam_err replace_numbers(struct exact_json *out, struct roam_buf *skeleton, size_t size,
                                     struct roam_diag *diag)
{
    for (size_t i = 0; i < size;) {
        if (is_digit(out->text[i]) || out->text[i] == '-') {
            ROAM_TRY(take_number(out, skeleton, &i, size, diag));
            continue;
        }
        size_t length = out->text[i] == '"' ? string_size(out->text + i, size - i) : 1;
        ROAM_TRY(buf_append(skeleton, out->text + i, length));
        i += length;
    }
    return ROAM_OK;
}

static enum roam_err load(struct exact_json *out, const struct roam_buf *skeleton, struct roam_diag *diag)
{
    json_error_t error;
    out->root = json_loadb((const char *)skeleton->data, skeleton->size,
                           JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (out->root != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "JSON: %s (line %d)", error.text, error.line);
}

static size_t count_starts(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) count += is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1]));
    return count;
}

enum roam_err exact_json_parse(struct exact_json *out, const char *text, size_t size, struct roam_diag *diag)
{
    if (size > EXACT_JSON_SIZE_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "JSON: %zu bytes, at most %d are read", size,
                         EXACT_JSON_SIZE_MAX);
    struct exact_json json = {.text = text};
    struct roam_buf skeleton;
    json.number = calloc(count_starts(text, size) + 1, sizeof *json.number);
    if (json.number == NULL) return ROAM_E_NOMEM;
    buf_init(&skeleton, 8 * size + 64);
    enum roam_err err = replace_numbers(&json, &skeleton, size, diag);
    if (err == ROAM_OK) err = load(&json, &skeleton, diag);
    buf_release(&skeleton);
    if (err != ROAM_OK) {
        exact_json_release(&json);
        return err;
    }
    *out = json;
    return ROAM_OK;
}

void exact_json_release(struct exact_json *json)
{
    json_decref(json->root);
    free(json->number);
    *json = (struct exact_json){0};
}

/* The member, NULL when it is absent or null. */
static enum roam_err find(const json_t **out, const json_t *object, const char *key, json_type type,
                          const char *type_name, struct roam_diag *diag)
{
    const json_t *value = json_object_get(object, key);
    *out = value == NULL || json_is_null(value) ? NULL : value;
    if (*out == NULL || json_typeof(value) == type) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is not %s", key, type_name);
}

static enum roam_err require(const void *value, const char *key, struct roam_diag *diag)
{
    return value != NULL ? ROAM_OK : roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is missing", key);
}

enum roam_err json_find_string(const char **out, const json_t *object, const char *key,
                               struct roam_diag *diag)
{
    const json_t *value;
    ROAM_TRY(find(&value, object, key, JSON_STRING, "a string", diag));
    *out = value == NULL ? NULL : json_string_value(value);
    return ROAM_OK;
}

enum roam_err json_find_array(const json_t **out, const json_t *object, const char *key,
                              struct roam_diag *diag)
{
    return find(out, object, key, JSON_ARRAY, "an array", diag);
}

enum roam_err json_find_object(const json_t **out, const json_t *object, const char *key,
                               struct roam_diag *diag)
{
    return find(out, object, key, JSON_OBJECT, "an object", diag);
}

enum roam_err json_find_bool(bool *out, const json_t *object, const char *key, struct roam_diag *diag)
{
    const json_t *value = json_object_get(object, key);
    *out = json_is_true(value);
    if (value == NULL || json_is_null(value) || json_is_boolean(value)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is not true or false", key);
}

enum roam_err json_take_string(const char **out, const json_t *object, const char *key,
                               struct roam_diag *diag)
{
    ROAM_TRY(json_find_string(out, object, key, diag));
    return require(*out, key, diag);
}

enum roam_err json_take_array(const json_t **out, const json_t *object, const char *key,
                              struct roam_diag *diag)
{
    ROAM_TRY(json_find_array(out, object, key, diag));
    return require(*out, key, diag);
}

enum roam_err json_take_object(const json_t **out, const json_t *object, const char *key,
                               struct roam_diag *diag)
{
    ROAM_TRY(json_find_object(out, object, key, diag));
    return require(*out, key, diag);
}

/* value is one of the tree's integers. */
static enum roam_err read_number(struct decimal *out, const struct exact_json *json, const json_t *value,
                                 const char *name, struct roam_diag *diag)
{
    json_int_t index = json_integer_value(value);
    ROAM_ASSERT(index >= 0 && (uint64_t)index < json->number_count);
    const struct exact_json_number *number = &json->number[index];
    enum roam_err err = decimal_parse(out, json->text + number->offset, number->size);
    if (err == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, err, "\"%s\" is %.*s: too many digits", name,
                     (int)(number->size < 60 ? number->size : 60), json->text + number->offset);
}

enum roam_err exact_json_find_decimal(struct decimal *out, bool *present, const struct exact_json *json,
                                      const json_t *object, const char *key, struct roam_diag *diag)
{
    const json_t *value;
    ROAM_TRY(find(&value, object, key, JSON_INTEGER, "a number", diag));
    *present = value != NULL;
    return *present ? read_number(out, json, value, key, diag) : ROAM_OK;
}

enum roam_err exact_json_decimal(struct decimal *out, const struct exact_json *json, const json_t *object,
                                 const char *key, struct roam_diag *diag)
{
    bool present;
    ROAM_TRY(exact_json_find_decimal(out, &present, json, object, key, diag));
    return require(present ? out : NULL, key, diag);
}

static enum roam_err to_u64(uint64_t *out, const struct decimal *value, uint64_t maximum, const char *name,
                            struct roam_diag *diag)
{
    if (decimal_to_u64(out, value, 0) == ROAM_OK && *out <= maximum) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "\"%s\" is not an integer from 0 to %llu", name,
                     (unsigned long long)maximum);
}

enum roam_err exact_json_u64(uint64_t *out, const struct exact_json *json, const json_t *object,
                             const char *key, uint64_t maximum, struct roam_diag *diag)
{
    struct decimal value;
    ROAM_TRY(exact_json_decimal(&value, json, object, key, diag));
    return to_u64(out, &value, maximum, key, diag);
}

enum roam_err exact_json_element_u64(uint64_t *out, const struct exact_json *json, const json_t *array,
                                     size_t index, const char *name, uint64_t maximum, struct roam_diag *diag)
{
    struct decimal value;
    const json_t *element = json_array_get(array, index);
    if (!json_is_integer(element))
        return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" holds something other than numbers", name);
    ROAM_TRY(read_number(&value, json, element, name, diag));
    return to_u64(out, &value, maximum, name, diag);
}

enum roam_err json_only_keys(const json_t *object, const char *const *keys, struct roam_diag *diag)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const char *const *known = keys;
        while (*known != NULL && strcmp(*known, key) != 0) known++;
        if (*known == NULL) return roam_diag(diag, ROAM_E_FORMAT, "\"%.60s\" is not a known field", key);
    }
    return ROAM_OK;
}
