#include "workload.h"

#include <stdio.h>
#include <string.h>

#include "endian.h"
#include "ledger_box.h"

static uint64_t below(struct workload *w, uint64_t bound) { return prng_below(&w->prng, bound); }

/* True once in n. */
static bool once_in(struct workload *w, uint64_t n) { return below(w, n) == 0; }

void workload_init(struct workload *workload, struct model *model, uint64_t seed)
{
    memset(workload, 0, sizeof *workload);
    workload->prng.state = seed;
    workload->model = model;
    person_init(&workload->governor, "governor");
    person_init(&workload->treasury, "treasury");
    person_init(&workload->mallory, "mallory");
    for (int i = 0; i < WORKLOAD_OPERATORS * WORKLOAD_KEYS; i++) {
        char name[TX_NAME_SIZE];
        snprintf(name, sizeof name, "operator %d key %d", i / WORKLOAD_KEYS, i % WORKLOAD_KEYS);
        person_init(&workload->person[i], name);
    }
    for (int i = 0; i < WORKLOAD_DEVICES; i++) {
        const roam_id any = {{(uint8_t)i}};
        device_key(&workload->device[i], &any, 0);
    }
}

static void set_lists(struct work *work)
{
    switch (work->tx.type) {
    case TX_SESSION_OPEN:
        work->tx.body.session_open.items = work->open;
        return;
    case TX_USAGE_COMMIT:
        work->tx.body.usage_commit.items = work->commit;
        return;
    case TX_SETTLE:
        work->tx.body.settle.serials = work->serials;
        return;
    case TX_EXPIRE:
        work->tx.body.expire.serials = work->serials;
        return;
    default:
        return;
    }
}

void work_copy(struct work *to, const struct work *from)
{
    *to = *from;
    set_lists(to);
}

static const roam_id *some_operator(struct workload *w)
{
    static const roam_id nobody = {{0xee}};
    if (w->model->operators == 0 || once_in(w, 60)) return &nobody;
    return &w->model->operator[below(w, w->model->operators)].id;
}

/* Whoever holds the operator's present key. */
static const struct person *holder(const struct workload *w, const roam_id *operator_id)
{
    const size_t i = model_find_operator(w->model, operator_id);
    for (int p = 0; i != SIZE_MAX && p < WORKLOAD_OPERATORS * WORKLOAD_KEYS; p++)
        if (memcmp(w->person[p].public_key, w->model->operator[i].key, 32) == 0) return &w->person[p];
    return &w->mallory;
}

static struct tx_currency some_currency(struct workload *w)
{
    struct tx_currency c = {"EUR", 2};
    if (once_in(w, 6)) c = (struct tx_currency){"BIG", 0};
    if (once_in(w, 80)) c.code[1] = 'u';
    if (once_in(w, 80)) c.decimals = 19;
    return c;
}

/* Amounts around a limit: mostly under it. */
static uint64_t some_amount(struct workload *w, u128 limit)
{
    const uint64_t top = limit > LEDGER_MONEY_MAX ? LEDGER_MONEY_MAX : (uint64_t)limit;
    switch (below(w, 16)) {
    case 0:
        return 0;
    case 1:
        return top;
    case 2:
        return top + 1;
    case 3:
        return prng_u64(&w->prng);
    default:
        return 1 + below(w, top / 8 + 1);
    }
}

static uint64_t some_sequence(struct workload *w, uint64_t recorded)
{
    return once_in(w, 25) ? below(w, recorded + 4) : recorded + 1;
}

static struct model_agreement *some_agreement(struct workload *w)
{
    if (w->inside_agreements) return model_find_agreement(w->model, &w->agreement);
    if (w->model->agreements == 0) return NULL;
    /* the first ones have money from the opening */
    const uint64_t count = once_in(w, 4)              ? w->model->agreements
                           : w->model->agreements < 4 ? w->model->agreements
                                                      : 4;
    struct model_agreement *g = &w->model->agreement[below(w, count)];
    for (int tries = 0; tries < 5 && g->closed && !once_in(w, 10); tries++)
        g = &w->model->agreement[below(w, w->model->agreements)];
    return g;
}

