/* Transactions in order, in chunks: first as if every device signature and proof held, then all of those are
 * verified together; if one fails the chunk is undone and executed again with the verdicts known. */
#include "execute.h"

#include <string.h>

#include "chunk.h"
#include "digest.h"
#include "rules.h"

/* Sessions, agreement and settlement, or account and reference, or vote, ballot, set, and validator with its
 * place and its owner. */
static size_t records_changed_max(const struct prepared_tx *prepared)
{
    if (prepared->parsed != ROAM_OK) return 0;
    const struct tx *tx = &prepared->tx;
    switch (tx->type) {
    case TX_SESSION_OPEN:
        return tx->body.session_open.count + 1u;
    case TX_USAGE_COMMIT:
        return tx->body.usage_commit.count;
    case TX_SETTLE:
        return tx->body.settle.count + 2u;
    case TX_EXPIRE:
        return tx->body.expire.count + 1u;
    case TX_VALIDATOR_VOTE:
        return 6;
    default:
        return 3;
    }
}

static void named_agreement(roam_id *out, const struct tx *tx)
{
    switch (tx->type) {
    case TX_OPERATOR_REGISTER:
    case TX_OPERATOR_ROTATE_KEY:
    case TX_DEPOSIT:
    case TX_WITHDRAW:
    case TX_VALIDATOR_VOTE:
        memset(out, 0, sizeof *out);
        return;
    case TX_AGREEMENT_OPEN:
        tx_agreement_id(out, &tx->ledger, &tx->body.agreement_open);
        return;
    case TX_AGREEMENT_FUND:
    case TX_AGREEMENT_RELEASE:
    case TX_AGREEMENT_COLLECT:
        *out = tx->body.agreement_move.agreement;
        return;
    case TX_SESSION_OPEN:
        *out = tx->body.session_open.agreement;
        return;
    case TX_USAGE_COMMIT:
        *out = tx->body.usage_commit.agreement;
        return;
    case TX_SETTLE:
        *out = tx->body.settle.agreement;
        return;
    case TX_EXPIRE:
        *out = tx->body.expire.agreement;
        return;
    case TX_DISPUTE:
        *out = tx->body.dispute.agreement;
        return;
    case TX_DISPUTE_RESOLVE:
        *out = tx->body.dispute_resolve.agreement;
        return;
    case TX_CREDIT_NOTE:
        *out = tx->body.credit_note.agreement;
        return;
    case TX_AGREEMENT_CLOSE:
        *out = tx->body.agreement_close.agreement;
        return;
    }
}

static void receipt_begin(struct ledger_receipt *receipt, const struct ledger *ledger, size_t place,
                          const struct prepared_tx *prepared)
{
    memset(receipt, 0, sizeof *receipt);
    receipt->index = ledger->head.receipts.size + place;
    receipt->height = ledger->next.height;
    receipt->time_s = ledger->next.time_s;
    if (prepared->parsed != ROAM_OK) {
        sha256(receipt->tx.byte, prepared->bytes->bytes, prepared->bytes->size);
        return;
    }
    receipt->type = (uint8_t)prepared->tx.type;
    receipt->tx = prepared->tx.id;
    named_agreement(&receipt->agreement, &prepared->tx);
}

