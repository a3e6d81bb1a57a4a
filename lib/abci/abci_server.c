#include "abci_server.h"

#include "abci_connection.h"
#include "abci_listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAUSE_MS = 100 /* before accepting again when there is no memory or no file descriptor for it */ };

struct slot {
    struct abci_server *server;
    pthread_t thread;
    int fd;
    unsigned long number; /* of the connection, for the log */
    bool serving;         /* under the server's lock */
    bool joinable;        /* known to the accepting thread, and to stop after it */
};

struct abci_server {
    struct abci_app app;
    struct abci_server_options options;
    struct abci_listener listener;
    int wake;
    atomic_bool stopping;
    pthread_t accepting;
    pthread_mutex_t lock; /* of what is serving */
    struct slot slots[ABCI_CONNECTIONS_MAX];
    unsigned long opened;
};

__attribute__((format(printf, 2, 3))) static void say(struct abci_server *server, const char *format, ...)
{
    char text[600];
    if (server->options.log == NULL) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    server->options.log(server->options.log_context, text);
}

static void set_serving(struct slot *slot, bool serving)
{
    pthread_mutex_lock(&slot->server->lock);
    slot->serving = serving;
    pthread_mutex_unlock(&slot->server->lock);
}

static void *serve(void *argument)
{
    struct slot *slot = argument;
    struct abci_server *server = slot->server;
    struct roam_diag diag;
    const struct abci_connection connection = {&server->app, slot->fd, server->wake, &server->stopping,
                                               server->options.frame_max};
    abci_connection_serve(&connection, &diag);
    close(slot->fd);
    say(server, "connection %lu ended%s%s", slot->number, diag.text[0] != 0 ? ": " : "", diag.text);
    set_serving(slot, false);
    return NULL;
}

static void join(struct slot *slot)
{
    if (slot->joinable) pthread_join(slot->thread, NULL);
    slot->joinable = false;
}

/* A slot without a connection; NULL if there is none. */
static struct slot *free_slot(struct abci_server *server)
{
    struct slot *found = NULL;
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < ABCI_CONNECTIONS_MAX; i++)
        if (!server->slots[i].serving) found = &server->slots[i];
    pthread_mutex_unlock(&server->lock);
    if (found != NULL) join(found);
    return found;
}

static void open_connection(struct abci_server *server, int fd)
{
    const int on = 1;
    struct slot *slot = free_slot(server);
    if (slot == NULL) {
        say(server, "a connection refused: %d are open", ABCI_CONNECTIONS_MAX);
        close(fd);
        return;
    }
    if (!server->listener.is_unix) (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    slot->fd = fd;
    slot->number = ++server->opened;
    set_serving(slot, true);
    say(server, "connection %lu opened", slot->number);
    const int err = pthread_create(&slot->thread, NULL, serve, slot);
    slot->joinable = err == 0;
    if (err == 0) return;
    set_serving(slot, false);
    say(server, "connection %lu refused: %s", slot->number, strerror(err));
    close(fd);
}

static bool is_temporary(int err)
{
    return err == EAGAIN || err == EWOULDBLOCK || err == EINTR || err == ECONNABORTED;
}

static void *accept_all(void *argument)
{
    struct abci_server *server = argument;
    struct pollfd fds[2] = {{server->wake, POLLIN, 0}, {server->listener.fd, POLLIN, 0}};
    while (!atomic_load(&server->stopping)) {
        if (poll(fds, 2, -1) < 0) continue;
        if (fds[1].revents == 0) continue;
        const int fd = accept4(server->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0)
            open_connection(server, fd);
        else if (!is_temporary(errno)) {
            say(server, "accept: %s", strerror(errno));
            (void)poll(fds, 1, PAUSE_MS);
        }
    }
    return NULL;
}

/* Signals are the program's business, not that of the server's threads. */
static int start_accepting(struct abci_server *server)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int err = pthread_create(&server->accepting, NULL, accept_all, server);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

static void release(struct abci_server *server)
{
    abci_listener_close(&server->listener);
    if (server->wake >= 0) close(server->wake);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

static enum roam_err open_server(struct abci_server *server, struct roam_diag *diag)
{
    ROAM_TRY(abci_listen(&server->listener, server->options.address, diag));
    server->options.address = NULL;
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->wake < 0) return roam_diag(diag, ROAM_E_IO, "eventfd: %s", strerror(errno));
    const int err = start_accepting(server);
    return err == 0 ? ROAM_OK : roam_diag(diag, ROAM_E_IO, "a thread: %s", strerror(err));
}

enum roam_err abci_server_start(struct abci_server **out, const struct abci_app *app,
                                const struct abci_server_options *options, struct roam_diag *diag)
{
    ROAM_ASSERT(app->finalize != NULL);
    struct abci_server *server = calloc(1, sizeof *server);
    if (server == NULL) return roam_diag(diag, ROAM_E_NOMEM, "no memory for a server");
    server->app = *app;
    server->options = *options;
    server->listener.fd = server->wake = -1;
    if (options->frame_max == 0) server->options.frame_max = ABCI_FRAME_MAX_DEFAULT;
    pthread_mutex_init(&server->lock, NULL);
    for (size_t i = 0; i < ABCI_CONNECTIONS_MAX; i++) server->slots[i].server = server;
    const enum roam_err err = open_server(server, diag);
    if (err != ROAM_OK) {
        release(server);
        return err;
    }
    *out = server;
    return ROAM_OK;
}

const char *abci_server_address(const struct abci_server *server) { return server->listener.address; }

unsigned abci_server_connections(struct abci_server *server)
{
    unsigned count = 0;
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < ABCI_CONNECTIONS_MAX; i++) count += server->slots[i].serving;
    pthread_mutex_unlock(&server->lock);
    return count;
}

void abci_server_stop(struct abci_server *server)
{
    const uint64_t one = 1;
    if (server == NULL) return;
    atomic_store(&server->stopping, true);
    ROAM_ASSERT(write(server->wake, &one, sizeof one) == sizeof one);
    pthread_join(server->accepting, NULL);
    for (size_t i = 0; i < ABCI_CONNECTIONS_MAX; i++) join(&server->slots[i]);
    release(server);
}
