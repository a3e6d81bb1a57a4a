/* The ABCI server: order, pipelining, independent connections, slow peers, stopping. */
#include "abci_fixture.h"

static const struct abci_request flush = {.method = ABCI_FLUSH}, commit = {.method = ABCI_COMMIT};

static struct abci_request check_request(const char *text)
{
    return (struct abci_request){.method = ABCI_CHECK_TX, .check_tx = {bytes_of(text), false}};
}

static void *send_all(void *context)
{
    ROAM_ASSERT(peer_send(context));
    return NULL;
}

static void expect_answer(struct peer *peer, const char *text)
{
    struct abci_response response;
    assert_true(peer_receive(peer, &response));
    assert_int_equal(response.method, ABCI_CHECK_TX);
    assert_int_equal(response.check_tx.data.size, strlen(text));
    assert_memory_equal(response.check_tx.data.at, text, strlen(text));
}

/* The answers come in the order of the requests, however these are cut into pieces. */
static void pipelined(void **state)
{
    (void)state;
    struct served served;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    pthread_t sender;
    char text[32];
    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof text, "transaction %d", i);
        const struct abci_request request = check_request(text);
        peer_put(&peer, &request);
    }
    peer_put(&peer, &flush);
    assert_int_equal(pthread_create(&sender, NULL, send_all, &peer), 0);
    struct abci_response response;
    for (int i = 0; i < 10000; i++, count_property++) {
        snprintf(text, sizeof text, "transaction %d", i);
        expect_answer(&peer, text);
    }
    assert_true(peer_receive(&peer, &response));
    assert_int_equal(response.method, ABCI_FLUSH);
    pthread_join(sender, NULL);
    peer_close(&peer);
    served_close(&served);
}

static void byte_by_byte(void **state)
{
    (void)state;
    struct served served;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    for (int i = 0; i < 50; i++) {
        const struct abci_request request = check_request("in pieces");
        peer_put(&peer, &request);
    }
    for (size_t i = 0; i < peer.out.size; i++) assert_true(peer_send_bytes(&peer, peer.out.data + i, 1));
    for (int i = 0; i < 50; i++) expect_answer(&peer, "in pieces");
    peer_close(&peer);
    served_close(&served);
}

static void mixed_methods(void **state)
{
    (void)state;
    static const int32_t methods[] = {
        ABCI_ECHO,           ABCI_INFO,       ABCI_CHECK_TX,         ABCI_FLUSH,
        ABCI_QUERY,          ABCI_COMMIT,     ABCI_PREPARE_PROPOSAL, ABCI_FINALIZE,
        ABCI_LIST_SNAPSHOTS, ABCI_INIT_CHAIN, ABCI_VERIFY_VOTE,      ABCI_EXTEND_VOTE,
        ABCI_LOAD_CHUNK,     ABCI_REAP_TXS};
    enum { COUNT = sizeof methods / sizeof *methods, ROUNDS = 2000 };
    struct served served;
    struct roam_prng prng = prop_prng();
    int32_t order[ROUNDS];
    pthread_t sender;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    for (int i = 0; i < ROUNDS; i++) {
        order[i] = methods[prng_below(&prng, COUNT)];
        peer_put(&peer, &(struct abci_request){.method = order[i]});
    }
    assert_int_equal(pthread_create(&sender, NULL, send_all, &peer), 0);
    for (int i = 0; i < ROUNDS; i++, count_property++) {
        struct abci_response response;
        assert_true(peer_receive(&peer, &response));
        assert_int_equal(response.method, order[i]);
    }
    pthread_join(sender, NULL);
    peer_close(&peer);
    served_close(&served);
}

struct work {
    const struct served *served;
    int number;
};

static void *work(void *context)
{
    const struct work *work = context;
    struct peer peer = peer_open(work->served->address);
    char text[32];
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "peer %d, %d", work->number, i);
        const struct abci_request request = check_request(text);
        const struct abci_response response = peer_call(&peer, &request);
        ROAM_ASSERT(response.check_tx.data.size == strlen(text) &&
                    memcmp(response.check_tx.data.at, text, strlen(text)) == 0);
        if (i % 100 == 0) (void)peer_call(&peer, &(struct abci_request){.method = ABCI_INFO});
        if (i % 50 == 0) (void)peer_call(&peer, &flush);
    }
    peer_close(&peer);
    return NULL;
}

static void four_at_once(void **state)
{
    (void)state;
    struct served served;
    struct work works[4];
    pthread_t threads[4];
    served_open(&served, 0);
    for (int i = 0; i < 4; i++) {
        works[i] = (struct work){&served, i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &works[i]), 0);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    count_property += 4 * 500;
    served_wait_connections(&served, 0);
    served_close(&served);
}

/* While a block is executed the other connections are answered. */
static void no_waiting_for_others(void **state)
{
    (void)state;
    struct served served;
    struct abci_response response;
    served_open(&served, 0);
    served_hold(&served, true);
    struct peer consensus = peer_open(served.address), mempool = peer_open(served.address),
                query = peer_open(served.address);
    peer_put(&consensus, &(struct abci_request){.method = ABCI_FINALIZE});
    assert_true(peer_send(&consensus));
    served_wait_inside(&served, 1);
    const struct abci_request request = check_request("meanwhile");
    for (int i = 0; i < 100; i++) {
        (void)peer_call(&mempool, &request);
        (void)peer_call(&query, &(struct abci_request){.method = ABCI_QUERY, .query.height = 100000});
    }
    assert_int_equal(recv(consensus.fd, &response, 1, MSG_DONTWAIT), -1);
    served_hold(&served, false);
    assert_true(peer_receive(&consensus, &response));
    assert_int_equal(response.method, ABCI_FINALIZE);
    assert_int_equal(response.finalize.app_hash.size, 8);
    peer_close(&consensus);
    peer_close(&mempool);
    peer_close(&query);
    served_close(&served);
}

