/* Usage records from OCPI: quantities, signed readings, energy mix. */
#include "ocmf_maker.h"
#include "ocpi_maker.h"

#include "shared_data.h"

#include "file.h"

#define AT          "2024-01-01T10:00:00Z"
#define LATER       "2024-01-01T17:00:00Z"
#define END_TIME    "2024-01-01T20:00:00Z"
#define STEPS(type) COMPONENT(type, "1", "0", "60")

static struct ocpi_tariff tariff;
static const struct ocpi_terms four_decimals = {OCPI_DECIMALS, USAGE_ROUND_HALF_EVEN, 0, 0};
static struct zone utc;

static char *print(char *at, const char *format, ...) __attribute__((format(printf, 2, 3)));
static char *print(char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    at += vsprintf(at, format, arguments);
    va_end(arguments);
    return at;
}

/* Makes total_energy what the periods say, as a sender would. */
static void set_total_energy(struct ocpi_cdr *cdr)
{
    cdr->total_energy = 0;
    for (size_t i = 0; i < cdr->period_count; i++) cdr->total_energy += cdr->period[i].energy;
}

/* A session of 5 minutes charging and 3 parking; both rounding groups, the mask and the service measure. */
static void record_fields(void **state)
{
    (void)state;
    char tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
    struct ocpi_cdr cdr;
    struct usage_record record;
    const struct ocpi_energy_mix mix = {359000, {3725, 1, false}};
    maker_tariff(tariff_text,
                 RESTRICTED("\"end_time\":\"11:00\"", STEPS("TIME") "," STEPS("ENERGY")) "," ELEMENT(
                     STEPS("PARKING_TIME") "," STEPS("FLAT")),
                 "");
    maker_cdr(cdr_text, AT, END_TIME,
              PERIOD(AT, VOLUME("TIME", "0.0833") "," VOLUME("ENERGY", "1.2345")) "," PERIOD(
                  LATER, VOLUME("PARKING_TIME", "0.05") "," VOLUME("ENERGY", "0.0003")),
              "");
    maker_parse(&tariff, &cdr, tariff_text, cdr_text);
    set_total_energy(&cdr);
    assert_int_equal(ocpi_usage_record(&record, &cdr, &tariff, &utc, &mix, 999000, NULL), ROAM_OK);
    const uint64_t quantity[USAGE_SLOTS] = {833 * 9, 12345, 500 * 9, 1, 3};
    assert_memory_equal(record.quantity, quantity, sizeof quantity);
    assert_int_equal(record.last_mask, 1 << 1 | 1 << 2); /* energy and parking, not time */
    assert_int_equal(record.service_ppm, 999000);
    assert_int_equal(record.renewable, 4432); /* 12348 * 0.359 = 4432.932, down */
    assert_int_equal(record.co2_mg, 459963);  /* 1.2348 kWh * 372.5 g/kWh = 459.963 g */
    struct usage_record refused;
    assert_int_equal(ocpi_usage_record(&refused, &cdr, &tariff, &utc, NULL, 1000001, NULL), ROAM_E_RANGE);
    cdr.total_energy++;
    assert_int_equal(ocpi_usage_record(&refused, &cdr, &tariff, &utc, NULL, 0, NULL), ROAM_E_MISMATCH);
    count_negative += 2;
    ocpi_cdr_release(&cdr);
}

/* A CDR without volumes of energy still has its energy counted. */
static void energy_of_time_tariffs(void **state)
{
    (void)state;
    char tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
    struct ocpi_cdr cdr;
    struct usage_record record;
    struct usage_rate_card card;
    maker_tariff(tariff_text, ELEMENT(STEPS("TIME")), "");
    maker_cdr(cdr_text, AT, END_TIME, PERIOD(AT, VOLUME("TIME", "1")), "");
    maker_parse(&tariff, &cdr, tariff_text, cdr_text);
    cdr.total_energy = 153420;
    assert_int_equal(ocpi_usage_record(&record, &cdr, &tariff, &utc, NULL, 0, NULL), ROAM_OK);
    assert_int_equal(ocpi_rate_card(&card, &tariff, &four_decimals, NULL), ROAM_OK);
    assert_int_equal(usage_energy(&card, &record), 153420);
    ocpi_cdr_release(&cdr);
}

/* ---- signed data */

#define READING(tm, tx, rv)                                                                                  \
    "{\"TM\":\"2024-01-01T" tm ",000+0000 S\",\"TX\":\"" tx "\",\"RV\":" rv                                  \
    ",\"RI\":\"1-0:1.8.0\",\"RU\":\"kWh\",\"ST\":\"G\"}"
#define PAYLOAD(page, readings) "{\"GS\":\"g7\",\"PG\":\"" page "\",\"MS\":\"m7\",\"RD\":[" readings "]}"

