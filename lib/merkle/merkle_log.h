/* An append-only Merkle log, the tree of RFC 9162 section 2.1 over SHA-256:
 *   leaf hash = SHA-256(0x00 || entry), node hash = SHA-256(0x01 || left || right).
 *
 * The log's state is its frontier: the roots of the perfect subtrees that the binary digits of its size name,
 * at most 64 hashes. Appending is O(1) amortised; proofs need the inner hashes, which the caller stores by
 * (level, index). */
#ifndef MERKLE_LOG_H
#define MERKLE_LOG_H

#include "err.h"

enum { MERKLE_HASH_SIZE = 32, MERKLE_LOG_LEVELS = 64, MERKLE_PROOF_MAX = 65 };

struct merkle_log {
    uint64_t size;
    uint8_t frontier[MERKLE_LOG_LEVELS][MERKLE_HASH_SIZE]; /* frontier[k] is valid if bit k of size is set */
};

/* Where hashes of complete subtrees are kept: node (level, index) covers entries [index*2^level,
 * (index+1)*2^level). */
struct merkle_store {
    void *context;
    /* put may not fail; get returns false if the node was never put. */
    void (*put)(void *context, unsigned level, uint64_t index, const uint8_t hash[32]);
    bool (*get)(void *context, unsigned level, uint64_t index, uint8_t hash[32]);
};

void merkle_log_init(struct merkle_log *log);
void merkle_leaf_hash(uint8_t out[32], const void *entry, size_t size);
/* Appends one leaf hash; store may be NULL if no proofs are wanted. */
void merkle_log_append(struct merkle_log *log, const uint8_t leaf[32], const struct merkle_store *store);
/* Root over all entries; SHA-256 of nothing for an empty log. */
void merkle_log_root(uint8_t out[32], const struct merkle_log *log);

struct merkle_proof {
    size_t count;
    uint8_t hash[MERKLE_PROOF_MAX][MERKLE_HASH_SIZE];
};

/* Proof that entry `index` is in the log of `size` entries. ROAM_E_RANGE if index >= size; ROAM_E_NOTFOUND if
 * the store lacks a node. */
ROAM_MUST_USE enum roam_err merkle_inclusion_prove(struct merkle_proof *out, uint64_t index, uint64_t size,
                                                   const struct merkle_store *store);
/* ROAM_OK, ROAM_E_COUNT (proof of the wrong length), ROAM_E_RANGE, ROAM_E_VERIFY. */
ROAM_MUST_USE enum roam_err merkle_inclusion_verify(const uint8_t root[32], uint64_t index, uint64_t size,
                                                    const uint8_t leaf[32], const struct merkle_proof *proof);
/* Proof that the log of new_size extends that of old_size (0 < old_size <= new_size). */
ROAM_MUST_USE enum roam_err merkle_consistency_prove(struct merkle_proof *out, uint64_t old_size,
                                                     uint64_t new_size, const struct merkle_store *store);
ROAM_MUST_USE enum roam_err merkle_consistency_verify(const uint8_t old_root[32], uint64_t old_size,
                                                      const uint8_t new_root[32], uint64_t new_size,
                                                      const struct merkle_proof *proof);

#endif