/* The agreement's id, now and then another one's or none's. */
static roam_id name_agreement(struct workload *w, const struct model_agreement *g)
{
    if (g == NULL || once_in(w, 100)) return (roam_id){{0xdd}};
    if (!w->inside_agreements && once_in(w, 80))
        return w->model->agreement[below(w, w->model->agreements)].id;
    return g->id;
}

/* Which session a transaction would like. */
struct wish {
    enum ledger_session_state state;
    bool overdue; /* deadline reached or not */
};

static bool granted(const struct model *m, const struct model_session *s, struct wish wish)
{
    return s->state == wish.state && (s->deadline <= m->now) == wish.overdue;
}

/* A recent session of the agreement that is as wished, now and then or if there is none one that is not. */
static const struct model_session *some_session(struct workload *w, const roam_id *agreement,
                                                struct wish wish)
{
    static const struct model_session none = {.serial = UINT64_MAX};
    const struct model *m = w->model;
    const struct model_session *other = &none;
    const size_t recent = m->sessions < 300 ? m->sessions : 300;
    const size_t start = recent == 0 ? 0 : below(w, recent);
    if (once_in(w, 60)) wish.overdue = !wish.overdue;
    if (once_in(w, 60)) wish.state = (enum ledger_session_state)(1 + below(w, 5));
    for (size_t i = 0; i < recent; i++) {
        const struct model_session *s = &m->session[m->sessions - 1 - (start + i) % recent];
        const bool mine = roam_id_equal(&s->agreement, agreement);
        if (mine && granted(m, s, wish)) return s;
        if (mine || !w->inside_agreements) other = s;
    }
    return other;
}

static void gen_register(struct workload *w, struct work *work)
{
    struct tx_operator_register *b = &work->tx.body.operator_register;
    const struct person *p = &w->person[below(w, WORKLOAD_OPERATORS) * WORKLOAD_KEYS];
    memcpy(b->name, p->name, sizeof b->name);
    memcpy(b->public_key, p->public_key, 32);
    tx_operator_id(&b->operator_id, b->name, b->public_key);
    if (once_in(w, 10)) b->operator_id.byte[3] ^= 1;
}

static void gen_rotate(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_operator_rotate_key *b = &work->tx.body.operator_rotate_key;
    b->operator_id = *some_operator(w);
    const size_t i = model_find_operator(w->model, &b->operator_id);
    b->sequence = some_sequence(w, i == SIZE_MAX ? 0 : w->model->operator[i].sequence);
    signers[0] = holder(w, &b->operator_id);
    signers[1] = &w->person[below(w, WORKLOAD_OPERATORS * WORKLOAD_KEYS)];
    memcpy(b->new_public_key, signers[1]->public_key, 32);
}

static void gen_deposit(struct workload *w, struct work *work)
{
    struct tx_deposit *b = &work->tx.body.deposit;
    b->operator_id = *some_operator(w);
    b->currency = some_currency(w);
    b->amount_minor = some_amount(w, b->currency.code[0] == 'B' ? LEDGER_MONEY_MAX : 1000000);
    store_le64(b->reference.byte, once_in(w, 15) ? below(w, w->next_reference + 1) : ++w->next_reference);
}

static void gen_withdraw(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_withdraw *b = &work->tx.body.withdraw;
    b->operator_id = *some_operator(w);
    b->currency = some_currency(w);
    const struct model_account *a = model_find_account(w->model, &b->operator_id, &b->currency);
    b->amount_minor = some_amount(w, a->balance);
    b->sequence = some_sequence(w, a->sequence);
    signers[0] = holder(w, &b->operator_id);
}

static void gen_agreement(struct workload *w, struct work *work, const struct person *signers[])
{
    static const uint32_t seconds[] = {2, 60, 200, 400};
    struct tx_agreement_open *b = &work->tx.body.agreement_open;
    b->home = *some_operator(w);
    b->visited = *some_operator(w);
    b->currency = some_currency(w);
    b->rate_card[31] = (uint8_t)below(w, 200);
    b->hold_max_minor = once_in(w, 30) ? 0 : once_in(w, 30) ? USAGE_MONEY_MAX + below(w, 2) : 500;
    b->commit_within_s = once_in(w, 30) ? 0 : seconds[below(w, 4)];
    b->settle_within_s = once_in(w, 30) ? 0 : seconds[below(w, 4)];
    b->dispute_within_s = once_in(w, 30) ? 0 : seconds[below(w, 4)];
    b->dispute_default_ppm = (uint32_t)(once_in(w, 4) ? 0 : below(w, 1000003));
    b->salt = once_in(w, 6) ? below(w, w->next_salt + 1) : ++w->next_salt;
    signers[0] = holder(w, &b->home);
    signers[1] = holder(w, &b->visited);
}

