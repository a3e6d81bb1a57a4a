/* Operators, agreements and signed transactions of a small market: what tests and benches send to a ledger.
 * Everything follows from numbers, so that another process makes the same bytes again. */
#ifndef MARKET_H
#define MARKET_H

#include "forger.h"
#include "ledger.h"
#include "people.h"

enum { MARKET_CIRCUIT_SIZE = 64 };

struct market {
    struct person governor, treasury;
    struct forger forger; /* key of the settle circuit */
    struct forger single; /* and of that of one place, if there is one */
    struct ledger_genesis genesis;
    roam_id ledger;
    struct tx_currency currency;
};

/* The genesis has one circuit of MARKET_CIRCUIT_SIZE. Pointers inside: do not copy. */
void market_init(struct market *market);
/* Gives the genesis a second circuit, of one place. Before anything is made with the market. */
void market_add_single(struct market *market);

/* Home and visited operator number n, and the agreement between them. */
struct pair {
    struct person home, visited;
    struct tx_agreement_open terms;
    roam_id agreement;
};
void pair_init(struct pair *pair, const struct market *market, uint64_t number);

/* Signed transactions; the bytes are allocated and the caller's to free. */
struct ledger_bytes make_register(const struct market *market, const struct person *operator);
struct ledger_bytes make_deposit(const struct market *market, const struct person *operator,
                                 uint64_t amount_minor, uint64_t reference);
struct ledger_bytes make_withdraw(const struct market *market, const struct person *operator,
                                  uint64_t amount_minor, uint64_t sequence);
struct ledger_bytes make_agreement(const struct market *market, const struct pair *pair);
/* TX_AGREEMENT_FUND, RELEASE (by home) or COLLECT (by visited). */
struct ledger_bytes make_move(const struct market *market, const struct pair *pair, enum tx_type type,
                              uint64_t amount_minor, uint64_t sequence);
/* Sessions first_serial, first_serial + 1, ... of the pair's agreement. */
struct ledger_bytes make_session_open(const struct market *market, const struct pair *pair,
                                      uint64_t first_serial, size_t count, uint64_t hold_minor);
struct ledger_bytes make_usage_commit(const struct market *market, const struct pair *pair,
                                      uint64_t first_serial, size_t count, uint64_t seq);
/* hold_minor and seq as in the two above; count <= MARKET_CIRCUIT_SIZE. With the smallest circuit that has
 * room. */
struct ledger_bytes make_settle(const struct market *market, const struct pair *pair, uint64_t first_serial,
                                size_t count, uint64_t hold_minor, uint64_t seq, uint64_t total_fee);
struct ledger_bytes make_expire(const struct market *market, const struct pair *pair, uint64_t first_serial,
                                size_t count);

/* The id that the bytes carry. */
roam_id made_id(const struct ledger_bytes *tx);

#endif
