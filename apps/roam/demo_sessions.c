#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "file.h"
#include "telecom.h"
#include "usage_files.h"

static void new_session(struct demo_session *session, const char *source, uint64_t serial,
                        uint64_t hold_minor)
{
    uint8_t seed[32];
    snprintf(session->source, sizeof session->source, "%s", source);
    env_random(&roam_env_system, seed, sizeof seed);
    eddsa_key_from_seed(&session->device, seed);
    session->settlement.serial = serial;
    session->settlement.opened.hold_minor = hold_minor;
    fresh_salt(session->settlement.opened.record.salt);
}

static enum roam_err load_mix(struct demo *demo, struct ocpi_energy_mix *mix)
{
    char path[2 * DEMO_PATH_MAX];
    uint8_t *text;
    size_t size;
    snprintf(path, sizeof path, "%s/charging/location-energy-mix.json", demo->examples);
    ROAM_TRY(file_read(&text, &size, path, OCPI_FILE_MAX, &demo->cli->diag));
    enum roam_err err = ocpi_energy_mix_parse(mix, (char *)text, size, &demo->cli->diag);
    free(text);
    return err;
}

static enum roam_err load_cdr(struct demo *demo, struct demo_session *session, unsigned number,
                              const char *tariff_path, const struct ocpi_energy_mix *mix)
{
    char path[2 * DEMO_PATH_MAX], source[32];
    struct ocpi_case *c = malloc(sizeof *c);
    if (c == NULL) return ROAM_E_NOMEM;
    snprintf(source, sizeof source, "cdr-%03u.json", number);
    snprintf(path, sizeof path, "%s/charging/%s", demo->examples, source);
    enum roam_err err = ocpi_case_load(c, path, tariff_path, NULL, &demo->cli->diag);
    if (err == ROAM_OK) {
        err = ocpi_usage_record(&session->settlement.opened.record, &c->cdr, &c->tariff, &c->zone, mix,
                                USAGE_PPM, &demo->cli->diag);
        ocpi_case_release(c);
    }
    free(c);
    new_session(session, source, number, 600000);
    return err;
}

static enum roam_err load_card(struct demo *demo, const char *tariff_path)
{
    struct ocpi_terms terms = {.decimals = demo->currency.decimals, .rounding = USAGE_ROUND_HALF_EVEN};
    struct ocpi_tariff *tariff = malloc(sizeof *tariff);
    if (tariff == NULL) return ROAM_E_NOMEM;
    enum roam_err err = ocpi_tariff_load(tariff, tariff_path, &demo->cli->diag);
    if (err == ROAM_OK) err = ocpi_rate_card(&demo->charging.card, tariff, &terms, &demo->cli->diag);
    fresh_salt(demo->charging.card.salt);
    free(tariff);
    return err;
}

enum roam_err demo_charging_load(struct demo *demo)
{
    struct ocpi_energy_mix mix;
    char tariff_path[2 * DEMO_PATH_MAX];
    struct demo_trade *trade = &demo->charging;
    trade->what = "charging";
    snprintf(tariff_path, sizeof tariff_path, "%s/charging/tariff.json", demo->examples);
    ROAM_TRY(load_mix(demo, &mix));
    ROAM_TRY(load_card(demo, tariff_path));
    for (trade->count = 0; trade->count < 30; trade->count++)
        ROAM_TRY(
            load_cdr(demo, &trade->session[trade->count], (unsigned)trade->count + 1, tariff_path, &mix));
    return ROAM_OK;
}

/* Gives a telecom file's text to parse. */
static enum roam_err load_phone(struct demo *demo, const char *name, void *out,
                                enum roam_err (*parse)(void *out, const char *text, size_t size,
                                                       struct roam_diag *diag))
{
    char path[2 * DEMO_PATH_MAX];
    uint8_t *text;
    size_t size;
    snprintf(path, sizeof path, "%s/phone/%s", demo->examples, name);
    ROAM_TRY(file_read(&text, &size, path, OCPI_FILE_MAX, &demo->cli->diag));
    enum roam_err err = parse(out, (char *)text, size, &demo->cli->diag);
    free(text);
    return err;
}

