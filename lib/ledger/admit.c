#include "execute.h"
#include "rules.h"

enum ledger_outcome authorise(struct authority *out, const struct ledger *ledger,
                              const struct prepared_tx *prepared)
{
    RULE(prepared->parsed == ROAM_OK, MALFORMED);
    RULE(roam_id_equal(&prepared->tx.ledger, &ledger->id), WRONG_LEDGER);
    RULE_TRY(authority_find(out, ledger, &prepared->tx));
    RULE(prepared_signatures_valid(ledger, prepared, out), BAD_SIGNATURE);
    return LEDGER_ACCEPTED;
}

/* Of a transaction whose authority was looked up when the chunk was prepared. */
static enum ledger_outcome prepared_outcome(const struct ledger *ledger, const struct prepared_tx *prepared)
{
    RULE(prepared->parsed == ROAM_OK, MALFORMED);
    RULE(roam_id_equal(&prepared->tx.ledger, &ledger->id), WRONG_LEDGER);
    RULE_TRY(prepared->found);
    for (unsigned s = 0; s < prepared->tx.signature_count; s++) RULE(prepared->valid[s], BAD_SIGNATURE);
    return LEDGER_ACCEPTED;
}

size_t ledger_admit(struct ledger *ledger, const struct ledger_bytes *txs, size_t count,
                    enum ledger_outcome *outcome)
{
    const struct prepared_chunk *chunk = &ledger->prepared;
    *outcome = LEDGER_ACCEPTED;
    for (size_t done = 0; done < count; done += chunk->count) {
        prepare_signed(ledger, txs + done, count - done);
        for (size_t i = 0; i < chunk->count; i++) {
            *outcome = prepared_outcome(ledger, &chunk->txs[i]);
            if (*outcome != LEDGER_ACCEPTED) return done + i;
        }
    }
    return count;
}
