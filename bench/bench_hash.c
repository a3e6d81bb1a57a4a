/* Hashes, EdDSA and the two set commitments. Lines: name, size, nanoseconds for one operation. */
#include "bench.h"

#include "digest.h"
#include "ed25519_many.h"
#include "eddsa.h"
#include "lthash.h"
#include "merkle_log.h"
#include "poseidon.h"

#include <string.h>

#include <sodium.h>

enum { RUNS = 15 };

static struct bench measured;

/* Measures `repeat` executions of the statement, RUNS times. */
#define MEASURE(name, n, repeat, statement)                                                                  \
    do {                                                                                                     \
        for (int run = 0; run < RUNS; run++) {                                                               \
            bench_start(&measured);                                                                          \
            for (int k = 0; k < (repeat); k++) statement;                                                    \
            bench_stop(&measured, (double)(repeat));                                                         \
        }                                                                                                    \
        bench_print(&measured, name, n);                                                                     \
    } while (0)

static void bench_poseidon(void)
{
    static const size_t widths[] = {3, 4, 5, 6, 15, 17};
    fr inputs[POSEIDON_INPUTS_MAX];
    for (size_t i = 0; i < POSEIDON_INPUTS_MAX; i++) fr_from_u64(&inputs[i], i + 1);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        MEASURE("poseidon", widths[i], 100, poseidon(&inputs[0], inputs, widths[i] - 1));
    static fr many[8 * POSEIDON_INPUTS_MAX], out[8];
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        for (int run = 0; run < RUNS; run++) {
            bench_start(&measured);
            for (int k = 0; k < 20; k++) poseidon_many(out, many, widths[i] - 1, 8);
            bench_stop(&measured, 20 * 8);
        }
        bench_print(&measured, "poseidon_many_8_each", widths[i]);
    }
}

static void bench_bytes(void)
{
    static uint8_t data[1024];
    MEASURE("sha256", 32, 1000, sha256(data, data, 32));
    MEASURE("sha256", 1024, 1000, sha256(data, data, 1024));
    MEASURE("keccak256", 32, 1000, keccak256(data, data, 32));
    MEASURE("keccak256", 1024, 1000, keccak256(data, data, 1024));
    struct lthash state;
    lthash_init(&state);
    MEASURE("lthash_add", 1, 1000, lthash_add(&state, data, 32, data + 32, 96));
    struct merkle_log log;
    merkle_log_init(&log);
    MEASURE("merkle_log_append", 1, 1000, merkle_log_append(&log, data, NULL));
}

static void bench_curve(void)
{
    static const uint64_t scalar[4] = {UINT64_MAX, 0x123456789abcdef, 0x55555555, UINT64_MAX >> 4};
    bjj_point p = bjj_base8;
    MEASURE("bjj_mul", 1, 50, bjj_mul(&p, &p, scalar));
    MEASURE("bjj_mul_vartime", 1, 50, bjj_mul_vartime(&p, &p, scalar));
    bool inside = true;
    MEASURE("bjj_is_in_subgroup_vartime", 1, 100, inside &= bjj_is_in_subgroup_vartime(&p));
    ROAM_ASSERT(inside);
}

static void make_item(struct eddsa_item *item, uint64_t i)
{
    uint8_t seed[32] = {0};
    eddsa_key key;
    memcpy(seed, &i, sizeof i);
    eddsa_key_from_seed(&key, seed);
    item->public_key = key.public_key;
    fr_from_u64(&item->message, i);
    eddsa_sign(&item->signature, &key, &item->message, &roam_env_system);
}

