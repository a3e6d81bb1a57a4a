/* A client of CometBFT's JSON-RPC over HTTP. What a node answers is parsed strictly and otherwise not
 * believed; comet_light.h judges it.
 *
 * A connection is kept alive between calls. One thread uses a client at a time. Every call may return, with
 * the URL, the method and the cause in diag: ROAM_E_IO        no connection, the time is over, another HTTP
 * status, an error that is not named below ROAM_E_LIMIT     the answer is larger than response_max; the node
 * finds the transaction too large ROAM_E_FORMAT    the answer is not JSON-RPC, or not what the method answers
 *   ROAM_E_NOTFOUND  the node has no such height: not yet, or no longer
 *   ROAM_E_EXISTS    the node has this transaction already
 *   ROAM_E_BUSY      the node's mempool is full
 *   ROAM_E_NOMEM */
#ifndef COMET_RPC_H
#define COMET_RPC_H

#include "comet_proof.h"

struct comet_rpc;

/* url: "http://host:port" or https; nothing is sent yet. timeout_ms: for each call as a whole, > 0.
 * ROAM_E_FORMAT (another scheme), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err comet_rpc_open(struct comet_rpc **out, const char *url, unsigned timeout_ms,
                                           size_t response_max, struct roam_diag *diag);
/* NULL is allowed. */
void comet_rpc_close(struct comet_rpc *rpc);
/* Room for a commit and validators of full size many times over, and for an ordinary genesis. */
enum { COMET_RPC_RESPONSE_MAX = 16 << 20 };

ROAM_MUST_USE enum roam_err comet_rpc_status(struct comet_rpc *rpc, struct comet_status *out,
                                             struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_rpc_genesis(struct comet_rpc *rpc, struct comet_genesis *out,
                                              struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_rpc_commit(struct comet_rpc *rpc, int64_t height,
                                             struct comet_header *header, struct comet_commit *commit,
                                             struct roam_diag *diag);
/* The whole set, page by page. */
ROAM_MUST_USE enum roam_err comet_rpc_validators(struct comet_rpc *rpc, int64_t height,
                                                 struct comet_validators *out, struct roam_diag *diag);
/* Commit and validators of a height, for comet_proof_build; rpc outlives the source. */
struct comet_source comet_rpc_source(struct comet_rpc *rpc);

/* COMET_ASYNC answers at once; COMET_SYNC when the application has checked the transaction. Neither waits for
 * a block. */
enum comet_broadcast { COMET_ASYNC, COMET_SYNC };
struct comet_checked {
    uint32_t code; /* 0: the application's check let it pass */
    uint8_t hash[COMET_HASH_SIZE];
    char log[200]; /* cut; printable ASCII, '?' for the rest */
};
ROAM_MUST_USE enum roam_err comet_rpc_broadcast(struct comet_rpc *rpc, enum comet_broadcast mode,
                                                const uint8_t *tx, size_t size, struct comet_checked *out,
                                                struct roam_diag *diag);

/* Asks the application. height 0: its latest state. The answer's value is put into *value, which begins
 * empty; ROAM_E_LIMIT if its maximum is too small. Nothing here is proven. */
struct comet_answer {
    uint32_t code;
    int64_t height;
    char log[200]; /* as above */
};
ROAM_MUST_USE enum roam_err comet_rpc_query(struct comet_rpc *rpc, const char *path, const uint8_t *data,
                                            size_t size, int64_t height, struct comet_answer *out,
                                            struct roam_buf *value, struct roam_diag *diag);

#endif
