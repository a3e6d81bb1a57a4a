/* A ledger in a box with the market's genesis, and one pair that has an agreement and money. */
#ifndef TEST_MARKET_BOX_H
#define TEST_MARKET_BOX_H

#include "ledger_box.h"
#include "market.h"

enum { T0 = 100, ROOMY = 4096 }; /* block time; overlay records, enough for any of the tests */

void market_box_empty(struct ledger_box *box, const struct market *market, size_t records_max,
                      unsigned threads);
/* After one block of the pair's opening. */
void market_box_open(struct ledger_box *box, const struct market *market, const struct pair *pair,
                     size_t records_max, unsigned threads);
/* Registrations, deposit of 1,000,000, agreement, funds of 500,000. Returns their number. */
size_t market_opening(struct ledger_bytes *txs, const struct market *market, const struct pair *pair);
/* Frees the bytes of transactions made by market.h. */
void market_free(const struct ledger_bytes *txs, size_t count);

#endif
