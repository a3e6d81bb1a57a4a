/* From signed readings to the energy of a session, and every reason to refuse. */
#include <string.h>

#include "ocmf_maker.h"

#include "file.h"
#include "ocmf_xml.h"
#include "shared_data.h"

enum { RECORD_SIZE = 4096 };
static EVP_PKEY *signer;
static char key_text[600];
static struct ocmf_text key;

#define HEAD  "{\"FV\":\"1.1\",\"GS\":\"g7\",\"PG\":\"T7\",\"MS\":\"m7\",\"TT\":\"tariff 1\",\"RD\":["
#define HEAD8 "{\"FV\":\"1.1\",\"GS\":\"g7\",\"PG\":\"T8\",\"MS\":\"m7\",\"TT\":\"tariff 1\",\"RD\":["
#define BEGIN                                                                                                \
    "{\"TM\":\"2024-02-29T23:59:59,500+0100 "                                                                \
    "S\",\"TX\":\"B\",\"RV\":100.2,\"RI\":\"1-0:1.8.0\",\"RU\":\"kWh\",\"ST\":\"G\"}"
#define END                                                                                                  \
    "{\"TM\":\"2024-03-01T00:30:00,000+0100 "                                                                \
    "S\",\"TX\":\"E\",\"RV\":112.3456,\"RI\":\"1-0:1.8.0\",\"RU\":\"kWh\","                                  \
    "\"ST\":\"G\"}"
#define TAIL "]}"

