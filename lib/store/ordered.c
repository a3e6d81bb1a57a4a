#include "ordered.h"

#include "block.h"
#include "endian.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A hash of the receipt log that waits for its block to be written. */
struct node {
    unsigned level;
    uint64_t index;
    uint8_t hash[MERKLE_HASH_SIZE];
};
/* n entries complete fewer than n subtrees, and those that were open before, one for each level. */
enum { NODES_MAX = LEDGER_BLOCK_TXS_MAX + MERKLE_LOG_LEVELS };

struct ordered {
    struct ordered_parts parts;
    struct hosted_ledger hosted;
    struct view view; /* the committed records, while a block is executed */
    bool executed;    /* a block waits for commit: what follows is its */
    struct ledger_head head;
    struct ledger_receipt *receipts; /* [LEDGER_BLOCK_TXS_MAX] */
    size_t count;
    struct node *nodes; /* [NODES_MAX] */
    size_t node_count;
    uint8_t *log; /* the block as it is stored */
    size_t log_size, log_capacity;
    atomic_uint_fast64_t height;
};

static void keep_node(void *context, unsigned level, uint64_t index, const uint8_t hash[32])
{
    struct ordered *o = context;
    if (level == 0) return; /* follows from the receipts */
    ROAM_ASSERT(o->node_count < NODES_MAX);
    struct node *node = &o->nodes[o->node_count++];
    *node = (struct node){.level = level, .index = index};
    memcpy(node->hash, hash, sizeof node->hash);
}

static enum roam_err open_ledger(struct ordered *o, struct roam_diag *diag)
{
    struct ledger_config config = {.env = o->parts.options->env,
                                   .overlay_records_max = STORE_BLOCK_RECORDS_MAX,
                                   .threads = o->parts.options->threads,
                                   .kv = view_kv(&o->view),
                                   .signatures = seen_memo(o->parts.seen),
                                   .receipt_nodes = {o, keep_node, NULL}};
    if (view_begin(&o->view, o->parts.tables, false) != ROAM_OK) return view_explain(&o->view, diag);
    enum roam_err err = head_load(&o->head, &o->view, o->parts.constants, diag);
    if (err == ROAM_OK) err = hosted_ledger_open(&o->hosted, &config, o->parts.constants, &o->head, diag);
    view_abort(&o->view);
    if (err == ROAM_OK) atomic_store(&o->height, o->head.height);
    return err;
}

static enum roam_err take_memory(struct ordered *o)
{
    o->receipts = malloc(LEDGER_BLOCK_TXS_MAX * sizeof *o->receipts);
    o->nodes = malloc(NODES_MAX * sizeof *o->nodes);
    return o->receipts != NULL && o->nodes != NULL ? ROAM_OK : ROAM_E_NOMEM;
}

void ordered_close(struct ordered *o)
{
    if (o == NULL) return;
    ordered_abort(o);
    hosted_ledger_close(&o->hosted);
    free(o->receipts);
    free(o->nodes);
    free(o->log);
    free(o);
}

enum roam_err ordered_reload(struct ordered *o, struct roam_diag *diag)
{
    ordered_abort(o);
    hosted_ledger_close(&o->hosted);
    return open_ledger(o, diag);
}

uint64_t ordered_height(const struct ordered *o) { return atomic_load(&o->height); }

static enum roam_err check(const struct ordered *o, const struct store_block *block, struct roam_diag *diag)
{
    const struct ledger_head *last = ledger_head(o->hosted.ledger);
    struct store_budget budget = store_budget_full();
    if (block->height <= last->height)
        return roam_diag(diag, ROAM_E_RANGE, "block %llu does not come after %llu",
                         (unsigned long long)block->height, (unsigned long long)last->height);
    if (block->time_s < last->time_s || block->time_s >= UINT64_C(1) << 62)
        return roam_diag(diag, ROAM_E_RANGE, "block time %llu s, the last one's is %llu s",
                         (unsigned long long)block->time_s, (unsigned long long)last->time_s);
    for (size_t i = 0; i < block->count; i++)
        if (block->txs[i].size > TX_SIZE_MAX || !store_budget_take(&budget, &block->txs[i]))
            return roam_diag(diag, ROAM_E_LIMIT, "transaction %zu of %zu is more than a block may hold", i,
                             block->count);
    return ROAM_OK;
}

static enum roam_err make_room(struct ordered *o, size_t size)
{
    if (size <= o->log_capacity) return ROAM_OK;
    uint8_t *log = realloc(o->log, size);
    if (log == NULL) return ROAM_E_NOMEM;
    o->log = log;
    o->log_capacity = size;
    return ROAM_OK;
}

static void run(struct ordered *o, const struct store_block *block)
{
    struct ledger *ledger = o->hosted.ledger;
    o->node_count = 0;
    ledger_block_begin(ledger, block->height, block->time_s);
    /* The budget keeps the block within the overlay. */
    ROAM_ASSERT(ledger_execute(ledger, block->txs, block->count, o->receipts) == ROAM_OK);
    ledger_block_end(ledger, &o->head);
    block_serialize(o->log, &o->head, block->txs, block->count);
    o->count = block->count;
    o->executed = true;
}

/* Executes into o->receipts and o->head. */
static enum roam_err execute(struct ordered *o, const struct store_block *block, struct roam_diag *diag)
{
    ordered_abort(o);
    ROAM_TRY(check(o, block, diag));
    o->log_size = block_size(block->txs, block->count);
    ROAM_TRY(make_room(o, o->log_size));
    if (view_begin(&o->view, o->parts.tables, false) != ROAM_OK) return view_explain(&o->view, diag);
    run(o, block);
    const enum roam_err err = view_explain(&o->view, diag);
    view_abort(&o->view);
    if (err != ROAM_OK) ordered_abort(o);
    return err;
}

