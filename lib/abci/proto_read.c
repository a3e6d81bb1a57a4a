/* A message is gone through twice: once to count the items of its lists, once to place everything. What is
 * inside a part is looked at when the part is placed, so the work is linear in the size and the nesting. */
#include "proto_wire.h"

#include "endian.h"
#include "proto_table.h"

#include <inttypes.h>
#include <string.h>

struct reader {
    const struct proto_message *message;
    const uint8_t *at, *end;
    struct proto_arena *arena;
    struct roam_diag *diag;
};
/* A field as it stands in the bytes: number is also the value of the fixed sizes. */
struct wire {
    uint64_t tag, number;
    struct proto_bytes bytes;
};

static enum roam_err refuse(const struct reader *in, enum roam_err err, uint64_t field, const char *why)
{
    return roam_diag(in->diag, err, "%s, field %" PRIu64 ": %s", in->message->name, field, why);
}

static enum roam_err next_varint(struct reader *in, uint64_t field, uint64_t *value)
{
    size_t used;
    const enum roam_err err = proto_varint_read(value, &used, in->at, (size_t)(in->end - in->at));
    if (err != ROAM_OK) return refuse(in, err, field, "a number of more than 64 bits");
    if (used == 0) return refuse(in, ROAM_E_FORMAT, field, "a number that goes on past the end");
    in->at += used;
    return ROAM_OK;
}

static enum roam_err next_bytes(struct reader *in, uint64_t field, uint64_t size, struct proto_bytes *bytes)
{
    if (size > (uint64_t)(in->end - in->at)) return refuse(in, ROAM_E_FORMAT, field, "a length past the end");
    *bytes = (struct proto_bytes){in->at, (size_t)size};
    in->at += size;
    return ROAM_OK;
}

static enum roam_err next_field(struct reader *in, struct wire *out)
{
    uint64_t size;
    ROAM_TRY(next_varint(in, 0, &out->tag));
    const uint64_t field = out->tag >> 3;
    if (field == 0 || field > 0x1fffffff) return refuse(in, ROAM_E_FORMAT, field, "no such number");
    switch (out->tag & 7) {
    case PROTO_WIRE_VARINT:
        return next_varint(in, field, &out->number);
    case PROTO_WIRE_64:
        ROAM_TRY(next_bytes(in, field, 8, &out->bytes));
        out->number = load_le64(out->bytes.at);
        return ROAM_OK;
    case PROTO_WIRE_DELIMITED:
        ROAM_TRY(next_varint(in, field, &size));
        return next_bytes(in, field, size, &out->bytes);
    case PROTO_WIRE_32:
        return next_bytes(in, field, 4, &out->bytes);
    default:
        return refuse(in, ROAM_E_FORMAT, field, "a group");
    }
}

/* The field's row, or NULL; a row whose wire type is another is refused. */
static enum roam_err find(const struct reader *in, const struct wire *wire, size_t *index, bool *known)
{
    const struct proto_field *fields = in->message->fields;
    const unsigned type = wire->tag & 7;
    *known = false;
    for (size_t i = 0; i < in->message->field_count && !*known; i++) {
        *known = fields[i].number == wire->tag >> 3;
        *index = i;
    }
    if (!*known || type == proto_wire_type(fields[*index].kind)) return ROAM_OK;
    if (fields[*index].kind == PROTO_LIST_UINT32 && type == PROTO_WIRE_VARINT) return ROAM_OK;
    return refuse(in, ROAM_E_FORMAT, wire->tag >> 3, "of another type");
}

static size_t items_in(const struct proto_field *field, const struct wire *wire)
{
    size_t count = 0;
    if (field->kind != PROTO_LIST_UINT32 || (wire->tag & 7) == PROTO_WIRE_VARINT) return 1;
    for (size_t i = 0; i < wire->bytes.size; i++) count += wire->bytes.at[i] < 0x80;
    return count;
}

/* Counts the items of all lists; in is a copy. */
static enum roam_err count_items(struct reader in, size_t counts[PROTO_FIELDS_MAX])
{
    struct wire wire;
    size_t index = 0;
    bool known;
    while (in.at < in.end) {
        ROAM_TRY(next_field(&in, &wire));
        ROAM_TRY(find(&in, &wire, &index, &known));
        if (known) counts[index] += items_in(&in.message->fields[index], &wire);
    }
    return ROAM_OK;
}

static enum roam_err make_list(const struct reader *in, const struct proto_field *field, size_t count,
                               uint8_t *value)
{
    struct proto_list list = {0};
    const size_t item_size = proto_item_size(field);
    if (count == 0) return ROAM_OK;
    if (count > in->arena->maximum / item_size || count * item_size > in->arena->maximum - in->arena->taken)
        return refuse(in, ROAM_E_LIMIT, field->number, "more items than there may be memory for");
    list.at = proto_arena_take(in->arena, count * item_size);
    if (list.at == NULL) return refuse(in, ROAM_E_NOMEM, field->number, "no memory for the items");
    memcpy(value + field->offset, &list, sizeof list);
    return ROAM_OK;
}

/* Room for the items of each list; the lists' counts are still 0. */
static enum roam_err make_lists(const struct reader *in, uint8_t *value)
{
    const struct proto_message *message = in->message;
    size_t counts[PROTO_FIELDS_MAX] = {0}, lists = 0;
    for (size_t i = 0; i < message->field_count; i++) lists += proto_is_list(message->fields[i].kind);
    if (lists == 0) return ROAM_OK;
    ROAM_TRY(count_items(*in, counts));
    for (size_t i = 0; i < message->field_count; i++)
        if (proto_is_list(message->fields[i].kind))
            ROAM_TRY(make_list(in, &message->fields[i], counts[i], value));
    return ROAM_OK;
}

