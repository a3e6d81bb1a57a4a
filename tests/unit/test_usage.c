/* The bounds of usage.h, each with its refusal, and cases of the rating rule worked out by hand. */
#include <stdio.h>
#include <string.h>

#include "prop.h"

#include "fr.h"
#include "usage.h"

static struct usage_rate_card plain_card(void)
{
    struct usage_rate_card card = {.scale = 1, .rounding = USAGE_ROUND_DOWN};
    for (int i = 0; i < USAGE_SLOTS; i++) card.slot[i].step = 1;
    for (int c = 0; c < USAGE_COLUMNS; c++) card.maximum[c] = USAGE_MONEY_MAX;
    return card;
}

static void set_price(struct usage_rate_card *card, int slot, uint64_t net, uint64_t gross)
{
    card->slot[slot].price[USAGE_NET] = net;
    card->slot[slot].price[USAGE_GROSS] = gross;
}

static void assert_refused(enum roam_err expected, enum roam_err err, const struct roam_diag *diag,
                           const char *word)
{
    if (err != expected || strstr(diag->text, word) == NULL)
        fail_msg("expected %s about \"%s\", got %s: %s", roam_err_name(expected), word, roam_err_name(err),
                 diag->text);
    count_negative++;
}

static void refuse_record(const struct usage_record *record, const char *word)
{
    struct roam_diag diag = {0};
    assert_refused(ROAM_E_RANGE, usage_record_check(record, &diag), &diag, word);
    struct usage_rate_card card = plain_card();
    struct usage_fee fee;
    roam_diag_clear(&diag);
    assert_refused(ROAM_E_RANGE, usage_rate(&fee, &card, record, 0, &diag), &diag, word);
}

static void refuse_card(const struct usage_rate_card *card, const char *word)
{
    struct roam_diag diag = {0};
    assert_refused(ROAM_E_RANGE, usage_rate_card_check(card, &diag), &diag, word);
    struct usage_record record = {0};
    struct usage_fee fee;
    roam_diag_clear(&diag);
    assert_refused(ROAM_E_RANGE, usage_rate(&fee, card, &record, 0, &diag), &diag, word);
}

static void record_bounds(void **state)
{
    (void)state;
    const uint64_t limit = UINT64_C(1) << 48;
    struct usage_record largest = {
        .last_mask = 0, .service_ppm = 1000000, .renewable = limit - 1, .co2_mg = limit - 1};
    for (int i = 0; i < USAGE_SLOTS; i++) largest.quantity[i] = limit - 1;
    assert_int_equal(usage_record_check(&largest, NULL), ROAM_OK);

    for (int i = 0; i < USAGE_SLOTS; i++) {
        struct usage_record record = largest;
        record.quantity[i] = limit;
        char word[48];
        snprintf(word, sizeof word, "slot %d: quantity is 281474976710656", i);
        refuse_record(&record, word);
    }
    struct usage_record record = largest;
    record.service_ppm = 1000001;
    refuse_record(&record, "service_ppm is 1000001");
    record = largest;
    record.renewable = limit;
    refuse_record(&record, "renewable is 281474976710656");
    record = largest;
    record.co2_mg = UINT64_MAX;
    refuse_record(&record, "co2_mg is 18446744073709551615");
}

static void salt_bounds(void **state)
{
    (void)state;
    struct usage_record record = {0};
    struct usage_rate_card card = plain_card();
    for (int i = 0; i < 32; i++) record.salt[i] = (uint8_t)(fr_modulus[i / 8] >> (i % 8 * 8));
    memcpy(card.salt, record.salt, sizeof card.salt);
    refuse_record(&record, "salt");
    refuse_card(&card, "salt");
    record.salt[0]--; /* r is odd: r - 1 */
    card.salt[0]--;
    assert_int_equal(usage_record_check(&record, NULL), ROAM_OK);
    assert_int_equal(usage_rate_card_check(&card, NULL), ROAM_OK);
    memset(record.salt, 0xff, sizeof record.salt);
    refuse_record(&record, "salt");
}

