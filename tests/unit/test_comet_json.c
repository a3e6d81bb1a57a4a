/* The JSON of CometBFT's RPC: what a real node answered is read and written again; every member that is left
 * out, of another type, size or number is refused by name. */
#include "prop.h"
#include "comet_vectors.h"

#include <time.h>

static struct comet_light_block block;
static struct comet_genesis genesis;

static void is_written_again(void **state)
{
    (void)state;
    static const char *const names[] = {"first", "absent", "changed", "last"};
    for (size_t i = 0; i < 4; i++) {
        char file[60];
        json_t *json, *again;
        struct roam_buf text;
        buf_init(&text, 1 << 20);
        vector_block(&block, names[i]);
        snprintf(file, sizeof file, "%s_commit", names[i]);
        vector_load(&json, file);
        assert_int_equal(buf_printf(&text, "{\"signed_header\":{\"header\":"), ROAM_OK);
        assert_int_equal(comet_header_to_json(&text, &block.header), ROAM_OK);
        assert_int_equal(buf_printf(&text, ",\"commit\":"), ROAM_OK);
        assert_int_equal(comet_commit_to_json(&text, &block.commit), ROAM_OK);
        assert_int_equal(buf_printf(&text, "},\"canonical\":true}"), ROAM_OK);
        assert_int_equal(comet_json_load(&again, (char *)text.data, text.size, NULL), ROAM_OK);
        assert_true(json_equal(json, again));
        char *theirs = json_dumps(json, JSON_COMPACT);
        assert_int_equal(strlen(theirs), text.size);
        assert_memory_equal(theirs, text.data, text.size); /* byte for byte */
        free(theirs);
        json_decref(json);
        json_decref(again);
        buf_release(&text);
        count_property++;
    }
}

static enum roam_err read_commit(const json_t *json, struct roam_diag *diag)
{
    return comet_commit_result(&block.header, &block.commit, json, diag);
}

static enum roam_err read_validators(const json_t *json, struct roam_diag *diag)
{
    struct comet_page page;
    block.validators.count = 0;
    return comet_validators_result(&block.validators, &page, json, diag);
}

static enum roam_err read_status(const json_t *json, struct roam_diag *diag)
{
    struct comet_status status;
    return comet_status_result(&status, json, diag);
}

static enum roam_err read_genesis(const json_t *json, struct roam_diag *diag)
{
    return comet_genesis_from_json(&genesis, json, diag);
}

struct reader {
    const char *file;
    enum roam_err (*read)(const json_t *json, struct roam_diag *diag);
    json_t *json;
};

/* Members that say nothing here. */
static bool is_ignored(const char *name)
{
    static const char *const ignored[] = {"canonical",
                                          "proposer_priority",
                                          "name",
                                          "consensus_params",
                                          "protocol_version",
                                          "id",
                                          "listen_addr",

                                          "channels",
                                          "moniker",
                                          "other",
                                          "latest_block_hash",
                                          "latest_app_hash",
                                          "earliest_block_hash",
                                          "earliest_app_hash",
                                          "earliest_block_time",
                                          "validator_info"};
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (strcmp(name, ignored[i]) == 0) return true;
    return false;
}

/* The value of `name` in parent is now wrong; the reader must say so and name it. */
static void is_refused(const struct reader *reader, const char *name, const char *how)
{
    struct roam_diag diag = {0};
    const enum roam_err err = reader->read(reader->json, &diag);
    const bool expected = err == ROAM_E_FORMAT || (err == ROAM_E_COUNT && diag.text[0] != 0);
    if (!expected || strstr(diag.text, name) == NULL)
        print_message("%s, %s %s: error %d, %s\n", reader->file, name, how, (int)err, diag.text);
    assert_true(expected);
    assert_non_null(strstr(diag.text, name));
    count_negative++;
}

