/* The records of the ledger, their keys and their encoding: version byte 1, then the fields in order;
 * little-endian, fixed size, no padding; field elements and coordinates 32 bytes big-endian, unpacked points
 * x then y.
 *
 *   key                                        value
 *   'o' operator_id                            ledger_operator
 *   'a' operator_id currency(9)                ledger_account
 *   'd' deposit reference                      the version byte alone: the reference is used
 *   'g' agreement_id                           ledger_agreement
 *   's' session_id                             ledger_session
 *   't' settlement tx id                       ledger_settlement
 *   'v' validator's public key                 ledger_validator
 *   'w' operator_id                            ledger_voter
 *   'V'                                        ledger_validator_set
 *   'n' place in the list, u64 big-endian      ledger_listed
 *   'b' ballot id (tx_ballot_id)               ledger_ballot
 *   'c' SHA-256("roam vote v1" ||
 *       ballot id || operator_id)              the version byte alone: the operator voted in this ballot
 *
 * The state commitment (ledger_head.state) is the lthash of all these (key, value). No record is ever
 * deleted: serials, references and ids stay used, a validator that was removed stays with power 0. 'v', 'w',
 * 'n' and 'V' are there from height 0 on if the genesis names validators; else there are none, nor ballots.
 */
#ifndef LEDGER_RECORDS_H
#define LEDGER_RECORDS_H

#include "ledger.h"

struct ledger_operator {
    char name[TX_NAME_SIZE];
    uint8_t public_key[32];
    uint64_t sequence;
};

struct ledger_account {
    uint64_t available_minor;
    uint64_t sequence;
};

struct ledger_agreement {
    struct tx_agreement_open terms;
    uint64_t available_minor; /* home's money, free for holds */
    uint64_t held_minor;      /* sum of holds of live sessions */
    uint64_t earned_minor;    /* visited's, not collected yet */
    uint64_t home_sequence, visited_sequence;
    uint64_t opened_s; /* block time */
    bool closed;       /* one byte */
};

/* Numbers are frozen. */
enum ledger_session_state {
    SESSION_OPEN = 1,
    SESSION_COMMITTED = 2,
    SESSION_SETTLED = 3,
    SESSION_REFUNDED = 4,
    SESSION_DISPUTED = 5
};

struct ledger_session {
    roam_id agreement;
    uint64_t serial;
    enum ledger_session_state state; /* one byte */
    bjj_point session_key;
    uint64_t hold_minor;
    uint64_t deadline_s; /* of the present state: its moves are valid while block time < deadline_s, EXPIRE
                            from then on; 0 once settled or refunded */
    uint64_t seq;        /* of the recorded commitment; 0 while OPEN */
    fr commitment;       /* 0 while OPEN */
    roam_id closed_by;   /* the transaction that settled or refunded it; zero before */
};

struct ledger_settlement {
    roam_id agreement;
    uint64_t total_fee, total_tax;
    uint64_t credited, credited_tax; /* by credit notes so far */
    uint16_t session_count;
    uint8_t esg[32]; /* zero for DISPUTE_RESOLVE */
};

struct ledger_validator {
    roam_id owner;  /* who runs it, or did */
    uint64_t power; /* 0: removed */
};

/* An operator that runs validators, or did. */
struct ledger_voter {
    uint64_t weight; /* the powers of its validators together */
};

struct ledger_validator_set {
    uint64_t changes; /* that took effect */
    uint64_t total_power;
    uint16_t count;  /* validators with power */
    uint64_t listed; /* all that there are or were: the places in the list are below this */
};

/* Every validator has a place in a list, in the order in which they first came: so can they all be found. */
struct ledger_listed {
    roam_id validator;
};

struct ledger_ballot {
    uint64_t weight; /* in favour so far */
};

/* Reads of committed state. ROAM_OK, ROAM_E_NOTFOUND, or ROAM_E_FORMAT, ROAM_E_VERSION, ROAM_E_RANGE if the
 * host gives bytes that are no record. */
ROAM_MUST_USE enum roam_err ledger_get_operator(struct ledger_operator *out, const struct ledger *ledger,
                                                const roam_id *id);
ROAM_MUST_USE enum roam_err ledger_get_account(struct ledger_account *out, const struct ledger *ledger,
                                               const roam_id *operator_id,
                                               const struct tx_currency *currency);
ROAM_MUST_USE enum roam_err ledger_get_agreement(struct ledger_agreement *out, const struct ledger *ledger,
                                                 const roam_id *id);
ROAM_MUST_USE enum roam_err ledger_get_session(struct ledger_session *out, const struct ledger *ledger,
                                               const roam_id *id);
ROAM_MUST_USE enum roam_err ledger_get_settlement(struct ledger_settlement *out, const struct ledger *ledger,
                                                  const roam_id *id);

ROAM_MUST_USE enum roam_err ledger_get_validator(struct ledger_validator *out, const struct ledger *ledger,
                                                 const roam_id *id);
ROAM_MUST_USE enum roam_err ledger_get_voter(struct ledger_voter *out, const struct ledger *ledger,
                                             const roam_id *id);
ROAM_MUST_USE enum roam_err ledger_get_validator_set(struct ledger_validator_set *out,
                                                     const struct ledger *ledger);
ROAM_MUST_USE enum roam_err ledger_get_listed(struct ledger_listed *out, const struct ledger *ledger,
                                              uint64_t place);
ROAM_MUST_USE enum roam_err ledger_get_ballot(struct ledger_ballot *out, const struct ledger *ledger,
                                              const roam_id *id);

/* Decoding of a value that a host holds (audits, dumps). The errors above but ROAM_E_NOTFOUND. */
ROAM_MUST_USE enum roam_err ledger_operator_parse(struct ledger_operator *out, const uint8_t *value,
                                                  size_t size);
ROAM_MUST_USE enum roam_err ledger_account_parse(struct ledger_account *out, const uint8_t *value,
                                                 size_t size);
ROAM_MUST_USE enum roam_err ledger_agreement_parse(struct ledger_agreement *out, const uint8_t *value,
                                                   size_t size);
ROAM_MUST_USE enum roam_err ledger_session_parse(struct ledger_session *out, const uint8_t *value,
                                                 size_t size);
ROAM_MUST_USE enum roam_err ledger_settlement_parse(struct ledger_settlement *out, const uint8_t *value,
                                                    size_t size);
ROAM_MUST_USE enum roam_err ledger_validator_parse(struct ledger_validator *out, const uint8_t *value,
                                                   size_t size);
ROAM_MUST_USE enum roam_err ledger_voter_parse(struct ledger_voter *out, const uint8_t *value, size_t size);
ROAM_MUST_USE enum roam_err ledger_validator_set_parse(struct ledger_validator_set *out, const uint8_t *value,
                                                       size_t size);
ROAM_MUST_USE enum roam_err ledger_listed_parse(struct ledger_listed *out, const uint8_t *value, size_t size);
ROAM_MUST_USE enum roam_err ledger_ballot_parse(struct ledger_ballot *out, const uint8_t *value, size_t size);

#endif
