#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "json_member.h"
#include "rpc_call.h"

enum roam_err comet_rpc_status(struct comet_rpc *rpc, struct comet_status *out, struct roam_diag *diag)
{
    struct roam_buf *request;
    json_t *document;
    const json_t *result;
    ROAM_TRY(comet_rpc_begin(rpc, "status", &request));
    ROAM_TRY(buf_printf(request, "{}"));
    ROAM_TRY(comet_rpc_send(rpc, &document, &result, diag));
    const enum roam_err err = comet_status_result(out, result, diag);
    json_decref(document);
    return comet_rpc_explain(rpc, err, diag);
}

enum roam_err comet_rpc_genesis(struct comet_rpc *rpc, struct comet_genesis *out, struct roam_diag *diag)
{
    struct roam_buf *request;
    json_t *document;
    const json_t *result;
    ROAM_TRY(comet_rpc_begin(rpc, "genesis", &request));
    ROAM_TRY(buf_printf(request, "{}"));
    ROAM_TRY(comet_rpc_send(rpc, &document, &result, diag));
    const enum roam_err err = comet_genesis_from_json(out, result, diag);
    json_decref(document);
    return comet_rpc_explain(rpc, err, diag);
}

enum roam_err comet_rpc_commit(struct comet_rpc *rpc, int64_t height, struct comet_header *header,
                               struct comet_commit *commit, struct roam_diag *diag)
{
    struct roam_buf *request;
    json_t *document;
    const json_t *result;
    ROAM_TRY(comet_rpc_begin(rpc, "commit", &request));
    ROAM_TRY(buf_printf(request, "{\"height\":\"%" PRId64 "\"}", height));
    ROAM_TRY(comet_rpc_send(rpc, &document, &result, diag));
    const enum roam_err err = comet_commit_result(header, commit, result, diag);
    json_decref(document);
    return comet_rpc_explain(rpc, err, diag);
}

static enum roam_err fetch_page(struct comet_rpc *rpc, int64_t height, unsigned number,
                                struct comet_validators *out, struct comet_page *page, struct roam_diag *diag)
{
    struct roam_buf *request;
    json_t *document;
    const json_t *result;
    ROAM_TRY(comet_rpc_begin(rpc, "validators", &request));
    ROAM_TRY(buf_printf(request, "{\"height\":\"%" PRId64 "\",\"page\":\"%u\",\"per_page\":\"100\"}", height,
                        number));
    ROAM_TRY(comet_rpc_send(rpc, &document, &result, diag));
    const enum roam_err err = comet_validators_result(out, page, result, diag);
    json_decref(document);
    return comet_rpc_explain(rpc, err, diag);
}

enum roam_err comet_rpc_validators(struct comet_rpc *rpc, int64_t height, struct comet_validators *out,
                                   struct roam_diag *diag)
{
    struct comet_page page;
    unsigned number = 0;
    out->count = 0;
    do {
        ROAM_TRY(fetch_page(rpc, height, ++number, out, &page, diag));
        if (page.height != height || page.count == 0 || page.total < out->count)
            return comet_rpc_explain(rpc,
                                     roam_diag(diag, ROAM_E_FORMAT,
                                               "page %u has %zu of %zu validators of height %" PRId64
                                               "; height %" PRId64 " was asked for",
                                               number, page.count, page.total, page.height, height),
                                     diag);
    } while (out->count < page.total);
    return ROAM_OK;
}

static enum roam_err fetch_block(void *context, int64_t height, struct comet_light_block *out,
                                 struct roam_diag *diag)
{
    ROAM_TRY(comet_rpc_commit(context, height, &out->header, &out->commit, diag));
    return comet_rpc_validators(context, height, &out->validators, diag);
}

struct comet_source comet_rpc_source(struct comet_rpc *rpc)
{
    return (struct comet_source){rpc, fetch_block};
}

static enum roam_err copy_log(char log[200], const json_t *object, struct roam_diag *diag)
{
    const char *text;
    size_t size;
    ROAM_TRY(comet_member_text(&text, &size, object, "log", diag));
    comet_printable(log, 200, text, size);
    return ROAM_OK;
}

