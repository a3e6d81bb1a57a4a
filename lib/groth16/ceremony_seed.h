/* Seeds of the generator that a contribution draws its secret from. */
#ifndef CEREMONY_SEED_H
#define CEREMONY_SEED_H

#include "ceremony_note.h"
#include "env.h"
#include "progress.h"
#include "snark_rng.h"

/* A person's: 64 random bytes from env and what the person typed, hashed. Wipe rng when done. */
void ceremony_seed_person(struct snark_rng *rng, const char *entropy, const struct roam_env *env);
/* A beacon's: its value hashed 2^log_iterations times with SHA-256. ROAM_E_CANCELLED. */
ROAM_MUST_USE enum roam_err ceremony_seed_beacon(struct snark_rng *rng, const struct ceremony_note *beacon,
                                                 const struct roam_progress *progress);

#endif
