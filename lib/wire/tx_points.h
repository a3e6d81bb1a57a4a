/* Reading many transactions. The points in them cost more than all else, and eight or sixteen of a kind, of
 * whatever transactions, hardly more than one: they wait for each other here. */
#ifndef WIRE_TX_POINTS_H
#define WIRE_TX_POINTS_H

#include "tx.h"

enum { TX_POINTS_GROUP = 16 };

/* Points of one kind that wait, and whose transactions they are. */
struct tx_points_group {
    size_t count;
    const uint8_t *bytes[TX_POINTS_GROUP];
    enum roam_err *err[TX_POINTS_GROUP];
    union {
        bjj_point *key;
        eddsa_signature *signature;
        groth16_proof *proof;
    } out[TX_POINTS_GROUP];
};

struct tx_points {
    struct tx_points_group keys, signatures, proofs;
};

/* {0} first; then tx_points_parse for each transaction; then tx_points_end. Only then *out and *err are what
 * tx_parse(out, bytes, size, scratch, NULL) gives, except that of several errors it may be another. Until
 * then all that was passed stays where it is. */
void tx_points_parse(struct tx_points *points, struct tx *out, enum roam_err *err, const uint8_t *bytes,
                     size_t size, void *scratch);
void tx_points_end(struct tx_points *points);

#endif
