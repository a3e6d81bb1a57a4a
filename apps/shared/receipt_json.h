/* Receipts in JSON, as the command line and the node give them. Out of memory: NULL, or members are missing.
 */
#ifndef APPS_RECEIPT_JSON_H
#define APPS_RECEIPT_JSON_H

#include <jansson.h>

#include "store.h"

json_t *json_bytes(const uint8_t *bytes, size_t size);
json_t *json_receipt(const struct ledger_receipt *receipt);

/* The receipt file of a receipt of this store: its bytes, its inclusion proof, and the parts of the head that
 * the proof leads to. *out is the caller's reference. The errors of store_receipt_prove; ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err receipt_file_json(struct store *store, const struct ledger_receipt *receipt,
                                              json_t **out);

#endif
