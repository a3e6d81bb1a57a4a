/* Queries: receipts and their proofs. */
#include "app_parts.h"

#include "endian.h"

#include <string.h>

static bool path_is(const struct abci_query_request *in, const char *path)
{
    return in->path.size == strlen(path) && memcmp(in->path.at, path, in->path.size) == 0;
}

static void no(struct abci_query_response *out, uint32_t code, const char *why)
{
    out->code = code;
    out->log = abci_text(why);
}

/* Parts of the head in the order of their hash, then the hashes of the proof. */
static size_t write_proof(uint8_t *data, const struct node_app *app, const struct ledger_head *head,
                          const struct merkle_proof *proof)
{
    uint8_t *at = data;
    memcpy(at, app->ledger_id.byte, 32);
    store_le64(at + 32, head->height);
    store_le64(at + 40, head->time_s);
    lthash_digest(at + 48, &head->state);
    merkle_log_root(at + 80, &head->receipts);
    store_le64(at + 112, head->receipts.size);
    memcpy(at + 120, proof->hash, proof->count * MERKLE_HASH_SIZE);
    return 120 + proof->count * MERKLE_HASH_SIZE;
}

static void prove(struct node_app *app, struct abci_call *call, uint64_t index,
                  struct abci_query_response *out)
{
    struct ledger_head *head = abci_take(call, sizeof *head);
    struct merkle_proof *proof = abci_take(call, sizeof *proof);
    struct abci_proof_op *op = abci_take(call, sizeof *op);
    uint8_t *key = abci_take(call, 8);
    uint8_t *data = abci_take(call, 120 + MERKLE_PROOF_MAX * MERKLE_HASH_SIZE);
    if (head == NULL || proof == NULL || op == NULL || key == NULL || data == NULL) return;
    if (app->ledger->prove(app->ledger->context, index, proof, head) != ROAM_OK) {
        no(out, 2, "the proof cannot be made");
        return;
    }
    store_le64(key, index);
    *op = (struct abci_proof_op){
        abci_text("roam:receipt"), {key, 8}, {data, write_proof(data, app, head, proof)}};
    out->proof_ops = op;
    out->proof_op_count = 1;
    out->height = (int64_t)head->height;
}

static void receipt(struct node_app *app, struct abci_call *call, const struct abci_query_request *in,
                    struct abci_query_response *out)
{
    struct ledger_receipt found;
    roam_id id;
    uint8_t *value = abci_take(call, LEDGER_RECEIPT_SIZE);
    if (value == NULL) return;
    if (in->data.size != sizeof id.byte) {
        no(out, 2, "data is not a transaction's id of 32 bytes");
        return;
    }
    memcpy(id.byte, in->data.at, sizeof id.byte);
    if (app->ledger->accepted(app->ledger->context, &id, &found) != ROAM_OK) {
        no(out, 3, "no receipt accepts this transaction");
        return;
    }
    ledger_receipt_serialize(value, &found);
    out->key = in->data;
    out->value = (struct abci_bytes){value, LEDGER_RECEIPT_SIZE};
    if (in->prove) prove(app, call, found.index, out);
}

void app_query(void *context, struct abci_call *call, const struct abci_query_request *in,
               struct abci_query_response *out)
{
    if (path_is(in, "/receipt"))
        receipt(context, call, in, out);
    else
        no(out, 1, "no such path; there is /receipt");
}
