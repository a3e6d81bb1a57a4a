#include "gen_records_cdr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hex.h"

enum { LAST_UPDATED_AFTER_S = 300 };

json_t *utc_json(int64_t utc_s)
{
    char text[32];
    struct tm utc;
    time_t seconds = (time_t)utc_s;
    ROAM_ASSERT(gmtime_r(&seconds, &utc) != NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(text);
}

json_t *money_json(uint64_t net, uint64_t gross)
{
    return json_pack("{s:o,s:o}", "excl_vat", records_fixed4(net), "incl_vat", records_fixed4(gross));
}

static json_t *token_json(const struct session *session)
{
    char uid[24], contract[32];
    snprintf(uid, sizeof uid, "04E1%010X", session->driver * 7919u);
    snprintf(contract, sizeof contract, "DE-EXM-C%08u", 10000000 + session->driver * 104729u);
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "country_code", "DE", "party_id", "EXM", "uid", uid, "type",
                     "RFID", "contract_id", contract);
}

static json_t *location_json(const struct session *session, const struct meter *meter)
{
    char uid[24];
    bool is_direct = strcmp(session->power_type, "DC") == 0;
    snprintf(uid, sizeof uid, "EVSE-%u", session->connector);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s},s:s,s:s,s:s,s:s,s:s,s:s}", "id", "LOC-1", "name",
                     "Example charging park", "address", "Beispielallee 12", "city", "Berlin", "postal_code",
                     "10115", "country", "DEU", "coordinates", "latitude", "52.530000", "longitude",
                     "13.384000", "evse_uid", uid, "evse_id", meter->evse_id, "connector_id", "1",
                     "connector_standard", is_direct ? "IEC_62196_T2_COMBO" : "IEC_62196_T2",
                     "connector_format", is_direct ? "CABLE" : "SOCKET", "connector_power_type",
                     session->power_type);
}

static void add_dimension(json_t **list, const char *type, uint64_t volume)
{
    if (volume > 0)
        records_append(list, json_pack("{s:s,s:o}", "type", type, "volume", records_fixed4(volume)));
}

static json_t *periods_json(const struct session *session, const char *tariff_id)
{
    json_t *list = json_array();
    for (size_t i = 0; i < session->period_count; i++) {
        const struct period *p = &session->period[i];
        json_t *dimensions = json_array();
        add_dimension(&dimensions, "ENERGY", p->energy);
        add_dimension(&dimensions, "TIME", p->time);
        add_dimension(&dimensions, "PARKING_TIME", p->parking);
        records_append(&list, json_pack("{s:o,s:o,s:s}", "start_date_time", utc_json(p->start_s),
                                        "dimensions", dimensions, "tariff_id", tariff_id));
    }
    return list;
}

/* plain_data is what is signed, signed_data the whole record in Base64. */
static json_t *signed_value_json(const char *nature, const struct meter *meter, const char *payload)
{
    char *record;
    if (meter_sign(&record, meter, payload) != ROAM_OK) return NULL;
    size_t size = strlen(record);
    json_t *value = NULL;
    char *text = malloc(4 * ((size + 2) / 3) + 1);
    if (text != NULL) {
        base64_encode(text, (const uint8_t *)record, size);
        value = json_pack("{s:s,s:s,s:s}", "nature", nature, "plain_data", payload, "signed_data", text);
    }
    free(text);
    free(record);
    return value;
}

static json_t *signed_data_json(const struct session *session, struct meter *meter, const struct zone *zone)
{
    char payload[METER_PAYLOAD_SIZE];
    json_t *values = json_array();
    meter_payload(payload, meter, 'B', session->start_s, zone_offset_s(zone, session->start_s));
    records_append(&values, signed_value_json("Start", meter, payload));
    meter->reading += session->energy;
    meter_payload(payload, meter, 'E', session->end_s, zone_offset_s(zone, session->end_s));
    records_append(&values, signed_value_json("End", meter, payload));
    char *key = meter_public_key(meter);
    json_t *signed_data =
        json_pack("{s:s,s:s,s:o}", "encoding_method", "OCMF", "public_key", key, "signed_values", values);
    free(key);
    return signed_data;
}

