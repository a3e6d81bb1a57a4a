/* The overlay against plain copies of a small array: puts, nested savepoints, rollbacks, order. */
#include <string.h>

#include "overlay.h"
#include "prop.h"

enum { KEYS = 40, CAPACITY = 24, DEPTH = 4, STEPS = 60000 };

/* value[k] is the number that record k holds, 0 = not in the overlay. */
struct naive {
    uint32_t value[KEYS];
    size_t count;
};

struct pair {
    void *memory;
    struct overlay overlay;
    struct naive naive;
    size_t depth;
    struct overlay_mark marks[DEPTH];
    struct naive saved[DEPTH];
};

/* Few first bytes and two lengths, so that many keys differ late or not until one ends. */
static struct record_key key_of(size_t k)
{
    struct record_key key = {{'a', 0, 0, 0, 0, 0, 0, 0}, k % 2 == 0 ? 33 : LEDGER_KEY_MAX};
    key.byte[1] = (uint8_t)(k % 5);
    key.byte[20] = (uint8_t)(k / 2);
    return key;
}

/* Sizes differ with the number. */
static size_t value_of(uint8_t value[LEDGER_VALUE_MAX], uint32_t number)
{
    const size_t size = 4 + number % (LEDGER_VALUE_MAX - 3);
    memset(value, (int)(number & 0xff), size);
    memcpy(value, &number, 4);
    return size;
}

static void pair_open(struct pair *p)
{
    const struct roam_env env = roam_env_seeded(&(struct roam_prng){3});
    const size_t size = overlay_memory_size(CAPACITY);
    memset(p, 0xaa, sizeof *p); /* init relies on nothing */
    memset(&p->naive, 0, sizeof p->naive);
    p->depth = 0;
    p->memory = aligned_alloc(64, (size + 63) / 64 * 64);
    assert_non_null(p->memory);
    struct roam_arena arena = arena_over(p->memory, size);
    overlay_init(&p->overlay, &arena, CAPACITY, &env);
}

static void put(struct pair *p, size_t k, uint32_t number)
{
    const struct record_key key = key_of(k);
    struct overlay_value committed = {.size = 0};
    uint8_t value[LEDGER_VALUE_MAX];
    committed.size = (uint16_t)value_of(committed.byte, (uint32_t)k + 1);
    overlay_put(&p->overlay, &key, &committed, value, value_of(value, number));
    p->naive.count += p->naive.value[k] == 0;
    p->naive.value[k] = number;
}

static void check_record(const struct pair *p, size_t k)
{
    uint8_t value[LEDGER_VALUE_MAX];
    const struct record_key key = key_of(k);
    const struct overlay_value *found = overlay_find(&p->overlay, &key);
    if (p->naive.value[k] == 0) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_int_equal(found->size, value_of(value, p->naive.value[k]));
    assert_memory_equal(found->byte, value, found->size);
}

/* The committed value is that of the first put since the record came in. */
static void check_committed(const struct pair *p)
{
    for (size_t i = 0; i < p->overlay.count; i++) {
        const struct overlay_record *r = &p->overlay.records[i];
        uint8_t value[LEDGER_VALUE_MAX];
        size_t k = 0;
        for (; k < KEYS; k++) {
            const struct record_key key = key_of(k);
            if (key.size == r->key.size && memcmp(key.byte, r->key.byte, key.size) == 0) break;
        }
        assert_true(k < KEYS);
        assert_int_equal(r->committed.size, value_of(value, (uint32_t)k + 1));
        assert_memory_equal(r->committed.byte, value, r->committed.size);
    }
}

static void check(const struct pair *p)
{
    assert_int_equal(p->overlay.count, p->naive.count);
    for (size_t k = 0; k < KEYS; k++) check_record(p, k);
    check_committed(p);
    count_property++;
}

static int compare_keys(const struct record_key *a, const struct record_key *b)
{
    const size_t common = a->size < b->size ? a->size : b->size;
    const int order = memcmp(a->byte, b->byte, common);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static void check_order(struct pair *p)
{
    overlay_sort(&p->overlay);
    bool seen[CAPACITY] = {false};
    for (size_t i = 0; i < p->overlay.count; i++) {
        const struct record_key *key = &p->overlay.records[p->overlay.order[i].record].key;
        assert_false(seen[p->overlay.order[i].record]);
        seen[p->overlay.order[i].record] = true;
        if (i > 0)
            assert_true(compare_keys(&p->overlay.records[p->overlay.order[i - 1].record].key, key) < 0);
    }
}

static void step(struct pair *p, struct roam_prng *prng, uint32_t number)
{
    switch (prng_below(prng, 12)) {
    case 0:
        if (p->depth == DEPTH) return;
        p->saved[p->depth] = p->naive;
        p->marks[p->depth++] = overlay_mark(&p->overlay);
        return;
    case 1: /* back to any of the savepoints; it stays one */
        if (p->depth == 0) return;
        p->depth = 1 + prng_below(prng, p->depth);
        overlay_rollback(&p->overlay, p->marks[p->depth - 1]);
        p->naive = p->saved[p->depth - 1];
        return;
    case 2:
        if (prng_below(prng, 8) != 0) return;
        overlay_forget(&p->overlay);
        p->depth = 0;
        assert_int_equal(overlay_room(&p->overlay), CAPACITY - p->naive.count);
        return;
    case 3:
        if (prng_below(prng, 30) != 0) return;
        overlay_clear(&p->overlay);
        memset(&p->naive, 0, sizeof p->naive);
        p->depth = 0;
        assert_int_equal(overlay_room(&p->overlay), CAPACITY);
        return;
    case 4:
        check_order(p);
        return;
    default:
        if (overlay_room(&p->overlay) > 0) put(p, prng_below(prng, KEYS), number);
    }
}

static void test_against_copies(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct pair *p = malloc(sizeof *p);
    size_t full = 0;
    assert_non_null(p);
    pair_open(p);
    for (uint32_t i = 1; i <= STEPS; i++) {
        step(p, &prng, i);
        full += overlay_room(&p->overlay) == 0;
        if (i % 3 == 0) check(p);
    }
    check(p);
    assert_true(full > 0); /* its limit was reached */
    free(p->memory);
    free(p);
}

/* After a savepoint the first change of an old record takes a place in the journal, the next ones do not; new
 * records take none. */
static void test_room(void **state)
{
    (void)state;
    struct pair *p = malloc(sizeof *p);
    assert_non_null(p);
    pair_open(p);
    for (uint32_t k = 0; k < 10; k++) put(p, k, k + 1);
    assert_int_equal(overlay_room(&p->overlay), CAPACITY - 10);
    for (int round = 1; round <= 2; round++) {
        overlay_mark(&p->overlay);
        for (uint32_t n = 0; n < 3; n++)
            for (uint32_t k = 0; k < 10; k++) put(p, k, 100 + n);
        assert_int_equal(p->overlay.journal_count, 10 * (size_t)round);
        for (uint32_t n = 0; n < 3; n++) put(p, 20 + (uint32_t)round, 7 + n);
        assert_int_equal(p->overlay.journal_count, 10 * (size_t)round);
    }
    assert_int_equal(overlay_room(&p->overlay), CAPACITY - 20);
    overlay_forget(&p->overlay);
    assert_int_equal(overlay_room(&p->overlay), CAPACITY - 12);
    free(p->memory);
    free(p);
    count_property++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_copies),
        cmocka_unit_test(test_room),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
