/* roam session: one subscriber's use of a visited network, from authorisation to its end. */
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "hex.h"
#include "hosted.h"

/* A session key: 64 hexadecimal digits or a device key file. */
static enum roam_err option_session_key(struct cli *cli, bjj_point *out)
{
    const char *text = cli_get(cli, "session-key");
    uint8_t packed[32];
    SCOPED_KEY device = {0};
    if (strlen(text) == 64 && hex_decode(packed, 32, text, 64) == ROAM_OK) {
        if (bjj_unpack_vartime(out, packed) == ROAM_OK && eddsa_public_key_check_vartime(out) == ROAM_OK)
            return ROAM_OK;
        return roam_diag(&cli->diag, ROAM_E_POINT, "--session-key: not a key in the subgroup");
    }
    ROAM_TRY(option_key(cli, "session-key", KEY_DEVICE, false, &device));
    *out = device.device.public_key;
    return ROAM_OK;
}

static enum roam_err session_open(struct cli *cli)
{
    SCOPED_KEY home = {0};
    SCOPED_HOST host = {0};
    struct ledger_agreement agreement;
    struct tx_session_open_item item;
    uint64_t valid_for;
    struct tx tx = {.type = TX_SESSION_OPEN};
    struct tx_session_open *body = &tx.body.session_open;
    ROAM_TRY(option_id(cli, "agreement", &body->agreement));
    ROAM_TRY(cli_u64(cli, "serial", 0, 0, UINT64_MAX, &item.serial));
    ROAM_TRY(cli_u64(cli, "valid-for", 300, 0, 366 * 86400, &valid_for));
    ROAM_TRY(option_session_key(cli, &item.session_key));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &home));
    ROAM_TRY(hosted_open(cli, &host, false));
    enum roam_err err = ledger_get_agreement(&agreement, hosted_read_begin(&host), &body->agreement);
    hosted_read_end(&host);
    if (err != ROAM_OK) return hosted_unknown(cli, &host, err, "this agreement is not known");
    ROAM_TRY(option_amount(cli, "hold", &agreement.terms.currency, &item.hold_minor));
    body->valid_until_s = env_now_s(&roam_env_system) + valid_for;
    body->count = 1;
    body->items = &item;
    roam_id session;
    tx_session_id(&session, &body->agreement, item.serial);
    put_id(cli, "session", &session);
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&home}, 1);
}

static const char *state_name(enum ledger_session_state state)
{
    static const char *const names[] = {"unknown", "open", "committed", "settled", "refunded", "disputed"};
    return names[state <= SESSION_DISPUTED ? state : 0];
}

static enum roam_err get_session(struct cli *cli, const struct host *host, const roam_id *id,
                                 struct ledger_session *session, struct ledger_agreement *agreement)
{
    const struct ledger *ledger = hosted_read_begin(host);
    enum roam_err err = ledger_get_session(session, ledger, id);
    if (err == ROAM_OK) err = ledger_get_agreement(agreement, ledger, &session->agreement);
    hosted_read_end(host);
    return err == ROAM_OK ? err : hosted_unknown(cli, host, err, "this session is not known");
}

static enum roam_err session_show(struct cli *cli)
{
    SCOPED_HOST host = {0};
    roam_id id;
    struct ledger_session session;
    struct ledger_agreement agreement;
    ROAM_TRY(option_id(cli, "session", &id));
    ROAM_TRY(hosted_open(cli, &host, true));
    ROAM_TRY(get_session(cli, &host, &id, &session, &agreement));
    cli_put_text(cli, "state", state_name(session.state));
    put_id(cli, "agreement", &session.agreement);
    char serial[24];
    snprintf(serial, sizeof serial, "%llu", (unsigned long long)session.serial);
    cli_put_text(cli, "serial", serial);
    cli_put(cli, "hold", json_amount(session.hold_minor, agreement.terms.currency.decimals));
    if (session.state == SESSION_SETTLED || session.state == SESSION_REFUNDED)
        put_id(cli, "closed_by", &session.closed_by);
    else
        cli_put_u64(cli, "deadline_s", session.deadline_s);
    if (session.state == SESSION_OPEN) return ROAM_OK;
    uint8_t commitment[32];
    fr_to_be(commitment, &session.commitment);
    cli_put_hex(cli, "commitment", commitment, 32);
    return ROAM_OK;
}

static enum roam_err operands_as_serials(struct cli *cli, const roam_id *agreement, uint64_t *serials)
{
    for (int i = 0; i < cli->operand_count; i++) {
        roam_id session;
        ROAM_TRY(cli_hex(cli, "session", cli->operand[i], session.byte, 32));
        ROAM_TRY(session_serial(cli, &serials[i], agreement, &session));
    }
    return ROAM_OK;
}

