/* roam settle: one proof for many sessions, its submission, and corrections afterwards. */
#include <stdlib.h>
#include <string.h>

#include "ct.h"
#include "digest.h"
#include "hosted.h"
#include "json_fields.h"
#include "settlement.h"
#include "usage_files.h"

/* A session of the list: its record from the file, its hold from the ledger, and both commitments compared.
 */
static enum roam_err read_session(struct cli *cli, const struct ledger *ledger, const roam_id *agreement,
                                  const json_t *object, struct settlement_session *out)
{
    struct ledger_session recorded;
    roam_id session;
    fr commitment;
    const json_t *record = json_object_get(object, "record");
    ROAM_TRY(json_hex(object, "session", session.byte, 32, &cli->diag));
    ROAM_TRY(session_serial(cli, &out->serial, agreement, &session));
    if (json_is_string(record))
        ROAM_TRY(record_load(&out->opened.record, json_string_value(record), &cli->diag));
    else
        ROAM_TRY(record_from_json(&out->opened.record, record, &cli->diag));
    const char *id = json_string_value(json_object_get(object, "session"));
    enum roam_err err = ledger_get_session(&recorded, ledger, &session);
    if (err != ROAM_OK) return roam_diag(&cli->diag, err, "session %s is not on the ledger", id);
    ROAM_TRY(usage_commitment(&commitment, &out->opened.record));
    if (recorded.state != SESSION_COMMITTED || !fr_equal(&commitment, &recorded.commitment))
        return roam_diag(&cli->diag, ROAM_E_MISMATCH,
                         "session %s: this record is not the one committed on the ledger, or it is not open",
                         id);
    out->opened.hold_minor = recorded.hold_minor;
    return ROAM_OK;
}

static enum roam_err read_sessions(struct cli *cli, const roam_id *agreement,
                                   struct settlement_session *sessions, size_t *count)
{
    SCOPED_HOST host = {0};
    json_t *list;
    ROAM_TRY(hosted_open(cli, &host, true));
    ROAM_TRY(json_load_secret(&list, cli->operand[0], &cli->diag));
    *count = json_array_size(list);
    enum roam_err err = ROAM_OK;
    if (!json_is_array(list) || *count < 1 || *count > SETTLE_SIZE_MAX)
        err = roam_diag(&cli->diag, ROAM_E_COUNT, "not a list of 1 to %d sessions", SETTLE_SIZE_MAX);
    const struct ledger *ledger = hosted_read_begin(&host);
    for (size_t i = 0; err == ROAM_OK && i < *count; i++)
        err = read_session(cli, ledger, agreement, json_array_get(list, i), &sessions[i]);
    hosted_read_end(&host);
    json_decref(list);
    return cli_in_file(err, cli->operand[0], &cli->diag);
}

static json_t *sessions_json(const struct settlement *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->count; i++) {
        roam_id session;
        tx_session_id(&session, &s->agreement, s->serials[i]);
        json_array_append_new(list, json_bytes(session.byte, 32));
    }
    return list;
}

static json_t *element_json(const fr *element)
{
    uint8_t bytes[32];
    fr_to_be(bytes, element);
    return json_bytes(bytes, 32);
}

static json_t *settlement_json(const struct settlement *s)
{
    uint8_t proof[GROTH16_PROOF_SIZE];
    groth16_proof_serialize(proof, &s->proof);
    json_t *object = json_pack("{s:i,s:i}", "circuit_size", (int)s->size, "count", (int)s->count);
    json_object_set_new(object, "agreement", json_bytes(s->agreement.byte, 32));
    json_object_set_new(object, "sessions", sessions_json(s));
    json_object_set_new(object, "total_fee_minor", json_amount(s->public.total_fee, 0));
    json_object_set_new(object, "total_tax_minor", json_amount(s->public.total_tax, 0));
    json_object_set_new(object, "esg", element_json(&s->public.signal[5]));
    json_object_set_new(object, "proof", json_bytes(proof, sizeof proof));
    json_t *opening = json_object();
    json_object_set_new(opening, "energy_deciwatthours", json_amount(s->public.esg.energy, 0));
    json_object_set_new(opening, "renewable_deciwatthours", json_amount(s->public.esg.renewable, 0));
    json_object_set_new(opening, "co2_mg", json_amount(s->public.esg.co2_mg, 0));
    json_object_set_new(opening, "salt", element_json(&s->esg_salt));
    json_object_set_new(object, "esg_opening", opening);
    return object;
}

