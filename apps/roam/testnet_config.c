#include "testnet_config.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "hex.h"

/* Settings for a cluster whose nodes are milliseconds apart: small timeouts, blocks only when there is
 * something to order, no index (roamd answers queries). Without rechecking, a parcel of which nothing is new
 * any more would stay in the mempools, and blocks would be made for it for ever.
 * What each does is in docs/operations.md. */
static const char config_text[] = "proxy_app = \"unix://%s/%u/abci.sock\"\n"
                                  "moniker = \"node%u\"\n"
                                  "db_backend = \"goleveldb\"\n"
                                  "log_level = \"error\"\n"
                                  "[rpc]\n"
                                  "laddr = \"tcp://127.0.0.1:%u\"\n"
                                  "max_body_bytes = 8000000\n"
                                  "[p2p]\n"
                                  "laddr = \"tcp://127.0.0.1:%u\"\n"
                                  "persistent_peers = \"%s\"\n"
                                  "allow_duplicate_ip = true\n"
                                  "addr_book_strict = false\n"
                                  "pex = false\n"
                                  "flush_throttle_timeout = \"5ms\"\n"
                                  "max_packet_msg_payload_size = 65536\n"
                                  "send_rate = 52428800\n"
                                  "recv_rate = 52428800\n"
                                  "[mempool]\n"
                                  "recheck = true\n"
                                  "size = 20000\n"
                                  "max_txs_bytes = 268435456\n"
                                  "max_tx_bytes = 1048576\n"
                                  "cache_size = 20000\n"
                                  "experimental_max_gossip_connections_to_persistent_peers = 0\n"
                                  "[consensus]\n"
                                  "timeout_propose = \"300ms\"\n"
                                  "timeout_propose_delta = \"100ms\"\n"
                                  "timeout_prevote = \"100ms\"\n"
                                  "timeout_prevote_delta = \"50ms\"\n"
                                  "timeout_precommit = \"100ms\"\n"
                                  "timeout_precommit_delta = \"50ms\"\n"
                                  "timeout_commit = \"0s\"\n"
                                  "create_empty_blocks = false\n"
                                  "peer_gossip_sleep_duration = \"10ms\"\n"
                                  "[storage]\n"
                                  "discard_abci_responses = true\n"
                                  "[tx_index]\n"
                                  "indexer = \"null\"\n";

static void peers_of(const struct testnet *testnet, unsigned node, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < testnet->nodes; i++)
        if (i != node)
            at += (size_t)snprintf(out + at, size - at, "%s%s@127.0.0.1:%u", at > 0 ? "," : "",
                                   testnet->node_id[i], testnet_port(testnet->port_base, i, PORT_P2P));
}

/* Five seconds are the shortest time that CometBFT allows for looking for snapshots. */
static const char statesync_text[] = "[statesync]\n"
                                     "enable = true\n"
                                     "rpc_servers = \"127.0.0.1:%u,127.0.0.1:%u\"\n"
                                     "trust_height = %" PRIu64 "\n"
                                     "trust_hash = \"%s\"\n"
                                     "trust_period = \"168h0m0s\"\n"
                                     "discovery_time = \"5s\"\n";

static void print_statesync(FILE *file, const struct testnet *testnet, const struct testnet_start *start)
{
    if (start->height == 0) return;
    fprintf(file, statesync_text, testnet_port(testnet->port_base, start->server[0], PORT_RPC),
            testnet_port(testnet->port_base, start->server[1], PORT_RPC), start->height, start->trust_hash);
}

static enum roam_err write_config(const struct testnet *testnet, unsigned node,
                                  const struct testnet_start *start, struct roam_diag *diag)
{
    char path[TESTNET_PATH], peers[TESTNET_NODES_MAX * 100];
    snprintf(path, sizeof path, "%s/%u/comet/config/config.toml", testnet->home, node);
    FILE *file = fopen(path, "w");
    if (file == NULL) return roam_diag(diag, ROAM_E_IO, "%s cannot be written", path);
    peers_of(testnet, node, peers, sizeof peers);
    fprintf(file, config_text, testnet->home, node, node, testnet_port(testnet->port_base, node, PORT_RPC),
            testnet_port(testnet->port_base, node, PORT_P2P), peers);
    print_statesync(file, testnet, start);
    return fclose(file) == 0 ? ROAM_OK : roam_diag(diag, ROAM_E_IO, "%s cannot be written", path);
}

