#include "abci_types.h"

/* Messages of one field. */
static const struct proto_field bytes_fields[] = {{1, PROTO_BYTES, 0, NULL, PROTO_NONZERO, 0, 0}};
static const struct proto_message exception = MESSAGE("ResponseException", struct abci_bytes, bytes_fields);
static const struct proto_message echo = MESSAGE("ResponseEcho", struct abci_bytes, bytes_fields);
static const struct proto_message load_chunk =
    MESSAGE("ResponseLoadSnapshotChunk", struct abci_bytes, bytes_fields);
static const struct proto_message extend_vote =
    MESSAGE("ResponseExtendVote", struct abci_bytes, bytes_fields);
static const struct proto_message flush = {"ResponseFlush", 0, NULL, 0, NULL};

static const struct proto_field enum_fields[] = {{1, PROTO_INT32, 0, NULL, PROTO_NONZERO, 0, 0}};
static const struct proto_message offer = MESSAGE("ResponseOfferSnapshot", int32_t, enum_fields);
static const struct proto_message process = MESSAGE("ResponseProcessProposal", int32_t, enum_fields);
static const struct proto_message verify_vote = MESSAGE("ResponseVerifyVoteExtension", int32_t, enum_fields);

static const struct proto_field code_fields[] = {{1, PROTO_UINT32, 0, NULL, PROTO_NONZERO, 0, 0}};
static const struct proto_message insert_tx = MESSAGE("ResponseInsertTx", uint32_t, code_fields);

static const struct proto_field txs_fields[] = {{1, PROTO_LIST_BYTES, 0, NULL, PROTO_NONZERO, 0, 0}};
static const struct proto_message prepare = MESSAGE("ResponsePrepareProposal", struct abci_list, txs_fields);
static const struct proto_message reap = MESSAGE("ResponseReapTxs", struct abci_list, txs_fields);

static const struct proto_field info_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_info_response, data),
    ROW(2, PROTO_BYTES, struct abci_info_response, version),
    ROW(3, PROTO_UINT64, struct abci_info_response, app_version),
    ROW(4, PROTO_INT64, struct abci_info_response, last_height),
    ROW(5, PROTO_BYTES, struct abci_info_response, last_app_hash),
};
static const struct proto_message info = MESSAGE("ResponseInfo", struct abci_info_response, info_fields);

static const struct proto_field init_chain_fields[] = {
    {1, PROTO_MESSAGE, offsetof(struct abci_init_chain_response, params), &abci_params_message, PROTO_NONZERO,
     0, 0},
    ROW_PARTS(2, struct abci_init_chain_response, validators, abci_validator_update_message),
    ROW(3, PROTO_BYTES, struct abci_init_chain_response, app_hash),
};
static const struct proto_message init_chain =
    MESSAGE("ResponseInitChain", struct abci_init_chain_response, init_chain_fields);

static const struct proto_field proof_op_fields[] = {
    ROW(1, PROTO_BYTES, struct abci_proof_op, type),
    ROW(2, PROTO_BYTES, struct abci_proof_op, key),
    ROW(3, PROTO_BYTES, struct abci_proof_op, data),
};
static const struct proto_message proof_op = MESSAGE("ProofOp", struct abci_proof_op, proof_op_fields);
static const struct proto_field proof_ops_fields[] = {
    ROW_PARTS(1, struct abci_query_response, proof_ops, proof_op),
};
static const struct proto_message proof_ops =
    MESSAGE("ProofOps", struct abci_query_response, proof_ops_fields);
static const struct proto_field query_fields[] = {
    ROW(1, PROTO_UINT32, struct abci_query_response, code),
    ROW(3, PROTO_BYTES, struct abci_query_response, log),
    ROW(4, PROTO_BYTES, struct abci_query_response, info),
    ROW(5, PROTO_INT64, struct abci_query_response, index),
    ROW(6, PROTO_BYTES, struct abci_query_response, key),
    ROW(7, PROTO_BYTES, struct abci_query_response, value),
    {8, PROTO_MESSAGE, 0, &proof_ops, PROTO_NONZERO, 0, 0},
    ROW(9, PROTO_INT64, struct abci_query_response, height),
    ROW(10, PROTO_BYTES, struct abci_query_response, codespace),
};
static const struct proto_message query = MESSAGE("ResponseQuery", struct abci_query_response, query_fields);

