/* The rules of docs/ledger.md, one function for each transaction type. Private to lib/ledger.
 *
 * Called when the transaction is parsed, for this ledger, and its signers are known and have signed. Tries
 * the type's rules in the documented order and returns the outcome of the first broken one, with nothing
 * changed; else makes the effects, which cannot fail, fills the receipt's amounts and returns
 * LEDGER_ACCEPTED. */
#ifndef LEDGER_RULES_H
#define LEDGER_RULES_H

#include "authority.h"
#include "state.h"

/* Returns LEDGER_<name> from the enclosing function unless the condition is true. */
#define RULE(condition, name)                                                                                \
    do {                                                                                                     \
        if (!(condition)) return LEDGER_##name;                                                              \
    } while (0)
#define RULE_TRY(expression)                                                                                 \
    do {                                                                                                     \
        const enum ledger_outcome rule_try_ = (expression);                                                  \
        if (rule_try_ != LEDGER_ACCEPTED) return rule_try_;                                                  \
    } while (0)

/* What a rule function works on. */
struct rule_call {
    struct ledger *ledger;
    const struct tx *tx;
    struct authority *authority; /* its agreement is a copy to change and store */
    struct ledger_receipt *receipt;
    uint64_t now_s; /* the block's time */
};

enum ledger_outcome rules_operator_register(const struct rule_call *call);
enum ledger_outcome rules_operator_rotate_key(const struct rule_call *call);
enum ledger_outcome rules_deposit(const struct rule_call *call);
enum ledger_outcome rules_withdraw(const struct rule_call *call);
enum ledger_outcome rules_agreement_open(const struct rule_call *call);
enum ledger_outcome rules_agreement_fund(const struct rule_call *call);
enum ledger_outcome rules_agreement_release(const struct rule_call *call);
enum ledger_outcome rules_agreement_collect(const struct rule_call *call);
enum ledger_outcome rules_agreement_close(const struct rule_call *call);
enum ledger_outcome rules_session_open(const struct rule_call *call);
enum ledger_outcome rules_usage_commit(const struct rule_call *call);
enum ledger_outcome rules_settle(const struct rule_call *call);
enum ledger_outcome rules_expire(const struct rule_call *call);
enum ledger_outcome rules_dispute(const struct rule_call *call);
enum ledger_outcome rules_dispute_resolve(const struct rule_call *call);
enum ledger_outcome rules_credit_note(const struct rule_call *call);
enum ledger_outcome rules_validator_vote(const struct rule_call *call);

/* 1..8 upper-case letters and digits, then NULs; 0..18 decimals. */
bool rule_currency_valid(const struct tx_currency *currency);
/* The sequence is the recorded one + 1. */
bool rule_sequence_next(uint64_t sequence, uint64_t recorded);
/* balance + amount <= LEDGER_MONEY_MAX, for a balance that is not above it. */
bool rule_money_fits(uint64_t balance, uint64_t amount);

/* The sessions of the transaction at hand (ledger.batch). */
void batch_begin(struct session_batch *batch);
/* Appends an id; false if it is there already. */
bool batch_add(struct session_batch *batch, const roam_id *id);
/* Appends the session of this serial: UNKNOWN_SESSION or DUPLICATE_SESSION. *out points into the batch. */
enum ledger_outcome batch_load(const struct rule_call *call, const roam_id *agreement, uint64_t serial,
                               struct ledger_session **out);
/* Stores all sessions of the batch. */
void batch_store(struct ledger *ledger);

/* Ends a session: its hold leaves the agreement's held, `paid` of it goes to the visited operator's earned,
 * the rest to available. Changes the copies only. */
void session_close(struct ledger_agreement *agreement, struct ledger_session *session, uint64_t paid,
                   enum ledger_session_state state, const roam_id *tx);

#endif
