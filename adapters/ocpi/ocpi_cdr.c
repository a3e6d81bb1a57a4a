#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "ocpi_read.h"

/* A volume of units of 10^-4, each of which is factor base units. */
static enum roam_err take_volume(uint64_t *out, const struct decimal *volume, unsigned factor,
                                 const char *type, struct roam_diag *diag)
{
    uint64_t units;
    if (volume->negative) return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: a negative volume of %s", type);
    if (decimal_to_u64(&units, volume, OCPI_DECIMALS) != ROAM_OK || units >> (USAGE_QUANTITY_BITS - 4) != 0)
        return roam_diag(diag, ROAM_E_RANGE,
                         "OCPI: a volume of %s that is too large or has more than %d decimals", type,
                         OCPI_DECIMALS);
    *out = units * factor;
    return ROAM_OK;
}

/* Dimensions of CDRs that are priced, and those of sessions that are not. */
static enum roam_err take_dimension(struct ocpi_period *p, bool *has_energy, const char *type,
                                    const struct decimal *volume, struct roam_diag *diag)
{
    static const char *const ignored[] = {"CURRENT", "ENERGY_EXPORT", "ENERGY_IMPORT", "POWER",
                                          "STATE_OF_CHARGE"};
    const struct {
        const char *type;
        uint64_t *quantity;
        unsigned factor;
    } quantities[] = {{"ENERGY", &p->energy, 1},
                      {"TIME", &p->time, 9},
                      {"PARKING_TIME", &p->parking, 9},
                      {"RESERVATION_TIME", &p->reservation, 9}};
    const struct {
        const char *type;
        int64_t *value;
        bool *present;
    } measures[] = {{"MAX_CURRENT", &p->max_current, &p->has_max_current},
                    {"MIN_CURRENT", &p->min_current, &p->has_min_current},
                    {"MAX_POWER", &p->max_power, &p->has_max_power},
                    {"MIN_POWER", &p->min_power, &p->has_min_power}};
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
        if (strcmp(type, quantities[i].type) != 0) continue;
        if (i == 0) *has_energy = true;
        return take_volume(quantities[i].quantity, volume, quantities[i].factor, type, diag);
    }
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        if (strcmp(type, measures[i].type) != 0) continue;
        *measures[i].present = true;
        return ocpi_fixed(measures[i].value, volume, type, diag);
    }
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (strcmp(type, ignored[i]) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCPI: dimension \"%.30s\"", type);
}

static bool occurs_before(const json_t *list, size_t end, const char *type)
{
    for (size_t i = 0; i < end; i++) {
        const char *other = json_string_value(json_object_get(json_array_get(list, i), "type"));
        if (other != NULL && strcmp(other, type) == 0) return true;
    }
    return false;
}

static enum roam_err read_period(struct ocpi_period *out, bool *has_energy, const struct exact_json *json,
                                 const json_t *object, struct roam_diag *diag)
{
    const json_t *dimensions;
    ROAM_TRY(ocpi_take_time(&out->start_ns, object, "start_date_time", diag));
    ROAM_TRY(ocpi_find_text(out->tariff_id, sizeof out->tariff_id, object, "tariff_id", diag));
    ROAM_TRY(json_take_array(&dimensions, object, "dimensions", diag));
    for (size_t i = 0; i < json_array_size(dimensions); i++) {
        const json_t *dimension = json_array_get(dimensions, i);
        const char *type;
        struct decimal volume;
        ROAM_TRY(json_take_string(&type, dimension, "type", diag));
        ROAM_TRY(exact_json_decimal(&volume, json, dimension, "volume", diag));
        if (occurs_before(dimensions, i, type))
            return roam_diag(diag, ROAM_E_FORMAT, "OCPI: a period with two volumes of %.30s", type);
        ROAM_TRY(take_dimension(out, has_energy, type, &volume, diag));
    }
    return ROAM_OK;
}

/* Into ascending order, equal starts in the order of the document. */
static void sort_periods(struct ocpi_period *period, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct ocpi_period moved = period[i];
        size_t place = i;
        for (; place > 0 && period[place - 1].start_ns > moved.start_ns; place--)
            period[place] = period[place - 1];
        period[place] = moved;
    }
}

static enum roam_err read_periods(struct ocpi_cdr *out, const struct exact_json *json, struct roam_diag *diag)
{
    const json_t *list;
    ROAM_TRY(json_take_array(&list, json->root, "charging_periods", diag));
    size_t count = json_array_size(list);
    if (count == 0) return roam_diag(diag, ROAM_E_FORMAT, "OCPI: a CDR without charging periods");
    if (count > OCPI_PERIODS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "OCPI: %zu charging periods, at most %d", count,
                         OCPI_PERIODS_MAX);
    out->period = calloc(count, sizeof *out->period);
    if (out->period == NULL) return ROAM_E_NOMEM;
    for (; out->period_count < count; out->period_count++)
        ROAM_TRY(read_period(&out->period[out->period_count], &out->has_energy, json,
                             json_array_get(list, out->period_count), diag));
    sort_periods(out->period, count);
    if (out->start_ns <= out->period[0].start_ns && out->period[count - 1].start_ns <= out->end_ns)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "OCPI: charging periods outside start_date_time to end_date_time");
}

