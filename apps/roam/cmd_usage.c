/* roam usage: what was used, what it costs, and the device's signed commitment to it. */
#include <stdlib.h>
#include <string.h>

#include "commitment.h"
#include "hosted.h"
#include "json_fields.h"
#include "usage_files.h"

static void put_element(struct cli *cli, const char *key, const fr *element)
{
    uint8_t bytes[32];
    fr_to_be(bytes, element);
    cli_put_hex(cli, key, bytes, 32);
}

static json_t *columns_json(const uint64_t amount[USAGE_COLUMNS])
{
    json_t *object = json_object();
    json_object_set_new(object, "net", json_amount(amount[USAGE_NET], 0));
    json_object_set_new(object, "gross", json_amount(amount[USAGE_GROSS], 0));
    return object;
}

static enum roam_err usage_rate_files(struct cli *cli)
{
    struct usage_rate_card card;
    struct usage_record record;
    struct usage_fee fee;
    uint64_t hold;
    ROAM_TRY(cli_u64(cli, "hold-minor", USAGE_MONEY_MAX, 0, USAGE_MONEY_MAX, &hold));
    ROAM_TRY(card_load(&card, cli->operand[0], &cli->diag));
    ROAM_TRY(record_load(&record, cli->operand[1], &cli->diag));
    ROAM_TRY(usage_rate(&fee, &card, &record, hold, &cli->diag));
    json_t *billed = json_array();
    for (int i = 0; i < USAGE_SLOTS; i++) json_array_append_new(billed, json_amount(fee.billed[i], 0));
    cli_put(cli, "billed", billed);
    cli_put(cli, "rated_minor", columns_json(fee.rated));
    cli_put(cli, "fee_minor", columns_json(fee.fee));
    cli_put_bool(cli, "service_missed", fee.service_missed);
    cli_put(cli, "payable_minor", json_amount(fee.payable, 0));
    cli_put(cli, "payable_tax_minor", json_amount(fee.payable_tax, 0));
    return ROAM_OK;
}

static enum roam_err usage_show_commitment(struct cli *cli)
{
    struct usage_rate_card card;
    struct usage_record record;
    fr commitment;
    const char *card_path = cli_get(cli, "card"), *record_path = cli_get(cli, "record");
    if ((card_path == NULL) == (record_path == NULL))
        return roam_diag(&cli->diag, ROAM_E_FORMAT, "give either --card or --record");
    if (card_path != NULL) {
        ROAM_TRY(card_load(&card, card_path, &cli->diag));
        ROAM_TRY(usage_rate_card_commitment(&commitment, &card));
    } else {
        ROAM_TRY(record_load(&record, record_path, &cli->diag));
        ROAM_TRY(usage_commitment(&commitment, &record));
    }
    put_element(cli, "commitment", &commitment);
    return ROAM_OK;
}

/* {"session": hex, "seq": n, "commitment": hex, "signature": hex} */
static enum roam_err usage_sign(struct cli *cli)
{
    SCOPED_KEY device = {0};
    struct usage_record record;
    roam_id session;
    uint64_t seq;
    fr commitment, session_element, message;
    eddsa_signature signature;
    uint8_t bytes[32], packed[EDDSA_SIGNATURE_SIZE];
    ROAM_TRY(option_id(cli, "session", &session));
    ROAM_TRY(cli_u64(cli, "seq", 1, 1, INT64_MAX, &seq));
    ROAM_TRY(option_key(cli, "device", KEY_DEVICE, true, &device));
    ROAM_TRY(record_load(&record, cli->operand[0], &cli->diag));
    ROAM_TRY(usage_commitment(&commitment, &record));
    tx_id_to_fr(&session_element, &session);
    usage_sign_message(&message, &session_element, seq, &commitment);
    eddsa_sign(&signature, &device.device, &message, &roam_env_system);
    eddsa_signature_pack(packed, &signature);
    fr_to_be(bytes, &commitment);
    put_id(cli, "session", &session);
    cli_put_u64(cli, "seq", seq);
    cli_put_hex(cli, "commitment", bytes, 32);
    cli_put_hex(cli, "signature", packed, sizeof packed);
    return json_save_new(cli->result, true, cli->operand[1], &cli->diag);
}