static void other_values(const struct reader *reader, json_t *parent, const char *name, json_t *value)
{
    json_t *const others[] = {
        json_null(),    json_true(),         json_integer(-1), json_integer(1LL << 40),
        json_real(0.5), json_string("zz z"), json_array(),     json_string("99999999999999999999")};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const bool same_type = json_is_array(value) && json_is_array(others[i]);
        const bool absent = strcmp(name, "signature") == 0 && json_is_null(others[i]) && json_is_null(value);
        /* a chain may have such a name, an application such a hash */
        const bool name_itself = strcmp(name, "chain_id") == 0 || strcmp(name, "network") == 0 ||
                                 (strcmp(name, "app_hash") == 0 && i == 7);
        const bool boolean = json_is_boolean(value) && json_is_boolean(others[i]);
        if (!same_type && !absent && !boolean && !(name_itself && json_is_string(others[i]))) {
            json_object_set(parent, name, others[i]);
            is_refused(reader, name, "of another form");
        }
        json_decref(others[i]);
    }
    json_object_set(parent, name, value);
}

/* A digit more and a digit less. */
static void other_sizes(const struct reader *reader, json_t *parent, const char *name, json_t *value)
{
    char text[200];
    const bool sized = strstr(name, "hash") != NULL || strstr(name, "address") != NULL ||
                       strcmp(name, "signature") == 0 || strcmp(name, "value") == 0;
    if (!sized || json_string_length(value) == 0) return;
    snprintf(text, sizeof text, "%sA", json_string_value(value));
    json_object_set_new(parent, name, json_string(text));
    is_refused(reader, name, "longer");
    text[strlen(text) - 2] = 0;
    json_object_set_new(parent, name, json_string(text));
    is_refused(reader, name, "shorter");
    json_object_set(parent, name, value);
}

static void walk(const struct reader *reader, json_t *at);

static void change(const struct reader *reader, json_t *at, const char *name, json_t *value)
{
    const bool in_genesis = reader->read == read_genesis;
    const bool unused = strcmp(name, "app_hash") == 0 && in_genesis;
    const bool optional = strcmp(name, "app") == 0 || strcmp(name, "initial_height") == 0 ||
                          (strcmp(name, "address") == 0 && in_genesis);
    if (unused) return;
    walk(reader, value);
    if (!optional) {
        json_object_del(at, name);
        is_refused(reader, name, "missing");
    }
    other_values(reader, at, name, value);
    other_sizes(reader, at, name, value);
}

static void walk(const struct reader *reader, json_t *at)
{
    const char *name;
    json_t *value, *members_of = json_copy(at);
    size_t index;
    if (json_is_array(at)) json_array_foreach(at, index, value) walk(reader, value);
    json_object_foreach(members_of, name, value)
    {
        const bool of_software = strcmp(name, "version") == 0 && json_is_string(value);
        if (!is_ignored(name) && !of_software) change(reader, at, name, value);
    }
    json_decref(members_of);
}

static void members(void **state)
{
    (void)state;
    struct reader readers[] = {{"second_commit", read_commit, NULL},
                               {"absent_commit", read_commit, NULL},
                               {"joined_validators", read_validators, NULL},
                               {"status", read_status, NULL},
                               {"genesis", read_genesis, NULL}};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        vector_load(&readers[i].json, readers[i].file);
        assert_int_equal(readers[i].read(readers[i].json, NULL), ROAM_OK);
        walk(&readers[i], readers[i].json);
        assert_int_equal(readers[i].read(readers[i].json, NULL), ROAM_OK); /* all is put back */
        json_decref(readers[i].json);
    }
}

static void changed_text(const char *file, enum roam_err (*read)(const json_t *, struct roam_diag *),
                         const char *from, const char *to, enum roam_err expected, const char *words)
{
    struct roam_diag diag = {0};
    json_t *json;
    vector_load(&json, file);
    char *text = json_dumps(json, JSON_COMPACT), changed[8000];
    json_decref(json);
    char *place = strstr(text, from);
    assert_non_null(place);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
    free(text);
    enum roam_err err = comet_json_load(&json, changed, strlen(changed), &diag);
    if (err == ROAM_OK) {
        err = read(json, &diag);
        json_decref(json);
    }
    if (err != expected || strstr(diag.text, words) == NULL)
        print_message("%s: error %d, %s\n", to, (int)err, diag.text);
    assert_int_equal(err, expected);
    assert_non_null(strstr(diag.text, words));
    count_negative++;
}

