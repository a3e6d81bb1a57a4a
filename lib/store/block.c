#include "block.h"

#include "endian.h"
#include "hosting.h"

static void write_record(void *context, const uint8_t *key, size_t key_size, const uint8_t *value,
                         size_t value_size)
{
    if (value == NULL)
        view_delete(context, TABLE_RECORDS, key, key_size);
    else
        view_put(context, TABLE_RECORDS, key, key_size, value, value_size);
}

static bool is_accepted(struct view *view, uint64_t index)
{
    struct ledger_receipt receipt;
    return receipt_load(&receipt, view, index) == ROAM_OK && receipt.outcome == LEDGER_ACCEPTED;
}

/* The receipt of a malformed transaction can name the id of a good one, whose unsigned bytes it repeats: a
 * refusal never takes the place of an acceptance. */
void block_write_receipt(struct view *view, const struct ledger_receipt *receipt)
{
    uint8_t key[KEY_U64_SIZE], bytes[LEDGER_RECEIPT_SIZE], index[8];
    uint64_t earlier;
    bool keep = receipt->outcome != LEDGER_ACCEPTED &&
                receipt_index(&earlier, view, &receipt->tx) == ROAM_OK && is_accepted(view, earlier);
    key_u64(key, receipt->index);
    ledger_receipt_serialize(bytes, receipt);
    view_put(view, TABLE_RECEIPTS, key, sizeof key, bytes, sizeof bytes);
    store_le64(index, receipt->index);
    if (!keep)
        view_put(view, TABLE_RECEIPT_BY_TX, receipt->tx.byte, sizeof receipt->tx.byte, index, sizeof index);
}

void block_write(struct view *view, const struct ledger *ledger, const struct ledger_head *head,
                 const struct ledger_receipt *receipts, size_t count)
{
    uint8_t bytes[HEAD_SIZE_MAX];
    ledger_overlay_walk(ledger, view, write_record);
    for (size_t i = 0; i < count; i++) block_write_receipt(view, &receipts[i]);
    view_put(view, TABLE_META, "head", 4, bytes, head_serialize(bytes, head));
}

static void write_log(struct view *view, const struct ledger_head *head, const struct draft *draft)
{
    uint8_t key[KEY_U64_SIZE];
    key_u64(key, head->height);
    uint8_t *room = view_put_room(view, TABLE_BLOCKS, key, sizeof key, block_size(draft->txs, draft->count));
    if (room != NULL) block_serialize(room, head, draft->txs, draft->count);
}

static void execute(struct ledger *ledger, const struct draft *draft, const struct roam_env *env)
{
    const struct ledger_head *last = ledger_head(ledger);
    uint64_t now_s = env_now_s(env);
    ledger_block_begin(ledger, last->height + 1, now_s > last->time_s ? now_s : last->time_s);
    /* draft_add keeps the block within the overlay. */
    ROAM_ASSERT(ledger_execute(ledger, draft->txs, draft->count, draft->receipts) == ROAM_OK);
}

enum roam_err block_commit(struct ledger *ledger, struct view *view, struct draft *draft,
                           const struct roam_env *env)
{
    struct ledger_head head;
    execute(ledger, draft, env);
    ledger_block_end(ledger, &head);
    block_write(view, ledger, &head, draft->receipts, draft->count);
    write_log(view, &head, draft);
    enum roam_err err = view_commit(view);
    if (err == ROAM_OK)
        ledger_block_commit(ledger);
    else
        ledger_block_abort(ledger);
    return err;
}
