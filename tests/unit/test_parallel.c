/* Shares of a range, and work split over threads, also when the system gives no thread. */
#include "prop.h"
#include "dies.h"

#include "parallel.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

static void shares_make_the_whole(void **state)
{
    (void)state;
    struct roam_prng prng = prop_prng();
    for (int i = 0; i < 2000; i++) {
        size_t size = i < 200 ? (size_t)i : prng_u64(&prng) >> prng_below(&prng, 64), end = 0;
        unsigned count = 1 + (unsigned)prng_below(&prng, PARALLEL_MAX);
        for (unsigned index = 0; index < count; index++) {
            struct share share = {index, count};
            assert_int_equal(share_begin(share, size), end);
            end = share_end(share, size);
            assert_in_range(end - share_begin(share, size), size / count, size / count + 1);
        }
        assert_int_equal(end, size);
        count_property++;
    }
}

struct visits {
    unsigned count[PARALLEL_MAX];
    pthread_t thread[PARALLEL_MAX];
};

static void visit(void *context, struct share share)
{
    struct visits *visits = context;
    visits->count[share.index]++;
    visits->thread[share.index] = pthread_self();
}

/* Every share once, the first on this thread, the others on others or, without threads, on this one too. */
static bool visited_rightly(unsigned count, bool threads)
{
    struct visits visits = {.count = {0}};
    bool right = true;
    parallel_run(count, visit, &visits);
    for (unsigned i = 0; i < PARALLEL_MAX; i++) right &= visits.count[i] == (i < count);
    for (unsigned i = 0; i < count; i++)
        right &= (pthread_equal(visits.thread[i], pthread_self()) != 0) == (!threads || i == 0);
    return right;
}

static void each_share_once(void **state)
{
    (void)state;
    for (unsigned count = 1; count <= PARALLEL_MAX; count++) {
        assert_true(visited_rightly(count, true));
        count_property++;
    }
}

static void *do_nothing(void *argument) { return argument; }

/* The limit on a user's processes binds anyone but root. */
static bool give_threads_up(void)
{
    pthread_t thread;
    if (geteuid() == 0 && setuid(65534) != 0) return false;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0}) != 0) return false;
    return pthread_create(&thread, NULL, do_nothing, NULL) == EAGAIN;
}

static void without_threads(void **state)
{
    (void)state;
    enum { COUNTS = 9 };
    pid_t child = fork();
    if (child == 0) {
        bool right = give_threads_up();
        for (unsigned count = 1; count <= COUNTS; count++) right &= visited_rightly(count, false);
        _exit(right ? 0 : 1);
    }
    int status = 0;
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    count_negative += COUNTS;
}

static void call_for_none(void) { parallel_run(0, visit, NULL); }

static void call_for_too_many(void) { parallel_run(PARALLEL_MAX + 1, visit, NULL); }

static void bad_calls_abort(void **state)
{
    (void)state;
    assert_true(dies(call_for_none));
    assert_true(dies(call_for_too_many));
    count_negative += 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_make_the_whole),
        cmocka_unit_test(each_share_once),
        cmocka_unit_test(without_threads),
        cmocka_unit_test(bad_calls_abort),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
