#include "abci_listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 32 };
static const char unix_prefix[] = "unix://", tcp_prefix[] = "tcp://";

static enum roam_err failed(struct roam_diag *diag, const char *what, const char *address)
{
    if (errno == EADDRINUSE) return roam_diag(diag, ROAM_E_BUSY, "%s: somebody listens there", address);
    return roam_diag(diag, ROAM_E_IO, "%s: %s: %s", address, what, strerror(errno));
}

static enum roam_err open_socket(struct abci_listener *out, int family, struct roam_diag *diag)
{
    out->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return out->fd < 0 ? failed(diag, "socket", out->address) : ROAM_OK;
}

static enum roam_err bind_and_listen(struct abci_listener *out, const struct sockaddr *name, socklen_t size,
                                     struct roam_diag *diag)
{
    if (bind(out->fd, name, size) != 0) return failed(diag, "bind", out->address);
    if (listen(out->fd, BACKLOG) != 0) return failed(diag, "listen", out->address);
    return ROAM_OK;
}

/* true if connecting is refused, as it is at a socket whose listener is gone. */
static bool is_abandoned(const struct sockaddr_un *name)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return false;
    const bool refused =
        connect(fd, (const struct sockaddr *)name, sizeof *name) != 0 && errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static enum roam_err remove_abandoned(const struct sockaddr_un *name, struct roam_diag *diag)
{
    struct stat stat;
    if (lstat(name->sun_path, &stat) != 0) return ROAM_OK; /* nothing there, or bind says what is wrong */
    if (!S_ISSOCK(stat.st_mode))
        return roam_diag(diag, ROAM_E_IO, "%s is there and is not a socket", name->sun_path);
    if (is_abandoned(name) && unlink(name->sun_path) != 0) return failed(diag, "unlink", name->sun_path);
    return ROAM_OK;
}

static enum roam_err listen_unix(struct abci_listener *out, const char *path, struct roam_diag *diag)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct stat stat;
    const size_t size = strlen(path);
    if (size == 0 || size >= sizeof name.sun_path)
        return roam_diag(diag, ROAM_E_FORMAT, "%s: a path of 1 to %zu bytes is needed", out->address,
                         sizeof name.sun_path - 1);
    memcpy(name.sun_path, path, size);
    ROAM_TRY(remove_abandoned(&name, diag));
    ROAM_TRY(open_socket(out, AF_UNIX, diag));
    ROAM_TRY(bind_and_listen(out, (const struct sockaddr *)&name, sizeof name, diag));
    if (lstat(path, &stat) != 0) return failed(diag, "stat", out->address);
    out->is_unix = true;
    out->device = stat.st_dev;
    out->inode = stat.st_ino;
    return ROAM_OK;
}

static bool is_port(const char *text)
{
    const size_t size = strlen(text);
    return size > 0 && size <= 5 && strspn(text, "0123456789") == size &&
           strtoul(text, NULL, 10) <= UINT16_MAX;
}

/* "host:port" or "[host]:port". */
static bool split(const char *text, char host[64], char port[8])
{
    const char *colon = strrchr(text, ':');
    const bool bracket = text[0] == '[';
    if (colon == NULL || !is_port(colon + 1)) return false;
    const char *begin = text + bracket, *end = colon - bracket;
    if (end <= begin || end - begin > 63 || (bracket && *end != ']')) return false;
    memcpy(host, begin, (size_t)(end - begin));
    host[end - begin] = 0;
    memcpy(port, colon + 1, strlen(colon + 1) + 1);
    return bracket == (strchr(host, ':') != NULL);
}

static enum roam_err name_port(struct abci_listener *out, struct roam_diag *diag)
{
    struct sockaddr_storage name = {0};
    socklen_t size = sizeof name;
    char host[64], port[8];
    if (getsockname(out->fd, (struct sockaddr *)&name, &size) != 0 ||
        getnameinfo((const struct sockaddr *)&name, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return failed(diag, "getsockname", out->address);
    snprintf(out->address, sizeof out->address, name.ss_family == AF_INET6 ? "tcp://[%s]:%s" : "tcp://%s:%s",
             host, port);
    return ROAM_OK;
}

static enum roam_err listen_at(struct abci_listener *out, const struct addrinfo *info, struct roam_diag *diag)
{
    const int on = 1;
    ROAM_TRY(open_socket(out, info->ai_family, diag));
    if (setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        return failed(diag, "SO_REUSEADDR", out->address);
    ROAM_TRY(bind_and_listen(out, info->ai_addr, info->ai_addrlen, diag));
    return name_port(out, diag);
}

static enum roam_err listen_tcp(struct abci_listener *out, const char *text, struct roam_diag *diag)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *info;
    char host[64], port[8];
    if (!split(text, host, port) || getaddrinfo(host, port, &hints, &info) != 0)
        return roam_diag(diag, ROAM_E_FORMAT,
                         "%s: a numeric address and a port are needed, tcp://127.0.0.1:26658", out->address);
    const enum roam_err err = listen_at(out, info, diag);
    freeaddrinfo(info);
    return err;
}

enum roam_err abci_listen(struct abci_listener *out, const char *address, struct roam_diag *diag)
{
    const size_t unix_size = sizeof unix_prefix - 1, tcp_size = sizeof tcp_prefix - 1;
    enum roam_err err;
    *out = (struct abci_listener){.fd = -1};
    if (strlen(address) >= sizeof out->address)
        return roam_diag(diag, ROAM_E_FORMAT, "%.40s...: too long", address);
    memcpy(out->address, address, strlen(address) + 1);
    if (strncmp(address, unix_prefix, unix_size) == 0)
        err = listen_unix(out, address + unix_size, diag);
    else if (strncmp(address, tcp_prefix, tcp_size) == 0)
        err = listen_tcp(out, address + tcp_size, diag);
    else
        err = roam_diag(diag, ROAM_E_FORMAT, "%s: unix:// or tcp:// is needed", address);
    if (err != ROAM_OK) abci_listener_close(out);
    return err;
}

void abci_listener_close(struct abci_listener *listener)
{
    const char *path = listener->address + sizeof unix_prefix - 1;
    struct stat stat;
    if (listener->fd >= 0) close(listener->fd);
    if (listener->is_unix && lstat(path, &stat) == 0 && stat.st_dev == listener->device &&
        stat.st_ino == listener->inode)
        unlink(path);
    listener->fd = -1;
    listener->is_unix = false;
}
