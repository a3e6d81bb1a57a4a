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
#include "market_validators.h"
#include "process.h"
#include "testnet.h"
#include "testnet_config.h"
#include "testnet_join.h"
#include "testnet_validators.h"

enum { STOP_MS = 8000, START_MS = 20000 };

#define ARGUMENTS(...) ((char *const[]){__VA_ARGS__, NULL})
#define TEXT(text)     ((char *)(uintptr_t)(text))

/* Of the files that may be there, relative to this program's folder, the first. */
static enum roam_err beside_program(char out[TESTNET_PATH], const char *what, const char *const places[2],
                                    struct roam_diag *diag)
{
    char self[TESTNET_PATH / 2];
    const ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size <= 0) return roam_diag(diag, ROAM_E_IO, "/proc/self/exe: %s", strerror(errno));
    self[size] = '\0';
    *strrchr(self, '/') = '\0';
    for (size_t i = 0; i < 2; i++) {
        snprintf(out, TESTNET_PATH, "%s%s", self, places[i]);
        if (access(out, X_OK) == 0) return ROAM_OK;
    }
    return roam_diag(diag, ROAM_E_NOTFOUND, "%s is not beside the roam program, in %s", what, self);
}

/* Beside this program, where both are installed or built. */
static enum roam_err roamd_program(char out[TESTNET_PATH], struct roam_diag *diag)
{
    static const char *const places[] = {"/roamd", "/../roamd/roamd"};
    return beside_program(out, "roamd", places, diag);
}

/* Runs the script that builds CometBFT and prints where it is. */
static enum roam_err install_comet(struct testnet *testnet, struct roam_diag *diag)
{
    static const char *const places[] = {"/cometbft.sh", "/../libexec/roam/cometbft.sh"};
    char script[TESTNET_PATH];
    ROAM_TRY(beside_program(script, "cometbft.sh", places, diag));
    return process_read(ARGUMENTS(script), testnet->cometbft, sizeof testnet->cometbft, diag);
}

/* Which CometBFT runs: as the command says, as the environment says, as the cluster was made, from PATH. */
static enum roam_err choose_comet(struct cli *cli, struct testnet *testnet)
{
    const char *path = cli_get(cli, "cometbft");
    if (path == NULL) path = getenv("ROAM_COMETBFT");
    if (path == NULL && testnet->cometbft[0] == '\0') path = "cometbft";
    if (path != NULL) snprintf(testnet->cometbft, sizeof testnet->cometbft, "%s", path);
    if (process_run(ARGUMENTS(testnet->cometbft, TEXT("version")), NULL, NULL) == ROAM_OK) return ROAM_OK;
    return roam_diag(
        &cli->diag, ROAM_E_NOTFOUND,
        "%s is not a CometBFT program: give --cometbft FILE or set ROAM_COMETBFT, or let roam testnet "
        "up --install build it",
        testnet->cometbft);
}

