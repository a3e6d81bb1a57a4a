/* roam_prover.h: proofs under way: memory ceilings, stopping at every step, several threads. */
#include "prop.h"

#include "prover_made.h"

#include <pthread.h>

/* Another proof from inside the progress callback of one. */
struct nested {
    struct roam_prover *prover;
    const struct made *m;
    enum roam_prover_err inner;
    struct roam_prover_message message;
};

static bool prove_inside(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct nested *nested = context;
    struct output out;
    assert_non_null(what);
    assert_true(done < total);
    if (done == 0)
        nested->inner =
            roam_prover_prove_wtns(out.proof, out.public_signals, sizeof out.public_signals, nested->prover,
                                   nested->m->wtns.data, nested->m->wtns.size, NULL, &nested->message);
    return true;
}

static void test_ceiling(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    struct roam_prover_size size;
    struct roam_prover_options options = roam_prover_default_options();
    struct roam_prover_message message;
    struct roam_prover *prover = NULL;
    char needed[32];
    (void)state;
    fixture_random(&m.f, &prng, 1, 1, 100);
    begin(&m, &prng);
    options.threads = 2;
    assert_int_equal(roam_prover_size_of_memory(&size, m.zkey.data, m.zkey.size, &options, NULL),
                     ROAM_PROVER_OK);
    uint64_t one = size.prover_bytes + size.proof_bytes;
    snprintf(needed, sizeof needed, "%llu", (unsigned long long)one);
    const uint64_t low[] = {1, size.prover_bytes, one - 1};
    for (size_t i = 0; i < 3; i++) {
        options.memory_ceiling_bytes = low[i];
        assert_int_equal(roam_prover_create_memory(&prover, m.zkey.data, m.zkey.size, &options, &message),
                         ROAM_PROVER_E_CEILING);
        assert_memory_equal(message.text, needed, strlen(needed));
        count_negative++;
    }
    for (int proofs = 1; proofs <= 2; proofs++) {
        options.memory_ceiling_bytes = one + (uint64_t)(proofs - 1) * size.proof_bytes;
        prover = prover_of(&m, &options);
        struct nested nested = {.prover = prover, .m = &m};
        struct roam_prover_control control = {.progress = prove_inside, .context = &nested};
        for (int i = 0; i < 3; i++) {
            assert_int_equal(prove(&out, prover, &m, &control), ROAM_PROVER_OK);
            assert_int_equal(nested.inner, proofs == 1 ? ROAM_PROVER_E_CEILING : ROAM_PROVER_OK);
            assert_int_equal(judge(&m, &out), ROAM_OK);
            count_negative += proofs == 1;
        }
        if (proofs == 1) assert_non_null(strstr(nested.message.text, "2 proofs at once"));
        assert_int_equal(prover->running, 0);
        roam_prover_destroy(prover);
    }
    end(&m);
}

enum how { BY_RETURN, BY_FLAG, BY_THREAD };

struct stop {
    uint64_t at, seen; /* calls */
    enum how how;
    struct roam_prover_cancel cancel;
};

static void *request(void *context)
{
    roam_prover_cancel_request(context);
    return NULL;
}

