/* Where a server listens. */
#ifndef ABCI_LISTEN_H
#define ABCI_LISTEN_H

#include "err.h"

#include <sys/types.h>

enum { ABCI_ADDRESS_MAX = 160 };
struct abci_listener {
    int fd;
    bool is_unix;
    dev_t device; /* of the socket's file, so that only that one is removed */
    ino_t inode;
    char address[ABCI_ADDRESS_MAX]; /* as in abci_server_options, with the port that was chosen */
};

/* The socket does not block and is closed by exec. Errors of abci_server_start. */
ROAM_MUST_USE enum roam_err abci_listen(struct abci_listener *out, const char *address,
                                        struct roam_diag *diag);
/* Closes the socket and removes its file. */
void abci_listener_close(struct abci_listener *listener);

#endif
