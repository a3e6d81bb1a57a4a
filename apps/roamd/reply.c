#include "reply.h"

#include "hex.h"
#include "receipt_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void reply_json(struct reply *out, unsigned status, json_t *body)
{
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    *out = (struct reply){.status = text != NULL ? status : 500, .type = REPLY_JSON, .body = text};
    if (text != NULL) out->size = strlen(text);
}

void reply_error(struct reply *out, unsigned status, const char *error, const char *format, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    reply_json(out, status, json_pack("{s:s,s:s}", "error", error, "text", text));
    if (status == 503) out->retry_after_s = 1;
}

void reply_receipts(struct reply *out, bool binary, const struct ledger_receipt *receipts, size_t count)
{
    if (binary) {
        uint8_t *body = malloc(count * LEDGER_RECEIPT_SIZE);
        *out = (struct reply){.status = body != NULL ? 200 : 500, .type = REPLY_BINARY, .body = (char *)body};
        for (size_t i = 0; body != NULL && i < count; i++)
            ledger_receipt_serialize(body + i * LEDGER_RECEIPT_SIZE, &receipts[i]);
        out->size = body != NULL ? count * LEDGER_RECEIPT_SIZE : 0;
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(list, json_receipt(&receipts[i]));
    reply_json(out, 200, json_pack("{s:o}", "receipts", list));
}

static json_t *refused_json(size_t index, enum ledger_outcome outcome)
{
    return json_pack("{s:s,s:s,s:I,s:s}", "error", "E_REFUSED", "text", ledger_outcome_text(outcome), "index",
                     (json_int_t)index, "outcome", ledger_outcome_name(outcome));
}

void reply_refused(struct reply *out, size_t index, enum ledger_outcome outcome)
{
    reply_json(out, 422, refused_json(index, outcome));
}

void reply_turned(struct reply *out, const struct ledger_receipt *receipts, size_t count)
{
    size_t first = 0;
    json_t *list = json_array();
    while (receipts[first].height > 0) first++;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, receipts[i].height > 0 ? json_receipt(&receipts[i]) : json_null());
    json_t *body = refused_json(first, (enum ledger_outcome)receipts[first].outcome);
    json_object_set_new(body, "receipts", list);
    reply_json(out, 422, body);
}

static void get_metrics(struct reply *out, struct node *node)
{
    struct roam_buf text;
    struct inbox_load load;
    inbox_load_get(node_inbox(node), &load);
    buf_init(&text, 1 << 20);
    if (metrics_print(&text, node_metrics(node), &load, node_has_engine(node)) != ROAM_OK) {
        buf_release(&text);
        reply_error(out, 500, "E_NOMEM", "no memory");
        return;
    }
    *out = (struct reply){.status = 200, .type = REPLY_TEXT, .body = (char *)text.data, .size = text.size};
}

static void get_health(struct reply *out, struct node *node)
{
    if (node_healthy(node))
        reply_json(out, 200, json_pack("{s:b}", "healthy", 1));
    else
        reply_error(out, 503, "E_IO", "blocks cannot be made durable");
}

static void get_status(struct reply *out, struct node *node)
{
    struct ledger_head head;
    if (store_head_get(node_store(node), &head) != ROAM_OK) {
        reply_error(out, 503, "E_IO", "the ledger cannot be read");
        return;
    }
    json_t *object = json_pack("{s:s,s:b,s:I,s:I,s:I}", "name", node_genesis(node)->chain_name, "production",
                               node_genesis(node)->production, "height", (json_int_t)head.height, "time_s",
                               (json_int_t)head.time_s, "receipts", (json_int_t)head.receipts.size);
    json_object_set_new(object, "ledger", json_bytes(node_ledger_id(node)->byte, 32));
    json_object_set_new(object, "app_hash", json_bytes(head.app_hash, 32));
    json_t *sizes = json_array();
    for (size_t i = 0; i < node_genesis(node)->circuit_count; i++)
        json_array_append_new(sizes, json_integer(node_genesis(node)->circuit[i].size));
    json_object_set_new(object, "circuit_sizes", sizes);
    reply_json(out, 200, object);
}

/* By the transaction's id in hexadecimal, or by index in decimals. */
static enum roam_err find_receipt(struct ledger_receipt *out, struct node *node, const char *which)
{
    roam_id id;
    char *end;
    if (strlen(which) == 64)
        return hex_decode(id.byte, 32, which, 64) == ROAM_OK ? store_receipt_by_tx(node_store(node), &id, out)
                                                             : ROAM_E_NOTFOUND;
    const uint64_t index = strtoull(which, &end, 10);
    if (which[0] < '0' || which[0] > '9' || *end != '\0' || strlen(which) > 19) return ROAM_E_NOTFOUND;
    return store_receipt_by_index(node_store(node), index, out);
}

