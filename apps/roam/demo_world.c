#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decimal.h"
#include "demo.h"
#include "digest.h"
#include "r1cs_file.h"
#include "registry.h"
#include "setup.h"

void demo_say(const struct demo *demo, const char *format, ...)
{
    if (demo->cli->json || demo->cli->quiet) return;
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

const char *demo_money(char text[48], const struct demo *demo, uint64_t amount_minor)
{
    return decimal_print_u64(text, amount_minor, demo->currency.decimals);
}

enum roam_err demo_send(struct demo *demo, struct tx *tx, const struct key_file *first,
                        const struct key_file *second, struct ledger_receipt *receipt)
{
    const struct key_file *keys[2] = {first, second};
    return hosted_send(&(struct host){.store = demo->store}, tx, keys, second == NULL ? 1 : 2, receipt,
                       &demo->cli->diag);
}

enum roam_err demo_must(struct demo *demo, struct tx *tx, const struct key_file *first,
                        const struct key_file *second, struct ledger_receipt *receipt)
{
    struct ledger_receipt local;
    if (receipt == NULL) receipt = &local;
    ROAM_TRY(demo_send(demo, tx, first, second, receipt));
    if (receipt->outcome == LEDGER_ACCEPTED) return ROAM_OK;
    return roam_diag(&demo->cli->diag, ROAM_E_MISMATCH, "the ledger refused %s: %s", tx_type_name(tx->type),
                     ledger_outcome_text((enum ledger_outcome)receipt->outcome));
}

static void fresh_key(struct key_file *out, enum key_kind kind, const char *name)
{
    uint8_t seed[32];
    env_random(&roam_env_system, seed, sizeof seed);
    key_from_seed(out, kind, name, seed);
}

static enum roam_err make_circuit(struct demo *demo, struct demo_circuit *out, unsigned size)
{
    char name[24];
    struct r1cs_system system;
    out->size = size;
    snprintf(name, sizeof name, "settle-%u", size);
    ROAM_TRY(circuit_build(&system, name, &demo->cli->diag));
    demo_say(demo, "  circuit %s: %u constraints, %u for each session", name, system.constraint_count,
             system.constraint_count / size);
    struct zkey key;
    enum roam_err err = setup_dev(&key, &system, &roam_env_system, &demo->cli->progress, &demo->cli->diag);
    r1cs_release(&system);
    if (err == ROAM_OK) err = zk_prover_init(&out->prover, &key);
    return err == ROAM_OK ? zkey_vk(&out->vk, &out->prover.key) : err;
}

static enum roam_err make_folder(struct demo *demo)
{
    const char *base = getenv("TMPDIR");
    int length =
        snprintf(demo->folder, sizeof demo->folder, "%s/roam-demo-XXXXXX", base == NULL ? "/tmp" : base);
    if (length > 0 && (size_t)length < sizeof demo->folder && mkdtemp(demo->folder) != NULL) return ROAM_OK;
    demo->folder[0] = '\0';
    return roam_diag(&demo->cli->diag, ROAM_E_IO, "no temporary folder can be made under %s",
                     base == NULL ? "/tmp" : base);
}

static enum roam_err make_ledger(struct demo *demo)
{
    char path[DEMO_PATH_MAX + 8];
    struct store_genesis genesis = {.genesis = {.chain_name = "demonstration", .circuit_count = 2},
                                    .vk = {&demo->small.vk, &demo->large.vk}};
    genesis.genesis.circuit[0].size = (uint16_t)demo->small.size;
    genesis.genesis.circuit[1].size = (uint16_t)demo->large.size;
    genesis.genesis.time_s = env_now_s(&roam_env_system);
    memcpy(genesis.genesis.governor, demo->governor.public_key, 32);
    memcpy(genesis.genesis.treasury, demo->treasury.public_key, 32);
    snprintf(path, sizeof path, "%s/ledger", demo->folder);
    ROAM_TRY(store_create(path, &genesis, &demo->cli->diag));
    struct store_options options = {
        .env = &roam_env_system, .threads = 2, .block_txs_max = LEDGER_BLOCK_TXS_MAX};
    return store_open(&demo->store, path, &options, &demo->cli->diag);
}

static enum roam_err admit(struct demo *demo, const struct key_file *operator_key)
{
    struct tx tx = {.type = TX_OPERATOR_REGISTER};
    tx.body.operator_register.operator_id = operator_key->id;
    memcpy(tx.body.operator_register.name, operator_key->name, TX_NAME_SIZE);
    memcpy(tx.body.operator_register.public_key, operator_key->public_key, 32);
    return demo_must(demo, &tx, &demo->governor, NULL, NULL);
}

static enum roam_err deposit(struct demo *demo, uint64_t amount_minor)
{
    struct tx tx = {.type = TX_DEPOSIT};
    tx.body.deposit = (struct tx_deposit){demo->home.id, demo->currency, amount_minor, {{0}}};
    sha256(tx.body.deposit.reference.byte, "bank transfer 1", 15);
    return demo_must(demo, &tx, &demo->treasury, NULL, NULL);
}

enum roam_err demo_world_make(struct demo *demo)
{
    ROAM_TRY(make_folder(demo));
    fresh_key(&demo->governor, KEY_AUTHORITY, "governor");
    fresh_key(&demo->treasury, KEY_AUTHORITY, "treasury");
    fresh_key(&demo->home, KEY_OPERATOR, "Nordlicht (home)");
    fresh_key(&demo->visited, KEY_OPERATOR, "Rheinstrom (visited)");
    demo_say(demo, "1. A development ceremony, for two sizes of batch");
    ROAM_TRY(make_circuit(demo, &demo->small, 7));
    ROAM_TRY(make_circuit(demo, &demo->large, 35));
    demo_say(demo, "2. A ledger, two operators, and 5,000.0000 EUR of the home operator's money");
    ROAM_TRY(make_ledger(demo));
    ROAM_TRY(admit(demo, &demo->home));
    ROAM_TRY(admit(demo, &demo->visited));
    return deposit(demo, 50000000);
}

enum roam_err demo_agreement_open(struct demo *demo, struct demo_trade *trade, uint64_t fund_minor)
{
    fr commitment;
    struct tx tx = {.type = TX_AGREEMENT_OPEN};
    struct tx_agreement_open *terms = &tx.body.agreement_open;
    *terms = (struct tx_agreement_open){.home = demo->home.id,
                                        .visited = demo->visited.id,
                                        .currency = demo->currency,
                                        .hold_max_minor = 2000000,
                                        .commit_within_s = 3600,
                                        .settle_within_s = 86400,
                                        .dispute_within_s = 86400};
    env_random(&roam_env_system, (uint8_t *)&terms->salt, sizeof terms->salt);
    ROAM_TRY(usage_rate_card_commitment(&commitment, &trade->card));
    fr_to_be(terms->rate_card, &commitment);
    ROAM_TRY(demo_must(demo, &tx, &demo->home, &demo->visited, NULL));
    tx_agreement_id(&trade->agreement, &tx.ledger, terms);
    struct tx fund = {.type = TX_AGREEMENT_FUND};
    fund.body.agreement_move = (struct tx_agreement_move){trade->agreement, fund_minor, 1};
    return demo_must(demo, &fund, &demo->home, NULL, NULL);
}

static void remove_folder(const char *path)
{
    char inner[2 * DEMO_PATH_MAX];
    DIR *folder = opendir(path);
    if (folder == NULL) return;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (unlink(inner) != 0) remove_folder(inner);
    }
    closedir(folder);
    rmdir(path);
}

void demo_world_end(struct demo *demo)
{
    if (demo->store != NULL) store_close(demo->store);
    if (demo->folder[0] != '\0') remove_folder(demo->folder);
    zk_prover_release(&demo->small.prover);
    zk_prover_release(&demo->large.prover);
    key_wipe(&demo->governor);
    key_wipe(&demo->treasury);
    key_wipe(&demo->home);
    key_wipe(&demo->visited);
}
