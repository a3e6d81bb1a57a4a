#include "comet_proof.h"

#include <stdlib.h>
#include <string.h>

#include "json_member.h"

void comet_proof_release(struct comet_proof *proof)
{
    free(proof->block);
    *proof = (struct comet_proof){0};
}

enum roam_err comet_proof_verify(const struct comet_proof *proof, const struct comet_anchor *anchor,
                                 const struct comet_clock *clock, struct comet_finality *out,
                                 struct roam_diag *diag)
{
    struct comet_trust trust;
    if (proof->count == 0) return roam_diag(diag, ROAM_E_COUNT, "the proof of finality has no blocks");
    if (strcmp(proof->chain_id, anchor->chain_id) != 0)
        return roam_diag(diag, ROAM_E_VERIFY, "the proof is for chain '%s', not '%s'", proof->chain_id,
                         anchor->chain_id);
    comet_trust_begin(&trust, anchor);
    for (size_t i = 0; i < proof->count; i++)
        ROAM_TRY(comet_in_entry(comet_trust_step(&trust, &proof->block[i], clock, diag), "blocks", i, diag));
    const struct comet_header *last = &proof->block[proof->count - 1].header;
    *out = (struct comet_finality){last->app_hash, last->height - 1, last->time, {0}};
    comet_header_hash(out->header_hash, last);
    return ROAM_OK;
}

static enum roam_err read_block(struct comet_light_block *out, const json_t *object, struct roam_diag *diag)
{
    const json_t *part;
    ROAM_TRY(comet_member_object(&part, object, "header", diag));
    ROAM_TRY(comet_header_from_json(&out->header, part, diag));
    ROAM_TRY(comet_member_object(&part, object, "commit", diag));
    ROAM_TRY(comet_commit_from_json(&out->commit, part, diag));
    ROAM_TRY(comet_member_list(&part, object, "validators", diag));
    return comet_validators_add_json(&out->validators, part, diag);
}

static enum roam_err read_proof(struct comet_proof *out, const json_t *object, struct roam_diag *diag)
{
    const json_t *list;
    ROAM_TRY(comet_member_chain_id(out->chain_id, object, "chain_id", diag));
    ROAM_TRY(comet_member_list(&list, object, "blocks", diag));
    const size_t count = json_array_size(list);
    if (count == 0 || count > COMET_PROOF_BLOCKS_MAX)
        return roam_diag(diag, ROAM_E_COUNT, "member 'blocks' has %zu entries, not 1 to %d", count,
                         COMET_PROOF_BLOCKS_MAX);
    out->block = calloc(count, sizeof out->block[0]);
    if (out->block == NULL) return ROAM_E_NOMEM;
    for (; out->count < count; out->count++)
        ROAM_TRY(comet_in_entry(read_block(&out->block[out->count], json_array_get(list, out->count), diag),
                                "blocks", out->count, diag));
    return ROAM_OK;
}

enum roam_err comet_proof_from_json(struct comet_proof *out, const json_t *object, struct roam_diag *diag)
{
    *out = (struct comet_proof){0};
    const enum roam_err err = read_proof(out, object, diag);
    if (err != ROAM_OK) comet_proof_release(out);
    return err;
}

static enum roam_err write_block(struct roam_buf *out, const struct comet_light_block *block)
{
    ROAM_TRY(buf_printf(out, "{\"header\":"));
    ROAM_TRY(comet_header_to_json(out, &block->header));
    ROAM_TRY(buf_printf(out, ",\"commit\":"));
    ROAM_TRY(comet_commit_to_json(out, &block->commit));
    ROAM_TRY(buf_printf(out, ",\"validators\":"));
    ROAM_TRY(comet_validators_to_json(out, &block->validators));
    return buf_printf(out, "}");
}

enum roam_err comet_proof_to_json(struct roam_buf *out, const struct comet_proof *proof)
{
    ROAM_TRY(buf_printf(out, "{\"chain_id\":\"%s\",\"blocks\":[", proof->chain_id));
    for (size_t i = 0; i < proof->count; i++) {
        if (i > 0) ROAM_TRY(buf_printf(out, ","));
        ROAM_TRY(write_block(out, &proof->block[i]));
    }
    return buf_printf(out, "]}");
}