static void gen_move(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_agreement_move *b = &work->tx.body.agreement_move;
    const struct model_agreement *g = some_agreement(w);
    b->agreement = name_agreement(w, g);
    signers[0] = &w->mallory;
    if (g == NULL) return;
    const bool collect = work->tx.type == TX_AGREEMENT_COLLECT;
    const roam_id *party = collect ? &g->terms.visited : &g->terms.home;
    b->sequence = some_sequence(w, collect ? g->visited_sequence : g->home_sequence);
    const u128 limit = work->tx.type == TX_AGREEMENT_FUND
                           ? model_find_account(w->model, party, &g->terms.currency)->balance
                           : (collect ? g->earned : g->available);
    b->amount_minor = some_amount(w, limit);
    signers[0] = holder(w, party);
}

static void gen_close(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_agreement_close *b = &work->tx.body.agreement_close;
    const struct model_agreement *g = some_agreement(w);
    b->agreement = name_agreement(w, g);
    b->signer = *some_operator(w);
    if (g != NULL && !once_in(w, 4)) b->signer = once_in(w, 2) ? g->terms.home : g->terms.visited;
    const bool home = g != NULL && roam_id_equal(&b->signer, &g->terms.home);
    b->sequence = some_sequence(w, g == NULL ? 0 : home ? g->home_sequence : g->visited_sequence);
    signers[0] = holder(w, &b->signer);
}

static uint16_t some_count(struct workload *w)
{
    return (uint16_t)(once_in(w, 40) ? 0 : once_in(w, 12) ? 1 + below(w, WORK_ITEMS) : once_in(w, 4) ? 2 : 1);
}

static void gen_open(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_session_open *b = &work->tx.body.session_open;
    const struct model_agreement *g = some_agreement(w);
    b->agreement = name_agreement(w, g);
    b->valid_until_s = once_in(w, 12) ? w->model->now + below(w, 3) - 1 : UINT64_MAX;
    b->count = some_count(w);
    for (uint16_t i = 0; i < b->count; i++) {
        struct tx_session_open_item *item = &work->open[i];
        item->serial = once_in(w, 30) ? below(w, w->next_serial + 1) : ++w->next_serial;
        if (i > 0 && once_in(w, 40)) item->serial = work->open[i - 1].serial;
        item->session_key = w->device[item->serial % WORKLOAD_DEVICES].public_key;
        item->hold_minor = 1 + below(w, 500);
        const uint64_t shift = below(w, 64);
        if (once_in(w, 60)) item->hold_minor = once_in(w, 2) ? 0 : prng_u64(&w->prng) >> shift;
    }
    signers[0] = g == NULL ? &w->mallory : holder(w, &g->terms.home);
}

/* The device signs what the item says, or now and then something next to it. */
static void sign_item(struct workload *w, struct work *work, uint16_t i, uint64_t serial)
{
    struct work_device *d = &work->device[i];
    struct tx_usage_commit_item *item = &work->commit[i];
    const struct roam_env env = roam_env_seeded(&w->prng);
    const eddsa_key *key = &w->device[(serial + once_in(w, 150)) % WORKLOAD_DEVICES];
    roam_id id;
    fr session, message;
    tx_session_id(&id, &work->tx.body.usage_commit.agreement, item->serial);
    *d = (struct work_device){key->public_key, id, item->seq, item->commitment, false};
    if (once_in(w, 150)) d->seq++;
    if (once_in(w, 150)) d->session.byte[9] ^= 1;
    if (once_in(w, 150)) d->commitment = fr_one;
    tx_id_to_fr(&session, &d->session);
    usage_sign_message(&message, &session, d->seq, &d->commitment);
    eddsa_sign(&item->signature, key, &message, &env);
    d->spoilt = once_in(w, 150);
    if (d->spoilt) bjj_scalar_add(&item->signature.s, &item->signature.s, &(bjj_scalar){{1, 0, 0, 0}});
}

