#include "ledger_model.h"

#include <string.h>

#define LIMIT (((u128)1 << 63) - 1)

static bool same(const void *a, const void *b) { return memcmp(a, b, 32) == 0; }

void model_init(struct model *model, const roam_id *ledger, const struct ledger_genesis *genesis)
{
    memset(model, 0, sizeof *model);
    model->ledger = *ledger;
    memcpy(model->governor, genesis->governor, 32);
    memcpy(model->treasury, genesis->treasury, 32);
    model->circuits = genesis->circuit_count;
    for (size_t i = 0; i < model->circuits; i++) model->circuit_size[i] = genesis->circuit[i].size;
    for (; model->validators < genesis->validator_count; model->validators++) {
        const struct ledger_genesis_validator *v = &genesis->validator[model->validators];
        model->validator[model->validators] = (struct model_validator){v->key, v->owner, v->power};
    }
}

size_t model_find_operator(const struct model *model, const roam_id *id)
{
    for (size_t i = 0; i < model->operators; i++)
        if (same(&model->operator[i].id, id)) return i;
    return SIZE_MAX;
}

struct model_agreement *model_find_agreement(struct model *model, const roam_id *id)
{
    for (size_t i = 0; i < model->agreements; i++)
        if (same(&model->agreement[i].id, id)) return &model->agreement[i];
    return NULL;
}

struct model_session *model_find_session(struct model *model, const roam_id *id)
{
    for (size_t i = model->sessions; i-- > 0;) /* the newest are asked for most */
        if (same(&model->session[i].id, id)) return &model->session[i];
    return NULL;
}

static struct model_settlement *find_settlement(struct model *model, const roam_id *id)
{
    for (size_t i = model->settlements; i-- > 0;)
        if (same(&model->settlement[i].id, id)) return &model->settlement[i];
    return NULL;
}

/* Accounts appear when they are asked for. */
struct model_account *model_find_account(struct model *model, const roam_id *operator_id,
                                         const struct tx_currency *currency)
{
    for (size_t i = 0; i < model->accounts; i++) {
        struct model_account *a = &model->account[i];
        if (same(&a->operator_id, operator_id) && memcmp(&a->currency, currency, sizeof *currency) == 0)
            return a;
    }
    ROAM_ASSERT(model->accounts < MODEL_ACCOUNTS);
    struct model_account *a = &model->account[model->accounts++];
    a->operator_id = *operator_id;
    a->currency = *currency;
    return a;
}

static bool signed_by(const struct work *work, int which, const uint8_t key[32])
{
    return !work->spoilt[which] && same(work->signer[which], key);
}

static bool operator_signed(const struct model *model, const struct work *work, int which, const roam_id *id)
{
    return signed_by(work, which, model->operator[model_find_operator(model, id)].key);
}

static bool currency_good(const struct tx_currency *c)
{
    char text[TX_CURRENCY_SIZE + 1] = {0};
    memcpy(text, c->code, TX_CURRENCY_SIZE);
    const size_t length = strlen(text);
    if (length == 0 || c->decimals > 18) return false;
    if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != length) return false;
    for (size_t i = length; i < TX_CURRENCY_SIZE; i++)
        if (c->code[i] != '\0') return false;
    return true;
}

#define NEED(condition, name)                                                                                \
    if (!(condition)) return LEDGER_##name

