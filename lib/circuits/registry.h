/* Circuits by name: "b5groam", and "settle-N" for N places, 1 <= N <= SETTLE_SIZE_MAX. For programs: these
 * allocate. */
#ifndef CIRCUITS_REGISTRY_H
#define CIRCUITS_REGISTRY_H

#include "builder.h"

/* Counts of wires, constraints, terms, and the cost by gadget, in *out. ROAM_E_NOTFOUND, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err circuit_count(struct builder *out, const char *name, struct roam_diag *diag);

/* The whole constraint system; r1cs_release (r1cs_file.h) frees it. ROAM_E_NOTFOUND, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err circuit_build(struct r1cs_system *out, const char *name, struct roam_diag *diag);

#endif
