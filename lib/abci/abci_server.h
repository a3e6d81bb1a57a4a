/* Serves an ABCI application on a socket, as `proxy_app` of CometBFT's configuration names it.
 *
 * Frames are an unsigned varint length and a protobuf message; answers go out in the order of the requests
 * and are flushed when CometBFT asks for it and when nothing more is waiting to be read. A connection that
 * sends what is not a request (or a frame above the limit) gets an exception and is closed; the others go on.
 *
 * Up to ABCI_CONNECTIONS_MAX connections are served at once, each by a thread of its own; further ones are
 * closed at once. A connection keeps the memory that its largest request and answer took, so that calls of
 * like size allocate nothing. All signals are blocked in the server's threads.
 *
 * Whoever can connect is believed to be the node: there is no authentication. Use a unix socket in a folder
 * that only the node's user may enter, or a loopback address of a machine without other users. */
#ifndef ABCI_SERVER_H
#define ABCI_SERVER_H

#include "abci.h"

enum { ABCI_FRAME_MAX_DEFAULT = 128 << 20, ABCI_CONNECTIONS_MAX = 16 };

struct abci_server_options {
    /* "unix:///path", "tcp://127.0.0.1:26658", "tcp://[::1]:26658", numbers only; tcp port 0: any free one. A
     * unix socket that nobody listens on any more is replaced. Not used after the start. */
    const char *address;
    size_t frame_max; /* bytes of one request; 0: ABCI_FRAME_MAX_DEFAULT */
    /* Called from any thread, also at the same time, when a connection comes, ends or is refused, with a text
     * for the log. May be NULL. */
    void *log_context;
    void (*log)(void *context, const char *text);
};

struct abci_server;

/* Listens and serves until abci_server_stop; *app is copied, its context must live until then. ROAM_E_FORMAT
 * (address), ROAM_E_BUSY (somebody listens there), ROAM_E_IO, ROAM_E_NOMEM. */
ROAM_API ROAM_MUST_USE enum roam_err abci_server_start(struct abci_server **out, const struct abci_app *app,
                                                       const struct abci_server_options *options,
                                                       struct roam_diag *diag);
/* The address with the port that was chosen. */
ROAM_API const char *abci_server_address(const struct abci_server *server);
/* Connections that are open now. */
ROAM_API unsigned abci_server_connections(struct abci_server *server);
/* Finishes the calls in progress and writes their answers, closes all connections, waits for the threads and
 * removes the unix socket. A peer that does not read its answer is given up after a second. Not to be called
 * from the application's functions. NULL is allowed. */
ROAM_API void abci_server_stop(struct abci_server *server);

#endif
