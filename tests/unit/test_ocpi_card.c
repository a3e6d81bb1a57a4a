/* Rate cards and usage records from OCPI: the fee of the frozen rule equals the price, or the tariff is
 * refused. */
#include "ocpi_maker.h"

#define AT       "2024-01-01T10:00:00Z"
#define LATER    "2024-01-01T17:00:00Z"
#define END_TIME "2024-01-01T20:00:00Z"

static struct ocpi_tariff tariff;
static const struct ocpi_terms four_decimals = {OCPI_DECIMALS, USAGE_ROUND_HALF_EVEN, 0, 0};
static struct zone utc;

/* usage_rate of card and record against ocpi_price, for parsed objects; returns the card's refusal, if any.
 */
static enum roam_err compare(struct usage_rate_card *card, const struct ocpi_cdr *cdr, struct roam_diag *diag)
{
    struct ocpi_price price;
    struct usage_record record;
    struct usage_fee fee;
    if (ocpi_price(&price, cdr, &tariff, &utc, diag) != ROAM_OK) fail_msg("price: %s", diag->text);
    ROAM_TRY(ocpi_rate_card(card, &tariff, &four_decimals, diag));
    if (ocpi_usage_record(&record, cdr, &tariff, &utc, NULL, 0, diag) != ROAM_OK)
        fail_msg("record: %s", diag->text);
    if (usage_rate(&fee, card, &record, USAGE_MONEY_MAX, diag) != ROAM_OK) fail_msg("rate: %s", diag->text);
    for (int c = 0; c < USAGE_COLUMNS; c++)
        if (fee.fee[c] != price.cost[OCPI_TOTAL_COST][c])
            fail_msg("column %d: fee %llu, price %llu", c, (unsigned long long)fee.fee[c],
                     (unsigned long long)price.cost[OCPI_TOTAL_COST][c]);
    assert_int_equal(usage_energy(card, &record), price.energy);
    assert_memory_equal(record.evidence, cdr->digest, 32);
    count_property++;
    return ROAM_OK;
}

static char *print(char *at, const char *format, ...) __attribute__((format(printf, 2, 3)));
static char *print(char *at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    at += vsprintf(at, format, arguments);
    va_end(arguments);
    return at;
}

static char *random_number(char *at, struct roam_prng *prng, uint64_t maximum)
{
    static const unsigned powers[] = {1, 10, 100, 1000, 10000};
    size_t decimals = prng_below(prng, 5);
    uint64_t units = prng_below(prng, maximum * powers[decimals] + 1);
    at = print(at, "%llu", (unsigned long long)(units / powers[decimals]));
    if (decimals > 0)
        at = print(at, ".%0*llu", (int)decimals, (unsigned long long)(units % powers[decimals]));
    return at;
}

static char *random_component(char *at, struct roam_prng *prng, const char *type)
{
    static const char *const rates[] = {"0", "19", "20", "5.5", "7.7"};
    at = print(at, "{\"type\":\"%s\",\"price\":", type);
    at = random_number(at, prng, 5);
    at = print(at, ",\"vat\":%s", rates[prng_below(prng, 5)]);
    return print(at, ",\"step_size\":%llu}",
                 (unsigned long long)prng_below(prng, prng_below(prng, 2) ? 3 : 4000));
}

/* Up to two elements per case carry restrictions; one kind of reservation element now and then. */
static char *random_element(char *at, struct roam_prng *prng)
{
    static const char *const types[] = {"ENERGY", "TIME", "PARKING_TIME", "FLAT"};
    static const char *const rules[] = {"\"end_time\":\"11:00\"", "\"min_kwh\":3",
                                        "\"max_kwh\":5",          "\"max_duration\":7200",
                                        "\"min_power\":20",       "\"day_of_week\":[\"MONDAY\"]"};
    bool reservation = prng_below(prng, 5) == 0, first = true;
    at = print(at, "{\"price_components\":[");
    for (size_t i = 0; i < 4; i++) {
        if ((reservation && i != 1 && i != 3) || prng_below(prng, 2) == 0) continue;
        if (!first) at = print(at, ",");
        at = random_component(at, prng, types[i]);
        first = false;
    }
    if (first) at = random_component(at, prng, "TIME");
    if (reservation) return print(at, "],\"restrictions\":{\"reservation\":\"RESERVATION\"}}");
    if (prng_below(prng, 2) == 0) return print(at, "]}");
    return print(at, "],\"restrictions\":{%s}}", rules[prng_below(prng, 6)]);
}

