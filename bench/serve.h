/* A bench program that another one drives: it reads one command a line and answers each with a line
 * "NANOSECONDS RESULT". */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdbool.h>
#include <string.h>

#include "bench.h"
#include "cpu.h"

enum { SERVE_BUSY_NS = 50 * 1000 * 1000, SERVE_LINE = 1024 };

/* Ends the program with the reason if it is not good. */
static inline void bench_require(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* Mean time of the statement, repeated for SERVE_BUSY_NS if it is short. */
#define TIME(ns, statement)                                                                                  \
    do {                                                                                                     \
        uint64_t begun_ = bench_now_ns(), spent_ = 0, times_ = 0;                                            \
        do {                                                                                                 \
            statement;                                                                                       \
            times_++;                                                                                        \
            spent_ = bench_now_ns() - begun_;                                                                \
        } while (spent_ < SERVE_BUSY_NS);                                                                    \
        ns = (double)spent_ / (double)times_;                                                                \
    } while (0)

/* Writes the processor's level (cpu.h) and the compiler. */
static inline double serve_level(char result[SERVE_LINE])
{
#ifdef __clang__
    static const char compiler[] = __VERSION__; /* begins with its name */
#else
    static const char compiler[] = "gcc " __VERSION__;
#endif
    snprintf(result, SERVE_LINE, "%s %s", cpu_level_name(cpu_level()), compiler);
    return 0;
}

/* Serves until the input ends. run() gets the command and the rest of its line, writes the result and gives
 * the time, 0 where nothing is timed. */
static inline void serve(double (*run)(char result[SERVE_LINE], const char *command, const char *text))
{
    char line[SERVE_LINE], result[SERVE_LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *space = strchr(line, ' ');
        if (space != NULL) *space = '\0';
        strcpy(result, "-");
        double ns = run(result, line, space != NULL ? space + 1 : "");
        printf("%.1f %s\n", ns, result);
        fflush(stdout);
    }
}

#endif
