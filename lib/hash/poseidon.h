/* Poseidon over Fr with circomlib's parameters: x^5, widths t = 2..17 with 8 full rounds and
 * 56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68 partial ones, and its convention that
 * state[0] is the capacity and also the first output.
 *
 * Round constants and matrices are generated when roam is built, by tools/gen_poseidon.c, with the Grain LFSR
 * and the Cauchy matrix of the paper's reference procedure (Grassi et al., USENIX Security 2021, eprint
 * 2019/458). Time: constant. */
#ifndef HASH_POSEIDON_H
#define HASH_POSEIDON_H

#include "fr.h"

enum { POSEIDON_INPUTS_MAX = 16, POSEIDON_T_MAX = POSEIDON_INPUTS_MAX + 1, POSEIDON_FULL_ROUNDS = 8 };

/* out = Poseidon(inputs); count 1..16. The hash of circomlibjs's poseidon(inputs). */
void poseidon(fr *out, const fr *inputs, size_t count);

/* One permutation of (capacity, inputs[0..count)); the first out_count elements of the state go to out,
 * 1 <= out_count <= count + 1. The hash of circomlibjs's poseidon(inputs, capacity, out_count).
 * Feeding out[0] back as the capacity of the next call absorbs long inputs (overwrite sponge). */
void poseidon_ex(fr *out, size_t out_count, const fr *capacity, const fr *inputs, size_t count);

/* Many hashes of one width: out[i] = Poseidon of the count inputs from inputs[i * count] on. Several times
 * faster than one by one on processors with AVX-512 IFMA. out may not overlap inputs. */
void poseidon_many(fr *out, const fr *inputs, size_t count, size_t hashes);

/* The same with capacities: states[i] = first element of the permutation of (states[i], the count inputs from
 * inputs[i * count] on). So many sponges absorb a block each. */
void poseidon_absorb_many(fr *states, const fr *inputs, size_t count, size_t hashes);

/* The plain (unoptimised) parameters of width t, for circuits and checks. */
struct poseidon_params {
    unsigned t, partial_rounds;
    const fr *constants; /* [(8 + partial_rounds) * t], round by round */
    const fr *mds;       /* [t * t], row by row: out[i] = sum_j mds[i*t + j] * in[j] */
};
const struct poseidon_params *poseidon_params(unsigned t);

#endif