static enum roam_err prove_sessions(struct cli *cli, const roam_id *agreement,
                                    const struct settlement_session *sessions, size_t count)
{
    static struct settlement settlement;
    struct usage_rate_card card;
    struct zk_prover prover;
    uint64_t size, threads;
    ROAM_TRY(cli_u64(cli, "size", count, 1, SETTLE_SIZE_MAX, &size));
    ROAM_TRY(cli_u64(cli, "threads", 2, 1, 64, &threads));
    ROAM_TRY(card_load(&card, cli_get(cli, "card"), &cli->diag));
    ROAM_TRY(zk_prover_load(&prover, cli_get(cli, "zkey"), cli_get(cli, "tables"), &cli->diag));
    enum roam_err err = settlement_prove(&settlement, agreement, &card, sessions, count, (unsigned)size,
                                         &prover, (unsigned)threads, &cli->progress, &cli->diag);
    zk_prover_release(&prover);
    if (err != ROAM_OK) return err;
    json_t *object = settlement_json(&settlement);
    err = json_save_new(object, false, cli->operand[1], &cli->diag);
    cli_put_u64(cli, "sessions", count);
    cli_put(cli, "total_fee_minor", json_amount(settlement.public.total_fee, 0));
    cli_put(cli, "total_tax_minor", json_amount(settlement.public.total_tax, 0));
    cli_put_text(cli, "written", cli->operand[1]);
    json_decref(object);
    return err;
}

static enum roam_err settle_prove(struct cli *cli)
{
    size_t count;
    roam_id agreement;
    ROAM_TRY(option_id(cli, "agreement", &agreement));
    struct settlement_session *sessions = calloc(SETTLE_SIZE_MAX, sizeof *sessions);
    if (sessions == NULL) return ROAM_E_NOMEM;
    enum roam_err err = read_sessions(cli, &agreement, sessions, &count);
    if (err == ROAM_OK) err = prove_sessions(cli, &agreement, sessions, count);
    roam_wipe(sessions, SETTLE_SIZE_MAX * sizeof *sessions);
    free(sessions);
    return err;
}

static enum roam_err read_serials(struct cli *cli, const json_t *list, const roam_id *agreement,
                                  uint64_t *serials, uint16_t *count)
{
    size_t size = json_array_size(list);
    if (size < 1 || size > SETTLE_SIZE_MAX)
        return roam_diag(&cli->diag, ROAM_E_COUNT, "member 'sessions' is not a list of 1 to %d ids",
                         SETTLE_SIZE_MAX);
    *count = (uint16_t)size;
    for (size_t i = 0; i < size; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        roam_id session;
        ROAM_TRY(cli_hex(cli, "session", text == NULL ? "" : text, session.byte, 32));
        ROAM_TRY(session_serial(cli, &serials[i], agreement, &session));
    }
    return ROAM_OK;
}

static enum roam_err read_tx(struct cli *cli, const json_t *object, struct tx_settle *out, uint64_t *serials)
{
    uint8_t proof[GROTH16_PROOF_SIZE];
    uint64_t circuit_size;
    fr esg;
    ROAM_TRY(json_u64(object, "circuit_size", &circuit_size, &cli->diag));
    if (circuit_size < 1 || circuit_size > SETTLE_SIZE_MAX)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "member 'circuit_size': %llu is not in 1..%d",
                         (unsigned long long)circuit_size, SETTLE_SIZE_MAX);
    out->circuit_size = (uint16_t)circuit_size;
    out->serials = serials;
    ROAM_TRY(json_hex(object, "agreement", out->agreement.byte, 32, &cli->diag));
    ROAM_TRY(read_serials(cli, json_object_get(object, "sessions"), &out->agreement, serials, &out->count));
    ROAM_TRY(json_hex(object, "esg", out->esg, 32, &cli->diag));
    if (fr_from_be(&esg, out->esg) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "member 'esg' is not below r");
    ROAM_TRY(json_hex(object, "proof", proof, sizeof proof, &cli->diag));
    ROAM_TRY(json_minor(object, "total_fee_minor", &out->total_fee, &cli->diag));
    ROAM_TRY(json_minor(object, "total_tax_minor", &out->total_tax, &cli->diag));
    enum roam_err err = groth16_proof_parse(&out->proof, proof);
    return err == ROAM_OK ? err : roam_diag(&cli->diag, err, "member 'proof': %s", roam_err_text(err));
}