static void gen_commit(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_usage_commit *b = &work->tx.body.usage_commit;
    const struct model_agreement *g = some_agreement(w);
    b->agreement = name_agreement(w, g);
    b->count = some_count(w);
    const struct wish wish = {once_in(w, 4) ? SESSION_COMMITTED : SESSION_OPEN, false};
    for (uint16_t i = 0; i < b->count; i++) {
        const struct model_session *s = some_session(w, &b->agreement, wish);
        struct tx_usage_commit_item *item = &work->commit[i];
        item->serial = i > 0 && once_in(w, 40) ? work->commit[i - 1].serial : s->serial;
        item->seq = once_in(w, 25) ? below(w, s->seq + 2) : s->seq + 1 + below(w, 3);
        fr_from_u64(&item->commitment, prng_u64(&w->prng));
        sign_item(w, work, i, s->serial);
    }
    signers[0] = g == NULL ? &w->mallory : holder(w, &g->terms.visited);
}

/* Proves what the model has recorded, or now and then something next to it. */
static void prove(struct workload *w, struct work *work, const struct model_agreement *g)
{
    struct tx_settle *b = &work->tx.body.settle, stated;
    work->proof.size = b->circuit_size;
    work->proof.count = b->count;
    work->proof.agreement = b->agreement;
    work->proof.fee = b->total_fee + once_in(w, 50);
    work->proof.tax = b->total_tax + once_in(w, 50);
    memcpy(work->proof.rate_card, g->terms.rate_card, 32);
    memcpy(work->proof.esg, b->esg, 32);
    work->proof.esg[30] ^= once_in(w, 50);
    work->proof.rate_card[30] ^= once_in(w, 50);
    if (b->count > 1 && once_in(w, 20)) {
        const struct settle_place first = work->proof.place[0];
        work->proof.place[0] = work->proof.place[1];
        work->proof.place[1] = first;
    }
    stated = *b;
    stated.total_fee = work->proof.fee;
    stated.total_tax = work->proof.tax;
    memcpy(stated.esg, work->proof.esg, 32);
    box_prove(&stated, work->proof.rate_card, work->proof.place);
    b->proof = stated.proof;
    work->proof.spoilt = once_in(w, 50);
    if (work->proof.spoilt) g1_affine_neg(&b->proof.c, &b->proof.c);
}

static void gen_settle(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_settle *b = &work->tx.body.settle;
    const struct model_agreement *g = some_agreement(w);
    uint64_t holds = 0;
    b->agreement = name_agreement(w, g);
    b->count = some_count(w);
    b->circuit_size = once_in(w, 40) ? 3 : b->count > 2 || once_in(w, 4) ? 8 : 2;
    if (once_in(w, 60)) b->circuit_size = 2;
    for (uint16_t i = 0; i < b->count; i++) {
        const struct model_session *s =
            some_session(w, &b->agreement, (struct wish){SESSION_COMMITTED, false});
        work->serials[i] = i > 0 && once_in(w, 60) ? work->serials[i - 1] : s->serial;
        work->proof.place[i] = (struct settle_place){s->commitment, (uint64_t)s->hold};
        holds += (uint64_t)s->hold;
    }
    b->total_fee = once_in(w, 30) ? holds + below(w, 2) : below(w, holds + 1);
    b->total_tax = once_in(w, 30) ? b->total_fee + 1 : below(w, b->total_fee + 1);
    b->esg[31] = (uint8_t)below(w, 256);
    b->proof = (groth16_proof){g1_generator, g2_generator, g1_generator};
    work->proof.spoilt = true;
    if (g != NULL) prove(w, work, g);
    signers[0] = g == NULL ? &w->mallory : holder(w, &g->terms.visited);
}

static void gen_expire(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_expire *b = &work->tx.body.expire;
    static const enum ledger_session_state states[] = {SESSION_OPEN, SESSION_COMMITTED, SESSION_DISPUTED};
    b->agreement = name_agreement(w, some_agreement(w));
    b->signer = *some_operator(w);
    b->count = some_count(w);
    for (uint16_t i = 0; i < b->count; i++) {
        const struct wish wish = {states[below(w, 3)], true};
        const struct model_session *s = some_session(w, &b->agreement, wish);
        work->serials[i] = i > 0 && once_in(w, 40) ? work->serials[i - 1] : s->serial;
    }
    signers[0] = holder(w, &b->signer);
}

