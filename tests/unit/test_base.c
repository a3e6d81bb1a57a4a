/* lib/base: decimals, hexadecimal, Base64, buffers, arenas, files, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "arena.h"
#include "buf.h"
#include "checked.h"
#include "ct.h"
#include "decimal.h"
#include "endian.h"
#include "env.h"
#include "file.h"
#include "hex.h"

static unsigned negatives, properties;

static void refuse_decimal(const char *text, enum roam_err expected)
{
    struct decimal value;
    assert_int_equal(decimal_parse(&value, text, strlen(text)), expected);
    negatives++;
}

static void decimal_refuses(void **state)
{
    (void)state;
    static const char *const malformed[] = {"",   "-",  ".5",  "5.",   "+1",  "1e",   "1e+", "0x1",
                                            "1 ", " 1", "1,0", "1..0", "--1", "1e5.", "NaN", "1_0"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        refuse_decimal(malformed[i], ROAM_E_FORMAT);
    refuse_decimal("1e1001", ROAM_E_RANGE);
    refuse_decimal("1e40", ROAM_E_RANGE);
    refuse_decimal("1e-37", ROAM_E_RANGE);
    refuse_decimal("9999999999999999999999999999999999999", ROAM_E_RANGE);
}

static void expect_decimal(const char *text, uint64_t digits, int decimals, bool negative)
{
    struct decimal value;
    assert_int_equal(decimal_parse(&value, text, strlen(text)), ROAM_OK);
    assert_true(value.digits == digits);
    assert_int_equal(value.decimals, decimals);
    assert_int_equal(value.negative, negative);
}

static void decimal_accepts(void **state)
{
    (void)state;
    expect_decimal("0", 0, 0, false);
    expect_decimal("-0.000", 0, 0, false);
    expect_decimal("0.25", 25, 2, false);
    expect_decimal("00.2500", 25, 2, false);
    expect_decimal("-1.5E-3", 15, 4, true);
    expect_decimal("12e3", 12000, 0, false);
    expect_decimal("0e999", 0, 0, false);
    uint64_t amount;
    struct decimal value;
    assert_int_equal(decimal_parse(&value, "5.5", 3), ROAM_OK);
    assert_int_equal(decimal_to_u64(&amount, &value, 4), ROAM_OK);
    assert_int_equal(amount, 55000);
    assert_int_equal(decimal_to_u64(&amount, &value, 0), ROAM_E_RANGE);
    assert_int_equal(decimal_parse(&value, "18446744073709551616", 20), ROAM_OK);
    assert_int_equal(decimal_to_u64(&amount, &value, 0), ROAM_E_RANGE);
    assert_int_equal(decimal_parse(&value, "-1", 2), ROAM_OK);
    assert_int_equal(decimal_to_u64(&amount, &value, 0), ROAM_E_RANGE);
    negatives += 3;
}

static void decimal_round_trip(void **state)
{
    (void)state;
    struct roam_prng prng = {7};
    for (int i = 0; i < 20000; i++, properties++) {
        uint64_t amount = prng_u64(&prng) >> prng_below(&prng, 64), back;
        int decimals = (int)prng_below(&prng, 19);
        char text[48];
        struct decimal value;
        decimal_print_u64(text, amount, decimals);
        assert_int_equal(decimal_parse(&value, text, strlen(text)), ROAM_OK);
        assert_int_equal(decimal_to_u64(&back, &value, decimals), ROAM_OK);
        assert_true(back == amount);
    }
}

static void hex_both_ways(void **state)
{
    (void)state;
    uint8_t bytes[4];
    char text[9];
    assert_int_equal(hex_decode(bytes, 4, "00fFA17e", 8), ROAM_OK);
    hex_encode(text, bytes, 4);
    assert_string_equal(text, "00ffa17e");
    assert_int_equal(hex_decode(bytes, 4, "00ffa17", 7), ROAM_E_FORMAT);
    assert_int_equal(hex_decode(bytes, 4, "00ffa17g", 8), ROAM_E_FORMAT);
    negatives += 2;
}

static void expect_base64(const char *plain, const char *text)
{
    char encoded[64];
    uint8_t decoded[32];
    size_t size;
    base64_encode(encoded, (const uint8_t *)plain, strlen(plain));
    assert_string_equal(encoded, text);
    assert_int_equal(base64_decode(decoded, sizeof decoded, &size, text, strlen(text)), ROAM_OK);
    assert_int_equal(size, strlen(plain));
    assert_memory_equal(decoded, plain, size);
}

/* Vectors of RFC 4648 section 10. */
static void base64_both_ways(void **state)
{
    (void)state;
    expect_base64("", "");
    expect_base64("f", "Zg==");
    expect_base64("fo", "Zm8=");
    expect_base64("foo", "Zm9v");
    expect_base64("foob", "Zm9vYg==");
    expect_base64("fooba", "Zm9vYmE=");
    expect_base64("foobar", "Zm9vYmFy");
    static const char *const malformed[] = {"Zg=", "Zg", "Zh==", "Zm9=", "=m9v", "Zg==Zg==", "Zm 9", "Z=g="};
    uint8_t bytes[16];
    size_t size;
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++, negatives++)
        assert_int_equal(base64_decode(bytes, sizeof bytes, &size, malformed[i], strlen(malformed[i])),
                         ROAM_E_FORMAT);
    assert_int_equal(base64_decode(bytes, 2, &size, "Zm9v", 4), ROAM_E_LIMIT);
    negatives++;
}

