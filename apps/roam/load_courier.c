#include "load_courier.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load_plan.h"
#include "parcel.h"

enum { REQUEST_BYTES = 512 << 10, PAUSE_NS = 50 * 1000 * 1000, TIMEOUT_MS = 60000 };

struct queued {
    struct queued *next;
    struct ledger_bytes tx;
    void *item;
};
struct queue {
    struct queued *first, **end;
    size_t count;
};

/* One request, again and again. */
struct carrier {
    struct courier *courier;
    CURL *curl;
    unsigned node;
    bool flying;
    uint64_t not_before_ns;
    struct queue load; /* what it carries */
    size_t body_size, answer_size;
    uint8_t *body, *answer; /* [PARCEL_SIZE_MAX], [answer_capacity] */
};

struct courier {
    struct courier_options options;
    CURLM *multi;
    struct curl_slist *headers;
    struct queue waiting[COURIER_NODES_MAX];
    struct carrier *carriers; /* [carrier_count] */
    size_t carrier_count;
    struct courier_counts counts;
};

enum { ANSWER_MAX = PARCEL_TXS_MAX * LEDGER_RECEIPT_SIZE };

static void queue_init(struct queue *queue) { *queue = (struct queue){.end = &queue->first}; }

static void queue_add(struct queue *queue, struct queued *one)
{
    one->next = NULL;
    *queue->end = one;
    queue->end = &one->next;
    queue->count++;
}

static struct queued *queue_take(struct queue *queue)
{
    struct queued *one = queue->first;
    queue->first = one->next;
    if (queue->first == NULL) queue->end = &queue->first;
    queue->count--;
    return one;
}

/* All of `from` goes before what `to` has. */
static void queue_put_back(struct queue *to, struct queue *from)
{
    if (from->first == NULL) return;
    *from->end = to->first;
    if (to->first == NULL) to->end = from->end;
    to->first = from->first;
    to->count += from->count;
    queue_init(from);
}

static size_t take_answer(char *data, size_t one, size_t size, void *context)
{
    struct carrier *carrier = context;
    (void)one;
    if (size > ANSWER_MAX - carrier->answer_size) return 0;
    memcpy(carrier->answer + carrier->answer_size, data, size);
    carrier->answer_size += size;
    return size;
}

