/* ABCI 2.0, the interface between CometBFT (v0.38 to v0.40) and an application: requests, responses and the
 * functions an application implements. abci_server.h serves them on a socket.
 *
 * Names and meaning are those of CometBFT's proto/tendermint/abci/types.proto. What a request points to lives
 * until the call returns. What a response points to must live until the response is written: take it from the
 * call with abci_take, or own it. A field left zero is the default value.
 *
 * CometBFT opens four connections (consensus, mempool, query, snapshot); each is served by a thread of its
 * own, its calls one after the other. So calls of different connections overlap; Info and Echo come on any of
 * them. A 0.38 node makes consensus calls in the order InitChain (once), then for each height
 * PrepareProposal and ProcessProposal any number of times, FinalizeBlock, Commit. */
#ifndef ABCI_H
#define ABCI_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes or text; {NULL, 0} if empty. */
struct abci_bytes {
    const uint8_t *at;
    size_t size;
};
struct abci_list {
    const struct abci_bytes *at;
    size_t count;
};
struct abci_time { /* since 1970; ns in 0 .. 999999999 */
    int64_t s;
    int32_t ns;
};

enum abci_key_type {
    ABCI_KEY_NONE,
    ABCI_KEY_ED25519,
    ABCI_KEY_SECP256K1,
    ABCI_KEY_BLS12381, /* this one and those below: CometBFT after 0.38 */
    ABCI_KEY_MLDSA65,
    ABCI_KEY_SECP256K1ETH
};
/* A validator by its public key; power 0 removes it. */
struct abci_validator_update {
    enum abci_key_type type;
    struct abci_bytes key;
    int64_t power;
};
struct abci_validator_updates {
    const struct abci_validator_update *at;
    size_t count;
};
/* Each part is sent only if it is there. */
struct abci_params {
    bool has_block, has_evidence, has_validator, has_version, has_abci, has_authority;
    int64_t block_max_bytes, block_max_gas; /* max_bytes -1: no limit but 100 MB */
    int64_t evidence_max_age_blocks, evidence_max_bytes;
    struct abci_time evidence_max_age;
    struct abci_list key_types; /* "ed25519" */
    uint64_t app_version;
    int64_t vote_extensions_enable_height;
    struct abci_bytes authority; /* CometBFT after 0.38 */
};

enum abci_block_id_flag { ABCI_FLAG_UNKNOWN, ABCI_FLAG_ABSENT, ABCI_FLAG_COMMIT, ABCI_FLAG_NIL };
struct abci_vote {
    struct abci_bytes address;
    int64_t power;
    int32_t flag;                                     /* enum abci_block_id_flag */
    struct abci_bytes extension, extension_signature; /* PrepareProposal's last commit only */
};
struct abci_commit_info {
    int32_t round;
    const struct abci_vote *votes;
    size_t vote_count;
};
enum abci_misbehavior_type { ABCI_MISBEHAVIOR_UNKNOWN, ABCI_DUPLICATE_VOTE, ABCI_LIGHT_CLIENT_ATTACK };
struct abci_misbehavior {
    int32_t type; /* enum abci_misbehavior_type */
    struct abci_bytes address;
    int64_t power, height, total_power;
    struct abci_time time;
};
struct abci_misbehaviors {
    const struct abci_misbehavior *at;
    size_t count;
};

struct abci_attribute {
    struct abci_bytes key, value;
    bool index;
};
struct abci_event {
    struct abci_bytes type;
    const struct abci_attribute *attributes;
    size_t attribute_count;
};
struct abci_events {
    const struct abci_event *at;
    size_t count;
};
/* Of CheckTx and of each transaction of a block. code 0: good. Of a block's results code, data and gas enter
 * the next header's last_results_hash and must be the same on all nodes. */
struct abci_tx_result {
    uint32_t code;
    struct abci_bytes data, log, info, codespace;
    int64_t gas_wanted, gas_used;
    struct abci_events events;
};

struct abci_snapshot {
    uint64_t height;
    uint32_t format, chunks;
    struct abci_bytes hash, metadata;
};

struct abci_info_request {
    struct abci_bytes version, abci_version;
    uint64_t block_version, p2p_version;
};
struct abci_info_response {
    struct abci_bytes data, version;
    uint64_t app_version;
    int64_t last_height;
    struct abci_bytes last_app_hash;
};
struct abci_init_chain_request {
    struct abci_time time;
    struct abci_bytes chain_id, app_state;
    struct abci_params params;
    struct abci_validator_updates validators;
    int64_t initial_height;
};
struct abci_init_chain_response {
    struct abci_params params;
    struct abci_validator_updates validators; /* none: those of the request */
    struct abci_bytes app_hash;
};
struct abci_query_request {
    struct abci_bytes data, path;
    int64_t height; /* 0: the latest */
    bool prove;
};
struct abci_proof_op {
    struct abci_bytes type, key, data;
};
struct abci_query_response {
    uint32_t code;
    struct abci_bytes log, info, key, value, codespace;
    int64_t index, height;
    const struct abci_proof_op *proof_ops;
    size_t proof_op_count;
};
struct abci_check_tx_request {
    struct abci_bytes tx;
    bool recheck;
};
struct abci_commit_response {
    int64_t retain_height; /* blocks below may be dropped; 0: keep all */
};

