/* Numbers survive JSON parsing digit by digit, and malformed documents do not. */
#include <stdio.h>
#include <string.h>

#include "prop.h"

#include "exact_json.h"

static void expect_number(const char *text)
{
    char document[128];
    struct exact_json json;
    struct decimal got, expected;
    snprintf(document, sizeof document, "{\"-1\":\"2\",\"x\":%s}", text);
    assert_int_equal(exact_json_parse(&json, document, strlen(document), NULL), ROAM_OK);
    assert_int_equal(exact_json_decimal(&got, &json, json.root, "x", NULL), ROAM_OK);
    assert_int_equal(decimal_parse(&expected, text, strlen(text)), ROAM_OK);
    assert_true(got.digits == expected.digits && got.decimals == expected.decimals &&
                got.negative == expected.negative);
    exact_json_release(&json);
    count_property++;
}

static void edge_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "-0",
                                        "0.0",
                                        "1",
                                        "-1",
                                        "9.038",
                                        "62500.2031",
                                        "0.1",
                                        "1e3",
                                        "1E-3",
                                        "1.5e+2",
                                        "123456789012345678901234567890.123456",
                                        "18446744073709551616",
                                        "0.3000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) expect_number(texts[i]);
}

static void random_numbers(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 20000; i++) {
        char text[64];
        uint64_t whole = prng_u64(&prng) >> prng_below(&prng, 64),
                 part = prng_u64(&prng) >> prng_below(&prng, 64);
        snprintf(text, sizeof text, "%s%llu.%llu%s", prng_below(&prng, 2) ? "-" : "",
                 (unsigned long long)(whole % 1000000000000000),
                 (unsigned long long)(part % 100000000000000000), prng_below(&prng, 4) ? "" : "e-2");
        expect_number(text);
    }
}

/* Strings stay strings, whatever they look like; structure around numbers is kept. */
static void other_values(void **state)
{
    (void)state;
    const char *document =
        "[{\"a\":\"0.25\",\"b\":\"\\\"7\\\\\",\"c\":[1,2.50,-3],\"d\":null,\"e\":true,\"f\":{\"g\":4}},5]";
    struct exact_json json;
    struct decimal value;
    const char *text;
    const json_t *list, *object;
    bool flag, present;
    assert_int_equal(exact_json_parse(&json, document, strlen(document), NULL), ROAM_OK);
    assert_int_equal(json.number_count, 5);
    const json_t *first = json_array_get(json.root, 0);
    assert_int_equal(json_take_string(&text, first, "a", NULL), ROAM_OK);
    assert_string_equal(text, "0.25");
    assert_int_equal(json_take_string(&text, first, "b", NULL), ROAM_OK);
    assert_string_equal(text, "\"7\\");
    assert_int_equal(json_take_array(&list, first, "c", NULL), ROAM_OK);
    assert_int_equal(json_array_size(list), 3);
    assert_int_equal(json_find_string(&text, first, "d", NULL), ROAM_OK);
    assert_null(text);
    assert_int_equal(json_find_bool(&flag, first, "e", NULL), ROAM_OK);
    assert_true(flag);
    assert_int_equal(json_take_object(&object, first, "f", NULL), ROAM_OK);
    assert_int_equal(exact_json_find_decimal(&value, &present, &json, object, "g", NULL), ROAM_OK);
    assert_true(present && value.digits == 4);
    assert_int_equal(exact_json_find_decimal(&value, &present, &json, object, "h", NULL), ROAM_OK);
    assert_false(present);

    assert_int_equal(json_take_string(&text, first, "c", NULL), ROAM_E_FORMAT);
    assert_int_equal(json_take_string(&text, first, "d", NULL), ROAM_E_FORMAT);
    assert_int_equal(json_take_array(&list, first, "a", NULL), ROAM_E_FORMAT);
    assert_int_equal(json_take_object(&object, first, "zz", NULL), ROAM_E_FORMAT);
    assert_int_equal(json_find_bool(&flag, first, "a", NULL), ROAM_E_FORMAT);
    assert_int_equal(exact_json_decimal(&value, &json, first, "a", NULL), ROAM_E_FORMAT);
    assert_int_equal(exact_json_decimal(&value, &json, first, "zz", NULL), ROAM_E_FORMAT);
    static const char *const keys[] = {"a", "b", "c", "d", "e", NULL};
    assert_int_equal(json_only_keys(first, keys, NULL), ROAM_E_FORMAT);
    count_negative += 8;
    exact_json_release(&json);
}

