/* What the ABCI server refuses: bytes that are no request, frames above the limit, too many connections,
 * addresses. Others are served on. */
#include "abci_fixture.h"
#include "abci_vectors.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>

static struct served served;

static void still_served(void)
{
    struct peer peer = peer_open(served.address);
    const struct abci_request request = {.method = ABCI_CHECK_TX, .check_tx = {bytes_of("good"), false}};
    assert_int_equal(peer_call(&peer, &request).check_tx.data.size, 4);
    peer_close(&peer);
}

/* The bytes get an exception with that text, then the end of the connection. */
static void refuses_bytes(const void *data, size_t size, const char *text)
{
    struct peer peer = peer_open(served.address);
    struct abci_response response;
    char got[512] = "";
    assert_true(peer_send_bytes(&peer, data, size));
    assert_true(peer_receive(&peer, &response));
    assert_int_equal(response.method, ABCI_EXCEPTION);
    memcpy(got, response.exception.at, response.exception.size);
    assert_string_equal(got, text);
    assert_false(peer_receive(&peer, &response));
    peer_close(&peer);
    count_negative++;
}
#define REFUSES(data, text) refuses_bytes(data, sizeof(data) - 1, "not a request: " text)

static void garbage(void **state)
{
    (void)state;
    served_open(&served, 1000);
    const double begin = seconds();
    REFUSES("\x00", "none of the kinds that are known");
    REFUSES("\x03\xba\x06\x00", "none of the kinds that are known"); /* field 103 */
    REFUSES("\x02\x22\x00", "none of the kinds that are known");     /* field 4, SetOption of old */
    REFUSES("\x04\x0a\x00\x12\x00", "Request, field 2: a second choice");
    REFUSES("\x02\x0a\x05", "Request, field 1: a length past the end");
    REFUSES("\x04\x42\x02\x0a\x09", "RequestCheckTx, field 1: a length past the end");
    REFUSES("\x04\x42\x02\x08\x01", "RequestCheckTx, field 1: of another type");
    REFUSES("\x04\x42\x02\x10\x02", "RequestCheckTx, field 2: neither 0 nor 1");
    REFUSES("\x05\x47\x45\x54 /", "Request, field 8: a group");
    REFUSES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "a frame above the limit of 1000 bytes");
    REFUSES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", "a frame above the limit of 1000 bytes");
    REFUSES("\xe9\x07", "a frame above the limit of 1000 bytes");
    assert_true(seconds() - begin <
                8); /* the end is told at once, not after the second that bytes are read for */
    still_served();
    served_close(&served);
}

static void frame_of_the_limit(void **state)
{
    (void)state;
    uint8_t tx[994] = {0};
    served_open(&served, 1000);
    struct peer peer = peer_open(served.address);
    /* 994 bytes, 3 before them as tx and 3 more as check_tx */
    const struct abci_request request = {.method = ABCI_CHECK_TX, .check_tx = {{tx, sizeof tx}, false}};
    assert_int_equal(proto_size(&abci_request_message, &request), 1000);
    for (int i = 0; i < 100; i++) assert_int_equal(peer_call(&peer, &request).check_tx.data.size, sizeof tx);
    peer_close(&peer);
    served_close(&served);
}

/* What goes before the garbage is answered. */
static void after_good_ones(void **state)
{
    (void)state;
    struct abci_response response;
    served_open(&served, 0);
    struct peer peer = peer_open(served.address);
    peer_put(&peer, &(struct abci_request){.method = ABCI_ECHO, .echo = bytes_of("one")});
    peer_put(&peer, &(struct abci_request){.method = ABCI_ECHO, .echo = bytes_of("two")});
    assert_int_equal(buf_append(&peer.out, "\x01\xff more of it", 13), ROAM_OK);
    assert_true(peer_send(&peer));
    assert_true(peer_receive(&peer, &response) && response.method == ABCI_ECHO);
    assert_true(peer_receive(&peer, &response) && response.method == ABCI_ECHO);
    assert_true(peer_receive(&peer, &response) && response.method == ABCI_EXCEPTION);
    assert_false(peer_receive(&peer, &response));
    count_negative++;
    peer_close(&peer);
    served_close(&served);
}

