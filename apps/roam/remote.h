/* A ledger hosted by a node (roamd): read and written over HTTP. */
#ifndef ROAM_REMOTE_H
#define ROAM_REMOTE_H

#include <jansson.h>

#include "ledger.h"

struct remote;

/* url: "http://127.0.0.1:8740". Asks the node which ledger it hosts. ROAM_E_IO, ROAM_E_FORMAT (no roamd),
 * ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err remote_open(struct remote **out, const char *url, struct roam_diag *diag);
/* NULL is allowed. */
void remote_close(struct remote *remote);

/* For the reads of records.h; each read is a request. What cannot be read looks like a record that is not
 * there, and remote_failure says why. */
const struct ledger *remote_ledger(struct remote *remote);
/* ROAM_OK, or why a read has failed since the last call. */
ROAM_MUST_USE enum roam_err remote_failure(struct remote *remote, struct roam_diag *diag);

/* Submits and waits until the transaction is final. A node that is busy, or whose answer was lost, is asked
 * again with the same bytes, for half a minute: the transaction takes effect once. ROAM_E_VERIFY: the node
 * does not admit it (diag says why); ROAM_E_BUSY, ROAM_E_IO: the outcome is not known, submit the same again.
 */
ROAM_MUST_USE enum roam_err remote_submit(struct remote *remote, const uint8_t *bytes, size_t size,
                                          struct ledger_receipt *receipt, struct roam_diag *diag);

/* Name, id, height, app hash and circuits of the ledger; *out is the caller's reference. The errors of
 * fetch_json. */
ROAM_MUST_USE enum roam_err remote_status(struct remote *remote, json_t **out, struct roam_diag *diag);
/* A receipt as a receipt file, by the transaction's id in hexadecimal or by its index in decimals; *out is
 * the caller's reference. The errors of fetch_json. */
ROAM_MUST_USE enum roam_err remote_receipt(struct remote *remote, const char *which, json_t **out,
                                           struct roam_diag *diag);

#endif
