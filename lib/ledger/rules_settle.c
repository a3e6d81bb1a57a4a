/* SETTLE */
#include "rules.h"

#include <string.h>

/* Place in config.circuit, or LEDGER_CIRCUITS_MAX. */
static size_t find_circuit(const struct ledger *ledger, uint16_t size)
{
    for (size_t i = 0; i < ledger->config.genesis.circuit_count; i++)
        if (ledger->config.genesis.circuit[i].size == size) return i;
    return LEDGER_CIRCUITS_MAX;
}

static enum ledger_outcome check_sessions(const struct rule_call *call, uint64_t *holds)
{
    const struct tx_settle *b = &call->tx->body.settle;
    struct ledger_session *session;
    batch_begin(&call->ledger->batch);
    for (uint16_t i = 0; i < b->count; i++) {
        RULE_TRY(batch_load(call, &b->agreement, b->serials[i], &session));
        RULE(session->state == SESSION_COMMITTED, WRONG_STATE);
        RULE(call->now_s < session->deadline_s, DEADLINE_PASSED);
        *holds += session->hold_minor; /* at most the agreement's held */
    }
    return LEDGER_ACCEPTED;
}

static void field_of_bytes(fr *out, const uint8_t bytes[32])
{
    const enum roam_err err = fr_from_be(out, bytes);
    ROAM_ASSERT(err == ROAM_OK); /* parsed as canonical */
}

static bool proof_holds(const struct rule_call *call, size_t circuit)
{
    const struct tx_settle *b = &call->tx->body.settle;
    const struct session_batch *batch = &call->ledger->batch;
    struct settle_place places[TX_BATCH_MAX];
    struct proof_claim claim = {
        .circuit = circuit, .total_fee = b->total_fee, .total_tax = b->total_tax, .proof = b->proof};
    tx_id_to_fr(&claim.agreement, &b->agreement);
    field_of_bytes(&claim.rate_card, call->authority->agreement.terms.rate_card);
    field_of_bytes(&claim.esg, b->esg);
    for (size_t i = 0; i < batch->count; i++)
        places[i] = (struct settle_place){batch->session[i].commitment, batch->session[i].hold_minor};
    return claims_proof(&call->ledger->claims, &claim, places, batch->count);
}

/* Single fees stay hidden: only the batch's total is paid. */
static void pay(const struct rule_call *call, uint64_t holds)
{
    const struct tx_settle *b = &call->tx->body.settle;
    struct ledger_agreement *agreement = &call->authority->agreement;
    struct session_batch *batch = &call->ledger->batch;
    for (size_t i = 0; i < batch->count; i++)
        session_close(agreement, &batch->session[i], 0, SESSION_SETTLED, &call->tx->id);
    ROAM_ASSERT(b->total_fee <= holds && holds <= agreement->available_minor);
    agreement->available_minor -= b->total_fee;
    agreement->earned_minor += b->total_fee;
}

static void record_settlement(const struct rule_call *call)
{
    const struct tx_settle *b = &call->tx->body.settle;
    struct ledger_settlement record = {.agreement = b->agreement,
                                       .total_fee = b->total_fee,
                                       .total_tax = b->total_tax,
                                       .session_count = b->count};
    memcpy(record.esg, b->esg, sizeof record.esg);
    state_put_settlement(call->ledger, &call->tx->id, &record);
}

enum ledger_outcome rules_settle(const struct rule_call *call)
{
    const struct tx_settle *b = &call->tx->body.settle;
    const size_t circuit = find_circuit(call->ledger, b->circuit_size);
    uint64_t holds = 0;
    RULE(b->count > 0, EMPTY_BATCH);
    RULE(circuit < LEDGER_CIRCUITS_MAX, UNKNOWN_CIRCUIT);
    RULE(b->count <= b->circuit_size, TOO_MANY_SESSIONS);
    RULE_TRY(check_sessions(call, &holds));
    RULE(b->total_fee <= holds, FEE_ABOVE_HOLDS);
    RULE(b->total_tax <= b->total_fee, TAX_ABOVE_FEE);
    RULE(proof_holds(call, circuit), BAD_PROOF);

    pay(call, holds);
    batch_store(call->ledger);
    state_put_agreement(call->ledger, &b->agreement, &call->authority->agreement);
    record_settlement(call);
    call->receipt->amount_minor = b->total_fee;
    call->receipt->tax_minor = b->total_tax;
    call->receipt->count = b->count;
    return LEDGER_ACCEPTED;
}
