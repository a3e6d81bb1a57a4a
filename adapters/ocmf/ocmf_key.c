#include "ocmf_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <string.h>

#include "hex.h"

enum { KEY_TEXT_MAX = 1024, PREFIX_MAX = 32 };

static const struct ocmf_curve curves[] = {
    {"secp192r1", "secp192r1", "prime192v1", 24, 8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1}},
    {"secp256r1", "secp256r1", "prime256v1", 32, 8, {0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}},
    {"secp384r1", "secp384r1", "secp384r1", 48, 5, {0x2b, 0x81, 4, 0, 34}},
    {"secp192k1", "secp192k1", "secp192k1", 24, 5, {0x2b, 0x81, 4, 0, 31}},
    {"secp256k1", "secp256k1", "secp256k1", 32, 5, {0x2b, 0x81, 4, 0, 10}},
    {"brainpool256r1", "brainpoolP256r1", "brainpoolP256r1", 32, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 7}},
    {"brainpool384r1", "brainpoolP384r1", "brainpoolP384r1", 48, 9, {0x2b, 0x24, 3, 3, 2, 8, 1, 1, 11}},
};
enum { CURVES = sizeof curves / sizeof *curves };

static bool is_text(const char *expected, const char *text, size_t size)
{
    return strlen(expected) == size && memcmp(expected, text, size) == 0;
}

const struct ocmf_curve *ocmf_curve_find(const char *name, size_t name_size)
{
    for (size_t i = 0; i < CURVES; i++)
        if (is_text(curves[i].name, name, name_size) || is_text(curves[i].alias, name, name_size))
            return &curves[i];
    return NULL;
}

/* What stands before X||Y in a SubjectPublicKeyInfo: SEQUENCE { SEQUENCE { id-ecPublicKey, curve }, BIT
 * STRING 04 }. There is one way to write it for each curve, so it is compared, not parsed; explicit curve
 * parameters, which could carry a generator of the forger's choice, never match. */
static size_t spki_prefix(uint8_t prefix[PREFIX_MAX], const struct ocmf_curve *curve)
{
    static const uint8_t ec_public_key[9] = {6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1};
    const uint8_t algorithm_size = (uint8_t)(sizeof ec_public_key + 2 + curve->oid_size);
    const uint8_t bits_size = (uint8_t)(2 + 2 * curve->size);
    uint8_t *p = prefix;
    *p++ = 0x30;
    *p++ = (uint8_t)(2 + algorithm_size + 2 + bits_size);
    *p++ = 0x30;
    *p++ = algorithm_size;
    memcpy(p, ec_public_key, sizeof ec_public_key);
    p += sizeof ec_public_key;
    *p++ = 6;
    *p++ = curve->oid_size;
    memcpy(p, curve->oid, curve->oid_size);
    p += curve->oid_size;
    *p++ = 3;
    *p++ = bits_size;
    *p++ = 0; /* no unused bits */
    *p++ = 4; /* uncompressed */
    return (size_t)(p - prefix);
}

static const struct ocmf_curve *spki_curve(size_t *prefix_size, const uint8_t *key, size_t size)
{
    uint8_t prefix[PREFIX_MAX];
    for (size_t i = 0; i < CURVES; i++) {
        *prefix_size = spki_prefix(prefix, &curves[i]);
        if (size == *prefix_size + 2 * curves[i].size && memcmp(key, prefix, *prefix_size) == 0)
            return &curves[i];
    }
    return NULL;
}

/* Finds X||Y in key and writes it as an uncompressed point. */
static enum roam_err take_point(uint8_t *point, const uint8_t *key, size_t size,
                                const struct ocmf_curve *curve, struct roam_diag *diag)
{
    size_t skip;
    const struct ocmf_curve *named = spki_curve(&skip, key, size);
    if (named != NULL && named != curve)
        return roam_diag(diag, ROAM_E_MISMATCH, "the public key is of %s, the signature of %s", named->name,
                         curve->name);
    if (named == NULL) {
        skip = size == 1 + 2 * curve->size && key[0] == 4 ? 1 : 0;
        if (size != skip + 2 * curve->size)
            return roam_diag(diag, ROAM_E_FORMAT,
                             "public key of %zu bytes: neither SubjectPublicKeyInfo nor a point of %s", size,
                             curve->name);
    }
    point[0] = 4;
    memcpy(point + 1, key + skip, 2 * curve->size);
    return ROAM_OK;
}

/* OpenSSL checks that the point is on the curve; every curve here has cofactor 1. */
static enum roam_err make_key(EVP_PKEY **out, uint8_t *point, const struct ocmf_curve *curve,
                              struct roam_diag *diag)
{
    char group[24];
    memcpy(group, curve->group, strlen(curve->group) + 1);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * curve->size),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (context == NULL) return ROAM_E_NOMEM;
    *out = NULL;
    bool good = EVP_PKEY_fromdata_init(context) == 1 &&
                EVP_PKEY_fromdata(context, out, EVP_PKEY_PUBLIC_KEY, parameters) == 1;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    if (good) return ROAM_OK;
    return roam_diag(diag, ROAM_E_POINT, "the public key is not a point of %s", curve->name);
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static struct ocmf_text trim(struct ocmf_text t)
{
    size_t from = 0, to = t.size;
    while (from < to && is_space(t.text[from])) from++;
    while (from < to && is_space(t.text[to - 1])) to--;
    return (struct ocmf_text){t.text + from, to - from};
}

enum roam_err ocmf_key_load(EVP_PKEY **out, struct ocmf_text text, const struct ocmf_curve *curve,
                            struct roam_diag *diag)
{
    uint8_t key[KEY_TEXT_MAX], point[1 + 2 * OCMF_COORDINATE_MAX];
    struct ocmf_text t = trim(text);
    size_t size = t.size / 2;
    if (t.size > KEY_TEXT_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "public key of %zu characters, at most %d", t.size,
                         KEY_TEXT_MAX);
    if (hex_decode(key, size, t.text, t.size) != ROAM_OK &&
        base64_decode(key, sizeof key, &size, t.text, t.size) != ROAM_OK)
        return roam_diag(diag, ROAM_E_FORMAT, "the public key is neither hexadecimal nor Base64");
    ROAM_TRY(take_point(point, key, size, curve, diag));
    return make_key(out, point, curve, diag);
}
