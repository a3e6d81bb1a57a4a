#include <string.h>

#include "exact_json.h"
#include "hex.h"
#include "rounding_name.h"
#include "usage_json.h"

/* "0" or digits without leading zeros, below 2^bits. */
static enum roam_err text_to_u128(u128 *out, const char *text, int bits, const char *name,
                                  struct roam_diag *diag)
{
    size_t size = strlen(text);
    *out = 0;
    if (size == 0 || size > 25 || strspn(text, "0123456789") != size || (text[0] == '0' && size > 1))
        return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is \"%.40s\", not a decimal integer", name, text);
    for (size_t i = 0; i < size; i++) *out = 10 * *out + (unsigned)(text[i] - '0');
    if (*out >> bits == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "\"%s\" is %s, below 2^%d is expected", name, text, bits);
}

static enum roam_err take_u128(u128 *out, const json_t *object, const char *key, int bits,
                               struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_take_string(&text, object, key, diag));
    return text_to_u128(out, text, bits, key, diag);
}

static enum roam_err take_u64(uint64_t *out, const json_t *object, const char *key, struct roam_diag *diag)
{
    u128 value;
    ROAM_TRY(take_u128(&value, object, key, 64, diag));
    *out = (uint64_t)value;
    return ROAM_OK;
}

static enum roam_err take_u32(uint32_t *out, const struct exact_json *json, const json_t *object,
                              const char *key, struct roam_diag *diag)
{
    uint64_t value;
    ROAM_TRY(exact_json_u64(&value, json, object, key, UINT32_MAX, diag));
    *out = (uint32_t)value;
    return ROAM_OK;
}

static enum roam_err take_bytes(uint8_t out[32], const json_t *object, const char *key,
                                struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_take_string(&text, object, key, diag));
    if (hex_decode(out, 32, text, strlen(text)) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "\"%s\" is not 64 hexadecimal digits", key);
}

/* {"net": "", "gross": ""} */
static enum roam_err take_amounts(u128 out[USAGE_COLUMNS], const json_t *object, const char *key, int bits,
                                  struct roam_diag *diag)
{
    static const char *const keys[] = {"net", "gross", NULL};
    const json_t *pair;
    ROAM_TRY(json_take_object(&pair, object, key, diag));
    ROAM_TRY(json_only_keys(pair, keys, diag));
    ROAM_TRY(take_u128(&out[USAGE_NET], pair, "net", bits, diag));
    return take_u128(&out[USAGE_GROSS], pair, "gross", bits, diag);
}

static enum roam_err take_limits(uint64_t out[USAGE_COLUMNS], const json_t *object, const char *key,
                                 struct roam_diag *diag)
{
    u128 amount[USAGE_COLUMNS];
    ROAM_TRY(take_amounts(amount, object, key, 64, diag));
    for (int c = 0; c < USAGE_COLUMNS; c++) out[c] = (uint64_t)amount[c];
    return ROAM_OK;
}

static enum roam_err check_count(const json_t *list, const char *key, struct roam_diag *diag)
{
    if (json_array_size(list) <= USAGE_SLOTS) return ROAM_OK;
    return roam_diag(diag, ROAM_E_COUNT, "\"%s\" has %zu entries, at most %d", key, json_array_size(list),
                     USAGE_SLOTS);
}

static enum roam_err take_quantities(struct usage_record *out, const json_t *object, struct roam_diag *diag)
{
    const json_t *list;
    ROAM_TRY(json_take_array(&list, object, "quantity", diag));
    ROAM_TRY(check_count(list, "quantity", diag));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        u128 value;
        if (!json_is_string(entry))
            return roam_diag(diag, ROAM_E_FORMAT, "\"quantity\" holds something other than strings");
        ROAM_TRY(text_to_u128(&value, json_string_value(entry), 64, "quantity", diag));
        out->quantity[i] = (uint64_t)value;
    }
    return ROAM_OK;
}

static enum roam_err take_last(uint8_t *out, const struct exact_json *json, const json_t *object,
                               struct roam_diag *diag)
{
    const json_t *list;
    ROAM_TRY(json_take_array(&list, object, "last", diag));
    ROAM_TRY(check_count(list, "last", diag));
    int before = -1;
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint64_t slot;
        ROAM_TRY(exact_json_element_u64(&slot, json, list, i, "last", USAGE_SLOTS - 1, diag));
        if ((int)slot <= before) return roam_diag(diag, ROAM_E_FORMAT, "\"last\" is not ascending");
        before = (int)slot;
        *out = (uint8_t)(*out | 1 << slot);
    }
    return ROAM_OK;
}