static int set_up(void **state)
{
    (void)state;
    signer = maker_key(&maker_curves[1]);
    key = maker_public(key_text, signer, MAKER_SPKI, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(signer);
    return 0;
}

/* Signs the payloads and derives the session; second may be NULL. */
static enum roam_err derive(struct ocmf_session *out, const char *first, const char *second,
                            const char *wanted, struct roam_diag *diag)
{
    static char text[2][RECORD_SIZE];
    struct ocmf_text records[2];
    roam_diag_clear(diag);
    records[0] = maker_record(text[0], RECORD_SIZE, signer, first);
    if (second != NULL) records[1] = maker_record(text[1], RECORD_SIZE, signer, second);
    return ocmf_session(out, records, second == NULL ? 1 : 2, key, wanted, diag);
}

static void check_values(const struct ocmf_session *s)
{
    assert_int_equal(s->start_value, 1002000);
    assert_int_equal(s->end_value, 1123456);
    assert_int_equal(s->energy, 121456);
    assert_int_equal(s->start_ms, INT64_C(1709247599500)); /* date -d 2024-02-29T22:59:59.5Z +%s%3N */
    assert_int_equal(s->end_ms, INT64_C(1709249400000));
    assert_int_equal(s->start_time_status, 'S');
    assert_string_equal(s->meter_serial, "m7");
    assert_string_equal(s->gateway_serial, "g7");
    assert_string_equal(s->register_id, "1-0:1.8.0");
}

static void accepted(void **state)
{
    (void)state;
    struct roam_diag diag = {0};
    struct ocmf_session s;
    if (derive(&s, HEAD BEGIN "," END TAIL, NULL, NULL, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    check_values(&s);
    assert_int_equal(s.pages_missing, 0);
    if (derive(&s, HEAD BEGIN TAIL, HEAD8 END TAIL, NULL, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    check_values(&s);
    if (derive(&s, HEAD BEGIN TAIL, HEAD8 BEGIN "," END TAIL, "1-0:1.8.0", &diag) != ROAM_OK)
        fail_msg("%s", diag.text);
    check_values(&s);
    static const char *const ends[] = {"E", "L", "R", "A", "P"};
    for (size_t i = 0; i < 5; i++) {
        char payload[RECORD_SIZE];
        snprintf(payload, sizeof payload, "%s%s", HEAD BEGIN, "," END TAIL);
        strstr(payload, "\"E\"")[1] = ends[i][0];
        assert_int_equal(derive(&s, payload, NULL, NULL, &diag), ROAM_OK);
        check_values(&s);
    }
}

static void evidence_is_sha256_of_the_bytes(void **state)
{
    (void)state;
    char text[2][RECORD_SIZE], both[2 * RECORD_SIZE];
    struct ocmf_text records[2] = {maker_record(text[0], RECORD_SIZE, signer, HEAD BEGIN TAIL),
                                   maker_record(text[1], RECORD_SIZE, signer, HEAD8 END TAIL)};
    struct ocmf_session s;
    uint8_t expected[32];
    size_t size = 0;
    assert_int_equal(ocmf_session(&s, records, 2, key, NULL, NULL), ROAM_OK);
    snprintf(both, sizeof both, "%s%s", text[0], text[1]);
    assert_int_equal(EVP_Q_digest(NULL, "SHA256", NULL, both, strlen(both), expected, &size), 1);
    assert_memory_equal(s.evidence, expected, 32);
}

static void fields_are_inherited(void **state)
{
    (void)state;
    struct ocmf_session s;
    struct roam_diag diag = {0};
    const char *payload = HEAD BEGIN
        ",{\"RV\":5,\"RI\":\"1-0:2.8.0\",\"RU\":\"kWh\"},"
        "{\"TX\":\"C\",\"RV\":\"   100.3 \",\"RI\":\"1-0:1.8.0\",\"RU\":\"kWh\"},"
        "{\"RV\":100.4},{\"TM\":\"2024-03-01T00:30:00,000+0100 R\",\"TX\":\"E\",\"RV\":100.5}" TAIL;
    if (derive(&s, payload, NULL, NULL, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    assert_int_equal(s.energy, 3000);
    assert_int_equal(s.end_time_status, 'R');
    if (derive(&s, payload, NULL, "1-0:2.8.0", &diag) != ROAM_E_NOTFOUND) fail_msg("%s", diag.text);
    count_negative++;
}

/* Registers that count as energy import when none is asked for; Wh and kWh. */
static void register_choice(void **state)
{
    (void)state;
    static const struct {
        const char *id, *unit;
        enum roam_err err;
        uint64_t energy;
    } table[] = {
        {"1-0:1.8.0", "kWh", ROAM_OK, 50000},
        {"1-b:1.8.0", "kWh", ROAM_OK, 50000},
        {"01-00:01.08.00.FF", "Wh", ROAM_OK, 50},
        {"01-0B:01.08.00*FF", "kWh", ROAM_OK, 50000},
        {"01-00:B0.08.00*FF", "kWh", ROAM_OK, 50000},
        {"01-00:b3.08.00*FF", "kWh", ROAM_OK, 50000},
        {"01-00:B4.08.00*FF", "kWh", ROAM_E_NOTFOUND, 0},
        {"01-00:C0.08.00*FF", "kWh", ROAM_E_NOTFOUND, 0},
        {"1-0:2.8.0", "kWh", ROAM_E_NOTFOUND, 0},
        {"1-0:1.7.0", "kWh", ROAM_E_NOTFOUND, 0},
        {"1-0:1.8.0", "sec", ROAM_E_NOTFOUND, 0},
        {"1-0:11.8.0", "kWh", ROAM_E_NOTFOUND, 0},
        {"1.8.0", "kWh", ROAM_E_NOTFOUND, 0},
        {"1-0:", "kWh", ROAM_E_NOTFOUND, 0},
        {"", "kWh", ROAM_E_NOTFOUND, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char payload[RECORD_SIZE];
        struct ocmf_session s;
        struct roam_diag diag = {0};
        snprintf(payload, sizeof payload,
                 HEAD "{\"TM\":\"2024-03-01T00:30:00,000+0100 "
                      "S\",\"TX\":\"B\",\"RV\":1,\"RI\":\"%s\",\"RU\":\"%s\",\"ST\":"
                      "\"G\"},{\"TX\":\"E\",\"RV\":6}" TAIL,
                 table[i].id, table[i].unit);
        enum roam_err err = derive(&s, payload, NULL, NULL, &diag);
        if (err != table[i].err) fail_msg("%s: %s: %s", table[i].id, roam_err_name(err), diag.text);
        if (err == ROAM_OK)
            assert_int_equal(s.energy, table[i].energy);
        else
            count_negative++;
    }
}

#define OTHER(gs, pg, ms, tt)                                                                                \
    "{\"GS\":\"" gs "\",\"PG\":\"" pg "\",\"MS\":\"" ms "\",\"TT\":\"" tt "\",\"RD\":[" END "]}"
#define ENTRY(tm, tx, rv, more) ",{\"TM\":\"" tm "\",\"TX\":\"" tx "\",\"RV\":" rv more "}"
#define LATER                   "2024-03-01T00:30:00,000+0100 S"

static void refused(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *word, *first, *second;
    } table[] = {
        {ROAM_E_MISMATCH, "meter serial", HEAD BEGIN TAIL, OTHER("g7", "T8", "m8", "tariff 1")},
        {ROAM_E_MISMATCH, "gateway serial", HEAD BEGIN TAIL, OTHER("g8", "T8", "m7", "tariff 1")},
        {ROAM_E_MISMATCH, "tariff text", HEAD BEGIN TAIL, OTHER("g7", "T8", "m7", "tariff 2")},
        {ROAM_E_MISMATCH, "pages T and then F", HEAD BEGIN TAIL, OTHER("g7", "F8", "m7", "tariff 1")},
        {ROAM_E_RANGE, "page 7 and then 7", HEAD BEGIN TAIL, OTHER("g7", "T7", "m7", "tariff 1")},
        {ROAM_E_RANGE, "page 7 and then 6", HEAD BEGIN TAIL, OTHER("g7", "T6", "m7", "tariff 1")},
        {ROAM_E_NOTFOUND, "no End", HEAD BEGIN TAIL, NULL},
        {ROAM_E_NOTFOUND, "no Begin", HEAD END TAIL, NULL},
        {ROAM_E_NOTFOUND, "no End", HEAD END "," BEGIN TAIL, NULL},
        {ROAM_E_MISMATCH, "changes its unit",
         HEAD BEGIN ENTRY(LATER, "E", "200000", ",\"RI\":\"1-0:1.8.0\",\"RU\":\"Wh\"") TAIL, NULL},
        {ROAM_E_MISMATCH, "two different Begin", HEAD BEGIN ENTRY(LATER, "B", "100.2", "") "," END TAIL,
         NULL},
        {ROAM_E_MISMATCH, "two different Begin",
         HEAD BEGIN ENTRY("2024-02-29T23:59:59,500+0100 S", "B", "100.3", "") "," END TAIL, NULL},
        {ROAM_E_MISMATCH, "after its end", HEAD BEGIN "," END "," END TAIL, NULL},
        {ROAM_E_RANGE, "status is E", HEAD BEGIN ENTRY(LATER, "E", "101", ",\"ST\":\"E\"") TAIL, NULL},
        {ROAM_E_RANGE, "status is T",
         HEAD BEGIN ENTRY(LATER, "C", "101", ",\"ST\":\"T\"") ENTRY(LATER, "E", "101", ",\"ST\":\"G\"") TAIL,
         NULL},
        {ROAM_E_RANGE, "status is M",
         HEAD "{\"TM\":\"" LATER
              "\",\"TX\":\"B\",\"RV\":1,\"RI\":\"1-0:1.8.0\",\"RU\":\"kWh\",\"ST\":\"M\"}" ENTRY(
                  LATER, "E", "2", "") TAIL,
         NULL},
        {ROAM_E_RANGE, "reports an error", HEAD BEGIN ENTRY(LATER, "E", "101", ",\"EF\":\"tE\"") TAIL, NULL},
        {ROAM_E_RANGE, "reports an error",
         HEAD BEGIN ENTRY(LATER, "X", "101", "") ENTRY(LATER, "E", "101", "") TAIL, NULL},
        {ROAM_E_RANGE, "time goes backwards by 1 ms",
         HEAD BEGIN ENTRY("2024-02-29T22:59:59,499+0000 S", "E", "101", "") TAIL, NULL},
        {ROAM_E_RANGE, "goes back from 1002000 to 1001999", HEAD BEGIN ENTRY(LATER, "E", "100.1999", "") TAIL,
         NULL},
        {ROAM_E_RANGE, "goes back from 1003000",
         HEAD BEGIN ENTRY(LATER, "C", "100.3", "") ENTRY(LATER, "E", "100.25", "") TAIL, NULL},
        {ROAM_E_RANGE, "finer than 0.1 Wh", HEAD BEGIN ENTRY(LATER, "E", "101.00001", "") TAIL, NULL},
        {ROAM_E_RANGE, "finer than 0.1 Wh", HEAD BEGIN ENTRY(LATER, "E", "-101", "") TAIL, NULL},
        {ROAM_E_NOTFOUND, "no End", HEAD BEGIN ",{\"TM\":\"" LATER "\",\"TX\":\"E\"}" TAIL, NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ocmf_session s;
        struct roam_diag diag = {0};
        enum roam_err err = derive(&s, table[i].first, table[i].second, NULL, &diag);
        if (err != table[i].err || strstr(diag.text, table[i].word) == NULL)
            fail_msg("row %zu: expected %s \"%s\", got %s: %s", i, roam_err_name(table[i].err), table[i].word,
                     roam_err_name(err), diag.text);
        count_negative++;
    }
}

static void payload_is_parsed_strictly(void **state)
{
    (void)state;
    static const struct {
        enum roam_err err;
        const char *payload;
    } table[] = {
        {ROAM_E_FORMAT, "[]"},
        {ROAM_E_FORMAT, "{}"},
        {ROAM_E_FORMAT, "{\"GS\":\"\",\"PG\":\"T1\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"X1\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1x\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1234567890123456789\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":1,\"PG\":\"T1\",\"RD\":[" BEGIN "]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1\"}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[5]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[{\"ST\":\"G\"}]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[{\"TM\":\"" LATER "\"}]}"},
        {ROAM_E_FORMAT, "{\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[{\"TM\":\"" LATER "\",\"ST\":\"Q\"}]}"},
        {ROAM_E_FORMAT,
         "{\"GS\":\"1\",\"PG\":\"T1\",\"RD\":[{\"TM\":\"" LATER "\",\"ST\":\"G\",\"TX\":\"Z\"}]}"},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RI\":\"1-0:1.8.0\"}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RU\":\"kWh\"}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RV\":\"\"}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RV\":\"1 2\"}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RV\":\"1,5\"}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RV\":true}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ",{\"RV\":01}" TAIL},
        {ROAM_E_RANGE, HEAD BEGIN ",{\"RV\":1e99}" TAIL},
        {ROAM_E_LIMIT, HEAD BEGIN ",{\"RI\":\"12345678901234567890123456789012\",\"RU\":\"kWh\"}" TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-02-30T00:30:00,000+0100 S", "E", "101", "") TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-03-01T24:30:00,000+0100 S", "E", "101", "") TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-03-01T00:30:00.000+0100 S", "E", "101", "") TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-03-01T00:30:00,000Z0100 S", "E", "101", "") TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-03-01T00:30:00,000+2500 S", "E", "101", "") TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-03-01T00:30:00,000+0100 Q", "E", "101", "") TAIL},
        {ROAM_E_FORMAT, HEAD BEGIN ENTRY("2024-03-01T00:30:00,000+0100", "E", "101", "") TAIL},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ocmf_session s;
        struct roam_diag diag = {0};
        enum roam_err err = derive(&s, table[i].payload, NULL, NULL, &diag);
        if (err != table[i].err) fail_msg("row %zu: %s: %s", i, roam_err_name(err), diag.text);
        count_negative++;
    }
}

static void counts_and_signatures(void **state)
{
    (void)state;
    static char text[RECORD_SIZE];
    struct ocmf_session s;
    struct ocmf_text records[OCMF_RECORDS_MAX + 1];
    records[0] = maker_record(text, sizeof text, signer, HEAD BEGIN "," END TAIL);
    for (size_t i = 1; i <= OCMF_RECORDS_MAX; i++) records[i] = records[0];
    assert_int_equal(ocmf_session(&s, records, 0, key, NULL, NULL), ROAM_E_COUNT);
    assert_int_equal(ocmf_session(&s, records, OCMF_RECORDS_MAX + 1, key, NULL, NULL), ROAM_E_COUNT);
    assert_int_equal(ocmf_session(&s, records, 2, key, NULL, NULL), ROAM_E_RANGE); /* the same page twice */
    strstr(text, "112.3456")[2] = '9';
    assert_int_equal(ocmf_session(&s, records, 1, key, NULL, NULL), ROAM_E_VERIFY);
    count_negative += 4;
}

static void too_many_readings(void **state)
{
    (void)state;
    static char payload[RECORD_SIZE] = HEAD BEGIN, record[2 * RECORD_SIZE];
    for (int i = 0; i < OCMF_READINGS_MAX; i++) strcat(payload, ",{}");
    strcat(payload, TAIL);
    struct ocmf_session s;
    struct ocmf_text text = maker_record(record, sizeof record, signer, payload);
    assert_int_equal(ocmf_session(&s, &text, 1, key, NULL, NULL), ROAM_E_LIMIT);
    count_negative++;
}

/* A charge of three pages whose middle one is left out is seen. */
static void missing_pages(void **state)
{
    (void)state;
    struct ocmf_session s;
    struct roam_diag diag = {0};
    if (derive(&s, HEAD BEGIN TAIL, OTHER("g7", "T11", "m7", "tariff 1"), NULL, &diag) != ROAM_OK)
        fail_msg("%s", diag.text);
    assert_int_equal(s.pages_missing, 3);
}

static void derive_file(struct ocmf_session *out, const char *path)
{
    struct roam_diag diag = {0};
    struct ocmf_text records[2];
    struct ocmf_values values;
    uint8_t *data;
    size_t size;
    if (file_read(&data, &size, path, OCMF_XML_SIZE_MAX, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    if (ocmf_xml_read(&values, data, size, &diag) != ROAM_OK) fail_msg("%s", diag.text);
    free(data);
    assert_in_range(values.count, 1, 2);
    for (size_t i = 0; i < values.count; i++) records[i] = values.value[i].record;
    if (ocmf_session(out, records, values.count, values.value[0].key, NULL, &diag) != ROAM_OK)
        fail_msg("%s: %s", path, diag.text);
    ocmf_values_release(&values);
}

static void real_sessions(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        uint64_t start, end;
        const char *serial;
    } table[] = {{"ocmf/OCMF_Test_Data_00.xml", 90380, 90380, "1DZG0033016824"},
                 {"ocmf/VW_OCMF_load.xml", 575840, 586850, "1211751603"},
                 {"ocmf/ocmf_tariff_1.xml", 625002031, 625002031, ""},
                 {"ocmf/test_ocmf_keba_kcp30.xml", 2596, 2597, ""}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char path[1024];
        struct ocmf_session s;
        if (!shared_data_path(path, sizeof path, table[i].file)) return;
        derive_file(&s, path);
        assert_int_equal(s.start_value, table[i].start);
        assert_int_equal(s.end_value, table[i].end);
        assert_int_equal(s.energy, table[i].end - table[i].start);
        assert_string_equal(s.meter_serial, table[i].serial);
        assert_int_equal(s.pages_missing, 0);
        count_property++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(evidence_is_sha256_of_the_bytes),
        cmocka_unit_test(fields_are_inherited),
        cmocka_unit_test(register_choice),
        cmocka_unit_test(refused),
        cmocka_unit_test(payload_is_parsed_strictly),
        cmocka_unit_test(counts_and_signatures),
        cmocka_unit_test(too_many_readings),
        cmocka_unit_test(missing_pages),
        cmocka_unit_test(real_sessions),
    };
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    prop_print_counts();
    return failed;
}
