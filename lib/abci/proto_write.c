/* Messages are written from their end to their beginning: so the length of a part is known when it is its
 * turn to be written, and nothing is measured twice. */
#include "proto_wire.h"

#include "endian.h"
#include "proto_table.h"

#include <string.h>

static uint64_t number_of(const struct proto_field *field, const void *place)
{
    int32_t i32;
    uint32_t u32;
    uint64_t u64;
    switch (field->kind) {
    case PROTO_BOOL:
        return *(const bool *)place;
    case PROTO_INT32:
        memcpy(&i32, place, sizeof i32);
        return (uint64_t)(int64_t)i32;
    case PROTO_UINT32:
        memcpy(&u32, place, sizeof u32);
        return u32;
    default:
        memcpy(&u64, place, sizeof u64);
        return u64;
    }
}

/* A copy, because the caller's type for bytes is another one of the same shape. */
static struct proto_bytes bytes_of(const void *place)
{
    struct proto_bytes bytes;
    memcpy(&bytes, place, sizeof bytes);
    return bytes;
}

/* Present, apart from PROTO_NONZERO, which depends on the value. */
static bool is_there(const struct proto_field *field, const uint8_t *value)
{
    int32_t choice;
    switch (field->presence) {
    case PROTO_FLAG:
        return *(const bool *)(value + field->flag);
    case PROTO_CHOICE:
        memcpy(&choice, value + field->flag, sizeof choice);
        return choice == field->choice;
    default:
        return true;
    }
}

static bool zero_is_written(const struct proto_field *field) { return field->presence != PROTO_NONZERO; }

static size_t tag_size(const struct proto_field *field)
{
    return proto_varint_size((uint64_t)field->number << 3);
}

static size_t delimited_size(const struct proto_field *field, size_t size)
{
    return tag_size(field) + proto_varint_size(size) + size;
}

static size_t packed_size(struct proto_list list)
{
    size_t size = 0;
    for (size_t i = 0; i < list.count; i++) size += proto_varint_size(((const uint32_t *)list.at)[i]);
    return size;
}

static size_t item_size(const struct proto_field *field, const void *item)
{
    if (field->kind == PROTO_LIST_BYTES) return delimited_size(field, bytes_of(item).size);
    return delimited_size(field, proto_size(field->message, item));
}

static size_t field_size(const struct proto_field *field, const uint8_t *value)
{
    const uint8_t *place = value + field->offset;
    const bool forced = zero_is_written(field);
    struct proto_list list;
    size_t size = 0;
    switch (field->kind) {
    case PROTO_BYTES:
        size = bytes_of(place).size;
        return size > 0 || forced ? delimited_size(field, size) : 0;
    case PROTO_MESSAGE:
        size = proto_size(field->message, place);
        return size > 0 || forced ? delimited_size(field, size) : 0;
    case PROTO_LIST_UINT32:
        memcpy(&list, place, sizeof list);
        return list.count > 0 ? delimited_size(field, packed_size(list)) : 0;
    case PROTO_LIST_BYTES:
    case PROTO_LIST_MESSAGE:
        memcpy(&list, place, sizeof list);
        for (size_t i = 0; i < list.count; i++) size += item_size(field, proto_item(field, list, i));
        return size;
    case PROTO_SFIXED64:
        return number_of(field, place) != 0 || forced ? tag_size(field) + 8 : 0;
    default:
        if (number_of(field, place) == 0 && !forced) return 0;
        return tag_size(field) + proto_varint_size(number_of(field, place));
    }
}

size_t proto_size(const struct proto_message *message, const void *value)
{
    size_t size = 0;
    for (size_t i = 0; i < message->field_count; i++)
        if (is_there(&message->fields[i], value)) size += field_size(&message->fields[i], value);
    return size;
}

/* Bytes before at are not written yet. */
struct writer {
    uint8_t *begin, *at;
};

static void put(struct writer *out, const void *data, size_t size)
{
    ROAM_ASSERT(size <= (size_t)(out->at - out->begin));
    out->at -= size;
    if (size > 0) memcpy(out->at, data, size);
}

static void put_varint(struct writer *out, uint64_t value)
{
    uint8_t bytes[PROTO_VARINT_MAX];
    put(out, bytes, proto_varint_write(bytes, value));
}

static void put_tag(struct writer *out, const struct proto_field *field)
{
    put_varint(out, (uint64_t)field->number << 3 | proto_wire_type(field->kind));
}

/* The length and the tag before what was written since end. */
static void put_head(struct writer *out, const struct proto_field *field, const uint8_t *end)
{
    put_varint(out, (uint64_t)(end - out->at));
    put_tag(out, field);
}

static void put_message(struct writer *out, const struct proto_message *message, const uint8_t *value);

static void put_bytes(struct writer *out, const struct proto_field *field, const void *place)
{
    const struct proto_bytes bytes = bytes_of(place);
    const uint8_t *end = out->at;
    put(out, bytes.at, bytes.size);
    put_head(out, field, end);
}

static void put_part(struct writer *out, const struct proto_field *field, const void *place, bool forced)
{
    const uint8_t *end = out->at;
    put_message(out, field->message, place);
    if (out->at != end || forced) put_head(out, field, end);
}

static void put_list(struct writer *out, const struct proto_field *field, const uint8_t *place)
{
    const uint8_t *end = out->at;
    struct proto_list list;
    memcpy(&list, place, sizeof list);
    for (size_t i = list.count; i-- > 0;) {
        const void *item = proto_item(field, list, i);
        if (field->kind == PROTO_LIST_UINT32)
            put_varint(out, *(const uint32_t *)item);
        else if (field->kind == PROTO_LIST_BYTES)
            put_bytes(out, field, item);
        else
            put_part(out, field, item, true);
    }
    if (field->kind == PROTO_LIST_UINT32 && list.count > 0) put_head(out, field, end);
}

static void put_number(struct writer *out, const struct proto_field *field, uint64_t number)
{
    uint8_t fixed[8];
    if (field->kind == PROTO_SFIXED64) {
        store_le64(fixed, number);
        put(out, fixed, sizeof fixed);
    } else {
        put_varint(out, number);
    }
    put_tag(out, field);
}

static void put_field(struct writer *out, const struct proto_field *field, const uint8_t *value)
{
    const uint8_t *place = value + field->offset;
    const bool forced = zero_is_written(field);
    switch (field->kind) {
    case PROTO_BYTES:
        if (bytes_of(place).size > 0 || forced) put_bytes(out, field, place);
        return;
    case PROTO_MESSAGE:
        put_part(out, field, place, forced);
        return;
    case PROTO_LIST_UINT32:
    case PROTO_LIST_BYTES:
    case PROTO_LIST_MESSAGE:
        put_list(out, field, place);
        return;
    default:
        if (number_of(field, place) != 0 || forced) put_number(out, field, number_of(field, place));
    }
}

static void put_message(struct writer *out, const struct proto_message *message, const uint8_t *value)
{
    for (size_t i = message->field_count; i-- > 0;)
        if (is_there(&message->fields[i], value)) put_field(out, &message->fields[i], value);
}

void proto_write(uint8_t *out, size_t size, const struct proto_message *message, const void *value)
{
    struct writer writer = {out, out + size};
    put_message(&writer, message, value);
    ROAM_ASSERT(writer.at == writer.begin);
}