static enum roam_err add_validator(json_t *validators, const struct testnet *testnet, unsigned node,
                                   const struct ledger_genesis *genesis, struct roam_diag *diag)
{
    char path[TESTNET_PATH], name[16], power[24] = "10";
    if (node < genesis->validator_count)
        snprintf(power, sizeof power, "%" PRIu64, genesis->validator[node].power);
    snprintf(path, sizeof path, "%s/%u/comet/config/priv_validator_key.json", testnet->home, node);
    snprintf(name, sizeof name, "node%u", node);
    json_t *key = json_load_file(path, 0, NULL);
    json_t *validator = json_pack("{s:O,s:O,s:s,s:s}", "address", json_object_get(key, "address"), "pub_key",
                                  json_object_get(key, "pub_key"), "power", power, "name", name);
    json_decref(key);
    if (validator == NULL) return roam_diag(diag, ROAM_E_FORMAT, "%s is not a validator's key", path);
    json_array_append_new(validators, validator);
    return ROAM_OK;
}

static json_t *genesis_json(const struct ledger_genesis *genesis, json_t *validators)
{
    char id[65], now[32];
    roam_id ledger;
    const time_t seconds = time(NULL);
    struct tm utc;
    ledger_genesis_id(&ledger, genesis);
    hex_encode(id, ledger.byte, 32);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    return json_pack("{s:s,s:s,s:s,s:{s:{s:s,s:s},s:{s:s,s:s,s:s},s:{s:[s]},s:{s:s},s:{s:s}},s:o,s:s,s:s}",
                     "genesis_time", now, "chain_id", genesis->chain_name, "initial_height", "1",
                     "consensus_params", "block", "max_bytes", "4194304", "max_gas", "-1", "evidence",
                     "max_age_num_blocks", "100000", "max_age_duration", "172800000000000", "max_bytes",
                     "1048576", "validator", "pub_key_types", "ed25519", "version", "app", "0", "abci",
                     "vote_extensions_enable_height", "0", "validators", validators, "app_hash", "",
                     "app_state", id);
}

static enum roam_err write_genesis(const struct testnet *testnet, json_t *genesis, struct roam_diag *diag)
{
    char path[TESTNET_PATH];
    for (unsigned i = 0; i < testnet->nodes; i++) {
        snprintf(path, sizeof path, "%s/%u/comet/config/genesis.json", testnet->home, i);
        if (json_dump_file(genesis, path, JSON_INDENT(2)) != 0)
            return roam_diag(diag, ROAM_E_IO, "%s cannot be written", path);
    }
    return ROAM_OK;
}

enum roam_err testnet_write_files(const struct testnet *testnet, const struct ledger_genesis *genesis,
                                  struct roam_diag *diag)
{
    json_t *validators = json_array();
    enum roam_err err = ROAM_OK;
    for (unsigned i = 0; err == ROAM_OK && i < testnet->nodes; i++) {
        err = write_config(testnet, i, &(struct testnet_start){0}, diag);
        if (err == ROAM_OK) err = add_validator(validators, testnet, i, genesis, diag);
    }
    if (err != ROAM_OK) {
        json_decref(validators);
        return err;
    }
    json_t *document = genesis_json(genesis, validators);
    ROAM_ASSERT(document != NULL);
    err = write_genesis(testnet, document, diag);
    json_decref(document);
    return err;
}

enum roam_err testnet_write_joiner(const struct testnet *testnet, unsigned node,
                                   const struct testnet_start *start, struct roam_diag *diag)
{
    enum { GENESIS_MAX = 1 << 24 };
    char from[TESTNET_PATH], to[TESTNET_PATH];
    uint8_t *genesis;
    size_t size;
    ROAM_TRY(write_config(testnet, node, start, diag));
    snprintf(from, sizeof from, "%s/0/comet/config/genesis.json", testnet->home);
    snprintf(to, sizeof to, "%s/%u/comet/config/genesis.json", testnet->home, node);
    ROAM_TRY(file_read(&genesis, &size, from, GENESIS_MAX, diag));
    const enum roam_err err = file_write(to, genesis, size, diag);
    free(genesis);
    return err;
}
