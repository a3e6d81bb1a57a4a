#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "testnet.h"

/* With SO_REUSEADDR, as the programs set it: connections that are winding down are no obstacle. */
static bool can_bind(unsigned port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0) return true; /* whoever listens will say what is wrong */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool taken =
        bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 && errno == EADDRINUSE;
    close(fd);
    return !taken;
}

enum roam_err testnet_port_free(const struct testnet *testnet, unsigned node, enum testnet_port which,
                                struct roam_diag *diag)
{
    const unsigned port = testnet_port(testnet->port_base, node, which);
    if (can_bind(port)) return ROAM_OK;
    return roam_diag(
        diag, ROAM_E_BUSY,
        "port %u is taken by another program, perhaps another cluster's: stop it, or make this one "
        "with another --port-base",
        port);
}

enum roam_err testnet_ports_free(const struct testnet *testnet, struct roam_diag *diag)
{
    for (unsigned node = 0; node < testnet->nodes; node++)
        for (unsigned which = PORT_P2P; which <= PORT_HTTP; which++)
            ROAM_TRY(testnet_port_free(testnet, node, (enum testnet_port)which, diag));
    return ROAM_OK;
}
