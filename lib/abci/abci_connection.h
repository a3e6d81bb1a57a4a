/* One connection: reads frames, has them answered, writes the answers. */
#ifndef ABCI_CONNECTION_H
#define ABCI_CONNECTION_H

#include "abci.h"

#include <stdatomic.h>

struct abci_connection {
    const struct abci_app *app;
    int fd;   /* does not block */
    int wake; /* readable when the server stops */
    const atomic_bool *stopping;
    size_t frame_max;
};

/* Serves until the peer or the server closes, or something is wrong, which *diag then tells (else it is
 * empty). fd stays open. */
void abci_connection_serve(const struct abci_connection *connection, struct roam_diag *diag);

#endif
