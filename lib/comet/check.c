/* The shape of headers, commits and validator sets, and the order of a set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comet_header.h"
#include "digest.h"

int comet_time_compare(struct comet_time a, struct comet_time b)
{
    if (a.seconds != b.seconds) return a.seconds < b.seconds ? -1 : 1;
    return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}

bool comet_hash_equal(const struct comet_hash *hash, const struct comet_hash *other)
{
    return hash->size == other->size && memcmp(hash->byte, other->byte, hash->size) == 0;
}

void comet_address(uint8_t address[COMET_ADDRESS_SIZE], const uint8_t key[COMET_KEY_SIZE])
{
    uint8_t hash[32];
    sha256(hash, key, COMET_KEY_SIZE);
    memcpy(address, hash, COMET_ADDRESS_SIZE);
}

static int by_power(const void *left, const void *right)
{
    const struct comet_validator *a = left, *b = right;
    uint8_t address_a[COMET_ADDRESS_SIZE], address_b[COMET_ADDRESS_SIZE];
    if (a->power != b->power) return a->power > b->power ? -1 : 1;
    comet_address(address_a, a->key);
    comet_address(address_b, b->key);
    return memcmp(address_a, address_b, COMET_ADDRESS_SIZE);
}

void comet_validators_sort(struct comet_validators *validators)
{
    qsort(validators->at, validators->count, sizeof validators->at[0], by_power);
}

int64_t comet_validators_power(const struct comet_validators *validators)
{
    int64_t power = 0;
    for (size_t i = 0; i < validators->count; i++) power += validators->at[i].power;
    return power;
}

enum roam_err comet_chain_id_check(const char *text, size_t size, struct roam_diag *diag)
{
    if (size == 0 || size > COMET_CHAIN_ID_MAX)
        return roam_diag(diag, ROAM_E_FORMAT, "chain_id has %zu bytes, not 1 to %d", size,
                         COMET_CHAIN_ID_MAX);
    for (size_t i = 0; i < size; i++)
        if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\')
            return roam_diag(diag, ROAM_E_FORMAT, "chain_id has the byte 0x%02x at %zu",
                             (unsigned)(uint8_t)text[i], i);
    return ROAM_OK;
}

static enum roam_err check_time(const char *field, struct comet_time time, struct roam_diag *diag)
{
    const int64_t year_10000 = 253402300800;
    if (time.seconds >= COMET_TIME_NONE.seconds && time.seconds < year_10000 && time.nanoseconds >= 0 &&
        time.nanoseconds <= 999999999)
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "%s is %lld s %d ns, not a time of the years 1 to 9999", field,
                     (long long)time.seconds, time.nanoseconds);
}

static enum roam_err check_hash(const char *field, const struct comet_hash *hash, bool required,
                                struct roam_diag *diag)
{
    if (hash->size == COMET_HASH_SIZE || (!required && hash->size == 0)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "%s has %u bytes, not %d%s", field, hash->size, COMET_HASH_SIZE,
                     required ? "" : " or none");
}

static enum roam_err check_block_id(const char *field, const struct comet_block_id *id, bool required,
                                    struct roam_diag *diag)
{
    const bool complete =
        id->hash.size == COMET_HASH_SIZE && id->parts_hash.size == COMET_HASH_SIZE && id->parts_total > 0;
    const bool none = id->hash.size == 0 && id->parts_hash.size == 0 && id->parts_total == 0;
    if (complete || (none && !required)) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "%s has a hash of %u bytes and %u parts with a hash of %u bytes",
                     field, id->hash.size, id->parts_total, id->parts_hash.size);
}

static enum roam_err check_hashes(const struct comet_header *header, struct roam_diag *diag)
{
    ROAM_TRY(check_hash("last_commit_hash", &header->last_commit_hash, false, diag));
    ROAM_TRY(check_hash("data_hash", &header->data_hash, false, diag));
    ROAM_TRY(check_hash("validators_hash", &header->validators_hash, true, diag));
    ROAM_TRY(check_hash("next_validators_hash", &header->next_validators_hash, true, diag));
    ROAM_TRY(check_hash("consensus_hash", &header->consensus_hash, false, diag));
    ROAM_TRY(check_hash("last_results_hash", &header->last_results_hash, false, diag));
    ROAM_TRY(check_hash("evidence_hash", &header->evidence_hash, false, diag));
    if (header->app_hash.size <= COMET_HASH_SIZE) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "app_hash has %u bytes, at most %d are known here",
                     header->app_hash.size, COMET_HASH_SIZE);
}

enum roam_err comet_header_check(const struct comet_header *header, struct roam_diag *diag)
{
    if (header->version_block != COMET_BLOCK_PROTOCOL)
        return roam_diag(diag, ROAM_E_FORMAT, "version.block is %llu, not %d",
                         (unsigned long long)header->version_block, COMET_BLOCK_PROTOCOL);
    ROAM_TRY(
        comet_chain_id_check(header->chain_id, strnlen(header->chain_id, sizeof header->chain_id), diag));
    if (header->height < 1)
        return roam_diag(diag, ROAM_E_FORMAT, "height is %lld, not at least 1", (long long)header->height);
    ROAM_TRY(check_time("time", header->time, diag));
    ROAM_TRY(check_block_id("last_block_id", &header->last_block_id, false, diag));
    return check_hashes(header, diag);
}

static bool all_zero(const uint8_t *bytes, size_t size)
{
    uint8_t any = 0;
    for (size_t i = 0; i < size; i++) any |= bytes[i];
    return any == 0;
}

static enum roam_err check_vote(const struct comet_vote *vote, size_t index, struct roam_diag *diag)
{
    char field[40];
    snprintf(field, sizeof field, "timestamp of vote %zu", index);
    if (vote->flag != COMET_ABSENT && vote->flag != COMET_FOR_BLOCK && vote->flag != COMET_FOR_NIL)
        return roam_diag(diag, ROAM_E_FORMAT, "block_id_flag of vote %zu is %d, not 1, 2 or 3", index,
                         (int)vote->flag);
    ROAM_TRY(check_time(field, vote->time, diag));
    if (vote->flag != COMET_ABSENT) return ROAM_OK;
    if (comet_time_compare(vote->time, COMET_TIME_NONE) == 0 && all_zero(vote->address, COMET_ADDRESS_SIZE) &&
        all_zero(vote->signature, COMET_SIGNATURE_SIZE))
        return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "vote %zu is absent, yet has an address, a time or a signature",
                     index);
}

static enum roam_err check_count(const char *what, size_t count, struct roam_diag *diag)
{
    if (count >= 1 && count <= COMET_VALIDATORS_MAX) return ROAM_OK;
    return roam_diag(diag, ROAM_E_COUNT, "%zu %s, not 1 to %d", count, what, COMET_VALIDATORS_MAX);
}

enum roam_err comet_commit_check(const struct comet_commit *commit, struct roam_diag *diag)
{
    if (commit->height < 1 || commit->round < 0)
        return roam_diag(diag, ROAM_E_FORMAT, "commit of height %lld, round %d: not at least 1 and 0",
                         (long long)commit->height, commit->round);
    ROAM_TRY(check_block_id("block_id of the commit", &commit->block_id, true, diag));
    ROAM_TRY(check_count("votes in the commit", commit->count, diag));
    for (size_t i = 0; i < commit->count; i++) ROAM_TRY(check_vote(&commit->vote[i], i, diag));
    return ROAM_OK;
}

static enum roam_err check_key_once(const struct comet_validators *validators, size_t index,
                                    struct roam_diag *diag)
{
    for (size_t i = 0; i < index; i++)
        if (memcmp(validators->at[i].key, validators->at[index].key, COMET_KEY_SIZE) == 0)
            return roam_diag(diag, ROAM_E_FORMAT, "validators %zu and %zu have the same key", i, index);
    return ROAM_OK;
}

enum roam_err comet_validators_check(const struct comet_validators *validators, struct roam_diag *diag)
{
    int64_t total = 0;
    ROAM_TRY(check_count("validators", validators->count, diag));
    for (size_t i = 0; i < validators->count; i++) {
        const int64_t power = validators->at[i].power;
        if (power < 1 || power > COMET_POWER_MAX - total)
            return roam_diag(diag, ROAM_E_FORMAT,
                             "power of validator %zu is %lld: not positive, or the sum passes %lld", i,
                             (long long)power, (long long)COMET_POWER_MAX);
        total += power;
        ROAM_TRY(check_key_once(validators, i, diag));
    }
    return ROAM_OK;
}
