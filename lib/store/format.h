/* The bytes that a store writes beside the ledger's own. Private to lib/store. Integers are little-endian.
 *
 *   version   u32
 *   genesis   chain_name:32 governor:32 treasury:32 production:u8 time:u64 count:u16, then for each circuit
 *             size:u16 digest:32; then only if there are validators count:u16 and for each
 *             key:32 power:u64 owner:32
 *   head      height:u64 time:u64 app_hash:32 lthash:2048 size:u64, then the frontier's hash of every bit set
 * in size, lowest first block     time:u64 app_hash:32 count:u32, then for each transaction size:u32 bytes */
#ifndef STORE_FORMAT_H
#define STORE_FORMAT_H

#include "ledger.h"

enum {
    STORE_VERSION = 1,
    GENESIS_SIZE_MAX =
        3 * 32 + 1 + 8 + 2 + LEDGER_CIRCUITS_MAX * (2 + 32) + 2 + LEDGER_VALIDATORS_MAX * (32 + 8 + 32),
    HEAD_SIZE_MAX = 8 + 8 + 32 + LTHASH_SIZE + 8 + MERKLE_LOG_LEVELS * MERKLE_HASH_SIZE,
    BLOCK_HEADER_SIZE = 8 + 32 + 4,
    KEY_U64_SIZE = 8,
    KEY_NODE_SIZE = 1 + 8
};

/* Returns the size written. */
size_t genesis_serialize(uint8_t bytes[GENESIS_SIZE_MAX], const struct ledger_genesis *genesis);
/* ROAM_E_FORMAT. */
ROAM_MUST_USE enum roam_err genesis_parse(struct ledger_genesis *out, const uint8_t *bytes, size_t size);

size_t head_serialize(uint8_t bytes[HEAD_SIZE_MAX], const struct ledger_head *head);
ROAM_MUST_USE enum roam_err head_parse(struct ledger_head *out, const uint8_t *bytes, size_t size);

/* A stored block, read in order. */
struct block_reader {
    uint64_t time_s;
    uint8_t app_hash[32];
    uint32_t left; /* transactions not read yet */
    const uint8_t *next;
    size_t size;
};
size_t block_size(const struct ledger_bytes *txs, size_t count);
void block_serialize(uint8_t *bytes, const struct ledger_head *head, const struct ledger_bytes *txs,
                     size_t count);
/* ROAM_E_FORMAT. The bytes must outlive the reader. */
ROAM_MUST_USE enum roam_err block_read_begin(struct block_reader *reader, const uint8_t *bytes, size_t size);
/* Call while left > 0. ROAM_E_FORMAT also if bytes follow the last one. */
ROAM_MUST_USE enum roam_err block_read_tx(struct block_reader *reader, struct ledger_bytes *tx);

void key_u64(uint8_t key[KEY_U64_SIZE], uint64_t value);
void key_node(uint8_t key[KEY_NODE_SIZE], unsigned level, uint64_t index);

#endif
