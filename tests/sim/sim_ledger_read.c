/* Reads a ledger from its disk. */
#include "endian.h"
#include "sim_block.h"
#include "sim_ledger_parts.h"
#include "sim_memory.h"

#include <stdlib.h>
#include <string.h>

/* A block as it was written. */
struct written {
    uint64_t height, time_s;
    const uint8_t *app_hash;
    size_t count;
    struct ledger_bytes *txs;
    const uint8_t *receipts;
    struct sim_cursor records;
};

static void read_block(struct written *out, const struct sim_record *record)
{
    struct sim_cursor cursor = {record->payload, record->size};
    out->height = cursor_u64(&cursor);
    out->time_s = cursor_u64(&cursor);
    out->app_hash = cursor_bytes(&cursor, 32);
    out->count = (size_t)cursor_u64(&cursor);
    out->txs = malloc(out->count * sizeof *out->txs + 1);
    ROAM_ASSERT(out->txs != NULL);
    for (size_t i = 0; i < out->count; i++) {
        out->txs[i].size = (size_t)cursor_u64(&cursor);
        out->txs[i].bytes = cursor_bytes(&cursor, out->txs[i].size);
    }
    out->receipts = cursor_bytes(&cursor, out->count * LEDGER_RECEIPT_SIZE);
    out->records = cursor;
}

static void take_records(struct sim_ledger *l, struct sim_cursor records)
{
    while (records.left > 0) {
        const size_t key_size = (size_t)cursor_u64(&records);
        const uint8_t *key = cursor_bytes(&records, key_size);
        const size_t value_size = (size_t)cursor_u64(&records);
        record_map_put(&l->box.records, key, key_size, cursor_bytes(&records, value_size), value_size);
    }
}

static void take_receipts(struct sim_ledger *l, const struct written *block)
{
    const struct merkle_store nodes = {l, sim_ledger_node_put, NULL};
    for (size_t i = 0; i < block->count; i++) {
        const uint8_t *bytes = block->receipts + i * LEDGER_RECEIPT_SIZE;
        struct ledger_receipt receipt;
        uint8_t leaf[MERKLE_HASH_SIZE];
        ROAM_ASSERT(ledger_receipt_parse(&receipt, bytes) == ROAM_OK);
        merkle_leaf_hash(leaf, bytes, LEDGER_RECEIPT_SIZE);
        merkle_log_append(&l->box.head.receipts, leaf, &nodes);
        sim_ledger_add_receipt(l, &receipt);
    }
}

void sim_ledger_sum(struct sim_ledger *l)
{
    const struct record_map *map = &l->box.records;
    lthash_init(&l->box.head.state);
    for (size_t i = 0; i < map->capacity; i++) {
        const struct record_entry *e = &map->entries[i];
        if (e->key_size != 0) lthash_add(&l->box.head.state, e->key, e->key_size, e->value, e->value_size);
    }
}

static void take_block(struct sim_ledger *l, const struct sim_record *record, uint8_t app_hash[32])
{
    struct written block;
    read_block(&block, record);
    take_records(l, block.records);
    take_receipts(l, &block);
    l->box.head.height = block.height;
    l->box.head.time_s = block.time_s;
    memcpy(app_hash, block.app_hash, 32);
    free(block.txs);
}

/* Signatures that were found valid, in all runs of the process: a verdict that never changes. */
enum { MEMO_SLOTS = 1 << 14 };
static uint8_t memo[MEMO_SLOTS][32];

static uint8_t *memo_slot(const uint8_t digest[32]) { return memo[load_le64(digest) % MEMO_SLOTS]; }

static bool memo_has(void *context, const uint8_t digest[32])
{
    (void)context;
    return memcmp(memo_slot(digest), digest, 32) == 0;
}

static void memo_add(void *context, const uint8_t digest[32])
{
    (void)context;
    memcpy(memo_slot(digest), digest, 32);
}

/* Gives the ledger object the state that was read. */
static void start(struct sim_ledger *l)
{
    struct roam_diag diag = {""};
    const struct ledger_head *head = l->box.head.height > 0 ? &l->box.head : NULL;
    const enum roam_err err = ledger_init(&l->box.ledger, l->box.memory, &l->box.config, head, &diag);
    ROAM_ASSERT(err == ROAM_OK);
    l->box.head = *ledger_head(l->box.ledger);
}

/* A box with no ledger in it yet. */
static void box_init_empty(struct sim_ledger *l)
{
    struct ledger_box *box = &l->box;
    record_map_init(&box->records);
    box->prng.state = l->options.seed;
    box->env = roam_env_seeded(&box->prng);
    box->config = (struct ledger_config){.genesis = *l->options.genesis,
                                         .kv = record_map_kv(&box->records),
                                         .receipt_nodes = {l, sim_ledger_node_put, NULL},
                                         .signatures = {NULL, memo_has, memo_add},
                                         .env = &box->env,
                                         .overlay_records_max = OVERLAY_RECORDS,
                                         .threads = 1};
    memcpy(box->config.circuit, l->options.circuits,
           box->config.genesis.circuit_count * sizeof *l->options.circuits);
    box->memory = sim_memory_take(ledger_memory_size(&box->config));
    merkle_log_init(&box->head.receipts);
    box->head.time_s = box->config.genesis.time_s;
}

