/* AGREEMENT_FUND, AGREEMENT_RELEASE, AGREEMENT_COLLECT: money between a party's account and an agreement. */
#include "rules.h"

/* available + held + earned <= LEDGER_MONEY_MAX: moves inside an agreement cannot overflow. */
static uint64_t agreement_total(const struct ledger_agreement *agreement)
{
    return agreement->available_minor + agreement->held_minor + agreement->earned_minor;
}

enum ledger_outcome rules_agreement_fund(const struct rule_call *call)
{
    const struct tx_agreement_move *b = &call->tx->body.agreement_move;
    struct ledger_agreement *agreement = &call->authority->agreement;
    const struct tx_agreement_open *terms = &agreement->terms;
    struct ledger_account account;
    RULE(rule_sequence_next(b->sequence, agreement->home_sequence), WRONG_SEQUENCE);
    RULE(b->amount_minor > 0, ZERO_AMOUNT);
    state_account(&account, call->ledger, &terms->home, &terms->currency);
    RULE(b->amount_minor <= account.available_minor, INSUFFICIENT_FUNDS);
    RULE(rule_money_fits(agreement_total(agreement), b->amount_minor), AMOUNT_OVERFLOW);

    account.available_minor -= b->amount_minor;
    agreement->available_minor += b->amount_minor;
    agreement->home_sequence = b->sequence;
    state_put_account(call->ledger, &terms->home, &terms->currency, &account);
    state_put_agreement(call->ledger, &b->agreement, agreement);
    call->receipt->amount_minor = b->amount_minor;
    return LEDGER_ACCEPTED;
}

/* From a balance of the agreement to the account of one of its parties. */
static enum ledger_outcome move_out(const struct rule_call *call, const roam_id *party, uint64_t *sequence,
                                    uint64_t *balance)
{
    const struct tx_agreement_move *b = &call->tx->body.agreement_move;
    struct ledger_agreement *agreement = &call->authority->agreement;
    struct ledger_account account;
    RULE(rule_sequence_next(b->sequence, *sequence), WRONG_SEQUENCE);
    RULE(b->amount_minor > 0, ZERO_AMOUNT);
    RULE(b->amount_minor <= *balance, INSUFFICIENT_FUNDS);
    state_account(&account, call->ledger, party, &agreement->terms.currency);
    RULE(rule_money_fits(account.available_minor, b->amount_minor), AMOUNT_OVERFLOW);

    *balance -= b->amount_minor;
    *sequence = b->sequence;
    account.available_minor += b->amount_minor;
    state_put_account(call->ledger, party, &agreement->terms.currency, &account);
    state_put_agreement(call->ledger, &b->agreement, agreement);
    call->receipt->amount_minor = b->amount_minor;
    return LEDGER_ACCEPTED;
}

enum ledger_outcome rules_agreement_release(const struct rule_call *call)
{
    struct ledger_agreement *agreement = &call->authority->agreement;
    return move_out(call, &agreement->terms.home, &agreement->home_sequence, &agreement->available_minor);
}

enum ledger_outcome rules_agreement_collect(const struct rule_call *call)
{
    struct ledger_agreement *agreement = &call->authority->agreement;
    return move_out(call, &agreement->terms.visited, &agreement->visited_sequence, &agreement->earned_minor);
}
