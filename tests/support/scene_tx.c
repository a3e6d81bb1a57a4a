#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 16 };

const char *field_text(const struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->field[i].name, name) == 0) return fields->field[i].value;
    return NULL;
}

uint64_t field_number(const struct fields *fields, const char *name, uint64_t absent)
{
    const char *text = field_text(fields, name);
    return text == NULL ? absent : strtoull(text, NULL, 10);
}

static const char *text_or(const struct fields *fields, const char *name, const char *absent)
{
    const char *text = field_text(fields, name);
    return text == NULL ? absent : text;
}

static bool text_is(const struct fields *fields, const char *name, const char *value)
{
    return strcmp(text_or(fields, name, ""), value) == 0;
}

const struct scene_agreement *scene_agreement(const struct scene *scene, const char *name)
{
    for (size_t i = 0; i < scene->agreement_count; i++)
        if (strcmp(scene->agreement[i].name, name) == 0) return &scene->agreement[i];
    return NULL;
}

roam_id scene_agreement_id(const struct scene *scene, const char *name)
{
    const struct scene_agreement *agreement = scene_agreement(scene, name);
    return agreement != NULL ? agreement->id : (roam_id){{1}};
}

roam_id scene_label(const struct scene *scene, const char *name)
{
    for (size_t i = 0; i < scene->label_count; i++)
        if (strcmp(scene->label[i].name, name) == 0) return scene->label[i].id;
    return (roam_id){{2}};
}

size_t scene_list(const char *text, uint64_t *first, uint64_t *second, size_t capacity)
{
    size_t count = 0;
    while (*text != '\0') {
        char *end;
        ROAM_ASSERT(count < capacity);
        first[count] = strtoull(text, &end, 10);
        second[count] = 0;
        if (*end == ':') second[count] = strtoull(end + 1, &end, 10);
        count++;
        text = *end == ',' ? end + 1 : end;
        ROAM_ASSERT(*end == ',' || *end == '\0');
    }
    return count;
}

static roam_id person_id(const char *name)
{
    struct person person;
    person_init(&person, name);
    return person.operator_id;
}

static struct tx_currency currency(const struct fields *fields)
{
    struct tx_currency currency = {{0}, (uint8_t)field_number(fields, "dec", 2)};
    const char *code = text_or(fields, "cur", "EUR");
    const size_t length = strlen(code);
    memcpy(currency.code, code, length < TX_CURRENCY_SIZE ? length : TX_CURRENCY_SIZE);
    /* a dot stands for a NUL inside the code */
    for (int i = 0; i < TX_CURRENCY_SIZE; i++)
        if (currency.code[i] == '.') currency.code[i] = 0;
    return currency;
}

static void id_from_text(roam_id *id, const char *text)
{
    memset(id, 0, sizeof *id);
    snprintf((char *)id->byte, sizeof id->byte, "%s", text);
}

/* What a line says, and where the lists of its transaction live. */
struct making {
    struct scene *scene;
    const struct fields *fields;
    bool remember;
    struct tx tx;
    const char *signer[TX_SIGNATURES_MAX]; /* the usual ones */
    size_t count;
    uint64_t first[LIST_MAX], second[LIST_MAX];
    roam_id ids[LIST_MAX];
    struct tx_session_open_item open[LIST_MAX];
    struct tx_usage_commit_item commit[LIST_MAX];
};

static void signers(struct making *m, const char *first, const char *second)
{
    m->signer[0] = first;
    m->signer[1] = second;
}

static void make_register(struct making *m)
{
    struct tx_operator_register *b = &m->tx.body.operator_register;
    struct person person;
    const char *name = text_or(m->fields, "op", "?");
    person_init(&person, text_or(m->fields, "key", name));
    snprintf(b->name, sizeof b->name, "%s", name);
    memcpy(b->public_key, person.public_key, 32);
    tx_operator_id(&b->operator_id, b->name, b->public_key);
    if (field_text(m->fields, "id") != NULL) b->operator_id = person_id(field_text(m->fields, "id"));
    signers(m, "governor", NULL);
}

static void make_rotate(struct making *m)
{
    struct tx_operator_rotate_key *b = &m->tx.body.operator_rotate_key;
    const char *name = text_or(m->fields, "op", "?"), *key = text_or(m->fields, "key", "?");
    struct person next;
    person_init(&next, key);
    b->operator_id = person_id(name);
    b->sequence = field_number(m->fields, "seq", 1);
    memcpy(b->new_public_key, next.public_key, 32);
    signers(m, name, key);
}

