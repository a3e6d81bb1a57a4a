/* OPERATOR_REGISTER, OPERATOR_ROTATE_KEY */
#include "rules.h"

#include <string.h>

enum ledger_outcome rules_operator_register(const struct rule_call *call)
{
    const struct tx_operator_register *b = &call->tx->body.operator_register;
    struct ledger_operator record;
    roam_id id;
    tx_operator_id(&id, b->name, b->public_key);
    RULE(roam_id_equal(&id, &b->operator_id), WRONG_OPERATOR_ID);
    RULE(!state_operator(&record, call->ledger, &id), OPERATOR_EXISTS);

    memset(&record, 0, sizeof record);
    memcpy(record.name, b->name, sizeof record.name);
    memcpy(record.public_key, b->public_key, sizeof record.public_key);
    state_put_operator(call->ledger, &id, &record);
    return LEDGER_ACCEPTED;
}

enum ledger_outcome rules_operator_rotate_key(const struct rule_call *call)
{
    const struct tx_operator_rotate_key *b = &call->tx->body.operator_rotate_key;
    struct ledger_operator record;
    const bool known = state_operator(&record, call->ledger, &b->operator_id);
    ROAM_ASSERT(known);
    RULE(rule_sequence_next(b->sequence, record.sequence), WRONG_SEQUENCE);

    record.sequence = b->sequence;
    memcpy(record.public_key, b->new_public_key, sizeof record.public_key);
    state_put_operator(call->ledger, &b->operator_id, &record);
    return LEDGER_ACCEPTED;
}
