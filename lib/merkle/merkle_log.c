#include "merkle_log.h"

#include "digest.h"

#include <string.h>

static void node_hash(uint8_t out[32], const uint8_t left[32], const uint8_t right[32])
{
    uint8_t bytes[1 + 2 * MERKLE_HASH_SIZE] = {0x01};
    memcpy(bytes + 1, left, MERKLE_HASH_SIZE);
    memcpy(bytes + 1 + MERKLE_HASH_SIZE, right, MERKLE_HASH_SIZE);
    sha256(out, bytes, sizeof bytes);
}

void merkle_leaf_hash(uint8_t out[32], const void *entry, size_t size)
{
    static const uint8_t prefix[1] = {0x00};
    sha256_pieces(out, (struct bytes_view[]){{prefix, 1}, {entry, size}}, 2);
}

void merkle_log_init(struct merkle_log *log) { memset(log, 0, sizeof *log); }

static void put(const struct merkle_store *store, unsigned level, uint64_t index, const uint8_t hash[32])
{
    if (store != NULL) store->put(store->context, level, index, hash);
}

/* Binary counting: the new leaf merges with every perfect subtree of its size. */
void merkle_log_append(struct merkle_log *log, const uint8_t leaf[32], const struct merkle_store *store)
{
    uint8_t node[MERKLE_HASH_SIZE];
    unsigned level = 0;
    ROAM_ASSERT(log->size < UINT64_MAX);
    memcpy(node, leaf, sizeof node);
    put(store, 0, log->size, node);
    for (; log->size >> level & 1; level++) {
        node_hash(node, log->frontier[level], node);
        put(store, level + 1, log->size >> (level + 1), node);
    }
    memcpy(log->frontier[level], node, sizeof node);
    log->size++;
}

void merkle_log_root(uint8_t out[32], const struct merkle_log *log)
{
    bool begun = false;
    if (log->size == 0) sha256(out, NULL, 0);
    for (unsigned level = 0; level < MERKLE_LOG_LEVELS; level++) {
        if (!(log->size >> level & 1)) continue;
        if (begun)
            node_hash(out, log->frontier[level], out);
        else
            memcpy(out, log->frontier[level], MERKLE_HASH_SIZE);
        begun = true;
    }
}

static unsigned bit_length(uint64_t x) { return x == 0 ? 0 : 64 - (unsigned)__builtin_clzll(x); }

/* x >> bits, also for 64 */
static uint64_t shift_down(uint64_t x, unsigned bits) { return bits < 64 ? x >> bits : 0; }

/* The path of leaf `index` in a log of `size` entries. On the levels below `fork`, where it leaves the path
 * of the last leaf, it meets a sibling on every level, at the fork's own level perhaps an imperfect one;
 * above, siblings stand only to the left, at the set bits of index. */
struct path {
    unsigned fork, left_siblings;
};

static struct path path_of(uint64_t index, uint64_t size)
{
    unsigned fork = bit_length(index ^ (size - 1));
    return (struct path){fork, (unsigned)__builtin_popcountll(shift_down(index, fork))};
}

/* The hash of node (level, index) in a log of `size` entries, made of perfect subtrees from right to left if
 * the log ends inside it. */
static enum roam_err node_get(uint8_t out[32], unsigned level, uint64_t index, uint64_t size,
                              const struct merkle_store *store)
{
    uint64_t first = index << level, entries = size - first;
    if (entries >> level != 0)
        return store->get(store->context, level, index, out) ? ROAM_OK : ROAM_E_NOTFOUND;
    bool begun = false;
    for (unsigned k = 0; k < level; k++) {
        uint8_t node[MERKLE_HASH_SIZE];
        if (!(entries >> k & 1)) continue;
        if (!store->get(store->context, k, (size >> k) - 1, node)) return ROAM_E_NOTFOUND;
        size -= (uint64_t)1 << k;
        if (begun)
            node_hash(out, node, out);
        else
            memcpy(out, node, sizeof node);
        begun = true;
    }
    return ROAM_OK;
}

/* Appends the siblings on the path of leaf `index`, from level `from` on. */
static enum roam_err prove_path(struct merkle_proof *out, uint64_t index, unsigned from, uint64_t size,
                                const struct merkle_store *store)
{
    struct path path = path_of(index, size);
    for (unsigned level = from; level < 64; level++) {
        uint64_t at = index >> level;
        if (level >= path.fork && !(at & 1)) continue;
        ROAM_TRY(node_get(out->hash[out->count], level, at ^ 1, size, store));
        out->count++;
    }
    return ROAM_OK;
}

