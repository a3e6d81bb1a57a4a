/* What a ledger holds in memory, and its view of the records: the block's overlay over the committed ones.
 * Private to lib/ledger. */
#ifndef LEDGER_STATE_H
#define LEDGER_STATE_H

#include "claims.h"
#include "overlay.h"
#include "prepare.h"

enum block_phase { BLOCK_NONE, BLOCK_OPEN, BLOCK_ENDED };

/* The sessions that the transaction at hand is about: validation fills them, effects change and store them.
 */
struct session_batch {
    size_t count;
    roam_id id[TX_BATCH_MAX];
    struct ledger_session session[TX_BATCH_MAX];
    uint16_t slot[2 * TX_BATCH_MAX]; /* hash set of id[0..count): place + 1, 0 = free */
};

struct ledger {
    struct ledger_config config;
    roam_id id;
    struct ledger_head head; /* committed */

    enum block_phase phase;
    struct ledger_head next; /* of the block in progress; complete once it has ended */
    struct overlay overlay;
    size_t receipt_count;
    uint8_t (*receipt_leaf)[MERKLE_HASH_SIZE]; /* [LEDGER_BLOCK_TXS_MAX] */

    struct prepared_chunk prepared;
    struct claims claims;
    struct session_batch batch;
    struct lthash part[LEDGER_THREADS_MAX]; /* of the state commitment, one for each thread */
};

/* Each gives true and the record, or false if there is none. A value that is no record is a bug of the host:
 * abort. */
bool state_operator(struct ledger_operator *out, const struct ledger *ledger, const roam_id *id);
bool state_agreement(struct ledger_agreement *out, const struct ledger *ledger, const roam_id *id);
bool state_session(struct ledger_session *out, const struct ledger *ledger, const roam_id *id);
bool state_settlement(struct ledger_settlement *out, const struct ledger *ledger, const roam_id *id);
/* An account that was never used is zero. */
void state_account(struct ledger_account *out, const struct ledger *ledger, const roam_id *operator_id,
                   const struct tx_currency *currency);
bool state_reference_used(const struct ledger *ledger, const roam_id *reference);
bool state_validator(struct ledger_validator *out, const struct ledger *ledger, const roam_id *id);
bool state_voter(struct ledger_voter *out, const struct ledger *ledger, const roam_id *id);
bool state_validator_set(struct ledger_validator_set *out, const struct ledger *ledger);
bool state_ballot(struct ledger_ballot *out, const struct ledger *ledger, const roam_id *id);
bool state_voted(const struct ledger *ledger, const roam_id *ballot, const roam_id *operator_id);

void state_put_operator(struct ledger *ledger, const roam_id *id, const struct ledger_operator *record);
void state_put_account(struct ledger *ledger, const roam_id *operator_id, const struct tx_currency *currency,
                       const struct ledger_account *record);
void state_put_agreement(struct ledger *ledger, const roam_id *id, const struct ledger_agreement *record);
void state_put_session(struct ledger *ledger, const roam_id *id, const struct ledger_session *record);
void state_put_settlement(struct ledger *ledger, const roam_id *id, const struct ledger_settlement *record);
void state_put_reference(struct ledger *ledger, const roam_id *reference);
void state_put_validator(struct ledger *ledger, const roam_id *id, const struct ledger_validator *record);
void state_put_voter(struct ledger *ledger, const roam_id *id, const struct ledger_voter *record);
void state_put_validator_set(struct ledger *ledger, const struct ledger_validator_set *record);
void state_put_listed(struct ledger *ledger, uint64_t place, const struct ledger_listed *record);
void state_put_ballot(struct ledger *ledger, const roam_id *id, const struct ledger_ballot *record);
void state_put_voted(struct ledger *ledger, const roam_id *ballot, const roam_id *operator_id);

#endif
