/* Protocol Buffers' wire format (proto3) by tables: a message is described once, by the numbers of its fields
 * and their places in a C structure, and is read, measured and written by that description.
 *
 * Written bytes are those of gogoproto, the code generator of CometBFT: fields in ascending order, zero
 * values left out, lists of numbers packed, negative int32 and int64 in ten bytes.
 *
 * Read are fields in any order; fields that the table lacks are skipped. Refused with ROAM_E_FORMAT: a varint
 * of more than 64 bits, a length past the end, field number 0, a wire type that is not the field's, groups, a
 * field twice that is no list, two fields of a oneof. Refused with ROAM_E_RANGE: a number outside its C type,
 * a bool above 1, a value its message calls not valid.
 *
 * Recursion is as deep as the tables are nested; tables never contain themselves. */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include "err.h"
#include "proto_arena.h"

/* What a field of each kind is in the structure. A list is `const T *at; size_t count`, in this order. */
enum proto_kind {
    PROTO_BOOL,         /* bool */
    PROTO_INT32,        /* int32_t, also enums */
    PROTO_INT64,        /* int64_t */
    PROTO_UINT32,       /* uint32_t */
    PROTO_UINT64,       /* uint64_t */
    PROTO_SFIXED64,     /* int64_t, eight bytes little-endian */
    PROTO_BYTES,        /* struct proto_bytes; strings too: their UTF-8 is not checked */
    PROTO_MESSAGE,      /* the message's structure, in place; offset 0 puts its members beside the others */
    PROTO_LIST_UINT32,  /* list of uint32_t, read packed or not */
    PROTO_LIST_BYTES,   /* list of struct proto_bytes */
    PROTO_LIST_MESSAGE, /* list of the message's structure */
};
/* Bytes that were read point into what was read. */
struct proto_bytes {
    const uint8_t *at;
    size_t size;
};
struct proto_list {
    const void *at;
    size_t count;
};

enum proto_presence {
    PROTO_NONZERO, /* written unless zero, empty or a message of which nothing is written */
    PROTO_ALWAYS,  /* written always ("nullable = false" of gogoproto for messages) */
    PROTO_FLAG,    /* there if the bool at flag is true */
    PROTO_CHOICE,  /* one of a oneof: there if the int32_t at flag is choice, which is not 0 */
};

enum { PROTO_FIELDS_MAX = 32 };

struct proto_message;
struct proto_field {
    uint32_t number;
    enum proto_kind kind;
    size_t offset;
    const struct proto_message *message; /* of the two MESSAGE kinds */
    enum proto_presence presence;
    uint32_t flag; /* offset */
    int32_t choice;
};
struct proto_message {
    const char *name;                 /* for explanations */
    size_t size;                      /* of the structure */
    const struct proto_field *fields; /* in ascending order of their numbers, at most PROTO_FIELDS_MAX */
    size_t field_count;
    bool (*valid)(const void *value); /* asked after reading; may be NULL */
};

/* Fills *value, a structure of message->size bytes, which is cleared first. Lists are placed in arena; bytes
 * point into data. ROAM_E_FORMAT, ROAM_E_RANGE; ROAM_E_LIMIT (past the arena's maximum), ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err proto_read(const struct proto_message *message, void *value, const uint8_t *data,
                                       size_t size, struct proto_arena *arena, struct roam_diag *diag);
/* Bytes of the message when written. */
size_t proto_size(const struct proto_message *message, const void *value);
/* Writes the message to out, whose size must be proto_size(message, value). */
void proto_write(uint8_t *out, size_t size, const struct proto_message *message, const void *value);

enum { PROTO_VARINT_MAX = 10 };
/* Reads a varint at the beginning of data; *used is the number of its bytes, 0 if it goes on past size.
 * ROAM_E_FORMAT above 64 bits. */
ROAM_MUST_USE enum roam_err proto_varint_read(uint64_t *value, size_t *used, const uint8_t *data,
                                              size_t size);
size_t proto_varint_size(uint64_t value);
/* Writes proto_varint_size(value) bytes and returns their number. */
size_t proto_varint_write(uint8_t out[PROTO_VARINT_MAX], uint64_t value);

#endif