static void texts(void **state)
{
    (void)state;
    const enum roam_err bad = ROAM_E_FORMAT;
    changed_text("second_commit", read_commit, "\"round\":0", "\"round\":0,\"round\":0", bad,
                 "duplicate object key");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"02\"", bad,
                 "'height' is '02'");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"+2\"", bad, "'height'");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\" 2\"", bad, "'height'");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"-0\"", bad, "'height'");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"-\"", bad, "'height'");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"\"", bad, "'height'");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"-2\"", bad, "height is -2");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":2", bad,
                 "'height' is not a string");
    changed_text("second_commit", read_commit, "\"height\":\"2\"", "\"height\":\"9223372036854775808\"", bad,
                 "'height'");
    changed_text("second_commit", read_commit, "\"round\":0", "\"round\":2147483648", bad, "'round'");
    changed_text("second_commit", read_commit, "\"round\":0", "\"round\":\"0\"", bad, "'round'");
    changed_text("second_commit", read_commit, "\"total\":1", "\"total\":4294967296", bad, "'total'");
    changed_text("second_commit", read_commit, "\"block_id_flag\":2", "\"block_id_flag\":4", bad,
                 "signatures[0]: member 'block_id_flag'");
    changed_text("second_commit", read_commit, "\"block_id_flag\":2", "\"block_id_flag\":1", bad,
                 "signatures[0]: member 'validator_address'");
    changed_text("second_commit", read_commit, "\"chain_id\":\"roam", "\"chain_id\":\"r\\u0000oam", bad,
                 "NUL");
    changed_text("second_commit", read_commit, "\"chain_id\":\"roam", "\"chain_id\":\"r\\\"oam", bad,
                 "chain_id has the byte 0x22");
    changed_text("second_commit", read_commit, "\"block\":\"11\"", "\"block\":\"12\"", bad,
                 "version.block is 12");
    changed_text("second_commit", read_commit, "\"app\":\"1\"", "\"app\":\"-1\"", bad, "'app' is negative");
    changed_text("absent_commit", read_commit, "\"signature\":null", "\"signature\":\"\"", bad,
                 "absent vote is not null");
    changed_text("absent_commit", read_commit, "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:01Z\"", bad,
                 " is absent, yet");
    changed_text("joined_validators", read_validators, "\"count\":\"6\"", "\"count\":\"5\"", bad,
                 "'count' is 5, there are 6");
    changed_text("joined_validators", read_validators, "\"count\":\"6\"", "\"count\":\"201\"", ROAM_E_COUNT,
                 "'count' is 201");
    changed_text("joined_validators", read_validators, "\"total\":\"6\"", "\"total\":\"-1\"", ROAM_E_COUNT,
                 "'total' is -1");
    changed_text("joined_validators", read_validators, "PubKeyEd25519", "PubKeySecp256k1", bad,
                 "tendermint/PubKeySecp256k1");
    changed_text("joined_validators", read_validators, "\"voting_power\":\"10\"", "\"voting_power\":\"0\"",
                 bad, "power of validator 0 is 0");
    changed_text("genesis", read_genesis, "\"power\":\"1\"", "\"power\":\"0\"", bad, "is 0: not positive");
    changed_text("genesis", read_genesis, "\"initial_height\":\"0\"", "\"initial_height\":\"-5\"", bad,
                 "'initial_height' is negative");
}

/* The address that a validator's entry states is its key's. */
static void addresses(void **state)
{
    (void)state;
    json_t *json, *list;
    struct roam_diag diag = {0};
    vector_load(&json, "joined_validators");
    list = json_object_get(json, "validators");
    json_t *address = json_incref(json_object_get(json_array_get(list, 2), "address"));
    json_object_set(json_array_get(list, 3), "address", address);
    assert_int_equal(read_validators(json, &diag), ROAM_E_FORMAT);
    assert_string_equal(diag.text, "validators[3]: member 'address' is not that of the key");
    json_decref(address);
    json_decref(json);
    roam_diag_clear(&diag);
    vector_load(&json, "genesis");
    list = json_object_get(json, "validators");
    json_object_set_new(json_array_get(list, 1), "address", json_string("")); /* the file may leave it out */
    assert_int_equal(read_genesis(json, &diag), ROAM_OK);
    json_object_set_new(json_array_get(list, 1), "address", json_string("00"));
    assert_int_equal(read_genesis(json, &diag), ROAM_E_FORMAT);
    assert_string_equal(diag.text, "validators[1]: member 'address' is not 40 hexadecimal digits");
    json_decref(json);
    count_negative += 2;
}

