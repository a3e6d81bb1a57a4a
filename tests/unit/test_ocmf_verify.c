/* Signatures of OCMF records: real ones, made ones on every curve and in every encoding, and broken ones. */
#include <dirent.h>
#include <string.h>

#include "ocmf_maker.h"

#include "file.h"
#include "ocmf_xml.h"
#include "shared_data.h"

static const char payload_text[] =
    "{\"FV\":\"1.0\",\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[{\"TM\":\"2021-10-26T10:20:52,000+0200 "
    "S\",\"TX\":\"B\",\"RV\":9.038,\"RI\":\"1-0:1.8.0\",\"RU\":\"kWh\",\"ST\":\"G\"}]}";

static enum roam_err verify(const char *record, size_t size, struct ocmf_text key, struct roam_diag *diag)
{
    struct ocmf_verdict verdict = {NULL, NULL};
    roam_diag_clear(diag);
    enum roam_err err = ocmf_verify(&verdict, (struct ocmf_text){record, size}, key, diag);
    assert_true((err == ROAM_OK) == (verdict.curve != NULL));
    return err;
}

static void expect(enum roam_err expected, const char *record, struct ocmf_text key, const char *what)
{
    struct roam_diag diag;
    enum roam_err err = verify(record, strlen(record), key, &diag);
    if (err != expected)
        fail_msg("%s: expected %s, got %s: %s", what, roam_err_name(expected), roam_err_name(err), diag.text);
    if (err != ROAM_OK) count_negative++;
}

