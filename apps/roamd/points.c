#include "points.h"

#include <stdlib.h>

#include "tx_points.h"

/* Of one transaction, its list behind it. */
struct read_tx {
    struct tx tx;
    enum roam_err err;
    _Alignas(64) uint8_t list[];
};

static size_t room_of(const struct ledger_bytes *tx)
{
    return (sizeof(struct read_tx) + tx_parse_scratch_size(tx->size) + 63) / 64 * 64;
}

static size_t first_bad(const struct ledger_bytes *txs, size_t count, const uint8_t *memory)
{
    for (size_t i = 0; i < count; memory += room_of(&txs[i++]))
        if (((const struct read_tx *)(const void *)memory)->err != ROAM_OK) return i;
    return count;
}

enum roam_err points_check(const struct ledger_bytes *txs, size_t count, size_t *malformed)
{
    struct tx_points points = {0};
    size_t size = 0;
    for (size_t i = 0; i < count; i++) size += room_of(&txs[i]);
    uint8_t *memory = aligned_alloc(64, size), *at = memory;
    if (memory == NULL) return ROAM_E_NOMEM;
    for (size_t i = 0; i < count; at += room_of(&txs[i++])) {
        struct read_tx *read = (void *)at;
        tx_points_parse(&points, &read->tx, &read->err, txs[i].bytes, txs[i].size, read->list);
    }
    tx_points_end(&points);
    *malformed = first_bad(txs, count, memory);
    free(memory);
    return ROAM_OK;
}
