#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "gen_records_cdr.h"

enum { READING_MIN = 10000000, READING_MAX = 900000000 }; /* of a meter at first, 0.1 Wh */
enum { DAYS = 5, POINTS = 6, DRIVERS = 11, DAY_MINUTE = 6 * 60, NIGHT_MINUTE = 22 * 60, PARKING_MIN_S = 60 };

/* A charge point and who uses it: one session a day, from a minute of the day on, in ascending order. The
 * spans keep a session of one day out of the way of the next day's. */
static const struct point {
    const char *group, *curve; /* OpenSSL's and OCMF's name */
    const char *power_type;    /* of the connector, as OCPI names it */
    unsigned power_w;
    unsigned first_minute, last_minute; /* local time */
    unsigned min_energy_wh, max_energy_wh;
    unsigned min_parking_s, max_parking_s;
} points[POINTS] = {
    /* into the morning, over the change from the night price */
    {"prime256v1", "secp256r1", "AC_3_PHASE", 11000, 305, 350, 4000, 14000, 0, 2400},
    {"secp256k1", "secp256k1", "DC", 50000, 510, 590, 8000, 35000, 0, 0},
    /* shoppers */
    {"brainpoolP256r1", "brainpool256r1", "AC_3_PHASE", 22000, 600, 840, 1200, 9000, 300, 3000},
    {"secp384r1", "secp384r1", "DC", 150000, 870, 1080, 18000, 61000, 0, 720},
    /* over the change to the night price, mostly past midnight */
    {"prime256v1", "secp256r1", "AC_3_PHASE", 11000, 1210, 1300, 24000, 58000, 0, 10800},
    /* overnight, parked until the morning */
    {"brainpoolP384r1", "brainpool384r1", "AC_1_PHASE", 3700, 1330, 1380, 2000, 9000, 3600, 21600},
};

/* Day and night prices meet at 06:00 and 22:00; parking begins when charging ends. */
static const char tariff_text[] =
    "{\"country_code\":\"DE\",\"party_id\":\"EXC\",\"id\":\"DAY-NIGHT-1\",\"currency\":\"EUR\","
    "\"type\":\"REGULAR\",\"max_price\":{\"excl_vat\":22.50,\"incl_vat\":27.00},\"elements\":["
    "{\"price_components\":[{\"type\":\"FLAT\",\"price\":1.00,\"vat\":10.0,\"step_size\":1},"
    "{\"type\":\"TIME\",\"price\":0.60,\"vat\":20.0,\"step_size\":60},"
    "{\"type\":\"PARKING_TIME\",\"price\":3.00,\"vat\":20.0,\"step_size\":300}]},"
    "{\"price_components\":[{\"type\":\"ENERGY\",\"price\":0.38,\"vat\":20.0,\"step_size\":1}],"
    "\"restrictions\":{\"start_time\":\"06:00\",\"end_time\":\"22:00\"}},"
    "{\"price_components\":[{\"type\":\"ENERGY\",\"price\":0.29,\"vat\":20.0,\"step_size\":1}],"
    "\"restrictions\":{\"start_time\":\"22:00\",\"end_time\":\"06:00\"}}],"
    "\"last_updated\":\"2026-01-01T00:00:00Z\"}";

static const char energy_mix_text[] =
    "{\"energy_mix\":{\"is_green_energy\":false,\"energy_sources\":["
    "{\"source\":\"WIND\",\"percentage\":38.5},{\"source\":\"SOLAR\",\"percentage\":16.2},"
    "{\"source\":\"WATER\",\"percentage\":4.8},{\"source\":\"GAS\",\"percentage\":22.0},"
    "{\"source\":\"COAL\",\"percentage\":18.5}],"
    "\"environ_impact\":[{\"category\":\"CARBON_DIOXIDE\",\"amount\":283}],"
    "\"supplier_name\":\"Example energy supplier\",\"energy_product_name\":\"Example mix\"}}";

/* The moment of a local time; no change of the clock is near the times asked for. */
static int64_t local_to_utc(const struct zone *zone, int64_t day, unsigned minute)
{
    int64_t local_s = day * 86400 + INT64_C(60) * minute;
    return local_s - zone_offset_s(zone, local_s - zone_offset_s(zone, local_s));
}

/* The first change of the price after a moment. */
static int64_t next_change(const struct zone *zone, int64_t utc_s)
{
    for (int64_t day = (utc_s + zone_offset_s(zone, utc_s)) / 86400;; day++) {
        int64_t morning_s = local_to_utc(zone, day, DAY_MINUTE);
        int64_t evening_s = local_to_utc(zone, day, NIGHT_MINUTE);
        if (morning_s > utc_s) return morning_s;
        if (evening_s > utc_s) return evening_s;
    }
}

/* Seconds as 10^-4 h, to nearest. */
static uint64_t hours(int64_t seconds) { return ((uint64_t)seconds * 25 + 4) / 9; }

static void add_period(struct session *session, struct period period)
{
    ROAM_ASSERT(session->period_count < PERIODS_MAX);
    session->period[session->period_count++] = period;
}