static void slot_bounds(void **state)
{
    (void)state;
    const uint64_t price = (UINT64_C(1) << 56) - 1;
    for (int i = 0; i < USAGE_SLOTS; i++) {
        struct usage_rate_card good = plain_card();
        set_price(&good, i, price, price);
        good.slot[i].step = (1u << 24) - 1;
        good.slot[i].group = 3;
        assert_int_equal(usage_rate_card_check(&good, NULL), ROAM_OK);

        struct usage_rate_card card = good;
        card.slot[i].price[USAGE_GROSS] = price + 1;
        refuse_card(&card, "gross price is 72057594037927936");
        card = good;
        card.slot[i].price[USAGE_GROSS] = price - 1;
        refuse_card(&card, "net price is 72057594037927935");
        card = good;
        card.slot[i].step = 0;
        refuse_card(&card, "step is 0");
        card.slot[i].step = 1u << 24;
        refuse_card(&card, "step is 16777216");
        card = good;
        card.slot[i].group = 4;
        refuse_card(&card, "group is 4");
    }
}

static void money_bounds(void **state)
{
    (void)state;
    struct usage_rate_card good = plain_card(), card;
    good.fixed[USAGE_NET] = good.fixed[USAGE_GROSS] = ((u128)1 << 80) - 1;
    for (int c = 0; c < USAGE_COLUMNS; c++) good.minimum[c] = USAGE_MONEY_MAX;
    assert_int_equal(usage_rate_card_check(&good, NULL), ROAM_OK);

    card = good;
    card.fixed[USAGE_GROSS]++;
    refuse_card(&card, "fixed is net 0xffffffffffffffffffff, gross 0x100000000000000000000");
    card = good;
    card.fixed[USAGE_GROSS]--;
    refuse_card(&card, "fixed");
    card = good;
    card.maximum[USAGE_GROSS]++;
    refuse_card(&card, "maximum is 72057594037927936");
    card = good;
    card.maximum[USAGE_NET]--;
    refuse_card(&card, "minimum is 72057594037927935");
    card = plain_card();
    card.minimum[USAGE_NET] = 2;
    card.minimum[USAGE_GROSS] = 1;
    refuse_card(&card, "minimum: net 2 is above gross 1");
    card = plain_card();
    card.maximum[USAGE_GROSS] = 1;
    refuse_card(&card, "maximum: net 72057594037927935 is above gross 1");
}

static void other_card_bounds(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    card.scale = 0;
    refuse_card(&card, "scale is 0");
    card.scale = UINT64_C(1) << 40;
    refuse_card(&card, "scale is 1099511627776");
    card.scale--;
    assert_int_equal(usage_rate_card_check(&card, NULL), ROAM_OK);
    card.rounding = (enum usage_rounding)4;
    refuse_card(&card, "rounding is 4");
    card = plain_card();
    card.service_threshold_ppm = 1000001;
    refuse_card(&card, "service_threshold_ppm is 1000001");
    card.service_threshold_ppm = 1000000;
    card.service_credit_ppm = 1000001;
    refuse_card(&card, "service_credit_ppm is 1000001");
    card.service_credit_ppm = 1000000;
    assert_int_equal(usage_rate_card_check(&card, NULL), ROAM_OK);
}

static void rate_refusals(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    struct usage_record record = {0};
    struct usage_fee fee;
    struct roam_diag diag = {0};
    assert_refused(ROAM_E_RANGE, usage_rate(&fee, &card, &record, USAGE_MONEY_MAX + 1, &diag), &diag,
                   "hold is");

    record.last_mask = 1 << 7;
    roam_diag_clear(&diag);
    assert_refused(ROAM_E_RANGE, usage_rate(&fee, &card, &record, 0, &diag), &diag, "slot 7 of group 0");
    card.slot[2].group = card.slot[7].group = 2;
    record.last_mask = 1 << 7 | 1 << 2;
    roam_diag_clear(&diag);
    assert_refused(ROAM_E_RANGE, usage_rate(&fee, &card, &record, 0, &diag), &diag,
                   "slots 2 and 7 of group 2");
    card.slot[2].group = 1;
    assert_int_equal(usage_rate(&fee, &card, &record, 0, NULL), ROAM_OK);

    record.last_mask = 0;
    record.quantity[0] = 1;
    set_price(&card, 0, 0, (UINT64_C(1) << 56) - 1);
    assert_int_equal(usage_rate(&fee, &card, &record, 0, NULL), ROAM_OK);
    assert_int_equal(fee.rated[USAGE_GROSS], USAGE_MONEY_MAX);
    card.fixed[USAGE_GROSS] = 1;
    roam_diag_clear(&diag);
    assert_refused(ROAM_E_OVERFLOW, usage_rate(&fee, &card, &record, 0, &diag), &diag, "gross fee");
    card.maximum[USAGE_GROSS] = card.maximum[USAGE_NET] = 1;
    roam_diag_clear(&diag);
    assert_refused(ROAM_E_OVERFLOW, usage_rate(&fee, &card, &record, 0, &diag), &diag, "gross fee");
    card.scale = 2;
    card.rounding = USAGE_ROUND_HALF_UP;
    assert_int_equal(usage_rate(&fee, &card, &record, 0, NULL), ROAM_OK);
}

