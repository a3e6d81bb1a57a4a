#include "tx_points.h"

#include "codec.h"

/* A transaction keeps its first error. */
static bool is_good(enum roam_err *err, enum roam_err of_point)
{
    if (*err == ROAM_OK) *err = of_point;
    return of_point == ROAM_OK;
}

static void unpack_keys(struct tx_points_group *group)
{
    bjj_point key[TX_POINTS_GROUP];
    enum roam_err err[TX_POINTS_GROUP];
    eddsa_public_keys_unpack(key, err, group->bytes, group->count);
    for (size_t k = 0; k < group->count; k++)
        if (is_good(group->err[k], err[k])) *group->out[k].key = key[k];
    group->count = 0;
}

static void unpack_signatures(struct tx_points_group *group)
{
    eddsa_signature signature[TX_POINTS_GROUP];
    enum roam_err err[TX_POINTS_GROUP];
    eddsa_signatures_unpack(signature, err, group->bytes, group->count);
    for (size_t k = 0; k < group->count; k++)
        if (is_good(group->err[k], err[k])) *group->out[k].signature = signature[k];
    group->count = 0;
}

static void unpack_proofs(struct tx_points_group *group)
{
    groth16_proof proof[GROTH16_PARSE_MAX];
    enum roam_err err[GROTH16_PARSE_MAX];
    groth16_proofs_parse(proof, err, group->bytes, group->count);
    for (size_t k = 0; k < group->count; k++)
        if (is_good(group->err[k], err[k])) *group->out[k].proof = proof[k];
    group->count = 0;
}

static size_t add_point(struct tx_points_group *group, const uint8_t *bytes, enum roam_err *err)
{
    const size_t k = group->count++;
    group->bytes[k] = bytes;
    group->err[k] = err;
    return k;
}

static void add_keys(struct tx_points_group *group, struct tx_session_open *b, const uint8_t *end,
                     enum roam_err *err)
{
    const uint8_t *items = end - (size_t)b->count * TX_OPEN_ITEM_SIZE;
    for (size_t i = 0; i < b->count; i++) {
        const size_t k = add_point(group, items + i * TX_OPEN_ITEM_SIZE + TX_KEY_AT, err);
        group->out[k].key = &b->items[i].session_key;
        if (group->count == TX_POINTS_GROUP) unpack_keys(group);
    }
}

static void add_signatures(struct tx_points_group *group, struct tx_usage_commit *b, const uint8_t *end,
                           enum roam_err *err)
{
    const uint8_t *items = end - (size_t)b->count * TX_COMMIT_ITEM_SIZE;
    for (size_t i = 0; i < b->count; i++) {
        const size_t k = add_point(group, items + i * TX_COMMIT_ITEM_SIZE + TX_SIGNATURE_AT, err);
        group->out[k].signature = &b->items[i].signature;
        if (group->count == TX_POINTS_GROUP) unpack_signatures(group);
    }
}

static void add_proof(struct tx_points_group *group, struct tx_settle *b, const uint8_t *end,
                      enum roam_err *err)
{
    const size_t k = add_point(group, end - GROTH16_PROOF_SIZE, err);
    group->out[k].proof = &b->proof;
    if (group->count == GROTH16_PARSE_MAX) unpack_proofs(group);
}

/* The bodies of these types end with all their points; the number of signatures follows, and those. */
static void add_points(struct tx_points *points, struct tx *tx, const uint8_t *bytes, size_t size,
                       enum roam_err *err)
{
    const uint8_t *end = bytes + size - (size_t)tx->signature_count * TX_SIGNATURE_SIZE - 1;
    if (tx->type == TX_SESSION_OPEN) add_keys(&points->keys, &tx->body.session_open, end, err);
    if (tx->type == TX_USAGE_COMMIT) add_signatures(&points->signatures, &tx->body.usage_commit, end, err);
    if (tx->type == TX_SETTLE) add_proof(&points->proofs, &tx->body.settle, end, err);
}

static bool has_type_with_points_last(const uint8_t *bytes, size_t size)
{
    const size_t at = 4; /* after the magic bytes */
    return size > at &&
           (bytes[at] == TX_SESSION_OPEN || bytes[at] == TX_USAGE_COMMIT || bytes[at] == TX_SETTLE);
}

void tx_points_parse(struct tx_points *points, struct tx *out, enum roam_err *err, const uint8_t *bytes,
                     size_t size, void *scratch)
{
    if (!has_type_with_points_last(bytes, size)) {
        *err = tx_parse(out, bytes, size, scratch, NULL);
        return;
    }
    *err = tx_parse_shape(out, bytes, size, scratch, NULL);
    if (*err == ROAM_OK) add_points(points, out, bytes, size, err);
}

void tx_points_end(struct tx_points *points)
{
    unpack_keys(&points->keys);
    unpack_signatures(&points->signatures);
    unpack_proofs(&points->proofs);
}
