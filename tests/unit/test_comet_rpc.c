/* The JSON-RPC client against a server that knows a made-up chain, and that misbehaves in every way that the
 * client has a word for. */
#include "prop.h"
#include "comet_chain.h"
#include "comet_rpc.h"
#include "comet_server.h"
#include "hex.h"

enum { LATEST = 60, SET = 150 }; /* two pages of validators */

static struct server server;
static struct comet_rpc *rpc;
static struct comet_light_block served, got;
static struct comet_validators set_then, set_now;
static char last_request[4096];
static const char *canned; /* if not NULL, the body of every answer, with %ID% for the id of the call */
static int status;
static size_t padding;

static void put_set(struct roam_buf *out, int64_t height, size_t page)
{
    const struct comet_validators *set = height <= 30 ? &set_then : &set_now;
    static struct comet_validators part;
    const size_t first = 100 * (page - 1);
    part.count = first >= set->count ? 0 : set->count - first < 100 ? set->count - first : 100;
    memcpy(part.at, set->at + first, part.count * sizeof part.at[0]);
    ROAM_ASSERT(buf_printf(out, "{\"block_height\":\"%lld\",\"validators\":", (long long)height) == ROAM_OK);
    ROAM_ASSERT(comet_validators_to_json(out, &part) == ROAM_OK);
    ROAM_ASSERT(buf_printf(out, ",\"count\":\"%zu\",\"total\":\"%zu\"}", part.count, set->count) == ROAM_OK);
}

static void put_commit(struct roam_buf *out, int64_t height)
{
    chain_block(&served, height, height <= 30 ? &set_then : &set_now, height <= 29 ? &set_then : &set_now);
    ROAM_ASSERT(buf_printf(out, "{\"signed_header\":{\"header\":") == ROAM_OK);
    ROAM_ASSERT(comet_header_to_json(out, &served.header) == ROAM_OK);
    ROAM_ASSERT(buf_printf(out, ",\"commit\":") == ROAM_OK);
    ROAM_ASSERT(comet_commit_to_json(out, &served.commit) == ROAM_OK);
    ROAM_ASSERT(buf_printf(out, "},\"canonical\":true}") == ROAM_OK);
}

static void put_canned(struct roam_buf *out, long long id)
{
    const char *place = strstr(canned, "%ID%");
    if (place == NULL)
        ROAM_ASSERT(buf_printf(out, "%s", canned) == ROAM_OK);
    else
        ROAM_ASSERT(buf_printf(out, "%.*s%lld%s", (int)(place - canned), canned, id, place + 4) == ROAM_OK);
    uint8_t *room = buf_extend(out, padding);
    ROAM_ASSERT(padding == 0 || room != NULL);
    if (padding > 0) memset(room, ' ', padding);
}

static int answer(const char *request, size_t size, struct roam_buf *body)
{
    json_error_t error;
    json_t *json = json_loadb(request, size, 0, &error);
    ROAM_ASSERT(json != NULL && size < sizeof last_request);
    memcpy(last_request, request, size);
    last_request[size] = 0;
    const long long id = json_integer_value(json_object_get(json, "id"));
    const char *method = json_string_value(json_object_get(json, "method"));
    const json_t *params = json_object_get(json, "params");
    const char *text = json_string_value(json_object_get(params, "height"));
    const char *page = json_string_value(json_object_get(params, "page"));
    const int64_t height = text != NULL ? strtoll(text, NULL, 10) : 0;
    if (canned != NULL) {
        put_canned(body, id);
    } else {
        ROAM_ASSERT(buf_printf(body, "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"result\":", id) == ROAM_OK);
        if (strcmp(method, "commit") == 0) put_commit(body, height);
        if (strcmp(method, "validators") == 0) put_set(body, height, strtoul(page, NULL, 10));
        ROAM_ASSERT(buf_printf(body, "}") == ROAM_OK);
    }
    json_decref(json);
    return status;
}

static int start(void **state)
{
    (void)state;
    struct roam_diag diag = {0};
    set_then = chain_set(0, SET, 3);
    set_now = chain_set(140, 60, 2);
    setenv("no_proxy", "127.0.0.1", 1);
    server.answer = answer;
    server_start(&server);
    return comet_rpc_open(&rpc, server.url, 2000, 1 << 20, &diag) == ROAM_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    comet_rpc_close(rpc);
    server_stop(&server);
    return 0;
}

static int usual(void **state)
{
    (void)state;
    canned = NULL;
    status = 200;
    padding = 0;
    return 0;
}

/* A proof by bisection over the network, all calls over one connection. */
static void proves(void **state)
{
    (void)state;
    const struct comet_source source = comet_rpc_source(rpc);
    const struct comet_anchor anchor = chain_anchor(&set_then);
    const struct comet_clock clock = chain_clock();
    struct comet_proof proof;
    struct comet_finality finality;
    struct roam_diag diag = {0};
    const unsigned requests = atomic_load(&server.requests);
    const enum roam_err err = comet_proof_build(&proof, &source, &anchor, LATEST - 1, &clock, &diag);
    if (err != ROAM_OK) print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, ROAM_OK);
    assert_int_equal(comet_proof_verify(&proof, &anchor, &clock, &finality, &diag), ROAM_OK);
    assert_int_equal(finality.height, LATEST - 1);
    assert_true(proof.count >= 3);
    assert_true(atomic_load(&server.requests) - requests >= 3 * 2 + 1);
    assert_int_equal(atomic_load(&server.connections), 1);
    comet_proof_release(&proof);
    count_property++;
}

