/* What both ways of setup do with a system's rows. Private to lib/groth16.
 *
 * The quadratic program has a row for each constraint and, after these, one for each of wires 0 ..
 * public_count with just that wire in A: it keeps the public wires' polynomials independent. */
#ifndef SETUP_ROWS_H
#define SETUP_ROWS_H

#include "r1cs.h"
#include "zkey.h"

/* Allocates the key of the right shape (zkey_allocate) and fills in its terms. ROAM_E_LIMIT, ROAM_E_NOMEM. */
ROAM_MUST_USE enum roam_err setup_rows(struct zkey *out, const struct r1cs_system *system,
                                       struct roam_diag *diag);

#endif
