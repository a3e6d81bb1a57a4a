#include "hosted.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "hex.h"

static enum roam_err named_ledger(struct cli *cli, const char **out)
{
    *out = cli_get(cli, "ledger");
    if (*out == NULL) *out = getenv("ROAM_LEDGER");
    if (*out != NULL) return ROAM_OK;
    return roam_diag(&cli->diag, ROAM_E_FORMAT, "no ledger named: give --ledger DIR or set ROAM_LEDGER");
}

static bool is_url(const char *name)
{
    return strncmp(name, "http://", 7) == 0 || strncmp(name, "https://", 8) == 0;
}

static enum roam_err open_folder(struct cli *cli, struct store **out, const char *path, bool read_only)
{
    const struct store_options options = {
        .env = &roam_env_system, .threads = 2, .block_txs_max = LEDGER_BLOCK_TXS_MAX, .read_only = read_only};
    return store_open(out, path, &options, &cli->diag);
}

enum roam_err hosted_open_store(struct cli *cli, struct store **out, bool read_only)
{
    const char *name;
    ROAM_TRY(named_ledger(cli, &name));
    if (!is_url(name)) return open_folder(cli, out, name, read_only);
    return roam_diag(&cli->diag, ROAM_E_UNSUPPORTED, "%s: this needs the ledger's folder, not a node", name);
}

enum roam_err hosted_open(struct cli *cli, struct host *out, bool read_only)
{
    const char *name;
    *out = (struct host){0};
    ROAM_TRY(named_ledger(cli, &name));
    return is_url(name) ? remote_open(&out->remote, name, &cli->diag)
                        : open_folder(cli, &out->store, name, read_only);
}

void hosted_close_store(struct store **store) { store_close(*store); }

void hosted_close(struct host *host)
{
    store_close(host->store);
    remote_close(host->remote);
}

const struct ledger *hosted_read_begin(const struct host *host)
{
    return host->remote != NULL ? remote_ledger(host->remote) : store_read_begin(host->store);
}

void hosted_read_end(const struct host *host)
{
    if (host->store != NULL) store_read_end(host->store);
}

enum roam_err hosted_unknown(struct cli *cli, const struct host *host, enum roam_err err, const char *text)
{
    if (host->remote != NULL) ROAM_TRY(remote_failure(host->remote, &cli->diag));
    return roam_diag(&cli->diag, err, "%s", text);
}

enum roam_err option_id(struct cli *cli, const char *name, roam_id *out)
{
    return cli_hex(cli, name, cli_get(cli, name), out->byte, 32);
}

enum roam_err session_serial(struct cli *cli, uint64_t *out, const roam_id *agreement, const roam_id *session)
{
    char ids[2][2 * 32 + 1];
    if (tx_session_serial(out, agreement, session)) return ROAM_OK;
    hex_encode(ids[0], session->byte, 32);
    hex_encode(ids[1], agreement->byte, 32);
    return roam_diag(&cli->diag, ROAM_E_MISMATCH, "session %s is not one of agreement %s", ids[0], ids[1]);
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

enum roam_err hosted_send(const struct host *host, struct tx *tx, const struct key_file *const *keys,
                          unsigned count, struct ledger_receipt *receipt, struct roam_diag *diag)
{
    static _Thread_local uint8_t bytes[TX_SIZE_MAX];
    size_t size;
    tx->ledger = *ledger_id(hosted_read_begin(host));
    hosted_read_end(host);
    tx->signature_count = (uint8_t)tx_signature_count(tx->type);
    ROAM_ASSERT(count == tx->signature_count);
    tx_seal(tx);
    for (unsigned i = 0; i < count; i++) tx_sign(tx, i, keys[i]->secret_key);
    ROAM_TRY(tx_serialize(bytes, sizeof bytes, &size, tx));
    if (host->remote != NULL) return remote_submit(host->remote, bytes, size, receipt, diag);
    return store_submit(host->store, bytes, size, receipt);
}

enum roam_err hosted_submit(struct cli *cli, const struct host *host, struct tx *tx,
                            const struct key_file *const *keys, unsigned count)
{
    struct ledger_receipt receipt;
    enum roam_err err = hosted_send(host, tx, keys, count, &receipt, &cli->diag);
    if (err != ROAM_OK) return roam_diag(&cli->diag, err, "the ledger did not take the transaction");
    cli_put(cli, "receipt", json_receipt(&receipt));
    cli->refused = receipt.outcome != LEDGER_ACCEPTED;
    return ROAM_OK;
}
