/* Prices that the OCPI specification and the published tariff vectors state. */
#include <dirent.h>

#include "ocpi_maker.h"

#include "circuit_fixture.h"
#include "file.h"
#include "settle.h"
#include "shared_data.h"

static struct ocpi_tariff tariff;
static struct zone utc;
static struct circuit_fixture settle_one; /* settle with one place, made when it is needed first */

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

static char *read_all(const char *path)
{
    static uint8_t *data;
    size_t size;
    enum roam_err err = file_read(&data, &size, path, 1 << 20, NULL);
    ROAM_ASSERT(err == ROAM_OK);
    return (char *)data;
}

/* The vector whose session costs less than the tariff's minimum states the cost without it. */
static void check_vector(const char *name, const struct ocpi_price *price, const struct ocpi_cdr *cdr)
{
    struct ocpi_difference difference[OCPI_DIFFERENCES_MAX];
    size_t count = ocpi_compare(difference, price, cdr);
    if (strcmp(name, "025kwh_min_price/cdr2_less_than_2kWh.json") == 0) {
        assert_int_equal(count, 2);
        assert_string_equal(difference[0].field, "total_cost");
        assert_string_equal(difference[0].stated, "0.3000");
        assert_string_equal(difference[0].computed, "0.5000");
        assert_string_equal(difference[1].part, "gross");
        assert_string_equal(difference[1].stated, "0.3300");
        assert_string_equal(difference[1].computed, "0.5500");
    } else if (count > 0) {
        fail_msg("%s: %s %s: stated %s, computed %s", name, difference[0].field, difference[0].part,
                 difference[0].stated, difference[0].computed);
    }
}

struct settled {
    struct settle_input input;
    struct settle_public public;
};

static void emit_settle(struct builder *b, void *context)
{
    const struct settled *settled = context;
    settle_circuit(b, 1, settled != NULL ? &settled->input : NULL,
                   settled != NULL ? settled->public.signal : NULL);
}

/* The circuit holds for the session with this fee as its total, and with no other. */
static void check_settled(const struct usage_rate_card *card, const struct usage_record *record,
                          const uint64_t fee[USAGE_COLUMNS])
{
    enum { TOTAL_FEE_WIRE = 4 };
    const struct settle_session session = {*record, fee[USAGE_GROSS] + 1000};
    struct settled settled = {.input = {.card = *card, .sessions = &session, .count = 1}};
    fr total;
    assert_int_equal(settle_public_signals(&settled.public, &settled.input, 1, NULL), ROAM_OK);
    assert_true(settled.public.total_fee == fee[USAGE_GROSS]);
    assert_true(settled.public.total_tax == fee[USAGE_GROSS] - fee[USAGE_NET]);
    if (settle_one.witness == NULL) fixture_build(&settle_one, emit_settle, NULL);
    fixture_assign(&settle_one, &settled, NULL);
    assert_true(fixture_holds(&settle_one));
    fr_from_u64(&total, fee[USAGE_GROSS]);
    assert_true(fr_equal(&settle_one.witness[TOTAL_FEE_WIRE], &total));
    fr_add(&settle_one.witness[TOTAL_FEE_WIRE], &total, &fr_one);
    assert_false(fixture_holds(&settle_one));
    count_negative++;
}

/* The rate card and the usage record of a vector make the same fee, and settle to it. */
static void check_fee(const struct ocpi_price *price, const struct ocpi_cdr *cdr)
{
    const struct ocpi_terms terms = {OCPI_DECIMALS, USAGE_ROUND_HALF_EVEN, 0, 0};
    struct usage_rate_card card;
    struct usage_record record;
    struct usage_fee fee;
    assert_int_equal(ocpi_rate_card(&card, &tariff, &terms, NULL), ROAM_OK);
    assert_int_equal(ocpi_usage_record(&record, cdr, &tariff, &utc, NULL, 0, NULL), ROAM_OK);
    assert_int_equal(usage_rate(&fee, &card, &record, USAGE_MONEY_MAX, NULL), ROAM_OK);
    for (int c = 0; c < USAGE_COLUMNS; c++) assert_true(fee.fee[c] == price->cost[OCPI_TOTAL_COST][c]);
    check_settled(&card, &record, price->cost[OCPI_TOTAL_COST]);
}

