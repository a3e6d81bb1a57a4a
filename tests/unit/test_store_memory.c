/* The store when memory runs out: every allocation of every call fails in turn; the call says so, and the
 * next one works. */
#include "store_fixture.h"

#include <stdatomic.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);

static atomic_long allocations;
static atomic_long fail_at; /* 0: never */

static bool is_refused(void)
{
    long at = atomic_load(&fail_at);
    return at != 0 && atomic_fetch_add(&allocations, 1) + 1 == at;
}

void *__wrap_malloc(size_t size) { return is_refused() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return is_refused() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *memory, size_t size) { return is_refused() ? NULL : __real_realloc(memory, size); }
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_refused() ? NULL : __real_aligned_alloc(alignment, size);
}

static struct store_fixture fixture;

static enum roam_err do_create(void)
{
    struct store_genesis genesis = fixture_genesis(&fixture);
    fixture_close(&fixture);
    fixture_remove_store(fixture.path);
    return store_create(fixture.path, &genesis, NULL);
}

static enum roam_err do_open(void)
{
    fixture_close(&fixture);
    return fixture_open(&fixture, NULL);
}

static enum roam_err do_submit(void)
{
    struct ledger_receipt receipt;
    return store_submit(fixture.store, (const uint8_t *)"x", 1, &receipt);
}

/* With no reader left from before. */
static enum roam_err do_read(void)
{
    long at = atomic_exchange(&fail_at, 0);
    fixture_reopen(&fixture);
    atomic_store(&allocations, 0);
    atomic_store(&fail_at, at);
    if (store_read_begin(fixture.store) == NULL) return ROAM_E_NOMEM;
    store_read_end(fixture.store);
    return ROAM_OK;
}

static enum roam_err do_audit(void)
{
    struct store_totals totals;
    size_t count;
    return store_audit(fixture.store, &totals, 1, &count, NULL);
}

static enum roam_err do_replay(void)
{
    uint64_t blocks;
    return store_replay(fixture.store, &blocks, NULL);
}

static enum roam_err do_verify(void) { return store_verify(fixture.store, NULL); }

/* least: allocations that the call is known to make. */
static void check_call(enum roam_err (*call)(void), long least)
{
    long at = 0;
    enum roam_err err;
    do {
        atomic_store(&allocations, 0);
        atomic_store(&fail_at, ++at);
        err = call();
        atomic_store(&fail_at, 0);
        if (err == ROAM_OK) break;
        assert_int_equal(err, ROAM_E_NOMEM);
        assert_int_equal(call(), ROAM_OK);
        count_negative++;
    } while (at < 1000);
    assert_in_range(at, least + 1, 999);
}

static void test_every_allocation(void **state)
{
    (void)state;
    fixture_setup(&fixture);
    check_call(do_create, 3);
    fixture_reopen(&fixture);
    fixture_fill(&fixture);
    check_call(do_open, 8);
    check_call(do_submit, 1);
    check_call(do_read, 2);
    check_call(do_audit, 2);
    check_call(do_replay, 10);
    check_call(do_verify, 0);
    fixture_teardown(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_allocation)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
