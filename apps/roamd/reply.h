/* Bodies of HTTP answers. */
#ifndef ROAMD_REPLY_H
#define ROAMD_REPLY_H

#include "node.h"

#include <jansson.h>

enum reply_type { REPLY_JSON, REPLY_BINARY, REPLY_TEXT };

/* An answer; body is allocated and its owner's to free. */
struct reply {
    unsigned status;
    enum reply_type type;
    char *body;
    size_t size;
    unsigned retry_after_s; /* 0: not said */
};

/* Each sets an answer; out of memory gives status 500 without a body. */
void reply_json(struct reply *out, unsigned status, json_t *body); /* takes the reference */
void reply_error(struct reply *out, unsigned status, const char *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void reply_receipts(struct reply *out, bool binary, const struct ledger_receipt *receipts, size_t count);
void reply_refused(struct reply *out, size_t index, enum ledger_outcome outcome);
/* What inbox_done has with ROAM_E_VERIFY. */
void reply_turned(struct reply *out, const struct ledger_receipt *receipts, size_t count);

/* What GET finds under this path. */
void reply_get(struct reply *out, struct node *node, const char *path);

#endif
