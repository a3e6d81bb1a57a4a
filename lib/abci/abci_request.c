#include "abci_types.h"

static const struct proto_field echo_fields[] = {{1, PROTO_BYTES, 0, NULL, PROTO_NONZERO, 0, 0}};
static const struct proto_message echo = MESSAGE("RequestEcho", struct abci_bytes, echo_fields);
static const struct proto_message insert_tx = MESSAGE("RequestInsertTx", struct abci_bytes, echo_fields);
static const struct proto_message flush = {"RequestFlush", 0, NULL, 0, NULL};
static const struct proto_message commit = {"RequestCommit", 0, NULL, 0, NULL};
static const struct proto_message list_snapshots = {"RequestListSnapshots", 0, NULL, 0, NULL};

static const struct proto_field info_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_info_request, version),
    ROW(2, PROTO_UINT64, struct abci_info_request, block_version),
    ROW(3, PROTO_UINT64, struct abci_info_request, p2p_version),
    ROW(4, PROTO_BYTES, struct abci_info_request, abci_version),
};
static const struct proto_message info = MESSAGE("RequestInfo", struct abci_info_request, info_fields);

static const struct proto_field init_chain_fields[] = {
    ROW_PART(1, struct abci_init_chain_request, time, abci_time_message),
    ROW(2, PROTO_BYTES, struct abci_init_chain_request, chain_id),
    {3, PROTO_MESSAGE, offsetof(struct abci_init_chain_request, params), &abci_params_message, PROTO_NONZERO,
     0, 0},
    ROW_PARTS(4, struct abci_init_chain_request, validators, abci_validator_update_message),
    ROW(5, PROTO_BYTES, struct abci_init_chain_request, app_state),
    ROW(6, PROTO_INT64, struct abci_init_chain_request, initial_height),
};
static const struct proto_message init_chain =
    MESSAGE("RequestInitChain", struct abci_init_chain_request, init_chain_fields);

static const struct proto_field query_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_query_request, data),
    ROW(2, PROTO_BYTES, struct abci_query_request, path),
    ROW(3, PROTO_INT64, struct abci_query_request, height),
    ROW(4, PROTO_BOOL, struct abci_query_request, prove),
};
static const struct proto_message query = MESSAGE("RequestQuery", struct abci_query_request, query_fields);

static const struct proto_field check_tx_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_check_tx_request, tx),
    ROW(2, PROTO_BOOL, struct abci_check_tx_request, recheck), /* enum: New 0, Recheck 1 */
};
static const struct proto_message check_tx =
    MESSAGE("RequestCheckTx", struct abci_check_tx_request, check_tx_fields);

static const struct proto_field offer_fields[] = {
    {1, PROTO_MESSAGE, offsetof(struct abci_offer_request, snapshot), &abci_snapshot_message, PROTO_NONZERO,
     0, 0},
    ROW(2, PROTO_BYTES, struct abci_offer_request, app_hash),
};
static const struct proto_message offer =
    MESSAGE("RequestOfferSnapshot", struct abci_offer_request, offer_fields);
static const struct proto_field load_chunk_fields[] = {
    ROW(1, PROTO_UINT64, struct abci_load_chunk_request, height),
    ROW(2, PROTO_UINT32, struct abci_load_chunk_request, format),
    ROW(3, PROTO_UINT32, struct abci_load_chunk_request, chunk),
};
static const struct proto_message load_chunk =
    MESSAGE("RequestLoadSnapshotChunk", struct abci_load_chunk_request, load_chunk_fields);
static const struct proto_field apply_chunk_fields[] = {
    ROW(1, PROTO_UINT32, struct abci_apply_chunk_request, index),
    ROW(2, PROTO_BYTES, struct abci_apply_chunk_request, chunk),
    ROW(3, PROTO_BYTES, struct abci_apply_chunk_request, sender),
};
static const struct proto_message apply_chunk =
    MESSAGE("RequestApplySnapshotChunk", struct abci_apply_chunk_request, apply_chunk_fields);

