/* The protobuf bytes that hashes and signatures are over: fields in order, those with the value zero left
 * out, except that a message which the definition calls not nullable is written even when it is empty. */
#include "comet_header.h"

#include <string.h>

#include "digest.h"
#include "endian.h"
#include "merkle_log.h"

enum { ENCODED_MAX = COMET_SIGN_BYTES_MAX };

struct encoded {
    size_t size;
    uint8_t byte[ENCODED_MAX];
};

enum wire_type { VARINT = 0, FIXED64 = 1, LENGTH = 2 };

static void put_varint(struct encoded *e, uint64_t value)
{
    do {
        ROAM_ASSERT(e->size < ENCODED_MAX);
        e->byte[e->size++] = (uint8_t)((value & 127) | (value > 127 ? 128 : 0));
        value >>= 7;
    } while (value != 0);
}

static void put_tag(struct encoded *e, unsigned field, enum wire_type type)
{
    put_varint(e, field << 3 | (unsigned)type);
}

static void put_u64(struct encoded *e, unsigned field, uint64_t value)
{
    if (value == 0) return;
    put_tag(e, field, VARINT);
    put_varint(e, value);
}

static void put_fixed64(struct encoded *e, unsigned field, int64_t value)
{
    if (value == 0) return;
    put_tag(e, field, FIXED64);
    ROAM_ASSERT(e->size + 8 <= ENCODED_MAX);
    store_le64(e->byte + e->size, (uint64_t)value);
    e->size += 8;
}

/* A message or byte string, even an empty one. */
static void put_piece(struct encoded *e, unsigned field, const void *data, size_t size)
{
    put_tag(e, field, LENGTH);
    put_varint(e, size);
    ROAM_ASSERT(size <= ENCODED_MAX - e->size);
    if (size > 0) memcpy(e->byte + e->size, data, size);
    e->size += size;
}

static void put_bytes(struct encoded *e, unsigned field, const void *data, size_t size)
{
    if (size > 0) put_piece(e, field, data, size);
}

static void put_message(struct encoded *e, unsigned field, const struct encoded *message)
{
    put_piece(e, field, message->byte, message->size);
}

static struct encoded encode_time(struct comet_time time)
{
    struct encoded e = {0};
    put_u64(&e, 1, (uint64_t)time.seconds);
    put_u64(&e, 2, (uint64_t)time.nanoseconds);
    return e;
}

/* BlockID and CanonicalBlockID have the same fields. */
static struct encoded encode_block_id(const struct comet_block_id *id)
{
    struct encoded e = {0}, parts = {0};
    put_u64(&parts, 1, id->parts_total);
    put_bytes(&parts, 2, id->parts_hash.byte, id->parts_hash.size);
    put_bytes(&e, 1, id->hash.byte, id->hash.size);
    put_message(&e, 2, &parts);
    return e;
}

static void append(struct merkle_log *log, const struct encoded *e)
{
    uint8_t leaf[32];
    merkle_leaf_hash(leaf, e->byte, e->size);
    merkle_log_append(log, leaf, NULL);
}

/* The field in google.protobuf.StringValue, Int64Value or BytesValue. */
static void append_bytes(struct merkle_log *log, const void *data, size_t size)
{
    struct encoded e = {0};
    put_bytes(&e, 1, data, size);
    append(log, &e);
}

static void append_hash(struct merkle_log *log, const struct comet_hash *hash)
{
    append_bytes(log, hash->byte, hash->size);
}

void comet_header_hash(uint8_t out[32], const struct comet_header *header)
{
    struct merkle_log log;
    struct encoded version = {0}, height = {0};
    const struct encoded time = encode_time(header->time);
    const struct encoded last = encode_block_id(&header->last_block_id);
    put_u64(&version, 1, header->version_block);
    put_u64(&version, 2, header->version_app);
    put_u64(&height, 1, (uint64_t)header->height);
    merkle_log_init(&log);
    append(&log, &version);
    append_bytes(&log, header->chain_id, strlen(header->chain_id));
    append(&log, &height);
    append(&log, &time);
    append(&log, &last);
    append_hash(&log, &header->last_commit_hash);
    append_hash(&log, &header->data_hash);
    append_hash(&log, &header->validators_hash);
    append_hash(&log, &header->next_validators_hash);
    append_hash(&log, &header->consensus_hash);
    append_hash(&log, &header->app_hash);
    append_hash(&log, &header->last_results_hash);
    append_hash(&log, &header->evidence_hash);
    append_bytes(&log, header->proposer, COMET_ADDRESS_SIZE);
    merkle_log_root(out, &log);
}

/* SimpleValidator */
void comet_validators_hash(uint8_t out[32], const struct comet_validators *validators)
{
    struct merkle_log log;
    merkle_log_init(&log);
    for (size_t i = 0; i < validators->count; i++) {
        const struct comet_validator *v = &validators->at[i];
        struct encoded e = {0}, key = {0};
        put_bytes(&key, 1, v->key, COMET_KEY_SIZE);
        put_message(&e, 1, &key);
        put_u64(&e, 2, (uint64_t)v->power);
        append(&log, &e);
    }
    merkle_log_root(out, &log);
}

/* CommitSig */
void comet_commit_hash(uint8_t out[32], const struct comet_commit *commit)
{
    struct merkle_log log;
    merkle_log_init(&log);
    for (size_t i = 0; i < commit->count; i++) {
        const struct comet_vote *vote = &commit->vote[i];
        const bool present = vote->flag != COMET_ABSENT;
        const struct encoded time = encode_time(vote->time);
        struct encoded e = {0};
        put_u64(&e, 1, (uint64_t)vote->flag);
        put_bytes(&e, 2, vote->address, present ? COMET_ADDRESS_SIZE : 0);
        put_message(&e, 3, &time);
        put_bytes(&e, 4, vote->signature, present ? COMET_SIGNATURE_SIZE : 0);
        append(&log, &e);
    }
    merkle_log_root(out, &log);
}

/* CanonicalVote; a vote for nil has no block id. */
size_t comet_sign_bytes(uint8_t out[COMET_SIGN_BYTES_MAX], const char *chain_id,
                        const struct comet_commit *commit, size_t index)
{
    enum { PRECOMMIT = 2 };
    struct encoded e = {0}, with_length = {0};
    ROAM_ASSERT(index < commit->count && commit->vote[index].flag != COMET_ABSENT);
    const struct encoded time = encode_time(commit->vote[index].time);
    put_u64(&e, 1, PRECOMMIT);
    put_fixed64(&e, 2, commit->height);
    put_fixed64(&e, 3, commit->round);
    if (commit->vote[index].flag == COMET_FOR_BLOCK) {
        const struct encoded id = encode_block_id(&commit->block_id);
        put_message(&e, 4, &id);
    }
    put_message(&e, 5, &time);
    put_bytes(&e, 6, chain_id, strlen(chain_id));
    put_varint(&with_length, e.size);
    memcpy(out, with_length.byte, with_length.size);
    ROAM_ASSERT(with_length.size + e.size <= COMET_SIGN_BYTES_MAX);
    memcpy(out + with_length.size, e.byte, e.size);
    return with_length.size + e.size;
}
