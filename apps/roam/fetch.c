#include "fetch.h"

#include <curl/curl.h>
#include <pthread.h>

enum { ANSWER_MAX = 64 << 20 };

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void init_curl(void) { (void)curl_global_init(CURL_GLOBAL_DEFAULT); }

static size_t take(char *data, size_t one, size_t size, void *context)
{
    (void)one;
    return buf_append(context, data, size) == ROAM_OK ? size : 0;
}

static struct curl_slist *headers_of(const struct fetch *fetch)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    if (headers != NULL && fetch->binary)
        headers = curl_slist_append(headers, "Accept: application/octet-stream");
    return headers;
}

static void set_options(CURL *curl, const struct fetch *fetch, struct curl_slist *headers,
                        struct roam_buf *answer)
{
    curl_easy_setopt(curl, CURLOPT_URL, fetch->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)fetch->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (fetch->body == NULL) return;
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)fetch->body_size);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, fetch->body);
}

enum roam_err fetch_any(struct roam_buf *answer, long *status, const struct fetch *fetch,
                        struct roam_diag *diag)
{
    pthread_once(&curl_once, init_curl);
    struct curl_slist *headers = headers_of(fetch);
    CURL *curl = curl_easy_init();
    CURLcode code = CURLE_OUT_OF_MEMORY;
    *status = 0;
    if (curl != NULL && headers != NULL) {
        set_options(curl, fetch, headers, answer);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    }
    if (curl != NULL) curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    if (code == CURLE_OK) return ROAM_OK;
    if (code == CURLE_OUT_OF_MEMORY) return ROAM_E_NOMEM;
    if (code == CURLE_WRITE_ERROR)
        return roam_diag(diag, ROAM_E_LIMIT, "%s: the answer is too large", fetch->url);
    return roam_diag(diag, ROAM_E_IO, "%s: %s", fetch->url, curl_easy_strerror(code));
}

static enum roam_err of_status(long status, const char *url, struct roam_diag *diag)
{
    if (status == 200) return ROAM_OK;
    if (status == 404) return roam_diag(diag, ROAM_E_NOTFOUND, "%s: not found", url);
    return roam_diag(diag, status == 503 ? ROAM_E_BUSY : ROAM_E_IO, "%s: status %ld", url, status);
}

enum roam_err fetch_json(json_t **out, const char *url, unsigned timeout_ms, struct roam_diag *diag)
{
    struct roam_buf answer;
    long status;
    buf_init(&answer, ANSWER_MAX);
    enum roam_err err =
        fetch_any(&answer, &status, &(struct fetch){.url = url, .timeout_ms = timeout_ms}, diag);
    if (err == ROAM_OK) err = of_status(status, url, diag);
    if (err == ROAM_OK) {
        *out = json_loadb((const char *)answer.data, answer.size, 0, NULL);
        if (*out == NULL) err = roam_diag(diag, ROAM_E_FORMAT, "%s: the answer is not JSON", url);
    }
    buf_release(&answer);
    return err;
}
