/* A random market against a slow model that is written from docs/ledger.md alone.
 *
 * Every transaction goes to the model and to two ledgers: one gets a block in one call, so that device
 * signatures and proofs are verified together; the other gets each transaction alone. Outcomes and receipts
 * must be the model's on both, the heads of the two equal, the money in the records the model's. */
#include <stdlib.h>
#include <string.h>

#include "prop.h"
#include "ledger_box.h"
#include "workload.h"

enum { BLOCK_TXS_MAX = 40, EPISODE_TXS = 2500 };

/* ROAM_CASES sets another number. Instrumented builds are many times slower. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define INSTRUMENTED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(INSTRUMENTED)
enum { TXS_DEFAULT = 5000, TXS_WIDE = 100000 };
#else
enum { TXS_DEFAULT = 100000, TXS_WIDE = 100000 };
#endif

struct market {
    struct model *model;
    struct workload *workload;
    struct ledger_box together, alone;
    struct work *works; /* of the block being made */
    struct model_answer answers[BLOCK_TXS_MAX];
    uint64_t outcomes[LEDGER_OUTCOMES], accepted[TX_TYPES];
};

static void market_open(struct market *m, uint64_t seed, unsigned threads, size_t validators)
{
    struct ledger_genesis genesis;
    struct ledger_circuit circuits[BOX_CIRCUITS];
    memset(m, 0, sizeof *m);
    m->model = calloc(1, sizeof *m->model);
    m->workload = calloc(1, sizeof *m->workload);
    m->works = calloc(BLOCK_TXS_MAX, sizeof *m->works);
    assert_true(m->model != NULL && m->workload != NULL && m->works != NULL);
    box_genesis(&genesis, circuits, "random");
    workload_validators(&genesis, validators);
    box_open(&m->together, &genesis, circuits, 4096, threads);
    box_open(&m->alone, &genesis, circuits, 4096, 1);
    model_init(m->model, ledger_id(m->together.ledger), &m->together.config.genesis);
    m->model->now = BOX_TIME_S;
    workload_init(m->workload, m->model, seed);
    m->workload->votes = 40;
}

static void market_close(struct market *m)
{
    box_release(&m->together);
    box_release(&m->alone);
    free(m->model);
    free(m->workload);
    free(m->works);
}

static void check_receipt(const struct market *m, size_t i, const struct ledger_receipt *r, const char *which)
{
    const struct model_answer *a = &m->answers[i];
    if (r->outcome == a->outcome && r->amount_minor == a->amount && r->tax_minor == a->tax &&
        r->count == a->count)
        return;
    fail_msg("%s: %s gives %s, the model %s", which, tx_type_name(m->works[i].tx.type),
             ledger_outcome_name((enum ledger_outcome)r->outcome), ledger_outcome_name(a->outcome));
}

static void run_together(struct market *m, size_t count)
{
    struct ledger_bytes txs[BLOCK_TXS_MAX];
    struct ledger_receipt receipts[BLOCK_TXS_MAX];
    for (size_t i = 0; i < count; i++) txs[i] = (struct ledger_bytes){m->works[i].bytes, m->works[i].size};
    if (prng_below(&m->workload->prng, 10) == 0) { /* a block that comes to nothing first */
        const size_t from = prng_below(&m->workload->prng, count);
        box_begin(&m->together, m->model->now);
        assert_int_equal(ledger_execute(m->together.ledger, txs + from, count - from, receipts), ROAM_OK);
        ledger_block_abort(m->together.ledger);
    }
    box_block(&m->together, m->model->now, txs, count, receipts);
    for (size_t i = 0; i < count; i++) check_receipt(m, i, &receipts[i], "together");
}

static void run_alone(struct market *m, size_t count)
{
    struct ledger_receipt receipt;
    box_begin(&m->alone, m->model->now);
    for (size_t i = 0; i < count; i++) {
        const struct ledger_bytes tx = {m->works[i].bytes, m->works[i].size};
        assert_int_equal(ledger_execute(m->alone.ledger, &tx, 1, &receipt), ROAM_OK);
        check_receipt(m, i, &receipt, "alone");
    }
    box_commit(&m->alone);
    assert_memory_equal(&m->together.head, &m->alone.head, sizeof m->alone.head);
}

static void check_agreements(const struct market *m)
{
    for (size_t i = 0; i < m->model->agreements; i++) {
        const struct model_agreement *g = &m->model->agreement[i];
        struct ledger_agreement r;
        assert_int_equal(ledger_get_agreement(&r, m->together.ledger, &g->id), ROAM_OK);
        assert_true(r.available_minor == g->available && r.held_minor == g->held &&
                    r.earned_minor == g->earned);
        assert_true(r.home_sequence == g->home_sequence && r.visited_sequence == g->visited_sequence);
        assert_true(r.closed == g->closed);
    }
}

static void check_accounts(const struct market *m)
{
    for (size_t i = 0; i < m->model->accounts; i++) {
        const struct model_account *a = &m->model->account[i];
        struct ledger_account r = {0, 0};
        const enum roam_err err = ledger_get_account(&r, m->together.ledger, &a->operator_id, &a->currency);
        assert_true(err == ROAM_OK || (err == ROAM_E_NOTFOUND && a->balance == 0));
        assert_true(r.available_minor == a->balance && r.sequence == a->sequence);
    }
}