/* Items that are two bytes each and would take 64: more memory than a request of that size may have. */
static void lists_that_swell(void **state)
{
    (void)state;
    enum { ITEMS = 1000 };
    struct roam_buf frame;
    buf_init(&frame, 1 << 16);
    /* finalize_block of misbehaviors without content */
    assert_int_equal(buf_append(&frame, "\xd4\x0f\xa2\x01\xd0\x0f", 6), ROAM_OK);
    for (int i = 0; i < ITEMS; i++) assert_int_equal(buf_append(&frame, "\x1a\x00", 2), ROAM_OK);
    served_open(&served, 0);
    refuses_bytes(frame.data, frame.size,
                  "not a request: RequestFinalizeBlock, field 3: more items than there may be memory for");
    still_served();
    served_close(&served);
    buf_release(&frame);
}

/* Random bytes never end the server. */
static void noise(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    served_open(&served, 4096);
    for (int i = 0; i < 300; i++, count_property++) {
        struct peer peer = peer_open(served.address);
        struct abci_response response;
        uint8_t bytes[256];
        prng_bytes(&prng, bytes, sizeof bytes);
        bytes[0] &= 0x7f;
        (void)peer_send_bytes(&peer, bytes, prng_below(&prng, sizeof bytes));
        (void)shutdown(peer.fd, SHUT_WR);
        while (peer_receive(&peer, &response)) {
        }
        peer_close(&peer);
    }
    still_served();
    served_wait_connections(&served, 0);
    served_close(&served);
}

/* The peer goes away after each of the bytes of two requests, without and with reading the answers. */
static void closes_anywhere(void **state)
{
    (void)state;
    static struct vector vector;
    served_open(&served, 0);
    vector_find(&vector, "request", "full_finalize");
    struct roam_buf two;
    buf_init(&two, 1 << 20);
    for (int i = 0; i < 2; i++) assert_int_equal(buf_append(&two, vector.frame, vector.frame_size), ROAM_OK);
    for (size_t size = 0; size <= two.size; size++, count_negative++) {
        struct peer peer = peer_open(served.address);
        struct abci_response response;
        int answers = 0;
        assert_true(peer_send_bytes(&peer, two.data, size));
        if (size % 2 == 0) {
            assert_int_equal(shutdown(peer.fd, SHUT_WR), 0);
            while (peer_receive(&peer, &response)) answers++;
            assert_int_equal(answers, size / vector.frame_size);
        }
        peer_close(&peer);
    }
    still_served();
    served_wait_connections(&served, 0);
    served_close(&served);
    buf_release(&two);
}

static void many_connections(void **state)
{
    (void)state;
    const struct abci_request request = {.method = ABCI_COMMIT};
    struct peer peers[ABCI_CONNECTIONS_MAX];
    struct abci_response response;
    served_open(&served, 0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < ABCI_CONNECTIONS_MAX; i++) {
            peers[i] = peer_open(served.address);
            (void)peer_call(&peers[i], &request);
        }
        assert_int_equal(abci_server_connections(served.server), ABCI_CONNECTIONS_MAX);
        struct peer more = peer_open(served.address);
        assert_false(peer_receive(&more, &response));
        served_assert_log(&served, "a connection refused: 16 are open");
        peer_close(&more);
        count_negative++;
        peer_close(&peers[round]);
        served_wait_connections(&served, ABCI_CONNECTIONS_MAX - 1);
        peers[round] = peer_open(served.address);
        for (int i = 0; i < ABCI_CONNECTIONS_MAX; i++) (void)peer_call(&peers[i], &request);
        for (int i = 0; i < ABCI_CONNECTIONS_MAX; i++) peer_close(&peers[i]);
        served_wait_connections(&served, 0);
    }
    served_close(&served);
}

static void refuses_address(enum roam_err err, const char *address)
{
    struct roam_diag diag = {0};
    struct served other = {.lock = PTHREAD_MUTEX_INITIALIZER};
    assert_int_equal(served_start(&other, address, 0, &diag), err);
    assert_true(diag.text[0] != 0);
    count_negative++;
}

