#include <string.h>

#include "civil.h"
#include "exact_json.h"
#include "ocmf_split.h"

/* Copies an optional member; "" if absent. */
static enum roam_err copy_string(char *out, size_t out_size, const json_t *object, const char *key,
                                 struct roam_diag *diag)
{
    const char *text;
    out[0] = '\0';
    ROAM_TRY(json_find_string(&text, object, key, diag));
    if (text == NULL) return ROAM_OK;
    size_t size = strlen(text);
    if (size >= out_size)
        return roam_diag(diag, ROAM_E_LIMIT, "OCMF: %s of %zu bytes, at most %zu", key, size, out_size - 1);
    memcpy(out, text, size + 1);
    return ROAM_OK;
}

/* "T12345" */
static enum roam_err take_page(struct ocmf_record *out, const json_t *payload, struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_take_string(&text, payload, "PG", diag));
    size_t digits = text[0] == '\0' ? 0 : strspn(text + 1, "0123456789");
    if ((text[0] != 'T' && text[0] != 'F') || digits == 0 || digits > 18 || text[1 + digits] != '\0')
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: pagination \"%.40s\" is not T or F and a number", text);
    out->page_context = text[0];
    out->page = 0;
    for (size_t i = 1; i <= digits; i++) out->page = 10 * out->page + (uint64_t)(text[i] - '0');
    return ROAM_OK;
}

/* "2018-07-24T13:22:04,000+0200 S" */
static enum roam_err take_time(struct ocmf_reading *out, const json_t *entry, struct roam_diag *diag)
{
    const char *text;
    int64_t local_s;
    ROAM_TRY(json_find_string(&text, entry, "TM", diag));
    if (text == NULL) return ROAM_OK;
    if (strlen(text) != 30 || civil_parse(&local_s, text) != ROAM_OK || text[19] != ',' || text[28] != ' ' ||
        strchr("UISR", text[29]) == NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: time \"%.40s\"", text);
    int milliseconds = civil_digits(text + 20, 3);
    int64_t hours = civil_digits(text + 24, 2), minutes = civil_digits(text + 26, 2);
    if (milliseconds < 0 || (text[23] != '+' && text[23] != '-') || hours < 0 || hours > 23 || minutes < 0 ||
        minutes > 59)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: time \"%.40s\"", text);
    int64_t offset_s = (hours * 60 + minutes) * 60;
    out->time_ms = (local_s - (text[23] == '+' ? offset_s : -offset_s)) * 1000 + milliseconds;
    out->time_status = text[29];
    return ROAM_OK;
}

/* A one-letter code; *out stays as inherited when it is absent. */
static enum roam_err take_letter(char *out, const json_t *entry, const char *key, const char *letters,
                                 struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_find_string(&text, entry, key, diag));
    if (text == NULL) return ROAM_OK;
    if (strlen(text) != 1 || strchr(letters, text[0]) == NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: %s is \"%.20s\", one of %s is expected", key, text,
                         letters);
    *out = text[0];
    return ROAM_OK;
}

/* RI and RU come together or not at all. */
static enum roam_err take_register(struct ocmf_reading *out, const json_t *entry, struct roam_diag *diag)
{
    const char *id, *unit;
    ROAM_TRY(json_find_string(&id, entry, "RI", diag));
    ROAM_TRY(json_find_string(&unit, entry, "RU", diag));
    if ((id == NULL) != (unit == NULL))
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: a reading has one of RI and RU without the other");
    if (id == NULL) return ROAM_OK;
    out->unit_decimals = strcmp(unit, "kWh") == 0 ? 4 : strcmp(unit, "Wh") == 0 ? 1 : -1;
    return copy_string(out->register_id, sizeof out->register_id, entry, "RI", diag);
}

/* Some meters write the number as a string padded with spaces: "       9.038". */
static enum roam_err take_padded(struct decimal *out, const char *text, struct roam_diag *diag)
{
    const char *number = text + strspn(text, " ");
    size_t size = strcspn(number, " ");
    enum roam_err err = decimal_parse(out, number, size);
    if (err == ROAM_OK && number[size + strspn(number + size, " ")] != '\0') err = ROAM_E_FORMAT;
    return err == ROAM_OK ? ROAM_OK : roam_diag(diag, err, "OCMF: reading value \"%.40s\"", text);
}