static void price_vector(const char *folder, const char *name, const char *file)
{
    char path[1024], title[600];
    struct ocpi_cdr cdr;
    struct ocpi_price price;
    snprintf(path, sizeof path, "%s/%s/tariff.json", folder, name);
    char *tariff_text = read_all(path);
    snprintf(path, sizeof path, "%s/%s/%s", folder, name, file);
    char *cdr_text = read_all(path);
    maker_parse(&tariff, &cdr, tariff_text, cdr_text);
    assert_int_equal(ocpi_price(&price, &cdr, &tariff, &utc, NULL), ROAM_OK);
    snprintf(title, sizeof title, "%s/%s", name, file);
    check_vector(title, &price, &cdr);
    check_fee(&price, &cdr);
    ocpi_cdr_release(&cdr);
    free(tariff_text);
    free(cdr_text);
    count_property++;
}

static void vectors(void **state)
{
    (void)state;
    char folder[512], path[1024];
    unsigned count = 0;
    if (!shared_data_path(folder, sizeof folder, "ocpi/tariff-vectors")) return;
    DIR *names = opendir(folder);
    assert_non_null(names);
    for (struct dirent *name; (name = readdir(names)) != NULL;) {
        if (name->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, name->d_name);
        DIR *files = opendir(path);
        assert_non_null(files);
        for (struct dirent *file; (file = readdir(files)) != NULL;) {
            if (strncmp(file->d_name, "cdr", 3) != 0) continue;
            price_vector(folder, name->d_name, file->d_name);
            count++;
        }
        closedir(files);
    }
    closedir(names);
    print_message("tariff vectors: %u CDRs\n", count);
    assert_true(count > 0);
}