static enum ledger_outcome apply_type(const struct rule_call *call)
{
    switch (call->tx->type) {
    case TX_OPERATOR_REGISTER:
        return rules_operator_register(call);
    case TX_OPERATOR_ROTATE_KEY:
        return rules_operator_rotate_key(call);
    case TX_DEPOSIT:
        return rules_deposit(call);
    case TX_WITHDRAW:
        return rules_withdraw(call);
    case TX_AGREEMENT_OPEN:
        return rules_agreement_open(call);
    case TX_AGREEMENT_FUND:
        return rules_agreement_fund(call);
    case TX_AGREEMENT_RELEASE:
        return rules_agreement_release(call);
    case TX_AGREEMENT_COLLECT:
        return rules_agreement_collect(call);
    case TX_SESSION_OPEN:
        return rules_session_open(call);
    case TX_USAGE_COMMIT:
        return rules_usage_commit(call);
    case TX_SETTLE:
        return rules_settle(call);
    case TX_EXPIRE:
        return rules_expire(call);
    case TX_DISPUTE:
        return rules_dispute(call);
    case TX_DISPUTE_RESOLVE:
        return rules_dispute_resolve(call);
    case TX_CREDIT_NOTE:
        return rules_credit_note(call);
    case TX_AGREEMENT_CLOSE:
        return rules_agreement_close(call);
    case TX_VALIDATOR_VOTE:
        return rules_validator_vote(call);
    }
    ROAM_ASSERT(false); /* a parsed transaction has a known type */
    return LEDGER_MALFORMED;
}

static enum ledger_outcome apply(struct ledger *ledger, const struct prepared_tx *prepared,
                                 struct ledger_receipt *receipt)
{
    struct authority authority;
    const struct rule_call call = {ledger, &prepared->tx, &authority, receipt, ledger->next.time_s};
    RULE_TRY(authorise(&authority, ledger, prepared));
    return apply_type(&call);
}

/* Applies the chunk's transactions; ROAM_E_LIMIT if the overlay might not hold the changes. */
static enum roam_err apply_chunk(struct ledger *ledger, size_t place, struct ledger_receipt *receipts)
{
    for (size_t i = 0; i < ledger->prepared.count; i++) {
        const struct prepared_tx *prepared = &ledger->prepared.txs[i];
        if (records_changed_max(prepared) > overlay_room(&ledger->overlay)) return ROAM_E_LIMIT;
        claims_begin_tx(&ledger->claims);
        receipt_begin(&receipts[i], ledger, place + i, prepared);
        receipts[i].outcome = (uint16_t)apply(ledger, prepared, &receipts[i]);
    }
    return ROAM_OK;
}

static enum roam_err execute_chunk(struct ledger *ledger, size_t place, struct ledger_receipt *receipts)
{
    const struct overlay_mark mark = overlay_mark(&ledger->overlay);
    claims_collect(&ledger->claims);
    ROAM_TRY(apply_chunk(ledger, place, receipts));
    if (claims_verify(&ledger->claims, ledger->config.threads)) return ROAM_OK;
    overlay_rollback(&ledger->overlay, mark);
    claims_replay(&ledger->claims);
    return apply_chunk(ledger, place, receipts);
}

static void keep_leaves(struct ledger *ledger, const struct ledger_receipt *receipts, size_t count)
{
    uint8_t bytes[LEDGER_RECEIPT_SIZE];
    for (size_t i = 0; i < count; i++) {
        ledger_receipt_serialize(bytes, &receipts[i]);
        merkle_leaf_hash(ledger->receipt_leaf[ledger->receipt_count++], bytes, sizeof bytes);
    }
}

enum roam_err ledger_execute(struct ledger *ledger, const struct ledger_bytes *txs, size_t count,
                             struct ledger_receipt *receipts)
{
    ROAM_ASSERT(ledger->phase == BLOCK_OPEN);
    if (count > LEDGER_BLOCK_TXS_MAX - ledger->receipt_count) return ROAM_E_LIMIT;
    overlay_forget(&ledger->overlay);
    const struct overlay_mark mark = overlay_mark(&ledger->overlay);
    for (size_t done = 0; done < count; done += ledger->prepared.count) {
        prepare_chunk(ledger, txs + done, count - done);
        if (execute_chunk(ledger, ledger->receipt_count + done, receipts + done) == ROAM_OK) continue;
        overlay_rollback(&ledger->overlay, mark);
        return ROAM_E_LIMIT;
    }
    keep_leaves(ledger, receipts, count);
    return ROAM_OK;
}
