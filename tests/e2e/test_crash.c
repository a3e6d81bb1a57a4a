/* kill -9 at random instants, and at, after or in the middle of a chosen write: what was acknowledged is
 * there, once, and what was not can be sent again.
 *
 * A child opens the store and runs a load from several threads. Each thread has a pair of operators of its
 * own and goes through fixed steps, each of which follows from its number alone and is accepted if all before
 * it were; it writes every answer to a file with write(2) before it goes on. The parent kills the child,
 * opens the store and compares: every answer in the file is in the store, and of each thread at most the one
 * step that was on its way besides. The next child begins with that step again, whether it is there or not.
 *
 * ROAM_KILLS: how many kills, 30 if not set. ROAM_SEED: as everywhere. */
#include "disk_fault.h"
#include "market.h"
#include "prop.h"
#include "store.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, SETUP_STEPS = 3, CYCLE_STEPS = 7, STEPS_MAX = 1 << 20 };

/* One line of the file of answers. */
struct answer {
    uint32_t thread, step;
    uint8_t receipt[LEDGER_RECEIPT_SIZE];
    uint8_t padding[5];
};

static char folder[64], path[80], answers_path[80];
static struct market market;
static struct pair pairs[THREADS];
static uint32_t acknowledged[THREADS];    /* steps */
static unsigned long long unacknowledged; /* found in the store after a kill */

/* After setup each cycle moves 10.00 from outside to the home operator, and 0.60 on from there over the
 * agreement and two sessions to the visited operator and out. */
static struct ledger_bytes make_step(uint32_t thread, uint32_t step)
{
    const struct pair *pair = &pairs[thread];
    if (step == 0) return make_register(&market, &pair->home);
    if (step == 1) return make_register(&market, &pair->visited);
    if (step == 2) return make_agreement(&market, pair);
    uint64_t cycle = (step - SETUP_STEPS) / CYCLE_STEPS;
    switch ((step - SETUP_STEPS) % CYCLE_STEPS) {
    case 0:
        return make_deposit(&market, &pair->home, 1000, (uint64_t)thread << 32 | cycle);
    case 1:
        return make_move(&market, pair, TX_AGREEMENT_FUND, 900, cycle + 1);
    case 2:
        return make_session_open(&market, pair, 2 * cycle, 2, 200);
    case 3:
        return make_usage_commit(&market, pair, 2 * cycle, 2, 1);
    case 4:
        return make_settle(&market, pair, 2 * cycle, 2, 200, 1, 150);
    case 5:
        return make_move(&market, pair, TX_AGREEMENT_COLLECT, 100, cycle + 1);
    default:
        return make_withdraw(&market, &pair->visited, 60, cycle + 1);
    }
}

static struct store *open_or_fail(void)
{
    struct store *store;
    struct roam_diag diag = {""};
    const struct store_options options = {.env = &roam_env_system, .threads = 1, .block_txs_max = 100};
    enum roam_err err = store_open(&store, path, &options, &diag);
    if (err != ROAM_OK) fail_msg("store_open: %s: %s", roam_err_name(err), diag.text);
    return store;
}

struct worker {
    pthread_t thread;
    struct store *store;
    uint32_t number;
    int answers;
};

static void *work(void *context)
{
    const struct worker *worker = context;
    for (uint32_t step = acknowledged[worker->number]; step < STEPS_MAX; step++) {
        struct ledger_receipt receipt;
        struct answer answer = {worker->number, step, {0}, {0}};
        struct ledger_bytes tx = make_step(worker->number, step);
        ROAM_ASSERT(store_submit(worker->store, tx.bytes, tx.size, &receipt) == ROAM_OK);
        ROAM_ASSERT(receipt.outcome == LEDGER_ACCEPTED);
        ledger_receipt_serialize(answer.receipt, &receipt);
        ROAM_ASSERT(write(worker->answers, &answer, sizeof answer) == sizeof answer);
        free((void *)(uintptr_t)tx.bytes);
    }
    return NULL;
}