static void make_deposit(struct making *m)
{
    struct tx_deposit *b = &m->tx.body.deposit;
    b->operator_id = person_id(text_or(m->fields, "op", "?"));
    b->currency = currency(m->fields);
    b->amount_minor = field_number(m->fields, "amount", 100);
    id_from_text(&b->reference, text_or(m->fields, "ref", "reference"));
    if (m->remember) m->scene->inside += b->amount_minor;
    signers(m, "treasury", NULL);
}

static void make_withdraw(struct making *m)
{
    struct tx_withdraw *b = &m->tx.body.withdraw;
    const char *name = text_or(m->fields, "op", "?");
    b->operator_id = person_id(name);
    b->currency = currency(m->fields);
    b->amount_minor = field_number(m->fields, "amount", 100);
    b->sequence = field_number(m->fields, "seq", 1);
    if (m->remember) m->scene->inside -= b->amount_minor;
    signers(m, name, NULL);
}

static void make_agreement(struct making *m)
{
    struct tx_agreement_open *b = &m->tx.body.agreement_open;
    const char *home = text_or(m->fields, "home", "alice"), *visited = text_or(m->fields, "visited", "bob");
    b->home = person_id(home);
    b->visited = person_id(visited);
    b->currency = currency(m->fields);
    b->rate_card[31] = 7;
    b->hold_max_minor = field_number(m->fields, "hold_max", 1000);
    b->commit_within_s = (uint32_t)field_number(m->fields, "commit", 100);
    b->settle_within_s = (uint32_t)field_number(m->fields, "settle", 200);
    b->dispute_within_s = (uint32_t)field_number(m->fields, "dispute", 300);
    b->dispute_default_ppm = (uint32_t)field_number(m->fields, "ppm", 500000);
    b->salt = field_number(m->fields, "salt", 1);
    const char *name = field_text(m->fields, "name");
    if (name != NULL && scene_agreement(m->scene, name) == NULL) {
        ROAM_ASSERT(m->scene->agreement_count < SCENE_NAMES_MAX);
        struct scene_agreement *a = &m->scene->agreement[m->scene->agreement_count++];
        snprintf(a->name, sizeof a->name, "%s", name);
        a->terms = *b;
        tx_agreement_id(&a->id, ledger_id(m->scene->box.ledger), b);
    }
    signers(m, home, visited);
}

static void make_move(struct making *m)
{
    struct tx_agreement_move *b = &m->tx.body.agreement_move;
    b->agreement = scene_agreement_id(m->scene, text_or(m->fields, "a", "a"));
    b->amount_minor = field_number(m->fields, "amount", 100);
    b->sequence = field_number(m->fields, "seq", 1);
    signers(m, m->tx.type == TX_AGREEMENT_COLLECT ? "bob" : "alice", NULL);
}

static void make_close(struct making *m)
{
    struct tx_agreement_close *b = &m->tx.body.agreement_close;
    const char *signer = text_or(m->fields, "signer", "alice");
    b->agreement = scene_agreement_id(m->scene, text_or(m->fields, "a", "a"));
    b->signer = person_id(signer);
    b->sequence = field_number(m->fields, "seq", 1);
    signers(m, signer, NULL);
}

static void read_sessions(struct making *m, roam_id *agreement)
{
    *agreement = scene_agreement_id(m->scene, text_or(m->fields, "a", "a"));
    m->count = scene_list(text_or(m->fields, "s", ""), m->first, m->second, LIST_MAX);
    for (size_t i = 0; i < m->count; i++) tx_session_id(&m->ids[i], agreement, m->first[i]);
}

static struct scene_session *remembered(struct scene *scene, const roam_id *id)
{
    for (size_t i = 0; i < scene->session_count; i++)
        if (roam_id_equal(&scene->session[i].id, id)) return &scene->session[i];
    return NULL;
}

static void make_open(struct making *m)
{
    struct tx_session_open *b = &m->tx.body.session_open;
    read_sessions(m, &b->agreement);
    b->valid_until_s = field_number(m->fields, "until", UINT64_MAX);
    b->count = (uint16_t)m->count;
    b->items = m->open;
    for (size_t i = 0; i < m->count; i++) {
        eddsa_key key;
        device_key(&key, &b->agreement, m->first[i]);
        m->open[i] = (struct tx_session_open_item){m->first[i], key.public_key, m->second[i]};
        if (!m->remember) continue;
        ROAM_ASSERT(m->scene->session_count < SCENE_SESSIONS_MAX);
        m->scene->session[m->scene->session_count++] =
            (struct scene_session){.id = m->ids[i], .hold_minor = m->second[i]};
    }
    signers(m, "alice", NULL);
}

