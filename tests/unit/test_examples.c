/* The example records: every one is priced, signed and consistent as its README says, and no digit of its
 * energy can be changed. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "prop.h"

#include "file.h"
#include "ocmf.h"
#include "ocpi.h"

enum { SESSIONS = 30, METERS = 6, TEXT_MAX = 1 << 16, CURVES = 5 };
#define CHARGING TEST_VECTORS_DIR "/../../examples/charging/"

static struct ocpi_tariff tariff;
static struct ocpi_energy_mix mix;
static struct usage_rate_card card;

struct example {
    char *text;
    size_t size;
    struct ocpi_cdr cdr;
    struct zone zone;
};

static char *load(const char *name, size_t *size)
{
    char path[512];
    uint8_t *data;
    struct roam_diag diag = {0};
    snprintf(path, sizeof path, CHARGING "%s", name);
    if (file_read(&data, size, path, TEXT_MAX, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    return (char *)data;
}

static int set_up(void **state)
{
    (void)state;
    const struct ocpi_terms terms = {.decimals = OCPI_DECIMALS, .rounding = USAGE_ROUND_HALF_EVEN};
    struct roam_diag diag = {0};
    size_t size;
    char *text = load("tariff.json", &size);
    if (ocpi_tariff_parse(&tariff, text, size, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    free(text);
    text = load("location-energy-mix.json", &size);
    if (ocpi_energy_mix_parse(&mix, text, size, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    free(text);
    if (ocpi_rate_card(&card, &tariff, &terms, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    return 0;
}

static struct example open_example(int number)
{
    struct example e;
    struct roam_diag diag = {0};
    char name[40];
    snprintf(name, sizeof name, "cdr-%03d.json", number);
    e.text = load(name, &e.size);
    if (ocpi_cdr_parse(&e.cdr, e.text, e.size, &diag) != ROAM_OK) fail_msg("%s: %s", name, diag.text);
    if (ocpi_zone(&e.zone, &e.cdr, &diag) != ROAM_OK) fail_msg("%s: %s", name, diag.text);
    return e;
}

static void close_example(struct example *e)
{
    zone_release(&e->zone);
    ocpi_cdr_release(&e->cdr);
    free(e->text);
}

static enum roam_err record_of(struct usage_record *out, const struct example *e)
{
    struct roam_diag diag = {0};
    return ocpi_usage_record(out, &e->cdr, &tariff, &e->zone, &mix, USAGE_PPM, &diag);
}

static uint64_t stated(const struct example *e, enum ocpi_cost cost, int column)
{
    uint64_t amount;
    assert_true(e->cdr.cost[cost].is_set);
    assert_int_equal(decimal_to_u64(&amount, &e->cdr.cost[cost].amount[column], OCPI_DECIMALS), ROAM_OK);
    return amount;
}

static void totals_follow(void **state)
{
    (void)state;
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        struct ocpi_price price;
        struct ocpi_difference difference[OCPI_DIFFERENCES_MAX];
        struct usage_record record;
        struct usage_fee fee;
        assert_int_equal(ocpi_price(&price, &e.cdr, &tariff, &e.zone, NULL), ROAM_OK);
        if (ocpi_compare(difference, &price, &e.cdr) != 0)
            fail_msg("CDR %d: %s %s is %s, computed %s", n, difference->field, difference->part,
                     difference->stated, difference->computed);
        assert_int_equal(record_of(&record, &e), ROAM_OK);
        assert_int_equal(usage_rate(&fee, &card, &record, USAGE_MONEY_MAX, NULL), ROAM_OK);
        for (int c = 0; c < USAGE_COLUMNS; c++) assert_int_equal(fee.fee[c], stated(&e, OCPI_TOTAL_COST, c));
        assert_int_equal(usage_energy(&card, &record), e.cdr.total_energy);
        count_property++;
        close_example(&e);
    }
}

static void fills_card(void **state)
{
    (void)state;
    bool has_group[USAGE_GROUPS + 1] = {0};
    int used = 0;
    for (int i = 0; i < USAGE_SLOTS; i++) {
        used += card.slot[i].price[USAGE_NET] > 0 || card.slot[i].is_energy;
        has_group[card.slot[i].group] = true;
    }
    assert_int_equal(used, 6); /* one for each component, one for energy outside both prices' hours */
    assert_true(has_group[1] && has_group[2] && has_group[3]);
}

/* The CDR's own tariff says the same as tariff.json. */
static void carries_tariff(void **state)
{
    (void)state;
    const struct ocpi_terms terms = {.decimals = OCPI_DECIMALS, .rounding = USAGE_ROUND_HALF_EVEN};
    static struct ocpi_tariff own;
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        struct usage_rate_card own_card;
        assert_int_equal(ocpi_tariff_of_cdr(&own, e.text, e.size, NULL), ROAM_OK);
        assert_int_equal(ocpi_rate_card(&own_card, &own, &terms, NULL), ROAM_OK);
        assert_string_equal(own.id, tariff.id);
        assert_int_equal(own_card.scale, card.scale);
        for (int i = 0; i < USAGE_SLOTS; i++)
            for (int c = 0; c < USAGE_COLUMNS; c++)
                assert_int_equal(own_card.slot[i].price[c], card.slot[i].price[c]);
        close_example(&e);
    }
}