static enum roam_err read_record(struct usage_record *out, const struct exact_json *json,
                                 struct roam_diag *diag)
{
    static const char *const keys[] = {"quantity", "last",     "service_ppm", "renewable",
                                       "co2_mg",   "evidence", "salt",        NULL};
    const json_t *object = json->root;
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "the usage record is no JSON object");
    ROAM_TRY(json_only_keys(object, keys, diag));
    ROAM_TRY(take_quantities(out, object, diag));
    ROAM_TRY(take_last(&out->last_mask, json, object, diag));
    ROAM_TRY(take_u32(&out->service_ppm, json, object, "service_ppm", diag));
    ROAM_TRY(take_u64(&out->renewable, object, "renewable", diag));
    ROAM_TRY(take_u64(&out->co2_mg, object, "co2_mg", diag));
    ROAM_TRY(take_bytes(out->evidence, object, "evidence", diag));
    ROAM_TRY(take_bytes(out->salt, object, "salt", diag));
    return usage_record_check(out, diag);
}

static enum roam_err read_slot(struct usage_slot *out, const struct exact_json *json, const json_t *object,
                               struct roam_diag *diag)
{
    static const char *const keys[] = {"net", "gross", "step", "group", "energy", NULL};
    uint64_t group;
    if (!json_is_object(object))
        return roam_diag(diag, ROAM_E_FORMAT, "\"slots\" holds something other than objects");
    ROAM_TRY(json_only_keys(object, keys, diag));
    ROAM_TRY(take_u64(&out->price[USAGE_NET], object, "net", diag));
    ROAM_TRY(take_u64(&out->price[USAGE_GROSS], object, "gross", diag));
    ROAM_TRY(take_u32(&out->step, json, object, "step", diag));
    ROAM_TRY(exact_json_u64(&group, json, object, "group", USAGE_GROUPS, diag));
    out->group = (uint8_t)group;
    if (!json_is_boolean(json_object_get(object, "energy")))
        return roam_diag(diag, ROAM_E_FORMAT, "\"energy\" is not true or false");
    return json_find_bool(&out->is_energy, object, "energy", diag);
}

static enum roam_err take_slots(struct usage_rate_card *out, const struct exact_json *json,
                                struct roam_diag *diag)
{
    const json_t *list;
    ROAM_TRY(json_take_array(&list, json->root, "slots", diag));
    ROAM_TRY(check_count(list, "slots", diag));
    for (size_t i = 0; i < USAGE_SLOTS; i++) {
        out->slot[i] = (struct usage_slot){.step = 1};
        if (i < json_array_size(list))
            ROAM_TRY(read_slot(&out->slot[i], json, json_array_get(list, i), diag));
    }
    return ROAM_OK;
}

static enum roam_err read_card(struct usage_rate_card *out, const struct exact_json *json,
                               struct roam_diag *diag)
{
    static const char *const keys[] = {"slots",
                                       "fixed",
                                       "minimum",
                                       "maximum",
                                       "scale",
                                       "rounding",
                                       "service_threshold_ppm",
                                       "service_credit_ppm",
                                       "salt",
                                       NULL};
    const json_t *object = json->root;
    const char *rounding;
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "the rate card is no JSON object");
    ROAM_TRY(json_only_keys(object, keys, diag));
    ROAM_TRY(take_slots(out, json, diag));
    ROAM_TRY(take_amounts(out->fixed, object, "fixed", USAGE_FIXED_BITS, diag));
    ROAM_TRY(take_limits(out->minimum, object, "minimum", diag));
    ROAM_TRY(take_limits(out->maximum, object, "maximum", diag));
    ROAM_TRY(take_u64(&out->scale, object, "scale", diag));
    ROAM_TRY(json_take_string(&rounding, object, "rounding", diag));
    ROAM_TRY(rounding_from_name(&out->rounding, rounding, diag));
    ROAM_TRY(take_u32(&out->service_threshold_ppm, json, object, "service_threshold_ppm", diag));
    ROAM_TRY(take_u32(&out->service_credit_ppm, json, object, "service_credit_ppm", diag));
    ROAM_TRY(take_bytes(out->salt, object, "salt", diag));
    return usage_rate_card_check(out, diag);
}

enum roam_err usage_record_from_json(struct usage_record *out, const char *text, size_t size,
                                     struct roam_diag *diag)
{
    struct exact_json json;
    struct usage_record record = {0};
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_record(&record, &json, diag);
    exact_json_release(&json);
    if (err == ROAM_OK) *out = record;
    return err;
}

enum roam_err usage_rate_card_from_json(struct usage_rate_card *out, const char *text, size_t size,
                                        struct roam_diag *diag)
{
    struct exact_json json;
    struct usage_rate_card card = {0};
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_card(&card, &json, diag);
    exact_json_release(&json);
    if (err == ROAM_OK) *out = card;
    return err;
}
