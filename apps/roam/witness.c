#include "witness.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "b5groam.h"
#include "cli.h"
#include "ct.h"
#include "registry.h"
#include "json_fields.h"
#include "usage_files.h"
#include "wtns_file.h"

/* Room for the wires of a circuit. */
static enum roam_err allocate(struct builder *b, struct builder_memory *memory, const char *circuit,
                              struct roam_diag *diag)
{
    struct builder counted;
    ROAM_TRY(circuit_count(&counted, circuit, diag));
    *memory = (struct builder_memory){.witness = malloc(counted.wire_count * sizeof(fr)),
                                      .wire_capacity = counted.wire_count};
    if (memory->witness == NULL) return ROAM_E_NOMEM;
    builder_init(b, R1CS_ASSIGN, memory);
    return ROAM_OK;
}

enum roam_err settle_witness(fr **witness, size_t *count, struct settle_public *public,
                             const struct settle_input *input, unsigned size, struct roam_diag *diag)
{
    struct builder b;
    struct builder_memory memory;
    char name[24];
    snprintf(name, sizeof name, "settle-%u", size);
    ROAM_TRY(settle_public_signals(public, input, size, diag));
    ROAM_TRY(allocate(&b, &memory, name, diag));
    settle_circuit(&b, size, input, public->signal);
    *witness = memory.witness;
    *count = b.wire_count;
    return ROAM_OK;
}

static enum roam_err decimal_member(fr *out, json_t *object, const char *name, struct roam_diag *diag)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (text != NULL && fr_from_decimal(out, text, strlen(text)) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_FORMAT, "member '%s' is not a decimal string below r", name);
}

static enum roam_err b5groam_witness(fr **witness, size_t *count, json_t *object, struct roam_diag *diag)
{
    struct b5groam_input input;
    struct builder b;
    struct builder_memory memory;
    fr *const member[] = {&input.n_sms, &input.n_mb, &input.n_min, &input.r_sms, &input.r_mb, &input.r_voice};
    static const char *const names[] = {"n_sms", "n_mb", "n_min", "r_sms", "r_mb", "r_voice"};
    for (int i = 0; i < 6; i++) ROAM_TRY(decimal_member(member[i], object, names[i], diag));
    ROAM_TRY(allocate(&b, &memory, "b5groam", diag));
    b5groam_circuit(&b, &input);
    *witness = memory.witness;
    *count = b.wire_count;
    return ROAM_OK;
}

static enum roam_err field_member(fr *out, json_t *object, const char *name, struct roam_diag *diag)
{
    uint8_t bytes[32];
    ROAM_TRY(json_hex(object, name, bytes, 32, diag));
    if (fr_from_be(out, bytes) == ROAM_OK) return ROAM_OK;
    return roam_diag(diag, ROAM_E_RANGE, "member '%s' is not below r", name);
}

static enum roam_err read_session(struct settle_session *out, json_t *object, struct roam_diag *diag)
{
    ROAM_TRY(record_from_json(&out->record, json_object_get(object, "record"), diag));
    return json_minor(object, "hold_minor", &out->hold_minor, diag);
}

static enum roam_err read_settle(struct settle_input *input, struct settle_session *sessions, json_t *object,
                                 struct roam_diag *diag)
{
    json_t *list = json_object_get(object, "sessions");
    if (!json_is_array(list) || json_array_size(list) > SETTLE_SIZE_MAX)
        return roam_diag(diag, ROAM_E_FORMAT, "member 'sessions' is not a list of at most %d",
                         SETTLE_SIZE_MAX);
    input->sessions = sessions;
    input->count = json_array_size(list);
    ROAM_TRY(field_member(&input->agreement, object, "agreement", diag));
    ROAM_TRY(field_member(&input->esg_salt, object, "esg_salt", diag));
    ROAM_TRY(card_from_json(&input->card, json_object_get(object, "rate_card"), diag));
    for (size_t i = 0; i < input->count; i++)
        ROAM_TRY(read_session(&sessions[i], json_array_get(list, i), diag));
    return ROAM_OK;
}

static enum roam_err settle_json_witness(fr **witness, size_t *count, unsigned size, json_t *object,
                                         struct roam_diag *diag)
{
    struct settle_input input;
    struct settle_public public;
    struct settle_session *sessions = calloc(SETTLE_SIZE_MAX, sizeof *sessions);
    if (sessions == NULL) return ROAM_E_NOMEM;
    enum roam_err err = read_settle(&input, sessions, object, diag);
    if (err == ROAM_OK) err = settle_witness(witness, count, &public, &input, size, diag);
    roam_wipe(sessions, SETTLE_SIZE_MAX * sizeof *sessions);
    free(sessions);
    return err;
}

enum roam_err witness_from_file(fr **witness, size_t *count, const char *circuit, const char *path,
                                struct roam_diag *diag)
{
    struct builder counted;
    json_t *object;
    ROAM_TRY(circuit_count(&counted, circuit, diag));
    ROAM_TRY(json_load_secret(&object, path, diag));
    bool is_settle = strncmp(circuit, "settle-", 7) == 0;
    enum roam_err err =
        is_settle
            ? settle_json_witness(witness, count, (unsigned)strtoul(circuit + 7, NULL, 10), object, diag)
            : b5groam_witness(witness, count, object, diag);
    json_decref(object);
    return cli_in_file(err, path, diag);
}
