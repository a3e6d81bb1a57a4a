/* kill -9 of a process that commits ordered blocks, at random instants and at, after or in the middle of a
 * chosen write: every block that it told to be committed is there, and of the next one all or nothing.
 *
 * A child opens the store, commits a few blocks of a course, each of which follows from its number, closes
 * the store, which writes the journal's blocks to the file, and begins again; it tells every commit on a
 * pipe. The parent kills it, opens the store and compares.
 *
 * ROAM_KILLS: how many kills, 30 if not set. ROAM_SEED: as everywhere. */
#include "disk_fault.h"
#include "ordered_fixture.h"

#include <signal.h>
#include <time.h>

static struct store_fixture fixture;
static uint64_t committed;                /* blocks that were told */
static unsigned long long unacknowledged; /* found after a kill */

/* The child's life: it never returns. A fault kills it at a write; else the parent does. */
static void run_child(const struct disk_fault *fault, struct roam_prng prng, int told)
{
    if (fault != NULL) disk_fault_arm(fault);
    for (;;) {
        struct ledger_head head;
        fixture_reopen(&fixture);
        const uint64_t first = course_next(&fixture), count = 1 + prng_below(&prng, 12);
        for (uint64_t block = first; block < first + count; block++) {
            ROAM_ASSERT(course_commit(&fixture, block, &head) == ROAM_OK);
            ROAM_ASSERT(write(told, &block, sizeof block) == sizeof block);
        }
        fixture_close(&fixture);
    }
}

static void sleep_us(uint64_t us)
{
    nanosleep(&(struct timespec){(time_t)(us / 1000000), (long)(us % 1000000) * 1000}, NULL);
}

/* One in two dies at a random instant, the others at one of their first writes, cuts or syncs. */
static void run_and_kill(struct roam_prng *prng)
{
    int status, pipe_ends[2];
    uint64_t block, told = committed;
    const struct disk_fault fault = {.kind = DISK_KILL_BEFORE + (enum disk_fault_kind)prng_below(prng, 3),
                                     .at = 1 + (long)prng_below(prng, 80)};
    const bool by_parent = prng_below(prng, 2) == 0;
    const uint64_t after_us = prng_below(prng, 300000);
    const struct roam_prng child_prng = {prng_u64(prng)};
    assert_int_equal(pipe(pipe_ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) run_child(by_parent ? NULL : &fault, child_prng, pipe_ends[1]);
    close(pipe_ends[1]);
    if (by_parent) {
        sleep_us(after_us);
        assert_int_equal(kill(child, SIGKILL), 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    while (read(pipe_ends[0], &block, sizeof block) == sizeof block) {
        assert_in_range(block, told, told + (told == committed)); /* one that was not told may be there */
        told = block + 1;
        count_property++;
    }
    close(pipe_ends[0]);
    committed = told;
}

static void check_after_kill(bool thorough)
{
    fixture_reopen(&fixture);
    const uint64_t next = course_next(&fixture);
    assert_in_range(next, committed, committed + 1);
    unacknowledged += next > committed;
    for (uint64_t b = next > 3 ? next - 3 : 0; b <= next; b++) assert_course_block(&fixture, b, b < next);
    assert_int_equal(store_verify(fixture.store, NULL), ROAM_OK);
    if (thorough) {
        assert_course(&fixture, next);
        assert_replay(&fixture, next);
    }
    fixture_close(&fixture);
}

static unsigned long kills_wanted(void)
{
    const char *text = getenv("ROAM_KILLS");
    return text != NULL ? strtoul(text, NULL, 10) : 30;
}

static void test_kills(void **state)
{
    (void)state;
    enum { THOROUGH_EVERY = 100 };
    struct roam_prng prng = prop_prng();
    const unsigned long kills = kills_wanted();
    ordered_setup(&fixture);
    fixture_close(&fixture);
    for (unsigned long i = 1; i <= kills; i++) {
        run_and_kill(&prng);
        check_after_kill(i == kills || i % THOROUGH_EVERY == 0);
    }
    print_message("kills=%lu acknowledged=%llu, and %llu durable without an answer\n", kills, count_property,
                  unacknowledged);
    assert_true(count_property > kills / 4);
    fixture_teardown(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kills)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
