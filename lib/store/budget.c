#include "store_blocks.h"

struct store_budget store_budget_full(void)
{
    return (struct store_budget){LEDGER_BLOCK_TXS_MAX, STORE_BLOCK_RECORDS_MAX};
}

/* A transaction changes one record for each item and few others, VALIDATOR_VOTE the most of these. */
enum { OTHERS_MAX = 6 };

bool store_budget_take(struct store_budget *budget, const struct ledger_bytes *tx)
{
    const size_t records = OTHERS_MAX + tx_items_max(tx->bytes, tx->size);
    if (budget->txs == 0 || budget->records < records) return false;
    budget->txs--;
    budget->records -= records;
    return true;
}
