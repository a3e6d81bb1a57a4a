/* roam receipt: what the ledger answered, and the proof that it did.
 *
 * A receipt file is JSON: the receipt's bytes, its place in the log, the inclusion proof, and the parts of
 * the head whose hash every host of the ledger agrees on. `verify` needs the file and nothing else; whoever
 * knows the head's app hash from elsewhere (another operator, a later block) compares it with the one
 * printed. */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hex.h"
#include "hosted.h"
#include "json_fields.h"

static enum roam_err find_receipt(struct cli *cli, struct store *store, struct ledger_receipt *out)
{
    const char *tx = cli_get(cli, "tx");
    enum roam_err err;
    if (tx != NULL) {
        roam_id id;
        ROAM_TRY(option_id(cli, "tx", &id));
        err = store_receipt_by_tx(store, &id, out);
    } else {
        uint64_t index;
        ROAM_TRY(cli_u64(cli, "index", 0, 0, UINT64_MAX, &index));
        err = store_receipt_by_index(store, index, out);
    }
    return err == ROAM_OK ? err : roam_diag(&cli->diag, err, "no such receipt");
}

static json_t *proof_json(const struct merkle_proof *proof)
{
    json_t *list = json_array();
    for (size_t i = 0; i < proof->count; i++) json_array_append_new(list, cli_json_hex(proof->hash[i], 32));
    return list;
}

static json_t *head_json(const roam_id *ledger, const struct ledger_head *head)
{
    uint8_t state[32], root[32];
    lthash_digest(state, &head->state);
    merkle_log_root(root, &head->receipts);
    json_t *object = json_pack("{s:I,s:I,s:I}", "height", (json_int_t)head->height, "time_s",
                               (json_int_t)head->time_s, "receipts", (json_int_t)head->receipts.size);
    json_object_set_new(object, "ledger", cli_json_hex(ledger->byte, 32));
    json_object_set_new(object, "state", cli_json_hex(state, 32));
    json_object_set_new(object, "receipt_root", cli_json_hex(root, 32));
    json_object_set_new(object, "app_hash", cli_json_hex(head->app_hash, 32));
    return object;
}

static enum roam_err write_receipt(struct cli *cli, struct store *store, const struct ledger_receipt *receipt,
                                   const char *path)
{
    struct merkle_proof proof;
    struct ledger_head *head = malloc(sizeof *head);
    if (head == NULL) return ROAM_E_NOMEM;
    enum roam_err err = store_receipt_prove(store, receipt->index, &proof, head);
    if (err == ROAM_OK) {
        uint8_t bytes[LEDGER_RECEIPT_SIZE];
        ledger_receipt_serialize(bytes, receipt);
        roam_id ledger = *ledger_id(store_read_begin(store));
        store_read_end(store);
        json_t *object = json_object();
        json_object_set_new(object, "receipt", cli_json_hex(bytes, sizeof bytes));
        json_object_set_new(object, "proof", proof_json(&proof));
        json_object_set_new(object, "head", head_json(&ledger, head));
        char *text = json_dumps(object, JSON_INDENT(2));
        json_decref(object);
        err = file_write(path, text, strlen(text), &cli->diag);
        free(text);
    }
    free(head);
    return err;
}

static enum roam_err receipt_show(struct cli *cli)
{
    SCOPED_STORE *store = NULL;
    struct ledger_receipt receipt;
    if ((cli_get(cli, "tx") == NULL) == (cli_get(cli, "index") == NULL))
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "give either --tx or --index");
    ROAM_TRY(hosted_open(cli, &store, true));
    ROAM_TRY(find_receipt(cli, store, &receipt));
    cli_put(cli, "receipt", json_receipt(&receipt));
    if (cli_get(cli, "out") == NULL) return ROAM_OK;
    cli_put_text(cli, "written", cli_get(cli, "out"));
    return write_receipt(cli, store, &receipt, cli_get(cli, "out"));
}

struct receipt_file {
    uint8_t receipt[LEDGER_RECEIPT_SIZE];
    struct merkle_proof proof;
    struct ledger_head_parts head;
    uint8_t app_hash[32];
};

