#include "rpc_call.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_member.h"

struct comet_rpc {
    CURL *curl;
    struct curl_slist *headers;
    char *url;
    const char *method;
    unsigned timeout_ms;
    uint64_t id;
    struct roam_buf request, response;
    char cause[CURL_ERROR_SIZE];
    bool too_large;
};

/* A transaction of CometBFT's largest block, in Base64. */
enum { REQUEST_MAX = 160 << 20 };

static void start_curl(void) { ROAM_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); }

static size_t receive(char *data, size_t one, size_t size, void *context)
{
    struct comet_rpc *rpc = context;
    const enum roam_err err = buf_append(&rpc->response, data, one * size);
    rpc->too_large |= err == ROAM_E_LIMIT;
    return err == ROAM_OK ? size : 0;
}

static bool set_options(struct comet_rpc *rpc)
{
    CURL *c = rpc->curl;
    struct curl_slist *expect = curl_slist_append(NULL, "Expect:"); /* nor wait for "100 Continue" */
    rpc->headers = expect == NULL ? NULL : curl_slist_append(expect, "Content-Type: application/json");
    if (rpc->headers == NULL) curl_slist_free_all(expect);
    return rpc->headers != NULL && curl_easy_setopt(c, CURLOPT_URL, rpc->url) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)rpc->timeout_ms) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTPHEADER, rpc->headers) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ERRORBUFFER, rpc->cause) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, rpc) == CURLE_OK;
}

enum roam_err comet_rpc_open(struct comet_rpc **out, const char *url, unsigned timeout_ms,
                             size_t response_max, struct roam_diag *diag)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    *out = NULL;
    ROAM_ASSERT(timeout_ms > 0);
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "'%.200s' does not begin with http:// or https://", url);
    pthread_once(&once, start_curl);
    struct comet_rpc *rpc = calloc(1, sizeof *rpc);
    if (rpc == NULL) return ROAM_E_NOMEM;
    buf_init(&rpc->request, REQUEST_MAX);
    buf_init(&rpc->response, response_max);
    rpc->timeout_ms = timeout_ms;
    rpc->url = strdup(url);
    rpc->curl = curl_easy_init();
    if (rpc->url == NULL || rpc->curl == NULL || !set_options(rpc)) {
        comet_rpc_close(rpc);
        return ROAM_E_NOMEM;
    }
    *out = rpc;
    return ROAM_OK;
}

void comet_rpc_close(struct comet_rpc *rpc)
{
    if (rpc == NULL) return;
    curl_easy_cleanup(rpc->curl);
    curl_slist_free_all(rpc->headers);
    buf_release(&rpc->request);
    buf_release(&rpc->response);
    free(rpc->url);
    free(rpc);
}

enum roam_err comet_rpc_begin(struct comet_rpc *rpc, const char *method, struct roam_buf **request)
{
    rpc->method = method;
    rpc->id++;
    rpc->request.size = rpc->response.size = 0;
    rpc->too_large = false;
    *request = &rpc->request;
    return buf_printf(&rpc->request,
                      "{\"jsonrpc\":\"2.0\",\"id\":%" PRIu64 ",\"method\":\"%s\",\"params\":", rpc->id,
                      method);
}

static enum roam_err transfer(struct comet_rpc *rpc, struct roam_diag *diag)
{
    rpc->cause[0] = 0;
    if (curl_easy_setopt(rpc->curl, CURLOPT_POSTFIELDS, rpc->request.data) != CURLE_OK ||
        curl_easy_setopt(rpc->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rpc->request.size) != CURLE_OK)
        return ROAM_E_NOMEM;
    const CURLcode code = curl_easy_perform(rpc->curl);
    if (code == CURLE_OK) return ROAM_OK;
    if (rpc->too_large)
        return roam_diag(diag, ROAM_E_LIMIT, "the answer has more than %zu bytes", rpc->response.maximum);
    if (code == CURLE_OUT_OF_MEMORY || code == CURLE_WRITE_ERROR) return ROAM_E_NOMEM;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return roam_diag(diag, ROAM_E_IO, "no answer within %u ms", rpc->timeout_ms);
    /* curl's own text for a failed connection differs by the milliseconds it took */
    const bool has_cause = rpc->cause[0] != 0 && code != CURLE_COULDNT_CONNECT;
    return roam_diag(diag, ROAM_E_IO, "%s", has_cause ? rpc->cause : curl_easy_strerror(code));
}

