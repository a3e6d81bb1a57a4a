/* The memtable against a plain list: what was put last is found, in order of table and key, whatever memory
 * is refused on the way. */
#include "alloc_fault.h"
#include "memtable.h"
#include "prop.h"

#include <string.h>

enum { KEY_MAX = 40, VALUE_MAX = 300, ITEMS_MAX = 3000 };

struct item {
    enum table table;
    size_t key_size, value_size;
    uint8_t key[KEY_MAX], value[VALUE_MAX];
};

/* The plain list. */
static struct item items[ITEMS_MAX];
static size_t item_count;

static struct item *list_find(const struct item *wanted)
{
    for (size_t i = 0; i < item_count; i++)
        if (items[i].table == wanted->table && items[i].key_size == wanted->key_size &&
            memcmp(items[i].key, wanted->key, wanted->key_size) == 0)
            return &items[i];
    return NULL;
}

static void list_put(const struct item *item)
{
    struct item *there = list_find(item);
    if (there == NULL) there = &items[item_count++];
    assert_true(item_count <= ITEMS_MAX);
    *there = *item;
}

static void assert_found(const struct memtable *memtable, const struct item *item)
{
    const struct memtable_entry *entry = memtable_find(memtable, item->table, item->key, item->key_size);
    const struct item *expected = list_find(item);
    assert_int_equal(entry != NULL, expected != NULL);
    if (entry == NULL) return;
    const MDB_val value = memtable_value(entry);
    assert_int_equal(entry->table, item->table);
    assert_int_equal(entry->key_size, item->key_size);
    assert_memory_equal(entry->bytes, item->key, item->key_size);
    assert_int_equal(value.mv_size, expected->value_size);
    assert_memory_equal(value.mv_data, expected->value, expected->value_size);
}

/* In every table the same few keys: numbers in a few bytes, of which one may begin another. */
static struct item random_item(struct roam_prng *prng, uint64_t keys)
{
    struct item item = {.table = (enum table)prng_below(prng, TABLE_COUNT),
                        .key_size = 1 + prng_below(prng, 4)};
    const uint64_t number = prng_below(prng, keys);
    for (size_t i = 0; i < item.key_size; i++) item.key[i] = (uint8_t)(number >> (8 * i));
    item.value_size = prng_below(prng, 2) ? 32 : prng_below(prng, VALUE_MAX + 1);
    prng_bytes(prng, item.value, item.value_size);
    return item;
}

static int compare(const struct item *a, const struct memtable_entry *b)
{
    if (a->table != b->table) return a->table < b->table ? -1 : 1;
    for (size_t i = 0; i < a->key_size && i < b->key_size; i++)
        if (a->key[i] != b->bytes[i]) return a->key[i] < b->bytes[i] ? -1 : 1;
    return (a->key_size > b->key_size) - (a->key_size < b->key_size);
}

/* All of the list and nothing else, each behind the one before. */
static void assert_sorted(const struct memtable *memtable)
{
    const struct memtable_entry **entries = memtable_sorted(memtable);
    assert_int_equal(memtable_count(memtable), item_count);
    assert_int_equal(entries == NULL, item_count == 0);
    for (size_t i = 0; i < item_count; i++) {
        struct item item = {.table = (enum table)entries[i]->table, .key_size = entries[i]->key_size};
        assert_in_range(item.key_size, 1, KEY_MAX);
        memcpy(item.key, entries[i]->bytes, item.key_size);
        assert_non_null(list_find(&item));
        assert_found(memtable, &item);
        if (i + 1 < item_count) assert_true(compare(&item, entries[i + 1]) < 0);
        count_property++;
    }
    free(entries);
}

static struct memtable *start(void)
{
    struct memtable *memtable = memtable_create();
    assert_non_null(memtable);
    item_count = 0;
    return memtable;
}

static bool put(struct memtable *memtable, const struct item *item)
{
    return memtable_put(memtable, item->table, item->key, item->key_size, item->value, item->value_size);
}

static void test_empty(void **state)
{
    (void)state;
    struct memtable *memtable = start();
    assert_null(memtable_find(memtable, TABLE_META, "head", 4));
    assert_int_equal(memtable_bytes(memtable), 0);
    assert_sorted(memtable);
    memtable_destroy(memtable);
    memtable_destroy(NULL);
    count_negative++;
}