static void random_tariff(char *out, struct roam_prng *prng)
{
    char *at = print(out, "{\"id\":\"t\",\"currency\":\"EUR\",\"elements\":[");
    for (uint64_t i = 0, count = 1 + prng_below(prng, 3); i < count; i++) {
        if (i > 0) at = print(at, ",");
        at = random_element(at, prng);
    }
    at = print(at, "]");
    if (prng_below(prng, 4) == 0) at = print(at, ",\"min_price\":{\"excl_vat\":1.5,\"incl_vat\":1.785}");
    if (prng_below(prng, 4) == 0) at = print(at, ",\"max_price\":{\"excl_vat\":12.25,\"incl_vat\":13.0001}");
    if (prng_below(prng, 4) == 0)
        at = print(at, ",\"tax_included\":\"%s\"", prng_below(prng, 2) ? "YES" : "N/A");
    print(at, "}");
}

static void random_cdr(char *out, struct roam_prng *prng)
{
    static const char *const types[] = {"ENERGY", "TIME", "PARKING_TIME", "RESERVATION_TIME", "MAX_POWER"};
    char periods[4096], *at = periods;
    for (uint64_t i = 0, count = 1 + prng_below(prng, 5); i < count; i++) {
        bool first = true;
        at = print(at, "%s{\"start_date_time\":\"2024-01-01T%02llu:00:00Z\",\"dimensions\":[",
                   i > 0 ? "," : "", (unsigned long long)(9 + i));
        for (size_t t = 0; t < 5; t++) {
            if (prng_below(prng, 2) == 0 || (t == 3 && i > 0)) continue;
            at = print(at, "%s{\"type\":\"%s\",\"volume\":", first ? "" : ",", types[t]);
            at = random_number(at, prng, t == 4 ? 50 : 5);
            at = print(at, "}");
            first = false;
        }
        at = print(at, "]}");
    }
    maker_cdr(out, "2024-01-01T09:00:00Z", END_TIME, periods, "");
}

/* Makes total_energy what the periods say, as a sender would. */
static void set_total_energy(struct ocpi_cdr *cdr)
{
    cdr->total_energy = 0;
    for (size_t i = 0; i < cdr->period_count; i++) cdr->total_energy += cdr->period[i].energy;
}

static void fee_equals_price(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 8000; i++) {
        char tariff_text[MAKER_TEXT], cdr_text[MAKER_TEXT];
        struct usage_rate_card card;
        struct ocpi_cdr cdr;
        struct roam_diag diag = {0};
        random_tariff(tariff_text, &prng);
        random_cdr(cdr_text, &prng);
        maker_parse(&tariff, &cdr, tariff_text, cdr_text);
        set_total_energy(&cdr);
        enum roam_err err = compare(&card, &cdr, &diag);
        ocpi_cdr_release(&cdr);
        if (err != ROAM_OK && err != ROAM_E_LIMIT && err != ROAM_E_UNSUPPORTED)
            fail_msg("case %d: %s: %s", i, roam_err_name(err), diag.text);
        count_negative += err != ROAM_OK;
    }
    assert_true(count_property > 4000);
}

static enum roam_err card_of(struct usage_rate_card *card, const char *elements, const char *extra,
                             int decimals, struct roam_diag *diag)
{
    char text[MAKER_TEXT];
    struct ocpi_terms terms = four_decimals;
    terms.decimals = decimals;
    maker_tariff(text, elements, extra);
    if (ocpi_tariff_parse(&tariff, text, strlen(text), diag) != ROAM_OK) fail_msg("%s", diag->text);
    return ocpi_rate_card(card, &tariff, &terms, diag);
}