/* A block that is proposed, voted on or decided. PrepareProposal: time is the proposal's, hash empty. */
struct abci_block {
    struct abci_list txs;
    struct abci_commit_info last_commit;
    struct abci_misbehaviors misbehavior;
    struct abci_bytes hash, next_validators_hash, proposer_address;
    int64_t height;
    struct abci_time time;
    int64_t max_tx_bytes; /* PrepareProposal only: the answer's transactions, encoded, must fit */
};
struct abci_extend_vote_response {
    struct abci_bytes extension;
};
struct abci_verify_vote_request {
    struct abci_bytes hash, address, extension;
    int64_t height;
};
struct abci_finalize_response {
    struct abci_events events;
    const struct abci_tx_result *results; /* one for each transaction */
    size_t result_count;
    struct abci_validator_updates validators;
    struct abci_params params;
    struct abci_bytes app_hash;
};

enum abci_offer_result {
    ABCI_OFFER_UNKNOWN,
    ABCI_OFFER_ACCEPT,
    ABCI_OFFER_ABORT,
    ABCI_OFFER_REJECT,
    ABCI_OFFER_REJECT_FORMAT,
    ABCI_OFFER_REJECT_SENDER
};
struct abci_load_chunk_request {
    uint64_t height;
    uint32_t format, chunk;
};
struct abci_apply_chunk_request {
    uint32_t index;
    struct abci_bytes chunk, sender;
};
enum abci_apply_result {
    ABCI_APPLY_UNKNOWN,
    ABCI_APPLY_ACCEPT,
    ABCI_APPLY_ABORT,
    ABCI_APPLY_RETRY,
    ABCI_APPLY_RETRY_SNAPSHOT,
    ABCI_APPLY_REJECT_SNAPSHOT
};
struct abci_apply_chunk_response {
    enum abci_apply_result result;
    const uint32_t *refetch;
    size_t refetch_count;
    struct abci_list reject_senders;
};
/* Application mempool (CometBFT 0.40, mempool.type = "app"): check_tx has the transactions of this node's
 * clients, insert_tx those of other nodes and returns a code (0: taken, from 32000 on: later perhaps);
 * reap_txs gives what is to be sent to other nodes, each once. A proposal's request has no transactions then.
 */
struct abci_reap_request {
    uint64_t max_bytes, max_gas;
};

/* One call in progress: memory for its response. */
struct abci_call;
/* size bytes, aligned to 16, that live until the response is written; NULL if there is no memory, after which
 * the function may return anything: the answer is an exception. */
ROAM_API void *abci_take(struct abci_call *call, size_t size);
/* Answers with an exception instead of a response: CometBFT then stops. For what must not go on: a block that
 * cannot be executed, a store that cannot be written. The text is copied. */
ROAM_API void abci_fail(struct abci_call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An application. A function left NULL answers as follows: info an empty response; check_tx code 0;
 * prepare_proposal the transactions of the request, in order, as many as fit; process_proposal accept;
 * extend_vote an empty extension; verify_vote accept if empty, else reject; list_snapshots none;
 * offer_snapshot abort; load_chunk an empty chunk; apply_chunk abort; insert_tx code 1; reap_txs none;
 * init_chain, query, commit the empty response; finalize must be there. */
struct abci_app {
    void *context;
    void (*info)(void *context, struct abci_call *call, const struct abci_info_request *in,
                 struct abci_info_response *out);
    void (*init_chain)(void *context, struct abci_call *call, const struct abci_init_chain_request *in,
                       struct abci_init_chain_response *out);
    void (*query)(void *context, struct abci_call *call, const struct abci_query_request *in,
                  struct abci_query_response *out);
    void (*check_tx)(void *context, struct abci_call *call, const struct abci_check_tx_request *in,
                     struct abci_tx_result *out);
    void (*prepare_proposal)(void *context, struct abci_call *call, const struct abci_block *in,
                             struct abci_list *txs);
    bool (*process_proposal)(void *context, struct abci_call *call, const struct abci_block *in);
    void (*extend_vote)(void *context, struct abci_call *call, const struct abci_block *in,
                        struct abci_extend_vote_response *out);
    bool (*verify_vote)(void *context, struct abci_call *call, const struct abci_verify_vote_request *in);
    void (*finalize)(void *context, struct abci_call *call, const struct abci_block *in,
                     struct abci_finalize_response *out);
    void (*commit)(void *context, struct abci_call *call, struct abci_commit_response *out);
    void (*list_snapshots)(void *context, struct abci_call *call, const struct abci_snapshot **out,
                           size_t *count);
    enum abci_offer_result (*offer_snapshot)(void *context, struct abci_call *call,
                                             const struct abci_snapshot *snapshot,
                                             struct abci_bytes app_hash);
    void (*load_chunk)(void *context, struct abci_call *call, const struct abci_load_chunk_request *in,
                       struct abci_bytes *chunk);
    void (*apply_chunk)(void *context, struct abci_call *call, const struct abci_apply_chunk_request *in,
                        struct abci_apply_chunk_response *out);
    uint32_t (*insert_tx)(void *context, struct abci_call *call, struct abci_bytes tx);
    void (*reap_txs)(void *context, struct abci_call *call, const struct abci_reap_request *in,
                     struct abci_list *txs);
};

#endif
