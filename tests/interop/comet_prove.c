/* usage: comet_prove URL GENESIS HEIGHT OUT
 * Talks to a live node: status, genesis, transactions, a query; then makes the proof of finality for the
 * state before HEIGHT (the header of HEIGHT holds its hash), checks it and writes it to OUT. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "comet_rpc.h"
#include "env.h"
#include "file.h"

static struct roam_diag diag;

static void must(enum roam_err expected, enum roam_err err, const char *what)
{
    if (err == expected) {
        roam_diag_clear(&diag);
        return;
    }
    fprintf(stderr, "%s: %s, not %s: %s\n", what, roam_err_name(err), roam_err_name(expected), diag.text);
    exit(1);
}

static void require(bool condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void load_genesis(struct comet_genesis *out, const char *path)
{
    uint8_t *text;
    size_t size;
    json_t *json;
    must(ROAM_OK, file_read(&text, &size, path, 1 << 20, &diag), "file");
    must(ROAM_OK, comet_json_load(&json, (char *)text, size, &diag), "genesis file");
    must(ROAM_OK, comet_genesis_from_json(out, json, &diag), "genesis file");
    json_decref(json);
    free(text);
}

static void transactions(struct comet_rpc *rpc)
{
    static const char tx[] = "colour=green", wrong[] = "no-separator";
    struct comet_checked checked;
    struct comet_answer answer;
    struct roam_buf value;
    must(ROAM_OK, comet_rpc_broadcast(rpc, COMET_SYNC, (const uint8_t *)tx, sizeof tx - 1, &checked, &diag),
         "sync");
    require(checked.code == 0, "the transaction is refused");
    must(ROAM_E_EXISTS,
         comet_rpc_broadcast(rpc, COMET_SYNC, (const uint8_t *)tx, sizeof tx - 1, &checked, &diag),
         "the same again");
    must(ROAM_OK, comet_rpc_broadcast(rpc, COMET_ASYNC, (const uint8_t *)"a=b", 3, &checked, &diag), "async");
    must(ROAM_OK,
         comet_rpc_broadcast(rpc, COMET_SYNC, (const uint8_t *)wrong, sizeof wrong - 1, &checked, &diag),
         "a transaction of no form");
    require(checked.code != 0, "a transaction of no form is accepted");
    buf_init(&value, 100);
    for (int i = 0; i < 100 && value.size == 0; i++) {
        const struct timespec pause = {0, 100000000};
        nanosleep(&pause, NULL);
        must(ROAM_OK, comet_rpc_query(rpc, "", (const uint8_t *)"colour", 6, 0, &answer, &value, &diag),
             "query");
    }
    require(value.size == 5 && memcmp(value.data, "green", 5) == 0, "the query has another value");
    buf_release(&value);
}

static void prove(struct comet_rpc *rpc, const struct comet_genesis *genesis, int64_t height,
                  const char *path)
{
    const struct comet_source source = comet_rpc_source(rpc);
    const struct comet_clock clock = {env_now_s(&roam_env_system), 86400, 10};
    struct comet_anchor anchor;
    struct comet_proof proof;
    struct comet_finality finality;
    struct roam_buf text;
    comet_genesis_anchor(&anchor, genesis);
    must(ROAM_OK, comet_proof_build(&proof, &source, &anchor, height - 1, &clock, &diag), "build");
    must(ROAM_OK, comet_proof_verify(&proof, &anchor, &clock, &finality, &diag), "verify");
    require(finality.height == height - 1, "another height is proven");
    buf_init(&text, 1 << 20);
    must(ROAM_OK, comet_proof_to_json(&text, &proof), "write");
    must(ROAM_OK, file_write(path, text.data, text.size, &diag), path);
    printf("%zu blocks prove height %" PRId64 "\n", proof.count, finality.height);
    buf_release(&text);
    comet_proof_release(&proof);
}

int main(int count, char **arguments)
{
    static struct comet_genesis of_node, of_file;
    static struct comet_light_block block;
    struct comet_rpc *rpc;
    struct comet_status status;
    if (count != 5) return 2;
    must(ROAM_OK, comet_rpc_open(&rpc, arguments[1], 5000, COMET_RPC_RESPONSE_MAX, &diag), "open");
    load_genesis(&of_file, arguments[2]);
    must(ROAM_OK, comet_rpc_status(rpc, &status, &diag), "status");
    must(ROAM_OK, comet_rpc_genesis(rpc, &of_node, &diag), "genesis");
    require(memcmp(&of_node, &of_file, sizeof of_node) == 0, "the node's genesis is another than the file's");
    require(strcmp(status.chain_id, of_file.chain_id) == 0, "the node is of another chain");
    must(ROAM_E_NOTFOUND,
         comet_rpc_commit(rpc, status.latest_height + 100000, &block.header, &block.commit, &diag),
         "a height to come");
    must(ROAM_E_NOTFOUND, comet_rpc_validators(rpc, status.latest_height + 100000, &block.validators, &diag),
         "a height to come");
    transactions(rpc);
    prove(rpc, &of_file, strtoll(arguments[3], NULL, 10), arguments[4]);
    comet_rpc_close(rpc);
    return 0;
}
