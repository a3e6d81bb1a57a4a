/* roam receipt: what the ledger answered, and the proof that it did.
 *
 * A receipt file is JSON: the receipt's bytes, its place in the log, the inclusion proof, and the parts of
 * the head whose hash every host of the ledger agrees on. `verify` needs the file and nothing else; whoever
 * knows the head's app hash from elsewhere (another operator, a later block) compares it with the one
 * printed. A file from a chain may carry the proof, member "finality" (comet_proof.h), that its validators
 * have agreed on that app hash; it is checked against the genesis file or the hash of validators that one
 * believes. */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "hex.h"
#include "hosted.h"
#include "json_fields.h"
#include "receipt_finality.h"

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

static enum roam_err object_of_store(struct cli *cli, struct store *store, struct ledger_receipt *receipt,
                                     json_t **out)
{
    ROAM_TRY(find_receipt(cli, store, receipt));
    return receipt_file_json(store, receipt, out);
}

static enum roam_err object_of_node(struct cli *cli, struct remote *remote, struct ledger_receipt *receipt,
                                    json_t **out)
{
    roam_id id;
    uint64_t index;
    uint8_t bytes[LEDGER_RECEIPT_SIZE];
    const char *tx = cli_get(cli, "tx");
    if (tx != NULL)
        ROAM_TRY(option_id(cli, "tx", &id));
    else
        ROAM_TRY(cli_u64(cli, "index", 0, 0, UINT64_MAX, &index));
    const enum roam_err err = remote_receipt(remote, tx != NULL ? tx : cli_get(cli, "index"), out, NULL);
    if (err == ROAM_E_NOTFOUND) return roam_diag(&cli->diag, err, "no such receipt");
    if (err != ROAM_OK) return roam_diag(&cli->diag, err, "the node does not tell its receipts");
    const char *hex = json_string_value(json_object_get(*out, "receipt"));
    if (hex != NULL && strlen(hex) == 2 * sizeof bytes &&
        hex_decode(bytes, sizeof bytes, hex, 2 * sizeof bytes) == ROAM_OK &&
        ledger_receipt_parse(receipt, bytes) == ROAM_OK)
        return ROAM_OK;
    json_decref(*out);
    return roam_diag(&cli->diag, ROAM_E_FORMAT, "the node's answer is not a receipt");
}

static enum roam_err write_object(struct cli *cli, const json_t *object, const char *path)
{
    char *text = json_dumps(object, JSON_INDENT(2));
    if (text == NULL) return ROAM_E_NOMEM;
    const enum roam_err err = file_write(path, text, strlen(text), &cli->diag);
    free(text);
    cli_put_text(cli, "written", path);
    return err;
}

static enum roam_err receipt_show(struct cli *cli)
{
    SCOPED_HOST host = {0};
    struct ledger_receipt receipt;
    json_t *object;
    enum roam_err err = ROAM_OK;
    if ((cli_get(cli, "tx") == NULL) == (cli_get(cli, "index") == NULL))
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "give either --tx or --index");
    ROAM_TRY(hosted_open(cli, &host, true));
    ROAM_TRY(host.remote != NULL ? object_of_node(cli, host.remote, &receipt, &object)
                                 : object_of_store(cli, host.store, &receipt, &object));
    cli_put(cli, "receipt", json_receipt(&receipt));
    if (cli_get(cli, "out") != NULL) err = write_object(cli, object, cli_get(cli, "out"));
    json_decref(object);
    return err;
}

