#include "comet_light.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

/* Hashes and addresses in messages, by their first bytes. */
struct shown {
    char text[20];
};
static struct shown show(const uint8_t *bytes)
{
    struct shown shown;
    sodium_bin2hex(shown.text, sizeof shown.text, bytes, 8);
    return shown;
}

void comet_trust_begin(struct comet_trust *trust, const struct comet_anchor *anchor)
{
    *trust = (struct comet_trust){.height = anchor->height, .time = anchor->time};
    memcpy(trust->chain_id, anchor->chain_id, sizeof trust->chain_id);
    memcpy(trust->validators_hash, anchor->validators_hash, COMET_HASH_SIZE);
}

static enum roam_err check_shape(const struct comet_light_block *block, struct roam_diag *diag)
{
    ROAM_TRY(comet_header_check(&block->header, diag));
    ROAM_TRY(comet_commit_check(&block->commit, diag));
    return comet_validators_check(&block->validators, diag);
}

/* Header, commit and validators are of one block of the chain. */
static enum roam_err check_parts(const char *chain_id, const struct comet_light_block *block,
                                 struct roam_diag *diag)
{
    const struct comet_header *header = &block->header;
    const struct comet_commit *commit = &block->commit;
    uint8_t hash[COMET_HASH_SIZE];
    if (strcmp(header->chain_id, chain_id) != 0)
        return roam_diag(diag, ROAM_E_VERIFY, "the header is of chain '%s', not '%.50s'", header->chain_id,
                         chain_id);
    if (commit->height != header->height)
        return roam_diag(diag, ROAM_E_VERIFY, "the commit is of height %" PRId64 ", the header of %" PRId64,
                         commit->height, header->height);
    comet_header_hash(hash, header);
    if (memcmp(hash, commit->block_id.hash.byte, COMET_HASH_SIZE) != 0)
        return roam_diag(diag, ROAM_E_VERIFY, "the commit is for header %s..., this one is %s...",
                         show(commit->block_id.hash.byte).text, show(hash).text);
    comet_validators_hash(hash, &block->validators);
    if (memcmp(hash, header->validators_hash.byte, COMET_HASH_SIZE) != 0)
        return roam_diag(diag, ROAM_E_VERIFY, "the header names the validators %s..., these are %s...",
                         show(header->validators_hash.byte).text, show(hash).text);
    if (commit->count != block->validators.count)
        return roam_diag(diag, ROAM_E_VERIFY, "%zu votes of %zu validators", commit->count,
                         block->validators.count);
    return ROAM_OK;
}

/* Each vote stands in the place of the validator that it names: nobody votes twice. */
static enum roam_err check_places(const struct comet_light_block *block, struct roam_diag *diag)
{
    uint8_t address[COMET_ADDRESS_SIZE];
    for (size_t i = 0; i < block->commit.count; i++) {
        const struct comet_vote *vote = &block->commit.vote[i];
        comet_address(address, block->validators.at[i].key);
        if (vote->flag != COMET_ABSENT && memcmp(vote->address, address, COMET_ADDRESS_SIZE) != 0)
            return roam_diag(diag, ROAM_E_VERIFY, "vote %zu is by %s..., validator %zu is %s...", i,
                             show(vote->address).text, i, show(address).text);
    }
    return ROAM_OK;
}

static enum roam_err check_two_thirds(const struct comet_light_block *block, struct roam_diag *diag)
{
    const int64_t total = comet_validators_power(&block->validators);
    int64_t signed_power = 0;
    for (size_t i = 0; i < block->commit.count; i++)
        if (block->commit.vote[i].flag == COMET_FOR_BLOCK) signed_power += block->validators.at[i].power;
    /* no overflow: total <= 2^60 */
    if (3 * signed_power > 2 * total) return ROAM_OK;
    return roam_diag(diag, ROAM_E_VERIFY,
                     "validators with %" PRId64 " of %" PRId64 " power have signed, not more than two thirds",
                     signed_power, total);
}