static void test_random(void **state)
{
    (void)state;
    static const uint64_t keys[] = {1, 3, 40, 100000};
    struct roam_prng prng = prop_prng();
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct memtable *memtable = start();
        for (int i = 0; i < 4000 && item_count < ITEMS_MAX; i++) {
            const struct item item = random_item(&prng, keys[k]), other = random_item(&prng, keys[k]);
            const size_t before = memtable_bytes(memtable);
            assert_true(put(memtable, &item));
            assert_true(memtable_bytes(memtable) >= before);
            list_put(&item);
            assert_found(memtable, &item);
            assert_found(memtable, &other);
            assert_int_equal(memtable_count(memtable), item_count);
            if (i % 1000 == 0) assert_sorted(memtable);
            count_property++;
        }
        if (keys[k] == 100000) assert_int_equal(item_count, ITEMS_MAX); /* it has grown more than once */
        assert_sorted(memtable);
        memtable_destroy(memtable);
    }
}

/* The same size is written over in place: what the tables of a chain do again and again takes no memory. */
static void test_over_and_over(void **state)
{
    (void)state;
    struct memtable *memtable = start();
    struct item item = {.table = TABLE_META, .key_size = 4, .key = "head", .value_size = VALUE_MAX};
    assert_true(put(memtable, &item));
    const size_t bytes = memtable_bytes(memtable);
    for (int i = 0; i < 1000; i++) {
        item.value[i % VALUE_MAX]++;
        assert_true(put(memtable, &item));
        list_put(&item);
        assert_found(memtable, &item);
        assert_int_equal(memtable_bytes(memtable), bytes);
        count_property++;
    }
    memtable_destroy(memtable);
}

/* Values larger than what the memory is taken in, and the longest keys that LMDB has, of which all but the
 * last byte are the same. */
static void test_large(void **state)
{
    (void)state;
    enum { LARGE = 5 << 20, LONG_KEY = 511 };
    static uint8_t value[LARGE], key[LONG_KEY];
    struct roam_prng prng = prop_prng();
    struct memtable *memtable = start();
    for (unsigned i = 0; i < 4; i++) {
        key[LONG_KEY - 1] = (uint8_t)(3 - i);
        value[LARGE - 1 - i] = (uint8_t)prng_below(&prng, 256);
        assert_true(memtable_put(memtable, TABLE_BLOCKS, key, LONG_KEY, value, LARGE - i));
        const struct memtable_entry *entry = memtable_find(memtable, TABLE_BLOCKS, key, LONG_KEY);
        assert_non_null(entry);
        assert_int_equal(memtable_value(entry).mv_size, LARGE - i);
        assert_memory_equal(memtable_value(entry).mv_data, value, LARGE - i);
        assert_null(memtable_find(memtable, TABLE_BLOCKS, key, LONG_KEY - 1));
        assert_null(memtable_find(memtable, TABLE_NODES, key, LONG_KEY));
        assert_true(memtable_put(memtable, TABLE_BLOCKS, key, 0, "x", 1)); /* between them */
        count_property++;
        count_negative += 2;
    }
    const struct memtable_entry **entries = memtable_sorted(memtable);
    assert_non_null(entries);
    assert_int_equal(memtable_count(memtable), 5);
    assert_int_equal(entries[0]->key_size, 0);
    for (unsigned i = 0; i < 4; i++) assert_int_equal(entries[1 + i]->bytes[LONG_KEY - 1], i);
    free(entries);
    memtable_destroy(memtable);
}

/* Puts n items with allocation number `at` refused; a put that is refused changes nothing. False if none
 * was. */
static bool puts_with_refusal(struct roam_prng *prng, long at)
{
    struct memtable *memtable = start();
    bool refused = false;
    alloc_fault_arm(at);
    for (int i = 0; i < 2500; i++) {
        const struct item item = random_item(prng, 100000);
        if (put(memtable, &item)) {
            list_put(&item);
        } else {
            assert_false(refused);
            refused = true;
            assert_found(memtable, &item);
            count_negative++;
        }
    }
    assert_int_equal(alloc_fault_disarm(), refused);
    assert_sorted(memtable);
    memtable_destroy(memtable);
    return refused;
}

static void test_no_memory(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct memtable *memtable;
    for (long at = 1; at <= 2; at++) {
        alloc_fault_arm(at);
        assert_null(memtable_create());
        assert_true(alloc_fault_disarm());
    }
    long at = 1;
    while (puts_with_refusal(&prng, at)) at++;
    assert_in_range(at, 4, 100); /* more than one piece, and the set grown twice */
    memtable = start();
    assert_true(memtable_put(memtable, TABLE_META, "head", 4, "x", 1));
    alloc_fault_arm(1);
    assert_null(memtable_sorted(memtable));
    assert_true(alloc_fault_disarm());
    memtable_destroy(memtable);
    count_negative += 3;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty), cmocka_unit_test(test_random),    cmocka_unit_test(test_over_and_over),
        cmocka_unit_test(test_large), cmocka_unit_test(test_no_memory),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
