/* What an ABCI application that leaves functions out answers, and that each function is reached with its
 * request. */
#include "prop.h"

#include <string.h>

#include "abci_dispatch.h"

static struct abci_call call;

static struct abci_bytes bytes_of(const char *text)
{
    return (struct abci_bytes){(const uint8_t *)text, strlen(text)};
}

static void finalize(void *context, struct abci_call *c, const struct abci_block *in,
                     struct abci_finalize_response *out)
{
    (void)context;
    struct abci_tx_result *results = abci_take(c, in->txs.count * sizeof *results);
    for (size_t i = 0; i < in->txs.count && results != NULL; i++)
        results[i].code = (uint32_t)in->txs.at[i].size;
    out->results = results;
    out->result_count = in->txs.count;
}
static const struct abci_app bare = {.finalize = finalize};

static struct abci_response answer(const struct abci_app *app, const struct abci_request *in)
{
    struct abci_response out;
    proto_arena_release(&call.memory);
    call = (struct abci_call){.memory = proto_arena_growing(1 << 20)};
    abci_dispatch(app, &call, in, &out);
    assert_int_equal(out.method, in->method);
    count_property++;
    return out;
}

static struct abci_response bare_answer(int32_t method)
{
    return answer(&bare, &(struct abci_request){.method = method});
}

static void empty_answers(void **state)
{
    (void)state;
    static const int32_t methods[] = {ABCI_FLUSH,    ABCI_INFO,           ABCI_INIT_CHAIN, ABCI_QUERY,
                                      ABCI_COMMIT,   ABCI_LIST_SNAPSHOTS, ABCI_LOAD_CHUNK, ABCI_EXTEND_VOTE,
                                      ABCI_CHECK_TX, ABCI_REAP_TXS};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const struct abci_response out = bare_answer(methods[i]);
        const size_t tag = methods[i] + 1 < 16 ? 1 : 2;
        assert_int_equal(proto_size(&abci_response_message, &out), tag + 1); /* the method and no content */
    }
    const struct abci_request echo = {.method = ABCI_ECHO, .echo = bytes_of("text")};
    assert_int_equal(answer(&bare, &echo).echo.size, 4);
}

static void verdicts(void **state)
{
    (void)state;
    struct abci_request verify = {.method = ABCI_VERIFY_VOTE};
    assert_int_equal(bare_answer(ABCI_PROCESS_PROPOSAL).verdict, ABCI_ACCEPT);
    assert_int_equal(answer(&bare, &verify).verdict, ABCI_ACCEPT);
    verify.verify_vote.extension = bytes_of("x");
    assert_int_equal(answer(&bare, &verify).verdict, ABCI_REJECT);
    assert_int_equal(bare_answer(ABCI_OFFER_SNAPSHOT).offer, ABCI_OFFER_ABORT);
    assert_int_equal(bare_answer(ABCI_APPLY_CHUNK).apply_chunk.result, ABCI_APPLY_ABORT);
    assert_int_equal(bare_answer(ABCI_INSERT_TX).code, 1);
    count_negative += 4;
}

