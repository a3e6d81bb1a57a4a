/* A second, naive ledger: plain arrays, found by scanning, money in 128 bits, no batching, no encoding, no
 * cryptography. It reads docs/ledger.md, not the code. In place of verifying it is told who signed what. */
#ifndef TEST_LEDGER_MODEL_H
#define TEST_LEDGER_MODEL_H

#include "checked.h"
#include "records.h"

enum { WORK_ITEMS = 8, WORK_BYTES = 2048 };

/* What a device really signed. */
struct work_device {
    bjj_point key;
    roam_id session;
    uint64_t seq;
    fr commitment;
    bool spoilt;
};

/* A transaction, and the truth about its signatures and its proof. */
struct work {
    struct tx tx;
    bool malformed; /* its bytes were cut */
    uint8_t signer[TX_SIGNATURES_MAX][32];
    bool spoilt[TX_SIGNATURES_MAX];
    struct work_device device[WORK_ITEMS];
    struct { /* the statement that was proved */
        uint16_t size;
        size_t count;
        struct settle_place place[WORK_ITEMS];
        roam_id agreement;
        uint8_t rate_card[32], esg[32];
        uint64_t fee, tax;
        bool spoilt;
    } proof;
    uint64_t serials[WORK_ITEMS];
    struct tx_session_open_item open[WORK_ITEMS];
    struct tx_usage_commit_item commit[WORK_ITEMS];
    uint8_t bytes[WORK_BYTES];
    size_t size;
};

enum {
    MODEL_OPERATORS = 64,
    MODEL_ACCOUNTS = 64,
    MODEL_AGREEMENTS = 64,
    MODEL_REFERENCES = 8192,
    MODEL_SESSIONS = 16384,
    MODEL_VALIDATORS = 512, /* removed ones too */
    MODEL_VOTES = 4096      /* between two changes */
};

struct model_account {
    roam_id operator_id;
    struct tx_currency currency;
    u128 balance;
    uint64_t sequence;
};

struct model_agreement {
    roam_id id;
    struct tx_agreement_open terms;
    u128 available, held, earned;
    uint64_t home_sequence, visited_sequence;
    bool closed;
};

struct model_session {
    roam_id id, agreement;
    uint64_t serial, deadline, seq;
    enum ledger_session_state state;
    bjj_point key;
    u128 hold;
    fr commitment;
};

struct model_settlement {
    roam_id id, agreement;
    u128 fee, tax, credited, credited_tax;
};

struct model_validator {
    roam_id key, owner;
    u128 power;
};

/* What an operator voted for, and what it weighed then. */
struct model_vote {
    struct tx_validator_vote vote;
    u128 weight;
};

struct model {
    roam_id ledger;
    uint8_t governor[32], treasury[32];
    uint16_t circuit_size[LEDGER_CIRCUITS_MAX];
    size_t circuits;
    uint64_t now;
    u128 inside; /* deposits - withdrawals */

    size_t operators, accounts, agreements, references, sessions, settlements;
    struct {
        roam_id id;
        uint8_t key[32];
        uint64_t sequence;
    } operator[MODEL_OPERATORS];
    struct model_account account[MODEL_ACCOUNTS];
    struct model_agreement agreement[MODEL_AGREEMENTS];
    roam_id reference[MODEL_REFERENCES];
    struct model_session session[MODEL_SESSIONS];
    struct model_settlement settlement[MODEL_SESSIONS];

    uint64_t changes;
    size_t validators, votes; /* validators 0: none in the genesis */
    struct model_validator validator[MODEL_VALIDATORS];
    struct model_vote vote[MODEL_VOTES];
};

struct model_answer {
    enum ledger_outcome outcome;
    u128 amount, tax;
    size_t count;
};

void model_init(struct model *model, const roam_id *ledger, const struct ledger_genesis *genesis);
/* Answers, and changes the model if the transaction is accepted. */
struct model_answer model_apply(struct model *model, const struct work *work);

struct model_agreement *model_find_agreement(struct model *model, const roam_id *id);
struct model_session *model_find_session(struct model *model, const roam_id *id);
struct model_account *model_find_account(struct model *model, const roam_id *operator_id,
                                         const struct tx_currency *currency);
u128 model_weight(const struct model *model, const roam_id *operator_id);
/* Of one that is there, or was; else NULL. */
struct model_validator *model_find_validator(struct model *model, const roam_id *key);
/* Place in operator[], or SIZE_MAX. */
size_t model_find_operator(const struct model *model, const roam_id *id);

#endif
