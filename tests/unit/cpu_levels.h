/* Runs a test program once for every set of instructions that this processor offers. */
#ifndef TEST_CPU_LEVELS_H
#define TEST_CPU_LEVELS_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu.h"
#include "prop.h"

/* Starts this program again with ROAM_CPU=name, passes on what it prints but for its counts, and adds those
 * up. */
static inline int run_on_cpu_level(const char *name)
{
    char self[1024], command[1200], line[1024];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size < 0) return 1;
    self[size] = '\0';
    snprintf(command, sizeof command, "ROAM_CPU=%s '%s' 2>&1", name, self);
    FILE *child = popen(command, "r");
    if (child == NULL) return 1;
    print_message("ROAM_CPU=%s\n", name);
    while (fgets(line, sizeof line, child) != NULL) {
        unsigned long long property, negative;
        if (sscanf(line, "count property=%llu negative=%llu", &property, &negative) == 2) {
            count_property += property;
            count_negative += negative;
        } else {
            fputs(line, stdout);
        }
    }
    return pclose(child) != 0;
}

/* Runs tests, at the level of ROAM_CPU if that is set, else at every level in a process of its own. Returns
 * how many runs failed. */
static inline int run_on_each_cpu_level(int (*tests)(void))
{
    static const char *const names[] = {"plain", "adx", "ifma"};
    int failed = 0;
    if (getenv("ROAM_CPU") != NULL)
        failed = tests();
    else
        for (int level = 0; level <= (int)cpu_level(); level++) failed += run_on_cpu_level(names[level]);
    prop_print_counts();
    return failed;
}

#endif