static void too_many(void **state)
{
    (void)state;
    json_t *json, *list;
    struct roam_diag diag = {0};
    vector_load(&json, "second_commit");
    list = json_object_get(json_object_get(json_object_get(json, "signed_header"), "commit"), "signatures");
    while (json_array_size(list) <= COMET_VALIDATORS_MAX) json_array_append(list, json_array_get(list, 0));
    assert_int_equal(read_commit(json, &diag), ROAM_E_COUNT);
    assert_non_null(strstr(diag.text, "'signatures' has 201 entries"));
    json_decref(json);
    roam_diag_clear(&diag);
    vector_load(&json, "genesis");
    list = json_object_get(json, "validators");
    while (json_array_size(list) <= COMET_VALIDATORS_MAX) json_array_append(list, json_array_get(list, 0));
    assert_int_equal(read_genesis(json, &diag), ROAM_E_COUNT);
    assert_non_null(strstr(diag.text, "'validators' has 201 entries"));
    json_decref(json);
    count_negative += 2;
}

static void times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
        int32_t nanoseconds;
    } good[] = {{"1970-01-01T00:00:00Z", 0, 0},
                {"0001-01-01T00:00:00Z", -62135596800, 0},
                {"9999-12-31T23:59:59.999999999Z", 253402300799, 999999999},
                {"2000-02-29T12:00:00.5Z", 951825600, 500000000},
                {"1969-12-31T23:59:59.000000001Z", -1, 1},
                {"2024-02-29T00:00:00Z", 1709164800, 0},
                {"2026-11-22T11:03:19.957534013Z", 1795345399, 957534013}};
    static const char *const bad[] = {"",
                                      "Z",
                                      "2024-01-01T00:00:00",
                                      "2024-01-01T00:00:00+00:00",
                                      "2024-01-01 00:00:00Z",
                                      "2024-01-01t00:00:00Z",
                                      "2024-1-01T00:00:00Z",
                                      "2024-13-01T00:00:00Z",
                                      "2024-00-01T00:00:00Z",
                                      "2024-01-00T00:00:00Z",
                                      "2023-02-29T00:00:00Z",
                                      "1900-02-29T00:00:00Z",
                                      "2024-04-31T00:00:00Z",
                                      "2024-01-01T24:00:00Z",
                                      "2024-01-01T00:60:00Z",
                                      "2024-01-01T00:00:60Z",
                                      "2024-01-01T00:00:00.Z",
                                      "2024-01-01T00:00:00.0000000001Z",
                                      "2024-01-01T00:00:00,5Z",
                                      "2024-01-01T00:00:00.5",
                                      "0000-01-01T00:00:00Z",
                                      "2024-01-01T00:00:00.5aZ",
                                      "-024-01-01T00:00:00Z",
                                      "2024-01-01T00:00:00ZZ"};
    struct comet_time time, again;
    char text[COMET_TIME_TEXT_SIZE];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(comet_time_parse(&time, good[i].text, strlen(good[i].text)), ROAM_OK);
        assert_int_equal(time.seconds, good[i].seconds);
        assert_int_equal(time.nanoseconds, good[i].nanoseconds);
        comet_time_print(text, time);
        assert_string_equal(text, good[i].text);
        count_property++;
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(comet_time_parse(&time, bad[i], strlen(bad[i])), ROAM_E_FORMAT);
        count_negative++;
    }
    /* every day of the calendar, and random times in it, against the C library */
    struct roam_prng prng = prop_prng();
    for (int64_t day = 0; day < 3652059; day += 1 + (int64_t)prng_below(&prng, 60)) {
        time = (struct comet_time){COMET_TIME_NONE.seconds + 86400 * day + (int64_t)prng_below(&prng, 86400),
                                   (int32_t)prng_below(&prng, 1000000000)};
        const time_t seconds = time.seconds;
        struct tm tm;
        char expected[60];
        assert_non_null(gmtime_r(&seconds, &tm));
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
                 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        comet_time_print(text, time);
        assert_memory_equal(text, expected, 19);
        assert_int_equal(comet_time_parse(&again, text, strlen(text)), ROAM_OK);
        assert_int_equal(comet_time_compare(time, again), 0);
        count_property++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_written_again), cmocka_unit_test(members),  cmocka_unit_test(texts),
        cmocka_unit_test(addresses),        cmocka_unit_test(too_many), cmocka_unit_test(times),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
