/* roam testnet: a cluster of validators on this machine, each a CometBFT node and a roamd. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hosted.h"
#include "market.h"
#include "process.h"
#include "testnet.h"
#include "testnet_config.h"

enum { STOP_MS = 8000, START_MS = 20000 };

static const char *comet_program(struct cli *cli)
{
    const char *path = cli_get(cli, "cometbft");
    if (path == NULL) path = getenv("ROAM_COMETBFT");
    return path != NULL ? path : "cometbft";
}

/* Beside this program, where both are installed or built. */
static enum roam_err roamd_program(char out[TESTNET_PATH], struct roam_diag *diag)
{
    static const char *const places[] = {"/roamd", "/../roamd/roamd"};
    char self[TESTNET_PATH / 2];
    const ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size <= 0) return roam_diag(diag, ROAM_E_IO, "/proc/self/exe: %s", strerror(errno));
    self[size] = '\0';
    *strrchr(self, '/') = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(out, TESTNET_PATH, "%s%s", self, places[i]);
        if (access(out, X_OK) == 0) return ROAM_OK;
    }
    return roam_diag(diag, ROAM_E_NOTFOUND, "roamd is not beside the roam program, in %s", self);
}

#define ARGUMENTS(...) ((char *const[]){__VA_ARGS__, NULL})
#define TEXT(text)     ((char *)(uintptr_t)(text))

/* Keys of CometBFT, its node's id, and roamd's folder with the ledger's beginning. */
static enum roam_err make_node(struct cli *cli, struct testnet *testnet, unsigned node, const char *ledger,
                               const char *roamd)
{
    char home[TESTNET_PATH], comet[TESTNET_PATH + 8], listen[64], rpc[64];
    const char *comet_bin = comet_program(cli);
    snprintf(home, sizeof home, "%s/%u", testnet->home, node);
    snprintf(comet, sizeof comet, "%s/comet", home);
    snprintf(listen, sizeof listen, "127.0.0.1:%u", testnet_port(testnet->port_base, node, PORT_HTTP));
    snprintf(rpc, sizeof rpc, "http://127.0.0.1:%u", testnet_port(testnet->port_base, node, PORT_RPC));
    ROAM_TRY(process_run(ARGUMENTS(TEXT(roamd), TEXT("init"), TEXT("--home"), home, TEXT("--like"),
                                   TEXT(ledger), TEXT("--engine"), TEXT("cometbft"), TEXT("--listen"), listen,
                                   TEXT("--rpc"), rpc, TEXT("--threads"), TEXT("1")),
                         NULL, &cli->diag));
    ROAM_TRY(process_run(ARGUMENTS(TEXT(comet_bin), TEXT("init"), TEXT("--home"), comet), NULL, &cli->diag));
    return process_read(ARGUMENTS(TEXT(comet_bin), TEXT("show-node-id"), TEXT("--home"), comet),
                        testnet->node_id[node], sizeof testnet->node_id[node], &cli->diag);
}

static enum roam_err read_genesis(struct ledger_genesis *out, const char *ledger, struct roam_diag *diag)
{
    struct store *store;
    const struct store_options options = {
        .env = &roam_env_system, .threads = 1, .block_txs_max = 1, .read_only = true};
    ROAM_TRY(store_open(&store, ledger, &options, diag));
    store_genesis_get(store, out);
    store_close(store);
    return ROAM_OK;
}

static enum roam_err make_cluster(struct cli *cli, struct testnet *testnet, const char *roamd)
{
    struct ledger_genesis genesis;
    const char *ledger = cli_get(cli, "ledger");
    if (ledger == NULL)
        return roam_diag(&cli->diag, ROAM_E_FORMAT,
                         "%s is new: give --ledger DIR, whose genesis it shall have", testnet->home);
    ROAM_TRY(read_genesis(&genesis, ledger, &cli->diag));
    for (unsigned i = 0; i < testnet->nodes; i++) ROAM_TRY(make_node(cli, testnet, i, ledger, roamd));
    ROAM_TRY(testnet_write_files(testnet, &genesis, &cli->diag));
    return testnet_save(testnet, &cli->diag);
}

