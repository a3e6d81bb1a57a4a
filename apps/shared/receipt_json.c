#include "receipt_json.h"

#include <stdlib.h>

#include "hex.h"

json_t *json_bytes(const uint8_t *bytes, size_t size)
{
    char *text = malloc(2 * size + 1);
    if (text == NULL) return NULL;
    hex_encode(text, bytes, size);
    json_t *value = json_string(text);
    free(text);
    return value;
}

json_t *json_receipt(const struct ledger_receipt *receipt)
{
    const enum ledger_outcome outcome = (enum ledger_outcome)receipt->outcome;
    json_t *object = json_pack("{s:s,s:s,s:I,s:s,s:I,s:I,s:I}", "outcome", ledger_outcome_name(outcome),
                               "text", ledger_outcome_text(outcome), "number", (json_int_t)outcome, "type",
                               tx_type_name((enum tx_type)receipt->type), "index", (json_int_t)receipt->index,
                               "height", (json_int_t)receipt->height, "time_s", (json_int_t)receipt->time_s);
    json_object_set_new(object, "tx", json_bytes(receipt->tx.byte, 32));
    json_object_set_new(object, "agreement", json_bytes(receipt->agreement.byte, 32));
    json_object_set_new(object, "amount_minor", json_integer((json_int_t)receipt->amount_minor));
    json_object_set_new(object, "tax_minor", json_integer((json_int_t)receipt->tax_minor));
    json_object_set_new(object, "count", json_integer(receipt->count));
    return object;
}

static json_t *proof_json(const struct merkle_proof *proof)
{
    json_t *list = json_array();
    for (size_t i = 0; i < proof->count; i++) json_array_append_new(list, json_bytes(proof->hash[i], 32));
    return list;
}

static json_t *head_json(const roam_id *ledger, const struct ledger_head *head)
{
    uint8_t state[32], root[32];
    lthash_digest(state, &head->state);
    merkle_log_root(root, &head->receipts);
    json_t *object = json_pack("{s:I,s:I,s:I}", "height", (json_int_t)head->height, "time_s",
                               (json_int_t)head->time_s, "receipts", (json_int_t)head->receipts.size);
    json_object_set_new(object, "ledger", json_bytes(ledger->byte, 32));
    json_object_set_new(object, "state", json_bytes(state, 32));
    json_object_set_new(object, "receipt_root", json_bytes(root, 32));
    json_object_set_new(object, "app_hash", json_bytes(head->app_hash, 32));
    return object;
}

enum roam_err receipt_file_json(struct store *store, const struct ledger_receipt *receipt, json_t **out)
{
    struct ledger_genesis genesis;
    struct ledger_head head;
    struct merkle_proof proof;
    roam_id ledger;
    uint8_t bytes[LEDGER_RECEIPT_SIZE];
    ROAM_TRY(store_receipt_prove(store, receipt->index, &proof, &head));
    store_genesis_get(store, &genesis);
    ledger_genesis_id(&ledger, &genesis);
    ledger_receipt_serialize(bytes, receipt);
    *out = json_pack("{s:o,s:o,s:o}", "receipt", json_bytes(bytes, sizeof bytes), "proof", proof_json(&proof),
                     "head", head_json(&ledger, &head));
    return *out != NULL ? ROAM_OK : ROAM_E_NOMEM;
}
