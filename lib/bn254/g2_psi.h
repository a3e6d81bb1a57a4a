/* The endomorphism psi of the twist, for the pairing. Private to lib/bn254. */
#ifndef BN254_G2_PSI_H
#define BN254_G2_PSI_H

#include "g2.h"

/* out may be p. */
void g2_affine_psi(g2_affine *out, const g2_affine *p);

#endif