static void addresses(void **state)
{
    (void)state;
    char text[300];
    refuses_address(ROAM_E_FORMAT, "");
    refuses_address(ROAM_E_FORMAT, "/tmp/socket");
    refuses_address(ROAM_E_FORMAT, "unix://");
    refuses_address(ROAM_E_FORMAT, "http://127.0.0.1:80");
    refuses_address(ROAM_E_FORMAT, "tcp://127.0.0.1");
    refuses_address(ROAM_E_FORMAT, "tcp://127.0.0.1:");
    refuses_address(ROAM_E_FORMAT, "tcp://127.0.0.1:x");
    refuses_address(ROAM_E_FORMAT, "tcp://127.0.0.1:123456");
    refuses_address(ROAM_E_FORMAT, "tcp://127.0.0.1:65536");
    refuses_address(ROAM_E_FORMAT, "tcp://:1234");
    refuses_address(ROAM_E_FORMAT, "tcp://localhost:1234");
    refuses_address(ROAM_E_FORMAT, "tcp://::1:1234");
    refuses_address(ROAM_E_FORMAT, "tcp://[127.0.0.1]:1234");
    refuses_address(ROAM_E_FORMAT, "tcp://[::1:1234");
    refuses_address(ROAM_E_FORMAT, "tcp://[]:1234");
    refuses_address(ROAM_E_IO, "unix:///nowhere/at/all/socket");
    refuses_address(ROAM_E_IO, "tcp://192.0.2.1:1234"); /* not an address of this machine */
    snprintf(text, sizeof text, "unix:///tmp/%0120d", 0);
    refuses_address(ROAM_E_FORMAT, text);
    snprintf(text, sizeof text, "unix:///tmp/%0250d", 0);
    refuses_address(ROAM_E_FORMAT, text);
}

/* A socket file stays where somebody listens, and is replaced where nobody does; other files stay. */
static void socket_files(void **state)
{
    (void)state;
    struct stat before, after;
    served_open(&served, 0);
    refuses_address(ROAM_E_BUSY, served.address);
    still_served();
    const char *path = served.address + strlen("unix://");
    char file[80], address[96];
    /* a listener that went away without removing its file */
    snprintf(file, sizeof file, "%s/left", served.folder);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, file, strlen(file));
    const int left = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(left, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(left, 1), 0);
    close(left);
    snprintf(address, sizeof address, "unix://%s", file);
    struct served second = {.lock = PTHREAD_MUTEX_INITIALIZER};
    assert_int_equal(served_start(&second, address, 0, NULL), ROAM_OK);
    /* a file that was put in its place is not the server's to remove */
    assert_int_equal(unlink(file), 0);
    FILE *text = fopen(file, "w");
    assert_non_null(text);
    fclose(text);
    abci_server_stop(second.server);
    assert_int_equal(stat(file, &before), 0);
    refuses_address(ROAM_E_IO, address);
    assert_int_equal(stat(file, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(access(path, F_OK), 0);
    served_close(&served);
}

static int tcp_connect(const char *address)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const char *port = strrchr(address, ':') + 1;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    name.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

static void over_tcp(void **state)
{
    (void)state;
    struct served tcp = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .let_go = 1};
    assert_int_equal(served_start(&tcp, "tcp://127.0.0.1:0", 0, NULL), ROAM_OK);
    char address[64];
    snprintf(address, sizeof address, "%s", abci_server_address(tcp.server));
    assert_string_not_equal(address, "tcp://127.0.0.1:0");
    refuses_address(ROAM_E_BUSY, address);
    struct peer peer = peer_of(tcp_connect(address));
    const struct abci_request request = {.method = ABCI_QUERY, .query.height = 1000000};
    for (int i = 0; i < 20; i++) assert_int_equal(peer_call(&peer, &request).query.value.size, 1000000);
    struct abci_response response;
    /* the exception arrives although bytes behind the garbage are never used */
    static uint8_t garbage[100000] = {1, 0xff};
    (void)peer_send_bytes(&peer, garbage, sizeof garbage);
    assert_true(peer_receive(&peer, &response) && response.method == ABCI_EXCEPTION);
    peer_close(&peer);
    abci_server_stop(tcp.server);
    /* the port is free again at once */
    assert_int_equal(served_start(&tcp, address, 0, NULL), ROAM_OK);
    assert_string_equal(abci_server_address(tcp.server), address);
    abci_server_stop(tcp.server);
    struct roam_diag diag = {0};
    if (served_start(&tcp, "tcp://[::1]:0", 0, &diag) == ROAM_OK) {
        assert_memory_equal(abci_server_address(tcp.server), "tcp://[::1]:", 12);
        abci_server_stop(tcp.server);
    } else {
        print_message("no IPv6 here: %s\n", diag.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(garbage),
        cmocka_unit_test(frame_of_the_limit),
        cmocka_unit_test(after_good_ones),
        cmocka_unit_test(lists_that_swell),
        cmocka_unit_test(noise),
        cmocka_unit_test(closes_anywhere),
        cmocka_unit_test(many_connections),
        cmocka_unit_test(addresses),
        cmocka_unit_test(socket_files),
        cmocka_unit_test(over_tcp),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