static enum roam_err start_roamd(struct testnet *testnet, unsigned node, const char *roamd,
                                 struct roam_diag *diag)
{
    char home[TESTNET_PATH], log[TESTNET_PATH + 16], socket[TESTNET_PATH + 16];
    const struct timespec pause = {0, 10 * 1000 * 1000};
    snprintf(home, sizeof home, "%s/%u", testnet->home, node);
    snprintf(log, sizeof log, "%s/roamd.log", home);
    snprintf(socket, sizeof socket, "%s/abci.sock", home);
    unlink(socket);
    ROAM_TRY(process_start(&testnet->roamd[node], ARGUMENTS(TEXT(roamd), TEXT("start"), TEXT("--home"), home),
                           NULL, log, diag));
    for (unsigned waited_ms = 0; access(socket, F_OK) != 0; waited_ms += 10) {
        if (waited_ms > START_MS || !process_lives(testnet->roamd[node], "roamd"))
            return roam_diag(diag, ROAM_E_IO, "roamd of node %u does not serve; see %s", node, log);
        nanosleep(&pause, NULL);
    }
    return ROAM_OK;
}

static enum roam_err start_comet(struct cli *cli, struct testnet *testnet, unsigned node)
{
    char comet[TESTNET_PATH], log[TESTNET_PATH];
    snprintf(comet, sizeof comet, "%s/%u/comet", testnet->home, node);
    snprintf(log, sizeof log, "%s/%u/cometbft.log", testnet->home, node);
    return process_start(&testnet->comet[node],
                         ARGUMENTS(TEXT(comet_program(cli)), TEXT("start"), TEXT("--home"), comet),
                         getenv("GOGC") == NULL ? "GOGC=400" : NULL, log, &cli->diag);
}

/* Starts what does not run of one node. */
static enum roam_err start_node(struct cli *cli, struct testnet *testnet, unsigned node, const char *roamd)
{
    if (!process_lives(testnet->roamd[node], "roamd")) {
        /* A CometBFT node that lost its application stops by itself. */
        if (!process_end(testnet->comet[node], "cometbft", SIGKILL, STOP_MS)) return ROAM_E_BUSY;
        const enum roam_err err = start_roamd(testnet, node, roamd, &cli->diag);
        ROAM_TRY(testnet_save(testnet, &cli->diag)); /* what runs is known whatever happens */
        ROAM_TRY(err);
    }
    if (!process_lives(testnet->comet[node], "cometbft")) ROAM_TRY(start_comet(cli, testnet, node));
    return testnet_save(testnet, &cli->diag);
}

static void put_nodes(struct cli *cli, const struct testnet *testnet)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < testnet->nodes; i++) {
        struct testnet_status status;
        testnet_ask(&status, testnet, i);
        json_array_append_new(list,
                              json_pack("{s:I,s:s,s:I,s:b,s:I,s:b,s:I,s:s}", "node", (json_int_t)i, "url",
                                        status.url, "roamd_pid", (json_int_t)testnet->roamd[i], "roamd_lives",
                                        status.roamd_lives, "cometbft_pid", (json_int_t)testnet->comet[i],
                                        "cometbft_lives", status.comet_lives, "height",
                                        (json_int_t)status.height, "app_hash", status.app_hash));
    }
    cli_put(cli, "nodes", list);
}

static enum roam_err open_home(struct cli *cli, struct testnet *testnet, bool create)
{
    const char *home = cli_get(cli, "home");
    char path[TESTNET_PATH];
    *testnet = (struct testnet){0};
    if (home == NULL) home = "roam-testnet";
    if (create && mkdir(home, 0755) != 0 && errno != EEXIST)
        return roam_diag(&cli->diag, ROAM_E_IO, "%s: %s", home, strerror(errno));
    char *absolute = realpath(home, NULL);
    if (absolute == NULL || strlen(absolute) >= sizeof testnet->home) {
        free(absolute);
        return roam_diag(&cli->diag, ROAM_E_NOTFOUND, "%s: %s", home, strerror(errno));
    }
    strcpy(testnet->home, absolute);
    free(absolute);
    snprintf(path, sizeof path, "%s/testnet.json", testnet->home);
    if (create && access(path, F_OK) != 0) return ROAM_OK;
    return testnet_load(testnet, &cli->diag);
}

