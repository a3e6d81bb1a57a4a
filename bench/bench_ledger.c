/* The ledger in memory: sessions through open, commit, settle and expire, and single deposits. Proofs are
 * forged: verifying them is measured, proving is not.
 *
 * bench_ledger [THREADS [PAIRS]], by default 1 8; each pair has 1,024 sessions. Lines: name, sessions
 * (deposits), ns for each. NAME is the whole block; NAME.parse the reading of its transactions, NAME.end the
 * state commitment at its end, both contained in it (parse measured apart, on one thread). */
#include <string.h>

#include "bench.h"
#include "ledger_box.h"
#include "market.h"

enum { SESSIONS = 1024, BATCH = 256, HOLD = 100, DEPOSITS = 4000, TXS_MAX = 8192, T0 = 100 };

static struct market market;
static struct pair *pairs;
static size_t pair_count = 8;
static struct ledger_box box;
static struct ledger_bytes txs[TXS_MAX];
static struct ledger_receipt receipts[TXS_MAX];
static size_t tx_count;

static void add(struct ledger_bytes tx)
{
    ROAM_ASSERT(tx_count < TXS_MAX);
    txs[tx_count++] = tx;
}

static void line(const char *name, const char *part, size_t n, uint64_t ns)
{
    printf("%s%s,%zu,%.1f\n", name, part, n, (double)ns / (double)n);
    fflush(stdout);
}

/* Reading alone. */
static uint64_t parse_all(void)
{
    void *scratch = malloc(tx_parse_scratch_size(TX_SIZE_MAX));
    ROAM_ASSERT(scratch != NULL);
    struct tx tx;
    const uint64_t start = bench_now_ns();
    for (size_t i = 0; i < tx_count; i++)
        ROAM_ASSERT(tx_parse(&tx, txs[i].bytes, txs[i].size, scratch, NULL) == ROAM_OK);
    const uint64_t ns = bench_now_ns() - start;
    free(scratch);
    return ns;
}

/* One block of the transactions gathered, about n things; all must be accepted. */
static void run(const char *name, size_t n, uint64_t time_s)
{
    const uint64_t parse_ns = parse_all();
    const uint64_t start = bench_now_ns();
    box_begin(&box, time_s);
    ROAM_ASSERT(ledger_execute(box.ledger, txs, tx_count, receipts) == ROAM_OK);
    const uint64_t executed = bench_now_ns();
    ledger_block_end(box.ledger, &box.head);
    const uint64_t ended = bench_now_ns();
    ledger_overlay_walk(box.ledger, &box.records, record_map_put);
    ledger_block_commit(box.ledger);
    for (size_t i = 0; i < tx_count; i++) ROAM_ASSERT(receipts[i].outcome == LEDGER_ACCEPTED);
    line(name, "", n, ended - start);
    line(name, ".parse", n, parse_ns);
    line(name, ".end", n, ended - executed);
    for (size_t i = 0; i < tx_count; i++) free((void *)(uintptr_t)txs[i].bytes);
    tx_count = 0;
}

static void open_market(unsigned threads)
{
    const struct ledger_circuit circuit = {MARKET_CIRCUIT_SIZE, &market.forger.prepared};
    market_init(&market);
    box_open(&box, &market.genesis, &circuit, 100000, threads);
    for (size_t p = 0; p < pair_count; p++) {
        pair_init(&pairs[p], &market, p);
        add(make_register(&market, &pairs[p].home));
        add(make_register(&market, &pairs[p].visited));
        add(make_deposit(&market, &pairs[p].home, 2 * SESSIONS * HOLD, p));
        add(make_agreement(&market, &pairs[p]));
        add(make_move(&market, &pairs[p], TX_AGREEMENT_FUND, 2 * SESSIONS * HOLD, 1));
    }
    run("opening", tx_count, T0);
}

static void sessions(uint64_t first_serial, bool settle)
{
    const size_t n = pair_count * SESSIONS;
    for (size_t p = 0; p < pair_count; p++)
        for (uint64_t s = 0; s < SESSIONS; s += BATCH)
            add(make_session_open(&market, &pairs[p], first_serial + s, BATCH, HOLD));
    run(settle ? "session_open" : "session_open_2", n, T0);
    for (size_t p = 0; p < pair_count; p++)
        for (uint64_t s = 0; s < SESSIONS; s += BATCH)
            if (settle)
                add(make_usage_commit(&market, &pairs[p], first_serial + s, BATCH, 1));
            else
                add(make_expire(&market, &pairs[p], first_serial + s, BATCH));
    run(settle ? "usage_commit" : "expire", n, settle ? T0 : T0 + pairs[0].terms.commit_within_s);
    if (!settle) return;
    for (size_t p = 0; p < pair_count; p++)
        for (uint64_t s = 0; s < SESSIONS; s += MARKET_CIRCUIT_SIZE)
            add(make_settle(&market, &pairs[p], first_serial + s, MARKET_CIRCUIT_SIZE, HOLD, 1, HOLD));
    run("settle", n, T0);
}

static void deposits(void)
{
    for (uint64_t i = 0; i < DEPOSITS; i++)
        add(make_deposit(&market, &pairs[i % pair_count].home, 1, 1000000 + i));
    run("deposit", DEPOSITS, T0);
}

int main(int argc, char **argv)
{
    const unsigned threads = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
    if (argc > 2) pair_count = strtoul(argv[2], NULL, 10);
    ROAM_ASSERT(threads >= 1 && pair_count >= 1 && pair_count <= TXS_MAX / 16);
    pairs = calloc(pair_count, sizeof *pairs);
    ROAM_ASSERT(pairs != NULL);
    open_market(threads);
    deposits();
    sessions(0, true);
    sessions(SESSIONS, false);
    box_release(&box);
    free(pairs);
    return 0;
}
