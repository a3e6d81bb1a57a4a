/* Validators of a market's ledger, and votes on them. */
#ifndef MARKET_VALIDATORS_H
#define MARKET_VALIDATORS_H

#include "market.h"

enum { MARKET_POWER = 10 }; /* of each validator */

/* Validator number n: the key of its node, and the operator that owns it. */
void market_validator_init(struct person *node, struct person *owner, uint64_t number);
/* Names the first `count` validators in the genesis, which makes it another ledger: before pair_init. */
void market_name_validators(struct market *market, size_t count);
/* As the functions of market.h; the vote's operator is the voter. */
struct ledger_bytes make_vote(const struct market *market, const struct person *voter,
                              const struct tx_validator_vote *vote);

#endif
