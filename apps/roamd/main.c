/* roamd: hosts a ledger, alone or under CometBFT, and takes transactions over HTTP. */
#include "exit_code.h"
#include "http.h"

#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { DRAIN_MS = 3000 };

static const char usage[] =
    "usage: roamd init --home DIR --like LEDGER [--engine cometbft|embedded] [--listen HOST:PORT]\n"
    "                  [--abci ADDRESS] [--rpc URL] [--threads N]\n"
    "       roamd start --home DIR\n"
    "       roamd status --home DIR [--json]\n"
    "\n"
    "  init    makes DIR with a configuration (roamd.json) and an empty ledger that has the genesis and "
    "keys\n"
    "          of the ledger in folder LEDGER (see `roam ledger create`)\n"
    "  start   serves until SIGTERM or SIGINT, makes a snapshot on SIGUSR1; logs to standard error, one "
    "JSON\n"
    "          object a line\n"
    "  status  what the ledger of a node that runs here has reached\n";

struct options {
    const char *home, *like, *engine, *listen, *abci, *rpc, *threads;
    bool json;
};

static enum roam_err copy_text(char out[CONFIG_TEXT], const char *name, const char *text,
                               struct roam_diag *diag)
{
    if (text == NULL) return ROAM_OK;
    if (strlen(text) >= CONFIG_TEXT) return roam_diag(diag, ROAM_E_LIMIT, "--%s is too long", name);
    strcpy(out, text);
    return ROAM_OK;
}

static enum roam_err set_config(struct config *config, const struct options *options, struct roam_diag *diag)
{
    if (strlen(options->home) >= CONFIG_TEXT) return roam_diag(diag, ROAM_E_LIMIT, "--home is too long");
    config_default(config, options->home);
    ROAM_TRY(copy_text(config->listen, "listen", options->listen, diag));
    ROAM_TRY(copy_text(config->abci, "abci", options->abci, diag));
    ROAM_TRY(copy_text(config->rpc, "rpc", options->rpc, diag));
    if (options->threads != NULL) {
        const long threads = strtol(options->threads, NULL, 10);
        if (threads < 1 || threads > 64)
            return roam_diag(diag, ROAM_E_RANGE, "--threads is '%s', 1 to 64 are allowed", options->threads);
        config->threads = (unsigned)threads;
    }
    if (options->engine == NULL || strcmp(options->engine, "embedded") == 0) return ROAM_OK;
    if (strcmp(options->engine, "cometbft") != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "--engine '%s' is not cometbft or embedded", options->engine);
    config->engine = ENGINE_COMETBFT;
    return ROAM_OK;
}

static enum roam_err init(const struct options *options, struct roam_diag *diag)
{
    struct config config;
    char ledger[2 * CONFIG_TEXT];
    if (options->like == NULL) return roam_diag(diag, ROAM_E_FORMAT, "--like LEDGER is missing");
    ROAM_TRY(set_config(&config, options, diag));
    if (mkdir(options->home, 0755) != 0 && errno != EEXIST)
        return roam_diag(diag, ROAM_E_IO, "%s: %s", options->home, strerror(errno));
    ROAM_TRY(config_path(&config, config.ledger, ledger, diag));
    ROAM_TRY(store_create_like(ledger, options->like, diag));
    return config_write(&config, diag);
}

/* Lets what waits be answered, for a while; then answers the rest "not known". */
static void drain(struct node *node)
{
    const struct timespec pause = {0, 10 * 1000 * 1000};
    const uint64_t until_ms = node_now_ms() + DRAIN_MS;
    struct inbox_load load;
    inbox_close(node_inbox(node));
    for (inbox_load_get(node_inbox(node), &load); load.txs > 0 && node_now_ms() < until_ms;
         inbox_load_get(node_inbox(node), &load))
        nanosleep(&pause, NULL);
    inbox_give_up(node_inbox(node));
}

static void served_signals(sigset_t *out)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGUSR1};
    sigemptyset(out);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) sigaddset(out, numbers[i]);
}

static void serve(struct node *node, struct http *http, const struct config *config)
{
    sigset_t signals;
    int signal_number = 0;
    served_signals(&signals);
    log_event(LOG_INFO, "started", "ledger", node_genesis(node)->chain_name, "height",
              LOG_NUMBER(atomic_load(&node_metrics(node)->height)), "listen", config->listen, NULL);
    while (sigwait(&signals, &signal_number) != 0 || signal_number == SIGUSR1)
        if (signal_number == SIGUSR1) node_snapshot(node);
    log_event(LOG_INFO, "stopping", "signal", strsignal(signal_number), NULL);
    drain(node);
    http_stop(http);
    log_event(LOG_INFO, "stopped", "height", LOG_NUMBER(atomic_load(&node_metrics(node)->height)), NULL);
}