static char *add_record(char *at, EVP_PKEY *signer, const char *nature, const char *payload)
{
    char record[2048];
    unsigned char text[4096];
    struct ocmf_text signed_text = maker_record(record, sizeof record, signer, payload);
    EVP_EncodeBlock(text, (const unsigned char *)signed_text.text, (int)signed_text.size);
    return print(at, "{\"nature\":\"%s\",\"plain_data\":\"\",\"signed_data\":\"%s\"}", nature, (char *)text);
}

/* The CDR of 1.5 kWh with signed data of the payloads; second may be NULL. */
static void signed_cdr(struct ocpi_cdr *cdr, EVP_PKEY *signer, const char *key, const char *encoding,
                       const char *meter, const char *first, const char *second)
{
    static char text[4 * MAKER_TEXT];
    char tariff_text[MAKER_TEXT];
    char *at = print(
        text,
        "{\"currency\":\"EUR\",\"start_date_time\":\"" AT "\",\"end_date_time\":\"" END_TIME
        "\",\"charging_periods\":[" PERIOD(
            AT, VOLUME("ENERGY",
                       "1.5")) "],\"total_cost\":{\"excl_vat\":0},\"total_energy\":1.5,\"total_time\":10%s,"
                               "\"signed_data\":{\"encoding_method\":\"%s\"%s,\"signed_values\":[",
        meter, encoding, key);
    at = add_record(at, signer, second == NULL ? "End" : "Start", first);
    if (second != NULL) at = add_record(print(at, ","), signer, "End", second);
    print(at, "]}}");
    maker_tariff(tariff_text, ELEMENT(STEPS("ENERGY")), "");
    maker_parse(&tariff, cdr, tariff_text, text);
}