static bool vote_is_valid(const char *chain_id, const struct comet_commit *commit, size_t index,
                          const struct comet_validator *validator)
{
    uint8_t message[COMET_SIGN_BYTES_MAX];
    const size_t size = comet_sign_bytes(message, chain_id, commit, index);
    return crypto_sign_verify_detached(commit->vote[index].signature, message, size, validator->key) == 0;
}

static enum roam_err check_signatures(const char *chain_id, const struct comet_light_block *block,
                                      struct roam_diag *diag)
{
    for (size_t i = 0; i < block->commit.count; i++)
        if (block->commit.vote[i].flag != COMET_ABSENT &&
            !vote_is_valid(chain_id, &block->commit, i, &block->validators.at[i]))
            return roam_diag(diag, ROAM_E_VERIFY, "the signature of vote %zu, by %s..., is false", i,
                             show(block->commit.vote[i].address).text);
    return ROAM_OK;
}

static enum roam_err check_unsigned(const char *chain_id, const struct comet_light_block *block,
                                    struct roam_diag *diag)
{
    ROAM_TRY(check_shape(block, diag));
    ROAM_TRY(check_parts(chain_id, block, diag));
    ROAM_TRY(check_places(block, diag));
    return check_two_thirds(block, diag);
}

enum roam_err comet_light_verify(const char *chain_id, const struct comet_light_block *block,
                                 struct roam_diag *diag)
{
    ROAM_TRY(check_unsigned(chain_id, block, diag));
    return check_signatures(chain_id, block, diag);
}

static bool power_of(const struct comet_validators *validators, const uint8_t key[COMET_KEY_SIZE],
                     int64_t *power)
{
    for (size_t i = 0; i < validators->count; i++) {
        if (memcmp(validators->at[i].key, key, COMET_KEY_SIZE) != 0) continue;
        *power = validators->at[i].power;
        return true;
    }
    return false;
}

/* Keys of a set differ, so no trusted power is counted twice. */
static enum roam_err check_overlap(const struct comet_trust *trust, const struct comet_light_block *block,
                                   struct roam_diag *diag)
{
    const int64_t total = comet_validators_power(&trust->validators);
    int64_t signed_power = 0, power;
    for (size_t i = 0; i < block->commit.count && i < block->validators.count; i++)
        if (block->commit.vote[i].flag == COMET_FOR_BLOCK &&
            power_of(&trust->validators, block->validators.at[i].key, &power))
            signed_power += power;
    if (3 * signed_power > total) return ROAM_OK;
    return roam_diag(diag, ROAM_E_VERIFY,
                     "of the validators trusted at height %" PRId64 ", those with %" PRId64 " of %" PRId64
                     " power have signed height %" PRId64 ", not more than a third",
                     trust->height, signed_power, total, block->header.height);
}

static enum roam_err reaches_from_anchor(const struct comet_trust *trust, const struct comet_header *header,
                                         struct roam_diag *diag)
{
    if (header->height < trust->height)
        return roam_diag(diag, ROAM_E_VERIFY, "height %" PRId64 " is before the anchor's, %" PRId64,
                         header->height, trust->height);
    if (memcmp(header->validators_hash.byte, trust->validators_hash, COMET_HASH_SIZE) != 0)
        return roam_diag(
            diag, ROAM_E_VERIFY, "the validators %s... of height %" PRId64 " are not the anchor's, %s...",
            show(header->validators_hash.byte).text, header->height, show(trust->validators_hash).text);
    return ROAM_OK;
}

