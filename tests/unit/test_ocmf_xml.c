/* The transparency XML: encodings, and what is refused. */
#include <string.h>

#include "prop.h"

#include "ocmf_xml.h"

static enum roam_err read_text(struct ocmf_values *out, const char *text, struct roam_diag *diag)
{
    roam_diag_clear(diag);
    return ocmf_xml_read(out, (const uint8_t *)text, strlen(text), diag);
}

static void assert_text(struct ocmf_text text, const char *expected)
{
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.text, expected, text.size);
}

static void values_in_order(void **state)
{
    (void)state;
    struct roam_diag diag;
    struct ocmf_values values;
    const char *text =
        "<?xml version='1.0'?><!-- c --><values>\n"
        "<value transactionId='1' context='Transaction.Begin'><signedData> OCMF|a|b\n</signedData>"
        "<publicKey encoding='plain'> 0a </publicKey></value>\n"
        "<value><signedData format='OCMF' encoding='base64' transactionId='2'>T0NN\n "
        "RnxhfGI=</signedData></value>"
        "<value><publicKey/><signedData format='EDL_40_P' encoding='hex'>4f 43</signedData></value>"
        "<other/><value><signedData encoding='plain'><![CDATA[OCMF|<&|]]><!-- x "
        "-->c</signedData></value></values>";
    if (read_text(&values, text, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(values.count, 4);
    assert_text(values.value[0].record, "OCMF|a|b");
    assert_text(values.value[0].key, "0a");
    assert_string_equal(values.value[0].format, "OCMF");
    assert_string_equal(values.value[0].transaction, "1");
    assert_string_equal(values.value[0].context, "Transaction.Begin");
    assert_text(values.value[1].record, "OCMF|a|b");
    assert_text(values.value[1].key, "");
    assert_string_equal(values.value[1].transaction, "2");
    assert_text(values.value[2].record, "OC");
    assert_string_equal(values.value[2].format, "EDL_40_P");
    assert_text(values.value[3].record, "OCMF|<&|c");
    ocmf_values_release(&values);
    assert_int_equal(read_text(&values, "<values/>", &diag), ROAM_OK);
    assert_int_equal(values.count, 0);
    ocmf_values_release(&values);
}

#define ONE(attributes, content)                                                                             \
    "<values><value><signedData" attributes ">" content "</signedData></value></values>"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void refused(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *text;
    } table[] = {
        {ROAM_E_FORMAT, ""},
        {ROAM_E_FORMAT, "OCMF|{}|{}"},
        {ROAM_E_FORMAT, "<values>"},
        {ROAM_E_FORMAT, "<value/>"},
        {ROAM_E_FORMAT, "<values><value/></values>"},
        {ROAM_E_FORMAT, "<values><value><publicKey>00</publicKey></value></values>"},
        {ROAM_E_FORMAT, ONE("", "OCMF|<b/>")},
        {ROAM_E_FORMAT, ONE(" encoding='base64'", "T0N")},
        {ROAM_E_FORMAT, ONE(" encoding='hex'", "4g")},
        {ROAM_E_FORMAT, ONE(" encoding='hex'", "4")},
        {ROAM_E_FORMAT, ONE("", "&unknown;")},
        {ROAM_E_UNSUPPORTED, ONE(" encoding='base32'", "4")},
        {ROAM_E_LIMIT, ONE(" format='" A64 "'", "OCMF")},
        {ROAM_E_FORMAT, "<!DOCTYPE values><values/>"},
        {ROAM_E_FORMAT, "<!DOCTYPE values SYSTEM 'http://127.0.0.1/x.dtd'><values/>"},
        {ROAM_E_FORMAT, "<!DOCTYPE values [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" ONE("", "&x;")},
        {ROAM_E_FORMAT,
         "<!DOCTYPE values [<!ENTITY a 'OCMF'><!ENTITY b '&a;&a;&a;&a;'>]>" ONE("", "&b;&b;&b;")},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ocmf_values values;
        struct roam_diag diag;
        enum roam_err err = read_text(&values, table[i].text, &diag);
        if (err != table[i].err) fail_msg("%s: %s: %s", table[i].text, roam_err_name(err), diag.text);
        count_negative++;
    }
}

/* count times text, then more. */
static char *repeat(const char *before, const char *text, size_t count, const char *after)
{
    size_t size = strlen(text);
    char *out = malloc(strlen(before) + count * size + strlen(after) + 1), *end = out;
    assert_non_null(out);
    end = stpcpy(end, before);
    for (size_t i = 0; i < count; i++) end = stpcpy(end, text);
    strcpy(end, after);
    return out;
}

static void limits(void **state)
{
    (void)state;
    struct roam_diag diag;
    struct ocmf_values values;
    const char *value = "<value><signedData>x</signedData></value>";
    char *many = repeat("<values>", value, OCMF_XML_VALUES_MAX + 1, "</values>");
    assert_int_equal(read_text(&values, many, &diag), ROAM_E_LIMIT);
    free(many);
    char *fits = repeat("<values>", value, 1000, "</values>");
    assert_int_equal(read_text(&values, fits, &diag), ROAM_OK);
    assert_int_equal(values.count, 1000);
    ocmf_values_release(&values);
    free(fits);
    char *deep = repeat("<values>", "<a>", 1000, "");
    assert_int_equal(read_text(&values, deep, &diag), ROAM_E_FORMAT);
    free(deep);
    char *large = repeat("<values>", " ", OCMF_XML_SIZE_MAX, "</values>");
    assert_int_equal(read_text(&values, large, &diag), ROAM_E_LIMIT);
    free(large);
    count_negative += 3;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_in_order), cmocka_unit_test(refused),
                                       cmocka_unit_test(limits)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
