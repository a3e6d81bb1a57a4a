/* Telecom usage and rates, B5GRoam's example, and refusals. */
#include <openssl/evp.h>
#include <string.h>

#include "prop.h"

#include "file.h"
#include "shared_data.h"
#include "telecom.h"

static struct usage_rate_card card_of(const char *text)
{
    struct usage_rate_card card;
    struct roam_diag diag = {0};
    if (telecom_rates_parse(&card, text, strlen(text), &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(usage_rate_card_check(&card, NULL), ROAM_OK);
    return card;
}

static void usage_and_rates(void **state)
{
    (void)state;
    const char *usage = "{\"sms\":\"3\",\"mb\":\"120.5\",\"minutes\":\"12.2\"}";
    struct usage_rate_card card =
        card_of("{\"decimals\":2,\"sms\":\"0.09\",\"mb\":\"0.012\",\"minutes\":\"0.05\","
                "\"tax_percent\":\"19\",\"rounding\":\"half_even\"}");
    struct usage_record record;
    struct usage_fee fee;
    uint8_t digest[32];
    assert_int_equal(telecom_usage_parse(&record, usage, strlen(usage), NULL), ROAM_OK);
    const uint64_t quantity[USAGE_SLOTS] = {3, 120500000, 18300};
    assert_memory_equal(record.quantity, quantity, sizeof quantity);
    assert_int_equal(record.service_ppm, 1000000);
    assert_int_equal(EVP_Q_digest(NULL, "SHA256", NULL, usage, strlen(usage), digest, NULL), 1);
    assert_memory_equal(record.evidence, digest, 32);
    assert_int_equal(usage_rate(&fee, &card, &record, 1000, NULL), ROAM_OK);
    assert_int_equal(fee.fee[USAGE_NET], 233);   /* 27 + 144.6 + 61 = 232.6 cents */
    assert_int_equal(fee.fee[USAGE_GROSS], 277); /* 276.794 */
    assert_int_equal(usage_energy(&card, &record), 0);
    usage = "{\"sms\":\"0\",\"mb\":\"0.000001\",\"minutes\":\"0\",\"service_ppm\":999000}";
    assert_int_equal(telecom_usage_parse(&record, usage, strlen(usage), NULL), ROAM_OK);
    assert_int_equal(record.service_ppm, 999000);
    assert_int_equal(record.quantity[1], 1);
    count_property += 2;
}

#define PLAIN(t, r_mb, n_mb)                                                                                 \
    "{\"T\":\"" t "\",\"r_sms\":\"2\",\"r_mb\":\"" r_mb                                                      \
    "\",\"r_voice\":\"7\",\"n_sms\":\"10\",\"n_mb\":\"" n_mb "\",\"n_min\":\"60\"}"

static void plain(void **state)
{
    (void)state;
    struct usage_record record;
    struct usage_rate_card card;
    struct usage_fee fee;
    const char *text = PLAIN("940", "5", "100");
    assert_int_equal(telecom_plain_parse(&record, &card, text, strlen(text), NULL), ROAM_OK);
    assert_int_equal(usage_rate(&fee, &card, &record, USAGE_MONEY_MAX, NULL), ROAM_OK);
    assert_int_equal(fee.payable, 940);
    assert_int_equal(record.quantity[2], 90000);

    static const struct {
        enum roam_err err;
        const char *text;
    } table[] = {
        {ROAM_E_MISMATCH, PLAIN("941", "5", "100")},
        {ROAM_E_MISMATCH, PLAIN("939", "5", "100")},
        {ROAM_E_RANGE, PLAIN("940", "5.5", "100")},
        {ROAM_E_RANGE, PLAIN("940", "5", "281474977")},
        {ROAM_E_RANGE, PLAIN("940", "-5", "100")},
        {ROAM_E_FORMAT, PLAIN("940", "", "100")},
        {ROAM_E_FORMAT, PLAIN("x", "5", "100")},
        {ROAM_E_FORMAT, "[]"},
        {ROAM_E_FORMAT, "{}"},
        {ROAM_E_FORMAT, "{\"T\":\"1\",\"extra\":\"1\"}"},
        {ROAM_E_OVERFLOW, PLAIN("1", "72057594037927", "281474976")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct roam_diag diag = {0};
        enum roam_err err = telecom_plain_parse(&record, &card, table[i].text, strlen(table[i].text), &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative++;
    }
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        bool rates;
        enum roam_err err;
        const char *text;
    } table[] = {
        {false, ROAM_E_FORMAT, "5"},
        {false, ROAM_E_FORMAT, "{\"sms\":\"1\",\"mb\":\"1\"}"},
        {false, ROAM_E_FORMAT, "{\"sms\":1,\"mb\":\"1\",\"minutes\":\"1\"}"},
        {false, ROAM_E_FORMAT, "{\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"calls\":\"1\"}"},
        {false, ROAM_E_FORMAT, "{\"sms\":\"1x\",\"mb\":\"1\",\"minutes\":\"1\"}"},
        {false, ROAM_E_RANGE, "{\"sms\":\"1.5\",\"mb\":\"1\",\"minutes\":\"1\"}"},
        {false, ROAM_E_RANGE, "{\"sms\":\"-1\",\"mb\":\"1\",\"minutes\":\"1\"}"},
        {false, ROAM_E_RANGE, "{\"sms\":\"281474976710656\",\"mb\":\"1\",\"minutes\":\"1\"}"},
        {false, ROAM_E_RANGE, "{\"sms\":\"1\",\"mb\":\"0.0000001\",\"minutes\":\"1\"}"},
        {false, ROAM_E_RANGE, "{\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"0.001\"}"},
        {false, ROAM_E_RANGE, "{\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"service_ppm\":1000001}"},
        {true, ROAM_E_FORMAT, "[]"},
        {true, ROAM_E_FORMAT, "{\"decimals\":2,\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\"}"},
        {true, ROAM_E_FORMAT, "{\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"rounding\":\"down\"}"},
        {true, ROAM_E_FORMAT,
         "{\"decimals\":2,\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"rounding\":\"DOWN\"}"},
        {true, ROAM_E_FORMAT,
         "{\"decimals\":2,\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"rounding\":\"down\",\"x\":1}"},
        {true, ROAM_E_RANGE,
         "{\"decimals\":10,\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"rounding\":\"down\"}"},
        {true, ROAM_E_RANGE,
         "{\"decimals\":2,\"sms\":\"0.0000000001\",\"mb\":\"1\",\"minutes\":\"1\",\"rounding\":\"down\"}"},
        {true, ROAM_E_RANGE,
         "{\"decimals\":2,\"sms\":\"1\",\"mb\":\"1\",\"minutes\":\"1\",\"tax_percent\":\"-1\",\"rounding\":"
         "\"down\"}"},
        {true, ROAM_E_UNSUPPORTED,
         "{\"decimals\":0,\"sms\":\"1\",\"mb\":\"0.000000001\",\"minutes\":\"1\",\"rounding\":\"down\"}"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct roam_diag diag = {0};
        struct usage_record record;
        struct usage_rate_card card;
        size_t size = strlen(table[i].text);
        enum roam_err err = table[i].rates ? telecom_rates_parse(&card, table[i].text, size, &diag)
                                           : telecom_usage_parse(&record, table[i].text, size, &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative++;
    }
}

static void real_plain(void **state)
{
    (void)state;
    char path[1024];
    static uint8_t *data;
    size_t size;
    struct usage_record record;
    struct usage_rate_card card;
    struct usage_fee fee;
    if (!shared_data_path(path, sizeof path, "b5groam/input.json")) return;
    assert_int_equal(file_read(&data, &size, path, 1 << 20, NULL), ROAM_OK);
    assert_int_equal(telecom_plain_parse(&record, &card, (const char *)data, size, NULL), ROAM_OK);
    free(data);
    assert_int_equal(usage_rate(&fee, &card, &record, USAGE_MONEY_MAX, NULL), ROAM_OK);
    assert_true(fee.payable == UINT64_C(12000000) * (10 + 10240 + 60));
    count_property++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(usage_and_rates), cmocka_unit_test(plain),
                                       cmocka_unit_test(refused), cmocka_unit_test(real_plain)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