enum roam_err comet_trust_reaches(const struct comet_trust *trust, const struct comet_light_block *block,
                                  struct roam_diag *diag)
{
    const struct comet_header *header = &block->header;
    if (!trust->from_header) return reaches_from_anchor(trust, header, diag);
    if (header->height <= trust->height)
        return roam_diag(diag, ROAM_E_VERIFY, "height %" PRId64 " is not after the trusted one, %" PRId64,
                         header->height, trust->height);
    if (header->height - 1 > trust->height) return check_overlap(trust, block, diag);
    if (memcmp(header->validators_hash.byte, trust->next_validators_hash, COMET_HASH_SIZE) != 0)
        return roam_diag(diag, ROAM_E_VERIFY,
                         "the validators %s... of height %" PRId64 " are not those that height %" PRId64
                         " names, %s...",
                         show(header->validators_hash.byte).text, header->height, trust->height,
                         show(trust->next_validators_hash).text);
    return ROAM_OK;
}

/* time + period_s > now_s, for any period */
static bool is_alive(struct comet_time time, uint64_t period_s, uint64_t now_s)
{
    if (time.seconds < 0) return false;
    if (now_s < (uint64_t)time.seconds) return true;
    const uint64_t age_s = now_s - (uint64_t)time.seconds;
    return period_s > age_s || (period_s == age_s && time.nanoseconds > 0);
}

static enum roam_err check_clock(const struct comet_trust *trust, const struct comet_header *header,
                                 const struct comet_clock *clock, struct roam_diag *diag)
{
    const uint64_t now_s = clock->now_s;
    if (clock->trusting_period_s != COMET_TRUST_UNLIMITED &&
        !is_alive(trust->time, clock->trusting_period_s, now_s))
        return roam_diag(diag, ROAM_E_VERIFY,
                         "the trust in height %" PRId64 " has expired: it was for %" PRIu64
                         " s from time %" PRId64 " s on",
                         trust->height, clock->trusting_period_s, trust->time.seconds);
    if (trust->from_header && comet_time_compare(header->time, trust->time) <= 0)
        return roam_diag(diag, ROAM_E_VERIFY,
                         "the time of height %" PRId64 " is not after that of height %" PRId64,
                         header->height, trust->height);
    if (header->time.seconds >= 0 && (uint64_t)header->time.seconds >= now_s &&
        (uint64_t)header->time.seconds - now_s >= clock->drift_s)
        return roam_diag(diag, ROAM_E_VERIFY,
                         "the header's time, %" PRId64 " s, is in the future: it is %" PRIu64 " s",
                         header->time.seconds, now_s);
    return ROAM_OK;
}

static void trust_block(struct comet_trust *trust, const struct comet_light_block *block)
{
    trust->from_header = true;
    trust->height = block->header.height;
    trust->time = block->header.time;
    memcpy(trust->validators_hash, block->header.validators_hash.byte, COMET_HASH_SIZE);
    memcpy(trust->next_validators_hash, block->header.next_validators_hash.byte, COMET_HASH_SIZE);
    trust->validators = block->validators;
}

enum roam_err comet_trust_step(struct comet_trust *trust, const struct comet_light_block *block,
                               const struct comet_clock *clock, struct roam_diag *diag)
{
    ROAM_TRY(check_unsigned(trust->chain_id, block, diag));
    ROAM_TRY(comet_trust_reaches(trust, block, diag));
    ROAM_TRY(check_clock(trust, &block->header, clock, diag));
    ROAM_TRY(check_signatures(trust->chain_id, block, diag));
    trust_block(trust, block);
    return ROAM_OK;
}

size_t comet_commit_trim(struct comet_commit *commit, const char *chain_id,
                         const struct comet_validators *validators)
{
    size_t trimmed = 0;
    ROAM_ASSERT(commit->count == validators->count);
    for (size_t i = 0; i < commit->count; i++) {
        uint8_t address[COMET_ADDRESS_SIZE];
        if (commit->vote[i].flag == COMET_ABSENT) continue;
        comet_address(address, validators->at[i].key);
        if (memcmp(address, commit->vote[i].address, COMET_ADDRESS_SIZE) == 0 &&
            vote_is_valid(chain_id, commit, i, &validators->at[i]))
            continue;
        commit->vote[i] = (struct comet_vote){.flag = COMET_ABSENT, .time = COMET_TIME_NONE};
        trimmed++;
    }
    return trimmed;
}
