/* Text without white space, as CometBFT's RPC writes it. */
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "comet_json.h"
#include "hex.h"

/* "name":"4F..." and what follows */
static enum roam_err write_hex(struct roam_buf *out, const char *name, const uint8_t *bytes, size_t size,
                               const char *after)
{
    char text[2 * COMET_HASH_SIZE + 1];
    ROAM_ASSERT(size <= COMET_HASH_SIZE);
    hex_encode(text, bytes, size);
    for (size_t i = 0; i < 2 * size; i++)
        if (text[i] >= 'a') text[i] = (char)(text[i] - 'a' + 'A');
    return buf_printf(out, "\"%s\":\"%s\"%s", name, text, after);
}

static enum roam_err write_hash(struct roam_buf *out, const char *name, const struct comet_hash *hash)
{
    return write_hex(out, name, hash->byte, hash->size, ",");
}

static enum roam_err write_block_id(struct roam_buf *out, const char *name, const struct comet_block_id *id)
{
    ROAM_TRY(buf_printf(out, "\"%s\":{", name));
    ROAM_TRY(write_hash(out, "hash", &id->hash));
    ROAM_TRY(buf_printf(out, "\"parts\":{\"total\":%" PRIu32 ",", id->parts_total));
    return write_hex(out, "hash", id->parts_hash.byte, id->parts_hash.size, "}},");
}

static enum roam_err write_version(struct roam_buf *out, const struct comet_header *header)
{
    ROAM_TRY(buf_printf(out, "{\"version\":{\"block\":\"%" PRIu64 "\"", header->version_block));
    if (header->version_app != 0) ROAM_TRY(buf_printf(out, ",\"app\":\"%" PRIu64 "\"", header->version_app));
    return buf_printf(out, "},");
}

enum roam_err comet_header_to_json(struct roam_buf *out, const struct comet_header *header)
{
    char time[COMET_TIME_TEXT_SIZE];
    comet_time_print(time, header->time);
    ROAM_TRY(write_version(out, header));
    ROAM_TRY(buf_printf(out, "\"chain_id\":\"%s\",\"height\":\"%" PRId64 "\",\"time\":\"%s\",",
                        header->chain_id, header->height, time));
    ROAM_TRY(write_block_id(out, "last_block_id", &header->last_block_id));
    ROAM_TRY(write_hash(out, "last_commit_hash", &header->last_commit_hash));
    ROAM_TRY(write_hash(out, "data_hash", &header->data_hash));
    ROAM_TRY(write_hash(out, "validators_hash", &header->validators_hash));
    ROAM_TRY(write_hash(out, "next_validators_hash", &header->next_validators_hash));
    ROAM_TRY(write_hash(out, "consensus_hash", &header->consensus_hash));
    ROAM_TRY(write_hash(out, "app_hash", &header->app_hash));
    ROAM_TRY(write_hash(out, "last_results_hash", &header->last_results_hash));
    ROAM_TRY(write_hash(out, "evidence_hash", &header->evidence_hash));
    return write_hex(out, "proposer_address", header->proposer, COMET_ADDRESS_SIZE, "}");
}

static enum roam_err write_vote(struct roam_buf *out, const struct comet_vote *vote)
{
    const bool absent = vote->flag == COMET_ABSENT;
    char time[COMET_TIME_TEXT_SIZE], signature[4 * ((COMET_SIGNATURE_SIZE + 2) / 3) + 1];
    comet_time_print(time, vote->time);
    base64_encode(signature, vote->signature, COMET_SIGNATURE_SIZE);
    ROAM_TRY(buf_printf(out, "{\"block_id_flag\":%d,", (int)vote->flag));
    ROAM_TRY(write_hex(out, "validator_address", vote->address, absent ? 0 : COMET_ADDRESS_SIZE, ","));
    ROAM_TRY(buf_printf(out, "\"timestamp\":\"%s\",", time));
    return absent ? buf_printf(out, "\"signature\":null}")
                  : buf_printf(out, "\"signature\":\"%s\"}", signature);
}

enum roam_err comet_commit_to_json(struct roam_buf *out, const struct comet_commit *commit)
{
    ROAM_TRY(
        buf_printf(out, "{\"height\":\"%" PRId64 "\",\"round\":%" PRId32 ",", commit->height, commit->round));
    ROAM_TRY(write_block_id(out, "block_id", &commit->block_id));
    ROAM_TRY(buf_printf(out, "\"signatures\":["));
    for (size_t i = 0; i < commit->count; i++) {
        if (i > 0) ROAM_TRY(buf_printf(out, ","));
        ROAM_TRY(write_vote(out, &commit->vote[i]));
    }
    return buf_printf(out, "]}");
}

static enum roam_err write_validator(struct roam_buf *out, const struct comet_validator *validator)
{
    uint8_t address[COMET_ADDRESS_SIZE];
    char key[4 * ((COMET_KEY_SIZE + 2) / 3) + 1];
    comet_address(address, validator->key);
    base64_encode(key, validator->key, COMET_KEY_SIZE);
    ROAM_TRY(buf_printf(out, "{"));
    ROAM_TRY(write_hex(out, "address", address, sizeof address, ","));
    return buf_printf(out,
                      "\"pub_key\":{\"type\":\"tendermint/PubKeyEd25519\",\"value\":\"%s\"},"
                      "\"voting_power\":\"%" PRId64 "\"}",
                      key, validator->power);
}

enum roam_err comet_validators_to_json(struct roam_buf *out, const struct comet_validators *validators)
{
    ROAM_TRY(buf_printf(out, "["));
    for (size_t i = 0; i < validators->count; i++) {
        if (i > 0) ROAM_TRY(buf_printf(out, ","));
        ROAM_TRY(write_validator(out, &validators->at[i]));
    }
    return buf_printf(out, "]");
}
