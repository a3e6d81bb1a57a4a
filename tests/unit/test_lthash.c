/* LtHash: a set's state does not depend on the order of changes, every change can be undone, and key, value
 * and their boundary count. */
#include "prop.h"

#include "lthash.h"

#include <sodium.h>
#include <string.h>

enum { RECORDS = 40 };

struct record {
    uint8_t key[24], value[40];
    size_t key_size, value_size;
};

static void random_record(struct record *out, struct roam_prng *prng)
{
    memset(out, 0, sizeof *out);
    out->key_size = prng_below(prng, sizeof out->key + 1);
    out->value_size = prng_below(prng, sizeof out->value + 1);
    prng_bytes(prng, out->key, out->key_size);
    prng_bytes(prng, out->value, out->value_size);
}

static void add(struct lthash *state, const struct record *r)
{
    lthash_add(state, r->key, r->key_size, r->value, r->value_size);
}

static void take_away(struct lthash *state, const struct record *r)
{
    lthash_remove(state, r->key, r->key_size, r->value, r->value_size);
}

static void assert_same(const struct lthash *a, const struct lthash *b)
{
    uint8_t x[32], y[32];
    assert_memory_equal(a, b, sizeof *a);
    lthash_digest(x, a);
    lthash_digest(y, b);
    assert_memory_equal(x, y, 32);
}

static void assert_different(const struct lthash *a, const struct lthash *b)
{
    uint8_t x[32], y[32];
    lthash_digest(x, a);
    lthash_digest(y, b);
    assert_memory_not_equal(a, b, sizeof *a);
    assert_memory_not_equal(x, y, 32);
    count_negative++;
}

/* Written out from the header's definition. */
static void definition(void **state)
{
    (void)state;
    static const uint8_t record[] = "\3\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0keyva", nonce[8];
    uint8_t seed[32], stream[LTHASH_SIZE], serialized[LTHASH_SIZE], digest[32], expected[32];
    assert_int_equal(crypto_generichash(seed, 32, record, sizeof record - 1, NULL, 0), 0);
    assert_int_equal(crypto_stream_chacha20(stream, sizeof stream, nonce, seed), 0);
    struct lthash hash;
    lthash_init(&hash);
    lthash_add(&hash, "key", 3, "va", 2);
    lthash_serialize(serialized, &hash);
    assert_memory_equal(serialized, stream, LTHASH_SIZE);
    assert_int_equal(crypto_generichash(expected, 32, stream, sizeof stream, NULL, 0), 0);
    lthash_digest(digest, &hash);
    assert_memory_equal(digest, expected, 32);
    lthash_add(&hash, "key", 3, "va", 2); /* a multiset: twice is not once */
    for (size_t i = 0; i < LTHASH_COUNTERS; i++) {
        uint16_t once = (uint16_t)(stream[2 * i] | stream[2 * i + 1] << 8);
        assert_int_equal(hash.counter[i], (uint16_t)(2 * once));
    }
}

static void order_does_not_matter(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct record r[RECORDS];
    struct lthash in_order, shuffled;
    for (int n = 0; n < 20; n++) {
        lthash_init(&in_order);
        lthash_init(&shuffled);
        for (size_t i = 0; i < RECORDS; i++) random_record(&r[i], &prng);
        for (size_t i = 0; i < RECORDS; i++) add(&in_order, &r[i]);
        for (size_t i = RECORDS; i-- > 1;) {
            size_t j = prng_below(&prng, i + 1);
            struct record t = r[i];
            r[i] = r[j];
            r[j] = t;
        }
        for (size_t i = 0; i < RECORDS; i++) add(&shuffled, &r[i]);
        assert_same(&in_order, &shuffled);
        count_property++;
    }
}

/* Random additions and removals come to the state of what is left. */
static void removal_undoes_addition(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct record r[RECORDS];
    struct lthash changed, fresh, empty;
    lthash_init(&empty);
    for (int n = 0; n < 20; n++) {
        bool present[RECORDS] = {false};
        lthash_init(&changed);
        for (size_t i = 0; i < RECORDS; i++) random_record(&r[i], &prng);
        for (int step = 0; step < 200; step++) {
            size_t i = prng_below(&prng, RECORDS);
            (present[i] ? take_away : add)(&changed, &r[i]);
            present[i] = !present[i];
        }
        lthash_init(&fresh);
        for (size_t i = 0; i < RECORDS; i++)
            if (present[i]) add(&fresh, &r[i]);
        assert_same(&changed, &fresh);
        for (size_t i = 0; i < RECORDS; i++)
            if (present[i]) take_away(&changed, &r[i]);
        assert_same(&changed, &empty);
        count_property += 2;
    }
}

static void records_are_told_apart(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct lthash a, b;
    static const uint8_t text[] = "boundary";
    for (size_t i = 0; i <= 8; i++)
        for (size_t j = 0; j < i; j++) { /* the same bytes cut elsewhere */
            lthash_init(&a);
            lthash_init(&b);
            lthash_add(&a, text, i, text + i, 8 - i);
            lthash_add(&b, text, j, text + j, 8 - j);
            assert_different(&a, &b);
        }
    for (int n = 0; n < 200; n++) {
        struct record r, s;
        random_record(&r, &prng);
        s = r;
        if (n % 2 == 0 && r.key_size > 0)
            s.key[prng_below(&prng, r.key_size)] ^= 1;
        else
            s.value_size = r.value_size > 0 ? r.value_size - 1 : 1;
        lthash_init(&a);
        lthash_init(&b);
        add(&a, &r);
        add(&b, &s);
        assert_different(&a, &b);
    }
    lthash_init(&a);
    lthash_init(&b);
    lthash_add(&a, NULL, 0, NULL, 0); /* an empty record is a record */
    assert_different(&a, &b);
}

static void serialization(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    uint8_t bytes[LTHASH_SIZE], again[LTHASH_SIZE];
    struct lthash a, b;
    for (int n = 0; n < 50; n++) {
        prng_bytes(&prng, bytes, sizeof bytes);
        lthash_parse(&a, bytes);
        lthash_serialize(again, &a);
        assert_memory_equal(bytes, again, sizeof bytes);
        lthash_parse(&b, again);
        assert_same(&a, &b);
        count_property++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_told_apart), cmocka_unit_test(definition),
        cmocka_unit_test(order_does_not_matter),  cmocka_unit_test(removal_undoes_addition),
        cmocka_unit_test(serialization),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
