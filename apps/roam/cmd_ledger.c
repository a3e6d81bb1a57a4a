/* roam ledger: a new ledger, its state, its audit and replay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hosted.h"
#include "settle.h"
#include "validator_key.h"
#include "zk_files.h"

/* Reads "SIZE=VKEY.json" into place n of the genesis. */
static enum roam_err read_circuit(struct cli *cli, const char *text, size_t n, struct store_genesis *genesis,
                                  struct zk_vk *key)
{
    char *end;
    unsigned long size = strtoul(text, &end, 10);
    if (end == text || *end != '=' || size < 1 || size > SETTLE_SIZE_MAX)
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "circuit '%s' is not SIZE=VKEY.json", text);
    genesis->genesis.circuit[n].size = (uint16_t)size;
    genesis->vk[n] = &key->vk;
    return zk_vk_read(key, end + 1, &cli->diag);
}

static enum roam_err read_authority(struct cli *cli, const char *name, uint8_t out[32])
{
    SCOPED_KEY key = {0};
    ROAM_TRY(option_key(cli, name, KEY_AUTHORITY, false, &key));
    memcpy(out, key.public_key, 32);
    return ROAM_OK;
}

static enum roam_err ledger_create(struct cli *cli)
{
    static struct zk_vk keys[LEDGER_CIRCUITS_MAX];
    struct store_genesis genesis = {0};
    const char *name = cli_get(cli, "name");
    size_t count = (size_t)cli->operand_count - 1;
    if (count > LEDGER_CIRCUITS_MAX)
        return roam_diag(&cli->diag, ROAM_E_LIMIT, "at most %d circuits", LEDGER_CIRCUITS_MAX);
    if (strlen(name) == 0 || strlen(name) >= sizeof genesis.genesis.chain_name)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "--name: 1 to %zu bytes",
                         sizeof genesis.genesis.chain_name - 1);
    strcpy(genesis.genesis.chain_name, name);
    ROAM_TRY(read_authority(cli, "governor", genesis.genesis.governor));
    ROAM_TRY(read_authority(cli, "treasury", genesis.genesis.treasury));
    if (cli_get(cli, "validators") != NULL)
        ROAM_TRY(cli_in_file(validators_read(&genesis.genesis, cli_get(cli, "validators"), &cli->diag),
                             cli_get(cli, "validators"), &cli->diag));
    genesis.genesis.production = cli_flag(cli, "production");
    genesis.genesis.time_s = env_now_s(&roam_env_system);
    genesis.genesis.circuit_count = (uint16_t)count;
    for (size_t i = 0; i < count; i++)
        ROAM_TRY(read_circuit(cli, cli->operand[i + 1], i, &genesis, &keys[i]));
    ROAM_TRY(store_create(cli->operand[0], &genesis, &cli->diag));
    cli_put_text(cli, "folder", cli->operand[0]);
    cli_put_text(cli, "name", name);
    cli_put_bool(cli, "production", genesis.genesis.production);
    cli_put_u64(cli, "validators", genesis.genesis.validator_count);
    return ROAM_OK;
}

static void put_status(struct cli *cli, struct store *store)
{
    struct ledger_genesis genesis;
    store_genesis_get(store, &genesis);
    const struct ledger *ledger = store_read_begin(store);
    const struct ledger_head *head = ledger_head(ledger);
    cli_put_text(cli, "name", genesis.chain_name);
    put_id(cli, "ledger", ledger_id(ledger));
    cli_put_bool(cli, "production", genesis.production);
    cli_put_u64(cli, "height", head->height);
    cli_put_u64(cli, "time_s", head->time_s);
    cli_put_u64(cli, "receipts", head->receipts.size);
    cli_put_hex(cli, "app_hash", head->app_hash, 32);
    json_t *sizes = json_array();
    for (size_t i = 0; i < genesis.circuit_count; i++)
        json_array_append_new(sizes, json_integer(genesis.circuit[i].size));
    store_read_end(store);
    cli_put(cli, "circuit_sizes", sizes);
}

