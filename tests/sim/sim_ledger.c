#include "sim_ledger_parts.h"

#include "sim_block.h"
#include "sim_memory.h"

#include <stdlib.h>
#include <string.h>

void sim_ledger_node_put(void *context, unsigned number, uint64_t index, const uint8_t hash[32])
{
    struct sim_ledger *l = context;
    ROAM_ASSERT(number < LEVELS_MAX);
    struct level *level = &l->level[number];
    if (index >= level->capacity) {
        level->capacity = 2 * (size_t)index + 64;
        level->hash = realloc(level->hash, level->capacity * sizeof *level->hash);
        ROAM_ASSERT(level->hash != NULL);
    }
    memcpy(level->hash[index], hash, MERKLE_HASH_SIZE);
    if (index >= level->count) level->count = (size_t)index + 1;
}

static bool node_get(void *context, unsigned number, uint64_t index, uint8_t hash[32])
{
    const struct sim_ledger *l = context;
    if (number >= LEVELS_MAX || index >= l->level[number].count) return false;
    memcpy(hash, l->level[number].hash[index], MERKLE_HASH_SIZE);
    return true;
}

void sim_ledger_add_receipt(struct sim_ledger *l, const struct ledger_receipt *receipt)
{
    if (l->receipt_count == l->receipt_capacity) {
        l->receipt_capacity = 2 * l->receipt_capacity + 64;
        l->receipts = realloc(l->receipts, l->receipt_capacity * sizeof *l->receipts);
        ROAM_ASSERT(l->receipts != NULL);
    }
    l->receipts[l->receipt_count++] = *receipt;
}

/* Payload: height, time, app hash; transactions; receipts; changed records. */
static void payload_begin(struct sim_ledger *l, const struct store_block *block)
{
    struct roam_buf *out = &l->payload;
    out->size = 0;
    buf_u64(out, block->height);
    buf_u64(out, block->time_s);
    buf_bytes(out, l->next.app_hash, 32);
    buf_u64(out, block->count);
    for (size_t i = 0; i < block->count; i++) {
        buf_u64(out, block->txs[i].size);
        buf_bytes(out, block->txs[i].bytes, block->txs[i].size);
    }
    for (size_t i = 0; i < block->count; i++) {
        uint8_t bytes[LEDGER_RECEIPT_SIZE];
        ledger_receipt_serialize(bytes, &l->fresh[i]);
        buf_bytes(out, bytes, sizeof bytes);
    }
}

static void payload_record(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                           size_t value_size)
{
    struct sim_ledger *l = context;
    buf_u64(&l->payload, key_size);
    buf_bytes(&l->payload, key, key_size);
    buf_u64(&l->payload, value_size);
    buf_bytes(&l->payload, value, value_size);
}

static void genesis_get(void *context, struct ledger_genesis *out)
{
    const struct sim_ledger *l = context;
    *out = *l->options.genesis;
}

static enum roam_err head_get(void *context, struct ledger_head *out)
{
    const struct sim_ledger *l = context;
    *out = l->box.head;
    return l->failed ? ROAM_E_IO : ROAM_OK;
}

/* Asks the committed state, beside a block in progress that the engine left behind. */
static enum ledger_outcome look(struct sim_ledger *l, const struct ledger_bytes *tx)
{
    struct ledger *beside;
    enum ledger_outcome outcome;
    if (!l->executed) {
        ledger_admit(l->box.ledger, tx, 1, &outcome);
        return outcome;
    }
    void *memory = sim_memory_take(ledger_memory_size(&l->box.config));
    const enum roam_err err = ledger_init(&beside, memory, &l->box.config, &l->box.head, NULL);
    ROAM_ASSERT(err == ROAM_OK);
    ledger_admit(beside, tx, 1, &outcome);
    sim_memory_give(memory);
    return outcome;
}

/* Planted: what was admissible once is so for ever, key or no key. */
static bool was_admitted(struct sim_ledger *l, const struct ledger_bytes *tx, bool add)
{
    roam_id id;
    size_t i = 0;
    if (l->options.plant != PLANT_KEEP_ADMITTED) return false;
    tx_id_of_bytes(&id, tx->bytes, tx->size);
    while (i < l->admitted_count && !roam_id_equal(&l->admitted[i], &id)) i++;
    if (add && i == l->admitted_count && i < ADMITTED_MAX) l->admitted[l->admitted_count++] = id;
    return !add && i < l->admitted_count;
}

static enum roam_err admit(void *context, const struct ledger_bytes *txs, size_t count, size_t *refused,
                           enum ledger_outcome *outcome)
{
    struct sim_ledger *l = context;
    *outcome = LEDGER_ACCEPTED;
    for (*refused = 0; *refused < count; ++*refused) {
        const struct ledger_bytes *tx = &txs[*refused];
        if (was_admitted(l, tx, false)) continue;
        *outcome = look(l, tx);
        if (*outcome != LEDGER_ACCEPTED) return ROAM_OK;
        was_admitted(l, tx, true);
    }
    return ROAM_OK;
}

/* Points last, as at a node's entrance. */
enum ledger_outcome sim_ledger_admit(struct sim_ledger *l, const struct ledger_bytes *tx)
{
    const enum ledger_outcome outcome = look(l, tx);
    if (outcome != LEDGER_ACCEPTED) return outcome;
    struct tx parsed;
    void *scratch = sim_memory_take(tx_parse_scratch_size(tx->size));
    const enum roam_err err = tx_parse(&parsed, tx->bytes, tx->size, scratch, NULL);
    sim_memory_give(scratch);
    return err == ROAM_OK ? LEDGER_ACCEPTED : LEDGER_MALFORMED;
}