/* Every value of a file; returns how many were judged, all as expected. */
static unsigned judge_file(const char *path, bool good)
{
    struct roam_diag diag = {0};
    struct ocmf_values values;
    uint8_t *data;
    size_t size;
    if (file_read(&data, &size, path, OCMF_XML_SIZE_MAX, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    if (ocmf_xml_read(&values, data, size, &diag) != ROAM_OK) fail_msg("%s: %s", path, diag.text);
    free(data);
    for (size_t i = 0; i < values.count; i++) {
        const struct ocmf_value *value = &values.value[i];
        assert_string_equal(value->format, "OCMF");
        enum roam_err err = verify(value->record.text, value->record.size, value->key, &diag);
        if (err != (good ? ROAM_OK : ROAM_E_VERIFY))
            fail_msg("%s value %zu: %s: %s", path, i, roam_err_name(err), diag.text);
    }
    unsigned count = (unsigned)values.count;
    ocmf_values_release(&values);
    return count;
}

static void real_records(void **state)
{
    (void)state;
    char folder[1024], path[2048];
    unsigned good = 0, bad = 0;
    if (!shared_data_path(folder, sizeof folder, "ocmf")) return;
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        const char *end = strrchr(entry->d_name, '.');
        if (end == NULL || strcmp(end, ".xml") != 0) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        bool is_good = strstr(entry->d_name, "_fail") == NULL;
        *(is_good ? &good : &bad) += judge_file(path, is_good);
    }
    closedir(entries);
    print_message("real records: %u valid, %u invalid\n", good, bad);
    assert_true(good > 0 && bad > 0);
    count_property += good;
    count_negative += bad;
}

/* One way to write a record and its key. */
struct form {
    bool raw, signature_base64, key_base64;
    enum maker_key_form key_form;
    const char *hash;
};

static void one_form(const struct maker_curve *curve, EVP_PKEY *pkey, struct form form)
{
    uint8_t signature[256], key_bytes[256];
    char record[2048], signature_text[600], key_text[600], what[100];
    size_t size = maker_sign(signature, pkey, form.hash, payload_text, form.raw, curve->size);
    ROAM_ASSERT(size > 0);
    snprintf(what, sizeof what, "%s %s raw %d base64 %d key %d/%d", curve->name, form.hash, form.raw,
             form.signature_base64, form.key_form, form.key_base64);
    struct ocmf_text key = maker_public(key_text, pkey, form.key_form, form.key_base64);
    maker_encode(signature_text, signature, size, form.signature_base64);
    const char *const pattern = "OCMF|%s|{\"SA\":\"ECDSA-%s-%s\",%s\"SD\":\"%s\"}";
    const char *encoding = form.signature_base64 ? "\"SE\":\"base64\"," : "";
    snprintf(record, sizeof record, pattern, payload_text, curve->name, form.hash, encoding, signature_text);
    expect(ROAM_OK, record, key, what);
    count_property++;

    char *digit = strstr(record, "9.038");
    digit[4] ^= 1;
    expect(ROAM_E_VERIFY, record, key, what);
    digit[4] ^= 1;

    signature[size - 1] ^= 1;
    maker_encode(signature_text, signature, size, form.signature_base64);
    snprintf(record, sizeof record, pattern, payload_text, curve->name, form.hash, encoding, signature_text);
    expect(ROAM_E_VERIFY, record, key, what);
    signature[size - 1] ^= 1;
    maker_encode(signature_text, signature, size, form.signature_base64);
    snprintf(record, sizeof record, pattern, payload_text, curve->name, form.hash, encoding, signature_text);

    size_t key_size = maker_public_bytes(key_bytes, pkey, form.key_form);
    key_bytes[key_size - 1] ^= 1; /* y + 1 or y - 1 is not on the curve */
    maker_encode(key_text, key_bytes, key_size, form.key_base64);
    expect(ROAM_E_POINT, record, key, what);
}

static void every_curve_and_form(void **state)
{
    (void)state;
    static const char *const hashes[] = {"SHA256", "SHA384", "SHA512"};
    for (size_t c = 0; c < 7; c++) {
        EVP_PKEY *pkey = maker_key(&maker_curves[c]);
        for (unsigned bits = 0; bits < 24; bits++) {
            struct form form = {bits & 1, bits >> 1 & 1, bits >> 2 & 1, (enum maker_key_form)(bits >> 3),
                                "SHA256"};
            one_form(&maker_curves[c], pkey, form);
        }
        for (size_t h = 1; h < 3; h++) one_form(&maker_curves[c], pkey, (struct form){.hash = hashes[h]});
        EVP_PKEY_free(pkey);
    }
}

/* The key of another curve, as SubjectPublicKeyInfo and as a bare point. */
static void key_of_another_curve(void **state)
{
    (void)state;
    char record[2048], text[600];
    EVP_PKEY *signer = maker_key(&maker_curves[1]);
    maker_record(record, sizeof record, signer, payload_text);
    for (size_t c = 0; c < 7; c++) {
        if (c == 1) continue;
        EVP_PKEY *other = maker_key(&maker_curves[c]);
        expect(ROAM_E_MISMATCH, record, maker_public(text, other, MAKER_SPKI, false), maker_curves[c].name);
        bool same_size = maker_curves[c].size == 32;
        expect(same_size ? ROAM_E_POINT : ROAM_E_FORMAT, record, maker_public(text, other, MAKER_XY, false),
               maker_curves[c].name);
        EVP_PKEY_free(other);
    }
    EVP_PKEY *stranger = maker_key(&maker_curves[1]);
    expect(ROAM_E_VERIFY, record, maker_public(text, stranger, MAKER_SPKI, true), "another key of the curve");
    EVP_PKEY_free(stranger);
    EVP_PKEY_free(signer);
}

static void malformed_keys(void **state)
{
    (void)state;
    char record[2048], text[600], spaced[700];
    EVP_PKEY *signer = maker_key(&maker_curves[1]);
    maker_record(record, sizeof record, signer, payload_text);
    struct ocmf_text key = maker_public(text, signer, MAKER_SPKI, false);
    snprintf(spaced, sizeof spaced, " \r\n%s\t\n", text);
    expect(ROAM_OK, record, (struct ocmf_text){spaced, strlen(spaced)}, "white space");
    for (size_t size = 0; size < key.size; size++) /* 64 bytes of it look like X||Y */
        expect(size == 128 ? ROAM_E_POINT : ROAM_E_FORMAT, record, (struct ocmf_text){text, size},
               "key cut short");
    for (size_t i = 0; i < 27 * 2; i++) { /* every bit pattern of the prefix counts */
        char kept = text[i];
        text[i] = kept == '0' ? '1' : '0';
        expect(ROAM_E_FORMAT, record, key, "key prefix");
        text[i] = kept;
    }
    static char long_key[1026];
    memset(long_key, '0', sizeof long_key);
    expect(ROAM_E_LIMIT, record, (struct ocmf_text){long_key, sizeof long_key}, "long key");
    expect(ROAM_E_FORMAT, record, (struct ocmf_text){"MF*=", 4}, "neither hex nor Base64");
    EVP_PKEY_free(signer);
}

static void malformed_records(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *record;
    } table[] = {
        {ROAM_E_FORMAT, ""},
        {ROAM_E_FORMAT, "OCMF"},
        {ROAM_E_FORMAT, "OCMF|"},
        {ROAM_E_FORMAT, "OCMF|{}"},
        {ROAM_E_FORMAT, "ocmf|{}|{\"SD\":\"00\"}"},
        {ROAM_E_FORMAT, " OCMF|{}|{\"SD\":\"00\"}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"00\"}|"},
        {ROAM_E_FORMAT, "OCMF|{}|"},
        {ROAM_E_FORMAT, "OCMF|{}|[]"},
        {ROAM_E_FORMAT, "OCMF|{}|{}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":5}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"0\"}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"xx\"}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"\"}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"3006020101020101\",\"SD\":\"00\"}"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"3006020101020101\"} x"},
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"308106020101020101\"}"}, /* length in the long form */
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"300702020001020101\"}"}, /* r with a needless zero */
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"300602010102010100\"}"}, /* a byte too many */
        {ROAM_E_FORMAT, "OCMF|{}|{\"SE\":\"base64\",\"SD\":\"MAYC\\n\"}"},
        {ROAM_E_VERIFY, "OCMF|{}|{\"SD\":\"3006020101020101\"}"},
        {ROAM_E_VERIFY, "OCMF|{}|{\"SD\":\"3006020100020100\"}"}, /* r = s = 0 */
        {ROAM_E_FORMAT, "OCMF|{}|{\"SD\":\"30060201ff0201ff\"}"}, /* negative */
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SE\":\"base32\",\"SD\":\"00\"}"},
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SM\":\"text/plain\",\"SD\":\"00\"}"},
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SA\":\"RSA-2048-SHA256\",\"SD\":\"00\"}"},
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SA\":\"ECDSA-secp256r1\",\"SD\":\"00\"}"},
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SA\":\"ECDSA-secp256r1-SHA1\",\"SD\":\"00\"}"},
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SA\":\"ECDSA-secp521r1-SHA256\",\"SD\":\"00\"}"},
        {ROAM_E_UNSUPPORTED, "OCMF|{}|{\"SA\":\"\",\"SD\":\"00\"}"},
    };
    char text[600];
    EVP_PKEY *signer = maker_key(&maker_curves[1]);
    struct ocmf_text key = maker_public(text, signer, MAKER_SPKI, false);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(table[i].err, table[i].record, key, table[i].record);
    EVP_PKEY_free(signer);
}