/* Keys of CometBFT, its node's id, and roamd's folder with the ledger's beginning. */
static enum roam_err make_node(struct cli *cli, struct testnet *testnet, unsigned node, const char *ledger,
                               const char *roamd)
{
    char home[TESTNET_PATH], comet[TESTNET_PATH + 8], listen[64], rpc[64];
    char *comet_bin = testnet->cometbft;
    snprintf(home, sizeof home, "%s/%u", testnet->home, node);
    snprintf(comet, sizeof comet, "%s/comet", home);
    snprintf(listen, sizeof listen, "127.0.0.1:%u", testnet_port(testnet->port_base, node, PORT_HTTP));
    snprintf(rpc, sizeof rpc, "http://127.0.0.1:%u", testnet_port(testnet->port_base, node, PORT_RPC));
    ROAM_TRY(process_run(ARGUMENTS(TEXT(roamd), TEXT("init"), TEXT("--home"), home, TEXT("--like"),
                                   TEXT(ledger), TEXT("--engine"), TEXT("cometbft"), TEXT("--listen"), listen,
                                   TEXT("--rpc"), rpc, TEXT("--threads"), TEXT("1")),
                         NULL, &cli->diag));
    ROAM_TRY(process_run(ARGUMENTS(comet_bin, TEXT("init"), TEXT("--home"), comet), NULL, &cli->diag));
    return process_read(ARGUMENTS(comet_bin, TEXT("show-node-id"), TEXT("--home"), comet),
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

/* A ledger that names its validators is begun by as many nodes, which have their keys. */
static enum roam_err set_validators(struct cli *cli, struct testnet *testnet,
                                    const struct ledger_genesis *genesis)
{
    const unsigned count = genesis->validator_count;
    if (count == 0) return ROAM_OK;
    if (count > TESTNET_NODES_MAX || (cli_get(cli, "validators") != NULL && count != testnet->nodes))
        return roam_diag(&cli->diag, ROAM_E_MISMATCH, "the ledger's genesis names %u validators", count);
    testnet->nodes = testnet->validators = count;
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
    ROAM_TRY(set_validators(cli, testnet, &genesis));
    ROAM_TRY(testnet_ports_free(testnet, &cli->diag));
    for (unsigned i = 0; i < testnet->nodes; i++) ROAM_TRY(make_node(cli, testnet, i, ledger, roamd));
    for (unsigned i = 0; i < genesis.validator_count; i++)
        ROAM_TRY(testnet_give_key(testnet, i, ledger, &genesis, &cli->diag));
    ROAM_TRY(testnet_write_files(testnet, &genesis, &cli->diag));
    return testnet_save(testnet, &cli->diag);
}

static enum roam_err start_roamd(struct testnet *testnet, unsigned node, const char *roamd,
                                 struct roam_diag *diag)
{
    char home[TESTNET_PATH], log[TESTNET_PATH + 16], socket[TESTNET_PATH + 16];
    const struct timespec pause = {0, 10L * 1000 * 1000};
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
                         ARGUMENTS(testnet->cometbft, TEXT("start"), TEXT("--home"), comet),
                         getenv("GOGC") == NULL ? "GOGC=400" : NULL, log, &cli->diag);
}

/* Starts what does not run of one node. */
static enum roam_err start_node(struct cli *cli, struct testnet *testnet, unsigned node, const char *roamd)
{
    if (!process_lives(testnet->roamd[node], "roamd")) {
        /* A CometBFT node that lost its application stops by itself. */
        if (!process_end(testnet->comet[node], "cometbft", SIGKILL, STOP_MS)) return ROAM_E_BUSY;
        ROAM_TRY(testnet_port_free(testnet, node, PORT_HTTP, &cli->diag));
        const enum roam_err err = start_roamd(testnet, node, roamd, &cli->diag);
        ROAM_TRY(testnet_save(testnet, &cli->diag)); /* what runs is known whatever happens */
        ROAM_TRY(err);
    }
    if (!process_lives(testnet->comet[node], "cometbft")) {
        ROAM_TRY(testnet_port_free(testnet, node, PORT_P2P, &cli->diag));
        ROAM_TRY(testnet_port_free(testnet, node, PORT_RPC, &cli->diag));
        ROAM_TRY(start_comet(cli, testnet, node));
    }
    return testnet_save(testnet, &cli->diag);
}

static void put_nodes(struct cli *cli, const struct testnet *testnet)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < testnet->nodes; i++) {
        struct testnet_status status;
        testnet_ask(&status, testnet, i);
        json_array_append_new(
            list, json_pack("{s:I,s:b,s:s,s:I,s:b,s:I,s:b,s:I,s:s}", "node", (json_int_t)i,
                            "founding_validator", i < testnet->validators, "url", status.url, "roamd_pid",
                            (json_int_t)testnet->roamd[i], "roamd_lives", status.roamd_lives, "cometbft_pid",
                            (json_int_t)testnet->comet[i], "cometbft_lives", status.comet_lives, "height",
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
    memcpy(testnet->home, absolute, strlen(absolute) + 1);
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
    if (cli_flag(cli, "install")) ROAM_TRY(install_comet(&testnet, &cli->diag));
    ROAM_TRY(choose_comet(cli, &testnet));
    if (testnet.nodes == 0) {
        testnet.nodes = testnet.validators = (unsigned)nodes;
        testnet.port_base = (unsigned)port_base;
        ROAM_TRY(make_cluster(cli, &testnet, roamd));
    }
    for (unsigned i = 0; i < testnet.nodes; i++)
        if (only == TESTNET_NODES_MAX || only == i) ROAM_TRY(start_node(cli, &testnet, i, roamd));
    ROAM_TRY(testnet_wait(&testnet, START_MS, &cli->diag));
    put_nodes(cli, &testnet);
    return ROAM_OK;
}

static double seconds_since(const struct timespec *begin)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* The record knows the node as soon as it is made: then `up` starts it again and `down` stops it. */
static enum roam_err add_node(struct cli *cli, struct testnet *testnet, const struct testnet_start *start)
{
    char roamd[TESTNET_PATH], ledger[TESTNET_PATH];
    const unsigned node = testnet->nodes;
    ROAM_TRY(roamd_program(roamd, &cli->diag));
    snprintf(ledger, sizeof ledger, "%s/%u/ledger", testnet->home, start->server[0]);
    ROAM_TRY(make_node(cli, testnet, node, ledger, roamd));
    ROAM_TRY(testnet_write_joiner(testnet, node, start, &cli->diag));
    testnet->nodes++;
    return start_node(cli, testnet, node, roamd);
}

static enum roam_err testnet_join(struct cli *cli)
{
    struct testnet testnet;
    struct testnet_start start;
    struct timespec begin;
    uint64_t height;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    ROAM_TRY(open_home(cli, &testnet, false));
    const unsigned node = testnet.nodes;
    if (node == TESTNET_NODES_MAX)
        return roam_diag(&cli->diag, ROAM_E_LIMIT, "%s has %u nodes, not more are allowed", testnet.home,
                         node);
    ROAM_TRY(choose_comet(cli, &testnet));
    ROAM_TRY(testnet_start_choose(&start, &testnet, &cli->progress, &cli->diag));
    const double chosen_s = seconds_since(&begin);
    ROAM_TRY(add_node(cli, &testnet, &start));
    ROAM_TRY(testnet_follow(&height, &testnet, node, &start, &cli->progress, &cli->diag));
    cli_put_u64(cli, "node", node);
    cli_put_u64(cli, "height", height);
    cli_put_u64(cli, "snapshot_height", start.height);
    cli_put(cli, "snapshot_s", json_real(chosen_s));
    cli_put(cli, "seconds", json_real(seconds_since(&begin)));
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
    uint64_t validators;
    ROAM_TRY(cli_u64(cli, "validators", 0, 0, TESTNET_NODES_MAX, &validators));
    market_init(&market);
    market_add_single(&market);
    market_name_validators(&market, validators);
    const struct store_genesis genesis = {.genesis = market.genesis,
                                          .vk = {&market.forger.vk, &market.single.vk}};
    ROAM_TRY(store_create(cli->operand[0], &genesis, &cli->diag));
    if (validators > 0) ROAM_TRY(testnet_write_keys(cli->operand[0], &market, &cli->diag));
    cli_put_text(cli, "folder", cli->operand[0]);
    cli_put_text(cli, "name", market.genesis.chain_name);
    put_id(cli, "ledger", &market.ledger);
    return ROAM_OK;
}

#define OPTION_COMETBFT                                                                                      \
    {                                                                                                        \
        "cometbft", "FILE",                                                                                  \
            "the CometBFT program (default: $ROAM_COMETBFT, else the one that the cluster was made with, "   \
            "else on PATH)",                                                                                 \
            false                                                                                            \
    }
#define OPTION_HOME                                                                                          \
    {                                                                                                        \
        "home", "DIR", "the cluster's folder (default: roam-testnet)", false                                 \
    }
static const struct cli_option up_options[] = {
    OPTION_HOME,
    {"ledger", "DIR", "a new cluster begins like this ledger (roam ledger create)", false},
    {"validators", "N", "nodes of a new cluster, 1 to 16 (default: those that the ledger names, else 4)",
     false},
    {"port-base", "PORT", "a new cluster's ports begin here, ten a node (default: 27000)", false},
    {"node", "I", "start only this node", false},
    OPTION_COMETBFT,
    {"install", NULL, "build CometBFT from the Go module proxy first, if it is not there (about a minute)",
     false},
    {0},
};
static const struct cli_option join_options[] = {
    OPTION_HOME,
    OPTION_COMETBFT,
    {0},
};
static const struct cli_option home_options[] = {OPTION_HOME, {0}};

static const struct cli_option ledger_options[] = {
    {"validators", "N", "name so many validators, whose keys go to DIR/validators, up to 16 (default: none)",
     false},
    {0},
};

const struct cli_command cmd_testnet[] = {
    {"testnet", "ledger", "DIR",
     "Make a new ledger for measuring: its keys and its proofs' trapdoor follow from public numbers.",
     ledger_options, testnet_ledger},
    {"testnet", "up", NULL, "Start a cluster of validators on this machine, or what does not run of it.",
     up_options, testnet_up},
    {"testnet", "join", NULL,
     "Add a node that is no validator to a running cluster. It begins with a snapshot of the ledger, or with "
     "the first block, if the chain rests and has no snapshot that can be used.",
     join_options, testnet_join},
    {"testnet", "down", NULL, "Stop the cluster; its state stays.", home_options, testnet_down},
    {"testnet", "status", NULL, "Show every node's processes, height and app hash.", home_options,
     testnet_status},
    {0},
};
