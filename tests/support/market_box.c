#include "market_box.h"

#include <stdlib.h>

void market_box_empty(struct ledger_box *box, const struct market *market, size_t records_max,
                      unsigned threads)
{
    const struct ledger_circuit circuit = {MARKET_CIRCUIT_SIZE, &market->forger.prepared};
    box_open(box, &market->genesis, &circuit, records_max, threads);
}

size_t market_opening(struct ledger_bytes *txs, const struct market *market, const struct pair *pair)
{
    txs[0] = make_register(market, &pair->home);
    txs[1] = make_register(market, &pair->visited);
    txs[2] = make_deposit(market, &pair->home, 1000000, 1);
    txs[3] = make_agreement(market, pair);
    txs[4] = make_move(market, pair, TX_AGREEMENT_FUND, 500000, 1);
    return 5;
}

void market_free(const struct ledger_bytes *txs, size_t count)
{
    for (size_t i = 0; i < count; i++) free((void *)(uintptr_t)txs[i].bytes);
}

void market_box_open(struct ledger_box *box, const struct market *market, const struct pair *pair,
                     size_t records_max, unsigned threads)
{
    struct ledger_bytes txs[5];
    struct ledger_receipt receipts[5];
    market_box_empty(box, market, records_max, threads);
    const size_t count = market_opening(txs, market, pair);
    box_block(box, T0, txs, count, receipts);
    for (size_t i = 0; i < count; i++) ROAM_ASSERT(receipts[i].outcome == LEDGER_ACCEPTED);
    market_free(txs, count);
}
