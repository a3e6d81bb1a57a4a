/* roam demo: the whole path, from signed records to a paid settlement and refused frauds. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "demo.h"
#include "file.h"
#include "ocmf_xml.h"

struct balances {
    uint64_t home, visited, available, held, earned;
};

static uint64_t account_of(const struct ledger *ledger, const struct demo *demo, const struct key_file *owner)
{
    struct ledger_account account;
    bool known = ledger_get_account(&account, ledger, &owner->id, &demo->currency) == ROAM_OK;
    return known ? account.available_minor : 0;
}

static enum roam_err read_balances(const struct demo *demo, const struct demo_trade *trade,
                                   struct balances *out)
{
    struct ledger_agreement record;
    const struct ledger *ledger = store_read_begin(demo->store);
    enum roam_err err = ledger_get_agreement(&record, ledger, &trade->agreement);
    out->home = account_of(ledger, demo, &demo->home);
    out->visited = account_of(ledger, demo, &demo->visited);
    store_read_end(demo->store);
    if (err != ROAM_OK) return err;
    out->available = record.available_minor;
    out->held = record.held_minor;
    out->earned = record.earned_minor;
    return ROAM_OK;
}

static void say_balances(const struct demo *demo, const char *when, const struct balances *b)
{
    char text[5][48];
    demo_say(demo, "  %-8s home %s | agreement: free %s, held %s, earned %s | visited %s", when,
             demo_money(text[0], demo, b->home), demo_money(text[1], demo, b->available),
             demo_money(text[2], demo, b->held), demo_money(text[3], demo, b->earned),
             demo_money(text[4], demo, b->visited));
}

/* Proves and settles sessions 0 .. count - 1 of a trade, and says what moved. */
static enum roam_err settle(struct demo *demo, struct demo_trade *trade, size_t count,
                            const struct demo_circuit *circuit, struct settlement *s,
                            struct ledger_receipt *receipt)
{
    struct tx tx;
    struct balances before, after;
    char fee[48], tax[48];
    ROAM_TRY(read_balances(demo, trade, &before));
    ROAM_TRY(demo_prove(demo, s, trade, 0, count, circuit));
    settlement_tx(&tx, s);
    ROAM_TRY(demo_must(demo, &tx, &demo->visited, NULL, receipt));
    ROAM_TRY(read_balances(demo, trade, &after));
    demo_say(demo, "  one proof of %d bytes for %zu %s sessions: %s EUR, of it tax %s", GROTH16_PROOF_SIZE,
             count, trade->what, demo_money(fee, demo, s->public.total_fee),
             demo_money(tax, demo, s->public.total_tax));
    say_balances(demo, "before", &before);
    say_balances(demo, "after", &after);
    return ROAM_OK;
}

static enum roam_err collect(struct demo *demo, const struct demo_trade *trade)
{
    struct balances now;
    struct tx tx = {.type = TX_AGREEMENT_COLLECT};
    ROAM_TRY(read_balances(demo, trade, &now));
    tx.body.agreement_move = (struct tx_agreement_move){trade->agreement, now.earned, 1};
    ROAM_TRY(demo_must(demo, &tx, &demo->visited, NULL, NULL));
    ROAM_TRY(read_balances(demo, trade, &now));
    say_balances(demo, "paid out", &now);
    return ROAM_OK;
}

