#include "testnet.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fetch.h"
#include "process.h"

static void record_path(char out[TESTNET_PATH], const struct testnet *testnet, const char *end)
{
    snprintf(out, TESTNET_PATH, "%s/testnet.json%s", testnet->home, end);
}

enum roam_err testnet_save(const struct testnet *testnet, struct roam_diag *diag)
{
    char path[TESTNET_PATH], temporary[TESTNET_PATH];
    json_t *nodes = json_array();
    for (unsigned i = 0; i < testnet->nodes; i++)
        json_array_append_new(nodes, json_pack("{s:s,s:I,s:I}", "id", testnet->node_id[i], "roamd",
                                               (json_int_t)testnet->roamd[i], "cometbft",
                                               (json_int_t)testnet->comet[i]));
    json_t *record =
        json_pack("{s:I,s:I,s:s,s:o}", "port_base", (json_int_t)testnet->port_base, "validators",
                  (json_int_t)testnet->validators, "cometbft", testnet->cometbft, "nodes", nodes);
    if (record == NULL) return roam_diag(diag, ROAM_E_FORMAT, "%s is not a path in UTF-8", testnet->cometbft);
    record_path(path, testnet, "");
    record_path(temporary, testnet, ".tmp");
    const bool good = json_dump_file(record, temporary, JSON_INDENT(1)) == 0 && rename(temporary, path) == 0;
    json_decref(record);
    return good ? ROAM_OK : roam_diag(diag, ROAM_E_IO, "%s cannot be written", path);
}

static bool read_node(struct testnet *testnet, unsigned i, json_t *node)
{
    const char *id;
    json_int_t roamd, comet;
    if (json_unpack(node, "{s:s,s:I,s:I}", "id", &id, "roamd", &roamd, "cometbft", &comet) != 0) return false;
    snprintf(testnet->node_id[i], sizeof testnet->node_id[i], "%s", id);
    testnet->roamd[i] = (pid_t)roamd;
    testnet->comet[i] = (pid_t)comet;
    return true;
}

enum roam_err testnet_load(struct testnet *testnet, struct roam_diag *diag)
{
    char path[TESTNET_PATH];
    json_error_t error;
    record_path(path, testnet, "");
    json_t *record = json_load_file(path, 0, &error);
    if (record == NULL) return roam_diag(diag, ROAM_E_NOTFOUND, "%s: %s", path, error.text);
    json_t *nodes = json_object_get(record, "nodes");
    testnet->port_base = (unsigned)json_integer_value(json_object_get(record, "port_base"));
    testnet->nodes = (unsigned)json_array_size(nodes);
    testnet->validators = (unsigned)json_integer_value(json_object_get(record, "validators"));
    const char *cometbft = json_string_value(json_object_get(record, "cometbft"));
    snprintf(testnet->cometbft, sizeof testnet->cometbft, "%s", cometbft != NULL ? cometbft : "");
    bool good = testnet->nodes >= 1 && testnet->nodes <= TESTNET_NODES_MAX && testnet->port_base > 0 &&
                testnet->validators >= 1 && testnet->validators <= testnet->nodes;
    for (unsigned i = 0; good && i < testnet->nodes; i++)
        good = read_node(testnet, i, json_array_get(nodes, i));
    json_decref(record);
    return good ? ROAM_OK : roam_diag(diag, ROAM_E_FORMAT, "%s is not a cluster's record", path);
}

void testnet_ask(struct testnet_status *out, const struct testnet *testnet, unsigned node)
{
    char url[96];
    *out = (struct testnet_status){.roamd_lives = process_lives(testnet->roamd[node], "roamd"),
                                   .comet_lives = process_lives(testnet->comet[node], "cometbft")};
    snprintf(out->url, sizeof out->url, "http://127.0.0.1:%u",
             testnet_port(testnet->port_base, node, PORT_HTTP));
    snprintf(url, sizeof url, "%s/v1/status", out->url);
    json_t *status = NULL;
    if (!out->roamd_lives || fetch_json(&status, url, 2000, NULL) != ROAM_OK) return;
    const char *app_hash = json_string_value(json_object_get(status, "app_hash"));
    out->height = (uint64_t)json_integer_value(json_object_get(status, "height"));
    snprintf(out->app_hash, sizeof out->app_hash, "%s", app_hash != NULL ? app_hash : "");
    json_decref(status);
}

/* A node takes transactions when its CometBFT answers too. */
static bool answers(const struct testnet *testnet, unsigned node)
{
    char url[96];
    struct testnet_status status;
    json_t *health = NULL;
    testnet_ask(&status, testnet, node);
    if (!status.roamd_lives || !status.comet_lives) return true; /* not started */
    snprintf(url, sizeof url, "http://127.0.0.1:%u/health", testnet_port(testnet->port_base, node, PORT_RPC));
    if (status.app_hash[0] == '\0' || fetch_json(&health, url, 2000, NULL) != ROAM_OK) return false;
    json_decref(health);
    return true;
}

enum roam_err testnet_wait(const struct testnet *testnet, unsigned timeout_ms, struct roam_diag *diag)
{
    const struct timespec pause = {0, 50L * 1000 * 1000};
    unsigned waited_ms = 0;
    for (unsigned i = 0; i < testnet->nodes; i++)
        for (; !answers(testnet, i); waited_ms += 50) {
            if (waited_ms > timeout_ms)
                return roam_diag(diag, ROAM_E_IO, "node %u does not answer; see its logs in %s/%u", i,
                                 testnet->home, i);
            nanosleep(&pause, NULL);
        }
    return ROAM_OK;
}
