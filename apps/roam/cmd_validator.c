/* roam validator: votes on the chain's validators, and who they are. */
#include <string.h>

#include "hosted.h"
#include "validator_key.h"

/* The set, and the present validator of this key if there is one. */
struct present {
    struct ledger_validator_set set;
    struct ledger_validator validator; /* power 0: there is none */
};

static enum roam_err read_present(struct cli *cli, const struct host *host, const roam_id *key,
                                  struct present *out)
{
    const struct ledger *ledger = hosted_read_begin(host);
    *out = (struct present){.validator = {.power = 0}};
    const enum roam_err err = ledger_get_validator_set(&out->set, ledger);
    const enum roam_err found = err == ROAM_OK ? ledger_get_validator(&out->validator, ledger, key) : err;
    hosted_read_end(host);
    if (err == ROAM_E_NOTFOUND)
        return hosted_unknown(cli, host, err, "this ledger does not decide who its validators are");
    if (found != ROAM_E_NOTFOUND) return found;
    return host->remote != NULL ? remote_failure(host->remote, &cli->diag) : ROAM_OK;
}

/* What the receipt of a vote means. */
static void put_ballot(struct cli *cli)
{
    const json_t *receipt = json_object_get(cli->result, "receipt");
    if (cli->refused) return;
    cli_put(cli, "in_favour", json_incref(json_object_get(receipt, "amount_minor")));
    cli_put_bool(cli, "took_effect", json_integer_value(json_object_get(receipt, "count")) > 0);
}

static enum roam_err vote(struct cli *cli, const struct host *host, const struct key_file *key, struct tx *tx)
{
    struct tx_validator_vote *body = &tx->body.validator_vote;
    struct present present;
    ROAM_TRY(read_present(cli, host, &body->validator, &present));
    ROAM_TRY(cli_u64(cli, "changes", present.set.changes, 0, UINT64_MAX, &body->changes));
    body->owner = present.validator.power > 0 ? present.validator.owner : key->id;
    if (cli_get(cli, "owner") != NULL) ROAM_TRY(option_operator(cli, "owner", &body->owner));
    put_id(cli, "validator", &body->validator);
    put_id(cli, "owner", &body->owner);
    cli_put_u64(cli, "power", body->power);
    cli_put_u64(cli, "total_power", present.set.total_power);
    ROAM_TRY(hosted_submit(cli, host, tx, &key, 1));
    put_ballot(cli);
    return ROAM_OK;
}

static enum roam_err validator_vote(struct cli *cli)
{
    SCOPED_KEY key = {0};
    SCOPED_HOST host = {0};
    struct tx tx = {.type = TX_VALIDATOR_VOTE};
    struct tx_validator_vote *body = &tx.body.validator_vote;
    ROAM_TRY(option_key(cli, "operator", KEY_OPERATOR, true, &key));
    ROAM_TRY(validator_key_read(&body->validator, cli_get(cli, "key"), &cli->diag));
    ROAM_TRY(cli_u64(cli, "power", 0, 0, LEDGER_POWER_MAX, &body->power));
    body->operator_id = key.id;
    ROAM_TRY(hosted_open(cli, &host, false));
    return vote(cli, &host, &key, &tx);
}

static json_t *validator_json(const roam_id *key, const struct ledger_validator *validator)
{
    uint8_t address[VALIDATOR_ADDRESS_SIZE];
    validator_address(address, key);
    return json_pack("{s:o,s:I,s:o,s:o}", "key", json_bytes(key->byte, 32), "power",
                     (json_int_t)validator->power, "owner", json_bytes(validator->owner.byte, 32), "address",
                     json_bytes(address, sizeof address));
}

/* All places of the list, those left out that were removed. */
static enum roam_err read_list(const struct ledger *ledger, uint64_t places, json_t *list)
{
    for (uint64_t place = 0; place < places; place++) {
        struct ledger_listed listed;
        struct ledger_validator validator;
        ROAM_TRY(ledger_get_listed(&listed, ledger, place));
        ROAM_TRY(ledger_get_validator(&validator, ledger, &listed.validator));
        if (validator.power > 0) json_array_append_new(list, validator_json(&listed.validator, &validator));
    }
    return ROAM_OK;
}

static enum roam_err validator_list(struct cli *cli)
{
    SCOPED_HOST host = {0};
    struct ledger_validator_set set;
    ROAM_TRY(hosted_open(cli, &host, true));
    json_t *list = json_array();
    cli_put(cli, "validators", list);
    const struct ledger *ledger = hosted_read_begin(&host);
    const enum roam_err err = ledger_get_validator_set(&set, ledger);
    const enum roam_err all = err == ROAM_OK ? read_list(ledger, set.listed, list) : err;
    hosted_read_end(&host);
    if (err != ROAM_OK)
        return hosted_unknown(cli, &host, err, "this ledger does not decide who its validators are");
    if (all != ROAM_OK) return hosted_unknown(cli, &host, all, "the list of validators cannot be read");
    cli_put_u64(cli, "changes", set.changes);
    cli_put_u64(cli, "total_power", set.total_power);
    return ROAM_OK;
}

static const struct cli_option vote_options[] = {
    OPTION_LEDGER,
    {"operator", "KEY", "the key of the operator that votes", true},
    {"key", "HEX|FILE", "the validator's public key, or a file of CometBFT that has it", true},
    {"power", "N", "the power that it is to have; 0 removes it", true},
    {"owner", "ID|KEY", "who is to run it (default: who does, or the operator that votes)", false},
    {"changes", "N", "vote only if there were so many changes to the validators (default: however many)",
     false},
    {0},
};
static const struct cli_option list_options[] = {OPTION_LEDGER, {0}};

const struct cli_command cmd_validator[] = {
    {"validator", "vote", NULL,
     "Vote for a validator's power. More than two thirds of all power bring it about.", vote_options,
     validator_vote},
    {"validator", "list", NULL, "Show the chain's validators as the ledger has them.", list_options,
     validator_list},
    {0},
};