/* Runs this program again with the given arguments; its exit code, or -1. */
static int second_command(const char *const *arguments)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execv("/proc/self/exe", (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

static enum roam_err check_receipt(struct demo *demo)
{
    char ledger[DEMO_PATH_MAX + 8], file[DEMO_PATH_MAX + 16], index[24];
    snprintf(ledger, sizeof ledger, "%s/ledger", demo->folder);
    snprintf(file, sizeof file, "%s/receipt.json", demo->folder);
    snprintf(index, sizeof index, "%llu", (unsigned long long)demo->settled.index);
    const char *const show[] = {"roam", "receipt", "show", "--ledger", ledger, "--index",
                                index,  "--out",   file,   "--quiet",  NULL};
    const char *const verify[] = {"roam", "receipt", "verify", file, "--quiet", NULL};
    bool good = second_command(show) == 0 && second_command(verify) == 0;
    demo_say(demo, "5. Receipt %s of the settlement: 'roam receipt verify' says %s", index,
             good ? "valid, without the ledger" : "not valid");
    return good ? ROAM_OK
                : roam_diag(&demo->cli->diag, ROAM_E_VERIFY, "the settlement's receipt does not verify");
}

static void judge_file(const char *path, unsigned *valid, unsigned *false_ones)
{
    uint8_t *data;
    size_t size;
    struct ocmf_values values;
    struct ocmf_verdict verdict;
    if (file_read(&data, &size, path, OCMF_XML_SIZE_MAX, NULL) != ROAM_OK) return;
    if (ocmf_xml_read(&values, data, size, NULL) == ROAM_OK) {
        for (size_t i = 0; i < values.count; i++) {
            bool good = ocmf_verify(&verdict, values.value[i].record, values.value[i].key, NULL) == ROAM_OK;
            *(good ? valid : false_ones) += 1;
        }
        ocmf_values_release(&values);
    }
    free(data);
}

/* Records of real meters, where a folder of them is at hand. */
static void judge_real_meters(struct demo *demo)
{
    const char *data = getenv("ROAM_SHARED_DATA");
    char folder[DEMO_PATH_MAX], path[2 * DEMO_PATH_MAX];
    unsigned valid = 0, false_ones = 0;
    snprintf(folder, sizeof folder, "%s/ocmf", data == NULL ? "../shared/data" : data);
    DIR *list = opendir(folder);
    if (list == NULL) return;
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strstr(entry->d_name, ".xml") != NULL) judge_file(path, &valid, &false_ones);
    }
    closedir(list);
    demo_say(demo, "   Beside them, %u readings signed by real meters verify, %u tampered ones do not", valid,
             false_ones);
}

static enum roam_err serve(struct demo *demo, struct demo_trade *trade, uint64_t fund_minor)
{
    ROAM_TRY(demo_agreement_open(demo, trade, fund_minor));
    ROAM_TRY(demo_sessions_open(demo, trade));
    return demo_sessions_commit(demo, trade);
}

static enum roam_err story(struct demo *demo)
{
    static struct settlement phone;
    struct ledger_receipt receipt;
    demo->currency = (struct tx_currency){.code = "EUR", .decimals = 4};
    ROAM_TRY(demo_charging_load(demo)); /* what is missing is found before the long work */
    ROAM_TRY(demo_phone_load(demo));
    ROAM_TRY(demo_world_make(demo));
    demo_say(
        demo,
        "3. %zu charging sessions from OCPI records, every meter reading's signature checked, and %zu phone "
        "sessions;\n   devices sign salted commitments, the ledger checks %zu signatures and holds the money",
        demo->charging.count, demo->phone.count, 2 * (demo->charging.count + demo->phone.count));
    judge_real_meters(demo);
    ROAM_TRY(serve(demo, &demo->charging, 20000000));
    ROAM_TRY(serve(demo, &demo->phone, 10000000));
    demo_say(demo, "4. Settlement");
    ROAM_TRY(settle(demo, &demo->charging, demo->charging.count - 3, &demo->large, &demo->settlement,
                    &demo->settled));
    ROAM_TRY(collect(demo, &demo->charging));
    ROAM_TRY(settle(demo, &demo->phone, demo->phone.count, &demo->small, &phone, &receipt));
    ROAM_TRY(check_receipt(demo));
    demo_say(demo, "6. Frauds");
    return demo_frauds(demo);
}

static enum roam_err run_demo(struct cli *cli)
{
    struct demo *demo = calloc(1, sizeof *demo);
    if (demo == NULL) return ROAM_E_NOMEM;
    demo->cli = cli;
    demo->examples = cli_get(cli, "examples") == NULL ? ROAM_EXAMPLES : cli_get(cli, "examples");
    enum roam_err err = story(demo);
    if (err == ROAM_OK && cli->json) {
        cli_put_u64(cli, "charging_sessions", demo->settlement.count);
        cli_put(cli, "total_fee", json_amount(demo->settlement.public.total_fee, demo->currency.decimals));
        cli_put(cli, "total_tax", json_amount(demo->settlement.public.total_tax, demo->currency.decimals));
        cli_put_u64(cli, "frauds_tried", demo->frauds_tried);
        cli_put_u64(cli, "frauds_refused", demo->frauds_refused);
    }
    demo_world_end(demo);
    free(demo);
    return err;
}

static const struct cli_option demo_options[] = {
    {"examples", "DIR", "folder of the example records", false},
    {0},
};

const struct cli_command cmd_demo[] = {
    {"demo", NULL, NULL, "Settle example sessions on a ledger of its own, and try six frauds.", demo_options,
     run_demo},
    {0},
};
