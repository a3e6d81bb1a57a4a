/* Eight Poseidon permutations at once. Private to lib/hash. */
#ifndef HASH_POSEIDON8_H
#define HASH_POSEIDON8_H

#include "fr.h"

/* state[k] = first element of the permutation of (state[k], inputs[k][0..count)). Only if mont8_available
 * (mont8.h). */
void poseidon8(fr state[8], const fr *const inputs[8], size_t count);

#endif
