/* The cheap part of the checks of a proof's points. Private to lib/groth16. */
#ifndef GROTH16_PROOF_POINTS_H
#define GROTH16_PROOF_POINTS_H

#include "groth16.h"

/* As groth16_proof_check, but B may be outside of the subgroup, which pairing_miller_mixed finds out. */
ROAM_MUST_USE enum roam_err proof_check_but_group(const groth16_proof *proof);

#endif
