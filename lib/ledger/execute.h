/* Private to lib/ledger. */
#ifndef LEDGER_EXECUTE_H
#define LEDGER_EXECUTE_H

#include "prepare.h"

/* The rules before a type's own: parsed, for this ledger, signers exist and have signed. *out gets the
 * signers. */
enum ledger_outcome authorise(struct authority *out, const struct ledger *ledger,
                              const struct prepared_tx *prepared);

#endif