/* The specification's example tariffs (mod_tariffs) with the amounts that its text states. */
static const struct {
    const char *file, *start, *periods, *net, *gross;
} specification_table[] = {
    {"8_simple_025kwh", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "20")),
     "5.00", "5.50"},
    {"9_025kwh_start", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "20")), "5.50",
     "6.10"},
    {"12_025kwh_min_price", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "20")),
     "5.00", "5.50"},
    {"12_025kwh_min_price", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "1.9")),
     "0.50", "0.55"},
    {"10_025kwh_parking_start", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "20")) "," PERIOD("2022-01-13T15:00:00Z",
                                                                       VOLUME("PARKING_TIME", "0.6667")),
     "7.00", "7.90"},
    {"6_025kwh_start_max_price", "2019-01-13T14:00:00Z",
     PERIOD("2019-01-13T14:00:00Z", VOLUME("ENERGY", "50")), "10.00", "11.00"},
    {"6_025kwh_start_max_price", "2019-01-13T14:00:00Z",
     PERIOD("2019-01-13T14:00:00Z", VOLUME("ENERGY", "30")), "8.00", "8.85"},
    {"1_simple_2hour", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("TIME", "2.5")) "," PERIOD("2022-01-13T16:30:00Z",
                                                                      VOLUME("PARKING_TIME", "1")),
     "5.00", "5.50"},
    {"19_simple_north_american_exclusive", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("TIME", "2.5")), "5.00", "5.00"},
    {"20_simple_north_american_inclusive", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("TIME", "2.5")), "5.25", "5.25"},
    {"13_simple_3hour_5parking", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("TIME", "2.5")) "," PERIOD("2022-01-13T16:30:00Z",
                                                                      VOLUME("PARKING_TIME", "0.7")),
     "11.25", "12.75"},
    /* 4.75 and, before the text rounds it to cents, 4.997 */
    {"2_alt_text", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("TIME", "2.5")), "4.75",
     "4.997"},
    /* in the text 5.63 and 6.24 */
    {"3_alt_url", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "20.45")), "5.625",
     "6.2375"},
    /* Monday 09:30, 165 minutes at 16 A, 42 minutes parking */
    {"4_complex", "2022-01-10T09:30:00Z",
     PERIOD("2022-01-10T09:30:00Z", VOLUME("TIME", "2.75") "," VOLUME("MAX_CURRENT", "16")) "," PERIOD(
         "2022-01-10T12:15:00Z", VOLUME("PARKING_TIME", "0.7")),
     "9.00", "10.30"},
    /* Saturday 13:30, 114 minutes at 43 A or more, 71 minutes parking. The text says 12.28 and 13.861: it
     * multiplies the 1.9 hours by 1.20, the tariff says 1.25. */
    {"4_complex", "2022-01-15T13:30:00Z",
     PERIOD("2022-01-15T13:30:00Z", VOLUME("TIME", "1.9") "," VOLUME("MIN_CURRENT", "43")) "," PERIOD(
         "2022-01-15T15:24:00Z", VOLUME("PARKING_TIME", "1.1834")),
     "12.375", "13.975"},
    {"5_free_of_charge", "2022-01-13T14:00:00Z", PERIOD("2022-01-13T14:00:00Z", VOLUME("ENERGY", "20")), "0",
     "0"},
    {"15_reservation_5_euro_per_hour", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("RESERVATION_TIME", "0.25")) "," PERIOD("2022-01-13T14:15:00Z",
                                                                                   VOLUME("ENERGY", "20")),
     "6.75", "7.60"},
    {"16_reservation_2_euro_fee_5_euro_per_hour", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("RESERVATION_TIME", "0.2167")) "," PERIOD("2022-01-13T14:13:00Z",
                                                                                     VOLUME("ENERGY", "20")),
     "8.75", "10.00"},
    {"17_reservation_with_expire_fee", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("RESERVATION_TIME", "0.3667")) "," PERIOD("2022-01-13T14:22:00Z",
                                                                                     VOLUME("ENERGY", "20")),
     "6.50", "7.30"},
    {"17_reservation_with_expire_fee", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("RESERVATION_TIME", "1")), "6.00", "7.20"},
    {"18_reservation_with_expire_time", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("RESERVATION_TIME", "0.3667")) "," PERIOD("2022-01-13T14:22:00Z",
                                                                                     VOLUME("ENERGY", "20")),
     "7.00", "7.90"},
    {"18_reservation_with_expire_time", "2022-01-13T14:00:00Z",
     PERIOD("2022-01-13T14:00:00Z", VOLUME("RESERVATION_TIME", "1.5")), "9.00", "10.80"},
    /* 25 minutes before 17:00 and 10 after it: 25 at 1.20 and 20 at 2.40; minutes are no four decimals of
       an hour */
    {"14_step_size", "2022-01-13T16:35:00Z",
     PERIOD("2022-01-13T16:35:00Z", VOLUME("TIME", "0.4167")) "," PERIOD("2022-01-13T17:00:00Z",
                                                                         VOLUME("TIME", "0.1667")),
     "1.3", "1.3"},
    /* charging 12 minutes from 19:40, then parking 8 minutes before 20:00, rounded to 15, and 12 after
       it, free */
    {"14_step_size", "2022-01-13T19:40:00Z",
     PERIOD("2022-01-13T19:40:00Z", VOLUME("TIME", "0.2")) "," PERIOD(
         "2022-01-13T19:52:00Z", VOLUME("PARKING_TIME", "0.1333")) "," PERIOD("2022-01-13T20:00:00Z",
                                                                              VOLUME("PARKING_TIME", "0.2")),
     "0.73", "0.73"},
};