static void pages(void **state)
{
    (void)state;
    struct roam_diag diag = {0};
    assert_int_equal(comet_rpc_validators(rpc, 7, &got.validators, &diag), ROAM_OK);
    assert_int_equal(got.validators.count, SET);
    assert_memory_equal(got.validators.at, set_then.at, SET * sizeof set_then.at[0]);
    assert_non_null(strstr(last_request, "\"page\":\"2\""));
    count_property++;
}

static void transactions(void **state)
{
    (void)state;
    struct comet_checked checked;
    struct comet_answer found;
    struct roam_buf value;
    uint8_t hash[32];
    canned = "{\"jsonrpc\":\"2.0\",\"id\":%ID%,\"result\":{\"code\":7,\"data\":\"\",\"log\":\"no\","
             "\"codespace\":\"\","
             "\"hash\":\"000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\"}}";
    for (uint8_t i = 0; i < 32; i++) hash[i] = i;
    assert_int_equal(comet_rpc_broadcast(rpc, COMET_SYNC, (const uint8_t *)"abcd", 4, &checked, NULL),
                     ROAM_OK);
    assert_int_equal(checked.code, 7);
    assert_string_equal(checked.log, "no");
    assert_memory_equal(checked.hash, hash, 32);
    assert_non_null(
        strstr(last_request, "\"method\":\"broadcast_tx_sync\",\"params\":{\"tx\":\"YWJjZA==\"}}"));
    assert_int_equal(comet_rpc_broadcast(rpc, COMET_ASYNC, NULL, 0, &checked, NULL), ROAM_OK);
    assert_non_null(strstr(last_request, "\"method\":\"broadcast_tx_async\",\"params\":{\"tx\":\"\"}}"));

    canned = "{\"jsonrpc\":\"2.0\",\"id\":%ID%,\"result\":{\"response\":{\"code\":0,\"log\":\"\",\"value\":"
             "\"aGVsbG8=\","
             "\"height\":\"12\"}}}";
    buf_init(&value, 100);
    assert_int_equal(comet_rpc_query(rpc, "/head", (const uint8_t *)"\x01\xff", 2, 12, &found, &value, NULL),
                     ROAM_OK);
    assert_int_equal(value.size, 5);
    assert_memory_equal(value.data, "hello", 5);
    assert_int_equal(found.height, 12);
    assert_non_null(strstr(last_request, "{\"path\":\"/head\",\"height\":\"12\",\"data\":\"01ff\"}"));
    buf_release(&value);
    buf_init(&value, 5);
    assert_int_equal(comet_rpc_query(rpc, "", NULL, 0, 0, &found, &value, NULL), ROAM_E_LIMIT);
    buf_release(&value);
    count_property += 3;
    count_negative++;
}

static void is_refused(const char *text, int http, enum roam_err expected, const char *words)
{
    struct roam_diag diag = {0};
    canned = text;
    status = http;
    const enum roam_err err = comet_rpc_commit(rpc, 7, &got.header, &got.commit, &diag);
    if (err != expected || strstr(diag.text, words) == NULL)
        print_message("error %d, %s\n", (int)err, diag.text);
    assert_int_equal(err, expected);
    assert_non_null(strstr(diag.text, words));
    assert_non_null(strstr(diag.text, server.url)); /* which node, which method */
    assert_non_null(strstr(diag.text, " commit: "));
    count_negative++;
}

#define NODE_SAYS(data)                                                                                      \
    "{\"jsonrpc\":\"2.0\",\"id\":%ID%,\"error\":{\"code\":-32603,\"message\":\"Internal "                    \
    "error\",\"data\":\"" data "\"}}"

