#include "format.h"

#include "digest.h"
#include "endian.h"

#include <string.h>

/* A place in bytes that moves on as fields are written or read. */
struct cursor {
    uint8_t *to;
    const uint8_t *from;
    size_t left;
    bool short_input;
};

static void put_bytes(struct cursor *c, const void *data, size_t size)
{
    memcpy(c->to, data, size);
    c->to += size;
}

static void put_integer(struct cursor *c, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) *c->to++ = (uint8_t)(value >> (8 * i));
}

static void take_bytes(struct cursor *c, void *data, size_t size)
{
    if (size > c->left) {
        c->short_input = true;
        c->left = 0;
        memset(data, 0, size);
        return;
    }
    memcpy(data, c->from, size);
    c->from += size;
    c->left -= size;
}

static uint64_t take_integer(struct cursor *c, size_t size)
{
    uint8_t bytes[8];
    uint64_t value = 0;
    take_bytes(c, bytes, size);
    for (size_t i = 0; i < size; i++) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static enum roam_err taken_all(const struct cursor *c)
{
    return c->short_input || c->left != 0 ? ROAM_E_FORMAT : ROAM_OK;
}

static void put_validators(struct cursor *c, const struct ledger_genesis *genesis)
{
    if (genesis->validator_count == 0) return;
    put_integer(c, genesis->validator_count, 2);
    for (size_t i = 0; i < genesis->validator_count; i++) {
        put_bytes(c, genesis->validator[i].key.byte, 32);
        put_integer(c, genesis->validator[i].power, 8);
        put_bytes(c, genesis->validator[i].owner.byte, 32);
    }
}

static enum roam_err take_validators(struct cursor *c, struct ledger_genesis *out)
{
    if (c->left == 0) return ROAM_OK;
    out->validator_count = (uint16_t)take_integer(c, 2);
    if (out->validator_count == 0 || out->validator_count > LEDGER_VALIDATORS_MAX) return ROAM_E_FORMAT;
    for (size_t i = 0; i < out->validator_count; i++) {
        take_bytes(c, out->validator[i].key.byte, 32);
        out->validator[i].power = take_integer(c, 8);
        take_bytes(c, out->validator[i].owner.byte, 32);
    }
    return ROAM_OK;
}

size_t genesis_serialize(uint8_t bytes[GENESIS_SIZE_MAX], const struct ledger_genesis *genesis)
{
    struct cursor c = {.to = bytes};
    put_bytes(&c, genesis->chain_name, sizeof genesis->chain_name);
    put_bytes(&c, genesis->governor, 32);
    put_bytes(&c, genesis->treasury, 32);
    put_integer(&c, genesis->production, 1);
    put_integer(&c, genesis->time_s, 8);
    put_integer(&c, genesis->circuit_count, 2);
    for (size_t i = 0; i < genesis->circuit_count; i++) {
        put_integer(&c, genesis->circuit[i].size, 2);
        put_bytes(&c, genesis->circuit[i].vk_digest, 32);
    }
    put_validators(&c, genesis);
    return (size_t)(c.to - bytes);
}

enum roam_err genesis_parse(struct ledger_genesis *out, const uint8_t *bytes, size_t size)
{
    struct cursor c = {.from = bytes, .left = size};
    *out = (struct ledger_genesis){0};
    take_bytes(&c, out->chain_name, sizeof out->chain_name);
    take_bytes(&c, out->governor, 32);
    take_bytes(&c, out->treasury, 32);
    uint64_t production = take_integer(&c, 1);
    out->production = production == 1;
    out->time_s = take_integer(&c, 8);
    out->circuit_count = (uint16_t)take_integer(&c, 2);
    if (production > 1 || out->circuit_count > LEDGER_CIRCUITS_MAX) return ROAM_E_FORMAT;
    for (size_t i = 0; i < out->circuit_count; i++) {
        out->circuit[i].size = (uint16_t)take_integer(&c, 2);
        take_bytes(&c, out->circuit[i].vk_digest, 32);
    }
    ROAM_TRY(take_validators(&c, out));
    return taken_all(&c);
}

size_t head_serialize(uint8_t bytes[HEAD_SIZE_MAX], const struct ledger_head *head)
{
    struct cursor c = {.to = bytes};
    put_integer(&c, head->height, 8);
    put_integer(&c, head->time_s, 8);
    put_bytes(&c, head->app_hash, 32);
    lthash_serialize(c.to, &head->state);
    c.to += LTHASH_SIZE;
    put_integer(&c, head->receipts.size, 8);
    for (unsigned k = 0; k < MERKLE_LOG_LEVELS; k++)
        if (head->receipts.size >> k & 1) put_bytes(&c, head->receipts.frontier[k], MERKLE_HASH_SIZE);
    return (size_t)(c.to - bytes);
}

enum roam_err head_parse(struct ledger_head *out, const uint8_t *bytes, size_t size)
{
    struct cursor c = {.from = bytes, .left = size};
    uint8_t state[LTHASH_SIZE];
    *out = (struct ledger_head){0};
    out->height = take_integer(&c, 8);
    out->time_s = take_integer(&c, 8);
    take_bytes(&c, out->app_hash, 32);
    take_bytes(&c, state, LTHASH_SIZE);
    lthash_parse(&out->state, state);
    out->receipts.size = take_integer(&c, 8);
    for (unsigned k = 0; k < MERKLE_LOG_LEVELS; k++)
        if (out->receipts.size >> k & 1) take_bytes(&c, out->receipts.frontier[k], MERKLE_HASH_SIZE);
    return taken_all(&c);
}

size_t block_size(const struct ledger_bytes *txs, size_t count)
{
    size_t size = BLOCK_HEADER_SIZE;
    for (size_t i = 0; i < count; i++) size += 4 + txs[i].size;
    return size;
}

void block_serialize(uint8_t *bytes, const struct ledger_head *head, const struct ledger_bytes *txs,
                     size_t count)
{
    struct cursor c = {.to = bytes};
    put_integer(&c, head->time_s, 8);
    put_bytes(&c, head->app_hash, 32);
    put_integer(&c, count, 4);
    for (size_t i = 0; i < count; i++) {
        put_integer(&c, txs[i].size, 4);
        put_bytes(&c, txs[i].bytes, txs[i].size);
    }
}

enum roam_err block_read_begin(struct block_reader *reader, const uint8_t *bytes, size_t size)
{
    struct cursor c = {.from = bytes, .left = size};
    reader->time_s = take_integer(&c, 8);
    take_bytes(&c, reader->app_hash, 32);
    reader->left = (uint32_t)take_integer(&c, 4);
    reader->next = c.from;
    reader->size = c.left;
    return c.short_input || reader->left == 0 ? ROAM_E_FORMAT : ROAM_OK;
}

enum roam_err block_read_tx(struct block_reader *reader, struct ledger_bytes *tx)
{
    ROAM_ASSERT(reader->left > 0);
    struct cursor c = {.from = reader->next, .left = reader->size};
    uint64_t size = take_integer(&c, 4);
    if (c.short_input || size > c.left) return ROAM_E_FORMAT;
    *tx = (struct ledger_bytes){c.from, (size_t)size};
    reader->next = c.from + size;
    reader->size = c.left - (size_t)size;
    reader->left--;
    return reader->left == 0 && reader->size != 0 ? ROAM_E_FORMAT : ROAM_OK;
}

void key_u64(uint8_t key[KEY_U64_SIZE], uint64_t value) { store_be64(key, value); }

void key_node(uint8_t key[KEY_NODE_SIZE], unsigned level, uint64_t index)
{
    key[0] = (uint8_t)level;
    store_be64(key + 1, index);
}
