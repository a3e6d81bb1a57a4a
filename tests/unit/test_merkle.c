/* The Merkle log against the recursive definitions of RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1. */
#include "prop.h"

#include "merkle_log.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

enum { SIZE_MAX_TESTED = 130, HASH = MERKLE_HASH_SIZE };

typedef uint8_t hash_bytes[HASH];

/* The leaves of all tests, and a store with room for their tree. */
static hash_bytes leaves[SIZE_MAX_TESTED];
struct memory_store {
    hash_bytes node[8][SIZE_MAX_TESTED];
    bool known[8][SIZE_MAX_TESTED];
};
static struct memory_store memory;

static void memory_put(void *context, unsigned level, uint64_t index, const uint8_t hash[32])
{
    struct memory_store *store = context;
    assert_in_range(level, 0, 7);
    assert_in_range(index, 0, SIZE_MAX_TESTED - 1);
    assert_false(store->known[level][index]);
    memcpy(store->node[level][index], hash, HASH);
    store->known[level][index] = true;
}

static bool memory_get(void *context, unsigned level, uint64_t index, uint8_t hash[32])
{
    struct memory_store *store = context;
    assert_in_range(level, 0, 7);
    assert_in_range(index, 0, SIZE_MAX_TESTED - 1);
    if (!store->known[level][index]) return false;
    memcpy(hash, store->node[level][index], HASH);
    return true;
}

static const struct merkle_store store = {&memory, memory_put, memory_get};

static void naive_node(hash_bytes out, const hash_bytes left, const hash_bytes right)
{
    uint8_t bytes[1 + 2 * HASH] = {1};
    memcpy(bytes + 1, left, HASH);
    memcpy(bytes + 1 + HASH, right, HASH);
    SHA256(bytes, sizeof bytes, out);
}

/* The largest power of two smaller than n. */
static size_t split(size_t n)
{
    size_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
}

/* MTH(D[n]) */
static void naive_root(hash_bytes out, hash_bytes *d, size_t n)
{
    hash_bytes left, right;
    if (n == 0) SHA256((const uint8_t *)"", 0, out);
    if (n == 1) memcpy(out, d[0], HASH);
    if (n < 2) return;
    size_t k = split(n);
    naive_root(left, d, k);
    naive_root(right, d + k, n - k);
    naive_node(out, left, right);
}

/* PATH(m, D[n]) */
static void naive_path(struct merkle_proof *out, size_t m, hash_bytes *d, size_t n)
{
    if (n == 1) {
        out->count = 0;
        return;
    }
    size_t k = split(n);
    if (m < k) {
        naive_path(out, m, d, k);
        naive_root(out->hash[out->count++], d + k, n - k);
    } else {
        naive_path(out, m - k, d + k, n - k);
        naive_root(out->hash[out->count++], d, k);
    }
}

/* SUBPROOF(m, D[n], b) */
static void naive_subproof(struct merkle_proof *out, size_t m, hash_bytes *d, size_t n, bool whole)
{
    if (m == n) {
        out->count = 0;
        if (!whole) naive_root(out->hash[out->count++], d, n);
        return;
    }
    size_t k = split(n);
    if (m <= k) {
        naive_subproof(out, m, d, k, whole);
        naive_root(out->hash[out->count++], d + k, n - k);
    } else {
        naive_subproof(out, m - k, d + k, n - k, false);
        naive_root(out->hash[out->count++], d, k);
    }
}

static void assert_same_proof(const struct merkle_proof *a, const struct merkle_proof *b)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->hash, b->hash, a->count * HASH);
}

static int fill(void **state)
{
    (void)state;
    struct merkle_log log;
    memset(&memory, 0, sizeof memory);
    merkle_log_init(&log);
    for (uint64_t i = 0; i < SIZE_MAX_TESTED; i++) {
        merkle_leaf_hash(leaves[i], &i, sizeof i);
        merkle_log_append(&log, leaves[i], &store);
    }
    return 0;
}