static void long_records(void **state)
{
    (void)state;
    static char record[OCMF_SIZE_MAX + 2];
    memset(record, ' ', OCMF_SIZE_MAX + 1);
    memcpy(record, "OCMF|", 5);
    expect(ROAM_E_LIMIT, record, (struct ocmf_text){"", 0}, "record");
    memset(record, '0', 700);
    memcpy(record, "OCMF|{}|{\"SD\":\"", 15);
    memcpy(record + 700, "\"}", 3);
    expect(ROAM_E_FORMAT, record, (struct ocmf_text){"", 0}, "signature");
}

/* A record cut anywhere, and one with any byte of its payload changed, is never valid. */
static void cut_and_changed(void **state)
{
    (void)state;
    char record[2048], text[600];
    struct roam_diag diag;
    EVP_PKEY *signer = maker_key(&maker_curves[1]);
    struct ocmf_text whole = maker_record(record, sizeof record, signer, payload_text);
    struct ocmf_text key = maker_public(text, signer, MAKER_SPKI, false);
    for (size_t size = 0; size < whole.size; size++) {
        char *copy = malloc(size + 1); /* so that a read past the end is seen by the sanitizer */
        memcpy(copy, record, size);
        assert_int_equal(verify(copy, size, key, &diag), ROAM_E_FORMAT);
        free(copy);
        count_negative++;
    }
    for (size_t i = 5; i < 5 + strlen(payload_text); i++) {
        for (int bit = 0; bit < 8; bit++) {
            record[i] = (char)(record[i] ^ 1 << bit);
            enum roam_err err = verify(record, whole.size, key, &diag);
            assert_int_equal(err, record[i] == '|' ? ROAM_E_FORMAT : ROAM_E_VERIFY);
            record[i] = (char)(record[i] ^ 1 << bit);
            count_negative++;
        }
    }
    expect(ROAM_OK, record, key, "restored");
    EVP_PKEY_free(signer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_records),         cmocka_unit_test(every_curve_and_form),
        cmocka_unit_test(key_of_another_curve), cmocka_unit_test(malformed_keys),
        cmocka_unit_test(malformed_records),    cmocka_unit_test(long_records),
        cmocka_unit_test(cut_and_changed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