/* Half to even; amounts are in 10^-7, the result in 10^-4. */
static uint64_t to_four_decimals(uint64_t amount)
{
    uint64_t quotient = amount / 1000, rest = amount % 1000;
    return quotient + (rest > 500 || (rest == 500 && quotient % 2 == 1));
}

static bool is_day(int64_t start_ns)
{
    time_t seconds = (time_t)(start_ns / 1000000000);
    struct tm local;
    assert_non_null(localtime_r(&seconds, &local));
    return local.tm_hour >= 6 && local.tm_hour < 22;
}

static uint64_t ceil_div(uint64_t a, uint64_t b) { return (a + b - 1) / b; }

/* The tariff in plain words, net: 1.00 EUR; a kWh 0.38 from 06:00 to 22:00 and else 0.29, the last Wh begun
 * is a whole one; an hour of charging 0.60, in whole minutes where no parking follows; five minutes of
 * parking 0.25; 22.50 at most. Tax is 20 %, 10 % on the first. */
static void price_by_hand(uint64_t out[USAGE_COLUMNS], bool *capped, const struct ocpi_cdr *cdr)
{
    const uint64_t maximum[USAGE_COLUMNS] = {225000, 270000};
    uint64_t energy = 0, rate = 0, time = 0, parking = 0; /* the first in 10^-7 EUR, the last two in 1/25 s */
    for (size_t i = 0; i < cdr->period_count; i++) {
        const struct ocpi_period *p = &cdr->period[i];
        if (p->energy > 0) rate = is_day(p->start_ns) ? 380 : 290;
        energy += p->energy * rate;
        time += p->time;
        parking += p->parking;
    }
    energy += (ceil_div(cdr->total_energy, 10) * 10 - cdr->total_energy) * rate;
    uint64_t taxed = energy + ceil_div(parking, 25 * 300) * 2500000;
    taxed += parking > 0 ? time / 9 * 600 : ceil_div(time, 25 * 60) * 100000;
    out[USAGE_NET] = to_four_decimals(10000000 + taxed);
    out[USAGE_GROSS] = to_four_decimals(11000000 + taxed + taxed / 5);
    assert_int_equal(taxed % 5, 0);
    *capped = out[USAGE_NET] > maximum[USAGE_NET];
    for (int c = 0; c < USAGE_COLUMNS; c++)
        if (out[c] > maximum[c]) out[c] = maximum[c];
}

/* Against arithmetic and time zones that are not ours; and the set shows what it is there to show. */
static void totals_by_hand(void **state)
{
    (void)state;
    int with_parking = 0, with_two_prices = 0, at_maximum = 0;
    setenv("TZ", "Europe/Berlin", 1);
    tzset();
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        uint64_t expected[USAGE_COLUMNS];
        bool capped;
        price_by_hand(expected, &capped, &e.cdr);
        for (int c = 0; c < USAGE_COLUMNS; c++) assert_int_equal(stated(&e, OCPI_TOTAL_COST, c), expected[c]);
        at_maximum += capped;
        with_parking += e.cdr.has_total_parking_time;
        with_two_prices += e.cdr.period_count > 1 && e.cdr.period[1].energy > 0 &&
                           is_day(e.cdr.period[0].start_ns) != is_day(e.cdr.period[1].start_ns);
        assert_in_range(e.cdr.total_energy, 12000, 610000);
        count_property++;
        close_example(&e);
    }
    assert_true(with_parking >= 10 && with_two_prices >= 5 && at_maximum >= 1);
}

struct known_meter {
    char serial[OCMF_NAME_SIZE];
    uint64_t value;
};

/* A meter goes on where it was left. */
static void check_register(struct known_meter known[METERS], const struct ocmf_session *session)
{
    int i = 0;
    while (i < METERS && known[i].serial[0] != '\0' && strcmp(known[i].serial, session->meter_serial) != 0)
        i++;
    assert_in_range(i, 0, METERS - 1);
    if (known[i].serial[0] != '\0') assert_int_equal(known[i].value, session->start_value);
    memcpy(known[i].serial, session->meter_serial, OCMF_NAME_SIZE);
    known[i].value = session->end_value;
}

static int add_curve(const char *curve[8], const char *name)
{
    int i = 0;
    while (curve[i] != NULL && strcmp(curve[i], name) != 0) i++;
    if (curve[i] != NULL) return 0;
    curve[i] = name;
    return 1;
}

