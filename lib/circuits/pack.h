/* Small integers side by side in one field element, see commitment.h. Private to lib/circuits. */
#ifndef CIRCUITS_PACK_H
#define CIRCUITS_PACK_H

#include "checked.h"
#include "fr.h"

struct pack {
    uint64_t limb[4];
    unsigned used; /* bits */
};

/* Appends value < 2^bits, bits < 128; 253 bits have room. */
void pack_put(struct pack *pack, u128 value, unsigned bits);
fr pack_element(const struct pack *pack);

#endif