/* The transactions of a proposal as many as fit, counted with tag and length. */
static void proposals(void **state)
{
    (void)state;
    static uint8_t big[200];
    const struct abci_bytes txs[] = {{big, 10}, {NULL, 0}, {big, 127}, {big, 128}, {big, 1}};
    static const struct {
        int64_t max;
        size_t count;
    } cases[] = {{-1, 0},  {0, 0},   {11, 0},  {12, 1},  {13, 1},  {14, 2},       {142, 2},
                 {143, 3}, {273, 3}, {274, 4}, {276, 4}, {277, 5}, {INT64_MAX, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct abci_request in = {.method = ABCI_PREPARE_PROPOSAL,
                                        .block = {.txs = {txs, 5}, .max_tx_bytes = cases[i].max}};
        const struct abci_response out = answer(&bare, &in);
        assert_int_equal(out.txs.count, cases[i].count);
        if (cases[i].count > 0) assert_ptr_equal(out.txs.at, txs);
        /* CometBFT's measure is the encoding of the message Data, whose one field they are */
        if (cases[i].max > 0)
            assert_true(proto_size(&abci_response_message, &out) <= (size_t)cases[i].max + 6);
    }
}

/* Each function notes what it got in the context and answers so that it is known which it was. */
struct noted {
    int64_t number;
    const char *name;
};
#define NOTE(text, value)                                                                                    \
    *(struct noted *)context = (struct noted) { (int64_t)(value), text }
#define UNUSED (void)c
static void info(void *context, struct abci_call *c, const struct abci_info_request *in,
                 struct abci_info_response *out)
{
    UNUSED;
    NOTE("info", in->block_version);
    out->last_height = 1;
}
static void init_chain(void *context, struct abci_call *c, const struct abci_init_chain_request *in,
                       struct abci_init_chain_response *out)
{
    UNUSED;
    NOTE("init_chain", in->initial_height);
    out->app_hash = bytes_of("2");
}
static void query(void *context, struct abci_call *c, const struct abci_query_request *in,
                  struct abci_query_response *out)
{
    UNUSED;
    NOTE("query", in->height);
    out->code = 3;
}
static void check_tx(void *context, struct abci_call *c, const struct abci_check_tx_request *in,
                     struct abci_tx_result *out)
{
    UNUSED;
    NOTE("check_tx", in->recheck);
    out->code = 4;
}
static void prepare(void *context, struct abci_call *c, const struct abci_block *in, struct abci_list *txs)
{
    UNUSED;
    NOTE("prepare", in->height);
    txs->count = 0;
}
static bool process(void *context, struct abci_call *c, const struct abci_block *in)
{
    UNUSED;
    NOTE("process", in->height);
    return false;
}
static void extend(void *context, struct abci_call *c, const struct abci_block *in,
                   struct abci_extend_vote_response *out)
{
    UNUSED;
    NOTE("extend", in->height);
    out->extension = bytes_of("extension");
}
static bool verify(void *context, struct abci_call *c, const struct abci_verify_vote_request *in)
{
    UNUSED;
    NOTE("verify", in->height);
    return in->extension.size > 0;
}
static void commit(void *context, struct abci_call *c, struct abci_commit_response *out)
{
    UNUSED;
    NOTE("commit", 0);
    out->retain_height = 5;
}
static void list_snapshots(void *context, struct abci_call *c, const struct abci_snapshot **out,
                           size_t *count)
{
    struct abci_snapshot *snapshots = abci_take(c, 2 * sizeof *snapshots);
    NOTE("list", 0);
    *out = snapshots;
    *count = 2;
}
static enum abci_offer_result offer(void *context, struct abci_call *c, const struct abci_snapshot *snapshot,
                                    struct abci_bytes app_hash)
{
    UNUSED;
    NOTE("offer", (int64_t)snapshot->height + (int64_t)app_hash.size);
    return ABCI_OFFER_ACCEPT;
}
static void load_chunk(void *context, struct abci_call *c, const struct abci_load_chunk_request *in,
                       struct abci_bytes *chunk)
{
    UNUSED;
    NOTE("load", in->chunk);
    *chunk = bytes_of("chunk");
}
static void apply_chunk(void *context, struct abci_call *c, const struct abci_apply_chunk_request *in,
                        struct abci_apply_chunk_response *out)
{
    UNUSED;
    NOTE("apply", in->index);
    out->result = ABCI_APPLY_RETRY;
}
static uint32_t insert_tx(void *context, struct abci_call *c, struct abci_bytes tx)
{
    UNUSED;
    NOTE("insert", tx.size);
    return 6;
}
static void reap_txs(void *context, struct abci_call *c, const struct abci_reap_request *in,
                     struct abci_list *txs)
{
    struct abci_bytes *list = abci_take(c, sizeof *list);
    NOTE("reap", in->max_gas);
    *txs = (struct abci_list){list, 1};
}

static struct noted noted;
static const struct abci_app full = {.context = &noted,
                                     .info = info,
                                     .init_chain = init_chain,
                                     .query = query,
                                     .check_tx = check_tx,
                                     .prepare_proposal = prepare,
                                     .process_proposal = process,
                                     .extend_vote = extend,
                                     .verify_vote = verify,
                                     .finalize = finalize,
                                     .commit = commit,
                                     .list_snapshots = list_snapshots,
                                     .offer_snapshot = offer,
                                     .load_chunk = load_chunk,
                                     .apply_chunk = apply_chunk,
                                     .insert_tx = insert_tx,
                                     .reap_txs = reap_txs};

static struct abci_response reached(const struct abci_request *in, const char *name, int64_t number)
{
    noted = (struct noted){-1, "none"};
    const struct abci_response out = answer(&full, in);
    assert_string_equal(noted.name, name);
    assert_int_equal(noted.number, number);
    return out;
}
#define REACHED(name, number, ...) reached(&(struct abci_request){__VA_ARGS__}, name, number)

static void every_function(void **state)
{
    (void)state;
    assert_int_equal(REACHED("info", 11, .method = ABCI_INFO, .info.block_version = 11).info.last_height, 1);
    assert_int_equal(REACHED("init_chain", 12, .method = ABCI_INIT_CHAIN, .init_chain.initial_height = 12)
                         .init_chain.app_hash.size,
                     1);
    assert_int_equal(REACHED("query", 13, .method = ABCI_QUERY, .query.height = 13).query.code, 3);
    assert_int_equal(REACHED("check_tx", 1, .method = ABCI_CHECK_TX, .check_tx.recheck = true).check_tx.code,
                     4);
    (void)REACHED("prepare", 14, .method = ABCI_PREPARE_PROPOSAL, .block.height = 14);
    assert_int_equal(REACHED("process", 15, .method = ABCI_PROCESS_PROPOSAL, .block.height = 15).verdict,
                     ABCI_REJECT);
    assert_int_equal(
        REACHED("extend", 16, .method = ABCI_EXTEND_VOTE, .block.height = 16).extend_vote.extension.size, 9);
    assert_int_equal(REACHED("verify", 17, .method = ABCI_VERIFY_VOTE, .verify_vote.height = 17).verdict,
                     ABCI_REJECT);
    assert_int_equal(REACHED("commit", 0, .method = ABCI_COMMIT).commit.retain_height, 5);
    assert_int_equal(REACHED("list", 0, .method = ABCI_LIST_SNAPSHOTS).snapshots.count, 2);
    assert_int_equal(REACHED("offer", 21, .method = ABCI_OFFER_SNAPSHOT,
                             .offer = {{.height = 18}, {(const uint8_t *)"abc", 3}})
                         .offer,
                     ABCI_OFFER_ACCEPT);
    assert_int_equal(REACHED("load", 19, .method = ABCI_LOAD_CHUNK, .load_chunk.chunk = 19).chunk.size, 5);
    assert_int_equal(
        REACHED("apply", 20, .method = ABCI_APPLY_CHUNK, .apply_chunk.index = 20).apply_chunk.result,
        ABCI_APPLY_RETRY);
    assert_int_equal(REACHED("insert", 2, .method = ABCI_INSERT_TX, .tx = {(const uint8_t *)"tx", 2}).code,
                     6);
    assert_int_equal(REACHED("reap", 22, .method = ABCI_REAP_TXS, .reap.max_gas = 22).txs.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_answers),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(proposals),
        cmocka_unit_test(every_function),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    proto_arena_release(&call.memory);
    prop_print_counts();
    return failed;
}
