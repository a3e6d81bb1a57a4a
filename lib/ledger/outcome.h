/* What the ledger answers to a transaction. Numbers are frozen: they are recorded in receipts. A rule of
 * docs/ledger.md has one outcome; rules are tried in the documented order and the first broken one answers.
 */
#ifndef LEDGER_OUTCOME_H
#define LEDGER_OUTCOME_H

/* number, name, text */
#define LEDGER_OUTCOME_MAP(X)                                                                                \
    X(0, ACCEPTED, "accepted")                                                                               \
    X(1, MALFORMED, "transaction is not in canonical form")                                                  \
    X(2, WRONG_LEDGER, "transaction is for another ledger")                                                  \
    X(3, UNKNOWN_OPERATOR, "operator is not registered")                                                     \
    X(4, BAD_SIGNATURE, "an operator's signature is not valid")                                              \
    X(5, OPERATOR_EXISTS, "operator is registered already")                                                  \
    X(6, WRONG_OPERATOR_ID, "operator id does not follow from name and key")                                 \
    X(7, WRONG_SEQUENCE, "sequence is not the next one")                                                     \
    X(8, BAD_CURRENCY, "currency code or decimals are not valid")                                            \
    X(9, ZERO_AMOUNT, "amount is zero")                                                                      \
    X(10, REFERENCE_USED, "deposit reference was used before")                                               \
    X(11, INSUFFICIENT_FUNDS, "balance does not cover the amount")                                           \
    X(12, AMOUNT_OVERFLOW, "balance would pass its limit")                                                   \
    X(13, AGREEMENT_EXISTS, "agreement exists already")                                                      \
    X(14, BAD_TERMS, "terms of the agreement are out of range")                                              \
    X(15, UNKNOWN_AGREEMENT, "agreement is not known")                                                       \
    X(16, AGREEMENT_CLOSED, "agreement takes no new sessions")                                               \
    X(17, NOT_A_PARTY, "signer is not the party that this transaction needs")                                \
    X(18, EMPTY_BATCH, "batch has no items")                                                                 \
    X(19, AUTHORISATION_LAPSED, "authorisation is no longer valid at this time")                             \
    X(20, SESSION_EXISTS, "serial was used before in this agreement")                                        \
    X(21, HOLD_OUT_OF_RANGE, "hold is zero or above the agreement's largest")                                \
    X(22, UNKNOWN_SESSION, "session is not known in this agreement")                                         \
    X(23, WRONG_STATE, "session's state does not allow this")                                                \
    X(24, DEADLINE_PASSED, "deadline has passed")                                                            \
    X(25, DEADLINE_NOT_REACHED, "deadline has not been reached")                                             \
    X(26, STALE_COMMITMENT, "a commitment with this or a later sequence number is recorded")                 \
    X(27, BAD_DEVICE_SIGNATURE, "device signature is not valid")                                             \
    X(28, DUPLICATE_SESSION, "session appears twice in the batch")                                           \
    X(29, UNKNOWN_CIRCUIT, "no settle circuit of this size")                                                 \
    X(30, TOO_MANY_SESSIONS, "more sessions than the circuit has places")                                    \
    X(31, FEE_ABOVE_HOLDS, "total fee is above the sum of the holds")                                        \
    X(32, TAX_ABOVE_FEE, "tax is above the fee")                                                             \
    X(33, BAD_PROOF, "proof does not hold for the ledger's own records")                                     \
    X(34, UNKNOWN_SETTLEMENT, "settlement is not known in this agreement")                                   \
    X(35, CREDIT_ABOVE_SETTLEMENT, "credit notes would pass what was settled")                               \
    X(36, NO_VALIDATORS, "ledger does not decide who its validators are")                                    \
    X(37, STALE_BALLOT, "number of changes to the validators is not the present one")                        \
    X(38, NOT_A_VALIDATOR, "operator runs no validator")                                                     \
    X(39, POWER_OUT_OF_RANGE, "power is above a validator's largest")                                        \
    X(40, WRONG_OWNER, "validator is run by another operator")                                               \
    X(41, NO_CHANGE, "validator has this power already, or is not there to be removed")                      \
    X(42, VALIDATORS_OUT_OF_RANGE, "no validator would be left, or too many")                                \
    X(43, VOTED_ALREADY, "operator has voted for this change already")

enum ledger_outcome {
#define X(number, name, text) LEDGER_##name = number,
    LEDGER_OUTCOME_MAP(X)
#undef X
};

enum { LEDGER_OUTCOMES = 44 }; /* the numbers are below this */

/* Short English text and symbolic name; never NULL. */
const char *ledger_outcome_text(enum ledger_outcome outcome);
const char *ledger_outcome_name(enum ledger_outcome outcome);

#endif
