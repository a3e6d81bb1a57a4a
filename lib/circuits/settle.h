/* The statement `settle`: one proof for a batch of sessions under one agreement.
 *
 * Public inputs, in this order:
 *   1 agreement    the agreement's id: in no constraint, bound as every public input of a proof is
 *   2 rate_card    usage_rate_card_commitment
 *   3 digest       settle_batch_digest over the places as the ledger recorded them
 *   4 total_fee    sum of payable, minor units
 *   5 total_tax    sum of payable_tax
 *   6 esg          esg_commitment of the batch's sums
 *
 * Proved for every place: the commitment opens to quantities and attributes within their ranges; the rate
 * card opens the card's commitment; payable and payable_tax are those of usage_rate for that card, record and
 * hold, which does not refuse them. An empty place is the all-zero record with hold 0, which pays nothing and
 * adds nothing.
 *
 * The card itself is checked outside, by usage_rate_card_check, before the operators agree to its commitment;
 * for any card 0 <= payable_tax <= payable <= hold. That a service measure is at most 10^6 is up to the
 * device: a larger one would count as 10^6 does. Why nothing more is possible: settle_session.h and
 * settle_card.h. */
#ifndef CIRCUITS_SETTLE_H
#define CIRCUITS_SETTLE_H

#include "builder.h"
#include "commitment.h"

enum { SETTLE_PUBLIC_COUNT = 6, SETTLE_SIZE_MAX = 144 };

/* The largest numbers of places whose circuits fit domains of 2^13, 2^14, 2^15, 2^16 and 2^18 (tests hold
 * this true). Any other size 1..SETTLE_SIZE_MAX builds as well. */
extern const unsigned settle_sizes[5];

struct settle_session {
    struct usage_record record;
    uint64_t hold_minor;
};

struct settle_input {
    fr agreement;
    struct usage_rate_card card;
    const struct settle_session *sessions; /* [count] */
    size_t count;
    fr esg_salt;
};

struct settle_public {
    fr signal[SETTLE_PUBLIC_COUNT];
    uint64_t total_fee, total_tax;
    struct esg_sums esg;
};

/* The public signals of an input, computed natively (usage_rate and the commitments). 1 <= size <=
 * SETTLE_SIZE_MAX. ROAM_E_COUNT if there are more sessions than places; else errors are usage_rate's, with
 * the session's index in diag. An empty place is rated too: fixed fees alone may pass the limit of the rule.
 */
ROAM_MUST_USE enum roam_err settle_public_signals(struct settle_public *out, const struct settle_input *input,
                                                  size_t size, struct roam_diag *diag);

/* Emits the circuit for `size` places. In pass ASSIGN input must be one that settle_public_signals accepts,
 * and signal what it gave; in other passes both may be NULL. */
void settle_circuit(struct builder *b, unsigned size, const struct settle_input *input,
                    const fr signal[SETTLE_PUBLIC_COUNT]);

#endif
