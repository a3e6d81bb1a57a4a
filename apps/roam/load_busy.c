#include "load_busy.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "load_plan.h"

/* User and system time of all processors. */
static uint64_t machine_ticks(void)
{
    unsigned long long user = 0, nice = 0, system = 0, idle, wait, irq = 0, softirq = 0;
    FILE *file = fopen("/proc/stat", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &wait, &irq,
               &softirq) != 7)
        user = nice = system = irq = softirq = 0;
    fclose(file);
    return user + nice + system + irq + softirq;
}

static uint64_t process_ticks(pid_t pid)
{
    char path[64], line[1024];
    unsigned long long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    const bool read_line = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *behind_name = read_line ? strrchr(line, ')') : NULL;
    if (behind_name == NULL ||
        sscanf(behind_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) !=
            2)
        return 0;
    return user + system;
}

static uint64_t cluster_ticks(const struct load_busy *busy)
{
    uint64_t sum = 0;
    for (int i = 0; i < LOAD_BUSY_PIDS && busy->pids[i] != 0; i++) sum += process_ticks(busy->pids[i]);
    return sum;
}

void load_busy_begin(struct load_busy *busy, const pid_t *pids)
{
    *busy = (struct load_busy){.begin_ns = load_now_ns()};
    for (int i = 0; i < LOAD_BUSY_PIDS && pids[i] != 0; i++) busy->pids[i] = pids[i];
    busy->all = machine_ticks();
    busy->cluster = cluster_ticks(busy);
    busy->load = process_ticks(getpid());
}

void load_busy_end(const struct load_busy *busy, double *cluster, double *load, double *other)
{
    const double ticks = (double)(load_now_ns() - busy->begin_ns) / 1e9 * (double)sysconf(_SC_CLK_TCK);
    const double all = (double)(machine_ticks() - busy->all) / ticks;
    *cluster = (double)(cluster_ticks(busy) - busy->cluster) / ticks;
    *load = (double)(process_ticks(getpid()) - busy->load) / ticks;
    *other = all - *cluster - *load;
}
