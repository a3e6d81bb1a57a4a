/* The life of a block around its transactions. */
#include <string.h>

#include "parallel.h"
#include "state.h"

enum { SHARE_MIN_RECORDS = 64 }; /* below this a thread costs more than it saves */

void ledger_block_begin(struct ledger *ledger, uint64_t height, uint64_t time_s)
{
    ROAM_ASSERT(ledger->phase == BLOCK_NONE && height > ledger->head.height);
    ROAM_ASSERT(time_s >= ledger->head.time_s && time_s < UINT64_C(1) << 62);
    ledger->phase = BLOCK_OPEN;
    ledger->next = ledger->head;
    ledger->next.height = height;
    ledger->next.time_s = time_s;
    ledger->receipt_count = 0;
}

static void add_change(struct lthash *sum, const struct overlay_record *record)
{
    const struct record_key *key = &record->key;
    const struct overlay_value *old = &record->committed, *new = &record->now;
    if (old->size > 0) lthash_remove(sum, key->byte, key->size, old->byte, old->size);
    lthash_add(sum, key->byte, key->size, new->byte, new->size);
}

static void add_share(void *context, struct share share)
{
    struct ledger *ledger = context;
    const struct overlay *overlay = &ledger->overlay;
    const size_t end = share_end(share, overlay->count);
    lthash_init(&ledger->part[share.index]);
    for (size_t i = share_begin(share, overlay->count); i < end; i++)
        add_change(&ledger->part[share.index], &overlay->records[i]);
}

/* The commitment is a sum, so that shares of the changes can be added up apart. */
static void commit_to_changes(struct ledger *ledger)
{
    const size_t useful = 1 + ledger->overlay.count / SHARE_MIN_RECORDS;
    const unsigned threads = useful < ledger->config.threads ? (unsigned)useful : ledger->config.threads;
    uint16_t *counter = ledger->next.state.counter;
    parallel_run(threads, add_share, ledger);
    for (unsigned t = 0; t < threads; t++)
        for (int i = 0; i < LTHASH_COUNTERS; i++)
            counter[i] = (uint16_t)(counter[i] + ledger->part[t].counter[i]);
}

void ledger_block_end(struct ledger *ledger, struct ledger_head *head)
{
    const struct merkle_store *nodes = &ledger->config.receipt_nodes;
    ROAM_ASSERT(ledger->phase == BLOCK_OPEN);
    overlay_forget(&ledger->overlay);
    overlay_sort(&ledger->overlay);
    commit_to_changes(ledger);
    for (size_t i = 0; i < ledger->receipt_count; i++)
        merkle_log_append(&ledger->next.receipts, ledger->receipt_leaf[i], nodes->put != NULL ? nodes : NULL);
    ledger_app_hash(ledger->next.app_hash, &ledger->id, &ledger->next);
    ledger->phase = BLOCK_ENDED;
    *head = ledger->next;
}

void ledger_overlay_walk(const struct ledger *ledger, void *context,
                         void (*visit)(void *context, const uint8_t *key, size_t key_size,
                                       const uint8_t *value, size_t value_size))
{
    const struct overlay *overlay = &ledger->overlay;
    ROAM_ASSERT(ledger->phase == BLOCK_ENDED);
    for (size_t i = 0; i < overlay->count; i++) {
        const struct overlay_record *record = &overlay->records[overlay->order[i].record];
        visit(context, record->key.byte, record->key.size, record->now.byte, record->now.size);
    }
}

void ledger_block_commit(struct ledger *ledger)
{
    ROAM_ASSERT(ledger->phase == BLOCK_ENDED);
    ledger->head = ledger->next;
    overlay_clear(&ledger->overlay);
    ledger->phase = BLOCK_NONE;
}

void ledger_block_abort(struct ledger *ledger)
{
    ROAM_ASSERT(ledger->phase != BLOCK_NONE);
    overlay_clear(&ledger->overlay);
    ledger->phase = BLOCK_NONE;
}