static void get_receipt(struct reply *out, struct node *node, const char *which)
{
    struct ledger_receipt receipt;
    json_t *file = NULL;
    enum roam_err err = find_receipt(&receipt, node, which);
    if (err == ROAM_OK) err = receipt_file_json(node_store(node), &receipt, &file);
    if (err != ROAM_OK) {
        reply_error(out, err == ROAM_E_NOTFOUND ? 404 : 503, roam_err_name(err), "no such receipt");
        return;
    }
    json_object_set_new(file, "decoded", json_receipt(&receipt));
    reply_json(out, 200, file);
}

static json_t *session_json(const struct ledger_session *session)
{
    static const char *const states[] = {"", "open", "committed", "settled", "refunded", "disputed"};
    uint8_t commitment[32];
    fr_to_be(commitment, &session->commitment);
    json_t *object =
        json_pack("{s:s,s:I,s:I,s:I,s:I}", "state", states[session->state], "serial",
                  (json_int_t)session->serial, "hold_minor", (json_int_t)session->hold_minor, "deadline_s",
                  (json_int_t)session->deadline_s, "seq", (json_int_t)session->seq);
    json_object_set_new(object, "agreement", json_bytes(session->agreement.byte, 32));
    json_object_set_new(object, "commitment", json_bytes(commitment, 32));
    json_object_set_new(object, "closed_by", json_bytes(session->closed_by.byte, 32));
    return object;
}

static json_t *agreement_json(const struct ledger_agreement *agreement)
{
    json_t *object =
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:b}", "available_minor", (json_int_t)agreement->available_minor,
                  "held_minor", (json_int_t)agreement->held_minor, "earned_minor",
                  (json_int_t)agreement->earned_minor, "home_sequence", (json_int_t)agreement->home_sequence,
                  "visited_sequence", (json_int_t)agreement->visited_sequence, "closed", agreement->closed);
    json_object_set_new(object, "home", json_bytes(agreement->terms.home.byte, 32));
    json_object_set_new(object, "visited", json_bytes(agreement->terms.visited.byte, 32));
    return object;
}

static void get_record(struct reply *out, struct node *node, const roam_id *id, bool is_session)
{
    struct ledger_session session;
    struct ledger_agreement agreement;
    const struct ledger *ledger = store_read_begin(node_store(node));
    enum roam_err err = ROAM_E_IO;
    if (ledger != NULL) {
        err = is_session ? ledger_get_session(&session, ledger, id)
                         : ledger_get_agreement(&agreement, ledger, id);
        store_read_end(node_store(node));
    }
    if (err == ROAM_OK)
        reply_json(out, 200, is_session ? session_json(&session) : agreement_json(&agreement));
    else
        reply_error(out, err == ROAM_E_NOTFOUND ? 404 : 503, roam_err_name(err), "no such record");
}

static void get_value(struct reply *out, struct node *node, const char *hex)
{
    uint8_t key[LEDGER_KEY_MAX];
    const size_t digits = strlen(hex);
    *out = (struct reply){.status = 200, .type = REPLY_BINARY, .body = malloc(LEDGER_VALUE_MAX)};
    if (out->body == NULL) {
        out->status = 500;
        return;
    }
    enum roam_err err = ROAM_E_FORMAT;
    if (digits > 0 && digits % 2 == 0 && digits <= 2 * LEDGER_KEY_MAX &&
        hex_decode(key, digits / 2, hex, digits) == ROAM_OK)
        err = store_record_get(node_store(node), key, digits / 2, (uint8_t *)out->body, &out->size);
    if (err == ROAM_OK) return;
    free(out->body);
    reply_error(out,
                err == ROAM_E_NOTFOUND ? 404
                : err == ROAM_E_FORMAT ? 400
                                       : 503,
                roam_err_name(err), "no record with this key");
}

/* True if the path is prefix and an id in hexadecimal. */
static bool path_id(const char *path, const char *prefix, roam_id *id)
{
    const size_t length = strlen(prefix);
    return strncmp(path, prefix, length) == 0 && strlen(path + length) == 64 &&
           hex_decode(id->byte, 32, path + length, 64) == ROAM_OK;
}

void reply_get(struct reply *out, struct node *node, const char *path)
{
    roam_id id;
    if (strcmp(path, "/metrics") == 0)
        get_metrics(out, node);
    else if (strcmp(path, "/healthz") == 0)
        get_health(out, node);
    else if (strcmp(path, "/v1/status") == 0)
        get_status(out, node);
    else if (strncmp(path, "/v1/receipts/", 13) == 0)
        get_receipt(out, node, path + 13);
    else if (path_id(path, "/v1/sessions/", &id))
        get_record(out, node, &id, true);
    else if (path_id(path, "/v1/agreements/", &id))
        get_record(out, node, &id, false);
    else if (strncmp(path, "/v1/records/", 12) == 0)
        get_value(out, node, path + 12);
    else
        reply_error(out, 404, "E_NOTFOUND", "nothing is at %.200s", path);
}
