/* roam operator: admission, deposits, withdrawals, balances. */
#include <string.h>

#include "digest.h"
#include "hosted.h"

/* Reads what the command needs, opens the ledger, sends tx signed by keys, closes. */
static enum roam_err send(struct cli *cli, struct tx *tx, const struct key_file *const *keys, unsigned count)
{
    SCOPED_HOST host = {0};
    ROAM_TRY(hosted_open(cli, &host, false));
    return hosted_submit(cli, &host, tx, keys, count);
}

static enum roam_err operator_register(struct cli *cli)
{
    SCOPED_KEY governor = {0};
    SCOPED_KEY operator_key = {0};
    ROAM_TRY(option_key(cli, "governor", KEY_AUTHORITY, true, &governor));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, false, &operator_key));
    struct tx tx = {.type = TX_OPERATOR_REGISTER};
    struct tx_operator_register *body = &tx.body.operator_register;
    body->operator_id = operator_key.id;
    memcpy(body->name, operator_key.name, TX_NAME_SIZE);
    memcpy(body->public_key, operator_key.public_key, 32);
    put_id(cli, "operator", &operator_key.id);
    return send(cli, &tx, (const struct key_file *[]){&governor}, 1);
}

/* An outside reference is any text; the ledger sees its digest. */
static void reference_digest(roam_id *out, const char *text) { sha256(out->byte, text, strlen(text)); }

static enum roam_err operator_deposit(struct cli *cli)
{
    SCOPED_KEY treasury = {0};
    struct tx tx = {.type = TX_DEPOSIT};
    struct tx_deposit *body = &tx.body.deposit;
    ROAM_TRY(option_currency(cli, "currency", &body->currency));
    ROAM_TRY(option_amount(cli, "amount", &body->currency, &body->amount_minor));
    ROAM_TRY(option_operator(cli, "operator", &body->operator_id));
    reference_digest(&body->reference, cli_get(cli, "reference"));
    ROAM_TRY(option_key(cli, "treasury", KEY_AUTHORITY, true, &treasury));
    return send(cli, &tx, (const struct key_file *[]){&treasury}, 1);
}

static uint64_t next_account_sequence(const struct host *host, const struct tx_withdraw *body)
{
    struct ledger_account account;
    enum roam_err err =
        ledger_get_account(&account, hosted_read_begin(host), &body->operator_id, &body->currency);
    hosted_read_end(host);
    return err == ROAM_OK ? account.sequence + 1 : 1;
}

static enum roam_err operator_withdraw(struct cli *cli)
{
    SCOPED_KEY key = {0};
    SCOPED_HOST host = {0};
    struct tx tx = {.type = TX_WITHDRAW};
    struct tx_withdraw *body = &tx.body.withdraw;
    ROAM_TRY(option_currency(cli, "currency", &body->currency));
    ROAM_TRY(option_amount(cli, "amount", &body->currency, &body->amount_minor));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &key));
    body->operator_id = key.id;
    reference_digest(&body->reference, cli_get(cli, "reference"));
    ROAM_TRY(hosted_open(cli, &host, false));
    body->sequence = next_account_sequence(&host, body);
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&key}, 1);
}

static enum roam_err rotate(struct cli *cli, const struct host *host, struct key_file *old,
                            struct key_file *new)
{
    struct ledger_operator record;
    enum roam_err err = ledger_get_operator(&record, hosted_read_begin(host), &old->id);
    hosted_read_end(host);
    if (err != ROAM_OK) return hosted_unknown(cli, host, err, "this operator is not registered");
    struct tx tx = {.type = TX_OPERATOR_ROTATE_KEY};
    tx.body.operator_rotate_key.operator_id = old->id;
    tx.body.operator_rotate_key.sequence = record.sequence + 1;
    memcpy(tx.body.operator_rotate_key.new_public_key, new->public_key, 32);
    return hosted_submit(cli, host, &tx, (const struct key_file *[]){old, new}, 2);
}

/* The new key is written before the ledger hears of it: whatever happens then, no key in use is without a
 * file. */
static enum roam_err operator_rotate(struct cli *cli)
{
    SCOPED_KEY old = {0};
    SCOPED_KEY new = {0};
    SCOPED_HOST host = {0};
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &old));
    uint8_t seed[32];
    env_random(&roam_env_system, seed, sizeof seed);
    key_from_seed(&new, KEY_OPERATOR, old.name, seed);
    new.id = old.id;
    ROAM_TRY(hosted_open(cli, &host, false));
    ROAM_TRY(key_write(&new, true, cli_get(cli, "new-key"), &cli->diag));
    return rotate(cli, &host, &old, &new);
}

static enum roam_err operator_show(struct cli *cli)
{
    SCOPED_HOST host = {0};
    roam_id id;
    struct tx_currency currency;
    ROAM_TRY(option_operator(cli, "operator", &id));
    ROAM_TRY(option_currency(cli, "currency", &currency));
    ROAM_TRY(hosted_open(cli, &host, true));
    struct ledger_operator record;
    struct ledger_account account = {0};
    const struct ledger *ledger = hosted_read_begin(&host);
    enum roam_err err = ledger_get_operator(&record, ledger, &id);
    bool funded = err == ROAM_OK && ledger_get_account(&account, ledger, &id, &currency) == ROAM_OK;
    hosted_read_end(&host);
    if (err != ROAM_OK) return hosted_unknown(cli, &host, err, "this operator is not registered");
    char name[TX_NAME_SIZE + 1] = {0};
    memcpy(name, record.name, TX_NAME_SIZE);
    cli_put_text(cli, "name", name);
    put_id(cli, "id", &id);
    cli_put_hex(cli, "public_key", record.public_key, 32);
    cli_put(cli, "available", json_amount(funded ? account.available_minor : 0, currency.decimals));
    return ROAM_OK;
}

static const struct cli_option register_options[] = {
    OPTION_LEDGER,
    {"governor", "KEY", "the governor's key", true},
    {"key", "KEY", "the operator's key file (the public part suffices)", true},
    {0},
};
static const struct cli_option deposit_options[] = {
    OPTION_LEDGER,
    OPTION_CURRENCY,
    {"treasury", "KEY", "the treasury's key", true},
    {"operator", "ID|KEY", "who is credited", true},
    {"amount", "AMOUNT", "decimal amount", true},
    {"reference", "TEXT", "the outside payment; each is credited once", true},
    {0},
};
static const struct cli_option withdraw_options[] = {
    OPTION_LEDGER,
    OPTION_CURRENCY,
    {"key", "KEY", "the operator's key", true},
    {"amount", "AMOUNT", "decimal amount", true},
    {"reference", "TEXT", "where the treasury pays to", true},
    {0},
};
static const struct cli_option rotate_options[] = {
    OPTION_LEDGER,
    {"key", "KEY", "the operator's present key", true},
    {"new-key", "FILE", "where the new key is written", true},
    {0},
};
static const struct cli_option show_options[] = {
    OPTION_LEDGER,
    OPTION_CURRENCY,
    {"operator", "ID|KEY", "the operator", true},
    {0},
};

const struct cli_command cmd_operator[] = {
    {"operator", "register", NULL, "Admit an operator to the ledger.", register_options, operator_register},
    {"operator", "deposit", NULL, "Credit an operator's account for an outside payment.", deposit_options,
     operator_deposit},
    {"operator", "withdraw", NULL, "Take money out of an operator's account.", withdraw_options,
     operator_withdraw},
    {"operator", "rotate", NULL, "Replace an operator's key.", rotate_options, operator_rotate},
    {"operator", "show", NULL, "Show an operator and its balance.", show_options, operator_show},
    {0},
};
