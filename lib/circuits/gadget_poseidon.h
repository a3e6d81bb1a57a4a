/* Poseidon in a circuit; the permutation of hash/poseidon.h. Three constraints and three wires for each S-box
 * whose input is not a constant: 3 (8 t + partial rounds) for t - 1 inputs, the linear layers cost nothing.
 *
 * The input x of an S-box is a wire, and x^5 is the combination that the next inputs make of it:
 *   x * x = x2,   x2 * x = x3,   x2 * x3 = row i of M^-1 (next state - round constants).
 * So matrices A and B, which a proving key holds and a prover multiplies with, have one term a row, and x2 is
 * in A only, x3 in B only; the long rows are in C. Longer in A and B are only
 *   - the combinations that the caller hands in, in the first round;
 *   - one input of the second round for each constant input of the first, a combination of the others: see
 *     second_round in gadget_poseidon.c.
 *
 * Why no wire is left free. From a full round to a full round the rows say y = M^-1 (x' - c), for the outputs
 * y and the next inputs x'. M has an inverse, so they have one solution, x' = M y + c. Across the partial
 * rounds only element 0 of a state is a wire, until the full round after them, where all are. Take any
 * assignment that satisfies the rows and define tails backwards from there: tail(r) is that of M^-1
 * (state(r+1) - c). The rows say that element 0 of this, and for the full round before all of it, is the
 * S-boxes' output. So state(r+1) = M (output, tail(r)) + c in all of these rounds: forwards from the first,
 * the tails are the true ones, and every wire has its one value. */
#ifndef GADGET_POSEIDON_H
#define GADGET_POSEIDON_H

#include "builder.h"

/* state[0] of one permutation of (capacity, inputs[0..count)), a new wire; count 1..16, not all of them
 * constants. capacity lc_zero() is the plain hash. */
lc gadget_poseidon(struct builder *b, lc capacity, const lc *inputs, size_t count);

/* Asserts that it is `expected`, at no more cost: the last S-box's output is what the equation leaves for it.
 */
void gadget_poseidon_equal(struct builder *b, lc capacity, const lc *inputs, size_t count, lc expected);

#endif
