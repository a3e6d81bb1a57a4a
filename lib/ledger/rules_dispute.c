/* DISPUTE, DISPUTE_RESOLVE, CREDIT_NOTE */
#include "rules.h"

enum ledger_outcome rules_dispute(const struct rule_call *call)
{
    const struct tx_dispute *b = &call->tx->body.dispute;
    struct ledger_session *session;
    batch_begin(&call->ledger->batch);
    RULE_TRY(batch_load(call, &b->agreement, b->serial, &session));
    RULE(session->state == SESSION_COMMITTED, WRONG_STATE);
    RULE(call->now_s < session->deadline_s, DEADLINE_PASSED);

    session->state = SESSION_DISPUTED;
    session->deadline_s = call->now_s + call->authority->agreement.terms.dispute_within_s;
    batch_store(call->ledger);
    call->receipt->count = 1;
    return LEDGER_ACCEPTED;
}

enum ledger_outcome rules_dispute_resolve(const struct rule_call *call)
{
    const struct tx_dispute_resolve *b = &call->tx->body.dispute_resolve;
    struct ledger_agreement *agreement = &call->authority->agreement;
    struct ledger_session *session;
    batch_begin(&call->ledger->batch);
    RULE_TRY(batch_load(call, &b->agreement, b->serial, &session));
    RULE(session->state == SESSION_DISPUTED, WRONG_STATE);
    RULE(b->amount_minor <= session->hold_minor, FEE_ABOVE_HOLDS);
    RULE(b->tax_minor <= b->amount_minor, TAX_ABOVE_FEE);

    session_close(agreement, session, b->amount_minor, SESSION_SETTLED, &call->tx->id);
    batch_store(call->ledger);
    state_put_agreement(call->ledger, &b->agreement, agreement);
    const struct ledger_settlement record = {.agreement = b->agreement,
                                             .total_fee = b->amount_minor,
                                             .total_tax = b->tax_minor,
                                             .session_count = 1};
    state_put_settlement(call->ledger, &call->tx->id, &record);
    call->receipt->amount_minor = b->amount_minor;
    call->receipt->tax_minor = b->tax_minor;
    call->receipt->count = 1;
    return LEDGER_ACCEPTED;
}

/* Neither the tax nor the net amount may be credited beyond what was settled. */
static bool credit_fits(const struct ledger_settlement *record, uint64_t amount, uint64_t tax)
{
    const uint64_t fee_left = record->total_fee - record->credited;
    const uint64_t tax_left = record->total_tax - record->credited_tax;
    return tax <= tax_left && amount - tax <= fee_left - tax_left;
}

enum ledger_outcome rules_credit_note(const struct rule_call *call)
{
    const struct tx_credit_note *b = &call->tx->body.credit_note;
    struct ledger_agreement *agreement = &call->authority->agreement;
    struct ledger_settlement record;
    RULE(rule_sequence_next(b->sequence, agreement->visited_sequence), WRONG_SEQUENCE);
    RULE(state_settlement(&record, call->ledger, &b->settlement) &&
             roam_id_equal(&record.agreement, &b->agreement),
         UNKNOWN_SETTLEMENT);
    RULE(b->amount_minor > 0, ZERO_AMOUNT);
    RULE(b->tax_minor <= b->amount_minor, TAX_ABOVE_FEE);
    RULE(credit_fits(&record, b->amount_minor, b->tax_minor), CREDIT_ABOVE_SETTLEMENT);
    RULE(b->amount_minor <= agreement->earned_minor, INSUFFICIENT_FUNDS);

    record.credited += b->amount_minor;
    record.credited_tax += b->tax_minor;
    agreement->earned_minor -= b->amount_minor;
    agreement->available_minor += b->amount_minor;
    agreement->visited_sequence = b->sequence;
    state_put_settlement(call->ledger, &b->settlement, &record);
    state_put_agreement(call->ledger, &b->agreement, agreement);
    call->receipt->amount_minor = b->amount_minor;
    call->receipt->tax_minor = b->tax_minor;
    return LEDGER_ACCEPTED;
}
