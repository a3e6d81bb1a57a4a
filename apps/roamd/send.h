/* Gives messages to CometBFT: broadcast_tx_async over its JSON-RPC. */
#ifndef ROAMD_SEND_H
#define ROAMD_SEND_H

#include "err.h"

struct sender;

/* url: "http://127.0.0.1:26657"; nothing is connected yet. ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err sender_open(struct sender **out, const char *url);
void sender_close(struct sender *sender);
/* At most PARCEL_SIZE_MAX bytes. ROAM_OK: CometBFT has the message, and may still drop it. ROAM_E_IO (not
 * reached, or it answers with an error). One thread at a time. */
ROAM_MUST_USE enum roam_err sender_send(struct sender *sender, const uint8_t *bytes, size_t size,
                                        struct roam_diag *diag);

#endif
