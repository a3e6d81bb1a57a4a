/* EdDSA-Poseidon: circomlibjs's signatures are accepted, every defect is refused with its own error, and a
 * batch gives the verdicts of single verification. */
#include "eddsa_signers.h"

#include <stdio.h>
#include <string.h>

static enum roam_err verify(const struct signer *signer)
{
    return eddsa_verify_vartime(&signer->key.public_key, &signer->message, &signer->signature);
}

static void refuse(const struct signer *signer, enum roam_err expected)
{
    assert_int_equal(verify(signer), expected);
    count_negative++;
}

static void defects_are_refused(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct signer good, bad, other;
    const bjj_scalar one = {{1}};
    for (int n = 0; n < 10; n++) {
        make_signer(&good, &prng);
        make_signer(&other, &prng);
        assert_int_equal(verify(&good), ROAM_OK);

        bad = good; /* the same S modulo l a second time */
        add_order(&bad.signature.s);
        refuse(&bad, ROAM_E_RANGE);
        memcpy(bad.signature.s.limb, bjj_order, sizeof bjj_order);
        refuse(&bad, ROAM_E_RANGE);
        memset(bad.signature.s.limb, 0xff, sizeof bad.signature.s.limb);
        refuse(&bad, ROAM_E_RANGE);

        bad = good;
        bjj_scalar_add(&bad.signature.s, &bad.signature.s, &one);
        refuse(&bad, ROAM_E_VERIFY);
        bad.signature.s = (bjj_scalar){{0}};
        refuse(&bad, ROAM_E_VERIFY);

        bad = good;
        fr_add(&bad.message, &bad.message, &fr_one);
        refuse(&bad, ROAM_E_VERIFY);

        bad = good;
        bad.key = other.key;
        refuse(&bad, ROAM_E_VERIFY);
        bjj_neg(&bad.key.public_key, &good.key.public_key);
        refuse(&bad, ROAM_E_VERIFY);
        bad = good;
        fr_add(&bad.key.public_key.x, &bad.key.public_key.x, &fr_one);
        refuse(&bad, ROAM_E_POINT);

        bad = good;
        bad.signature.r8 = other.signature.r8;
        refuse(&bad, ROAM_E_VERIFY);
        bad.signature.r8 = bjj_identity;
        refuse(&bad, ROAM_E_VERIFY);
        fr_add(&bad.signature.r8.y, &bad.signature.r8.y, &fr_one);
        refuse(&bad, ROAM_E_POINT);
        bad = good;
        sign_shifted(&bad.signature, &bad.key, &bad.message, &bjj_identity);
        assert_int_equal(verify(&bad), ROAM_OK);
        for (uint64_t k = 1; k < 8; k++) {
            bjj_point shift;
            torsion_point(&shift, k);
            bad = good;
            bjj_add(&bad.signature.r8, &bad.signature.r8, &shift);
            refuse(&bad, ROAM_E_POINT);
            bad.signature.r8 = shift;
            refuse(&bad, ROAM_E_POINT);
            sign_shifted(&bad.signature, &bad.key, &bad.message, &shift);
            refuse(&bad, ROAM_E_POINT);
        }
    }
}

/* R8 = S Base8 satisfies the equation for a key of small order, whatever the message: such keys must not
 * pass. */
static void weak_keys_are_refused(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct signer forged, good;
    make_signer(&good, &prng);
    assert_int_equal(eddsa_public_key_check_vartime(&good.key.public_key), ROAM_OK);
    for (uint64_t k = 0; k < 8; k++) {
        bjj_point shift, key;
        torsion_point(&shift, k);
        forged = good;
        forged.key.public_key = shift;
        bjj_mul(&forged.signature.r8, &bjj_base8, forged.signature.s.limb);
        assert_int_equal(verify(&forged), ROAM_OK);
        assert_int_equal(eddsa_public_key_check_vartime(&shift), ROAM_E_POINT);
        if (k == 0) continue;
        bjj_add(&key, &good.key.public_key, &shift);
        assert_int_equal(eddsa_public_key_check_vartime(&key), ROAM_E_POINT);
        count_negative += 2;
    }
    bjj_point off = good.key.public_key;
    fr_add(&off.x, &off.x, &fr_one);
    assert_int_equal(eddsa_public_key_check_vartime(&off), ROAM_E_POINT);
    off = (bjj_point){fr_zero, fr_zero};
    assert_int_equal(eddsa_public_key_check_vartime(&off), ROAM_E_POINT);
    count_negative += 3;
}