/* By the device of the owner's session of this serial, for that session. */
static void sign_usage(struct making *m, size_t i, const roam_id *owner, bool bad)
{
    struct tx_usage_commit_item *item = &m->commit[i];
    eddsa_key key;
    roam_id id;
    fr session, message;
    item->serial = m->first[i];
    item->seq = m->second[i];
    fr_from_u64(&item->commitment, 1000 * m->first[i] + m->second[i]);
    device_key(&key, owner, m->first[i]);
    tx_session_id(&id, owner, item->serial);
    tx_id_to_fr(&session, &id);
    usage_sign_message(&message, &session, item->seq + bad, &item->commitment);
    eddsa_sign(&item->signature, &key, &message, &m->scene->box.env);
}

static void make_commit(struct making *m)
{
    struct tx_usage_commit *b = &m->tx.body.usage_commit;
    read_sessions(m, &b->agreement);
    const roam_id owner =
        scene_agreement_id(m->scene, text_or(m->fields, "of", text_or(m->fields, "a", "a")));
    b->count = (uint16_t)m->count;
    b->items = m->commit;
    for (size_t i = 0; i < m->count; i++) {
        sign_usage(m, i, &owner, i + 1 == m->count && text_is(m->fields, "device", "bad"));
        struct scene_session *session = remembered(m->scene, &m->ids[i]);
        if (m->remember && session != NULL) session->commitment = m->commit[i].commitment;
    }
    signers(m, "bob", NULL);
}

/* The proof is for what the ledger has recorded, or differs from it in the one thing that the line says. */
static void prove(struct making *m)
{
    struct tx_settle stated = m->tx.body.settle;
    struct settle_place places[LIST_MAX] = {{{{0}}, 0}};
    uint8_t rate_card[32] = {0};
    for (size_t i = 0; i < m->count; i++) {
        const struct scene_session *session = remembered(m->scene, &m->ids[i]);
        const size_t place = text_is(m->fields, "proof", "order") ? m->count - 1 - i : i;
        if (session != NULL) places[place] = (struct settle_place){session->commitment, session->hold_minor};
    }
    rate_card[31] = text_is(m->fields, "proof", "card") ? 8 : 7;
    stated.total_fee += text_is(m->fields, "proof", "fee");
    stated.total_tax += text_is(m->fields, "proof", "tax");
    stated.esg[31] ^= text_is(m->fields, "proof", "esg");
    stated.agreement.byte[31] ^= text_is(m->fields, "proof", "agreement");
    if (text_is(m->fields, "proof", "size")) stated.circuit_size = 8;
    box_prove(&stated, rate_card, places);
    m->tx.body.settle.proof = stated.proof;
}

static void make_settle(struct making *m)
{
    struct tx_settle *b = &m->tx.body.settle;
    read_sessions(m, &b->agreement);
    b->circuit_size = (uint16_t)field_number(m->fields, "size", 2);
    b->count = (uint16_t)m->count;
    b->serials = m->first;
    b->total_fee = field_number(m->fields, "fee", 0);
    b->total_tax = field_number(m->fields, "tax", 0);
    b->esg[31] = 5;
    prove(m);
    signers(m, "bob", NULL);
}

static void make_expire(struct making *m)
{
    struct tx_expire *b = &m->tx.body.expire;
    const char *signer = text_or(m->fields, "signer", "carol");
    read_sessions(m, &b->agreement);
    b->signer = person_id(signer);
    b->count = (uint16_t)m->count;
    b->serials = m->first;
    signers(m, signer, NULL);
}

static void make_dispute(struct making *m)
{
    struct tx_dispute *b = &m->tx.body.dispute;
    read_sessions(m, &b->agreement);
    b->serial = m->first[0];
    signers(m, "alice", NULL);
}

static void make_resolve(struct making *m)
{
    struct tx_dispute_resolve *b = &m->tx.body.dispute_resolve;
    read_sessions(m, &b->agreement);
    b->serial = m->first[0];
    b->amount_minor = field_number(m->fields, "amount", 0);
    b->tax_minor = field_number(m->fields, "tax", 0);
    signers(m, "alice", "bob");
}

