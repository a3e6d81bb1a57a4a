#include "abci_types.h"

/* The tables read and write abci_bytes and lists as those of proto_wire.h. */
_Static_assert(sizeof(struct abci_bytes) == sizeof(struct proto_bytes) &&
                   offsetof(struct abci_bytes, at) == offsetof(struct proto_bytes, at) &&
                   offsetof(struct abci_bytes, size) == offsetof(struct proto_bytes, size),
               "bytes");
#define LIST_HAS_SHAPE(type, pointer, number)                                                                \
    _Static_assert(offsetof(type, number) - offsetof(type, pointer) == offsetof(struct proto_list, count),   \
                   #type)
LIST_HAS_SHAPE(struct abci_list, at, count);
LIST_HAS_SHAPE(struct abci_validator_updates, at, count);
LIST_HAS_SHAPE(struct abci_commit_info, votes, vote_count);
LIST_HAS_SHAPE(struct abci_misbehaviors, at, count);
LIST_HAS_SHAPE(struct abci_event, attributes, attribute_count);
LIST_HAS_SHAPE(struct abci_events, at, count);
LIST_HAS_SHAPE(struct abci_query_response, proof_ops, proof_op_count);
LIST_HAS_SHAPE(struct abci_finalize_response, results, result_count);
LIST_HAS_SHAPE(struct abci_apply_chunk_response, refetch, refetch_count);
LIST_HAS_SHAPE(struct abci_snapshots, at, count);
_Static_assert(sizeof(enum abci_key_type) == sizeof(int32_t), "enums are stored as int32");

/* Go's time.Time takes part of the protocol: years 1 to 9999. */
static bool time_is_valid(const void *value)
{
    const struct abci_time *time = value;
    return time->s >= -62135596800 && time->s < 253402300800 && time->ns >= 0 && time->ns < 1000000000;
}
static const struct proto_field time_fields[] = {
    ROW(1, PROTO_INT64, struct abci_time, s),
    ROW(2, PROTO_INT32, struct abci_time, ns),
};
const struct proto_message abci_time_message = {"Timestamp", sizeof(struct abci_time), time_fields, 2,
                                                time_is_valid};

/* Go's time.Duration: 64 bits of nanoseconds; here not negative. */
static bool duration_is_valid(const void *value)
{
    const struct abci_time *time = value;
    return time->s >= 0 && time->s < INT64_MAX / 1000000000 && time->ns >= 0 && time->ns < 1000000000;
}
static const struct proto_message duration_message = {"Duration", sizeof(struct abci_time), time_fields, 2,
                                                      duration_is_valid};

static const struct proto_field block_fields[] = {
    ROW(1, PROTO_INT64, struct abci_params, block_max_bytes),
    ROW(2, PROTO_INT64, struct abci_params, block_max_gas),
};
static const struct proto_message block_message = MESSAGE("BlockParams", struct abci_params, block_fields);
static const struct proto_field evidence_fields[] = {
    ROW(1, PROTO_INT64, struct abci_params, evidence_max_age_blocks),
    ROW_PART(2, struct abci_params, evidence_max_age, duration_message),
    ROW(3, PROTO_INT64, struct abci_params, evidence_max_bytes),
};
static const struct proto_message evidence_message =
    MESSAGE("EvidenceParams", struct abci_params, evidence_fields);
static const struct proto_field validator_params_fields[] = {
    ROW(1, PROTO_LIST_BYTES, struct abci_params, key_types),
};
static const struct proto_message validator_params_message =
    MESSAGE("ValidatorParams", struct abci_params, validator_params_fields);
static const struct proto_field version_fields[] = {
    ROW(1, PROTO_UINT64, struct abci_params, app_version),
};
static const struct proto_message version_message =
    MESSAGE("VersionParams", struct abci_params, version_fields);
static const struct proto_field abci_fields[] = {
    ROW(1, PROTO_INT64, struct abci_params, vote_extensions_enable_height),
};
static const struct proto_message abci_message = MESSAGE("ABCIParams", struct abci_params, abci_fields);
static const struct proto_field authority_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_params, authority),
};
static const struct proto_message authority_message =
    MESSAGE("AuthorityParams", struct abci_params, authority_fields);
#define ROW_PARAMS(number, has, message)                                                                     \
    {                                                                                                        \
        (number), PROTO_MESSAGE, 0, &(message), PROTO_FLAG, offsetof(struct abci_params, has), 0             \
    }
static const struct proto_field params_fields[] = {
    ROW_PARAMS(1, has_block, block_message),
    ROW_PARAMS(2, has_evidence, evidence_message),
    ROW_PARAMS(3, has_validator, validator_params_message),
    ROW_PARAMS(4, has_version, version_message),
    ROW_PARAMS(5, has_abci, abci_message),
    ROW_PARAMS(6, has_authority, authority_message),
};
const struct proto_message abci_params_message =
    MESSAGE("ConsensusParams", struct abci_params, params_fields);

#define ROW_KEY(type_)                                                                                       \
    {                                                                                                        \
        (type_), PROTO_BYTES, offsetof(struct abci_validator_update, key), NULL, PROTO_CHOICE,               \
            offsetof(struct abci_validator_update, type), (type_)                                            \
    }