static void answers_that_are_none(void **state)
{
    (void)state;
    is_refused("", 200, ROAM_E_FORMAT, "not JSON");
    is_refused("<html>", 200, ROAM_E_FORMAT, "not JSON");
    is_refused("<html>", 502, ROAM_E_IO, "HTTP status 502");
    is_refused("{\"result\":{}}", 404, ROAM_E_IO, "HTTP status 404");
    is_refused("[]", 200, ROAM_E_FORMAT, "not to call");
    is_refused("{\"jsonrpc\":\"2.0\",\"id\":1000000,\"result\":{}}", 200, ROAM_E_FORMAT, "not to call");
    is_refused("{\"jsonrpc\":\"2.0\",\"id\":%ID%}", 200, ROAM_E_FORMAT, "neither result nor error");
    is_refused("{\"jsonrpc\":\"2.0\",\"id\":%ID%,\"result\":null}", 200, ROAM_E_FORMAT, "'signed_header'");
    is_refused("{\"id\":1,\"id\":1}", 200, ROAM_E_FORMAT, "duplicate");
    is_refused(NODE_SAYS("something"), 500, ROAM_E_IO, "the node says: something");
    is_refused(NODE_SAYS("\\u001b[2Jgone \\u00fc"), 500, ROAM_E_IO, "the node says: ?[2Jgone ??");
    is_refused("{\"id\":1,\"error\":{}}", 200, ROAM_E_IO, "an error without words");
    is_refused(NODE_SAYS("height 9 must be less than or equal to the current blockchain height 8"), 500,
               ROAM_E_NOTFOUND, "height 9");
    is_refused(NODE_SAYS("height 1 is not available, lowest height is 5"), 200, ROAM_E_NOTFOUND, "height 1");
    is_refused(NODE_SAYS("could not find validator set for height #3"), 200, ROAM_E_NOTFOUND, "#3");
    is_refused(NODE_SAYS("tx already exists in cache"), 200, ROAM_E_EXISTS, "already");
    is_refused(NODE_SAYS("mempool is full: number of txs 5"), 200, ROAM_E_BUSY, "full");
    is_refused(NODE_SAYS("Tx too large. Max size is 1, but got 2"), 200, ROAM_E_LIMIT, "too large");
    padding = 2 << 20;
    is_refused("{}", 200, ROAM_E_LIMIT, "more than 1048576 bytes");
    padding = 0;
    is_refused("{}", 0, ROAM_E_IO, "Empty reply");
}

#define PAGE(height, count, total)                                                                           \
    ("{\"id\":%ID%,\"result\":{\"block_height\":\"" height "\",\"validators\":[],\"count\":\"" count         \
     "\",\"total\":\"" total "\"}}")

static void pages_that_are_none(void **state)
{
    (void)state;
    static const char *const text[] = {PAGE("8", "0", "4"), PAGE("7", "1", "4"), PAGE("7", "0", "201")};
    static const enum roam_err expected[] = {ROAM_E_COUNT, ROAM_E_FORMAT, ROAM_E_COUNT};
    for (size_t i = 0; i < 3; i++) {
        canned = text[i];
        assert_int_equal(comet_rpc_validators(rpc, 7, &got.validators, NULL), expected[i]);
        count_negative++;
    }
    /* the page is of another height than asked for */
    struct roam_buf page;
    struct roam_diag diag = {0};
    buf_init(&page, 1 << 20);
    assert_int_equal(buf_printf(&page, "{\"id\":%%ID%%,\"result\":"), ROAM_OK);
    put_set(&page, 40, 1);
    assert_int_equal(buf_append(&page, "}", 2), ROAM_OK);
    canned = (const char *)page.data;
    assert_int_equal(comet_rpc_validators(rpc, 41, &got.validators, &diag), ROAM_E_FORMAT);
    assert_non_null(strstr(diag.text, "validators of height 40; height 41 was asked for"));
    buf_release(&page);
    count_negative++;
}

static void no_node(void **state)
{
    (void)state;
    struct comet_rpc *other;
    struct comet_status node;
    struct roam_diag diag = {0};
    assert_int_equal(comet_rpc_open(&other, "ftp://127.0.0.1", 100, 100, &diag), ROAM_E_FORMAT);
    assert_null(other);
    assert_int_equal(comet_rpc_open(&other, "file:///etc/passwd", 100, 100, NULL), ROAM_E_FORMAT);
    assert_int_equal(comet_rpc_open(&other, "http://127.0.0.1:1", 1000, 100, NULL), ROAM_OK);
    roam_diag_clear(&diag);
    assert_int_equal(comet_rpc_status(other, &node, &diag), ROAM_E_IO);
    assert_non_null(strstr(diag.text, "http://127.0.0.1:1 status: Couldn't connect"));
    comet_rpc_close(other);
    comet_rpc_close(NULL);
    count_negative += 3;
}

/* Nothing comes: the call ends after its time, and the next one works. */
static void silence(void **state)
{
    (void)state;
    struct server mute = {.answer = answer};
    struct comet_rpc *other;
    struct roam_diag diag = {0};
    server_start(&mute);
    assert_int_equal(comet_rpc_open(&other, mute.url, 200, 1 << 20, NULL), ROAM_OK);
    status = -1;
    assert_int_equal(comet_rpc_commit(other, 7, &got.header, &got.commit, &diag), ROAM_E_IO);
    assert_non_null(strstr(diag.text, "no answer within 200 ms"));
    status = 200;
    assert_int_equal(comet_rpc_commit(other, 7, &got.header, &got.commit, NULL), ROAM_OK);
    comet_rpc_close(other);
    server_stop(&mute);
    count_negative++;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(proves, usual),
        cmocka_unit_test_setup(pages, usual),
        cmocka_unit_test_setup(transactions, usual),
        cmocka_unit_test_setup(answers_that_are_none, usual),
        cmocka_unit_test_setup(pages_that_are_none, usual),
        cmocka_unit_test_setup(no_node, usual),
        cmocka_unit_test_setup(silence, usual),
    };
    const int failed = cmocka_run_group_tests(tests, start, stop);
    prop_print_counts();
    return failed;
}
