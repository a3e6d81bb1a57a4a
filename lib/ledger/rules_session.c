/* SESSION_OPEN, USAGE_COMMIT */
#include "rules.h"

#include <string.h>

/* One item; *held is the sum of the holds of the items before it. */
static enum ledger_outcome check_open(const struct rule_call *call, const struct tx_session_open_item *item,
                                      uint64_t *held)
{
    const roam_id *agreement_id = &call->tx->body.session_open.agreement;
    const struct ledger_agreement *agreement = &call->authority->agreement;
    struct ledger_session existing;
    roam_id id;
    tx_session_id(&id, agreement_id, item->serial);
    RULE(item->hold_minor >= 1 && item->hold_minor <= agreement->terms.hold_max_minor, HOLD_OUT_OF_RANGE);
    RULE(!state_session(&existing, call->ledger, &id), SESSION_EXISTS);
    RULE(batch_add(&call->ledger->batch, &id), DUPLICATE_SESSION);
    RULE(item->hold_minor <= agreement->available_minor - *held, INSUFFICIENT_FUNDS);
    *held += item->hold_minor;
    return LEDGER_ACCEPTED;
}

static struct ledger_session opened_session(const struct rule_call *call,
                                            const struct tx_session_open_item *item)
{
    return (struct ledger_session){
        .agreement = call->tx->body.session_open.agreement,
        .serial = item->serial,
        .state = SESSION_OPEN,
        .session_key = item->session_key,
        .hold_minor = item->hold_minor,
        .deadline_s = call->now_s + call->authority->agreement.terms.commit_within_s,
    };
}

enum ledger_outcome rules_session_open(const struct rule_call *call)
{
    const struct tx_session_open *b = &call->tx->body.session_open;
    struct ledger_agreement *agreement = &call->authority->agreement;
    uint64_t held = 0;
    RULE(!agreement->closed, AGREEMENT_CLOSED);
    RULE(b->count > 0, EMPTY_BATCH);
    RULE(call->now_s < b->valid_until_s, AUTHORISATION_LAPSED);
    batch_begin(&call->ledger->batch);
    for (uint16_t i = 0; i < b->count; i++) RULE_TRY(check_open(call, &b->items[i], &held));

    for (uint16_t i = 0; i < b->count; i++)
        call->ledger->batch.session[i] = opened_session(call, &b->items[i]);
    batch_store(call->ledger);
    agreement->available_minor -= held;
    agreement->held_minor += held;
    state_put_agreement(call->ledger, &b->agreement, agreement);
    call->receipt->amount_minor = held;
    call->receipt->count = b->count;
    return LEDGER_ACCEPTED;
}

static enum ledger_outcome check_commit(const struct rule_call *call, const struct tx_usage_commit_item *item)
{
    struct ledger_session *session;
    RULE_TRY(batch_load(call, &call->tx->body.usage_commit.agreement, item->serial, &session));
    RULE(session->state == SESSION_OPEN || session->state == SESSION_COMMITTED, WRONG_STATE);
    RULE(call->now_s < session->deadline_s, DEADLINE_PASSED);
    RULE(item->seq > session->seq, STALE_COMMITMENT);
    return LEDGER_ACCEPTED;
}

static bool device_signed(const struct rule_call *call, uint16_t i)
{
    const struct tx_usage_commit_item *item = &call->tx->body.usage_commit.items[i];
    const struct session_batch *batch = &call->ledger->batch;
    const struct device_claim claim = {.session = batch->id[i],
                                       .seq = item->seq,
                                       .commitment = item->commitment,
                                       .key = batch->session[i].session_key,
                                       .signature = item->signature};
    return claims_device(&call->ledger->claims, &claim);
}

static void record_commitment(const struct rule_call *call, const struct tx_usage_commit_item *item,
                              struct ledger_session *session)
{
    session->seq = item->seq;
    session->commitment = item->commitment;
    if (session->state == SESSION_COMMITTED) return; /* the first commitment set the deadline */
    session->state = SESSION_COMMITTED;
    session->deadline_s = call->now_s + call->authority->agreement.terms.settle_within_s;
}

enum ledger_outcome rules_usage_commit(const struct rule_call *call)
{
    const struct tx_usage_commit *b = &call->tx->body.usage_commit;
    struct session_batch *batch = &call->ledger->batch;
    RULE(b->count > 0, EMPTY_BATCH);
    batch_begin(batch);
    for (uint16_t i = 0; i < b->count; i++) RULE_TRY(check_commit(call, &b->items[i]));
    for (uint16_t i = 0; i < b->count; i++) RULE(device_signed(call, i), BAD_DEVICE_SIGNATURE);

    for (uint16_t i = 0; i < b->count; i++) record_commitment(call, &b->items[i], &batch->session[i]);
    batch_store(call->ledger);
    call->receipt->count = b->count;
    return LEDGER_ACCEPTED;
}
