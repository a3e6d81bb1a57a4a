/* Usage records and rate cards as JSON, for files and command lines.
 *
 * Numbers that may pass 2^53 are strings of decimal digits. Every field shown is required, no other is
 * allowed; to_json writes exactly this, in this order, and from_json(to_json(x)) = x.
 *
 *   record  {"quantity": ["43000", ...], "last": [1], "service_ppm": 1000000, "renewable": "0", "co2_mg":
 * "0", "evidence": "<64 hex>", "salt": "<64 hex>"} card    {"slots": [{"net": "20", "gross": "24", "step":
 * 5000, "group": 1, "energy": true}, ...], "fixed": {"net": "0", "gross": "0"}, "minimum": {...}, "maximum":
 * {...}, "scale": "10000", "rounding": "half_even", "service_threshold_ppm": 0, "service_credit_ppm": 0,
 * "salt": "<64 hex>"}
 *
 * quantity and slots have up to eight entries, missing ones are unused; last lists the marked slots,
 * ascending. rounding is down, up, half_up or half_even. The salts are secrets: so is the text. */
#ifndef ROAM_USAGE_JSON_H
#define ROAM_USAGE_JSON_H

#include "buf.h"
#include "usage.h"

/* ROAM_E_FORMAT; ROAM_E_COUNT for more than eight entries; ROAM_E_RANGE for what usage_record_check or
 * usage_rate_card_check refuses; ROAM_E_LIMIT, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err usage_record_from_json(struct usage_record *out, const char *text, size_t size,
                                                   struct roam_diag *diag);
ROAM_MUST_USE enum roam_err usage_rate_card_from_json(struct usage_rate_card *out, const char *text,
                                                      size_t size, struct roam_diag *diag);

/* Appends; ROAM_E_LIMIT, ROAM_E_NOMEM of the buffer. */
ROAM_MUST_USE enum roam_err usage_record_to_json(struct roam_buf *out, const struct usage_record *record);
ROAM_MUST_USE enum roam_err usage_rate_card_to_json(struct roam_buf *out, const struct usage_rate_card *card);

#endif
