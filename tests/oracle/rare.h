/* Good transactions that the workload alone never makes, out of those that it makes. The model is asked after
 * the change, so that it is not led astray. */
#ifndef TEST_RARE_H
#define TEST_RARE_H

#include "forger.h"
#include "workload.h"

enum { LARGE_CIRCUIT = 40 }; /* places: the digest takes several blocks */
const struct forger *large_forger(void);
/* Of the circuits of a box, or of the large one; NULL: no such circuit. */
const struct forger *forger_of_size(unsigned circuit_size);

/* The public inputs that the maker of a settlement proved. */
void stated_inputs(fr inputs[FORGER_INPUTS], const struct work *work);

/* The same settlement in the large circuit. */
void enlarge_settle(const struct workload *workload, struct work *work);
/* A deposit that fills the account of a party to one of the first agreements up to the limit, so that what
 * comes back from the agreement passes it. */
void fill_account(struct workload *workload, struct work *work);

/* Who has this key; mallory if nobody else. */
const struct person *person_of_key(const struct workload *workload, const uint8_t public_key[32]);

#endif
