#include "store_state.h"

#include <stdlib.h>
#include <string.h>

enum { AUDIT_CURRENCIES_MAX = 64 };

/* What the sessions of one agreement hold. Agreements are visited in the order of their ids, and before
 * sessions. */
struct agreement_sum {
    roam_id id;
    struct tx_currency currency;
    uint64_t held_recorded, held;
};

struct audit {
    struct store_totals totals[AUDIT_CURRENCIES_MAX];
    size_t count;
    struct agreement_sum *agreements;
    size_t agreement_count, agreement_capacity;
    struct ledger_validator_set set; /* as recorded */
    uint64_t power, weight;          /* sums over validators, over voters */
    uint64_t validators;             /* with power */
    struct roam_diag *diag;
};

static int compare_currency(const struct tx_currency *a, const struct tx_currency *b)
{
    int order = memcmp(a->code, b->code, sizeof a->code);
    return order != 0 ? order : (int)a->decimals - (int)b->decimals;
}

/* The currency's entry, made if need be; NULL if there are too many. */
static struct store_totals *totals_of(struct audit *audit, const struct tx_currency *currency)
{
    size_t at = 0;
    while (at < audit->count && compare_currency(&audit->totals[at].currency, currency) < 0) at++;
    struct store_totals *totals = &audit->totals[at];
    if (at < audit->count && compare_currency(&totals->currency, currency) == 0) return totals;
    if (audit->count == AUDIT_CURRENCIES_MAX) return NULL;
    memmove(totals + 1, totals, (audit->count - at) * sizeof *totals);
    *totals = (struct store_totals){.currency = *currency};
    audit->count++;
    return totals;
}

static enum roam_err add(struct audit *audit, uint64_t *sum, uint64_t amount)
{
    if (u64_add(sum, *sum, amount)) return ROAM_OK;
    return roam_diag(audit->diag, ROAM_E_OVERFLOW, "a sum passes 64 bits");
}

static enum roam_err too_many(struct audit *audit)
{
    return roam_diag(audit->diag, ROAM_E_LIMIT, "more than %d currencies", AUDIT_CURRENCIES_MAX);
}

static enum roam_err visit_account(struct audit *audit, const MDB_val *key, const MDB_val *value)
{
    struct ledger_account account;
    struct tx_currency currency;
    if (key->mv_size != 1 + 32 + TX_CURRENCY_SIZE + 1) return ROAM_E_FORMAT;
    ROAM_TRY(ledger_account_parse(&account, value->mv_data, value->mv_size));
    const uint8_t *bytes = (const uint8_t *)key->mv_data + 1 + 32;
    memcpy(currency.code, bytes, TX_CURRENCY_SIZE);
    currency.decimals = bytes[TX_CURRENCY_SIZE];
    struct store_totals *totals = totals_of(audit, &currency);
    if (totals == NULL) return too_many(audit);
    totals->accounts++;
    return add(audit, &totals->available, account.available_minor);
}

static enum roam_err remember_agreement(struct audit *audit, const struct agreement_sum *sum)
{
    if (audit->agreement_count == audit->agreement_capacity) {
        size_t capacity = 2 * audit->agreement_capacity + 64;
        struct agreement_sum *larger = realloc(audit->agreements, capacity * sizeof *larger);
        if (larger == NULL) return ROAM_E_NOMEM;
        audit->agreements = larger;
        audit->agreement_capacity = capacity;
    }
    audit->agreements[audit->agreement_count++] = *sum;
    return ROAM_OK;
}

static enum roam_err visit_agreement(struct audit *audit, const MDB_val *key, const MDB_val *value)
{
    struct ledger_agreement agreement;
    struct agreement_sum sum = {0};
    if (key->mv_size != 1 + 32) return ROAM_E_FORMAT;
    ROAM_TRY(ledger_agreement_parse(&agreement, value->mv_data, value->mv_size));
    struct store_totals *totals = totals_of(audit, &agreement.terms.currency);
    if (totals == NULL) return too_many(audit);
    ROAM_TRY(add(audit, &totals->available, agreement.available_minor));
    ROAM_TRY(add(audit, &totals->earned, agreement.earned_minor));
    memcpy(sum.id.byte, (const uint8_t *)key->mv_data + 1, 32);
    sum.currency = agreement.terms.currency;
    sum.held_recorded = agreement.held_minor;
    return remember_agreement(audit, &sum);
}

