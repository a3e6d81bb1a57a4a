/* The hashes that bind phase 2 contributions to each other. Private to lib/groth16. */
#ifndef PHASE2_TRANSCRIPT_H
#define PHASE2_TRANSCRIPT_H

#include "blake2b_stream.h"
#include "phase2.h"

void transcript_add_g1(struct blake2b_stream *hash, const g1_affine *p);
void transcript_add_g2(struct blake2b_stream *hash, const g2_affine *p);
/* delta_after, g1_s, g1_sx, g2_spx, transcript */
void transcript_add_contribution(struct blake2b_stream *hash, const struct zkey_contribution *contribution);
/* The transcript of contribution `index`: the circuit, all earlier contributions, its own g1_s and g1_sx. */
void transcript_of(uint8_t out[BLAKE2B_SIZE], const struct zkey *key, size_t index, const g1_affine *g1_s,
                   const g1_affine *g1_sx);
/* The base that contribution's proof of knowledge uses in G2. */
void transcript_to_g2(g2_affine *out, const uint8_t transcript[BLAKE2B_SIZE]);

#endif