static enum roam_err parse_usage(void *out, const char *text, size_t size, struct roam_diag *diag)
{
    return telecom_usage_parse(out, text, size, diag);
}

static enum roam_err parse_rates(void *out, const char *text, size_t size, struct roam_diag *diag)
{
    return telecom_rates_parse(out, text, size, diag);
}

enum roam_err demo_phone_load(struct demo *demo)
{
    struct demo_trade *trade = &demo->phone;
    trade->what = "phone";
    ROAM_TRY(load_phone(demo, "rates.json", &trade->card, parse_rates));
    fresh_salt(trade->card.salt);
    for (trade->count = 0; trade->count < 6; trade->count++) {
        char source[32];
        struct demo_session *session = &trade->session[trade->count];
        snprintf(source, sizeof source, "session-%03zu.json", trade->count + 1);
        ROAM_TRY(load_phone(demo, source, &session->settlement.opened.record, parse_usage));
        new_session(session, source, trade->count + 1, 200000);
    }
    return ROAM_OK;
}

enum roam_err demo_sessions_open(struct demo *demo, struct demo_trade *trade)
{
    struct tx_session_open_item items[DEMO_SESSIONS_MAX];
    struct tx tx = {.type = TX_SESSION_OPEN};
    for (size_t i = 0; i < trade->count; i++) {
        struct demo_session *s = &trade->session[i];
        items[i] = (struct tx_session_open_item){s->settlement.serial, s->device.public_key,
                                                 s->settlement.opened.hold_minor};
    }
    tx.body.session_open = (struct tx_session_open){trade->agreement, env_now_s(&roam_env_system) + 300,
                                                    (uint16_t)trade->count, items};
    return demo_must(demo, &tx, &demo->home, NULL, NULL);
}

enum roam_err demo_sign(struct tx_usage_commit_item *out, const roam_id *agreement,
                        const struct demo_session *session, uint64_t seq, const struct usage_record *record)
{
    roam_id id;
    fr element, message;
    out->serial = session->settlement.serial;
    out->seq = seq;
    ROAM_TRY(usage_commitment(&out->commitment, record));
    tx_session_id(&id, agreement, out->serial);
    tx_id_to_fr(&element, &id);
    usage_sign_message(&message, &element, seq, &out->commitment);
    eddsa_sign(&out->signature, &session->device, &message, &roam_env_system);
    return ROAM_OK;
}

static enum roam_err commit_all(struct demo *demo, const struct demo_trade *trade, uint64_t seq, bool half)
{
    static struct tx_usage_commit_item items[DEMO_SESSIONS_MAX];
    struct tx tx = {.type = TX_USAGE_COMMIT};
    for (size_t i = 0; i < trade->count; i++) {
        struct usage_record record = trade->session[i].settlement.opened.record;
        for (int slot = 0; half && slot < USAGE_SLOTS; slot++) record.quantity[slot] /= 2;
        if (half) fresh_salt(record.salt);
        ROAM_TRY(demo_sign(&items[i], &trade->agreement, &trade->session[i], seq, &record));
    }
    tx.body.usage_commit = (struct tx_usage_commit){trade->agreement, (uint16_t)trade->count, items};
    return demo_must(demo, &tx, &demo->visited, NULL, NULL);
}

enum roam_err demo_sessions_commit(struct demo *demo, struct demo_trade *trade)
{
    ROAM_TRY(commit_all(demo, trade, 1, true));
    return commit_all(demo, trade, 2, false);
}

enum roam_err demo_prove(struct demo *demo, struct settlement *out, const struct demo_trade *trade,
                         size_t first, size_t count, const struct demo_circuit *circuit)
{
    struct settlement_session sessions[DEMO_SESSIONS_MAX];
    for (size_t i = 0; i < count; i++) sessions[i] = trade->session[first + i].settlement;
    return settlement_prove(out, &trade->agreement, &trade->card, sessions, count, circuit->size,
                            &circuit->prover, 2, &demo->cli->progress, &demo->cli->diag);
}
