/* A client of an ABCI server, for tests: writes requests, reads responses, one thread. */
#ifndef TEST_ABCI_PEER_H
#define TEST_ABCI_PEER_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "abci_message.h"
#include "buf.h"

enum { PEER_READ_SIZE = 1 << 16 };
struct peer {
    int fd;
    struct roam_buf out; /* requests that are not sent yet */
    uint8_t *in;         /* of which begin .. end is read and not yet taken */
    size_t begin, end, room;
    struct proto_arena arena; /* of the last response */
};

static inline struct peer peer_of(int fd)
{
    struct peer peer = {.fd = fd, .arena = proto_arena_growing(1 << 28)};
    buf_init(&peer.out, 1 << 28);
    return peer;
}

/* address as abci_server_address gives it, of a unix socket. */
static inline int peer_connect(const char *address)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    const char *path = address + strlen("unix://");
    memcpy(name.sun_path, path, strlen(path));
    ROAM_ASSERT(fd >= 0 && connect(fd, (struct sockaddr *)&name, sizeof name) == 0);
    return fd;
}
static inline struct peer peer_open(const char *address) { return peer_of(peer_connect(address)); }

static inline void peer_close(struct peer *peer)
{
    close(peer->fd);
    free(peer->in);
    buf_release(&peer->out);
    proto_arena_release(&peer->arena);
}

/* Puts a request behind those that are to be sent. */
static inline void peer_put(struct peer *peer, const struct abci_request *request)
{
    const size_t size = proto_size(&abci_request_message, request);
    uint8_t head[PROTO_VARINT_MAX];
    const size_t head_size = proto_varint_write(head, size);
    uint8_t *place = buf_extend(&peer->out, head_size + size);
    ROAM_ASSERT(place != NULL);
    memcpy(place, head, head_size);
    proto_write(place + head_size, size, &abci_request_message, request);
}

/* false if the server has closed. */
static inline bool peer_send_bytes(struct peer *peer, const void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        const ssize_t n = send(peer->fd, (const uint8_t *)data + done, size - done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

static inline bool peer_send(struct peer *peer)
{
    const bool sent = peer_send_bytes(peer, peer->out.data, peer->out.size);
    peer->out.size = 0;
    return sent;
}

/* Takes a response that is wholly read. */
static inline bool peer_take(struct peer *peer, struct abci_response *out)
{
    uint64_t size;
    size_t head;
    if (peer->begin == peer->end) return false;
    ROAM_ASSERT(proto_varint_read(&size, &head, peer->in + peer->begin, peer->end - peer->begin) == ROAM_OK);
    if (head == 0 || size > peer->end - peer->begin - head) return false;
    proto_arena_reset(&peer->arena);
    ROAM_ASSERT(proto_read(&abci_response_message, out, peer->in + peer->begin + head, (size_t)size,
                           &peer->arena, NULL) == ROAM_OK);
    peer->begin += head + (size_t)size;
    return true;
}

static inline void peer_make_room(struct peer *peer)
{
    if (peer->begin > 0) memmove(peer->in, peer->in + peer->begin, peer->end - peer->begin);
    peer->end -= peer->begin;
    peer->begin = 0;
    if (peer->room - peer->end >= PEER_READ_SIZE) return;
    peer->room = 2 * peer->end + PEER_READ_SIZE;
    peer->in = realloc(peer->in, peer->room);
    ROAM_ASSERT(peer->in != NULL);
}

/* Waits for a response, which lives until the next call; false if the server closes before. */
static inline bool peer_receive(struct peer *peer, struct abci_response *out)
{
    while (!peer_take(peer, out)) {
        peer_make_room(peer);
        const ssize_t n = recv(peer->fd, peer->in + peer->end, peer->room - peer->end, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        peer->end += (size_t)n;
    }
    return true;
}

/* One request and its response, which must be of that method. */
static inline struct abci_response peer_call(struct peer *peer, const struct abci_request *request)
{
    struct abci_response response = {0};
    peer_put(peer, request);
    ROAM_ASSERT(peer_send(peer) && peer_receive(peer, &response) && response.method == request->method);
    return response;
}

#endif
