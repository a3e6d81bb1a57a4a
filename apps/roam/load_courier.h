/* Carries transactions to nodes and brings receipts back, many requests at a time on one thread. */
#ifndef ROAM_LOAD_COURIER_H
#define ROAM_LOAD_COURIER_H

#include "ledger.h"

struct courier;

enum { COURIER_NODES_MAX = 16 };

/* Called for each transaction that was answered with a receipt. */
typedef void courier_receipt(void *context, void *parcel_item, const struct ledger_receipt *receipt);

struct courier_options {
    const char *url[COURIER_NODES_MAX]; /* of roamd, "http://127.0.0.1:8740" */
    unsigned nodes;
    unsigned requests_max; /* in flight to one node */
    void *context;
    courier_receipt *receipt;
};

/* ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err courier_open(struct courier **out, const struct courier_options *options);
void courier_close(struct courier *courier);

/* Queues a transaction for a node, to be sent as soon as a request to it is free; what is queued together
 * travels together. What depends on each other goes to one node, for another may be a block behind. The bytes
 * must live until it is answered. item comes back with the receipt. ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err courier_add(struct courier *courier, unsigned node, const struct ledger_bytes *tx,
                                        void *item);
/* Sends and receives for about timeout_ms, or until something was received. A request that fails is sent
 * again, to the next node; one that is answered "busy" after a pause. */
void courier_run(struct courier *courier, unsigned timeout_ms);

struct courier_counts {
    uint64_t queued, in_flight;               /* transactions now */
    uint64_t requests, busy, failed, refused; /* refused: transactions that a node would not admit */
    char refusal[200];                        /* the last such answer */
};
void courier_counts_get(const struct courier *courier, struct courier_counts *out);

#endif
