/* A bounded set of digests, for ledger_memo. Any thread. */
#ifndef STORE_SEEN_H
#define STORE_SEEN_H

#include "ledger.h"

struct seen;

/* The last `capacity` digests are surely remembered. NULL if there is no memory. */
struct seen *seen_create(size_t capacity);
/* NULL is allowed. */
void seen_destroy(struct seen *seen);

void seen_add(struct seen *seen, const uint8_t digest[32]);
bool seen_has(struct seen *seen, const uint8_t digest[32]);
/* Over seen_has and seen_add. */
struct ledger_memo seen_memo(struct seen *seen);

#endif