static void meters_agree(void **state)
{
    (void)state;
    struct known_meter known[METERS] = {0};
    const char *curve[8] = {0};
    int curves = 0;
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        struct ocmf_text records[2];
        struct ocmf_session session;
        struct ocmf_verdict verdict;
        const struct ocmf_text key = {e.cdr.public_key, strlen(e.cdr.public_key)};
        assert_int_equal(e.cdr.signed_count, 2);
        for (int i = 0; i < 2; i++)
            records[i] = (struct ocmf_text){e.cdr.signed_value[i].data, e.cdr.signed_value[i].size};
        assert_int_equal(ocmf_session(&session, records, 2, key, NULL, NULL), ROAM_OK);
        assert_int_equal(session.energy, e.cdr.total_energy);
        assert_string_equal(session.meter_serial, e.cdr.meter_id);
        assert_int_equal(session.start_ms, e.cdr.start_ns / 1000000);
        assert_int_equal(session.end_ms, e.cdr.end_ns / 1000000);
        check_register(known, &session);
        assert_int_equal(ocmf_verify(&verdict, records[0], key, NULL), ROAM_OK);
        curves += add_curve(curve, verdict.curve);
        close_example(&e);
    }
    assert_int_equal(curves, CURVES);
}

/* Where the digits of a record's reading stand. */
static char *find_reading(struct ocpi_signed_value *value, size_t *size)
{
    char *reading = memmem(value->data, value->size, "\"RV\":", 5);
    assert_non_null(reading);
    reading += 5;
    *size = (size_t)((char *)memchr(reading, ',', value->size - (size_t)(reading - value->data)) - reading);
    return reading;
}

static void changed_reading(void **state)
{
    (void)state;
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        struct usage_record record;
        for (size_t i = 0; i < e.cdr.signed_count; i++) {
            size_t size;
            char *reading = find_reading(&e.cdr.signed_value[i], &size);
            for (size_t j = 0; j < size; j++) {
                if (reading[j] == '.') continue;
                reading[j] ^= 1; /* another digit */
                assert_int_equal(record_of(&record, &e), ROAM_E_VERIFY);
                count_negative++;
                reading[j] ^= 1;
            }
        }
        assert_int_equal(record_of(&record, &e), ROAM_OK);
        close_example(&e);
    }
}

/* With the periods left as they are, and with one of them changed alike. */
static void changed_energy(void **state)
{
    (void)state;
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        struct usage_record record;
        e.cdr.total_energy++;
        assert_int_equal(record_of(&record, &e), ROAM_E_MISMATCH);
        e.cdr.period[0].energy++;
        assert_int_equal(record_of(&record, &e), ROAM_E_MISMATCH);
        e.cdr.total_energy -= 2;
        e.cdr.period[0].energy -= 2;
        assert_int_equal(record_of(&record, &e), ROAM_E_MISMATCH);
        count_negative += 3;
        close_example(&e);
    }
}

/* The End reading of the next session, of another meter and of the same one. */
static void another_session(void **state)
{
    (void)state;
    const int steps[] = {1, METERS};
    for (int n = 1; n + METERS <= SESSIONS; n++) {
        for (int i = 0; i < 2; i++) {
            struct example e = open_example(n), other = open_example(n + steps[i]);
            struct usage_record record;
            struct ocpi_signed_value end = e.cdr.signed_value[1];
            assert_int_equal(strcmp(e.cdr.meter_id, other.cdr.meter_id) == 0, i);
            e.cdr.signed_value[1] = other.cdr.signed_value[1];
            assert_int_equal(record_of(&record, &e), ROAM_E_MISMATCH);
            count_negative++;
            e.cdr.signed_value[1] = end;
            close_example(&other);
            close_example(&e);
        }
    }
}

static void changed_total(void **state)
{
    (void)state;
    for (int n = 1; n <= SESSIONS; n++) {
        struct example e = open_example(n);
        struct ocpi_price price;
        struct ocpi_difference difference[OCPI_DIFFERENCES_MAX];
        e.cdr.cost[OCPI_TOTAL_COST].amount[USAGE_GROSS] =
            (struct decimal){stated(&e, OCPI_TOTAL_COST, USAGE_GROSS) + 1, OCPI_DECIMALS, false};
        assert_int_equal(ocpi_price(&price, &e.cdr, &tariff, &e.zone, NULL), ROAM_OK);
        assert_int_equal(ocpi_compare(difference, &price, &e.cdr), 1);
        assert_string_equal(difference->field, "total_cost");
        count_negative++;
        close_example(&e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_follow),  cmocka_unit_test(carries_tariff),
        cmocka_unit_test(fills_card),     cmocka_unit_test(totals_by_hand),
        cmocka_unit_test(meters_agree),   cmocka_unit_test(changed_reading),
        cmocka_unit_test(changed_energy), cmocka_unit_test(another_session),
        cmocka_unit_test(changed_total),
    };
    int failed = cmocka_run_group_tests(tests, set_up, NULL);
    prop_print_counts();
    return failed;
}
