/* Signatures of random messages, whole and spoilt, in lists of every size up to 40: the verdicts are
 * libsodium's, and OpenSSL's. ROAM_CASES (20,000) items. */
#include "ed25519_cases.h"

#include <stdio.h>

#include <openssl/evp.h>

enum { POOL = 64, COUNT_MAX = 40 };

static const char *const spoilt_names[] = {"none",           "bit of R",           "bit of S",
                                           "bit of the key", "bit of the message", "other key",
                                           "S + L",          "other signature"};
enum { SPOILT = sizeof spoilt_names / sizeof *spoilt_names };
static unsigned accepted[SPOILT], refused[SPOILT];

static void flip(uint8_t *bytes, size_t size, struct roam_prng *prng)
{
    if (size == 0) return;
    uint64_t bit = prng_below(prng, 8 * size);
    bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

/* out = pool's message, spoilt in the given way. */
static void spoil(struct signed_message *out, const struct signed_message *pool, uint64_t which, unsigned way,
                  struct roam_prng *prng)
{
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    const struct signed_message *other = &pool[(which + 1 + prng_below(prng, POOL - 1)) % POOL];
    *out = pool[which];
    if (way == 1) flip(out->signature, 32, prng);
    if (way == 2) flip(out->signature + 32, 32, prng);
    if (way == 3) flip(out->key, 32, prng);
    if (way == 4) flip(out->message, out->size, prng);
    if (way == 5) memcpy(out->key, other->key, 32);
    if (way == 6) sodium_add(out->signature + 32, order, 32);
    if (way == 7) memcpy(out->signature, other->signature, 64);
}

static bool openssl_accepts(const struct signed_message *m)
{
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, m->key, 32);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_non_null(context);
    bool valid = key != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
                 EVP_DigestVerify(context, m->signature, 64, m->message, m->size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return valid;
}

static void check_list(const struct signed_message *pool, size_t count, struct roam_prng *prng)
{
    static struct signed_message list[COUNT_MAX];
    const struct signed_message *messages[COUNT_MAX];
    bool want[COUNT_MAX];
    for (size_t i = 0; i < count; i++) {
        unsigned way = prng_below(prng, 2) == 0 ? 0 : (unsigned)prng_below(prng, SPOILT);
        spoil(&list[i], pool, prng_below(prng, POOL), way, prng);
        messages[i] = &list[i];
        want[i] = sodium_accepts(&list[i]);
        if (i % 4 == count % 4) assert_int_equal(openssl_accepts(&list[i]), want[i]);
        assert_int_equal(want[i], way == 0 || (way == 4 && list[i].size == 0));
        (want[i] ? accepted : refused)[way]++;
    }
    check_verdicts(messages, want, count);
}

static unsigned long long wanted_cases(void)
{
    const char *text = getenv("ROAM_CASES");
    return text != NULL ? strtoull(text, NULL, 10) : mont8_available ? 20000 : 2000;
}

static void lists_of_every_size(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    static struct signed_message pool[POOL];
    unsigned long long before = count_property;
    do {
        for (size_t i = 0; i < POOL; i++) make_signed(&pool[i], &prng);
        for (size_t count = 0; count <= COUNT_MAX; count++) check_list(pool, count, &prng);
    } while (count_property - before < wanted_cases());
    for (int i = 0; i < (int)SPOILT; i++)
        print_message("%s: %u accepted, %u refused\n", spoilt_names[i], accepted[i], refused[i]);
}

/* RFC 8032, section 7.1: key, message, signature of tests 1 to 3 and SHA(abc). */
static const char *const rfc8032[][3] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

static void rfc8032_vectors(void **state)
{
    (void)state;
    struct signed_message vectors[5], spoilt;
    const struct signed_message *messages[8];
    bool want[8];
    for (size_t i = 0; i < 4; i++) {
        struct signed_message *m = &vectors[i];
        m->size = strlen(rfc8032[i][1]) / 2;
        assert_int_equal(sodium_hex2bin(m->key, 32, rfc8032[i][0], 64, NULL, NULL, NULL), 0);
        assert_int_equal(
            sodium_hex2bin(m->message, MESSAGE_MAX, rfc8032[i][1], 2 * m->size, NULL, NULL, NULL), 0);
        assert_int_equal(sodium_hex2bin(m->signature, 64, rfc8032[i][2], 128, NULL, NULL, NULL), 0);
    }
    spoilt = vectors[2];
    spoilt.message[1] ^= 1;
    for (size_t k = 0; k < 8; k++) {
        for (size_t i = 0; i < 8; i++) {
            want[i] = i != k;
            messages[i] = want[i] ? &vectors[(i + k) % 4] : &spoilt;
        }
        check_verdicts(messages, want, 8);
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc8032_vectors),
        cmocka_unit_test(lists_of_every_size),
    };
    if (sodium_init() < 0) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
