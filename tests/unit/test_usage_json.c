/* Usage records and rate cards survive JSON, and nothing but their exact form is read. */
#include <string.h>

#include "prop.h"

#include "usage_json.h"

static uint64_t pick(struct roam_prng *prng, uint64_t maximum)
{
    const uint64_t edges[4] = {0, 1, maximum - 1, maximum};
    if (prng_below(prng, 4) == 0) return edges[prng_below(prng, 4)];
    return (prng_u64(prng) >> prng_below(prng, 64)) % (maximum + 1);
}

static void random_bytes(uint8_t out[32], struct roam_prng *prng)
{
    prng_bytes(prng, out, 32);
    out[31] &= 0x1f; /* below r */
}

static void random_record(struct usage_record *out, struct roam_prng *prng)
{
    const uint64_t maximum = (UINT64_C(1) << USAGE_QUANTITY_BITS) - 1;
    *out = (struct usage_record){.last_mask = (uint8_t)prng_below(prng, 256)};
    for (int i = 0; i < USAGE_SLOTS; i++) out->quantity[i] = pick(prng, maximum);
    out->service_ppm = (uint32_t)pick(prng, USAGE_PPM);
    out->renewable = pick(prng, maximum);
    out->co2_mg = pick(prng, maximum);
    prng_bytes(prng, out->evidence, 32);
    random_bytes(out->salt, prng);
}

static void random_card(struct usage_rate_card *out, struct roam_prng *prng)
{
    *out = (struct usage_rate_card){.rounding = (enum usage_rounding)prng_below(prng, 4)};
    for (int i = 0; i < USAGE_SLOTS; i++) {
        struct usage_slot *slot = &out->slot[i];
        slot->price[USAGE_GROSS] = 1 + pick(prng, (UINT64_C(1) << USAGE_PRICE_BITS) - 2);
        slot->price[USAGE_NET] = pick(prng, slot->price[USAGE_GROSS]);
        slot->step = 1 + (uint32_t)pick(prng, (1u << USAGE_STEP_BITS) - 2);
        slot->group = (uint8_t)prng_below(prng, 4);
        slot->is_energy = prng_below(prng, 2) == 0;
    }
    out->fixed[USAGE_GROSS] = (u128)pick(prng, UINT64_MAX / 2) << prng_below(prng, 17);
    out->fixed[USAGE_NET] = out->fixed[USAGE_GROSS] - (out->fixed[USAGE_GROSS] >> prng_below(prng, 80));
    out->maximum[USAGE_GROSS] = 2 + pick(prng, USAGE_MONEY_MAX - 2);
    out->maximum[USAGE_NET] = 1 + pick(prng, out->maximum[USAGE_GROSS] - 1);
    out->minimum[USAGE_NET] = out->minimum[USAGE_GROSS] = pick(prng, out->maximum[USAGE_NET]);
    out->scale = 1 + pick(prng, (UINT64_C(1) << USAGE_SCALE_BITS) - 2);
    out->service_threshold_ppm = (uint32_t)pick(prng, USAGE_PPM);
    out->service_credit_ppm = (uint32_t)pick(prng, USAGE_PPM);
    random_bytes(out->salt, prng);
}

static bool same_slot(const struct usage_slot *a, const struct usage_slot *b)
{
    return memcmp(a->price, b->price, sizeof a->price) == 0 && a->step == b->step && a->group == b->group &&
           a->is_energy == b->is_energy;
}

static bool same_card(const struct usage_rate_card *a, const struct usage_rate_card *b)
{
    bool same = true;
    for (int i = 0; i < USAGE_SLOTS; i++) same = same && same_slot(&a->slot[i], &b->slot[i]);
    for (int c = 0; c < USAGE_COLUMNS; c++)
        same = same && a->fixed[c] == b->fixed[c] && a->minimum[c] == b->minimum[c] &&
               a->maximum[c] == b->maximum[c];
    return same && a->scale == b->scale && a->rounding == b->rounding && memcmp(a->salt, b->salt, 32) == 0 &&
           a->service_threshold_ppm == b->service_threshold_ppm &&
           a->service_credit_ppm == b->service_credit_ppm;
}