/* A peer that reads nothing for a while: the server waits with it and loses nothing. */
static void slow_reader(void **state)
{
    (void)state;
    enum { ANSWERS = 40, SIZE = 1000000 };
    struct served served;
    served_open(&served, 0);
    struct peer slow = peer_open(served.address), other = peer_open(served.address);
    for (int i = 0; i < ANSWERS; i++)
        peer_put(&slow, &(struct abci_request){.method = ABCI_QUERY, .query.height = SIZE + i});
    assert_true(peer_send(&slow));
    for (int i = 0; i < 100; i++) (void)peer_call(&other, &commit);
    for (int i = 0; i < ANSWERS; i++) {
        struct abci_response response;
        assert_true(peer_receive(&slow, &response));
        assert_int_equal(response.query.value.size, SIZE + i);
    }
    peer_close(&slow);
    peer_close(&other);
    served_close(&served);
}

/* A peer may say that it sends no more, and gets the answers to what it sent. */
static void half_closed(void **state)
{
    (void)state;
    struct served served;
    struct abci_response response;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    const struct abci_request request = check_request("the last");
    peer_put(&peer, &request);
    peer_put(&peer, &request);
    assert_true(peer_send(&peer));
    assert_int_equal(shutdown(peer.fd, SHUT_WR), 0);
    expect_answer(&peer, "the last");
    expect_answer(&peer, "the last");
    assert_false(peer_receive(&peer, &response));
    peer_close(&peer);
    served_close(&served);
}

static void assert_exception(struct peer *peer, const char *text)
{
    struct abci_response response;
    assert_true(peer_receive(peer, &response));
    assert_int_equal(response.method, ABCI_EXCEPTION);
    if (strlen(text) != response.exception.size || memcmp(response.exception.at, text, strlen(text)) != 0)
        fail_msg("%.*s", (int)response.exception.size, (const char *)response.exception.at);
    count_negative++;
}

/* The application's refusals: exceptions in place of the answer, and the connection goes on. */
static void exceptions(void **state)
{
    (void)state;
    struct served served;
    struct abci_bytes two[2] = {{0}};
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    const struct abci_request fails = check_request("fail"), memory = check_request("memory"),
                              good = check_request("good");
    peer_put(&peer, &good);
    peer_put(&peer, &fails);
    peer_put(&peer, &good);
    peer_put(&peer, &memory);
    peer_put(&peer, &(struct abci_request){.method = ABCI_FINALIZE, .block.txs = {two, 2}});
    peer_put(&peer, &(struct abci_request){.method = ABCI_REAP_TXS, .reap.max_gas = 2048});
    peer_put(&peer, &good);
    assert_true(peer_send(&peer));
    expect_answer(&peer, "good");
    assert_exception(&peer, "failure number 7");
    expect_answer(&peer, "good");
    assert_exception(&peer, "no memory for 9223372036854775807 bytes of a response");
    assert_exception(&peer, "the application gave 1 results for 2 transactions");
    /* 2048 times 2^20 bytes, a tag and three of length; and a tag and five around them */
    assert_exception(&peer, "a response of 2147491847 bytes is more than CometBFT reads");
    expect_answer(&peer, "good");
    peer_close(&peer);
    served_close(&served);
}

static void *stop(void *context)
{
    struct served *served = context;
    abci_server_stop(served->server);
    return NULL;
}

/* The call in progress is finished and answered; those behind it are not begun. */
static void stop_in_flight(void **state)
{
    (void)state;
    struct served served;
    struct abci_response response;
    pthread_t stopper;
    served_open(&served, 0);
    served_hold(&served, true);
    struct peer busy = peer_open(served.address), idle = peer_open(served.address);
    (void)peer_call(&idle, &commit);
    for (int i = 0; i < 3; i++) peer_put(&busy, &(struct abci_request){.method = ABCI_FINALIZE});
    assert_true(peer_send(&busy));
    served_wait_inside(&served, 1);
    assert_int_equal(pthread_create(&stopper, NULL, stop, &served), 0);
    assert_false(peer_receive(&idle, &response)); /* closed while the other call goes on */
    served_hold(&served, false);
    pthread_join(stopper, NULL);
    assert_true(peer_receive(&busy, &response));
    assert_int_equal(response.method, ABCI_FINALIZE);
    assert_false(peer_receive(&busy, &response));
    assert_int_equal(served.inside, 1);
    assert_int_equal(rmdir(served.folder), 0);
    peer_close(&busy);
    peer_close(&idle);
}

/* Stopping waits a second at most for peers that do not read. */
static void stop_with_deaf_peer(void **state)
{
    (void)state;
    struct served served;
    served_open(&served, 0);
    struct peer deaf = peer_open(served.address), idle = peer_open(served.address);
    for (int i = 0; i < 10; i++)
        peer_put(&deaf, &(struct abci_request){.method = ABCI_QUERY, .query.height = 10000000});
    assert_true(peer_send(&deaf));
    served_wait_connections(&served, 2);
    const double begin = seconds();
    served_close(&served);
    assert_true(seconds() - begin < 5);
    peer_close(&deaf);
    peer_close(&idle);
    abci_server_stop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipelined),      cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(mixed_methods),  cmocka_unit_test(four_at_once),
        cmocka_unit_test(slow_reader),    cmocka_unit_test(no_waiting_for_others),
        cmocka_unit_test(half_closed),    cmocka_unit_test(exceptions),
        cmocka_unit_test(stop_in_flight), cmocka_unit_test(stop_with_deaf_peer),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