static enum roam_err session_expire(struct cli *cli)
{
    SCOPED_KEY key = {0};
    SCOPED_HOST host = {0};
    uint64_t serials[CLI_OPERANDS_MAX];
    struct tx tx = {.type = TX_EXPIRE};
    struct tx_expire *body = &tx.body.expire;
    ROAM_TRY(option_id(cli, "agreement", &body->agreement));
    ROAM_TRY(operands_as_serials(cli, &body->agreement, serials));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &key));
    ROAM_TRY(hosted_open(cli, &host, false));
    body->signer = key.id;
    body->count = (uint16_t)cli->operand_count;
    body->serials = serials;
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&key}, 1);
}

static enum roam_err session_dispute(struct cli *cli)
{
    SCOPED_KEY key = {0};
    SCOPED_HOST host = {0};
    roam_id id;
    struct ledger_session session;
    struct ledger_agreement agreement;
    struct tx tx = {.type = TX_DISPUTE};
    struct tx_dispute *body = &tx.body.dispute;
    const char *reason = cli_get(cli, "reason");
    ROAM_TRY(option_id(cli, "session", &id));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &key));
    sha256(body->reason.byte, reason, strlen(reason));
    ROAM_TRY(hosted_open(cli, &host, false));
    ROAM_TRY(get_session(cli, &host, &id, &session, &agreement));
    body->agreement = session.agreement;
    body->serial = session.serial;
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&key}, 1);
}

static enum roam_err session_resolve(struct cli *cli)
{
    SCOPED_KEY home = {0};
    SCOPED_KEY visited = {0};
    SCOPED_HOST host = {0};
    roam_id id;
    struct ledger_session session;
    struct ledger_agreement agreement;
    struct tx tx = {.type = TX_DISPUTE_RESOLVE};
    struct tx_dispute_resolve *body = &tx.body.dispute_resolve;
    ROAM_TRY(option_id(cli, "session", &id));
    ROAM_TRY(option_key(cli, "home-key", KEY_OPERATOR, true, &home));
    ROAM_TRY(option_key(cli, "visited-key", KEY_OPERATOR, true, &visited));
    ROAM_TRY(hosted_open(cli, &host, false));
    ROAM_TRY(get_session(cli, &host, &id, &session, &agreement));
    body->agreement = session.agreement;
    body->serial = session.serial;
    ROAM_TRY(option_amount(cli, "amount", &agreement.terms.currency, &body->amount_minor));
    if (cli_get(cli, "tax") != NULL)
        ROAM_TRY(option_amount(cli, "tax", &agreement.terms.currency, &body->tax_minor));
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&home, &visited}, 2);
}

static const struct cli_option open_options[] = {
    OPTION_LEDGER,
    {"agreement", "ID", "the agreement", true},
    {"key", "KEY", "the home operator's key", true},
    {"serial", "N", "the home operator's number of this session, used once", true},
    {"session-key", "HEX|KEY", "the device's one-time public key", true},
    {"hold", "AMOUNT", "the most that this session may cost", true},
    {"valid-for", "SECONDS", "how long the authorisation may be used (default: 300)", false},
    {0},
};
static const struct cli_option show_options[] = {OPTION_LEDGER, {"session", "ID", "the session", true}, {0}};
static const struct cli_option expire_options[] = {
    OPTION_LEDGER,
    {"agreement", "ID", "the agreement", true},
    {"key", "KEY", "any registered operator's key", true},
    {0},
};
static const struct cli_option dispute_options[] = {
    OPTION_LEDGER,
    {"session", "ID", "the session", true},
    {"key", "KEY", "the home operator's key", true},
    {"reason", "TEXT", "the complaint; the ledger keeps its digest", true},
    {0},
};
static const struct cli_option resolve_options[] = {
    OPTION_LEDGER,
    {"session", "ID", "the session", true},
    {"home-key", "KEY", "the home operator's key", true},
    {"visited-key", "KEY", "the visited operator's key", true},
    {"amount", "AMOUNT", "what both agree is owed, tax included", true},
    {"tax", "AMOUNT", "tax within the amount (default: 0)", false},
    {0},
};

const struct cli_command cmd_session[] = {
    {"session", "open", NULL, "Authorise a session and set its hold aside.", open_options, session_open},
    {"session", "show", NULL, "Show a session.", show_options, session_show},
    {"session", "expire", "SESSION...", "Move sessions on whose deadline has passed.", expire_options,
     session_expire},
    {"session", "dispute", NULL, "Dispute a committed session (home operator).", dispute_options,
     session_dispute},
    {"session", "resolve", NULL, "Settle a dispute by an amount both operators sign.", resolve_options,
     session_resolve},
    {0},
};
