#include <string.h>

#include "ocpi_read.h"

enum { PRICE_DECIMALS_MAX = 9 };

/* A price or tax rate: not negative, below 10^9. */
static enum roam_err check_rate(const struct decimal *value, int decimals_max, const char *what,
                                struct roam_diag *diag)
{
    uint64_t scaled;
    if (value->negative)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: a negative %s: usage cannot be paid to the payer",
                         what);
    if (value->decimals <= decimals_max && decimal_to_u64(&scaled, value, 9) == ROAM_OK &&
        scaled < UINT64_C(1000000000000000000))
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "OCPI: a %s of 10^9 or more, or with more than %d decimals", what,
                     decimals_max);
}

/* The component's dimension, by its type and whether its element describes a reservation. */
static enum roam_err read_dimension(enum ocpi_dimension *out, const char *type, bool reservation,
                                    struct roam_diag *diag)
{
    static const char *const names[] = {"ENERGY", "TIME", "PARKING_TIME", "FLAT"};
    size_t i = 0;
    while (i < 4 && strcmp(type, names[i]) != 0) i++;
    if (i == 4) return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: price component of type \"%.30s\"", type);
    *out = (enum ocpi_dimension)i;
    if (!reservation) return ROAM_OK;
    if (*out != OCPI_TIME && *out != OCPI_FLAT)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: a reservation has no %s", type);
    *out = *out == OCPI_TIME ? OCPI_RESERVATION_TIME : OCPI_RESERVATION_FLAT;
    return ROAM_OK;
}

/* step_size counts Wh or seconds. */
static enum roam_err read_step(uint64_t *out, const struct exact_json *json, const json_t *object,
                               enum ocpi_dimension dimension, struct roam_diag *diag)
{
    ROAM_TRY(exact_json_u64(out, json, object, "step_size", INT32_MAX, diag));
    if (dimension == OCPI_FLAT || dimension == OCPI_RESERVATION_FLAT)
        *out = 0;
    else
        *out *= dimension == OCPI_ENERGY ? 10 : 25;
    return ROAM_OK;
}

static enum roam_err read_component(struct ocpi_component *out, bool reservation,
                                    const struct exact_json *json, const json_t *object,
                                    struct roam_diag *diag)
{
    const char *type;
    bool has_vat;
    ROAM_TRY(json_take_string(&type, object, "type", diag));
    ROAM_TRY(read_dimension(&out->dimension, type, reservation, diag));
    ROAM_TRY(exact_json_decimal(&out->price, json, object, "price", diag));
    ROAM_TRY(check_rate(&out->price, PRICE_DECIMALS_MAX, "price", diag));
    ROAM_TRY(exact_json_find_decimal(&out->vat, &has_vat, json, object, "vat", diag));
    if (!has_vat) out->vat = (struct decimal){0};
    ROAM_TRY(check_rate(&out->vat, OCPI_DECIMALS, "tax rate", diag));
    return read_step(&out->step, json, object, out->dimension, diag);
}

static enum roam_err add_component(struct ocpi_tariff *out, struct ocpi_element *element,
                                   const struct exact_json *json, const json_t *object,
                                   struct roam_diag *diag)
{
    if (out->component_count == OCPI_COMPONENTS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "OCPI: more than %d price components", OCPI_COMPONENTS_MAX);
    struct ocpi_component *component = &out->component[out->component_count];
    bool reservation = element->restrictions.reservation != OCPI_NO_RESERVATION;
    ROAM_TRY(read_component(component, reservation, json, object, diag));
    if (element->component[component->dimension] >= 0)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: a tariff element with two components of one type");
    element->component[component->dimension] = (int)out->component_count++;
    return ROAM_OK;
}

static enum roam_err read_element(struct ocpi_tariff *out, const struct exact_json *json,
                                  const json_t *object, struct roam_diag *diag)
{
    const json_t *restrictions, *components;
    if (out->element_count == OCPI_ELEMENTS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "OCPI: more than %d tariff elements", OCPI_ELEMENTS_MAX);
    struct ocpi_element *element = &out->element[out->element_count++];
    for (int i = 0; i < OCPI_DIMENSIONS; i++) element->component[i] = -1;
    ROAM_TRY(json_find_object(&restrictions, object, "restrictions", diag));
    ROAM_TRY(ocpi_read_restrictions(&element->restrictions, json, restrictions, diag));
    ROAM_TRY(json_take_array(&components, object, "price_components", diag));
    if (json_array_size(components) == 0)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: a tariff element without price components");
    for (size_t i = 0; i < json_array_size(components); i++)
        ROAM_TRY(add_component(out, element, json, json_array_get(components, i), diag));
    return ROAM_OK;
}

static enum roam_err read_tax(enum ocpi_tax *out, const json_t *object, struct roam_diag *diag)
{
    const char *text;
    ROAM_TRY(json_find_string(&text, object, "tax_included", diag));
    *out = OCPI_TAX_EXCLUDED;
    if (text == NULL || strcmp(text, "NO") == 0) return ROAM_OK;
    *out = strcmp(text, "YES") == 0 ? OCPI_TAX_INCLUDED : OCPI_TAX_NONE;
    if (*out == OCPI_TAX_INCLUDED || strcmp(text, "N/A") == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "OCPI: tax_included \"%.20s\"", text);
}

