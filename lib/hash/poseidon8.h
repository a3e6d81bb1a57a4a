/* Eight Poseidon hashes at once. Private to lib/hash. */
#ifndef HASH_POSEIDON8_H
#define HASH_POSEIDON8_H

#include "fr.h"

/* Whether the processor can. */
bool poseidon8_available(void);
/* out[k] = Poseidon(inputs[k][0..count)). Only if poseidon8_available. */
void poseidon8(fr out[8], const fr *const inputs[8], size_t count);

#endif