static int compare_agreement(const void *a, const void *b)
{
    return memcmp(((const struct agreement_sum *)a)->id.byte, ((const struct agreement_sum *)b)->id.byte, 32);
}

static enum roam_err visit_session(struct audit *audit, const MDB_val *key, const MDB_val *value)
{
    struct ledger_session session;
    (void)key;
    ROAM_TRY(ledger_session_parse(&session, value->mv_data, value->mv_size));
    const struct agreement_sum wanted = {.id = session.agreement};
    struct agreement_sum *sum =
        audit->agreement_count == 0
            ? NULL
            : bsearch(&wanted, audit->agreements, audit->agreement_count, sizeof *sum, compare_agreement);
    if (sum == NULL) return roam_diag(audit->diag, ROAM_E_MISMATCH, "a session names an unknown agreement");
    struct store_totals *totals = totals_of(audit, &sum->currency);
    totals->sessions[session.state]++;
    if (session.state == SESSION_SETTLED || session.state == SESSION_REFUNDED) return ROAM_OK;
    ROAM_TRY(add(audit, &sum->held, session.hold_minor));
    return add(audit, &totals->held, session.hold_minor);
}

static enum roam_err visit_validator(struct audit *audit, const MDB_val *value)
{
    struct ledger_validator validator;
    ROAM_TRY(ledger_validator_parse(&validator, value->mv_data, value->mv_size));
    audit->validators += validator.power > 0;
    return add(audit, &audit->power, validator.power);
}

static enum roam_err visit_voter(struct audit *audit, const MDB_val *value)
{
    struct ledger_voter voter;
    ROAM_TRY(ledger_voter_parse(&voter, value->mv_data, value->mv_size));
    return add(audit, &audit->weight, voter.weight);
}

static enum roam_err visit_record(void *context, const MDB_val *key, const MDB_val *value)
{
    switch (key->mv_size == 0 ? 0 : *(const char *)key->mv_data) {
    case 'a':
        return visit_account(context, key, value);
    case 'g':
        return visit_agreement(context, key, value);
    case 's':
        return visit_session(context, key, value);
    case 'v':
        return visit_validator(context, value);
    case 'w':
        return visit_voter(context, value);
    case 'V':
        return ledger_validator_set_parse(&((struct audit *)context)->set, value->mv_data, value->mv_size);
    default:
        return ROAM_OK;
    }
}

/* Adds an accepted deposit or withdrawal; scratch is for tx_parse. */
static enum roam_err count_transaction(struct audit *audit, const struct ledger_bytes *bytes, void *scratch)
{
    struct tx tx;
    ROAM_TRY(tx_parse(&tx, bytes->bytes, bytes->size, scratch, audit->diag));
    bool in = tx.type == TX_DEPOSIT;
    struct store_totals *totals =
        totals_of(audit, in ? &tx.body.deposit.currency : &tx.body.withdraw.currency);
    if (totals == NULL) return too_many(audit);
    return in ? add(audit, &totals->deposits, tx.body.deposit.amount_minor)
              : add(audit, &totals->withdrawals, tx.body.withdraw.amount_minor);
}

/* The first block above *height, which becomes its height. ROAM_E_NOTFOUND: there is none. */
static enum roam_err count_block(struct audit *audit, struct view *view, uint64_t *height, uint64_t *index,
                                 void *scratch)
{
    struct block_reader block;
    struct ledger_bytes bytes;
    struct ledger_receipt receipt;
    ROAM_TRY(block_next(&block, view, height));
    while (block.left > 0) {
        ROAM_TRY(block_read_tx(&block, &bytes));
        if (receipt_load(&receipt, view, (*index)++) != ROAM_OK) return ROAM_E_FORMAT;
        if (receipt.outcome == LEDGER_ACCEPTED && (receipt.type == TX_DEPOSIT || receipt.type == TX_WITHDRAW))
            ROAM_TRY(count_transaction(audit, &bytes, scratch));
    }
    return ROAM_OK;
}

