/* DEPOSIT, WITHDRAW: money enters and leaves the ledger. */
#include "rules.h"

enum ledger_outcome rules_deposit(const struct rule_call *call)
{
    const struct tx_deposit *b = &call->tx->body.deposit;
    struct ledger_account account;
    RULE(rule_currency_valid(&b->currency), BAD_CURRENCY);
    RULE(b->amount_minor > 0, ZERO_AMOUNT);
    RULE(!state_reference_used(call->ledger, &b->reference), REFERENCE_USED);
    state_account(&account, call->ledger, &b->operator_id, &b->currency);
    RULE(rule_money_fits(account.available_minor, b->amount_minor), AMOUNT_OVERFLOW);

    account.available_minor += b->amount_minor;
    state_put_account(call->ledger, &b->operator_id, &b->currency, &account);
    state_put_reference(call->ledger, &b->reference);
    call->receipt->amount_minor = b->amount_minor;
    return LEDGER_ACCEPTED;
}

enum ledger_outcome rules_withdraw(const struct rule_call *call)
{
    const struct tx_withdraw *b = &call->tx->body.withdraw;
    struct ledger_account account;
    state_account(&account, call->ledger, &b->operator_id, &b->currency);
    RULE(rule_sequence_next(b->sequence, account.sequence), WRONG_SEQUENCE);
    RULE(rule_currency_valid(&b->currency), BAD_CURRENCY);
    RULE(b->amount_minor > 0, ZERO_AMOUNT);
    RULE(b->amount_minor <= account.available_minor, INSUFFICIENT_FUNDS);

    account.available_minor -= b->amount_minor;
    account.sequence = b->sequence;
    state_put_account(call->ledger, &b->operator_id, &b->currency, &account);
    call->receipt->amount_minor = b->amount_minor;
    return LEDGER_ACCEPTED;
}
