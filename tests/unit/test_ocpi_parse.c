/* What the OCPI reader and pricer refuse, each with its error. */
#include "ocpi_maker.h"

static struct ocpi_tariff tariff;

#define GOOD_ELEMENT                   ELEMENT(COMPONENT("ENERGY", "1", "0", "1"))
#define TARIFF(elements, extra)        "{\"id\":\"t\",\"currency\":\"EUR\",\"elements\":[" elements "]" extra "}"
#define RULE(rule)                     TARIFF(RESTRICTED(rule, COMPONENT("TIME", "1", "0", "1")), "")
#define PRICED(type, price, vat, step) TARIFF(ELEMENT(COMPONENT(type, price, vat, step)), "")

static void refused_tariffs(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *text;
    } table[] = {
        {ROAM_OK, TARIFF(GOOD_ELEMENT, "")},
        {ROAM_E_FORMAT, ""},
        {ROAM_E_FORMAT, "[]"},
        {ROAM_E_FORMAT, "{\"currency\":\"EUR\",\"elements\":[" GOOD_ELEMENT "]}"},
        {ROAM_E_FORMAT, "{\"id\":\"t\",\"elements\":[" GOOD_ELEMENT "]}"},
        {ROAM_E_FORMAT, "{\"id\":\"t\",\"currency\":\"eur\",\"elements\":[" GOOD_ELEMENT "]}"},
        {ROAM_E_LIMIT, "{\"id\":\"t\",\"currency\":\"EURO\",\"elements\":[" GOOD_ELEMENT "]}"},
        {ROAM_E_LIMIT, "{\"id\":\"1234567890123456789012345678901234567890\",\"currency\":\"EUR\","
                       "\"elements\":[" GOOD_ELEMENT "]}"},
        {ROAM_E_FORMAT, "{\"id\":\"t\",\"currency\":\"EUR\"}"},
        {ROAM_E_FORMAT, TARIFF("", "")},
        {ROAM_E_FORMAT, TARIFF("5", "")},
        {ROAM_E_FORMAT, TARIFF("{\"price_components\":[]}", "")},
        {ROAM_E_FORMAT, TARIFF("{\"price_components\":[{\"price\":1,\"step_size\":1}]}", "")},
        {ROAM_E_FORMAT, TARIFF("{\"price_components\":[{\"type\":\"FLAT\",\"step_size\":1}]}", "")},
        {ROAM_E_FORMAT, TARIFF("{\"price_components\":[{\"type\":\"FLAT\",\"price\":1}]}", "")},
        {ROAM_E_FORMAT,
         TARIFF("{\"price_components\":[{\"type\":\"FLAT\",\"price\":\"1\",\"step_size\":1}]}", "")},
        {ROAM_E_UNSUPPORTED, PRICED("energy", "1", "0", "1")},
        {ROAM_E_UNSUPPORTED, PRICED("CO2", "1", "0", "1")},
        {ROAM_E_UNSUPPORTED, PRICED("ENERGY", "-0.01", "0", "1")},
        {ROAM_E_UNSUPPORTED, PRICED("ENERGY", "1", "-19", "1")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1.0000000001", "0", "1")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1000000000", "0", "1")},
        {ROAM_OK, PRICED("ENERGY", "999999999.999999999", "0", "1")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1", "0.00001", "1")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1e99", "0", "1")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1", "0", "-1")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1", "0", "1.5")},
        {ROAM_E_RANGE, PRICED("ENERGY", "1", "0", "2147483648")},
        {ROAM_E_FORMAT,
         TARIFF(ELEMENT(COMPONENT("TIME", "1", "0", "1") "," COMPONENT("TIME", "1", "0", "1")), "")},
        {ROAM_E_FORMAT, RULE("\"start_time\":\"24:00\"")},
        {ROAM_E_FORMAT, RULE("\"start_time\":\"9:00\"")},
        {ROAM_E_FORMAT, RULE("\"end_time\":\"12:60\"")},
        {ROAM_E_FORMAT, RULE("\"end_time\":\"12-30\"")},
        {ROAM_E_FORMAT, RULE("\"start_date\":\"2024-02-30\"")},
        {ROAM_E_FORMAT, RULE("\"end_date\":\"2024-1-01\"")},
        {ROAM_E_FORMAT, RULE("\"day_of_week\":[\"Monday\"]")},
        {ROAM_E_FORMAT, RULE("\"day_of_week\":[1]")},
        {ROAM_E_FORMAT, RULE("\"day_of_week\":\"MONDAY\"")},
        {ROAM_E_RANGE, RULE("\"min_kwh\":-1")},
        {ROAM_E_RANGE, RULE("\"max_kwh\":1.00001")},
        {ROAM_E_RANGE, RULE("\"min_current\":1e20")},
        {ROAM_E_RANGE, RULE("\"max_power\":0.00001")},
        {ROAM_E_RANGE, RULE("\"min_duration\":1.5")},
        {ROAM_E_RANGE, RULE("\"max_duration\":-1")},
        {ROAM_E_FORMAT, RULE("\"reservation\":\"MAYBE\"")},
        {ROAM_OK, RULE("\"reservation\":\"RESERVATION\"")},
        {ROAM_E_FORMAT,
         TARIFF(RESTRICTED("\"reservation\":\"RESERVATION\"", COMPONENT("ENERGY", "1", "0", "1")), "")},
        {ROAM_E_FORMAT, TARIFF(GOOD_ELEMENT, ",\"tax_included\":\"MAYBE\"")},
        {ROAM_E_FORMAT, TARIFF(GOOD_ELEMENT, ",\"min_price\":1")},
        {ROAM_E_FORMAT, TARIFF(GOOD_ELEMENT, ",\"min_price\":{\"incl_vat\":1}")},
        {ROAM_E_RANGE, TARIFF(GOOD_ELEMENT, ",\"min_price\":{\"excl_vat\":-1}")},
        {ROAM_E_RANGE, TARIFF(GOOD_ELEMENT, ",\"min_price\":{\"excl_vat\":1.00001}")},
        {ROAM_E_RANGE, TARIFF(GOOD_ELEMENT, ",\"max_price\":{\"excl_vat\":2,\"incl_vat\":1}")},
        {ROAM_E_RANGE,
         TARIFF(GOOD_ELEMENT, ",\"min_price\":{\"excl_vat\":2},\"max_price\":{\"excl_vat\":1}")},
        {ROAM_E_RANGE,
         TARIFF(
             GOOD_ELEMENT,
             ",\"min_price\":{\"excl_vat\":1,\"incl_vat\":3},\"max_price\":{\"excl_vat\":1,\"incl_vat\":2}")},
        {ROAM_E_FORMAT, TARIFF(GOOD_ELEMENT, ",\"start_date_time\":\"2024-01-01\"")},
        {ROAM_E_FORMAT, TARIFF(GOOD_ELEMENT, ",\"end_date_time\":\"2024-01-01T00:00:00+01:00\"")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct roam_diag diag = {0};
        enum roam_err err = ocpi_tariff_parse(&tariff, table[i].text, strlen(table[i].text), &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative += err != ROAM_OK;
    }
}