static bool same_record(const struct usage_record *a, const struct usage_record *b)
{
    return memcmp(a->quantity, b->quantity, sizeof a->quantity) == 0 && a->last_mask == b->last_mask &&
           a->service_ppm == b->service_ppm && a->renewable == b->renewable && a->co2_mg == b->co2_mg &&
           memcmp(a->evidence, b->evidence, 32) == 0 && memcmp(a->salt, b->salt, 32) == 0;
}

static void round_trips(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 5000; i++) {
        struct usage_record record, record_again;
        struct usage_rate_card card, card_again;
        struct roam_buf text;
        struct roam_diag diag = {0};
        buf_init(&text, 10000);
        random_record(&record, &prng);
        assert_int_equal(usage_record_to_json(&text, &record), ROAM_OK);
        if (usage_record_from_json(&record_again, (const char *)text.data, text.size, &diag) != ROAM_OK)
            fail_msg("case %d: %s: %.*s", i, diag.text, (int)text.size, (const char *)text.data);
        assert_true(same_record(&record, &record_again));
        text.size = 0;
        random_card(&card, &prng);
        assert_int_equal(usage_rate_card_to_json(&text, &card), ROAM_OK);
        if (usage_rate_card_from_json(&card_again, (const char *)text.data, text.size, &diag) != ROAM_OK)
            fail_msg("case %d: %s: %.*s", i, diag.text, (int)text.size, (const char *)text.data);
        assert_true(same_card(&card, &card_again));
        buf_release(&text);
        count_property += 2;
    }
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define RECORD(quantity, last, service, renewable, evidence, more)                                           \
    "{\"quantity\":" quantity ",\"last\":" last ",\"service_ppm\":" service ",\"renewable\":" renewable      \
    ",\"co2_mg\":\"0\","                                                                                     \
    "\"evidence\":\"" evidence "\",\"salt\":\"" ZEROS "\"" more "}"
#define SLOT(net, gross, step, group, energy)                                                                \
    "{\"net\":" net ",\"gross\":" gross ",\"step\":" step ",\"group\":" group ",\"energy\":" energy "}"
#define CARD(slots, fixed, scale, rounding, more)                                                            \
    "{\"slots\":" slots ",\"fixed\":" fixed                                                                  \
    ",\"minimum\":{\"net\":\"0\",\"gross\":\"0\"},\"maximum\":{\"net\":\"9\",\"gross\":\"9\"},"              \
    "\"scale\":" scale ",\"rounding\":\"" rounding                                                           \
    "\",\"service_threshold_ppm\":0,\"service_credit_ppm\":0,\"salt\":\"" ZEROS "\"" more "}"
#define NONE "{\"net\":\"0\",\"gross\":\"0\"}"

