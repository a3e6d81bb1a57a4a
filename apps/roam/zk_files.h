/* Files that the proof commands share. */
#ifndef ROAM_ZK_FILES_H
#define ROAM_ZK_FILES_H

#include <jansson.h>

#include "groth16.h"
#include "zkey.h"

enum { ZK_JSON_MAX = 1 << 20 };

/* A verification key with its points. */
struct zk_vk {
    struct groth16_vk vk;
    g1_affine ic[GROTH16_INPUTS_MAX + 1];
};

/* Read snarkjs's JSON files; errors are the parsers' and file_read's, diag names the file. */
ROAM_MUST_USE enum roam_err zk_vk_read(struct zk_vk *out, const char *path, struct roam_diag *diag);
ROAM_MUST_USE enum roam_err zk_public_read(fr inputs[GROTH16_INPUTS_MAX], size_t *count, const char *path,
                                           struct roam_diag *diag);
ROAM_MUST_USE enum roam_err zk_proof_read(groth16_proof *out, const char *path, struct roam_diag *diag);

ROAM_MUST_USE enum roam_err zk_vk_write(const struct zkey *key, const char *path, struct roam_diag *diag);
/* Writes the whole proving key. */
ROAM_MUST_USE enum roam_err zk_key_write(const struct zkey *key, const char *path, struct roam_diag *diag);

/* The record of the ceremony: [{"name", "kind", "hash"}, ...]. */
json_t *zk_contributions_json(const struct zkey *key);

#endif
