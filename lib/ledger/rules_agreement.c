/* AGREEMENT_OPEN, AGREEMENT_CLOSE */
#include "rules.h"

#include <string.h>

static enum ledger_outcome check_terms(const struct tx_agreement_open *terms)
{
    RULE(!roam_id_equal(&terms->home, &terms->visited), BAD_TERMS);
    RULE(terms->hold_max_minor >= 1 && terms->hold_max_minor <= USAGE_MONEY_MAX, BAD_TERMS);
    RULE(terms->commit_within_s > 0, BAD_TERMS);
    RULE(terms->settle_within_s > 0, BAD_TERMS);
    RULE(terms->dispute_within_s > 0, BAD_TERMS);
    RULE(terms->dispute_default_ppm <= USAGE_PPM, BAD_TERMS);
    return LEDGER_ACCEPTED;
}

enum ledger_outcome rules_agreement_open(const struct rule_call *call)
{
    const struct tx_agreement_open *terms = &call->tx->body.agreement_open;
    struct ledger_agreement record;
    roam_id id;
    RULE(rule_currency_valid(&terms->currency), BAD_CURRENCY);
    RULE_TRY(check_terms(terms));
    tx_agreement_id(&id, &call->ledger->id, terms);
    RULE(!state_agreement(&record, call->ledger, &id), AGREEMENT_EXISTS);

    memset(&record, 0, sizeof record);
    record.terms = *terms;
    record.opened_s = call->now_s;
    state_put_agreement(call->ledger, &id, &record);
    return LEDGER_ACCEPTED;
}

enum ledger_outcome rules_agreement_close(const struct rule_call *call)
{
    const struct tx_agreement_close *b = &call->tx->body.agreement_close;
    struct ledger_agreement *agreement = &call->authority->agreement;
    uint64_t *sequence = call->authority->by_home ? &agreement->home_sequence : &agreement->visited_sequence;
    RULE(rule_sequence_next(b->sequence, *sequence), WRONG_SEQUENCE);
    RULE(!agreement->closed, AGREEMENT_CLOSED);

    *sequence = b->sequence;
    agreement->closed = true;
    state_put_agreement(call->ledger, &b->agreement, agreement);
    return LEDGER_ACCEPTED;
}