struct receipt_file {
    uint8_t receipt[LEDGER_RECEIPT_SIZE];
    struct merkle_proof proof;
    struct ledger_head_parts head;
    uint8_t app_hash[32];
    bool has_finality;
    struct comet_proof finality;
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

static enum roam_err read_finality(struct cli *cli, json_t *object, struct receipt_file *out)
{
    const json_t *finality = json_object_get(object, "finality");
    out->has_finality = finality != NULL;
    return finality == NULL ? ROAM_OK : comet_proof_from_json(&out->finality, finality, &cli->diag);
}

/* Release out->finality after ROAM_OK. */
static enum roam_err read_receipt(struct cli *cli, const char *path, struct receipt_file *out)
{
    json_t *object;
    *out = (struct receipt_file){0};
    ROAM_TRY(json_load_secret(&object, path, &cli->diag));
    enum roam_err err = read_members(cli, object, out);
    if (err == ROAM_OK) err = read_finality(cli, object, out);
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

static enum roam_err check_known(struct cli *cli, const struct receipt_file *file)
{
    uint8_t known[32];
    if (cli_get(cli, "app-hash") == NULL) return ROAM_OK;
    ROAM_TRY(cli_hex(cli, "--app-hash", cli_get(cli, "app-hash"), known, 32));
    if (memcmp(known, file->app_hash, 32) != 0)
        return roam_diag(&cli->diag, ROAM_E_VERIFY, "the receipt is of another history than --app-hash");
    return ROAM_OK;
}

static enum roam_err check_finality(struct cli *cli, const struct receipt_file *file)
{
    bool wanted;
    ROAM_TRY(finality_wanted(cli, &wanted));
    if (wanted && !file->has_finality)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "%s carries no proof of finality (member 'finality')",
                         cli->operand[0]);
    if (wanted) ROAM_TRY(finality_check(cli, &file->finality, file->app_hash));
    if (file->has_finality) cli_put_bool(cli, "final", wanted);
    if (file->has_finality && !wanted)
        cli_put_text(cli, "note",
                     "finality not checked: give --genesis, or --validators-hash and --chain-id");
    return ROAM_OK;
}

static enum roam_err verify_file(struct cli *cli, const struct receipt_file *file)
{
    struct ledger_receipt receipt;
    if (ledger_receipt_parse(&receipt, file->receipt) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "%s: the receipt's bytes are malformed", cli->operand[0]);
    ROAM_TRY(check(cli, file, &receipt));
    ROAM_TRY(check_known(cli, file));
    ROAM_TRY(check_finality(cli, file));
    cli_put_bool(cli, "valid", true);
    cli_put(cli, "receipt", json_receipt(&receipt));
    put_id(cli, "ledger", &file->head.ledger);
    cli_put_u64(cli, "head_height", file->head.height);
    cli_put_hex(cli, "app_hash", file->app_hash, 32);
    return ROAM_OK;
}

static enum roam_err receipt_verify(struct cli *cli)
{
    struct receipt_file file;
    ROAM_TRY(read_receipt(cli, cli->operand[0], &file));
    const enum roam_err err = verify_file(cli, &file);
    comet_proof_release(&file.finality);
    return err;
}

/* The receipt file once more, with the proof. */
static enum roam_err write_final(struct cli *cli, json_t *finality)
{
    json_t *object;
    ROAM_TRY(json_load_secret(&object, cli->operand[0], &cli->diag));
    json_object_set(object, "finality", finality);
    const enum roam_err err = json_save_new(object, true, cli->operand[1], &cli->diag);
    json_decref(object);
    return err;
}

static enum roam_err receipt_finalize(struct cli *cli)
{
    struct receipt_file file;
    json_t *finality = NULL;
    uint64_t height;
    ROAM_TRY(read_receipt(cli, cli->operand[0], &file));
    comet_proof_release(&file.finality); /* a proof that it had is replaced */
    ROAM_TRY(cli_u64(cli, "height", file.head.height, 0, INT64_MAX - 1, &height));
    ROAM_TRY(finality_fetch(cli, (int64_t)height, file.app_hash, &finality));
    const enum roam_err err = write_final(cli, finality);
    json_decref(finality);
    if (err == ROAM_OK) cli_put_text(cli, "written", cli->operand[1]);
    return err;
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
    OPTIONS_FINALITY,
    {0},
};

static const struct cli_option finalize_options[] = {
    {"rpc", "URL", "a node of the chain, http://host:26657", true},
    {"genesis", "FILE", "the chain's genesis.json", true},
    {"height", "N", "the block whose state the head is (default: the head's height)", false},
    {0},
};

const struct cli_command cmd_receipt[] = {
    {"receipt", "show", NULL, "Show a receipt, and write it with its proof.", show_options, receipt_show},
    {"receipt", "verify", "RECEIPT.json", "Check a receipt file without the ledger.", verify_options,
     receipt_verify},
    {"receipt", "finalize", "RECEIPT.json OUT.json", "Add the proof that the chain has agreed on a receipt.",
     finalize_options, receipt_finalize},
    {0},
};
