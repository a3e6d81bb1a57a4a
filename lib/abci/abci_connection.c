#include "abci_connection.h"

#include "abci_dispatch.h"
#include "buf.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    READ_SIZE = 65536,      /* asked of the socket at a time, at least */
    WRITE_SIZE = 65536,     /* answers are written when there are so many bytes of them */
    STOP_PATIENCE_MS = 1000 /* for a peer that does not read its last answers or does not close */
};
/* CometBFT reads messages up to 2^31 - 1 bytes. */
static const size_t message_max = INT32_MAX;
/* Of one call; lists in memory are larger than their bytes in a message. */
static const size_t call_memory_max = (size_t)8 * INT32_MAX;

struct session {
    const struct abci_connection *connection;
    struct abci_call call;
    uint8_t *in; /* bytes begin .. end of capacity are read and not yet answered */
    size_t begin, end, capacity;
    struct roam_buf out;
    struct roam_diag *diag;
    bool ended;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_stopping(const struct session *s) { return atomic_load(s->connection->stopping); }

static void end(struct session *s, const char *why)
{
    s->ended = true;
    if (why != NULL) (void)roam_diag(s->diag, ROAM_E_IO, "%s: %s", why, strerror(errno));
}

/* Waits until the socket is ready or the server stops. */
static void wait_for(struct session *s, short events)
{
    struct pollfd fds[2] = {{s->connection->fd, events, 0}, {s->connection->wake, POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) end(s, "poll");
}

/* The same when the server stops already, until a second after the first call; false if that is over. */
static bool wait_to_write(struct session *s, int64_t *deadline_ms)
{
    struct pollfd fd = {s->connection->fd, POLLOUT, 0};
    if (*deadline_ms == 0) *deadline_ms = now_ms() + STOP_PATIENCE_MS;
    const int64_t left_ms = *deadline_ms - now_ms();
    return left_ms > 0 && (poll(&fd, 1, (int)left_ms) >= 0 || errno == EINTR);
}

static void write_out(struct session *s)
{
    int64_t deadline_ms = 0;
    size_t done = 0;
    while (done < s->out.size && !s->ended) {
        const ssize_t n = send(s->connection->fd, s->out.data + done, s->out.size - done, MSG_NOSIGNAL);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            end(s, errno == EPIPE || errno == ECONNRESET ? NULL : "writing");
        else if (!is_stopping(s))
            wait_for(s, POLLOUT);
        else if (!wait_to_write(s, &deadline_ms))
            end(s, "writing");
    }
    s->out.size = 0;
}

static void append(struct session *s, const struct abci_response *response, size_t size)
{
    uint8_t head[PROTO_VARINT_MAX];
    const size_t head_size = proto_varint_write(head, size);
    uint8_t *place = buf_extend(&s->out, head_size + size);
    if (place == NULL) {
        end(s, "memory for a response");
        return;
    }
    memcpy(place, head, head_size);
    proto_write(place + head_size, size, &abci_response_message, response);
}

/* A response that is too large becomes an exception. */
static void append_response(struct session *s, struct abci_response *response)
{
    size_t size = proto_size(&abci_response_message, response);
    if (size > message_max) {
        abci_fail(&s->call, "a response of %zu bytes is more than CometBFT reads", size);
        abci_exception(&s->call, response);
        size = proto_size(&abci_response_message, response);
    }
    append(s, response, size);
}

/* The peer is told what diag says and is heard no more. */
static void refuse(struct session *s)
{
    struct abci_response response;
    s->call.failed = false;
    abci_fail(&s->call, "not a request: %s", s->diag->text);
    abci_exception(&s->call, &response);
    append_response(s, &response);
    write_out(s);
    s->ended = true;
}

/* An honest request's lists take less memory than 16 times its bytes: an empty transaction has two bytes and
 * takes 16, a vote has more than 25 and takes 64. */
static size_t request_memory(size_t size) { return 4096 + 16 * size; }

static void answer(struct session *s, const uint8_t *frame, size_t size)
{
    struct abci_request request;
    struct abci_response response;
    s->call.failed = false;
    proto_arena_reset(&s->call.memory);
    s->call.memory.maximum = request_memory(size);
    enum roam_err err = proto_read(&abci_request_message, &request, frame, size, &s->call.memory, s->diag);
    if (err == ROAM_OK && request.method == ABCI_NONE)
        err = roam_diag(s->diag, ROAM_E_FORMAT, "none of the kinds that are known");
    if (err != ROAM_OK) {
        refuse(s);
        return;
    }
    s->call.memory.maximum = call_memory_max;
    abci_dispatch(s->connection->app, &s->call, &request, &response);
    append_response(s, &response);
    if (request.method == ABCI_FLUSH || s->out.size >= WRITE_SIZE) write_out(s);
}

/* The length that stands before a frame, and how many bytes it takes there: 0 if it is not complete. */
static size_t frame_head(struct session *s, size_t *head)
{
    uint64_t size;
    const enum roam_err err = proto_varint_read(&size, head, s->in + s->begin, s->end - s->begin);
    if (err != ROAM_OK || size > s->connection->frame_max) {
        (void)roam_diag(s->diag, ROAM_E_LIMIT, "a frame above the limit of %zu bytes",
                        s->connection->frame_max);
        refuse(s);
    }
    return (size_t)size;
}

/* Answers the frames that are complete. */
static void answer_frames(struct session *s)
{
    size_t head;
    while (s->begin < s->end && !s->ended && !is_stopping(s)) {
        const size_t size = frame_head(s, &head);
        if (s->ended || head == 0 || size > s->end - s->begin - head) return;
        s->begin += head + size;
        answer(s, s->in + s->begin - size, size);
    }
}

/* Room to read more. The memory grows as bytes come, not by the length that a frame claims. */
static bool make_room(struct session *s)
{
    if (s->begin > 0) memmove(s->in, s->in + s->begin, s->end - s->begin);
    s->end -= s->begin;
    s->begin = 0;
    if (s->capacity - s->end >= READ_SIZE) return true;
    const size_t capacity = 2 * s->end + READ_SIZE;
    uint8_t *in = realloc(s->in, capacity);
    if (in == NULL) return false;
    s->in = in;
    s->capacity = capacity;
    return true;
}

/* Reads what is there; if nothing is, writes the answers and waits. */
static void read_more(struct session *s)
{
    if (!make_room(s)) {
        end(s, "memory for a frame");
        return;
    }
    const ssize_t n = recv(s->connection->fd, s->in + s->end, s->capacity - s->end, 0);
    if (n > 0)
        s->end += (size_t)n;
    else if (n == 0) {
        write_out(s);
        if (s->begin < s->end) (void)roam_diag(s->diag, ROAM_E_FORMAT, "the peer closed within a frame");
        end(s, NULL);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        write_out(s);
        if (!s->ended) wait_for(s, POLLIN);
    } else if (errno != EINTR)
        end(s, errno == ECONNRESET ? NULL : "reading");
}

/* Closing while bytes are unread would take back what was written, so those of a peer that was refused are
 * read. */
static void drain(struct session *s)
{
    shutdown(s->connection->fd, SHUT_WR);
    const int64_t deadline_ms = now_ms() + STOP_PATIENCE_MS;
    struct pollfd fds[2] = {{s->connection->fd, POLLIN, 0}, {s->connection->wake, POLLIN, 0}};
    while (!is_stopping(s)) {
        const int64_t left = deadline_ms - now_ms();
        if (left <= 0 || poll(fds, 2, (int)left) < 0) return;
        const ssize_t n = recv(s->connection->fd, s->in, s->capacity, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return;
    }
}

void abci_connection_serve(const struct abci_connection *connection, struct roam_diag *diag)
{
    struct session s = {.connection = connection, .diag = diag, .call.memory = proto_arena_growing(0)};
    roam_diag_clear(diag);
    buf_init(&s.out, 2 * message_max);
    while (!s.ended && !is_stopping(&s)) {
        read_more(&s);
        answer_frames(&s);
    }
    write_out(&s);
    if (diag->text[0] != 0) drain(&s);
    proto_arena_release(&s.call.memory);
    buf_release(&s.out);
    free(s.in);
}
