/* The store end to end, everything durable: deposits from 1, 8 and 64 callers that each wait for every
 * answer, deposits submitted all at once, then the life of sessions (open, commit, settle) in many
 * agreements. Proofs are forged: verifying them is measured, proving is not.
 *
 * bench_store [FOLDER [DEPOSITS [PAIRS]]], by default /tmp 4000 16. Lines: name, operations, ns each, blocks,
 * per cent of the time that went into writes and syncs. The last number of a name is that of callers or of
 * threads for proofs and signatures. */
#include "bench.h"
#include "market.h"
#include "store.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static void require(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "bench_store: %s\n", what);
    exit(1);
}

/* Time in writes and syncs: these stand before the C library's, for LMDB too. */
static atomic_ullong disk_ns;

#define VISIBLE __attribute__((visibility("default")))

VISIBLE int fdatasync(int fd)
{
    int (*next)(int) = NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "fdatasync");
    uint64_t start = bench_now_ns();
    int result = next(fd);
    atomic_fetch_add(&disk_ns, bench_now_ns() - start);
    return result;
}

VISIBLE ssize_t plain_pwrite(int fd, const void *data, size_t size, off_t at) __asm__("pwrite");
ssize_t plain_pwrite(int fd, const void *data, size_t size, off_t at)
{
    ssize_t (*next)(int, const void *, size_t, off_t) = NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "pwrite");
    uint64_t start = bench_now_ns();
    ssize_t result = next(fd, data, size, at);
    atomic_fetch_add(&disk_ns, bench_now_ns() - start);
    return result;
}

static struct market market;
static struct store *store;

static uint64_t height(void)
{
    const struct ledger *ledger = store_read_begin(store);
    require(ledger != NULL, "cannot read");
    uint64_t result = ledger_head(ledger)->height;
    store_read_end(store);
    return result;
}

/* What is being timed. */
struct timing {
    uint64_t start_ns, disk_ns, height;
};

static struct timing timing_begin(void)
{
    return (struct timing){bench_now_ns(), atomic_load(&disk_ns), height()};
}

static void timing_end(const struct timing *t, const char *name, unsigned number, size_t count)
{
    uint64_t ns = bench_now_ns() - t->start_ns, disk = atomic_load(&disk_ns) - t->disk_ns;
    printf("%s_%u,%zu,%.1f,%llu,%.0f\n", name, number, count, (double)ns / (double)count,
           (unsigned long long)(height() - t->height), 100.0 * (double)disk / (double)ns);
    fflush(stdout);
}

static void open_store(const char *path, unsigned threads)
{
    struct roam_diag diag = {""};
    const struct store_options options = {
        .env = &roam_env_system, .threads = threads, .block_txs_max = LEDGER_BLOCK_TXS_MAX};
    if (store_open(&store, path, &options, &diag) != ROAM_OK) require(false, diag.text);
}

static void create_store(char *path, const char *folder, unsigned threads)
{
    struct roam_diag diag = {""};
    struct store_genesis genesis = {.genesis = market.genesis, .vk = {&market.forger.vk}};
    sprintf(path, "%.200s/roam-bench-XXXXXX", folder);
    require(mkdtemp(path) != NULL, "cannot make a folder");
    if (store_create(path, &genesis, &diag) != ROAM_OK) require(false, diag.text);
    open_store(path, threads);
}

static void remove_store(const char *path)
{
    char file[300];
    store_close(store);
    snprintf(file, sizeof file, "%s/data.mdb", path);
    unlink(file);
    snprintf(file, sizeof file, "%s/lock.mdb", path);
    unlink(file);
    rmdir(path);
}

static void submit_all(struct ledger_bytes *txs, size_t count)
{
    struct ledger_receipt *receipts = calloc(count, sizeof *receipts);
    require(receipts != NULL && store_submit_many(store, txs, count, receipts) == ROAM_OK, "submit failed");
    for (size_t i = 0; i < count; i++)
        require(receipts[i].outcome == LEDGER_ACCEPTED,
                ledger_outcome_text((enum ledger_outcome)receipts[i].outcome));
    free(receipts);
}

static void free_all(struct ledger_bytes *txs, size_t count)
{
    for (size_t i = 0; i < count; i++) free((void *)(uintptr_t)txs[i].bytes);
}

struct caller {
    pthread_t thread;
    struct ledger_bytes *txs;
    size_t count;
};

