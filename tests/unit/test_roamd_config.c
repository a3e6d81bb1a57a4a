/* roamd.json: every key's limits, and everything that is refused, with the error's words. */
#include "config.h"
#include "prop.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char home[] = "/tmp/roam-config-XXXXXX", path[64];

static int setup(void **state)
{
    (void)state;
    if (mkdtemp(home) == NULL) return -1;
    snprintf(path, sizeof path, "%s/roamd.json", home);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(home);
}

static void save(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static void refused(const char *text, enum roam_err expected, const char *says)
{
    struct config config;
    struct roam_diag diag = {""};
    save(text);
    assert_int_equal(config_read(&config, home, &diag), expected);
    if (strstr(diag.text, says) == NULL) fail_msg("%s: '%s' does not say '%s'", text, diag.text, says);
    count_negative++;
}

static struct config read_text(const char *text)
{
    struct config config;
    struct roam_diag diag = {""};
    save(text);
    if (config_read(&config, home, &diag) != ROAM_OK) fail_msg("%s: %s", text, diag.text);
    return config;
}

static void test_file_refused(void **state)
{
    (void)state;
    struct config config;
    struct roam_diag diag = {""};
    char longer[CONFIG_TEXT + 1];
    unlink(path);
    assert_int_equal(config_read(&config, home, &diag), ROAM_E_NOTFOUND);
    assert_non_null(strstr(diag.text, path));
    memset(longer, 'x', CONFIG_TEXT);
    longer[CONFIG_TEXT] = '\0';
    assert_int_equal(config_read(&config, longer, &diag), ROAM_E_LIMIT);
    count_negative += 2;
    static const char *const malformed[] = {"",        "{",
                                            "{}x",     "{\"engine\":\"embedded\",}",
                                            "nothing", "{\"engine\":\"embedded\",\"engine\":\"cometbft\"}"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        refused(malformed[i], ROAM_E_FORMAT, path);
    refused("[]", ROAM_E_FORMAT, "not an object");
    refused("{}", ROAM_E_FORMAT, "\"engine\" is missing");
    refused("{\"threads\":1}", ROAM_E_FORMAT, "\"engine\" is missing");
}

static void test_engine_and_level(void **state)
{
    (void)state;
    static const char *const wrong[] = {"1", "null", "\"\"", "\"Embedded\"", "\"tendermint\"", "[]", "true"};
    char text[128];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, "{\"engine\":%s}", wrong[i]);
        refused(text, ROAM_E_FORMAT, "\"engine\" is not");
        snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"log_level\":%s}", wrong[i]);
        refused(text, ROAM_E_FORMAT, "\"log_level\" is not");
    }
    assert_int_equal(read_text("{\"engine\":\"embedded\"}").engine, ENGINE_EMBEDDED);
    assert_int_equal(read_text("{\"engine\":\"cometbft\"}").engine, ENGINE_COMETBFT);
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"log_level\":\"%s\"}", levels[i]);
        assert_int_equal(read_text(text).log_level, i);
    }
    static const char *const unknown[] = {"Engine", "thread", "", "log-level", "home", "listen "};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":1}", unknown[i]);
        refused(text, ROAM_E_FORMAT, "is not a key of this file");
    }
}

struct number_case {
    const char *name;
    size_t offset;
    long long minimum, maximum;
};
static const struct number_case numbers[] = {
    {"threads", offsetof(struct config, threads), 1, 64},
    {"http_threads", offsetof(struct config, http_threads), 1, 64},
    {"waiting_txs_max", offsetof(struct config, waiting_txs_max), 1, 10000000},
    {"waiting_bytes_max", offsetof(struct config, waiting_bytes_max), 1048576, 1073741824},
    {"parcel_bytes", offsetof(struct config, parcel_bytes), 262208, 1048576},
    {"linger_ms", offsetof(struct config, linger_ms), 0, 1000},
    {"repeat_ms", offsetof(struct config, repeat_ms), 100, 3600000},
    {"snapshot_every_s", offsetof(struct config, snapshot_every_s), 0, 86400},
    {"snapshots_kept", offsetof(struct config, snapshots_kept), 1, 10},
    {"give_up_ms", offsetof(struct config, give_up_ms), 1000, 3600000},
};

