/* A parcel: many transactions in one message, so that what a consensus engine does once for each message
 * (checks, gossip, results) is shared by all of them. It says nothing of its own: every transaction in it is
 * signed by whom it concerns.
 *
 * Encoding: "rpc1", then for each transaction its size, u32 little-endian, and its bytes; at least one. */
#ifndef WIRE_PARCEL_H
#define WIRE_PARCEL_H

#include "tx.h"

enum {
    PARCEL_SIZE_MAX = 1 << 20, /* bytes */
    PARCEL_TXS_MAX = 4096,
    PARCEL_HEADER_SIZE = 4,
    PARCEL_ITEM_HEADER_SIZE = 4
};

/* The transactions in order, read without copying. */
struct parcel_reader {
    const uint8_t *next;
    size_t left; /* bytes */
};
/* Checks the whole frame: ROAM_E_FORMAT (not a parcel, empty, an item that ends early), ROAM_E_LIMIT (size,
 * number, a transaction above TX_SIZE_MAX). *count gets the number of transactions. */
ROAM_MUST_USE enum roam_err parcel_read_begin(struct parcel_reader *reader, const uint8_t *bytes, size_t size,
                                              size_t *count);
/* The next transaction; false at the end. */
bool parcel_read_next(struct parcel_reader *reader, const uint8_t **tx, size_t *tx_size);

/* Begins a parcel in bytes; *size becomes its size so far. */
void parcel_write_begin(uint8_t *bytes, size_t *size);
/* Adds a transaction of 1 to TX_SIZE_MAX bytes; false, and nothing changes, if it would pass capacity or
 * PARCEL_SIZE_MAX. Counting up to PARCEL_TXS_MAX is the caller's. */
bool parcel_write_add(uint8_t *bytes, size_t capacity, size_t *size, const uint8_t *tx, size_t tx_size);

#endif
