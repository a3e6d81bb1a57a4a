/* What the test programs share: the seed of the property tests, and the counts they print at their end. */
#ifndef TEST_PROP_H
#define TEST_PROP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "env.h"

static unsigned long long count_property, count_negative;

/* From ROAM_SEED, else fixed; printed, so that a failure can be repeated. */
static inline struct roam_prng prop_prng(void)
{
    const char *text = getenv("ROAM_SEED");
    struct roam_prng prng = {text != NULL ? strtoull(text, NULL, 0) : 20240601};
    print_message("ROAM_SEED=%llu\n", (unsigned long long)prng.state);
    return prng;
}

static inline void prop_print_counts(void)
{
    print_message("count property=%llu negative=%llu\n", count_property, count_negative);
}

/* Runs this program again as if on lesser processors (cpu.h), unless that is such a run; returns how many
 * failed. */
static inline int prop_run_on_lesser_processors(char **argv)
{
    int failed = 0;
    if (getenv("ROAM_CPU") != NULL) return 0;
    for (int i = 0; i < 2; i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            setenv("ROAM_CPU", i == 0 ? "plain" : "adx", 1);
            execv("/proc/self/exe", argv);
            _exit(127);
        }
        failed += child < 0 || waitpid(child, &status, 0) != child || status != 0;
    }
    return failed;
}

#endif