static void test_numbers(void **state)
{
    (void)state;
    char text[160];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const struct number_case *number = &numbers[i];
        const long long good[] = {number->minimum, number->maximum, (number->minimum + number->maximum) / 2};
        const long long bad[] = {number->minimum - 1, number->maximum + 1, -1,
                                 INT64_MIN,           INT64_MAX,           number->minimum + (1LL << 32)};
        for (size_t j = 0; j < sizeof good / sizeof *good; j++) {
            snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":%lld}", number->name, good[j]);
            const struct config config = read_text(text);
            unsigned read;
            memcpy(&read, (const char *)&config + number->offset, sizeof read);
            assert_int_equal(read, good[j]);
            count_property++;
        }
        for (size_t j = 0; j < sizeof bad / sizeof *bad; j++) {
            snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":%lld}", number->name, bad[j]);
            refused(text, ROAM_E_RANGE, number->name);
        }
        static const char *const wrong[] = {"1.0", "\"1\"", "null", "true", "[1]", "{}"};
        for (size_t j = 0; j < sizeof wrong / sizeof *wrong; j++) {
            snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":%s}", number->name, wrong[j]);
            refused(text, ROAM_E_FORMAT, "is not an integer");
        }
    }
}

static void test_texts(void **state)
{
    (void)state;
    static const char *const names[] = {"ledger", "listen", "abci", "rpc", "snapshots"};
    static const char *const wrong[] = {"1", "null", "\"\"", "[]", "true"};
    char text[2 * CONFIG_TEXT + 64], value[CONFIG_TEXT + 1];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t j = 0; j < sizeof wrong / sizeof *wrong; j++) {
            snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":%s}", names[i], wrong[j]);
            refused(text, ROAM_E_FORMAT, names[i]);
        }
        memset(value, 'a', sizeof value - 1);
        value[CONFIG_TEXT] = '\0';
        snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":\"%s\"}", names[i], value);
        refused(text, ROAM_E_FORMAT, names[i]);
        value[CONFIG_TEXT - 1] = '\0';
        snprintf(text, sizeof text, "{\"engine\":\"embedded\",\"%s\":\"%s\"}", names[i], value);
        const struct config config = read_text(text);
        const char *const places[] = {config.ledger, config.listen, config.abci, config.rpc,
                                      config.snapshots};
        assert_string_equal(places[i], value);
        count_property++;
    }
}

static void test_write(void **state)
{
    (void)state;
    struct config config, read;
    struct roam_diag diag = {""};
    config_default(&config, home);
    strcpy(config.listen, "[::1]:1");
    config.engine = ENGINE_COMETBFT;
    config.repeat_ms = 12345;
    unlink(path);
    assert_int_equal(config_write(&config, &diag), ROAM_OK);
    assert_int_equal(config_write(&config, &diag), ROAM_E_EXISTS);
    assert_non_null(strstr(diag.text, path));
    assert_int_equal(config_read(&read, home, NULL), ROAM_OK);
    assert_int_equal(read.engine, ENGINE_COMETBFT);
    assert_string_equal(read.listen, "[::1]:1");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        assert_memory_equal((const char *)&read + numbers[i].offset,
                            (const char *)&config + numbers[i].offset, sizeof(unsigned));
    strcpy(config.home, "/nowhere/at/all");
    assert_int_equal(config_write(&config, &diag), ROAM_E_IO);
    count_negative += 2;
}

static void test_paths(void **state)
{
    (void)state;
    struct config config;
    char out[2 * CONFIG_TEXT], longer[2 * CONFIG_TEXT + 1];
    config_default(&config, "/a/home");
    assert_int_equal(config_path(&config, "ledger", out, NULL), ROAM_OK);
    assert_string_equal(out, "/a/home/ledger");
    assert_int_equal(config_path(&config, "/else/where", out, NULL), ROAM_OK);
    assert_string_equal(out, "/else/where");
    memset(longer, 'x', sizeof longer - 1);
    longer[2 * CONFIG_TEXT] = '\0';
    assert_int_equal(config_path(&config, longer, out, NULL), ROAM_E_LIMIT);
    longer[0] = '/';
    assert_int_equal(config_path(&config, longer, out, NULL), ROAM_E_LIMIT);
    longer[2 * CONFIG_TEXT - 1] = '\0';
    assert_int_equal(config_path(&config, longer, out, NULL), ROAM_OK);
    count_negative += 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_refused), cmocka_unit_test(test_engine_and_level),
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_texts),
        cmocka_unit_test(test_write),        cmocka_unit_test(test_paths),
    };
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    prop_print_counts();
    return failed;
}