static enum roam_err testnet_up(struct cli *cli)
{
    struct testnet testnet;
    char roamd[TESTNET_PATH];
    uint64_t nodes, port_base, only;
    ROAM_TRY(cli_u64(cli, "validators", 4, 1, TESTNET_NODES_MAX, &nodes));
    ROAM_TRY(cli_u64(cli, "port-base", 27000, 1024, 65000, &port_base));
    ROAM_TRY(cli_u64(cli, "node", TESTNET_NODES_MAX, 0, TESTNET_NODES_MAX, &only));
    ROAM_TRY(roamd_program(roamd, &cli->diag));
    ROAM_TRY(open_home(cli, &testnet, true));
    if (testnet.nodes == 0) {
        testnet.nodes = (unsigned)nodes;
        testnet.port_base = (unsigned)port_base;
        ROAM_TRY(make_cluster(cli, &testnet, roamd));
    }
    for (unsigned i = 0; i < testnet.nodes; i++)
        if (only == TESTNET_NODES_MAX || only == i) ROAM_TRY(start_node(cli, &testnet, i, roamd));
    ROAM_TRY(testnet_wait(&testnet, START_MS, &cli->diag));
    put_nodes(cli, &testnet);
    return ROAM_OK;
}

static enum roam_err testnet_down(struct cli *cli)
{
    struct testnet testnet;
    bool ended = true;
    ROAM_TRY(open_home(cli, &testnet, false));
    for (unsigned i = 0; i < testnet.nodes; i++)
        if (process_lives(testnet.comet[i], "cometbft")) kill(testnet.comet[i], SIGTERM);
    for (unsigned i = 0; i < testnet.nodes; i++)
        ended &= process_end(testnet.comet[i], "cometbft", SIGTERM, STOP_MS) ||
                 process_end(testnet.comet[i], "cometbft", SIGKILL, STOP_MS);
    for (unsigned i = 0; i < testnet.nodes; i++)
        ended &= process_end(testnet.roamd[i], "roamd", SIGTERM, STOP_MS);
    put_nodes(cli, &testnet);
    return ended ? ROAM_OK : roam_diag(&cli->diag, ROAM_E_BUSY, "a process did not end in %d ms", STOP_MS);
}

static enum roam_err testnet_status(struct cli *cli)
{
    struct testnet testnet;
    ROAM_TRY(open_home(cli, &testnet, false));
    put_nodes(cli, &testnet);
    return ROAM_OK;
}

static enum roam_err testnet_ledger(struct cli *cli)
{
    static struct market market; /* has pointers to itself */
    market_init(&market);
    const struct store_genesis genesis = {.genesis = market.genesis, .vk = {&market.forger.vk}};
    ROAM_TRY(store_create(cli->operand[0], &genesis, &cli->diag));
    cli_put_text(cli, "folder", cli->operand[0]);
    cli_put_text(cli, "name", market.genesis.chain_name);
    put_id(cli, "ledger", &market.ledger);
    return ROAM_OK;
}

#define OPTION_HOME                                                                                          \
    {                                                                                                        \
        "home", "DIR", "the cluster's folder (default: roam-testnet)", false                                 \
    }
static const struct cli_option up_options[] = {
    OPTION_HOME,
    {"ledger", "DIR", "a new cluster begins like this ledger (roam ledger create)", false},
    {"validators", "N", "nodes of a new cluster, 1 to 16 (default: 4)", false},
    {"port-base", "PORT", "a new cluster's ports begin here, ten a node (default: 27000)", false},
    {"node", "I", "start only this node", false},
    {"cometbft", "FILE", "the CometBFT program (default: $ROAM_COMETBFT, else on PATH)", false},
    {0},
};
static const struct cli_option home_options[] = {OPTION_HOME, {0}};

static const struct cli_option no_options[] = {{0}};

const struct cli_command cmd_testnet[] = {
    {"testnet", "ledger", "DIR",
     "Make a new ledger for measuring: its keys and its proofs' trapdoor follow from public numbers.",
     no_options, testnet_ledger},
    {"testnet", "up", NULL, "Start a cluster of validators on this machine, or what does not run of it.",
     up_options, testnet_up},
    {"testnet", "down", NULL, "Stop the cluster; its state stays.", home_options, testnet_down},
    {"testnet", "status", NULL, "Show every node's processes, height and app hash.", home_options,
     testnet_status},
    {0},
};