/* One structure, four numberings. */
#define BLOCK struct abci_block
static const struct proto_field prepare_fields[] = {
    ROW(1, PROTO_INT64, BLOCK, max_tx_bytes),
    ROW(2, PROTO_LIST_BYTES, BLOCK, txs),
    ROW_PART(3, BLOCK, last_commit, abci_extended_commit_message),
    ROW_PARTS(4, BLOCK, misbehavior, abci_misbehavior_message),
    ROW(5, PROTO_INT64, BLOCK, height),
    ROW_PART(6, BLOCK, time, abci_time_message),
    ROW(7, PROTO_BYTES, BLOCK, next_validators_hash),
    ROW(8, PROTO_BYTES, BLOCK, proposer_address),
};
static const struct proto_message prepare = MESSAGE("RequestPrepareProposal", BLOCK, prepare_fields);
static const struct proto_field process_fields[] = {
    ROW(1, PROTO_LIST_BYTES, BLOCK, txs),
    ROW_PART(2, BLOCK, last_commit, abci_commit_info_message),
    ROW_PARTS(3, BLOCK, misbehavior, abci_misbehavior_message),
    ROW(4, PROTO_BYTES, BLOCK, hash),
    ROW(5, PROTO_INT64, BLOCK, height),
    ROW_PART(6, BLOCK, time, abci_time_message),
    ROW(7, PROTO_BYTES, BLOCK, next_validators_hash),
    ROW(8, PROTO_BYTES, BLOCK, proposer_address),
};
static const struct proto_message process = MESSAGE("RequestProcessProposal", BLOCK, process_fields);
static const struct proto_message finalize = MESSAGE("RequestFinalizeBlock", BLOCK, process_fields);
static const struct proto_field extend_fields[] = {
    ROW(1, PROTO_BYTES, BLOCK, hash),
    ROW(2, PROTO_INT64, BLOCK, height),
    ROW_PART(3, BLOCK, time, abci_time_message),
    ROW(4, PROTO_LIST_BYTES, BLOCK, txs),
    ROW_PART(5, BLOCK, last_commit, abci_commit_info_message),
    ROW_PARTS(6, BLOCK, misbehavior, abci_misbehavior_message),
    ROW(7, PROTO_BYTES, BLOCK, next_validators_hash),
    ROW(8, PROTO_BYTES, BLOCK, proposer_address),
};
static const struct proto_message extend_vote = MESSAGE("RequestExtendVote", BLOCK, extend_fields);

static const struct proto_field verify_vote_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_verify_vote_request, hash),
    ROW(2, PROTO_BYTES, struct abci_verify_vote_request, address),
    ROW(3, PROTO_INT64, struct abci_verify_vote_request, height),
    ROW(4, PROTO_BYTES, struct abci_verify_vote_request, extension),
};
static const struct proto_message verify_vote =
    MESSAGE("RequestVerifyVoteExtension", struct abci_verify_vote_request, verify_vote_fields);
static const struct proto_field reap_fields[] = {
    ROW(1, PROTO_UINT64, struct abci_reap_request, max_bytes),
    ROW(2, PROTO_UINT64, struct abci_reap_request, max_gas),
};
static const struct proto_message reap = MESSAGE("RequestReapTxs", struct abci_reap_request, reap_fields);

#define ROW_METHOD(method_, member, message)                                                                 \
    {                                                                                                        \
        (method_), PROTO_MESSAGE, offsetof(struct abci_request, member), &(message), PROTO_CHOICE,           \
            offsetof(struct abci_request, method), (method_)                                                 \
    }
static const struct proto_field request_fields[] = {
    ROW_METHOD(ABCI_ECHO, echo, echo),
    ROW_METHOD(ABCI_FLUSH, echo, flush),
    ROW_METHOD(ABCI_INFO, info, info),
    ROW_METHOD(ABCI_INIT_CHAIN, init_chain, init_chain),
    ROW_METHOD(ABCI_QUERY, query, query),
    ROW_METHOD(ABCI_CHECK_TX, check_tx, check_tx),
    ROW_METHOD(ABCI_COMMIT, echo, commit),
    ROW_METHOD(ABCI_LIST_SNAPSHOTS, echo, list_snapshots),
    ROW_METHOD(ABCI_OFFER_SNAPSHOT, offer, offer),
    ROW_METHOD(ABCI_LOAD_CHUNK, load_chunk, load_chunk),
    ROW_METHOD(ABCI_APPLY_CHUNK, apply_chunk, apply_chunk),
    ROW_METHOD(ABCI_PREPARE_PROPOSAL, block, prepare),
    ROW_METHOD(ABCI_PROCESS_PROPOSAL, block, process),
    ROW_METHOD(ABCI_EXTEND_VOTE, block, extend_vote),
    ROW_METHOD(ABCI_VERIFY_VOTE, verify_vote, verify_vote),
    ROW_METHOD(ABCI_FINALIZE, block, finalize),
    ROW_METHOD(ABCI_INSERT_TX, tx, insert_tx),
    ROW_METHOD(ABCI_REAP_TXS, reap, reap),
};
const struct proto_message abci_request_message = MESSAGE("Request", struct abci_request, request_fields);