/* Threads inherit it: only serve() takes these signals. */
static void block_signals(void)
{
    sigset_t signals;
    served_signals(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static enum roam_err start(const struct options *options, struct roam_diag *diag)
{
    struct config config;
    struct node *node;
    struct http *http = NULL;
    ROAM_TRY(config_read(&config, options->home, diag));
    log_set_level(config.log_level);
    block_signals();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0) return ROAM_E_NOMEM;
    ROAM_TRY(node_start(&node, &config, diag));
    const enum roam_err err = http_start(&http, node, config.listen, config.http_threads, diag);
    if (err == ROAM_OK) serve(node, http, &config);
    node_stop(node);
    return err;
}

static enum roam_err status(const struct options *options, struct roam_diag *diag)
{
    struct config config;
    struct store *store;
    char path[2 * CONFIG_TEXT];
    const struct store_options read = {
        .env = &roam_env_system, .threads = 1, .block_txs_max = 1, .read_only = true};
    ROAM_TRY(config_read(&config, options->home, diag));
    ROAM_TRY(config_path(&config, config.ledger, path, diag));
    ROAM_TRY(store_open(&store, path, &read, diag));
    struct ledger_genesis genesis;
    store_genesis_get(store, &genesis);
    const struct ledger *ledger = store_read_begin(store);
    if (ledger != NULL) {
        const struct ledger_head *head = ledger_head(ledger);
        printf(options->json ? "{\"name\":\"%s\",\"height\":%llu,\"time_s\":%llu,\"receipts\":%llu}\n"
                             : "name      %s\nheight    %llu\ntime_s    %llu\nreceipts  %llu\n",
               genesis.chain_name, (unsigned long long)head->height, (unsigned long long)head->time_s,
               (unsigned long long)head->receipts.size);
        store_read_end(store);
    }
    store_close(store);
    return ledger != NULL ? ROAM_OK : ROAM_E_IO;
}

static bool parse(struct options *out, int count, char **arguments)
{
    static const struct option table[] = {
        {"home", 1, NULL, 'h'},    {"like", 1, NULL, 'k'}, {"engine", 1, NULL, 'e'},
        {"listen", 1, NULL, 'l'},  {"abci", 1, NULL, 'a'}, {"rpc", 1, NULL, 'r'},
        {"threads", 1, NULL, 't'}, {"json", 0, NULL, 'j'}, {0},
    };
    const char **const places[] = {
        ['h'] = &out->home, ['k'] = &out->like, ['e'] = &out->engine, ['l'] = &out->listen,
        ['a'] = &out->abci, ['r'] = &out->rpc,  ['t'] = &out->threads};
    for (int c; (c = getopt_long(count, arguments, "", table, NULL)) != -1;) {
        if (c == '?') return false;
        if (c == 'j')
            out->json = true;
        else
            *places[c] = optarg;
    }
    return out->home != NULL && optind == count;
}

int main(int count, char **arguments)
{
    struct options options = {0};
    struct roam_diag diag = {""};
    enum roam_err err;
    const char *verb = count > 1 ? arguments[1] : "";
    if (strcmp(verb, "--version") == 0) {
        puts("roamd " ROAM_VERSION);
        return EXIT_DONE;
    }
    if (count < 2 || !parse(&options, count - 1, arguments + 1)) {
        fputs(usage, strcmp(verb, "--help") == 0 ? stdout : stderr);
        return strcmp(verb, "--help") == 0 ? EXIT_DONE : EXIT_MALFORMED;
    }
    if (strcmp(verb, "init") == 0)
        err = init(&options, &diag);
    else if (strcmp(verb, "start") == 0)
        err = start(&options, &diag);
    else if (strcmp(verb, "status") == 0)
        err = status(&options, &diag);
    else
        err = roam_diag(&diag, ROAM_E_FORMAT, "'%s' is not init, start or status", verb);
    if (err != ROAM_OK)
        fprintf(stderr, "roamd: %s%s%s\n", diag.text[0] != '\0' ? diag.text : roam_err_text(err),
                diag.text[0] != '\0' ? ": " : "", diag.text[0] != '\0' ? roam_err_text(err) : "");
    return exit_code_of(err);
}
