#include "execute.h"
#include "rules.h"

enum ledger_outcome authorise(struct authority *out, const struct ledger *ledger,
                              const struct prepared_tx *prepared)
{
    RULE(prepared->parsed == ROAM_OK, MALFORMED);
    RULE(roam_id_equal(&prepared->tx.ledger, &ledger->id), WRONG_LEDGER);
    RULE_TRY(authority_find(out, ledger, &prepared->tx));
    RULE(prepared_signatures_valid(prepared, out), BAD_SIGNATURE);
    return LEDGER_ACCEPTED;
}

enum ledger_outcome ledger_admit(struct ledger *ledger, const uint8_t *bytes, size_t size)
{
    const struct ledger_bytes one = {bytes, size};
    struct authority authority;
    prepare_chunk(ledger, &one, 1);
    return authorise(&authority, ledger, &ledger->prepared.txs[0]);
}
