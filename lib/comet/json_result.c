/* What CometBFT's RPC answers. */
#include <string.h>

#include "json_member.h"

enum roam_err comet_commit_result(struct comet_header *header, struct comet_commit *commit,
                                  const json_t *result, struct roam_diag *diag)
{
    const json_t *both, *part;
    ROAM_TRY(comet_member_object(&both, result, "signed_header", diag));
    ROAM_TRY(comet_member_object(&part, both, "header", diag));
    ROAM_TRY(comet_header_from_json(header, part, diag));
    ROAM_TRY(comet_member_object(&part, both, "commit", diag));
    return comet_commit_from_json(commit, part, diag);
}

static enum roam_err read_count(size_t *out, const json_t *object, const char *name, struct roam_diag *diag)
{
    int64_t value;
    ROAM_TRY(comet_member_i64(&value, object, name, diag));
    if (value < 0 || value > COMET_VALIDATORS_MAX)
        return roam_diag(diag, ROAM_E_COUNT, "member '%s' is %lld, at most %d validators are known here",
                         name, (long long)value, COMET_VALIDATORS_MAX);
    *out = (size_t)value;
    return ROAM_OK;
}

enum roam_err comet_validators_result(struct comet_validators *out, struct comet_page *page,
                                      const json_t *result, struct roam_diag *diag)
{
    const json_t *list;
    ROAM_TRY(comet_member_i64(&page->height, result, "block_height", diag));
    ROAM_TRY(read_count(&page->count, result, "count", diag));
    ROAM_TRY(read_count(&page->total, result, "total", diag));
    ROAM_TRY(comet_member_list(&list, result, "validators", diag));
    if (json_array_size(list) != page->count)
        return roam_diag(diag, ROAM_E_FORMAT, "member 'count' is %zu, there are %zu validators", page->count,
                         json_array_size(list));
    return comet_validators_add_json(out, list, diag);
}

enum roam_err comet_status_result(struct comet_status *out, const json_t *result, struct roam_diag *diag)
{
    const json_t *node, *sync, *catching_up;
    memset(out, 0, sizeof *out);
    ROAM_TRY(comet_member_object(&node, result, "node_info", diag));
    ROAM_TRY(comet_member_chain_id(out->chain_id, node, "network", diag));
    ROAM_TRY(comet_member_object(&sync, result, "sync_info", diag));
    ROAM_TRY(comet_member_i64(&out->earliest_height, sync, "earliest_block_height", diag));
    ROAM_TRY(comet_member_i64(&out->latest_height, sync, "latest_block_height", diag));
    ROAM_TRY(comet_member_time(&out->latest_time, sync, "latest_block_time", diag));
    catching_up = json_object_get(sync, "catching_up");
    if (!json_is_boolean(catching_up))
        return roam_diag(diag, ROAM_E_FORMAT, "member 'catching_up' is not true or false");
    out->catching_up = json_is_true(catching_up);
    return ROAM_OK;
}
