/* The statement of the B5GRoam paper (arXiv 2509.16390), as its repository has it: for comparison and
 * benches, never in production. Three quantities, public rates, unsalted commitment, no ranges: hashCDR =
 * Poseidon(n_sms, n_mb, n_min),   T = n_sms r_sms + n_mb r_mb + n_min r_voice Public inputs in this order: T,
 * hashCDR, r_sms, r_mb, r_voice. */
#ifndef CIRCUITS_B5GROAM_H
#define CIRCUITS_B5GROAM_H

#include "builder.h"

enum { B5GROAM_PUBLIC_COUNT = 5 };

struct b5groam_input {
    fr n_sms, n_mb, n_min, r_sms, r_mb, r_voice;
};

void b5groam_public_signals(fr signal[B5GROAM_PUBLIC_COUNT], const struct b5groam_input *input);
void b5groam_circuit(struct builder *b, const struct b5groam_input *input);

#endif