static void too_many_parts(void **state)
{
    (void)state;
    static char text[64 * 1024];
    struct roam_diag diag = {0};
    strcpy(text, "{\"id\":\"t\",\"currency\":\"EUR\",\"elements\":[" GOOD_ELEMENT);
    for (int i = 0; i < OCPI_ELEMENTS_MAX; i++) strcat(text, "," GOOD_ELEMENT);
    strcat(text, "]}");
    assert_int_equal(ocpi_tariff_parse(&tariff, text, strlen(text), &diag), ROAM_E_LIMIT);
#define FOUR                                                                                                 \
    ELEMENT(COMPONENT("ENERGY", "1", "0", "1") "," COMPONENT("TIME", "1", "0", "1") "," COMPONENT(           \
        "FLAT", "1", "0", "1") "," COMPONENT("PARKING_TIME", "1", "0", "1"))
    strcpy(text, "{\"id\":\"t\",\"currency\":\"EUR\",\"elements\":[" FOUR);
    for (int i = 0; i < OCPI_COMPONENTS_MAX / 4; i++) strcat(text, "," FOUR);
    strcat(text, "]}");
    assert_int_equal(ocpi_tariff_parse(&tariff, text, strlen(text), &diag), ROAM_E_LIMIT);
    count_negative += 2;
}

#define AT          "2024-01-01T10:00:00Z"
#define GOOD_PERIOD PERIOD(AT, VOLUME("ENERGY", "1"))
#define CDR(start, end, periods, totals, extra)                                                              \
    "{\"currency\":\"EUR\",\"start_date_time\":\"" start "\",\"end_date_time\":\"" end                       \
    "\",\"charging_periods\":[" periods "]," totals extra "}"