static enum roam_err read_checked(struct comet_checked *out, const json_t *result, struct roam_diag *diag)
{
    ROAM_TRY(comet_member_small(&out->code, result, "code", UINT32_MAX, diag));
    ROAM_TRY(copy_log(out->log, result, diag));
    return comet_member_hex(out->hash, COMET_HASH_SIZE, result, "hash", diag);
}

static enum roam_err append_base64(struct roam_buf *out, const uint8_t *bytes, size_t size)
{
    uint8_t *text = buf_extend(out, 4 * ((size + 2) / 3) + 1);
    if (text == NULL) return ROAM_E_LIMIT;
    base64_encode((char *)text, bytes, size);
    out->size--; /* the NUL */
    return ROAM_OK;
}

enum roam_err comet_rpc_broadcast(struct comet_rpc *rpc, enum comet_broadcast mode, const uint8_t *tx,
                                  size_t size, struct comet_checked *out, struct roam_diag *diag)
{
    struct roam_buf *request;
    json_t *document;
    const json_t *result;
    ROAM_TRY(comet_rpc_begin(rpc, mode == COMET_SYNC ? "broadcast_tx_sync" : "broadcast_tx_async", &request));
    ROAM_TRY(buf_printf(request, "{\"tx\":\""));
    ROAM_TRY(append_base64(request, tx, size));
    ROAM_TRY(buf_printf(request, "\"}"));
    ROAM_TRY(comet_rpc_send(rpc, &document, &result, diag));
    const enum roam_err err = read_checked(out, result, diag);
    json_decref(document);
    return comet_rpc_explain(rpc, err, diag);
}

static enum roam_err read_value(struct roam_buf *value, const json_t *response, struct roam_diag *diag)
{
    const char *text;
    size_t size, decoded;
    if (json_is_null(json_object_get(response, "value"))) return ROAM_OK;
    ROAM_TRY(comet_member_text(&text, &size, response, "value", diag));
    const size_t room = size / 4 * 3;
    uint8_t *bytes = buf_extend(value, room);
    if (room > 0 && bytes == NULL)
        return roam_diag(diag, ROAM_E_LIMIT, "the value has more than %zu bytes", value->maximum);
    if (base64_decode(bytes, room, &decoded, text, size) != ROAM_OK)
        return roam_diag(diag, ROAM_E_FORMAT, "member 'value' is not Base64");
    value->size -= room - decoded;
    return ROAM_OK;
}

static enum roam_err read_answer(struct comet_answer *out, struct roam_buf *value, const json_t *result,
                                 struct roam_diag *diag)
{
    const json_t *response;
    ROAM_TRY(comet_member_object(&response, result, "response", diag));
    ROAM_TRY(comet_member_small(&out->code, response, "code", UINT32_MAX, diag));
    ROAM_TRY(comet_member_i64(&out->height, response, "height", diag));
    ROAM_TRY(copy_log(out->log, response, diag));
    return read_value(value, response, diag);
}

static enum roam_err append_hex(struct roam_buf *out, const uint8_t *bytes, size_t size)
{
    uint8_t *text = buf_extend(out, 2 * size + 1);
    if (text == NULL) return ROAM_E_LIMIT;
    hex_encode((char *)text, bytes, size);
    out->size--;
    return ROAM_OK;
}

enum roam_err comet_rpc_query(struct comet_rpc *rpc, const char *path, const uint8_t *data, size_t size,
                              int64_t height, struct comet_answer *out, struct roam_buf *value,
                              struct roam_diag *diag)
{
    struct roam_buf *request;
    json_t *document;
    const json_t *result;
    ROAM_ASSERT(strcspn(path, "\"\\") == strlen(path));
    ROAM_TRY(comet_rpc_begin(rpc, "abci_query", &request));
    ROAM_TRY(buf_printf(request, "{\"path\":\"%s\",\"height\":\"%" PRId64 "\",\"data\":\"", path, height));
    ROAM_TRY(append_hex(request, data, size));
    ROAM_TRY(buf_printf(request, "\"}"));
    ROAM_TRY(comet_rpc_send(rpc, &document, &result, diag));
    const enum roam_err err = read_answer(out, value, result, diag);
    json_decref(document);
    return comet_rpc_explain(rpc, err, diag);
}