static enum roam_err read_limit(struct ocpi_limit *out, const struct exact_json *json, const json_t *object,
                                const char *key, struct roam_diag *diag)
{
    const json_t *limit;
    int64_t fixed[USAGE_COLUMNS];
    ROAM_TRY(json_find_object(&limit, object, key, diag));
    out->is_set = limit != NULL;
    if (!out->is_set) return ROAM_OK;
    ROAM_TRY(ocpi_read_money(out->amount, &out->has_gross, json, limit, diag));
    if (!out->has_gross) out->amount[USAGE_GROSS] = out->amount[USAGE_NET];
    for (int c = 0; c < USAGE_COLUMNS; c++) ROAM_TRY(ocpi_fixed(&fixed[c], &out->amount[c], key, diag));
    if (fixed[USAGE_NET] >= 0 && fixed[USAGE_GROSS] >= fixed[USAGE_NET]) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "OCPI: %s is negative, or less with taxes than without", key);
}

static enum roam_err check_limits(const struct ocpi_tariff *tariff, struct roam_diag *diag)
{
    if (!tariff->minimum.is_set || !tariff->maximum.is_set) return ROAM_OK;
    for (int c = 0; c < USAGE_COLUMNS; c++) {
        int64_t minimum, maximum;
        ROAM_TRY(ocpi_fixed(&minimum, &tariff->minimum.amount[c], "min_price", diag));
        ROAM_TRY(ocpi_fixed(&maximum, &tariff->maximum.amount[c], "max_price", diag));
        if (minimum > maximum && (c == USAGE_NET || tariff->maximum.has_gross))
            return roam_diag(diag, ROAM_E_RANGE, "OCPI: min_price is above max_price");
    }
    return ROAM_OK;
}

enum roam_err ocpi_read_tariff(struct ocpi_tariff *out, const struct exact_json *json, const json_t *object,
                               struct roam_diag *diag)
{
    const json_t *elements;
    *out = (struct ocpi_tariff){.start_ns = INT64_MIN, .end_ns = INT64_MAX};
    if (!json_is_object(object)) return roam_diag(diag, ROAM_E_FORMAT, "OCPI: the tariff is no object");
    ROAM_TRY(ocpi_take_text(out->id, sizeof out->id, object, "id", diag));
    ROAM_TRY(ocpi_take_currency(out->currency, object, diag));
    ROAM_TRY(read_tax(&out->tax, object, diag));
    ROAM_TRY(read_limit(&out->minimum, json, object, "min_price", diag));
    ROAM_TRY(read_limit(&out->maximum, json, object, "max_price", diag));
    ROAM_TRY(check_limits(out, diag));
    ROAM_TRY(ocpi_find_time(&out->start_ns, object, "start_date_time", diag));
    ROAM_TRY(ocpi_find_time(&out->end_ns, object, "end_date_time", diag));
    ROAM_TRY(json_take_array(&elements, object, "elements", diag));
    if (json_array_size(elements) == 0)
        return roam_diag(diag, ROAM_E_FORMAT, "OCPI: a tariff without elements");
    for (size_t i = 0; i < json_array_size(elements); i++)
        ROAM_TRY(read_element(out, json, json_array_get(elements, i), diag));
    return ROAM_OK;
}

enum roam_err ocpi_tariff_parse(struct ocpi_tariff *out, const char *text, size_t size,
                                struct roam_diag *diag)
{
    struct exact_json json;
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = ocpi_read_tariff(out, &json, json.root, diag);
    exact_json_release(&json);
    return err;
}

static enum roam_err first_valid(struct ocpi_tariff *out, const struct exact_json *json,
                                 struct roam_diag *diag)
{
    const json_t *tariffs;
    int64_t start_ns;
    if (!json_is_object(json->root)) return roam_diag(diag, ROAM_E_FORMAT, "OCPI: the CDR is no object");
    ROAM_TRY(ocpi_take_time(&start_ns, json->root, "start_date_time", diag));
    ROAM_TRY(json_find_array(&tariffs, json->root, "tariffs", diag));
    for (size_t i = 0; i < json_array_size(tariffs); i++) {
        ROAM_TRY(ocpi_read_tariff(out, json, json_array_get(tariffs, i), diag));
        if (out->start_ns <= start_ns && start_ns < out->end_ns) return ROAM_OK;
    }
    return roam_diag(diag, ROAM_E_NOTFOUND, "OCPI: none of the CDR's %zu tariffs is valid at its start",
                     json_array_size(tariffs));
}

enum roam_err ocpi_tariff_of_cdr(struct ocpi_tariff *out, const char *cdr_text, size_t size,
                                 struct roam_diag *diag)
{
    struct exact_json json;
    ROAM_TRY(exact_json_parse(&json, cdr_text, size, diag));
    enum roam_err err = first_valid(out, &json, diag);
    exact_json_release(&json);
    return err;
}
