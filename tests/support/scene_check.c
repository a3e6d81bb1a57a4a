#include <stdio.h>
#include <string.h>

#include "scene.h"

/* A field of a record by its name in the scenario. */
struct fact {
    const char *name;
    uint64_t value;
};

static bool check_facts(const struct fields *fields, const struct fact *facts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t expected = field_number(fields, facts[i].name, facts[i].value);
        if (expected == facts[i].value) continue;
        printf("%s is %llu, not %llu\n", facts[i].name, (unsigned long long)facts[i].value,
               (unsigned long long)expected);
        return false;
    }
    return true;
}

static bool check_operator(const struct scene *scene, const struct fields *fields)
{
    struct person person, key;
    struct ledger_operator r;
    person_init(&person, field_text(fields, "op"));
    if (ledger_get_operator(&r, scene->box.ledger, &person.operator_id) != ROAM_OK) return false;
    person_init(&key, field_text(fields, "key"));
    const struct fact facts[] = {{"sequence", r.sequence}};
    return check_facts(fields, facts, 1) && memcmp(r.public_key, key.public_key, 32) == 0;
}

static bool check_account(const struct scene *scene, const struct fields *fields)
{
    struct person person;
    struct ledger_account r = {0, 0};
    struct tx_currency currency = {"EUR", (uint8_t)field_number(fields, "dec", 2)};
    const char *code = field_text(fields, "cur");
    if (code != NULL) {
        memset(currency.code, 0, sizeof currency.code);
        memcpy(currency.code, code, strlen(code));
    }
    person_init(&person, field_text(fields, "op"));
    const enum roam_err err = ledger_get_account(&r, scene->box.ledger, &person.operator_id, &currency);
    if (err != ROAM_OK && err != ROAM_E_NOTFOUND) return false;
    const struct fact facts[] = {{"balance", r.available_minor}, {"sequence", r.sequence}};
    return check_facts(fields, facts, 2);
}

static bool check_agreement(const struct scene *scene, const struct fields *fields)
{
    const roam_id id = scene_agreement_id(scene, field_text(fields, "a"));
    struct ledger_agreement r;
    if (ledger_get_agreement(&r, scene->box.ledger, &id) != ROAM_OK) return false;
    const struct fact facts[] = {{"available", r.available_minor},
                                 {"held", r.held_minor},
                                 {"earned", r.earned_minor},
                                 {"home_sequence", r.home_sequence},
                                 {"visited_sequence", r.visited_sequence},
                                 {"opened", r.opened_s},
                                 {"closed", r.closed}};
    return check_facts(fields, facts, 7);
}

static bool check_session(const struct scene *scene, const struct fields *fields)
{
    static const char *const states[] = {"", "OPEN", "COMMITTED", "SETTLED", "REFUNDED", "DISPUTED"};
    const roam_id agreement = scene_agreement_id(scene, field_text(fields, "a"));
    const char *state = field_text(fields, "state"), *closed_by = field_text(fields, "closed_by");
    struct ledger_session r;
    roam_id id;
    tx_session_id(&id, &agreement, field_number(fields, "s", 0));
    if (ledger_get_session(&r, scene->box.ledger, &id) != ROAM_OK) return false;
    const struct fact facts[] = {{"hold", r.hold_minor}, {"deadline", r.deadline_s}, {"seq", r.seq}};
    if (state != NULL && strcmp(state, states[r.state]) != 0) {
        printf("state is %s\n", states[r.state]);
        return false;
    }
    if (closed_by != NULL) {
        const roam_id tx = scene_label(scene, closed_by);
        if (!roam_id_equal(&tx, &r.closed_by)) return false;
    }
    return check_facts(fields, facts, 3);
}

static bool check_settlement(const struct scene *scene, const struct fields *fields)
{
    const roam_id id = scene_label(scene, field_text(fields, "t"));
    struct ledger_settlement r;
    if (ledger_get_settlement(&r, scene->box.ledger, &id) != ROAM_OK) return false;
    const struct fact facts[] = {{"fee", r.total_fee},          {"tax", r.total_tax},
                                 {"credited", r.credited},      {"credited_tax", r.credited_tax},
                                 {"sessions", r.session_count}, {"esg", r.esg[31]}};
    return check_facts(fields, facts, 6);
}

static bool check_receipt(const struct scene *scene, const struct fields *fields)
{
    const struct ledger_receipt *r = &scene->last;
    const char *agreement = field_text(fields, "a"), *label = field_text(fields, "t");
    const struct fact facts[] = {{"type", r->type},   {"amount", r->amount_minor}, {"tax", r->tax_minor},
                                 {"count", r->count}, {"time", r->time_s},         {"outcome", r->outcome}};
    if (agreement != NULL) {
        const roam_id id =
            strcmp(agreement, "none") == 0 ? (roam_id){{0}} : scene_agreement_id(scene, agreement);
        if (!roam_id_equal(&id, &r->agreement)) return false;
    }
    if (label != NULL) {
        const roam_id id = scene_label(scene, label);
        if (!roam_id_equal(&id, &r->tx)) return false;
    }
    return check_facts(fields, facts, 6);
}

static bool check_validator(const struct scene *scene, const struct fields *fields)
{
    struct person key, owner;
    struct ledger_validator r;
    roam_id id;
    person_init(&key, field_text(fields, "key"));
    person_init(&owner, field_text(fields, "owner"));
    memcpy(id.byte, key.public_key, 32);
    if (ledger_get_validator(&r, scene->box.ledger, &id) != ROAM_OK) return false;
    const struct fact facts[] = {{"power", r.power}};
    return check_facts(fields, facts, 1) && roam_id_equal(&r.owner, &owner.operator_id);
}

static bool check_voter(const struct scene *scene, const struct fields *fields)
{
    struct person person;
    struct ledger_voter r;
    person_init(&person, field_text(fields, "op"));
    if (ledger_get_voter(&r, scene->box.ledger, &person.operator_id) != ROAM_OK) return false;
    const struct fact facts[] = {{"weight", r.weight}};
    return check_facts(fields, facts, 1);
}

static bool check_validator_set(const struct scene *scene, const struct fields *fields)
{
    struct ledger_validator_set r;
    if (ledger_get_validator_set(&r, scene->box.ledger) != ROAM_OK) return false;
    const struct fact facts[] = {
        {"changes", r.changes}, {"power", r.total_power}, {"count", r.count}, {"listed", r.listed}};
    return check_facts(fields, facts, 4);
}

bool scene_check(struct scene *scene, const char *noun, const struct fields *fields)
{
    if (strcmp(noun, "operator") == 0) return check_operator(scene, fields);
    if (strcmp(noun, "account") == 0) return check_account(scene, fields);
    if (strcmp(noun, "agreement") == 0) return check_agreement(scene, fields);
    if (strcmp(noun, "session") == 0) return check_session(scene, fields);
    if (strcmp(noun, "settlement") == 0) return check_settlement(scene, fields);
    if (strcmp(noun, "validator") == 0) return check_validator(scene, fields);
    if (strcmp(noun, "voter") == 0) return check_voter(scene, fields);
    if (strcmp(noun, "validators") == 0) return check_validator_set(scene, fields);
    if (strcmp(noun, "receipt") == 0) return check_receipt(scene, fields);
    printf("unknown directive\n");
    return false;
}
