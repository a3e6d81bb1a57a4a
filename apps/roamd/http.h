/* roamd's HTTP interface.
 *
 *   POST /v1/transactions     body: one transaction or a parcel; answered when all are
 *                             executed and durable: 200 and the receipts, in order. With
 *                             Accept: application/octet-stream serialised, else JSON
 *   GET  /v1/status           ledger, height, app hash
 *   GET  /v1/receipts/ID      a transaction's receipt (or that of an index, in decimals) as
 *                             a receipt file, and decoded
 *   GET  /v1/records/KEY      a record's value (records.h), its key in hexadecimal; octets
 *   GET  /v1/sessions/ID      a session's record
 *   GET  /v1/agreements/ID    an agreement's record
 *   GET  /metrics             Prometheus
 *   GET  /healthz             200 while blocks can be made durable
 *
 * Errors are {"error": name, "text": why}: 400 malformed, 404 not found, 413 too large, 422 a transaction
 * that the ledger would not admit ("index" and "outcome" say which and why; nothing was taken, unless there
 * are "receipts": then it has become inadmissible while it waited, and these are of the others, null where
 * there is none), 503 busy (overload, or no CometBFT to order it): try again after Retry-After seconds,
 * nothing was taken, 504 the outcome is not known yet: send the same again to learn. A transaction takes
 * effect once, however often it is sent: its id is the idempotency key. */
#ifndef ROAMD_HTTP_H
#define ROAMD_HTTP_H

#include "node.h"

struct http;

/* listen: "HOST:PORT", "[HOST]:PORT". node outlives it. ROAM_E_FORMAT, ROAM_E_BUSY (address in use),
 * ROAM_E_IO. */
ROAM_MUST_USE enum roam_err http_start(struct http **out, struct node *node, const char *listen,
                                       unsigned threads, struct roam_diag *diag);
/* All submissions must have been answered (inbox_give_up). NULL is allowed. */
void http_stop(struct http *http);

#endif
