#include "store_blocks.h"

struct store_budget store_budget_full(void)
{
    return (struct store_budget){LEDGER_BLOCK_TXS_MAX, STORE_BLOCK_RECORDS_MAX};
}

/* A transaction changes a few records of its own and one for each item; an item takes at least 32 bytes. */
static size_t records_of(size_t tx_size)
{
    size_t items = tx_size / 32;
    return 4 + (items < TX_BATCH_MAX ? items : TX_BATCH_MAX);
}

bool store_budget_take(struct store_budget *budget, size_t tx_size)
{
    size_t records = records_of(tx_size);
    if (budget->txs == 0 || budget->records < records) return false;
    budget->txs--;
    budget->records -= records;
    return true;
}
