/* roam agreement: terms between two operators, and the money set aside under them. */
#include <string.h>

#include "hosted.h"

static enum roam_err u32_option(struct cli *cli, const char *name, uint32_t fallback, uint32_t maximum,
                                uint32_t *out)
{
    uint64_t value;
    ROAM_TRY(cli_u64(cli, name, fallback, 0, maximum, &value));
    *out = (uint32_t)value;
    return ROAM_OK;
}

static enum roam_err read_terms(struct cli *cli, struct tx_agreement_open *terms)
{
    fr rate_card;
    ROAM_TRY(option_currency(cli, "currency", &terms->currency));
    ROAM_TRY(option_amount(cli, "hold-max", &terms->currency, &terms->hold_max_minor));
    ROAM_TRY(cli_hex(cli, "--rate-card", cli_get(cli, "rate-card"), terms->rate_card, 32));
    if (fr_from_be(&rate_card, terms->rate_card) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "--rate-card: not a canonical field element");
    ROAM_TRY(u32_option(cli, "commit-within", 24 * 3600, UINT32_MAX, &terms->commit_within_s));
    ROAM_TRY(u32_option(cli, "settle-within", 30 * 24 * 3600, UINT32_MAX, &terms->settle_within_s));
    ROAM_TRY(u32_option(cli, "dispute-within", 14 * 24 * 3600, UINT32_MAX, &terms->dispute_within_s));
    ROAM_TRY(u32_option(cli, "dispute-default", 0, USAGE_PPM, &terms->dispute_default_ppm));
    if (cli_get(cli, "terms") != NULL) ROAM_TRY(option_id(cli, "terms", &terms->terms_digest));
    env_random(&roam_env_system, (uint8_t *)&terms->salt, sizeof terms->salt);
    return ROAM_OK;
}

static enum roam_err agreement_open(struct cli *cli)
{
    SCOPED_KEY home = {0};
    SCOPED_KEY visited = {0};
    SCOPED_HOST host = {0};
    struct tx tx = {.type = TX_AGREEMENT_OPEN};
    struct tx_agreement_open *terms = &tx.body.agreement_open;
    ROAM_TRY(read_terms(cli, terms));
    ROAM_TRY(option_key(cli, "home-key", KEY_OPERATOR, true, &home));
    ROAM_TRY(option_key(cli, "visited-key", KEY_OPERATOR, true, &visited));
    terms->home = home.id;
    terms->visited = visited.id;
    ROAM_TRY(hosted_open(cli, &host, false));
    roam_id agreement, ledger = *ledger_id(hosted_read_begin(&host));
    hosted_read_end(&host);
    tx_agreement_id(&agreement, &ledger, terms);
    put_id(cli, "agreement", &agreement);
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&home, &visited}, 2);
}

static enum roam_err get_agreement(struct cli *cli, const struct host *host, const roam_id *id,
                                   struct ledger_agreement *out)
{
    enum roam_err err = ledger_get_agreement(out, hosted_read_begin(host), id);
    hosted_read_end(host);
    return err == ROAM_OK ? err : hosted_unknown(cli, host, err, "this agreement is not known");
}

static bool is_visited(const struct key_file *key, const struct ledger_agreement *record)
{
    return memcmp(key->id.byte, record->terms.visited.byte, 32) == 0;
}

/* FUND, RELEASE and COLLECT: one party moves money. */
static enum roam_err move(struct cli *cli, enum tx_type type)
{
    SCOPED_KEY key = {0};
    SCOPED_HOST host = {0};
    struct ledger_agreement record;
    struct tx tx = {.type = type};
    struct tx_agreement_move *body = &tx.body.agreement_move;
    ROAM_TRY(option_id(cli, "agreement", &body->agreement));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &key));
    ROAM_TRY(hosted_open(cli, &host, false));
    ROAM_TRY(get_agreement(cli, &host, &body->agreement, &record));
    ROAM_TRY(option_amount(cli, "amount", &record.terms.currency, &body->amount_minor));
    body->sequence = (is_visited(&key, &record) ? record.visited_sequence : record.home_sequence) + 1;
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&key}, 1);
}

static enum roam_err agreement_fund(struct cli *cli) { return move(cli, TX_AGREEMENT_FUND); }
static enum roam_err agreement_release(struct cli *cli) { return move(cli, TX_AGREEMENT_RELEASE); }
static enum roam_err agreement_collect(struct cli *cli) { return move(cli, TX_AGREEMENT_COLLECT); }