/* All but the totals that a price gives. */
static json_t *usage_json(const struct session *session, struct meter *meter, const struct site *site)
{
    char id[24], session_id[24];
    snprintf(id, sizeof id, "CDR-%03u", session->number);
    snprintf(session_id, sizeof session_id, "SESSION-%03u", session->number);
    return json_pack("{s:s,s:s,s:s,s:o,s:o,s:s,s:o,s:s,s:o,s:s,s:s,s:[O],s:o,s:o}", "country_code", "DE",
                     "party_id", "EXC", "id", id, "start_date_time", utc_json(session->start_s),
                     "end_date_time", utc_json(session->end_s), "session_id", session_id, "cdr_token",
                     token_json(session), "auth_method", "AUTH_REQUEST", "cdr_location",
                     location_json(session, meter), "meter_id", meter->serial, "currency", "EUR", "tariffs",
                     site->tariff_json, "charging_periods", periods_json(session, site->tariff.id),
                     "signed_data", signed_data_json(session, meter, &site->zone));
}

/* The members that ocpi_cdr_parse wants to see, before the price is known. */
static bool put_unpriced(json_t *cdr, const struct session *session)
{
    return json_object_set_new(cdr, "total_cost", money_json(0, 0)) == 0 &&
           json_object_set_new(cdr, "total_energy", records_fixed4(session->energy)) == 0 &&
           json_object_set_new(cdr, "total_time", records_fixed4(0)) == 0;
}

static enum roam_err price_of(struct ocpi_price *out, const json_t *cdr_json, const struct site *site,
                              struct roam_diag *diag)
{
    struct ocpi_cdr cdr;
    char *text = records_text(cdr_json);
    if (text == NULL) return ROAM_E_NOMEM;
    enum roam_err err = ocpi_cdr_parse(&cdr, text, strlen(text), diag);
    free(text);
    if (err != ROAM_OK) return err;
    err = ocpi_price(out, &cdr, &site->tariff, &site->zone, diag);
    ocpi_cdr_release(&cdr);
    return err;
}

/* The parts are left out where nothing of theirs was used. */
static bool put_costs(json_t *cdr, const struct ocpi_price *price)
{
    static const char *const names[OCPI_COSTS] = {"total_cost",         "total_fixed_cost",
                                                  "total_energy_cost",  "total_time_cost",
                                                  "total_parking_cost", "total_reservation_cost"};
    for (int i = 0; i < OCPI_COSTS; i++) {
        const uint64_t *cost = price->cost[i];
        if (i != OCPI_TOTAL_COST && cost[USAGE_GROSS] == 0) continue;
        if (json_object_set_new(cdr, names[i], money_json(cost[USAGE_NET], cost[USAGE_GROSS])) != 0)
            return false;
    }
    return true;
}

/* Milliseconds as 10^-4 h: 360 of them, and whole seconds are never half-way. */
static uint64_t hours(uint64_t ms) { return (ms + 180) / 360; }

static bool put_totals(json_t *cdr, const struct session *session, const struct ocpi_price *price)
{
    if (!put_costs(cdr, price)) return false;
    if (json_object_set_new(cdr, "total_time", records_fixed4(hours(price->time_ms))) != 0) return false;
    if (price->parking_ms > 0 &&
        json_object_set_new(cdr, "total_parking_time", records_fixed4(hours(price->parking_ms))) != 0)
        return false;
    return json_object_set_new(cdr, "last_updated", utc_json(session->end_s + LAST_UPDATED_AFTER_S)) == 0;
}

enum roam_err make_cdr(json_t **out, const struct session *session, struct meter *meter,
                       const struct site *site, struct roam_diag *diag)
{
    struct ocpi_price price;
    json_t *cdr = usage_json(session, meter, site);
    enum roam_err err = put_unpriced(cdr, session) ? price_of(&price, cdr, site, diag) : ROAM_E_NOMEM;
    if (err == ROAM_OK && !put_totals(cdr, session, &price)) err = ROAM_E_NOMEM;
    if (err == ROAM_OK)
        *out = cdr;
    else
        json_decref(cdr);
    return err;
}
