#include <string.h>

#include "hex.h"
#include "json_member.h"

enum roam_err comet_json_load(json_t **out, const char *text, size_t size, struct roam_diag *diag)
{
    json_error_t error;
    char shown[JSON_ERROR_TEXT_LENGTH];
    *out = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (*out != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "line %d: %s", error.line,
                     comet_printable(shown, sizeof shown, error.text, strlen(error.text)));
}

static enum roam_err read_block_id(struct comet_block_id *out, const json_t *object, const char *name,
                                   struct roam_diag *diag)
{
    const json_t *id, *parts;
    ROAM_TRY(comet_member_object(&id, object, name, diag));
    ROAM_TRY(comet_member_hash(&out->hash, id, "hash", diag));
    ROAM_TRY(comet_member_object(&parts, id, "parts", diag));
    ROAM_TRY(comet_member_small(&out->parts_total, parts, "total", UINT32_MAX, diag));
    return comet_member_hash(&out->parts_hash, parts, "hash", diag);
}

/* Go leaves a version of 0 out. */
static enum roam_err read_version(uint64_t *out, const json_t *version, const char *name,
                                  struct roam_diag *diag)
{
    int64_t value = 0;
    if (json_object_get(version, name) != NULL) ROAM_TRY(comet_member_i64(&value, version, name, diag));
    if (value < 0) return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is negative", name);
    *out = (uint64_t)value;
    return ROAM_OK;
}

static enum roam_err read_hashes(struct comet_header *out, const json_t *object, struct roam_diag *diag)
{
    ROAM_TRY(comet_member_hash(&out->last_commit_hash, object, "last_commit_hash", diag));
    ROAM_TRY(comet_member_hash(&out->data_hash, object, "data_hash", diag));
    ROAM_TRY(comet_member_hash(&out->validators_hash, object, "validators_hash", diag));
    ROAM_TRY(comet_member_hash(&out->next_validators_hash, object, "next_validators_hash", diag));
    ROAM_TRY(comet_member_hash(&out->consensus_hash, object, "consensus_hash", diag));
    ROAM_TRY(comet_member_hash(&out->app_hash, object, "app_hash", diag));
    ROAM_TRY(comet_member_hash(&out->last_results_hash, object, "last_results_hash", diag));
    return comet_member_hash(&out->evidence_hash, object, "evidence_hash", diag);
}

enum roam_err comet_header_from_json(struct comet_header *out, const json_t *object, struct roam_diag *diag)
{
    const json_t *version;
    memset(out, 0, sizeof *out);
    ROAM_TRY(comet_member_object(&version, object, "version", diag));
    ROAM_TRY(read_version(&out->version_block, version, "block", diag));
    ROAM_TRY(read_version(&out->version_app, version, "app", diag));
    ROAM_TRY(comet_member_chain_id(out->chain_id, object, "chain_id", diag));
    ROAM_TRY(comet_member_i64(&out->height, object, "height", diag));
    ROAM_TRY(comet_member_time(&out->time, object, "time", diag));
    ROAM_TRY(read_block_id(&out->last_block_id, object, "last_block_id", diag));
    ROAM_TRY(read_hashes(out, object, diag));
    ROAM_TRY(comet_member_hex(out->proposer, COMET_ADDRESS_SIZE, object, "proposer_address", diag));
    return comet_header_check(out, diag);
}

static enum roam_err read_vote(struct comet_vote *out, const json_t *object, struct roam_diag *diag)
{
    uint32_t flag;
    ROAM_TRY(comet_member_small(&flag, object, "block_id_flag", COMET_FOR_NIL, diag));
    out->flag = (enum comet_flag)flag;
    const bool absent = out->flag == COMET_ABSENT;
    ROAM_TRY(
        comet_member_hex(out->address, absent ? 0 : COMET_ADDRESS_SIZE, object, "validator_address", diag));
    ROAM_TRY(comet_member_time(&out->time, object, "timestamp", diag));
    if (!absent) return comet_member_base64(out->signature, COMET_SIGNATURE_SIZE, object, "signature", diag);
    if (json_is_null(json_object_get(object, "signature"))) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member 'signature' of an absent vote is not null");
}

static enum roam_err check_room(const char *name, size_t count, struct roam_diag *diag)
{
    if (count <= COMET_VALIDATORS_MAX) return ROAM_OK;
    return roam_diag(diag, ROAM_E_COUNT, "member '%s' has %zu entries, at most %d are known here", name,
                     count, COMET_VALIDATORS_MAX);
}

enum roam_err comet_commit_from_json(struct comet_commit *out, const json_t *object, struct roam_diag *diag)
{
    const json_t *votes;
    uint32_t round;
    memset(out, 0, sizeof *out);
    ROAM_TRY(comet_member_i64(&out->height, object, "height", diag));
    ROAM_TRY(comet_member_small(&round, object, "round", INT32_MAX, diag));
    out->round = (int32_t)round;
    ROAM_TRY(read_block_id(&out->block_id, object, "block_id", diag));
    ROAM_TRY(comet_member_list(&votes, object, "signatures", diag));
    ROAM_TRY(check_room("signatures", json_array_size(votes), diag));
    for (; out->count < json_array_size(votes); out->count++) {
        const size_t i = out->count;
        ROAM_TRY(
            comet_in_entry(read_vote(&out->vote[i], json_array_get(votes, i), diag), "signatures", i, diag));
    }
    return comet_commit_check(out, diag);
}