static void specification_examples(void **state)
{
    (void)state;
    char folder[512];
    if (!shared_data_path(folder, sizeof folder, "ocpi/examples")) return;
    for (size_t i = 0; i < sizeof specification_table / sizeof *specification_table; i++) {
        char path[1024], cdr_text[MAKER_TEXT], end[32];
        snprintf(path, sizeof path, "%s/tariff_%s.json", folder, specification_table[i].file);
        snprintf(end, sizeof end, "%.10sT23:59:59Z", specification_table[i].start);
        maker_cdr(cdr_text, specification_table[i].start, end, specification_table[i].periods, "");
        char *tariff_text = read_all(path);
        char *currency = strstr(tariff_text, "CAD");
        if (currency != NULL) memcpy(currency, "EUR", 3);
        struct ocpi_price price = price_of(tariff_text, cdr_text, &utc);
        free(tariff_text);
        int64_t off[2] = {(int64_t)(price.cost[0][0] - maker_amount(specification_table[i].net)),
                          (int64_t)(price.cost[0][1] - maker_amount(specification_table[i].gross))};
        bool thirds = strcmp(specification_table[i].file, "14_step_size") == 0;
        for (int c = 0; c < 2; c++)
            if (off[c] < -thirds || off[c] > thirds)
                fail_msg("row %zu %s: net %llu gross %llu", i, specification_table[i].file,
                         (unsigned long long)price.cost[0][0], (unsigned long long)price.cost[0][1]);
    }
}

/* The specification's CDR, priced with the tariff inside it. */
static void specification_cdr(void **state)
{
    (void)state;
    char path[1024];
    struct ocpi_cdr cdr;
    struct ocpi_price price;
    struct ocpi_difference difference[OCPI_DIFFERENCES_MAX];
    struct zone zone;
    if (!shared_data_path(path, sizeof path, "ocpi/examples/cdr_example.json")) return;
    char *text = read_all(path);
    assert_int_equal(ocpi_tariff_of_cdr(&tariff, text, strlen(text), NULL), ROAM_OK);
    assert_int_equal(ocpi_cdr_parse(&cdr, text, strlen(text), NULL), ROAM_OK);
    assert_int_equal(ocpi_zone(&zone, &cdr, NULL), ROAM_OK); /* BEL */
    assert_int_equal(zone_offset_s(&zone, 1733420349), 3600);
    assert_int_equal(ocpi_price(&price, &cdr, &tariff, &zone, NULL), ROAM_OK);
    assert_int_equal(price.cost[OCPI_TOTAL_COST][USAGE_NET], 40000);
    assert_int_equal(price.cost[OCPI_TIME_COST][USAGE_GROSS], 44000);
    assert_int_equal(price.billed[OCPI_TIME], 2 * 3600 * 25);
    assert_int_equal(ocpi_compare(difference, &price, &cdr), 1); /* 17:39:09 to 19:37:32 */
    assert_string_equal(difference[0].field, "total_time");
    assert_string_equal(difference[0].stated, "1.9730");
    assert_string_equal(difference[0].computed, "1.9731");
    zone_release(&zone);
    ocpi_cdr_release(&cdr);
    free(text);
    count_property++;
}

#define AT    "2022-01-13T14:00:00Z"
#define LATER "2022-01-13T17:00:00Z"
#define SWITCHING(type, first, second, step)                                                                 \
    RESTRICTED("\"end_time\":\"17:00\"", COMPONENT(type, first, "0", step))                                  \
    "," ELEMENT(COMPONENT(type, second, "0", step))

