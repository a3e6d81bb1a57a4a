/* The pseudo-random generator of snarkjs's ceremonies: ChaCha20 (20 rounds, counter from 0, nonce 0) under a
 * 256-bit seed, and how it draws scalars and points. Challenges, beacons and the bases of public keys are
 * drawn with it, so that every program gets the same. */
#ifndef SNARK_RNG_H
#define SNARK_RNG_H

#include "g1.h"
#include "g2.h"

struct snark_rng {
    uint32_t key[8], counter[4], block[16];
    unsigned used; /* words of block already given out */
};

enum { SNARK_SEED_SIZE = 32 };

/* The seed is eight big-endian words. Wipe the generator (roam_wipe) if the seed is secret. */
void snark_rng_init(struct snark_rng *rng, const uint8_t seed[SNARK_SEED_SIZE]);
uint32_t snark_rng_u32(struct snark_rng *rng);
/* Uniform: 254 bits until they are less than r, taken as a Montgomery form. */
void snark_rng_fr(struct snark_rng *rng, fr *out);
/* A random point of the group, whose discrete logarithm nobody knows. Variable time: for points that get
 * public. */
void snark_rng_g1(struct snark_rng *rng, g1_affine *out);
void snark_rng_g2(struct snark_rng *rng, g2_affine *out);

#endif
