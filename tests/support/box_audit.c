/* The invariants of docs/ledger.md, recomputed from the records by plain scans. */
#include <string.h>

#include "ledger_box.h"

static bool state_is_of_records(const struct ledger_box *box)
{
    struct lthash sum;
    lthash_init(&sum);
    for (size_t i = 0; i < box->records.capacity; i++) {
        const struct record_entry *e = &box->records.entries[i];
        if (e->key_size != 0) lthash_add(&sum, e->key, e->key_size, e->value, e->value_size);
    }
    return memcmp(&sum, &box->head.state, sizeof sum) == 0;
}

/* Sum of the holds of an agreement's live sessions. */
static uint64_t live_holds(const struct ledger_box *box, const uint8_t agreement[32])
{
    uint64_t sum = 0;
    struct ledger_session session;
    for (size_t i = 0; i < box->records.capacity; i++) {
        const struct record_entry *e = &box->records.entries[i];
        if (e->key_size == 0 || e->key[0] != 's') continue;
        ROAM_ASSERT(ledger_session_parse(&session, e->value, e->value_size) == ROAM_OK);
        const bool live = session.state != SESSION_SETTLED && session.state != SESSION_REFUNDED;
        if (live && memcmp(session.agreement.byte, agreement, 32) == 0) sum += session.hold_minor;
    }
    return sum;
}

static const char *audit_agreement(const struct ledger_box *box, const struct record_entry *e, u128 *money)
{
    struct ledger_agreement a;
    ROAM_ASSERT(ledger_agreement_parse(&a, e->value, e->value_size) == ROAM_OK);
    const u128 total = (u128)a.available_minor + a.held_minor + a.earned_minor;
    *money += total;
    if (total > LEDGER_MONEY_MAX) return "an agreement's balances pass their limit";
    if (a.held_minor != live_holds(box, e->key + 1)) return "held is not the sum of the live holds";
    return NULL;
}

static const char *audit_account(const struct record_entry *e, u128 *money)
{
    struct ledger_account a;
    ROAM_ASSERT(ledger_account_parse(&a, e->value, e->value_size) == ROAM_OK);
    *money += a.available_minor;
    return a.available_minor > LEDGER_MONEY_MAX ? "an account passes its limit" : NULL;
}

static const char *audit_settlement(const struct record_entry *e)
{
    struct ledger_settlement s;
    ROAM_ASSERT(ledger_settlement_parse(&s, e->value, e->value_size) == ROAM_OK);
    if (s.credited > s.total_fee || s.credited_tax > s.total_tax) return "credited beyond the settlement";
    if (s.total_fee - s.credited < s.total_tax - s.credited_tax) return "more tax than fee is left";
    return NULL;
}

static uint64_t weight_of(const struct ledger_box *box, const uint8_t owner[32])
{
    uint64_t sum = 0;
    struct ledger_validator v;
    for (size_t i = 0; i < box->records.capacity; i++) {
        const struct record_entry *e = &box->records.entries[i];
        if (e->key_size == 0 || e->key[0] != 'v') continue;
        ROAM_ASSERT(ledger_validator_parse(&v, e->value, e->value_size) == ROAM_OK);
        if (memcmp(v.owner.byte, owner, 32) == 0) sum += v.power;
    }
    return sum;
}

static const char *audit_validators(const struct ledger_box *box)
{
    struct ledger_validator_set set = {0};
    struct ledger_validator v;
    struct ledger_voter w;
    uint64_t power = 0, count = 0;
    for (size_t i = 0; i < box->records.capacity; i++) {
        const struct record_entry *e = &box->records.entries[i];
        const char kind = e->key_size == 0 ? 0 : (char)e->key[0];
        if (kind == 'V') ROAM_ASSERT(ledger_validator_set_parse(&set, e->value, e->value_size) == ROAM_OK);
        if (kind == 'v') {
            ROAM_ASSERT(ledger_validator_parse(&v, e->value, e->value_size) == ROAM_OK);
            power += v.power;
            count += v.power > 0;
        }
        if (kind == 'w') {
            ROAM_ASSERT(ledger_voter_parse(&w, e->value, e->value_size) == ROAM_OK);
            if (w.weight != weight_of(box, e->key + 1)) return "a weight is not the sum of an owner's powers";
        }
    }
    if (set.total_power != power || set.count != count)
        return "the validators are not those that are counted";
    return NULL;
}

const char *box_audit(const struct ledger_box *box, u128 *money)
{
    *money = 0;
    if (!state_is_of_records(box)) return "the state commitment is not that of the records";
    const char *validators = audit_validators(box);
    if (validators != NULL) return validators;
    for (size_t i = 0; i < box->records.capacity; i++) {
        const struct record_entry *e = &box->records.entries[i];
        const char *broken = NULL;
        if (e->key_size == 0) continue;
        if (e->key[0] == 'g') broken = audit_agreement(box, e, money);
        if (e->key[0] == 'a') broken = audit_account(e, money);
        if (e->key[0] == 't') broken = audit_settlement(e);
        if (broken != NULL) return broken;
    }
    return NULL;
}