static enum roam_err accepted(void *context, const roam_id *tx, struct ledger_receipt *out)
{
    const struct sim_ledger *l = context;
    if (l->options.plant == PLANT_NO_ACCEPTED) return ROAM_E_NOTFOUND;
    for (size_t i = 0; i < l->receipt_count; i++)
        if (l->receipts[i].outcome == LEDGER_ACCEPTED && roam_id_equal(&l->receipts[i].tx, tx)) {
            *out = l->receipts[i];
            return ROAM_OK;
        }
    return ROAM_E_NOTFOUND;
}

static enum roam_err prove(void *context, uint64_t index, struct merkle_proof *proof,
                           struct ledger_head *head)
{
    struct sim_ledger *l = context;
    const struct merkle_store nodes = {l, sim_ledger_node_put, node_get};
    *head = l->box.head;
    return merkle_inclusion_prove(proof, index, head->receipts.size, &nodes);
}

static void abort_block(void *context)
{
    struct sim_ledger *l = context;
    if (!l->executed) return;
    if (l->options.plant == PLANT_NO_ROLLBACK)
        ledger_overlay_walk(l->box.ledger, &l->box.records, record_map_put);
    ledger_block_abort(l->box.ledger);
    l->executed = false;
}

static enum roam_err check_block(const struct sim_ledger *l, const struct store_block *block)
{
    struct store_budget budget = store_budget_full();
    if (l->failed) return ROAM_E_IO;
    if (block->height <= l->box.head.height || block->time_s < l->box.head.time_s) return ROAM_E_RANGE;
    for (size_t i = 0; i < block->count; i++)
        if (block->txs[i].size > TX_SIZE_MAX || !store_budget_take(&budget, &block->txs[i]))
            return ROAM_E_LIMIT;
    return ROAM_OK;
}

static enum roam_err execute(void *context, const struct store_block *block, struct ledger_receipt *receipts,
                             struct ledger_head *head, struct roam_diag *diag)
{
    struct sim_ledger *l = context;
    abort_block(l);
    const enum roam_err err = check_block(l, block);
    if (err != ROAM_OK)
        return roam_diag(diag, err, "block %llu after %llu", (unsigned long long)block->height,
                         (unsigned long long)l->box.head.height);
    l->fresh = realloc(l->fresh, block->count * sizeof *l->fresh);
    ROAM_ASSERT(l->fresh != NULL);
    ledger_block_begin(l->box.ledger, block->height, block->time_s);
    ROAM_ASSERT(ledger_execute(l->box.ledger, block->txs, block->count, l->fresh) == ROAM_OK);
    ledger_block_end(l->box.ledger, &l->next);
    l->fresh_count = block->count;
    payload_begin(l, block);
    ledger_overlay_walk(l->box.ledger, l, payload_record);
    l->executed = true;
    memcpy(receipts, l->fresh, block->count * sizeof *receipts);
    *head = l->next;
    return ROAM_OK;
}

enum roam_err sim_ledger_fail(struct sim_ledger *l, struct roam_diag *diag, const char *why)
{
    l->failed = true;
    return roam_diag(diag, ROAM_E_IO, "%s", why);
}

static enum roam_err commit(void *context, struct roam_diag *diag)
{
    struct sim_ledger *l = context;
    ROAM_ASSERT(l->executed);
    if (l->options.dies(l->options.context, "before the block is written"))
        return sim_ledger_fail(l, diag, "the process died");
    disk_append(l->options.disk, KIND_BLOCK, l->payload.data, l->payload.size);
    if (l->options.dies(l->options.context, "before the block is synced"))
        return sim_ledger_fail(l, diag, "the process died");
    if (!disk_sync(l->options.disk)) return sim_ledger_fail(l, diag, "sync failed");
    if (l->options.dies(l->options.context, "after the block is synced"))
        return sim_ledger_fail(l, diag, "the process died");
    ledger_overlay_walk(l->box.ledger, &l->box.records, record_map_put);
    ledger_block_commit(l->box.ledger);
    for (size_t i = 0; i < l->fresh_count; i++) sim_ledger_add_receipt(l, &l->fresh[i]);
    l->box.head = l->next;
    l->executed = false;
    snapshot_keep(l);
    return ROAM_OK;
}

struct node_ledger sim_ledger_node(struct sim_ledger *ledger)
{
    struct node_ledger functions = {.context = ledger,
                                    .genesis = genesis_get,
                                    .head = head_get,
                                    .admit = admit,
                                    .accepted = accepted,
                                    .prove = prove,
                                    .execute = execute,
                                    .commit = commit,
                                    .abort = abort_block};
    snapshot_functions(&functions);
    return functions;
}

uint64_t sim_ledger_height(const struct sim_ledger *l) { return l->box.head.height; }

const struct ledger_receipt *sim_ledger_receipts(const struct sim_ledger *l, size_t *count)
{
    *count = l->receipt_count;
    return l->receipts;
}

const struct ledger_box *sim_ledger_box(const struct sim_ledger *l) { return &l->box; }

const struct ledger_receipt *sim_ledger_executed(const struct sim_ledger *l, size_t *count)
{
    *count = l->executed ? l->fresh_count : 0;
    return l->fresh;
}