enum roam_err ordered_execute(struct ordered *o, const struct store_block *block,
                              struct ledger_receipt *receipts, struct ledger_head *head,
                              struct roam_diag *diag)
{
    ROAM_TRY(execute(o, block, diag));
    memcpy(receipts, o->receipts, block->count * sizeof *receipts);
    *head = o->head;
    return ROAM_OK;
}

static void put_all(void *context, struct view *view)
{
    struct ordered *o = context;
    uint8_t key[KEY_NODE_SIZE];
    for (size_t i = 0; i < o->node_count; i++) {
        const struct node *node = &o->nodes[i];
        key_node(key, node->level, node->index);
        view_put(view, TABLE_NODES, key, KEY_NODE_SIZE, node->hash, sizeof node->hash);
    }
    block_write(view, o->hosted.ledger, &o->head, o->receipts, o->count);
    key_u64(key, o->head.height);
    view_put(view, TABLE_BLOCKS, key, KEY_U64_SIZE, o->log, o->log_size);
}

static enum roam_err keep(struct ordered *o, bool journaled, struct roam_diag *diag)
{
    const struct checkpoint_block block = {o->head.height, o->log, o->log_size, journaled};
    ROAM_ASSERT(o->executed);
    ROAM_TRY(checkpoint_add(o->parts.checkpoint, &block, o, put_all, diag));
    ledger_block_commit(o->hosted.ledger);
    o->executed = false;
    atomic_store(&o->height, o->head.height);
    return ROAM_OK;
}

enum roam_err ordered_commit(struct ordered *o, struct roam_diag *diag) { return keep(o, false, diag); }

void ordered_abort(struct ordered *o)
{
    if (o->executed) ledger_block_abort(o->hosted.ledger);
    o->executed = false;
}

/* What is executed again from the journal. */
struct recovery {
    struct ordered *ordered;
    struct ledger_bytes *txs; /* [LEDGER_BLOCK_TXS_MAX] */
    struct roam_diag *diag;
};

static enum roam_err read_block(struct recovery *recovery, struct block_reader *reader,
                                struct store_block *block)
{
    block->time_s = reader->time_s;
    block->txs = recovery->txs;
    block->count = reader->left;
    if (block->count == 0 || block->count > LEDGER_BLOCK_TXS_MAX) return ROAM_E_COUNT;
    for (size_t i = 0; i < block->count; i++) ROAM_TRY(block_read_tx(reader, &recovery->txs[i]));
    return ROAM_OK;
}

/* A block that has reached the file is there as the journal has it, or the journal is another store's. */
static enum roam_err compare_block(struct recovery *recovery, uint64_t height, const uint8_t *bytes,
                                   size_t size)
{
    struct view view;
    uint8_t key[KEY_U64_SIZE];
    MDB_val stored;
    if (view_begin(&view, recovery->ordered->parts.tables, false) != ROAM_OK)
        return view_explain(&view, recovery->diag);
    key_u64(key, height);
    const bool same = view_get(&view, TABLE_BLOCKS, key, sizeof key, &stored) && stored.mv_size == size &&
                      memcmp(stored.mv_data, bytes, size) == 0;
    const enum roam_err err = view_explain(&view, recovery->diag);
    view_abort(&view);
    if (err != ROAM_OK || same) return err;
    return roam_diag(recovery->diag, ROAM_E_MISMATCH, "the journal's block %llu is not the store's",
                     (unsigned long long)height);
}

static enum roam_err recover_block(void *context, uint64_t height, const uint8_t *bytes, size_t size)
{
    struct recovery *recovery = context;
    struct ordered *o = recovery->ordered;
    struct block_reader reader;
    struct store_block block = {.height = height};
    if (height <= o->head.height) return compare_block(recovery, height, bytes, size);
    enum roam_err err = block_read_begin(&reader, bytes, size);
    if (err == ROAM_OK) err = read_block(recovery, &reader, &block);
    if (err != ROAM_OK)
        return roam_diag(recovery->diag, ROAM_E_MISMATCH, "the journal's block %llu is malformed",
                         (unsigned long long)height);
    err = execute(o, &block, recovery->diag);
    if (err == ROAM_E_RANGE || err == ROAM_E_LIMIT) return ROAM_E_MISMATCH; /* diag says why */
    ROAM_TRY(err);
    if (memcmp(o->head.app_hash, reader.app_hash, sizeof reader.app_hash) != 0)
        return roam_diag(recovery->diag, ROAM_E_MISMATCH,
                         "the journal's block %llu does not lead to its app hash",
                         (unsigned long long)height);
    return keep(o, true, recovery->diag);
}

static enum roam_err recover(struct ordered *o, struct roam_diag *diag)
{
    struct recovery recovery = {.ordered = o, .diag = diag};
    recovery.txs = malloc(LEDGER_BLOCK_TXS_MAX * sizeof *recovery.txs);
    if (recovery.txs == NULL) return ROAM_E_NOMEM;
    const enum roam_err err = checkpoint_recover(o->parts.checkpoint, &recovery, recover_block, diag);
    free(recovery.txs);
    return err;
}

enum roam_err ordered_open(struct ordered **out, const struct ordered_parts *parts, struct roam_diag *diag)
{
    struct ordered *o = calloc(1, sizeof *o);
    if (o == NULL) return ROAM_E_NOMEM;
    o->parts = *parts;
    enum roam_err err = take_memory(o);
    if (err == ROAM_OK) err = open_ledger(o, diag);
    if (err == ROAM_OK) err = recover(o, diag);
    if (err == ROAM_OK)
        *out = o;
    else
        ordered_close(o);
    return err;
}