static enum roam_err read_key(uint8_t key[COMET_KEY_SIZE], const json_t *object, struct roam_diag *diag)
{
    static const char ed25519[] = "tendermint/PubKeyEd25519";
    const json_t *pair;
    const char *type;
    char shown[40];
    size_t size;
    ROAM_TRY(comet_member_object(&pair, object, "pub_key", diag));
    ROAM_TRY(comet_member_text(&type, &size, pair, "type", diag));
    if (size != sizeof ed25519 - 1 || memcmp(type, ed25519, size) != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "member 'type' of the key is '%s', not '%s'",
                         comet_printable(shown, sizeof shown, type, size), ed25519);
    return comet_member_base64(key, COMET_KEY_SIZE, pair, "value", diag);
}

static enum roam_err check_address(const uint8_t key[COMET_KEY_SIZE], const json_t *object,
                                   struct roam_diag *diag)
{
    uint8_t address[COMET_ADDRESS_SIZE], of_key[COMET_ADDRESS_SIZE];
    ROAM_TRY(comet_member_hex(address, sizeof address, object, "address", diag));
    comet_address(of_key, key);
    if (memcmp(address, of_key, sizeof address) == 0) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member 'address' is not that of the key");
}

static enum roam_err read_validator(struct comet_validator *out, const json_t *object, struct roam_diag *diag)
{
    ROAM_TRY(read_key(out->key, object, diag));
    ROAM_TRY(check_address(out->key, object, diag));
    return comet_member_i64(&out->power, object, "voting_power", diag);
}

enum roam_err comet_validators_add_json(struct comet_validators *out, const json_t *list,
                                        struct roam_diag *diag)
{
    const size_t count = json_array_size(list);
    if (!json_is_array(list)) return roam_diag(diag, ROAM_E_FORMAT, "the validators are not a list");
    ROAM_TRY(check_room("validators", out->count + count, diag));
    for (size_t i = 0; i < count; i++) {
        struct comet_validator *validator = &out->at[out->count];
        ROAM_TRY(
            comet_in_entry(read_validator(validator, json_array_get(list, i), diag), "validators", i, diag));
        out->count++;
    }
    return comet_validators_check(out, diag);
}

/* The file may leave the address out; its power has another name than in the RPC. */
static enum roam_err read_first_validator(struct comet_validator *out, const json_t *object,
                                          struct roam_diag *diag)
{
    const json_t *address = json_object_get(object, "address");
    ROAM_TRY(read_key(out->key, object, diag));
    if (address != NULL && !(json_is_string(address) && json_string_length(address) == 0))
        ROAM_TRY(check_address(out->key, object, diag));
    return comet_member_i64(&out->power, object, "power", diag);
}

static enum roam_err read_first_validators(struct comet_validators *out, const json_t *list,
                                           struct roam_diag *diag)
{
    ROAM_TRY(check_room("validators", json_array_size(list), diag));
    for (; out->count < json_array_size(list); out->count++)
        ROAM_TRY(
            comet_in_entry(read_first_validator(&out->at[out->count], json_array_get(list, out->count), diag),
                           "validators", out->count, diag));
    ROAM_TRY(comet_validators_check(out, diag));
    comet_validators_sort(out);
    return ROAM_OK;
}

enum roam_err comet_genesis_from_json(struct comet_genesis *out, const json_t *object, struct roam_diag *diag)
{
    const json_t *inner = json_object_get(object, "genesis"), *list;
    memset(out, 0, sizeof *out);
    if (inner != NULL) object = inner;
    ROAM_TRY(comet_member_chain_id(out->chain_id, object, "chain_id", diag));
    ROAM_TRY(comet_member_time(&out->time, object, "genesis_time", diag));
    if (json_object_get(object, "initial_height") != NULL)
        ROAM_TRY(comet_member_i64(&out->initial_height, object, "initial_height", diag));
    if (out->initial_height < 0) return roam_diag(diag, ROAM_E_FORMAT, "member 'initial_height' is negative");
    if (out->initial_height == 0) out->initial_height = 1;
    ROAM_TRY(comet_member_list(&list, object, "validators", diag));
    return read_first_validators(&out->validators, list, diag);
}

void comet_genesis_anchor(struct comet_anchor *anchor, const struct comet_genesis *genesis)
{
    *anchor = (struct comet_anchor){.height = genesis->initial_height, .time = genesis->time};
    memcpy(anchor->chain_id, genesis->chain_id, sizeof anchor->chain_id);
    comet_validators_hash(anchor->validators_hash, &genesis->validators);
}