/* The child's life: it never returns. A fault kills it at a write; else the parent does. */
static void run_child(const struct disk_fault *fault)
{
    struct worker workers[THREADS];
    if (fault != NULL) disk_fault_arm(fault);
    struct store *store = open_or_fail();
    int answers = open(answers_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    ROAM_ASSERT(answers >= 0);
    for (uint32_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.store = store, .number = i, .answers = answers};
        ROAM_ASSERT(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (;;) pause();
}

static void sleep_us(uint64_t us)
{
    nanosleep(&(struct timespec){(time_t)(us / 1000000), (long)(us % 1000000) * 1000}, NULL);
}

/* One in two dies at a random instant of its first 100 ms, the others at one of their first writes or syncs.
 */
static void run_and_kill(struct roam_prng *prng)
{
    int status;
    const struct disk_fault fault = {.kind = DISK_KILL_BEFORE + (enum disk_fault_kind)prng_below(prng, 3),
                                     .at = 1 + (long)prng_below(prng, 120)};
    bool by_parent = prng_below(prng, 2) == 0;
    uint64_t after_us = prng_below(prng, 100000);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) run_child(by_parent ? NULL : &fault);
    if (by_parent) {
        sleep_us(after_us);
        assert_int_equal(kill(child, SIGKILL), 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Compares a new answer with the store: its step follows the thread's last one, and its receipt is there. */
static void check_answer(struct store *store, const struct answer *answer)
{
    struct ledger_receipt told, stored;
    uint8_t bytes[LEDGER_RECEIPT_SIZE];
    assert_in_range(answer->thread, 0, THREADS - 1);
    assert_int_equal(answer->step, acknowledged[answer->thread]);
    acknowledged[answer->thread]++;
    assert_int_equal(ledger_receipt_parse(&told, answer->receipt), ROAM_OK);
    assert_int_equal(store_receipt_by_tx(store, &told.tx, &stored), ROAM_OK);
    ledger_receipt_serialize(bytes, &stored);
    assert_memory_equal(bytes, answer->receipt, sizeof bytes);
    count_property++;
}

/* Of each thread at most the step after its last answer is there too. Together with the number of receipts
 * this says that nothing is there twice. */
static void check_unanswered(struct store *store)
{
    struct ledger_receipt receipt;
    uint64_t expected = 0;
    for (uint32_t thread = 0; thread < THREADS; thread++) {
        struct ledger_bytes tx = make_step(thread, acknowledged[thread]);
        roam_id id = made_id(&tx);
        enum roam_err err = store_receipt_by_tx(store, &id, &receipt);
        assert_true(err == ROAM_OK || err == ROAM_E_NOTFOUND);
        expected += acknowledged[thread] + (err == ROAM_OK);
        unacknowledged += err == ROAM_OK;
        free((void *)(uintptr_t)tx.bytes);
    }
    const struct ledger *ledger = store_read_begin(store);
    assert_non_null(ledger);
    assert_int_equal(ledger_head(ledger)->receipts.size, expected);
    store_read_end(store);
}

static void check_all(struct store *store)
{
    struct store_totals totals;
    size_t count;
    uint64_t blocks;
    struct roam_diag diag = {""};
    enum roam_err err = store_verify(store, &diag);
    if (err == ROAM_OK) err = store_audit(store, &totals, 1, &count, &diag);
    if (err == ROAM_OK) err = store_replay(store, &blocks, &diag);
    if (err != ROAM_OK) fail_msg("%s: %s", roam_err_name(err), diag.text);
    assert_int_equal(totals.available + totals.held + totals.earned, totals.deposits - totals.withdrawals);
}

static void check_after_kill(int answers, bool thorough)
{
    struct answer answer;
    struct store *store = open_or_fail();
    ssize_t got;
    while ((got = read(answers, &answer, sizeof answer)) == sizeof answer) check_answer(store, &answer);
    assert_int_equal(got, 0);
    check_unanswered(store);
    if (thorough) check_all(store);
    store_close(store);
}

static unsigned long kills_wanted(void)
{
    const char *text = getenv("ROAM_KILLS");
    return text != NULL ? strtoul(text, NULL, 10) : 30;
}

static void setup_store(void)
{
    strcpy(folder, "/tmp/roam-crash-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ledger", folder);
    snprintf(answers_path, sizeof answers_path, "%s/answers", folder);
    market_init(&market);
    for (uint64_t i = 0; i < THREADS; i++) pair_init(&pairs[i], &market, i);
    struct store_genesis genesis = {.genesis = market.genesis, .vk = {&market.forger.vk}};
    assert_int_equal(store_create(path, &genesis, NULL), ROAM_OK);
}

static void remove_store(void)
{
    static const char *const files[] = {"ledger/data.mdb", "ledger/lock.mdb", "answers"};
    char file[160];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(file, sizeof file, "%s/%s", folder, files[i]);
        assert_int_equal(unlink(file), 0);
    }
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void test_kills(void **state)
{
    (void)state;
    enum { THOROUGH_EVERY = 25 };
    struct roam_prng prng = prop_prng();
    unsigned long kills = kills_wanted();
    setup_store();
    int answers = open(answers_path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(answers >= 0);
    for (unsigned long i = 1; i <= kills; i++) {
        run_and_kill(&prng);
        check_after_kill(answers, i == kills || i % THOROUGH_EVERY == 0);
    }
    close(answers);
    print_message("kills=%lu acknowledged=%llu, and %llu durable without an answer\n", kills, count_property,
                  unacknowledged);
    assert_true(count_property > kills);
    remove_store();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kills)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    prop_print_counts();
    return failed;
}
