#include "ceremony_note.h"

#include <string.h>

enum { ITERATIONS_MIN = 10, ITERATIONS_MAX = 63 };
enum parameter { PARAMETER_NAME = 1, PARAMETER_ITERATIONS, PARAMETER_BEACON };

static enum roam_err set_name(struct ceremony_note *note, const char *name, struct roam_diag *diag)
{
    size_t size = strlen(name);
    if (size > CEREMONY_NAME_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "a name of %zu bytes, at most %d", size, CEREMONY_NAME_MAX);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 127)
            return roam_diag(diag, ROAM_E_LIMIT, "the name has a control character at %zu", i);
    memcpy(note->name, name, size);
    return ROAM_OK;
}

enum roam_err ceremony_note_person(struct ceremony_note *out, const char *name, struct roam_diag *diag)
{
    *out = (struct ceremony_note){.kind = CEREMONY_PERSON};
    return set_name(out, name, diag);
}

enum roam_err ceremony_note_beacon(struct ceremony_note *out, const char *name, const uint8_t *beacon,
                                   size_t beacon_size, unsigned log_iterations, struct roam_diag *diag)
{
    if (beacon_size == 0 || beacon_size > CEREMONY_BEACON_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "a beacon of %zu bytes, expected 1 to %d", beacon_size,
                         CEREMONY_BEACON_MAX);
    if (log_iterations < ITERATIONS_MIN || log_iterations > ITERATIONS_MAX)
        return roam_diag(diag, ROAM_E_LIMIT, "2^%u iterations, expected 2^%d to 2^%d", log_iterations,
                         ITERATIONS_MIN, ITERATIONS_MAX);
    *out = (struct ceremony_note){
        .kind = CEREMONY_BEACON, .beacon_size = beacon_size, .log_iterations = log_iterations};
    memcpy(out->beacon, beacon, beacon_size);
    return set_name(out, name, diag);
}

bool ceremony_note_is_insecure(const struct ceremony_note *note)
{
    return strncmp(note->name, CEREMONY_INSECURE_NAME, strlen(CEREMONY_INSECURE_NAME)) == 0;
}

/* u8 size and that many bytes */
static const uint8_t *take_short(struct binfile_cursor *cursor, size_t *size)
{
    const uint8_t *length = cursor_take(cursor, 1);
    if (length == NULL) return NULL;
    *size = *length;
    return cursor_take(cursor, *length);
}

static bool parse_parameter(struct ceremony_note *out, uint8_t id, struct binfile_cursor *cursor)
{
    const uint8_t *bytes;
    size_t size;
    if (id == PARAMETER_ITERATIONS) {
        if ((bytes = cursor_take(cursor, 1)) == NULL) return false;
        out->log_iterations = *bytes;
        return *bytes >= ITERATIONS_MIN && *bytes <= ITERATIONS_MAX;
    }
    if ((bytes = take_short(cursor, &size)) == NULL) return false;
    if (id == PARAMETER_NAME) memcpy(out->name, bytes, size);
    if (id == PARAMETER_BEACON) {
        memcpy(out->beacon, bytes, size);
        out->beacon_size = size;
    }
    return id == PARAMETER_NAME || id == PARAMETER_BEACON;
}

enum roam_err ceremony_note_parse(struct ceremony_note *out, struct binfile_cursor *cursor,
                                  struct roam_diag *diag)
{
    uint32_t kind, size;
    *out = (struct ceremony_note){0};
    if (!cursor_u32(cursor, &kind) || !cursor_u32(cursor, &size) || kind > CEREMONY_BEACON)
        return roam_diag(diag, ROAM_E_FORMAT, "a contribution of an unknown kind");
    const uint8_t *bytes = cursor_take(cursor, size);
    if (bytes == NULL) return roam_diag(diag, ROAM_E_FORMAT, "a contribution's parameters do not fit");
    struct binfile_cursor parameters = {bytes, size};
    out->kind = (enum ceremony_kind)kind;
    uint8_t last = 0;
    while (parameters.left > 0) {
        uint8_t id = *cursor_take(&parameters, 1);
        if (id <= last || !parse_parameter(out, id, &parameters))
            return roam_diag(diag, ROAM_E_FORMAT, "a contribution's parameter %u is malformed", id);
        last = id;
    }
    if (out->kind == CEREMONY_BEACON && (out->beacon_size == 0 || out->log_iterations == 0))
        return roam_diag(diag, ROAM_E_FORMAT, "a beacon without its value or its number of iterations");
    return ROAM_OK;
}

static size_t put_short(uint8_t *at, enum parameter id, const void *bytes, size_t size)
{
    at[0] = (uint8_t)id;
    at[1] = (uint8_t)size;
    memcpy(at + 2, bytes, size);
    return 2 + size;
}

enum roam_err ceremony_note_serialize(struct roam_buf *out, const struct ceremony_note *note)
{
    uint8_t parameters[2 * (2 + CEREMONY_BEACON_MAX) + 2];
    size_t size = 0;
    if (note->name[0] != 0) size = put_short(parameters, PARAMETER_NAME, note->name, strlen(note->name));
    if (note->kind == CEREMONY_BEACON) {
        parameters[size++] = PARAMETER_ITERATIONS;
        parameters[size++] = (uint8_t)note->log_iterations;
        size += put_short(parameters + size, PARAMETER_BEACON, note->beacon, note->beacon_size);
    }
    ROAM_TRY(binfile_put_u32(out, note->kind));
    ROAM_TRY(binfile_put_u32(out, (uint32_t)size));
    return buf_append(out, parameters, size);
}
