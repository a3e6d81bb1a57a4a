/* Poseidon in a circuit; the permutation of hash/poseidon.h. Three constraints for each S-box whose input is
 * not a constant: 3 (8 t + partial rounds) for t - 1 inputs, the linear layers cost nothing. */
#ifndef GADGET_POSEIDON_H
#define GADGET_POSEIDON_H

#include "builder.h"

/* state[0] of one permutation of (capacity, inputs[0..count)); count 1..16. capacity lc_zero() is the plain
 * hash. */
lc gadget_poseidon(struct builder *b, lc capacity, const lc *inputs, size_t count);

/* Asserts that it is `expected`, at no more cost: the last S-box's output is what the equation leaves for it.
 */
void gadget_poseidon_equal(struct builder *b, lc capacity, const lc *inputs, size_t count, lc expected);

#endif