static void leaf_hash(void **state)
{
    (void)state;
    hash_bytes expected, got;
    uint8_t bytes[4] = {0, 'a', 'b', 'c'};
    SHA256(bytes, 4, expected);
    merkle_leaf_hash(got, "abc", 3);
    assert_memory_equal(got, expected, HASH);
    SHA256(bytes, 1, expected);
    merkle_leaf_hash(got, NULL, 0);
    assert_memory_equal(got, expected, HASH);
}

static void roots(void **state)
{
    (void)state;
    struct merkle_log log;
    hash_bytes expected, got;
    merkle_log_init(&log);
    for (size_t n = 0; n <= SIZE_MAX_TESTED; n++) {
        naive_root(expected, leaves, n);
        merkle_log_root(got, &log);
        assert_memory_equal(got, expected, HASH);
        count_property++;
        if (n < SIZE_MAX_TESTED) merkle_log_append(&log, leaves[n], NULL);
    }
}

/* The entries and roots of the certificate-transparency project's reference tests. */
static void published_roots(void **state)
{
    (void)state;
    static const struct {
        const char *entry;
        size_t size;
        const char *root;
    } cases[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
    };
    struct merkle_log log;
    merkle_log_init(&log);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hash_bytes leaf, root;
        char hex[2 * HASH + 1];
        merkle_leaf_hash(leaf, cases[i].entry, cases[i].size);
        merkle_log_append(&log, leaf, NULL);
        merkle_log_root(root, &log);
        for (int k = 0; k < HASH; k++) snprintf(hex + 2 * k, 3, "%02x", root[k]);
        assert_string_equal(hex, cases[i].root);
    }
}

static void inclusion(void **state)
{
    (void)state;
    struct merkle_proof proof, expected;
    for (size_t n = 1; n <= SIZE_MAX_TESTED; n++) {
        hash_bytes root;
        naive_root(root, leaves, n);
        for (size_t m = 0; m < n; m++) {
            naive_path(&expected, m, leaves, n);
            assert_int_equal(merkle_inclusion_prove(&proof, m, n, &store), ROAM_OK);
            assert_same_proof(&proof, &expected);
            assert_int_equal(merkle_inclusion_verify(root, m, n, leaves[m], &proof), ROAM_OK);
            count_property++;
        }
    }
}

static void consistency(void **state)
{
    (void)state;
    struct merkle_proof proof, expected;
    for (size_t n = 1; n <= SIZE_MAX_TESTED; n++) {
        hash_bytes old_root, new_root;
        naive_root(new_root, leaves, n);
        for (size_t m = 1; m <= n; m++) {
            naive_root(old_root, leaves, m);
            naive_subproof(&expected, m, leaves, n, true);
            assert_int_equal(merkle_consistency_prove(&proof, m, n, &store), ROAM_OK);
            assert_same_proof(&proof, &expected);
            assert_int_equal(merkle_consistency_verify(old_root, m, new_root, n, &proof), ROAM_OK);
            count_property++;
        }
    }
}

static void refuse_inclusion(const hash_bytes root, uint64_t m, uint64_t n, const hash_bytes leaf,
                             const struct merkle_proof *proof, enum roam_err expected)
{
    assert_int_equal(merkle_inclusion_verify(root, m, n, leaf, proof), expected);
    count_negative++;
}

