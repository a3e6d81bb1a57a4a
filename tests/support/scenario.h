/* Runs the tables of tests/scenario; README.md there describes the language. */
#ifndef TEST_SCENARIO_H
#define TEST_SCENARIO_H

#include "ledger.h"

enum { SCENARIO_RULES_MAX = 256, SCENARIO_RULE_SIZE = 24 };

/* What the lines of all files named and met. */
struct scenario_coverage {
    bool outcome[LEDGER_OUTCOMES];
    size_t rule_count;
    struct {
        char id[SCENARIO_RULE_SIZE];
        enum ledger_outcome outcome;
    } rule[SCENARIO_RULES_MAX];
    unsigned long long lines, refused, replays;
};

enum scenario_mode { SCENARIO_ONE_BY_ONE, SCENARIO_IN_CALLS };

/* Runs a file; prints file, line and difference and returns false at the first line that does not go as
 * written. */
bool scenario_run(const char *path, enum scenario_mode mode, unsigned threads,
                  struct scenario_coverage *coverage);

#endif