static void *call(void *context)
{
    struct caller *caller = context;
    struct ledger_receipt receipt;
    for (size_t i = 0; i < caller->count; i++) {
        enum roam_err err = store_submit(store, caller->txs[i].bytes, caller->txs[i].size, &receipt);
        require(err == ROAM_OK && receipt.outcome == LEDGER_ACCEPTED, "submit failed");
    }
    return NULL;
}

static void run_callers(struct ledger_bytes *txs, size_t count, unsigned callers)
{
    enum { CALLERS_MAX = 64 };
    struct caller all[CALLERS_MAX];
    struct timing t = timing_begin();
    for (size_t i = 0; i < callers; i++) {
        size_t first = i * count / callers, end = (i + 1) * count / callers;
        all[i] = (struct caller){.txs = txs + first, .count = end - first};
        require(pthread_create(&all[i].thread, NULL, call, &all[i]) == 0, "no thread");
    }
    for (size_t i = 0; i < callers; i++) pthread_join(all[i].thread, NULL);
    timing_end(&t, "deposit_callers", callers, count);
}

static void bench_deposits(const char *folder, size_t count, unsigned threads)
{
    static const unsigned callers[] = {1, 8, 64};
    char path[256];
    struct pair pair;
    create_store(path, folder, threads);
    pair_init(&pair, &market, 0);
    struct ledger_bytes setup = make_register(&market, &pair.home), *txs = calloc(count, sizeof *txs);
    require(txs != NULL, "no memory");
    submit_all(&setup, 1);
    free_all(&setup, 1);
    for (uint64_t round = threads == 1 ? 0 : 3; round < 4; round++) {
        for (uint64_t i = 0; i < count; i++) txs[i] = make_deposit(&market, &pair.home, 1, round << 32 | i);
        if (round < 3) {
            run_callers(txs, round == 0 ? count / 4 : count, callers[round]);
        } else {
            struct timing t = timing_begin();
            submit_all(txs, count);
            timing_end(&t, "deposit_many", threads, count);
        }
        free_all(txs, count);
    }
    free(txs);
    remove_store(path);
}

enum { SESSIONS = MARKET_CIRCUIT_SIZE, PHASES = 3 };

/* In every pair's agreement SESSIONS sessions in one transaction of each kind. */
static void bench_sessions(const char *folder, size_t pair_count, unsigned threads)
{
    static const char *const phase_name[PHASES] = {"session_open", "usage_commit", "settle"};
    char path[256];
    struct pair *pairs = calloc(pair_count, sizeof *pairs);
    struct ledger_bytes *txs = calloc((5 + PHASES) * pair_count, sizeof *txs);
    size_t sessions = pair_count * SESSIONS, count = 0;
    require(pairs != NULL && txs != NULL, "no memory");
    create_store(path, folder, threads);
    for (size_t i = 0; i < pair_count; i++) {
        pair_init(&pairs[i], &market, i);
        txs[count++] = make_register(&market, &pairs[i].home);
        txs[count++] = make_register(&market, &pairs[i].visited);
        txs[count++] = make_deposit(&market, &pairs[i].home, 100000, i);
        txs[count++] = make_agreement(&market, &pairs[i]);
        txs[count++] = make_move(&market, &pairs[i], TX_AGREEMENT_FUND, 100000, 1);
    }
    submit_all(txs, count);
    struct ledger_bytes *work = txs + count;
    for (size_t i = 0; i < pair_count; i++) {
        work[i] = make_session_open(&market, &pairs[i], 1, SESSIONS, 100);
        work[pair_count + i] = make_usage_commit(&market, &pairs[i], 1, SESSIONS, 1);
        work[2 * pair_count + i] = make_settle(&market, &pairs[i], 1, SESSIONS, 100, 1, SESSIONS);
    }
    struct timing all = timing_begin();
    for (size_t phase = 0; phase < PHASES; phase++) {
        struct timing t = timing_begin();
        submit_all(work + phase * pair_count, pair_count);
        timing_end(&t, phase_name[phase], threads, sessions);
    }
    timing_end(&all, "session", threads, sessions);
    free_all(txs, count + PHASES * pair_count);
    free(txs);
    free(pairs);
    remove_store(path);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "/tmp";
    size_t deposits = argc > 2 ? strtoul(argv[2], NULL, 10) : 4000,
           pairs = argc > 3 ? strtoul(argv[3], NULL, 10) : 16;
    require(deposits > 0 && pairs > 0, "DEPOSITS and PAIRS are positive numbers");
    market_init(&market);
    bench_deposits(folder, deposits, 1);
    bench_deposits(folder, deposits, 2);
    bench_sessions(folder, pairs, 1);
    bench_sessions(folder, pairs, 2);
    return 0;
}