/* The errors that callers act upon, by the words that v0.38 has for them. */
static enum roam_err name_error(const char *text)
{
    static const struct {
        const char *words;
        enum roam_err err;
    } named[] = {
        {"must be less than or equal to the current blockchain height", ROAM_E_NOTFOUND},
        {"is not available, lowest height is", ROAM_E_NOTFOUND},
        {"could not find validator set", ROAM_E_NOTFOUND},
        {"tx already exists in cache", ROAM_E_EXISTS},
        {"mempool is full", ROAM_E_BUSY},
        {"Tx too large", ROAM_E_LIMIT},
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (strstr(text, named[i].words) != NULL) return named[i].err;
    return ROAM_E_IO;
}

static enum roam_err read_error(const json_t *error, struct roam_diag *diag)
{
    const char *message = json_string_value(json_object_get(error, "message"));
    const char *data = json_string_value(json_object_get(error, "data"));
    const char *text = data != NULL ? data : message != NULL ? message : "an error without words";
    char shown[300];
    return roam_diag(diag, name_error(text), "the node says: %s",
                     comet_printable(shown, sizeof shown, text, strlen(text)));
}

static enum roam_err read_envelope(const struct comet_rpc *rpc, const json_t *document, const json_t **result,
                                   struct roam_diag *diag)
{
    const json_t *id = json_object_get(document, "id"), *error = json_object_get(document, "error");
    if (json_is_object(error)) return read_error(error, diag);
    *result = json_object_get(document, "result");
    if (!json_is_integer(id) || json_integer_value(id) != (json_int_t)rpc->id)
        return roam_diag(diag, ROAM_E_FORMAT, "the answer is not to call %" PRIu64, rpc->id);
    if (*result == NULL) return roam_diag(diag, ROAM_E_FORMAT, "the answer has neither result nor error");
    return ROAM_OK;
}

static enum roam_err exchange(struct comet_rpc *rpc, json_t **document, const json_t **result,
                              struct roam_diag *diag)
{
    struct roam_diag inner = {0};
    long status = 0;
    ROAM_TRY(buf_append(&rpc->request, "}", 1));
    ROAM_TRY(transfer(rpc, diag));
    curl_easy_getinfo(rpc->curl, CURLINFO_RESPONSE_CODE, &status);
    const enum roam_err err =
        comet_json_load(document, (const char *)rpc->response.data, rpc->response.size, &inner);
    /* errors of JSON-RPC come with the status 500 too */
    if (status != 200 && (err != ROAM_OK || json_object_get(*document, "error") == NULL))
        return roam_diag(diag, ROAM_E_IO, "HTTP status %ld", status);
    if (err != ROAM_OK) return roam_diag(diag, err, "the answer is not JSON: %.300s", inner.text);
    return read_envelope(rpc, *document, result, diag);
}

enum roam_err comet_rpc_send(struct comet_rpc *rpc, json_t **document, const json_t **result,
                             struct roam_diag *diag)
{
    *document = NULL;
    const enum roam_err err = exchange(rpc, document, result, diag);
    if (err == ROAM_OK) return err;
    json_decref(*document);
    *document = NULL;
    return comet_rpc_explain(rpc, err, diag);
}

enum roam_err comet_rpc_explain(struct comet_rpc *rpc, enum roam_err err, struct roam_diag *diag)
{
    if (err == ROAM_OK || diag == NULL) return err;
    const struct roam_diag inner = *diag;
    roam_diag_clear(diag);
    return roam_diag(diag, err, "%.100s %s: %.300s", rpc->url, rpc->method,
                     inner.text[0] != 0 ? inner.text : roam_err_text(err));
}