/* Constant power from the start to charged_s, in pieces of one price each. */
static void add_charging(struct session *session, int64_t charged_s, const struct zone *zone)
{
    uint64_t duration_s = (uint64_t)(charged_s - session->start_s), left = session->energy;
    for (int64_t from_s = session->start_s; from_s < charged_s;) {
        int64_t to_s = next_change(zone, from_s);
        if (to_s > charged_s) to_s = charged_s;
        uint64_t energy = session->energy * (uint64_t)(to_s - from_s) / duration_s;
        if (to_s == charged_s) energy = left;
        left -= energy;
        add_period(session, (struct period){from_s, energy, hours(to_s - from_s), 0});
        from_s = to_s;
    }
}

static void draw_session(struct session *out, struct records *run, const struct point *point, int64_t day,
                         const struct zone *zone)
{
    unsigned minute = (unsigned)records_between(run, point->first_minute, point->last_minute);
    out->power_type = point->power_type;
    out->start_s = local_to_utc(zone, day, minute) + (int64_t)records_between(run, 0, 59);
    out->energy =
        records_between(run, UINT64_C(10) * point->min_energy_wh, UINT64_C(10) * point->max_energy_wh);
    uint64_t power_w = records_between(run, point->power_w * 7 / 8, point->power_w);
    int64_t charged_s = out->start_s + (int64_t)(out->energy * 360 / power_w);
    int64_t parking_s = (int64_t)records_between(run, point->min_parking_s, point->max_parking_s);
    if (parking_s < PARKING_MIN_S) parking_s = 0;
    out->end_s = charged_s + parking_s;
    add_charging(out, charged_s, zone);
    if (parking_s > 0) add_period(out, (struct period){charged_s, 0, 0, hours(parking_s)});
}

static enum roam_err write_session(struct records *run, unsigned number, int64_t day,
                                   struct meter meter[POINTS], const struct site *site)
{
    unsigned place = (number - 1) % POINTS;
    struct session session = {.number = number, .driver = 1 + number % DRIVERS, .connector = place + 1};
    char name[40];
    json_t *cdr;
    draw_session(&session, run, &points[place], day, &site->zone);
    ROAM_TRY(make_cdr(&cdr, &session, &meter[place], site, &run->diag));
    snprintf(name, sizeof name, "charging/cdr-%03u.json", number);
    enum roam_err err = records_write(run, name, cdr);
    json_decref(cdr);
    return err;
}

static enum roam_err write_sessions(struct records *run, struct meter meter[POINTS], const struct site *site)
{
    const int64_t first_day = civil_days(2026, 3, 26); /* the clocks change in the night to the 29th */
    for (unsigned i = 0; i < DAYS * POINTS; i++)
        ROAM_TRY(write_session(run, i + 1, first_day + i / POINTS, meter, site));
    return ROAM_OK;
}

static void install_meter(struct meter *meter, struct records *run, unsigned i)
{
    *meter = (struct meter){.curve = points[i].curve,
                            .current = strcmp(points[i].power_type, "DC") == 0 ? "DC" : "AC",
                            .page = (unsigned)records_between(run, 1, 5000),
                            .reading = records_between(run, READING_MIN, READING_MAX)};
    snprintf(meter->serial, sizeof meter->serial, "EXM%07u", (unsigned)records_between(run, 0, 9999999));
    snprintf(meter->gateway, sizeof meter->gateway, "EXG%07u", (unsigned)records_between(run, 0, 9999999));
    snprintf(meter->evse_id, sizeof meter->evse_id, "DE*EXC*E%04u", 1 + i);
}

static enum roam_err run_site(struct records *run, const struct site *site)
{
    struct meter meter[POINTS];
    enum roam_err err = ROAM_OK;
    for (unsigned i = 0; i < POINTS; i++) install_meter(&meter[i], run, i);
    for (unsigned i = 0; i < POINTS && err == ROAM_OK; i++)
        err = meter_new_key(&meter[i], points[i].group, &run->diag);
    if (err == ROAM_OK) err = write_sessions(run, meter, site);
    for (unsigned i = 0; i < POINTS; i++) meter_forget_key(&meter[i]);
    return err;
}

static enum roam_err write_text(struct records *run, const char *name, const char *text)
{
    json_t *value = json_loads(text, 0, NULL);
    enum roam_err err = records_write(run, name, value);
    json_decref(value);
    return err;
}

enum roam_err records_charging(struct records *run)
{
    static struct site site;
    ROAM_TRY(write_text(run, "charging/tariff.json", tariff_text));
    ROAM_TRY(write_text(run, "charging/location-energy-mix.json", energy_mix_text));
    ROAM_TRY(ocpi_tariff_parse(&site.tariff, tariff_text, sizeof tariff_text - 1, &run->diag));
    ROAM_TRY(zone_load(&site.zone, "Europe/Berlin", &run->diag));
    site.tariff_json = json_loads(tariff_text, 0, NULL);
    enum roam_err err = run_site(run, &site);
    json_decref(site.tariff_json);
    zone_release(&site.zone);
    return err;
}