static bool carrier_init(struct carrier *carrier, struct courier *courier, unsigned node)
{
    char url[300];
    *carrier = (struct carrier){.courier = courier, .node = node};
    queue_init(&carrier->load);
    carrier->curl = curl_easy_init();
    carrier->body = malloc(PARCEL_SIZE_MAX);
    carrier->answer = malloc(ANSWER_MAX);
    if (carrier->curl == NULL || carrier->body == NULL || carrier->answer == NULL) return false;
    snprintf(url, sizeof url, "%s/v1/transactions", courier->options.url[node]);
    curl_easy_setopt(carrier->curl, CURLOPT_URL, url);
    curl_easy_setopt(carrier->curl, CURLOPT_HTTPHEADER, courier->headers);
    curl_easy_setopt(carrier->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(carrier->curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(carrier->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(carrier->curl, CURLOPT_WRITEDATA, carrier);
    curl_easy_setopt(carrier->curl, CURLOPT_PRIVATE, carrier);
    return true;
}

static bool open_all(struct courier *courier)
{
    static const char *const headers[] = {"Accept: application/octet-stream",
                                          "Content-Type: application/octet-stream", "Expect:"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct curl_slist *list = curl_slist_append(courier->headers, headers[i]);
        if (list == NULL) return false;
        courier->headers = list;
    }
    courier->multi = curl_multi_init();
    courier->carriers = calloc(courier->carrier_count, sizeof *courier->carriers);
    if (courier->multi == NULL || courier->carriers == NULL) return false;
    for (size_t i = 0; i < courier->carrier_count; i++)
        if (!carrier_init(&courier->carriers[i], courier, (unsigned)(i % courier->options.nodes)))
            return false;
    return true;
}

enum roam_err courier_open(struct courier **out, const struct courier_options *options)
{
    struct courier *courier = calloc(1, sizeof *courier);
    if (courier == NULL) return ROAM_E_NOMEM;
    courier->options = *options;
    courier->carrier_count = (size_t)options->nodes * options->requests_max;
    for (unsigned i = 0; i < COURIER_NODES_MAX; i++) queue_init(&courier->waiting[i]);
    if (open_all(courier)) {
        *out = courier;
        return ROAM_OK;
    }
    courier_close(courier);
    return ROAM_E_NOMEM;
}

static void queue_release(struct queue *queue)
{
    while (queue->first != NULL) free(queue_take(queue));
}

void courier_close(struct courier *courier)
{
    if (courier == NULL) return;
    for (size_t i = 0; courier->carriers != NULL && i < courier->carrier_count; i++) {
        struct carrier *carrier = &courier->carriers[i];
        if (carrier->courier == NULL) break;
        if (carrier->flying) curl_multi_remove_handle(courier->multi, carrier->curl);
        if (carrier->curl != NULL) curl_easy_cleanup(carrier->curl);
        queue_release(&carrier->load);
        free(carrier->body);
        free(carrier->answer);
    }
    for (unsigned i = 0; i < COURIER_NODES_MAX; i++) queue_release(&courier->waiting[i]);
    free(courier->carriers);
    if (courier->multi != NULL) curl_multi_cleanup(courier->multi);
    curl_slist_free_all(courier->headers);
    free(courier);
}

enum roam_err courier_add(struct courier *courier, unsigned node, const struct ledger_bytes *tx, void *item)
{
    struct queued *one = malloc(sizeof *one);
    if (one == NULL) return ROAM_E_NOMEM;
    *one = (struct queued){.tx = *tx, .item = item};
    queue_add(&courier->waiting[node], one);
    return ROAM_OK;
}

static void take_off(struct courier *courier, struct carrier *carrier)
{
    struct queue *waiting = &courier->waiting[carrier->node];
    parcel_write_begin(carrier->body, &carrier->body_size);
    while (waiting->first != NULL && carrier->load.count < PARCEL_TXS_MAX) {
        const struct ledger_bytes *tx = &waiting->first->tx;
        if (!parcel_write_add(carrier->body, REQUEST_BYTES, &carrier->body_size, tx->bytes, tx->size)) break;
        queue_add(&carrier->load, queue_take(waiting));
    }
    carrier->answer_size = 0;
    curl_easy_setopt(carrier->curl, CURLOPT_POSTFIELDS, (const char *)carrier->body);
    curl_easy_setopt(carrier->curl, CURLOPT_POSTFIELDSIZE, (long)carrier->body_size);
    ROAM_ASSERT(curl_multi_add_handle(courier->multi, carrier->curl) == CURLM_OK);
    carrier->flying = true;
    courier->counts.requests++;
}

/* Free requests take what waits for their node. */
static void send_waiting(struct courier *courier)
{
    const uint64_t now_ns = load_now_ns();
    for (size_t i = 0; i < courier->carrier_count; i++) {
        struct carrier *carrier = &courier->carriers[i];
        if (courier->waiting[carrier->node].first != NULL && !carrier->flying &&
            carrier->not_before_ns <= now_ns)
            take_off(courier, carrier);
    }
}

static void deliver(struct courier *courier, struct carrier *carrier)
{
    const uint8_t *at = carrier->answer;
    while (carrier->load.first != NULL) {
        struct ledger_receipt receipt;
        struct queued *one = queue_take(&carrier->load);
        ROAM_ASSERT(ledger_receipt_parse(&receipt, at) == ROAM_OK);
        at += LEDGER_RECEIPT_SIZE;
        courier->options.receipt(courier->options.context, one->item, &receipt);
        free(one);
    }
}

static void land(struct courier *courier, struct carrier *carrier, CURLcode code)
{
    long status = 0;
    struct courier_counts *counts = &courier->counts;
    curl_easy_getinfo(carrier->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(courier->multi, carrier->curl);
    carrier->flying = false;
    if (code == CURLE_OK && status == 200 &&
        carrier->answer_size == carrier->load.count * LEDGER_RECEIPT_SIZE) {
        deliver(courier, carrier);
        return;
    }
    unsigned node = carrier->node;
    carrier->not_before_ns = load_now_ns() + PAUSE_NS;
    if (code == CURLE_OK && status == 503) {
        counts->busy++;
    } else if (code == CURLE_OK && status == 422) {
        counts->refused += carrier->load.count;
        snprintf(counts->refusal, sizeof counts->refusal, "%.*s", (int)carrier->answer_size, carrier->answer);
        queue_release(&carrier->load);
    } else {
        counts->failed++;
        node = (node + 1) % courier->options.nodes;
    }
    queue_put_back(&courier->waiting[node], &carrier->load);
}

void courier_run(struct courier *courier, unsigned timeout_ms)
{
    int running, left;
    CURLMsg *message;
    send_waiting(courier);
    curl_multi_perform(courier->multi, &running);
    if (timeout_ms > 0) curl_multi_poll(courier->multi, NULL, 0, (int)timeout_ms, NULL);
    curl_multi_perform(courier->multi, &running);
    while ((message = curl_multi_info_read(courier->multi, &left)) != NULL) {
        struct carrier *carrier;
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result; /* the message ends when its handle is removed */
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&carrier);
        land(courier, carrier, code);
    }
}

void courier_counts_get(const struct courier *courier, struct courier_counts *out)
{
    *out = courier->counts;
    out->queued = out->in_flight = 0;
    for (unsigned i = 0; i < courier->options.nodes; i++) out->queued += courier->waiting[i].count;
    for (size_t i = 0; i < courier->carrier_count; i++) out->in_flight += courier->carriers[i].load.count;
}