static void buffer_keeps_its_maximum(void **state)
{
    (void)state;
    struct roam_buf buf;
    buf_init(&buf, 10);
    assert_int_equal(buf_append(&buf, "12345678", 8), ROAM_OK);
    assert_int_equal(buf_append(&buf, "abc", 3), ROAM_E_LIMIT);
    assert_int_equal(buf.size, 8);
    assert_null(buf_extend(&buf, SIZE_MAX));
    assert_int_equal(buf_printf(&buf, "%d", 9), ROAM_OK);
    assert_int_equal(buf.size, 9);
    assert_memory_equal(buf.data, "123456789", 9);
    negatives += 2;
    buf_release(&buf);
}

static void arena_gives_out_aligned_memory(void **state)
{
    (void)state;
    static uint8_t memory[256];
    struct roam_arena arena = arena_over(memory + 1, sizeof memory - 1);
    uint8_t *first = arena_take(&arena, 10), *second = arena_take(&arena, 10);
    assert_int_equal((uintptr_t)first % 64, 0);
    assert_int_equal((uintptr_t)second % 64, 0);
    assert_true(second >= first + 10);
    assert_null(arena_take(&arena, 256));
    assert_null(arena_take(&arena, SIZE_MAX));
    negatives += 2;
}

static void files_are_replaced_whole(void **state)
{
    (void)state;
    char folder[] = "/tmp/roam-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/f", folder);
    uint8_t *data;
    size_t size;
    struct roam_diag diag = {0};
    assert_int_equal(file_read(&data, &size, path, 100, &diag), ROAM_E_NOTFOUND);
    assert_non_null(strstr(diag.text, path));
    assert_int_equal(file_write(path, "first", 5, NULL), ROAM_OK);
    assert_int_equal(file_write(path, "second", 6, NULL), ROAM_OK);
    assert_int_equal(file_read(&data, &size, path, 5, NULL), ROAM_E_LIMIT);
    assert_int_equal(file_read(&data, &size, path, 6, NULL), ROAM_OK);
    assert_string_equal((char *)data, "second");
    free(data);
    struct roam_map map;
    assert_int_equal(file_map(&map, path, NULL), ROAM_OK);
    assert_memory_equal(map.data, "second", map.size);
    file_unmap(&map);
    assert_int_equal(file_map(&map, folder, NULL), ROAM_E_IO);
    negatives += 3;
    unlink(path);
    rmdir(folder);
}

static void diagnosis_keeps_the_first_cause(void **state)
{
    (void)state;
    struct roam_diag diag = {0};
    assert_int_equal(roam_diag(&diag, ROAM_E_RANGE, "price %d", 7), ROAM_E_RANGE);
    assert_int_equal(roam_diag(&diag, ROAM_E_FORMAT, "card"), ROAM_E_FORMAT);
    assert_string_equal(diag.text, "price 7");
    assert_string_equal(roam_err_name(ROAM_E_VERIFY), "E_VERIFY");
    assert_string_equal(roam_err_text(ROAM_OK), "done");
}

static void small_helpers(void **state)
{
    (void)state;
    uint8_t bytes[8];
    store_be64(bytes, 0x0102030405060708u);
    assert_int_equal(load_le64(bytes), 0x0807060504030201u);
    assert_int_equal(load_be32(bytes + 4), 0x05060708);
    assert_true(roam_ct_equal(bytes, bytes, 8));
    assert_false(roam_ct_equal(bytes, "\1\2\3\4\5\6\7\11", 8));
    assert_int_equal(ct_select(ct_mask_nonzero(5), 1, 2), 1);
    assert_int_equal(ct_select(ct_mask_nonzero(0), 1, 2), 2);
    roam_wipe(bytes, 8);
    assert_int_equal(load_le64(bytes), 0);
}

static int report(void **state)
{
    (void)state;
    print_message("count property=%u negative=%u\n", properties, negatives);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_refuses),
        cmocka_unit_test(decimal_accepts),
        cmocka_unit_test(decimal_round_trip),
        cmocka_unit_test(hex_both_ways),
        cmocka_unit_test(base64_both_ways),
        cmocka_unit_test(buffer_keeps_its_maximum),
        cmocka_unit_test(arena_gives_out_aligned_memory),
        cmocka_unit_test(files_are_replaced_whole),
        cmocka_unit_test(diagnosis_keeps_the_first_cause),
        cmocka_unit_test(small_helpers),
    };
    return cmocka_run_group_tests(tests, NULL, report);
}
