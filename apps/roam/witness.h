/* Witnesses of roam's circuits, and their inputs as JSON. */
#ifndef ROAM_WITNESS_H
#define ROAM_WITNESS_H

#include "settle.h"

/* The witness of settle for input in `size` places, allocated: wtns_release. *public gets the public signals.
 * Errors of settle_public_signals; ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err settle_witness(fr **witness, size_t *count, struct settle_public *public,
                                           const struct settle_input *input, unsigned size,
                                           struct roam_diag *diag);

/* The witness of a circuit named as in registry.h for an input file:
 *   b5groam   {"n_sms", "n_mb", "n_min", "r_sms", "r_mb", "r_voice"}: decimal strings; others are ignored
 *   settle-N  {"agreement": hex, "esg_salt": hex, "rate_card": {...}, "sessions": [{"record": {...},
 *             "hold_minor": decimal string}, ...]} */
ROAM_MUST_USE enum roam_err witness_from_file(fr **witness, size_t *count, const char *circuit,
                                              const char *path, struct roam_diag *diag);

#endif