static enum roam_err put_node_status(struct cli *cli, struct remote *remote)
{
    const char *name;
    json_t *status, *value;
    ROAM_TRY(remote_status(remote, &status, &cli->diag));
    json_object_foreach(status, name, value) cli_put(cli, name, json_incref(value));
    json_decref(status);
    return ROAM_OK;
}

static enum roam_err ledger_status(struct cli *cli)
{
    SCOPED_HOST host = {0};
    ROAM_TRY(hosted_open(cli, &host, true));
    if (host.remote != NULL) return put_node_status(cli, host.remote);
    put_status(cli, host.store);
    return ROAM_OK;
}

static json_t *totals_json(const struct store_totals *t)
{
    char currency[16];
    int decimals = t->currency.decimals;
    json_t *object = json_pack("{s:s}", "currency", currency_text(currency, &t->currency));
    const struct {
        const char *name;
        uint64_t amount;
    } rows[] = {{"deposits", t->deposits},
                {"withdrawals", t->withdrawals},
                {"available", t->available},
                {"held", t->held},
                {"earned", t->earned}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        json_object_set_new(object, rows[i].name, json_amount(rows[i].amount, decimals));
    static const char *const states[] = {NULL, "open", "committed", "settled", "refunded", "disputed"};
    json_t *sessions = json_object();
    for (int s = 1; s <= 5; s++)
        json_object_set_new(sessions, states[s], json_integer((json_int_t)t->sessions[s]));
    json_object_set_new(object, "sessions", sessions);
    bool conserved = t->available + t->held + t->earned == t->deposits - t->withdrawals;
    json_object_set_new(object, "conserved", json_boolean(conserved));
    return object;
}

static enum roam_err ledger_audit(struct cli *cli)
{
    SCOPED_STORE *store = NULL;
    struct store_totals totals[32];
    size_t count;
    ROAM_TRY(hosted_open_store(cli, &store, true));
    ROAM_TRY(store_audit(store, totals, 32, &count, &cli->diag));
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *entry = totals_json(&totals[i]);
        cli->refused |= !json_is_true(json_object_get(entry, "conserved"));
        json_array_append_new(list, entry);
    }
    cli_put(cli, "currencies", list);
    return ROAM_OK;
}

static enum roam_err ledger_replay(struct cli *cli)
{
    SCOPED_STORE *store = NULL;
    uint64_t blocks = 0;
    ROAM_TRY(hosted_open_store(cli, &store, true));
    ROAM_TRY(store_replay(store, &blocks, &cli->diag));
    cli_put_u64(cli, "blocks", blocks);
    cli_put_bool(cli, "equal", true);
    return ROAM_OK;
}

static const struct cli_option create_options[] = {
    {"name", "NAME", "the ledger's name, 1 to 31 bytes", true},
    {"governor", "KEY", "who admits operators (public part suffices)", true},
    {"treasury", "KEY", "who vouches for deposits (public part suffices)", true},
    {"production", NULL, "refuse development keys", false},
    {"validators", "FILE",
     "the chain's first validators, whose owners decide who follows: a JSON list of {key, power, owner}",
     false},
    {0},
};
static const struct cli_option ledger_options[] = {OPTION_LEDGER, {0}};

const struct cli_command cmd_ledger[] = {
    {"ledger", "create", "DIR SIZE=VKEY.json...",
     "Make a new ledger with its settle circuits' verification keys.", create_options, ledger_create},
    {"ledger", "status", NULL, "Show height, hashes and circuits.", ledger_options, ledger_status},
    {"ledger", "audit", NULL, "Sum all records and check that money is conserved.", ledger_options,
     ledger_audit},
    {"ledger", "replay", NULL, "Execute all blocks again from genesis and compare.", ledger_options,
     ledger_replay},
    {0},
};