static void gen_dispute(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_dispute *b = &work->tx.body.dispute;
    const struct model_agreement *g = some_agreement(w);
    b->agreement = name_agreement(w, g);
    b->serial = some_session(w, &b->agreement, (struct wish){SESSION_COMMITTED, false})->serial;
    signers[0] = g == NULL ? &w->mallory : holder(w, &g->terms.home);
}

static void gen_resolve(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_dispute_resolve *b = &work->tx.body.dispute_resolve;
    const struct model_agreement *g = some_agreement(w);
    b->agreement = name_agreement(w, g);
    const struct model_session *s =
        some_session(w, &b->agreement, (struct wish){SESSION_DISPUTED, once_in(w, 4)});
    b->serial = s->serial;
    b->amount_minor = some_amount(w, s->hold);
    b->tax_minor = some_amount(w, b->amount_minor);
    signers[0] = g == NULL ? &w->mallory : holder(w, &g->terms.home);
    signers[1] = g == NULL ? &w->mallory : holder(w, &g->terms.visited);
}

static void gen_credit(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_credit_note *b = &work->tx.body.credit_note;
    const struct model *m = w->model;
    const struct model_agreement *g = some_agreement(w);
    const struct model_settlement *t = NULL;
    b->agreement = name_agreement(w, g);
    for (int tries = 0; tries < 20 && m->settlements > 0; tries++) {
        t = &m->settlement[below(w, m->settlements)];
        if (roam_id_equal(&t->agreement, &b->agreement)) break;
    }
    if (t != NULL && !(w->inside_agreements && !roam_id_equal(&t->agreement, &b->agreement))) {
        b->settlement = t->id;
        b->tax_minor =
            once_in(w, 10) ? some_amount(w, t->tax) : below(w, (uint64_t)(t->tax - t->credited_tax) + 1);
        b->amount_minor = b->tax_minor + some_amount(w, t->fee - t->tax);
    }
    b->sequence = some_sequence(w, g == NULL ? 0 : g->visited_sequence);
    signers[0] = g == NULL ? &w->mallory : holder(w, &g->terms.visited);
}

static void validator_name(char name[32], uint64_t i) { snprintf(name, 32, "v%u", (unsigned)i); }

void workload_validators(struct ledger_genesis *genesis, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32], owner[32];
        validator_name(name, i);
        snprintf(owner, sizeof owner, "operator %u key 0", (unsigned)(i % 5));
        box_add_validator(genesis, name, 10 + i % 7, owner);
    }
}

static uint64_t some_power(struct workload *w, const struct model_validator *present)
{
    if (once_in(w, 40)) return LEDGER_POWER_MAX + 1 + below(w, 2);
    if (once_in(w, 300)) return LEDGER_POWER_MAX;
    if (present != NULL && once_in(w, 20)) return (uint64_t)present->power;
    return once_in(w, 3) ? 0 : 1 + below(w, 30);
}

/* A change that nobody has voted for, or for which somebody has. */
static void some_change(struct workload *w, struct tx_validator_vote *b)
{
    struct person key;
    char name[32];
    struct model *m = w->model;
    if (m->votes > 0 && !once_in(w, 3)) {
        *b = m->vote[below(w, m->votes)].vote;
        return;
    }
    validator_name(name, once_in(w, 6) ? LEDGER_VALIDATORS_MAX + below(w, 8) : below(w, WORKLOAD_VALIDATORS));
    person_init(&key, name);
    memcpy(b->validator.byte, key.public_key, 32);
    const struct model_validator *present = model_find_validator(m, &b->validator);
    b->power = some_power(w, present);
    b->owner = present != NULL && !once_in(w, 8) ? present->owner : *some_operator(w);
    b->changes = m->changes;
}