/* Nothing is in the records that is not in the model. */
static void check_sessions(const struct market *m)
{
    size_t found = 0;
    for (size_t i = 0; i < m->together.records.capacity; i++) {
        const struct record_entry *e = &m->together.records.entries[i];
        found += e->key_size != 0 && e->key[0] == 's';
    }
    assert_int_equal(found, m->model->sessions);
    for (size_t i = 0; i < m->model->sessions; i++) {
        const struct model_session *s = &m->model->session[i];
        struct ledger_session r;
        assert_int_equal(ledger_get_session(&r, m->together.ledger, &s->id), ROAM_OK);
        assert_true(r.state == s->state && r.seq == s->seq && r.hold_minor == s->hold);
        assert_true(fr_equal(&r.commitment, &s->commitment) && bjj_equal(&r.session_key, &s->key));
        if (s->state != SESSION_SETTLED && s->state != SESSION_REFUNDED)
            assert_true(r.deadline_s == s->deadline);
    }
}

static void check_settlements(const struct market *m)
{
    for (size_t i = 0; i < m->model->settlements; i++) {
        const struct model_settlement *t = &m->model->settlement[i];
        struct ledger_settlement r;
        assert_int_equal(ledger_get_settlement(&r, m->together.ledger, &t->id), ROAM_OK);
        assert_true(r.total_fee == t->fee && r.total_tax == t->tax);
        assert_true(r.credited == t->credited && r.credited_tax == t->credited_tax);
    }
}

static void check_validators(const struct market *m)
{
    struct ledger_validator_set set = {0};
    u128 total = 0;
    size_t count = 0;
    for (size_t i = 0; i < m->model->validators; i++) {
        const struct model_validator *v = &m->model->validator[i];
        struct ledger_validator r;
        struct ledger_voter w;
        assert_int_equal(ledger_get_validator(&r, m->together.ledger, &v->key), ROAM_OK);
        assert_int_equal(ledger_get_voter(&w, m->together.ledger, &v->owner), ROAM_OK);
        assert_true(r.power == v->power && roam_id_equal(&r.owner, &v->owner));
        struct ledger_listed listed;
        assert_int_equal(ledger_get_listed(&listed, m->together.ledger, i), ROAM_OK);
        assert_true(roam_id_equal(&listed.validator, &v->key));
        assert_true(w.weight == model_weight(m->model, &v->owner));
        total += v->power;
        count += v->power > 0;
    }
    const enum roam_err err = ledger_get_validator_set(&set, m->together.ledger);
    assert_int_equal(err, m->model->validators > 0 ? ROAM_OK : ROAM_E_NOTFOUND);
    assert_int_equal(set.listed, m->model->validators);
    assert_true(set.total_power == total && set.count == count && set.changes == m->model->changes);
}

static void check_conservation(const struct market *m)
{
    u128 money = 0;
    for (size_t i = 0; i < m->model->accounts; i++) money += m->model->account[i].balance;
    for (size_t i = 0; i < m->model->agreements; i++) {
        const struct model_agreement *g = &m->model->agreement[i];
        money += g->available + g->held + g->earned;
    }
    assert_true(money == m->model->inside);
}

static void audit(const struct market *m)
{
    u128 money;
    const char *broken = box_audit(&m->together, &money);
    if (broken != NULL) fail_msg("%s", broken);
    assert_true(money == m->model->inside);
    check_sessions(m);
    check_settlements(m);
    check_validators(m);
}

static void run_block(struct market *m, size_t count)
{
    run_together(m, count);
    run_alone(m, count);
    check_agreements(m);
    check_accounts(m);
    check_conservation(m);
    for (size_t i = 0; i < count; i++) {
        m->outcomes[m->answers[i].outcome]++;
        if (m->answers[i].outcome == LEDGER_ACCEPTED) m->accepted[m->works[i].tx.type]++;
        count_property++;
        count_negative += m->answers[i].outcome != LEDGER_ACCEPTED;
    }
}

static size_t opening_block(struct market *m)
{
    size_t count = 0;
    while (workload_opening(m->workload, &m->works[count], count)) {
        m->answers[count] = model_apply(m->model, &m->works[count]);
        assert_int_equal(m->answers[count].outcome, LEDGER_ACCEPTED);
        count++;
    }
    return count;
}

static size_t random_block(struct market *m)
{
    static const uint64_t steps[] = {0, 1, 1, 5, 20};
    const size_t count = 1 + prng_below(&m->workload->prng, BLOCK_TXS_MAX);
    m->model->now += steps[prng_below(&m->workload->prng, 5)];
    for (size_t i = 0; i < count; i++) {
        workload_next(m->workload, &m->works[i]);
        m->answers[i] = model_apply(m->model, &m->works[i]);
    }
    return count;
}

static uint64_t seed;
static uint64_t total_outcomes[LEDGER_OUTCOMES], total_accepted[TX_TYPES];