static struct usage_fee rate(const struct usage_rate_card *card, const struct usage_record *record,
                             uint64_t hold)
{
    struct usage_fee fee;
    struct roam_diag diag = {0};
    if (usage_rate(&fee, card, record, hold, &diag) != ROAM_OK) fail_msg("refused: %s", diag.text);
    count_property++;
    return fee;
}

/* 4.3 kWh at 0.20 and 1.1 kWh at 0.27, step 500 Wh: 5.5 kWh are billed, 1.2 of them at 0.27 (OCPI, mod_cdrs).
 */
static void step_energy(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    card.slot[0].step = card.slot[1].step = 5000;
    card.slot[0].group = card.slot[1].group = 1;
    card.slot[0].is_energy = card.slot[1].is_energy = true;
    set_price(&card, 0, 20, 24);
    set_price(&card, 1, 27, 27);
    card.scale = 10000; /* 0.20 per kWh = 20 cent per 10^4 units of 0.1 Wh */
    struct usage_record record = {.quantity = {43000, 11000}, .last_mask = 1 << 1};
    struct usage_fee fee = rate(&card, &record, USAGE_MONEY_MAX);
    assert_int_equal(fee.billed[0], 43000);
    assert_int_equal(fee.billed[1], 12000);
    assert_int_equal(fee.fee[USAGE_NET], 118);   /* 86.0 + 32.4 cents, down */
    assert_int_equal(fee.fee[USAGE_GROSS], 135); /* 103.2 + 32.4 */
    assert_int_equal(usage_energy(&card, &record), 54000);
    record.last_mask = 0;
    assert_int_equal(rate(&card, &record, 0).billed[1], 11000);
    record.quantity[1] = 12000;
    record.last_mask = 1 << 0;
    assert_int_equal(rate(&card, &record, 0).billed[0], 43000);
}

/* 21 min at 1.00 and 16 min parking at 2.00 per hour, both steps 10 min: 21 + 20 min are billed (OCPI,
 * mod_cdrs). */
static void step_parking(void **state)
{
    (void)state;
    enum { MINUTE = 60 * 25, HOUR = 60 * MINUTE };
    struct usage_rate_card card = plain_card();
    card.scale = HOUR;
    card.rounding = USAGE_ROUND_HALF_EVEN;
    card.slot[0].step = card.slot[1].step = 10 * MINUTE;
    card.slot[0].group = 2;
    card.slot[1].group = 3;
    set_price(&card, 0, 100, 100);
    set_price(&card, 1, 200, 200);
    struct usage_record record = {.quantity = {21 * MINUTE, 16 * MINUTE}, .last_mask = 1 << 1};
    struct usage_fee fee = rate(&card, &record, USAGE_MONEY_MAX);
    assert_int_equal(fee.billed[0], 21 * MINUTE);
    assert_int_equal(fee.billed[1], 20 * MINUTE);
    assert_int_equal(fee.fee[USAGE_GROSS], 102); /* 35 + 66.67 */
    assert_int_equal(usage_energy(&card, &record), 0);
}

static void roundings(void **state)
{
    (void)state;
    static const struct {
        uint64_t atoms, rated[4]; /* scale 4: down, up, half up, half even */
    } table[] = {{0, {0, 0, 0, 0}}, {1, {0, 1, 0, 0}}, {2, {0, 1, 1, 0}},  {3, {0, 1, 1, 1}},
                 {4, {1, 1, 1, 1}}, {5, {1, 2, 1, 1}}, {6, {1, 2, 2, 2}},  {7, {1, 2, 2, 2}},
                 {8, {2, 2, 2, 2}}, {9, {2, 3, 2, 2}}, {10, {2, 3, 3, 2}}, {11, {2, 3, 3, 3}},
                 {14, {3, 4, 4, 4}}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        for (int mode = 0; mode < 4; mode++) {
            struct usage_rate_card card = plain_card();
            card.scale = 4;
            card.rounding = (enum usage_rounding)mode;
            set_price(&card, 3, 1, 1);
            struct usage_record record = {.quantity = {[3] = table[i].atoms}};
            assert_int_equal(rate(&card, &record, 0).rated[USAGE_NET], table[i].rated[mode]);
        }
    }
}

