/* Keys by name, the same in every run. */
#ifndef MARKET_PEOPLE_H
#define MARKET_PEOPLE_H

#include "tx.h"

struct person {
    char name[TX_NAME_SIZE];
    uint8_t public_key[32], secret_key[64];
    roam_id operator_id; /* if registered under this name and key */
};
void person_init(struct person *person, const char *name);

/* The one-time key of a session. */
void device_key(eddsa_key *out, const roam_id *agreement, uint64_t serial);

/* Signs place `which` of each signature with signers[which]; seals and serialises. Returns the size; aborts
 * if the room does not suffice. */
size_t tx_finish(uint8_t *bytes, size_t capacity, struct tx *tx, const struct person *const signers[]);

#endif