static bool stop_at(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct stop *stop = context;
    pthread_t thread;
    assert_non_null(what);
    assert_true(done < total);
    if (stop->seen++ != stop->at) return true;
    if (stop->how == BY_FLAG) roam_prover_cancel_request(&stop->cancel);
    if (stop->how == BY_THREAD) {
        assert_int_equal(pthread_create(&thread, NULL, request, &stop->cancel), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    return stop->how != BY_RETURN;
}

/* No value of the witness, in either form, is left in the memory that waits for the next proof. */
static void assert_wiped(const struct roam_prover *prover, const struct made *m)
{
    assert_int_equal(prover->running, 0);
    assert_non_null(prover->idle);
    for (uint32_t wire = 1; wire < m->key.wire_count; wire++) {
        uint64_t limbs[4];
        fr_to_limbs(limbs, &m->f.witness[wire]);
        if (limbs[1] == 0) continue; /* a short value may stand there by chance */
        assert_null(memmem(prover->idle, prover->scratch_bytes, limbs, sizeof limbs));
        assert_null(memmem(prover->idle, prover->scratch_bytes, &m->f.witness[wire], sizeof(fr)));
    }
}

/* How many steps are told of: with several threads at least the first and the last, as they take turns. */
static uint64_t steps_of(struct roam_prover *prover, const struct made *m, unsigned threads)
{
    struct output out;
    struct stop never = {.at = UINT64_MAX};
    struct roam_prover_control watch = {.progress = stop_at, .context = &never};
    assert_int_equal(prove(&out, prover, m, &watch), ROAM_PROVER_OK);
    assert_in_range(never.seen, threads > 1 ? 2 : 4, 100);
    return threads > 1 ? 2 : never.seen;
}

/* Stops at one step: nothing is written and nothing left. */
static void stops(struct roam_prover *prover, const struct made *m, enum how how, uint64_t at)
{
    struct output out;
    struct stop stop = {.at = at, .how = how};
    struct roam_prover_control control = {&stop.cancel, stop_at, &stop};
    clear(&out);
    assert_int_equal(prove(&out, prover, m, &control), ROAM_PROVER_E_CANCELLED);
    assert_untouched(&out);
    assert_wiped(prover, m);
    assert_int_equal(stop.seen, at + 1);
    count_negative++;
}

static void test_stop_at_each_step(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct roam_prover_options options = roam_prover_default_options();
    (void)state;
    fixture_random(&m.f, &prng, 1, 1, 100);
    begin(&m, &prng);
    for (options.threads = 1; options.threads <= 2; options.threads++) {
        struct roam_prover *prover = prover_of(&m, &options);
        uint64_t steps = steps_of(prover, &m, options.threads);
        for (int how = BY_RETURN; how <= (int)BY_THREAD; how++)
            for (uint64_t at = 0; at < steps; at++) stops(prover, &m, (enum how)how, at);
        roam_prover_destroy(prover);
    }
    end(&m);
}

/* A request made before the call, and taken back. */
static void test_cancel_and_clear(void **state)
{
    struct roam_prng prng = prop_prng();
    struct made m;
    struct output out;
    struct roam_prover_cancel cancel = {0};
    struct roam_prover_control control = {.cancel = &cancel};
    (void)state;
    begin_cubic(&m, &prng);
    struct roam_prover *prover = prover_of(&m, NULL);
    roam_prover_cancel_request(&cancel);
    assert_int_equal(prove(&out, prover, &m, &control), ROAM_PROVER_E_CANCELLED);
    roam_prover_cancel_clear(&cancel);
    assert_int_equal(prove(&out, prover, &m, &control), ROAM_PROVER_OK);
    assert_int_equal(judge(&m, &out), ROAM_OK);
    count_negative++;
    roam_prover_destroy(prover);
    end(&m);
}

enum { WORKERS = 4, PROOFS_EACH = 4 };

struct worker {
    struct roam_prover *prover;
    struct made m; /* a witness of its own for the shared key */
    unsigned good;
    struct output out[PROOFS_EACH];
};

static void *work(void *context)
{
    struct worker *worker = context;
    for (int i = 0; i < PROOFS_EACH; i++)
        worker->good += prove(&worker->out[i], worker->prover, &worker->m, NULL) == ROAM_PROVER_OK;
    return NULL;
}

static void test_threads(void **state)
{
    static struct worker workers[WORKERS];
    struct roam_prng prng = prop_prng();
    struct made m;
    pthread_t threads[WORKERS];
    (void)state;
    begin_cubic(&m, &prng);
    struct roam_prover_options options = roam_prover_default_options();
    options.threads = 2;
    struct roam_prover *prover = prover_of(&m, &options);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.prover = prover, .m = m};
        workers[i].m.wtns = (struct roam_buf){0};
        workers[i].m.prepared.vk = &m.vk;
        fixture_cubic(&workers[i].m.f, 10 + (uint64_t)i);
        wtns_of(&workers[i].m);
    }
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    for (int i = 0; i < WORKERS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < WORKERS; i++) {
        assert_int_equal(workers[i].good, PROOFS_EACH);
        for (int j = 0; j < PROOFS_EACH; j++) {
            assert_int_equal(judge(&workers[i].m, &workers[i].out[j]), ROAM_OK);
            count_property++;
        }
        fixture_release(&workers[i].m.f);
        buf_release(&workers[i].m.wtns);
    }
    assert_int_equal(prover->running, 0);
    roam_prover_destroy(prover);
    end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_stop_at_each_step),
        cmocka_unit_test(test_cancel_and_clear),
        cmocka_unit_test(test_threads),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
