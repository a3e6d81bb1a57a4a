/* The sessions of one transaction: loaded and checked all, then changed and stored all. */
#include "rules.h"

#include <string.h>

void batch_begin(struct session_batch *batch)
{
    batch->count = 0;
    memset(batch->slot, 0, sizeof batch->slot);
}

/* Where the id is in the hash set, or the free slot where it would go. Ids of one agreement differ in their
 * last bytes. */
static size_t slot_of(const struct session_batch *batch, const roam_id *id)
{
    const size_t slots = sizeof batch->slot / sizeof batch->slot[0];
    size_t slot = (id->byte[30] | (size_t)id->byte[31] << 8) % slots;
    while (batch->slot[slot] != 0 && !roam_id_equal(&batch->id[batch->slot[slot] - 1], id))
        slot = (slot + 1) % slots;
    return slot;
}

bool batch_add(struct session_batch *batch, const roam_id *id)
{
    const size_t slot = slot_of(batch, id);
    if (batch->slot[slot] != 0) return false;
    ROAM_ASSERT(batch->count < TX_BATCH_MAX);
    batch->id[batch->count++] = *id;
    batch->slot[slot] = (uint16_t)batch->count;
    return true;
}

enum ledger_outcome batch_load(const struct rule_call *call, const roam_id *agreement, uint64_t serial,
                               struct ledger_session **out)
{
    struct session_batch *batch = &call->ledger->batch;
    struct ledger_session session;
    roam_id id;
    tx_session_id(&id, agreement, serial);
    RULE(state_session(&session, call->ledger, &id) && roam_id_equal(&session.agreement, agreement),
         UNKNOWN_SESSION);
    RULE(batch_add(batch, &id), DUPLICATE_SESSION);
    *out = &batch->session[batch->count - 1];
    **out = session;
    return LEDGER_ACCEPTED;
}

void batch_store(struct ledger *ledger)
{
    const struct session_batch *batch = &ledger->batch;
    for (size_t i = 0; i < batch->count; i++) state_put_session(ledger, &batch->id[i], &batch->session[i]);
}

void session_close(struct ledger_agreement *agreement, struct ledger_session *session, uint64_t paid,
                   enum ledger_session_state state, const roam_id *tx)
{
    ROAM_ASSERT(agreement->held_minor >= session->hold_minor && session->hold_minor >= paid);
    agreement->held_minor -= session->hold_minor;
    agreement->earned_minor += paid;
    agreement->available_minor += session->hold_minor - paid;
    session->state = state;
    session->deadline_s = 0;
    session->closed_by = *tx;
}