static enum roam_err settle_submit(struct cli *cli)
{
    SCOPED_KEY visited = {0};
    SCOPED_HOST host = {0};
    static uint64_t serials[SETTLE_SIZE_MAX];
    struct tx tx = {.type = TX_SETTLE};
    json_t *object;
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &visited));
    ROAM_TRY(json_load_secret(&object, cli->operand[0], &cli->diag));
    enum roam_err err = read_tx(cli, object, &tx.body.settle, serials);
    json_decref(object);
    ROAM_TRY(cli_in_file(err, cli->operand[0], &cli->diag));
    ROAM_TRY(hosted_open(cli, &host, false));
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&visited}, 1);
}

static enum roam_err settle_credit(struct cli *cli)
{
    SCOPED_KEY visited = {0};
    SCOPED_HOST host = {0};
    struct ledger_settlement settlement;
    struct ledger_agreement agreement;
    struct tx tx = {.type = TX_CREDIT_NOTE};
    struct tx_credit_note *body = &tx.body.credit_note;
    const char *reason = cli_get(cli, "reason");
    ROAM_TRY(option_id(cli, "settlement", &body->settlement));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &visited));
    sha256(body->reason.byte, reason, strlen(reason));
    ROAM_TRY(hosted_open(cli, &host, false));
    const struct ledger *ledger = hosted_read_begin(&host);
    enum roam_err err = ledger_get_settlement(&settlement, ledger, &body->settlement);
    if (err == ROAM_OK) err = ledger_get_agreement(&agreement, ledger, &settlement.agreement);
    hosted_read_end(&host);
    if (err != ROAM_OK) return hosted_unknown(cli, &host, err, "this settlement is not known");
    body->agreement = settlement.agreement;
    body->sequence = agreement.visited_sequence + 1;
    ROAM_TRY(option_amount(cli, "amount", &agreement.terms.currency, &body->amount_minor));
    if (cli_get(cli, "tax") != NULL)
        ROAM_TRY(option_amount(cli, "tax", &agreement.terms.currency, &body->tax_minor));
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&visited}, 1);
}

static const struct cli_option prove_options[] = {
    OPTION_LEDGER,
    {"agreement", "ID", "the agreement", true},
    {"card", "CARD.json", "its rate card", true},
    {"zkey", "CIRCUIT.zkey", "the proving key of settle-SIZE", true},
    {"tables", "FILE", "tables of this key (roam zk tables)", false},
    {"size", "N", "places of the circuit (default: as many as sessions)", false},
    {"threads", "N", "threads to use (default: 2)", false},
    {0},
};
static const struct cli_option submit_options[] = {
    OPTION_LEDGER,
    {"key", "KEY", "the visited operator's key", true},
    {0},
};
static const struct cli_option credit_options[] = {
    OPTION_LEDGER,
    {"settlement", "ID", "the settling transaction that is corrected", true},
    {"key", "KEY", "the visited operator's key", true},
    {"amount", "AMOUNT", "what is given back, tax included", true},
    {"tax", "AMOUNT", "tax within the amount (default: 0)", false},
    {"reason", "TEXT", "why; the ledger keeps its digest", true},
    {0},
};

const struct cli_command cmd_settle[] = {
    {"settle", "prove", "SESSIONS.json OUT.json",
     "Prove a batch: [{\"session\": ID, \"record\": RECORD.json or object}, ...] (visited operator).",
     prove_options, settle_prove},
    {"settle", "submit", "SETTLEMENT.json", "Submit a proved batch; the fee is paid at once.", submit_options,
     settle_submit},
    {"settle", "credit", NULL, "Give money back after a settlement (visited operator).", credit_options,
     settle_credit},
    {0},
};
