/* Tables of the messages that requests and responses are made of. */
#ifndef ABCI_TYPES_H
#define ABCI_TYPES_H

#include "abci_message.h"

#include <stddef.h>

/* Rows: number, kind, structure, member. */
#define ROW(number, kind, type, member)                                                                      \
    {                                                                                                        \
        (number), (kind), offsetof(type, member), NULL, PROTO_NONZERO, 0, 0                                  \
    }
/* A message that is always written, and a list of messages. */
#define ROW_PART(number, type, member, message)                                                              \
    {                                                                                                        \
        (number), PROTO_MESSAGE, offsetof(type, member), &(message), PROTO_ALWAYS, 0, 0                      \
    }
#define ROW_PARTS(number, type, member, message)                                                             \
    {                                                                                                        \
        (number), PROTO_LIST_MESSAGE, offsetof(type, member), &(message), PROTO_NONZERO, 0, 0                \
    }
/* A message whose members stand in the same structure. */
#define ROW_INLINE(number, message)                                                                          \
    {                                                                                                        \
        (number), PROTO_MESSAGE, 0, &(message), PROTO_ALWAYS, 0, 0                                           \
    }
#define MESSAGE(name, type, fields)                                                                          \
    {                                                                                                        \
        name, sizeof(type), fields, sizeof(fields) / sizeof *(fields), NULL                                  \
    }

extern const struct proto_message abci_time_message;             /* struct abci_time */
extern const struct proto_message abci_params_message;           /* struct abci_params */
extern const struct proto_message abci_validator_update_message; /* struct abci_validator_update */
extern const struct proto_message abci_commit_info_message;      /* struct abci_commit_info */
extern const struct proto_message abci_extended_commit_message;  /* the same, with extensions */
extern const struct proto_message abci_misbehavior_message;      /* struct abci_misbehavior */
extern const struct proto_message abci_event_message;            /* struct abci_event */
extern const struct proto_message abci_tx_result_message;        /* struct abci_tx_result */
extern const struct proto_message abci_snapshot_message;         /* struct abci_snapshot */

#endif
