/* Which price component applies: restrictions one by one, the order of elements, and the forms of tariffs. */
#include "ocpi_maker.h"

#define AT    "2022-01-13T14:00:00Z"
#define LATER "2022-01-13T17:00:00Z"
#define SWITCHING(type, first, second, step)                                                                 \
    RESTRICTED("\"end_time\":\"17:00\"", COMPONENT(type, first, "0", step))                                  \
    "," ELEMENT(COMPONENT(type, second, "0", step))

static struct ocpi_tariff tariff;
static struct zone utc;

static struct ocpi_price price_of(const char *tariff_text, const char *cdr_text, const struct zone *zone)
{
    struct ocpi_cdr cdr;
    struct ocpi_price price;
    struct roam_diag diag = {0};
    maker_parse(&tariff, &cdr, tariff_text, cdr_text);
    if (ocpi_price(&price, &cdr, &tariff, zone, &diag) != ROAM_OK) fail_msg("%s: %s", diag.text, cdr_text);
    ocpi_cdr_release(&cdr);
    count_property++;
    return price;
}

/* Does a restriction hold for the second period of a session? It decides whether its parking costs 1. */
static bool holds(const char *restriction, const char *first, const char *second, const char *dimensions,
                  const struct zone *zone)
{
    char elements[1024], periods[2048], tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
    snprintf(elements, sizeof elements,
             "{\"price_components\":[{\"type\":\"PARKING_TIME\",\"price\":1,\"step_size\":0}],"
             "\"restrictions\":{%s}}",
             restriction);
    snprintf(periods, sizeof periods,
             "{\"start_date_time\":\"%s\",\"dimensions\":[{\"type\":\"ENERGY\",\"volume\":10}]},"
             "{\"start_date_time\":\"%s\",\"dimensions\":[{\"type\":\"PARKING_TIME\",\"volume\":1}%s]}",
             first, second, dimensions);
    maker_tariff(tariff_text, elements, "");
    maker_cdr(cdr_text, first, "2025-01-01T00:00:00Z", periods, "");
    return price_of(tariff_text, cdr_text, zone).cost[OCPI_PARKING_COST][USAGE_NET] == 10000;
}

