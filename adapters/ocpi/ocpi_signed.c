#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "ocpi_read.h"

/* Base64 text, allocated and decoded. */
static enum roam_err take_value(struct ocpi_signed_value *out, const json_t *object, struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_take_string(&text, object, "signed_data", diag));
    size_t text_size = strlen(text);
    out->data = malloc(text_size + 1);
    if (out->data == NULL) return ROAM_E_NOMEM;
    if (base64_decode((uint8_t *)out->data, text_size, &out->size, text, text_size) == ROAM_OK)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "OCPI: signed_data is not Base64");
}

/* Start, any number of Intermediate, End: the order in which the records are chained. */
static enum roam_err check_natures(const json_t *values, struct roam_diag *diag)
{
    size_t count = json_array_size(values);
    for (size_t i = 0; i < count; i++) {
        const char *nature;
        ROAM_TRY(json_take_string(&nature, json_array_get(values, i), "nature", diag));
        if (count == 1 && strcmp(nature, "Start") != 0 && strcmp(nature, "Intermediate") != 0) continue;
        if (strcmp(nature, i == 0 ? "Start" : i + 1 == count ? "End" : "Intermediate") == 0 && count > 1)
            continue;
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: signed value %zu of %zu is of nature \"%.32s\"", i + 1,
                         count, nature);
    }
    return ROAM_OK;
}

static enum roam_err take_key(struct ocpi_cdr *out, const json_t *signed_data, struct roam_diag *diag)
{
    const char *key;
    ROAM_TRY(json_find_string(&key, signed_data, "public_key", diag));
    if (key == NULL) return ROAM_OK;
    out->public_key = strdup(key);
    return out->public_key != NULL ? ROAM_OK : ROAM_E_NOMEM;
}

enum roam_err ocpi_read_signed_data(struct ocpi_cdr *out, const json_t *cdr, struct roam_diag *diag)
{
    const json_t *signed_data, *values;
    ROAM_TRY(json_find_object(&signed_data, cdr, "signed_data", diag));
    if (signed_data == NULL) return ROAM_OK;
    ROAM_TRY(ocpi_take_text(out->signed_encoding, sizeof out->signed_encoding, signed_data, "encoding_method",
                            diag));
    ROAM_TRY(take_key(out, signed_data, diag));
    ROAM_TRY(json_take_array(&values, signed_data, "signed_values", diag));
    if (out->signed_encoding[0] == '\0' || json_array_size(values) == 0)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: signed_data is empty");
    if (json_array_size(values) > OCPI_SIGNED_VALUES_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "OCPI: more than %d signed values", OCPI_SIGNED_VALUES_MAX);
    ROAM_TRY(check_natures(values, diag));
    for (size_t i = 0; i < json_array_size(values); i++)
        ROAM_TRY(take_value(&out->signed_value[out->signed_count++], json_array_get(values, i), diag));
    return ROAM_OK;
}
