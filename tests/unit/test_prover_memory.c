/* The prover and memory: every allocation of every call refused in turn, and no call asking for more than
 * roam_prover_size says. */
#include "prop.h"

#include "groth16_keys.h"
#include "prover_state.h"
#include "wtns_file.h"

#include <stdatomic.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);

static atomic_long allocations;
static atomic_long fail_at; /* 0: never */
static atomic_size_t requested;

static bool is_refused(size_t size)
{
    atomic_fetch_add(&requested, size);
    return atomic_fetch_add(&allocations, 1) + 1 == atomic_load(&fail_at);
}

void *__wrap_malloc(size_t size) { return is_refused(size) ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size)
{
    return is_refused(count * size) ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *memory, size_t size)
{
    return is_refused(size) ? NULL : __real_realloc(memory, size);
}
void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return is_refused(size) ? NULL : __real_aligned_alloc(alignment, size);
}

enum { PUBLIC_COUNT = 2 };

static struct roam_buf zkey, wtns;
static uint8_t *values;
static size_t value_count;
static struct roam_prover_options options;
static struct roam_prover *prover;
static uint8_t proof[ROAM_PROVER_PROOF_SIZE], signals[PUBLIC_COUNT * ROAM_PROVER_VALUE_SIZE];

static enum roam_prover_err create(struct roam_prover_message *message)
{
    roam_prover_destroy(prover);
    prover = NULL;
    return roam_prover_create_memory(&prover, zkey.data, zkey.size, &options, message);
}

static enum roam_prover_err prove_wtns(struct roam_prover_message *message)
{
    return roam_prover_prove_wtns(proof, signals, sizeof signals, prover, wtns.data, wtns.size, NULL,
                                  message);
}

static enum roam_prover_err prove_values(struct roam_prover_message *message)
{
    return roam_prover_prove_values(proof, signals, sizeof signals, prover, values, value_count, NULL,
                                    message);
}

static enum roam_prover_err print_proof(struct roam_prover_message *message)
{
    char text[ROAM_PROVER_PROOF_JSON_MAX];
    size_t size = sizeof text;
    message->text[0] = '-';
    return roam_prover_proof_json(text, &size, proof);
}

static enum roam_prover_err print_signals(struct roam_prover_message *message)
{
    char text[ROAM_PROVER_PUBLIC_JSON_MAX(PUBLIC_COUNT)];
    size_t size = sizeof text;
    message->text[0] = '-';
    return roam_prover_public_json(text, &size, signals, PUBLIC_COUNT);
}

static void drop_idle(void)
{
    if (prover == NULL) return;
    free(prover->idle);
    prover->idle = NULL;
}

/* Refuses the first allocation, then the second, until the call gets through without reaching one. */
static void starve(enum roam_prover_err (*call)(struct roam_prover_message *message), long at_least)
{
    enum roam_prover_err err = ROAM_PROVER_E_NOMEM;
    long at;
    for (at = 1; err != ROAM_PROVER_OK; at++) {
        struct roam_prover_message message = {{0}};
        drop_idle();
        atomic_store(&allocations, 0);
        atomic_store(&fail_at, at);
        err = call(&message);
        atomic_store(&fail_at, 0);
        assert_true(err == ROAM_PROVER_OK || err == ROAM_PROVER_E_NOMEM);
        assert_true(err == ROAM_PROVER_OK || message.text[0] != '\0');
        if (prover != NULL) assert_int_equal(prover->running, 0);
        count_negative += err == ROAM_PROVER_E_NOMEM;
    }
    assert_true(at - 2 >= at_least);
}

static void test_starved(void **state)
{
    (void)state;
    starve(create, 8);
    starve(prove_wtns, 2);
    starve(prove_values, 2);
    starve(print_proof, 1);
    starve(print_signals, 2);
}

/* All that a call asks for, freed or not, stays below what is said to be needed, and not far below. */
static void test_said_sizes(void **state)
{
    struct roam_prover_message message;
    struct roam_prover_size size;
    (void)state;
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        options.threads = threads;
        atomic_store(&requested, 0);
        assert_int_equal(create(&message), ROAM_PROVER_OK);
        size = roam_prover_size(prover);
        assert_in_range(atomic_load(&requested), size.prover_bytes * 9 / 10, size.prover_bytes);
        atomic_store(&requested, 0);
        assert_int_equal(prove_wtns(&message), ROAM_PROVER_OK);
        assert_in_range(atomic_load(&requested), size.proof_bytes * 9 / 10, size.proof_bytes);
        atomic_store(&requested, 0);
        assert_int_equal(prove_values(&message), ROAM_PROVER_OK);
        assert_int_equal(atomic_load(&requested), value_count * sizeof(fr)); /* the scratch memory is kept */
        count_property += 3;
    }
    options.threads = 2;
}

static int make(void **state)
{
    struct roam_prng prng = prop_prng();
    struct fixture f;
    (void)state;
    fixture_random(&f, &prng, 1, PUBLIC_COUNT - 1, 300);
    struct zkey key = dev_key(&f, &prng);
    buf_init(&zkey, 1 << 24);
    buf_init(&wtns, 1 << 24);
    value_count = f.system.wire_count;
    values = malloc(value_count * 32);
    for (size_t i = 0; i < value_count; i++) fr_to_le(values + 32 * i, &f.witness[i]);
    options = roam_prover_default_options();
    options.threads = 2;
    bool made = zkey_serialize(&zkey, &key) == ROAM_OK &&
                wtns_serialize(&wtns, f.witness, f.system.wire_count) == ROAM_OK;
    zkey_release(&key);
    fixture_release(&f);
    return made ? 0 : -1;
}

static int release(void **state)
{
    (void)state;
    roam_prover_destroy(prover);
    buf_release(&zkey);
    buf_release(&wtns);
    free(values);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starved),
        cmocka_unit_test(test_said_sizes),
    };
    int failed = cmocka_run_group_tests(tests, make, release);
    prop_print_counts();
    return failed;
}
