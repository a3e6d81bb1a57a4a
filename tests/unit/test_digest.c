/* The byte hashes: published values, tests/vectors/digest.txt, any cut into pieces, and many threads at once.
 */
#include "prop.h"

#include "digest.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { DATA_MAX = 10240, THREADS = 4 };

static void to_hex(char *text, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void assert_digest(const uint8_t *digest, size_t size, const char *expected)
{
    char hex[129];
    to_hex(hex, digest, size);
    assert_non_null(expected);
    assert_string_equal(hex, expected);
}

/* FIPS 180-4 and RFC 7693 examples for "abc"; Keccak team's value and Ethereum's hash of nothing. */
static void published_values(void **state)
{
    (void)state;
    uint8_t out[64];
    const struct bytes_view abc = {"abc", 3};
    sha256(out, "abc", 3);
    assert_digest(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(out, NULL, 0);
    assert_digest(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha512_pieces(out, &abc, 1);
    assert_digest(out, 64,
                  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    blake2b_512(out, &abc, 1);
    assert_digest(out, 64,
                  "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                  "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    blake2b_256(out, &abc, 1);
    assert_digest(out, 32, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    keccak256(out, NULL, 0);
    assert_digest(out, 32, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    keccak256(out, "abc", 3);
    assert_digest(out, 32, "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
}

static uint8_t data[DATA_MAX];

static int fill(void **state)
{
    (void)state;
    for (size_t i = 0; i < DATA_MAX; i++) data[i] = (uint8_t)(7 * i % 251);
    return 0;
}

static void vectors(void **state)
{
    (void)state;
    static char line[1024];
    uint8_t out[64];
    int lines = 0;
    FILE *file = fopen(TEST_VECTORS_DIR "/digest.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest;
        struct bytes_view view = {data, strtoul(strtok_r(line, " \n", &rest), NULL, 10)};
        assert_in_range(view.size, 0, DATA_MAX);
        keccak256(out, data, view.size);
        assert_digest(out, 32, strtok_r(NULL, " \n", &rest));
        sha256(out, data, view.size);
        assert_digest(out, 32, strtok_r(NULL, " \n", &rest));
        sha512_pieces(out, &view, 1);
        assert_digest(out, 64, strtok_r(NULL, " \n", &rest));
        blake2b_512(out, &view, 1);
        assert_digest(out, 64, strtok_r(NULL, " \n", &rest));
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, 160);
}

typedef void hash_pieces(uint8_t *out, const struct bytes_view *pieces, size_t count);

static void check_cuts(hash_pieces *hash, size_t size, struct roam_prng *prng)
{
    struct bytes_view pieces[8];
    uint8_t whole[64] = {0}, cut[64] = {0};
    size_t at = 0, count = 1 + prng_below(prng, 7), length = prng_below(prng, DATA_MAX);
    hash(whole, &(struct bytes_view){data, length}, 1);
    for (size_t i = 0; i < count; i++) {
        size_t piece = i + 1 == count ? length - at : prng_below(prng, length - at + 1);
        pieces[i] = (struct bytes_view){piece > 0 ? data + at : NULL, piece};
        at += piece;
    }
    hash(cut, pieces, count);
    assert_memory_equal(whole, cut, size);
    count_property++;
}

static void pieces_are_concatenated(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int n = 0; n < 300; n++) {
        check_cuts(sha256_pieces, 32, &prng);
        check_cuts(sha512_pieces, 64, &prng);
        check_cuts(blake2b_256, 32, &prng);
        check_cuts(blake2b_512, 64, &prng);
    }
}

/* The hash of the hash ... of the thread's number. */
static void chain(uint8_t out[32], uint8_t start)
{
    memset(out, start, 32);
    for (int i = 0; i < 2000; i++) sha256(out, out, 32);
}

static void *run_chain(void *argument)
{
    uint8_t *out = argument;
    chain(out, out[0]);
    return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
    (void)state;
    pthread_t thread[THREADS];
    uint8_t out[THREADS][32], expected[32];
    for (uint8_t i = 0; i < THREADS; i++) {
        out[i][0] = i;
        assert_int_equal(pthread_create(&thread[i], NULL, run_chain, out[i]), 0);
    }
    for (uint8_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        chain(expected, i);
        assert_memory_equal(out[i], expected, 32);
        count_property++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values),
        cmocka_unit_test(vectors),
        cmocka_unit_test(pieces_are_concatenated),
        cmocka_unit_test(threads_do_not_disturb_each_other),
    };
    int failed = cmocka_run_group_tests(tests, fill, NULL);
    prop_print_counts();
    return failed;
}
