/* What the benches share: a monotonic clock, and lines of the form "name,n,ns_per_op".
 *
 * A measurement is repeated; the median is printed, which one disturbed run does not move. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_RUNS_MAX = 101 };

struct bench {
    double ns[BENCH_RUNS_MAX];
    int runs;
    uint64_t started_ns;
};

static inline uint64_t bench_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static inline void bench_start(struct bench *bench) { bench->started_ns = bench_now_ns(); }

/* Ends a run that bench_start began and that did `operations` of them; runs past the maximum are not kept. */
static inline void bench_stop(struct bench *bench, double operations)
{
    double ns = (double)(bench_now_ns() - bench->started_ns) / operations;
    if (bench->runs < BENCH_RUNS_MAX) bench->ns[bench->runs++] = ns;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nanoseconds per operation in the median run; at least one run must be done. */
static inline double bench_median_ns(struct bench *bench)
{
    qsort(bench->ns, (size_t)bench->runs, sizeof *bench->ns, bench_compare);
    return bench->ns[bench->runs / 2];
}

/* Prints the median, flushes and empties the measurement. */
static inline void bench_print(struct bench *bench, const char *name, uint64_t n)
{
    printf("%s,%llu,%.1f\n", name, (unsigned long long)n, bench_median_ns(bench));
    fflush(stdout);
    bench->runs = 0;
}

#endif
