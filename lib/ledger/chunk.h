/* Transactions are executed in chunks, which bound the memory that their lists and claims need. Private to
 * lib/ledger. */
#ifndef LEDGER_CHUNK_H
#define LEDGER_CHUNK_H

#include "tx.h"

enum {
    CHUNK_BYTES = 1 << 20, /* of all its transactions; more than TX_SIZE_MAX */
    CHUNK_TXS = 1024,
    /* Bounds from the sizes on the wire. */
    CHUNK_DEVICE_CLAIMS = CHUNK_BYTES / TX_COMMIT_ITEM_SIZE,
    CHUNK_PLACES = CHUNK_BYTES / sizeof(roam_id)
};

#endif