/* 0.25 per kWh, 19 % tax, 2 decimals: 25 cents / 10^4 units = 1/400 net and 1.19/400 = 119/40000 gross, so
 * 40000 atoms make a cent; 3 per hour with the same tax is 300/90000 = 1/300 net and 1.19/300 = 119/30000
 * gross. */
static void scale_is_smallest(void **state)
{
    (void)state;
    struct usage_rate_card card;
    struct roam_diag diag = {0};
    const char *energy = ELEMENT(COMPONENT("ENERGY", "0.25", "19", "100"));
    if (card_of(&card, energy, "", 2, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(card.scale, 40000);
    assert_int_equal(card.slot[0].price[USAGE_NET], 100);
    assert_int_equal(card.slot[0].price[USAGE_GROSS], 119);
    assert_int_equal(card.slot[0].step, 1000);
    assert_int_equal(card.slot[0].group, 1);
    assert_true(card.slot[0].is_energy);
    assert_int_equal(card.slot[1].step, 1);
    const char *both =
        ELEMENT(COMPONENT("ENERGY", "0.25", "19", "100") "," COMPONENT("TIME", "3", "19", "60"));
    if (card_of(&card, both, "", 2, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(card.scale, 120000);
    assert_int_equal(card.slot[0].price[USAGE_GROSS], 357);
    assert_int_equal(card.slot[1].price[USAGE_NET], 400);
    assert_int_equal(card.slot[1].price[USAGE_GROSS], 476);
    assert_int_equal(card.slot[1].step, 1500);
    assert_int_equal(card.slot[1].group, 2);
}

static void slots_and_limits(void **state)
{
    (void)state;
    struct usage_rate_card card;
    struct roam_diag diag = {0};
    /* the same component twice has one slot, a free flat fee none; energy can be unpriced before 17:00 */
    const char *elements = RESTRICTED(
        "\"start_time\":\"17:00\"",
        COMPONENT("ENERGY", "1", "0", "1") "," COMPONENT(
            "FLAT", "0", "0", "0")) "," RESTRICTED("\"start_time\":\"18:00\"",
                                                   COMPONENT("ENERGY", "1.00", "0.0",
                                                             "1") "," COMPONENT("FLAT", "2", "0", "9"));
    if (card_of(&card, elements, ",\"min_price\":{\"excl_vat\":0.5},\"max_price\":{\"excl_vat\":10}", 2,
                &diag) != ROAM_OK)
        fail_msg("%s", diag.text);
    assert_int_equal(card.slot[0].price[USAGE_NET], 1);
    assert_int_equal(card.scale, 100);
    assert_int_equal(card.slot[1].price[USAGE_NET], 20000);
    assert_int_equal(card.slot[1].group, 0);
    assert_int_equal(card.slot[2].price[USAGE_GROSS], 0);
    assert_true(card.slot[2].is_energy);
    assert_int_equal(card.slot[3].step, 1);
    assert_false(card.slot[3].is_energy);
    assert_int_equal(card.minimum[USAGE_NET], 50);
    assert_int_equal(card.minimum[USAGE_GROSS], 50);
    assert_int_equal(card.maximum[USAGE_NET], 1000);
    assert_int_equal(card.maximum[USAGE_GROSS], USAGE_MONEY_MAX);
}

#define STEPS(type)          COMPONENT(type, "1", "0", "60")
#define RESERVED(components) RESTRICTED("\"reservation\":\"RESERVATION\"", components)

static void refused_cards(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *word, *elements, *extra;
        int decimals;
    } table[] = {
        {ROAM_E_UNSUPPORTED, "3 groups",
         ELEMENT(STEPS("ENERGY") "," STEPS("TIME") "," STEPS("PARKING_TIME")) "," RESERVED(STEPS("TIME")), "",
         4},
        {ROAM_OK, "",
         ELEMENT(STEPS("ENERGY") "," STEPS("TIME") "," STEPS("PARKING_TIME")) "," RESERVED(
             COMPONENT("TIME", "1", "0", "0")),
         "", 4},
        {ROAM_OK, "",
         ELEMENT(STEPS("ENERGY") "," STEPS("PARKING_TIME")) "," RESERVED(STEPS("TIME") "," STEPS("FLAT")), "",
         4},
        {ROAM_E_LIMIT, "more than 8",
         ELEMENT(STEPS("ENERGY") "," STEPS("TIME") "," STEPS("PARKING_TIME")) "," RESTRICTED(
             "\"min_kwh\":1",
             COMPONENT("ENERGY", "2", "0", "60") "," COMPONENT("TIME", "2", "0", "60") "," COMPONENT(
                 "PARKING_TIME", "2", "0",
                 "60")) "," RESTRICTED("\"min_kwh\":1",
                                       COMPONENT("ENERGY", "3", "0", "60") "," COMPONENT(
                                           "TIME", "3", "0", "60") "," COMPONENT("PARKING_TIME", "3", "0",
                                                                                 "60")),
         "", 4},
        {ROAM_E_UNSUPPORTED, "a step of 16777220", ELEMENT(COMPONENT("ENERGY", "1", "0", "1677722")), "", 4},
        {ROAM_OK, "", ELEMENT(COMPONENT("ENERGY", "1", "0", "1677721")), "", 4},
        {ROAM_E_UNSUPPORTED, "common denominator", ELEMENT(COMPONENT("TIME", "0.123456789", "19", "1")), "",
         0},
        {ROAM_E_UNSUPPORTED, "common denominator",
         ELEMENT(COMPONENT("ENERGY", "1", "1.9999", "1") "," COMPONENT("TIME", "1", "2.9999", "1")),
         ",\"tax_included\":\"YES\"", 4},
        {ROAM_E_UNSUPPORTED, "2^56 atoms",
         ELEMENT(COMPONENT("FLAT", "999999999", "0", "1") "," COMPONENT("TIME", "0.0001", "19.0001", "1")),
         "", 4},
        {ROAM_E_UNSUPPORTED, "price limit", ELEMENT(STEPS("ENERGY")), ",\"min_price\":{\"excl_vat\":0.505}",
         2},
        {ROAM_E_UNSUPPORTED, "price limit", ELEMENT(STEPS("ENERGY")),
         ",\"max_price\":{\"excl_vat\":1,\"incl_vat\":1.001}", 2},
        {ROAM_E_UNSUPPORTED, "price limit", ELEMENT(STEPS("ENERGY")),
         ",\"max_price\":{\"excl_vat\":7205759403793}", 4},
        {ROAM_E_RANGE, "5 decimals", ELEMENT(STEPS("ENERGY")), "", 5},
        {ROAM_E_RANGE, "-1 decimals", ELEMENT(STEPS("ENERGY")), "", -1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct usage_rate_card card;
        struct roam_diag diag = {0};
        enum roam_err err = card_of(&card, table[i].elements, table[i].extra, table[i].decimals, &diag);
        if (err != table[i].err || strstr(diag.text, table[i].word) == NULL)
            fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative += err != ROAM_OK;
    }
    struct usage_rate_card card;
    struct ocpi_terms terms = {2, (enum usage_rounding)9, 0, 0};
    assert_int_equal(ocpi_rate_card(&card, &tariff, &terms, NULL), ROAM_E_RANGE);
    terms = (struct ocpi_terms){2, USAGE_ROUND_DOWN, 1000001, 0};
    assert_int_equal(ocpi_rate_card(&card, &tariff, &terms, NULL), ROAM_E_RANGE);
    count_negative += 2;
}

int main(void)
{
    utc = zone_fixed(0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fee_equals_price),
        cmocka_unit_test(scale_is_smallest),
        cmocka_unit_test(slots_and_limits),
        cmocka_unit_test(refused_cards),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
