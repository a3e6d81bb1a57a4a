/* Telecom usage as three counters: messages, data, voice.
 *
 * Slots of the record and the card: 0 messages (events), 1 data (octets; 1 MB = 10^6), 2 voice (1/25 s). No
 * steps: a network that bills per started minute or kilobyte counts them so, or writes its own card in the
 * form of usage_json.h.
 *
 * Two forms of JSON; numbers are decimal strings, every field is required unless marked, no other is allowed:
 *
 *   usage   {"sms": "3", "mb": "120.5", "minutes": "12.2", "service_ppm": 999000 (optional, else 10^6)}
 *   rates   {"decimals": 2, "sms": "0.09", "mb": "0.0012", "minutes": "0.05", "tax_percent": "19" (optional),
 *            "rounding": "half_up"}                  prices per unit in the currency, decimals of its minor
 * unit 0..9
 *
 *   plain   {"T": "...", "hashCDR": "...", "r_sms": "...", "r_mb": "...", "r_voice": "...", "n_sms": "...",
 * "n_mb": "...", "n_min": "..."}: the inputs of B5GRoam's statement, integers, rates in minor units; T must
 * be the total, hashCDR (optional) is not looked at
 *
 * Salts are left 0 for the caller; evidence is the SHA-256 of the text. */
#ifndef ROAM_TELECOM_H
#define ROAM_TELECOM_H

#include "usage.h"

/* ROAM_E_FORMAT; ROAM_E_RANGE for negative, too large or too fine numbers (voice to 1/25 s, data to the
 * octet); ROAM_E_LIMIT, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err telecom_usage_parse(struct usage_record *out, const char *text, size_t size,
                                                struct roam_diag *diag);

/* Also ROAM_E_UNSUPPORTED for prices without a common denominator below 2^40. */
ROAM_MUST_USE enum roam_err telecom_rates_parse(struct usage_rate_card *out, const char *text, size_t size,
                                                struct roam_diag *diag);

/* Both at once; also ROAM_E_MISMATCH if T is not the sum of rate times number, ROAM_E_OVERFLOW if that passes
 * the limits of usage_rate. */
ROAM_MUST_USE enum roam_err telecom_plain_parse(struct usage_record *record, struct usage_rate_card *card,
                                                const char *text, size_t size, struct roam_diag *diag);

#endif
