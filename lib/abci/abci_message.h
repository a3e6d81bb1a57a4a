/* Requests and responses of ABCI 2.0 as messages: what abci_server.h reads and writes, and what a client or a
 * simulator of CometBFT writes and reads. Written bytes are those of CometBFT's Go code, but for a message
 * that is there without content where Go distinguishes that from one that is not there (consensus parameters,
 * proof operations, an offered snapshot).
 *
 * Source: CometBFT v0.38.25 and v0.40.0, proto/tendermint/abci/types.proto. */
#ifndef ABCI_MESSAGE_H
#define ABCI_MESSAGE_H

#include "abci.h"
#include "proto_wire.h"

/* The numbers of the requests; responses are known by that of their request. */
enum abci_method {
    ABCI_NONE = 0,
    ABCI_ECHO = 1,
    ABCI_FLUSH = 2,
    ABCI_INFO = 3,
    ABCI_INIT_CHAIN = 5,
    ABCI_QUERY = 6,
    ABCI_CHECK_TX = 8,
    ABCI_COMMIT = 11,
    ABCI_LIST_SNAPSHOTS = 12,
    ABCI_OFFER_SNAPSHOT = 13,
    ABCI_LOAD_CHUNK = 14,
    ABCI_APPLY_CHUNK = 15,
    ABCI_PREPARE_PROPOSAL = 16,
    ABCI_PROCESS_PROPOSAL = 17,
    ABCI_EXTEND_VOTE = 18,
    ABCI_VERIFY_VOTE = 19,
    ABCI_FINALIZE = 20,
    ABCI_INSERT_TX = 21,
    ABCI_REAP_TXS = 22,
    ABCI_EXCEPTION = 23, /* a response only */
};

struct abci_offer_request {
    struct abci_snapshot snapshot;
    struct abci_bytes app_hash;
};
struct abci_request {
    int32_t method; /* enum abci_method; says which member is there */
    union {
        struct abci_bytes echo;
        struct abci_info_request info;
        struct abci_init_chain_request init_chain;
        struct abci_query_request query;
        struct abci_check_tx_request check_tx;
        struct abci_offer_request offer;
        struct abci_load_chunk_request load_chunk;
        struct abci_apply_chunk_request apply_chunk;
        struct abci_block block; /* PrepareProposal, ProcessProposal, ExtendVote, FinalizeBlock */
        struct abci_verify_vote_request verify_vote;
        struct abci_bytes tx; /* InsertTx */
        struct abci_reap_request reap;
    };
};

enum abci_verdict { ABCI_VERDICT_UNKNOWN, ABCI_ACCEPT, ABCI_REJECT };
struct abci_snapshots {
    const struct abci_snapshot *at;
    size_t count;
};
struct abci_response {
    int32_t method; /* that of the request, or ABCI_EXCEPTION */
    union {
        struct abci_bytes exception, echo;
        struct abci_info_response info;
        struct abci_init_chain_response init_chain;
        struct abci_query_response query;
        struct abci_tx_result check_tx;
        struct abci_commit_response commit;
        struct abci_snapshots snapshots;
        int32_t offer; /* enum abci_offer_result */
        struct abci_bytes chunk;
        struct abci_apply_chunk_response apply_chunk;
        struct abci_list txs; /* PrepareProposal, ReapTxs */
        int32_t verdict;      /* enum abci_verdict; ProcessProposal, VerifyVoteExtension */
        struct abci_extend_vote_response extend_vote;
        struct abci_finalize_response finalize;
        uint32_t code; /* InsertTx */
    };
};

/* For proto_read, proto_size and proto_write. A message that is none of the above reads as ABCI_NONE. */
extern const struct proto_message abci_request_message;  /* struct abci_request */
extern const struct proto_message abci_response_message; /* struct abci_response */

#endif