static void keys(void **state)
{
    (void)state;
    eddsa_key a, b;
    bjj_point expected;
    uint8_t seed[32] = {0};
    for (int n = 0; n < 32; n++) {
        eddsa_key_from_seed(&a, seed);
        eddsa_key_from_seed(&b, seed);
        assert_memory_equal(&a, &b, sizeof a);
        assert_true(bjj_scalar_is_canonical(&a.secret));
        bjj_mul(&expected, &bjj_base8, a.secret.limb);
        assert_true(bjj_equal(&expected, &a.public_key));
        assert_int_equal(eddsa_public_key_check_vartime(&a.public_key), ROAM_OK);
        assert_memory_not_equal(a.prefix, a.secret.limb, 32);
        seed[n] ^= 1;
        eddsa_key_from_seed(&b, seed);
        assert_memory_not_equal(a.secret.limb, b.secret.limb, 32);
        assert_memory_not_equal(a.prefix, b.prefix, 32);
        count_property++;
    }
    static const eddsa_key zero;
    eddsa_key_wipe(&a);
    assert_memory_equal(&a, &zero, sizeof a);
}

static void no_randomness(void *context, uint8_t *out, size_t size)
{
    (void)context;
    memset(out, 0, size);
}

/* With dead randomness the nonce still depends on key and message; with randomness two signatures differ. */
static void nonces(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct roam_env dead = {.random = no_randomness}, alive = roam_env_seeded(&prng);
    struct signer a, b;
    make_signer(&a, &prng);
    b = a;
    eddsa_sign(&a.signature, &a.key, &a.message, &dead);
    eddsa_sign(&b.signature, &b.key, &b.message, &dead);
    assert_memory_equal(&a.signature, &b.signature, sizeof a.signature);
    fr_add(&b.message, &b.message, &fr_one);
    eddsa_sign(&b.signature, &b.key, &b.message, &dead);
    assert_false(bjj_equal(&a.signature.r8, &b.signature.r8));
    assert_int_equal(verify(&a), ROAM_OK);
    assert_int_equal(verify(&b), ROAM_OK);
    b.message = a.message;
    b.key.prefix[31] ^= 1;
    eddsa_sign(&b.signature, &b.key, &b.message, &dead);
    assert_false(bjj_equal(&a.signature.r8, &b.signature.r8));
    eddsa_sign(&a.signature, &a.key, &a.message, &alive);
    eddsa_sign(&b.signature, &a.key, &a.message, &alive);
    assert_false(bjj_equal(&a.signature.r8, &b.signature.r8));
    assert_int_equal(verify(&a), ROAM_OK);
    assert_int_equal(verify(&b), ROAM_OK);
}

static void refuse_bytes(const uint8_t bytes[EDDSA_SIGNATURE_SIZE], enum roam_err expected)
{
    eddsa_signature signature;
    assert_int_equal(eddsa_signature_unpack(&signature, bytes), expected);
    count_negative++;
}

static void packing(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    struct signer signer;
    uint8_t bytes[EDDSA_SIGNATURE_SIZE], bad[EDDSA_SIGNATURE_SIZE];
    for (int n = 0; n < 20; n++) {
        eddsa_signature again;
        make_signer(&signer, &prng);
        eddsa_signature_pack(bytes, &signer.signature);
        assert_int_equal(eddsa_signature_unpack(&again, bytes), ROAM_OK);
        assert_memory_equal(&again, &signer.signature, sizeof again);
        count_property++;
    }
    memcpy(bad, bytes, sizeof bad);
    memcpy(bad + 32, bjj_order, 32); /* S = l */
    refuse_bytes(bad, ROAM_E_RANGE);
    memcpy(bad, bytes, sizeof bad);
    memset(bad, 0xff, 32); /* y >= r */
    refuse_bytes(bad, ROAM_E_RANGE);
    memset(bad, 0, 32);
    bad[0] = 1;
    bad[31] = 0x80; /* x = 0 with a sign */
    refuse_bytes(bad, ROAM_E_RANGE);
    bjj_point point;
    bad[31] = 0;
    do bad[0]++; /* to the next y without a point */
    while (bjj_unpack_vartime(&point, bad) == ROAM_OK);
    refuse_bytes(bad, ROAM_E_POINT);
}

static fr next_element(char **rest)
{
    const char *word = strtok_r(NULL, " \n", rest);
    fr out;
    assert_non_null(word);
    assert_int_equal(fr_from_decimal(&out, word, strlen(word)), ROAM_OK);
    return out;
}