static void wrong_inclusion(void **state)
{
    (void)state;
    struct merkle_proof good, bad;
    for (size_t n = 2; n <= SIZE_MAX_TESTED; n += n < 20 ? 1 : 11)
        for (size_t m = 0; m < n; m++) {
            hash_bytes root, other;
            naive_root(root, leaves, n);
            naive_root(other, leaves, n - 1);
            assert_int_equal(merkle_inclusion_prove(&good, m, n, &store), ROAM_OK);
            refuse_inclusion(other, m, n, leaves[m], &good, ROAM_E_VERIFY);
            refuse_inclusion(root, m, n, leaves[(m + 1) % n], &good, ROAM_E_VERIFY);
            refuse_inclusion(root, n, n, leaves[m], &good, ROAM_E_RANGE);
            refuse_inclusion(root, UINT64_MAX, n, leaves[m], &good, ROAM_E_RANGE);
            for (size_t i = 0; i < good.count; i++) {
                bad = good;
                bad.hash[i][i % HASH] ^= 1;
                refuse_inclusion(root, m, n, leaves[m], &bad, ROAM_E_VERIFY);
            }
            bad = good;
            bad.count--;
            refuse_inclusion(root, m, n, leaves[m], &bad, ROAM_E_COUNT);
            memset(bad.hash[good.count], 0, HASH);
            bad.count = good.count + 1;
            refuse_inclusion(root, m, n, leaves[m], &bad, ROAM_E_COUNT);
            bad.count = SIZE_MAX;
            refuse_inclusion(root, m, n, leaves[m], &bad, ROAM_E_COUNT);
            if ((m ^ 1) >= n) continue; /* another index: its path has another length, or leads elsewhere */
            naive_path(&bad, m ^ 1, leaves, n);
            refuse_inclusion(root, m ^ 1, n, leaves[m], &good,
                             bad.count == good.count ? ROAM_E_VERIFY : ROAM_E_COUNT);
        }
    hash_bytes root;
    naive_root(root, leaves, 0);
    refuse_inclusion(root, 0, 0, leaves[0], &good, ROAM_E_RANGE);
}

static void refuse_consistency(const hash_bytes old_root, uint64_t m, const hash_bytes new_root, uint64_t n,
                               const struct merkle_proof *proof, enum roam_err expected)
{
    assert_int_equal(merkle_consistency_verify(old_root, m, new_root, n, proof), expected);
    count_negative++;
}

static void wrong_consistency(void **state)
{
    (void)state;
    struct merkle_proof good, bad;
    for (size_t n = 1; n <= SIZE_MAX_TESTED; n += n < 20 ? 1 : 11)
        for (size_t m = 1; m <= n; m++) {
            hash_bytes old_root, new_root, other;
            naive_root(old_root, leaves, m);
            naive_root(new_root, leaves, n);
            memset(other, 0x55, sizeof other);
            assert_int_equal(merkle_consistency_prove(&good, m, n, &store), ROAM_OK);
            refuse_consistency(other, m, new_root, n, &good, ROAM_E_VERIFY);
            refuse_consistency(old_root, m, other, n, &good, ROAM_E_VERIFY);
            refuse_consistency(old_root, 0, new_root, n, &good, ROAM_E_RANGE);
            refuse_consistency(old_root, n + 1, new_root, n, &good, ROAM_E_RANGE);
            for (size_t i = 0; i < good.count; i++) {
                bad = good;
                bad.hash[i][i % HASH] ^= 0x80;
                refuse_consistency(old_root, m, new_root, n, &bad, ROAM_E_VERIFY);
            }
            bad = good;
            memset(bad.hash[good.count], 0, HASH);
            bad.count++;
            refuse_consistency(old_root, m, new_root, n, &bad, ROAM_E_COUNT);
            bad.count = SIZE_MAX;
            refuse_consistency(old_root, m, new_root, n, &bad, ROAM_E_COUNT);
            if (good.count == 0) continue;
            bad.count = good.count - 1;
            refuse_consistency(old_root, m, new_root, n, &bad, ROAM_E_COUNT);
        }
}