static enum roam_err take_value(struct ocmf_reading *out, const struct exact_json *json, const json_t *entry,
                                struct roam_diag *diag)
{
    const json_t *value = json_object_get(entry, "RV");
    if (!json_is_string(value))
        return exact_json_find_decimal(&out->value, &out->has_value, json, entry, "RV", diag);
    out->has_value = true;
    return take_padded(&out->value, json_string_value(value), diag);
}

static enum roam_err take_error_flags(struct ocmf_reading *out, const json_t *entry, struct roam_diag *diag)
{
    const char *flags;
    ROAM_TRY(json_find_string(&flags, entry, "EF", diag));
    if (flags != NULL) out->energy_lost = strchr(flags, 'E') != NULL;
    return ROAM_OK;
}

/* *out holds the entry before, whose fields stay where this one says nothing. */
static enum roam_err take_reading(struct ocmf_reading *out, const struct exact_json *json,
                                  const json_t *entry, struct roam_diag *diag)
{
    if (!json_is_object(entry))
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: RD holds something that is no object");
    ROAM_TRY(take_time(out, entry, diag));
    ROAM_TRY(take_letter(&out->event, entry, "TX", "BCXELRAPST", diag));
    ROAM_TRY(take_register(out, entry, diag));
    ROAM_TRY(take_value(out, json, entry, diag));
    ROAM_TRY(take_error_flags(out, entry, diag));
    ROAM_TRY(take_letter(&out->status, entry, "ST", "NGTDRMXIOSEF", diag));
    if (out->time_status == '\0' || out->status == '\0')
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: the first reading has no %s",
                         out->status == '\0' ? "ST" : "TM");
    return ROAM_OK;
}

static enum roam_err take_readings(struct ocmf_record *out, const struct exact_json *json,
                                   struct roam_diag *diag)
{
    const json_t *list;
    struct ocmf_reading reading = {.unit_decimals = -1};
    ROAM_TRY(json_take_array(&list, json->root, "RD", diag));
    out->reading_count = json_array_size(list);
    if (out->reading_count == 0) return roam_diag(diag, ROAM_E_FORMAT, "OCMF: RD is empty");
    if (out->reading_count > OCMF_READINGS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "OCMF: %zu readings, at most %d", out->reading_count,
                         OCMF_READINGS_MAX);
    for (size_t i = 0; i < out->reading_count; i++) {
        ROAM_TRY(take_reading(&reading, json, json_array_get(list, i), diag));
        out->reading[i] = reading;
    }
    return ROAM_OK;
}

static enum roam_err take_payload(struct ocmf_record *out, const struct exact_json *json,
                                  struct roam_diag *diag)
{
    const json_t *payload = json->root;
    if (!json_is_object(payload)) return roam_diag(diag, ROAM_E_FORMAT, "OCMF: the payload is no object");
    ROAM_TRY(copy_string(out->gateway_serial, sizeof out->gateway_serial, payload, "GS", diag));
    ROAM_TRY(copy_string(out->meter_serial, sizeof out->meter_serial, payload, "MS", diag));
    ROAM_TRY(copy_string(out->tariff_text, sizeof out->tariff_text, payload, "TT", diag));
    if (out->gateway_serial[0] == '\0' && out->meter_serial[0] == '\0')
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: neither GS nor MS, the source is unknown");
    ROAM_TRY(take_page(out, payload, diag));
    return take_readings(out, json, diag);
}

enum roam_err ocmf_parse(struct ocmf_record *out, struct ocmf_text record, struct roam_diag *diag)
{
    struct ocmf_text payload, signature;
    struct exact_json json;
    ROAM_TRY(ocmf_split(&payload, &signature, record, diag));
    ROAM_TRY(exact_json_parse(&json, payload.text, payload.size, diag));
    enum roam_err err = take_payload(out, &json, diag);
    exact_json_release(&json);
    return err;
}