static enum roam_err agreement_close(struct cli *cli)
{
    SCOPED_KEY key = {0};
    SCOPED_HOST host = {0};
    struct ledger_agreement record;
    struct tx tx = {.type = TX_AGREEMENT_CLOSE};
    struct tx_agreement_close *body = &tx.body.agreement_close;
    ROAM_TRY(option_id(cli, "agreement", &body->agreement));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &key));
    ROAM_TRY(hosted_open(cli, &host, false));
    ROAM_TRY(get_agreement(cli, &host, &body->agreement, &record));
    body->signer = key.id;
    body->sequence = (is_visited(&key, &record) ? record.visited_sequence : record.home_sequence) + 1;
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&key}, 1);
}

static enum roam_err agreement_show(struct cli *cli)
{
    SCOPED_HOST host = {0};
    roam_id id;
    struct ledger_agreement record;
    ROAM_TRY(option_id(cli, "agreement", &id));
    ROAM_TRY(hosted_open(cli, &host, true));
    ROAM_TRY(get_agreement(cli, &host, &id, &record));
    const struct tx_agreement_open *terms = &record.terms;
    char currency[16];
    put_id(cli, "home", &terms->home);
    put_id(cli, "visited", &terms->visited);
    cli_put_text(cli, "currency", currency_text(currency, &terms->currency));
    cli_put_hex(cli, "rate_card", terms->rate_card, 32);
    cli_put(cli, "hold_max", json_amount(terms->hold_max_minor, terms->currency.decimals));
    cli_put_u64(cli, "commit_within_s", terms->commit_within_s);
    cli_put_u64(cli, "settle_within_s", terms->settle_within_s);
    cli_put_u64(cli, "dispute_within_s", terms->dispute_within_s);
    cli_put_u64(cli, "dispute_default_ppm", terms->dispute_default_ppm);
    cli_put_bool(cli, "closed", record.closed);
    cli_put(cli, "available", json_amount(record.available_minor, terms->currency.decimals));
    cli_put(cli, "held", json_amount(record.held_minor, terms->currency.decimals));
    cli_put(cli, "earned", json_amount(record.earned_minor, terms->currency.decimals));
    return ROAM_OK;
}

static const struct cli_option open_options[] = {
    OPTION_LEDGER,
    OPTION_CURRENCY,
    {"home-key", "KEY", "the home operator's key: it pays", true},
    {"visited-key", "KEY", "the visited operator's key: it serves and is paid", true},
    {"rate-card", "HEX", "commitment to the rate card, from 'roam usage commitment'", true},
    {"hold-max", "AMOUNT", "largest hold of one session", true},
    {"commit-within", "SECONDS", "a session without commitment is refunded then (default: a day)", false},
    {"settle-within", "SECONDS", "a session without proof is refunded then (default: 30 days)", false},
    {"dispute-within", "SECONDS", "an open dispute falls to the default rule then (default: 14 days)", false},
    {"dispute-default", "PPM", "part of the hold the default rule pays to the visited operator (default: 0)",
     false},
    {"terms", "HEX", "SHA-256 of the signed terms on paper", false},
    {0},
};
#define MOVE_OPTIONS                                                                                         \
    OPTION_LEDGER, {"agreement", "ID", "the agreement", true}, { "key", "KEY", "the party's key", true }
static const struct cli_option move_options[] = {
    MOVE_OPTIONS, {"amount", "AMOUNT", "decimal amount", true}, {0}};
static const struct cli_option close_options[] = {MOVE_OPTIONS, {0}};
static const struct cli_option show_options[] = {
    OPTION_LEDGER, {"agreement", "ID", "the agreement", true}, {0}};

const struct cli_command cmd_agreement[] = {
    {"agreement", "open", NULL, "Open an agreement; both operators sign.", open_options, agreement_open},
    {"agreement", "fund", NULL, "Move the home operator's money into the agreement.", move_options,
     agreement_fund},
    {"agreement", "release", NULL, "Move free money back to the home operator's account.", move_options,
     agreement_release},
    {"agreement", "collect", NULL, "Move what was earned to the visited operator's account.", move_options,
     agreement_collect},
    {"agreement", "close", NULL, "Take no new sessions; live ones run on.", close_options, agreement_close},
    {"agreement", "show", NULL, "Show terms and balances.", show_options, agreement_show},
    {0},
};