static void check_vector(char **rest)
{
    struct signer signer;
    eddsa_signature unpacked;
    uint8_t bytes[EDDSA_SIGNATURE_SIZE];
    char hex[2 * EDDSA_SIGNATURE_SIZE + 1];
    signer.key.public_key.x = next_element(rest);
    signer.key.public_key.y = next_element(rest);
    signer.message = next_element(rest);
    signer.signature.r8.x = next_element(rest);
    signer.signature.r8.y = next_element(rest);
    fr s = next_element(rest); /* S < l < r */
    fr_to_limbs(signer.signature.s.limb, &s);
    assert_int_equal(eddsa_public_key_check_vartime(&signer.key.public_key), ROAM_OK);
    assert_int_equal(verify(&signer), ROAM_OK);
    eddsa_signature_pack(bytes, &signer.signature);
    for (int i = 0; i < EDDSA_SIGNATURE_SIZE; i++) snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(hex, strtok_r(NULL, " \n", rest));
    assert_int_equal(eddsa_signature_unpack(&unpacked, bytes), ROAM_OK);
    assert_memory_equal(&unpacked, &signer.signature, sizeof unpacked);
    fr_sub(&signer.message, &signer.message, &fr_one);
    refuse(&signer, ROAM_E_VERIFY);
}

/* Of points in the subgroup and outside, of torsion alone, of bytes without a point, with S below l and not.
 */
static void unpacking_many_is_unpacking_one(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    enum { MAX = 40 };
    static uint8_t bytes[MAX][EDDSA_SIGNATURE_SIZE];
    static eddsa_signature signatures[MAX];
    static bjj_point keys[MAX];
    const uint8_t *list[MAX];
    enum roam_err errs[MAX];
    for (size_t count = 0; count <= MAX; count++) {
        for (size_t i = 0; i < count; i++) {
            eddsa_signature signature;
            torsion_point(&signature.r8, prng_below(&prng, 8));
            random_scalar(&signature.s, &prng);
            if (prng_below(&prng, 2) == 0) signature.r8 = bjj_identity;
            if (prng_below(&prng, 8) != 0) bjj_add(&signature.r8, &signature.r8, &bjj_base8);
            if (prng_below(&prng, 8) == 0) add_order(&signature.s);
            eddsa_signature_pack(bytes[i], &signature);
            if (prng_below(&prng, 4) == 0) bytes[i][0] ^= 1;
            if (prng_below(&prng, 8) == 0) memset(bytes[i] + 16, 0xff, 16);
            list[i] = bytes[i];
        }
        eddsa_signatures_unpack(signatures, errs, list, count);
        for (size_t i = 0; i < count; i++) {
            eddsa_signature expected;
            assert_int_equal(errs[i], eddsa_signature_unpack(&expected, bytes[i]));
            if (errs[i] == ROAM_OK) assert_memory_equal(&signatures[i], &expected, sizeof expected);
            count_property++;
            count_negative += errs[i] != ROAM_OK;
        }
        eddsa_public_keys_unpack(keys, errs, list, count);
        for (size_t i = 0; i < count; i++) {
            bjj_point expected;
            enum roam_err err = bjj_unpack_vartime(&expected, bytes[i]);
            if (err == ROAM_OK) err = eddsa_public_key_check_vartime(&expected);
            assert_int_equal(errs[i], err);
            if (err == ROAM_OK) assert_true(bjj_equal(&keys[i], &expected));
            count_property++;
            count_negative += err != ROAM_OK;
        }
    }
}

static void circomlibjs_vectors(void **state)
{
    (void)state;
    static char line[4096];
    int lines = 0;
    FILE *file = fopen(TEST_VECTORS_DIR "/eddsa.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest, *word = strtok_r(line, " \n", &rest);
        if (strcmp(word, "sign") != 0) continue;
        check_vector(&rest);
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, 40);
}

int main(int argc, char **argv)
{
    (void)argc;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defects_are_refused),
        cmocka_unit_test(weak_keys_are_refused),
        cmocka_unit_test(circomlibjs_vectors),
        cmocka_unit_test(keys),
        cmocka_unit_test(nonces),
        cmocka_unit_test(packing),
        cmocka_unit_test(unpacking_many_is_unpacking_one),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    failed += prop_run_on_lesser_processors(argv);
    prop_print_counts();
    return failed;
}
