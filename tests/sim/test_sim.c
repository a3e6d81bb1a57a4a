/* Clusters under faults: seeds that must pass, runs that must repeat exactly, and planted bugs that must be
 * found. ROAM_SEED is the first seed, ROAM_CASES the number of them. */
#include "prop.h"

#include "sim.h"

#include <stdio.h>
#include <string.h>

/* A plant must be found within so many seeds. */
enum { SEEDS = 150, PLANT_SEEDS = 400, REPEATED = 12 };

static struct sim sim;

struct outcome {
    bool good;
    uint64_t digest;
    char why[sizeof sim.why];
};

static struct outcome run(uint64_t seed, enum sim_plant plant)
{
    const struct sim_options options = {.seed = seed, .plant = plant};
    struct outcome out = {.good = sim_run(&sim, &options)};
    out.digest = sim.digest;
    memcpy(out.why, sim.why, sizeof out.why);
    sim_release(&sim);
    return out;
}

/* Each kind of fault must have come, or the runs say little. */
static void check_faults(const struct sim_totals *t)
{
    assert_true(t->lost > 0 && t->twice > 0 && t->partitions > 0 && t->freezes > 0 && t->clock_jumps > 0);
    assert_true(t->power_losses > 0 && t->kills > 0 && t->engine_kills > 0 && t->crash_points > 0);
    assert_true(t->sync_errors > 0 && t->rotten > 0 && t->torn > 0 && t->replayed > 0 && t->acks_lost > 0);
    assert_true(t->byz_votes > 0 && t->byz_proposals > 0 && t->rejected > 0 && t->retries > 0);
    assert_true(t->accepted > 0 && t->refused > 0 && t->turned > 0);
    assert_true(t->disks_lost > 0 && t->restored > 0 && t->chunks_refused > 0 && t->snapshots_rejected > 0);
}

static void test_seeds(void **state)
{
    const char *cases = getenv("ROAM_CASES");
    const uint64_t first = prop_prng().state, count = cases != NULL ? strtoull(cases, NULL, 0) : SEEDS;
    struct sim_totals totals = {0};
    unsigned long long broken = 0;
    (void)state;
    for (uint64_t i = 0; i < count; i++) {
        const struct outcome out = run(first + i, PLANT_NONE);
        if (!out.good) print_message("roam-sim --seed %llu: %s\n", (unsigned long long)(first + i), out.why);
        broken += !out.good;
        sim_totals_add(&totals, &sim.totals);
        count_property++;
    }
    assert_int_equal(broken, 0);
    if (count >= SEEDS) check_faults(&totals);
}

/* In another order too: nothing of one run is left for the next. */
static void test_repeats(void **state)
{
    uint64_t digest[REPEATED];
    (void)state;
    for (uint64_t i = 0; i < REPEATED; i++) digest[i] = run(i, PLANT_NONE).digest;
    for (uint64_t i = REPEATED; i-- > 0;) {
        assert_int_equal(run(i, PLANT_NONE).digest, digest[i]);
        if (i > 0) assert_int_not_equal(digest[i], digest[i - 1]);
        count_property++;
    }
}

static const char *program;

/* roam-sim in a process of its own says the same as this one. */
static void test_program(void **state)
{
    char command[1024], line[512] = "", digest[32];
    (void)state;
    if (program == NULL) {
        print_message("skipped: the program's path is not given\n");
        return;
    }
    snprintf(digest, sizeof digest, "digest %016llx", (unsigned long long)run(3, PLANT_NONE).digest);
    snprintf(command, sizeof command, "'%s' --seed 3", program);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    assert_non_null(fgets(line, sizeof line, out));
    pclose(out);
    assert_non_null(strstr(line, digest));
    count_property++;
}

static void find(enum sim_plant plant)
{
    uint64_t seed = 1;
    struct outcome out = run(seed, plant);
    while (out.good && seed < PLANT_SEEDS) out = run(++seed, plant);
    print_message("%-18s seed %llu: %s\n", plant_name(plant), (unsigned long long)seed, out.why);
    assert_false(out.good);
    assert_true(run(seed, PLANT_NONE).good);
    count_negative++;
}

static void test_plants(void **state)
{
    (void)state;
    for (int plant = PLANT_NONE + 1; plant < PLANTS; plant++) find((enum sim_plant)plant);
}

/* Whatever of the writes since the last sync a loss of power leaves, what is read is a beginning of what was
 * written that has all that was synced. */
static void test_disk(void **state)
{
    struct roam_prng prng = prop_prng();
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct sim_disk disk;
        struct sim_record record;
        uint8_t payload[40];
        unsigned written = 0, synced = 0, found = 0;
        disk_init(&disk);
        for (unsigned records = (unsigned)prng_below(&prng, 12); written < records; written++) {
            memset(payload, (int)written, sizeof payload);
            disk_append(&disk, (uint8_t)written, payload, prng_below(&prng, sizeof payload));
            if (prng_below(&prng, 3) == 0 && disk_sync(&disk)) synced = written + 1;
        }
        disk_lose_power(&disk, &prng);
        for (disk_read_begin(&disk); disk_read(&disk, &record); found++) {
            assert_int_equal(record.kind, found);
            for (size_t k = 0; k < record.size; k++) assert_int_equal(record.payload[k], found);
        }
        assert_in_range(found, synced, written);
        disk_release(&disk);
        count_property++;
    }
}

int main(int argc, char **argv)
{
    program = argc > 1 ? argv[1] : NULL;
    sim_prepare();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_disk), cmocka_unit_test(test_seeds),
                                       cmocka_unit_test(test_repeats), cmocka_unit_test(test_program),
                                       cmocka_unit_test(test_plants)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
