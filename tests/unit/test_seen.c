/* The bounded set of digests: what was added lately is there, what was never added is not, and it forgets. */
#include "endian.h"
#include "prop.h"
#include "seen.h"

#include <pthread.h>
#include <string.h>

/* Number n as a digest; all begin in `places` places of the table, so that they collide. */
static void digest_of(uint8_t out[32], uint64_t n, uint64_t places)
{
    memset(out, 0x5a, 32);
    store_le64(out, n % places);
    store_le64(out + 8, n);
}

static void add(struct seen *seen, uint64_t n, uint64_t places)
{
    uint8_t digest[32];
    digest_of(digest, n, places);
    seen_add(seen, digest);
}

static bool has(struct seen *seen, uint64_t n, uint64_t places)
{
    uint8_t digest[32];
    digest_of(digest, n, places);
    return seen_has(seen, digest);
}

static const size_t capacities[] = {0, 1, 31, 32, 33, 64, 100, 1000};

static void test_the_last_ones_are_there(void **state)
{
    (void)state;
    static const uint64_t places[] = {1, 3, 1000, UINT64_MAX};
    for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++)
        for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
            const uint64_t capacity = capacities[c];
            struct seen *seen = seen_create(capacity);
            assert_non_null(seen);
            assert_false(has(seen, 1, places[p]));
            for (uint64_t n = 1; n <= 5 * capacity + 70; n++) {
                assert_false(has(seen, n, places[p]));
                add(seen, n, places[p]);
                assert_true(has(seen, n, places[p]));
                if (n > capacity && capacity > 0) assert_true(has(seen, n - capacity + 1, places[p]));
                count_property++;
            }
            seen_destroy(seen);
        }
}

/* Memory is bounded: of many more than the capacity, few are found. */
static void test_forgets(void **state)
{
    (void)state;
    struct seen *seen = seen_create(100);
    uint64_t found = 0;
    for (uint64_t n = 1; n <= 10000; n++) add(seen, n, UINT64_MAX);
    for (uint64_t n = 1; n <= 10000; n++) found += has(seen, n, UINT64_MAX);
    assert_true(found >= 100 && found <= 4 * 128);
    assert_false(has(seen, 1, UINT64_MAX));
    count_negative++;
    seen_destroy(seen);
}

/* What is added again counts as new. */
static void test_added_again(void **state)
{
    (void)state;
    struct seen *seen = seen_create(32);
    for (uint64_t n = 1; n <= 2000; n++) {
        add(seen, n, UINT64_MAX);
        if (n % 20 == 0) add(seen, 1, UINT64_MAX);
        assert_true(has(seen, 1, UINT64_MAX));
    }
    seen_destroy(seen);
    seen = seen_create(32);
    for (int i = 0; i < 100; i++) add(seen, 1, UINT64_MAX); /* takes one place only */
    for (uint64_t n = 2; n <= 32; n++) add(seen, n, UINT64_MAX);
    assert_true(has(seen, 1, UINT64_MAX));
    seen_destroy(seen);
}

static void test_one_bit_is_another_digest(void **state)
{
    (void)state;
    struct seen *seen = seen_create(10);
    uint8_t digest[32];
    digest_of(digest, 7, 1);
    seen_add(seen, digest);
    for (int bit = 0; bit < 256; bit++) {
        digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(seen_has(seen, digest));
        digest[bit / 8] ^= (uint8_t)(1 << bit % 8);
        count_negative++;
    }
    assert_true(seen_has(seen, digest));
    seen_destroy(seen);
    seen_destroy(NULL);
}

static void test_memo(void **state)
{
    (void)state;
    struct seen *seen = seen_create(10);
    const struct ledger_memo memo = seen_memo(seen);
    uint8_t digest[32];
    digest_of(digest, 9, 1);
    assert_false(memo.has(memo.context, digest));
    memo.add(memo.context, digest);
    assert_true(memo.has(memo.context, digest));
    assert_true(seen_has(seen, digest));
    seen_destroy(seen);
    count_negative++;
}

enum { THREADS = 4, ADDED = 3000 };

struct adder {
    pthread_t thread;
    struct seen *seen;
    uint64_t number;
};

static void *add_own(void *context)
{
    const struct adder *adder = context;
    for (uint64_t i = 1; i <= ADDED; i++) {
        const uint64_t n = i * THREADS + adder->number;
        ROAM_ASSERT(!has(adder->seen, n, 64));
        add(adder->seen, n, 64);
        ROAM_ASSERT(has(adder->seen, n, 64));
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    struct adder adders[THREADS];
    struct seen *seen = seen_create((size_t)THREADS * ADDED);
    for (unsigned t = 0; t < THREADS; t++) {
        adders[t] = (struct adder){.seen = seen, .number = t};
        assert_int_equal(pthread_create(&adders[t].thread, NULL, add_own, &adders[t]), 0);
    }
    for (unsigned t = 0; t < THREADS; t++) assert_int_equal(pthread_join(adders[t].thread, NULL), 0);
    for (uint64_t n = THREADS; n < THREADS * (ADDED + 1); n++) assert_true(has(seen, n, 64));
    count_property += THREADS * ADDED;
    seen_destroy(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_last_ones_are_there),
        cmocka_unit_test(test_forgets),
        cmocka_unit_test(test_added_again),
        cmocka_unit_test(test_one_bit_is_another_digest),
        cmocka_unit_test(test_memo),
        cmocka_unit_test(test_threads),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
