/* Parcels: what is written is read; every other frame is refused. */
#include "dies.h"
#include "endian.h"
#include "parcel.h"
#include "prop.h"

#include <string.h>

static uint8_t parcel[PARCEL_SIZE_MAX + 1], filler[TX_SIZE_MAX + 1];

static enum roam_err read_begin(const uint8_t *bytes, size_t size, size_t *count)
{
    struct parcel_reader reader;
    uint8_t *exact = malloc(size + 1); /* so that a sanitizer sees a read past the end */
    assert_non_null(exact);
    if (size > 0) memcpy(exact + 1, bytes, size);
    const enum roam_err err = parcel_read_begin(&reader, exact + 1, size, count);
    free(exact);
    return err;
}

static void refused(const uint8_t *bytes, size_t size, enum roam_err expected)
{
    size_t count;
    assert_int_equal(read_begin(bytes, size, &count), expected);
    count_negative++;
}

/* A frame whose items are `count` of `tx_size` bytes, written without parcel_write_add. */
static size_t frame(size_t count, size_t tx_size)
{
    size_t size = 4;
    memcpy(parcel, "rpc1", 4);
    for (size_t i = 0; i < count; i++) {
        store_le32(parcel + size, (uint32_t)tx_size);
        memset(parcel + size + 4, (int)i, tx_size);
        size += 4 + tx_size;
    }
    return size;
}

static void test_frame_refused(void **state)
{
    (void)state;
    refused((const uint8_t *)"", 0, ROAM_E_FORMAT);
    refused((const uint8_t *)"rpc1", 4, ROAM_E_FORMAT); /* no transaction */
    const size_t size = frame(1, 10);
    for (size_t i = 0; i < 4; i++)
        for (int bit = 0; bit < 8; bit++) {
            parcel[i] ^= (uint8_t)(1 << bit);
            refused(parcel, size, ROAM_E_FORMAT);
            parcel[i] ^= (uint8_t)(1 << bit);
        }
    refused(parcel, frame(1, 0), ROAM_E_FORMAT);
    refused(parcel, frame(3, 0), ROAM_E_FORMAT);
    frame(2, 10);
    store_le32(parcel + 4 + 14, 0); /* an empty item behind a good one; its ten bytes follow as an item */
    refused(parcel, 4 + 28, ROAM_E_FORMAT);
    const uint32_t too_long[] = {11, 12, TX_SIZE_MAX, TX_SIZE_MAX + 1, INT32_MAX, UINT32_MAX - 4, UINT32_MAX};
    for (size_t i = 0; i < sizeof too_long / sizeof *too_long; i++) {
        const size_t ends_early = frame(1, 10);
        store_le32(parcel + 4, too_long[i]);
        refused(parcel, ends_early, ROAM_E_FORMAT);
    }
}

/* A parcel that is cut between two items is a shorter parcel; cut elsewhere it is none. */
static void test_every_truncation(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 100, 1, 33};
    bool whole[4 + 5 * 4 + 137 + 4] = {false};
    size_t size = frame(0, 0), count;
    for (size_t i = 0; i < 5; i++) {
        store_le32(parcel + size, (uint32_t)sizes[i]);
        memset(parcel + size + 4, 7, sizes[i]);
        size += 4 + sizes[i];
        whole[size] = true;
    }
    for (size_t cut = 0; cut <= size; cut++)
        if (whole[cut])
            assert_int_equal(read_begin(parcel, cut, &count), ROAM_OK);
        else
            refused(parcel, cut, ROAM_E_FORMAT);
    assert_int_equal(count, 5);
    memset(parcel + size, 0, 4); /* bytes left over */
    for (size_t more = 1; more <= 3; more++) refused(parcel, size + more, ROAM_E_FORMAT);
}