static void odd_scale_has_no_ties(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    card.scale = 3;
    card.rounding = USAGE_ROUND_HALF_UP;
    set_price(&card, 0, 1, 1);
    struct usage_record record = {.quantity = {1}};
    assert_int_equal(rate(&card, &record, 0).rated[USAGE_NET], 0);
    record.quantity[0] = 2;
    assert_int_equal(rate(&card, &record, 0).rated[USAGE_NET], 1);
}

static void limits(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    set_price(&card, 0, 1, 2);
    card.fixed[USAGE_GROSS] = 1;
    card.minimum[USAGE_NET] = 50;
    card.minimum[USAGE_GROSS] = 60;
    card.maximum[USAGE_NET] = 70;
    card.maximum[USAGE_GROSS] = 100;
    static const uint64_t table[][3] = {{0, 50, 60},   {29, 50, 60},  {30, 50, 61},  {49, 50, 99},
                                        {50, 50, 100}, {51, 51, 100}, {70, 70, 100}, {71, 70, 100}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct usage_record record = {.quantity = {table[i][0]}};
        struct usage_fee fee = rate(&card, &record, USAGE_MONEY_MAX);
        assert_int_equal(fee.fee[USAGE_NET], table[i][1]);
        assert_int_equal(fee.fee[USAGE_GROSS], table[i][2]);
        assert_int_equal(fee.rated[USAGE_GROSS], 2 * table[i][0] + 1);
    }
}

static void service_credit(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    set_price(&card, 0, 1, 1);
    card.service_threshold_ppm = 990000;
    card.service_credit_ppm = 250000;
    struct usage_record record = {.quantity = {1003}, .service_ppm = 990000};
    assert_false(rate(&card, &record, 0).service_missed);
    assert_int_equal(rate(&card, &record, 0).fee[USAGE_GROSS], 1003);
    record.service_ppm = 989999;
    assert_true(rate(&card, &record, 0).service_missed);
    assert_int_equal(rate(&card, &record, 0).fee[USAGE_GROSS], 752); /* 752.25, down */
    card.minimum[USAGE_NET] = card.minimum[USAGE_GROSS] = 2000;      /* the credit comes after the minimum */
    assert_int_equal(rate(&card, &record, 0).fee[USAGE_GROSS], 1500);
    card.service_credit_ppm = 1000000;
    assert_int_equal(rate(&card, &record, 0).fee[USAGE_GROSS], 0);
    card.service_threshold_ppm = 0;
    record.service_ppm = 0;
    assert_int_equal(rate(&card, &record, 0).fee[USAGE_GROSS], 2000);
}

static void hold_cut(void **state)
{
    (void)state;
    struct usage_rate_card card = plain_card();
    set_price(&card, 0, 100, 119);
    struct usage_record record = {.quantity = {1}};
    static const uint64_t table[][3] = {{119, 119, 19}, {118, 118, 18}, {101, 101, 1}, {100, 100, 0},
                                        {99, 99, 0},    {0, 0, 0},      {120, 119, 19}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct usage_fee fee = rate(&card, &record, table[i][0]);
        assert_int_equal(fee.payable, table[i][1]);
        assert_int_equal(fee.payable_tax, table[i][2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_bounds),
        cmocka_unit_test(salt_bounds),
        cmocka_unit_test(slot_bounds),
        cmocka_unit_test(money_bounds),
        cmocka_unit_test(other_card_bounds),
        cmocka_unit_test(rate_refusals),
        cmocka_unit_test(step_energy),
        cmocka_unit_test(step_parking),
        cmocka_unit_test(roundings),
        cmocka_unit_test(odd_scale_has_no_ties),
        cmocka_unit_test(limits),
        cmocka_unit_test(service_credit),
        cmocka_unit_test(hold_cut),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