static void signed_data(void **state)
{
    (void)state;
    EVP_PKEY *signer = maker_key(&maker_curves[1]), *stranger = maker_key(&maker_curves[1]);
    char key[600], key_member[700], wrong_member[700];
    maker_public(key, signer, MAKER_SPKI, true);
    snprintf(key_member, sizeof key_member, ",\"public_key\":\"%s\"", key);
    maker_public(key, stranger, MAKER_SPKI, true);
    snprintf(wrong_member, sizeof wrong_member, ",\"public_key\":\"%s\"", key);
    const char *begin = PAYLOAD("T1", READING("10:00:00", "B", "100.2"));
    const char *end = PAYLOAD("T2", READING("11:00:00", "E", "101.7"));
    const struct {
        enum roam_err err;
        const char *key, *encoding, *meter, *first, *second;
    } table[] = {
        {ROAM_OK, key_member, "OCMF", "", begin, end},
        {ROAM_OK, key_member, "OCMF", ",\"meter_id\":\"m7\"", begin, end},
        {ROAM_OK, key_member, "OCMF", ",\"meter_id\":\"g7\"", begin, end},
        {ROAM_OK, key_member, "OCMF", "",
         PAYLOAD("T1", READING("10:00:00", "B", "100.2") "," READING("11:00:00", "E", "101.7")), NULL},
        {ROAM_E_MISMATCH, key_member, "OCMF", ",\"meter_id\":\"m8\"", begin, end},
        {ROAM_E_MISMATCH, key_member, "OCMF", "", begin, PAYLOAD("T2", READING("11:00:00", "E", "101.7001"))},
        {ROAM_E_MISMATCH, key_member, "OCMF", "", begin, PAYLOAD("T2", READING("11:00:00", "E", "101.6999"))},
        {ROAM_E_RANGE, key_member, "OCMF", "", begin, PAYLOAD("T1", READING("11:00:00", "E", "101.7"))},
        {ROAM_E_RANGE, key_member, "OCMF", "", begin, PAYLOAD("T2", READING("09:00:00", "E", "101.7"))},
        {ROAM_E_NOTFOUND, key_member, "OCMF", "", begin, NULL},
        {ROAM_E_VERIFY, wrong_member, "OCMF", "", begin, end},
        {ROAM_E_FORMAT, "", "OCMF", "", begin, end},
        {ROAM_E_FORMAT, ",\"public_key\":\"\"", "OCMF", "", begin, end},
        {ROAM_E_UNSUPPORTED, key_member, "Alfen Eichrecht", "", begin, end},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ocpi_cdr cdr;
        struct usage_record record;
        struct roam_diag diag = {0};
        signed_cdr(&cdr, signer, table[i].key, table[i].encoding, table[i].meter, table[i].first,
                   table[i].second);
        enum roam_err err = ocpi_usage_record(&record, &cdr, &tariff, &utc, NULL, 0, &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        if (err == ROAM_OK) {
            struct ocmf_text records[2];
            struct ocmf_session session;
            for (size_t j = 0; j < cdr.signed_count; j++)
                records[j] = (struct ocmf_text){cdr.signed_value[j].data, cdr.signed_value[j].size};
            struct ocmf_text text = {cdr.public_key, strlen(cdr.public_key)};
            assert_int_equal(ocmf_session(&session, records, cdr.signed_count, text, NULL, NULL), ROAM_OK);
            assert_memory_equal(record.evidence, session.evidence, 32);
        }
        count_negative += err != ROAM_OK;
        ocpi_cdr_release(&cdr);
    }
    EVP_PKEY_free(signer);
    EVP_PKEY_free(stranger);
}

/* ---- energy mix */

static void energy_mix(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *text;
        uint32_t renewable_ppm;
        unsigned co2;
    } table[] = {
        {ROAM_OK, "{\"is_green_energy\":true}", 1000000, 0},
        {ROAM_OK, "{\"energy_mix\":{\"is_green_energy\":true,\"supplier_name\":\"x\"}}", 1000000, 0},
        {ROAM_OK, "{\"is_green_energy\":false}", 0, 0},
        {ROAM_OK,
         "{\"is_green_energy\":false,\"energy_sources\":[{\"source\":\"SOLAR\",\"percentage\":12.34567},{"
         "\"source\":\"WIND\",\"percentage\":20},{\"source\":\"WATER\",\"percentage\":0.5},{\"source\":"
         "\"GENERAL_GREEN\",\"percentage\":1},{\"source\":\"GAS\",\"percentage\":66.15433}],\"environ_"
         "impact\":[{\"category\":\"NUCLEAR_WASTE\",\"amount\":0.1},{\"category\":\"CARBON_DIOXIDE\","
         "\"amount\":372}]}",
         338456, 372},
        {ROAM_E_FORMAT, "[]", 0, 0},
        {ROAM_E_FORMAT, "{}", 0, 0},
        {ROAM_E_FORMAT, "{\"is_green_energy\":\"true\"}", 0, 0},
        {ROAM_E_FORMAT, "{\"is_green_energy\":false,\"energy_sources\":[{\"source\":\"SOLAR\"}]}", 0, 0},
        {ROAM_E_FORMAT, "{\"is_green_energy\":false,\"energy_sources\":[{\"percentage\":1}]}", 0, 0},
        {ROAM_E_FORMAT, "{\"is_green_energy\":false,\"environ_impact\":[{\"amount\":1}]}", 0, 0},
        {ROAM_E_RANGE,
         "{\"is_green_energy\":false,\"energy_sources\":[{\"source\":\"SOLAR\",\"percentage\":-1}]}", 0, 0},
        {ROAM_E_RANGE,
         "{\"is_green_energy\":false,\"energy_sources\":[{\"source\":\"SOLAR\",\"percentage\":100.0001}]}", 0,
         0},
        {ROAM_E_RANGE,
         "{\"is_green_energy\":false,\"energy_sources\":[{\"source\":\"SOLAR\",\"percentage\":60},{"
         "\"source\":\"GAS\",\"percentage\":41}]}",
         0, 0},
        {ROAM_E_RANGE,
         "{\"is_green_energy\":false,\"environ_impact\":[{\"category\":\"CARBON_DIOXIDE\",\"amount\":-1}]}",
         0, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ocpi_energy_mix mix;
        struct roam_diag diag = {0};
        enum roam_err err = ocpi_energy_mix_parse(&mix, table[i].text, strlen(table[i].text), &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        if (err != ROAM_OK) {
            count_negative++;
            continue;
        }
        assert_int_equal(mix.renewable_ppm, table[i].renewable_ppm);
        assert_true(mix.co2_g_per_kwh.digits == table[i].co2 && mix.co2_g_per_kwh.decimals == 0);
    }
}

static void real_energy_mix(void **state)
{
    (void)state;
    char path[1024];
    uint8_t *data;
    size_t size;
    struct ocpi_energy_mix mix;
    if (!shared_data_path(path, sizeof path, "ocpi/examples/location_energymix_example_complete.json"))
        return;
    assert_int_equal(file_read(&data, &size, path, 1 << 20, NULL), ROAM_OK);
    assert_int_equal(ocpi_energy_mix_parse(&mix, (const char *)data, size, NULL), ROAM_OK);
    assert_int_equal(mix.renewable_ppm, 359000);
    assert_true(mix.co2_g_per_kwh.digits == 372);
    free(data);
}

int main(void)
{
    utc = zone_fixed(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_fields),   cmocka_unit_test(energy_of_time_tariffs),
        cmocka_unit_test(signed_data),     cmocka_unit_test(energy_mix),
        cmocka_unit_test(real_energy_mix),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
