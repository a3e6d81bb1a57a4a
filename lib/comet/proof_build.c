#include <stdlib.h>
#include <string.h>

#include "comet_proof.h"

/* Blocks that were fetched and not yet reached, the nearest on top: each lies in the lower half of the gap
 * below the one under it, so there are at most 64 and one for the anchor's height. */
enum { PENDING_MAX = 66 };

struct build {
    const struct comet_source *source;
    const struct comet_clock *clock;
    struct comet_trust trust;
    struct comet_proof proof;
    struct comet_light_block *pending[PENDING_MAX];
    size_t pending_count;
};

static enum roam_err fetch(struct build *b, int64_t height, struct roam_diag *diag)
{
    ROAM_ASSERT(b->pending_count < PENDING_MAX);
    struct comet_light_block *block = calloc(1, sizeof *block);
    if (block == NULL) return ROAM_E_NOMEM;
    b->pending[b->pending_count++] = block;
    ROAM_TRY(b->source->block(b->source->context, height, block, diag));
    ROAM_TRY(comet_header_check(&block->header, diag));
    ROAM_TRY(comet_commit_check(&block->commit, diag));
    ROAM_TRY(comet_validators_check(&block->validators, diag));
    if (block->header.height != height)
        return roam_diag(diag, ROAM_E_VERIFY, "asked for height %lld, the source gave %lld",
                         (long long)height, (long long)block->header.height);
    if (block->commit.count == block->validators.count)
        comet_commit_trim(&block->commit, b->trust.chain_id, &block->validators);
    return ROAM_OK;
}

/* Verifies the block on top and moves it to the proof. */
static enum roam_err take(struct build *b, struct roam_diag *diag)
{
    struct comet_light_block *top = b->pending[b->pending_count - 1], *grown;
    ROAM_TRY(comet_trust_step(&b->trust, top, b->clock, diag));
    if (b->proof.count == COMET_PROOF_BLOCKS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "the proof needs more than %d blocks", COMET_PROOF_BLOCKS_MAX);
    grown = realloc(b->proof.block, (b->proof.count + 1) * sizeof *grown);
    if (grown == NULL) return ROAM_E_NOMEM;
    b->proof.block = grown;
    b->proof.block[b->proof.count++] = *top;
    free(top);
    b->pending_count--;
    return ROAM_OK;
}

/* A height nearer to what is trusted than the block on top, which does not follow: 0 if there is none. */
static int64_t nearer_height(const struct build *b)
{
    const int64_t trusted = b->trust.height, top = b->pending[b->pending_count - 1]->header.height;
    if (!b->trust.from_header) return top > trusted ? trusted : 0;
    return top > trusted + 1 ? trusted + (top - trusted) / 2 : 0;
}

/* Is one of the pending blocks in reach? Then the furthest such is on top now. */
static bool reach(struct build *b)
{
    for (size_t i = 0; i < b->pending_count; i++) {
        if (comet_trust_reaches(&b->trust, b->pending[i], NULL) != ROAM_OK) continue;
        while (b->pending_count > i + 1) free(b->pending[--b->pending_count]);
        return true;
    }
    return false;
}

static enum roam_err walk(struct build *b, int64_t height, struct roam_diag *diag)
{
    ROAM_TRY(fetch(b, height, diag));
    while (b->pending_count > 0) {
        const int64_t nearer = reach(b) ? 0 : nearer_height(b);
        /* taking what does not follow gives the reason */
        if (nearer == 0)
            ROAM_TRY(take(b, diag));
        else
            ROAM_TRY(fetch(b, nearer, diag));
    }
    return ROAM_OK;
}

/* What the anchor reaches at once needs no block before it. */
static void drop_needless(struct comet_proof *proof, const struct comet_anchor *anchor)
{
    size_t first = proof->count - 1;
    while (memcmp(proof->block[first].header.validators_hash.byte, anchor->validators_hash,
                  COMET_HASH_SIZE) != 0)
        first--; /* ends: the anchor has reached block 0 */
    proof->count -= first;
    memmove(proof->block, proof->block + first, proof->count * sizeof proof->block[0]);
}

enum roam_err comet_proof_build(struct comet_proof *out, const struct comet_source *source,
                                const struct comet_anchor *anchor, int64_t height,
                                const struct comet_clock *clock, struct roam_diag *diag)
{
    *out = (struct comet_proof){0};
    if (height < 0 || height == INT64_MAX)
        return roam_diag(diag, ROAM_E_RANGE, "there is no block %lld", (long long)height);
    struct build *b = calloc(1, sizeof *b);
    if (b == NULL) return ROAM_E_NOMEM;
    b->source = source;
    b->clock = clock;
    comet_trust_begin(&b->trust, anchor);
    memcpy(b->proof.chain_id, anchor->chain_id, sizeof b->proof.chain_id);
    const enum roam_err err = walk(b, height + 1, diag);
    while (b->pending_count > 0) free(b->pending[--b->pending_count]);
    if (err == ROAM_OK)
        drop_needless(&b->proof, anchor);
    else
        comet_proof_release(&b->proof);
    *out = b->proof;
    free(b);
    return err;
}