static enum roam_err read_proof(struct cli *cli, json_t *list, struct merkle_proof *proof)
{
    if (!json_is_array(list) || json_array_size(list) > MERKLE_PROOF_MAX)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "member 'proof' is not a list of at most %d hashes",
                         MERKLE_PROOF_MAX);
    proof->count = json_array_size(list);
    for (size_t i = 0; i < proof->count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL || hex_decode(proof->hash[i], 32, text, strlen(text)) != ROAM_OK)
            return roam_diag(&cli->diag, ROAM_E_FORMAT, "hash %zu of the proof is not 64 hexadecimal digits",
                             i);
    }
    return ROAM_OK;
}

static enum roam_err read_members(struct cli *cli, json_t *object, struct receipt_file *out)
{
    json_t *head = json_object_get(object, "head");
    ROAM_TRY(json_hex(object, "receipt", out->receipt, sizeof out->receipt, &cli->diag));
    ROAM_TRY(read_proof(cli, json_object_get(object, "proof"), &out->proof));
    ROAM_TRY(json_u64(head, "height", &out->head.height, &cli->diag));
    ROAM_TRY(json_u64(head, "time_s", &out->head.time_s, &cli->diag));
    ROAM_TRY(json_u64(head, "receipts", &out->head.receipt_count, &cli->diag));
    ROAM_TRY(json_hex(head, "ledger", out->head.ledger.byte, 32, &cli->diag));
    ROAM_TRY(json_hex(head, "state", out->head.state, 32, &cli->diag));
    ROAM_TRY(json_hex(head, "receipt_root", out->head.receipt_root, 32, &cli->diag));
    return json_hex(head, "app_hash", out->app_hash, 32, &cli->diag);
}

static enum roam_err read_receipt(struct cli *cli, const char *path, struct receipt_file *out)
{
    json_t *object;
    ROAM_TRY(json_load_secret(&object, path, &cli->diag));
    enum roam_err err = read_members(cli, object, out);
    json_decref(object);
    return cli_in_file(err, path, &cli->diag);
}

static enum roam_err check(struct cli *cli, const struct receipt_file *file,
                           const struct ledger_receipt *receipt)
{
    uint8_t leaf[32], app_hash[32];
    merkle_leaf_hash(leaf, file->receipt, sizeof file->receipt);
    if (merkle_inclusion_verify(file->head.receipt_root, receipt->index, file->head.receipt_count, leaf,
                                &file->proof) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_VERIFY, "the receipt is not in the log that the head names");
    ledger_parts_hash(app_hash, &file->head);
    if (memcmp(app_hash, file->app_hash, 32) != 0)
        return roam_diag(&cli->diag, ROAM_E_VERIFY, "the head's parts do not hash to its app hash");
    return ROAM_OK;
}

static enum roam_err receipt_verify(struct cli *cli)
{
    struct receipt_file file;
    struct ledger_receipt receipt;
    uint8_t known[32];
    ROAM_TRY(read_receipt(cli, cli->operand[0], &file));
    if (ledger_receipt_parse(&receipt, file.receipt) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "%s: the receipt's bytes are malformed", cli->operand[0]);
    ROAM_TRY(check(cli, &file, &receipt));
    if (cli_get(cli, "app-hash") != NULL) {
        ROAM_TRY(cli_hex(cli, "--app-hash", cli_get(cli, "app-hash"), known, 32));
        if (memcmp(known, file.app_hash, 32) != 0)
            return roam_diag(&cli->diag, ROAM_E_VERIFY, "the receipt is of another history than --app-hash");
    }
    cli_put_bool(cli, "valid", true);
    cli_put(cli, "receipt", json_receipt(&receipt));
    put_id(cli, "ledger", &file.head.ledger);
    cli_put_u64(cli, "head_height", file.head.height);
    cli_put_hex(cli, "app_hash", file.app_hash, 32);
    return ROAM_OK;
}

static const struct cli_option show_options[] = {
    OPTION_LEDGER,
    {"tx", "ID", "the transaction", false},
    {"index", "N", "or its place in the receipt log", false},
    {"out", "FILE", "write the receipt with its inclusion proof", false},
    {0},
};
static const struct cli_option verify_options[] = {
    {"app-hash", "HEX", "the head's hash as known from elsewhere", false},
    {0},
};

const struct cli_command cmd_receipt[] = {
    {"receipt", "show", NULL, "Show a receipt, and write it with its proof.", show_options, receipt_show},
    {"receipt", "verify", "RECEIPT.json", "Check a receipt file without the ledger.", verify_options,
     receipt_verify},
    {0},
};
