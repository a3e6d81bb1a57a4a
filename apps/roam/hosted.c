#include "hosted.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "hex.h"

enum roam_err hosted_open(struct cli *cli, struct store **out, bool read_only)
{
    const char *path = cli_get(cli, "ledger");
    if (path == NULL) path = getenv("ROAM_LEDGER");
    if (path == NULL)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "no ledger named: give --ledger DIR or set ROAM_LEDGER");
    struct store_options options = {
        .env = &roam_env_system, .threads = 2, .block_txs_max = LEDGER_BLOCK_TXS_MAX, .read_only = read_only};
    return store_open(out, path, &options, &cli->diag);
}

void hosted_close(struct store **store)
{
    if (*store != NULL) store_close(*store);
}

enum roam_err option_id(struct cli *cli, const char *name, roam_id *out)
{
    return cli_hex(cli, name, cli_get(cli, name), out->byte, 32);
}

enum roam_err option_currency(struct cli *cli, const char *name, struct tx_currency *out)
{
    const char *text = cli_get(cli, name), *colon = strchr(text, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);
    char *end = NULL;
    unsigned long decimals = colon == NULL ? 0 : strtoul(colon + 1, &end, 10);
    if (length < 1 || length > TX_CURRENCY_SIZE || colon[1] < '0' || colon[1] > '9' || *end != '\0' ||
        decimals > 18)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "--%s: '%s' is not CODE:DECIMALS such as EUR:2", name,
                         text);
    *out = (struct tx_currency){.decimals = (uint8_t)decimals};
    memcpy(out->code, text, length);
    return ROAM_OK;
}

enum roam_err option_amount(struct cli *cli, const char *name, const struct tx_currency *currency,
                            uint64_t *out)
{
    const char *text = cli_get(cli, name);
    struct decimal value;
    if (decimal_parse(&value, text, strlen(text)) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "--%s: '%s' is not a decimal number", name, text);
    if (decimal_to_u64(out, &value, currency->decimals) == ROAM_OK) return ROAM_OK;
    return roam_diag(&cli->diag, ROAM_E_RANGE, "--%s: %s is negative, too large or has more than %d decimals",
                     name, text, currency->decimals);
}

enum roam_err option_key(struct cli *cli, const char *name, enum key_kind kind, bool need_secret,
                         struct key_file *out)
{
    return key_read(out, kind, need_secret, cli_get(cli, name), &cli->diag);
}

enum roam_err option_operator(struct cli *cli, const char *name, roam_id *out)
{
    const char *text = cli_get(cli, name);
    if (strlen(text) == 64 && hex_decode(out->byte, 32, text, 64) == ROAM_OK) return ROAM_OK;
    SCOPED_KEY key = {0};
    ROAM_TRY(key_read(&key, KEY_OPERATOR, false, text, &cli->diag));
    *out = key.id;
    return ROAM_OK;
}

json_t *json_amount(uint64_t amount_minor, int decimals)
{
    char text[48];
    return json_string(decimal_print_u64(text, amount_minor, decimals));
}

const char *currency_text(char text[16], const struct tx_currency *currency)
{
    snprintf(text, 16, "%.*s:%u", TX_CURRENCY_SIZE, currency->code, currency->decimals);
    return text;
}

void put_id(struct cli *cli, const char *key, const roam_id *id) { cli_put_hex(cli, key, id->byte, 32); }

json_t *json_receipt(const struct ledger_receipt *receipt)
{
    enum ledger_outcome outcome = (enum ledger_outcome)receipt->outcome;
    json_t *object = json_pack("{s:s,s:s,s:I,s:s,s:I,s:I,s:I}", "outcome", ledger_outcome_name(outcome),
                               "text", ledger_outcome_text(outcome), "number", (json_int_t)outcome, "type",
                               tx_type_name((enum tx_type)receipt->type), "index", (json_int_t)receipt->index,
                               "height", (json_int_t)receipt->height, "time_s", (json_int_t)receipt->time_s);
    json_object_set_new(object, "tx", cli_json_hex(receipt->tx.byte, 32));
    json_object_set_new(object, "agreement", cli_json_hex(receipt->agreement.byte, 32));
    json_object_set_new(object, "amount_minor", json_integer((json_int_t)receipt->amount_minor));
    json_object_set_new(object, "tax_minor", json_integer((json_int_t)receipt->tax_minor));
    json_object_set_new(object, "count", json_integer(receipt->count));
    return object;
}

enum roam_err hosted_send(struct store *store, struct tx *tx, const struct key_file *const *keys,
                          unsigned count, struct ledger_receipt *receipt)
{
    static _Thread_local uint8_t bytes[TX_SIZE_MAX];
    size_t size;
    tx->ledger = *ledger_id(store_read_begin(store));
    store_read_end(store);
    tx->signature_count = (uint8_t)tx_signature_count(tx->type);
    ROAM_ASSERT(count == tx->signature_count);
    tx_seal(tx);
    for (unsigned i = 0; i < count; i++) tx_sign(tx, i, keys[i]->secret_key);
    ROAM_TRY(tx_serialize(bytes, sizeof bytes, &size, tx));
    return store_submit(store, bytes, size, receipt);
}

enum roam_err hosted_submit(struct cli *cli, struct store *store, struct tx *tx,
                            const struct key_file *const *keys, unsigned count)
{
    struct ledger_receipt receipt;
    enum roam_err err = hosted_send(store, tx, keys, count, &receipt);
    if (err != ROAM_OK) return roam_diag(&cli->diag, err, "the ledger did not take the transaction");
    cli_put(cli, "receipt", json_receipt(&receipt));
    cli->refused = receipt.outcome != LEDGER_ACCEPTED;
    return ROAM_OK;
}
