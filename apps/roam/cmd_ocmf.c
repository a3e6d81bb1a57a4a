/* roam ocmf: signed meter readings. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "ocmf_xml.h"

static json_t *verdict_json(enum roam_err err, const struct ocmf_verdict *verdict,
                            const struct roam_diag *diag)
{
    json_t *object = json_pack("{s:b}", "valid", err == ROAM_OK);
    if (err == ROAM_OK) {
        json_object_set_new(object, "curve", json_string(verdict->curve));
        json_object_set_new(object, "hash", json_string(verdict->hash));
    } else {
        json_object_set_new(object, "error", json_string(roam_err_name(err)));
        json_object_set_new(object, "reason",
                            json_string(diag->text[0] != '\0' ? diag->text : roam_err_text(err)));
    }
    return object;
}

static void put_text(json_t *object, const char *name, const char *text)
{
    if (text[0] != '\0') json_object_set_new(object, name, json_string(text));
}

/* What the readings say, as far as they parse. */
static void add_readings(json_t *object, struct ocmf_text record)
{
    struct ocmf_record *parsed = malloc(sizeof *parsed);
    ROAM_ASSERT(parsed != NULL);
    if (ocmf_parse(parsed, record, NULL) == ROAM_OK) {
        put_text(object, "meter", parsed->meter_serial);
        put_text(object, "gateway", parsed->gateway_serial);
        json_object_set_new(object, "page", json_integer((json_int_t)parsed->page));
        json_object_set_new(object, "readings", json_integer((json_int_t)parsed->reading_count));
    }
    free(parsed);
}

/* Judges one value and adds it to the list. Records that are not OCMF are reported as not valid. */
static enum roam_err judge(json_t *list, struct ocmf_text record, struct ocmf_text key,
                           const char *transaction, const char *context)
{
    struct ocmf_verdict verdict = {0};
    struct roam_diag diag = {0};
    enum roam_err err = ocmf_verify(&verdict, record, key, &diag);
    json_t *object = verdict_json(err, &verdict, &diag);
    put_text(object, "transaction", transaction);
    put_text(object, "context", context);
    add_readings(object, record);
    json_array_append_new(list, object);
    return err;
}

static enum roam_err judge_xml(struct cli *cli, json_t *list, const uint8_t *data, size_t size,
                               bool *all_valid)
{
    struct ocmf_values values;
    ROAM_TRY(ocmf_xml_read(&values, data, size, &cli->diag));
    const char *key = cli_get(cli, "key");
    for (size_t i = 0; i < values.count; i++) {
        const struct ocmf_value *v = &values.value[i];
        struct ocmf_text with = key == NULL ? v->key : (struct ocmf_text){key, strlen(key)};
        *all_valid &= judge(list, v->record, with, v->transaction, v->context) == ROAM_OK;
    }
    ocmf_values_release(&values);
    return ROAM_OK;
}

/* A bare string: its own error decides, so that malformed input is told from a false signature. */
static enum roam_err judge_string(struct cli *cli, json_t *list, const uint8_t *data, size_t size,
                                  bool *all_valid)
{
    const char *key = cli_get(cli, "key");
    if (key == NULL) return roam_diag(&cli->diag, ROAM_E_FORMAT, "a bare OCMF string needs --key");
    while (size > 0 && (data[size - 1] == '\n' || data[size - 1] == '\r' || data[size - 1] == ' ')) size--;
    enum roam_err err = judge(list, (struct ocmf_text){(const char *)data, size},
                              (struct ocmf_text){key, strlen(key)}, "", "");
    *all_valid = err == ROAM_OK;
    if (err == ROAM_OK || err == ROAM_E_VERIFY) return ROAM_OK;
    return roam_diag(&cli->diag, err, "%s",
                     json_string_value(json_object_get(json_array_get(list, 0), "reason")));
}

static enum roam_err ocmf_verify_file(struct cli *cli)
{
    uint8_t *data;
    size_t size;
    bool all_valid = true;
    ROAM_TRY(file_read(&data, &size, cli->operand[0], OCMF_XML_SIZE_MAX, &cli->diag));
    json_t *list = json_array();
    bool bare = size >= 5 && memcmp(data, "OCMF|", 5) == 0;
    enum roam_err err = (bare ? judge_string : judge_xml)(cli, list, data, size, &all_valid);
    free(data);
    if (err == ROAM_OK && json_array_size(list) == 0)
        err = roam_diag(&cli->diag, ROAM_E_FORMAT, "holds no signed value");
    cli_put(cli, "values", list);
    cli->refused = !all_valid;
    return cli_in_file(err, cli->operand[0], &cli->diag);
}

static const struct cli_option verify_options[] = {
    {"key", "KEY", "public key, hexadecimal or Base64; in place of the file's own", false},
    {0},
};

const struct cli_command cmd_ocmf[] = {
    {"ocmf", "verify", "FILE",
     "Check signed meter readings: S.A.F.E. XML, or a bare OCMF|..|.. string with --key.", verify_options,
     ocmf_verify_file},
    {0},
};