static void make_credit(struct making *m)
{
    struct tx_credit_note *b = &m->tx.body.credit_note;
    b->agreement = scene_agreement_id(m->scene, text_or(m->fields, "a", "a"));
    b->settlement = scene_label(m->scene, text_or(m->fields, "t", "?"));
    b->amount_minor = field_number(m->fields, "amount", 0);
    b->tax_minor = field_number(m->fields, "tax", 0);
    b->sequence = field_number(m->fields, "seq", 1);
    signers(m, "bob", NULL);
}

static void make_vote(struct making *m)
{
    struct tx_validator_vote *b = &m->tx.body.validator_vote;
    const char *name = text_or(m->fields, "op", "alice"), *owner = text_or(m->fields, "owner", "alice");
    struct person validator;
    person_init(&validator, text_or(m->fields, "key", "v1"));
    b->operator_id = person_id(name);
    memcpy(b->validator.byte, validator.public_key, 32);
    if (text_is(m->fields, "key", "none")) memset(b->validator.byte, 0, 32);
    b->power = field_number(m->fields, "power", 0);
    b->owner = person_id(owner);
    b->changes = field_number(m->fields, "changes", 0);
    signers(m, name, NULL);
}

static const struct verb {
    const char *name;
    enum tx_type type;
    void (*make)(struct making *m);
} verbs[] = {
    {"register", TX_OPERATOR_REGISTER, make_register},
    {"rotate", TX_OPERATOR_ROTATE_KEY, make_rotate},
    {"deposit", TX_DEPOSIT, make_deposit},
    {"withdraw", TX_WITHDRAW, make_withdraw},
    {"agreement", TX_AGREEMENT_OPEN, make_agreement},
    {"fund", TX_AGREEMENT_FUND, make_move},
    {"release", TX_AGREEMENT_RELEASE, make_move},
    {"collect", TX_AGREEMENT_COLLECT, make_move},
    {"close", TX_AGREEMENT_CLOSE, make_close},
    {"open", TX_SESSION_OPEN, make_open},
    {"commit", TX_USAGE_COMMIT, make_commit},
    {"settle", TX_SETTLE, make_settle},
    {"expire", TX_EXPIRE, make_expire},
    {"dispute", TX_DISPUTE, make_dispute},
    {"resolve", TX_DISPUTE_RESOLVE, make_resolve},
    {"credit", TX_CREDIT_NOTE, make_credit},
    {"vote", TX_VALIDATOR_VOTE, make_vote},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0) return &verbs[i];
    return NULL;
}

static void remember_label(struct scene *scene, const char *name, const roam_id *id)
{
    ROAM_ASSERT(scene->label_count < SCENE_NAMES_MAX);
    snprintf(scene->label[scene->label_count].name, sizeof scene->label[0].name, "%s", name);
    scene->label[scene->label_count++].id = *id;
}

static size_t finish(struct making *m, uint8_t bytes[SCENE_TX_ROOM])
{
    struct person first, second;
    const struct person *const persons[] = {&first, &second};
    person_init(&first, text_or(m->fields, "by", m->signer[0]));
    person_init(&second, text_or(m->fields, "by2", m->signer[1] != NULL ? m->signer[1] : ""));
    size_t size = tx_finish(bytes, SCENE_TX_ROOM - 1, &m->tx, persons);
    if (field_text(m->fields, "as") != NULL) remember_label(m->scene, field_text(m->fields, "as"), &m->tx.id);
    if (text_is(m->fields, "raw", "cut")) size--;
    if (text_is(m->fields, "raw", "long")) bytes[size++] = 0;
    return size;
}

size_t scene_tx(struct scene *scene, uint8_t bytes[SCENE_TX_ROOM], const char *verb,
                const struct fields *fields, bool expect_accepted)
{
    static struct making m;
    const struct verb *found = find_verb(verb);
    if (found == NULL) return 0;
    memset(&m, 0, sizeof m);
    m.scene = scene;
    m.fields = fields;
    m.remember = expect_accepted;
    m.tx.type = found->type;
    m.tx.ledger = *ledger_id(scene->box.ledger);
    if (text_is(fields, "ledger", "other")) m.tx.ledger.byte[0] ^= 1;
    found->make(&m);
    return finish(&m, bytes);
}