static void gen_vote(struct workload *w, struct work *work, const struct person *signers[])
{
    struct tx_validator_vote *b = &work->tx.body.validator_vote;
    const struct model *m = w->model;
    some_change(w, b);
    b->operator_id = m->validators == 0 || once_in(w, 20) ? *some_operator(w)
                                                          : m->validator[below(w, m->validators)].owner;
    if (once_in(w, 25)) b->changes = below(w, m->changes + 3);
    signers[0] = holder(w, &b->operator_id);
}

static void generate(struct workload *w, struct work *work, const struct person *signers[])
{
    switch (work->tx.type) {
    case TX_OPERATOR_REGISTER:
        gen_register(w, work);
        signers[0] = &w->governor;
        return;
    case TX_OPERATOR_ROTATE_KEY:
        gen_rotate(w, work, signers);
        return;
    case TX_DEPOSIT:
        gen_deposit(w, work);
        signers[0] = &w->treasury;
        return;
    case TX_WITHDRAW:
        gen_withdraw(w, work, signers);
        return;
    case TX_AGREEMENT_OPEN:
        gen_agreement(w, work, signers);
        return;
    case TX_AGREEMENT_FUND:
    case TX_AGREEMENT_RELEASE:
    case TX_AGREEMENT_COLLECT:
        gen_move(w, work, signers);
        return;
    case TX_SESSION_OPEN:
        gen_open(w, work, signers);
        return;
    case TX_USAGE_COMMIT:
        gen_commit(w, work, signers);
        return;
    case TX_SETTLE:
        gen_settle(w, work, signers);
        return;
    case TX_EXPIRE:
        gen_expire(w, work, signers);
        return;
    case TX_DISPUTE:
        gen_dispute(w, work, signers);
        return;
    case TX_DISPUTE_RESOLVE:
        gen_resolve(w, work, signers);
        return;
    case TX_CREDIT_NOTE:
        gen_credit(w, work, signers);
        return;
    case TX_AGREEMENT_CLOSE:
        gen_close(w, work, signers);
        return;
    case TX_VALIDATOR_VOTE:
        gen_vote(w, work, signers);
        return;
    }
}

/* Seals, signs, now and then with a wrong key, serialises, now and then spoils. */
static void finish(struct workload *w, struct work *work, const struct person *signers[], bool good)
{
    set_lists(work);
    work->tx.ledger = w->model->ledger;
    if (!good && once_in(w, 150)) work->tx.ledger.byte[31] ^= 1;
    for (unsigned i = 0; i < tx_signature_count(work->tx.type); i++) {
        if (!good && once_in(w, 80)) signers[i] = &w->person[below(w, WORKLOAD_OPERATORS * WORKLOAD_KEYS)];
        memcpy(work->signer[i], signers[i]->public_key, 32);
    }
    work->size = tx_finish(work->bytes, WORK_BYTES, &work->tx, signers);
    work->malformed = !good && once_in(w, 150);
    if (work->malformed) work->size -= 1 + below(w, 40);
    const unsigned last = work->tx.signature_count - 1u;
    work->spoilt[last] = !good && !work->malformed && once_in(w, 100);
    const uint8_t bit = (uint8_t)(1 << below(w, 8));
    if (work->spoilt[last]) work->bytes[work->size - 1 - below(w, 64)] ^= bit;
}

static enum tx_type some_type(struct workload *w)
{
    static const struct {
        enum tx_type type;
        unsigned weight;
    } table[] = {{TX_SESSION_OPEN, 320},
                 {TX_USAGE_COMMIT, 260},
                 {TX_SETTLE, 90},
                 {TX_EXPIRE, 80},
                 {TX_DISPUTE, 50},
                 {TX_DISPUTE_RESOLVE, 40},
                 {TX_CREDIT_NOTE, 50},
                 {TX_AGREEMENT_FUND, 50},
                 {TX_AGREEMENT_RELEASE, 25},
                 {TX_AGREEMENT_COLLECT, 40},
                 {TX_DEPOSIT, 30},
                 {TX_WITHDRAW, 20},
                 {TX_OPERATOR_REGISTER, 6},
                 {TX_OPERATOR_ROTATE_KEY, 8},
                 {TX_AGREEMENT_OPEN, 10},
                 {TX_AGREEMENT_CLOSE, 2}};
    const size_t types = w->inside_agreements ? 7 : sizeof table / sizeof table[0];
    unsigned total = w->inside_agreements ? 0 : w->votes;
    for (size_t i = 0; i < types; i++) total += table[i].weight;
    uint64_t at = below(w, total);
    for (size_t i = 0; i < types; at -= table[i++].weight)
        if (at < table[i].weight) return table[i].type;
    return TX_VALIDATOR_VOTE;
}

