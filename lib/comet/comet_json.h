/* The JSON in which CometBFT's RPC and its genesis file write headers, commits and validators: hashes and
 * addresses in hexadecimal, keys and signatures in Base64, 64-bit integers in decimal strings, times in
 * RFC 3339 with up to nine decimals and Z.
 *
 * Reading is strict about what it knows: a missing member, a member of another form or size, an address that
 * is not its key's, a key that is not Ed25519 is ROAM_E_FORMAT with the member's name; more than
 * COMET_VALIDATORS_MAX entries are ROAM_E_COUNT. What is read has passed its check of comet_header.h. Other
 * members are passed over. Writing makes the same JSON that is read. */
#ifndef COMET_JSON_H
#define COMET_JSON_H

#include <jansson.h>

#include "buf.h"
#include "comet_light.h"

/* One JSON value and nothing after it, no member twice; the caller's to json_decref. ROAM_E_FORMAT. */
ROAM_MUST_USE enum roam_err comet_json_load(json_t **out, const char *text, size_t size,
                                            struct roam_diag *diag);

/* "2026-11-22T11:03:19.957534013Z" of the years 1..9999; ROAM_E_FORMAT for anything else. */
ROAM_MUST_USE enum roam_err comet_time_parse(struct comet_time *out, const char *text, size_t size);
enum { COMET_TIME_TEXT_SIZE = 31 };
/* Without trailing zeros, as Go prints it. */
void comet_time_print(char text[COMET_TIME_TEXT_SIZE], struct comet_time time);

ROAM_MUST_USE enum roam_err comet_header_from_json(struct comet_header *out, const json_t *object,
                                                   struct roam_diag *diag);
ROAM_MUST_USE enum roam_err comet_commit_from_json(struct comet_commit *out, const json_t *object,
                                                   struct roam_diag *diag);
/* Adds the validators of a list to those of a page before it (out->count is 0 for the first one). Of the
 * checks, only the one of the last page sees the whole set. */
ROAM_MUST_USE enum roam_err comet_validators_add_json(struct comet_validators *out, const json_t *list,
                                                      struct roam_diag *diag);

/* ROAM_E_LIMIT, ROAM_E_NOMEM. The structures have passed their checks. */
ROAM_MUST_USE enum roam_err comet_header_to_json(struct roam_buf *out, const struct comet_header *header);
ROAM_MUST_USE enum roam_err comet_commit_to_json(struct roam_buf *out, const struct comet_commit *commit);
ROAM_MUST_USE enum roam_err comet_validators_to_json(struct roam_buf *out,
                                                     const struct comet_validators *validators);

/* The result of RPC /commit. */
ROAM_MUST_USE enum roam_err comet_commit_result(struct comet_header *header, struct comet_commit *commit,
                                                const json_t *result, struct roam_diag *diag);

/* One page of the result of RPC /validators. */
struct comet_page {
    int64_t height;
    size_t count, total; /* validators on this page, in the set */
};
ROAM_MUST_USE enum roam_err comet_validators_result(struct comet_validators *out, struct comet_page *page,
                                                    const json_t *result, struct roam_diag *diag);

/* Of RPC /status. */
struct comet_status {
    char chain_id[COMET_CHAIN_ID_MAX + 1];
    int64_t earliest_height, latest_height; /* 0: no block yet */
    struct comet_time latest_time;
    bool catching_up;
};
ROAM_MUST_USE enum roam_err comet_status_result(struct comet_status *out, const json_t *result,
                                                struct roam_diag *diag);

/* A genesis file, or the result of RPC /genesis, which has it as the member "genesis". An initial height of 0
 * or none is 1. The validators are in their order. */
struct comet_genesis {
    char chain_id[COMET_CHAIN_ID_MAX + 1];
    int64_t initial_height;
    struct comet_time time;
    struct comet_validators validators;
};
ROAM_MUST_USE enum roam_err comet_genesis_from_json(struct comet_genesis *out, const json_t *object,
                                                    struct roam_diag *diag);
/* Trust from the first height on. An application that answers InitChain with other validators than the
 * genesis file's begins with those: then take the anchor from elsewhere. */
void comet_genesis_anchor(struct comet_anchor *anchor, const struct comet_genesis *genesis);

#endif