enum roam_err merkle_inclusion_prove(struct merkle_proof *out, uint64_t index, uint64_t size,
                                     const struct merkle_store *store)
{
    if (index >= size) return ROAM_E_RANGE;
    out->count = 0;
    return prove_path(out, index, 0, size, store);
}

enum roam_err merkle_inclusion_verify(const uint8_t root[32], uint64_t index, uint64_t size,
                                      const uint8_t leaf[32], const struct merkle_proof *proof)
{
    if (index >= size) return ROAM_E_RANGE;
    struct path path = path_of(index, size);
    if (proof->count != path.fork + path.left_siblings) return ROAM_E_COUNT;
    uint8_t node[MERKLE_HASH_SIZE];
    memcpy(node, leaf, sizeof node);
    for (unsigned i = 0; i < proof->count; i++) {
        if (i >= path.fork || index >> i & 1)
            node_hash(node, proof->hash[i], node);
        else
            node_hash(node, node, proof->hash[i]);
    }
    return memcmp(node, root, sizeof node) == 0 ? ROAM_OK : ROAM_E_VERIFY;
}

/* The old log's last leaf lies in a perfect subtree, of level `start`, that the old frontier ends with. The
 * proof is that subtree's hash, left out if it is the whole old log, and its path in the new log. */
enum roam_err merkle_consistency_prove(struct merkle_proof *out, uint64_t old_size, uint64_t new_size,
                                       const struct merkle_store *store)
{
    if (old_size == 0 || old_size > new_size) return ROAM_E_RANGE;
    out->count = 0;
    if (old_size == new_size) return ROAM_OK;
    unsigned start = (unsigned)__builtin_ctzll(old_size);
    uint64_t last = old_size - 1;
    if (old_size >> start != 1) {
        ROAM_TRY(node_get(out->hash[0], start, last >> start, new_size, store));
        out->count = 1;
    }
    return prove_path(out, last, start, new_size, store);
}

/* Both roots from one path: siblings to the left belong to both logs, those to the right only to the new one.
 */
static enum roam_err check_both(const uint8_t old_root[32], const uint8_t new_root[32],
                                const uint8_t seed[32], const uint8_t (*sibling)[MERKLE_HASH_SIZE],
                                uint64_t index, unsigned inner, unsigned count)
{
    uint8_t of_old[MERKLE_HASH_SIZE], of_new[MERKLE_HASH_SIZE];
    memcpy(of_old, seed, sizeof of_old);
    memcpy(of_new, seed, sizeof of_new);
    for (unsigned i = 0; i < count; i++) {
        if (i >= inner || index >> i & 1) {
            node_hash(of_old, sibling[i], of_old);
            node_hash(of_new, sibling[i], of_new);
        } else {
            node_hash(of_new, of_new, sibling[i]);
        }
    }
    bool good = memcmp(of_old, old_root, sizeof of_old) == 0 && memcmp(of_new, new_root, sizeof of_new) == 0;
    return good ? ROAM_OK : ROAM_E_VERIFY;
}

enum roam_err merkle_consistency_verify(const uint8_t old_root[32], uint64_t old_size,
                                        const uint8_t new_root[32], uint64_t new_size,
                                        const struct merkle_proof *proof)
{
    if (old_size == 0 || old_size > new_size) return ROAM_E_RANGE;
    if (old_size == new_size) {
        if (proof->count != 0) return ROAM_E_COUNT;
        return memcmp(old_root, new_root, MERKLE_HASH_SIZE) == 0 ? ROAM_OK : ROAM_E_VERIFY;
    }
    struct path path = path_of(old_size - 1, new_size);
    unsigned start = (unsigned)__builtin_ctzll(old_size), seeds = old_size >> start != 1;
    unsigned siblings = path.fork - start + path.left_siblings;
    if (proof->count != seeds + siblings) return ROAM_E_COUNT;
    return check_both(old_root, new_root, seeds == 1 ? proof->hash[0] : old_root, proof->hash + seeds,
                      (old_size - 1) >> start, path.fork - start, siblings);
}