/* The last block's records stay, its head and receipts do not: as if they were not written together. */
static void take_records_only(struct sim_ledger *l, const struct sim_record *record)
{
    struct written block;
    read_block(&block, record);
    sim_ledger_sum(l);
    take_records(l, block.records);
    free(block.txs);
}

static void take_snapshot(struct sim_ledger *l, const struct sim_record *record, uint8_t app_hash[32])
{
    ROAM_ASSERT(l->box.head.height == 0);
    memcpy(app_hash, record->payload, 32);
    ROAM_ASSERT(snapshot_take(l, record->payload + 32, record->size - 32));
    l->restored = true;
}

static enum roam_err recover(struct sim_ledger *l, struct roam_diag *diag)
{
    struct sim_disk *disk = l->options.disk;
    struct sim_record record;
    uint8_t written[32];
    bool ahead = false;
    roam_id id;
    ledger_genesis_id(&id, l->options.genesis);
    for (disk_read_begin(disk); disk_read(disk, &record);) {
        if (record.kind == KIND_SNAPSHOT) {
            take_snapshot(l, &record, written);
            continue;
        }
        ROAM_ASSERT(record.kind == KIND_BLOCK);
        ahead = l->options.plant == PLANT_RECOVERY_AHEAD && disk->read_at == disk->size;
        if (ahead)
            take_records_only(l, &record);
        else
            take_block(l, &record, written);
    }
    ROAM_ASSERT(disk_sync(disk)); /* what an earlier process wrote and did not sync is relied on now */
    if (!ahead) sim_ledger_sum(l);
    ledger_app_hash(l->box.head.app_hash, &id, &l->box.head);
    const bool good = l->box.head.height == 0 || ahead || memcmp(l->box.head.app_hash, written, 32) == 0;
    start(l);
    return good ? ROAM_OK
                : roam_diag(diag, ROAM_E_MISMATCH, "block %llu: records and receipts are not the app hash's",
                            (unsigned long long)l->box.head.height);
}

static void init(struct sim_ledger *l, const struct sim_ledger_options *options)
{
    *l = (struct sim_ledger){.options = *options};
    buf_init(&l->payload, PAYLOAD_MAX);
    box_init_empty(l);
}

struct sim_ledger *sim_ledger_new(const struct sim_ledger_options *options)
{
    struct sim_ledger *l = malloc(sizeof *l);
    ROAM_ASSERT(l != NULL);
    init(l, options);
    return l;
}

enum roam_err sim_ledger_open(struct sim_ledger **out, const struct sim_ledger_options *options,
                              struct roam_diag *diag)
{
    struct sim_ledger *l = sim_ledger_new(options);
    const enum roam_err err = recover(l, diag);
    if (err == ROAM_OK)
        *out = l;
    else
        sim_ledger_close(l);
    return err;
}

static void release(struct sim_ledger *l)
{
    for (int i = 0; i < LEVELS_MAX; i++) free(l->level[i].hash);
    buf_release(&l->payload);
    sim_memory_give(l->box.memory);
    l->box.memory = NULL;
    box_release(&l->box);
    snapshot_release(l);
    free(l->receipts);
    free(l->fresh);
}

void sim_ledger_close(struct sim_ledger *l)
{
    if (l == NULL) return;
    release(l);
    free(l);
}

enum roam_err sim_ledger_reload(struct sim_ledger *l, struct roam_diag *diag)
{
    const struct sim_ledger_options options = l->options;
    release(l);
    init(l, &options);
    return recover(l, diag);
}

bool sim_ledger_was_restored(const struct sim_ledger *l) { return l->restored; }

static const char *replay_block(struct ledger_box *box, const struct written *block)
{
    const char *broken = NULL;
    struct ledger_receipt *receipts = malloc(block->count * sizeof *receipts);
    ROAM_ASSERT(receipts != NULL);
    ledger_block_begin(box->ledger, block->height, block->time_s);
    ROAM_ASSERT(ledger_execute(box->ledger, block->txs, block->count, receipts) == ROAM_OK);
    box_commit(box);
    for (size_t i = 0; i < block->count; i++) {
        uint8_t bytes[LEDGER_RECEIPT_SIZE];
        ledger_receipt_serialize(bytes, &receipts[i]);
        if (memcmp(bytes, block->receipts + i * sizeof bytes, sizeof bytes) != 0)
            broken = "a replay gives another receipt";
    }
    if (memcmp(box->head.app_hash, block->app_hash, 32) != 0) broken = "a replay gives another app hash";
    free(receipts);
    return broken;
}

const char *sim_ledger_replay(const struct sim_ledger_options *options)
{
    struct sim_ledger *l = sim_ledger_new(options);
    struct sim_record record;
    const char *broken = NULL;
    start(l);
    disk_read_begin(options->disk);
    while (broken == NULL && disk_read(options->disk, &record)) {
        struct written block;
        read_block(&block, &record);
        broken = replay_block(&l->box, &block);
        free(block.txs);
    }
    sim_ledger_close(l);
    return broken;
}
