#include "send.h"

#include "parcel.h"

#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"broadcast_tx_async\",\"params\":{\"tx\":\"";
static const char tail[] = "\"}}";
enum { ANSWER_MAX = 4096, TIMEOUT_MS = 10000 };

struct sender {
    CURL *curl;
    struct curl_slist *headers;
    char url[256], error[CURL_ERROR_SIZE];
    size_t answer_size;
    char answer[ANSWER_MAX];
    char body[sizeof head + sizeof tail + (PARCEL_SIZE_MAX + 2) / 3 * 4 + 1];
};

static size_t take_answer(char *data, size_t one, size_t size, void *context)
{
    struct sender *sender = context;
    const size_t room = ANSWER_MAX - sender->answer_size;
    const size_t taken = size < room ? size : room;
    (void)one;
    memcpy(sender->answer + sender->answer_size, data, taken);
    sender->answer_size += taken;
    return size;
}

enum roam_err sender_open(struct sender **out, const char *url)
{
    struct sender *sender = calloc(1, sizeof *sender);
    if (sender == NULL) return ROAM_E_NOMEM;
    sender->curl = curl_easy_init();
    sender->headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (sender->headers != NULL) sender->headers = curl_slist_append(sender->headers, "Expect:");
    if (sender->curl == NULL || sender->headers == NULL) {
        sender_close(sender);
        return ROAM_E_NOMEM;
    }
    snprintf(sender->url, sizeof sender->url, "%s", url);
    curl_easy_setopt(sender->curl, CURLOPT_URL, sender->url);
    curl_easy_setopt(sender->curl, CURLOPT_HTTPHEADER, sender->headers);
    curl_easy_setopt(sender->curl, CURLOPT_ERRORBUFFER, sender->error);
    curl_easy_setopt(sender->curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(sender->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(sender->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(sender->curl, CURLOPT_WRITEDATA, sender);
    *out = sender;
    return ROAM_OK;
}

void sender_close(struct sender *sender)
{
    if (sender == NULL) return;
    if (sender->curl != NULL) curl_easy_cleanup(sender->curl);
    curl_slist_free_all(sender->headers);
    free(sender);
}

static size_t write_body(struct sender *sender, const uint8_t *bytes, size_t size)
{
    char *at = sender->body;
    const size_t encoded = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    ROAM_ASSERT(size <= PARCEL_SIZE_MAX);
    memcpy(at, head, sizeof head - 1);
    at += sizeof head - 1;
    sodium_bin2base64(at, encoded, bytes, size, sodium_base64_VARIANT_ORIGINAL);
    at += encoded - 1;
    memcpy(at, tail, sizeof tail - 1);
    return (size_t)(at - sender->body) + sizeof tail - 1;
}

static enum roam_err read_answer(struct sender *sender, struct roam_diag *diag)
{
    json_t *answer = json_loadb(sender->answer, sender->answer_size, 0, NULL);
    const json_t *error = json_object_get(answer, "error");
    const char *why = json_string_value(json_object_get(error, "data"));
    enum roam_err err = ROAM_OK;
    if (error != NULL || json_object_get(answer, "result") == NULL)
        err = roam_diag(diag, ROAM_E_IO, "%s: %s", sender->url,
                        why != NULL ? why : "not an answer of CometBFT");
    json_decref(answer);
    return err;
}

enum roam_err sender_send(struct sender *sender, const uint8_t *bytes, size_t size, struct roam_diag *diag)
{
    const size_t body_size = write_body(sender, bytes, size);
    sender->answer_size = 0;
    sender->error[0] = '\0';
    curl_easy_setopt(sender->curl, CURLOPT_POSTFIELDS, sender->body);
    curl_easy_setopt(sender->curl, CURLOPT_POSTFIELDSIZE, (long)body_size);
    const CURLcode code = curl_easy_perform(sender->curl);
    if (code != CURLE_OK)
        return roam_diag(diag, ROAM_E_IO, "%s: %s", sender->url,
                         sender->error[0] != '\0' ? sender->error : curl_easy_strerror(code));
    return read_answer(sender, diag);
}
