/* The work on a chunk's transactions that needs no order: parsing, and operator signatures under the keys
 * that the operators have when the chunk begins. Private to lib/ledger. */
#ifndef LEDGER_PREPARE_H
#define LEDGER_PREPARE_H

#include "arena.h"
#include "authority.h"

struct prepared_tx {
    const struct ledger_bytes *bytes;
    enum roam_err parsed; /* ROAM_OK: tx is valid */
    struct tx tx;
    uint8_t *scratch;
    enum ledger_outcome found; /* of authority_find, if it was looked up */
    bool guessed;              /* it was found: key and valid are set */
    uint8_t key[TX_SIGNATURES_MAX][32];
    bool valid[TX_SIGNATURES_MAX];
};

struct prepared_chunk {
    size_t count;
    struct prepared_tx *txs; /* [CHUNK_TXS] */
    uint8_t *scratch;
};

size_t prepare_memory_size(void);
void prepare_init(struct prepared_chunk *chunk, struct roam_arena *arena);

/* Takes as many of the count > 0 transactions as a chunk holds, at least one, and prepares them. */
void prepare_chunk(struct ledger *ledger, const struct ledger_bytes *txs, size_t count);

/* The same for admission: points are not looked at, authorities always are. */
void prepare_signed(struct ledger *ledger, const struct ledger_bytes *txs, size_t count);

/* True if the transaction carries the signatures of these keys. */
bool prepared_signatures_valid(const struct ledger *ledger, const struct prepared_tx *prepared,
                               const struct authority *authority);

#endif