static const struct proto_field commit_fields[] = {
    ROW(3, PROTO_INT64, struct abci_commit_response, retain_height),
};
static const struct proto_message commit =
    MESSAGE("ResponseCommit", struct abci_commit_response, commit_fields);
static const struct proto_field snapshots_fields[] = {
    ROW_PARTS(1, struct abci_snapshots, at, abci_snapshot_message),
};
static const struct proto_message list_snapshots =
    MESSAGE("ResponseListSnapshots", struct abci_snapshots, snapshots_fields);
static const struct proto_field apply_chunk_fields[] = {
    ROW(1, PROTO_INT32, struct abci_apply_chunk_response, result),
    ROW(2, PROTO_LIST_UINT32, struct abci_apply_chunk_response, refetch),
    ROW(3, PROTO_LIST_BYTES, struct abci_apply_chunk_response, reject_senders),
};
static const struct proto_message apply_chunk =
    MESSAGE("ResponseApplySnapshotChunk", struct abci_apply_chunk_response, apply_chunk_fields);

static const struct proto_field finalize_fields[] = {
    ROW_PARTS(1, struct abci_finalize_response, events, abci_event_message),
    ROW_PARTS(2, struct abci_finalize_response, results, abci_tx_result_message),
    ROW_PARTS(3, struct abci_finalize_response, validators, abci_validator_update_message),
    {4, PROTO_MESSAGE, offsetof(struct abci_finalize_response, params), &abci_params_message, PROTO_NONZERO,
     0, 0},
    ROW(5, PROTO_BYTES, struct abci_finalize_response, app_hash),
};
static const struct proto_message finalize =
    MESSAGE("ResponseFinalizeBlock", struct abci_finalize_response, finalize_fields);

/* A response's number is its request's and one more. */
#define ROW_METHOD(method_, member, message)                                                                 \
    {                                                                                                        \
        (method_) + 1, PROTO_MESSAGE, offsetof(struct abci_response, member), &(message), PROTO_CHOICE,      \
            offsetof(struct abci_response, method), (method_)                                                \
    }
static const struct proto_field response_fields[] = {
    {1, PROTO_MESSAGE, offsetof(struct abci_response, exception), &exception, PROTO_CHOICE,
     offsetof(struct abci_response, method), ABCI_EXCEPTION},
    ROW_METHOD(ABCI_ECHO, echo, echo),
    ROW_METHOD(ABCI_FLUSH, echo, flush),
    ROW_METHOD(ABCI_INFO, info, info),
    ROW_METHOD(ABCI_INIT_CHAIN, init_chain, init_chain),
    ROW_METHOD(ABCI_QUERY, query, query),
    ROW_METHOD(ABCI_CHECK_TX, check_tx, abci_tx_result_message),
    ROW_METHOD(ABCI_COMMIT, commit, commit),
    ROW_METHOD(ABCI_LIST_SNAPSHOTS, snapshots, list_snapshots),
    ROW_METHOD(ABCI_OFFER_SNAPSHOT, offer, offer),
    ROW_METHOD(ABCI_LOAD_CHUNK, chunk, load_chunk),
    ROW_METHOD(ABCI_APPLY_CHUNK, apply_chunk, apply_chunk),
    ROW_METHOD(ABCI_PREPARE_PROPOSAL, txs, prepare),
    ROW_METHOD(ABCI_PROCESS_PROPOSAL, verdict, process),
    ROW_METHOD(ABCI_EXTEND_VOTE, extend_vote, extend_vote),
    ROW_METHOD(ABCI_VERIFY_VOTE, verdict, verify_vote),
    ROW_METHOD(ABCI_FINALIZE, finalize, finalize),
    ROW_METHOD(ABCI_INSERT_TX, code, insert_tx),
    ROW_METHOD(ABCI_REAP_TXS, txs, reap),
};
const struct proto_message abci_response_message = MESSAGE("Response", struct abci_response, response_fields);
