/* Every table of tests/scenario, and that the tables cover the rules of docs/ledger.md and all outcomes. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "prop.h"
#include "scenario.h"

#define ROOT TEST_VECTORS_DIR "/../.."

static struct scenario_coverage coverage;
static unsigned files;

static void run_file(const char *name)
{
    char path[512];
    struct scenario_coverage again = {.rule_count = 0};
    snprintf(path, sizeof path, ROOT "/tests/scenario/%s", name);
    assert_true(scenario_run(path, SCENARIO_ONE_BY_ONE, 1, &coverage));
    assert_true(scenario_run(path, SCENARIO_IN_CALLS, 1, &again));
    assert_true(scenario_run(path, SCENARIO_IN_CALLS, 2, &again));
    files++;
}

static void test_scenarios(void **state)
{
    (void)state;
    DIR *folder = opendir(ROOT "/tests/scenario");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strstr(entry->d_name, ".scn") != NULL) run_file(entry->d_name);
    closedir(folder);
    assert_true(files >= 18); /* one for each type, and the rules of all */
    count_property += coverage.lines + coverage.replays;
    count_negative += coverage.refused + coverage.replays;
}

static bool rule_is_covered(const char *id, const char *outcome)
{
    for (size_t i = 0; i < coverage.rule_count; i++)
        if (strcmp(coverage.rule[i].id, id) == 0 &&
            strcmp(ledger_outcome_name(coverage.rule[i].outcome), outcome) == 0)
            return true;
    print_message("no line breaks %s with %s\n", id, outcome);
    return false;
}

/* A rule's row begins "| NAME-1 | OUTCOME |". */
static size_t read_rules(char id[SCENARIO_RULES_MAX][32], char outcome[SCENARIO_RULES_MAX][32])
{
    FILE *file = fopen(ROOT "/docs/ledger.md", "r");
    char line[1024];
    size_t count = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        assert_true(count < SCENARIO_RULES_MAX);
        const bool row = sscanf(line, "| %31[A-Z0-9-] | %31[A-Z_] |", id[count], outcome[count]) == 2;
        if (row && strchr(id[count], '-') != NULL) count++;
    }
    fclose(file);
    return count;
}

static void test_every_rule_is_broken(void **state)
{
    (void)state;
    static char id[SCENARIO_RULES_MAX][32], outcome[SCENARIO_RULES_MAX][32];
    const size_t count = read_rules(id, outcome);
    bool all = true;
    assert_true(count > 100);
    for (size_t i = 0; i < count; i++) all &= rule_is_covered(id[i], outcome[i]);
    for (size_t i = 0; i < coverage.rule_count; i++) {
        size_t known = 0;
        while (known < count && strcmp(id[known], coverage.rule[i].id) != 0) known++;
        if (known == count) print_message("%s is not in docs/ledger.md\n", coverage.rule[i].id);
        all &= known < count && strcmp(outcome[known], ledger_outcome_name(coverage.rule[i].outcome)) == 0;
    }
    assert_true(all);
    print_message("%zu rules, %u files, %llu lines, %llu replays\n", count, files, coverage.lines,
                  coverage.replays);
}

static void test_every_outcome_occurs(void **state)
{
    (void)state;
    for (int i = 0; i < LEDGER_OUTCOMES; i++) {
        if (!coverage.outcome[i])
            print_message("%s never occurs\n", ledger_outcome_name((enum ledger_outcome)i));
        assert_true(coverage.outcome[i]);
    }
}

static void test_outcome_texts(void **state)
{
    (void)state;
    for (int i = 0; i < LEDGER_OUTCOMES; i++) {
        assert_string_not_equal(ledger_outcome_name((enum ledger_outcome)i), "UNKNOWN");
        assert_string_not_equal(ledger_outcome_text((enum ledger_outcome)i), "unknown outcome");
    }
    assert_string_equal(ledger_outcome_name((enum ledger_outcome)LEDGER_OUTCOMES), "UNKNOWN");
    assert_string_equal(ledger_outcome_text((enum ledger_outcome)LEDGER_OUTCOMES), "unknown outcome");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenarios),
        cmocka_unit_test(test_every_rule_is_broken),
        cmocka_unit_test(test_every_outcome_occurs),
        cmocka_unit_test(test_outcome_texts),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
