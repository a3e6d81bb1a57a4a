/* The ids and hashes that name a ledger and its state. */
#include "codec.h"
#include "ledger.h"

static void layout_genesis(struct codec *c, struct ledger_genesis *genesis)
{
    codec_bytes(c, genesis->chain_name, sizeof genesis->chain_name);
    codec_bytes(c, genesis->governor, sizeof genesis->governor);
    codec_bytes(c, genesis->treasury, sizeof genesis->treasury);
    codec_bool(c, &genesis->production);
    codec_u64(c, &genesis->time_s);
    codec_u16(c, &genesis->circuit_count);
    for (uint16_t i = 0; i < genesis->circuit_count && i < LEDGER_CIRCUITS_MAX; i++) {
        codec_u16(c, &genesis->circuit[i].size);
        codec_bytes(c, genesis->circuit[i].vk_digest, sizeof genesis->circuit[i].vk_digest);
    }
    if (genesis->validator_count == 0) return;
    codec_u16(c, &genesis->validator_count);
    for (uint16_t i = 0; i < genesis->validator_count && i < LEDGER_VALIDATORS_MAX; i++) {
        codec_id(c, &genesis->validator[i].key);
        codec_u64(c, &genesis->validator[i].power);
        codec_id(c, &genesis->validator[i].owner);
    }
}

void ledger_genesis_id(roam_id *out, const struct ledger_genesis *genesis)
{
    struct ledger_genesis copy = *genesis;
    struct codec c = codec_hasher("roam genesis v1");
    layout_genesis(&c, &copy);
    codec_hash_end(&c, out->byte);
}

void ledger_parts_hash(uint8_t out[32], const struct ledger_head_parts *parts)
{
    struct ledger_head_parts copy = *parts;
    struct codec c = codec_hasher("roam app v1");
    codec_id(&c, &copy.ledger);
    codec_u64(&c, &copy.height);
    codec_u64(&c, &copy.time_s);
    codec_bytes(&c, copy.state, sizeof copy.state);
    codec_bytes(&c, copy.receipt_root, sizeof copy.receipt_root);
    codec_u64(&c, &copy.receipt_count);
    codec_hash_end(&c, out);
}

void ledger_app_hash(uint8_t out[32], const roam_id *ledger_id, const struct ledger_head *head)
{
    struct ledger_head_parts parts = {.ledger = *ledger_id,
                                      .height = head->height,
                                      .time_s = head->time_s,
                                      .receipt_count = head->receipts.size};
    lthash_digest(parts.state, &head->state);
    merkle_log_root(parts.receipt_root, &head->receipts);
    ledger_parts_hash(out, &parts);
}
