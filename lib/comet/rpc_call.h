/* One JSON-RPC call over HTTP. Private to lib/comet. */
#ifndef COMET_RPC_CALL_H
#define COMET_RPC_CALL_H

#include "comet_rpc.h"

/* Begins a call: {"jsonrpc":"2.0","id":..,"method":..,"params": is written to the request, and the caller
 * appends the parameters' object. */
ROAM_MUST_USE enum roam_err comet_rpc_begin(struct comet_rpc *rpc, const char *method,
                                            struct roam_buf **request);
/* Sends it. *result belongs to *document, which the caller decrefs. */
ROAM_MUST_USE enum roam_err comet_rpc_send(struct comet_rpc *rpc, json_t **document, const json_t **result,
                                           struct roam_diag *diag);
/* Puts URL and method before what diag says; returns err. */
enum roam_err comet_rpc_explain(struct comet_rpc *rpc, enum roam_err err, struct roam_diag *diag);

#endif
