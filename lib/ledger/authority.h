/* Whose signatures a transaction needs. Private to lib/ledger. */
#ifndef LEDGER_AUTHORITY_H
#define LEDGER_AUTHORITY_H

#include "records.h"

struct authority {
    uint8_t key[TX_SIGNATURES_MAX][32]; /* in the order of the signatures */
    struct ledger_agreement agreement;  /* of the types that name one */
    bool by_home;                       /* AGREEMENT_CLOSE: the signer is home */
};

/* The existence rules of each type: LEDGER_ACCEPTED and *out, or UNKNOWN_OPERATOR, UNKNOWN_AGREEMENT,
 * NOT_A_PARTY. */
enum ledger_outcome authority_find(struct authority *out, const struct ledger *ledger, const struct tx *tx);

#endif