/* The texts of mod_cdrs and mod_tariffs about step_size; billed quantities in base units. */
static void steps(void **state)
{
    (void)state;
    static const struct {
        const char *elements, *periods;
        enum ocpi_dimension dimension;
        uint64_t billed;
        const char *net;
    } table[] = {
        {SWITCHING("ENERGY", "0.20", "0.27", "500"),
         PERIOD(AT, VOLUME("ENERGY", "4.3")) "," PERIOD(LATER, VOLUME("ENERGY", "1.1")), OCPI_ENERGY, 55000,
         "1.184"},
        {SWITCHING("TIME", "5", "7", "600"),
         PERIOD(AT, VOLUME("TIME", "0.1")) "," PERIOD(LATER, VOLUME("TIME", "0.3667")), OCPI_TIME, 1800 * 25,
         "3.3"},
        {ELEMENT(COMPONENT("TIME", "1", "0", "600") "," COMPONENT("PARKING_TIME", "3", "0", "600")),
         PERIOD(AT, VOLUME("TIME", "0.35")) "," PERIOD(LATER, VOLUME("PARKING_TIME", "0.2667")),
         OCPI_PARKING_TIME, 1200 * 25, "1.35"},
        {ELEMENT(COMPONENT("TIME", "1", "0", "300") "," COMPONENT("PARKING_TIME", "3", "0", "300")),
         PERIOD(AT, VOLUME("TIME", "0.35")) "," PERIOD(LATER, VOLUME("PARKING_TIME", "0.1167")),
         OCPI_PARKING_TIME, 600 * 25, "0.85"},
        {ELEMENT(COMPONENT("ENERGY", "0.25", "0", "1")), PERIOD(AT, VOLUME("ENERGY", "0.1152")), OCPI_ENERGY,
         1160, "0.029"},
        {ELEMENT(COMPONENT("ENERGY", "0.25", "0", "25")), PERIOD(AT, VOLUME("ENERGY", "0.1152")), OCPI_ENERGY,
         1250, "0.0312"},
        {ELEMENT(COMPONENT("ENERGY", "0.25", "0", "500")), PERIOD(AT, VOLUME("ENERGY", "0.1152")),
         OCPI_ENERGY, 5000, "0.125"},
        {ELEMENT(COMPONENT("ENERGY", "0.25", "0", "0")), PERIOD(AT, VOLUME("ENERGY", "0.1152")), OCPI_ENERGY,
         1152, "0.0288"},
        /* a session that ends charging after it parked: parking alone is rounded */
        {ELEMENT(COMPONENT("TIME", "1", "0", "600") "," COMPONENT("PARKING_TIME", "3", "0", "600")),
         PERIOD(AT, VOLUME("PARKING_TIME", "0.1")) "," PERIOD(LATER, VOLUME("TIME", "0.25")),
         OCPI_PARKING_TIME, 600 * 25, "0.75"},
        /* parking without a price leaves the round-up to charging */
        {ELEMENT(COMPONENT("TIME", "1", "0", "600")),
         PERIOD(AT, VOLUME("TIME", "0.25")) "," PERIOD(LATER, VOLUME("PARKING_TIME", "1")), OCPI_TIME,
         1200 * 25, "0.3333"},
        /* and so does a volume of 0 */
        {ELEMENT(COMPONENT("TIME", "1", "0", "600") "," COMPONENT("PARKING_TIME", "3", "0", "600")),
         PERIOD(AT, VOLUME("TIME", "0.25") "," VOLUME("PARKING_TIME", "0")), OCPI_TIME, 1200 * 25, "0.3333"},
        /* energy without a price does not count in the step's total */
        {RESTRICTED("\"start_time\":\"17:00\"", COMPONENT("ENERGY", "1", "0", "1000")),
         PERIOD(AT, VOLUME("ENERGY", "0.9")) "," PERIOD(LATER, VOLUME("ENERGY", "1.5")), OCPI_ENERGY, 20000,
         "2"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
        maker_tariff(tariff_text, table[i].elements, "");
        maker_cdr(cdr_text, AT, "2022-01-13T20:00:00Z", table[i].periods, "");
        struct ocpi_price price = price_of(tariff_text, cdr_text, &utc);
        if (price.billed[table[i].dimension] != table[i].billed ||
            price.cost[0][0] != maker_amount(table[i].net))
            fail_msg("row %zu: billed %llu, net %llu", i,
                     (unsigned long long)price.billed[table[i].dimension],
                     (unsigned long long)price.cost[0][0]);
    }
}

int main(void)
{
    utc = zone_fixed(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(specification_examples),
        cmocka_unit_test(specification_cdr),
        cmocka_unit_test(steps),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