#define TOTALS      "\"total_cost\":{\"excl_vat\":1},\"total_energy\":1,\"total_time\":1"
#define ONE(period) CDR(AT, "2024-01-01T11:00:00Z", period, TOTALS, "")
#define WITH(extra) CDR(AT, "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "," extra)
#define SIGNED(values)                                                                                       \
    WITH("\"signed_data\":{\"encoding_method\":\"OCMF\",\"public_key\":\"aa\",\"signed_values\":[" values    \
         "]}")
#define VALUE(nature, data) "{\"nature\":\"" nature "\",\"plain_data\":\"\",\"signed_data\":\"" data "\"}"

static void refused_cdrs(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *text;
    } table[] = {
        {ROAM_OK, ONE(GOOD_PERIOD)},
        {ROAM_E_FORMAT, "5"},
        {ROAM_E_FORMAT, "{}"},
        {ROAM_E_FORMAT, CDR("2024-01-01", "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_FORMAT, CDR("2024-01-01T10:00:00.Z", "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_FORMAT,
         CDR("2024-01-01T10:00:00.1234567890Z", "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_FORMAT, CDR("2024-01-01T10:00:00Zx", "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_RANGE, CDR("9999-01-01T10:00:00Z", "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_RANGE, CDR("2024-01-01T10:00:01Z", "2024-01-01T11:00:00Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_RANGE, CDR(AT, "2024-01-01T09:59:59Z", GOOD_PERIOD, TOTALS, "")},
        {ROAM_E_FORMAT, ONE("")},
        {ROAM_E_FORMAT, ONE("5")},
        {ROAM_E_FORMAT, ONE("{\"start_date_time\":\"" AT "\"}")},
        {ROAM_E_FORMAT, ONE(PERIOD(AT, "{\"type\":\"ENERGY\"}"))},
        {ROAM_E_FORMAT, ONE(PERIOD(AT, "{\"volume\":1}"))},
        {ROAM_E_FORMAT, ONE(PERIOD(AT, VOLUME("ENERGY", "\"1\"")))},
        {ROAM_E_FORMAT, ONE(PERIOD(AT, VOLUME("ENERGY", "1") "," VOLUME("ENERGY", "1")))},
        {ROAM_E_UNSUPPORTED, ONE(PERIOD(AT, VOLUME("ENERGY", "-1")))},
        {ROAM_E_UNSUPPORTED, ONE(PERIOD(AT, VOLUME("WATER", "1")))},
        {ROAM_E_RANGE, ONE(PERIOD(AT, VOLUME("ENERGY", "1.00001")))},
        {ROAM_E_RANGE, ONE(PERIOD(AT, VOLUME("TIME", "0.08333")))},
        {ROAM_E_RANGE, ONE(PERIOD(AT, VOLUME("TIME", "1759218604.4416")))},
        {ROAM_OK, ONE(PERIOD(AT, VOLUME("TIME", "1759218604.4415")))},
        {ROAM_E_RANGE, ONE(PERIOD(AT, VOLUME("MAX_POWER", "1.00001")))},
        {ROAM_OK, ONE(PERIOD(AT, VOLUME("STATE_OF_CHARGE", "1.00001") "," VOLUME("CURRENT", "-5")))},
        {ROAM_E_FORMAT, CDR(AT, AT, GOOD_PERIOD, "\"total_energy\":1,\"total_time\":1", "")},
        {ROAM_E_FORMAT, CDR(AT, AT, GOOD_PERIOD, "\"total_cost\":{\"excl_vat\":1},\"total_time\":1", "")},
        {ROAM_E_FORMAT, CDR(AT, AT, GOOD_PERIOD, "\"total_cost\":{\"excl_vat\":1},\"total_energy\":1", "")},
        {ROAM_E_UNSUPPORTED, CDR(AT, AT, GOOD_PERIOD,
                                 "\"total_cost\":{\"excl_vat\":1},\"total_energy\":-1,\"total_time\":1", "")},
        {ROAM_E_FORMAT,
         CDR(AT, AT, GOOD_PERIOD, "\"total_cost\":{\"incl_vat\":1},\"total_energy\":1,\"total_time\":1", "")},
        {ROAM_E_FORMAT,
         CDR(AT, AT, GOOD_PERIOD,
             "\"total_cost\":{\"before_taxes\":1,\"taxes\":[{}]},\"total_energy\":1,\"total_time\":1", "")},
        {ROAM_E_RANGE, CDR(AT, AT, GOOD_PERIOD,
                           "\"total_cost\":{\"before_taxes\":1,\"taxes\":[{\"amount\":0.00001}]},\"total_"
                           "energy\":1,\"total_time\":1",
                           "")},
        {ROAM_E_FORMAT, WITH("\"total_time_cost\":5")},
        {ROAM_E_FORMAT, WITH("\"cdr_location\":5")},
        {ROAM_E_FORMAT, WITH("\"credit\":1")},
        {ROAM_E_LIMIT, WITH("\"cdr_location\":{\"country\":\"NLDX\"}")},
        {ROAM_E_FORMAT, WITH("\"signed_data\":{}")},
        {ROAM_E_FORMAT, SIGNED("")},
        {ROAM_E_FORMAT, SIGNED(VALUE("End", "a"))},
        {ROAM_E_FORMAT, SIGNED(VALUE("Start", "AAAA"))},
        {ROAM_E_FORMAT, SIGNED(VALUE("End", "AAAA") "," VALUE("Start", "AAAA"))},
        {ROAM_E_FORMAT, SIGNED(VALUE("Start", "AAAA") "," VALUE("Start", "AAAA") "," VALUE("End", "AAAA"))},
        {ROAM_OK, SIGNED(VALUE("Start", "AAAA") "," VALUE("Intermediate", "AAAA") "," VALUE("End", "AAAA"))},
        {ROAM_OK, SIGNED(VALUE("End", "AAAA"))},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct roam_diag diag = {0};
        struct ocpi_cdr cdr;
        enum roam_err err = ocpi_cdr_parse(&cdr, table[i].text, strlen(table[i].text), &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        if (err == ROAM_OK) ocpi_cdr_release(&cdr);
        count_negative += err != ROAM_OK;
    }
}

static void too_many_periods(void **state)
{
    (void)state;
    const size_t size = sizeof GOOD_PERIOD;
    char *text = malloc(300 + (OCPI_PERIODS_MAX + 1) * size), *end = text;
    struct ocpi_cdr cdr;
    end = stpcpy(end, "{\"currency\":\"EUR\",\"start_date_time\":\"" AT "\",\"end_date_time\":\"" AT
                      "\"," TOTALS ",\"charging_periods\":[");
    for (int i = 0; i <= OCPI_PERIODS_MAX; i++) end = stpcpy(end, i == 0 ? GOOD_PERIOD : "," GOOD_PERIOD);
    strcpy(end, "]}");
    assert_int_equal(ocpi_cdr_parse(&cdr, text, strlen(text), NULL), ROAM_E_LIMIT);
    strcpy(end - size, "]}");
    assert_int_equal(ocpi_cdr_parse(&cdr, text, strlen(text), NULL), ROAM_OK);
    assert_int_equal(cdr.period_count, OCPI_PERIODS_MAX);
    ocpi_cdr_release(&cdr);
    free(text);
    count_negative++;
}

static void refused_pricing(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *tariff, *cdr;
    } table[] = {
        {ROAM_OK, TARIFF(GOOD_ELEMENT, ""), ONE(GOOD_PERIOD)},
        {ROAM_E_UNSUPPORTED, TARIFF(GOOD_ELEMENT, ""), WITH("\"credit\":true,\"credit_reference_id\":\"1\"")},
        {ROAM_E_MISMATCH, "{\"id\":\"t\",\"currency\":\"CAD\",\"elements\":[" GOOD_ELEMENT "]}",
         ONE(GOOD_PERIOD)},
        {ROAM_E_UNSUPPORTED, TARIFF(GOOD_ELEMENT, ""),
         ONE("{\"start_date_time\":\"" AT "\",\"tariff_id\":\"u\",\"dimensions\":[]}")},
        {ROAM_OK, TARIFF(GOOD_ELEMENT, ""),
         ONE("{\"start_date_time\":\"" AT "\",\"tariff_id\":\"T\",\"dimensions\":[]}")},
        {ROAM_E_RANGE, TARIFF(GOOD_ELEMENT, ",\"start_date_time\":\"2024-01-01T10:00:01Z\""),
         ONE(GOOD_PERIOD)},
        {ROAM_E_RANGE, TARIFF(GOOD_ELEMENT, ",\"end_date_time\":\"" AT "\""), ONE(GOOD_PERIOD)},
        {ROAM_OK,
         TARIFF(GOOD_ELEMENT, ",\"start_date_time\":\"" AT "\",\"end_date_time\":\"2024-01-01T10:00:01Z\""),
         ONE(GOOD_PERIOD)},
        {ROAM_E_OVERFLOW, PRICED("TIME", "999999999.999999999", "0", "1"),
         ONE(PERIOD(AT, VOLUME("TIME", "1759218604")))},
        {ROAM_E_RANGE, PRICED("TIME", "1", "0", "1"),
         ONE(PERIOD(AT, VOLUME("TIME", "1759218604")) "," PERIOD(AT, VOLUME("TIME", "1759218604")))},
    };
    const struct zone utc = zone_fixed(0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct roam_diag diag = {0};
        struct ocpi_cdr cdr;
        struct ocpi_price price;
        maker_parse(&tariff, &cdr, table[i].tariff, table[i].cdr);
        enum roam_err err = ocpi_price(&price, &cdr, &tariff, &utc, &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative += err != ROAM_OK;
        ocpi_cdr_release(&cdr);
    }
}

static void tariff_inside_cdr(void **state)
{
    (void)state;
#define INSIDE(tariffs) WITH("\"tariffs\":[" tariffs "]")
    const char *two = INSIDE(
        TARIFF(GOOD_ELEMENT,
               ",\"end_date_time\":\"2023-01-01T00:00:00Z\"") ",{\"id\":\"second\",\"currency\":\"EUR\","
                                                              "\"elements\":[" GOOD_ELEMENT "]}");
    const char *late = INSIDE(TARIFF(GOOD_ELEMENT, ",\"start_date_time\":\"2025-01-01T00:00:00Z\""));
    assert_int_equal(ocpi_tariff_of_cdr(&tariff, two, strlen(two), NULL), ROAM_OK);
    assert_string_equal(tariff.id, "second");
    assert_int_equal(ocpi_tariff_of_cdr(&tariff, late, strlen(late), NULL), ROAM_E_NOTFOUND);
    const char *none = ONE(GOOD_PERIOD);
    assert_int_equal(ocpi_tariff_of_cdr(&tariff, none, strlen(none), NULL), ROAM_E_NOTFOUND);
    assert_int_equal(ocpi_tariff_of_cdr(&tariff, "[]", 2, NULL), ROAM_E_FORMAT);
    const char *bad = INSIDE("{}");
    assert_int_equal(ocpi_tariff_of_cdr(&tariff, bad, strlen(bad), NULL), ROAM_E_FORMAT);
    count_negative += 4;
}

static void zone_of_location(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *location;
    } table[] = {
        {ROAM_E_NOTFOUND, "{}"},
        {ROAM_E_NOTFOUND, "{\"country\":\"USA\"}"},
        {ROAM_E_NOTFOUND, "{\"country\":\"NLD\",\"time_zone\":\"Europe/Atlantis\"}"},
        {ROAM_E_FORMAT, "{\"country\":\"NLD\",\"time_zone\":\"../x\"}"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[MAKER_TEXT], extra[256];
        struct ocpi_cdr cdr;
        struct zone zone;
        snprintf(extra, sizeof extra, ",\"cdr_location\":%s", table[i].location);
        maker_cdr(text, AT, AT, GOOD_PERIOD, extra);
        assert_int_equal(ocpi_cdr_parse(&cdr, text, strlen(text), NULL), ROAM_OK);
        assert_int_equal(ocpi_zone(&zone, &cdr, NULL), table[i].err);
        ocpi_cdr_release(&cdr);
        count_negative++;
    }
}

/* A document cut anywhere is refused and leaves nothing behind. */
static void cut_documents(void **state)
{
    (void)state;
    static const char cdr_text[] = SIGNED(VALUE("Start", "AAAA") "," VALUE("End", "AAAA"));
    static const char tariff_text[] =
        TARIFF(RESTRICTED("\"min_kwh\":1", COMPONENT("ENERGY", "1", "0", "1")), "");
    struct ocpi_cdr cdr;
    for (size_t size = 0; size < sizeof cdr_text - 1; size++) {
        assert_int_equal(ocpi_cdr_parse(&cdr, cdr_text, size, NULL), ROAM_E_FORMAT);
        count_negative++;
    }
    for (size_t size = 0; size < sizeof tariff_text - 1; size++) {
        assert_int_equal(ocpi_tariff_parse(&tariff, tariff_text, size, NULL), ROAM_E_FORMAT);
        count_negative++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_tariffs),  cmocka_unit_test(too_many_parts),
        cmocka_unit_test(refused_cdrs),     cmocka_unit_test(too_many_periods),
        cmocka_unit_test(refused_pricing),  cmocka_unit_test(tariff_inside_cdr),
        cmocka_unit_test(zone_of_location), cmocka_unit_test(cut_documents),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
