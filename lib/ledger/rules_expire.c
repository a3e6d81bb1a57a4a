/* EXPIRE: what becomes of sessions whose deadline has passed. */
#include "rules.h"

/* floor(hold * ppm / 10^6) for hold < 2^56 and ppm <= 10^6, in 64 bits: hold = whole * 10^6 + rest. */
static uint64_t share_of_hold(uint64_t hold, uint32_t ppm)
{
    return hold / USAGE_PPM * ppm + hold % USAGE_PPM * ppm / USAGE_PPM;
}

static enum ledger_outcome check_expiry(const struct rule_call *call, uint64_t serial)
{
    struct ledger_session *session;
    RULE_TRY(batch_load(call, &call->tx->body.expire.agreement, serial, &session));
    RULE(session->state != SESSION_SETTLED && session->state != SESSION_REFUNDED, WRONG_STATE);
    RULE(call->now_s >= session->deadline_s, DEADLINE_NOT_REACHED);
    return LEDGER_ACCEPTED;
}

/* Returns what the visited operator gets. */
static uint64_t expire(const struct rule_call *call, struct ledger_session *session)
{
    struct ledger_agreement *agreement = &call->authority->agreement;
    const uint32_t ppm = session->state == SESSION_DISPUTED ? agreement->terms.dispute_default_ppm : 0;
    const uint64_t paid = share_of_hold(session->hold_minor, ppm);
    session_close(agreement, session, paid, ppm > 0 ? SESSION_SETTLED : SESSION_REFUNDED, &call->tx->id);
    return paid;
}

enum ledger_outcome rules_expire(const struct rule_call *call)
{
    const struct tx_expire *b = &call->tx->body.expire;
    struct session_batch *batch = &call->ledger->batch;
    RULE(b->count > 0, EMPTY_BATCH);
    batch_begin(batch);
    for (uint16_t i = 0; i < b->count; i++) RULE_TRY(check_expiry(call, b->serials[i]));

    for (size_t i = 0; i < batch->count; i++) call->receipt->amount_minor += expire(call, &batch->session[i]);
    batch_store(call->ledger);
    state_put_agreement(call->ledger, &b->agreement, &call->authority->agreement);
    call->receipt->count = b->count;
    return LEDGER_ACCEPTED;
}
