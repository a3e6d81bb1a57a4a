/* roam-sim: runs simulations by seed; see --help. */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct arguments {
    uint64_t first, last;
    enum sim_plant plant;
    bool json, verbose, single;
};

static int usage(void)
{
    printf("roam-sim: clusters of simulated nodes under seeded faults\n"
           "  --seed N        one run; the same digest every time\n"
           "  --seeds A..B    a range of runs\n"
           "  --plant NAME    with a bug that must be found:\n");
    for (int plant = 1; plant < PLANTS; plant++)
        printf("                  %-18s %s\n", plant_name((enum sim_plant)plant),
               plant_why((enum sim_plant)plant));
    printf("  --json          totals as JSON\n"
           "  --verbose       what happens, line by line\n"
           "Exits 1 if a run broke something.\n");
    return 2;
}

static bool parse(struct arguments *out, int argc, char **argv)
{
    *out = (struct arguments){.first = 1, .last = 100};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        char *end;
        if (strcmp(argv[i], "--json") == 0) {
            out->json = true;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            out->verbose = true;
        } else if (value == NULL) {
            return false;
        } else if (strcmp(argv[i], "--seed") == 0) {
            out->first = out->last = strtoull(argv[++i], &end, 0);
            out->single = true;
            if (*end != '\0') return false;
        } else if (strcmp(argv[i], "--seeds") == 0) {
            out->first = strtoull(argv[++i], &end, 0);
            if (strncmp(end, "..", 2) != 0) return false;
            out->last = strtoull(end + 2, &end, 0);
            if (*end != '\0' || out->last < out->first) return false;
        } else if (strcmp(argv[i], "--plant") == 0) {
            out->plant = plant_of(argv[++i]);
            if (out->plant == PLANTS) return false;
        } else {
            return false;
        }
    }
    return true;
}

static void print_totals(const struct sim_totals *totals, bool json)
{
    const char *separator = json ? ", \"" : "  ";
#define X(name) printf("%s%s%s%llu", separator, #name, json ? "\": " : " ", totals->name);
    SIM_TOTALS(X)
#undef X
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void print_run(FILE *to, const struct sim *sim)
{
    fprintf(to, "seed %llu: %s%s  nodes %u (%u byzantine), %u clients, %llu blocks, digest %016llx\n",
            (unsigned long long)sim->options.seed, sim->broken ? "BROKEN: " : "good", sim->why, sim->nodes,
            sim->byzantine, sim->clients, sim->totals.blocks, (unsigned long long)sim->digest);
}

int main(int argc, char **argv)
{
    static struct sim sim;
    struct arguments arguments;
    struct sim_totals totals = {0};
    unsigned long long runs = 0, broken = 0;
    if (!parse(&arguments, argc, argv)) return usage();
    const double begin_s = now_s();
    sim_prepare();
    for (uint64_t seed = arguments.first; seed <= arguments.last; seed++) {
        const struct sim_options options = {seed, arguments.plant, arguments.verbose};
        const bool good = sim_run(&sim, &options);
        runs++;
        broken += !good;
        sim_totals_add(&totals, &sim.totals);
        if (!good || arguments.single) print_run(arguments.json ? stderr : stdout, &sim);
        sim_release(&sim);
    }
    if (arguments.json)
        printf("{\"runs\": %llu, \"broken\": %llu, \"plant\": \"%s\", \"seconds\": %.1f", runs, broken,
               plant_name(arguments.plant), now_s() - begin_s);
    else
        printf("%llu runs, %llu broken, %.1f s:", runs, broken, now_s() - begin_s);
    print_totals(&totals, arguments.json);
    printf(arguments.json ? "}\n" : "\n");
    return broken > 0;
}