static const struct proto_field key_fields[] = {
    ROW_KEY(ABCI_KEY_ED25519), ROW_KEY(ABCI_KEY_SECP256K1),    ROW_KEY(ABCI_KEY_BLS12381),
    ROW_KEY(ABCI_KEY_MLDSA65), ROW_KEY(ABCI_KEY_SECP256K1ETH),
};
static const struct proto_message key_message =
    MESSAGE("PublicKey", struct abci_validator_update, key_fields);
static const struct proto_field validator_update_fields[] = {
    ROW_INLINE(1, key_message),
    ROW(2, PROTO_INT64, struct abci_validator_update, power),
};
const struct proto_message abci_validator_update_message =
    MESSAGE("ValidatorUpdate", struct abci_validator_update, validator_update_fields);

static const struct proto_field voter_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_vote, address),
    ROW(3, PROTO_INT64, struct abci_vote, power),
};
static const struct proto_message voter_message = MESSAGE("Validator", struct abci_vote, voter_fields);
static const struct proto_field vote_fields[] = {
    ROW_INLINE(1, voter_message),
    ROW(3, PROTO_INT32, struct abci_vote, flag),
};
static const struct proto_message vote_message = MESSAGE("VoteInfo", struct abci_vote, vote_fields);
static const struct proto_field extended_vote_fields[] = {
    ROW_INLINE(1, voter_message),
    ROW(3, PROTO_BYTES, struct abci_vote, extension),
    ROW(4, PROTO_BYTES, struct abci_vote, extension_signature),
    ROW(5, PROTO_INT32, struct abci_vote, flag),
};
static const struct proto_message extended_vote_message =
    MESSAGE("ExtendedVoteInfo", struct abci_vote, extended_vote_fields);
static const struct proto_field commit_fields[] = {
    ROW(1, PROTO_INT32, struct abci_commit_info, round),
    ROW_PARTS(2, struct abci_commit_info, votes, vote_message),
};
const struct proto_message abci_commit_info_message =
    MESSAGE("CommitInfo", struct abci_commit_info, commit_fields);
static const struct proto_field extended_commit_fields[] = {
    ROW(1, PROTO_INT32, struct abci_commit_info, round),
    ROW_PARTS(2, struct abci_commit_info, votes, extended_vote_message),
};
const struct proto_message abci_extended_commit_message =
    MESSAGE("ExtendedCommitInfo", struct abci_commit_info, extended_commit_fields);

static const struct proto_field offender_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_misbehavior, address),
    ROW(3, PROTO_INT64, struct abci_misbehavior, power),
};
static const struct proto_message offender_message =
    MESSAGE("Validator", struct abci_misbehavior, offender_fields);
static const struct proto_field misbehavior_fields[] = {
    ROW(1, PROTO_INT32, struct abci_misbehavior, type),
    ROW_INLINE(2, offender_message),
    ROW(3, PROTO_INT64, struct abci_misbehavior, height),
    ROW_PART(4, struct abci_misbehavior, time, abci_time_message),
    ROW(5, PROTO_INT64, struct abci_misbehavior, total_power),
};
const struct proto_message abci_misbehavior_message =
    MESSAGE("Misbehavior", struct abci_misbehavior, misbehavior_fields);

static const struct proto_field attribute_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_attribute, key),
    ROW(2, PROTO_BYTES, struct abci_attribute, value),
    ROW(3, PROTO_BOOL, struct abci_attribute, index),
};
static const struct proto_message attribute_message =
    MESSAGE("EventAttribute", struct abci_attribute, attribute_fields);
static const struct proto_field event_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_event, type),
    ROW_PARTS(2, struct abci_event, attributes, attribute_message),
};
const struct proto_message abci_event_message = MESSAGE("Event", struct abci_event, event_fields);
static const struct proto_field tx_result_fields[] = {
    ROW(1, PROTO_UINT32, struct abci_tx_result, code),
    ROW(2, PROTO_BYTES, struct abci_tx_result, data),
    ROW(3, PROTO_BYTES, struct abci_tx_result, log),
    ROW(4, PROTO_BYTES, struct abci_tx_result, info),
    ROW(5, PROTO_INT64, struct abci_tx_result, gas_wanted),
    ROW(6, PROTO_INT64, struct abci_tx_result, gas_used),
    ROW_PARTS(7, struct abci_tx_result, events, abci_event_message),
    ROW(8, PROTO_BYTES, struct abci_tx_result, codespace),
};
const struct proto_message abci_tx_result_message =
    MESSAGE("ExecTxResult", struct abci_tx_result, tx_result_fields);

static const struct proto_field snapshot_fields[] = {
    ROW(1, PROTO_UINT64, struct abci_snapshot, height),  ROW(2, PROTO_UINT32, struct abci_snapshot, format),
    ROW(3, PROTO_UINT32, struct abci_snapshot, chunks),  ROW(4, PROTO_BYTES, struct abci_snapshot, hash),
    ROW(5, PROTO_BYTES, struct abci_snapshot, metadata),
};
const struct proto_message abci_snapshot_message = MESSAGE("Snapshot", struct abci_snapshot, snapshot_fields);