void workload_next(struct workload *workload, struct work *out)
{
    const struct person *signers[TX_SIGNATURES_MAX] = {NULL, NULL};
    if (!workload->inside_agreements && workload->history_count > 0 && once_in(workload, 15)) {
        const size_t known =
            workload->history_count < WORKLOAD_HISTORY ? workload->history_count : WORKLOAD_HISTORY;
        work_copy(out, &workload->history[below(workload, known)]);
        return;
    }
    memset(out, 0, sizeof *out);
    do out->tx.type = some_type(workload);
    while (out->tx.type == TX_AGREEMENT_OPEN && workload->model->agreements > MODEL_AGREEMENTS / 2);
    generate(workload, out, signers);
    finish(workload, out, signers, false);
    work_copy(&workload->history[workload->history_count++ % WORKLOAD_HISTORY], out);
}

/* Four agreements in a ring of operators, the last one in the currency of large amounts. */
static void opening_agreement(struct workload *w, struct work *work, size_t i, const struct person *signers[])
{
    static const uint32_t seconds[] = {40, 90, 300, 150};
    struct tx_agreement_open *b = &work->tx.body.agreement_open;
    b->home = w->model->operator[i].id;
    b->visited = w->model->operator[i + 1].id;
    b->currency = i == 3 ? (struct tx_currency){"BIG", 0} : (struct tx_currency){"EUR", 2};
    b->rate_card[31] = (uint8_t)(i + 1);
    b->hold_max_minor = 500;
    b->commit_within_s = seconds[i];
    b->settle_within_s = seconds[(i + 1) % 4];
    b->dispute_within_s = seconds[(i + 2) % 4];
    b->dispute_default_ppm = (uint32_t)(i * 333333);
    b->salt = 1000000 + i;
    signers[0] = holder(w, &b->home);
    signers[1] = holder(w, &b->visited);
}

static void opening_deposit(struct workload *w, struct work *work, size_t i)
{
    struct tx_deposit *b = &work->tx.body.deposit;
    b->operator_id = w->model->operator[i].id;
    b->currency = i == 3 ? (struct tx_currency){"BIG", 0} : (struct tx_currency){"EUR", 2};
    b->amount_minor = i == 3 ? LEDGER_MONEY_MAX : 10000000;
    store_le64(b->reference.byte, ++w->next_reference);
}

static void opening_operator(struct workload *w, struct work *work, size_t i)
{
    struct tx_operator_register *b = &work->tx.body.operator_register;
    const struct person *p = &w->person[i * WORKLOAD_KEYS];
    memcpy(b->name, p->name, TX_NAME_SIZE);
    memcpy(b->public_key, p->public_key, 32);
    b->operator_id = p->operator_id;
}

static void opening_funds(struct workload *w, struct work *work, size_t i, const struct person *signers[])
{
    const struct model_agreement *g = &w->model->agreement[i];
    work->tx.body.agreement_move =
        (struct tx_agreement_move){g->id, i == 3 ? LEDGER_MONEY_MAX / 2 : 5000000, 1};
    signers[0] = holder(w, &g->terms.home);
}

bool workload_opening(struct workload *workload, struct work *out, size_t step)
{
    const struct person *signers[TX_SIGNATURES_MAX] = {&workload->governor, NULL};
    memset(out, 0, sizeof *out);
    if (step < 5) {
        out->tx.type = TX_OPERATOR_REGISTER;
        opening_operator(workload, out, step);
    } else if (step < 10) {
        out->tx.type = TX_DEPOSIT;
        opening_deposit(workload, out, step - 5);
        signers[0] = &workload->treasury;
    } else if (step < 14) {
        out->tx.type = TX_AGREEMENT_OPEN;
        opening_agreement(workload, out, step - 10, signers);
    } else if (step < 18) {
        out->tx.type = TX_AGREEMENT_FUND;
        opening_funds(workload, out, step - 14, signers);
    } else {
        return false;
    }
    finish(workload, out, signers, true);
    return true;
}
