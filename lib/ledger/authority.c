#include "authority.h"

#include <string.h>

#include "rules.h"
#include "state.h"

static enum ledger_outcome operator_key(uint8_t key[32], const struct ledger *ledger, const roam_id *id)
{
    struct ledger_operator operator;
    RULE(state_operator(&operator, ledger, id), UNKNOWN_OPERATOR);
    memcpy(key, operator.public_key, 32);
    return LEDGER_ACCEPTED;
}

/* Operators are never removed: a party of an agreement is registered. */
static void party_key(uint8_t key[32], const struct ledger *ledger, const roam_id *party)
{
    const enum ledger_outcome outcome = operator_key(key, ledger, party);
    ROAM_ASSERT(outcome == LEDGER_ACCEPTED);
}

static enum ledger_outcome one_operator(struct authority *out, const struct ledger *ledger, const roam_id *id)
{
    return operator_key(out->key[0], ledger, id);
}

static enum ledger_outcome rotation(struct authority *out, const struct ledger *ledger,
                                    const struct tx_operator_rotate_key *b)
{
    memcpy(out->key[1], b->new_public_key, 32);
    return operator_key(out->key[0], ledger, &b->operator_id);
}

static enum ledger_outcome treasury(struct authority *out, const struct ledger *ledger,
                                    const roam_id *account)
{
    RULE_TRY(operator_key(out->key[0], ledger, account));
    memcpy(out->key[0], ledger->config.genesis.treasury, 32);
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome two_operators(struct authority *out, const struct ledger *ledger,
                                         const struct tx_agreement_open *b)
{
    RULE_TRY(operator_key(out->key[0], ledger, &b->home));
    return operator_key(out->key[1], ledger, &b->visited);
}

static enum ledger_outcome home_of(struct authority *out, const struct ledger *ledger,
                                   const roam_id *agreement)
{
    RULE(state_agreement(&out->agreement, ledger, agreement), UNKNOWN_AGREEMENT);
    party_key(out->key[0], ledger, &out->agreement.terms.home);
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome visited_of(struct authority *out, const struct ledger *ledger,
                                      const roam_id *agreement)
{
    RULE(state_agreement(&out->agreement, ledger, agreement), UNKNOWN_AGREEMENT);
    party_key(out->key[0], ledger, &out->agreement.terms.visited);
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome both_of(struct authority *out, const struct ledger *ledger,
                                   const roam_id *agreement)
{
    RULE_TRY(home_of(out, ledger, agreement));
    party_key(out->key[1], ledger, &out->agreement.terms.visited);
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome one_party(struct authority *out, const struct ledger *ledger,
                                     const struct tx_agreement_close *b)
{
    RULE(state_agreement(&out->agreement, ledger, &b->agreement), UNKNOWN_AGREEMENT);
    const struct tx_agreement_open *terms = &out->agreement.terms;
    out->by_home = roam_id_equal(&b->signer, &terms->home);
    RULE(out->by_home || roam_id_equal(&b->signer, &terms->visited), NOT_A_PARTY);
    party_key(out->key[0], ledger, &b->signer);
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome anyone(struct authority *out, const struct ledger *ledger,
                                  const struct tx_expire *b)
{
    RULE_TRY(operator_key(out->key[0], ledger, &b->signer));
    RULE(state_agreement(&out->agreement, ledger, &b->agreement), UNKNOWN_AGREEMENT);
    return LEDGER_ACCEPTED;
}

enum ledger_outcome authority_find(struct authority *out, const struct ledger *ledger, const struct tx *tx)
{
    switch (tx->type) {
    case TX_OPERATOR_REGISTER:
        memcpy(out->key[0], ledger->config.genesis.governor, 32);
        return LEDGER_ACCEPTED;
    case TX_OPERATOR_ROTATE_KEY:
        return rotation(out, ledger, &tx->body.operator_rotate_key);
    case TX_DEPOSIT:
        return treasury(out, ledger, &tx->body.deposit.operator_id);
    case TX_WITHDRAW:
        return one_operator(out, ledger, &tx->body.withdraw.operator_id);
    case TX_AGREEMENT_OPEN:
        return two_operators(out, ledger, &tx->body.agreement_open);
    case TX_AGREEMENT_FUND:
    case TX_AGREEMENT_RELEASE:
        return home_of(out, ledger, &tx->body.agreement_move.agreement);
    case TX_AGREEMENT_COLLECT:
        return visited_of(out, ledger, &tx->body.agreement_move.agreement);
    case TX_SESSION_OPEN:
        return home_of(out, ledger, &tx->body.session_open.agreement);
    case TX_USAGE_COMMIT:
        return visited_of(out, ledger, &tx->body.usage_commit.agreement);
    case TX_SETTLE:
        return visited_of(out, ledger, &tx->body.settle.agreement);
    case TX_EXPIRE:
        return anyone(out, ledger, &tx->body.expire);
    case TX_DISPUTE:
        return home_of(out, ledger, &tx->body.dispute.agreement);
    case TX_DISPUTE_RESOLVE:
        return both_of(out, ledger, &tx->body.dispute_resolve.agreement);
    case TX_CREDIT_NOTE:
        return visited_of(out, ledger, &tx->body.credit_note.agreement);
    case TX_AGREEMENT_CLOSE:
        return one_party(out, ledger, &tx->body.agreement_close);
    case TX_VALIDATOR_VOTE:
        return one_operator(out, ledger, &tx->body.validator_vote.operator_id);
    }
    ROAM_ASSERT(false); /* a parsed transaction has a known type */
    return LEDGER_MALFORMED;
}
