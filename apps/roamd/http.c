#include "http.h"

#include "parcel.h"
#include "reply.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STOP_MS = 2000 };

struct http {
    struct node *node;
    struct MHD_Daemon *daemon;
    atomic_uint answering; /* requests that are complete and whose answer is not sent */
};

/* One request from its first header to its answer. */
struct request {
    struct http *http;
    struct MHD_Connection *connection;
    uint64_t started_ms;
    uint8_t *body;
    size_t size, capacity;
    bool too_large, counted, answered, binary;
    struct reply reply;
};

static void request_free(void *cls, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct request *request = *state;
    (void)cls, (void)connection, (void)code;
    if (request == NULL) return;
    if (request->counted) atomic_fetch_sub(&request->http->answering, 1);
    free(request->body);
    free(request->reply.body);
    free(request);
    *state = NULL;
}

static enum MHD_Result send_reply(struct request *request)
{
    static const char *const types[] = {"application/json", "application/octet-stream",
                                        "text/plain; version=0.0.4"};
    struct reply *reply = &request->reply;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->size, reply->body, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) return MHD_NO;
    reply->body = NULL;
    if (reply->status != 200) atomic_fetch_add(&node_metrics(request->http->node)->refused_requests, 1);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, types[reply->type]);
    if (reply->retry_after_s > 0) MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    const enum MHD_Result result = MHD_queue_response(request->connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* On the thread that answers the last transaction. */
static void submitted(void *context, enum roam_err err, const struct ledger_receipt *receipts, size_t count)
{
    struct request *request = context;
    struct metrics *metrics = node_metrics(request->http->node);
    if (err == ROAM_OK)
        reply_receipts(&request->reply, request->binary, receipts, count);
    else if (err == ROAM_E_VERIFY)
        reply_turned(&request->reply, receipts, count);
    else
        reply_error(&request->reply, 504, roam_err_name(err),
                    "the outcome is not known yet; send the same again to learn it");
    histogram_add(&metrics->finality, (node_now_ms() - request->started_ms) * 1000);
    request->answered = true;
    MHD_resume_connection(request->connection);
}

/* The body as a list of transactions; allocated. */
static struct ledger_bytes *read_body(const struct request *request, size_t *count, enum roam_err *err)
{
    static const uint8_t tx_magic[4] = {'r', 't', 'x', '1'};
    struct parcel_reader reader = {NULL, 0};
    const bool single = request->size >= 4 && memcmp(request->body, tx_magic, 4) == 0;
    *count = 1;
    *err = ROAM_OK;
    if (!single) *err = parcel_read_begin(&reader, request->body, request->size, count);
    if (single && request->size > TX_SIZE_MAX) *err = ROAM_E_LIMIT;
    if (*err != ROAM_OK) return NULL;
    struct ledger_bytes *txs = malloc(*count * sizeof *txs);
    if (txs == NULL) {
        *err = ROAM_E_NOMEM;
        return NULL;
    }
    txs[0] = (struct ledger_bytes){request->body, request->size};
    for (size_t i = 0; !single && parcel_read_next(&reader, &txs[i].bytes, &txs[i].size);) i++;
    return txs;
}

/* False, and the reply says why, if one of them is not admissible. */
static bool admit_all(struct request *request, const struct ledger_bytes *txs, size_t count)
{
    size_t refused;
    enum ledger_outcome outcome;
    if (node_admit(request->http->node, txs, count, &refused, &outcome) != ROAM_OK)
        reply_error(&request->reply, 503, "E_IO", "the ledger cannot be read");
    else if (refused == count)
        return true;
    else
        reply_refused(&request->reply, refused, outcome);
    return false;
}

static bool has_engine(struct request *request)
{
    if (node_has_engine(request->http->node)) return true;
    reply_error(&request->reply, 503, "E_BUSY",
                "CometBFT is not connected; nothing was taken, try another node");
    return false;
}

/* The connection sleeps until `submitted`, which may come before inbox_submit returns. */
static void submit(struct request *request, const struct ledger_bytes *txs, size_t count)
{
    MHD_suspend_connection(request->connection);
    const enum roam_err err = inbox_submit(node_inbox(request->http->node), txs, count, submitted, request);
    if (err == ROAM_OK) return;
    if (err == ROAM_E_BUSY)
        reply_error(&request->reply, 503, "E_BUSY", "too much is waiting; nothing was taken, try again");
    else
        reply_error(&request->reply, err == ROAM_E_LIMIT ? 413 : 503, roam_err_name(err), "%s",
                    roam_err_text(err));
    request->answered = true;
    MHD_resume_connection(request->connection);
}

static bool client_wants_binary(struct MHD_Connection *connection)
{
    const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    return accept != NULL && strcmp(accept, "application/octet-stream") == 0;
}

/* True if the connection sleeps now. */
static bool post(struct request *request, const char *path)
{
    size_t count;
    enum roam_err err;
    if (strcmp(path, "/v1/transactions") != 0) {
        reply_error(&request->reply, 404, "E_NOTFOUND", "nothing takes a POST at %.200s", path);
        return false;
    }
    struct ledger_bytes *txs = request->too_large ? NULL : read_body(request, &count, &err);
    if (request->too_large || (txs == NULL && err == ROAM_E_LIMIT)) {
        reply_error(&request->reply, 413, "E_LIMIT", "a body may have %d bytes, a transaction in it %d",
                    PARCEL_SIZE_MAX, TX_SIZE_MAX);
        return false;
    }
    if (txs == NULL) {
        reply_error(&request->reply, err == ROAM_E_FORMAT ? 400 : 503, roam_err_name(err),
                    "the body is not a transaction or a parcel of transactions");
        return false;
    }
    request->binary = client_wants_binary(request->connection);
    const bool admitted = admit_all(request, txs, count) && has_engine(request);
    if (admitted) submit(request, txs, count);
    free(txs);
    return admitted;
}

static enum MHD_Result route(struct request *request, const char *path, const char *method)
{
    atomic_fetch_add(&node_metrics(request->http->node)->requests, 1);
    atomic_fetch_add(&request->http->answering, 1);
    request->counted = true;
    if (strcmp(method, MHD_HTTP_METHOD_POST) == 0) {
        if (post(request, path)) return MHD_YES;
    } else if (strcmp(method, MHD_HTTP_METHOD_GET) == 0) {
        reply_get(&request->reply, request->http->node, path);
    } else {
        reply_error(&request->reply, 405, "E_UNSUPPORTED", "method %.20s is not served", method);
    }
    return send_reply(request);
}

static void take_upload(struct request *request, const char *data, size_t size)
{
    if (request->too_large || size > PARCEL_SIZE_MAX - request->size) {
        request->too_large = true; /* the rest is read and dropped, so that the answer is read */
        return;
    }
    if (request->size + size > request->capacity) {
        size_t capacity = request->capacity == 0 ? 4096 : request->capacity;
        while (capacity < request->size + size) capacity *= 2;
        uint8_t *body = realloc(request->body, capacity);
        if (body == NULL) {
            request->too_large = true;
            return;
        }
        request->body = body;
        request->capacity = capacity;
    }
    memcpy(request->body + request->size, data, size);
    request->size += size;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    struct request *request = *state;
    (void)version;
    if (request == NULL) {
        request = calloc(1, sizeof *request);
        if (request == NULL) return MHD_NO;
        *request = (struct request){.http = cls, .connection = connection, .started_ms = node_now_ms()};
        *state = request;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        take_upload(request, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return request->answered ? send_reply(request) : route(request, path, method);
}

/* "HOST:PORT" or "[HOST]:PORT". */
static enum roam_err resolve(const char *listen_on, struct addrinfo **out, struct roam_diag *diag)
{
    char host[256];
    const char *colon = strrchr(listen_on, ':');
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    const size_t length = colon == NULL ? 0 : (size_t)(colon - listen_on);
    if (length == 0 || length >= sizeof host)
        return roam_diag(diag, ROAM_E_FORMAT, "'%s' is not HOST:PORT", listen_on);
    const bool bracketed = listen_on[0] == '[' && listen_on[length - 1] == ']' && length > 2;
    memcpy(host, listen_on + bracketed, length - 2 * bracketed);
    host[length - 2 * bracketed] = '\0';
    const int error = getaddrinfo(host, colon + 1, &hints, out);
    if (error != 0) return roam_diag(diag, ROAM_E_FORMAT, "'%s': %s", listen_on, gai_strerror(error));
    return ROAM_OK;
}

static enum roam_err open_socket(const char *listen_on, int *out, struct roam_diag *diag)
{
    struct addrinfo *address;
    const int yes = 1;
    ROAM_TRY(resolve(listen_on, &address, diag));
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool good = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                      bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, 1024) == 0;
    const int cause = errno;
    freeaddrinfo(address);
    if (good) {
        *out = fd;
        return ROAM_OK;
    }
    if (fd >= 0) close(fd);
    return roam_diag(diag, cause == EADDRINUSE ? ROAM_E_BUSY : ROAM_E_IO, "listening on %s: %s", listen_on,
                     strerror(cause));
}

enum roam_err http_start(struct http **out, struct node *node, const char *listen_on, unsigned threads,
                         struct roam_diag *diag)
{
    int fd = -1;
    ROAM_TRY(open_socket(listen_on, &fd, diag));
    struct http *http = calloc(1, sizeof *http);
    if (http != NULL) {
        http->node = node;
        http->daemon =
            MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle,
                             http, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, 4096u,
                             MHD_OPTION_CONNECTION_TIMEOUT, 120u, MHD_OPTION_NOTIFY_COMPLETED, request_free,
                             NULL, MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0u, MHD_OPTION_END);
    }
    if (http != NULL && http->daemon != NULL) {
        *out = http;
        return ROAM_OK;
    }
    free(http);
    close(fd);
    return roam_diag(diag, ROAM_E_NOMEM, "the HTTP server cannot be started");
}

/* Answers that are made are sent before their connections are closed. */
void http_stop(struct http *http)
{
    const struct timespec pause = {0, 1000 * 1000};
    if (http == NULL) return;
    const uint64_t until_ms = node_now_ms() + STOP_MS;
    const int fd = MHD_quiesce_daemon(http->daemon);
    while (atomic_load(&http->answering) > 0 && node_now_ms() < until_ms) nanosleep(&pause, NULL);
    MHD_stop_daemon(http->daemon);
    if (fd >= 0) close(fd);
    free(http);
}