static enum roam_err parse_item(struct cli *cli, const json_t *object, const roam_id *agreement,
                                struct tx_usage_commit_item *out)
{
    roam_id session;
    uint8_t bytes[32], packed[EDDSA_SIGNATURE_SIZE];
    ROAM_TRY(json_hex(object, "session", session.byte, 32, &cli->diag));
    ROAM_TRY(session_serial(cli, &out->serial, agreement, &session));
    ROAM_TRY(json_hex(object, "commitment", bytes, 32, &cli->diag));
    ROAM_TRY(json_hex(object, "signature", packed, sizeof packed, &cli->diag));
    ROAM_TRY(json_u64(object, "seq", &out->seq, &cli->diag));
    if (fr_from_be(&out->commitment, bytes) != ROAM_OK)
        return roam_diag(&cli->diag, ROAM_E_RANGE, "member 'commitment' is not below r");
    enum roam_err err = eddsa_signature_unpack(&out->signature, packed);
    return err == ROAM_OK ? err : roam_diag(&cli->diag, err, "member 'signature': %s", roam_err_text(err));
}

static enum roam_err load_item(struct cli *cli, const char *path, const roam_id *agreement,
                               struct tx_usage_commit_item *out)
{
    json_t *object;
    ROAM_TRY(json_load_secret(&object, path, &cli->diag));
    enum roam_err err = parse_item(cli, object, agreement, out);
    json_decref(object);
    return cli_in_file(err, path, &cli->diag);
}

static enum roam_err usage_commit(struct cli *cli)
{
    SCOPED_KEY visited = {0};
    SCOPED_HOST host = {0};
    static struct tx_usage_commit_item items[CLI_OPERANDS_MAX];
    struct tx tx = {.type = TX_USAGE_COMMIT};
    struct tx_usage_commit *body = &tx.body.usage_commit;
    ROAM_TRY(option_id(cli, "agreement", &body->agreement));
    ROAM_TRY(option_key(cli, "key", KEY_OPERATOR, true, &visited));
    for (int i = 0; i < cli->operand_count; i++)
        ROAM_TRY(load_item(cli, cli->operand[i], &body->agreement, &items[i]));
    body->count = (uint16_t)cli->operand_count;
    body->items = items;
    ROAM_TRY(hosted_open(cli, &host, false));
    return hosted_submit(cli, &host, &tx, (const struct key_file *[]){&visited}, 1);
}

static const struct cli_option rate_options[] = {
    {"hold-minor", "N", "the session's hold in minor units (default: none)", false},
    {0},
};
static const struct cli_option commitment_options[] = {
    {"card", "CARD.json", "a rate card", false},
    {"record", "RECORD.json", "or a usage record", false},
    {0},
};
static const struct cli_option sign_options[] = {
    {"device", "KEY", "the device's key", true},
    {"session", "ID", "the session", true},
    {"seq", "N", "number of this commitment in its session (default: 1)", false},
    {0},
};
static const struct cli_option commit_options[] = {
    OPTION_LEDGER,
    {"agreement", "ID", "the agreement", true},
    {"key", "KEY", "the visited operator's key", true},
    {0},
};

const struct cli_command cmd_usage[] = {
    {"usage", "rate", "CARD.json RECORD.json", "Rate a usage record, step by step.", rate_options,
     usage_rate_files},
    {"usage", "commitment", NULL, "Compute the commitment to a rate card or a usage record.",
     commitment_options, usage_show_commitment},
    {"usage", "sign", "RECORD.json SIGNED.json", "Sign the commitment to a usage record (device).",
     sign_options, usage_sign},
    {"usage", "commit", "SIGNED.json...", "Record signed commitments on the ledger (visited operator).",
     commit_options, usage_commit},
    {0},
};
