/* The embedded engine: packs what waits and has the store make blocks of it. */
#include "node_parts.h"

#include "parcel.h"

#include <pthread.h>
#include <stdlib.h>

struct embedded {
    struct node *node;
    pthread_t thread;
    atomic_bool stopping;
    uint8_t parcel[PARCEL_SIZE_MAX];
    struct ledger_bytes txs[PARCEL_TXS_MAX];
    struct ledger_receipt receipts[PARCEL_TXS_MAX];
};

static void run_parcel(struct embedded *embedded, size_t size)
{
    struct node *node = embedded->node;
    struct parcel_reader reader;
    struct ledger_head head = {0};
    struct roam_diag diag = {""};
    size_t count;
    ROAM_ASSERT(parcel_read_begin(&reader, embedded->parcel, size, &count) == ROAM_OK);
    for (size_t i = 0; parcel_read_next(&reader, &embedded->txs[i].bytes, &embedded->txs[i].size);) i++;
    if (store_submit_many(node->store, embedded->txs, count, embedded->receipts) != ROAM_OK) {
        store_failure(node->store, &diag);
        log_event(LOG_ERROR, "block not durable", "cause", diag.text, NULL);
        atomic_store(&node->healthy, false);
        return;
    }
    if (store_head_get(node->store, &head) != ROAM_OK) log_event(LOG_WARN, "head not read", NULL);
    node_settled(node, &head, embedded->receipts, count);
    for (size_t i = 0; i < count; i++) {
        roam_id id;
        if (embedded->receipts[i].type != 0) continue;
        tx_id_of_bytes(&id, embedded->txs[i].bytes, embedded->txs[i].size);
        inbox_settle_unparsed(node->inbox, &id, &embedded->receipts[i]);
    }
}

static void *run(void *context)
{
    struct embedded *embedded = context;
    struct inbox *inbox = embedded->node->inbox;
    size_t size;
    while (!atomic_load(&embedded->stopping)) {
        inbox_wait(inbox, 100);
        while (node_healthy(embedded->node) && inbox_pack(inbox, embedded->parcel, &size))
            run_parcel(embedded, size);
        inbox_sweep(inbox);
    }
    return NULL;
}

enum roam_err embedded_start(struct embedded **out, struct node *node, struct roam_diag *diag)
{
    struct embedded *embedded = calloc(1, sizeof *embedded);
    if (embedded == NULL) return ROAM_E_NOMEM;
    embedded->node = node;
    if (pthread_create(&embedded->thread, NULL, run, embedded) != 0) {
        free(embedded);
        return roam_diag(diag, ROAM_E_NOMEM, "no thread for the engine");
    }
    *out = embedded;
    return ROAM_OK;
}

void embedded_stop(struct embedded *embedded)
{
    if (embedded == NULL) return;
    atomic_store(&embedded->stopping, true);
    ROAM_ASSERT(pthread_join(embedded->thread, NULL) == 0);
    free(embedded);
}
