#include "market_validators.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void market_validator_init(struct person *node, struct person *owner, uint64_t number)
{
    char name[TX_NAME_SIZE];
    snprintf(name, sizeof name, "validator %u", (unsigned)number);
    person_init(node, name);
    snprintf(name, sizeof name, "validator owner %u", (unsigned)number);
    person_init(owner, name);
}

void market_name_validators(struct market *market, size_t count)
{
    struct ledger_genesis *genesis = &market->genesis;
    ROAM_ASSERT(count <= LEDGER_VALIDATORS_MAX);
    genesis->validator_count = (uint16_t)count;
    for (size_t i = 0; i < count; i++) {
        struct ledger_genesis_validator *validator = &genesis->validator[i];
        struct person node, owner;
        market_validator_init(&node, &owner, i);
        memcpy(validator->key.byte, node.public_key, 32);
        validator->power = MARKET_POWER;
        validator->owner = owner.operator_id;
    }
    ledger_genesis_id(&market->ledger, genesis);
}

struct ledger_bytes make_vote(const struct market *market, const struct person *voter,
                              const struct tx_validator_vote *vote)
{
    enum { ROOM = 512 };
    const struct person *const signers[] = {voter};
    struct tx tx = {.type = TX_VALIDATOR_VOTE, .ledger = market->ledger};
    uint8_t *bytes = malloc(ROOM);
    ROAM_ASSERT(bytes != NULL);
    tx.body.validator_vote = *vote;
    tx.body.validator_vote.operator_id = voter->operator_id;
    return (struct ledger_bytes){bytes, tx_finish(bytes, ROOM, &tx, signers)};
}