static void strict(void **state)
{
    (void)state;
    static const struct {
        bool card;
        enum roam_err err;
        const char *text;
    } table[] = {
        {false, ROAM_OK, RECORD("[\"1\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, "5"},
        {false, ROAM_E_FORMAT, RECORD("[\"1\"]", "[]", "0", "\"0\"", ZEROS, ",\"x\":1")},
        {false, ROAM_E_FORMAT, RECORD("[1]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[\"01\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[\"-1\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[\"\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[\"1.0\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[\"12345678901234567890123456\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_RANGE, RECORD("[\"18446744073709551616\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_RANGE, RECORD("[\"281474976710656\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_COUNT,
         RECORD("[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"]", "[]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_COUNT, RECORD("[]", "[0,1,2,3,4,5,6,7,7]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_RANGE, RECORD("[]", "[8]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_RANGE, RECORD("[]", "[-1]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "[1,1]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "[2,1]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "[\"1\"]", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "{}", "0", "\"0\"", ZEROS, "")},
        {false, ROAM_E_RANGE, RECORD("[]", "[]", "1000001", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "[]", "\"0\"", "\"0\"", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "[]", "0", "0", ZEROS, "")},
        {false, ROAM_E_FORMAT, RECORD("[]", "[]", "0", "\"0\"", "00", "")},
        {false, ROAM_E_FORMAT,
         "{\"quantity\":[],\"last\":[],\"service_ppm\":0,\"renewable\":\"0\",\"co2_mg\":\"0\",\"evidence\":"
         "\"" ZEROS "\"}"},
        {false, ROAM_E_RANGE,
         "{\"quantity\":[],\"last\":[],\"service_ppm\":0,\"renewable\":\"0\",\"co2_mg\":\"0\",\"evidence\":"
         "\"" ZEROS "\",\"salt\":\"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"}"},
        {true, ROAM_OK, CARD("[]", NONE, "\"1\"", "down", "")},
        {true, ROAM_OK, CARD("[" SLOT("\"1\"", "\"2\"", "1", "3", "true") "]", NONE, "\"1\"", "half_up", "")},
        {true, ROAM_E_FORMAT, "[]"},
        {true, ROAM_E_FORMAT, CARD("[]", NONE, "\"1\"", "down", ",\"x\":1")},
        {true, ROAM_E_FORMAT, CARD("[5]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT, CARD("[{}]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT,
         CARD("[{\"net\":\"1\",\"gross\":\"1\",\"step\":1,\"group\":0,\"energy\":true,\"x\":1}]", NONE,
              "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT, CARD("[" SLOT("1", "\"2\"", "1", "3", "true") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT,
         CARD("[" SLOT("\"1\"", "\"2\"", "\"1\"", "3", "true") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT, CARD("[" SLOT("\"1\"", "\"2\"", "1", "3", "1") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT,
         CARD("[" SLOT("\"1\"", "\"2\"", "1", "3", "null") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_RANGE,
         CARD("[" SLOT("\"1\"", "\"2\"", "1", "4", "true") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_RANGE,
         CARD("[" SLOT("\"1\"", "\"2\"", "0", "3", "true") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_RANGE,
         CARD("[" SLOT("\"3\"", "\"2\"", "1", "3", "true") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_RANGE,
         CARD("[" SLOT("\"1\"", "\"2\"", "4294967296", "3", "true") "]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_COUNT, CARD("[{},{},{},{},{},{},{},{},{}]", NONE, "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT, CARD("[]", "{\"net\":\"0\"}", "\"1\"", "down", "")},
        {true, ROAM_E_FORMAT,
         CARD("[]", "{\"net\":\"0\",\"gross\":\"0\",\"tax\":\"0\"}", "\"1\"", "down", "")},
        {true, ROAM_E_RANGE,
         CARD("[]", "{\"net\":\"0\",\"gross\":\"1208925819614629174706176\"}", "\"1\"", "down", "")},
        {true, ROAM_OK,
         CARD("[]", "{\"net\":\"0\",\"gross\":\"1208925819614629174706175\"}", "\"1\"", "down", "")},
        {true, ROAM_E_RANGE, CARD("[]", NONE, "\"0\"", "down", "")},
        {true, ROAM_E_FORMAT, CARD("[]", NONE, "1", "down", "")},
        {true, ROAM_E_FORMAT, CARD("[]", NONE, "\"1\"", "Down", "")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct roam_diag diag = {0};
        struct usage_record record;
        struct usage_rate_card card;
        size_t size = strlen(table[i].text);
        enum roam_err err = table[i].card ? usage_rate_card_from_json(&card, table[i].text, size, &diag)
                                          : usage_record_from_json(&record, table[i].text, size, &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative += err != ROAM_OK;
    }
}

static void full_buffer(void **state)
{
    (void)state;
    struct roam_buf text;
    struct usage_record record = {0};
    buf_init(&text, 100);
    assert_int_equal(usage_record_to_json(&text, &record), ROAM_E_LIMIT);
    buf_release(&text);
    count_negative++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(round_trips), cmocka_unit_test(strict),
                                       cmocka_unit_test(full_buffer)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