static void bench_batch(const struct eddsa_item *items, size_t count)
{
    enum roam_err *verdicts = malloc(count * sizeof *verdicts), result = ROAM_OK;
    void *scratch = malloc(eddsa_batch_scratch_size(count));
    ROAM_ASSERT(verdicts != NULL && scratch != NULL);
    for (int run = 0; run < RUNS && result == ROAM_OK; run++) {
        bench_start(&measured);
        result = eddsa_verify_batch_vartime(verdicts, items, count, &roam_env_system, scratch);
        bench_stop(&measured, (double)count);
    }
    ROAM_ASSERT(result == ROAM_OK);
    bench_print(&measured, "eddsa_verify_batch_each", count);
    free(scratch);
    free(verdicts);
}

static void bench_unpack(const struct eddsa_item *items, size_t count)
{
    static uint8_t bytes[64][EDDSA_SIGNATURE_SIZE];
    static eddsa_signature signatures[64];
    const uint8_t *list[64];
    enum roam_err errs[64], result = ROAM_OK;
    ROAM_ASSERT(count <= 64);
    for (size_t i = 0; i < count; i++) {
        eddsa_signature_pack(bytes[i], &items[i].signature);
        list[i] = bytes[i];
    }
    MEASURE("eddsa_signature_unpack", 1, 20, result |= eddsa_signature_unpack(&signatures[0], bytes[0]));
    for (int run = 0; run < RUNS; run++) {
        bench_start(&measured);
        eddsa_signatures_unpack(signatures, errs, list, count);
        bench_stop(&measured, (double)count);
        for (size_t i = 0; i < count; i++) result |= errs[i];
    }
    ROAM_ASSERT(result == ROAM_OK);
    bench_print(&measured, "eddsa_signatures_unpack_each", count);
}

static void bench_eddsa(void)
{
    enum { ITEMS = 1024 };
    static struct eddsa_item items[ITEMS];
    eddsa_key key;
    eddsa_signature signature;
    eddsa_key_from_seed(&key, (const uint8_t[32]){1});
    MEASURE("eddsa_sign", 1, 50, eddsa_sign(&signature, &key, &fr_one, &roam_env_system));
    enum roam_err result = ROAM_OK;
    MEASURE("eddsa_verify", 1, 50, result |= eddsa_verify_vartime(&key.public_key, &fr_one, &signature));
    ROAM_ASSERT(result == ROAM_OK);
    for (size_t i = 0; i < ITEMS; i++) make_item(&items[i], i);
    bench_unpack(items, 64);
    bench_batch(items, 64);
    bench_batch(items, ITEMS);
}

/* Nanoseconds for each signature, by libsodium and by roam in lists of several sizes. */
static void bench_ed25519(void)
{
    enum { MANY = 64 };
    static const size_t counts[] = {1, 2, 8, 16, MANY};
    static uint8_t keys[MANY][32], signatures[MANY][64], messages[MANY][120];
    struct ed25519_item items[MANY];
    bool valid[MANY];
    for (size_t i = 0; i < MANY; i++) {
        uint8_t seed[32] = {(uint8_t)i}, secret[64];
        crypto_sign_seed_keypair(keys[i], secret, seed);
        memset(messages[i], (int)i, sizeof messages[i]);
        crypto_sign_detached(signatures[i], NULL, messages[i], sizeof messages[i], secret);
        items[i] = (struct ed25519_item){signatures[i], keys[i], messages[i], sizeof messages[i]};
    }
    int refused = 0;
    MEASURE("ed25519_libsodium", 1, 20,
            refused |= crypto_sign_verify_detached(signatures[0], messages[0], sizeof messages[0], keys[0]));
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (int run = 0; run < RUNS; run++) {
            bench_start(&measured);
            ed25519_verify_many_vartime(valid, items, counts[c]);
            bench_stop(&measured, (double)counts[c]);
            for (size_t i = 0; i < counts[c]; i++) refused |= !valid[i];
        }
        bench_print(&measured, "ed25519_many_each", counts[c]);
    }
    ROAM_ASSERT(refused == 0);
}

int main(void)
{
    bench_poseidon();
    bench_bytes();
    bench_curve();
    bench_ed25519();
    bench_eddsa();
    return EXIT_SUCCESS;
}