static enum roam_err read_costs(struct ocpi_cdr *out, const struct exact_json *json, struct roam_diag *diag)
{
    static const char *const keys[OCPI_COSTS] = {"total_cost",         "total_fixed_cost",
                                                 "total_energy_cost",  "total_time_cost",
                                                 "total_parking_cost", "total_reservation_cost"};
    for (int i = 0; i < OCPI_COSTS; i++) {
        const json_t *price;
        struct ocpi_stated *stated = &out->cost[i];
        ROAM_TRY(json_find_object(&price, json->root, keys[i], diag));
        stated->is_set = price != NULL;
        if (price == NULL) continue;
        ROAM_TRY(ocpi_read_money(stated->amount, &stated->has_gross, json, price, diag));
    }
    if (out->cost[OCPI_TOTAL_COST].is_set) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "OCPI: \"total_cost\" is missing");
}

static enum roam_err read_totals(struct ocpi_cdr *out, const struct exact_json *json, struct roam_diag *diag)
{
    struct decimal energy;
    ROAM_TRY(exact_json_decimal(&energy, json, json->root, "total_energy", diag));
    ROAM_TRY(take_volume(&out->total_energy, &energy, 1, "total_energy", diag));
    ROAM_TRY(exact_json_decimal(&out->total_time, json, json->root, "total_time", diag));
    ROAM_TRY(exact_json_find_decimal(&out->total_parking_time, &out->has_total_parking_time, json, json->root,
                                     "total_parking_time", diag));
    return read_costs(out, json, diag);
}

static enum roam_err read_location(struct ocpi_cdr *out, const json_t *cdr, struct roam_diag *diag)
{
    const json_t *location;
    ROAM_TRY(json_find_object(&location, cdr, "cdr_location", diag));
    if (location == NULL) return ROAM_OK;
    ROAM_TRY(ocpi_find_text(out->country, sizeof out->country, location, "country", diag));
    return ocpi_find_text(out->time_zone, sizeof out->time_zone, location, "time_zone", diag);
}

static enum roam_err read_cdr(struct ocpi_cdr *out, const struct exact_json *json, struct roam_diag *diag)
{
    const json_t *cdr = json->root;
    if (!json_is_object(cdr)) return roam_diag(diag, ROAM_E_FORMAT, "OCPI: the CDR is no object");
    ROAM_TRY(ocpi_find_text(out->id, sizeof out->id, cdr, "id", diag));
    ROAM_TRY(ocpi_take_currency(out->currency, cdr, diag));
    ROAM_TRY(ocpi_take_time(&out->start_ns, cdr, "start_date_time", diag));
    ROAM_TRY(ocpi_take_time(&out->end_ns, cdr, "end_date_time", diag));
    ROAM_TRY(ocpi_find_text(out->meter_id, sizeof out->meter_id, cdr, "meter_id", diag));
    ROAM_TRY(json_find_bool(&out->is_credit, cdr, "credit", diag));
    ROAM_TRY(read_location(out, cdr, diag));
    ROAM_TRY(read_totals(out, json, diag));
    ROAM_TRY(read_periods(out, json, diag));
    return ocpi_read_signed_data(out, cdr, diag);
}

enum roam_err ocpi_cdr_parse(struct ocpi_cdr *out, const char *text, size_t size, struct roam_diag *diag)
{
    struct exact_json json;
    struct ocpi_cdr cdr = {0};
    ROAM_TRY(exact_json_parse(&json, text, size, diag));
    enum roam_err err = read_cdr(&cdr, &json, diag);
    exact_json_release(&json);
    if (err == ROAM_OK && EVP_Q_digest(NULL, "SHA256", NULL, text, size, cdr.digest, NULL) != 1)
        err = ROAM_E_NOMEM;
    if (err != ROAM_OK) {
        ocpi_cdr_release(&cdr);
        return err;
    }
    *out = cdr;
    return ROAM_OK;
}

void ocpi_cdr_release(struct ocpi_cdr *cdr)
{
    free(cdr->period);
    free(cdr->public_key);
    for (size_t i = 0; i < cdr->signed_count; i++) free(cdr->signed_value[i].data);
    *cdr = (struct ocpi_cdr){0};
}

enum roam_err ocpi_zone(struct zone *out, const struct ocpi_cdr *cdr, struct roam_diag *diag)
{
    const char *name = cdr->time_zone[0] != '\0' ? cdr->time_zone : zone_of_country(cdr->country);
    if (name != NULL) return zone_load(out, name, diag);
    return roam_diag(diag, ROAM_E_NOTFOUND,
                     "OCPI: no time_zone, and country \"%s\" has several or is unknown", cdr->country);
}