static enum roam_err count_log(struct audit *audit, struct view *view)
{
    void *scratch = malloc(tx_parse_scratch_size(TX_SIZE_MAX));
    uint64_t index = 0, height = 0;
    enum roam_err err = scratch == NULL ? ROAM_E_NOMEM : ROAM_OK;
    while (err == ROAM_OK) err = count_block(audit, view, &height, &index, scratch);
    if (err == ROAM_E_FORMAT)
        err = roam_diag(audit->diag, ROAM_E_MISMATCH, "block %llu: %s", (unsigned long long)height,
                        roam_err_text(err));
    free(scratch);
    return err == ROAM_E_NOTFOUND ? ROAM_OK : err;
}

static enum roam_err check_agreements(const struct audit *audit)
{
    for (size_t i = 0; i < audit->agreement_count; i++) {
        const struct agreement_sum *sum = &audit->agreements[i];
        if (sum->held != sum->held_recorded)
            return roam_diag(audit->diag, ROAM_E_MISMATCH,
                             "agreement %02x%02x%02x%02x... records %llu held, its sessions hold %llu",
                             sum->id.byte[0], sum->id.byte[1], sum->id.byte[2], sum->id.byte[3],
                             (unsigned long long)sum->held_recorded, (unsigned long long)sum->held);
    }
    return ROAM_OK;
}

static enum roam_err check_validators(const struct audit *audit)
{
    const struct ledger_validator_set *set = &audit->set;
    if (audit->power == set->total_power && audit->weight == set->total_power &&
        audit->validators == set->count)
        return ROAM_OK;
    return roam_diag(audit->diag, ROAM_E_MISMATCH,
                     "%llu validators of power %llu and voters of weight %llu, recorded are %u and %llu",
                     (unsigned long long)audit->validators, (unsigned long long)audit->power,
                     (unsigned long long)audit->weight, set->count, (unsigned long long)set->total_power);
}

static enum roam_err check_conservation(const struct audit *audit)
{
    for (size_t i = 0; i < audit->count; i++) {
        const struct store_totals *t = &audit->totals[i];
        u128 there = (u128)t->available + t->held + t->earned + t->withdrawals;
        if (there != t->deposits)
            return roam_diag(
                audit->diag, ROAM_E_MISMATCH,
                "%.8s: available %llu + held %llu + earned %llu is not deposits %llu - withdrawals %llu",
                t->currency.code, (unsigned long long)t->available, (unsigned long long)t->held,
                (unsigned long long)t->earned, (unsigned long long)t->deposits,
                (unsigned long long)t->withdrawals);
    }
    return ROAM_OK;
}

static enum roam_err run_audit(struct audit *audit, struct store *store)
{
    struct view view;
    struct ledger_head head;
    ROAM_TRY(store_file_view(&view, store, audit->diag));
    enum roam_err err = head_load(&head, &view, &store->constants, audit->diag);
    if (err == ROAM_OK) err = view_scan(&view, TABLE_RECORDS, audit, visit_record);
    if (err == ROAM_E_FORMAT || err == ROAM_E_RANGE || err == ROAM_E_VERSION)
        err = roam_diag(audit->diag, ROAM_E_MISMATCH, "a record cannot be read: %s", roam_err_text(err));
    if (err == ROAM_OK) err = check_agreements(audit);
    if (err == ROAM_OK) err = check_validators(audit);
    if (err == ROAM_OK) err = block_log_is_whole(&view, audit->diag);
    if (err == ROAM_OK) err = count_log(audit, &view);
    if (err == ROAM_OK) err = check_conservation(audit);
    view_abort(&view);
    return err;
}

enum roam_err store_audit(struct store *store, struct store_totals *totals, size_t capacity, size_t *count,
                          struct roam_diag *diag)
{
    struct audit *audit = calloc(1, sizeof *audit);
    if (audit == NULL) return ROAM_E_NOMEM;
    audit->diag = diag;
    enum roam_err err = run_audit(audit, store);
    if (err == ROAM_OK && audit->count > capacity)
        err = roam_diag(diag, ROAM_E_LIMIT, "%zu currencies, room for %zu", audit->count, capacity);
    if (err == ROAM_OK) {
        memcpy(totals, audit->totals, audit->count * sizeof *totals);
        *count = audit->count;
    }
    free(audit->agreements);
    free(audit);
    return err;
}
