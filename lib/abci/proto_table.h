/* What reading and writing by a table share. */
#ifndef PROTO_TABLE_H
#define PROTO_TABLE_H

#include "proto_wire.h"

enum proto_wire_type {
    PROTO_WIRE_VARINT = 0,
    PROTO_WIRE_64 = 1,
    PROTO_WIRE_DELIMITED = 2,
    PROTO_WIRE_32 = 5
};

static inline unsigned proto_wire_type(enum proto_kind kind)
{
    if (kind == PROTO_SFIXED64) return PROTO_WIRE_64;
    return kind >= PROTO_BYTES ? PROTO_WIRE_DELIMITED : PROTO_WIRE_VARINT;
}
static inline bool proto_is_list(enum proto_kind kind) { return kind >= PROTO_LIST_UINT32; }

static inline size_t proto_item_size(const struct proto_field *field)
{
    if (field->kind == PROTO_LIST_UINT32) return sizeof(uint32_t);
    return field->kind == PROTO_LIST_BYTES ? sizeof(struct proto_bytes) : field->message->size;
}
static inline const void *proto_item(const struct proto_field *field, struct proto_list list, size_t index)
{
    return (const uint8_t *)list.at + index * proto_item_size(field);
}

#endif
