#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <string.h>

#include "exact_json.h"
#include "hex.h"
#include "ocmf_key.h"
#include "ocmf_split.h"

enum { SIGNATURE_MAX = 256 };

/* The signature section, decoded. */
struct signature {
    const struct ocmf_curve *curve;
    const char *hash;
    uint8_t data[SIGNATURE_MAX];
    size_t size;
};

enum roam_err ocmf_split(struct ocmf_text *payload, struct ocmf_text *signature, struct ocmf_text record,
                         struct roam_diag *diag)
{
    *payload = *signature = (struct ocmf_text){0};
    if (record.size > OCMF_SIZE_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "OCMF: record of %zu bytes, at most %d", record.size,
                         OCMF_SIZE_MAX);
    if (record.size < 5 || memcmp(record.text, "OCMF|", 5) != 0)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: the record does not begin with \"OCMF|\"");
    const char *start = record.text + 5, *end = record.text + record.size;
    const char *pipe = memchr(start, '|', (size_t)(end - start));
    if (pipe == NULL || memchr(pipe + 1, '|', (size_t)(end - pipe - 1)) != NULL)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: the record has not exactly two pipes");
    *payload = (struct ocmf_text){start, (size_t)(pipe - start)};
    *signature = (struct ocmf_text){pipe + 1, (size_t)(end - pipe - 1)};
    return ROAM_OK;
}

/* "ECDSA-secp256r1-SHA256" */
static enum roam_err take_algorithm(struct signature *out, const char *name, struct roam_diag *diag)
{
    static const char *const hashes[] = {"SHA256", "SHA384", "SHA512"};
    const char *curve = strncmp(name, "ECDSA-", 6) == 0 ? name + 6 : NULL;
    const char *dash = curve == NULL ? NULL : strchr(curve, '-');
    if (dash != NULL) {
        out->curve = ocmf_curve_find(curve, (size_t)(dash - curve));
        for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
            if (strcmp(dash + 1, hashes[i]) == 0) out->hash = hashes[i];
    }
    if (out->curve != NULL && out->hash != NULL) return ROAM_OK;
    return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCMF: signature algorithm \"%.60s\"", name);
}

static enum roam_err decode_data(struct signature *out, const char *encoding, const char *text,
                                 struct roam_diag *diag)
{
    size_t text_size = strlen(text);
    enum roam_err err = ROAM_E_UNSUPPORTED;
    if (text_size > SIGNATURE_MAX)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: signature of %zu characters, at most %d", text_size,
                         SIGNATURE_MAX);
    if (strcmp(encoding, "hex") == 0) {
        out->size = text_size / 2;
        err = hex_decode(out->data, out->size, text, text_size);
    } else if (strcmp(encoding, "base64") == 0) {
        err = base64_decode(out->data, sizeof out->data, &out->size, text, text_size);
    }
    if (err == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, err, "OCMF: signature data as \"%.20s\"", encoding);
}

static enum roam_err take_members(struct signature *out, const json_t *section, struct roam_diag *diag)
{
    const char *algorithm, *encoding, *mime, *data;
    if (!json_is_object(section))
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: the signature section is no object");
    ROAM_TRY(json_find_string(&algorithm, section, "SA", diag));
    ROAM_TRY(json_find_string(&encoding, section, "SE", diag));
    ROAM_TRY(json_find_string(&mime, section, "SM", diag));
    ROAM_TRY(json_take_string(&data, section, "SD", diag));
    if (mime != NULL && strcmp(mime, "application/x-der") != 0)
        return roam_diag(diag, ROAM_E_UNSUPPORTED, "OCMF: signature of type \"%.60s\"", mime);
    ROAM_TRY(take_algorithm(out, algorithm != NULL ? algorithm : "ECDSA-secp256r1-SHA256", diag));
    return decode_data(out, encoding != NULL ? encoding : "hex", data, diag);
}

static enum roam_err parse_signature(struct signature *out, struct ocmf_text section, struct roam_diag *diag)
{
    struct exact_json json;
    ROAM_TRY(exact_json_parse(&json, section.text, section.size, diag));
    *out = (struct signature){0};
    enum roam_err err = take_members(out, json.root, diag);
    exact_json_release(&json);
    return err;
}

/* r||s as OpenSSL's structure; NULL if out of memory. */
static ECDSA_SIG *from_halves(const uint8_t *data, size_t half)
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(data, (int)half, NULL), *s = BN_bin2bn(data + half, (int)half, NULL);
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) return pair;
    ECDSA_SIG_free(pair);
    BN_free(r);
    BN_free(s);
    return NULL;
}

static size_t encode(uint8_t der[SIGNATURE_MAX], const ECDSA_SIG *pair)
{
    uint8_t *end = der;
    int size = i2d_ECDSA_SIG(pair, NULL);
    return size > 0 && size <= SIGNATURE_MAX ? (size_t)i2d_ECDSA_SIG(pair, &end) : 0;
}

/* Brings the signature into DER. Data that is a whole DER sequence is taken as that, other data must be r||s:
 * random halves look like DER with a chance of about 2^-32, and are then refused. */
static enum roam_err to_der(uint8_t der[SIGNATURE_MAX], size_t *der_size, const struct signature *signature,
                            struct roam_diag *diag)
{
    const uint8_t *end = signature->data;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &end, (long)signature->size);
    bool whole = pair != NULL && encode(der, pair) == signature->size &&
                 memcmp(der, signature->data, signature->size) == 0;
    ECDSA_SIG_free(pair);
    ERR_clear_error();
    *der_size = signature->size;
    if (whole) return ROAM_OK;
    if (signature->size != 2 * signature->curve->size)
        return roam_diag(diag, ROAM_E_FORMAT, "OCMF: signature of %zu bytes is neither DER nor r||s of %s",
                         signature->size, signature->curve->name);
    pair = from_halves(signature->data, signature->curve->size);
    if (pair == NULL) return ROAM_E_NOMEM;
    *der_size = encode(der, pair);
    ECDSA_SIG_free(pair);
    return *der_size > 0 ? ROAM_OK : ROAM_E_NOMEM;
}

static enum roam_err check(EVP_PKEY *key, const char *hash, const uint8_t *der, size_t der_size,
                           struct ocmf_text payload, struct roam_diag *diag)
{
    EVP_MD *digest = EVP_MD_fetch(NULL, hash, NULL);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int result = -1;
    if (digest != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1)
        result = EVP_DigestVerify(context, der, der_size, (const uint8_t *)payload.text, payload.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_MD_free(digest);
    ERR_clear_error();
    if (result < 0) return ROAM_E_NOMEM;
    return result == 1 ? ROAM_OK
                       : roam_diag(diag, ROAM_E_VERIFY, "OCMF: the signature is not of this payload and key");
}

enum roam_err ocmf_verify(struct ocmf_verdict *out, struct ocmf_text record, struct ocmf_text key,
                          struct roam_diag *diag)
{
    struct ocmf_text payload, section;
    struct signature signature;
    uint8_t der[SIGNATURE_MAX];
    size_t der_size;
    EVP_PKEY *pkey;
    ROAM_TRY(ocmf_split(&payload, &section, record, diag));
    ROAM_TRY(parse_signature(&signature, section, diag));
    ROAM_TRY(to_der(der, &der_size, &signature, diag));
    ROAM_TRY(ocmf_key_load(&pkey, key, signature.curve, diag));
    enum roam_err err = check(pkey, signature.hash, der, der_size, payload, diag);
    EVP_PKEY_free(pkey);
    if (err == ROAM_OK) *out = (struct ocmf_verdict){signature.curve->name, signature.hash};
    return err;
}
