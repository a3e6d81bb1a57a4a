/* Makes signed OCMF records with OpenSSL, for tests: keys, signatures and encodings that owe nothing to
 * adapters/ocmf. */
#ifndef TEST_OCMF_MAKER_H
#define TEST_OCMF_MAKER_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "prop.h"

#include "ocmf.h"

static const struct maker_curve {
    const char *name, *group;
    size_t size;
} maker_curves[7] = {
    {"secp192r1", "prime192v1", 24},
    {"secp256r1", "prime256v1", 32},
    {"secp384r1", "secp384r1", 48},
    {"secp192k1", "secp192k1", 24},
    {"secp256k1", "secp256k1", 32},
    {"brainpool256r1", "brainpoolP256r1", 32},
    {"brainpool384r1", "brainpoolP384r1", 48},
};

enum maker_key_form { MAKER_SPKI, MAKER_POINT, MAKER_XY };

static inline void maker_encode(char *text, const uint8_t *bytes, size_t size, bool base64)
{
    if (base64) {
        EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
        return;
    }
    for (size_t i = 0; i < size; i++) sprintf(text + 2 * i, "%02X", bytes[i]);
}

static inline EVP_PKEY *maker_key(const struct maker_curve *curve)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve->group);
    assert_non_null(key);
    return key;
}

static inline size_t maker_public_bytes(uint8_t out[256], EVP_PKEY *key, enum maker_key_form form)
{
    size_t size = 0;
    if (form == MAKER_SPKI) {
        uint8_t *end = out;
        return (size_t)i2d_PUBKEY(key, &end);
    }
    assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out, 256, &size), 1);
    assert_int_equal(out[0], 4);
    if (form == MAKER_POINT) return size;
    memmove(out, out + 1, size - 1);
    return size - 1;
}

static inline struct ocmf_text maker_public(char text[600], EVP_PKEY *key, enum maker_key_form form,
                                            bool base64)
{
    uint8_t bytes[256];
    maker_encode(text, bytes, maker_public_bytes(bytes, key, form), base64);
    return (struct ocmf_text){text, strlen(text)};
}

/* The signature as DER, or as r||s of two halves of half bytes. */
static inline size_t maker_sign(uint8_t out[256], EVP_PKEY *key, const char *hash, const char *payload,
                                bool raw, size_t half)
{
    size_t size = 256;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit_ex(context, NULL, hash, NULL, NULL, key, NULL), 1);
    assert_int_equal(EVP_DigestSign(context, out, &size, (const uint8_t *)payload, strlen(payload)), 1);
    EVP_MD_CTX_free(context);
    if (!raw) return size;
    const uint8_t *end = out;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &end, (long)size);
    assert_non_null(pair);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, (int)half);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, (int)half);
    ECDSA_SIG_free(pair);
    return 2 * half;
}

/* OCMF|payload|{...} for secp256r1 with the defaults of the format. */
static inline struct ocmf_text maker_record(char *out, size_t out_size, EVP_PKEY *key, const char *payload)
{
    uint8_t signature[256];
    char text[600];
    maker_encode(text, signature, maker_sign(signature, key, "SHA256", payload, false, 32), false);
    int size = snprintf(out, out_size, "OCMF|%s|{\"SD\":\"%s\"}", payload, text);
    assert_true(size > 0 && (size_t)size < out_size);
    return (struct ocmf_text){out, (size_t)size};
}

#endif