static enum roam_err read_message(struct reader *in, uint8_t *value);

static enum roam_err read_part(const struct reader *in, const struct proto_field *field,
                               struct proto_bytes bytes, uint8_t *place)
{
    struct reader part = {field->message, bytes.at, bytes.at + bytes.size, in->arena, in->diag};
    return read_message(&part, place);
}

static enum roam_err read_u32(const struct reader *in, uint64_t field, uint64_t number, void *place)
{
    const uint32_t value = (uint32_t)number;
    if (value != number) return refuse(in, ROAM_E_RANGE, field, "above 32 bits");
    memcpy(place, &value, sizeof value);
    return ROAM_OK;
}

static enum roam_err read_number(const struct reader *in, const struct proto_field *field, uint64_t number,
                                 void *place)
{
    const int32_t i32 = (int32_t)number;
    switch (field->kind) {
    case PROTO_BOOL:
        if (number > 1) return refuse(in, ROAM_E_RANGE, field->number, "neither 0 nor 1");
        *(bool *)place = number == 1;
        return ROAM_OK;
    case PROTO_INT32:
        if (i32 != (int64_t)number) return refuse(in, ROAM_E_RANGE, field->number, "outside of 32 bits");
        memcpy(place, &i32, sizeof i32);
        return ROAM_OK;
    case PROTO_UINT32:
        return read_u32(in, field->number, number, place);
    default:
        memcpy(place, &number, sizeof number);
        return ROAM_OK;
    }
}

static enum roam_err read_packed(const struct reader *in, const struct proto_field *field,
                                 struct proto_bytes bytes, uint32_t *items, size_t *count)
{
    struct reader packed = {in->message, bytes.at, bytes.at + bytes.size, in->arena, in->diag};
    uint64_t number;
    while (packed.at < packed.end) {
        ROAM_TRY(next_varint(&packed, field->number, &number));
        ROAM_TRY(read_u32(in, field->number, number, &items[(*count)++]));
    }
    return ROAM_OK;
}

static enum roam_err read_item(const struct reader *in, const struct proto_field *field,
                               const struct wire *wire, uint8_t *value)
{
    struct proto_list list;
    memcpy(&list, value + field->offset, sizeof list);
    uint8_t *item = (uint8_t *)(uintptr_t)proto_item(field, list, list.count);
    if (field->kind == PROTO_LIST_UINT32 && (wire->tag & 7) == PROTO_WIRE_DELIMITED) {
        ROAM_TRY(read_packed(in, field, wire->bytes, (uint32_t *)(uintptr_t)list.at, &list.count));
    } else {
        if (field->kind == PROTO_LIST_UINT32)
            ROAM_TRY(read_u32(in, field->number, wire->number, item));
        else if (field->kind == PROTO_LIST_BYTES)
            memcpy(item, &wire->bytes, sizeof wire->bytes);
        else
            ROAM_TRY(read_part(in, field, wire->bytes, item));
        list.count++;
    }
    memcpy(value + field->offset, &list, sizeof list);
    return ROAM_OK;
}

static enum roam_err mark(const struct reader *in, const struct proto_field *field, uint8_t *value)
{
    int32_t choice;
    if (field->presence == PROTO_FLAG) *(bool *)(value + field->flag) = true;
    if (field->presence != PROTO_CHOICE) return ROAM_OK;
    memcpy(&choice, value + field->flag, sizeof choice);
    if (choice != 0) return refuse(in, ROAM_E_FORMAT, field->number, "a second choice");
    memcpy(value + field->flag, &field->choice, sizeof field->choice);
    return ROAM_OK;
}

static enum roam_err read_field(const struct reader *in, const struct proto_field *field,
                                const struct wire *wire, uint8_t *value)
{
    if (proto_is_list(field->kind)) return read_item(in, field, wire, value);
    ROAM_TRY(mark(in, field, value));
    if (field->kind == PROTO_MESSAGE) return read_part(in, field, wire->bytes, value + field->offset);
    if (field->kind != PROTO_BYTES) return read_number(in, field, wire->number, value + field->offset);
    memcpy(value + field->offset, &wire->bytes, sizeof wire->bytes);
    return ROAM_OK;
}

static enum roam_err read_message(struct reader *in, uint8_t *value)
{
    struct wire wire;
    size_t index = 0;
    uint32_t seen = 0;
    bool known;
    ROAM_ASSERT(in->message->field_count <= PROTO_FIELDS_MAX);
    ROAM_TRY(make_lists(in, value));
    while (in->at < in->end) {
        ROAM_TRY(next_field(in, &wire));
        ROAM_TRY(find(in, &wire, &index, &known));
        if (!known) continue;
        const struct proto_field *field = &in->message->fields[index];
        if ((seen >> index & 1) != 0 && !proto_is_list(field->kind))
            return refuse(in, ROAM_E_FORMAT, field->number, "twice");
        seen |= UINT32_C(1) << index;
        ROAM_TRY(read_field(in, field, &wire, value));
    }
    if (in->message->valid != NULL && !in->message->valid(value))
        return roam_diag(in->diag, ROAM_E_RANGE, "%s: not a valid value", in->message->name);
    return ROAM_OK;
}

enum roam_err proto_read(const struct proto_message *message, void *value, const uint8_t *data, size_t size,
                         struct proto_arena *arena, struct roam_diag *diag)
{
    static const uint8_t nothing = 0;
    struct reader in = {message, size > 0 ? data : &nothing, NULL, arena, diag};
    in.end = in.at + size;
    memset(value, 0, message->size);
    return read_message(&in, value);
}