static void proving_refuses(void **state)
{
    (void)state;
    struct merkle_proof proof;
    assert_int_equal(merkle_inclusion_prove(&proof, 5, 5, &store), ROAM_E_RANGE);
    assert_int_equal(merkle_inclusion_prove(&proof, 0, 0, &store), ROAM_E_RANGE);
    assert_int_equal(merkle_consistency_prove(&proof, 0, 5, &store), ROAM_E_RANGE);
    assert_int_equal(merkle_consistency_prove(&proof, 6, 5, &store), ROAM_E_RANGE);
    count_negative += 4;
    for (uint64_t missing = 0; missing < 4;
         missing++) { /* entry 0 of 7: nodes (0,1), (1,1), then (1,2) and (0,6) */
        static const unsigned level[] = {0, 1, 1, 0}, index[] = {1, 1, 2, 6};
        memory.known[level[missing]][index[missing]] = false;
        assert_int_equal(merkle_inclusion_prove(&proof, 0, 7, &store), ROAM_E_NOTFOUND);
        memory.known[level[missing]][index[missing]] = true;
        assert_int_equal(merkle_inclusion_prove(&proof, 0, 7, &store), ROAM_OK);
        count_negative++;
    }
    memory.known[0][2] = false; /* 3 to 7: (0,2) begins the proof */
    assert_int_equal(merkle_consistency_prove(&proof, 3, 7, &store), ROAM_E_NOTFOUND);
    memory.known[0][2] = true;
    memory.known[1][0] = false;
    assert_int_equal(merkle_consistency_prove(&proof, 3, 7, &store), ROAM_E_NOTFOUND);
    memory.known[1][0] = true;
    count_negative += 2;
}

/* A log of equal entries has one hash per level, so that its size can be anything. */
static hash_bytes equal_node[64];
static bool equal_get(void *context, unsigned level, uint64_t index, uint8_t hash[32])
{
    (void)context;
    (void)index;
    memcpy(hash, equal_node[level], HASH);
    return true;
}

static void equal_log(struct merkle_log *log, uint64_t size)
{
    log->size = size;
    memcpy(log->frontier, equal_node, sizeof log->frontier);
}

static uint64_t random_size(struct roam_prng *prng)
{
    static const uint64_t edges[] = {1,
                                     2,
                                     3,
                                     UINT64_MAX,
                                     UINT64_MAX - 1,
                                     (uint64_t)1 << 63,
                                     ((uint64_t)1 << 63) + 1,
                                     ((uint64_t)1 << 63) - 1,
                                     0x5555555555555555,
                                     0xaaaaaaaaaaaaaaaa};
    uint64_t i = prng_below(prng, 20);
    return i < 10 ? edges[i] : 1 + (prng_u64(prng) >> prng_below(prng, 63));
}

static void sizes_up_to_64_bits(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    const struct merkle_store equal_store = {NULL, NULL, equal_get};
    struct merkle_log old_log, new_log;
    struct merkle_proof proof;
    hash_bytes old_root, new_root;
    memcpy(equal_node[0], leaves[0], HASH);
    for (int k = 1; k < 64; k++) naive_node(equal_node[k], equal_node[k - 1], equal_node[k - 1]);
    for (int n = 0; n < 3000; n++) {
        uint64_t a = random_size(&prng), b = random_size(&prng), m = a < b ? a : b, size = a < b ? b : a;
        equal_log(&old_log, m);
        equal_log(&new_log, size);
        merkle_log_root(old_root, &old_log);
        merkle_log_root(new_root, &new_log);
        assert_int_equal(merkle_inclusion_prove(&proof, m - 1, size, &equal_store), ROAM_OK);
        assert_int_equal(merkle_inclusion_verify(new_root, m - 1, size, leaves[0], &proof), ROAM_OK);
        assert_int_equal(merkle_consistency_prove(&proof, m, size, &equal_store), ROAM_OK);
        assert_in_range(proof.count, 0, MERKLE_PROOF_MAX);
        assert_int_equal(merkle_consistency_verify(old_root, m, new_root, size, &proof), ROAM_OK);
        count_property += 2;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_inclusion),     cmocka_unit_test(wrong_consistency),
        cmocka_unit_test(proving_refuses),     cmocka_unit_test(leaf_hash),
        cmocka_unit_test(published_roots),     cmocka_unit_test(roots),
        cmocka_unit_test(inclusion),           cmocka_unit_test(consistency),
        cmocka_unit_test(sizes_up_to_64_bits),
    };
    int failed = cmocka_run_group_tests(tests, fill, NULL);
    prop_print_counts();
    return failed;
}
