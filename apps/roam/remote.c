#include "remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fetch.h"
#include "hex.h"

enum { READ_MS = 10000, SUBMIT_MS = 40000, PATIENCE_S = 30, PAUSE_MS = 500, URL_MAX = 512 };

struct remote {
    char url[URL_MAX / 2];
    roam_id id;
    struct ledger *reader;
    enum roam_err failure;
    struct roam_diag why;
};

static size_t get_record(void *context, const uint8_t *key, size_t key_size, uint8_t value[LEDGER_VALUE_MAX])
{
    struct remote *remote = context;
    struct roam_buf answer;
    char url[URL_MAX], hex[2 * LEDGER_KEY_MAX + 1];
    long status;
    size_t size = SIZE_MAX;
    hex_encode(hex, key, key_size);
    snprintf(url, sizeof url, "%s/v1/records/%s", remote->url, hex);
    buf_init(&answer, 4096);
    enum roam_err err =
        fetch_any(&answer, &status, &(struct fetch){.url = url, .timeout_ms = READ_MS}, &remote->why);
    if (err == ROAM_OK && status != 200 && status != 404)
        err = roam_diag(&remote->why, ROAM_E_IO, "%s: status %ld", url, status);
    if (err == ROAM_OK && status == 200 && (answer.size == 0 || answer.size > LEDGER_VALUE_MAX))
        err = roam_diag(&remote->why, ROAM_E_FORMAT, "%s: not a record", url);
    if (err != ROAM_OK) remote->failure = err;
    if (err == ROAM_OK && status == 200) {
        memcpy(value, answer.data, answer.size);
        size = answer.size;
    }
    buf_release(&answer);
    return size;
}

enum roam_err remote_status(struct remote *remote, json_t **out, struct roam_diag *diag)
{
    char url[URL_MAX];
    snprintf(url, sizeof url, "%s/v1/status", remote->url);
    return fetch_json(out, url, READ_MS, diag);
}

static enum roam_err ask_id(struct remote *remote, struct roam_diag *diag)
{
    json_t *status;
    ROAM_TRY(remote_status(remote, &status, diag));
    const char *id = json_string_value(json_object_get(status, "ledger"));
    const bool good = id != NULL && strlen(id) == 64 && hex_decode(remote->id.byte, 32, id, 64) == ROAM_OK;
    json_decref(status);
    return good ? ROAM_OK : roam_diag(diag, ROAM_E_FORMAT, "%s is not a ledger's node", remote->url);
}

enum roam_err remote_open(struct remote **out, const char *url, struct roam_diag *diag)
{
    struct remote *remote = calloc(1, sizeof *remote);
    if (remote == NULL) return ROAM_E_NOMEM;
    const size_t size = strlen(url) - (url[strlen(url) - 1] == '/');
    enum roam_err err = ROAM_OK;
    if (size >= sizeof remote->url) err = roam_diag(diag, ROAM_E_LIMIT, "the node's URL is too long");
    if (err == ROAM_OK) {
        memcpy(remote->url, url, size);
        err = ask_id(remote, diag);
    }
    if (err == ROAM_OK) {
        void *memory = aligned_alloc(64, (ledger_reader_size() + 63) / 64 * 64);
        if (memory != NULL)
            remote->reader = ledger_reader_init(memory, &remote->id, &(struct ledger_kv){remote, get_record});
        else
            err = ROAM_E_NOMEM;
    }
    if (err == ROAM_OK)
        *out = remote;
    else
        remote_close(remote);
    return err;
}

void remote_close(struct remote *remote)
{
    if (remote == NULL) return;
    free(remote->reader);
    free(remote);
}

const struct ledger *remote_ledger(struct remote *remote) { return remote->reader; }

enum roam_err remote_failure(struct remote *remote, struct roam_diag *diag)
{
    const enum roam_err err = remote->failure;
    if (err != ROAM_OK) (void)roam_diag(diag, err, "%s", remote->why.text);
    remote->failure = ROAM_OK;
    roam_diag_clear(&remote->why);
    return err;
}

/* What the node says of a transaction that it does not admit. */
static enum roam_err refused(const struct roam_buf *answer, struct roam_diag *diag)
{
    json_t *object = json_loadb((const char *)answer->data, answer->size, 0, NULL);
    const char *outcome = json_string_value(json_object_get(object, "outcome"));
    const char *text = json_string_value(json_object_get(object, "text"));
    const enum roam_err err = roam_diag(diag, ROAM_E_VERIFY, "%s: %s", outcome != NULL ? outcome : "refused",
                                        text != NULL ? text : "the node does not admit the transaction");
    json_decref(object);
    return err;
}

static enum roam_err submit_once(const struct remote *remote, const uint8_t *bytes, size_t size,
                                 struct ledger_receipt *receipt, struct roam_diag *diag)
{
    char url[URL_MAX];
    struct roam_buf answer;
    long status;
    snprintf(url, sizeof url, "%s/v1/transactions", remote->url);
    const struct fetch fetch = {
        .url = url, .body = bytes, .body_size = size, .binary = true, .timeout_ms = SUBMIT_MS};
    buf_init(&answer, 1 << 20);
    enum roam_err err = fetch_any(&answer, &status, &fetch, diag);
    if (err == ROAM_OK && status == 422)
        err = refused(&answer, diag);
    else if (err == ROAM_OK && (status == 503 || status == 504))
        err = roam_diag(diag, ROAM_E_BUSY, "%s: status %ld", url, status);
    else if (err == ROAM_OK && status != 200)
        err = roam_diag(diag, ROAM_E_FORMAT, "%s: status %ld", url, status);
    else if (err == ROAM_OK &&
             (answer.size != LEDGER_RECEIPT_SIZE || ledger_receipt_parse(receipt, answer.data) != ROAM_OK))
        err = roam_diag(diag, ROAM_E_FORMAT, "%s: the answer is not a receipt", url);
    buf_release(&answer);
    return err;
}

enum roam_err remote_submit(struct remote *remote, const uint8_t *bytes, size_t size,
                            struct ledger_receipt *receipt, struct roam_diag *diag)
{
    const struct timespec pause = {0, PAUSE_MS * 1000000L};
    const time_t until = time(NULL) + PATIENCE_S;
    for (;;) {
        struct roam_diag why = {""};
        const enum roam_err err = submit_once(remote, bytes, size, receipt, &why);
        if (err == ROAM_OK) return ROAM_OK;
        if ((err != ROAM_E_BUSY && err != ROAM_E_IO) || time(NULL) >= until)
            return roam_diag(diag, err, "%s", why.text);
        nanosleep(&pause, NULL);
    }
}

enum roam_err remote_receipt(struct remote *remote, const char *which, json_t **out, struct roam_diag *diag)
{
    char url[URL_MAX];
    snprintf(url, sizeof url, "%s/v1/receipts/%.100s", remote->url, which);
    ROAM_TRY(fetch_json(out, url, READ_MS, diag));
    (void)json_object_del(*out, "decoded"); /* the file's bytes say it */
    return ROAM_OK;
}
