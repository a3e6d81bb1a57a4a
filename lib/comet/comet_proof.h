/* A proof of finality: the light blocks that lead from an anchor to the header whose app_hash is the
 * application's state after some block. Whoever has it and believes the anchor needs no network and no node.
 *
 * The header of height h + 1 holds the app_hash after block h, so a proof for block h ends with header h + 1.
 * The first block is signed by the anchor's validators, at the anchor's height or any later one; each next
 * one follows by comet_trust_step. As long as the validators stay the same, the last block alone is the
 * proof.
 *
 * As a file it is JSON, with the members of CometBFT's RPC:
 *   {"chain_id": "...", "blocks": [{"header": {...}, "commit": {...}, "validators": [...]}, ...]} */
#ifndef COMET_PROOF_H
#define COMET_PROOF_H

#include "comet_json.h"

enum { COMET_PROOF_BLOCKS_MAX = 256 };

/* block[0 .. count - 1] is allocated. */
struct comet_proof {
    char chain_id[COMET_CHAIN_ID_MAX + 1];
    size_t count;
    struct comet_light_block *block;
};
/* {0} may be released too. */
void comet_proof_release(struct comet_proof *proof);

/* What has been proven: app_hash is the application's state after block `height` of the chain. */
struct comet_finality {
    struct comet_hash app_hash;
    int64_t height;         /* the header's less 1; 0 (or the initial height less 1) is the genesis state */
    struct comet_time time; /* of the header that holds app_hash */
    uint8_t header_hash[COMET_HASH_SIZE];
};

/* Walks from the anchor to the last block. ROAM_E_COUNT: no blocks. ROAM_E_VERIFY: the proof is for another
 * chain than the anchor's; or as comet_trust_step refuses, with the block's place before its words.
 * Allocates nothing. */
ROAM_MUST_USE enum roam_err comet_proof_verify(const struct comet_proof *proof,
                                               const struct comet_anchor *anchor,
                                               const struct comet_clock *clock, struct comet_finality *out,
                                               struct roam_diag *diag);

/* The caller's to release. ROAM_E_FORMAT, ROAM_E_COUNT (no blocks or more than COMET_PROOF_BLOCKS_MAX; other
 * bounds of comet_json.h), ROAM_E_NOMEM; then there is nothing to release. */
ROAM_MUST_USE enum roam_err comet_proof_from_json(struct comet_proof *out, const json_t *object,
                                                  struct roam_diag *diag);
/* ROAM_E_LIMIT (of the buffer), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err comet_proof_to_json(struct roam_buf *out, const struct comet_proof *proof);

/* Where blocks come from: an RPC connection (comet_rpc.h), a node's own store, a test. ROAM_E_NOTFOUND if
 * there is none of this height. What it gives is not believed. */
struct comet_source {
    void *context;
    enum roam_err (*block)(void *context, int64_t height, struct comet_light_block *out,
                           struct roam_diag *diag);
};

/* Makes the proof for the state after block `height` >= 0: fetches header height + 1 and, as far as the
 * validators have changed, by bisection those in between; asks for the anchor's height only if the last block
 * is not signed by the anchor's validators. Votes that the verifier would refuse are left out
 * (comet_commit_trim). What is returned has been verified from the anchor. The errors of the source and of
 * comet_trust_step; ROAM_E_LIMIT: more than COMET_PROOF_BLOCKS_MAX blocks; ROAM_E_NOMEM; ROAM_E_RANGE: the
 * height is negative. */
ROAM_MUST_USE enum roam_err comet_proof_build(struct comet_proof *out, const struct comet_source *source,
                                              const struct comet_anchor *anchor, int64_t height,
                                              const struct comet_clock *clock, struct roam_diag *diag);

#endif
