/* A chain of headers made up and signed by test keys, to compare lib/comet with what must be true of it. */
#ifndef TEST_COMET_CHAIN_H
#define TEST_COMET_CHAIN_H

#include <sodium.h>
#include <string.h>

#include "comet_light.h"

enum { CHAIN_KEYS = COMET_VALIDATORS_MAX + 1, CHAIN_START_S = 1700000000, CHAIN_BLOCK_S = 10 };
#define CHAIN_ID "made-up-1"

struct chain_key {
    uint8_t public[COMET_KEY_SIZE], secret[crypto_sign_SECRETKEYBYTES];
};

static inline const struct chain_key *chain_key(size_t person)
{
    static struct chain_key keys[CHAIN_KEYS];
    static bool made;
    for (size_t i = 0; i < CHAIN_KEYS && !made; i++) {
        uint8_t seed[crypto_sign_SEEDBYTES] = {(uint8_t)i, (uint8_t)(i >> 8), 7};
        crypto_sign_seed_keypair(keys[i].public, keys[i].secret, seed);
    }
    made = true;
    return &keys[person];
}

/* The persons first .. first + count - 1, each with this power. */
static inline struct comet_validators chain_set(size_t first, size_t count, int64_t power)
{
    struct comet_validators set = {.count = count};
    for (size_t i = 0; i < count; i++) {
        memcpy(set.at[i].key, chain_key(first + i)->public, COMET_KEY_SIZE);
        set.at[i].power = power;
    }
    comet_validators_sort(&set);
    return set;
}

/* Validator i of the block votes, or does not. */
static inline void chain_vote(struct comet_light_block *block, size_t i, enum comet_flag flag)
{
    struct comet_vote *vote = &block->commit.vote[i];
    uint8_t message[COMET_SIGN_BYTES_MAX];
    *vote = (struct comet_vote){.flag = flag, .time = COMET_TIME_NONE};
    if (flag == COMET_ABSENT) return;
    comet_address(vote->address, block->validators.at[i].key);
    vote->time = (struct comet_time){block->header.time.seconds + 1, (int32_t)i * 1000};
    const size_t size = comet_sign_bytes(message, block->header.chain_id, &block->commit, i);
    for (size_t person = 0; person < CHAIN_KEYS; person++)
        if (memcmp(chain_key(person)->public, block->validators.at[i].key, COMET_KEY_SIZE) == 0)
            crypto_sign_detached(vote->signature, NULL, message, size, chain_key(person)->secret);
}

/* The commit for the header as it stands; all vote for it. */
static inline void chain_commit(struct comet_light_block *block)
{
    block->commit = (struct comet_commit){.height = block->header.height, .round = 1};
    block->commit.block_id = (struct comet_block_id){.parts_total = 3};
    block->commit.block_id.hash.size = block->commit.block_id.parts_hash.size = COMET_HASH_SIZE;
    comet_header_hash(block->commit.block_id.hash.byte, &block->header);
    memset(block->commit.block_id.parts_hash.byte, 0x5a, COMET_HASH_SIZE);
    block->commit.count = block->validators.count;
    for (size_t i = 0; i < block->commit.count; i++) chain_vote(block, i, COMET_FOR_BLOCK);
}

static inline struct comet_hash chain_hash(uint8_t fill)
{
    struct comet_hash hash = {.size = COMET_HASH_SIZE};
    memset(hash.byte, fill, COMET_HASH_SIZE);
    return hash;
}

/* A final block of this height, signed by all of its validators. */
static inline void chain_block(struct comet_light_block *out, int64_t height,
                               const struct comet_validators *validators, const struct comet_validators *next)
{
    memset(out, 0, sizeof *out);
    struct comet_header *h = &out->header;
    h->version_block = COMET_BLOCK_PROTOCOL;
    h->version_app = 1;
    memcpy(h->chain_id, CHAIN_ID, sizeof CHAIN_ID);
    h->height = height;
    h->time = (struct comet_time){CHAIN_START_S + CHAIN_BLOCK_S * height, 250000000};
    h->last_block_id = (struct comet_block_id){chain_hash(1), 1, chain_hash(2)};
    h->last_commit_hash = chain_hash(3);
    h->data_hash = chain_hash(4);
    h->validators_hash.size = h->next_validators_hash.size = COMET_HASH_SIZE;
    comet_validators_hash(h->validators_hash.byte, validators);
    comet_validators_hash(h->next_validators_hash.byte, next);
    h->consensus_hash = chain_hash(5);
    h->app_hash = chain_hash((uint8_t)height);
    h->last_results_hash = chain_hash(6);
    h->evidence_hash = chain_hash(7);
    comet_address(h->proposer, validators->at[0].key);
    out->validators = *validators;
    chain_commit(out);
}

/* In charge from height 1 on. */
static inline struct comet_anchor chain_anchor(const struct comet_validators *validators)
{
    struct comet_anchor anchor = {CHAIN_ID, 1, {CHAIN_START_S, 0}, {0}};
    comet_validators_hash(anchor.validators_hash, validators);
    return anchor;
}

static inline struct comet_clock chain_clock(void)
{
    return (struct comet_clock){CHAIN_START_S + 1000000, COMET_TRUST_UNLIMITED, 10};
}

#endif
