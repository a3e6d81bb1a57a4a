/* A small HTTP server in a thread that answers JSON-RPC for the tests of the client: keep-alive, one
 * connection after the other, one answer for each POST. */
#ifndef TEST_COMET_SERVER_H
#define TEST_COMET_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"

struct server {
    /* Fills the body of the answer to a request's body and returns the HTTP status; 0: says nothing and hangs
     * up; -1: says nothing until the client hangs up. */
    int (*answer)(const char *request, size_t size, struct roam_buf *body);
    atomic_uint connections, requests;
    int listener;
    char url[40];
    pthread_t thread;
};

/* The size of the whole request in text, 0 if more is to come; *body is where its body begins. */
static inline size_t server_request_size(const char *text, size_t *body)
{
    const char *end = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
    if (end == NULL || length == NULL) return 0;
    *body = (size_t)(end - text) + 4;
    return *body + strtoul(length + 15, NULL, 10);
}

static inline bool server_write(int peer, const void *data, size_t size)
{
    for (size_t sent = 0; sent < size;) {
        const ssize_t n = send(peer, (const char *)data + sent, size - sent, MSG_NOSIGNAL);
        if (n <= 0) return false;
        sent += (size_t)n;
    }
    return true;
}

static inline bool server_reply(struct server *server, int peer, const char *request, size_t size)
{
    struct roam_buf body;
    char head[200], ignored[16];
    bool more = false;
    buf_init(&body, 64 << 20);
    atomic_fetch_add(&server->requests, 1);
    const int status = server->answer(request, size, &body);
    if (status > 0) {
        snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n", status, body.size);
        more = server_write(peer, head, strlen(head)) && server_write(peer, body.data, body.size);
    }
    while (status < 0 && recv(peer, ignored, sizeof ignored, 0) > 0) continue;
    buf_release(&body);
    return more;
}

static inline void server_talk(struct server *server, int peer)
{
    static char text[1 << 16];
    size_t size = 0, body = 0;
    for (;;) {
        const ssize_t n = recv(peer, text + size, sizeof text - 1 - size, 0);
        if (n <= 0) return;
        size += (size_t)n;
        text[size] = 0;
        const size_t whole = server_request_size(text, &body);
        if (whole == 0 || size < whole) continue;
        if (!server_reply(server, peer, text + body, whole - body)) return;
        size = 0;
    }
}

static inline void *server_run(void *context)
{
    struct server *server = context;
    int peer;
    while ((peer = accept(server->listener, NULL, NULL)) >= 0) {
        atomic_fetch_add(&server->connections, 1);
        server_talk(server, peer);
        close(peer);
    }
    return NULL;
}

static inline void server_start(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    ROAM_ASSERT(bind(server->listener, (struct sockaddr *)&address, size) == 0);
    ROAM_ASSERT(listen(server->listener, 8) == 0);
    ROAM_ASSERT(getsockname(server->listener, (struct sockaddr *)&address, &size) == 0);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%u", ntohs(address.sin_port));
    ROAM_ASSERT(pthread_create(&server->thread, NULL, server_run, server) == 0);
}

/* All clients have hung up. */
static inline void server_stop(struct server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
}

#endif