static void restrictions(void **state)
{
    (void)state;
    static const struct {
        bool holds;
        const char *restriction, *at, *dimensions;
    } table[] = {
        /* Thursday 2024-06-06, Amsterdam is at +2; the session starts at 10:00Z */
        {true, "\"start_time\":\"13:00\"", "2024-06-06T11:00:00Z", ""},
        {false, "\"start_time\":\"13:00\"", "2024-06-06T10:59:59.999Z", ""},
        {false, "\"end_time\":\"13:00\"", "2024-06-06T11:00:00Z", ""},
        {true, "\"end_time\":\"13:00\"", "2024-06-06T10:59:59", ""},
        {true, "\"start_time\":\"12:00\",\"end_time\":\"14:00\"", "2024-06-06T11:00:00Z", ""},
        {false, "\"start_time\":\"13:01\",\"end_time\":\"14:00\"", "2024-06-06T11:00:00Z", ""},
        {true, "\"start_time\":\"22:00\",\"end_time\":\"06:00\"", "2024-06-06T20:00:00Z", ""},
        {true, "\"start_time\":\"22:00\",\"end_time\":\"06:00\"", "2024-06-07T03:59:59Z", ""},
        {false, "\"start_time\":\"22:00\",\"end_time\":\"06:00\"", "2024-06-07T04:00:00Z", ""},
        {false, "\"start_time\":\"22:00\",\"end_time\":\"06:00\"", "2024-06-06T19:59:00Z", ""},
        {true, "\"start_time\":\"22:00\",\"end_time\":\"00:00\"", "2024-06-06T21:59:59Z", ""},
        {false, "\"start_time\":\"22:00\",\"end_time\":\"00:00\"", "2024-06-06T22:00:00Z", ""},
        {true, "\"start_time\":\"00:00\",\"end_time\":\"00:00\"", "2024-06-06T12:00:00Z", ""},
        {true, "\"end_time\":\"00:00\"", "2024-06-06T12:00:00Z", ""},
        {false, "\"start_time\":\"14:00\",\"end_time\":\"14:00\"", "2024-06-06T12:00:00Z", ""},
        {true, "\"start_date\":\"2024-06-06\"", "2024-06-06T12:00:00Z", ""},
        {false, "\"start_date\":\"2024-06-07\"", "2024-06-06T21:59:59Z", ""},
        {true, "\"start_date\":\"2024-06-07\"", "2024-06-06T22:00:00Z", ""},
        {true, "\"end_date\":\"2024-06-07\"", "2024-06-06T21:59:59Z", ""},
        {false, "\"end_date\":\"2024-06-07\"", "2024-06-06T22:00:00Z", ""},
        {true, "\"day_of_week\":[\"THURSDAY\"]", "2024-06-06T21:59:59Z", ""},
        {false, "\"day_of_week\":[\"THURSDAY\"]", "2024-06-06T22:00:00Z", ""},
        {true, "\"day_of_week\":[\"SUNDAY\",\"FRIDAY\"]", "2024-06-06T22:00:00Z", ""},
        {true, "\"day_of_week\":[]", "2024-06-06T22:00:00Z", ""},
        /* the clock jumps from 02:00 to 03:00 on 2025-03-30 and back on 2024-10-27 */
        {true, "\"start_time\":\"02:30\",\"end_time\":\"03:00\"", "2024-10-27T00:30:00Z", ""},
        {true, "\"start_time\":\"02:30\",\"end_time\":\"03:00\"", "2024-10-27T01:30:00Z", ""},
        {false, "\"start_time\":\"02:30\",\"end_time\":\"03:00\"", "2024-10-27T01:00:00Z", ""},
        /* 10 kWh were used before */
        {true, "\"min_kwh\":10", "2024-06-06T11:00:00Z", ""},
        {false, "\"min_kwh\":10.0001", "2024-06-06T11:00:00Z", ""},
        {false, "\"max_kwh\":10", "2024-06-06T11:00:00Z", ""},
        {true, "\"max_kwh\":10.0001", "2024-06-06T11:00:00Z", ""},
        {true, "\"min_duration\":3600", "2024-06-06T11:00:00Z", ""},
        {false, "\"min_duration\":3600", "2024-06-06T10:59:59.9Z", ""},
        {false, "\"max_duration\":3600", "2024-06-06T11:00:00Z", ""},
        {true, "\"max_duration\":3600", "2024-06-06T10:59:59.999999999Z", ""},
        {true, "\"min_current\":32", "2024-06-06T11:00:00Z", "," VOLUME("MAX_CURRENT", "32")},
        {false, "\"min_current\":32", "2024-06-06T11:00:00Z", "," VOLUME("MAX_CURRENT", "31.9999")},
        {true, "\"min_current\":32", "2024-06-06T11:00:00Z", "," VOLUME("MIN_CURRENT", "1")},
        {false, "\"max_current\":32", "2024-06-06T11:00:00Z", "," VOLUME("MIN_CURRENT", "32")},
        {true, "\"max_current\":32", "2024-06-06T11:00:00Z", "," VOLUME("MIN_CURRENT", "-31.9999")},
        {true, "\"max_current\":32", "2024-06-06T11:00:00Z", ""},
        {true, "\"min_power\":11", "2024-06-06T11:00:00Z", "," VOLUME("MAX_POWER", "11.0")},
        {false, "\"min_power\":11", "2024-06-06T11:00:00Z", "," VOLUME("MAX_POWER", "10.9999")},
        {false, "\"max_power\":11", "2024-06-06T11:00:00Z", "," VOLUME("MIN_POWER", "11")},
        {true, "\"max_power\":11", "2024-06-06T11:00:00Z", "," VOLUME("MIN_POWER", "10.9999")},
        {false, "\"min_kwh\":10,\"min_duration\":3601", "2024-06-06T11:00:00Z", ""},
    };
    struct zone zone;
    if (zone_load(&zone, "Europe/Amsterdam", NULL) != ROAM_OK) {
        print_message("skipped: no time zone Europe/Amsterdam\n");
        return;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (holds(table[i].restriction, "2024-06-06T10:00:00Z", table[i].at, table[i].dimensions, &zone) !=
            table[i].holds)
            fail_msg("row %zu: %s at %s", i, table[i].restriction, table[i].at);
    zone_release(&zone);
}

/* Elements are searched per dimension; a restriction of one element lets the next one answer. */
static void first_element_wins(void **state)
{
    (void)state;
    char tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
    maker_tariff(
        tariff_text,
        RESTRICTED("\"max_kwh\":1", COMPONENT("ENERGY", "0", "0", "0") "," COMPONENT("FLAT", "7", "0", "0")) "," RESTRICTED(
            "\"max_kwh\":3",
            COMPONENT(
                "ENERGY", "1", "0",
                "0")) "," ELEMENT(COMPONENT("ENERGY", "10", "20",
                                            "0") "," COMPONENT("TIME", "100", "0",
                                                               "0")) "," ELEMENT(COMPONENT("ENERGY", "1000",
                                                                                           "0",
                                                                                           "0") "," COMPONENT("FLAT",
                                                                                                              "5000",
                                                                                                              "0",
                                                                                                              "0")),
        "");
    maker_cdr(cdr_text, AT, "2022-01-13T20:00:00Z",
              PERIOD(AT, VOLUME("ENERGY", "1")) "," PERIOD(
                  "2022-01-13T15:00:00Z",
                  VOLUME("ENERGY", "2")) "," PERIOD("2022-01-13T16:00:00Z",
                                                    VOLUME("ENERGY", "0.5") "," VOLUME("TIME", "1")),
              "");
    struct ocpi_price price = price_of(tariff_text, cdr_text, &utc);
    assert_int_equal(price.cost[OCPI_ENERGY_COST][USAGE_NET], 70000);
    assert_int_equal(price.cost[OCPI_ENERGY_COST][USAGE_GROSS], 80000);
    assert_int_equal(price.cost[OCPI_FIXED_COST][USAGE_NET], 70000);
    assert_int_equal(price.cost[OCPI_TIME_COST][USAGE_NET], 1000000);
    assert_int_equal(price.cost[OCPI_TOTAL_COST][USAGE_NET], 1140000);
    assert_int_equal(price.energy, 35000);
    assert_int_equal(price.time_ms, 6 * 3600 * 1000);
}

/* Periods in any order; a price with tax included; limits without a gross amount; 2.3.0's names. */
static void variants(void **state)
{
    (void)state;
    static const struct {
        const char *elements, *extra, *periods, *net, *gross;
    } table[] = {
        {SWITCHING("TIME", "1", "2", "0"), "",
         PERIOD(LATER, VOLUME("TIME", "1")) "," PERIOD(AT, VOLUME("TIME", "3")), "5", "5"},
        {ELEMENT(COMPONENT("ENERGY", "1.19", "19", "1")), ",\"tax_included\":\"YES\"",
         PERIOD(AT, VOLUME("ENERGY", "10")), "10", "11.9"},
        {ELEMENT(COMPONENT("ENERGY", "1", "5", "1")), ",\"tax_included\":\"YES\"",
         PERIOD(AT, VOLUME("ENERGY", "1")), "0.9524", "1"},
        {ELEMENT(COMPONENT("ENERGY", "1", "19", "1")), ",\"tax_included\":\"N/A\"",
         PERIOD(AT, VOLUME("ENERGY", "1")), "1", "1"},
        {ELEMENT(COMPONENT("ENERGY", "1", "19", "1")), ",\"min_price\":{\"excl_vat\":1.5}",
         PERIOD(AT, VOLUME("ENERGY", "1")), "1.5", "1.5"},
        {ELEMENT(COMPONENT("ENERGY", "1", "19", "1")), ",\"max_price\":{\"excl_vat\":0.5}",
         PERIOD(AT, VOLUME("ENERGY", "1")), "0.5", "1.19"},
        {ELEMENT(COMPONENT("ENERGY", "1", "19", "1")),
         ",\"min_price\":{\"before_taxes\":1.1,\"after_taxes\":1.15}", PERIOD(AT, VOLUME("ENERGY", "1")),
         "1.1", "1.19"},
        {ELEMENT(COMPONENT("ENERGY", "1", "19", "1")),
         ",\"max_price\":{\"before_taxes\":2,\"after_taxes\":2}", PERIOD(AT, VOLUME("ENERGY", "1.8")), "1.8",
         "2"},
        {ELEMENT(COMPONENT("ENERGY", "1", "19", "1")),
         ",\"min_price\":{\"before_taxes\":0.1,\"after_taxes\":0.1},\"max_price\":{\"before_taxes\":0.1,"
         "\"after_taxes\":0.1}",
         PERIOD(AT, VOLUME("TIME", "1")), "0.1", "0.1"},
        /* ties at the fifth decimal go to the even neighbour */
        {ELEMENT(COMPONENT("ENERGY", "0.5", "0", "0")), "", PERIOD(AT, VOLUME("ENERGY", "0.0001")), "0", "0"},
        {ELEMENT(COMPONENT("ENERGY", "0.5", "0", "0")), "", PERIOD(AT, VOLUME("ENERGY", "0.0003")), "0.0002",
         "0.0002"},
        {ELEMENT(COMPONENT("ENERGY", "0.123456789", "0", "0")), "", PERIOD(AT, VOLUME("ENERGY", "1000")),
         "123.4568", "123.4568"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
        maker_tariff(tariff_text, table[i].elements, table[i].extra);
        maker_cdr(cdr_text, AT, "2022-01-13T20:00:00Z", table[i].periods, "");
        struct ocpi_price price = price_of(tariff_text, cdr_text, &utc);
        if (price.cost[0][0] != maker_amount(table[i].net) ||
            price.cost[0][1] != maker_amount(table[i].gross))
            fail_msg("row %zu: net %llu, gross %llu", i, (unsigned long long)price.cost[0][0],
                     (unsigned long long)price.cost[0][1]);
    }
}

int main(void)
{
    utc = zone_fixed(0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(restrictions), cmocka_unit_test(first_element_wins),
                                       cmocka_unit_test(variants)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
