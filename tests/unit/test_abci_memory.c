/* The ABCI server and memory: none is allocated once a connection is warm, and every allocation may fail. */
#include "abci_fixture.h"

#include <stdatomic.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);

static atomic_long allocations;
static atomic_long fail_at; /* 0: never */

static bool is_refused(void) { return atomic_fetch_add(&allocations, 1) + 1 == atomic_load(&fail_at); }
void *__wrap_malloc(size_t size) { return is_refused() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return is_refused() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *memory, size_t size) { return is_refused() ? NULL : __real_realloc(memory, size); }

static struct served served;

/* Checks, a block and a large answer. */
static bool one_round(struct peer *peer)
{
    static struct abci_bytes txs[3];
    struct abci_response response;
    for (int i = 0; i < 100; i++)
        peer_put(peer, &(struct abci_request){.method = ABCI_CHECK_TX,
                                              .check_tx = {bytes_of("transaction"), false}});
    peer_put(peer, &(struct abci_request){.method = ABCI_FINALIZE, .block.txs = {txs, 3}});
    peer_put(peer, &(struct abci_request){.method = ABCI_QUERY, .query.height = 300000});
    peer_put(peer, &(struct abci_request){.method = ABCI_COMMIT});
    if (!peer_send(peer)) return false;
    for (int i = 0; i < 103; i++)
        if (!peer_receive(peer, &response) || response.method == ABCI_EXCEPTION) return false;
    return true;
}

static void none_once_warm(void **state)
{
    (void)state;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    for (int i = 0; i < 3; i++) assert_true(one_round(&peer));
    const long before = atomic_load(&allocations);
    for (int i = 0; i < 50; i++, count_property += 103) assert_true(one_round(&peer));
    assert_int_equal(atomic_load(&allocations) - before, 0);
    peer_close(&peer);
    served_close(&served);
}

/* Starts, serves and stops with the number-th allocation refused; true if that many were not needed. The
 * client is warm before, so that it allocates nothing. */
static bool survives(struct peer *warm, long number)
{
    atomic_store(&allocations, 0);
    atomic_store(&fail_at, number);
    const enum roam_err err = served_start(&served, served.address, 0, NULL);
    if (err == ROAM_OK) {
        warm->fd = peer_connect(served.address);
        warm->begin = warm->end = warm->out.size = 0;
        (void)one_round(warm);
        close(warm->fd);
        abci_server_stop(served.server);
    } else {
        assert_int_equal(err, ROAM_E_NOMEM);
    }
    atomic_store(&fail_at, 0);
    return atomic_load(&allocations) < number;
}

static void each_refused(void **state)
{
    (void)state;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    for (int i = 0; i < 3; i++) assert_true(one_round(&peer));
    close(peer.fd);
    abci_server_stop(served.server);
    long number = 1;
    for (; !survives(&peer, number); number++) count_negative++;
    assert_true(number > 3);
    peer.fd = -1;
    peer_close(&peer);
    assert_int_equal(rmdir(served.folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(none_once_warm), cmocka_unit_test(each_refused)};
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
