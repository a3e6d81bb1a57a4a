/* The example phone sessions, priced by their rates and by hand. */
#include <stdio.h>

#include "prop.h"

#include "file.h"
#include "telecom.h"

enum { SESSIONS = 6, TEXT_MAX = 1 << 16, SMS = 0, DATA = 1, VOICE = 2 };
#define PHONE TEST_VECTORS_DIR "/../../examples/phone/"

static char *load(const char *name, size_t *size)
{
    char path[512];
    uint8_t *data;
    struct roam_diag diag = {0};
    snprintf(path, sizeof path, PHONE "%s", name);
    if (file_read(&data, size, path, TEXT_MAX, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    return (char *)data;
}

static struct usage_rate_card load_rates(void)
{
    struct usage_rate_card card;
    struct roam_diag diag = {0};
    size_t size;
    char *text = load("rates.json", &size);
    if (telecom_rates_parse(&card, text, size, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    free(text);
    return card;
}

static struct usage_record load_session(int number)
{
    struct usage_record record;
    struct roam_diag diag = {0};
    char name[40];
    size_t size;
    snprintf(name, sizeof name, "session-%03d.json", number);
    char *text = load(name, &size);
    if (telecom_usage_parse(&record, text, size, &diag) != ROAM_OK) fail_msg("%s: %s", name, diag.text);
    free(text);
    return record;
}

/* 10^-12 EUR to 10^-4, half to even. */
static uint64_t to_four_decimals(uint64_t amount)
{
    const uint64_t unit = 100000000;
    uint64_t quotient = amount / unit, rest = amount % unit;
    return quotient + (rest > unit / 2 || (rest == unit / 2 && quotient % 2 == 1));
}

/* A message 0.003, 10^6 octets 0.0011, a minute 0.019 EUR; 19 % tax. Voice is stated in 0.01 min, which are
 * 15 base units. */
static void priced_by_hand(void **state)
{
    (void)state;
    const struct usage_rate_card card = load_rates();
    for (int n = 1; n <= SESSIONS; n++) {
        const struct usage_record record = load_session(n);
        const uint64_t *q = record.quantity;
        struct usage_fee fee;
        assert_int_equal(usage_rate(&fee, &card, &record, USAGE_MONEY_MAX, NULL), ROAM_OK);
        assert_int_equal(q[VOICE] % 15, 0);
        uint64_t net = q[SMS] * 3000000000 + q[DATA] * 1100 + q[VOICE] / 15 * 190000000;
        assert_int_equal(net % 100, 0);
        assert_int_equal(fee.fee[USAGE_NET], to_four_decimals(net));
        assert_int_equal(fee.fee[USAGE_GROSS], to_four_decimals(net / 100 * 119));
        assert_true(q[DATA] > 0 && record.service_ppm >= 990000);
        count_property++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(priced_by_hand)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