static enum ledger_outcome do_register(struct model *m, const struct work *w)
{
    const struct tx_operator_register *b = &w->tx.body.operator_register;
    roam_id id;
    tx_operator_id(&id, b->name, b->public_key);
    NEED(signed_by(w, 0, m->governor), BAD_SIGNATURE);
    NEED(same(&id, &b->operator_id), WRONG_OPERATOR_ID);
    NEED(model_find_operator(m, &id) == SIZE_MAX, OPERATOR_EXISTS);
    ROAM_ASSERT(m->operators < MODEL_OPERATORS);
    m->operator[m->operators].id = id;
    memcpy(m->operator[m->operators].key, b->public_key, 32);
    m->operator[m->operators++].sequence = 0;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_rotate(struct model *m, const struct work *w)
{
    const struct tx_operator_rotate_key *b = &w->tx.body.operator_rotate_key;
    const size_t i = model_find_operator(m, &b->operator_id);
    NEED(i != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(signed_by(w, 0, m->operator[i].key), BAD_SIGNATURE);
    NEED(signed_by(w, 1, b->new_public_key), BAD_SIGNATURE);
    NEED(b->sequence == m->operator[i].sequence + 1, WRONG_SEQUENCE);
    memcpy(m->operator[i].key, b->new_public_key, 32);
    m->operator[i].sequence++;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_deposit(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_deposit *b = &w->tx.body.deposit;
    NEED(model_find_operator(m, &b->operator_id) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(signed_by(w, 0, m->treasury), BAD_SIGNATURE);
    NEED(currency_good(&b->currency), BAD_CURRENCY);
    NEED(b->amount_minor != 0, ZERO_AMOUNT);
    for (size_t i = 0; i < m->references; i++) NEED(!same(&m->reference[i], &b->reference), REFERENCE_USED);
    struct model_account *a = model_find_account(m, &b->operator_id, &b->currency);
    NEED(a->balance + b->amount_minor <= LIMIT, AMOUNT_OVERFLOW);
    ROAM_ASSERT(m->references < MODEL_REFERENCES);
    m->reference[m->references++] = b->reference;
    a->balance += b->amount_minor;
    m->inside += b->amount_minor;
    answer->amount = b->amount_minor;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_withdraw(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_withdraw *b = &w->tx.body.withdraw;
    NEED(model_find_operator(m, &b->operator_id) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(operator_signed(m, w, 0, &b->operator_id), BAD_SIGNATURE);
    struct model_account *a = model_find_account(m, &b->operator_id, &b->currency);
    NEED(b->sequence == a->sequence + 1, WRONG_SEQUENCE);
    NEED(currency_good(&b->currency), BAD_CURRENCY);
    NEED(b->amount_minor != 0, ZERO_AMOUNT);
    NEED(b->amount_minor <= a->balance, INSUFFICIENT_FUNDS);
    a->balance -= b->amount_minor;
    a->sequence++;
    m->inside -= b->amount_minor;
    answer->amount = b->amount_minor;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_agreement(struct model *m, const struct work *w)
{
    const struct tx_agreement_open *b = &w->tx.body.agreement_open;
    roam_id id;
    tx_agreement_id(&id, &m->ledger, b);
    NEED(model_find_operator(m, &b->home) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(model_find_operator(m, &b->visited) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(operator_signed(m, w, 0, &b->home), BAD_SIGNATURE);
    NEED(operator_signed(m, w, 1, &b->visited), BAD_SIGNATURE);
    NEED(currency_good(&b->currency), BAD_CURRENCY);
    NEED(!same(&b->home, &b->visited), BAD_TERMS);
    NEED(b->hold_max_minor != 0 && b->hold_max_minor < (UINT64_C(1) << 56), BAD_TERMS);
    NEED(b->commit_within_s != 0 && b->settle_within_s != 0 && b->dispute_within_s != 0, BAD_TERMS);
    NEED(b->dispute_default_ppm <= 1000000, BAD_TERMS);
    NEED(model_find_agreement(m, &id) == NULL, AGREEMENT_EXISTS);
    ROAM_ASSERT(m->agreements < MODEL_AGREEMENTS);
    m->agreement[m->agreements++] = (struct model_agreement){.id = id, .terms = *b};
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_move(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_agreement_move *b = &w->tx.body.agreement_move;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    const bool by_visited = w->tx.type == TX_AGREEMENT_COLLECT;
    const roam_id *party = by_visited ? &g->terms.visited : &g->terms.home;
    uint64_t *sequence = by_visited ? &g->visited_sequence : &g->home_sequence;
    NEED(operator_signed(m, w, 0, party), BAD_SIGNATURE);
    NEED(b->sequence == *sequence + 1, WRONG_SEQUENCE);
    NEED(b->amount_minor != 0, ZERO_AMOUNT);
    struct model_account *a = model_find_account(m, party, &g->terms.currency);
    if (w->tx.type == TX_AGREEMENT_FUND) {
        NEED(b->amount_minor <= a->balance, INSUFFICIENT_FUNDS);
        NEED(g->available + g->held + g->earned + b->amount_minor <= LIMIT, AMOUNT_OVERFLOW);
        a->balance -= b->amount_minor;
        g->available += b->amount_minor;
    } else {
        u128 *from = by_visited ? &g->earned : &g->available;
        NEED(b->amount_minor <= *from, INSUFFICIENT_FUNDS);
        NEED(a->balance + b->amount_minor <= LIMIT, AMOUNT_OVERFLOW);
        *from -= b->amount_minor;
        a->balance += b->amount_minor;
    }
    ++*sequence;
    answer->amount = b->amount_minor;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_close(struct model *m, const struct work *w)
{
    const struct tx_agreement_close *b = &w->tx.body.agreement_close;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    const bool home = same(&b->signer, &g->terms.home), visited = same(&b->signer, &g->terms.visited);
    NEED(home || visited, NOT_A_PARTY);
    NEED(operator_signed(m, w, 0, &b->signer), BAD_SIGNATURE);
    uint64_t *sequence = home ? &g->home_sequence : &g->visited_sequence;
    NEED(b->sequence == *sequence + 1, WRONG_SEQUENCE);
    NEED(!g->closed, AGREEMENT_CLOSED);
    ++*sequence;
    g->closed = true;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_open(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_session_open *b = &w->tx.body.session_open;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    u128 sum = 0;
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &g->terms.home), BAD_SIGNATURE);
    NEED(!g->closed, AGREEMENT_CLOSED);
    NEED(b->count != 0, EMPTY_BATCH);
    NEED(m->now < b->valid_until_s, AUTHORISATION_LAPSED);
    for (size_t i = 0; i < b->count; i++) {
        const uint64_t hold = b->items[i].hold_minor;
        roam_id id;
        tx_session_id(&id, &b->agreement, b->items[i].serial);
        NEED(hold != 0 && hold <= g->terms.hold_max_minor, HOLD_OUT_OF_RANGE);
        NEED(model_find_session(m, &id) == NULL, SESSION_EXISTS);
        for (size_t j = 0; j < i; j++) NEED(b->items[j].serial != b->items[i].serial, DUPLICATE_SESSION);
        sum += hold;
        NEED(sum <= g->available, INSUFFICIENT_FUNDS);
    }
    for (size_t i = 0; i < b->count; i++) {
        ROAM_ASSERT(m->sessions < MODEL_SESSIONS);
        struct model_session *s = &m->session[m->sessions++];
        *s = (struct model_session){.agreement = b->agreement,
                                    .serial = b->items[i].serial,
                                    .state = SESSION_OPEN,
                                    .key = b->items[i].session_key,
                                    .hold = b->items[i].hold_minor,
                                    .deadline = m->now + g->terms.commit_within_s};
        tx_session_id(&s->id, &b->agreement, s->serial);
    }
    g->available -= sum;
    g->held += sum;
    answer->amount = sum;
    answer->count = b->count;
    return LEDGER_ACCEPTED;
}

/* A session of this agreement that is not among the earlier ones of the list. */
static enum ledger_outcome pick(struct model *m, struct model_session **out, const roam_id *agreement,
                                uint64_t serial, const struct model_session *const *earlier, size_t count)
{
    roam_id id;
    tx_session_id(&id, agreement, serial);
    *out = model_find_session(m, &id);
    NEED(*out != NULL && same(&(*out)->agreement, agreement), UNKNOWN_SESSION);
    for (size_t i = 0; i < count; i++) NEED(earlier[i] != *out, DUPLICATE_SESSION);
    return LEDGER_ACCEPTED;
}

static bool device_signed(const struct work_device *d, const struct model_session *s,
                          const struct tx_usage_commit_item *item)
{
    return !d->spoilt && bjj_equal(&d->key, &s->key) && same(&d->session, &s->id) && d->seq == item->seq &&
           fr_equal(&d->commitment, &item->commitment);
}

static enum ledger_outcome do_commit(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_usage_commit *b = &w->tx.body.usage_commit;
    const struct model_agreement *g = model_find_agreement(m, &b->agreement);
    struct model_session *s[WORK_ITEMS];
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &g->terms.visited), BAD_SIGNATURE);
    NEED(b->count != 0, EMPTY_BATCH);
    for (size_t i = 0; i < b->count; i++) {
        const enum ledger_outcome outcome =
            pick(m, &s[i], &b->agreement, b->items[i].serial, (const struct model_session *const *)s, i);
        if (outcome != LEDGER_ACCEPTED) return outcome;
        NEED(s[i]->state == SESSION_OPEN || s[i]->state == SESSION_COMMITTED, WRONG_STATE);
        NEED(m->now < s[i]->deadline, DEADLINE_PASSED);
        NEED(b->items[i].seq > s[i]->seq, STALE_COMMITMENT);
    }
    for (size_t i = 0; i < b->count; i++)
        NEED(device_signed(&w->device[i], s[i], &b->items[i]), BAD_DEVICE_SIGNATURE);
    for (size_t i = 0; i < b->count; i++) {
        if (s[i]->state == SESSION_OPEN) s[i]->deadline = m->now + g->terms.settle_within_s;
        s[i]->state = SESSION_COMMITTED;
        s[i]->seq = b->items[i].seq;
        s[i]->commitment = b->items[i].commitment;
    }
    answer->count = b->count;
    return LEDGER_ACCEPTED;
}

/* The statement proved is the one that the records and the transaction make. */
static bool proved(const struct work *w, const struct model_agreement *g, struct model_session *const *s)
{
    const struct tx_settle *b = &w->tx.body.settle;
    if (w->proof.spoilt || w->proof.size != b->circuit_size || w->proof.count != b->count) return false;
    for (size_t i = 0; i < b->count; i++)
        if (!fr_equal(&w->proof.place[i].commitment, &s[i]->commitment) ||
            w->proof.place[i].hold_minor != s[i]->hold)
            return false;
    return same(&w->proof.agreement, &g->id) && same(w->proof.rate_card, g->terms.rate_card) &&
           same(w->proof.esg, b->esg) && w->proof.fee == b->total_fee && w->proof.tax == b->total_tax;
}

static void record_settlement(struct model *m, const struct work *w, const roam_id *agreement, u128 fee,
                              u128 tax)
{
    ROAM_ASSERT(m->settlements < MODEL_SESSIONS);
    m->settlement[m->settlements++] =
        (struct model_settlement){.id = w->tx.id, .agreement = *agreement, .fee = fee, .tax = tax};
}

static enum ledger_outcome do_settle(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_settle *b = &w->tx.body.settle;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    struct model_session *s[WORK_ITEMS];
    u128 holds = 0;
    bool size_known = false;
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &g->terms.visited), BAD_SIGNATURE);
    NEED(b->count != 0, EMPTY_BATCH);
    for (size_t i = 0; i < m->circuits; i++) size_known |= m->circuit_size[i] == b->circuit_size;
    NEED(size_known, UNKNOWN_CIRCUIT);
    NEED(b->count <= b->circuit_size, TOO_MANY_SESSIONS);
    for (size_t i = 0; i < b->count; i++) {
        const enum ledger_outcome outcome =
            pick(m, &s[i], &b->agreement, b->serials[i], (const struct model_session *const *)s, i);
        if (outcome != LEDGER_ACCEPTED) return outcome;
        NEED(s[i]->state == SESSION_COMMITTED, WRONG_STATE);
        NEED(m->now < s[i]->deadline, DEADLINE_PASSED);
        holds += s[i]->hold;
    }
    NEED(b->total_fee <= holds, FEE_ABOVE_HOLDS);
    NEED(b->total_tax <= b->total_fee, TAX_ABOVE_FEE);
    NEED(proved(w, g, s), BAD_PROOF);
    for (size_t i = 0; i < b->count; i++) s[i]->state = SESSION_SETTLED;
    g->held -= holds;
    g->earned += b->total_fee;
    g->available += holds - b->total_fee;
    record_settlement(m, w, &b->agreement, b->total_fee, b->total_tax);
    answer->amount = b->total_fee;
    answer->tax = b->total_tax;
    answer->count = b->count;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_expire(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_expire *b = &w->tx.body.expire;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    struct model_session *s[WORK_ITEMS];
    NEED(model_find_operator(m, &b->signer) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &b->signer), BAD_SIGNATURE);
    NEED(b->count != 0, EMPTY_BATCH);
    for (size_t i = 0; i < b->count; i++) {
        const enum ledger_outcome outcome =
            pick(m, &s[i], &b->agreement, b->serials[i], (const struct model_session *const *)s, i);
        if (outcome != LEDGER_ACCEPTED) return outcome;
        NEED(s[i]->state != SESSION_SETTLED && s[i]->state != SESSION_REFUNDED, WRONG_STATE);
        NEED(m->now >= s[i]->deadline, DEADLINE_NOT_REACHED);
    }
    for (size_t i = 0; i < b->count; i++) {
        const u128 ppm = s[i]->state == SESSION_DISPUTED ? g->terms.dispute_default_ppm : 0;
        const u128 paid = s[i]->hold * ppm / 1000000;
        s[i]->state = ppm > 0 ? SESSION_SETTLED : SESSION_REFUNDED;
        g->held -= s[i]->hold;
        g->earned += paid;
        g->available += s[i]->hold - paid;
        answer->amount += paid;
    }
    answer->count = b->count;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_dispute(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_dispute *b = &w->tx.body.dispute;
    const struct model_agreement *g = model_find_agreement(m, &b->agreement);
    struct model_session *s;
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &g->terms.home), BAD_SIGNATURE);
    NEED(pick(m, &s, &b->agreement, b->serial, NULL, 0) == LEDGER_ACCEPTED, UNKNOWN_SESSION);
    NEED(s->state == SESSION_COMMITTED, WRONG_STATE);
    NEED(m->now < s->deadline, DEADLINE_PASSED);
    s->state = SESSION_DISPUTED;
    s->deadline = m->now + g->terms.dispute_within_s;
    answer->count = 1;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_resolve(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_dispute_resolve *b = &w->tx.body.dispute_resolve;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    struct model_session *s;
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &g->terms.home), BAD_SIGNATURE);
    NEED(operator_signed(m, w, 1, &g->terms.visited), BAD_SIGNATURE);
    NEED(pick(m, &s, &b->agreement, b->serial, NULL, 0) == LEDGER_ACCEPTED, UNKNOWN_SESSION);
    NEED(s->state == SESSION_DISPUTED, WRONG_STATE);
    NEED(b->amount_minor <= s->hold, FEE_ABOVE_HOLDS);
    NEED(b->tax_minor <= b->amount_minor, TAX_ABOVE_FEE);
    s->state = SESSION_SETTLED;
    g->held -= s->hold;
    g->earned += b->amount_minor;
    g->available += s->hold - b->amount_minor;
    record_settlement(m, w, &b->agreement, b->amount_minor, b->tax_minor);
    answer->amount = b->amount_minor;
    answer->tax = b->tax_minor;
    answer->count = 1;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome do_credit(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_credit_note *b = &w->tx.body.credit_note;
    struct model_agreement *g = model_find_agreement(m, &b->agreement);
    struct model_settlement *t = find_settlement(m, &b->settlement);
    NEED(g != NULL, UNKNOWN_AGREEMENT);
    NEED(operator_signed(m, w, 0, &g->terms.visited), BAD_SIGNATURE);
    NEED(b->sequence == g->visited_sequence + 1, WRONG_SEQUENCE);
    NEED(t != NULL && same(&t->agreement, &b->agreement), UNKNOWN_SETTLEMENT);
    NEED(b->amount_minor != 0, ZERO_AMOUNT);
    NEED(b->tax_minor <= b->amount_minor, TAX_ABOVE_FEE);
    const u128 tax = t->credited_tax + b->tax_minor, amount = t->credited + b->amount_minor;
    NEED(tax <= t->tax && amount - tax <= t->fee - t->tax, CREDIT_ABOVE_SETTLEMENT);
    NEED(b->amount_minor <= g->earned, INSUFFICIENT_FUNDS);
    t->credited = amount;
    t->credited_tax = tax;
    g->earned -= b->amount_minor;
    g->available += b->amount_minor;
    g->visited_sequence++;
    answer->amount = b->amount_minor;
    answer->tax = b->tax_minor;
    return LEDGER_ACCEPTED;
}

u128 model_weight(const struct model *model, const roam_id *operator_id)
{
    u128 sum = 0;
    for (size_t i = 0; i < model->validators; i++)
        if (same(&model->validator[i].owner, operator_id)) sum += model->validator[i].power;
    return sum;
}

struct model_validator *model_find_validator(struct model *model, const roam_id *key)
{
    for (size_t i = 0; i < model->validators; i++)
        if (same(&model->validator[i].key, key)) return &model->validator[i];
    return NULL;
}

static bool same_change(const struct tx_validator_vote *a, const struct tx_validator_vote *b)
{
    return same(&a->validator, &b->validator) && same(&a->owner, &b->owner) && a->power == b->power;
}

/* Validators with power, if this vote's change were made. */
static size_t count_after(const struct model *m, const struct tx_validator_vote *b)
{
    size_t count = b->power > 0;
    for (size_t i = 0; i < m->validators; i++)
        count += m->validator[i].power > 0 && !same(&m->validator[i].key, &b->validator);
    return count;
}

static void make_change(struct model *m, const struct tx_validator_vote *b)
{
    struct model_validator *v = model_find_validator(m, &b->validator);
    if (v == NULL) {
        ROAM_ASSERT(m->validators < MODEL_VALIDATORS);
        v = &m->validator[m->validators++];
    }
    *v = (struct model_validator){b->validator, b->owner, b->power};
    m->changes++;
    m->votes = 0; /* what they were for has ended */
}

static enum ledger_outcome do_vote(struct model *m, const struct work *w, struct model_answer *answer)
{
    const struct tx_validator_vote *b = &w->tx.body.validator_vote;
    const struct model_validator *v = model_find_validator(m, &b->validator);
    const u128 power = v == NULL ? 0 : v->power, weight = model_weight(m, &b->operator_id);
    u128 total = 0, favour = weight;
    NEED(model_find_operator(m, &b->operator_id) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(operator_signed(m, w, 0, &b->operator_id), BAD_SIGNATURE);
    NEED(m->validators > 0, NO_VALIDATORS);
    NEED(b->changes == m->changes, STALE_BALLOT);
    NEED(weight > 0, NOT_A_VALIDATOR);
    NEED(b->power <= (UINT64_C(1) << 40), POWER_OUT_OF_RANGE);
    NEED(power == 0 || same(&v->owner, &b->owner), WRONG_OWNER);
    NEED(power != b->power, NO_CHANGE);
    NEED(b->power == 0 || model_find_operator(m, &b->owner) != SIZE_MAX, UNKNOWN_OPERATOR);
    NEED(count_after(m, b) >= 1 && count_after(m, b) <= 64, VALIDATORS_OUT_OF_RANGE);
    for (size_t i = 0; i < m->votes; i++) {
        if (!same_change(&m->vote[i].vote, b)) continue;
        NEED(!same(&m->vote[i].vote.operator_id, &b->operator_id), VOTED_ALREADY);
        favour += m->vote[i].weight;
    }
    for (size_t i = 0; i < m->validators; i++) total += m->validator[i].power;
    ROAM_ASSERT(m->votes < MODEL_VOTES);
    m->vote[m->votes++] = (struct model_vote){*b, weight};
    answer->amount = favour;
    answer->count = 3 * favour > 2 * total;
    if (answer->count == 1) make_change(m, b);
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome answer_type(struct model *m, const struct work *w, struct model_answer *answer)
{
    switch (w->tx.type) {
    case TX_OPERATOR_REGISTER:
        return do_register(m, w);
    case TX_OPERATOR_ROTATE_KEY:
        return do_rotate(m, w);
    case TX_DEPOSIT:
        return do_deposit(m, w, answer);
    case TX_WITHDRAW:
        return do_withdraw(m, w, answer);
    case TX_AGREEMENT_OPEN:
        return do_agreement(m, w);
    case TX_AGREEMENT_FUND:
    case TX_AGREEMENT_RELEASE:
    case TX_AGREEMENT_COLLECT:
        return do_move(m, w, answer);
    case TX_AGREEMENT_CLOSE:
        return do_close(m, w);
    case TX_SESSION_OPEN:
        return do_open(m, w, answer);
    case TX_USAGE_COMMIT:
        return do_commit(m, w, answer);
    case TX_SETTLE:
        return do_settle(m, w, answer);
    case TX_EXPIRE:
        return do_expire(m, w, answer);
    case TX_DISPUTE:
        return do_dispute(m, w, answer);
    case TX_DISPUTE_RESOLVE:
        return do_resolve(m, w, answer);
    case TX_CREDIT_NOTE:
        return do_credit(m, w, answer);
    case TX_VALIDATOR_VOTE:
        return do_vote(m, w, answer);
    }
    return LEDGER_MALFORMED;
}

struct model_answer model_apply(struct model *model, const struct work *work)
{
    struct model_answer answer = {.amount = 0};
    if (work->malformed)
        answer.outcome = LEDGER_MALFORMED;
    else if (!same(&work->tx.ledger, &model->ledger))
        answer.outcome = LEDGER_WRONG_LEDGER;
    else
        answer.outcome = answer_type(model, work, &answer);
    return answer;
}
