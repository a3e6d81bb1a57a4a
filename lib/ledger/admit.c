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

enum ledger_outcome ledger_admit_signed(struct ledger *ledger, const uint8_t *bytes, size_t size)
{
    struct authority authority;
    struct prepared_tx *one = &ledger->prepared.txs[0];
    one->guessed = false;
    one->parsed = tx_parse_shape(&one->tx, bytes, size, ledger->prepared.scratch, NULL);
    return authorise(&authority, ledger, one);
}

/* Curve points last: until the signatures are known to be good, a sender has paid nothing for that work. */
enum ledger_outcome ledger_admit(struct ledger *ledger, const uint8_t *bytes, size_t size)
{
    struct prepared_tx *one = &ledger->prepared.txs[0];
    RULE_TRY(ledger_admit_signed(ledger, bytes, size));
    RULE(tx_parse(&one->tx, bytes, size, ledger->prepared.scratch, NULL) == ROAM_OK, MALFORMED);
    return LEDGER_ACCEPTED;
}