static void run_episode(uint64_t episode, size_t txs)
{
    static const size_t validators[] = {0, 6, LEDGER_VALIDATORS_MAX, 3};
    struct market *m = malloc(sizeof *m);
    assert_non_null(m);
    market_open(m, seed + episode, episode % 2 == 1 ? 2 : 1, validators[episode % 4]);
    size_t done = opening_block(m);
    run_block(m, done);
    for (unsigned block = 1; done < txs; block++) {
        const size_t count = random_block(m);
        run_block(m, count);
        done += count;
        if (block % 25 == 0) audit(m);
        if (block % 50 == 0) box_restart(&m->together);
    }
    audit(m);
    for (size_t i = 0; i < LEDGER_OUTCOMES; i++) total_outcomes[i] += m->outcomes[i];
    for (size_t i = 0; i < TX_TYPES; i++) total_accepted[i] += m->accepted[i];
    market_close(m);
    free(m);
}

static void test_against_the_model(void **state)
{
    (void)state;
    const char *text = getenv("ROAM_CASES");
    const size_t txs = text != NULL ? strtoull(text, NULL, 10) : TXS_DEFAULT;
    for (size_t done = 0, episode = 0; done < txs; done += EPISODE_TXS, episode++)
        run_episode(episode, txs - done < EPISODE_TXS ? txs - done : EPISODE_TXS);
    if (txs < TXS_WIDE) return;
    /* the workload is worth nothing where it does not reach */
    for (int i = 0; i < LEDGER_OUTCOMES; i++) {
        if (total_outcomes[i] == 0)
            print_message("%s never occurred\n", ledger_outcome_name((enum ledger_outcome)i));
        assert_true(total_outcomes[i] > 0);
    }
    for (int i = 1; i < TX_TYPES; i++) assert_true(total_accepted[i] > 0);
    assert_true(total_outcomes[LEDGER_ACCEPTED] > count_property / 3);
}

/* Transactions inside one agreement, made with the model. */
struct strand {
    struct work *works;
    enum ledger_outcome *outcomes;
    size_t count;
};

static struct strand make_strand(struct market *m, size_t agreement, size_t count)
{
    struct strand strand = {calloc(count, sizeof *strand.works), calloc(count, sizeof *strand.outcomes),
                            count};
    assert_true(strand.works != NULL && strand.outcomes != NULL);
    m->workload->inside_agreements = true;
    m->workload->agreement = m->model->agreement[agreement].id;
    for (size_t i = 0; i < count; i++) {
        workload_next(m->workload, &strand.works[i]);
        strand.outcomes[i] = model_apply(m->model, &strand.works[i]).outcome;
    }
    return strand;
}

/* Executes the strands in a random interleaving, each in its own order, in random calls. */
static void interleave(struct market *m, const struct strand *strands, size_t count, struct roam_prng *prng)
{
    size_t at[4] = {0}, left = 0;
    for (size_t s = 0; s < count; s++) left += strands[s].count;
    box_begin(&m->together, m->model->now);
    while (left > 0) {
        struct ledger_bytes txs[16];
        struct ledger_receipt receipts[16];
        enum ledger_outcome expected[16];
        size_t size = 0;
        for (const size_t wanted = 1 + prng_below(prng, 16); size < wanted && left > 0; size++, left--) {
            size_t s = prng_below(prng, count);
            while (at[s] == strands[s].count) s = (s + 1) % count;
            const struct work *work = &strands[s].works[at[s]];
            txs[size] = (struct ledger_bytes){work->bytes, work->size};
            expected[size] = strands[s].outcomes[at[s]++];
        }
        assert_int_equal(ledger_execute(m->together.ledger, txs, size, receipts), ROAM_OK);
        for (size_t i = 0; i < size; i++) assert_int_equal(receipts[i].outcome, expected[i]);
        count_property += size;
    }
}

/* Three agreements' transactions commute: any interleaving gives the same outcomes and the same records. */
static void test_agreements_commute(void **state)
{
    (void)state;
    struct market *m = malloc(sizeof *m);
    struct roam_prng prng = {seed ^ 0x55};
    struct ledger_head head;
    struct lthash first;
    assert_non_null(m);
    market_open(m, seed + 1000, 1, 0);
    run_block(m, opening_block(m));
    struct strand strands[3];
    for (size_t s = 0; s < 3; s++) strands[s] = make_strand(m, s, 300);
    for (int round = 0; round < 6; round++) {
        interleave(m, strands, 3, &prng);
        ledger_block_end(m->together.ledger, &head);
        if (round == 0) first = head.state;
        assert_memory_equal(&head.state, &first, sizeof first);
        ledger_block_abort(m->together.ledger);
    }
    for (size_t s = 0; s < 3; s++) {
        free(strands[s].works);
        free(strands[s].outcomes);
    }
    market_close(m);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agreements_commute),
        cmocka_unit_test(test_against_the_model),
    };
    seed = prop_prng().state;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    for (int i = 0; i < LEDGER_OUTCOMES; i++)
        print_message("%s %llu\n", ledger_outcome_name((enum ledger_outcome)i),
                      (unsigned long long)total_outcomes[i]);
    prop_print_counts();
    return failed;
}