static void test_limits(void **state)
{
    (void)state;
    size_t count;
    assert_int_equal(read_begin(parcel, frame(1, TX_SIZE_MAX), &count), ROAM_OK);
    refused(parcel, frame(1, TX_SIZE_MAX + 1), ROAM_E_LIMIT);
    assert_int_equal(read_begin(parcel, frame(PARCEL_TXS_MAX, 1), &count), ROAM_OK);
    assert_int_equal(count, PARCEL_TXS_MAX);
    refused(parcel, frame(PARCEL_TXS_MAX + 1, 1), ROAM_E_LIMIT);
    size_t size = frame(4, TX_SIZE_MAX - 5); /* 4 + 4 * (4 + 262139) = PARCEL_SIZE_MAX */
    assert_int_equal(size, PARCEL_SIZE_MAX);
    assert_int_equal(read_begin(parcel, size, &count), ROAM_OK);
    refused(parcel, size + 1, ROAM_E_LIMIT);
    refused(parcel, sizeof parcel, ROAM_E_LIMIT);
}

static void test_write_stops_at_the_end(void **state)
{
    (void)state;
    uint8_t small[64], before[64];
    size_t size;
    memset(small, 0xaa, sizeof small);
    parcel_write_begin(small, &size);
    assert_int_equal(size, 4);
    assert_false(parcel_write_add(small, 4, &size, filler, 1));
    assert_false(parcel_write_add(small, 8, &size, filler, 1));
    assert_true(parcel_write_add(small, 9, &size, filler, 1));
    assert_int_equal(size, 9);
    memcpy(before, small, sizeof small);
    assert_false(parcel_write_add(small, 32, &size, filler, 20));
    assert_false(parcel_write_add(small, 13, &size, filler, 1));
    assert_int_equal(size, 9);
    assert_memory_equal(small, before, sizeof small);
    assert_true(parcel_write_add(small, 33, &size, filler, 20));
    assert_int_equal(size, 33);
    count_negative += 4;

    parcel_write_begin(parcel, &size);
    for (int i = 0; i < 3; i++) assert_true(parcel_write_add(parcel, SIZE_MAX, &size, filler, TX_SIZE_MAX));
    assert_false(parcel_write_add(parcel, SIZE_MAX, &size, filler, TX_SIZE_MAX));
    assert_true(parcel_write_add(parcel, SIZE_MAX, &size, filler, PARCEL_SIZE_MAX - size - 4));
    assert_int_equal(size, PARCEL_SIZE_MAX);
    count_negative++;
}

static void add(size_t capacity, size_t size, size_t tx_size)
{
    (void)parcel_write_add(parcel, capacity, &size, filler, tx_size);
}
static void add_nothing(void) { add(100, 4, 0); }
static void add_too_much(void) { add(PARCEL_SIZE_MAX, 4, TX_SIZE_MAX + 1); }
static void add_past_capacity(void) { add(8, 9, 1); }

static void test_misuse(void **state)
{
    (void)state;
    assert_true(dies(add_nothing));
    assert_true(dies(add_too_much));
    assert_true(dies(add_past_capacity));
    count_negative += 3;
}

static void round_trip(struct roam_prng *prng)
{
    enum { TXS = 40 };
    size_t sizes[TXS], size, count, got;
    const uint8_t *tx;
    struct parcel_reader reader;
    const size_t txs = 1 + (size_t)prng_below(prng, TXS);
    const size_t start = (size_t)prng_below(prng, 1000);
    parcel_write_begin(parcel, &size);
    for (size_t i = 0; i < txs; i++) {
        sizes[i] = 1 + (size_t)prng_below(prng, prng_below(prng, 10) == 0 ? 20000 : 60);
        assert_true(parcel_write_add(parcel, sizeof parcel, &size, filler + start + i, sizes[i]));
    }
    assert_int_equal(parcel_read_begin(&reader, parcel, size, &count), ROAM_OK);
    assert_int_equal(count, txs);
    for (size_t i = 0; i < txs; i++) {
        assert_true(parcel_read_next(&reader, &tx, &got));
        assert_int_equal(got, sizes[i]);
        assert_memory_equal(tx, filler + start + i, got);
    }
    assert_false(parcel_read_next(&reader, &tx, &got));
    assert_false(parcel_read_next(&reader, &tx, &got));
    count_property++;
}

static void test_round_trip(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (size_t i = 0; i < sizeof filler; i++) filler[i] = (uint8_t)prng_below(&prng, 256);
    for (int i = 0; i < 300; i++) round_trip(&prng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_refused), cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_write_stops_at_the_end),
        cmocka_unit_test(test_misuse),        cmocka_unit_test(test_round_trip),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