static void integers(void **state)
{
    (void)state;
    const char *document =
        "{\"a\":1000,\"b\":1001,\"c\":-1,\"d\":1.5,\"e\":1e3,\"f\":123456789012345678901234567890123456789}";
    struct exact_json json;
    uint64_t value;
    struct decimal decimal;
    assert_int_equal(exact_json_parse(&json, document, strlen(document), NULL), ROAM_OK);
    assert_int_equal(exact_json_u64(&value, &json, json.root, "a", 1000, NULL), ROAM_OK);
    assert_int_equal(value, 1000);
    assert_int_equal(exact_json_u64(&value, &json, json.root, "e", 1000, NULL), ROAM_OK);
    assert_int_equal(exact_json_u64(&value, &json, json.root, "b", 1000, NULL), ROAM_E_RANGE);
    assert_int_equal(exact_json_u64(&value, &json, json.root, "c", 1000, NULL), ROAM_E_RANGE);
    assert_int_equal(exact_json_u64(&value, &json, json.root, "d", 1000, NULL), ROAM_E_RANGE);
    assert_int_equal(exact_json_decimal(&decimal, &json, json.root, "f", NULL), ROAM_E_RANGE);
    count_negative += 4;
    exact_json_release(&json);
}

static void refuse(const char *text, size_t size)
{
    struct exact_json json;
    if (exact_json_parse(&json, text, size, NULL) != ROAM_E_FORMAT)
        fail_msg("accepted: %.*s", (int)size, text);
    count_negative++;
}

/* Among them numbers that would run together into a valid index once replaced. */
static void malformed(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "{",
                                        "[1,2",
                                        "[1,]",
                                        "{\"a\":1,\"a\":1}",
                                        "[01]",
                                        "[-]",
                                        "[1.]",
                                        "[.5]",
                                        "[+1]",
                                        "[1e]",
                                        "[1e+]",
                                        "[0x10]",
                                        "[1.2.3]",
                                        "[1-2]",
                                        "[9-9]",
                                        "[1e5e5]",
                                        "[1 2]",
                                        "[--1]",
                                        "[\"a]",
                                        "[\"a\\\"]",
                                        "[NaN]",
                                        "[Infinity]",
                                        "[true1]",
                                        "[1true]",
                                        "[\"\\u0000\"]",
                                        "1 1",
                                        "[1\"a\"]",
                                        "[\"\xff\"]",
                                        "{1:2}",
                                        "[1}",
                                        "tru"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) refuse(texts[i], strlen(texts[i]));
    static const char document[] = "{\"a\":[1,2.5e3,\"x\\\"y\"],\"b\":{\"c\":-0.1,\"d\":false}}";
    for (size_t size = 0; size < strlen(document); size++) {
        char *copy = malloc(size + 1);
        memcpy(copy, document, size);
        refuse(copy, size);
        free(copy);
    }
    static char large[EXACT_JSON_SIZE_MAX + 1];
    struct exact_json json;
    memset(large, '1', sizeof large);
    assert_int_equal(exact_json_parse(&json, large, sizeof large, NULL), ROAM_E_LIMIT);
    assert_int_equal(exact_json_parse(&json, large, sizeof large - 1, NULL), ROAM_OK);
    exact_json_release(&json);
    memset(large, '[', sizeof large);
    assert_int_equal(exact_json_parse(&json, large, sizeof large - 1, NULL), ROAM_E_FORMAT);
    count_negative += 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(edge_numbers), cmocka_unit_test(random_numbers),
                                       cmocka_unit_test(other_values), cmocka_unit_test(integers),
                                       cmocka_unit_test(malformed)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
